"""Ranks in which equal values always stand together, whatever the order of the rows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Sums of many decimals are exact to about 1e-12 of themselves: nearer than this is equal.
SLACK = 1e-9


def numbers(values: "pd.Series[float]") -> Floats:
    """The values as numbers, in their order; what is none, or infinite, becomes NaN."""
    found: Floats = np.array(pd.to_numeric(values, errors="coerce"), dtype=np.float64)
    found[~np.isfinite(found)] = np.nan
    return found


def mid_ranks(values: Floats) -> Integers:
    """Twice the mid-rank of each value: 2 x (number of smaller ones) + (number of equal ones).

    In whole numbers, so that no rounding decides: the fraction of the list below the
    middle of a value's equals is `mid_ranks(values) / (2 * len(values))`.
    """
    _, group, sizes = np.unique(values, return_inverse=True, return_counts=True)
    smaller = np.cumsum(sizes) - sizes
    doubled: Integers = (2 * smaller + sizes)[group]
    return doubled


def parts(values: Floats, number: int) -> Integers:
    """In which of `number` equal parts of the list each value lies, 1 the lowest; equals share one.

    `clamp(ceil(number x p), 1, number)` with p the mid-rank as a fraction of the list.
    """
    found: Integers = np.clip(-(-number * mid_ranks(values) // (2 * len(values))), 1, number)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Descending:
    """Positive values from the largest to the smallest.

    `order` are the places of the sorted values in the given array, `first` for each
    position the position of its first equal, `before` the part of the total that stands
    before each position (0 for the first).
    """

    values: Floats
    order: Integers
    first: Integers
    before: Floats
    total: float

    @classmethod
    def of(cls, values: Floats) -> "Descending":
        order = np.argsort(-values, kind="stable")
        ranked = values[order]
        places = np.arange(len(ranked))
        opens = np.r_[True, ranked[1:] != ranked[:-1]][: len(ranked)]
        running = np.cumsum(ranked)
        total = float(running[-1]) if len(ranked) else 0.0
        before = np.r_[0.0, running[:-1]][: len(ranked)] / (total or 1.0)
        return cls(ranked, order, np.maximum.accumulate(np.where(opens, places, 0)), before, total)
