"""Buttons answered by `bot.handlers.notices`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.callbacks import Callback, button
from domain.reminders.kinds import Reminder


class PauseKind(StrEnum):
    """A time of the day in which nothing reminds a person."""

    QUIET = "q"
    LUNCH = "l"


@button("nr1")
@dataclass(frozen=True, slots=True)
class ShowReminders(Callback):
    """What arrives by itself, and when."""


@button("nk1")
@dataclass(frozen=True, slots=True)
class ShowReminder(Callback):
    """One of the reminders."""

    reminder: Reminder


@button("nt1")
@dataclass(frozen=True, slots=True)
class SetReminder(Callback):
    """Switch a reminder on or off, with or without a sound."""

    reminder: Reminder
    is_on: bool
    is_silent: bool


@button("nh1")
@dataclass(frozen=True, slots=True)
class SetReminderHour(Callback):
    """Move a reminder to another time (a minute of the day)."""

    reminder: Reminder
    minute: int


@button("np1")
@dataclass(frozen=True, slots=True)
class AskPause(Callback):
    """When a pause begins, or, once that is known (a minute of the day), when it ends."""

    pause: PauseKind
    start: int | None = None


@button("ns1")
@dataclass(frozen=True, slots=True)
class SetPause(Callback):
    """A pause in minutes of the day; none when they are equal."""

    pause: PauseKind
    start: int
    end: int
