"""From candidates to the best route of a day: places, travel times, what may begin when."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId
from domain.planning.eligibility import Candidate, Eligible, Frame
from domain.planning.model import VisitTarget
from domain.planning.params import PlanningParams
from domain.planning.route import DayProblem, Route, Stop, route_in_order, solve_day
from domain.planning.travel import Place, TravelTimes, place_of

Where = InstitutionId | tuple[float, float] | None
"""An institution, a point (latitude, longitude), or nowhere in particular."""


@dataclass(frozen=True, slots=True)
class Search:
    """How the route search looks: the same seed and iterations find the same route.

    With `order` nothing is searched: these customers are visited, in this order.
    """

    seed: int
    iterations: int
    order: tuple[CustomerId, ...] | None = None


class Tour:
    """The routing problem of a day and its solution.

    `candidates` are those who may be visited, `number` their rows in the whole `minutes` between places.
    `earliest` is the minute of the day before which nothing can be done, 0 for a day to come.
    """

    def __init__(
        self,
        params: PlanningParams,
        frame: Frame,
        found: Eligible,
        *,
        capacity: int,
        start: Place | None,
        earliest: float,
        travel: TravelTimes,
        search: Search,
    ) -> None:
        self.params = params
        self.frame = frame
        self.capacity = capacity
        self.earliest = earliest
        self.has_begun = earliest >= frame.free.start
        self.candidates = [one for one in found.candidates if one.begins]
        self.number = {one.id: number for number, one in enumerate(self.candidates, 1)}
        self.minutes, self.notes = self._minutes(travel, start)
        self.route = self._solve(search)

    def _minutes(
        self, travel: TravelTimes, start: Place | None
    ) -> tuple[NDArray[np.float64], tuple[Reason, ...]]:
        """Whole minutes between the start (0) and the candidates (from 1); no start: no way to the first."""
        places = [place_of(one.target.customer) for one in self.candidates]
        if not places:
            return np.zeros((1, 1)), ()
        every = [start or places[0], *places]
        index = {place: number for number, place in enumerate(dict.fromkeys(every))}
        table = travel.table(tuple(index))
        rows = [index[place] for place in every]
        minutes = np.rint(table.minutes[np.ix_(rows, rows)])
        if start is None:
            minutes[0], minutes[:, 0] = 0.0, 0.0
        return minutes, table.notes

    def _solve(self, search: Search) -> Route:
        """To the minute where that is possible; else appointments may begin a little late."""
        route = self._route(search, 0.0)
        if route.infeasible and any(one.appointment for one in self.candidates):
            return self._route(search, self.params.grace)
        return route

    def _route(self, search: Search, grace: float) -> Route:
        stops = tuple(self._stop(one, grace) for one in self.candidates)
        problem = DayProblem(
            start=self._leaves(),
            end=self.frame.hours.end,
            capacity=self.capacity,
            travel_price=self.params.travel_price,
            matrix=self.minutes,
            stops=stops,
        )
        if search.order is not None:
            route = route_in_order(problem, search.order)
        else:
            route = solve_day(problem, seed=search.seed, iterations=search.iterations)
        return route if self.has_begun else self._no_earlier(route)

    def _no_earlier(self, route: Route) -> Route:
        """The same route without waiting at the first door for having set out before the usual hour."""
        if not route.stops:
            return route
        first, *others = route.stops
        arrive = min(first.start, max(first.arrive, self.frame.free.start + first.travel))
        return replace(route, stops=(replace(first, arrive=arrive), *others))

    def _leaves(self) -> float:
        """When the rep sets out: early enough for a promised appointment, if the day has not begun yet."""
        if self.has_begun:
            return self.frame.hours.start
        ways = (
            one.begins[0][0] - self.minutes[0, self.number[one.id]]
            for one in self.candidates
            if _is_promised(one)
        )
        return float(max(self.earliest, min([self.frame.hours.start, *ways])))

    def _stop(self, one: Candidate, grace: float) -> Stop:
        late = grace if one.appointment else 0.0
        first = 0.0  # nobody sets out early but for a promised appointment
        if not self.has_begun and not _is_promised(one):
            first = self.frame.free.start + float(self.minutes[0, self.number[one.id]])
        spans = ((max(opens, first), closes + late) for opens, closes in one.begins)
        return Stop(
            id=one.id,
            prize=one.price,
            service=one.service,
            windows=tuple((opens, closes) for opens, closes in spans if opens <= closes),
            required=one.required,
        )


def _is_promised(one: Candidate) -> bool:
    return one.appointment is not None and one.required


def start_place(at: Where, targets: Iterable[VisitTarget]) -> Place | None:
    """Where the day starts; None when that is not known."""
    if at is None:
        return None
    if isinstance(at, tuple):
        return Place(at=at)
    here = (target.customer for target in targets if target.customer.institution)
    return next((place_of(one) for one in here if one.institution and one.institution.id == at), None)
