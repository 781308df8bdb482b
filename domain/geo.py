"""Coordinates: WGS-84 is what we store, GCJ-02 is what maps of mainland China show.

GCJ-02 moves a point by a smooth, published offset of some 500 m. Forward formula: the widely
reproduced `eviltransform`/`coordTransform` constants (Krasovsky 1940 ellipsoid). The inverse has no
closed form; it is found by fixed-point iteration, which contracts by three orders of magnitude a
step, so a few steps reach far below the rounding of any pin.
"""

from math import asin, cos, hypot, pi, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_KRASOVSKY_A = 6_378_245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_CLOSE_ENOUGH = 1e-11  # degrees, about a micrometre


def in_china(lat: float, lon: float) -> bool:
    """Whether a point lies in the box inside which the GCJ-02 offset is applied by convention."""
    return 0.8293 < lat < 55.8271 and 72.004 < lon < 137.8347


def wgs84_to_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """The pin that a Chinese map shows for a WGS-84 point; unchanged outside the box."""
    if not in_china(lat, lon):
        return lat, lon
    d_lat, d_lon = _offset(lat, lon)
    return lat + d_lat, lon + d_lon


def gcj02_to_wgs84(lat: float, lon: float) -> tuple[float, float]:
    """The WGS-84 point of a GCJ-02 pin: the exact inverse of `wgs84_to_gcj02`."""
    if not in_china(lat, lon):
        return lat, lon
    at_lat, at_lon = lat, lon
    for _ in range(20):
        d_lat, d_lon = _offset(at_lat, at_lon)
        step = hypot(lat - d_lat - at_lat, lon - d_lon - at_lon)
        at_lat, at_lon = lat - d_lat, lon - d_lon
        if step < _CLOSE_ENOUGH:
            break
    return at_lat, at_lon


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The great-circle distance of two points in metres (haversine)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def _offset(lat: float, lon: float) -> tuple[float, float]:
    """The offset in degrees that GCJ-02 adds at a WGS-84 point."""
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    phi = radians(lat)
    flattening = 1 - _KRASOVSKY_E2 * sin(phi) ** 2
    meridian = _KRASOVSKY_A * (1 - _KRASOVSKY_E2) / flattening**1.5
    parallel = _KRASOVSKY_A / sqrt(flattening) * cos(phi)
    return north * 180 / (meridian * pi), east * 180 / (parallel * pi)
