"""Customers and institutions as plain values."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from domain.ids import CustomerId, InstitutionId, UserId


class CustomerStatus(StrEnum):
    """Whether a customer may be planned for at all."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    MERGED = "merged"  # was on the list twice; the other entry is kept
    FORGOTTEN = "forgotten"  # refuses data collection: nameless figures are left

    @property
    def is_person(self) -> bool:
        """Whether somebody is to be seen behind it at all."""
        return self in {CustomerStatus.ACTIVE, CustomerStatus.INACTIVE}


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A weekly window in which something is possible, e.g. Tuesday morning.

    `weekday` is 0 for Monday to 6 for Sunday; `start` and `end` are local times.
    """

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A hospital or practice. Coordinates are WGS-84 degrees, or None together."""

    id: InstitutionId
    name: str
    site_class: int | None = None  # 1 the largest, 3 the smallest
    grade: str = ""
    city: str = ""
    district: str = ""  # of the city
    lat: float | None = None
    lon: float | None = None
    reception: tuple[HalfDay, ...] = ()  # when representatives are received; () = no rule known


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A doctor on a rep's list."""

    id: CustomerId
    code: str
    name: str
    owner_id: UserId | None
    institution: Institution | None = None
    city: str = ""
    district: str = ""  # of the city
    department: str = ""
    title: str = ""
    specialty: str = ""
    best_times: tuple[HalfDay, ...] = ()
    is_kol: bool = False
    is_no_see: bool = False
    status: CustomerStatus = CustomerStatus.ACTIVE
    note: str = ""
    by_appointment: bool = False  # receives nobody who has not made one
