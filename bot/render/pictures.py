"""What pictures say, in the person's language; `bot.render.drawing` draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.render.words import Words
from domain.tiering.model import Cell, Zone


@dataclass(frozen=True, slots=True)
class CellNames:
    """How many customers stand in a cell, and the names to print, the most important first.

    `before` is how many stood there a quarter ago, None where that is not known.
    """

    count: int
    names: tuple[str, ...] = ()
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPicture:
    """What the nine-box picture says.

    `row_words` explain A, B, C and `column_words` 1, 2, 3, in that order; `row_axis`
    and `column_axis` name the axes, `zone_words` the colours. `unrated`, `as_of` and `ghost`
    (which day the pale counts are of) are finished lines. A cell that is absent is empty.
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
    ghost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LorenzPicture:
    """What the picture of a Lorenz curve says.

    `customers` and `held` are the points of the curve from (0, 0) to (1, 1); the best `top` of the
    customers hold the part `share`. `earlier` are the points of the curve a quarter before, if there
    is one, named by `then`. `equal` names the diagonal; the other words are finished lines.
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
    earlier: tuple[tuple[float, float], ...] = ()
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassShare:
    """One class of a list: its letter and name, how many are in it, their part of all and of the value."""

    letter: str
    name: str
    count: int
    of_all: float
    of_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AbcWay:
    """One rule of an ABC analysis; without `shares` the line `instead` tells why there are no letters."""

    name: str
    limits: str
    shares: tuple[ClassShare, ...]
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbcPicture:
    """What the picture of the three ABC rules says; `members` and `value` name the two bars of each."""

    title: str
    subtitle: str
    ways: tuple[AbcWay, ...]
    members: str
    value: str
    caution: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment of an RFM analysis; `said` stands beside its bar."""

    name: str
    count: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmPicture:
    """What the RFM picture says.

    `scores` has a row a dimension: its name, and the values that score 1 to 5.
    """

    title: str
    subtitle: str
    segments: tuple[Segment, ...]
    score: str
    scores: tuple[tuple[str, tuple[str, ...]], ...]
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPicture:
    """What the migration matrix says.

    `moved` counts customers by cell before (row) and after (column), in the order of `Cell`; `left` are
    those who left by their cell before, `came` those who came by their cell now. The words name the axes,
    the kinds of moves in the order progress, setback, correction, and the line and column apart.
    """

    title: str
    subtitle: str
    before: str
    after: str
    moved: tuple[tuple[int, ...], ...]
    came: tuple[int, ...]
    left: tuple[int, ...]
    came_word: str
    left_word: str
    kinds: tuple[str, str, str]
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its name, parts from the left as parts of the width, and what is said at its end.

    The place of a part tells its colour; `inside` is said in the first. `mark` is a short line across the
    bar at a part of the width.
    """

    name: str
    parts: tuple[float, ...]
    said: str
    inside: str = ""
    mark: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsPicture:
    """What a picture of bars says.

    `legend` names the colours. `line` is a line across all bars at a part of the width, with its words;
    `mark_word` tells what the marks of single bars mean.
    """

    title: str
    subtitle: str
    bars: tuple[Bar, ...]
    legend: tuple[str, ...]
    as_of: str
    line: tuple[float, str] | None = None
    mark_word: str = ""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One letter of a panel: the part of its customers that was met, and what is `said` at its end.

    `done` are the month's visits and `due` the limits that are on pace, as parts of the month's goal.
    """

    letter: str
    reach: float | None
    said: str
    done: float | None = None
    due: tuple[float, float] = (0.0, 0.0)
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One rep, or a team, in a picture of several."""

    name: str
    rows: tuple[PanelRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePicture:
    """What the picture of coverage says: up to six panels, and what bar, mark and band mean."""

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    reach_word: str
    done_word: str
    due_word: str
    behind_word: str
    as_of: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A field of a heat map: how warm it is, 0 to 1 or unknown, what is said in it, and smaller below."""

    value: float | None
    said: str
    below: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One line of a heat map."""

    name: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatPicture:
    """What a heat map says; `columns` name the fields of each row."""

    title: str
    subtitle: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificatePicture:
    """What a certificate says, line by line."""

    title: str
    name: str
    said: str
    path: str
    on: str
    note: str


def grid_picture(
    words: Words,
    cells: Mapping[Cell, Sequence[str]],
    *,
    unrated: int,
    as_of: str,
    before: Mapping[Cell, int] | None = None,
    ghost: str = "",
) -> GridPicture:
    """The nine-box picture of names by cell, the most important first, and how many stood there `before`."""
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
        cells={
            cell: CellNames(len(names), tuple(names[:8]), None if before is None else before.get(cell, 0))
            for cell, names in cells.items()
        },
        unrated=_("Not rated: %(n)s", n=unrated),
        as_of=as_of,
        ghost=ghost,
    )
