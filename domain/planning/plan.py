"""The plan of a rep's day, week or month: who, in which order, when, why, and who is left out.

Allocate (`allocation`: worth, chances, price), sort out (`eligibility`: the rules about customers), route
(`route`: the best tour by prices less the price of the way) and tell (this module). Hard in the route are
the customers' times, the day's end, the number of visits, appointments and what is kept; "C only on the way"
follows from the price of travel.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from domain.calendar import WorkingCalendar
from domain.customers.model import Customer, Institution
from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId
from domain.planning.eligibility import Candidate, Eligible, Frame, Territory, eligible
from domain.planning.model import Appointment, RepCalendar, VisitTarget
from domain.planning.pace import Pace, pace_of_month
from domain.planning.params import Planning
from domain.planning.route import RouteStop
from domain.planning.tour import Search, Tour, Where, start_place
from domain.planning.travel import EstimatedTravel, TravelTimes, place_of
from domain.planning.windows import Span, Workday, clock_of, minutes_of, workday
from domain.tiering.model import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """One stop. The points of `reasons` (one to three) add up to `price`.

    `travel_minutes` is the way from the stop before.
    """

    customer: Customer
    cell: Cell | None
    arrive: time
    start: time
    leave: time
    travel_minutes: int
    price: float
    reasons: tuple[Reason, ...]
    appointment: Appointment | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who is due and not in the plan, and why.

    Codes: required_unreachable, required_clash and appointment_passed (promises that cannot be kept), detour,
    capacity_reached, no_time; no_reception, no_window, never_in. `next` is the next day with a chance.
    """

    customer_id: CustomerId
    price: float
    reason: Reason
    next: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """Waiting time, where, and whom it would do for: others who are due, and people to profile."""

    start: time
    end: time
    institution: Institution | None
    drop_by: tuple[CustomerId, ...]
    profile: tuple[CustomerId, ...]

    @property
    def minutes(self) -> int:
        return round(minutes_of(self.end) - minutes_of(self.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """A rep's day. Every customer is in exactly one of `stops`, `left_out` and `barred`.

    `left_out` has promises that cannot be kept first, then the highest prices; `barred` the rule that
    stands against each of the others. `to_profile` are the unrated, those of the day's hospitals first.
    `value` is the sum of the prices less the price of the way. `lacking` says which data would make a
    better plan. `provisional` warns that this year's make-up workdays are not announced yet.
    """

    on: date
    stops: tuple[PlannedVisit, ...]
    left_out: tuple[LeftOut, ...]
    barred: Mapping[CustomerId, Reason]
    to_profile: tuple[CustomerId, ...]
    spare: tuple[Spare, ...]
    value: float
    travel_minutes: int
    lacking: tuple[Reason, ...]
    pace: Pace
    provisional: bool

    @property
    def hurdles(self) -> Mapping[str, int]:
        """How many customers each rule bars, by its code."""
        return Counter(reason.code for reason in self.barred.values())


def plan_day(  # noqa: PLR0913 -- a day depends on all of this
    targets: Sequence[VisitTarget],
    *,
    on: date,
    rep: RepCalendar,
    params: Planning,
    calendar: WorkingCalendar,
    seed: int,
    appointments: Iterable[Appointment] = (),
    iterations: int | None = None,
    travel: TravelTimes | None = None,
    start_at: tuple[time, Where] | None = None,
    kept: Collection[CustomerId] = (),
    order: Iterable[CustomerId] | None = None,
) -> DayPlan:
    """The plan of the day `on` for one rep's customers; their order does not matter.

    `kept` customers are in it unless a rule or the time forbids it. With `order` these customers are
    visited in this order, and whom that would bring too late is left out. `start_at` says when (not before
    the rep's hours) and where the day really starts; `travel` defaults to our own estimate, `iterations`
    of the search to the params'. The same input gives the same plan.
    """
    planner = _Planner(rep, params, calendar, seed, iterations, travel)
    now, at = start_at or (None, rep.base)
    return planner.plan(targets, on, tuple(appointments), kept, order, now=now, at=at)


def replan(  # noqa: PLR0913 -- a day depends on all of this
    targets: Sequence[VisitTarget],
    *,
    on: date,
    rep: RepCalendar,
    params: Planning,
    calendar: WorkingCalendar,
    seed: int,
    now: time,
    at: Where = None,
    until: time | None = None,
    appointments: Iterable[Appointment] = (),
    iterations: int | None = None,
    travel: TravelTimes | None = None,
    kept: Collection[CustomerId] = (),
    order: Iterable[CustomerId] | None = None,
) -> DayPlan:
    """The rest of the day `on` from `now`, starting `at`, with what is left of the capacity.

    `kept` and `order` as in `plan_day`. Visits end by `until`, promised appointments stay even after it.
    Visits made today are known from the targets' `last_visit`.
    """
    planner = _Planner(rep, params, calendar, seed, iterations, travel)
    return planner.plan(targets, on, tuple(appointments), kept, order, now=now, at=at, until=until)


def plan_week(  # noqa: PLR0913 -- a week depends on all of this
    targets: Sequence[VisitTarget],
    *,
    days: Sequence[date],
    rep: RepCalendar,
    params: Planning,
    calendar: WorkingCalendar,
    seed: int,
    appointments: Iterable[Appointment] = (),
    iterations: int | None = None,
    travel: TravelTimes | None = None,
    kept: Mapping[date, Collection[CustomerId]] | None = None,
    without: Mapping[date, Collection[CustomerId]] | None = None,
    order: Mapping[date, Sequence[CustomerId]] | None = None,
) -> tuple[DayPlan, ...]:
    """The plans of `days` (rising) in turn, as if every planned visit came about; good for a month, too.

    `kept` has the customers who stay on a date, `without` those whom the plan of a date leaves aside,
    `order` the visits of a date, as in `plan_day`.
    """
    planner = _Planner(rep, params, calendar, seed, iterations, travel)
    fixed = tuple(appointments)
    stays, aside, orders = kept or {}, without or {}, order or {}
    plans: list[DayPlan] = []
    state = list(targets)
    for day in days:
        if plans and plans[-1].on.replace(day=1) != day.replace(day=1):
            state = [in_new_month(target) for target in state]
        among = [target for target in state if target.customer.id not in aside.get(day, ())]
        plans.append(planner.plan(among, day, fixed, stays.get(day, ()), orders.get(day), at=rep.base))
        seen = {stop.customer.id for stop in plans[-1].stops}
        state = [after_visit(target, day) if target.customer.id in seen else target for target in state]
    return tuple(plans)


def coming_days(on: date, count: int, rep: RepCalendar, calendar: WorkingCalendar) -> tuple[date, ...]:
    """The next `count` days from `on` on that the rep works; fewer when leave fills two years."""
    coming = (on + timedelta(n) for n in range(731))
    working = (day for day in coming if day not in rep.days_off and calendar.is_working_day(day))
    return tuple(day for _, day in zip(range(count), working, strict=False))


_PROMISE_BROKEN = frozenset({"required_unreachable", "required_clash", "appointment_passed"})


def after_visit(target: VisitTarget, on: date) -> VisitTarget:
    """The target after a visit that kept what was promised."""
    return replace(
        target,
        last_visit=on,
        visits_this_month=target.visits_this_month + 1,
        contacts_this_month=target.contacts_this_month + 1,
        next_step="",
        next_on=None,
    )


def in_new_month(target: VisitTarget) -> VisitTarget:
    """The target when nothing of the month has been counted yet."""
    return replace(target, visits_this_month=0, contacts_this_month=0)


class _Planner:
    """What plans of several days share."""

    def __init__(
        self,
        rep: RepCalendar,
        params: Planning,
        calendar: WorkingCalendar,
        seed: int,
        iterations: int | None,
        travel: TravelTimes | None,
    ) -> None:
        self.territory = Territory(rep, params, calendar)
        rounds = params.planning.iterations if iterations is None else iterations
        self.search = Search(seed, rounds)
        self.travel = travel or EstimatedTravel(params.planning.travel)

    def plan(
        self,
        targets: Sequence[VisitTarget],
        on: date,
        appointments: tuple[Appointment, ...],
        kept: Collection[CustomerId],
        order: Iterable[CustomerId] | None,
        *,
        now: time | None = None,
        at: Where = None,
        until: time | None = None,
    ) -> DayPlan:
        territory = self.territory
        frame = self._frame(on, appointments, kept, now, until)
        found = eligible(targets, territory, frame)
        made = sum(target.last_visit == on for target in targets)
        usual = territory.params.planning.capacity
        capacity = (usual if territory.rep.capacity is None else territory.rep.capacity) - made
        tour = Tour(
            territory.params.planning,
            frame,
            found,
            capacity=max(capacity, 0),
            start=start_place(at, targets),
            earliest=minutes_of(now) if now else 0.0,
            travel=self.travel,
            search=self.search if order is None else replace(self.search, order=tuple(order)),
        )
        told = _Told(tour, found, targets)
        return DayPlan(
            on=on,
            stops=told.stops(),
            left_out=told.left_out(),
            barred=found.barred,
            to_profile=tuple(target.customer.id for target in told.unrated),
            spare=told.spare(),
            value=round(tour.route.value, 6),
            travel_minutes=round(sum(stop.travel for stop in tour.route.stops)),
            lacking=told.lacking(territory),
            pace=pace_of_month(targets, on, territory.params.cadence, territory.calendar, territory.away),
            provisional=territory.calendar.is_provisional(on.year),
        )

    def _frame(
        self,
        on: date,
        appointments: tuple[Appointment, ...],
        kept: Collection[CustomerId],
        now: time | None,
        until: time | None,
    ) -> Frame:
        """The day's hours, made longer where an appointment was promised outside of them."""
        params = self.territory.params.planning
        work = workday(self.territory.rep, on)
        earliest = 0.0 if now is None else minutes_of(now)
        latest = work.end if until is None else minutes_of(until)
        free = Workday(max(work.start, earliest), min(work.end, latest), work.blocked)
        promised = [one for one in appointments if one.on == on and one.promised]
        starts = [minutes_of(one.start) for one in promised]
        usual = max(params.minutes.values()) + params.grace
        ends = [minutes_of(one.start) + usual + (one.minutes or 0) for one in promised]
        hours = Workday(max(min([work.start, *starts]), earliest), max([work.end, *ends]))
        return Frame(on, hours, free, appointments, frozenset(kept))


class _Told:
    """A tour in the terms of a plan."""

    def __init__(self, tour: Tour, found: Eligible, targets: Iterable[VisitTarget]) -> None:
        self.tour = tour
        self.params = tour.params
        self.found = found
        self.by_id = {one.id: one for one in found.candidates}
        self.route: tuple[RouteStop, ...] = tour.route.stops
        self.on_route = {stop.id for stop in self.route}
        self.unrated = self._unrated(targets)
        self.missed = [one for one in found.candidates if one.id not in self.on_route]

    def stops(self) -> tuple[PlannedVisit, ...]:
        return tuple(self._visit(stop) for stop in self.route)

    def left_out(self) -> tuple[LeftOut, ...]:
        broken = {one.params["id"]: one for one in self.tour.route.infeasible}
        detours = self._detours()
        found = [
            LeftOut(one.id, one.price, self._why_not(one, broken, detours), one.next) for one in self.missed
        ]

        def order(one: LeftOut) -> tuple[bool, float, int]:
            return (one.reason.code not in _PROMISE_BROKEN, -one.price, one.customer_id)

        return tuple(sorted(found, key=order))

    def spare(self) -> tuple[Spare, ...]:
        return tuple(
            self._spare(CustomerId(stop), start, end)
            for stop, start, end in self._waits()
            if end - start >= self.params.spare
        )

    def lacking(self, territory: Territory) -> tuple[Reason, ...]:
        """What would make the plan better, with the number of those due it concerns."""
        customers = [one.target.customer for one in self.found.candidates]
        times = [territory.times(customer) for customer in customers]
        found = (
            Reason("no_coordinates", {"n": sum(place_of(customer).at is None for customer in customers)}),
            Reason("no_times", {"n": sum(not week.known for week in times)}),
            Reason("times_contradict", {"n": sum(week.contradictory for week in times)}),
        )
        return (*(reason for reason in found if reason.params["n"]), *self.tour.notes)

    def _visit(self, stop: RouteStop) -> PlannedVisit:
        one = self.by_id[CustomerId(stop.id)]
        return PlannedVisit(
            customer=one.target.customer,
            cell=one.target.cell,
            arrive=clock_of(stop.arrive),
            start=clock_of(stop.start),
            leave=clock_of(stop.leave),
            travel_minutes=round(stop.travel),
            price=one.price,
            reasons=one.reasons,
            appointment=one.appointment,
        )

    def _why_not(
        self, one: Candidate, broken: Mapping[int, Reason], detours: Mapping[CustomerId, float]
    ) -> Reason:
        if one.closed is not None:
            return one.closed
        if one.id in broken:
            return broken[one.id]
        detour = detours[one.id]
        if one.price <= self.params.travel_price * detour:
            return Reason("detour", {"minutes": round(detour)})
        if len(self.route) >= self.tour.capacity:
            return Reason("capacity_reached", {"stops": len(self.route)})
        return Reason("no_time")

    def _detours(self) -> Mapping[CustomerId, float]:
        """By customer who may be visited: the shortest way more that a visit between the stops would take."""
        if not self.tour.candidates:
            return {}
        minutes = self.tour.minutes
        numbers = [0, *(self.tour.number[CustomerId(stop.id)] for stop in self.route)]
        to, on = minutes[numbers], minutes[:, numbers[1:]].T
        more = to.copy()
        more[:-1] += on - minutes[numbers[:-1], numbers[1:]][:, None]
        shortest = more.min(axis=0)
        return {one.id: float(shortest[number]) for number, one in enumerate(self.tour.candidates, 1)}

    def _unrated(self, targets: Iterable[VisitTarget]) -> list[VisitTarget]:
        """Those of the day's hospitals first, then the higher letters, then by name."""
        here = {self._institution(CustomerId(stop.id)) for stop in self.route} - {None}

        def order(target: VisitTarget) -> tuple[bool, str, str, int]:
            customer = target.customer
            is_here = customer.institution is not None and customer.institution.id in here
            return (not is_here, target.tier or "~", customer.name, customer.id)

        barred = self.found.barred
        found = (one for one in targets if one.customer.id in barred)
        return sorted((one for one in found if barred[one.customer.id].code == "unrated"), key=order)

    def _institution(self, customer_id: CustomerId) -> InstitutionId | None:
        institution = self.by_id[customer_id].target.customer.institution
        return institution.id if institution else None

    def _waits(self) -> Iterator[tuple[int, float, float]]:
        """Where, from when and until when the rep waits: before a visit, and after the last one."""
        for stop in self.route:
            yield stop.id, stop.arrive, stop.start
        if self.route:
            yield self.route[-1].id, self.route[-1].leave, self.tour.frame.free.end

    def _spare(self, stop: CustomerId, start: float, end: float) -> Spare:
        here = self._institution(stop)
        near = [one for one in self.missed if here is not None and self._institution(one.id) == here]
        inside = self.params.travel.inside
        free = (start + inside, end - inside)
        return Spare(
            start=clock_of(start),
            end=clock_of(end),
            institution=self.by_id[stop].target.customer.institution,
            drop_by=tuple(one.id for one in near if _fits(one.begins, one.service, free)),
            profile=tuple(
                one.customer.id
                for one in self.unrated
                if one.customer.institution is not None and one.customer.institution.id == here
            ),
        )


def _fits(begins: Iterable[Span], service: float, free: Span) -> bool:
    return any(max(opens, free[0]) <= min(closes, free[1] - service) for opens, closes in begins)
