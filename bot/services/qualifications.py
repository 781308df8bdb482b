"""Filing and training of representatives: who sees and sets them, and what a date that has passed locks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services import access
from domain.compliance.facts import PersonFacts, Standing
from domain.compliance.gate import Gate
from domain.errors import DomainError
from domain.ids import UserId
from domain.people.model import Role, User
from domain.people.qualifications import (
    Dates,
    Qualification,
    QualificationKind,
    facts,
    lapsed,
    qualifications,
)

LONGEST_YEARS = 10
"""For which a filing or training may be valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A representative's filing and training; `lapsed` are those that lock the promotion functions."""

    person: User
    known: tuple[Qualification, ...]
    lapsed: tuple[Qualification, ...]

    @property
    def is_untold(self) -> bool:
        """Whether nobody has told until when something is valid."""
        return any(one.standing is Standing.UNKNOWN for one in self.known)


async def facts_of(uow: UnitOfWork, user_id: UserId, today: date) -> PersonFacts:
    """What the rules are asked about a person."""
    return facts(await uow.qualifications.of_user(user_id), today)


async def is_locked(deps: Deps, uow: UnitOfWork, person: User, today: date) -> bool:
    """Whether a person has lost the promotion functions."""
    return bool(await _lapsed(deps, uow, person, today))


async def require_promotion(deps: Deps, uow: UnitOfWork, person: User, today: date) -> None:
    """Let those who may promote pass; others keep learning, looking and logging what has happened.

    DomainError "promotion_locked" with the person, their manager's name and what has run out.
    """
    gone = await _lapsed(deps, uow, person, today)
    if gone:
        manager = await uow.users.get(person.manager_id) if person.manager_id else None
        raise DomainError(
            "promotion_locked", person=person, manager=manager.name if manager else "", lapsed=gone
        )


async def view(deps: Deps, viewer: User, user_id: UserId, today: date) -> View:
    """A representative's filing and training: one's own, or of those whom one may see.

    DomainError "not_found" for others, and for people who do not promote.
    """
    one = await _colleague(deps, viewer, user_id)
    async with deps.db.read() as uow:
        return _view(deps, one, await uow.qualifications.of_user(user_id), today)


async def say(
    deps: Deps,
    viewer: User,
    user_id: UserId,
    kind: QualificationKind,
    valid_until: date | None,
    now: datetime,
) -> None:
    """Say until when something is valid; None: nobody knows.

    DomainError "not_found", "not_allowed" for reps, "valid_too_long" for a day that cannot be meant.
    """
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    if valid_until is not None and valid_until.year > now.year + LONGEST_YEARS:
        raise DomainError("valid_too_long", years=LONGEST_YEARS)
    await _colleague(deps, viewer, user_id)
    async with deps.db.write() as uow:
        await uow.qualifications.say(user_id, kind, valid_until, viewer.id, now)
        detail = {"kind": kind.value, "until": valid_until.isoformat() if valid_until else None}
        await uow.audit.add("qualification", f"user:{user_id}", now, user_id=viewer.id, detail=detail)


async def wanting(deps: Deps, people: Iterable[User], today: date) -> list[View]:
    """Of these people the active reps of whom something has run out, or is not known."""
    reps = [one for one in people if one.role is Role.REP and one.is_active]
    async with deps.db.read() as uow:
        dates = await uow.qualifications.of_users([one.id for one in reps])
    views = [_view(deps, one, dates.get(one.id, {}), today) for one in reps]
    return [one for one in views if one.lapsed or one.is_untold]


def _view(deps: Deps, person: User, dates: Dates, today: date) -> View:
    known = qualifications(_gate(deps), dates, today)
    return View(person=person, known=known, lapsed=lapsed(_gate(deps), known))


async def _lapsed(deps: Deps, uow: UnitOfWork, person: User, today: date) -> tuple[Qualification, ...]:
    if person.role is not Role.REP:
        return ()
    return _view(deps, person, await uow.qualifications.of_user(person.id), today).lapsed


async def _colleague(deps: Deps, viewer: User, user_id: UserId) -> User:
    one = viewer if user_id == viewer.id else (await access.colleague(deps, viewer, user_id)).user
    if one.role is not Role.REP:
        raise DomainError("not_found")
    return one


def _gate(deps: Deps) -> Gate:
    return deps.library.compliance(deps.settings.market)
