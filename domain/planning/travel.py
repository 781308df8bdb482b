"""How long the way from one place to the next takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.customers.model import Customer, Institution
from domain.explain import Reason
from domain.geo import EARTH_RADIUS_M
from domain.ids import InstitutionId
from domain.planning.params import Travel


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit takes place. `at` is (latitude, longitude) in WGS-84 degrees, None when unknown."""

    institution: InstitutionId | None = None
    city: str = ""
    at: tuple[float, float] | None = None
    district: str = ""  # of the city


@dataclass(frozen=True, slots=True, eq=False)
class TravelTable:
    """Minutes from place i to place j, shape (n, n), and what should be said about them.

    On the diagonal: the way from one customer to another of the same place.
    """

    minutes: NDArray[np.float64]
    notes: tuple[Reason, ...] = ()


class TravelTimes(Protocol):
    """Where travel times come from."""

    def table(self, places: Sequence[Place]) -> TravelTable:
        """The times between all pairs of places."""


def place_of(customer: Customer) -> Place:
    """Where a customer is visited."""
    if customer.institution is None:
        return Place(city=customer.city, district=customer.district)
    return place_of_institution(customer.institution, customer.city, customer.district)


def place_of_institution(institution: Institution, city: str = "", district: str = "") -> Place:
    """An institution as a place; `city` and `district` are used when it has none of its own."""
    at = None
    if institution.lat is not None and institution.lon is not None:
        at = (institution.lat, institution.lon)
    return Place(institution.id, institution.city or city, at, institution.district or district)


class EstimatedTravel:
    """Our own estimate: great circle x detour / speed of the city, and minutes for each change of hospital.

    Where a place is not known, hospitals of one district are a fixed time apart, districts another, and
    cities a third.
    """

    def __init__(self, params: Travel) -> None:
        self._params = params

    def table(self, places: Sequence[Place]) -> TravelTable:
        return TravelTable(self.minutes(places))

    def minutes(
        self, places: Sequence[Place], driving: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Minutes from door to door, shape (n, n).

        `driving` minutes, where they are not NaN, take the place of distance / speed.
        """
        params = self._params
        _, cities = np.unique([place.city for place in places], return_inverse=True)
        known_city = np.array([place.city != "" for place in places], dtype=bool)
        apart = (cities[:, None] != cities) & known_city[:, None] & known_city
        minutes = np.where(apart, params.other_city, params.same_city).astype(np.float64)
        minutes[~apart & _same_district(places)] = params.same_district
        metres = _metres(places)
        located = ~np.isnan(metres)
        per_metre, change = self._speeds(places, apart)
        way = metres * per_metre
        if driving is not None:
            way = np.where(np.isnan(driving), way, driving)
        minutes[located] = (way + change)[located]
        near = np.zeros_like(located)
        near[located] = metres[located] <= params.same_building
        minutes[near | _same_institution(places)] = params.inside
        return minutes

    def _speeds(
        self, places: Sequence[Place], apart: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Minutes a metre and a change, by pairs: those of the city, between cities the usual ones."""
        usual = self._params.usual
        of_place = [self._params.cities.get(place.city, usual) for place in places]
        per_metre = np.array([one.detour * 0.06 / one.km_h for one in of_place])
        change = np.array([one.change for one in of_place])
        between = usual.detour * 0.06 / usual.km_h
        return np.where(apart, between, per_metre[:, None]), np.where(apart, usual.change, change[:, None])


def _metres(places: Sequence[Place]) -> NDArray[np.float64]:
    """Great-circle distances by the haversine formula, NaN where a place is not known."""
    points = np.array([place.at or (np.nan, np.nan) for place in places]).reshape(-1, 2)
    lat, lon = np.radians(points.T)
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return metres


def _same_institution(places: Sequence[Place]) -> NDArray[np.bool_]:
    ids = np.array([-1 if place.institution is None else place.institution for place in places])
    same: NDArray[np.bool_] = (ids[:, None] == ids) & (ids != -1)
    return same


def _same_district(places: Sequence[Place]) -> NDArray[np.bool_]:
    names = np.array([place.district for place in places], dtype=object)
    same: NDArray[np.bool_] = (names[:, None] == names) & (names != "")
    return same
