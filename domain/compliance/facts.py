"""What the structured rules are asked about: an event, a visit, a person."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar


class Standing(StrEnum):
    """Whether something that must be renewed still holds."""

    UNKNOWN = "unknown"
    VALID = "valid"
    EXPIRED = "expired"


class Setting(StrEnum):
    """Where a visit takes place."""

    RECEPTION = "reception"
    OFFICE = "office"
    CLINIC = "clinic"  # while patients are seen
    HOME = "home"
    ELSEWHERE = "elsewhere"


class Ground(StrEnum):
    """Why somebody is chosen as a speaker or guest."""

    EXPERTISE = "expertise"
    NEED = "need"  # an educational need
    VOLUME = "volume"
    TIER = "tier"
    RELATION = "relation"


def standing(valid_until: date | None, today: date) -> Standing:
    """How a filing or a training stands on `today`; its last day counts."""
    if valid_until is None:
        return Standing.UNKNOWN
    return Standing.VALID if today <= valid_until else Standing.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """A meeting, a talk or a meal as it is planned. What nobody has said is None.

    `meal` is the price of a meal for one person in the market's own currency.
    """

    subject: ClassVar[str] = "event"

    abroad: bool | None = None
    meal: float | None = None
    guests: int | None = None  # companions who are not invited for what they do
    entertainment: bool | None = None
    alcohol: bool | None = None
    ground: Ground | None = None
    contract: bool | None = None
    own_department_fee: bool | None = None  # a fee for a talk inside one's own department
    repeated: bool | None = None  # the same topic to the same people
    unequal_rooms: bool | None = None  # better rooms or tickets for some
    excursion: bool | None = None  # days or trips beyond the agenda
    thin_agenda: bool | None = None  # rooms, travel or days for hardly any programme


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """A contact as it is planned or told. `ceiling_reached` counts all reps of the company together."""

    subject: ClassVar[str] = "visit"

    setting: Setting | None = None
    outside_reception: bool | None = None
    remote: bool | None = None
    consent: bool | None = None
    ceiling_reached: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A representative, and what somebody wants to give them to do."""

    subject: ClassVar[str] = "person"

    filing: Standing | None = None
    training: Standing | None = None
    sales_quota: bool | None = None
    handles_money: bool | None = None


Facts = EventFacts | VisitFacts | PersonFacts
