"""The numbers of the analytic methods: ABC, RFM, concentration, priority, movement."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise, product
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError

Fraction = Annotated[float, Field(gt=0, lt=1)]
Days = Annotated[int, Field(ge=1, le=3660)]
Weight = Annotated[float, Field(ge=0, le=100)]
Score = Annotated[int, Field(ge=1, le=5)]
Dimension = Literal["potential", "strategic", "loyalty", "ability_to_pay"]
SegmentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,30}$")]
ScoreCell = tuple[int, int, int]


class Limits(Content):
    """Where A and where B end, as cumulative fractions of 1; C is the rest."""

    A: Fraction
    B: Fraction

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.A >= self.B:
            raise MistakeError(
                f"A ends at {self.A:g} and B at {self.B:g}", "Count from the top: give B the larger number"
            )
        return self


class AbcParams(Content):
    """ABC classes: limits of the two fixed rules, the shortest list, what is new."""

    by_count: Limits
    by_value: Limits
    minimum_list: Annotated[int, Field(ge=2)]
    new_days: Days


class ConcentrationParams(Content):
    """A portfolio is flat when its best `top` hold at most `flat_share` of the whole."""

    top: Fraction
    flat_share: Fraction

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.flat_share < self.top:
            raise MistakeError(
                f"flat_share {self.flat_share:g} is less than top {self.top:g}",
                "The best customers never hold less than their number: give flat_share the larger value",
            )
        return self


class Breakpoints(Content):
    """Four fixed cut points a dimension: days since the last purchase, purchases, amount."""

    recency: tuple[float, float, float, float]
    frequency: tuple[float, float, float, float]
    monetary: tuple[float, float, float, float]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for name, cuts in (
            ("recency", self.recency),
            ("frequency", self.frequency),
            ("monetary", self.monetary),
        ):
            if any(high <= low for low, high in pairwise(cuts)):
                raise MistakeError(f"the cut points of {name} do not rise", "Write them from small to large")
        return self


class RfmWeights(Content):
    """How much each dimension counts in the weighted score."""

    recency: Weight
    frequency: Weight
    monetary: Weight

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.recency + self.frequency + self.monetary == 0:
            raise MistakeError("all weights are 0", "Give at least one dimension a weight")
        return self


class Levels(Content):
    """The lowest weighted score of a high and of an ordinary value; below is low."""

    high: Annotated[float, Field(ge=1, le=5)]
    ordinary: Annotated[float, Field(ge=1, le=5)]

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if self.high <= self.ordinary:
            raise MistakeError("high does not lie above ordinary", "Give high the larger number")
        return self


class Box(Content):
    """A block of score cells: the lowest and the highest score on each dimension, 1-5."""

    recency: tuple[Score, Score]
    frequency: tuple[Score, Score]
    monetary: tuple[Score, Score]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(low > high for low, high in self._ranges()):
            raise MistakeError("a range runs downwards", "Write the lower score first, e.g. [2, 3]")
        return self

    def cells(self) -> Iterator[ScoreCell]:
        recency, frequency, monetary = (range(low, high + 1) for low, high in self._ranges())
        yield from product(recency, frequency, monetary)

    def _ranges(self) -> tuple[tuple[int, int], ...]:
        return self.recency, self.frequency, self.monetary


def times_covered(segments: Mapping[str, tuple[Box, ...]]) -> Counter[ScoreCell]:
    """How many boxes hold each of the 125 cells (recency, frequency, monetary)."""
    scores = range(1, 6)
    covered: Counter[ScoreCell] = Counter(dict.fromkeys(product(scores, scores, scores), 0))
    for boxes in segments.values():
        for box in boxes:
            covered.update(box.cells())
    return covered


class RfmParams(Content):
    """RFM: window, short lists, weights, fixed cut points, and the map of segments.

    `window_days` is the number of days up to the day of the analysis, `new_days` the age
    up to which an account counts as new and its frequency score is at least
    `new_frequency`. `segments` gives each of the 125 score cells exactly one name.
    """

    window_days: Days
    new_days: Days
    new_frequency: Score
    minimum_list: Annotated[int, Field(ge=5)]
    weights: RfmWeights
    levels: Levels
    breakpoints: Breakpoints
    segments: dict[SegmentName, Annotated[tuple[Box, ...], Field(min_length=1)]]

    @model_validator(mode="after")
    def _every_cell_once(self) -> Self:
        covered = times_covered(self.segments)
        missing = [cell for cell, times in covered.items() if times == 0]
        doubled = [cell for cell, times in covered.items() if times > 1]
        if missing or doubled:
            raise MistakeError(
                f"of the 125 score cells {len(missing)} have no segment{_examples(missing)} "
                f"and {len(doubled)} more than one{_examples(doubled)}",
                "Change the ranges until each cell lies in exactly one",
            )
        return self


def _examples(cells: list[ScoreCell]) -> str:
    return f" (e.g. {', '.join('-'.join(map(str, cell)) for cell in cells[:3])})" if cells else ""


class PriorityParams(Content):
    """Weights of the dimensions, and the confidence below which there is not enough data."""

    weights: dict[Dimension, Annotated[float, Field(gt=0, le=100)]]
    enough: Fraction

    @model_validator(mode="after")
    def _potential_counts(self) -> Self:
        if "potential" not in self.weights:
            raise MistakeError("potential has no weight", "Give it one: equal scores are ordered by it")
        return self


class LifecycleParams(Content):
    """When an account is new and when it has lapsed.

    A customer has lapsed when longer without a purchase than the quantile `gap_quantile`
    of the list's gaps between purchases, at least `at_least_days`; `fallback_days` where
    nobody bought twice.
    """

    first_days: Days
    gap_quantile: Fraction
    at_least_days: Days
    fallback_days: Days


class HysteresisParams(Content):
    """When a new letter or digit is taken over.

    Distances are relative to the limit that was crossed. A value past it by more than
    `at_once` moves in the same round; one past it by more than `sustained` moves when it
    has been so in `rounds` rounds in a row.
    """

    at_once: Fraction
    sustained: Annotated[float, Field(ge=0, lt=1)]
    rounds: Annotated[int, Field(ge=2, le=12)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.sustained >= self.at_once:
            raise MistakeError("sustained is not less than at_once", "Give at_once the larger number")
        return self


class MovementParams(Content):
    """The share of a list that may move in one step before the data should be checked."""

    check_share: Fraction


class AnalysisParams(Dated):
    """The numbers of all analytic methods."""

    abc: AbcParams
    concentration: ConcentrationParams
    rfm: RfmParams
    priority: PriorityParams
    lifecycle: LifecycleParams
    movement: MovementParams
    hysteresis: HysteresisParams
