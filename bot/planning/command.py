"""`ninebox plan-day`: the best route of one day, for people as a table and with --json for programs."""

import json
from pathlib import Path
from typing import Any

from bot.planning.problem import read_problem
from domain.planning.route import DayProblem, Route, solve_day

_MISSING = {
    "required_unreachable": "is required and cannot be reached in time",
    "required_clash": "is required and clashes with the other fixed visits of the day",
}


def run(file: Path, *, seed: int, iterations: int, as_json: bool) -> int:
    """Print the plan of a day; the exit code."""
    problem = read_problem(file)
    route = solve_day(problem, seed=seed, iterations=iterations)
    print(json.dumps(_object(route)) if as_json else "\n".join(_lines(problem, route)))
    return 0


def _object(route: Route) -> dict[str, Any]:
    return {
        "order": [stop.id for stop in route.stops],
        "stops": [
            {
                "id": stop.id,
                "arrive": round(stop.arrive, 6),
                "start": round(stop.start, 6),
                "leave": round(stop.leave, 6),
            }
            for stop in route.stops
        ],
        "value": round(route.value, 6),
        "infeasible": [{"id": reason.params["id"], "code": reason.code} for reason in route.infeasible],
    }


def _lines(problem: DayProblem, route: Route) -> list[str]:
    required = {stop.id for stop in problem.stops if stop.required}
    table = [("customer", "travel", "arrive", "wait", "start", "leave")]
    table += [
        (
            f"{stop.id}{'*' if stop.id in required else ''}",
            f"{stop.travel:.0f} min",
            _clock(stop.arrive),
            f"{stop.start - stop.arrive:.0f} min" if stop.start > stop.arrive else "",
            _clock(stop.start),
            _clock(stop.leave),
        )
        for stop in route.stops
    ]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(map(str.rjust, row, widths)) for row in table] if route.stops else ["Nobody."]
    travel = sum(stop.travel for stop in route.stops) + _home(problem, route)
    lines += ["", f"{len(route.stops)} visits, {travel:.0f} minutes of travel, value {route.value:.4f}"]
    if required:
        lines.append("* required")
    lines += [f"{reason.params['id']} {_MISSING[reason.code]}." for reason in route.infeasible]
    return lines


def _home(problem: DayProblem, route: Route) -> float:
    """Minutes of the way home, where that counts."""
    if not (problem.returns and route.stops):
        return 0.0
    places = {stop.id: place for place, stop in enumerate(problem.stops, start=1)}
    return float(problem.matrix[places[route.stops[-1].id], 0])


def _clock(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    return f"{hours:02}:{rest:02}"
