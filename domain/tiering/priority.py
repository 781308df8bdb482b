"""Priority on several dimensions, each scored 1-5, with as much confidence as there are data.

score = 100 x sum(w (s - 1) / 4) / sum(w) and confidence = sum(w) / sum(all w), the first
two sums over the dimensions that are known: the weighted scorecard of purchasing and
portfolio practice, mapped to 0-100. The weights are a company's choice, not a finding.
Ability to pay is a property of accounts; for persons it is left out of all sums.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from domain.explain import Reason
from domain.tiering.analysis_params import PriorityParams
from domain.tiering.notes import Note
from domain.tiering.ranking import SLACK, numbers
from domain.tiering.subject import Subject

_ACCOUNTS_ONLY = "ability_to_pay"
_LOWEST, _HIGHEST = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priorities:
    """A ranked list.

    `table` has the customers as given, with columns `score` (0-100, missing when nothing
    is known), `confidence` (0-1), `enough`, `rank` (1 the first; missing without enough
    data) and for each dimension its points, which add up to the score. `scores` are those
    that counted, by `params`.
    """

    table: pd.DataFrame
    warnings: tuple[Reason, ...]
    scores: pd.DataFrame
    params: PriorityParams

    def reasons(self, customer: Hashable) -> tuple[Reason, ...]:
        """Why a customer has the score: each known dimension with its points, then what is lacking."""
        row: Any = self.table.loc[cast("str", customer)]
        found = [
            Reason(
                Note.PRIORITY,
                {
                    "dimension": dimension,
                    "score": float(cast("float", score)),
                    "weight": self.params.weights[dimension],  # type: ignore[index]
                },
                points=float(row[dimension]),
            )
            for dimension, score in self.scores.loc[cast("str", customer)].items()
            if pd.notna(score)
        ]
        if not row["enough"]:
            told = {"confidence": round(float(row["confidence"]), 4), "needed": self.params.enough}
            found.append(Reason(Note.NOT_ENOUGH, told))
        return tuple(found)


def prioritise(
    scores: pd.DataFrame, params: PriorityParams, *, subject: Subject, names: "pd.Series[str] | None" = None
) -> Priorities:
    """The order of priority of the customers of `scores`: a row each, a column a dimension, 1-5 or missing.

    Equal scores are ordered by potential, then by `names` (the index if not given),
    never by the order of the rows. A score outside 1-5 counts as missing, and is told.
    """
    dimensions = [name for name in params.weights if subject is Subject.ACCOUNT or name != _ACCOUNTS_ONLY]
    known = pd.DataFrame(
        {
            name: numbers(scores[name]) if name in scores.columns else np.full(len(scores), np.nan)
            for name in dimensions
        },
        index=scores.index,
    )
    outside = known.notna() & ~((known >= _LOWEST) & (known <= _HIGHEST))
    known = known.mask(outside)
    weights = pd.Series({name: params.weights[name] for name in dimensions})
    there = known.notna().mul(weights, axis="columns").sum(axis="columns")
    parts = (known - _LOWEST) / (_HIGHEST - _LOWEST) * weights
    points = (100 * parts.div(there.where(there > 0), axis="index")).round(2)
    table = points.copy()
    table.insert(0, "score", points.sum(axis="columns", min_count=1).round(2))
    table.insert(1, "confidence", there / weights.sum())
    table.insert(2, "enough", table["confidence"] >= params.enough - SLACK)
    table.insert(3, "rank", _ranks(table, known, names))
    return Priorities(
        table=table,
        warnings=tuple(_remarks(scores, outside, subject)),
        scores=known,
        params=params,
    )


def _ranks(table: pd.DataFrame, known: pd.DataFrame, names: "pd.Series[str] | None") -> "pd.Series[int]":
    keys = pd.Series(table.index.astype(str), index=table.index)
    order = pd.DataFrame(
        {
            "score": -table["score"],
            "potential": -known["potential"],
            "name": keys if names is None else names.reindex(table.index).fillna("").astype(str),
            "key": keys,
        }
    )
    first_to_last = order[table["enough"]].sort_values(list(order.columns)).index
    ranks = pd.Series(np.arange(1, len(first_to_last) + 1), index=first_to_last)
    return ranks.reindex(table.index).astype("Int64")


def _remarks(scores: pd.DataFrame, outside: pd.DataFrame, subject: Subject) -> list[Reason]:
    found = []
    wrong = int(outside.to_numpy().sum())
    if wrong:
        found.append(Reason(Note.OUT_OF_RANGE, {"n": wrong}))
    if subject is Subject.PERSON and _ACCOUNTS_ONLY in scores.columns:
        given = int(scores[_ACCOUNTS_ONLY].notna().sum())
        if given:
            found.append(Reason(Note.NOT_FOR_PERSONS, {"dimension": _ACCOUNTS_ONLY, "n": given}))
    return found
