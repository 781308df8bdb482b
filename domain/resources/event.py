"""An event as it is described, step by step, and what the compliance gate is asked about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.compliance.facts import EventFacts
from domain.ids import CustomerId, EventId, UserId
from domain.importing.keys import normal_name
from domain.resources.allocation import Contender, Need
from domain.resources.params import EventParams

MOST_SEATS = 500
MOST_DAYS = 5
MOST_HOURS = 12
MOST_MEAL = 10_000


class EventState(StrEnum):
    """How far an event has come."""

    DRAFT = "draft"
    DECIDED = "decided"  # the seats have been given
    CALLED_OFF = "off"


class EventField(StrEnum):
    """What is asked about an event, in this order; the comment only where the rules warn."""

    TOPIC = "topic"
    PLACE = "place"
    DAY = "day"
    DAYS = "days"
    HOURS = "hours"
    SEATS = "seats"
    FOR = "for"
    REGISTRATION = "reg"
    MEAL = "meal"
    EXTRAS = "extras"
    COMMENT = "comment"


class Extra(StrEnum):
    """What may be planned beside the programme."""

    ROOMS = "rooms"  # for the night, of one class for all
    TRAVEL = "travel"  # paid, of one class for all
    UPGRADES = "upgrades"  # better rooms or tickets for some
    EXCURSION = "excursion"  # days or trips beyond the agenda
    ABROAD = "abroad"
    GUESTS = "guests"
    LEISURE = "leisure"
    ALCOHOL = "alcohol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A meeting with fewer seats than there are people who might have one. What nobody has said is None.

    `hours` are those of the programme on one day, `meal` the price of a meal for one person in the market's
    currency, `specialties` whom the agenda is for (empty: for everybody). `seed` decides lots. `comment`
    answers the warnings of the rules.
    """

    id: EventId
    author_id: UserId
    created_at: datetime
    state: EventState
    seed: str
    topic: str = ""
    place: str = ""
    on: date | None = None
    days: int | None = None
    hours: int | None = None
    seats: int | None = None
    specialties: tuple[str, ...] | None = None
    registration: bool | None = None
    meal: int | None = None
    extras: frozenset[Extra] | None = None
    comment: str = ""
    asked_at: datetime | None = None  # since when the reps are asked for recommendations

    @property
    def missing(self) -> EventField | None:
        """What to ask next; None when all is told."""
        told = {
            EventField.TOPIC: self.topic or None,
            EventField.PLACE: self.place or None,
            EventField.DAY: self.on,
            EventField.DAYS: self.days,
            EventField.HOURS: self.hours,
            EventField.SEATS: self.seats,
            EventField.FOR: self.specialties,
            EventField.REGISTRATION: self.registration,
            EventField.MEAL: self.meal,
            EventField.EXTRAS: self.extras,
        }
        return next((field for field, value in told.items() if value is None), None)

    @property
    def is_open(self) -> bool:
        return self.state is EventState.DRAFT

    def takes_late(self, today: date) -> bool:
        """Whether somebody may still register although the seats have been given."""
        is_ahead = self.on is not None and self.on >= today
        return self.state is EventState.DECIDED and bool(self.registration) and is_ahead


def facts_of(event: Event, params: EventParams) -> EventFacts:
    """What the rules are asked about an event."""
    extras = event.extras
    if extras is None:
        return EventFacts(meal=event.meal)
    paid = bool(extras & {Extra.ROOMS, Extra.TRAVEL}) or (event.days or 1) > 1
    return EventFacts(
        meal=event.meal,
        abroad=Extra.ABROAD in extras,
        guests=int(Extra.GUESTS in extras),
        entertainment=Extra.LEISURE in extras,
        alcohol=Extra.ALCOHOL in extras,
        unequal_rooms=Extra.UPGRADES in extras,
        excursion=Extra.EXCURSION in extras,
        thin_agenda=paid and event.hours is not None and event.hours < params.science_hours,
    )


CAUSES = {
    "meal": EventField.MEAL,
    "thin_agenda": EventField.HOURS,
    **dict.fromkeys(
        ("abroad", "guests", "entertainment", "alcohol", "unequal_rooms", "excursion"), EventField.EXTRAS
    ),
}
"""Where a fact is told, and so what to change when a rule speaks about it."""


class SeatState(StrEnum):
    """What has become of somebody who was proposed."""

    PROPOSED = "proposed"
    ADMITTED = "admitted"
    DECLINED = "declined"
    ATTENDED = "attended"
    ABSENT = "absent"

    @property
    def counts(self) -> bool:
        """Whether a seat was had, or is to be had."""
        return self in {SeatState.ADMITTED, SeatState.ATTENDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody proposed for a seat, with what the sharing may know about them, and nothing else.

    `hospital` tells hospitals apart, `department` and `specialty` are as the list has them, `rep_id` is who
    looks after them. `said_by` stated the need.
    """

    customer_id: CustomerId
    need: Need
    said_by: UserId
    registered: bool
    state: SeatState
    hospital: int | None
    department: str
    specialty: str
    rep_id: UserId | None


@dataclass(frozen=True, slots=True)
class PastSeat:
    """A seat that somebody has at another event."""

    customer_id: CustomerId
    on: date
    topic: str


def contenders(
    event: Event, candidates: Iterable[Candidate], past: Sequence[PastSeat], params: EventParams
) -> tuple[Contender, ...]:
    """Candidates as the sharing sees them: numbers, and answers to its questions.

    Hospitals, departments and reps are numbered anew, so that a record of the sharing says nothing about
    anybody but their number. Whoever has declined does not contend.
    """
    wanted = {normal_name(one) for one in event.specialties or ()}
    numbers: dict[object, int] = {}

    def number(*group: object) -> int:
        return numbers.setdefault(group, len(numbers) + 1)

    found = []
    for one in sorted(candidates, key=lambda each: each.customer_id):
        if one.state in {SeatState.DECLINED, SeatState.ABSENT}:
            continue
        own = [seat for seat in past if seat.customer_id == one.customer_id]
        same = [seat for seat in own if normal_name(seat.topic) == normal_name(event.topic)]
        department = normal_name(one.department) if one.department and one.hospital is not None else ""
        found.append(
            Contender(
                id=one.customer_id,
                need=one.need,
                hospital=number("hospital", one.hospital) if one.hospital is not None else None,
                department=number("department", one.hospital, department) if department else None,
                rep=number("rep", one.rep_id) if one.rep_id is not None else None,
                fits=_fits(one, wanted),
                first_time=not same,
                registered=one.registered or not event.registration,
                events=sum(_near(event, seat, params.person_months) for seat in own),
                repeats=any(_near(event, seat, params.repeat_months) for seat in same),
            )
        )
    return tuple(found)


def _fits(one: Candidate, wanted: set[str]) -> bool:
    said = one.specialty or one.department
    return bool(said) and normal_name(said) in wanted


def _near(event: Event, seat: PastSeat, months: int) -> bool:
    """Whether two events lie less than so many months apart, before or after."""
    if event.on is None:
        return False
    first, last = sorted((event.on, seat.on))
    passed = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return passed < months
