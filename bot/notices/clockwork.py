"""What is owed by the clock: each reminder at its hour, to whom it is due on that day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import local_date
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from domain.calendar import last_of_month
from domain.ids import UserId
from domain.planning.absence import Away
from domain.reminders.days import week_told
from domain.reminders.hours import moment
from domain.reminders.kinds import MANNERS, Reminder, Rhythm

PORTION = 1000
"""People to whom something is owed in one go: answers to taps must not wait long to be stored."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One reminder on one day in one time zone (None: the company's)."""

    reminder: Reminder
    rhythm: Rhythm
    zone: str | None
    on: date


async def due(deps: Deps, now: datetime) -> None:
    """Owe everybody what their hour has come for, today and yesterday.

    Yesterday's, where nobody owed it then because nothing ran, is found to be late when it is sent.
    """
    from bot.notices.registry import NOTICES  # which knows this module

    reminders = [reminder for reminder in Reminder if reminder.value in NOTICES]
    async with deps.db.read() as uow:
        look = await _Look.of(deps, uow)
        turns = [
            each
            for zone in await uow.notices.zones()
            for each in _turns(reminders, zone, _two_days(_today(deps, zone, now)))
        ]
        found = [(each, await look.people(each, now)) for each in turns]
    for each, people in found:
        await _owe(deps, each, people)


async def lists_ahead(deps: Deps, now: datetime, until: datetime) -> list[tuple[UserId, date]]:
    """The reps to whom the list of a day is not owed yet and will be until then, and that day."""
    found = []
    async with deps.db.read() as uow:
        look = await _Look.of(deps, uow)
        for zone in await uow.notices.zones():
            days = sorted({_today(deps, zone, now), _today(deps, zone, until)})
            for each in _turns([Reminder.MORNING], zone, days):
                found += [(person, each.on) for person, _at in await look.people(each, until)]
    return found


def _today(deps: Deps, zone: str | None, now: datetime) -> date:
    return local_date(now, zone or deps.settings.time_zone)


def _two_days(today: date) -> tuple[date, date]:
    return today - _ONE_DAY, today


def _turns(reminders: Sequence[Reminder], zone: str | None, days: Sequence[date]) -> Iterator[_Turn]:
    for reminder in reminders:
        rhythm = MANNERS[reminder].rhythm
        if rhythm is not None:
            yield from (_Turn(reminder, rhythm, zone, on) for on in days)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look into the database. `moved` are the reminders that anybody has at an hour of their own."""

    deps: Deps
    uow: UnitOfWork
    moved: frozenset[Reminder]
    away: dict[date, Mapping[UserId, Away]]

    @classmethod
    async def of(cls, deps: Deps, uow: UnitOfWork) -> "_Look":
        return cls(deps, uow, frozenset(await uow.notices.moved()), {})

    async def people(self, each: _Turn, until: datetime) -> list[tuple[UserId, datetime]]:
        """To whom it is not owed yet and will be due until then, and when."""
        deps = self.deps
        usual, zone = (
            deps.library.notices.at(each.on).hours[each.reminder],
            each.zone or deps.settings.time_zone,
        )
        is_early = moment(each.on, usual, zone) > until
        if is_early and each.reminder not in self.moved:
            return []
        of_all = each.rhythm.holds(each.on, deps.calendar)
        otherwise = {
            person
            for person, away in (await self._away(each.on)).items()
            if each.rhythm.holds(each.on, deps.calendar, away) != of_all
        }
        if not of_all and not otherwise:
            return []
        subject, day = _occurrence(deps, each)
        candidates = await self.uow.notices.not_owed(
            each.reminder,
            each.zone,
            subject=subject,
            on=day,
            moved=is_early,
            among=None if of_all else otherwise,
        )
        hours = [
            (one, moment(each.on, one.at or usual, zone))
            for one in candidates
            if not of_all or one.user_id not in otherwise
        ]
        return [(one.user_id, at) for one, at in hours if one.since <= at <= until]

    async def _away(self, on: date) -> Mapping[UserId, Away]:
        """When reps are away in the week and the month of a day."""
        if on not in self.away:
            first = min(on.replace(day=1), on - timedelta(days=on.weekday()))
            last = max(last_of_month(on), on + timedelta(days=6 - on.weekday()))
            leaves = await self.uow.notices.leaves(first, last)
            self.away[on] = {rep: Away.of(those, first, last) for rep, those in leaves.items()}
        return self.away[on]


async def _owe(deps: Deps, each: _Turn, people: list[tuple[UserId, datetime]]) -> None:
    subject, day = _occurrence(deps, each)
    for start in range(0, len(people), PORTION):
        async with deps.db.write() as uow:
            portion = people[start : start + PORTION]
            await uow.outbox.owe_all(each.reminder.value, portion, subject=subject, on=day)


def _occurrence(deps: Deps, each: _Turn) -> tuple[str, date]:
    """What tells one occurrence from the others: a weekly digest is that of the week it is about."""
    if each.reminder is not Reminder.DIGEST:
        return "", each.on
    monday = week_told(each.on, deps.calendar)
    return "{}-W{:02}".format(*monday.isocalendar()), monday
