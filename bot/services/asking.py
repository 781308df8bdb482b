"""What is asked in one's own words only: who was seen, who was not, what is promised."""

from datetime import date, timedelta

from bot.deps import Deps
from bot.services import day as days
from bot.services import weeks
from domain.customers.model import CustomerStatus
from domain.errors import DomainError
from domain.ids import CustomerId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.model import VisitTarget
from domain.understanding.periods import Period, week_of
from domain.visits.log import LoggedVisit
from domain.visits.states import VisitState

WEEKS_SEARCHED = 3
"""So many weeks of the plan are looked through for a visit that is to be moved."""


async def seen(deps: Deps, viewer: User, period: Period) -> list[LoggedVisit]:
    """The visits of the viewer, or of their team, that took place, newest first."""
    async with deps.db.read() as uow:
        logged = await uow.visit_log.between(Scope.of(viewer), period.first, period.last)
    return [one for one in logged if one.told.result.state is VisitState.DONE]


async def unseen(
    deps: Deps, viewer: User, period: Period, today: date, *, whom: str | None
) -> list[VisitTarget]:
    """The customers of the viewer, or of their team, who were not met, by cell and name.

    `whom` is a letter ("A"), a cell ("A1"), or None for everybody.
    """
    met = {one.customer_id for one in await seen(deps, viewer, period)}
    reps = [viewer] if viewer.role is Role.REP else await days.team(deps, viewer)
    async with deps.db.read() as uow:
        targets = [one for rep in reps for one in await uow.visits.targets(rep.id, today)]
    left = [
        one
        for one in targets
        if one.customer.id not in met and one.customer.status is CustomerStatus.ACTIVE
        if whom is None or _place(one).startswith(whom)
    ]
    return sorted(left, key=lambda one: (_place(one) or "~", one.customer.name, one.customer.id))


async def promises(deps: Deps, viewer: User, period: Period | None) -> list[LoggedVisit]:
    """The visits after which something promised is still to be done, the next one due first."""
    async with deps.db.read() as uow:
        found = await uow.visit_log.open_steps(Scope.of(viewer))
    if period is None:
        return found
    return [one for one in found if one.told.next_on and period.first <= one.told.next_on <= period.last]


async def rep_named(deps: Deps, viewer: User, name: str) -> UserId | None:
    """A rep of the viewer's team by their name, or by a part of it that only one of them has."""
    wanted = name.casefold().split()
    fits = [
        rep
        for rep in await days.team(deps, viewer)
        if set(wanted) <= set(rep.name.casefold().split()) or rep.name.casefold() == "".join(wanted)
    ]
    return fits[0].id if len(fits) == 1 else None


async def planned_on(deps: Deps, rep: User, customer_id: CustomerId, today: date) -> date | None:
    """The next day on which the plan of a rep has an open visit to a customer that can be moved."""
    for page in range(WEEKS_SEARCHED):
        try:
            found = await weeks.week(deps, rep, None, today, page)
        except DomainError:
            return None
        for day in found.days:
            for stop in day.stops:
                if stop.customer.id == customer_id and not (stop.is_done or stop.is_appointment):
                    return day.on
    return None


def period_before(period: Period) -> Period:
    """The week before a week, the month before a month, else as many days before the first."""
    if period.is_week:
        return week_of(period.first - timedelta(1))
    before = period.first - timedelta(1)
    if period.is_month:
        return Period(before.replace(day=1), before)
    return Period(period.first - (period.last - period.first) - timedelta(1), before)


def _place(target: VisitTarget) -> str:
    return target.cell.value if target.cell else target.tier.value if target.tier else ""
