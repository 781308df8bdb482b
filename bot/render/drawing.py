"""Drawing with matplotlib: loaded when the first picture is asked for, and never through pyplot."""

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Polygon
from matplotlib.patheffects import withStroke
from matplotlib.transforms import IdentityTransform

from bot.render.pictures import CellNames, GridPicture, LorenzPicture
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
    sheet.text(LEFT, 114, picture.column_axis, AXIS, width=RIGHT - LEFT)
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
    sheet.text(left + PADDING, top + 46, f"{content.count}", Style(60, colours.ink, bold=True), width=190)
    sheet.text(left + width - PADDING, top + 38, cell.value, Style(28, colours.ink), align="right")
    _names(sheet, content, left + PADDING, top + 101, width - 2 * PADDING)


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


class _Sheet:
    """A white square measured in pixels from the top left corner."""

    def __init__(self) -> None:
        inches = SIDE / 72  # at 72 dpi a point is a pixel
        self._figure = Figure(figsize=(inches, inches), dpi=72, facecolor=PAPER)
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
                (left, SIDE - top - height),
                width,
                height,
                boxstyle=f"round,pad=0,rounding_size={radius}",
                transform=IdentityTransform(),
                facecolor=colour,
                edgecolor=edge or colour,
                linewidth=1.5 if edge else 0,
            )
        )

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        xs, ys = zip(*points, strict=True)
        self._figure.add_artist(
            Line2D(
                xs,
                [SIDE - y for y in ys],
                color=colour,
                linewidth=width,
                solid_joinstyle="round",
                transform=IdentityTransform(),
            )
        )

    def area(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        outline = [(x, SIDE - y) for x, y in points]
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
            SIDE - middle,
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
