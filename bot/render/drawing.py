"""Drawing with matplotlib: loaded when the first picture is asked for, and never through pyplot."""

import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Polygon
from matplotlib.patheffects import withStroke
from matplotlib.transforms import IdentityTransform

from bot.render import maps
from bot.render.maps import MapPicture, Pin
from bot.render.pictures import (
    AbcPicture,
    AbcWay,
    Bar,
    BarsPicture,
    CellNames,
    CertificatePicture,
    CoveragePicture,
    GridPicture,
    HeatCell,
    HeatPicture,
    LorenzPicture,
    MatrixPicture,
    Panel,
    PanelRow,
    RfmPicture,
)
from domain.tiering.model import Cell, Support, Tier, Zone

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-GBK.ttf"

SIDE = 1080  # pixels; sharp at the width of a phone
GAP = 12
LEFT, TOP, RIGHT, BOTTOM = 138, 192, 1050, 960  # the nine boxes
ROW_WORDS = 76  # the middle of what explains the rows
PADDING = 20
CURVE_LEFT, CURVE_TOP, CURVE_SIDE = 170, 170, 770  # the square of the Lorenz curve

PAPER = "#FFFFFF"
INK = "#1F2A37"
GRID = "#DCE1E7"
FAINT = "#56616F"
GHOST = "#8A6FB8"


@dataclass(frozen=True, slots=True)
class Style:
    """How words look; `size` in pixels."""

    size: float
    colour: str = INK
    bold: bool = False


TITLE = Style(42, bold=True)
AXIS = Style(24, FAINT)
MARK = Style(36, bold=True)
WORD = Style(23)
NOTE = Style(23, FAINT)
SMALL = Style(21)
NAME = Style(27)
LONG_NAME = Style(22)


@dataclass(frozen=True, slots=True)
class ZoneColours:
    """A pale ground and a dark ink of one hue, at least 4.5 : 1 apart (WCAG 2.2, level AA)."""

    ground: str
    ink: str


# Hues that stay apart under the three common kinds of colour blindness (after Okabe and Ito, 2008:
# vermilion, yellow, blue), each at its own lightness.
ZONE_COLOURS: Mapping[Zone, ZoneColours] = {
    Zone.RED: ZoneColours("#F6CDB9", "#8A2F0B"),
    Zone.YELLOW: ZoneColours("#FBEFC0", "#6B5200"),
    Zone.BLUE: ZoneColours("#D3E4F3", "#16507F"),
}


# Classes of sales, in hues that no zone of the grid has: an A of sales is no A of the grid.
CLASS_COLOURS: Mapping[str, ZoneColours] = {
    "A": ZoneColours("#12564A", "#FFFFFF"),
    "B": ZoneColours("#7DBBAA", "#0B2E27"),
    "C": ZoneColours("#D4E8E1", "#12463B"),
    "N": ZoneColours("#E9ECEF", "#414A55"),
}
PROGRESS, SETBACK, CORRECTION = ("#BFE3D6", "#0E4A3D"), ("#F6CDB9", "#7A2909"), ("#DDD6EE", "#42306E")
STAYED = ("#EEF1F4", FAINT)


def draw(
    picture: GridPicture
    | LorenzPicture
    | AbcPicture
    | RfmPicture
    | MatrixPicture
    | BarsPicture
    | CoveragePicture
    | MapPicture
    | HeatPicture
    | CertificatePicture,
) -> bytes:
    """Any picture as the bytes of a PNG."""
    by_kind: Mapping[type, Callable[[Any], bytes]] = {
        GridPicture: draw_grid,
        LorenzPicture: draw_lorenz,
        AbcPicture: draw_abc,
        RfmPicture: draw_rfm,
        MatrixPicture: draw_matrix,
        BarsPicture: draw_bars,
        CoveragePicture: draw_coverage,
        MapPicture: draw_map,
        HeatPicture: draw_heat,
        CertificatePicture: draw_certificate,
    }
    return by_kind[type(picture)](picture)


def draw_grid(picture: GridPicture) -> bytes:
    """The picture as the bytes of a PNG."""
    sheet = _Sheet()
    sheet.text(LEFT, 62, picture.title, TITLE, width=RIGHT - LEFT)
    _axes(sheet, picture)
    for cell in Cell:
        _cell(sheet, cell, picture.cells.get(cell, CellNames(0)))
    _footer(sheet, picture)
    return sheet.png()


def draw_lorenz(picture: LorenzPicture) -> bytes:
    """The picture as the bytes of a PNG."""
    sheet = _Sheet()
    sheet.text(CURVE_LEFT, 62, picture.title, TITLE, width=RIGHT - CURVE_LEFT)
    sheet.text(CURVE_LEFT, 108, picture.verdict, Style(30, ZONE_COLOURS[Zone.RED].ink), width=480)
    sheet.text(CURVE_LEFT + CURVE_SIDE, 108, picture.gini, Style(30), width=280, align="right")
    _scales(sheet)
    _curve(sheet, picture)
    sheet.text(CURVE_LEFT, 148, picture.y_axis, AXIS, width=CURVE_SIDE)
    sheet.text(CURVE_LEFT + CURVE_SIDE, 1010, picture.x_axis, AXIS, width=CURVE_SIDE, align="right")
    sheet.text(RIGHT, 1050, picture.as_of, NOTE, width=700, align="right")
    return sheet.png()


def _point(customers: float, held: float) -> tuple[float, float]:
    """Where a point of the curve stands on the sheet."""
    return CURVE_LEFT + customers * CURVE_SIDE, CURVE_TOP + (1 - held) * CURVE_SIDE


def _scales(sheet: "_Sheet") -> None:
    for tenths in range(0, 11, 2):
        part = tenths / 10
        sheet.line([_point(part, 0), _point(part, 1)], GRID, 1)
        sheet.line([_point(0, part), _point(1, part)], GRID, 1)
        x, y = _point(part, part)
        sheet.text(x, CURVE_TOP + CURVE_SIDE + 26, f"{10 * tenths} %", NOTE, align="center")
        sheet.text(CURVE_LEFT - 14, y, f"{10 * tenths} %", NOTE, align="right")


def _curve(sheet: "_Sheet", picture: LorenzPicture) -> None:
    colours = ZONE_COLOURS[Zone.BLUE]
    points = [_point(x, y) for x, y in zip(picture.customers, picture.held, strict=True)]
    sheet.area(points, colours.ground)
    sheet.line([_point(0, 0), _point(1, 1)], FAINT, 2)
    sheet.text(*_point(0.34, 0.42), picture.equal, NOTE, width=250, align="right")
    if picture.earlier:
        sheet.line([_point(x, y) for x, y in picture.earlier], GHOST, 3, dashed=True)
        sheet.line([(CURVE_LEFT + 24, 216), (CURVE_LEFT + 80, 216)], GHOST, 3, dashed=True)
        sheet.text(CURVE_LEFT + 92, 216, picture.then, NOTE, width=420)
    sheet.line(points, colours.ink, 5)
    beyond = 1 - picture.top
    below = 1 - picture.share
    corner = [_point(beyond, 0), _point(beyond, below), _point(1, below)]
    sheet.line(corner, ZONE_COLOURS[Zone.RED].ink, 2.5)


def _box(cell: Cell) -> tuple[float, float, float, float]:
    """Left, top, width and height of a cell's box."""
    width = (RIGHT - LEFT - 2 * GAP) / 3
    height = (BOTTOM - TOP - 2 * GAP) / 3
    row, column = list(Tier).index(cell.tier), cell.support - 1
    return LEFT + column * (width + GAP), TOP + row * (height + GAP), width, height


def _axes(sheet: "_Sheet", picture: GridPicture) -> None:
    sheet.text(LEFT, 114, picture.column_axis, AXIS, width=300)
    sheet.text(RIGHT, 114, picture.ghost, NOTE, width=RIGHT - LEFT - 320, align="right")
    sheet.text(ROW_WORDS, 162, picture.row_axis, AXIS, width=124, align="center")
    for support, word in zip(Support, picture.column_words, strict=True):
        left, _, width, _ = _box(Cell.of(Tier.A, support))
        sheet.text(left + PADDING, 162, f"{support.value}", MARK)
        sheet.text(left + PADDING + 34, 162, word, WORD, width=width - PADDING - 40)
    for tier, word in zip(Tier, picture.row_words, strict=True):
        _, top, _, height = _box(Cell.of(tier, Support.FIRST_CHOICE))
        sheet.text(ROW_WORDS, top + height / 2 - 16, tier.value, MARK, align="center")
        sheet.text(ROW_WORDS, top + height / 2 + 24, word, WORD, width=116, align="center")


def _cell(sheet: "_Sheet", cell: Cell, content: CellNames) -> None:
    left, top, width, height = _box(cell)
    colours = ZONE_COLOURS[cell.zone]
    sheet.box(left, top, width, height, colours.ground, radius=16)
    count = Style(60, colours.ink, bold=True)
    taken = sheet.text(left + PADDING, top + 46, f"{content.count}", count, width=190)
    if content.before is not None:
        _ghost(sheet, content, left + PADDING + taken + 16, top + 52, colours)
    sheet.text(left + width - PADDING, top + 38, cell.value, Style(28, colours.ink), align="right")
    _names(sheet, content, left + PADDING, top + 101, width - 2 * PADDING)


def _ghost(sheet: "_Sheet", content: CellNames, left: float, middle: float, colours: ZoneColours) -> None:
    """The count of a quarter ago, pale, with an arrow from there to the count now."""
    before = content.before or 0
    pale = Style(32, _mixed(colours.ink, colours.ground, 0.55))
    taken = sheet.text(left, middle, f"{before}", pale, width=90)
    if before != content.count:
        up = content.count > before
        x, half = left + taken + 20, 10
        tip, foot = (middle - 11, middle + 7) if up else (middle + 7, middle - 11)
        sheet.area([(x - half, foot), (x + half, foot), (x, tip)], colours.ink)


def _mixed(ink: str, ground: str, part: float) -> str:
    """`part` of one colour and the rest of another."""
    pairs = zip(bytes.fromhex(ink[1:]), bytes.fromhex(ground[1:]), strict=True)
    return "#" + bytes(round(part * one + (1 - part) * other) for one, other in pairs).hex()


def _names(sheet: "_Sheet", content: CellNames, left: float, top: float, width: float) -> None:
    """Up to eight short names in two columns, or up to six long ones in one; the rest as "+n"."""
    names = [_face().printable(name) for name in content.names]
    half = (width - PADDING) / 2
    paired = all(_face().width(name, NAME.size) <= half for name in names[:8])
    columns, room, style, pitch = (2, 8, NAME, 36) if paired else (1, 6, LONG_NAME, 25)
    lines = names if len(names) == content.count <= room else names[: room - 1]
    if names and content.count > len(lines):
        lines = [*lines, f"+{content.count - len(lines)}"]
    for place, line in enumerate(lines):
        row, column = divmod(place, columns)
        x = left + column * (half + PADDING)
        sheet.text(x, top + row * pitch, line, style, width=half if paired else width)


def _footer(sheet: "_Sheet", picture: GridPicture) -> None:
    x: float = LEFT
    for zone in Zone:
        colours = ZONE_COLOURS[zone]
        sheet.box(x, 990, 26, 26, colours.ground, radius=6, edge=colours.ink)
        x += 38
        x += sheet.text(x, 1003, picture.zone_words[zone], WORD, width=250) + 36
    sheet.text(LEFT, 1050, picture.unrated, WORD, width=440)
    sheet.text(RIGHT, 1050, picture.as_of, NOTE, width=440, align="right")


EDGE = 40  # what pictures without axes leave free on both sides
BAR_TOP, BAR_BOTTOM = 330, 880  # the two bars of an ABC rule
BAR_WIDTH, BAR_GAP = 146, 12
LOWEST_WORD = 26  # a part of a bar as low as this still holds a word


def draw_abc(picture: AbcPicture) -> bytes:
    """The three rules beside each other: a bar of customers and a bar of value each."""
    sheet = _Sheet()
    sheet.text(EDGE, 62, picture.title, TITLE, width=SIDE - 2 * EDGE)
    sheet.text(EDGE, 112, picture.subtitle, AXIS, width=SIDE - 2 * EDGE)
    pitch = (SIDE - 2 * EDGE) / len(picture.ways)
    for place, way in enumerate(picture.ways):
        _abc_way(sheet, way, EDGE + place * pitch, pitch - 24, picture)
    sheet.text(EDGE, 985, picture.caution, WORD, width=SIDE - 2 * EDGE)
    sheet.text(SIDE - EDGE, 1045, picture.as_of, NOTE, width=700, align="right")
    return sheet.png()


def _abc_way(sheet: "_Sheet", way: AbcWay, left: float, width: float, picture: AbcPicture) -> None:
    sheet.text(left, 200, way.name, Style(32, bold=True), width=width)
    sheet.text(left, 242, way.limits, NOTE, width=width)
    if not way.shares:
        sheet.text(left, 360, way.instead, NOTE, width=width)
        return
    bars = (left, left + BAR_WIDTH + BAR_GAP)
    for x, word in zip(bars, (picture.members, picture.value), strict=True):
        sheet.text(x + BAR_WIDTH / 2, 296, word, NOTE, width=BAR_WIDTH, align="center")
    tops = [float(BAR_TOP)] * 2
    for share in way.shares:
        colours = CLASS_COLOURS[share.letter]
        # A name in words: "A 2" would look like a cell of the grid.
        said = (f"{share.name}: {share.count}", f"{100 * share.of_value:.0f} %")
        for bar, part in enumerate((share.of_all, share.of_value)):
            height = part * (BAR_BOTTOM - BAR_TOP)
            if height <= 0:
                continue
            sheet.box(bars[bar], tops[bar], BAR_WIDTH, max(height - 3, 1), colours.ground, radius=0)
            if height >= LOWEST_WORD:
                size = min(24.0 if bar == 0 else 30.0, height - 6)
                middle = tops[bar] + height / 2
                centre = bars[bar] + BAR_WIDTH / 2
                sheet.text(
                    centre, middle, said[bar], Style(size, colours.ink), width=BAR_WIDTH, align="center"
                )
            tops[bar] += height


def draw_rfm(picture: RfmPicture) -> bytes:
    """The segments as bars, and below them which values score 1 to 5."""
    sheet = _Sheet()
    sheet.text(EDGE, 62, picture.title, TITLE, width=SIDE - 2 * EDGE)
    sheet.text(EDGE, 112, picture.subtitle, AXIS, width=SIDE - 2 * EDGE)
    colours = ZONE_COLOURS[Zone.BLUE]
    most = max((one.count for one in picture.segments), default=0) or 1
    begin, room = 300, 470
    for place, one in enumerate(picture.segments):
        middle = 184 + place * 54
        sheet.text(begin - 16, middle, one.name, WORD, width=begin - 16 - EDGE, align="right")
        width = room * one.count / most
        if width:
            sheet.box(begin, middle - 19, width, 38, colours.ground, radius=0)
        ink = Style(25, colours.ink if one.count else FAINT)
        sheet.text(begin + width + 12, middle, one.said, ink, width=SIDE - EDGE - begin - width - 12)
    _score_table(sheet, picture, top=770)
    sheet.text(SIDE - EDGE, 1045, picture.as_of, NOTE, width=700, align="right")
    return sheet.png()


def _score_table(sheet: "_Sheet", picture: RfmPicture, *, top: float) -> None:
    first, pitch, height = 300, 148, 60
    columns = range(1, 6)
    sheet.text(EDGE, top, picture.score, AXIS, width=first - EDGE - 12)
    for column in columns:
        sheet.text(first + (column - 0.5) * pitch, top, f"{column}", Style(26, bold=True), align="center")
    sheet.line([(EDGE, top + 28), (SIDE - EDGE, top + 28)], GRID, 2)
    for place, (name, ranges) in enumerate(picture.scores):
        middle = top + 64 + place * height
        sheet.text(EDGE, middle, name, SMALL, width=first - EDGE - 12)
        for column, said in zip(columns, ranges, strict=True):
            centre = first + (column - 0.5) * pitch
            sheet.text(centre, middle, said, SMALL, width=pitch - 8, align="center")


MATRIX_LEFT, MATRIX_TOP, BOX = 128, 214, 74


def draw_matrix(picture: MatrixPicture) -> bytes:
    """The nine by nine cells, who left to the right of them, who came below."""
    sheet = _Sheet()
    sheet.text(EDGE, 62, picture.title, TITLE, width=SIDE - 2 * EDGE)
    sheet.text(EDGE, 110, picture.subtitle, AXIS, width=SIDE - 2 * EDGE)
    apart = 9 * BOX + 22
    sheet.text(EDGE, MATRIX_TOP - 24, picture.before, AXIS, width=MATRIX_LEFT - EDGE - 6)
    sheet.text(MATRIX_LEFT + 4.5 * BOX, MATRIX_TOP - 66, picture.after, AXIS, width=9 * BOX, align="center")
    sheet.text(MATRIX_LEFT + apart + BOX / 2, MATRIX_TOP - 24, picture.left_word, AXIS, align="center")
    sheet.text(MATRIX_LEFT - 12, MATRIX_TOP + apart + BOX / 2, picture.came_word, AXIS, align="right")
    for row, cell in enumerate(Cell):
        middle = (row + 0.5) * BOX
        sheet.text(MATRIX_LEFT - 16, MATRIX_TOP + middle, cell.value, Style(26, bold=True), align="right")
        sheet.text(MATRIX_LEFT + middle, MATRIX_TOP - 24, cell.value, Style(26, bold=True), align="center")
        for column, to in enumerate(Cell):
            _square(sheet, column * BOX, row * BOX, picture.moved[row][column], _move_colours(cell, to))
        _square(sheet, apart, row * BOX, picture.left[row], SETBACK)
        _square(sheet, row * BOX, apart, picture.came[row], PROGRESS)
    _matrix_legend(sheet, picture)
    return sheet.png()


def _matrix_legend(sheet: "_Sheet", picture: MatrixPicture) -> None:
    x: float = MATRIX_LEFT
    for word, (ground, ink) in zip(picture.kinds, (PROGRESS, SETBACK, CORRECTION), strict=True):
        sheet.box(x, 1005, 26, 26, ground, radius=6, edge=ink)
        x += 38
        x += sheet.text(x, 1018, word, WORD, width=270) + 34
    sheet.text(SIDE - EDGE, 1056, picture.as_of, NOTE, width=700, align="right")


def _move_colours(before: Cell, after: Cell) -> tuple[str, str]:
    """Ground and ink of a move: a letter that changes is a correction, whatever the digit does."""
    if before is after:
        return STAYED
    if before.tier is not after.tier:
        return CORRECTION
    return PROGRESS if after.support < before.support else SETBACK


def _square(sheet: "_Sheet", x: float, y: float, count: int, colours: tuple[str, str]) -> None:
    left, top, (ground, ink) = MATRIX_LEFT + x, MATRIX_TOP + y, colours
    sheet.box(left, top, BOX - 4, BOX - 4, ground if count else "#F8F9FA", radius=8)
    if count:
        middle = (BOX - 4) / 2
        style = Style(28, ink, bold=ink != FAINT)
        sheet.text(left + middle, top + middle, f"{count}", style, width=BOX - 8, align="center")


BARS_LEFT, BARS_TOP, BARS_WIDTH = 236, 236, 600
MOST_PITCH = 132  # of the bars, and what they may take of the height
BARS_ROOM = 680
# Of bars by the place of a part: hues after Okabe and Ito, each at its own lightness.
BAR_COLOURS = (
    ZoneColours("#12564A", "#FFFFFF"),
    ZoneColours("#F0B98D", "#5A2A05"),
    ZoneColours("#A9CBEA", "#0D3A60"),
    ZoneColours("#E1E4E8", "#414A55"),
)


def draw_bars(picture: BarsPicture) -> bytes:
    """Bars below each other, a line across all of them, and what the colours mean."""
    sheet = _Sheet()
    sheet.text(EDGE, 62, picture.title, TITLE, width=SIDE - 2 * EDGE)
    sheet.text(EDGE, 112, picture.subtitle, AXIS, width=SIDE - 2 * EDGE)
    _bars_legend(sheet, picture)
    pitch = min(MOST_PITCH, BARS_ROOM / max(1, len(picture.bars)))
    for place, bar in enumerate(picture.bars):
        _bar(sheet, bar, BARS_TOP + (place + 0.5) * pitch, 0.56 * pitch)
    bottom = BARS_TOP + len(picture.bars) * pitch
    if picture.line is not None:
        at, words = picture.line
        x = BARS_LEFT + at * BARS_WIDTH
        sheet.line([(x, BARS_TOP - 8), (x, bottom + 8)], INK, 4, dashed=True)
        sheet.text(x, bottom + 32, words, WORD, width=500, align="center")
    if picture.mark_word:
        sheet.line([(BARS_LEFT, bottom + 20), (BARS_LEFT, bottom + 44)], PIN, 6)
        sheet.text(BARS_LEFT + 18, bottom + 32, picture.mark_word, WORD, width=BARS_WIDTH)
    sheet.text(SIDE - EDGE, 1045, picture.as_of, NOTE, width=SIDE - 2 * EDGE, align="right")
    return sheet.png()


def _bars_legend(sheet: "_Sheet", picture: BarsPicture) -> None:
    x: float = EDGE
    for word, colours in zip(picture.legend, BAR_COLOURS, strict=False):
        sheet.box(x, 165, 26, 26, colours.ground, radius=6, edge=colours.ink)
        x += 38
        x += sheet.text(x, 178, word, WORD, width=230) + 32


def _bar(sheet: "_Sheet", bar: Bar, middle: float, height: float) -> None:
    sheet.text(BARS_LEFT - 16, middle, bar.name, WORD, width=BARS_LEFT - 16 - EDGE, align="right")
    sheet.box(BARS_LEFT, middle - height / 2, BARS_WIDTH, height, "#F5F6F8", radius=0)
    x: float = BARS_LEFT
    for part, colours in zip(bar.parts, BAR_COLOURS, strict=False):
        width = min(part * BARS_WIDTH, BARS_LEFT + BARS_WIDTH - x)
        if width <= 0:
            continue
        sheet.box(x, middle - height / 2, width, height, colours.ground, radius=0)
        x += width
    if bar.inside and bar.parts and bar.parts[0] * BARS_WIDTH >= NARROWEST_SHARE:
        sheet.text(BARS_LEFT + 14, middle, bar.inside, Style(24, BAR_COLOURS[0].ink), width=300)
    if bar.mark is not None:
        at = BARS_LEFT + min(bar.mark, 1.0) * BARS_WIDTH
        sheet.line([(at, middle - height / 2 - 6), (at, middle + height / 2 + 6)], PIN, 6)
    left = BARS_LEFT + BARS_WIDTH + 16
    sheet.text(left, middle, bar.said, WORD, width=SIDE - EDGE - left)


PANEL_LEFT, PANEL_TOP, PANEL_WIDTH, PANEL_HEIGHT, PANEL_GAP = 40, 196, 488, 252, 24
PANEL_FOOT = 56  # below the panels
PANEL_BAR, PANEL_TRACK = 58, 250  # where the bars of a panel begin, and how long they are
REACHED, DUE, BEHIND, ON_PACE = "#2C7FB8", "#C9CED6", "#B3400E", "#12564A"


def draw_coverage(picture: CoveragePicture) -> bytes:
    """Panels in two columns: a bar of reach for each letter, and below it the month's visits and the pace."""
    rows = -(-len(picture.panels) // 2)
    height = PANEL_TOP + max(rows, 1) * (PANEL_HEIGHT + PANEL_GAP) + PANEL_FOOT
    sheet = _Sheet(height)
    sheet.text(EDGE, 62, picture.title, TITLE, width=SIDE - 2 * EDGE)
    sheet.text(EDGE, 112, picture.subtitle, AXIS, width=SIDE - 2 * EDGE)
    _coverage_legend(sheet, picture)
    for place, panel in enumerate(picture.panels):
        row, column = divmod(place, 2)
        left = PANEL_LEFT + column * (PANEL_WIDTH + PANEL_GAP)
        _panel(sheet, panel, left, PANEL_TOP + row * (PANEL_HEIGHT + PANEL_GAP))
    sheet.text(SIDE - EDGE, height - 32, picture.as_of, NOTE, width=SIDE - 2 * EDGE, align="right")
    return sheet.png()


def _coverage_legend(sheet: "_Sheet", picture: CoveragePicture) -> None:
    x: float = EDGE
    sheet.box(x, 145, 34, 22, REACHED, radius=4)
    x += 44 + sheet.text(x + 44, 156, picture.reach_word, WORD, width=230) + 30
    sheet.box(x, 148, 34, 16, DUE, radius=0)
    x += 44 + sheet.text(x + 44, 156, picture.due_word, WORD, width=160) + 30
    for colour, word in ((ON_PACE, picture.done_word), (BEHIND, picture.behind_word)):
        _visits_mark(sheet, x + 8, 156, colour)
        x += 26 + sheet.text(x + 26, 156, word, WORD, width=230) + 30


def _panel(sheet: "_Sheet", panel: Panel, left: float, top: float) -> None:
    sheet.box(left, top, PANEL_WIDTH, PANEL_HEIGHT, "#F7F8FA", radius=14)
    sheet.text(left + 20, top + 34, panel.name, Style(28, bold=True), width=PANEL_WIDTH - 40)
    for place, row in enumerate(panel.rows):
        _panel_row(sheet, row, left, top + 88 + place * 58)


def _panel_row(sheet: "_Sheet", row: PanelRow, left: float, middle: float) -> None:
    """The letter, its bar above and its track below the middle, and the figures at the end."""
    begin = left + PANEL_BAR
    sheet.text(left + 22, middle, row.letter, Style(28, bold=True))
    sheet.box(begin, middle - 20, PANEL_TRACK, 22, "#FFFFFF", radius=0, edge=GRID)
    if row.reach:
        sheet.box(begin, middle - 20, PANEL_TRACK * row.reach, 22, REACHED, radius=0)
    if row.done is not None:
        low, high = (min(part, 1.0) * PANEL_TRACK for part in row.due)
        sheet.line([(begin, middle + 14), (begin + PANEL_TRACK, middle + 14)], GRID, 2, below=True)
        sheet.box(begin + low, middle + 6, max(high - low, 4), 16, DUE, radius=0)
        colour = BEHIND if row.is_behind else ON_PACE
        _visits_mark(sheet, begin + min(row.done, 1.0) * PANEL_TRACK, middle + 14, colour)
    end = begin + PANEL_TRACK + 14
    sheet.text(end, middle, row.said, SMALL, width=left + PANEL_WIDTH - 8 - end)


def _visits_mark(sheet: "_Sheet", x: float, middle: float, colour: str) -> None:
    """A diamond: its shape tells it from bar and band without its colour."""
    sheet.area([(x - 9, middle), (x, middle - 11), (x + 9, middle), (x, middle + 11)], colour)


HEAT_LEFT, HEAT_TOP, HEAT_WIDTH, HEAT_PITCH = 250, 230, 196, 148
# One hue from pale to dark, so that the order is seen without colour; the figures stand in the fields.
HEAT_COLOURS = (
    ZoneColours("#F3F6FA", INK),
    ZoneColours("#CFE0F0", INK),
    ZoneColours("#8FB8DB", INK),
    ZoneColours("#2F72A8", "#FFFFFF"),
    ZoneColours("#0D3A60", "#FFFFFF"),
)
UNKNOWN = ZoneColours("#FFFFFF", FAINT)


def draw_heat(picture: HeatPicture) -> bytes:
    """Rows of fields, the darker the higher."""
    sheet = _Sheet()
    sheet.text(EDGE, 62, picture.title, TITLE, width=SIDE - 2 * EDGE)
    sheet.text(EDGE, 112, picture.subtitle, AXIS, width=SIDE - 2 * EDGE)
    for place, word in enumerate(picture.columns):
        middle = HEAT_LEFT + (place + 0.5) * HEAT_WIDTH
        sheet.text(middle, HEAT_TOP - 30, word, SMALL, width=HEAT_WIDTH - GAP, align="center")
    for row, line in enumerate(picture.rows):
        top = HEAT_TOP + row * HEAT_PITCH
        middle = top + HEAT_PITCH / 2
        sheet.text(HEAT_LEFT - 18, middle, line.name, WORD, width=HEAT_LEFT - 18 - EDGE, align="right")
        for place, cell in enumerate(line.cells):
            _heat_cell(sheet, cell, HEAT_LEFT + place * HEAT_WIDTH, top)
    sheet.text(SIDE - EDGE, 1045, picture.as_of, NOTE, width=SIDE - 2 * EDGE, align="right")
    return sheet.png()


def _heat_cell(sheet: "_Sheet", cell: HeatCell, left: float, top: float) -> None:
    colours = UNKNOWN
    if cell.value is not None:
        colours = HEAT_COLOURS[min(int(cell.value * len(HEAT_COLOURS)), len(HEAT_COLOURS) - 1)]
    width, height = HEAT_WIDTH - GAP, HEAT_PITCH - GAP
    sheet.box(left, top, width, height, colours.ground, radius=10, edge=GRID)
    middle, centre = top + height / 2, left + width / 2
    big = Style(34, colours.ink, bold=True)
    sheet.text(centre, middle - (18 if cell.below else 0), cell.said, big, width=width, align="center")
    sheet.text(centre, middle + 26, cell.below, Style(20, colours.ink), width=width, align="center")


CERTIFICATE, CERTIFICATE_EDGE = "#12564A", "#E0B85C"


def draw_certificate(picture: CertificatePicture) -> bytes:
    """A frame, nine small boxes for the grid, and the words in the middle."""
    sheet = _Sheet()
    centre, width = SIDE / 2, SIDE - 260
    for inset, colour in ((48, CERTIFICATE), (64, CERTIFICATE_EDGE)):
        side = SIDE - 2 * inset
        sheet.box(inset, inset, side, side, PAPER, radius=18, edge=colour)
    _small_grid(sheet, centre, 210)
    sheet.text(centre, 340, picture.title, Style(64, CERTIFICATE, bold=True), width=width, align="center")
    sheet.text(centre, 482, picture.name, Style(58, bold=True), width=width, align="center")
    sheet.line([(240, 530), (SIDE - 240, 530)], GRID, 2)
    sheet.text(centre, 596, picture.said, Style(30, FAINT), width=width, align="center")
    sheet.text(centre, 680, picture.path, Style(52, CERTIFICATE, bold=True), width=width, align="center")
    sheet.text(centre, 790, picture.on, Style(30), width=width, align="center")
    sheet.text(centre, 880, picture.note, Style(26, FAINT), width=width, align="center")
    sheet.text(centre, 950, "Ninebox", Style(28, CERTIFICATE, bold=True), width=width, align="center")
    return sheet.png()


def _small_grid(sheet: "_Sheet", centre: float, middle: float) -> None:
    """The nine boxes in the colours of their zones."""
    side, gap = 34, 6
    first = -1.5 * side - gap
    for place, cell in enumerate(Cell):
        row, column = divmod(place, 3)
        colours = ZONE_COLOURS[cell.zone]
        left = centre + first + column * (side + gap)
        top = middle + first + row * (side + gap)
        sheet.box(left, top, side, side, colours.ground, radius=5, edge=colours.ink)


NARROWEST_SHARE = 62  # pixels that still hold "60 %"
PIN, WAY = "#C2410C", "#2563A8"
LAND = "#F3F5F7"
NOTE_ROOM = 3  # lines below the map
Box = tuple[float, float, float, float]  # left, top, right, bottom


def draw_map(picture: MapPicture) -> bytes:
    """The stops of a day in their order, names beside them where there is room."""
    sheet = _Sheet()
    sheet.text(EDGE, 62, picture.title, TITLE, width=SIDE - 2 * EDGE)
    sheet.text(EDGE, 112, picture.subtitle, AXIS, width=SIDE - 2 * EDGE)
    sheet.box(maps.LEFT, maps.TOP, maps.WIDTH, maps.HEIGHT, LAND, radius=14)
    if len(picture.way) > 1:
        sheet.line(picture.way, WAY, 5, below=True)
    if picture.base is not None:
        x, y = picture.base
        sheet.box(x - 13, y - 13, 26, 26, WAY, radius=5)
    for pin in picture.pins:
        _pin(sheet, pin)
    _name_pins(sheet, picture)
    right, bottom = maps.LEFT + maps.WIDTH - 40, maps.TOP + maps.HEIGHT - 36
    sheet.area([(right, maps.TOP + 24), (right - 14, maps.TOP + 62), (right + 14, maps.TOP + 62)], FAINT)
    sheet.text(right, maps.TOP + 84, picture.north, AXIS, align="center")
    length, means = picture.bar
    sheet.line([(maps.LEFT + 30, bottom), (maps.LEFT + 30 + length, bottom)], INK, 6)
    sheet.text(maps.LEFT + 44 + length, bottom, means, WORD)
    for line, note in enumerate(picture.notes[:NOTE_ROOM]):
        sheet.text(EDGE, 972 + 34 * line, note, NOTE, width=SIDE - 2 * EDGE)
    return sheet.png()


def _pin(sheet: "_Sheet", pin: Pin) -> None:
    left, top, right, bottom = _pin_box(pin)
    sheet.box(left, top, right - left, bottom - top, PIN, radius=(bottom - top) / 2, edge=PAPER)
    sheet.text(pin.x, pin.y, pin.numbers, Style(26, PAPER, bold=True), width=right - left, align="center")


def _pin_box(pin: Pin) -> Box:
    half = max(23.0, _face().width(pin.numbers, 26) / 2 + 14)
    return pin.x - half, pin.y - 23, pin.x + half, pin.y + 23


def _name_pins(sheet: "_Sheet", picture: MapPicture) -> None:
    """Each name on the side of its pin where it covers nothing; else where it covers least."""
    taken = [_pin_box(pin) for pin in picture.pins]
    named = [(_pin_box(pin), pin.name, WORD) for pin in picture.pins]
    if picture.base is not None:
        x, y = picture.base
        box = (x - 13, y - 13, x + 13, y + 13)
        taken.append(box)
        named.append((box, picture.start_word, Style(21, WAY)))
    for box, name, style in named:
        words = _face().fitted(_face().printable(name), style.size, 340)
        places = _beside(box, _face().width(words, style.size))
        best = min(places, key=lambda place: sum(_common_area(place, other) for other in taken))
        taken.append(best)
        left, top, _, bottom = best
        sheet.text(left, (top + bottom) / 2, words, style)


def _beside(box: Box, width: float) -> list[Box]:
    """Where a name can stand beside a pin without leaving the map."""
    left, top, right, bottom = box
    middle, centre = (top + bottom) / 2, (left + right) / 2
    places = [
        (right + 8, middle - 15),
        (left - 8 - width, middle - 15),
        (centre - width / 2, bottom + 4),
        (centre - width / 2, top - 34),
        (right + 4, bottom),
        (left - 4 - width, top - 30),
    ]
    inside = (maps.LEFT + 6, maps.LEFT + maps.WIDTH - 6)
    fitting = [(x, y) for x, y in places if inside[0] <= x and x + width <= inside[1]]
    return [(x, y, x + width, y + 30) for x, y in fitting or [(inside[0], bottom + 4)]]


def _common_area(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(tall, 0.0)


class _Sheet:
    """A white sheet measured in pixels from the top left corner; a square unless it has a height."""

    def __init__(self, height: int = SIDE) -> None:
        size = SIDE / 72, height / 72  # inches: at 72 dpi a point is a pixel
        self._height = height
        self._figure = Figure(figsize=size, dpi=72, facecolor=PAPER)
        self._font = FontProperties(fname=str(FONT))

    def box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        colour: str,
        *,
        radius: float,
        edge: str | None = None,
    ) -> None:
        self._figure.add_artist(
            FancyBboxPatch(
                (left, self._height - top - height),
                width,
                height,
                boxstyle=f"round,pad=0,rounding_size={radius}",
                transform=IdentityTransform(),
                facecolor=colour,
                edgecolor=edge or colour,
                linewidth=1.5 if edge else 0,
            )
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: float,
        *,
        dashed: bool = False,
        below: bool = False,  # what is drawn later
    ) -> None:
        xs, ys = zip(*points, strict=True)
        self._figure.add_artist(
            Line2D(
                xs,
                [self._height - y for y in ys],
                color=colour,
                linewidth=width,
                solid_joinstyle="round",
                linestyle=(0, (4, 2)) if dashed else "solid",
                transform=IdentityTransform(),
                zorder=1 if below else 2,
            )
        )

    def area(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        outline = [(x, self._height - y) for x, y in points]
        self._figure.add_artist(
            Polygon(outline, facecolor=colour, edgecolor="none", transform=IdentityTransform())
        )

    def text(
        self,
        x: float,
        middle: float,
        words: str,
        style: Style,
        *,
        width: float = SIDE,
        align: str = "left",
    ) -> float:
        """Write `words`, shortened to `width`, around the height `middle`; the width they take."""
        face = _face()
        line = face.fitted(face.printable(words), style.size, width)
        text = self._figure.text(
            x,
            self._height - middle,
            line,
            fontproperties=self._font,
            fontsize=style.size,
            color=style.colour,
            horizontalalignment=align,
            verticalalignment="center_baseline",
            transform=IdentityTransform(),
            parse_math=False,
        )
        if style.bold:  # the font comes in one weight
            text.set_path_effects([withStroke(linewidth=style.size / 28, foreground=style.colour)])
        return face.width(line, style.size)

    def png(self) -> bytes:
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()


class _Face:
    """What the font can print, and how wide."""

    def __init__(self) -> None:
        self._font = FT2Font(str(FONT))
        self._font.set_size(100, 72)
        self._known = frozenset(self._font.get_charmap())
        self._widths: dict[str, float] = {}

    def printable(self, words: str) -> str:
        """`words` in glyphs of the font, at most 200.

        A letter that the font lacks loses its accent or becomes a box; a symbol is left out.
        """
        return " ".join("".join(map(self._printable, unicodedata.normalize("NFC", words[:200]))).split())

    def _printable(self, char: str) -> str:
        if char.isspace():
            return " "
        if ord(char) in self._known:
            return char
        base = unicodedata.normalize("NFKD", char)[0]
        if ord(base) in self._known:
            return base
        return "□" if unicodedata.category(char).startswith("L") else ""

    def width(self, words: str, size: float) -> float:
        """Pixels that `words` take at `size` pixels."""
        return sum(map(self._advance, words)) * size / 100

    def _advance(self, char: str) -> float:
        if char not in self._widths:
            self._widths[char] = self._font.load_char(ord(char)).linearHoriAdvance / 65536
        return self._widths[char]

    def fitted(self, words: str, size: float, width: float) -> str:
        """`words`, or as many of their letters as leave room for an ellipsis within `width`."""
        if self.width(words, size) <= width:
            return words
        while words and self.width(words + "...", size) > width:
            words = words[:-1].rstrip()
        return words + "..."


@cache
def _face() -> _Face:
    return _Face()
