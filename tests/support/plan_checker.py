"""An independent judge of a day's plan: every rule is written again, every time and price worked out anew."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from math import ceil

from domain.calendar import WorkingCalendar, last_of_month
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.geo import distance_m
from domain.ids import CustomerId
from domain.planning.model import Appointment, RepCalendar, VisitTarget
from domain.planning.params import Planning
from domain.planning.plan import DayPlan, PlannedVisit
from domain.tiering.model import Cell, Tier
from domain.visits.model import Channel

Span = tuple[float, float]
Place = Institution | tuple[float, float] | None
_PRINTED = 1.01
"""Minutes: two printed times are each rounded to the minute."""
_CENT = 0.0100001
_PROMISES = {"required_unreachable", "required_clash", "appointment_passed"}
_DAY = timedelta(days=1)


def check_plan(
    plan: DayPlan,
    targets: Sequence[VisitTarget],
    *,
    rep: RepCalendar,
    params: Planning,
    calendar: WorkingCalendar,
    appointments: Iterable[Appointment] = (),
    kept: Collection[CustomerId] = (),
    start_at: tuple[time, Place] | None = None,
    until: time | None = None,
) -> list[str]:
    """What is wrong with a plan, in sentences; empty when nothing is.

    `start_at` says when and where the day really starts; None: by the rep's hours, at the base.
    """
    judge = _Judge(plan, targets, rep, params, calendar, tuple(appointments), frozenset(kept), until)
    return list(judge.wrong(start_at))


class _Judge:
    def __init__(
        self,
        plan: DayPlan,
        targets: Sequence[VisitTarget],
        rep: RepCalendar,
        params: Planning,
        calendar: WorkingCalendar,
        appointments: tuple[Appointment, ...],
        kept: frozenset[CustomerId],
        until: time | None,
    ) -> None:
        self.plan, self.rep, self.calendar, self.until = plan, rep, calendar, until
        self.cadence, self.numbers = params.cadence, params.planning
        self.targets = {target.customer.id: target for target in targets}
        self.agreed = {one.customer_id: one for one in appointments if one.on == plan.on}
        self.later = [one for one in appointments if one.on > plan.on]
        self.kept = kept
        self.begins, self.ends = self._day_of(plan.on)

    def wrong(self, start_at: tuple[time, Place] | None) -> Iterator[str]:
        yield from self._partition()
        if not self.plan.stops:
            return
        yield from self._day()
        for stop in self.plan.stops:
            yield from (f"{stop.customer.id}: {what}" for what in self._rules(self.targets[stop.customer.id]))
            yield from (f"{stop.customer.id}: {what}" for what in self._hours(stop))
            yield from (f"{stop.customer.id}: {what}" for what in self._price(stop))
        yield from self._way(start_at)

    def _day_of(self, day: date) -> Span:
        """The rep's hours, blocked times at both ends taken off."""
        begins, ends = _minutes(self.rep.start), _minutes(self.rep.end)
        for low, high in sorted(self._blocked(day)):
            if low <= begins:
                begins = max(begins, high)
        for low, high in sorted(self._blocked(day), key=lambda block: -block[1]):
            if high >= ends:
                ends = min(ends, low)
        return begins, ends

    def _blocked(self, day: date) -> list[Span]:
        return [
            (_minutes(block.start), _minutes(block.end)) for block in self.rep.blocked if block.holds_on(day)
        ]

    def _partition(self) -> Iterator[str]:
        """Everybody once: visited, left out, or barred."""
        plan = self.plan
        stops, out = [stop.customer.id for stop in plan.stops], [one.customer_id for one in plan.left_out]
        everybody = sorted([*stops, *out, *plan.barred])
        if everybody != sorted(self.targets):
            yield f"not everybody is told once: {everybody}"
        for number in self.agreed.keys() & self.targets.keys() - set(stops):
            told = [one.reason.code for one in plan.left_out if one.customer_id == number]
            if number not in plan.barred and not set(told) & _PROMISES:
                yield f"{number}: the appointment is not kept, and that is not told"
        prices = [one.price for one in plan.left_out if one.reason.code not in _PROMISES]
        if prices != sorted(prices, reverse=True):
            yield "those left out are not told best first"

    def _day(self) -> Iterator[str]:
        on = self.plan.on
        if on in self.rep.days_off or not self.calendar.is_working_day(on):
            yield f"nobody works on {on}"
        made = sum(target.last_visit == on for target in self.targets.values())
        most = self.numbers.capacity if self.rep.capacity is None else self.rep.capacity
        if len(self.plan.stops) + made > most:
            yield f"{len(self.plan.stops)} stops after {made} visits, {most} are possible"

    def _rules(self, target: VisitTarget) -> Iterator[str]:
        """Who may be visited at all."""
        customer = target.customer
        if customer.status is not CustomerStatus.ACTIVE:
            yield "is inactive"
        if customer.is_no_see:
            yield "sees nobody"
        if target.last_visit is not None and target.last_visit >= self.plan.on:
            yield "has been visited today"
        if customer.id in self.agreed:
            return
        if target.channels is not None and Channel.FACE_TO_FACE not in target.channels:
            yield "may not be visited in person"
        if customer.by_appointment:
            yield "receives by appointment only"
        if target.cell is None:
            yield "is not rated"
        elif self.cadence.cells[target.cell].target == 0 or target.cell is Cell.C3:
            yield f"is {target.cell.value}, never planned"
        else:
            yield from self._rhythm(target, target.cell)

    def _rhythm(self, target: VisitTarget, cell: Cell) -> Iterator[str]:
        """Who may be visited today, without an appointment."""
        on, number, gap = self.plan.on, target.customer.id, self.numbers.gap[cell.tier]
        if target.snoozed_until is not None and target.snoozed_until > on and number not in self.kept:
            yield "is put off"
        if target.contacts_this_month >= self.numbers.ceiling:
            yield "has had the most contacts of a month, all reps together"
        if self._promised(target):
            return  # a promise that is due outweighs gaps and maximum
        if target.last_visit is not None and self.calendar.working_days(target.last_visit, on) < gap:
            yield f"was visited on {target.last_visit}, inside the gap of {gap}"
        for one in self.later:
            if one.customer_id == number and self.calendar.working_days(on, one.on) < gap:
                yield f"has an appointment on {one.on}, inside the gap of {gap}"
        if target.visits_this_month >= ceil(self.cadence.cells[cell].max) and number not in self.kept:
            yield "has had the month's maximum"

    def _promised(self, target: VisitTarget) -> bool:
        return bool(target.next_step) and target.next_on is not None and target.next_on <= self.plan.on

    def _hours(self, stop: PlannedVisit) -> Iterator[str]:
        """A visit begins within the customer's and the rep's hours, or when it was agreed."""
        starts, leaves = _minutes(stop.start), _minutes(stop.leave)
        agreed = self.agreed.get(stop.customer.id)
        target = self.targets[stop.customer.id]
        service = self.numbers.minutes[target.tier or Tier.C]
        if agreed is not None:
            service = agreed.minutes or service
            if not -_PRINTED <= starts - _minutes(agreed.start) <= self.numbers.grace + _PRINTED:
                yield f"the appointment is at {agreed.start}, not {stop.start}"
            if stop.appointment != agreed:
                yield "the appointment is not told"
        else:
            if not any(
                low <= starts <= high
                for low, high in _beginnings(stop.customer, self.plan.on, self.numbers.closing_buffer)
            ):
                yield f"begins at {stop.start}, outside the hours"
            if any(starts < high - 1 and leaves > low + 1 for low, high in self._blocked(self.plan.on)):
                yield f"talks from {stop.start} to {stop.leave}, which is blocked"
            ends = self.ends if self.until is None else min(self.ends, _minutes(self.until))
            if starts < self.begins - 1 or leaves > ends + 1:
                yield f"takes from {stop.start} to {stop.leave}, the day from {self.begins:g} to {ends:g}"
        if abs(leaves - starts - service) > _PRINTED:
            yield f"takes {leaves - starts:g} minutes, usual are {service:g}"
        if starts < _minutes(stop.arrive):
            yield "begins before the rep arrives"

    def _way(self, start_at: tuple[time, Place] | None) -> Iterator[str]:
        """Ways between stops, no time for nothing, and the value of the whole."""
        clock = self.begins if start_at is None else max(self.begins, _minutes(start_at[0]))
        here: Customer | Place
        here = self.rep.base if start_at is None else start_at[1]
        total = 0.0
        for stop in self.plan.stops:
            way = self._travel(here, stop.customer, stop.travel_minutes)
            total += way
            if abs(stop.travel_minutes - way) > 0.501:
                yield f"{stop.customer.id}: {stop.travel_minutes} minutes of travel, in truth {way:.2f}"
            agreed = stop.appointment if stop is self.plan.stops[0] else None
            if agreed is not None and clock + way > _minutes(agreed.start):
                # For an early appointment one sets out before the hours, but not before now.
                now = 0.0 if start_at is None else _minutes(start_at[0])
                clock = min(clock, max(now, _minutes(stop.arrive) - way))
            if abs(_minutes(stop.arrive) - clock - way) > _PRINTED:
                yield f"{stop.customer.id}: arrives {stop.arrive}, left at {clock:g}, {way:.2f} on the way"
            clock, here = _minutes(stop.leave), stop.customer
        value = sum(stop.price for stop in self.plan.stops) - self.numbers.travel_price * total
        if abs(value - self.plan.value) > _CENT:
            yield f"the value is {value:.4f}, not {self.plan.value:.4f}"
        if abs(total - self.plan.travel_minutes) > 0.501 * len(self.plan.stops):
            yield f"{total:.2f} minutes on the way in all, not {self.plan.travel_minutes}"

    def _travel(self, here: Customer | Place, there: Customer, printed: int) -> float:
        """Minutes from one place to the next; without coordinates the usual ones."""
        travel = self.numbers.travel
        if here is None:
            return 0.0
        source, goal = _house(here), there.institution
        if source is not None and goal is not None and source.id == goal.id:
            return travel.inside
        a, b = here if isinstance(here, tuple) else _pin(source), _pin(goal)
        if a is None or b is None:
            usual = [travel.same_city, travel.other_city]
            return min(usual, key=lambda minutes: abs(minutes - printed))
        metres = distance_m(*a, *b)
        if metres <= travel.same_building:
            return travel.inside
        return metres / 1000 * travel.usual.detour / travel.usual.km_h * 60 + travel.usual.change

    def _price(self, stop: PlannedVisit) -> Iterator[str]:
        """The printed reasons make the printed price, and are true."""
        if not 1 <= len(stop.reasons) <= 3:
            yield f"{len(stop.reasons)} reasons"
        if abs(sum(reason.points for reason in stop.reasons) - stop.price) > 1e-9:
            yield f"the reasons make {sum(reason.points for reason in stop.reasons):.3f}, not {stop.price}"
        target = self.targets[stop.customer.id]
        if target.cell is None:
            return
        worth, pressure = self._worth(target, target.cell), self._pressure(target, target.cell)
        price = worth * (1 + pressure) + (self.numbers.promise if self._promised(target) else 0.0)
        # Worth, pressure and their product are each rounded to two decimals: a pencil finds them again.
        if abs(price - stop.price) > 0.0151 + 0.005 * worth:
            yield f"the price is {price:.4f}, not {stop.price}"

    def _worth(self, target: VisitTarget, cell: Cell) -> float:
        norm, response = self.cadence.cells[cell], self.numbers.response
        least, most, k = ceil(norm.min), ceil(norm.max), target.visits_this_month + 1
        if k > most:
            return 0.0
        if least == 0 and k <= len(response.optional):
            part = response.optional[k - 1]
        elif k <= least:
            part = 1 - response.fall * (k - 1)
        else:
            part = response.beyond * (1 - response.beyond_fall * (k - least - 1))
        low, high = self.numbers.factor
        return norm.weight * min(max(target.factor, low), high) * part

    def _pressure(self, target: VisitTarget, cell: Cell) -> float:
        norm, pressure, done = self.cadence.cells[cell], self.numbers.pressure, target.visits_this_month
        useful = pressure.success * max(1, self._chances(target, cell.tier))
        return pressure.minimum * min(1.0, max(ceil(norm.min) - done, 0) / useful) + pressure.maximum * min(
            1.0, max(ceil(norm.max) - done, 0) / useful
        )

    def _chances(self, target: VisitTarget, tier: Tier) -> int:
        """Visits still possible this month: each first chance from today on, the gap kept."""
        day, last, found = self.plan.on, None, 0
        while day <= last_of_month(self.plan.on):
            rested = last is None or self.calendar.working_days(last, day) >= self.numbers.gap[tier]
            works = day not in self.rep.days_off and self.calendar.is_working_day(day)
            today = day == self.plan.on
            if rested and works and (today or self._receives(target, day)):
                found, last = found + 1, day
            day += _DAY
        return found

    def _receives(self, target: VisitTarget, day: date) -> bool:
        """Whether a whole visit fits into the customer's and the rep's hours of a day."""
        service = self.numbers.minutes[target.tier or Tier.C]
        begins, ends = self._day_of(day)
        blocked = self._blocked(day)
        return any(
            max(low, begins) <= minute <= min(high, ends - service)
            and all(minute + service <= start or minute >= end for start, end in blocked)
            for low, high in _beginnings(target.customer, day, self.numbers.closing_buffer)
            for minute in (low, begins, *(end for _, end in blocked))
        )


def _beginnings(customer: Customer, day: date, buffer: float) -> list[Span]:
    """When a visit may begin by the customer's hours: reception and best times where both are known."""
    reception = customer.institution.reception if customer.institution else ()
    best = customer.best_times
    known = [half_days for half_days in (reception, best) if half_days]
    weeks = [
        [
            [(_minutes(half.start), _minutes(half.end)) for half in half_days if half.weekday == weekday]
            for weekday in range(7)
        ]
        for half_days in known
    ]
    if not weeks:
        return [(0.0, 1440.0)]
    spans = weeks[0]
    if len(weeks) > 1:
        both = [_common(spans[weekday], weeks[1][weekday]) for weekday in range(7)]
        spans = both if any(both) else weeks[0]
    return [(low, max(low, high - buffer)) for low, high in _joined(spans[day.weekday()])]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Overlapping and touching hours as one: only its end is a closing."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def _common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [(low, high) for low, high in pairs if low < high]


def _house(place: Customer | Institution | tuple[float, float]) -> Institution | None:
    if isinstance(place, Customer):
        return place.institution
    return place if isinstance(place, Institution) else None


def _pin(place: Institution | None) -> tuple[float, float] | None:
    return (place.lat, place.lon) if place and place.lat is not None and place.lon is not None else None


def _minutes(clock: time) -> float:
    return clock.hour * 60 + clock.minute + clock.second / 60
