"""Routes of single days beside the best that are known: how far they fall short, and for how much work."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np

from bot.bench.figures import BenchError, milliseconds, quantile
from bot.planning.problem import problem_of
from domain.planning.route import DayProblem, Route, Stop, solve_day

SEEDS = (1, 2, 3)
_ROOT = Path(__file__).resolve().parents[2] / "tests" / "data"
_ENDLESS = 10_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """A problem and the value of the best plan that is known."""

    name: str
    problem: DayProblem
    best: float


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """Routes of `problems`, each with every one of `seeds`.

    Gaps are in percent of the best value that is known: of each problem the mean over the seeds, and of those
    mean, nearest rank 90 % and greatest. Processor milliseconds are of one route, mean and greatest.
    """

    problems: int
    seeds: int
    gap_mean: float
    gap_p90: float
    gap_max: float
    processor_ms_mean: float
    processor_ms_max: float
    required: int
    required_missed: int


def day_plans() -> list[Known]:
    """Days of simulated reps. BenchError without the files, which are in the source tree only."""
    return [
        Known(name, problem_of(json.loads(_read("day_plans", f"{name}.json")), name), float(row["best"]))
        for name, row in _table("day_plans", "best_known.csv", "name")
    ]


def published() -> list[Known]:
    """Published instances of the orienteering problem with time windows, and their proven optima."""
    return [
        Known(name, _instance(name), float(row["optimal"]))
        for name, row in _table("optw", "proven_optimal.csv", "instance")
    ]


def measure(known: Sequence[Known], *, iterations: int, seeds: Sequence[int] = SEEDS) -> RouteFigures:
    """Figures of a search with so many rounds."""
    return _measure(known, seeds, lambda problem, seed: solve_day(problem, seed=seed, iterations=iterations))


def measure_within(known: Sequence[Known], seconds: float, *, seeds: Sequence[int] = SEEDS) -> RouteFigures:
    """Figures of a search that ends after so many seconds of processor time."""

    def solve(problem: DayProblem, seed: int) -> Route:
        until = process_time() + seconds
        return solve_day(problem, seed=seed, iterations=_ENDLESS, stop=lambda _: process_time() >= until)

    return _measure(known, seeds, solve)


def _measure(
    known: Sequence[Known], seeds: Sequence[int], solve: Callable[[DayProblem, int], Route]
) -> RouteFigures:
    gaps, times, missed = [], [], 0
    for each in known:
        values = []
        for seed in seeds:
            before = process_time()
            route = solve(each.problem, seed)
            times.append(process_time() - before)
            values.append(route.value)
            missed += len(route.infeasible)
        gaps.append(100 * (1 - sum(values) / len(values) / each.best))
    required = sum(stop.required for each in known for stop in each.problem.stops)
    return RouteFigures(
        problems=len(known),
        seeds=len(seeds),
        gap_mean=round(sum(gaps) / len(gaps), 2),
        gap_p90=round(quantile(gaps, 0.9), 2),
        gap_max=round(max(gaps), 2),
        processor_ms_mean=milliseconds(sum(times) / len(times)),
        processor_ms_max=milliseconds(max(times)),
        required=required * len(seeds),
        required_missed=missed,
    )


def _instance(name: str) -> DayProblem:
    """One file in the format of `tests/data/optw/FORMAT.txt`."""
    rows = [[float(word) for word in line.split()] for line in _read("optw", f"{name}.txt").splitlines()]
    home, *places = [row for row in rows[2:] if row]
    at = np.array([[row[1], row[2]] for row in (home, *places)])
    exact = np.hypot(*(at[:, np.newaxis] - at).transpose(2, 0, 1))
    unit = 100 if name.startswith("pr") else 10
    return DayProblem(
        start=home[-2],
        end=home[-1],
        capacity=len(places),
        travel_price=0.0,
        matrix=np.floor(exact * unit + 1e-9) / unit,
        stops=tuple(
            Stop(id=int(row[0]), prize=row[4], service=row[3], windows=((row[-2], row[-1]),))
            for row in places
        ),
        returns=True,
    )


def _table(folder: str, name: str, key: str) -> Iterator[tuple[str, dict[str, str]]]:
    for row in csv.DictReader(_read(folder, name).splitlines()):
        yield row[key], row


def _read(folder: str, name: str) -> str:
    file = _ROOT / folder / name
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        raise BenchError(f"{file} is missing: the problems are in the source tree only") from None
