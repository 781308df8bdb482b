"""Whom to visit today: the list, why somebody is on it or not, and putting off."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.db.uow import UnitOfWork
from bot.db.values import DataAsOf
from bot.deps import Deps
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.choice import cadence_of
from domain.planning.model import Appointment, RepCalendar, VisitTarget
from domain.planning.params import CadenceParams, Planning
from domain.planning.today import DayLine, DayList, not_listed, plan_today
from domain.visits.dismissal import Dismissal, DismissReason


AHEAD = timedelta(days=92)
"""How far appointments and leave are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a rep's days from `today` on are planned from.

    `targets` are as of `today`; `appointments` those from today on; `own_time` the rep's hours, base and
    leave; `params` have the cadence that is in force for the rep.
    """

    rep: User
    today: date
    targets: tuple[VisitTarget, ...]
    appointments: tuple[Appointment, ...]
    own_time: RepCalendar
    params: Planning
    as_of: DataAsOf

    @property
    def seed(self) -> int:
        """The same for the same rep and day."""
        return self.rep.id * 1_000_000 + self.today.toordinal()


async def situation(deps: Deps, rep: User, today: date) -> Situation:
    """Everything the planner needs, as of one moment."""
    async with deps.db.read() as uow:
        return await situation_in(deps, uow, rep, today)


async def situation_in(deps: Deps, uow: UnitOfWork, rep: User, today: date) -> Situation:
    """The same inside a unit of work."""
    last = today + AHEAD
    params = deps.library.planning_at(today)
    choices = await uow.cadences.of_rep(rep.id, today)
    hours, usual = await uow.hours.of_rep(rep.id), params.planning.usual()
    return Situation(
        rep=rep,
        today=today,
        targets=tuple(await uow.visits.targets(rep.id, today)),
        appointments=tuple(await uow.appointments.of_rep(rep.id, today, last)),
        own_time=replace(
            usual,
            start=hours.start or usual.start,
            end=hours.end or usual.end,
            base=hours.base,
            days_off=await uow.leave.days_off(rep.id, today, last),
        ),
        params=replace(params, cadence=cadence_of(params.cadence, choices)),
        as_of=await uow.customers.data_as_of(Scope.of(rep)),
    )


@dataclass(frozen=True, slots=True)
class Day:
    """One rep's day as a viewer sees it."""

    rep: User
    targets: tuple[VisitTarget, ...]
    day_list: DayList
    cadence: CadenceParams
    as_of: DataAsOf

    @property
    def put_off(self) -> list[VisitTarget]:
        """Who is put off, the soonest back first."""
        waiting = [
            target
            for target in self.targets
            if target.snoozed_until is not None and target.snoozed_until > self.day_list.today
        ]
        return sorted(waiting, key=lambda target: (target.snoozed_until or date.max, target.customer.name))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one customer stands today: a line of the list, or what keeps them off it.

    Both None: due, but beyond the day's capacity.
    """

    target: VisitTarget
    line: DayLine | None
    hurdle: Reason | None


async def team(deps: Deps, viewer: User) -> list[User]:
    """The active reps whose days a viewer may see."""
    async with deps.db.read() as uow:
        everyone = await uow.users.all() if viewer.role is Role.ADMIN else await uow.users.team(viewer.id)
    return [one for one in everyone if one.role is Role.REP and one.is_active]


async def day_of(deps: Deps, viewer: User, rep_id: UserId | None, today: date) -> Day:
    """The day of a rep: one's own, or that of a rep of the team. DomainError "not_found" for others."""
    if rep_id is None or rep_id == viewer.id:
        rep = viewer
    else:
        found = [one for one in await team(deps, viewer) if one.id == rep_id]
        if not found:
            raise DomainError("not_found")
        rep = found[0]
    async with deps.db.read() as uow:
        targets = tuple(await uow.visits.targets(rep.id, today))
        choices = await uow.cadences.of_rep(rep.id, today)
        as_of = await uow.customers.data_as_of(Scope.of(rep))
    cadence = cadence_of(deps.library.cadence.at(today), choices)
    day_list = await asyncio.to_thread(_plan, deps, targets, cadence, today)
    return Day(rep, targets, day_list, cadence, as_of)


async def standing(deps: Deps, viewer: User, customer_id: CustomerId, today: date) -> Standing:
    """Why a customer is on the owner's list today, or is not."""
    async with deps.db.read() as uow:
        customer = await uow.customers.get(customer_id, Scope.of(viewer))
    if customer is None or customer.owner_id is None:
        raise DomainError("not_found")
    day = await day_of(deps, viewer, customer.owner_id, today)
    target = next(one for one in day.targets if one.customer.id == customer_id)
    line = next((one for one in day.day_list.lines if one.customer.id == customer_id), None)
    hurdle = not_listed(
        target,
        today=today,
        params=deps.library.today.at(today),
        cadence=day.cadence,
        calendar=deps.calendar,
    )
    return Standing(target, line, hurdle)


async def put_off(deps: Deps, viewer: User, customer_id: CustomerId, until: date, now: datetime) -> str:
    """Keep a customer off the viewer's list until a day; the customer's name."""
    async with deps.db.write() as uow:
        customer = await uow.customers.get(customer_id, Scope.of(viewer))
        if customer is None or customer.owner_id != viewer.id:
            raise DomainError("not_found")
        said = Dismissal(DismissReason.UNAVAILABLE, now.date(), until)
        await uow.dismissals.add(customer_id, Scope.of(viewer), said, now)
        return customer.name


async def take_back(deps: Deps, viewer: User, customer_id: CustomerId) -> None:
    """Put a customer back onto the viewer's list."""
    async with deps.db.write() as uow:
        await uow.dismissals.end(customer_id, viewer.id, deps.clock.now())


def later_days(deps: Deps, today: date) -> list[date]:
    """The days until which a customer may be put off: the params' working days from today."""
    return [deps.calendar.add_working_days(today, days) for days in deps.library.today.at(today).later]


def _plan(deps: Deps, targets: tuple[VisitTarget, ...], cadence: CadenceParams, today: date) -> DayList:
    return plan_today(
        targets,
        today=today,
        params=deps.library.today.at(today),
        cadence=cadence,
        calendar=deps.calendar,
    )
