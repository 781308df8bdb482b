"""The pictures the bot can send. All words come from the caller, in the person's language."""

import asyncio
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


class Charts:
    """Draws off the event loop, one picture at a time: a second thread would only cost memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def grid(self, picture: GridPicture) -> bytes:
        async with self._turn:
            return await asyncio.to_thread(grid_png, picture)


def grid_png(picture: GridPicture) -> bytes:
    """The nine-box grid as a PNG of 1080 x 1080 pixels: rows A to C from the top, columns 1 to 3.

    The same picture gives the same bytes.
    """
    from bot.render.drawing import draw_grid

    return draw_grid(picture)
