"""What pictures say. All words come from the caller, in the person's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.tiering.model import Cell, Zone


@dataclass(frozen=True, slots=True)
class CellNames:
    """How many customers stand in a cell, and the names to print, the most important first."""

    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPicture:
    """What the nine-box picture says.

    `row_words` explain A, B, C and `column_words` 1, 2, 3, in that order; `row_axis`
    and `column_axis` name the axes, `zone_words` the colours. `unrated` and `as_of`
    are finished lines. A cell that is absent is empty.
    """

    title: str
    row_axis: str
    column_axis: str
    row_words: tuple[str, str, str]
    column_words: tuple[str, str, str]
    zone_words: Mapping[Zone, str]
    cells: Mapping[Cell, CellNames]
    unrated: str
    as_of: str
