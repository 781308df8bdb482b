"""A rep's time: told day by day or week by week, looked at, and what could be done better."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import local_date
from bot.db.repositories.timelog import VisitFact
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services.day import team
from domain.coverage.ratio import Ratio
from domain.customers.model import Customer
from domain.errors import DomainError
from domain.people.model import User
from domain.planning.absence import Away
from domain.planning.appointments import receiving
from domain.planning.model import Appointment
from domain.planning.wishes import monday_of
from domain.timelog.habits import Habit, Occasion, PlannedWeek, TimeParams, Tip, measure, tips
from domain.timelog.split import Split
from domain.timelog.weeks import TimeEntry, spread_days, spread_week

_ONE_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DayTold:
    """A day with what was told of it, and what was told of the day before it."""

    on: date
    entry: TimeEntry | None
    last: Split | None

    @property
    def split(self) -> Split:
        return self.entry.split if self.entry else Split()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTold:
    """A week to today: what was told by day, the days that share what is told of the whole, the week before.

    Without `shared` days the week cannot be told as a whole any more.
    """

    monday: date
    days: Sequence[date]
    entries: Mapping[date, TimeEntry]
    shared: Sequence[date]
    last: Split

    @property
    def split(self) -> Split:
        return Split.total(entry.split for entry in self.entries.values())


@dataclass(frozen=True, slots=True)
class WeekSum:
    """A week's time, and of how many days it was told (for a team: of how many reps)."""

    monday: date
    split: Split
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeView:
    """A rep's weeks, the oldest first, the sum of them, and the tips that follow from the rep's data."""

    weeks: tuple[WeekSum, ...]
    params: TimeParams
    tips: tuple[Tip, ...]

    @property
    def whole(self) -> Split:
        return Split.total(week.split for week in self.weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTime:
    """A team's weeks; one that too few reps have told of is empty."""

    weeks: tuple[WeekSum, ...]
    params: TimeParams
    reps: int

    @property
    def whole(self) -> Split:
        return Split.total(week.split for week in self.weeks)


def params(deps: Deps, today: date) -> TimeParams:
    """The numbers that hold on a day."""
    return deps.library.timelog.at(today)


def last_working_day(deps: Deps, today: date) -> date:
    """The working day before today."""
    day = today - _ONE_DAY
    while not deps.calendar.is_working_day(day):
        day -= _ONE_DAY
    return day


async def day(deps: Deps, rep: User, on: date, today: date) -> DayTold:
    """A day of one's own. DomainError "time_day" for days that cannot be told."""
    _check_day(deps, on, today)
    async with deps.db.read() as uow:
        entry = (await uow.timelog.of_rep(rep.id, on, on)).get(on)
        return DayTold(on, entry, await uow.timelog.last_before(rep.id, on))


async def tell_day(deps: Deps, rep: User, on: date, split: Split, *, today: date, now: datetime) -> None:
    """Keep a day's time; no time at all forgets it. DomainError "time_day", "time_too_long"."""
    _check_day(deps, on, today)
    _check_length(split, params(deps, today).longest)
    async with deps.db.write() as uow:
        await uow.timelog.put(rep.id, on, TimeEntry(split), now)


async def week(deps: Deps, rep: User, monday: date, today: date) -> WeekTold:
    """A week of one's own. DomainError "time_day" for weeks that cannot be told."""
    _check_week(deps, monday, today)
    async with deps.db.read() as uow:
        return await _week(deps, uow, rep, monday, today)


async def tell_week(deps: Deps, rep: User, monday: date, split: Split, *, today: date, now: datetime) -> None:
    """Keep a week's time: the days that were not told one by one share what is beyond them.

    DomainError as in `tell_day`.
    """
    _check_week(deps, monday, today)
    async with deps.db.write() as uow:
        told = await _week(deps, uow, rep, monday, today)
        _check_length(split, params(deps, today).longest * max(1, len(told.days)))
        for on, part in spread_week(split, told.shared, told.entries).items():
            await uow.timelog.put(rep.id, on, TimeEntry(part, is_spread=True), now)


async def view(deps: Deps, rep: User, today: date) -> TimeView:
    """One's own weeks with at most two tips."""
    numbers = params(deps, today)
    mondays = _mondays(numbers, today)
    async with deps.db.read() as uow:
        entries = await uow.timelog.of_rep(rep.id, mondays[0], today)
    measures = await habits(deps, rep, today)
    return TimeView(
        weeks=tuple(_sum(monday, entries) for monday in mondays),
        params=numbers,
        tips=tips(measures, numbers),
    )


async def team_view(deps: Deps, viewer: User, today: date) -> TeamTime:
    """The weeks of all reps in the viewer's sight, added up; never one rep's alone."""
    numbers = params(deps, today)
    mondays = _mondays(numbers, today)
    reps = await team(deps, viewer)
    async with deps.db.read() as uow:
        entries = await uow.timelog.of_reps([rep.id for rep in reps], mondays[0], today)
    weeks = []
    for monday in mondays:
        sums = [one for told in entries.values() if (one := _sum(monday, told)).told]
        enough = len(sums) >= numbers.least_reps
        weeks.append(
            WeekSum(monday, Split.total(one.split for one in sums) if enough else Split(), len(sums))
        )
    return TeamTime(weeks=tuple(weeks), params=numbers, reps=len(reps))


async def habits(deps: Deps, rep: User, today: date) -> Mapping[Habit, Ratio]:
    """What the rep's own data say about the habits, over the days before today."""
    first, last = today - timedelta(days=params(deps, today).habit_days), today - _ONE_DAY
    zone = rep.time_zone or deps.settings.time_zone
    async with deps.db.read() as uow:
        entries = await uow.timelog.of_rep(rep.id, first, last)
        facts = await uow.timelog.visits(rep.id, first, last)
        booked = await uow.appointments.booked(rep.id, first, last)
        customers = {one.customer.id: one.customer for one in await uow.visits.targets(rep.id, today)}
        away = await uow.leave.away(rep.id, first, last)
        confirmed = await uow.weeks.confirmed_weeks(rep.id, monday_of(first))
    agreed = {
        (one.appointment.customer_id, one.appointment.on): one.appointment for one in booked if not one.is_off
    }
    visits = [
        _occasion(one, customers[one.customer_id], agreed.get((one.customer_id, one.on)))
        for one in facts
        if one.customer_id in customers
    ]
    weeks = [
        PlannedWeek(days[0], local_date(confirmed[monday], zone) if monday in confirmed else None)
        for monday in _whole_weeks(first, last)
        if (days := _field_days(deps, away, monday, last))
    ]
    return measure(Split.total(one.split for one in entries.values()), visits, weeks)


def _occasion(fact: VisitFact, customer: Customer, appointment: Appointment | None) -> Occasion:
    """A visit as the habits count it; without an appointment its day alone says if the time was good."""
    windows = receiving(customer)
    fits = (
        one.weekday == fact.on.weekday() and (appointment is None or one.start <= appointment.start < one.end)
        for one in windows
    )
    return Occasion(
        on=fact.on,
        met=fact.met,
        by_appointment=appointment is not None,
        next_agreed=fact.next_on is not None,
        at_best_time=any(fits) if windows else None,
    )


async def _week(deps: Deps, uow: UnitOfWork, rep: User, monday: date, today: date) -> WeekTold:
    last = min(monday + _WEEK - _ONE_DAY, today)
    entries = await uow.timelog.of_rep(rep.id, monday, last)
    before = await uow.timelog.of_rep(rep.id, monday - _WEEK, monday - _ONE_DAY)
    days = _field_days(deps, await uow.leave.away(rep.id, monday, last), monday, last)
    return WeekTold(
        monday=monday,
        days=days,
        entries=entries,
        shared=spread_days(days, entries),
        last=Split.total(entry.split for entry in before.values()),
    )


def _field_days(deps: Deps, away: Away, monday: date, last: date) -> list[date]:
    """The days of a week, up to `last`, on which the rep works."""
    days = (monday + n * _ONE_DAY for n in range(7))
    return [one for one in days if one <= last and deps.calendar.is_working_day(one) and one not in away.days]


def _mondays(numbers: TimeParams, today: date) -> list[date]:
    this = monday_of(today)
    return [this - n * _WEEK for n in reversed(range(numbers.weeks_shown))]


def _whole_weeks(first: date, last: date) -> list[date]:
    """The Mondays from `first` to `last`."""
    monday = monday_of(first - _ONE_DAY) + _WEEK
    return [monday + n * _WEEK for n in range((last - monday).days // 7 + 1)] if monday <= last else []


def _sum(monday: date, entries: Mapping[date, TimeEntry]) -> WeekSum:
    told = [entry.split for on, entry in entries.items() if monday_of(on) == monday]
    return WeekSum(monday, Split.total(told), len(told))


def _check_day(deps: Deps, on: date, today: date) -> None:
    if not 0 <= (today - on).days <= params(deps, today).days_back:
        raise DomainError("time_day", days=params(deps, today).days_back)


def _check_week(deps: Deps, monday: date, today: date) -> None:
    if monday != monday_of(monday):
        raise DomainError("not_found")
    _check_day(deps, monday, today)


def _check_length(split: Split, longest: int) -> None:
    if split.all > longest:
        raise DomainError("time_too_long", hours=longest // 60)
