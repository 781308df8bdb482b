"""What reps do without a planner: the policies that the planner is measured against.

All keep gaps, maxima and appointments and, but for the raw list, know the doctors' hours.
"""

from collections.abc import Callable, Sequence
from math import inf

from bot.bench.month.world import Moment

_SHORT_WAIT = 15.0
"""Minutes that "open now" may mean."""


def raw_list(moment: Moment) -> Sequence[int]:
    """The most overdue in this order, whatever the hours and the way; today's appointments first."""
    agreed = moment.world.appointments[moment.d]
    ranked = sorted(moment.may_be_visited(), key=lambda c: (agreed.get(c, inf), -overdue(moment, c)))
    return ranked[: moment.stops]


def nearest_neighbour(moment: Moment) -> Sequence[int]:
    """Always on to the nearest doctor who receives now; to the first who will when nobody does."""
    return _onwards(moment, moment.may_be_visited())


def overdue_map(moment: Moment) -> Sequence[int]:
    """The nearest neighbour among those who are due: a map that shows who is."""
    agreed = moment.world.appointments[moment.d]
    return _onwards(moment, [c for c in moment.may_be_visited() if c in agreed or overdue(moment, c) >= 1])


def most_overdue(moment: Moment) -> Sequence[int]:
    """The most overdue one by one, each where it lengthens the way least, as long as it fits."""
    return _inserted(moment, lambda c: (-overdue(moment, c),))


def tier_first(moment: Moment) -> Sequence[int]:
    """The same, all A before all B before all C."""
    doctors = moment.world.doctors
    return _inserted(moment, lambda c: (doctors[c].cell.tier, -overdue(moment, c)))


def overdue(moment: Moment, c: int) -> float:
    """Working days since the last visit in those from one visit to the next by the cell's target."""
    world = moment.world
    wait = world.calendar.working_days(moment.last[c], moment.today)
    return wait * world.doctors[c].cadence.target / world.calendar.working_days_of_month(moment.today)


def _onwards(moment: Moment, candidates: Sequence[int]) -> list[int]:
    route: list[int] = []
    left = set(candidates)
    while len(route) < moment.stops:
        reachable = [c for c in sorted(left) if _fits(moment, [*route, c], left)]
        if not reachable:
            break
        clock, here = _after(moment, route)
        best = min(reachable, key=lambda c: _step(moment, c, clock, here))
        route.append(best)
        left.remove(best)
    return route


def _step(moment: Moment, c: int, clock: float, here: int) -> tuple[bool, float]:
    """Open doors before closed ones; those by the way there, these by the time until they open."""
    way = moment.world.way(here, c)
    wait = _begins(moment, c, clock + way) - clock - way
    return wait > _SHORT_WAIT, way + (wait if wait > _SHORT_WAIT else 0.0)


def _fits(moment: Moment, route: list[int], left: set[int]) -> bool:
    """Whether the route is possible, and each of today's appointments that are left after it."""
    clock, here = _after(moment, route)
    if clock == inf:
        return False
    agreed = moment.world.appointments[moment.d]
    later = [c for c in agreed if c in left and c not in route]
    return all(_begins(moment, c, clock + moment.world.way(here, c)) < inf for c in later)


def _inserted(moment: Moment, rank: Callable[[int], tuple[object, ...]]) -> list[int]:
    agreed = moment.world.appointments[moment.d]
    route: list[int] = []
    for c in sorted(moment.may_be_visited(), key=lambda c: (c not in agreed, rank(c))):
        if len(route) == moment.stops:
            break
        longer = [[*route[:at], c, *route[at:]] for at in range(len(route) + 1)]
        possible = [each for each in longer if _after(moment, each)[0] < inf]
        if possible:
            route = min(possible, key=lambda each: _way(moment, each))
    return route


def _way(moment: Moment, route: Sequence[int]) -> float:
    places = [moment.here, *(moment.world.place[c] for c in route)]
    return sum(moment.world.way(here, c) for here, c in zip(places, route, strict=False))


def _after(moment: Moment, route: Sequence[int]) -> tuple[float, int]:
    """When and where the rep is free after a route; infinity when it is not possible."""
    clock, here = moment.clock, moment.here
    for c in route:
        clock = _begins(moment, c, clock + moment.world.way(here, c)) + moment.world.doctors[c].service
        here = moment.world.place[c]
    return clock, here


def _begins(moment: Moment, c: int, arrive: float) -> float:
    windows = moment.world.windows(c, moment.d)
    return min((max(arrive, opens) for opens, closes in windows if arrive <= closes), default=inf)
