"""Who may be visited on a day, at what price, and which rule stands against the others.

The rules by the code that tells them, the weightiest first:

    inactive, no_see, visited_today    never
    not_working_day, day_off           nobody on such a day, whatever was agreed
    not_face_to_face                   may only be contacted in other ways
    by_appointment                     receives nobody who has not made an appointment
    unrated, not_planned               to be profiled; cells without a target (C3)
    snoozed, set_aside                 put off until a day, or until that is taken back
    contacts_full                      the month's most contacts, of all reps together
    too_soon                           the gap since the last visit
    appointment_ahead                  the gap before the next appointment
    month_full                         the month's maximum is reached
    no_reception, no_window, never_in  due, but this day is not the customer's

A promise that is due outweighs the gaps and the maximum; an appointment on the day everything from
`not_face_to_face` on; what the rep wants kept outweighs `snoozed`, `set_aside` and `month_full`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from math import ceil

import numpy as np
from numpy.typing import NDArray

from domain.calendar import WorkingCalendar, last_of_month
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.explain import Reason
from domain.ids import CustomerId
from domain.planning.absence import Away
from domain.planning.allocation import (
    chances_left,
    chances_reason,
    promise_due,
    promise_reason,
    worth_reason,
)
from domain.planning.model import Appointment, RepCalendar, VisitTarget
from domain.planning.params import Planning
from domain.planning.windows import (
    Span,
    Times,
    Workday,
    beginnings,
    minutes_of,
    times_of,
    weekly_workdays,
)
from domain.tiering.model import Cell, Tier
from domain.visits.model import Channel

_ONE_DAY = timedelta(days=1)
_DAYS_AHEAD = 15  # working days in which the next chance is looked for at least


class Territory:
    """What does not change from day to day: a rep's customers, their times, and the rules' numbers."""

    def __init__(self, rep: RepCalendar, params: Planning, calendar: WorkingCalendar) -> None:
        self.rep = rep
        self.params = params
        self.calendar = calendar
        self.away = Away(rep.days_off, rep.halves_off)
        self._week = weekly_workdays(rep)
        self._times: dict[CustomerId, Times] = {}
        self._weekdays: dict[tuple[Times, float], list[bool]] = {}
        self._grounds: dict[tuple[Cell, int, float, int], tuple[Reason, ...]] = {}

    def times(self, customer: Customer) -> Times:
        """The customer's week."""
        found = self._times.get(customer.id)
        if found is None:
            found = self._times[customer.id] = times_of(customer)
        return found

    def weekdays(self, target: VisitTarget) -> list[bool]:
        """On which days of the week, Monday first, a visit is possible at all."""
        times = self.times(target.customer)
        key = times, self.service(target)
        found = self._weekdays.get(key)
        if found is None:
            week = zip(times.week, self._week, strict=True)
            found = [bool(spans) and bool(self.beginnings(target, spans, work)) for spans, work in week]
            self._weekdays[key] = found
        return found

    def grounds(self, target: VisitTarget, cell: Cell, chances: int) -> tuple[Reason, ...]:
        """What the next visit is worth and what the `chances` left add; nothing where it is worth nothing."""
        key = cell, target.visits_this_month, target.factor, chances
        found = self._grounds.get(key)
        if found is None:
            worth = worth_reason(target, cell, self.params)
            pressure = self.params.planning.pressure
            found = (worth, chances_reason(worth, chances, pressure)) if worth.points > 0 else ()
            self._grounds[key] = found
        return found

    def service(self, target: VisitTarget) -> float:
        """Minutes with the customer; the unrated as the lowest letter."""
        return self.params.planning.minutes[target.tier or Tier.C]

    def beginnings(self, target: VisitTarget, spans: Iterable[Span], work: Workday) -> tuple[Span, ...]:
        """When a visit may begin."""
        buffer = self.params.planning.closing_buffer
        return beginnings(spans, work, service=self.service(target), buffer=buffer)

    def works(self, day: date) -> bool:
        return day not in self.rep.days_off and self.calendar.is_working_day(day)

    def next_workday(self, day: date) -> date:
        """The next day the rep works."""
        coming = (day + n * _ONE_DAY for n in count(1))
        return next(one for one in coming if self.works(one))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who is due: when the visit may begin, its price, and the next day with a chance.

    `closed` says why this day is not the customer's; `begins` is then empty.
    """

    target: VisitTarget
    price: float
    reasons: tuple[Reason, ...]
    service: float
    begins: tuple[Span, ...]
    next: date | None
    required: bool = False
    appointment: Appointment | None = None
    closed: Reason | None = None

    @property
    def id(self) -> CustomerId:
        return self.target.customer.id


@dataclass(frozen=True, slots=True)
class Eligible:
    """The candidates of a day by id, and the rule that stands against each of the others."""

    candidates: tuple[Candidate, ...]
    barred: Mapping[CustomerId, Reason]


@dataclass(frozen=True, slots=True)
class Frame:
    """One day as it is planned: its hours, those of visits without appointment, what is fixed and kept."""

    on: date
    hours: Workday  # until the last appointment may be over
    free: Workday  # for all other visits
    appointments: tuple[Appointment, ...]
    kept: Collection[CustomerId]


def eligible(targets: Sequence[VisitTarget], territory: Territory, frame: Frame) -> Eligible:
    """Sort the targets into candidates and barred."""
    day = _Rules(territory, frame)
    barred: dict[CustomerId, Reason] = {}
    due: list[VisitTarget] = []
    for target in sorted(targets, key=lambda one: one.customer.id):
        hurdle = day.hurdle(target)
        if hurdle is None:
            due.append(target)
        else:
            barred[target.customer.id] = hurdle
    return Eligible(day.candidates(due), barred)


class _Rules:
    """The rules, ready for one day."""

    def __init__(self, territory: Territory, frame: Frame) -> None:
        self.territory = territory
        self.frame = frame
        self.on = frame.on
        self.params = territory.params.planning
        self.closed = self._closed()
        self.today: dict[CustomerId, Appointment] = {}
        self.ahead: dict[CustomerId, date] = {}
        for one in sorted(frame.appointments, key=lambda one: (one.on, not one.promised, one.start)):
            if one.on == self.on:
                self.today.setdefault(one.customer_id, one)
            elif one.on > self.on:
                self.ahead.setdefault(one.customer_id, one.on)

    def hurdle(self, target: VisitTarget) -> Reason | None:
        """What stands against visiting this customer on the day, the weightiest first."""
        customer = target.customer
        if customer.status is not CustomerStatus.ACTIVE:
            return Reason("inactive")
        if customer.is_no_see:
            return Reason("no_see")
        if target.last_visit is not None and target.last_visit >= self.on:
            return Reason("visited_today")
        if self.closed is not None:
            return self.closed
        if self._is_fixed(customer.id):
            return None
        return self._unfit(target) or self._timing(target)

    def candidates(self, due: Sequence[VisitTarget]) -> tuple[Candidate, ...]:
        """The priced candidates."""
        if not due:
            return ()
        begins = [self._begins(target) for target in due]
        left, coming = self._chances(due, [bool(spans) for spans in begins])
        return tuple(
            self._candidate(target, spans, chances, on)
            for target, spans, chances, on in zip(due, begins, left, coming, strict=True)
        )

    def _closed(self) -> Reason | None:
        """Why nobody is visited on this day at all."""
        if self.territory.works(self.on):
            return None
        code = "day_off" if self.territory.calendar.is_working_day(self.on) else "not_working_day"
        return Reason(code, {"next": self.territory.next_workday(self.on).isoformat()})

    def _is_fixed(self, customer_id: CustomerId) -> bool:
        appointment = self.today.get(customer_id)
        return appointment is not None and appointment.promised

    def _unfit(self, target: VisitTarget) -> Reason | None:
        """Rules about the customer."""
        if target.channels is not None and Channel.FACE_TO_FACE not in target.channels:
            return Reason("not_face_to_face")
        if target.customer.by_appointment and target.customer.id not in self.today:
            return Reason("by_appointment")
        cell = target.cell
        if cell is None:
            return Reason("unrated", {"tier": target.tier, "support": target.support})
        if self.territory.params.cadence.cells[cell].target == 0:
            return Reason("not_planned", {"cell": cell.value})
        is_kept = target.customer.id in self.frame.kept
        if target.snoozed_until is not None and target.snoozed_until > self.on and not is_kept:
            if target.snoozed_until == date.max:
                return Reason("set_aside")
            return Reason("snoozed", {"until": target.snoozed_until.isoformat()})
        return None

    def _timing(self, target: VisitTarget) -> Reason | None:
        """Rules about how often; a promise outweighs all but the ceiling."""
        cell, tier = target.cell, target.tier
        if cell is None or tier is None:
            return None
        if target.contacts_this_month >= self.params.ceiling:
            return Reason("contacts_full", {"done": target.contacts_this_month, "max": self.params.ceiling})
        if promise_due(target, self.on):
            return None
        calendar, gap = self.territory.calendar, self.params.gap[tier]
        if target.last_visit is not None:
            days = calendar.working_days(target.last_visit, self.on)
            if days < gap:
                again = calendar.add_working_days(target.last_visit, gap)
                return Reason("too_soon", {"days": days, "gap": gap, "on": again.isoformat()})
        meeting = self.ahead.get(target.customer.id)
        if meeting is not None and calendar.working_days(self.on, meeting) < gap:
            return Reason("appointment_ahead", {"on": meeting.isoformat(), "gap": gap})
        most = ceil(self.territory.params.cadence.cells[cell].max)
        if target.visits_this_month >= most and target.customer.id not in self.frame.kept:
            return Reason("month_full", {"done": target.visits_this_month, "max": most})
        return None

    def _begins(self, target: VisitTarget) -> tuple[Span, ...]:
        """When the visit may begin on this day."""
        appointment = self.today.get(target.customer.id)
        if appointment is not None:
            start = minutes_of(appointment.start)
            passed = start + self.params.grace < self.frame.hours.start
            return () if passed else ((start, start),)
        spans = self.territory.times(target.customer).week[self.on.weekday()]
        return self.territory.beginnings(target, spans, self.frame.free)

    def _service(self, target: VisitTarget) -> float:
        appointment = self.today.get(target.customer.id)
        if appointment is not None and appointment.minutes is not None:
            return appointment.minutes
        return self.territory.service(target)

    def _chances(
        self, due: Sequence[VisitTarget], today: Sequence[bool]
    ) -> tuple[list[int], list[date | None]]:
        """By customer: how many visits this month still allows, and the next day with a chance."""
        calendar = self.territory.calendar
        days = self._days()
        numbers = np.array([calendar.working_days(self.on, day) for day in days], dtype=np.int64)
        weekdays = np.array([day.weekday() for day in days])
        opens = np.array([self.territory.weekdays(target) for target in due])[:, weekdays]
        opens[:, 0] = today
        gaps = np.array([self.params.gap[target.tier or Tier.C] for target in due], dtype=np.int64)
        month = sum(day <= last_of_month(self.on) for day in days)
        left = chances_left(opens[:, :month], np.zeros_like(gaps), gaps, numbers[:month])
        coming = self._coming(opens, days)
        return left.tolist(), coming

    def _days(self) -> list[date]:
        """This day and the coming ones the rep works, to the end of the month and some more."""
        until = max(last_of_month(self.on), self.territory.calendar.add_working_days(self.on, _DAYS_AHEAD))
        coming = (self.on + n * _ONE_DAY for n in range(1, (until - self.on).days + 1))
        return [self.on, *(day for day in coming if self.territory.works(day))]

    @staticmethod
    def _coming(opens: NDArray[np.bool_], days: Sequence[date]) -> list[date | None]:
        later = opens[:, 1:]
        if not later.shape[1]:
            return [None] * len(opens)
        first = later.argmax(axis=1)
        return [days[at + 1] if row[at] else None for at, row in zip(first.tolist(), later, strict=True)]

    def _candidate(
        self, target: VisitTarget, begins: tuple[Span, ...], chances: int, coming: date | None
    ) -> Candidate:
        customer = target.customer
        appointment = self.today.get(customer.id)
        fixed = self._is_fixed(customer.id)
        reasons = self._reasons(target, chances, appointment)
        return Candidate(
            target=target,
            price=round(sum(reason.points for reason in reasons), 2),
            reasons=reasons,
            service=self._service(target),
            begins=begins,
            next=coming,
            required=bool(begins) and (fixed or customer.id in self.frame.kept),
            appointment=appointment,
            closed=None if begins else self._not_today(customer.institution, appointment, coming),
        )

    def _reasons(
        self, target: VisitTarget, chances: int, appointment: Appointment | None
    ) -> tuple[Reason, ...]:
        """At most three grounds; the points are the price."""
        found: list[Reason] = []
        cell = target.cell
        if cell is not None and self.territory.params.cadence.cells[cell].target > 0:
            found += self.territory.grounds(target, cell, chances)
        promise = promise_reason(target, self.on, self.territory.params)
        if promise is not None:
            found.append(promise)
        elif appointment is not None:
            found.append(Reason("appointment", {"start": appointment.start.isoformat("minutes")}))
        elif target.customer.id in self.frame.kept:
            source = target.pinned_by
            found.append(Reason("kept") if source is None else Reason("pinned", {"source": source}))
        return tuple(found)

    def _not_today(
        self, institution: Institution | None, appointment: Appointment | None, coming: date | None
    ) -> Reason:
        if appointment is not None:
            return Reason("appointment_passed", {"start": appointment.start.isoformat("minutes")})
        if coming is None:
            return Reason("never_in")
        reception = institution.reception if institution else ()
        received = any(window.weekday == self.on.weekday() for window in reception)
        code = "no_reception" if reception and not received else "no_window"
        return Reason(code, {"next": coming.isoformat()})
