"""Addresses that open a route in a phone's map."""

from collections.abc import Sequence
from urllib.parse import urlencode

from domain.content.market import Datum, MapLink
from domain.geo import wgs84_to_gcj02

Point = tuple[float, float]  # WGS-84 degrees: latitude, longitude


def route_links(points: Sequence[Point], link: MapLink) -> tuple[str, ...]:
    """The addresses that open a route through `points` in their order, in as many parts as the map needs.

    The first part begins where the phone is, each other one where the part before it ends.
    """
    size = link.most_via + 1
    links = []
    for first in range(0, len(points), size):
        *via, end = (_said(point, link) for point in points[first : first + size])
        ask = {link.origin: _said(points[first - 1], link)} if first else {}
        ask[link.destination] = end
        if via:
            ask[link.via] = link.between.join(via)
        links.append(f"{link.url}&{urlencode(ask, safe=',')}")
    return tuple(links)


def _said(point: Point, link: MapLink) -> str:
    lat, lon = wgs84_to_gcj02(*point) if link.datum is Datum.GCJ02 else point
    pair = (lon, lat) if link.longitude_first else (lat, lon)
    return ",".join(f"{degrees:.6f}" for degrees in pair)
