"""/event: an event is described, judged by the rules, and its few seats are shared out and recorded."""

import asyncio
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.buttons.events import (
    AskEvent,
    AskNeed,
    AskReps,
    CallOffEvent,
    DeclineSeat,
    DropCandidate,
    GiveSeats,
    NewEvent,
    NoteAttendance,
    Propose,
    RegisterCandidate,
    RegisterLate,
    SendSeatRecords,
    SetEventDay,
    ShowCandidate,
    ShowCandidates,
    ShowEvent,
    ShowEvents,
    ShowSeatRecords,
    ShowSeats,
    TellEvent,
    ThinkOf,
    TickExtra,
    TickSpecialty,
)
from bot.callbacks import Callback, RowId
from bot.commands import OFFICE
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.home import home_row
from bot.render.compliance import SIGNS
from bot.render.events import (
    EXTRAS,
    FIELDS,
    KINDS,
    NEEDS,
    QUESTIONS,
    RESULTS,
    STATES,
    STOPS,
    record_sheets,
    told,
)
from bot.routes import Routes
from bot.screens import Attachment, Button, Screen, page_of, page_row
from bot.services import awaiting, events
from bot.services.events import Proposed, Shared, View
from bot.turn import Turn
from domain.errors import DomainError
from domain.ids import CustomerId, EventId
from domain.people.model import Role
from domain.resources.allocation import Limit
from domain.resources.event import Candidate, Event, EventField, EventState, SeatState
from domain.understanding.dates import find_dates

routes = Routes()

PAGE = 8
SEATS_PAGE = 10
SPECIALTIES = 12
SHADOWS = 4
LABEL = 40
SHORT = 20  # characters in which a number is said, "380 a head"
RECORDS = 6  # on the screen; the workbook has all
MARKS = {EventState.DRAFT: "✎", EventState.DECIDED: "✓", EventState.CALLED_OFF: "–"}
CHOICES = {
    EventField.DAYS: (1, 2, 3),
    EventField.HOURS: (1, 2, 3, 4, 5, 6, 8),
    EventField.SEATS: (5, 10, 15, 20, 30, 50),
    EventField.MEAL: (0, 50, 100, 150, 200, 250),
}
WORDS = {
    EventField.TOPIC: Purpose.EVENT_TOPIC,
    EventField.PLACE: Purpose.EVENT_PLACE,
    EventField.COMMENT: Purpose.EVENT_COMMENT,
    EventField.DAY: Purpose.EVENT_VALUE,
    EventField.SEATS: Purpose.EVENT_VALUE,
    EventField.MEAL: Purpose.EVENT_VALUE,
}
"""What may be said in words, and what those are taken for."""


@routes.on(ShowEvents)
async def show_events(turn: Turn, at: ShowEvents) -> Screen:
    """The events in sight, the newest first; a rep's are those that ask for recommendations."""
    found = await events.events(turn.deps, turn.viewer)
    own = turn.viewer.role is Role.REP
    found = [one for one in found if one.is_open or not own]
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button(_label(turn, one), ShowEvent(one.id))] for one in shown]
    rows += page_row(page, pages, ShowEvents)
    if not own:
        rows.append([Button(turn.words._("New event"), NewEvent())])
    rows.append(home_row(turn))
    return Screen(turn.text("events", found=found, own=own), rows)


@routes.on(NewEvent, OFFICE)
async def new_event(turn: Turn, _at: NewEvent) -> Screen:
    """Begin: the first question."""
    event = await events.new(turn.deps, turn.viewer, turn.local)
    return await ask_event(turn, AskEvent(event, EventField.TOPIC))


@routes.on(ShowEvent)
async def show_event(turn: Turn, at: ShowEvent) -> Screen:
    """What is told, what the rules say with the way out, and how to go on."""
    view = await events.view(turn.deps, turn.viewer, EventId(at.event), turn.today)
    return _event_screen(turn, view)


@routes.on(AskEvent, OFFICE)
async def ask_event(turn: Turn, at: AskEvent) -> Screen:
    """One question, with the usual answers as buttons; where words may be sent they are waited for."""
    view = await events.view(turn.deps, turn.viewer, EventId(at.event), turn.today)
    if not view.event.is_open:
        raise DomainError("event_settled")
    back = Button(turn.words._("Back"), ShowEvent(view.event.id))
    if at.field is None:
        fields = [field for field in EventField if field is not EventField.COMMENT or view.warnings]
        buttons = [Button(turn.words._(FIELDS[field]), AskEvent(view.event.id, field)) for field in fields]
        return Screen(turn.text("event_change", view=view), [*_in_rows(buttons, 2), [back, *home_row(turn)]])
    if (purpose := WORDS.get(at.field)) is not None:
        await awaiting.ask(turn.deps, turn.viewer, purpose, view.event.id, at.field.value, turn.now)
    rows = await _answers(turn, view.event, at.field)
    is_comment = at.field is EventField.COMMENT
    met = view.warnings if is_comment else [one for one in view.blocks if one.field is at.field]
    text = turn.text(
        "event_field", view=view, field=at.field, fields=FIELDS, questions=QUESTIONS, met=met, signs=SIGNS
    )
    return Screen(text, [*rows, [back, *home_row(turn)]])


@routes.on(TellEvent, OFFICE)
async def tell_event(turn: Turn, at: TellEvent) -> Screen:
    """Keep an answer and ask the next question."""
    event = EventId(at.event)
    await events.tell(turn.deps, turn.viewer, event, at.field, at.number, turn.local)
    return await _next(turn, event)


@routes.on(SetEventDay, OFFICE)
async def set_event_day(turn: Turn, at: SetEventDay) -> Screen:
    """Keep the day and ask the next question."""
    event = EventId(at.event)
    await events.set_day(turn.deps, turn.viewer, event, at.on, turn.local)
    return await _next(turn, event)


@routes.on(TickExtra, OFFICE)
async def tick_extra(turn: Turn, at: TickExtra) -> Screen:
    """Tick, and say at once what the rules say."""
    await events.tick(turn.deps, turn.viewer, EventId(at.event), at.extra, turn.local, on=at.on)
    return await ask_event(turn, AskEvent(at.event, EventField.EXTRAS))


@routes.on(TickSpecialty, OFFICE)
async def tick_specialty(turn: Turn, at: TickSpecialty) -> Screen:
    """Tick one specialty."""
    event, like = EventId(at.event), CustomerId(at.like)
    await events.address(turn.deps, turn.viewer, event, like, turn.local, on=at.on)
    return await ask_event(turn, AskEvent(at.event, EventField.FOR))


@routes.on(CallOffEvent, OFFICE)
async def call_off_event(turn: Turn, at: CallOffEvent) -> Screen:
    """Call off, after asking."""
    _ = turn.words._
    event = EventId(at.event)
    if at.sure:
        await events.call_off(turn.deps, turn.viewer, event, turn.local)
        return replace(await show_event(turn, ShowEvent(event)), toast=_("Called off"))
    view = await events.view(turn.deps, turn.viewer, event, turn.today)
    rows = [
        [Button(_("Yes, call it off"), CallOffEvent(event, sure=True))],
        [Button(_("Back"), ShowEvent(event)), *home_row(turn)],
    ]
    return Screen(turn.text("event_off", view=view), rows)


@routes.on(AskReps, OFFICE)
async def ask_reps(turn: Turn, at: AskReps) -> Screen:
    """Ask the team's reps for recommendations."""
    await events.ask_reps(turn.deps, turn.viewer, EventId(at.event), turn.local)
    screen = await show_event(turn, ShowEvent(at.event))
    return replace(screen, toast=turn.words._("The reps are asked"))


@routes.on(ThinkOf)
async def think_of(turn: Turn, at: ThinkOf) -> Screen:
    """Customers who may be thought of; whoever is tapped needs a stated ground."""
    _ = turn.words._
    found = await events.people(turn.deps, turn.viewer, EventId(at.event), at.cell, turn.today)
    shown, page, pages = page_of(found.customers, at.page, PAGE)
    rows = [[Button(_person(one.name, one.department), AskNeed(at.event, RowId(one.id)))] for one in shown]
    rows += page_row(page, pages, partial(ThinkOf, at.event, at.cell))
    cells = [Button(f"{cell.value} · {n}", ThinkOf(at.event, cell)) for cell, n in found.cells.items() if n]
    rows += _in_rows(cells, 5)
    if at.cell is not None:
        rows.append([Button(_("By the agenda's specialties"), ThinkOf(at.event))])
    rows.append([_back_from_people(turn, at.event), *home_row(turn)])
    return Screen(turn.text("event_people", found=found, cell=at.cell), rows)


@routes.on(AskNeed)
async def ask_need(turn: Turn, at: AskNeed) -> Screen:
    """On what ground; also those that the rules will refuse, because they are what people think of."""
    customer = await events.customer_of(turn.deps, turn.viewer, CustomerId(at.customer))
    rows = [
        [Button(turn.words._(label), Propose(at.event, at.customer, need))] for need, label in NEEDS.items()
    ]
    rows.append([Button(turn.words._("Back"), ThinkOf(at.event)), *home_row(turn)])
    return Screen(turn.text("event_need", customer=customer), rows)


@routes.on(Propose)
async def propose(turn: Turn, at: Propose) -> Screen:
    """Propose somebody, or hear kindly why the ground is none."""
    _ = turn.words._
    event, customer = EventId(at.event), CustomerId(at.customer)
    refused = await events.propose(turn.deps, turn.viewer, event, customer, at.need, turn.local)
    if refused:
        who = await events.customer_of(turn.deps, turn.viewer, customer)
        rows = [
            [Button(_("State another ground"), AskNeed(at.event, at.customer))],
            [Button(_("Leave it"), ThinkOf(at.event)), *home_row(turn)],
        ]
        return Screen(turn.text("event_ground", customer=who, rules=refused), rows)
    toast = _("Proposed")
    if turn.viewer.role is Role.REP:
        return replace(await show_event(turn, ShowEvent(event)), toast=toast)
    return replace(await show_candidates(turn, ShowCandidates(at.event)), toast=toast)


@routes.on(ShowCandidates, OFFICE)
async def show_candidates(turn: Turn, at: ShowCandidates) -> Screen:
    """Who is proposed, and on what ground."""
    _ = turn.words._
    view = await events.view(turn.deps, turn.viewer, EventId(at.event), turn.today)
    shown, page, pages = page_of(view.proposed, at.page, PAGE)
    rows = [
        [Button(_person(one.customer.name, one.customer.department), _candidate(at.event, one))]
        for one in shown
        if one.customer is not None
    ]
    rows += page_row(page, pages, partial(ShowCandidates, at.event))
    if view.is_ready:
        rows.append([Button(_("Add somebody"), ThinkOf(at.event))])
        rows[-1].append(Button(_("Share out the seats"), ShowSeats(at.event)))
    rows.append([Button(_("Event"), ShowEvent(view.event.id)), *home_row(turn)])
    text = turn.text("event_candidates", view=view, shown=shown, needs=NEEDS, states=STATES)
    return Screen(text, rows)


@routes.on(ShowCandidate, OFFICE)
async def show_candidate(turn: Turn, at: ShowCandidate) -> Screen:
    """One of them: the ground, registration, and what becomes of the seat."""
    return await _candidate_screen(turn, at.event, at.customer)


@routes.on(RegisterCandidate, OFFICE)
async def register_candidate(turn: Turn, at: RegisterCandidate) -> Screen:
    """Note the registration."""
    event, customer = EventId(at.event), CustomerId(at.customer)
    await events.register(turn.deps, turn.viewer, event, customer, is_registered=at.on)
    return await _candidate_screen(turn, at.event, at.customer)


@routes.on(RegisterLate, OFFICE)
async def register_late(turn: Turn, at: RegisterLate) -> Screen:
    """Note the registration after the seats were given, and say what became of it."""
    _ = turn.words._
    event, customer = EventId(at.event), CustomerId(at.customer)
    who = await events.customer_of(turn.deps, turn.viewer, customer)
    moved = await events.register_late(turn.deps, turn.viewer, event, customer, turn.local)
    found = await events.shared(turn.deps, turn.viewer, event, turn.today)
    waits = any(one.id == customer for one in found.allocation.reserve)
    if customer in moved:
        toast = _("%(name)s is registered and has a seat", name=who.name)
    elif waits:
        toast = _("%(name)s is registered and waits: no seat is free for them", name=who.name)
    else:
        toast = _("%(name)s is registered, but cannot have a seat: see why", name=who.name)
    return replace(_seats_screen(turn, found, 0), toast=toast)


@routes.on(DropCandidate)
async def drop_candidate(turn: Turn, at: DropCandidate) -> Screen:
    """Take a proposal out."""
    event, customer = EventId(at.event), CustomerId(at.customer)
    await events.withdraw(turn.deps, turn.viewer, event, customer, turn.local)
    if turn.viewer.role is Role.REP:
        screen = await show_event(turn, ShowEvent(event))
    else:
        screen = await show_candidates(turn, ShowCandidates(at.event))
    return replace(screen, toast=turn.words._("Taken out"))


@routes.on(ShowSeats, OFFICE)
async def show_seats(turn: Turn, at: ShowSeats) -> Screen:
    """Who gets a seat, who waits and who cannot have one, with reasons; what one more seat would bring."""
    found = await events.shared(turn.deps, turn.viewer, EventId(at.event), turn.today)
    return _seats_screen(turn, found, at.page)


@routes.on(GiveSeats, OFFICE)
async def give_seats(turn: Turn, at: GiveSeats) -> Screen:
    """Give the seats as shown; when something has changed since, show it anew."""
    _ = turn.words._
    given = await events.give(turn.deps, turn.viewer, EventId(at.event), at.digest, turn.local)
    screen = await show_seats(turn, ShowSeats(RowId(at.event)))
    toast = _("The seats have been given") if given else _("Something has changed since: please look again")
    return replace(screen, toast=toast)


@routes.on(DeclineSeat, OFFICE)
async def decline_seat(turn: Turn, at: DeclineSeat) -> Screen:
    """Somebody gives the seat back, after asking; who moves up is said."""
    _ = turn.words._
    if not at.sure:
        return await _candidate_screen(turn, at.event, at.customer, asks=True)
    event, customer = EventId(at.event), CustomerId(at.customer)
    moved = await events.decline(turn.deps, turn.viewer, event, customer, turn.local)
    names = turn.words.comma.join(one.name if one else "?" for one in moved)
    toast = _("Moves up: %(names)s", names=names) if moved else _("Nobody can move up: the seat stays free")
    return replace(await show_seats(turn, ShowSeats(at.event)), toast=toast)


@routes.on(NoteAttendance, OFFICE)
async def note_attendance(turn: Turn, at: NoteAttendance) -> Screen:
    """Note who was there; a seat that was not used counts no more."""
    event, customer = EventId(at.event), CustomerId(at.customer)
    await events.attend(turn.deps, turn.viewer, event, customer, turn.today, came=at.came)
    return await _candidate_screen(turn, at.event, at.customer)


@routes.on(ShowSeatRecords, OFFICE)
async def show_seat_records(turn: Turn, at: ShowSeatRecords) -> Screen:
    """Every decision: who, when, by which rules and numbers, from what, and that it replays."""
    _ = turn.words._
    event = EventId(at.event)
    view = await events.view(turn.deps, turn.viewer, event, turn.today)
    found = await events.records(turn.deps, turn.viewer, event)
    rows = [[Button("XLSX", SendSeatRecords(event))]] if found else []
    rows.append([Button(_("Event"), ShowEvent(event)), *home_row(turn)])
    text = turn.text("event_records", event=view.event, found=found[-RECORDS:], kinds=KINDS)
    return Screen(text, rows)


@routes.on(SendSeatRecords, OFFICE, slow=True)
async def send_seat_records(turn: Turn, at: SendSeatRecords) -> Screen:
    """The whole record as a workbook."""
    from bot.exporting import write_xlsx

    event = EventId(at.event)
    view = await events.view(turn.deps, turn.viewer, event, turn.today)
    kept = await events.records(turn.deps, turn.viewer, event)
    people = {int(one.seat.customer_id): one.customer for one in view.proposed if one.customer is not None}
    records = [(one.record, one.author.name if one.author else "", one.is_same) for one in kept]

    def book() -> bytes:
        file = io.BytesIO()
        write_xlsx(file, record_sheets(turn.words, view.event, records, people))
        return file.getvalue()

    attachment = Attachment(f"event-{event}.xlsx", await asyncio.to_thread(book))
    rows = [[Button(turn.words._("Event"), ShowEvent(event)), *home_row(turn)]]
    return Screen(turn.text("analyses_sent"), rows, attachments=(attachment,))


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen | None:
    """What was asked for in words; None for a sentence that means something else."""
    event, field = EventId(words.subject), EventField(words.choice)
    if field is EventField.DAY:
        return await _day_said(turn, event, text)
    if words.purpose is Purpose.EVENT_VALUE:
        numbers = re.findall(r"\d{1,9}", text)
        if len(numbers) != 1 or len(text) > SHORT:
            return None
        await events.tell(turn.deps, turn.viewer, event, field, int(numbers[0]), turn.local)
    else:
        await events.write(turn.deps, turn.viewer, event, field, text, turn.local)
    await awaiting.forget(turn.deps, turn.viewer)
    return await _next(turn, event)


def back_row(turn: Turn, words: AwaitedWords) -> list[Button]:
    """The way back to the event that words were asked for; none where it was something else."""
    is_event = words.purpose in WORDS.values()
    return [Button(turn.words._("Back to the event"), ShowEvent(words.subject))] if is_event else []


async def _day_said(turn: Turn, event: EventId, text: str) -> Screen | None:
    found = [one for one in find_dates(text, today=turn.today, calendar=turn.deps.calendar) if one.names_day]
    if not found:
        return None
    when = found[0]
    if when.on is None:
        rows = [[Button(turn.words.day(day), SetEventDay(event, day))] for day in when.options]
        return Screen(turn.text("which_day"), [*rows, home_row(turn)])
    await events.set_day(turn.deps, turn.viewer, event, when.on, turn.local)
    await awaiting.forget(turn.deps, turn.viewer)
    return await _next(turn, event)


async def _next(turn: Turn, event: EventId) -> Screen:
    """The next question; the event itself when all is told, or when the rules refuse it."""
    view = await events.view(turn.deps, turn.viewer, event, turn.today)
    if view.blocks or view.wants is None:
        return _event_screen(turn, view)
    return await ask_event(turn, AskEvent(event, view.wants))


def _event_screen(turn: Turn, view: View) -> Screen:
    own = not view.can_change
    rows = _own_rows(turn, view) if own else _rows(turn, view)
    back = Button(turn.words._("All events"), ShowEvents())
    text = turn.text(
        "event",
        view=view,
        own=own,
        told=told(turn.words, view.event),
        fields=FIELDS,
        needs=NEEDS,
        signs=SIGNS,
        taken=view.count(SeatState.ADMITTED, SeatState.ATTENDED),
    )
    return Screen(text, [*rows, [back, *home_row(turn)]])


def _rows(turn: Turn, view: View) -> list[list[Button]]:
    """What a manager can do with an event."""
    _ = turn.words._
    event, number = view.event, RowId(view.event.id)
    rows: list[list[Button]] = []
    if event.is_open:
        rows += [
            [Button(_("Change: %(field)s", field=_(FIELDS[field])), AskEvent(event.id, field))]
            for field in dict.fromkeys(one.field for one in view.blocks)
        ]
        if view.wants is not None and not view.blocks:
            label = _("Go on: %(field)s", field=_(FIELDS[view.wants]))
            rows.append([Button(label, AskEvent(event.id, view.wants))])
    if view.is_ready:
        rows.append(
            [
                Button(_("Proposed (%(n)s)", n=len(view.proposed)), ShowCandidates(number)),
                Button(_("Add somebody"), ThinkOf(number)),
            ]
        )
        if event.asked_at is None:
            rows.append([Button(_("Ask the reps"), AskReps(event.id))])
        rows.append([Button(_("Share out the seats"), ShowSeats(number))])
    if event.state is EventState.DECIDED:
        rows.append([Button(_("Seats"), ShowSeats(number)), Button(_("Record"), ShowSeatRecords(event.id))])
    last = [Button(_("Change"), AskEvent(event.id, None))] if event.is_open else []
    if event.state is not EventState.CALLED_OFF:
        last.append(Button(_("Call it off"), CallOffEvent(event.id)))
    else:
        last.append(Button(_("Record"), ShowSeatRecords(event.id)))
    return [*rows, last]


def _own_rows(turn: Turn, view: View) -> list[list[Button]]:
    """What a rep can do: recommend, or take a recommendation back."""
    if not view.is_ready:
        return []
    number = RowId(view.event.id)
    rows = [
        [Button(f"✕ {one.customer.name}"[:LABEL], DropCandidate(number, RowId(one.customer.id)))]
        for one in view.proposed[:PAGE]
        if one.customer is not None
    ]
    return [*rows, [Button(turn.words._("Recommend somebody"), ThinkOf(number))]]


async def _answers(turn: Turn, event: Event, field: EventField) -> list[list[Button]]:
    """The usual answers to a question as buttons."""
    _ = turn.words._
    number = RowId(event.id)

    def tell(value: int) -> Callback:
        return TellEvent(number, field, RowId(value))

    if field in CHOICES:
        return _in_rows([Button(str(value), tell(value)) for value in CHOICES[field]], 4)
    if field is EventField.REGISTRATION:
        return [[Button(_("Yes"), tell(1)), Button(_("No"), tell(0))]]
    if field is EventField.DAY:
        days = [Button(turn.words.day(day), SetEventDay(event.id, day)) for day in _some_days(turn.today)]
        return _in_rows(days, 2)
    all_of_them = [Button(_("That is all"), tell(0))]
    if field is EventField.EXTRAS:
        ticked = event.extras or frozenset()
        ticks = [
            Button(_tick(_(label), on=extra in ticked), TickExtra(event.id, extra, on=extra not in ticked))
            for extra, label in EXTRAS.items()
        ]
        return [*([one] for one in ticks), all_of_them]
    if field is EventField.FOR:
        return [*await _specialties(turn, event), all_of_them]
    return []


async def _specialties(turn: Turn, event: Event) -> list[list[Button]]:
    found = await events.specialties(turn.deps, turn.viewer)
    ticked = set(event.specialties or ())
    buttons = [
        Button(
            _tick(name[:LABEL], on=name in ticked),
            TickSpecialty(RowId(event.id), RowId(like), on=name not in ticked),
        )
        for like, name in found[:SPECIALTIES]
    ]
    return _in_rows(buttons, 2)


async def _candidate_screen(turn: Turn, event: RowId, customer: RowId, *, asks: bool = False) -> Screen:
    _ = turn.words._
    view = await events.view(turn.deps, turn.viewer, EventId(event), turn.today)
    who = CustomerId(customer)
    one = next((each for each in view.proposed if each.seat.customer_id == who and each.customer), None)
    if one is None:
        raise DomainError("not_found")
    rows = _candidate_rows(turn, view, one, asks=asks)
    to_list: Callback = ShowCandidates(event) if view.event.is_open else ShowSeats(event)
    rows.append([Button(_("Back"), to_list), *home_row(turn)])
    text = turn.text(
        "event_candidate",
        one=one,
        registration=bool(view.event.registration),
        needs=NEEDS,
        states=STATES,
        asks=asks,
    )
    return Screen(text, rows)


def _candidate_rows(turn: Turn, view: View, one: Proposed, *, asks: bool) -> list[list[Button]]:
    _ = turn.words._
    event, customer = RowId(view.event.id), RowId(one.seat.customer_id)
    if view.event.is_open:
        rows = [[Button(_("State another ground"), AskNeed(event, customer))]]
        if view.event.registration:
            label = _tick(_("Registered"), on=one.seat.registered)
            rows.append([Button(label, RegisterCandidate(event, customer, on=not one.seat.registered))])
        return [*rows, [Button(_("Take out"), DropCandidate(event, customer))]]
    if _may_register(turn, view.event, one.seat):
        return [[Button(_("Has registered"), RegisterLate(event, customer))]]
    if view.event.state is not EventState.DECIDED or one.seat.state is SeatState.PROPOSED:
        return []
    if asks:
        return [[Button(_("Yes, gives it back"), DeclineSeat(event, customer, sure=True))]]
    rows = []
    if one.seat.state is SeatState.ADMITTED:
        rows.append([Button(_("Gives the seat back"), DeclineSeat(event, customer))])
    if one.seat.state is not SeatState.DECLINED and view.event.on and view.event.on <= turn.today:
        rows.append(
            [
                Button(_("Was there"), NoteAttendance(event, customer, came=True)),
                Button(_("Was not there"), NoteAttendance(event, customer, came=False)),
            ]
        )
    return rows


def _may_register(turn: Turn, event: Event, seat: Candidate) -> bool:
    """Whether somebody's registration is what is missing although the seats have been given."""
    return seat.state is SeatState.PROPOSED and not seat.registered and event.takes_late(turn.today)


def _seats_screen(turn: Turn, found: Shared, page: int) -> Screen:
    _ = turn.words._
    event, number = found.view.event, RowId(found.view.event.id)
    lines = [
        (kind, one)
        for kind, group in (
            ("admitted", found.allocation.admitted),
            ("reserve", found.allocation.reserve),
            ("refused", found.allocation.refused),
        )
        for one in group
    ]
    numbered = [(at, kind, one) for at, (kind, one) in enumerate(lines)]
    shown, page, pages = page_of(numbered, page, SEATS_PAGE)
    heads = {at: at == shown[0][0] or lines[at - 1][0] != kind for at, kind, _one in shown}
    rows = page_row(page, pages, partial(ShowSeats, number))
    if event.is_open:
        if found.allocation.admitted:
            rows.append([Button(_("Give these seats"), GiveSeats(event.id, found.digest))])
        rows.append([Button(_("Proposed"), ShowCandidates(number))])
        rows[-1].append(Button(_("Add somebody"), ThinkOf(number)))
    else:
        seats = (each.seat for each in found.view.proposed)
        late = {int(seat.customer_id) for seat in seats if _may_register(turn, event, seat)}
        rows += _in_rows(
            [
                Button(found.people[one.id].name[:LABEL], ShowCandidate(number, RowId(one.id)))
                for _at, kind, one in shown
                if (kind == "admitted" or one.id in late) and one.id in found.people
            ],
            2,
        )
        rows.append([Button(_("Record"), ShowSeatRecords(event.id))])
    rows.append([Button(_("Event"), ShowEvent(event.id)), *home_row(turn)])
    text = turn.text(
        "event_seats",
        found=found,
        shown=shown,
        heads=heads,
        headings=RESULTS,
        stops=STOPS,
        first=page == 0,
        shadows=_shadows(turn, found) if page == 0 else [],
        params=turn.deps.library.events.at(turn.today),
    )
    return Screen(text, rows)


def _shadows(turn: Turn, found: Shared) -> list[tuple[str, object, str, str]]:
    """What one more seat would bring: where, how much, to whom, and in whose place."""
    _ = turn.words._

    def names(numbers: Sequence[int]) -> str:
        people = (found.people.get(one) for one in numbers)
        return turn.words.comma.join(one.name if one else "?" for one in people)

    return [
        (
            _("In the room") if one.limit is Limit.SEATS else found.groups.get((one.limit, one.group), "?"),
            one,
            names(one.admits),
            names(one.instead_of),
        )
        for one in found.allocation.shadows[:SHADOWS]
    ]


def _label(turn: Turn, event: Event) -> str:
    day = turn.words.short_day(event.on) if event.on else None
    parts = (event.topic[:LABEL] or turn.words._("New event"), day)
    return f"{MARKS[event.state]} {' · '.join(part for part in parts if part)}"


def _candidate(event: RowId, one: Proposed) -> Callback:
    return ShowCandidate(event, RowId(one.seat.customer_id))


def _back_from_people(turn: Turn, event: RowId) -> Button:
    if turn.viewer.role is Role.REP:
        return Button(turn.words._("Event"), ShowEvent(event))
    return Button(turn.words._("Proposed"), ShowCandidates(event))


def _some_days(today: date) -> list[date]:
    """The Saturdays and Wednesdays of the weeks to come, some of them: when meetings often are."""
    ahead = [today + timedelta(days=days) for days in range(14, 42)]
    return [day for day in ahead if day.weekday() in {2, 5}][:6]


def _person(name: str, department: str) -> str:
    return " · ".join(part for part in (name, department) if part)[:LABEL]


def _tick(label: str, *, on: bool) -> str:
    return f"{'☑' if on else '☐'} {label}"


def _in_rows(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]
