"""What planning works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from domain.customers.model import Customer
from domain.ids import CustomerId
from domain.tiering.model import Cell, Support, Tier
from domain.visits.dismissal import DismissReason
from domain.visits.model import Channel

_CELLS: dict[tuple[Tier | None, Support | None], Cell] = {(cell.tier, cell.support): cell for cell in Cell}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTarget:
    """One customer of a rep, with what a day list needs to know about them.

    `visits_this_month` counts days with a completed visit in the calendar month of
    the day that is planned. `next_step` and `next_on` are those of the last visit.
    `contacts_this_month` are those of all reps together, in any channel: two on one day count twice.
    Until `snoozed_until` they stay off the list for the reason `dismissed`; date.max: until taken back.
    `factor` is the customer's own worth beside others of the cell, `channels` how they
    may be contacted (None: in any way). `pinned_by` is what asks for a visit to them.
    """

    customer: Customer
    tier: Tier | None
    support: Support | None
    last_visit: date | None = None
    visits_this_month: int = 0
    contacts_this_month: int = 0
    snoozed_until: date | None = None
    dismissed: DismissReason | None = None
    next_step: str = ""
    next_on: date | None = None
    factor: float = 1.0
    channels: frozenset[Channel] | None = None
    pinned_by: str | None = None

    @property
    def cell(self) -> Cell | None:
        """The cell of the customer, None when unrated."""
        return _CELLS.get((self.tier, self.support))


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A time agreed with a customer, on the rep's own clock; fixed in every plan.

    `minutes` None is the usual length; `promised` says that the customer has agreed.
    """

    customer_id: CustomerId
    on: date
    start: time
    minutes: int | None = None
    promised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A time that is not for visits: on one date, or every week on a weekday (0 Monday), or daily.

    `start` and `end` are local times; a meeting "till ten" begins at time(0).
    """

    start: time
    end: time
    weekday: int | None = None
    on: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.weekday is None or self.weekday == day.weekday()) and self.on in {None, day}


class Half(StrEnum):
    """A half of a working day."""

    MORNING = "am"
    AFTERNOON = "pm"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepCalendar:
    """A rep's own time: working hours, leave, what is blocked, and where the day begins.

    `halves_off` are the halves that are off of days that are half worked; their hours are among `blocked`.
    `base` is (latitude, longitude) in WGS-84 degrees; None: the day begins at the first
    stop. `capacity` None is the params' number of visits a day.
    """

    start: time
    end: time
    days_off: frozenset[date] = frozenset()
    halves_off: Mapping[date, Half] = field(default_factory=dict)
    blocked: tuple[Blocked, ...] = ()
    base: tuple[float, float] | None = None
    capacity: int | None = None
