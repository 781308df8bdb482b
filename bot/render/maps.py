"""A day on a map of our own: where the stops lie, in which order, how far apart. No tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, floor, log10, radians

from bot.render.words import Words
from domain.geo import EARTH_RADIUS_M

LEFT, TOP, WIDTH, HEIGHT = 40, 150, 1000, 790  # the map on its sheet, in pixels
_MARGIN = 110  # pixels that stay free around the stops, for numbers and names
_LEAST_M = 400.0  # the map of a single place is so wide
_BAR = 0.25  # the scale takes at most this part of the map

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Halt:
    """A place on the way: its numbers in the order of the day, its name, latitude and longitude."""

    numbers: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the sheet, in pixels from the top left."""

    x: float
    y: float
    numbers: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPicture:
    """What the map of a day says; north is up.

    `way` runs through the stops in order, from `base` if there is one. `bar` is the length of the scale in
    pixels and what it stands for. `notes` are finished lines, for example who could not be shown.
    """

    title: str
    subtitle: str
    pins: tuple[Pin, ...]
    way: tuple[Point, ...]
    base: Point | None
    start_word: str
    north: str
    bar: tuple[float, str]
    notes: tuple[str, ...]


def map_picture(
    words: Words,
    halts: Sequence[Halt],
    way: Sequence[Point],
    *,
    title: str,
    subtitle: str,
    base: Point | None = None,
    notes: Sequence[str] = (),
) -> MapPicture:
    """The map of at least one halt; `way` and `base` are (latitude, longitude) in degrees.

    Places are laid out by an equirectangular projection around their middle, which is true to a fraction
    of a percent over a hundred kilometres.
    """
    _ = words._
    sheet = _Projection([(one.lat, one.lon) for one in halts] + ([base] if base else []))
    metres = _round_below(_BAR * WIDTH / sheet.scale)
    length = _("%(n)s km", n=metres / 1000) if metres >= 1000 else _("%(n)s m", n=round(metres))
    return MapPicture(
        title=title,
        subtitle=subtitle,
        pins=tuple(Pin(*sheet.at(one.lat, one.lon), one.numbers, one.name) for one in halts),
        way=tuple(sheet.at(*point) for point in way),
        base=sheet.at(*base) if base else None,
        start_word=_("start"),
        north=_("N"),
        bar=(metres * sheet.scale, length),
        notes=tuple(notes),
    )


class _Projection:
    """From degrees to pixels: `scale` pixels a metre, the same in both directions."""

    def __init__(self, points: Sequence[Point]) -> None:
        lats, lons = zip(*points, strict=True)
        self._middle = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        self._north = radians(1) * EARTH_RADIUS_M  # metres a degree
        self._east = self._north * cos(radians(self._middle[0]))
        tall = (max(lats) - min(lats)) * self._north
        wide = (max(lons) - min(lons)) * self._east
        room = WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN
        self.scale = min(room[0] / max(wide, _LEAST_M), room[1] / max(tall, _LEAST_M))

    def at(self, lat: float, lon: float) -> Point:
        east = (lon - self._middle[1]) * self._east
        north = (lat - self._middle[0]) * self._north
        return LEFT + WIDTH / 2 + east * self.scale, TOP + HEIGHT / 2 - north * self.scale


def _round_below(metres: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above `metres`."""
    power = 10.0 ** floor(log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres)
