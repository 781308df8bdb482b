"""What arrives by itself: each reminder can be moved, muted and switched off; quiet hours and lunch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time

from bot.buttons.home import ShowSettings
from bot.buttons.notices import (
    AskPause,
    PauseKind,
    SetPause,
    SetReminder,
    SetReminderHour,
    ShowReminder,
    ShowReminders,
)
from bot.handlers.home import home_row
from bot.render.notices import REMINDERS
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import notices
from bot.services.notices import Line
from bot.turn import Turn
from domain.errors import DomainError
from domain.reminders.hours import Pause
from domain.reminders.kinds import Reminder

routes = Routes()

STEPS = (-60, -15, 15, 60)  # minutes
DAY = 24 * 60
STARTS: Mapping[PauseKind, Sequence[int]] = {
    PauseKind.QUIET: range(18 * 60, 23 * 60 + 1, 30),
    PauseKind.LUNCH: range(11 * 60, 13 * 60 + 31, 30),
}
ENDS: Mapping[PauseKind, Sequence[int]] = {
    PauseKind.QUIET: range(6 * 60, 9 * 60 + 1, 30),
    PauseKind.LUNCH: range(12 * 60, 15 * 60, 30),
}
IN_ROW = 4


@routes.on(ShowReminders)
async def show_reminders(turn: Turn, _at: ShowReminders) -> Screen:
    """A button for each, with how it stands."""
    _ = turn.words._
    found = await notices.overview(turn.deps, turn.viewer, turn.today)
    rows = [
        [Button(f"{_mark(one)} {_(REMINDERS[one.reminder].name)}", ShowReminder(one.reminder))]
        for one in found.lines
    ]
    rows.append(
        [Button(_("Quiet hours"), AskPause(PauseKind.QUIET)), Button(_("Lunch"), AskPause(PauseKind.LUNCH))]
    )
    rows.append([Button(_("Settings"), ShowSettings()), *home_row(turn)])
    most = turn.deps.library.notices.at(turn.today).sounds
    return Screen(turn.text("reminders", found=found, most=most, zone_name=turn.zone), rows)


@routes.on(ShowReminder)
async def show_reminder(turn: Turn, at: ShowReminder) -> Screen:
    """What it is, when it comes, and what can be changed."""
    _ = turn.words._
    line = await _line(turn, at.reminder)
    rows: list[list[Button]] = []
    if line.at is not None and line.choice.is_on:
        rows.append([_moved(line, minutes) for minutes in STEPS])
    if not line.manner.always:
        rows.append(_switches(turn, line))
    rows.append([Button(_("Reminders"), ShowReminders()), *home_row(turn)])
    return Screen(turn.text("reminder", line=line, about=REMINDERS[at.reminder]), rows)


@routes.on(SetReminder)
async def set_reminder(turn: Turn, at: SetReminder) -> Screen:
    """Keep it, and show the reminder as it stands."""
    line = await _line(turn, at.reminder)
    choice = replace(line.choice, is_on=at.is_on, is_silent=at.is_silent)
    await notices.choose(turn.deps, turn.viewer, at.reminder, choice, turn.now)
    return replace(await show_reminder(turn, ShowReminder(at.reminder)), toast=turn.words._("Saved"))


@routes.on(SetReminderHour)
async def set_reminder_hour(turn: Turn, at: SetReminderHour) -> Screen:
    """Keep the hour, from the next time on."""
    line = await _line(turn, at.reminder)
    choice = replace(line.choice, at=_time(at.minute))
    await notices.choose(turn.deps, turn.viewer, at.reminder, choice, turn.now)
    return replace(await show_reminder(turn, ShowReminder(at.reminder)), toast=turn.words._("Saved"))


@routes.on(AskPause)
async def ask_pause(turn: Turn, at: AskPause) -> Screen:
    """First when it begins, then when it ends."""
    _ = turn.words._
    begin = at.start
    if begin is None:
        buttons = [Button(_clock(each), AskPause(at.pause, each)) for each in STARTS[at.pause]]
    else:
        over_midnight = at.pause is PauseKind.QUIET
        ends = [each for each in ENDS[at.pause] if over_midnight or each > begin]
        buttons = [Button(_clock(each), SetPause(at.pause, begin, each)) for each in ends]
    rows = [buttons[i : i + IN_ROW] for i in range(0, len(buttons), IN_ROW)]
    none = _("No quiet hours") if at.pause is PauseKind.QUIET else _("No lunch break")
    rows.append([Button(none, SetPause(at.pause, 0, 0))])
    rows.append([Button(_("Back"), ShowReminders()), *home_row(turn)])
    start = None if begin is None else _time(begin)
    return Screen(turn.text("pause", is_quiet=at.pause is PauseKind.QUIET, start=start), rows)


@routes.on(SetPause)
async def set_pause(turn: Turn, at: SetPause) -> Screen:
    """Keep it."""
    keep = notices.set_quiet if at.pause is PauseKind.QUIET else notices.set_lunch
    await keep(turn.deps, turn.viewer, Pause(_time(at.start), _time(at.end)))
    return replace(await show_reminders(turn, ShowReminders()), toast=turn.words._("Saved"))


async def _line(turn: Turn, reminder: Reminder) -> Line:
    return (await notices.overview(turn.deps, turn.viewer, turn.today)).line(reminder)


def _switches(turn: Turn, line: Line) -> list[Button]:
    _ = turn.words._
    if line.manner.sounds:
        ways = [(_("With sound"), True, False), (_("Silent"), True, True)]
    else:
        ways = [(_("On"), True, line.choice.is_silent)]
    ways.append((_("Off"), False, line.choice.is_silent))
    now = line.choice.is_on, line.choice.is_silent
    return [
        Button(
            f"✓ {label}" if (is_on, is_silent) == now else label,
            SetReminder(line.reminder, is_on, is_silent),
        )
        for label, is_on, is_silent in ways
    ]


def _moved(line: Line, minutes: int) -> Button:
    at = line.at or time.min
    label = f"{'−' if minutes < 0 else '+'}{abs(minutes)}"
    return Button(label, SetReminderHour(line.reminder, (at.hour * 60 + at.minute + minutes) % DAY))


def _mark(line: Line) -> str:
    if not line.choice.is_on:
        return "–"
    return f"{line.at:%H:%M}" if line.at is not None else "✓"


def _time(minute: int) -> time:
    if not 0 <= minute < DAY:
        raise DomainError("hours_wrong")
    return time(*divmod(minute, 60))


def _clock(minute: int) -> str:
    return f"{_time(minute):%H:%M}"
