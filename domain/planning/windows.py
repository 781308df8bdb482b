"""When a visit can begin: the customer's weekly times within the rep's day, in minutes after midnight.

All times are those of the rep's own wall clock, so a change to or from summer time moves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from domain.customers.model import Customer, HalfDay
from domain.planning.model import RepCalendar

Span = tuple[float, float]
"""From and until, both included."""

_WHOLE_DAY = ((0.0, 1440.0),)


@dataclass(frozen=True, slots=True)
class Times:
    """A customer's week: open spans by weekday, Monday first.

    `known` is False when nobody said anything: any time may do. `contradictory` says that
    the customer's best times never meet the reception hours, which then hold alone.
    """

    week: tuple[tuple[Span, ...], ...]
    known: bool = True
    contradictory: bool = False


ANY_TIME = Times((_WHOLE_DAY,) * 7, known=False)


@dataclass(frozen=True, slots=True)
class Workday:
    """What a rep's day leaves for visits; `blocked` spans are free of visits, the way may lead through."""

    start: float
    end: float
    blocked: tuple[Span, ...] = ()


def minutes_of(clock: time) -> float:
    """Minutes after midnight."""
    return clock.hour * 60 + clock.minute + clock.second / 60


def clock_of(minutes: float) -> time:
    """The time of day to the nearest minute; the end of the day is 23:59."""
    whole = min(round(minutes), 1439)
    return time(whole // 60, whole % 60)


def times_of(customer: Customer) -> Times:
    """The customer's best times within the hospital's reception hours; one alone where one is known."""
    institution = customer.institution
    return _times(institution.reception if institution else (), customer.best_times)


@lru_cache(maxsize=4096)  # most customers of a hospital have the times of somebody else
def _times(received: tuple[HalfDay, ...], liked: tuple[HalfDay, ...]) -> Times:
    reception, best = _week(received), _week(liked)
    if not received or not liked:
        return Times(reception if received else best) if received or liked else ANY_TIME
    both = tuple(_common(one, other) for one, other in zip(reception, best, strict=True))
    return Times(both) if any(both) else Times(reception, contradictory=True)


def workday(rep: RepCalendar, day: date) -> Workday:
    """The rep's hours on a date, blocked times at both ends taken off."""
    return _hours(rep, (block_span(one.start, one.end) for one in rep.blocked if one.holds_on(day)))


def weekly_workdays(rep: RepCalendar) -> tuple[Workday, ...]:
    """The rep's hours in a week without exceptions, Monday first."""
    weekly = [one for one in rep.blocked if one.on is None]
    return tuple(
        _hours(rep, (block_span(one.start, one.end) for one in weekly if one.weekday in {None, weekday}))
        for weekday in range(7)
    )


def block_span(start: time, end: time) -> Span:
    """A blocked time as a span."""
    return minutes_of(start), minutes_of(end)


def beginnings(spans: Iterable[Span], work: Workday, *, service: float, buffer: float) -> tuple[Span, ...]:
    """When a visit of `service` minutes may begin inside `spans`.

    At latest `buffer` minutes before a span closes (in a shorter span: as it opens), over by the
    day's end, and beside the blocked times.
    """
    found: list[Span] = []
    for opens, closes in spans:
        first = max(opens, work.start)
        last = min(max(opens, closes - buffer), work.end - service)
        for blocked_from, blocked_until in work.blocked:
            before = min(last, blocked_from - service)
            if first <= before:
                found.append((first, before))
            first = max(first, blocked_until)
        if first <= last:
            found.append((first, last))
    return tuple(found)


def _hours(rep: RepCalendar, blocked: Iterable[Span]) -> Workday:
    start, end = minutes_of(rep.start), minutes_of(rep.end)
    inner: list[Span] = []
    for opens, closes in _merged(blocked):
        if opens <= start:
            start = max(start, closes)
        elif closes >= end:
            end = min(end, opens)
        else:
            inner.append((opens, closes))
    return Workday(start, end, tuple(inner))


def _week(half_days: Sequence[HalfDay]) -> tuple[tuple[Span, ...], ...]:
    days: list[list[Span]] = [[] for _ in range(7)]
    for one in half_days:
        days[one.weekday].append((minutes_of(one.start), minutes_of(one.end)))
    return tuple(_merged(spans) if len(spans) > 1 else tuple(spans) for spans in days)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same times as spans in order that do not touch."""
    merged: list[Span] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], closes)
        else:
            merged.append((opens, closes))
    return tuple(merged)


def _common(some: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others)
    return tuple((opens, closes) for opens, closes in pairs if opens < closes)
