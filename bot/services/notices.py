"""What people want to be reminded of, at which hour, and when never."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_date
from bot.db.repositories.notices import Settled
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services.appointments import usual_parts, working_hours
from domain.errors import DomainError
from domain.people.model import Role, User
from domain.planning.absence import NEVER_AWAY
from domain.reminders.days import FURTHEST
from domain.reminders.hours import Pause
from domain.reminders.kinds import MANNERS, Manner, Reminder
from domain.reminders.params import ReminderParams
from domain.reminders.ruling import USUAL, Choice, Day


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder as it stands for a person; `at` is None for what does not come by the clock."""

    reminder: Reminder
    choice: Choice
    at: time | None

    @property
    def manner(self) -> Manner:
        return MANNERS[self.reminder]


@dataclass(frozen=True, slots=True)
class Overview:
    """All reminders of a person's role, and when nothing reminds them; None where that is never."""

    lines: Sequence[Line]
    quiet: Pause | None
    lunch: Pause | None

    def line(self, reminder: Reminder) -> Line:
        """One of the lines. DomainError "not_found" for a reminder of other roles."""
        found = next((one for one in self.lines if one.reminder is reminder), None)
        if found is None:
            raise DomainError("not_found")
        return found


async def overview(deps: Deps, viewer: User, today: date) -> Overview:
    """What reminds the viewer, and when."""
    async with deps.db.read() as uow:
        settled = await uow.notices.of_user(viewer.id)
    params = deps.library.notices.at(today)
    return Overview(
        lines=tuple(
            _line(reminder, settled, params)
            for reminder, manner in MANNERS.items()
            if viewer.role in manner.roles
        ),
        quiet=_quiet(settled, params),
        lunch=_lunch(settled, params),
    )


async def choose(deps: Deps, viewer: User, reminder: Reminder, choice: Choice, now: datetime) -> None:
    """Let a reminder be so from now on. DomainError "not_found" for what the viewer may not set so."""
    manner = MANNERS[reminder]
    is_ours = viewer.role in manner.roles and not manner.always
    if not is_ours or (choice.at is not None and manner.rhythm is None):
        raise DomainError("not_found")
    async with deps.db.write() as uow:
        await uow.notices.choose(viewer.id, reminder, choice, now)


async def set_quiet(deps: Deps, viewer: User, pause: Pause) -> None:
    """Let nothing remind the viewer at night; with equal times there is no night."""
    async with deps.db.write() as uow:
        await uow.notices.pause(viewer.id, quiet_start=pause.start, quiet_end=pause.end)


async def set_lunch(deps: Deps, viewer: User, pause: Pause) -> None:
    """Let nothing remind the viewer at lunch; with equal times there is no break."""
    async with deps.db.write() as uow:
        await uow.notices.pause(viewer.id, lunch_start=pause.start, lunch_end=pause.end)


async def standing(
    deps: Deps, uow: UnitOfWork, viewer: User, reminder: Reminder, now: datetime
) -> tuple[Choice, Day]:
    """What a person has set for a reminder, and how their day is on which it would come."""
    zone = viewer.time_zone or deps.settings.time_zone
    today = local_date(now, zone)
    params, settled = deps.library.notices.at(today), await uow.notices.of_user(viewer.id)
    away, begins = NEVER_AWAY, deps.library.planning.at(today).hours.start
    if viewer.role is Role.REP:
        away = await uow.leave.away(viewer.id, today, today + timedelta(days=FURTHEST))
        begins, _ends = await working_hours(deps, uow, viewer.id, today)
    pauses = (_quiet(settled, params), _lunch(settled, params))
    return settled.choices.get(reminder, USUAL), Day(
        zone=zone,
        begins=begins,
        pauses=tuple(one for one in pauses if one is not None),
        halves=usual_parts(deps),
        away=away,
    )


def day_began(day: Day, now: datetime) -> datetime:
    """When a person's own day began."""
    return now.astimezone(ZoneInfo(day.zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _line(reminder: Reminder, settled: Settled, params: ReminderParams) -> Line:
    choice = settled.choices.get(reminder, USUAL)
    return Line(reminder, choice, choice.at or params.hours.get(reminder))


def _quiet(settled: Settled, params: ReminderParams) -> Pause | None:
    return _real(settled.quiet or params.quiet.pause)


def _lunch(settled: Settled, params: ReminderParams) -> Pause | None:
    return _real(settled.lunch or params.lunch.pause)


def _real(pause: Pause) -> Pause | None:
    return None if pause.start == pause.end else pause
