"""A filing or training that ends soon: said to the representative and the manager, in time to renew it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.buttons.qualifications import AskValid, ShowQualifications
from bot.clock import local_date
from bot.db.values import Owed
from bot.deps import Deps
from bot.handlers.home import home_row
from bot.notices.model import Notice
from bot.render.compliance import QUALIFICATIONS
from bot.screens import Button, Screen
from bot.services import qualifications
from bot.turn import Turn
from domain.ids import UserId
from domain.people.model import Role, User
from domain.people.qualifications import Dates, QualificationKind, reminder

CODE = "qualification"
AT = time(9)
PORTION = 100
"""Notices that are owed in one go: answers to taps must not wait long to be stored."""


class _Due(NamedTuple):
    """One reminder for one person."""

    user_id: UserId
    subject: str
    on: date
    due_at: datetime
    params: Mapping[str, object]


async def due(deps: Deps, now: datetime) -> None:
    """Owe the reminders whose day has come, each once to the representative and once to the manager."""
    today = local_date(now, deps.settings.time_zone)
    params = deps.library.qualifications.at(today)
    furthest = timedelta(days=max(params.remind) + 1)
    async with deps.db.read() as uow:
        ending = await uow.qualifications.ending(today - timedelta(days=1), today + furthest)
        people = {one.id: one for one in await uow.users.all()} if ending else {}
        told = await uow.notices.owed_subjects(CODE, today - furthest, today + furthest) if ending else set()
    found = [
        one
        for user_id, dates in ending.items()
        for one in _reminders(deps, people, people[user_id], dates, now)
        if (one.user_id, one.subject, one.on) not in told
    ]
    for start in range(0, len(found), PORTION):
        async with deps.db.write() as uow:
            for one in found[start : start + PORTION]:
                await uow.outbox.owe(
                    CODE, one.user_id, subject=one.subject, on=one.on, due_at=one.due_at, params=one.params
                )


def _reminders(
    deps: Deps, people: Mapping[UserId, User], person: User, dates: Dates, now: datetime
) -> Iterator[_Due]:
    """What is due to the representative, and to the manager, at nine on the clock of each."""
    if person.role is not Role.REP or not person.is_active:
        return
    manager = people.get(person.manager_id) if person.manager_id else None
    for reader in filter(None, (person, manager)):
        zone = reader.time_zone or deps.settings.time_zone
        today = local_date(now, zone)
        due_at = datetime.combine(today, AT, ZoneInfo(zone))
        for kind, until in dates.items():
            on = reminder(until, today, deps.library.qualifications.at(today)) if until else None
            if on is not None and until is not None and due_at <= now:
                subject = f"{person.id}:{kind.value}:{until.isoformat()}"
                given = {"user": person.id, "kind": kind.value, "until": until.isoformat()}
                yield _Due(reader.id, subject, on, due_at, given)


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """What ends when; None where another date holds by now."""
    _ = turn.words._
    user_id, kind = UserId(owed.params["user"]), QualificationKind(owed.params["kind"])
    view = await qualifications.view(turn.deps, turn.viewer, user_id, turn.today)
    one = next((one for one in view.known if one.kind is kind), None)
    until = date.fromisoformat(owed.params["until"])
    if one is None or one.valid_until != until:
        return None
    own = user_id == turn.viewer.id
    button = (
        Button(_("Filing and training"), ShowQualifications())
        if own
        else Button(_("Enter the new date"), AskValid(user_id, kind))
    )
    text = turn.text(
        "qualification_ends",
        own=own,
        person=view.person,
        name=_(QUALIFICATIONS[kind]),
        until=until,
        left=(until - turn.today).days,
    )
    return Screen(text, [[button], home_row(turn)])


NOTICE = Notice(code=CODE, compose=_compose, late_after=timedelta(days=1))
