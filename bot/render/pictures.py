"""What pictures say, in the person's language; `bot.render.drawing` draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.render.words import Words
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LorenzPicture:
    """What the picture of a Lorenz curve says.

    `customers` and `held` are the points of the curve from (0, 0) to (1, 1); the best `top` of the
    customers hold the part `share`. `equal` names the diagonal; the other words are finished
    lines.
    """

    title: str
    customers: tuple[float, ...]
    held: tuple[float, ...]
    top: float
    share: float
    x_axis: str
    y_axis: str
    equal: str
    verdict: str
    gini: str
    as_of: str


def grid_picture(
    words: Words, cells: Mapping[Cell, Sequence[str]], *, unrated: int, as_of: str
) -> GridPicture:
    """The nine-box picture of names by cell, the most important first."""
    _ = words._
    total = sum(map(len, cells.values())) + unrated
    return GridPicture(
        title=_("Nine-box grid of %(n)s customers", n=total),
        row_axis=_("Potential"),
        column_axis=_("Support"),
        row_words=(_("high"), _("medium"), _("low")),
        column_words=(_("first choice"), _("second choice"), _("competitor or none")),
        zone_words={
            Zone.RED: _("defend and grow"),
            Zone.YELLOW: _("develop"),
            Zone.BLUE: _("maintain or stop"),
        },
        cells={cell: CellNames(len(names), tuple(names[:8])) for cell, names in cells.items()},
        unrated=_("Not rated: %(n)s", n=unrated),
        as_of=as_of,
    )
