"""The plan of coming days, as weeks and as a month: moved, confirmed, and seen by managers."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.db.repositories.suggestions import StoredPlan
from bot.db.repositories.weeks import Times
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services import capacity
from bot.services.appointments import usual_parts
from bot.services.capacity import Month
from bot.services.day import AHEAD, Situation, rep_in_sight, situation_in
from bot.travel import travel_times
from domain.calendar import last_of_month
from domain.customers.half_days import Part
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.people.model import User
from domain.planning.model import Half, RepCalendar, VisitTarget
from domain.planning.params import CellCadence
from domain.planning.plan import DayPlan, after_visit, in_new_month, plan_week
from domain.planning.wishes import Wish, monday_of, wishes
from domain.tiering.model import Cell
from domain.visits.suggestion import SuggestionState

WEEKS = 5  # that can be looked at, the present one included
MONTHS = 2
MOVE_DAYS = 8  # that are offered for a visit

_ONE_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_LISTED = frozenset({SuggestionState.OPEN, SuggestionState.VISITED})
_BROKEN = frozenset({"required_unreachable", "required_clash", "appointment_passed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit of a day. `is_kept`: the rep wants it on this day; `is_done`: it has been made."""

    customer: Customer
    cell: Cell | None
    start: time
    leave: time
    travel_minutes: int
    price: float
    is_appointment: bool = False
    is_kept: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """The plan of one day; on a day off there is none, and of a day with `half_off` only the other half.

    `value` is the sum of the prices less the price of the way; `free` are the halves of the day without
    visits, 0 the morning and 1 the afternoon.
    """

    on: date
    stops: tuple[Stop, ...] = ()
    value: float = 0.0
    free: tuple[int, ...] = ()
    is_off: bool = False
    half_off: Half | None = None

    @property
    def travel_minutes(self) -> int:
        return sum(stop.travel_minutes for stop in self.stops)

    @property
    def hospitals(self) -> list[tuple[str, int]]:
        """Names and numbers of visits, in the order of the day; "" for those in no hospital."""
        return list(
            Counter(
                stop.customer.institution.name if stop.customer.institution else "" for stop in self.stops
            ).items()
        )

    @property
    def blocks(self) -> list[tuple[Institution | None, list[Stop]]]:
        """The visits in one place after another."""
        found: list[tuple[Institution | None, list[Stop]]] = []
        for stop in self.stops:
            if not found or found[-1][0] != stop.customer.institution or stop.customer.institution is None:
                found.append((stop.customer.institution, []))
            found[-1][1].append(stop)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A calendar week of a rep from today on; `confirmed_at` when the rep has said to mean it.

    `last` is its last working day.
    """

    rep: User
    monday: date
    last: date
    page: int
    days: tuple[WeekDay, ...]
    confirmed_at: datetime | None
    is_provisional: bool

    @property
    def visits(self) -> int:
        return sum(len(day.stops) for day in self.days)

    @property
    def travel_minutes(self) -> int:
        return sum(day.travel_minutes for day in self.days)

    @property
    def value(self) -> float:
        return sum(day.value for day in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDay:
    """One day of a rep, with where the rep sets out.

    `is_moved`: visits were moved to it, in a week that is not confirmed.
    """

    rep: User
    day: WeekDay
    base: tuple[float, float] | None
    page: int
    is_moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTotal:
    """A cell in a month: customers, visits made and planned, and the cadence of each customer.

    `short` are the customers who would stay below their minimum.
    """

    cell: Cell
    customers: int
    done: int
    planned: int
    cadence: CellCadence
    short: tuple[Customer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAhead:
    """The rest of a month by weeks, and what comes of it by cell."""

    rep: User
    first: date
    page: int
    weeks: tuple[Week, ...]
    cells: tuple[CellTotal, ...]
    month: Month | None  # its capacity; of the present month only

    @property
    def short(self) -> list[tuple[Cell, Customer]]:
        return [(one.cell, customer) for one in self.cells for customer in one.short]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWeek:
    """The reps of a team in a week: who has confirmed it, when, and how many visits."""

    monday: date
    last: date
    reps: tuple[tuple[User, datetime | None, int], ...]


@dataclass(frozen=True, slots=True)
class MoveOffered:
    """A visit that can be moved, and to which days."""

    stop: Stop
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """What coming days are planned from."""

    situation: Situation
    stored: StoredPlan | None  # of today


async def week(deps: Deps, viewer: User, rep_id: UserId | None, today: date, page: int) -> Week:
    """A week of oneself or a rep of the team; page 0 is that of the next working day."""
    rep = await rep_in_sight(deps, viewer, rep_id)
    page = min(max(page, 0), WEEKS - 1)
    ahead = await _load(deps, rep, today)
    monday = first_monday(deps, today) + page * _WEEK
    days = await asyncio.to_thread(_days, deps, ahead, monday + _WEEK - _ONE_DAY)
    return _week(deps, ahead, monday, days, page)


async def one_day(deps: Deps, viewer: User, rep_id: UserId | None, today: date, on: date) -> OneDay:
    """A day from today on. DomainError "not_found" for days beyond the last week."""
    rep = await rep_in_sight(deps, viewer, rep_id)
    first = first_monday(deps, today)
    page = (monday_of(on) - first).days // 7
    if on < today or page >= WEEKS:
        raise DomainError("not_found")
    ahead = await _load(deps, rep, today)
    days = await asyncio.to_thread(_days, deps, ahead, on)
    found = days[-1] if days and days[-1].on == on else WeekDay(on=on, is_off=True)
    return OneDay(
        rep=rep,
        day=found,
        base=ahead.situation.own_time.base,
        page=max(page, 0),
        is_moved=monday_of(on) not in ahead.situation.settled and any(stop.is_kept for stop in found.stops),
    )


async def month(deps: Deps, viewer: User, rep_id: UserId | None, today: date, page: int) -> MonthAhead:
    """The rest of this month, or the next month (page 1)."""
    rep = await rep_in_sight(deps, viewer, rep_id)
    page = min(max(page, 0), MONTHS - 1)
    ahead = await _load(deps, rep, today)
    async with deps.db.read() as uow:
        capacity_of = await capacity.month_of(deps, uow, rep, today) if page == 0 else None
    first = today.replace(day=1) if page == 0 else last_of_month(today) + _ONE_DAY
    days = await asyncio.to_thread(_days, deps, ahead, last_of_month(first))
    days = [day for day in days if day.on >= first]
    mondays = sorted({monday_of(day.on) for day in days})
    return MonthAhead(
        rep=rep,
        first=first,
        page=page,
        weeks=tuple(_week(deps, ahead, monday, days, number) for number, monday in enumerate(mondays)),
        cells=tuple(_totals(ahead.situation, days, fresh=page > 0)),
        month=capacity_of,
    )


async def team_week(deps: Deps, reps: Sequence[User], today: date) -> TeamWeek:
    """Who of these reps has confirmed the week of the next working day."""
    monday = first_monday(deps, today)
    async with deps.db.read() as uow:
        confirmed = await uow.weeks.confirmed([rep.id for rep in reps], monday)
        numbers = {
            rep.id: len(await uow.weeks.kept(rep.id, monday, monday + _WEEK - _ONE_DAY))
            for rep in reps
            if rep.id in confirmed
        }
    return TeamWeek(
        monday=monday,
        last=_last_day(deps, monday),
        reps=tuple((rep, confirmed.get(rep.id), numbers.get(rep.id, 0)) for rep in reps),
    )


async def confirm(deps: Deps, rep: User, monday: date, today: date, now: datetime) -> None:
    """Mean a week: its visits stay as they are planned now. DomainError "not_found" for other weeks."""
    _check_week(deps, monday, today)
    ahead = await _load(deps, rep, today)
    days = await asyncio.to_thread(_days, deps, ahead, monday + _WEEK - _ONE_DAY)
    async with deps.db.write() as uow:
        await uow.weeks.confirm(rep.id, monday, now)
        await _keep_times(uow, rep, [monday], days, today, now)
        await uow.audit.add("week_confirmed", f"user:{rep.id}", now, user_id=rep.id)


async def reopen(deps: Deps, rep: User, monday: date, today: date, now: datetime) -> None:
    """Let the plan decide again about a week."""
    async with deps.db.write() as uow:
        await uow.weeks.reopen(rep.id, monday, today)
        await uow.audit.add("week_reopened", f"user:{rep.id}", now, user_id=rep.id)


async def move_days(deps: Deps, rep: User, customer_id: CustomerId, on: date, today: date) -> MoveOffered:
    """A visit of one's own plan, and the days for it. DomainError "not_found" without such a visit."""
    found = await one_day(deps, rep, None, today, on)
    stop = _stop(found.day, customer_id)
    if stop is None or stop.is_done or stop.is_appointment:
        raise DomainError("not_found")
    async with deps.db.read() as uow:
        off = await uow.leave.days_off(rep.id, today, today + AHEAD)
    last = first_monday(deps, today) + WEEKS * _WEEK - _ONE_DAY
    coming = [today + n * _ONE_DAY for n in range(1, (last - today).days + 1)]
    good = [day for day in coming if deps.calendar.is_working_day(day) and day not in off and day != on]
    near = sorted(good, key=lambda day: (abs((day - on).days), day))[:MOVE_DAYS]
    return MoveOffered(stop, tuple(sorted(near)))


async def move(
    deps: Deps, rep: User, customer_id: CustomerId, before: date, on: date, today: date, now: datetime
) -> Reason | None:
    """Move a visit of one's own plan to another day after today; why not, if it cannot be.

    DomainError "not_found" unless both days are in sight and the visit is planned.
    """
    offered = await move_days(deps, rep, customer_id, before, today)
    last = first_monday(deps, today) + WEEKS * _WEEK - _ONE_DAY
    if not today < on <= last or on == before:
        raise DomainError("not_found")
    ahead = await _load(deps, rep, today)
    found = ahead.situation
    wanted = _moved(found.wanted, customer_id, before, on)
    moved = _Ahead(situation=replace(found, wanted=wanted), stored=_less(ahead.stored, customer_id))
    refusal, days = await asyncio.to_thread(_try, deps, moved, offered.stop.customer.id, on, before)
    if refusal is not None:
        return refusal
    async with deps.db.write() as uow:
        await uow.weeks.move(rep.id, customer_id, before, on, now)
        if before == today:
            await uow.suggestions.answer(rep.id, customer_id, today, SuggestionState.DROPPED, now)
        settled = {monday_of(before), monday_of(on)} & found.settled.keys()
        await _keep_times(uow, rep, settled, days, today, now)
        detail = {"from": before.isoformat(), "to": on.isoformat()}
        await uow.audit.add("visit_moved", f"customer:{customer_id}", now, user_id=rep.id, detail=detail)
    return None


async def let_go(deps: Deps, rep: User, on: date) -> None:
    """Let the plan decide again about the visits that were moved to a day."""
    async with deps.db.write() as uow:
        await uow.weeks.let_go(rep.id, on)


def first_monday(deps: Deps, today: date) -> date:
    """The Monday of the week of the next working day, today included."""
    return monday_of(deps.calendar.add_working_days(today - _ONE_DAY, 1))


def _last_day(deps: Deps, monday: date) -> date:
    """The last working day of a week, its Sunday when there is none."""
    week = [monday + n * _ONE_DAY for n in range(6, -1, -1)]
    return next(filter(deps.calendar.is_working_day, week), week[0])


def _check_week(deps: Deps, monday: date, today: date) -> None:
    weeks, odd = divmod((monday - first_monday(deps, today)).days, 7)
    if odd or not 0 <= weeks < WEEKS:
        raise DomainError("not_found")


async def _load(deps: Deps, rep: User, today: date) -> _Ahead:
    async with deps.db.read() as uow:
        return _Ahead(
            situation=await situation_in(deps, uow, rep, today),
            stored=await uow.suggestions.of_day(rep.id, today),
        )


def _plans(deps: Deps, ahead: _Ahead, last: date) -> list[DayPlan]:
    """The plans up to `last`; today's only if none is stored."""
    found = ahead.situation
    own, planning = found.own_time, found.params.planning
    days = [found.today + n * _ONE_DAY for n in range((last - found.today).days + 1)]
    days = [day for day in days if deps.calendar.is_working_day(day) and day not in own.days_off]
    targets: Sequence[VisitTarget] = found.targets
    if ahead.stored is not None:
        days = [day for day in days if day != found.today]
        seen = {one.customer_id for one in ahead.stored.suggestions if one.state is SuggestionState.OPEN}
        targets = [after_visit(one, found.today) if one.customer.id in seen else one for one in targets]
        if days and days[0].month != found.today.month:
            targets = [in_new_month(one) for one in targets]
    wanted = wishes(
        found.wanted,
        found.settled.keys(),
        days,
        targets=targets,
        appointments=found.appointments,
        params=planning,
        calendar=deps.calendar,
    )
    return list(
        plan_week(
            targets,
            days=days,
            rep=own,
            params=found.params,
            calendar=deps.calendar,
            seed=found.seed,
            appointments=found.appointments,
            travel=travel_times(deps.osrm, planning.travel),
            kept=wanted.kept,
            without=wanted.without,
            order=wanted.order,
        )
    )


def _days(deps: Deps, ahead: _Ahead, last: date) -> list[WeekDay]:
    return _shown(deps, ahead, _plans(deps, ahead, last))


def _try(
    deps: Deps, ahead: _Ahead, customer_id: CustomerId, on: date, before: date
) -> tuple[Reason | None, list[WeekDay]]:
    """Why a visit cannot be on a day, or the days with it."""
    last = max(monday_of(on), monday_of(before)) + _WEEK - _ONE_DAY
    plans = _plans(deps, ahead, last)
    plan = next((one for one in plans if one.on == on), None)
    if plan is None:
        raise DomainError("not_found")
    if not any(stop.customer.id == customer_id for stop in plan.stops):
        left = next((one.reason for one in plan.left_out if one.customer_id == customer_id), None)
        return left or plan.barred.get(customer_id) or Reason("required_unreachable"), []
    broken = next((one.reason for one in plan.left_out if one.reason.code in _BROKEN), None)
    return broken, _shown(deps, ahead, plans)


def _shown(deps: Deps, ahead: _Ahead, plans: Iterable[DayPlan]) -> list[WeekDay]:
    """Plans as they are shown: today's as it is stored, and nothing on days off."""
    found = ahead.situation
    wanted = {(one.customer_id, one.on) for one in found.wanted}
    days = [_today(ahead)] if ahead.stored is not None else []
    days += [
        WeekDay(
            on=plan.on,
            value=plan.value,
            stops=tuple(
                Stop(
                    customer=stop.customer,
                    cell=stop.cell,
                    start=stop.start,
                    leave=stop.leave,
                    travel_minutes=stop.travel_minutes,
                    price=stop.price,
                    is_appointment=stop.appointment is not None,
                    is_kept=(stop.customer.id, plan.on) in wanted,
                )
                for stop in plan.stops
            ),
        )
        for plan in plans
    ]
    own, halves = found.own_time, usual_parts(deps)
    return [replace(day, free=_free(day, halves, own), half_off=own.halves_off.get(day.on)) for day in days]


def _today(ahead: _Ahead) -> WeekDay:
    """Today's plan as the rep has it."""
    found, stored = ahead.situation, ahead.stored
    targets = {target.customer.id: target for target in found.targets}
    fixed = {one.customer_id for one in found.appointments if one.on == found.today}
    wanted = {one.customer_id for one in found.wanted if one.on == found.today}
    stops = tuple(
        Stop(
            customer=targets[one.customer_id].customer,
            cell=one.cell,
            start=one.start,
            leave=one.leave,
            travel_minutes=one.travel_minutes,
            price=one.price,
            is_appointment=one.customer_id in fixed,
            is_kept=one.customer_id in wanted,
            is_done=one.state is SuggestionState.VISITED,
        )
        for one in (stored.suggestions if stored is not None else ())
        if one.state in _LISTED and one.customer_id in targets
    )
    way = found.params.planning.travel_price * sum(stop.travel_minutes for stop in stops)
    return WeekDay(on=found.today, stops=stops, value=sum(stop.price for stop in stops) - way)


def _free(day: WeekDay, halves: tuple[Part, Part], own: RepCalendar) -> tuple[int, ...]:
    """The halves that are worked and in which nobody is visited."""
    return tuple(
        number
        for number, ((opens, closes), half) in enumerate(zip(halves, Half, strict=True))
        if half is not own.halves_off.get(day.on)
        and max(opens, own.start) < min(closes, own.end)
        and not any(stop.start < closes and stop.leave > opens for stop in day.stops)
    )


def _week(deps: Deps, ahead: _Ahead, monday: date, days: Iterable[WeekDay], page: int) -> Week:
    """The working days of a week from today on, those off included."""
    planned = {day.on: day for day in days}
    off = ahead.situation.own_time.days_off
    shown = []
    for n in range(7):
        on = monday + n * _ONE_DAY
        if on in planned:
            shown.append(planned[on])
        elif on in off and on >= ahead.situation.today and deps.calendar.is_working_day(on):
            shown.append(WeekDay(on=on, is_off=True))
    return Week(
        rep=ahead.situation.rep,
        monday=monday,
        last=_last_day(deps, monday),
        page=page,
        days=tuple(shown),
        confirmed_at=ahead.situation.settled.get(monday),
        is_provisional=deps.calendar.is_provisional(monday.year),
    )


def _totals(found: Situation, days: Iterable[WeekDay], *, fresh: bool) -> Iterable[CellTotal]:
    """What comes of a month by cell, the cells with customers to visit; `fresh`: none is visited yet."""
    planned = Counter(stop.customer.id for day in days for stop in day.stops if not stop.is_done)
    for cell, cadence in found.params.cadence.cells.items():
        those = [one for one in found.targets if one.cell is cell and _is_visited(one.customer)]
        if not those:
            continue
        done = {one.customer.id: 0 if fresh else one.visits_this_month for one in those}
        yield CellTotal(
            cell=cell,
            customers=len(those),
            done=sum(done.values()),
            planned=sum(planned[number] for number in done),
            cadence=cadence,
            short=tuple(
                one.customer
                for one in those
                if done[one.customer.id] + planned[one.customer.id] < cadence.min
            ),
        )


def _is_visited(customer: Customer) -> bool:
    return customer.status is CustomerStatus.ACTIVE and not customer.is_no_see


def _stop(day: WeekDay, customer_id: CustomerId) -> Stop | None:
    return next((stop for stop in day.stops if stop.customer.id == customer_id), None)


def _moved(wanted: Iterable[Wish], customer_id: CustomerId, before: date, on: date) -> tuple[Wish, ...]:
    """The wishes with one visit on another day."""
    origin = next((one for one in wanted if (one.customer_id, one.on) == (customer_id, before)), None)
    others = [
        one for one in wanted if (one.customer_id, one.on) not in {(customer_id, before), (customer_id, on)}
    ]
    source = origin.moved_from if origin is not None and origin.moved_from is not None else before
    return (*others, Wish(customer_id, on, source))


def _less(stored: StoredPlan | None, customer_id: CustomerId) -> StoredPlan | None:
    """Today's plan without the visit that is moved away, if it is in it."""
    if stored is None:
        return None
    rest = (
        one
        for one in stored.suggestions
        if one.customer_id != customer_id or one.state is not SuggestionState.OPEN
    )
    return replace(stored, suggestions=tuple(rest))


async def _keep_times(
    uow: UnitOfWork, rep: User, mondays: Iterable[date], days: Iterable[WeekDay], today: date, now: datetime
) -> None:
    """Keep the visits of confirmed weeks from today on with the times that they have now."""
    weeks = set(mondays)
    planned = [day for day in days if monday_of(day.on) in weeks]
    every = [monday + n * _ONE_DAY for monday in weeks for n in range(7)]
    visits: dict[tuple[CustomerId, date], Times] = {
        (stop.customer.id, day.on): (stop.start, stop.leave)
        for day in planned
        for stop in day.stops
        if not stop.is_appointment
    }
    if weeks:
        await uow.weeks.keep_times(rep.id, [day for day in every if day >= today], visits, now)
