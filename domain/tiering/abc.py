"""ABC classes of the sales of the past, by three named rules.

- by count: fixed parts of the number of customers. With n customers in falling order,
  number r is in A while (2r - 1) / 2n <= 0.30 and in B while <= 0.70 (mid-rank rule:
  the middle of a customer's own place decides, so no rounding of n x 0.30 is needed).
- by value: fixed parts of the total. A while all larger ones together hold less than
  0.80, B while less than 0.95, so that whoever crosses a limit is still in the better
  class and the largest customer is always an A.
- computed: limits found from the list itself (Ultsch & Loetsch, "Computed ABC analysis
  for rational selection of most informative variables in multivariate data", PLoS ONE
  10(6), 2015, e0129767; R package ABCanalysis). The ABC curve has the part of customers
  as x and the part of the value as y. Three of its points: `ideal`, the nearest to
  (0, 1); `break_even`, where the slope is 1, i.e. where values fall below the mean; and
  `submarginal`, the nearest to (x, 1), x being the righter of the first two. A ends at
  the lefter of the first two, B at the submarginal point. The points are customers: the
  curve is taken as it is, without a spline between them.

In all three, customers with equal values share the better class, and the result says
so. A class says what was bought, the letter of the grid what could be: never show one
under the other's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.explain import Reason
from domain.tiering.analysis_params import AbcParams, Limits
from domain.tiering.notes import Note
from domain.tiering.ranking import (
    SLACK,
    Descending,
    Flags,
    Floats,
    Integers,
    numbers,
)


class AbcMethod(StrEnum):
    """The rule of the limits."""

    BY_COUNT = "by_count"
    BY_VALUE = "by_value"
    COMPUTED = "computed"


class AbcClass(StrEnum):
    """The class of a customer's sales; N: nothing was bought, or more was returned than bought."""

    A = "A"
    B = "B"
    C = "C"
    N = "N"


class Standing(StrEnum):
    """What became of a customer: only `ranked` ones have a rank and may have a letter."""

    RANKED = "ranked"
    ZERO = "zero"
    RETURNS = "returns"  # net value below zero
    NEW = "new"
    UNRATED = "unrated"  # the value is missing


Codes = NDArray[np.int8]
_CODES = {standing: np.int8(code) for code, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A point of the ABC curve: the best `effort` of the customers bring the part `result` of the value."""

    effort: float
    result: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoints:
    """The three points of the computed rule."""

    ideal: CurvePoint
    break_even: CurvePoint
    submarginal: CurvePoint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AbcResult:
    """A classified list.

    `table` has the customers as given, with columns `value`, `standing`, `rank` (1 the
    largest, equals share one), `share_before` (part of the total that larger ones hold)
    and `abc_class` (missing where there is no letter). `total` is the sum of the ranked,
    `lowest` the smallest value of each class, `points` those of the computed rule.
    """

    method: AbcMethod
    table: pd.DataFrame
    total: float
    counts: Mapping[AbcClass, int]
    lowest: Mapping[AbcClass, float]
    points: CurvePoints | None
    warnings: tuple[Reason, ...]


def classify(
    values: "pd.Series[float]",
    method: AbcMethod,
    params: AbcParams,
    *,
    days_known: "pd.Series[float] | None" = None,
) -> AbcResult:
    """ABC classes of `values`, one net value a customer, in any one currency or unit.

    `days_known`, with the customers of `values`, are the days since the first purchase: whoever
    is known for less than `params.new_days` is new and not ranked. Without them nobody is.
    """
    amounts = numbers(values)
    known = np.full(len(amounts), np.inf) if days_known is None else numbers(days_known.reindex(values.index))
    standing = _standings(amounts, known < params.new_days)
    places = np.flatnonzero(standing == _CODES[Standing.RANKED])
    ranked = Descending.of(amounts[places])
    warnings = _remarks(standing, params)
    classes: Integers | None = None
    points = None
    if len(places) >= params.minimum_list:
        raw, points = _classes(ranked, method, params)
        classes = raw[ranked.first]
        warnings += _lifted(ranked, raw, classes) + _exchanged(points)
    table = pd.DataFrame(
        {
            "value": amounts,
            "standing": pd.Categorical.from_codes(
                standing, categories=pd.Index([each.value for each in Standing])
            ),
            "rank": _spread(ranked.first + 1, ranked, places, len(amounts)),
            "share_before": _spread(ranked.before[ranked.first], ranked, places, len(amounts)),
            "abc_class": _letters(classes, ranked, places, standing),
        },
        index=values.index,
    )
    table["rank"] = table["rank"].astype("Int64")
    counts = table["abc_class"].value_counts()
    return AbcResult(
        method=method,
        table=table,
        total=ranked.total,
        counts={letter: int(counts[letter.value]) for letter in AbcClass},
        lowest=_lowest(ranked, classes),
        points=points,
        warnings=tuple(warnings),
    )


def basis(
    sales: "pd.Series[float]", profit: "pd.Series[float]"
) -> tuple["pd.Series[float]", tuple[Reason, ...]]:
    """The profits to classify, or the sales when some profit is missing: two measures are never mixed."""
    lacking = int((np.isnan(numbers(profit.reindex(sales.index))) & ~np.isnan(numbers(sales))).sum())
    if lacking:
        return sales, (Reason(Note.PROFIT_MISSING, {"n": lacking}),)
    return profit.reindex(sales.index), ()


def _standings(amounts: Floats, young: Flags) -> Codes:
    """The standing of each customer, by its place in the list of standings."""
    return np.select(
        [np.isnan(amounts), young, amounts == 0, amounts < 0],
        [_CODES[each] for each in (Standing.UNRATED, Standing.NEW, Standing.ZERO, Standing.RETURNS)],
        _CODES[Standing.RANKED],
    )


def _classes(ranked: Descending, method: AbcMethod, params: AbcParams) -> tuple[Integers, CurvePoints | None]:
    """0, 1, 2 for A, B, C by position alone, before equals are brought together."""
    if method is AbcMethod.BY_COUNT:
        count = len(ranked.values)
        return _parted((2 * np.arange(count) + 1) / (2 * count), params.by_count), None
    if method is AbcMethod.BY_VALUE:
        return _parted(ranked.before + SLACK, params.by_value), None
    return _computed(ranked)


def _parted(at: Floats, limits: Limits) -> Integers:
    return (at > limits.A).astype(np.int64) + (at > limits.B)


def _computed(ranked: Descending) -> tuple[Integers, CurvePoints]:
    count = len(ranked.values)
    effort = np.arange(count + 1) / count
    result = np.r_[ranked.before, 1.0]
    ideal = int(np.argmin(effort**2 + (1 - result) ** 2))
    mean = ranked.total / count
    break_even = int((ranked.values >= mean * (1 - SLACK)).sum())
    right = effort[max(ideal, break_even)]
    submarginal = int(np.argmin((effort - right) ** 2 + (1 - result) ** 2))
    place = np.arange(count)
    classes = (place >= min(ideal, break_even)).astype(np.int64) + (place >= submarginal)
    at = [CurvePoint(float(effort[k]), float(result[k])) for k in (ideal, break_even, submarginal)]
    return classes, CurvePoints(ideal=at[0], break_even=at[1], submarginal=at[2])


def _lowest(ranked: Descending, classes: Integers | None) -> dict[AbcClass, float]:
    if classes is None:
        return {}
    last = {letter: np.flatnonzero(classes == code) for code, letter in enumerate(AbcClass)}
    return {letter: float(ranked.values[places[-1]]) for letter, places in last.items() if len(places)}


def _letters(
    classes: Integers | None,
    ranked: Descending,
    places: Integers,
    standing: Codes,
) -> "pd.Categorical[str]":
    without = (standing == _CODES[Standing.ZERO]) | (standing == _CODES[Standing.RETURNS])
    codes: Integers = np.where(without, list(AbcClass).index(AbcClass.N), -1)
    if classes is not None:
        codes[places[ranked.order]] = classes
    return pd.Categorical.from_codes(codes, categories=pd.Index([letter.value for letter in AbcClass]))


def _spread(column: "Floats | Integers", ranked: Descending, places: Integers, count: int) -> Floats:
    """A column of the ranked customers, brought back to the rows of the whole list."""
    whole = np.full(count, np.nan)
    whole[places[ranked.order]] = column
    return whole


def _remarks(standing: Codes, params: AbcParams) -> list[Reason]:
    there = {kind: int((standing == code).sum()) for kind, code in _CODES.items()}
    found = []
    if there[Standing.RANKED] == 0:
        found.append(Reason(Note.NOTHING_POSITIVE, {"n": len(standing)}))
    elif there[Standing.RANKED] < params.minimum_list:
        short = {"n": there[Standing.RANKED], "minimum": params.minimum_list}
        found.append(Reason(Note.RANKING_ONLY, short))
    for kind, note in (
        (Standing.ZERO, Note.ZEROS),
        (Standing.RETURNS, Note.NEGATIVES),
        (Standing.UNRATED, Note.MISSING),
    ):
        if there[kind]:
            found.append(Reason(note, {"n": there[kind]}))
    if there[Standing.NEW]:
        found.append(Reason(Note.NEW, {"n": there[Standing.NEW], "days": params.new_days}))
    return found


def _lifted(ranked: Descending, raw: Integers, classes: Integers) -> list[Reason]:
    """For each limit that cut through equals: how many were taken into the better class."""
    found = []
    for code, letter in enumerate("AB"):
        lifted = (classes == code) & (raw > code)
        if lifted.any():
            value = float(ranked.values[np.flatnonzero(lifted)[0]])
            found.append(Reason(Note.TIES_KEPT, {"at": letter, "lifted": int(lifted.sum()), "value": value}))
    return found


def _exchanged(points: CurvePoints | None) -> list[Reason]:
    if points is None or points.break_even.effort >= points.ideal.effort:
        return []
    at = {"ideal": round(points.ideal.effort, 4), "break_even": round(points.break_even.effort, 4)}
    return [Reason(Note.POINTS_EXCHANGED, at)]
