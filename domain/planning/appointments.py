"""Appointments: which times to offer a rep, and which appointments get in each other's way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import MistakeError
from domain.customers.model import Customer, HalfDay
from domain.planning.model import Appointment
from domain.planning.windows import clock_of, times_of

Length = Annotated[int, Field(ge=5, le=240)]
Hours = tuple[time, time]


class AppointmentParams(Dated):
    """How appointments are offered.

    `slot` is the minutes between two times on offer, `minutes` the usual length, `lengths` the
    choices, `furthest` the days ahead.
    """

    slot: Length
    minutes: Length
    lengths: Annotated[tuple[Length, ...], Field(min_length=1, max_length=5)]
    furthest: Annotated[int, Field(ge=7, le=366)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if list(self.lengths) != sorted({*self.lengths, self.minutes}):
            raise MistakeError(
                "the lengths do not rise, or the usual one is not among them",
                "Write them in order, each once, `minutes` among them",
            )
        return self


@dataclass(frozen=True, slots=True)
class TimesOffered:
    """The times of a day: `good` are those at which the customer receives, `other` the rest."""

    good: tuple[time, ...]
    other: tuple[time, ...]


def receiving(customer: Customer) -> tuple[HalfDay, ...]:
    """When a customer can be visited in a week, by the rule of `times_of`; () when nothing is known."""
    times = times_of(customer)
    if not times.known:
        return ()
    return tuple(
        HalfDay(weekday, clock_of(start), clock_of(end))
        for weekday, spans in enumerate(times.week)
        for start, end in spans
    )


def offered(
    customer: Customer, on: date, hours: Hours, params: AppointmentParams, after: time | None = None
) -> TimesOffered:
    """Times for an appointment of the usual length on a day, those not later than `after` left out.

    The customer's own windows count even outside the rep's `hours`; one shorter than a visit offers its
    beginning.
    """
    grid = _grid(*hours, params)
    good: set[time] = set()
    for window in receiving(customer):
        if window.weekday == on.weekday():
            good |= set(_grid(window.start, window.end, params)) or {window.start}
    times = [(one, one in good) for one in sorted({*grid, *good}) if after is None or one > after]
    return TimesOffered(
        tuple(one for one, fits in times if fits), tuple(one for one, fits in times if not fits)
    )


def clashing(one: Appointment, others: Iterable[Appointment], usual: int) -> list[Appointment]:
    """Those of `others` on the same day whose time overlaps; `usual` is the length of those without one."""
    begin, end = _span(one, usual)
    found = []
    for other in others:
        start, stop = _span(other, usual)
        if other.on == one.on and start < end and begin < stop:
            found.append(other)
    return found


def _grid(start: time, end: time, params: AppointmentParams) -> list[time]:
    """Every slot, counted from midnight, at which a visit of the usual length fits between two times."""
    first = -(-_minutes(start) // params.slot) * params.slot
    return [
        time(*divmod(minute, 60)) for minute in range(first, _minutes(end) - params.minutes + 1, params.slot)
    ]


def _span(one: Appointment, usual: int) -> tuple[int, int]:
    start = _minutes(one.start)
    return start, start + (one.minutes or usual)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
