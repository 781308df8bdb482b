"""Months under the planner and under everything else, beside the most that any policy could reach."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from statistics import fmean, stdev

from bot.bench.month import contrasts
from bot.bench.month.bound import bound
from bot.bench.month.planned import planned
from bot.bench.month.rolling import rolling
from bot.bench.month.world import Outcome, Policy, Style, build, drive
from domain.content.library import load_library
from domain.planning.params import Planning

MONTHS, PROCESSES = 20, 2
_ON_FOOT = 30.0  # minutes that a rep with nothing but a list waits at a door


@dataclass(frozen=True, slots=True)
class Way:
    """One way to work a month."""

    policy: Policy
    style: Style = field(default_factory=Style)


@dataclass(frozen=True, slots=True)
class Month:
    """One simulated month: the bound on its expected value, and how each policy fared by name."""

    bound: float
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class PolicyFigures:
    """A policy over all months.

    `of_bound` is its value in the bound's, give or take `error`, the standard error that luck and the choice
    of the months leave. `a_at_least` and `b_at_least` are the shares of A and B doctors
    seen as often as their minimum asks, `travel` are minutes a visit, `visits` those of a month. `late` and
    `missed` count late arrivals and appointments that were not kept, a month.
    """

    of_bound: float
    error: float
    a_at_least: float
    b_at_least: float
    travel: float
    visits: float
    late: float
    missed: float


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """`months` simulated months, the mean bound, and the policies by name, the planner's last."""

    months: int
    bound: float
    policies: Mapping[str, PolicyFigures]


def ways(params: Planning, iterations: int | None = None) -> dict[str, Way]:
    """The policies that are compared."""
    return {
        "raw list": Way(contrasts.raw_list, Style(waits=_ON_FOOT)),
        "nearest neighbour": Way(contrasts.nearest_neighbour),
        "overdue map": Way(contrasts.overdue_map),
        "most overdue, inserted": Way(contrasts.most_overdue),
        "tier first, inserted": Way(contrasts.tier_first),
        "rolling program": Way(partial(rolling, params=params)),
        "planner": Way(planned(params, iterations=iterations)),
        "planner, again when it fails": Way(planned(params, iterations=iterations), Style(again=True)),
    }


def measure_months(months: int = MONTHS) -> MonthFigures:
    """Simulate the months of the first seeds on two processes. BenchError when the solver is missing."""
    library = load_library()
    params = Planning(library.cadence.versions[-1], library.planning.versions[-1])
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return figures(list(pool.map(partial(one_month, params=params), range(1, months + 1))))


def one_month(
    seed: int, params: Planning, *, names: Sequence[str] | None = None, iterations: int | None = None
) -> Month:
    """The month of a seed under the named policies (all of `ways`)."""
    world = build(seed, params.cadence.cells)
    found = ways(params, iterations)
    chosen = found if names is None else {name: found[name] for name in names}
    return Month(bound(world), {name: drive(world, way.policy, way.style) for name, way in chosen.items()})


def figures(months: Sequence[Month]) -> MonthFigures:
    """What the months come to."""
    most = sum(month.bound for month in months)
    names = months[0].outcomes
    return MonthFigures(
        months=len(months),
        bound=round(most / len(months), 1),
        policies={name: _figures(months, name) for name in names},
    )


def month_table(found: MonthFigures) -> list[Sequence[str]]:
    """The policies, a row each."""
    heads = (
        "a month of one rep",
        "of bound",
        "+-",
        "A >= min",
        "B >= min",
        "min/visit",
        "visits",
        "late",
        "missed",
    )
    return [heads, *((name, *_cells(one)) for name, one in found.policies.items())]


def month_lines(found: MonthFigures) -> list[str]:
    """What the table rests on."""
    return [
        f"Means of {found.months} months; the bound, {found.bound:.1f} points a month, is that of any policy",
        "that does not know its luck beforehand, with everybody in one house.",
    ]


def _figures(months: Sequence[Month], name: str) -> PolicyFigures:
    outcomes = [month.outcomes[name] for month in months]
    most = sum(month.bound for month in months)
    shares = [one.value / month.bound for one, month in zip(outcomes, months, strict=True)]

    def mean(part: Callable[[Outcome], float]) -> float:
        return fmean(part(one) for one in outcomes)

    visits = sum(one.visits for one in outcomes)
    return PolicyFigures(
        of_bound=round(sum(one.value for one in outcomes) / most, 4),
        error=round(stdev(shares) / len(shares) ** 0.5, 4) if len(shares) > 1 else 0.0,
        a_at_least=round(mean(lambda one: one.at_least[0]), 3),
        b_at_least=round(mean(lambda one: one.at_least[1]), 3),
        travel=round(sum(one.travel for one in outcomes) / visits, 1),
        visits=round(visits / len(outcomes), 1),
        late=round(mean(lambda one: one.late), 1),
        missed=round(mean(lambda one: one.missed), 2),
    )


def _cells(one: PolicyFigures) -> tuple[str, ...]:
    return (
        f"{one.of_bound:.3f}",
        f"{one.error:.3f}",
        f"{one.a_at_least:.0%}",
        f"{one.b_at_least:.0%}",
        f"{one.travel:.1f}",
        f"{one.visits:.0f}",
        f"{one.late:.1f}",
        f"{one.missed:.2f}",
    )
