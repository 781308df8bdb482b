"""The best route of one day: which customers, in which order, when.

An orienteering problem with time windows. It is solved by ruin and recreate (Schrimpf et al. 2000): some
stops are dropped, and the gaps filled again with whatever earns most for what it takes of the day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.explain import Reason

_EXACT = 1e-9
"""Minutes: sums of minutes are not exact beyond this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A customer that may be visited on the day.

    `prize` is the value of the visit, `service` its minutes. Service starts inside one of the
    `windows` (minutes after midnight, both ends included). A `required` stop is in every plan.
    """

    id: int
    prize: float
    service: float
    windows: tuple[tuple[float, float], ...]
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayProblem:
    """What a day may hold: from `start` to `end` (the last service, or the way home, ends by then).

    `matrix` has travel minutes, shape (n + 1, n + 1): 0 is where the rep starts, i + 1 is `stops[i]`.
    At most `capacity` stops. `travel_price` is what a minute of travel costs, in units of prizes.
    When `returns`, the way home counts, in time and in price.
    """

    start: float
    end: float
    capacity: int
    travel_price: float
    matrix: NDArray[np.float64]
    stops: tuple[Stop, ...]
    returns: bool = False

    def __post_init__(self) -> None:
        places = len(self.stops) + 1
        if self.matrix.shape != (places, places):
            raise ValueError(f"the matrix has the shape {self.matrix.shape} for {places} places")
        if len({stop.id for stop in self.stops}) < len(self.stops):
            raise ValueError("two stops have the same id")


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One visit of a route: minutes after midnight, and the minutes of travel before it."""

    id: int
    arrive: float
    start: float
    leave: float
    travel: float


@dataclass(frozen=True, slots=True)
class Route:
    """The stops in order, the prizes less the price of travel, and required stops that are not in it.

    Reasons of `infeasible` carry the stop's "id": `required_unreachable` cannot be kept even alone,
    `required_clash` not beside the others.
    """

    stops: tuple[RouteStop, ...]
    value: float
    infeasible: tuple[Reason, ...]


def solve_day(
    problem: DayProblem,
    *,
    seed: int,
    iterations: int,
    stop: Callable[[int], bool] | None = None,
) -> Route:
    """The best route that a search of `iterations` rounds finds.

    `stop`, asked with the number of each round, ends the search early. The same problem and seed give
    the same route on every machine, in whichever order the stops are given, and more rounds never give
    a worse one.
    """
    day = _Day(_promising(problem))
    order = day.search(np.random.Generator(np.random.PCG64(seed)), iterations, stop)
    return day.route(order)


def route_in_order(problem: DayProblem, order: Sequence[int]) -> Route:
    """The stops of these ids in this order, each as early as it may begin; who is too late is left out."""
    day = _Day(problem)
    return day.route(day.in_order(order))


_ENOUGH = 150  # candidates; when there are more, the search looks at those with the highest prizes
_FOR_EACH = 12  # candidates for each of the day's places, when that is more


def _promising(problem: DayProblem) -> DayProblem:
    """The problem with whoever is required, and of those in reach the highest prizes.

    Others hardly ever get a place: on simulated days with 200 to 300 candidates the plan is worth the same.
    """
    stops, most = problem.stops, max(_ENOUGH, _FOR_EACH * problem.capacity)
    if len(stops) <= most:
        return problem

    def rank(n: int) -> tuple[bool, bool, float, int]:
        stop, arrive = stops[n], problem.start + problem.matrix[0, n + 1]
        closes = max((window[1] for window in stop.windows), default=arrive - 1)
        in_reach = arrive <= min(closes, problem.end - stop.service) + _EXACT
        return not stop.required, not in_reach, -stop.prize, stop.id

    chosen = sorted(sorted(range(len(stops)), key=rank)[: max(most, sum(one.required for one in stops))])
    places = [0, *(n + 1 for n in chosen)]
    return replace(
        problem, matrix=problem.matrix[np.ix_(places, places)], stops=tuple(stops[n] for n in chosen)
    )


_Visits = list[int]  # rows of a _Day, in the order of the day

_CLOSE = 5.0  # minutes between places that are entered together
_FAVOURED = 0.4  # share of the rounds that favour one neighbourhood
_NOISE = 0.15  # how far gains are blurred, up and down
_MARGIN = 0.02  # how far below the best plan the search may go on, as a part of its value


class _Day:
    """One problem, laid out for the search.

    A row is a stop with one of its windows. Places are numbered as in the problem's matrix, with stops
    in the order of their ids; the last one is the end of the day, as far away as home, or nowhere.
    """

    def __init__(self, problem: DayProblem) -> None:
        self.start, self.end, self.price = problem.start, problem.end, problem.travel_price
        order = sorted(range(len(problem.stops)), key=lambda index: problem.stops[index].id)
        self.stops = [problem.stops[index] for index in order]
        self.capacity = min(problem.capacity, len(order))
        minutes = self._minutes_between(problem, order)
        self.minutes: list[list[float]] = minutes.tolist()
        self.goal = len(order) + 1

        rows = [
            (place, opens, closes)
            for place, stop in enumerate(self.stops, start=1)
            for opens, closes in sorted(stop.windows)
            if self._in_reach(place, opens, closes)
        ]
        self.place = [place for place, _, _ in rows]
        self.opens = [opens for _, opens, _ in rows]
        self.closes = [closes + _EXACT for _, _, closes in rows]
        visited = [self.stops[place - 1] for place in self.place]
        self.service = [stop.service for stop in visited]
        self.rows_at: dict[int, list[int]] = {}
        for row, place in enumerate(self.place):
            self.rows_at.setdefault(place, []).append(row)

        day = self.end - self.start
        promise = 1 + sum(abs(stop.prize) for stop in self.stops) + self.price * day  # outweighs all else
        self._gain = np.array(
            [stop.prize + promise * stop.required + self.price * stop.service for stop in visited]
        )
        self._opens, self._closes = np.array(self.opens), np.array(self.closes)
        self._to = np.ascontiguousarray(minutes[:, self.place])
        self._back = np.ascontiguousarray(minutes[self.place].T) + self.service
        self._near = self._to[self.place]
        self._slot = max(1, day) / max(1, self.capacity)

    def search(
        self, rng: np.random.Generator, iterations: int, stop: Callable[[int], bool] | None
    ) -> _Visits:
        """The best order found."""
        if not self.place:
            return []
        best = current = self._refill([], self._gain.copy(), power=1)
        best_worth = self._worth(best)
        for number in range(iterations):
            if stop is not None and stop(number):
                break
            share, how, around, power, favour, pivot, patience = rng.random(7).tolist()
            blur = rng.random(len(self.place))
            gain = self._gain * (1 + _NOISE * (2 * blur - 1))
            if favour < _FAVOURED:
                gain[self._near[int(pivot * len(gain))] <= _CLOSE] *= 1 + favour / _FAVOURED
            visits = self._ruin(current, share, int(3 * how), around, blur)
            found = self._refill(visits, gain, int(3 * power))
            kept, value = worth = self._worth(found)
            margin = _MARGIN * abs(best_worth[1]) * patience * patience
            if (kept, value + margin) >= best_worth:
                current = found
            if worth > best_worth:
                best, best_worth = found, worth
        return self._settled(best)

    def in_order(self, ids: Iterable[int]) -> _Visits:
        """The visits of an order that is given, as far as it can be kept."""
        places = {stop.id: place for place, stop in enumerate(self.stops, start=1)}
        rows = (self.rows_at.get(places.get(each, 0)) for each in ids)
        return self._settled(found[0] for found in rows if found)

    def route(self, visits: _Visits) -> Route:
        """The plan in minutes, and which required stops are missing."""
        stops, here, now = [], 0, self.start
        for row, start in zip(visits, self._starts(visits), strict=False):
            place, leave = self.place[row], start + self.service[row]
            travel = self.minutes[here][place]
            stops.append(RouteStop(self.stops[place - 1].id, now + travel, start, leave, travel))
            here, now = place, leave
        visited = {stop.id for stop in stops}
        missing = [
            Reason("required_clash" if place in self.rows_at else "required_unreachable", {"id": stop.id})
            for place, stop in enumerate(self.stops, start=1)
            if stop.required and stop.id not in visited
        ]
        return Route(tuple(stops), self._worth(visits)[1], tuple(missing))

    def _minutes_between(self, problem: DayProblem, order: Sequence[int]) -> NDArray[np.float64]:
        places = [0, *(index + 1 for index in order)]
        minutes = np.zeros((len(places) + 1, len(places) + 1))
        minutes[:-1, :-1] = problem.matrix[np.ix_(places, places)]
        if problem.returns:
            minutes[:, -1] = minutes[:, 0]
        out_of_reach = abs(problem.end - problem.start) + 1  # even if it is infinite
        return np.minimum(minutes, out_of_reach)

    def _in_reach(self, place: int, opens: float, closes: float) -> bool:
        """Whether a stop can be the only one of the day."""
        start = max(self.start + self.minutes[0][place], opens)
        back = self.stops[place - 1].service + self.minutes[place][self.goal]
        return start <= closes + _EXACT and start + back <= self.end + _EXACT

    def _starts(self, visits: _Visits) -> list[float]:
        """When each service starts, and when the day is over."""
        starts = []
        here, now = 0, self.start
        for row in visits:
            place = self.place[row]
            starts.append(max(now + self.minutes[here][place], self.opens[row]))
            here, now = place, starts[-1] + self.service[row]
        return [*starts, now + self.minutes[here][self.goal]]

    def _worth(self, visits: _Visits) -> tuple[int, float]:
        """How many required stops are kept, and the value."""
        kept, value, here = 0, 0.0, 0
        for row in visits:
            place = self.place[row]
            stop = self.stops[place - 1]
            kept += stop.required
            value += stop.prize - self.price * self.minutes[here][place]
            here = place
        return kept, value - self.price * self.minutes[here][self.goal]

    def _ruin(
        self, visits: _Visits, share: float, how: int, around: float, blur: NDArray[np.float64]
    ) -> _Visits:
        """What is left when a share of the visits is dropped: anywhere, in a row, or from one area."""
        if not visits:
            return []
        pivot = int(around * len(visits))
        near = self._near[visits[pivot]]
        keys = (
            [blur[row] for row in visits],
            [abs(index - pivot) for index in range(len(visits))],
            [near[row] for row in visits],
        )[how]
        order = sorted(range(len(visits)), key=keys.__getitem__)
        dropped = set(order[: 1 + int(share * share * len(visits))])  # mostly few
        return self._settled(row for index, row in enumerate(visits) if index not in dropped)

    def _settled(self, visits: Iterable[int]) -> _Visits:
        """The same order with every visit in the first of its windows that is not over.

        Visits that come too late are left out: a direct way may be longer than one by a dropped stop.
        """
        kept: _Visits = []
        here, now = 0, self.start
        for visit in visits:
            place = self.place[visit]
            arrive = now + self.minutes[here][place]
            row = next((each for each in self.rows_at[place] if arrive <= self.closes[each]), None)
            if row is not None:
                kept.append(row)
                here, now = place, max(arrive, self.opens[row]) + self.service[row]
        while kept and self._starts(kept)[-1] > self.end + _EXACT:
            kept.pop()
        return kept

    def _refill(self, visits: _Visits, gain: NDArray[np.float64], power: int) -> _Visits:
        """The visits and whoever is best inserted, one by one, until nobody fits and pays.

        `gain` is used up: it becomes endlessly negative for everybody who is visited.
        """
        for visit in visits:
            gain[self.rows_at[self.place[visit]]] = -np.inf
        while len(visits) < self.capacity:
            found = self._best_insertion(visits, gain, power)
            if found is None:
                break
            gap, row = found
            visits = [*visits[:gap], row, *visits[gap:]]
            gain[self.rows_at[self.place[row]]] = -np.inf
        return visits

    def _best_insertion(
        self, visits: _Visits, gain: NDArray[np.float64], power: int
    ) -> tuple[int, int] | None:
        """The gap and the row with the most net gain ^ (1 + power / 2) / cost, None when nothing pays.

        The cost is the time that is used up, but no less than an even share of the day: a visit takes one
        of the day's places too, and of the two the scarcer counts.
        """
        places, gaps = self._gaps(visits)
        leave, latest, starts, direct = gaps[:, :, np.newaxis]
        to, back = self._to.take(places[:-1], axis=0), self._back.take(places[1:], axis=0)
        reach = np.maximum(to + leave, self._opens)
        fits = reach <= self._closes
        reach += back
        fits &= reach <= latest
        to += back
        to -= direct
        to *= self.price
        net = gain - to
        np.maximum(net, 0, out=net)
        net *= fits
        if power:  # by operations that are exact to the last digit everywhere
            net *= np.sqrt(net) if power == 1 else net
        reach -= starts
        net /= np.maximum(reach, self._slot, out=reach)
        gap, row = divmod(int(net.argmax()), len(gain))
        return (gap, row) if net[gap, row] > 0 else None

    def _gaps(self, visits: _Visits) -> tuple[list[int], NDArray[np.float64]]:
        """All places of the route, and four rows with a number for each gap between two of them.

        When the service before it ends; when the service behind it must start to keep everything
        after, and when it does; and the minutes of the direct way. What must be is computed backwards,
        which is not exact: it is a little early.
        """
        here, now = 0, self.start
        places, leave, starts, direct = [here], [now], [], []
        for row in visits:
            place = self.place[row]
            travel = self.minutes[here][place]
            start = max(now + travel, self.opens[row])
            here, now = place, start + self.service[row]
            places.append(here)
            leave.append(now)
            starts.append(start)
            direct.append(travel)
        home = self.minutes[here][self.goal]
        places.append(self.goal)
        starts.append(now + home)
        direct.append(home)
        by = self.end + _EXACT
        latest = [by - _EXACT / 2]
        for row, travel in zip(reversed(visits), reversed(direct), strict=False):
            by = min(self.closes[row], by - travel - self.service[row])
            latest.append(by - _EXACT / 2)
        latest.reverse()
        return places, np.array([leave, latest, starts, direct])
