"""What the days of a rep are planned from, and whose days a person may see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.db.uow import UnitOfWork
from bot.db.values import DataAsOf
from bot.deps import Deps
from bot.services.appointments import usual_parts
from bot.services.qualifications import require_promotion
from domain.customers.profile import permitted
from domain.errors import DomainError
from domain.ids import CustomerId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.absence import Away
from domain.planning.choice import cadence_of
from domain.planning.model import Appointment, RepCalendar, VisitTarget
from domain.planning.params import Planning
from domain.planning.wishes import Pin, Wish, monday_of, pinned, wishes

AHEAD = timedelta(days=92)
"""How far appointments and leave are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a rep's days from `today` on are planned from.

    `targets` are as of `today`; `appointments` those from today on; `own_time` the rep's hours, base and
    leave, from the first of the month on; `params` have the cadence that is in force for the rep. `wanted`
    are visits that shall be on a day, `settled` the weeks that the rep has confirmed, by their Mondays, and
    when. Today must have `kept`, and not have `aside`, whose visits were moved to the days given there.
    """

    rep: User
    today: date
    targets: tuple[VisitTarget, ...]
    appointments: tuple[Appointment, ...]
    own_time: RepCalendar
    params: Planning
    wanted: tuple[Wish, ...]
    settled: Mapping[date, datetime]
    kept: frozenset[CustomerId]
    aside: Mapping[CustomerId, date]
    as_of: DataAsOf

    @property
    def away(self) -> Away:
        """When the rep is not in the field."""
        return Away(self.own_time.days_off, self.own_time.halves_off)

    @property
    def seed(self) -> int:
        """The same for the same rep and day."""
        return self.rep.id * 1_000_000 + self.today.toordinal()


async def situation(deps: Deps, rep: User, today: date) -> Situation:
    """Everything the planner needs, as of one moment. DomainError "promotion_locked"."""
    async with deps.db.read() as uow:
        return await situation_in(deps, uow, rep, today)


async def situation_in(deps: Deps, uow: UnitOfWork, rep: User, today: date) -> Situation:
    """The same inside a unit of work."""
    await require_promotion(deps, uow, rep, today)
    last = today + AHEAD
    away = await uow.leave.away(rep.id, today.replace(day=1), last)
    params = deps.library.planning_at(today)
    choices = await uow.cadences.of_rep(rep.id, today)
    hours, usual = await uow.hours.of_rep(rep.id), params.planning.usual()
    said, unsaid = await uow.profile.consents_of(rep.id), permitted({}, today)
    channels = {number: permitted(consents, today) for number, consents in said.items()}
    targets = tuple(
        replace(one, channels=channels.get(one.customer.id, unsaid))
        for one in await uow.visits.targets(rep.id, today)
    )
    appointments = tuple(await uow.appointments.of_rep(rep.id, today, last))
    kept = await uow.weeks.kept(rep.id, today, last)
    own_time = replace(
        usual,
        start=hours.start or usual.start,
        end=hours.end or usual.end,
        base=hours.base,
        days_off=away.days,
        halves_off=away.halves,
        blocked=away.blocked(usual_parts(deps)),
    )
    wanted = tuple(Wish(one.customer_id, one.on, one.moved_from, one.start) for one in kept)
    pins = pinned(
        [Pin(one.customer_id, one.source, one.from_on) for one in await uow.pins.waiting(rep.id)],
        wanted,
        today,
        targets=targets,
        rep=own_time,
        params=params.planning,
        calendar=deps.calendar,
    )
    targets = tuple(
        replace(one, pinned_by=pins[one.customer.id][0].source) if one.customer.id in pins else one
        for one in targets
    )
    wanted += tuple(wish for _, wish in pins.values())
    found = wishes(
        wanted,
        (),
        [today],
        targets=targets,
        appointments=appointments,
        params=params.planning,
        calendar=deps.calendar,
    )
    return Situation(
        rep=rep,
        today=today,
        targets=targets,
        appointments=appointments,
        wanted=wanted,
        settled=await uow.weeks.confirmed_weeks(rep.id, monday_of(today)),
        kept=frozenset(found.kept.get(today, ())),
        aside={
            number: min(one.on for one in wanted if one.customer_id == number)
            for number in found.without.get(today, ())
        },
        own_time=own_time,
        params=replace(params, cadence=cadence_of(params.cadence, choices)),
        as_of=await uow.customers.data_as_of(Scope.of(rep)),
    )


async def team(deps: Deps, viewer: User) -> list[User]:
    """The active reps whose days a viewer may see."""
    async with deps.db.read() as uow:
        everyone = await uow.users.all() if viewer.role is Role.ADMIN else await uow.users.team(viewer.id)
    return [one for one in everyone if one.role is Role.REP and one.is_active]


async def rep_in_sight(deps: Deps, viewer: User, rep_id: UserId | None) -> User:
    """Oneself, or a rep of the viewer's team. DomainError "not_found" for others."""
    if rep_id is None or rep_id == viewer.id:
        return viewer
    found = next((one for one in await team(deps, viewer) if one.id == rep_id), None)
    if found is None:
        raise DomainError("not_found")
    return found
