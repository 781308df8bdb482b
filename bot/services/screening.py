"""Texts pass the compliance gate before anything keeps them."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import local_date
from bot.db.uow import UnitOfWork
from bot.db.values import Attachment, AwaitedWords, HeldState, HeldText, Purpose, Said
from bot.deps import Deps
from domain.compliance.folding import fold
from domain.compliance.gate import Finding, Verdict
from domain.compliance.rules import Level, Place
from domain.errors import DomainError
from domain.ids import HeldId
from domain.people.model import User
from domain.reminders.kinds import Reminder

REPORT_WITHIN = timedelta(hours=24)
"""In which a safety report is due (rule R-AE)."""
LONGEST = 500
"""Characters of held words that are kept; no message is read further."""

PLACES: Mapping[Purpose, Place | None] = {
    Purpose.OVERRIDE: Place.REASON,
    Purpose.QUESTION: Place.REASON,
    Purpose.ANSWER: Place.REASON,
    Purpose.PROCUREMENT: Place.REASON,
    Purpose.EVIDENCE: Place.REASON,
    Purpose.CORRECTION: Place.REASON,
    Purpose.CORRECTION_NO: Place.REASON,
    Purpose.VISIT_FIELD: Place.NOTE,
    Purpose.DRAFT_FIELD: Place.NOTE,
    Purpose.FILE: Place.FACT,
    Purpose.FACT: Place.FACT,
    Purpose.FEEDBACK: Place.NOTE,
    Purpose.APPOINTMENT: Place.PLAN,
    Purpose.PLAN_WORDS: Place.PLAN,
    Purpose.PLAN_COMMENT: Place.PLAN,
    Purpose.PLAN_RETURN: Place.PLAN,
    Purpose.JOINT_ANSWER: Place.NOTE,
    Purpose.JOINT_COMMENT: Place.NOTE,
    Purpose.LATER: None,  # a day
    Purpose.VISIT_DAY: None,  # a day
    Purpose.CONSENT: None,  # a day
    Purpose.ADDED: None,  # a name is looked up
    Purpose.RELATION: None,  # a name is looked up
    Purpose.DAY_START: None,  # a place on the map
    Purpose.SCENARIO: None,  # a file, whose texts are checked one by one
    Purpose.QUALIFICATION: None,  # a day
    Purpose.EVENT_TOPIC: Place.PLAN,
    Purpose.EVENT_PLACE: Place.EVENT,
    Purpose.EVENT_COMMENT: Place.REASON,
    Purpose.EVENT_VALUE: None,  # a day or a number
    Purpose.SHOWN: None,  # nothing is asked
}
"""Where words go that were asked for; None where they are not kept."""


async def screen(deps: Deps, viewer: User, text: str, place: Place, now: datetime) -> tuple[Finding, ...]:
    """What the rules remark about a text that may be kept: warnings, things to know, and a hold for safety.

    DomainError "refused_text" for a text that must not be kept, with the rules and whether a safety report is
    due all the same. Nothing of the text is stored; that it was refused is in the audit.
    """
    verdict = await _verdict(deps, text, place)
    if verdict.level is Level.BLOCK:
        await _log(deps, viewer, "text_refused", place, verdict, now)
        raise _refusal(deps, verdict)
    return verdict.findings


async def take(
    deps: Deps,
    viewer: User,
    text: str,
    place: Place,
    words: AwaitedWords | None,
    now: datetime,
    attachment: Attachment | None = None,
) -> tuple[Finding, ...]:
    """`screen`, and words that may tell of a side effect wait until the safety report is acknowledged.

    With them waits the `attachment` below which they stand.

    DomainError "held_text" with the id of what waits and the moment until which the report is due. The same
    words pass once they have been acknowledged.
    """
    findings = await screen(deps, viewer, text, place, now)
    rules = [finding.rule for finding in findings if finding.level is Level.HOLD]
    if not rules:
        return findings
    async with deps.db.write() as uow:
        if await uow.held.is_acknowledged(viewer.id, fingerprint(text), now - REPORT_WITHIN):
            return findings
        said = Said(text=text, place=place, words=words, attachment=attachment)
        held = await hold(deps, uow, viewer, said, rules, now)
    raise DomainError("held_text", held=held, due=now + REPORT_WITHIN)


async def hold(
    deps: Deps, uow: UnitOfWork, keeper: User, said: Said, rules: Sequence[str], now: datetime
) -> HeldId:
    """Let words wait until the keeper acknowledges the safety report, who is reminded before it is due."""
    due_at, kept = now + REPORT_WITHIN, replace(said, text=said.text[:LONGEST])
    held = await uow.held.add(keeper.id, kept, fingerprint(said.text), rules, now=now, due_at=due_at)
    await uow.audit.add("text_held", f"held:{held}", now, user_id=keeper.id, detail={"rules": list(rules)})
    before = timedelta(minutes=deps.library.notices.at(now.date()).before_report)
    zone = keeper.time_zone or deps.settings.time_zone
    for at in (due_at - before, due_at):
        await uow.outbox.owe(
            Reminder.SAFETY.value,
            keeper.id,
            subject=f"{held}@{at:%d%H%M}",
            on=local_date(at, zone),
            due_at=at,
            params={"id": held, "due": due_at.isoformat()},
        )
    return held


def fingerprint(text: str) -> str:
    """What tells the same words again, however they are spelled."""
    return hashlib.sha256(fold(text).compact.encode()).hexdigest()


async def waiting(deps: Deps, viewer: User) -> list[HeldText]:
    """The viewer's words that wait for a safety report."""
    async with deps.db.read() as uow:
        return await uow.held.open(viewer.id)


async def close(deps: Deps, viewer: User, held_id: HeldId, state: HeldState, now: datetime) -> HeldText:
    """End a wait; what was held comes back once more, and is not kept here. DomainError "not_found"."""
    async with deps.db.write() as uow:
        held = await uow.held.get(held_id, viewer.id)
        await uow.held.close(held_id, viewer.id, state, now)
        await uow.audit.add(
            "hold_ended", f"held:{held_id}", now, user_id=viewer.id, detail={"state": state.value}
        )
    return held


async def _verdict(deps: Deps, text: str, place: Place) -> Verdict:
    gate = deps.library.compliance(deps.settings.market)
    return await asyncio.to_thread(gate.check_text, text, place)  # the first one loads the readings of hanzi


def _refusal(deps: Deps, verdict: Verdict) -> DomainError:
    """The refusal that tells the person which rules, why, and what to do instead."""
    gate = deps.library.compliance(deps.settings.market)
    return DomainError(
        "refused_text",
        rules=tuple(gate.rules[finding.rule] for finding in verdict.findings if finding.level is Level.BLOCK),
        safety=any(finding.level is Level.HOLD for finding in verdict.findings),
    )


async def _log(deps: Deps, viewer: User, action: str, place: Place, verdict: Verdict, now: datetime) -> None:
    async with deps.db.write() as uow:
        await uow.audit.add(
            action, place.value, now, user_id=viewer.id, detail={"rules": list(verdict.rules)}
        )
