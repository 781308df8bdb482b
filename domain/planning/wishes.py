"""What a rep wants of coming days: visits that stay on their day, and weeks that are settled."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from domain.calendar import WorkingCalendar
from domain.ids import CustomerId
from domain.planning.model import Appointment, RepCalendar, VisitTarget
from domain.planning.params import PlanningParams
from domain.planning.plan import coming_days
from domain.planning.windows import times_of
from domain.tiering.model import Tier

_SUNDAY = timedelta(days=6)
_DAYS_AHEAD = 20
"""Working days within which a pin looks for a day on which the customer receives."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit that shall be made on a day, in place of the day `moved_from`; `start` once that is settled."""

    customer_id: CustomerId
    on: date
    moved_from: date | None = None
    start: time | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whom the plans of days must have, whom they leave aside, in which order: as in `plan_week`."""

    kept: Mapping[date, Collection[CustomerId]]
    without: Mapping[date, Collection[CustomerId]]
    order: Mapping[date, Sequence[CustomerId]]


@dataclass(frozen=True, slots=True)
class Pin:
    """Something asks for a visit, from `from_on` on."""

    customer_id: CustomerId
    source: str
    from_on: date


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def wishes(
    wanted: Iterable[Wish],
    settled: Collection[date],
    days: Sequence[date],
    *,
    targets: Iterable[VisitTarget],
    appointments: Iterable[Appointment],
    params: PlanningParams,
    calendar: WorkingCalendar,
) -> Wishes:
    """The wishes for `days`; `settled` are the Mondays of the weeks to which nothing is added.

    Who is wanted on a day is planned on no other day of that week, nor within the gap before, nor
    from the day on that the visit was moved from. A customer who is put off on the day is not wanted, and
    appointments are left as they are. A settled day keeps the order of its times.
    """
    everyone = {target.customer.id: target for target in targets}
    meant = [one for one in wanted if one.customer_id in everyone and not _is_put_off(everyone, one)]
    kept: defaultdict[date, set[CustomerId]] = defaultdict(set)
    for one in meant:
        kept[one.on].add(one.customer_id)
    without: defaultdict[date, set[CustomerId]] = defaultdict(set)
    for day in days:
        if monday_of(day) in settled:
            without[day] |= everyone.keys()
    for one in meant:
        gap = params.gap[everyone[one.customer_id].tier or Tier.C]
        first, last = _span(one)
        for day in days:
            if first <= day <= last or 0 < calendar.working_days(day, one.on) < gap:
                without[day].add(one.customer_id)
    fixed: defaultdict[date, set[CustomerId]] = defaultdict(set)
    times: defaultdict[date, dict[CustomerId, time | None]] = defaultdict(dict)
    for one in meant:
        times[one.on][one.customer_id] = one.start
    for appointment in appointments:
        fixed[appointment.on].add(appointment.customer_id)
        times[appointment.on][appointment.customer_id] = appointment.start
    settled_days = [day for day in days if monday_of(day) in settled]
    return Wishes(
        kept,
        {day: left - kept[day] - fixed[day] for day, left in without.items()},
        {day: order for day in settled_days if (order := _order(times[day])) is not None},
    )


def pinned(
    pins: Iterable[Pin],
    wanted: Iterable[Wish],
    today: date,
    *,
    targets: Iterable[VisitTarget],
    rep: RepCalendar,
    params: PlanningParams,
    calendar: WorkingCalendar,
) -> Mapping[CustomerId, tuple[Pin, Wish]]:
    """The pins that are open, each with the first day the rep works on which times and gap allow the visit.

    Closed is what was visited from `from_on` on; a visit that the rep has moved to a day stays there.
    """
    everyone = {target.customer.id: target for target in targets}
    settled = {one.customer_id for one in wanted}
    found: dict[CustomerId, tuple[Pin, Wish]] = {}
    for pin in pins:
        target = everyone.get(pin.customer_id)
        if target is None or pin.customer_id in settled or pin.customer_id in found:
            continue
        first, last = max(pin.from_on, today), target.last_visit
        if last is not None:
            if last >= pin.from_on:
                continue
            first = max(first, calendar.add_working_days(last, params.gap[target.tier or Tier.C]))
        week = times_of(target.customer).week
        days = coming_days(first, _DAYS_AHEAD, rep, calendar)
        day = next((day for day in days if week[day.weekday()]), None)
        if day is not None:
            found[pin.customer_id] = pin, Wish(pin.customer_id, day)
    return found


def _order(times: Mapping[CustomerId, time | None]) -> tuple[CustomerId, ...] | None:
    """The customers of a day by their times; None while one has none."""
    known = {number: start for number, start in times.items() if start is not None}
    return tuple(sorted(known, key=known.__getitem__)) if len(known) == len(times) else None


def _span(one: Wish) -> tuple[date, date]:
    days = [monday_of(one.on), monday_of(one.on) + _SUNDAY]
    if one.moved_from is not None:
        days.append(one.moved_from)
    return min(days), max(days)


def _is_put_off(everyone: Mapping[CustomerId, VisitTarget], one: Wish) -> bool:
    until = everyone[one.customer_id].snoozed_until
    return until is not None and until > one.on
