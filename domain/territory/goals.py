"""What a plan may set as a goal: how the work is done, never how much is sold."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from domain.coverage.figures import Figures
from domain.coverage.ratio import NOTHING, Ratio
from domain.tiering.model import Tier

_PERCENT = 100
_DIGITS = 6  # beyond which a quotient of floats is no news


class GoalKind(StrEnum):
    """A figure of the digest that a plan sets in percent, reckoned as there."""

    REACH_A = "reach_a"  # customers of A who were met at least once
    REACH = "reach"  # all who are to be visited
    FREQUENCY = "frequency"  # of the visits asked for, excess on one hiding no gap on another
    IN_RANGE = "in_range"  # months of customers that were neither too few nor too many visits
    RATED = "rated"  # customers of whom the cell is known


@dataclass(frozen=True, slots=True)
class Progress:
    """One goal: in percent what was aimed at, and how far it is."""

    kind: GoalKind
    goal: int
    so_far: Ratio

    @property
    def is_reached(self) -> bool:
        return self.so_far.value is not None and round(self.so_far.value * _PERCENT, _DIGITS) >= self.goal


def measured(kind: GoalKind, whole: Figures, tiers: Mapping[Tier, Figures]) -> Ratio:
    """How far a goal is, by the figures of the quarter."""
    match kind:
        case GoalKind.REACH_A:
            return tiers[Tier.A].reach if Tier.A in tiers else NOTHING
        case GoalKind.REACH:
            return whole.reach
        case GoalKind.FREQUENCY:
            return whole.attainment
        case GoalKind.IN_RANGE:
            return whole.in_range
        case GoalKind.RATED:
            return Ratio(whole.customers, whole.customers + whole.unrated)


def proposed(before: Ratio, least: float, close: float, step: int) -> int:
    """A goal in percent to begin with: the part `close` of the way from the quarter before to everything.

    At least `least` (0 to 1), and a multiple of `step` percent; without a quarter before just that.
    """
    value = before.value
    aim = least if value is None else max(least, value + close * (1 - value))
    return min(_PERCENT, step * ceil(round(_PERCENT * aim / step, _DIGITS)))


def stepped(goal: int, step: int, *, up: bool) -> int:
    """A goal one step higher or lower, from one step to everything."""
    return min(_PERCENT, max(step, goal + (step if up else -step)))


def progress(
    goals: Mapping[GoalKind, int], whole: Figures, tiers: Mapping[Tier, Figures]
) -> tuple[Progress, ...]:
    """Each goal of a plan beside the figures."""
    return tuple(
        Progress(kind, goals[kind], measured(kind, whole, tiers)) for kind in GoalKind if kind in goals
    )
