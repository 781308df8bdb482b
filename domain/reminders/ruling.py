"""Whether something may be said to a person now, and whether their phone may sound."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from domain.calendar import WorkingCalendar
from domain.customers.half_days import Part
from domain.planning.absence import NEVER_AWAY, Away
from domain.reminders.days import is_worked
from domain.reminders.hours import Pause, free_from
from domain.reminders.kinds import Manner


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has set for one reminder; `at` None is the usual hour."""

    is_on: bool = True
    is_silent: bool = False
    at: time | None = None


USUAL = Choice()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A person's own day: `begins` is when work does, `halves` are the usual morning and afternoon."""

    zone: str
    begins: time
    pauses: tuple[Pause, ...]
    halves: tuple[Part, Part]
    away: Away = NEVER_AWAY


def comes_at(manner: Manner, day: Day, now: datetime, calendar: WorkingCalendar) -> datetime | None:
    """From when on it may go out, `now` at the earliest; None when it is not said at all."""
    if manner.always:
        return now
    local = now.astimezone(ZoneInfo(day.zone))
    if not manner.waits:
        return None if day.away.is_away(local, day.halves) else now
    if not manner.keeps and local.date() in day.away.days:
        return None
    return free_from(
        now,
        day.zone,
        day.pauses,
        works=lambda on: is_worked(on, calendar, day.away),
        off=lambda on: _halves_off(day, on),
    )


def sounds(day: Day, choice: Choice, now: datetime, *, already: int, most: int) -> bool:
    """Whether the phone may sound: after work has begun, in no pause, and not too often a day."""
    clock = now.astimezone(ZoneInfo(day.zone)).time()
    is_quiet = clock < day.begins or any(pause.holds(clock) for pause in day.pauses)
    return not choice.is_silent and not is_quiet and already < most


def _halves_off(day: Day, on: date) -> Iterable[Pause]:
    return [Pause(one.start, one.end) for one in day.away.blocked(day.halves) if one.on == on]
