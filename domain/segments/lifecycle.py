"""The lifecycle of an account, from its purchases: prospect, first, active, lapsed, reactivated.

An account has lapsed when it has not bought for longer than `lapse_days`, found from the
list itself: a quantile of all gaps between two purchases of one account, at least a
stated number of days (product decision; quantiles of the purchase cycle are a usual way
to define churn where there is no contract). For doctors see the adoption ladder.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.explain import Reason
from domain.segments.stage import LifecycleStage
from domain.tiering.analysis_params import LifecycleParams
from domain.tiering.notes import Note
from domain.tiering.purchases import Purchases


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lifecycle:
    """The stages by customer, as of the day of the purchases."""

    stages: "pd.Series[str]"
    lapse_days: int
    counts: Mapping[LifecycleStage, int]
    notes: tuple[Reason, ...]


def lifecycle(
    purchases: Purchases, params: LifecycleParams, *, customers: "pd.Index[str] | None" = None
) -> Lifecycle:
    """The stage of each customer of `purchases`, and of those of `customers` who never bought."""
    bought = purchases.days.loc[purchases.days["bought"], ["customer", "day"]].drop_duplicates()
    bought = bought.sort_values(["customer", "day"])
    bought["gap"] = bought.groupby("customer", observed=True)["day"].diff().dt.days
    lapse_days, notes = _lapse(bought["gap"].dropna(), params)
    accounts = bought.groupby("customer", observed=True).agg(
        purchases=("day", "size"), last=("day", "max"), gap=("gap", "last")
    )
    everybody = pd.Index(purchases.days["customer"].unique(), name="customer")
    if customers is not None:
        everybody = everybody.union(customers.rename("customer"))
    accounts = accounts.reindex(everybody.sort_values())
    idle = (pd.Timestamp(purchases.as_of) - accounts["last"]).dt.days
    found = np.select(
        [
            accounts["last"].isna(),
            (accounts["purchases"] == 1) & (idle <= params.first_days),
            idle > lapse_days,
            (accounts["purchases"] > 1) & (accounts["gap"] > lapse_days),
        ],
        [
            LifecycleStage.PROSPECT,
            LifecycleStage.FIRST,
            LifecycleStage.LAPSED,
            LifecycleStage.REACTIVATED,
        ],
        LifecycleStage.ACTIVE,
    )
    stages = pd.Series(
        pd.Categorical(found, categories=[stage.value for stage in LifecycleStage]), index=accounts.index
    )
    counts = stages.value_counts()
    return Lifecycle(
        stages=stages,
        lapse_days=lapse_days,
        counts={stage: int(counts[stage.value]) for stage in LifecycleStage},
        notes=notes,
    )


def _lapse(gaps: "pd.Series[float]", params: LifecycleParams) -> tuple[int, tuple[Reason, ...]]:
    if not len(gaps):
        return params.fallback_days, (Reason(Note.LAPSE_FALLBACK, {"days": params.fallback_days}),)
    usual = int(np.ceil(np.quantile(gaps.to_numpy(dtype=np.float64), params.gap_quantile)))
    return max(usual, params.at_least_days), ()
