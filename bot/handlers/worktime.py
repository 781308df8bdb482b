"""A rep's own time: working hours, where the day begins, leave, and the phone's calendar."""

from calendar import Calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

from bot.buttons.appointments import ShowAppointments
from bot.buttons.home import ShowSettings
from bot.buttons.timelog import ShowTime
from bot.buttons.worktime import (
    AskBase,
    AskHours,
    AskLeave,
    DropLeave,
    EndCalendarAddress,
    NewCalendarAddress,
    SendCalendar,
    SetBase,
    SetHours,
    ShowCalendar,
    ShowOwnTime,
    TakeLeave,
)
from bot.callbacks import Callback
from bot.db.values import Purpose
from bot.handlers.home import home_row
from bot.render.catalogues import marked
from bot.routes import Routes
from bot.screens import Attachment, Button, Screen, page_of, page_row
from bot.services import awaiting, calendars, worktime
from bot.turn import Turn
from domain.calendar import last_of_month
from domain.errors import DomainError
from domain.ids import InstitutionId, LeaveId
from domain.people.model import Role
from domain.planning.absence import LeaveKind
from domain.planning.model import Half

routes = Routes()

REPS = frozenset({Role.REP})
PAGE = 8
STARTS = range(7 * 60, 11 * 60, 30)  # minutes of the day that are offered
ENDS = range(15 * 60, 21 * 60, 30)
FREE = "·"  # around a day that is not worked anyway
BLANK = "–"  # a button needs some text
LEAVES = {LeaveKind.OFF: marked("Day off"), LeaveKind.TRAINING: marked("Training")}
HALVES = {None: marked("All day"), Half.MORNING: marked("Mornings"), Half.AFTERNOON: marked("Afternoons")}
CALENDAR_FILE = "ninebox.ics"


@routes.on(ShowOwnTime, REPS)
async def show_own_time(turn: Turn, _at: ShowOwnTime) -> Screen:
    """Working hours, where the day begins, and leave."""
    _ = turn.words._
    own = await worktime.own_time(turn.deps, turn.viewer, turn.today)
    rows = [
        [Button(_("Working hours"), AskHours()), Button(_("Where my day begins"), AskBase())],
        [
            Button(_("Days off, training"), AskLeave(turn.today.replace(day=1))),
            Button(_("Where my time goes"), ShowTime()),
        ],
    ]
    rows += [
        [
            Button(
                _("Work after all: %(days)s", days=_span(turn, one.leave.first, one.leave.last)),
                DropLeave(one.leave.id),
            )
        ]
        for one in own.leaves[:PAGE]
    ]
    rows.append([Button(_("Appointments"), ShowAppointments()), Button(_("Settings"), ShowSettings())])
    rows.append(home_row(turn))
    return Screen(turn.text("own_time", own=own), rows)


@routes.on(AskHours, REPS)
async def ask_hours(turn: Turn, at: AskHours) -> Screen:
    """First the beginning of the day, then its end."""
    begin = at.start
    if begin is None:
        buttons = [Button(_clock(minute), AskHours(minute)) for minute in STARTS]
    else:
        buttons = [Button(_clock(minute), SetHours(begin, minute)) for minute in ENDS]
    rows = [buttons[at : at + 4] for at in range(0, len(buttons), 4)]
    rows.append([Button(turn.words._("Back"), ShowOwnTime()), *home_row(turn)])
    return Screen(turn.text("hours", start=None if begin is None else _clock(begin)), rows)


@routes.on(SetHours, REPS)
async def set_hours(turn: Turn, at: SetHours) -> Screen:
    """Keep the working hours."""
    if not at.start < at.end < 24 * 60:
        raise DomainError("hours_wrong")
    await worktime.set_hours(turn.deps, turn.viewer, _time(at.start), _time(at.end))
    return replace(await show_own_time(turn, ShowOwnTime()), toast=turn.words._("Saved"))


@routes.on(AskBase, REPS)
async def ask_base(turn: Turn, at: AskBase) -> Screen:
    """The hospitals of the rep's customers; a place sent from the map is taken as well."""
    _ = turn.words._
    await awaiting.ask(turn.deps, turn.viewer, Purpose.DAY_START, turn.viewer.id, "", turn.now)
    hospitals = await worktime.hospitals(turn.deps, turn.viewer)
    shown, page, pages = page_of(hospitals, at.page, PAGE)
    rows = [[Button(one.name[:60], SetBase(one.id))] for one in shown]
    rows += page_row(page, pages, AskBase)
    rows.append([Button(_("At my first visit"), SetBase(None))])
    rows.append([Button(_("Back"), ShowOwnTime()), *home_row(turn)])
    return Screen(turn.text("base"), rows)


@routes.on(SetBase, REPS)
async def set_base(turn: Turn, at: SetBase) -> Screen:
    """Keep the hospital at which the day begins."""
    hospital = None if at.institution is None else InstitutionId(at.institution)
    await worktime.begin_at_hospital(turn.deps, turn.viewer, hospital)
    return replace(await show_own_time(turn, ShowOwnTime()), toast=turn.words._("Saved"))


async def begins_at(turn: Turn, lat: float, lon: float) -> Screen:
    """A place from the map, as an answer to `ask_base`."""
    await worktime.begin_at(turn.deps, turn.viewer, lat, lon)
    return await show_own_time(turn, ShowOwnTime())


@routes.on(AskLeave, REPS)
async def ask_leave(turn: Turn, at: AskLeave) -> Screen:
    """A month to tap the first day away in, then the last; leave or training, whole days or halves."""
    _ = turn.words._
    first = at.first
    earliest = first or turn.today.replace(day=1)
    if abs((earliest - turn.today).days) > worktime.LONGEST_LEAVE:
        raise DomainError("leave_wrong")
    latest = earliest + timedelta(days=worktime.LONGEST_LEAVE)
    month = min(max(at.month, earliest), latest).replace(day=1)

    def pick(day: date) -> Callback:
        if first is None:
            return replace(at, month=month, first=day)
        return TakeLeave(first, day, at.kind, at.half)

    rows = [
        [Button(_tick(_(word), on=at.kind is kind), replace(at, kind=kind)) for kind, word in LEAVES.items()],
        [Button(_tick(_(word), on=at.half is half), replace(at, half=half)) for half, word in HALVES.items()],
        *_month_rows(turn, month, earliest, pick, replace(at, month=month)),
    ]
    before, after = month - timedelta(days=1), last_of_month(month) + timedelta(days=1)
    turns = [("‹", before)] * (before >= earliest) + [("›", after)] * (after <= latest)
    rows.append([Button(label, replace(at, month=day.replace(day=1))) for label, day in turns])
    rows.append([Button(_("Back"), ShowOwnTime()), *home_row(turn)])
    return Screen(turn.text("leave", month=month, first=first, free=FREE), rows)


@routes.on(TakeLeave, REPS)
async def take_leave(turn: Turn, at: TakeLeave) -> Screen:
    """Keep the days away."""
    await worktime.take_leave(
        turn.deps,
        turn.viewer,
        at.first,
        at.last,
        today=turn.today,
        now=turn.now,
        kind=at.kind,
        half=at.half,
    )
    return replace(await show_own_time(turn, ShowOwnTime()), toast=turn.words._("Saved"))


@routes.on(DropLeave, REPS)
async def drop_leave(turn: Turn, at: DropLeave) -> Screen:
    """Take a leave back."""
    await worktime.drop_leave(turn.deps, turn.viewer, LeaveId(at.leave), turn.now)
    return replace(await show_own_time(turn, ShowOwnTime()), toast=turn.words._("Saved"))


@routes.on(ShowCalendar, REPS)
async def show_calendar(turn: Turn, _at: ShowCalendar) -> Screen:
    """The calendar as a file, and, where the operator serves it, at an address to subscribe to."""
    return await _calendar(turn)


@routes.on(NewCalendarAddress, REPS)
async def new_calendar_address(turn: Turn, _at: NewCalendarAddress) -> Screen:
    """Make an address and show it this once; only its hash is kept."""
    if turn.deps.settings.calendar_url is None:
        raise DomainError("calendar_off")
    return await _calendar(turn, await calendars.new_address(turn.deps, turn.viewer, turn.now))


@routes.on(EndCalendarAddress, REPS)
async def end_calendar_address(turn: Turn, _at: EndCalendarAddress) -> Screen:
    """Make the address useless."""
    await calendars.end_address(turn.deps, turn.viewer, turn.now)
    return replace(await _calendar(turn), toast=turn.words._("The address no longer works"))


@routes.on(SendCalendar, REPS)
async def send_calendar(turn: Turn, _at: SendCalendar) -> Screen:
    """The calendar as a file."""
    data = await calendars.calendar_of(turn.deps, turn.viewer, turn.now)
    return replace(await _calendar(turn), attachments=(Attachment(CALENDAR_FILE, data),))


async def _calendar(turn: Turn, address: str | None = None) -> Screen:
    _ = turn.words._
    since = await calendars.address_since(turn.deps, turn.viewer)
    is_served = turn.deps.settings.calendar_url is not None
    rows = [[Button(_("Send it as a file"), SendCalendar())]]
    if is_served:
        rows.append([Button(_("New address") if since else _("Make an address"), NewCalendarAddress())])
    if since is not None:
        rows.append([Button(_("Make the address useless"), EndCalendarAddress())])
    rows.append([Button(_("Appointments"), ShowAppointments()), *home_row(turn)])
    text = turn.text("calendar", address=address, since=since, is_served=is_served)
    return Screen(text, rows, protect=address is None)  # what is protected cannot be copied


def _month_rows(
    turn: Turn, month: date, earliest: date, pick: Callable[[date], Callback], stay: Callback
) -> list[list[Button]]:
    """A month in weeks from Monday; days before `earliest` and of other months are blank."""
    blank = Button(BLANK, stay)
    names = [Button(turn.words.weekday(number), stay) for number in range(7)]
    weeks = [
        [
            Button(_day(turn, day), pick(day)) if day.month == month.month and day >= earliest else blank
            for day in week
        ]
        for week in Calendar().monthdatescalendar(month.year, month.month)
        if week[-1] >= earliest
    ]
    return [names, *weeks]


def _day(turn: Turn, day: date) -> str:
    return str(day.day) if turn.deps.calendar.is_working_day(day) else f"{FREE}{day.day}{FREE}"


def _tick(label: str, *, on: bool) -> str:
    return f"✓ {label}" if on else label


def _span(turn: Turn, first: date, last: date) -> str:
    short = turn.words.short_day
    return short(first) if first == last else f"{short(first)} – {short(last)}"


def _clock(minute: int) -> str:
    return f"{_time(minute):%H:%M}"


def _time(minute: int) -> time:
    if minute >= 24 * 60:
        raise DomainError("hours_wrong")
    return time(*divmod(minute, 60))
