"""Whom to visit today: the list, why somebody is on it or not, and putting off."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime

from bot.db.values import DataAsOf
from bot.deps import Deps
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.model import VisitTarget
from domain.planning.today import DayLine, DayList, not_listed, plan_today


@dataclass(frozen=True, slots=True)
class Day:
    """One rep's day as a viewer sees it."""

    rep: User
    targets: tuple[VisitTarget, ...]
    day_list: DayList
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
        as_of = await uow.customers.data_as_of(Scope.of(rep))
    return Day(rep, targets, await asyncio.to_thread(_plan, deps, targets, today), as_of)


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
        cadence=deps.library.cadence.at(today),
        calendar=deps.calendar,
    )
    return Standing(target, line, hurdle)


async def put_off(deps: Deps, viewer: User, customer_id: CustomerId, until: date, now: datetime) -> str:
    """Keep a customer off the viewer's list until a day; the customer's name."""
    async with deps.db.write() as uow:
        customer = await uow.customers.get(customer_id, Scope.of(viewer))
        if customer is None or customer.owner_id != viewer.id:
            raise DomainError("not_found")
        await uow.snoozes.set(customer_id, Scope.of(viewer), until, now)
        return customer.name


async def take_back(deps: Deps, viewer: User, customer_id: CustomerId) -> None:
    """Put a customer back onto the viewer's list."""
    async with deps.db.write() as uow:
        await uow.snoozes.clear(customer_id, Scope.of(viewer))


def later_days(deps: Deps, today: date) -> list[date]:
    """The days until which a customer may be put off: the params' working days from today."""
    return [deps.calendar.add_working_days(today, days) for days in deps.library.today.at(today).later]


def _plan(deps: Deps, targets: tuple[VisitTarget, ...], today: date) -> DayList:
    return plan_today(
        targets,
        today=today,
        params=deps.library.today.at(today),
        cadence=deps.library.cadence.at(today),
        calendar=deps.calendar,
    )
