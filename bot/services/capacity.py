"""What a rep's month holds, who is overdue, how the month is going: one's own, or the team's at a glance."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services import day as days
from domain.calendar import last_of_month
from domain.errors import DomainError
from domain.ids import ChoiceId, EffortId, UserId
from domain.people.model import Role, User
from domain.planning.absence import Away
from domain.planning.cadence import Cycle
from domain.planning.capacity import (
    Demand,
    Fit,
    Remedy,
    Room,
    demand,
    fit,
    remedies,
    worth_left_out,
)
from domain.planning.choice import CadenceChoice, cadence_of
from domain.planning.effort_params import RemedyKind
from domain.planning.model import VisitTarget
from domain.planning.overdue import MonthPace, OverdueList, month_pace, overdue
from domain.planning.params import CadenceParams, Planning

if TYPE_CHECKING:
    from domain.planning.allocation import NextVisit

_WORTHS = 3
MEMORY = timedelta(days=366)
"""How far back leave is known where waiting times are counted."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A rep's calendar month: customers, capacity, and the cadence that holds.

    `base` is the cadence without the remedy that the rep may have chosen. `room` counts the extra
    days of a remedy, `bare_room` does not. `working_days` are those of the calendar, of which
    `leave` are off, a half day as 0.5; `left` of the days in the field are still to come, today
    included. `away` reaches back as far as waiting times are counted.
    """

    rep: User
    today: date
    targets: tuple[VisitTarget, ...]
    choices: tuple[CadenceChoice, ...]
    base: CadenceParams
    cadence: CadenceParams
    bare_room: Room
    room: Room
    working_days: int
    away: Away
    leave: float
    left: float

    @property
    def asked(self) -> Demand:
        """What the cadence asks for without a remedy."""
        return demand(self.targets, self.base)

    @property
    def kept(self) -> Demand:
        """What the cadence that holds asks for."""
        return demand(self.targets, self.cadence)

    @property
    def fit(self) -> Fit:
        """How the cadence that holds stands against the month."""
        return fit(self.kept.needed, self.room)

    @property
    def remedy(self) -> CadenceChoice | None:
        """The remedy that is in force."""
        return next((one for one in reversed(self.choices) if one.is_remedy), None)

    @property
    def effort(self) -> CadenceChoice | None:
        """What a manager has shared out, if it is in force."""
        return next((one for one in reversed(self.choices) if not one.is_remedy), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """A month with the ways out of it, and what one more visit would be worth beyond what still fits."""

    month: Month
    ways_out: tuple[Remedy, ...]
    worths: "tuple[tuple[NextVisit, str], ...]"  # with the customer's name
    author: User | None  # of the decision that is in force last
    cycle: Cycle


async def month_of(deps: Deps, uow: UnitOfWork, rep: User, today: date) -> Month:
    """The month of `today` of a rep, leave taken off."""
    first, last = today.replace(day=1), last_of_month(today)
    away = await uow.leave.away(rep.id, first - MEMORY, last)
    eve = first - _ONE_DAY
    field = away.halves_in_field(eve, last, deps.calendar) / 2
    choices = await uow.cadences.of_rep(rep.id, today)
    norm = deps.library.cadence.at(today)
    most = deps.library.planning.at(today).capacity
    usual = min(deps.library.effort.at(today).usual_a_day, most)
    extra = sum(one.extra_days for one in choices)
    return Month(
        rep=rep,
        today=today,
        targets=tuple(await uow.visits.targets(rep.id, today)),
        choices=choices,
        base=cadence_of(norm, [one for one in choices if not one.is_remedy]),
        cadence=cadence_of(norm, choices),
        bare_room=Room(field, usual, most),
        room=Room(field + extra, usual, most),
        working_days=deps.calendar.working_days(eve, last),
        away=away,
        leave=away.days_lost(eve, last, deps.calendar),
        left=away.halves_in_field(today - _ONE_DAY, last, deps.calendar) / 2 + extra,
    )


async def capacity(deps: Deps, viewer: User, rep_id: UserId | None, today: date) -> Capacity:
    """The month of a rep in the viewer's sight, and what to do if it holds too little."""
    rep = await days.rep_in_sight(deps, viewer, rep_id)
    async with deps.db.read() as uow:
        month = await month_of(deps, uow, rep, today)
        author = await uow.users.get(month.choices[-1].author_id) if month.choices else None
    worths = await asyncio.to_thread(_worths, deps, month)
    return Capacity(
        month=month,
        ways_out=_ways_out(deps, month),
        worths=worths,
        author=author,
        cycle=Cycle.quarter_of(today, deps.calendar),
    )


async def choose(deps: Deps, rep: User, kind: RemedyKind, today: date, now: datetime) -> None:
    """Let a remedy hold for the rest of the month, in place of the one before.

    It is reckoned anew from what is stored now. DomainError "no_remedy_needed" when the month
    fits without, "remedy_too_small" when it does not fit with it.
    """
    if rep.role is not Role.REP:
        raise DomainError("not_allowed")
    async with deps.db.write() as uow:
        month = await month_of(deps, uow, rep, today)
        found = next((one for one in _ways_out(deps, month) if one.kind is kind), None)
        if found is None:
            raise DomainError("no_remedy_needed")
        if not found.is_enough:
            raise DomainError("remedy_too_small")
        await uow.cadences.end([one.id for one in month.choices if one.is_remedy], rep.id, now)
        await add_remedy(uow, month, month.base, found, author=rep, now=now)
        await uow.audit.add("remedy", f"user:{rep.id}", now, user_id=rep.id, detail={"kind": kind.value})


async def add_remedy(
    uow: UnitOfWork,
    month: Month,
    base: CadenceParams,
    found: Remedy,
    *,
    author: User,
    now: datetime,
    effort_id: EffortId | None = None,
) -> None:
    """Keep a remedy of the cadence `base` until the end of the month, with what it was chosen for."""
    await uow.cadences.add(
        month.rep.id,
        found.kind.value,
        {cell: visits for cell, visits in found.targets.items() if visits != base.cells[cell].target},
        extra_days=found.extra_days,
        until=last_of_month(month.today),
        reasons=[found.reason],
        author_id=author.id,
        now=now,
        effort_id=effort_id,
    )


async def take_back(deps: Deps, rep: User, choice_id: ChoiceId, today: date, now: datetime) -> None:
    """End one's own remedy; what held before it holds again. DomainError "not_found" for others."""
    async with deps.db.write() as uow:
        own = await uow.cadences.of_rep(rep.id, today)
        if not any(one.id == choice_id and one.is_remedy for one in own):
            raise DomainError("not_found")
        await uow.cadences.end([choice_id], rep.id, now)
        await uow.audit.add("remedy_ended", f"user:{rep.id}", now, user_id=rep.id)


async def overdue_of(
    deps: Deps, viewer: User, rep_id: UserId | None, today: date
) -> tuple[User, OverdueList, CadenceParams]:
    """Who of a rep's customers has waited too long."""
    rep = await days.rep_in_sight(deps, viewer, rep_id)
    async with deps.db.read() as uow:
        month = await month_of(deps, uow, rep, today)
    return rep, _overdue(deps, month), month.cadence


async def pace_of(deps: Deps, viewer: User, rep_id: UserId | None, today: date) -> tuple[User, MonthPace]:
    """How a rep's month is going."""
    rep = await days.rep_in_sight(deps, viewer, rep_id)
    async with deps.db.read() as uow:
        month = await month_of(deps, uow, rep, today)
    return rep, month_pace(month.targets, today, month.cadence, deps.calendar, month.away)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One rep of the team in one line."""

    month: Month
    overdue: OverdueList
    pace: MonthPace


async def glance(deps: Deps, reps: Sequence[User], today: date) -> list[Glance]:
    """The month of each of these reps of the viewer's team."""
    found = []
    for rep in reps:
        async with deps.db.read() as uow:
            month = await month_of(deps, uow, rep, today)
        found.append(await asyncio.to_thread(_glance, deps, month))
    return found


def _glance(deps: Deps, month: Month) -> Glance:
    return Glance(
        month=month,
        overdue=_overdue(deps, month),
        pace=month_pace(month.targets, month.today, month.cadence, deps.calendar, month.away),
    )


def _overdue(deps: Deps, month: Month) -> OverdueList:
    return overdue(month.targets, month.today, month.cadence, deps.calendar, month.away)


def _ways_out(deps: Deps, month: Month) -> tuple[Remedy, ...]:
    return remedies(month.asked, month.bare_room, month.base, deps.library.effort.at(month.today))


def _worths(deps: Deps, month: Month) -> "tuple[tuple[NextVisit, str], ...]":
    params = Planning(month.cadence, deps.library.planning.at(month.today))
    names = {target.customer.id: target.customer.name for target in month.targets}
    visits = int(month.left * month.room.most_a_day)
    found = worth_left_out(month.targets, params, visits, _WORTHS)
    return tuple((one, names[one.customer_id]) for one in found)
