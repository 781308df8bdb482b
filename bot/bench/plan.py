"""`ninebox bench plan`: routes beside the best known, simulated months, the plans of a whole field force."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.bench.month.measure import MonthFigures, measure_months
from bot.bench.plan_reps import REPS, SAMPLE, RepsFigures, measure_reps, reps_lines
from bot.bench.routes import RouteFigures, day_plans, measure, measure_within, published
from domain.content.library import load_library

SLOW, PUBLISHED = 0.2, 0.5
"""Seconds of processor time for one route, where the rounds are not counted."""


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What a day's route is worth beside the best known, a month's beside the bound, and what plans cost.

    Routes of `days` with the `iterations` of the norms and with SLOW, `published` ones with PUBLISHED.
    """

    iterations: int
    days: RouteFigures
    days_slow: RouteFigures
    published: RouteFigures
    months: MonthFigures
    reps: RepsFigures


def measure_plan(*, full: bool) -> PlanFigures:
    """Measure all; `full` plans for every rep and works nothing out from a sample. BenchError if it fails."""
    days, iterations = day_plans(), load_library().planning.versions[-1].iterations
    return PlanFigures(
        iterations=iterations,
        days=measure(days, iterations=iterations),
        days_slow=measure_within(days, SLOW, seeds=(1,)),
        published=measure_within(published(), PUBLISHED, seeds=(1,)),
        months=measure_months(),
        reps=measure_reps(sample=REPS if full else SAMPLE),
    )


def plan_table(found: PlanFigures) -> list[Sequence[str]]:
    """The routes, a row for each search."""
    rows = {
        f"{found.days.problems} days, {found.iterations} rounds": found.days,
        f"{found.days_slow.problems} days, {SLOW * 1000:.0f} ms": found.days_slow,
        f"{found.published.problems} published, {PUBLISHED * 1000:.0f} ms": found.published,
    }
    heads = ("gap to the best known", "mean", "p90", "max", "processor", "at most", "required missed")
    return [heads, *((name, *_cells(figures)) for name, figures in rows.items())]


def plan_lines(found: PlanFigures) -> list[str]:
    """The rest in words."""
    return reps_lines(found.reps)


def _cells(found: RouteFigures) -> tuple[str, ...]:
    return (
        f"{found.gap_mean:.2f} %",
        f"{found.gap_p90:.2f} %",
        f"{found.gap_max:.2f} %",
        f"{found.processor_ms_mean:.0f} ms",
        f"{found.processor_ms_max:.0f} ms",
        f"{found.required_missed} of {found.required}",
    )
