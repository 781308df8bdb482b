"""The nine-box grid for long lists: whole columns at once, without the reasons of single customers.

The rules are those of `domain.tiering.nine_box` with the methods terciles and cuts for the letter and
stated, terciles and cuts for the digit, and the cells are the same.
"""

import numpy as np
import pandas as pd

from domain.tiering.model import Cell
from domain.tiering.params import Cuts, TieringParams
from domain.tiering.ranking import Floats, Integers, numbers

_HIGH = 2
_DIGITS = 3


def place(known: pd.DataFrame, params: TieringParams) -> "pd.Series[str]":
    """The cell ("A2") of each row, missing for the unrated.

    `known` has columns `quantity`, `ours` (our part of it) and `support` (the stated digit), each
    perhaps missing.
    """
    quantity, ours, stated = (numbers(known[name]) for name in ("quantity", "ours", "support"))
    share = np.divide(ours, quantity, out=np.full(len(known), np.nan), where=quantity > 0)
    letter = _HIGH - _thirds(quantity, params.quantity_cuts, params.minimum_list)
    digit = _HIGH - _thirds(share, params.share_cuts, params.minimum_list)
    digit = np.where(np.isnan(stated), digit, stated - 1)
    rated = ~np.isnan(letter) & ~np.isnan(digit)
    codes: Integers = np.where(rated, letter * _DIGITS + digit, -1).astype(np.int64)
    cells = pd.Categorical.from_codes(codes, categories=pd.Index([cell.value for cell in Cell]))
    return pd.Series(cells, index=known.index)


def _thirds(values: Floats, cuts: Cuts, minimum: int) -> Floats:
    """0, 1, 2 for the low, middle and high third, by rank where the list allows it; NaN without a value."""
    there = ~np.isnan(values)
    listed = values[there]
    limits = np.array([cuts.low, cuts.middle])
    if len(listed) >= minimum:
        places = [(len(listed) - 1) * part // 3 for part in (1, 2)]
        low, middle = np.partition(listed, places)[places]
        if low < middle < listed.max():
            limits = np.array([low, middle])
    found = np.full(len(values), np.nan)
    found[there] = np.searchsorted(limits, listed, side="left")
    return found
