"""What moved in the grid between two snapshots.

A change of the digit is the progress of our work (3 to 2 up, 1 to 2 down); a change of the
letter corrects what was thought of the customer. Who came onto the list or left it has not moved.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.explain import Reason
from domain.tiering.analysis_params import MovementParams
from domain.tiering.model import Cell
from domain.tiering.notes import Note
from domain.tiering.ranking import Integers

_CELLS = [cell.value for cell in Cell]  # A1, A2 ... C3: letter = code // 3, digit = code % 3 + 1
_DIGITS = 3
_LETTER_A = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Movement:
    """Two snapshots compared.

    `matrix` counts the customers rated in both: a row the cell before, a column the cell
    after. `entries` and `exits` are those on one list only, with their cell (missing when
    unrated); `rated` and `unrated` those on both lists who got, or lost, a cell. `left_a`
    lists all who had an A and have none now, with columns `before` and `after` (missing for
    an exit or without a cell). `upgrades`, `downgrades` count digits, `raised`, `lowered`
    letters; `net` is (upgrades - downgrades) / customers rated in both, None without any.
    """

    matrix: pd.DataFrame
    compared: int
    moved: int
    upgrades: int
    downgrades: int
    raised: int
    lowered: int
    net: float | None
    entries: "pd.Series[str]"
    exits: "pd.Series[str]"
    rated: "pd.Series[str]"
    unrated: "pd.Series[str]"
    left_a: pd.DataFrame
    warnings: tuple[Reason, ...]


def movement(before: "pd.Series[str]", after: "pd.Series[str]", params: MovementParams) -> Movement:
    """What moved from `before` to `after`, each a cell ("A2") or a missing value by customer, unique."""
    everybody = before.index.union(after.index)
    was, now = (_codes(cells, everybody) for cells in (before, after))
    here, there = everybody.isin(before.index), everybody.isin(after.index)
    both = (was >= 0) & (now >= 0)
    old, new = was[both], now[both]
    matrix = np.bincount(old * len(_CELLS) + new, minlength=len(_CELLS) ** 2).reshape(len(_CELLS), -1)
    digits = new % _DIGITS - old % _DIGITS
    letters = new // _DIGITS - old // _DIGITS
    compared, moved = len(old), int((old != new).sum())
    upgrades, downgrades = int((digits < 0).sum()), int((digits > 0).sum())
    had_a = (was >= 0) & (was // _DIGITS == _LETTER_A)
    left = had_a & ~((now >= 0) & (now // _DIGITS == _LETTER_A))
    cells = pd.DataFrame({"before": _names(was), "after": _names(now)}, index=everybody)
    return Movement(
        matrix=pd.DataFrame(
            matrix, index=pd.Index(_CELLS, name="before"), columns=pd.Index(_CELLS, name="after")
        ),
        compared=compared,
        moved=moved,
        upgrades=upgrades,
        downgrades=downgrades,
        raised=int((letters < 0).sum()),
        lowered=int((letters > 0).sum()),
        net=(upgrades - downgrades) / compared if compared else None,
        entries=cells.loc[there & ~here, "after"],
        exits=cells.loc[here & ~there, "before"],
        rated=cells.loc[here & there & (was < 0) & (now >= 0), "after"],
        unrated=cells.loc[here & there & (was >= 0) & (now < 0), "before"],
        left_a=cells[left],
        warnings=_remarks(moved, compared, params),
    )


def _codes(cells: "pd.Series[str]", everybody: pd.Index) -> Integers:
    """The number of each customer's cell, -1 without one."""
    known = pd.Categorical(cells.reindex(everybody), categories=_CELLS)
    return known.codes.astype(np.int64)


def _names(codes: Integers) -> "pd.Categorical[str]":
    return pd.Categorical.from_codes(codes, categories=pd.Index(_CELLS))


def _remarks(moved: int, compared: int, params: MovementParams) -> tuple[Reason, ...]:
    if not compared or moved <= params.check_share * compared:
        return ()
    told = {"moved": moved, "n": compared, "share": round(moved / compared, 4), "limit": params.check_share}
    return (Reason(Note.CHECK_DATA, told),)
