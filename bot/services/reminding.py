"""What reminders tell: looked up when they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.db.repositories.notices import Promise
from bot.db.values import Booking
from bot.deps import Deps
from bot.services import capacity
from bot.services import day as days
from bot.services import today as lists
from domain.customers.corrections import Correction
from domain.ids import AppointmentId, CorrectionId, HeldId, QuestionId
from domain.people.model import Role, Scope, User
from domain.planning.absence import Away
from domain.planning.overdue import Overdue, slipping
from domain.reminders.days import FURTHEST, next_worked, told_with
from domain.tiering.argument import Question
from domain.tiering.model import Tier

MOST_BATCHES = 50

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Missed:
    """A customer of a rep who has waited too long."""

    rep: User
    overdue: Overdue


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was sent from `since` until a moment and what was not, and what imports could not read."""

    since: datetime
    counts: dict[str, int]
    loads: int
    rejected: int


async def slipping_of(deps: Deps, rep: User, local: datetime) -> list[Overdue]:
    """Who of A and B is soon overdue, is not on the list of today and has no appointment before that."""
    today = local.date()
    listed = await lists.day_of(deps, rep, None, local)
    soon = next_worked(today, deps.calendar)
    async with deps.db.read() as uow:
        month = await capacity.month_of(deps, uow, rep, today)
        booked = await uow.appointments.of_rep(rep.id, today, soon)
    seen_to = {one.customer.id for one in (*listed.stops, *listed.done)} | {one.customer_id for one in booked}
    ahead = deps.library.notices.at(today).slipping_days
    found = slipping(month.targets, today, month.cadence, deps.calendar, month.away, ahead=ahead)
    return [one for one in found if one.target.customer.id not in seen_to]


async def missed_since_yesterday(deps: Deps, manager: User, today: date) -> tuple[list[Missed], int]:
    """The A customers of the team for whom the days of grace ended today, and how many wait in all."""
    grace = deps.library.notices.at(today).grace_days
    waiting = [
        Missed(one.month.rep, late)
        for one in await capacity.glance(deps, await days.team(deps, manager), today)
        for late in one.overdue.late
        if late.cell.tier is Tier.A and late.late > grace
    ]
    return [one for one in waiting if one.overdue.late == grace + 1], len(waiting)


async def promises_due(deps: Deps, rep: User, on: date) -> list[Promise]:
    """What the rep has promised for a day, and for those until the next one that they work."""
    async with deps.db.read() as uow:
        away = await uow.leave.away(rep.id, on, on + FURTHEST * _ONE_DAY)
        return await uow.notices.promises_of(rep.id, *told_with(on, deps.calendar, away))


async def next_day_of(deps: Deps, rep: User, on: date) -> date:
    """The next day after `on` that a rep works."""
    async with deps.db.read() as uow:
        away: Away = await uow.leave.away(rep.id, on, on + FURTHEST * _ONE_DAY)
    return next_worked(on, deps.calendar, away)


async def booking(deps: Deps, rep: User, appointment_id: AppointmentId) -> Booking:
    """One of the rep's appointments. DomainError "not_found" for others."""
    async with deps.db.read() as uow:
        return await uow.appointments.get(appointment_id, Scope.of(rep))


async def question(deps: Deps, viewer: User, question_id: QuestionId) -> Question | None:
    """A question in the viewer's sight."""
    async with deps.db.read() as uow:
        return await uow.questions.get(question_id, Scope.of(viewer))


async def correction(deps: Deps, viewer: User, correction_id: CorrectionId) -> Correction:
    """A report in the viewer's sight. DomainError "not_found" for others."""
    async with deps.db.read() as uow:
        return await uow.corrections.get(correction_id, Scope.of(viewer))


async def open_questions(deps: Deps, manager: User, now: datetime) -> Sequence[Question]:
    """The questions about tiers that wait for the manager."""
    async with deps.db.read() as uow:
        return [one for one in await uow.questions.all(Scope.of(manager), now) if one.is_open]


async def open_reports(deps: Deps, manager: User) -> int:
    """How many reports of something wrong wait for the manager."""
    async with deps.db.read() as uow:
        return await uow.corrections.open_count(Scope.of(manager))


async def is_held(deps: Deps, viewer: User, held_id: HeldId) -> bool:
    """Whether words of the viewer's still wait for a safety report."""
    async with deps.db.read() as uow:
        return any(one.id == held_id for one in await uow.held.open(viewer.id))


async def ledger(deps: Deps, since: datetime, until: datetime) -> Ledger:
    """What became of everything that was owed, and how imports went."""
    async with deps.db.read() as uow:
        counts = await uow.outbox.counts(since, until)
        batches = [one for one in await uow.imports.batches(MOST_BATCHES) if since <= one.created_at < until]
    rejected = sum(one.counts.get("rejected", 0) for one in batches)
    return Ledger(since, counts, len(batches), rejected)


async def person(deps: Deps, viewer: User, user_id: int) -> User | None:
    """Somebody of the viewer's team, or anybody for an admin."""
    async with deps.db.read() as uow:
        everyone = await uow.users.all() if viewer.role is Role.ADMIN else await uow.users.team(viewer.id)
    return next((one for one in everyone if one.id == user_id), None)
