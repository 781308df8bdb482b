"""What a person can be reminded of, and how each reminder behaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import WorkingCalendar
from domain.people.model import Role
from domain.planning.absence import NEVER_AWAY, Away
from domain.reminders.days import is_first_of_week, is_last_of_month, is_last_of_week, is_worked


class Reminder(StrEnum):
    """One line of a person's settings. What has no line of its own is news."""

    MORNING = "morning"
    NUDGE = "nudge"
    SLIPPING = "slipping"
    APPOINTMENT = "appointment"
    PROMISES = "promises"
    SCENARIO = "scenario"
    WEEK = "week"
    REVIEW = "review"
    DIGEST = "digest"
    MISSED = "missed"
    WAITING = "waiting"
    LEDGER = "ledger"
    SAFETY = "safety"
    NEWS = "news"


class Rhythm(StrEnum):
    """On which of a person's working days a reminder by the clock is due."""

    DAILY = "daily"
    WEEK_BEGINS = "week_begins"
    WEEK_ENDS = "week_ends"
    MONTH_ENDS = "month_ends"

    def holds(self, day: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> bool:
        """Whether a day is one of those for somebody who is away then."""
        match self:
            case Rhythm.DAILY:
                return is_worked(day, calendar, away)
            case Rhythm.WEEK_BEGINS:
                return is_first_of_week(day, calendar, away)
            case Rhythm.WEEK_ENDS:
                return is_last_of_week(day, calendar, away)
            case Rhythm.MONTH_ENDS:
                return is_last_of_month(day, calendar, away)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a reminder behaves.

    `rhythm`: it comes by the clock, at an hour that each person may move; None: when something happens.
    `sounds`: the phone may sound, unless it is muted.
    `waits`: in quiet hours and at lunch it is held back; else it goes out, without a sound. `keeps`: whoever
    is away gets it afterwards. `always`: it cannot be muted or switched off and knows no leave.
    """

    roles: frozenset[Role]
    rhythm: Rhythm | None = None
    sounds: bool = False
    waits: bool = True
    keeps: bool = False
    always: bool = False


_REPS = frozenset({Role.REP})
_MANAGERS = frozenset({Role.MANAGER})
_EVERYONE = frozenset(Role)

MANNERS: Mapping[Reminder, Manner] = {
    Reminder.MORNING: Manner(roles=_REPS, rhythm=Rhythm.DAILY),
    Reminder.APPOINTMENT: Manner(roles=_REPS, sounds=True, waits=False),
    Reminder.PROMISES: Manner(roles=_REPS, rhythm=Rhythm.DAILY),
    Reminder.SLIPPING: Manner(roles=_REPS, rhythm=Rhythm.DAILY),
    Reminder.SCENARIO: Manner(roles=_REPS | _MANAGERS, rhythm=Rhythm.DAILY),
    Reminder.NUDGE: Manner(roles=_REPS, rhythm=Rhythm.DAILY, sounds=True),
    Reminder.WEEK: Manner(roles=_REPS, rhythm=Rhythm.WEEK_ENDS),
    Reminder.REVIEW: Manner(roles=_REPS, rhythm=Rhythm.MONTH_ENDS),
    Reminder.DIGEST: Manner(roles=_MANAGERS, rhythm=Rhythm.WEEK_BEGINS, sounds=True),
    Reminder.MISSED: Manner(roles=_MANAGERS, rhythm=Rhythm.DAILY),
    Reminder.WAITING: Manner(roles=_MANAGERS, rhythm=Rhythm.DAILY),
    Reminder.LEDGER: Manner(roles=frozenset({Role.ADMIN}), rhythm=Rhythm.DAILY),
    Reminder.NEWS: Manner(roles=_EVERYONE, keeps=True),
    Reminder.SAFETY: Manner(roles=_EVERYONE, sounds=True, waits=False, always=True),
}
"""In the order in which the settings show them."""


def reminder_of(code: str) -> Reminder:
    """The line of the settings that a notice follows."""
    return Reminder(code) if code in set(Reminder) else Reminder.NEWS
