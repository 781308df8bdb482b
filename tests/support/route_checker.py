"""An independent judge of a day's route: everything is worked out again from the problem alone."""

from math import inf

from domain.planning.route import DayProblem, Route, RouteStop, Stop

_EXACT = 1e-6


def check_route(problem: DayProblem, route: Route) -> list[str]:
    """What is wrong with a route, in sentences; empty when nothing is.

    A talk begins at the earliest moment that arrival and windows allow, everything is over when the day
    ends (with the way home where that counts), and nobody who must be visited is left out without a word.
    """
    by_id = {stop.id: (row, stop) for row, stop in enumerate(problem.stops, 1)}
    wrong = [f"{stop.id} is not on the list" for stop in route.stops if stop.id not in by_id]
    ids = [stop.id for stop in route.stops]
    wrong += [f"{number} is visited more than once" for number in sorted(set(ids)) if ids.count(number) > 1]
    if len(ids) > problem.capacity:
        wrong.append(f"{len(ids)} stops, {problem.capacity} are possible")
    if wrong:
        return wrong
    clock, here, travelled, prizes = problem.start, 0, 0.0, 0.0
    for printed in route.stops:
        row, stop = by_id[printed.id]
        way = float(problem.matrix[here, row])
        begins = _begins(stop, clock + way)
        true = RouteStop(stop.id, clock + way, begins, begins + stop.service, way)
        wrong += _differences(printed, true)
        clock, here = true.leave, row
        travelled += way
        prizes += stop.prize
    if problem.returns:
        home = float(problem.matrix[here, 0]) if route.stops else 0.0
        clock, travelled = clock + home, travelled + home
    if route.stops and clock > problem.end + _EXACT:
        wrong.append(f"the day ends at {problem.end:g}, the route at {clock:g}")
    value = prizes - problem.travel_price * travelled
    if abs(value - route.value) > _EXACT:
        wrong.append(f"the value is {value:.6f}, not {route.value:.6f}")
    missing = {stop.id for stop in problem.stops if stop.required} - set(ids)
    if missing and len(route.infeasible) < len(missing):
        wrong.append(f"required but neither visited nor explained: {sorted(missing)}")
    if route.infeasible and not missing:
        wrong.append("says that something required is impossible, and visits it")
    return wrong


def _begins(stop: Stop, arrive: float) -> float:
    return min(
        (max(arrive, opens) for opens, closes in stop.windows if arrive <= closes + _EXACT), default=inf
    )


def _differences(printed: RouteStop, true: RouteStop) -> list[str]:
    if true.start == inf:
        return [f"{true.id} is reached at {true.arrive:g}, after the last window"]
    pairs = {
        "arrives": (printed.arrive, true.arrive),
        "starts": (printed.start, true.start),
        "leaves": (printed.leave, true.leave),
        "travels": (printed.travel, true.travel),
    }
    return [
        f"{true.id} {what} {said:g}, in truth {right:g}"
        for what, (said, right) in pairs.items()
        if abs(said - right) > _EXACT
    ]
