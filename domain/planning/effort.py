"""Where visits bring most, by a team's own judgement: CALLPLAN (Lodish 1971).

A manager says what a customer of each cell would bring at other levels of effort than
today's. A curve goes through the answers, and the visits there are go where the curves
rise most. Curves may be S-shaped: a first visit alone may bring next to nothing. So the
allocation is exact, by dynamic programming; taking the best next step again and again
stops before such a cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log

from domain.explain import Reason
from domain.planning.effort_params import Judgement
from domain.tiering.model import Cell

_WEIGHT_OF_HALF = 1 / 3
_FINEST = 20_000  # units into which a budget is divided at most


@dataclass(frozen=True, slots=True)
class Curve:
    """ADBUDG (Little 1970): results as parts of today's, effort as a multiple of today's.

    `low` without effort, `high` at saturation; S-shaped when `shape` is above 1.
    """

    low: float
    high: float
    shape: float
    scale: float

    @property
    def steepest(self) -> float:
        """The effort up to which each further visit brings more than the one before; 0 when there is none."""
        if self.shape <= 1:
            return 0.0
        return float((self.scale * (self.shape - 1) / (self.shape + 1)) ** (1 / self.shape))

    def at(self, effort: float) -> float:
        """The result at an effort of 0 or more; 1 at 1 when the curve was fitted to a judgement."""
        power = float(effort**self.shape)
        return self.low + (self.high - self.low) * power / (self.scale + power)


def fit(low: float, half: float, more: float, high: float) -> Curve:
    """The curve through what is expected at none, today's and saturation, and near the two levels between.

    The log-odds of the way from `low` to `high` are straight in the logarithm of effort; today's
    level fixes `scale`, and the slopes from there to `half` and to `more` count 1 : 2 in `shape`
    (the calibration of the Marketing Engineering tutorial, as in the R package tme). Raises
    ValueError unless low < half < 1 < more < high.
    """
    if not low < half < 1 < more < high:
        raise ValueError(f"the levels {low}, {half}, 1, {more}, {high} do not rise")
    scale = (high - 1) / (1 - low)
    down = log(scale * (half - low) / (high - half)) / log(0.5)
    up = log(scale * (more - low) / (high - more)) / log(1.5)
    return Curve(low, high, _WEIGHT_OF_HALF * down + (1 - _WEIGHT_OF_HALF) * up, scale)


def curve_of(judgement: Judgement) -> Curve:
    """The curve of a judgement in percent."""
    levels = (judgement.none, judgement.half, judgement.more, judgement.saturation)
    return fit(*(level / 100 for level in levels))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEffort:
    """The customers of one cell: `today` and `most` are visits a month to each.

    `worth` is what each brings at today's effort, in any unit that is the same for all cells.
    """

    customers: int
    today: float
    most: float
    worth: float
    curve: Curve

    def result(self, visits: float) -> float:
        """What all of them bring with so many visits a month to each."""
        return self.customers * self.worth * self.curve.at(visits / self.today)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Visits a month to each customer of a cell, what they add up to, and what they bring.

    `index` is the result in percent of today's visits made in full.
    """

    visits: Mapping[Cell, float]
    total: float
    index: float


def shared_as_today(cells: Mapping[Cell, CellEffort], budget: float) -> Sharing:
    """Today's visits; all fewer in the same proportion when the budget (visits a month) holds less."""
    asked = sum(one.customers * one.today for one in cells.values())
    part = min(1.0, budget / asked) if asked else 1.0
    return _sharing(cells, {cell: one.today * part for cell, one in cells.items()})


def shared_best(cells: Mapping[Cell, CellEffort], budget: float, step: float) -> Sharing:
    """The best visits to each customer in multiples of `step`, up to each cell's most, within the budget."""
    from domain.planning.knapsack import allocate

    order = list(cells)
    unit = max(step, budget / _FINEST)
    options = [[n * step for n in range(floor(round(cells[cell].most / step, 6)) + 1)] for cell in order]
    chosen = allocate(
        [[cells[cell].result(visits) for visits in row] for cell, row in zip(order, options, strict=True)],
        [
            [ceil(round(cells[cell].customers * visits / unit, 6)) for visits in row]
            for cell, row in zip(order, options, strict=True)
        ],
        floor(round(budget / unit, 6)),
    )
    return _sharing(cells, {cell: row[pick] for cell, row, pick in zip(order, options, chosen, strict=True)})


def changes(cells: Mapping[Cell, CellEffort], new: Sharing) -> tuple[Reason, ...]:
    """Which cells get other visits than today, the largest change in visits first.

    Codes: effort_more, effort_less; params: cell, customers, before and after (visits a month to each).
    """
    moved = [(cell, one, new.visits[cell]) for cell, one in cells.items() if new.visits[cell] != one.today]
    moved.sort(key=lambda each: -abs(each[2] - each[1].today) * each[1].customers)
    return tuple(
        Reason(
            "effort_more" if after > one.today else "effort_less",
            {"cell": cell.value, "customers": one.customers, "before": one.today, "after": after},
        )
        for cell, one, after in moved
    )


def _sharing(cells: Mapping[Cell, CellEffort], visits: Mapping[Cell, float]) -> Sharing:
    today = sum(one.result(one.today) for one in cells.values())
    result = sum(one.result(visits[cell]) for cell, one in cells.items())
    total = sum(one.customers * visits[cell] for cell, one in cells.items())
    return Sharing(visits, round(total, 2), round(100 * result / today, 2) if today else 100.0)
