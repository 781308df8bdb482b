"""The morning of a whole field force: a day's plan for each of ten thousand reps, on two processes."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

from bot.bench.figures import BenchError, milliseconds, peak_megabytes

REPS, CUSTOMERS, SAMPLE, PROCESSES = 10_000, 120, 300, 2
_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Share:
    """What one process did: seconds of wall and processor from the first plan to the last, peak memory."""

    reps: int
    visits: int
    seconds: float
    processor: float
    peak: float | None


@dataclass(frozen=True, slots=True)
class RepsFigures:
    """`measured` of `reps` were planned; figures are for all of them, so `extrapolated` when that is fewer.

    `minutes` passed; `processor_minutes` is what each process needed of a processor, which is the same on a
    machine with nothing else to do. `peak` is that of all processes together, in MB.
    """

    reps: int
    customers_each: int
    processes: int
    measured: int
    extrapolated: bool
    visits_each: float
    processor_ms_each: float
    minutes: float
    processor_minutes: float
    peak: float | None


def measure_reps(*, reps: int = REPS, sample: int = SAMPLE) -> RepsFigures:
    """Plan a day for `sample` of `reps` reps. BenchError when a process fails."""
    measured = min(sample, reps)
    shares = _run_apart(measured)
    seconds = max(share.seconds for share in shares) * reps / measured
    processor = sum(share.processor for share in shares) / measured
    peaks = [share.peak for share in shares if share.peak is not None]
    return RepsFigures(
        reps=reps,
        customers_each=CUSTOMERS,
        processes=PROCESSES,
        measured=measured,
        extrapolated=measured < reps,
        visits_each=round(sum(share.visits for share in shares) / measured, 1),
        processor_ms_each=milliseconds(processor),
        minutes=round(seconds / 60, 1),
        processor_minutes=round(processor * reps / PROCESSES / 60, 1),
        peak=round(sum(peaks), 1) if len(peaks) == PROCESSES else None,
    )


def reps_lines(found: RepsFigures) -> list[str]:
    """The figures in words."""
    how = f"worked out from {found.measured} of them" if found.extrapolated else "all of them planned"
    memory = "memory not told" if found.peak is None else f"{found.peak:.0f} MB in all"
    who = f"{found.reps} reps with {found.customers_each} customers on {found.processes} processes"
    processor = f"{found.processor_minutes:.1f} of processor each, {found.processor_ms_each:.0f} ms a plan"
    return [
        f"{who}, {how}:",
        f"{found.minutes:.1f} minutes ({processor}), {memory}; {found.visits_each:.1f} visits a day.",
    ]


def plan_share(first: int, until: int) -> Share:
    """Plan a day for the reps numbered from `first` to below `until`, each with a city of its own."""
    from bot.bench.month.world import build
    from domain.content.library import load_library
    from domain.planning.model import RepCalendar, VisitTarget
    from domain.planning.plan import plan_day

    library = load_library()
    wall = processor = 0.0
    visits = 0
    for number in range(first, until):
        world = build(number, dict(library.cadence.versions[-1].cells))
        day = world.days[len(world.days) // 2]
        targets = [
            VisitTarget(
                customer=one.customer,
                tier=one.cell.tier,
                support=one.cell.support,
                last_visit=one.seen,
                factor=one.factor,
            )
            for one in world.doctors
        ]
        params = library.planning_at(day)
        hours = params.planning.hours
        rep = RepCalendar(start=hours.start, end=hours.end, base=world.base)
        began, used = perf_counter(), process_time()
        plan = plan_day(targets, on=day, rep=rep, params=params, calendar=world.calendar, seed=number)
        wall, processor = wall + perf_counter() - began, processor + process_time() - used
        visits += len(plan.stops)
    return Share(until - first, visits, wall, processor, peak_megabytes())


def _run_apart(reps: int) -> list[Share]:
    cuts = [reps * part // PROCESSES for part in range(PROCESSES + 1)]
    runs = [
        subprocess.Popen(  # noqa: S603  -- ourselves
            [sys.executable, "-m", "bot.bench.plan_reps", str(first), str(until)],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first, until in pairwise(cuts)
    ]
    try:
        return [_share(run) for run in runs]
    finally:
        for run in runs:
            run.kill()
            run.communicate()


def _share(run: subprocess.Popen[str]) -> Share:
    try:
        out, error = run.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        raise BenchError(f"planning took more than {_PATIENCE} s") from None
    if run.returncode:
        raise BenchError(f"planning failed:\n{error.strip()}")
    return Share(**json.loads(out))


def main() -> None:
    """One process of the measurement: its reps as two numbers, its share as JSON."""
    first, until = map(int, sys.argv[1:])
    print(json.dumps(asdict(plan_share(first, until))))


if __name__ == "__main__":
    main()
