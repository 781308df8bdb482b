"""Recency, frequency and monetary value of accounts, scored 1-5 each, 5 the best.

Recency is the number of days since the last purchase, frequency the number of purchases
and monetary value the net amount in a stated window (Hughes, "Strategic Database
Marketing", 1994; Blattberg, Kim & Neslin, "Database Marketing", 2008, chapter 12). The
three are scored independently of each other, by one of three named rules.

For accounts only (hospitals, pharmacies, distributors): for a single doctor these would be
prescription counts, which not every market allows to be stored at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

from domain.content.market import Market
from domain.errors import DomainError
from domain.explain import Reason
from domain.tiering.analysis_params import RfmParams
from domain.tiering.notes import Note, Refusal
from domain.tiering.purchases import Totals, totals
from domain.tiering.ranking import Flags, Floats, Integers, parts
from domain.tiering.subject import Subject

DIMENSIONS = ("recency", "frequency", "monetary")
_FIFTHS = 5
_COUNTED = ["frequency", "monetary", "first_purchase", "last_purchase"]
CutPoints = tuple[float | None, ...]


class RfmRule(StrEnum):
    """How values become scores; all of them let equal values share a score.

    FIFTHS: fifths of the list by mid-rank, `clamp(ceil(5 p), 1, 5)`. FIXED: the cut
    points of the params, for short lists and for scores that stay comparable.
    R_PACKAGE: that of the R package rfm, cut = R-7 quantile at .2/.4/.6/.8 + 1, every
    order line a purchase, nobody treated as new.
    """

    FIFTHS = "fifths"
    FIXED = "fixed"
    R_PACKAGE = "r_package"


class RfmStanding(StrEnum):
    """What became of a customer: `scored` and `new` ones have scores and a segment."""

    SCORED = "scored"
    NEW = "new"  # first purchase less than `new_days` ago
    DORMANT = "dormant"  # purchases before the window only
    PROSPECT = "prospect"  # no purchase ever


class RfmLevel(StrEnum):
    """Value by the weighted score."""

    HIGH = "high"
    ORDINARY = "ordinary"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Window:
    """The `days` up to and including `as_of` in which purchases count; None: all there are."""

    as_of: date
    days: int | None

    @property
    def opens_after(self) -> pd.Timestamp:
        """The last day before the window."""
        if self.days is None:
            return pd.Timestamp.min
        return pd.Timestamp(self.as_of) - pd.Timedelta(days=self.days)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RfmResult:
    """A scored list.

    `table` has a row a customer with columns `recency_days`, `frequency`, `monetary`,
    `first_purchase`, `last_purchase`, `standing`, `recency_score`, `frequency_score`,
    `monetary_score`, `score` (three digits, e.g. 515), `weighted` (1-5), `level` and
    `segment`; the last six are missing without a purchase in the window. `cuts` are four
    rising cut points a dimension: a value at a cut point lies above it (for recency: one
    score lower); None where nobody lies above.
    """

    window: Window
    rule: RfmRule
    table: pd.DataFrame
    cuts: Mapping[str, CutPoints]
    notes: tuple[Reason, ...]

    def by_segment(self) -> pd.DataFrame:
        """Customers, purchases and net amount of each segment that somebody is in."""
        groups = self.table.groupby("segment", observed=True)
        return groups.agg(
            customers=("frequency", "size"), purchases=("frequency", "sum"), amount=("monetary", "sum")
        )


def rfm(
    orders: pd.DataFrame,
    window: Window,
    params: RfmParams,
    *,
    subject: Subject,
    market: Market,
    rule: RfmRule = RfmRule.FIFTHS,
    customers: "pd.Index[str] | None" = None,
) -> RfmResult:
    """RFM scores of `orders` (columns customer, date, amount, perhaps an order's number).

    `customers` adds those without any order, who are prospects and have no score.

    Raises DomainError("rfm_refused") for persons in a market that keeps no usage of
    single customers, DomainError("order_column_missing") when a column is missing.
    """
    merge = rule is not RfmRule.R_PACKAGE
    added = totals(orders, window.as_of, window.opens_after, merge=merge)
    return rfm_of_totals(
        added, window, params, subject=subject, market=market, rule=rule, customers=customers
    )


def rfm_of_totals(
    added: Totals,
    window: Window,
    params: RfmParams,
    *,
    subject: Subject,
    market: Market,
    rule: RfmRule = RfmRule.FIFTHS,
    customers: "pd.Index[str] | None" = None,
) -> RfmResult:
    """RFM scores of orders that were added up within the same window (for R_PACKAGE: without merging).

    Otherwise as `rfm`.
    """
    _refuse_persons(subject, market)
    found = added.table.loc[added.table["lines"] > 0, _COUNTED]
    if customers is not None:
        found = found.reindex(found.index.union(customers.rename("customer")).sort_values())
    table = _aged(found, window)
    days_known = (pd.Timestamp(window.as_of) - found["first_purchase"]).dt.days
    fresh = (days_known < params.new_days) & (rule is not RfmRule.R_PACKAGE)
    del found  # of a long list each table is a hundred megabytes
    table["standing"] = _standings(table, fresh)
    active = (table["frequency"] > 0).to_numpy()
    scores, cuts = _scores(table[active], params, rule)
    _write_scores(table, active, scores, params)
    notes = (*added.notes, *_remarks(table, active, params, rule))
    return RfmResult(window=window, rule=rule, table=table, cuts=cuts, notes=notes)


def _refuse_persons(subject: Subject, market: Market) -> None:
    if subject is Subject.PERSON and not market.usage_per_customer:
        raise DomainError(Refusal.RFM)


def _aged(found: pd.DataFrame, window: Window) -> pd.DataFrame:
    """The totals with the days since the last purchase, and zeros for nothing."""
    since = (pd.Timestamp(window.as_of) - found["last_purchase"]).dt.days
    return pd.DataFrame(
        {
            "recency_days": since.astype("Int64"),
            "frequency": found["frequency"].fillna(0).astype("int64"),
            "monetary": found["monetary"].fillna(0.0),
            "first_purchase": found["first_purchase"],
            "last_purchase": found["last_purchase"],
        }
    )


def _standings(table: pd.DataFrame, fresh: "pd.Series[bool]") -> "pd.Categorical[str]":
    order = list(RfmStanding)
    codes = {standing: np.int8(order.index(standing)) for standing in order}
    found = np.select(
        [table["frequency"] > 0, table["last_purchase"].notna()],
        [np.where(fresh, codes[RfmStanding.NEW], codes[RfmStanding.SCORED]), codes[RfmStanding.DORMANT]],
        codes[RfmStanding.PROSPECT],
    )
    return pd.Categorical.from_codes(found, categories=pd.Index([standing.value for standing in order]))


def _scores(
    active: pd.DataFrame, params: RfmParams, rule: RfmRule
) -> tuple[dict[str, Integers], dict[str, CutPoints]]:
    values = {
        "recency": active["recency_days"].to_numpy(dtype=np.float64),
        "frequency": active["frequency"].to_numpy(dtype=np.float64),
        "monetary": active["monetary"].to_numpy(dtype=np.float64),
    }
    if not len(active):
        return dict.fromkeys(values, np.empty(0, dtype=np.int64)), {}
    scored = {name: _scorer(name, params, rule)(found) for name, found in values.items()}
    scores = {name: score for name, (score, _) in scored.items()}
    cuts = {name: cut for name, (_, cut) in scored.items()}
    if rule is not RfmRule.R_PACKAGE:
        scores["monetary"] = np.where(values["monetary"] < 0, 1, scores["monetary"])
        fresh = (active["standing"] == RfmStanding.NEW).to_numpy()
        scores["frequency"] = np.where(
            fresh, np.maximum(scores["frequency"], params.new_frequency), scores["frequency"]
        )
    return scores, cuts


def _scorer(
    dimension: str, params: RfmParams, rule: RfmRule
) -> Callable[[Floats], tuple[Integers, CutPoints]]:
    """The rule for one dimension: values to scores and cut points."""
    falling = dimension == "recency"  # few days are good

    def by_cuts(values: Floats, cuts: Floats) -> tuple[Integers, CutPoints]:
        above: Integers = np.searchsorted(cuts, values, side="right").astype(np.int64)
        return _FIFTHS - above if falling else above + 1, tuple(float(cut) for cut in cuts)

    def fifths(values: Floats) -> tuple[Integers, CutPoints]:
        scores = parts(-values if falling else values, _FIFTHS)
        steps = _FIFTHS - scores if falling else scores - 1
        beyond = (values[steps >= step] for step in range(1, _FIFTHS))
        return scores, tuple(float(found.min()) if len(found) else None for found in beyond)

    def fixed(values: Floats) -> tuple[Integers, CutPoints]:
        return by_cuts(values, np.array(getattr(params.breakpoints, dimension)))

    def r_package(values: Floats) -> tuple[Integers, CutPoints]:
        return by_cuts(values, np.quantile(values, [0.2, 0.4, 0.6, 0.8]) + 1)

    rules = {RfmRule.FIFTHS: fifths, RfmRule.FIXED: fixed, RfmRule.R_PACKAGE: r_package}
    return rules[rule]


def _write_scores(
    table: pd.DataFrame,
    active: Flags,
    scores: Mapping[str, Integers],
    params: RfmParams,
) -> None:
    names = list(params.segments)
    codes = np.full(len(table), -1, dtype=np.int64)
    codes[active] = _segment_codes(params)[tuple(scores[name] - 1 for name in DIMENSIONS)]
    weights = [getattr(params.weights, name) for name in DIMENSIONS]
    weighted = np.full(len(table), np.nan)
    weighted[active] = sum(
        weight * scores[name] for weight, name in zip(weights, DIMENSIONS, strict=True)
    ) / sum(weights)
    for name in DIMENSIONS:
        table[f"{name}_score"] = _optional(scores[name], active)
    table["score"] = sum(
        place * table[f"{name}_score"] for place, name in zip((100, 10, 1), DIMENSIONS, strict=True)
    )
    table["weighted"] = weighted
    table["level"] = _levels(weighted, params)
    table["segment"] = pd.Categorical.from_codes(codes, categories=pd.Index(names))


def _segment_codes(params: RfmParams) -> Integers:
    """The number of the segment of each score cell, in a 5 x 5 x 5 table."""
    codes = np.zeros((_FIFTHS,) * 3, dtype=np.int64)
    for code, boxes in enumerate(params.segments.values()):
        for box in boxes:
            for recency, frequency, monetary in box.cells():
                codes[recency - 1, frequency - 1, monetary - 1] = code
    return codes


def _levels(weighted: Floats, params: RfmParams) -> "pd.Categorical[str]":
    codes = np.select(
        [np.isnan(weighted), weighted >= params.levels.high, weighted >= params.levels.ordinary],
        [-1, 0, 1],
        2,
    )
    return pd.Categorical.from_codes(codes, categories=pd.Index([level.value for level in RfmLevel]))


def _optional(scores: Integers, active: Flags) -> "pd.arrays.IntegerArray":
    whole = np.zeros(len(active), dtype=np.int64)
    whole[active] = scores
    return pd.arrays.IntegerArray(whole, ~active)


def _remarks(
    table: pd.DataFrame,
    active: Flags,
    params: RfmParams,
    rule: RfmRule,
) -> list[Reason]:
    count = int(active.sum())
    if not count:
        return [Reason(Note.NOTHING_POSITIVE, {"n": len(table)})]
    found = []
    if rule is RfmRule.FIFTHS and count < params.minimum_list:
        found.append(Reason(Note.SMALL_LIST, {"n": count, "minimum": params.minimum_list}))
    if rule is RfmRule.FIFTHS and count > 1:
        columns = zip(DIMENSIONS, ("recency_days", "frequency", "monetary"), strict=True)
        found += [
            Reason(Note.ALL_EQUAL, {"of": name})
            for name, column in columns
            if table.loc[active, column].nunique() == 1
        ]
    fresh = int((table["standing"] == RfmStanding.NEW).sum())
    if fresh:
        found.append(Reason(Note.NEW, {"n": fresh, "days": params.new_days}))
    negative = int((table.loc[active, "monetary"] < 0).sum())
    if negative:
        found.append(Reason(Note.NEGATIVES, {"n": negative}))
    return found
