"""Appointments with customers, and when customers can be visited."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.buttons.appointments import (
    AskDay,
    AskTime,
    AskTimes,
    CancelAppointment,
    DoNotAskTimes,
    SetAppointment,
    SetLength,
    SetPromised,
    SetTimes,
    ShowAppointment,
    ShowAppointments,
)
from bot.buttons.customers import ShowCard
from bot.buttons.worktime import ShowCalendar, ShowOwnTime
from bot.callbacks import Callback, RowId
from bot.db.values import AwaitedWords, Booking, Purpose
from bot.handlers.customers import show_card
from bot.handlers.home import home_row
from bot.handlers.remarks import rule_rows
from bot.handlers.today import refresh
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import appointments, awaiting
from bot.turn import Turn
from domain.customers.half_days import HALVES, halves_of
from domain.errors import DomainError
from domain.ids import AppointmentId, CustomerId
from domain.people.model import Role
from domain.planning.appointments import receiving
from domain.understanding.dates import When

routes = Routes()

REPS = frozenset({Role.REP})
PAGE = 8
DAYS = 10  # on a page, two in a row
TIMES_IN_ROW = 4
GOOD = "★"


@routes.on(ShowAppointments, REPS)
async def show_appointments(turn: Turn, at: ShowAppointments) -> Screen:
    """The appointments to come, a button each."""
    _ = turn.words._
    coming = await appointments.coming(turn.deps, turn.viewer, turn.today)
    shown, page, pages = page_of(coming, at.page, PAGE)
    rows = [[Button(_label(turn, one), ShowAppointment(one.id))] for one in shown]
    rows += page_row(page, pages, ShowAppointments)
    rows.append([Button(_("In my phone's calendar"), ShowCalendar())])
    rows.append([Button(_("My time"), ShowOwnTime()), *home_row(turn)])
    return Screen(turn.text("appointments", coming=coming), rows)


@routes.on(ShowAppointment, REPS)
async def show_appointment(turn: Turn, at: ShowAppointment) -> Screen:
    """One appointment, and what speaks against its time."""
    return await _appointment(turn, AppointmentId(at.appointment))


@routes.on(AskDay, REPS)
async def ask_day(turn: Turn, at: AskDay) -> Screen:
    """The next working days, those on which the customer receives marked; or a day and time in words."""
    customer_id = CustomerId(at.customer)
    offer = await appointments.days(turn.deps, turn.viewer, customer_id, turn.today)
    choice = "" if at.moves is None else str(at.moves)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.APPOINTMENT, at.customer, choice, turn.now)
    shown, page, pages = page_of(offer.days, at.page, DAYS)
    buttons = [
        Button(_star(turn.words.day(one.on), good=one.is_good), AskTime(at.customer, one.on, at.moves))
        for one in shown
    ]
    rows = _in_rows(buttons, 2)
    rows += page_row(page, pages, lambda to: AskDay(at.customer, at.moves, to))
    rows.append([_way_back(turn, at.customer, at.moves), *home_row(turn)])
    text = turn.text("appointment_day", customer=offer.customer, times=receiving(offer.customer), star=GOOD)
    return Screen(text, rows)


@routes.on(AskTime, REPS)
async def ask_time(turn: Turn, at: AskTime) -> Screen:
    """The times of a day; where the customer's own are known, these alone come first."""
    _ = turn.words._
    local = turn.now.astimezone(ZoneInfo(turn.zone)).replace(tzinfo=None)
    customer, offer = await appointments.times(turn.deps, turn.viewer, CustomerId(at.customer), at.on, local)
    good, other = offer.good, offer.other
    every = at.every or not good
    shown = sorted({*good, *other}) if every else list(good)
    buttons = [
        Button(
            _star(f"{one:%H:%M}", good=one in good),
            SetAppointment(RowId(at.customer), at.on, _minute(one), at.moves),
        )
        for one in shown
    ]
    rows = _in_rows(buttons, TIMES_IN_ROW)
    if not every and other:
        rows.append([Button(_("Other times"), AskTime(at.customer, at.on, at.moves, every=True))])
    rows.append([Button(_("Another day"), AskDay(at.customer, at.moves)), *home_row(turn)])
    text = turn.text("appointment_time", customer=customer, on=at.on, shown=bool(shown), good=good, star=GOOD)
    return Screen(text, rows)


@routes.on(SetAppointment, REPS)
async def set_appointment(turn: Turn, at: SetAppointment) -> Screen:
    """Set or move the appointment and show it."""
    if at.minute >= 24 * 60:
        raise DomainError("not_found")
    return await _set(turn, CustomerId(at.customer), at.on, time(*divmod(at.minute, 60)), at.moves)


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen | None:
    """A day and time in words, as an answer to `ask_day`; None for a sentence that means something else."""
    when = appointments.spoken(turn.deps, text, turn.today)
    if when is None:
        return None
    customer = CustomerId(words.subject)
    moves = int(words.choice) if words.choice else None
    if when.on is not None and when.at is not None:
        screen = await _set(turn, customer, when.on, when.at, moves)
        await awaiting.forget(turn.deps, turn.viewer)
        return screen
    if when.on is not None:
        return await ask_time(turn, AskTime(customer, when.on, moves))
    return await _which_day(turn, customer, when, moves)


@routes.on(SetLength, REPS)
async def set_length(turn: Turn, at: SetLength) -> Screen:
    """Make the appointment shorter or longer."""
    number = AppointmentId(at.appointment)
    await appointments.set_length(turn.deps, turn.viewer, number, at.minutes, turn.now)
    await refresh(turn)
    return replace(await _appointment(turn, number), toast=turn.words._("Saved"))


@routes.on(SetPromised, REPS)
async def set_promised(turn: Turn, at: SetPromised) -> Screen:
    """Say whether the customer has agreed."""
    number = AppointmentId(at.appointment)
    await appointments.set_promised(turn.deps, turn.viewer, number, turn.now, promised=at.promised)
    await refresh(turn)
    return replace(await _appointment(turn, number), toast=turn.words._("Saved"))


@routes.on(CancelAppointment, REPS)
async def cancel(turn: Turn, at: CancelAppointment) -> Screen:
    """Cancel after one more tap."""
    _ = turn.words._
    number = AppointmentId(at.appointment)
    if not at.sure:
        one = await appointments.appointment(turn.deps, turn.viewer, number, turn.today)
        rows = [
            [Button(_("Yes, cancel it"), CancelAppointment(at.appointment, sure=True))],
            [Button(_("Back"), ShowAppointment(at.appointment))],
        ]
        return Screen(turn.text("appointment_cancel", booking=one.booking), rows)
    await appointments.cancel(turn.deps, turn.viewer, number, turn.now)
    await refresh(turn)
    return replace(await show_appointments(turn, ShowAppointments()), toast=_("Cancelled"))


@routes.on(AskTimes)
async def ask_times(turn: Turn, at: AskTimes) -> Screen:
    """The week in halves; each tap turns one on or off, nothing is kept before "Save"."""
    _ = turn.words._
    customer = await appointments.customer_with_times(turn.deps, turn.viewer, CustomerId(at.customer))
    parts = appointments.usual_parts(turn.deps)
    week = halves_of(receiving(customer), parts) if at.week is None else at.week % (1 << HALVES)
    rows = [
        [_half(turn, at.customer, week, 2 * weekday + part) for part in range(2)]
        for weekday in range(HALVES // 2)
    ]
    rows.append([Button(_("Save for %(name)s", name=customer.name), SetTimes(at.customer, week))])
    if appointments.may_set_reception(turn.viewer, customer):
        rows.append([Button(_("Save for the whole hospital"), SetTimes(at.customer, week, whole=True))])
    if not receiving(customer):
        rows.append([Button(_("I don't know"), DoNotAskTimes(at.customer))])
    rows.append([Button(_("Back to the card"), ShowCard(at.customer)), *home_row(turn)])
    return Screen(turn.text("times", customer=customer), rows)


@routes.on(SetTimes)
async def set_times(turn: Turn, at: SetTimes) -> Screen:
    """Keep the week and show the card."""
    await appointments.set_times(
        turn.deps, turn.viewer, CustomerId(at.customer), at.week % (1 << HALVES), whole=at.whole, now=turn.now
    )
    return replace(await show_card(turn, ShowCard(at.customer)), toast=turn.words._("Saved"))


@routes.on(DoNotAskTimes)
async def do_not_ask_times(turn: Turn, at: DoNotAskTimes) -> Screen:
    """Remember that nobody knows."""
    await appointments.do_not_ask(turn.deps, turn.viewer, CustomerId(at.customer), turn.now)
    toast = turn.words._("I will not ask again. You can say it later on the card.")
    return replace(await show_card(turn, ShowCard(at.customer)), toast=toast)


async def _which_day(turn: Turn, customer: CustomerId, when: When, moves: int | None) -> Screen:
    """The days that the words may mean."""
    rows = []
    for day in when.options:
        name = turn.words.day(day)
        if when.at is None:
            rows.append([Button(name, AskTime(customer, day, moves))])
        else:
            label = f"{name} {when.at:%H:%M}"
            rows.append([Button(label, SetAppointment(RowId(customer), day, _minute(when.at), moves))])
    rows.append([Button(turn.words._("Another day"), AskDay(customer, moves)), *home_row(turn)])
    return Screen(turn.text("which_day"), rows)


async def _set(turn: Turn, customer: CustomerId, on: date, start: time, moves: int | None) -> Screen:
    deps, viewer, asks = turn.deps, turn.viewer, False
    if moves is None:
        number, asks = await appointments.set_appointment(
            deps, viewer, customer, on, start, zone=turn.zone, now=turn.now
        )
    else:
        number = AppointmentId(moves)
        await appointments.move(deps, viewer, number, on, start, zone=turn.zone, now=turn.now)
    await refresh(turn)
    return replace(await _appointment(turn, number, asks=asks), toast=turn.words._("Saved"))


async def _appointment(turn: Turn, number: AppointmentId, *, asks: bool = False) -> Screen:
    _ = turn.words._
    found = await appointments.appointment(turn.deps, turn.viewer, number, turn.today)
    booking, one = found.booking, found.booking.appointment
    rows: list[list[Button]] = []
    if asks:
        rows.append(
            [
                Button(_("Say when"), AskTimes(one.customer_id)),
                Button(_("I don't know"), DoNotAskTimes(one.customer_id)),
            ]
        )
    if booking.holds and not _is_over(turn, booking):
        rows += _change_rows(turn, booking)
    rows += rule_rows(remark.params["rule"] for remark in found.remarks)
    rows.append([Button(_("Card"), ShowCard(one.customer_id)), Button(_("Appointments"), ShowAppointments())])
    rows.append(home_row(turn))
    return Screen(turn.text("appointment", found=found, asks=asks), rows)


def _change_rows(turn: Turn, booking: Booking) -> list[list[Button]]:
    _ = turn.words._
    one, number = booking.appointment, booking.id
    lengths = turn.deps.library.appointments.at(one.on).lengths
    agreed = _("Agreed with the customer")
    return [
        [
            Button(
                _tick(_("%(n)s min", n=minutes), chosen=minutes == one.minutes), SetLength(number, minutes)
            )
            for minutes in lengths
        ],
        [Button(_tick(agreed, chosen=one.promised), SetPromised(number, not one.promised))],
        [
            Button(_("Move"), AskDay(one.customer_id, number)),
            Button(_("Cancel the appointment"), CancelAppointment(number)),
        ],
    ]


def _is_over(turn: Turn, booking: Booking) -> bool:
    one = booking.appointment
    return datetime.combine(one.on, one.start, ZoneInfo(turn.zone)) <= turn.now


def _half(turn: Turn, customer: int, week: int, half: int) -> Button:
    _ = turn.words._
    day = turn.words.weekday(half // 2)
    name = _("%(day)s afternoon", day=day) if half % 2 else _("%(day)s morning", day=day)
    return Button(_tick(name, chosen=bool(week >> half & 1)), AskTimes(customer, week ^ (1 << half)))


def _way_back(turn: Turn, customer: int, moves: int | None) -> Button:
    _ = turn.words._
    back: Callback = ShowCard(customer) if moves is None else ShowAppointment(moves)
    return Button(_("Back to the card") if moves is None else _("Back"), back)


def _label(turn: Turn, one: Booking) -> str:
    when = f"{turn.words.day(one.appointment.on)} {one.appointment.start:%H:%M}"
    return f"{when} · {one.customer_name}"[:60]


def _star(label: str, *, good: bool) -> str:
    return f"{GOOD} {label}" if good else label


def _tick(label: str, *, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _in_rows(buttons: list[Button], size: int) -> list[list[Button]]:
    return [buttons[at : at + size] for at in range(0, len(buttons), size)]
