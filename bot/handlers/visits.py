"""Logging visits: in two taps, in words, for several at once, and with a picture or voice note."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.buttons.common import Back
from bot.buttons.customers import AskCustomer, ShowCard
from bot.buttons.profile import AskConsent
from bot.buttons.today import ShowToday
from bot.buttons.visits import (
    AskCancelled,
    AskField,
    AskHospital,
    AttachTo,
    ChooseCustomer,
    DropDraft,
    LogOn,
    LogVisit,
    SaveDraft,
    SetDraftDay,
    SetDraftResult,
    SetField,
    SetResult,
    ShowDraft,
    ShowVersions,
    ShowVisit,
    ShowVisits,
    StartMany,
    TickCustomer,
    UndoVisit,
)
from bot.callbacks import Callback, RowId
from bot.commands import REPS
from bot.db.values import Attachment, AwaitedWords, Purpose
from bot.handlers.customers import where
from bot.handlers.home import home_row
from bot.handlers.remarks import remarked, rule_rows
from bot.handlers.today import refresh
from bot.render.sentences import CHANNELS
from bot.render.visits import BARRIERS, FIELDS, HEARD, RESULTS, topic
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, visit_drafts, visits
from bot.services.visit_drafts import Change, DraftView, Heard
from bot.services.visits import VisitView
from bot.turn import Turn
from domain.customers.profile import IN_PERSON
from domain.errors import DomainError
from domain.ids import CustomerId, DraftId, InstitutionId, UserId, VersionId, VisitId
from domain.tiering.argument import sentence
from domain.tiering.model import Support
from domain.understanding.dates import When, find_dates
from domain.understanding.reckoning import Tense
from domain.visits.log import Field, Told
from domain.visits.model import Barrier, Channel
from domain.visits.states import MOVES, Result, VisitState

routes = Routes()

PAGE = 8
STOPS = 6  # of today's list, offered for logging
DAYS_AHEAD = 6
REMARKS = 3  # about visits that were saved together
NAMES = 4  # of whom a remark is about
DAY = "on"  # the choice of awaited words about the day of a draft
CALLED_OFF = tuple(one for one in Result if one.state is VisitState.CANCELLED)
TOLD = (Field.PROMISE, Field.NOTE)  # what is said in a sentence
TOGGLED = (Field.TOPICS, Field.JOINED)  # several values
_DayButton = LogOn | SetDraftDay | SetField


@routes.on(LogVisit, REPS)
async def log_visit(turn: Turn, at: LogVisit) -> Screen:
    """How today's visit went: one more tap stores it."""
    return await _ask_result(turn, CustomerId(at.customer), turn.today, at.back, at.page)


@routes.on(LogOn, REPS)
async def log_on(turn: Turn, at: LogOn) -> Screen:
    """The same of another day, which may be written."""
    if at.on is not None:
        return await _ask_result(turn, CustomerId(at.customer), at.on, at.back, at.page)
    customer = await visits.loggable(turn.deps, turn.viewer, CustomerId(at.customer))
    await awaiting.ask(turn.deps, turn.viewer, Purpose.VISIT_DAY, at.customer, "", turn.now)
    buttons = [
        Button(turn.words.day(day), LogOn(at.customer, day, at.back, at.page))
        for day in visit_drafts.past_days(turn.today)
    ]
    rows = [*_in_rows(buttons, 2), [_way_back(turn, at.customer, at.back, at.page), *home_row(turn)]]
    return Screen(turn.text("visit_day", name=customer.name), rows)


@routes.on(AskCancelled, REPS)
async def ask_cancelled(turn: Turn, at: AskCancelled) -> Screen:
    """Why a visit was called off."""
    customer = await visits.loggable(turn.deps, turn.viewer, CustomerId(at.customer))
    rows = [
        [Button(turn.words._(RESULTS[one]), _result(CustomerId(at.customer), at.on, one, at.back, at.page))]
        for one in CALLED_OFF
    ]
    rows.append([_way_back(turn, at.customer, at.back, at.page), *home_row(turn)])
    return Screen(turn.text("visit_cancelled", customer=customer, on=at.on), rows)


@routes.on(SetResult, REPS)
async def set_result(turn: Turn, at: SetResult) -> Screen:
    """Store the visit, and show what comes back."""
    entry = visits.Entry(CustomerId(at.customer), at.on, Told(result=at.result))
    visit = await visits.log(turn.deps, turn.viewer, entry, today=turn.today, now=turn.now)
    await refresh(turn)
    return replace(await _visit(turn, visit), toast=turn.words._("Saved"))


@routes.on(ShowVisit)
async def show_visit(turn: Turn, at: ShowVisit) -> Screen:
    """A visit with what can still be said of it."""
    return await _visit(turn, VisitId(at.visit), every=at.every)


@routes.on(ShowVersions)
async def show_versions(turn: Turn, at: ShowVersions) -> Screen:
    """What a visit looked like before each edit."""
    visit, versions = await visits.versions(turn.deps, turn.viewer, VisitId(at.visit))
    people = {one.id: one.name for one in await visits.people(turn.deps)}
    text = turn.text("visit_versions", visit=visit, versions=versions, names=people)
    return Screen(text, [[Button(turn.words._("Back"), ShowVisit(at.visit)), *home_row(turn)]])


@routes.on(UndoVisit, REPS)
async def undo(turn: Turn, at: UndoVisit) -> Screen:
    """Take an entry back."""
    left = await visits.undo(turn.deps, turn.viewer, VersionId(at.version), turn.now)
    await refresh(turn)
    screen = await _visit(turn, left[0]) if len(left) == 1 else await show_visits(turn, ShowVisits())
    return replace(screen, toast=turn.words._("Taken back"))


@routes.on(ShowVisits, REPS)
async def show_visits(turn: Turn, at: ShowVisits) -> Screen:
    """What is logged for today, and ways to log another."""
    _ = turn.words._
    logged = await visits.of_day(turn.deps, turn.viewer, turn.today)
    stops = await visits.open_stops(turn.deps, turn.viewer, turn.today)
    shown, page, pages = page_of(logged, at.page, PAGE)
    rows: list[list[Button]] = [
        [Button(f"{one.customer_name} · {_(RESULTS[one.told.result])}"[:60], ShowVisit(one.id))]
        for one in shown
    ]
    rows += page_row(page, pages, ShowVisits)
    buttons = [Button(f"+ {one.name}", LogVisit(one.id)) for one in stops[:STOPS]]
    rows += _in_rows(buttons, 2)
    rows.append([Button(_("Somebody else"), AskCustomer()), Button(_("Several at once"), AskHospital())])
    rows.append([Button(_("Today's visits"), ShowToday()), *home_row(turn)])
    example = stops[0].name if stops else _("Dr Zhang")
    return Screen(turn.text("visits", logged=logged, today=turn.today, example=example), rows)


@routes.on(AskField, REPS)
async def ask_field(turn: Turn, at: AskField) -> Screen:
    """What can be said in one field: buttons, or words."""
    told, name, _on = await _subject(turn, at)
    purpose = Purpose.DRAFT_FIELD if at.is_draft else Purpose.VISIT_FIELD
    if at.field in {*TOLD, Field.NEXT}:
        await awaiting.ask(turn.deps, turn.viewer, purpose, at.subject, at.field.value, turn.now)
    rows = _in_rows(await _values(turn, at, told), 2)
    if at.field not in {*TOGGLED, Field.CHANNEL} and _value(told, at.field):
        rows.append([Button(turn.words._("Take it out"), _set(at, None))])
    label = turn.words._("Done") if at.field in TOGGLED else turn.words._("Back")
    rows.append([Button(label, _subject_button(at)), *home_row(turn)])
    return Screen(turn.text("visit_field", field=at.field, name=name), rows)


@routes.on(SetField, REPS)
async def set_field(turn: Turn, at: SetField) -> Screen:
    """Say one thing more; toggles stay on their screen."""
    told, _name, on = await _subject(turn, at)
    usual = visits.params(turn.deps, on).usual_topics
    new = await _with_value(turn, told, at, on)
    if at.field is Field.TOPICS and len(told.topics) <= usual < len(new.topics) and not at.sure:
        rows = [
            [Button(turn.words._("Yes, one visit"), replace(at, sure=True))],
            [Button(turn.words._("No, leave it out"), AskField(at.subject, at.is_draft, at.field))],
        ]
        return Screen(turn.text("visit_one_visit", usual=usual), rows)
    ask = AskField(at.subject, at.is_draft, at.field)
    screen = await _say(turn, ask, new)
    if at.field in TOGGLED:
        screen = await ask_field(turn, ask)
    return replace(screen, toast=turn.words._("Saved"))


@routes.on(AskHospital, REPS)
async def ask_hospital(turn: Turn, at: AskHospital) -> Screen:
    """At which hospital several were met in one go."""
    hospitals = await visit_drafts.hospitals(turn.deps, turn.viewer)
    shown, page, pages = page_of(hospitals, at.page, PAGE)
    rows: list[list[Button]] = [
        [Button(f"{one.name} · {number}"[:60], StartMany(one.id))] for one, number in shown
    ]
    rows += page_row(page, pages, AskHospital)
    rows.append([Button(turn.words._("Back"), ShowVisits()), *home_row(turn)])
    return Screen(turn.text("visit_hospital", hospitals=hospitals), rows)


@routes.on(StartMany, REPS)
async def start_many(turn: Turn, at: StartMany) -> Screen:
    """Tick who was there."""
    draft = await visit_drafts.several(
        turn.deps, turn.viewer, InstitutionId(at.institution), today=turn.today, now=turn.now
    )
    return await _draft(turn, draft)


@routes.on(TickCustomer, REPS)
async def tick(turn: Turn, at: TickCustomer) -> Screen:
    """Say whether somebody was there."""
    draft = DraftId(at.draft)
    await visit_drafts.tick(turn.deps, turn.viewer, draft, CustomerId(at.customer), there=at.there)
    return await _draft(turn, draft, page=at.page)


@routes.on(ShowDraft, REPS)
async def show_draft(turn: Turn, at: ShowDraft) -> Screen:
    """What waits for its confirmation."""
    return await _draft(turn, DraftId(at.draft), change=at.change, page=at.page)


@routes.on(ChooseCustomer, REPS)
async def choose_customer(turn: Turn, at: ChooseCustomer) -> Screen:
    """Whom a name means."""
    customer = CustomerId(at.customer) if at.customer is not None else None
    return await _changed(turn, DraftId(at.draft), visit_drafts.chosen(at.name, customer))


@routes.on(SetDraftDay, REPS)
async def set_draft_day(turn: Turn, at: SetDraftDay) -> Screen:
    """On which day it was."""
    if at.on is not None:
        how = visit_drafts.on_day(turn.deps, at.on, turn.today)
        return await _changed(turn, DraftId(at.draft), how)
    await visit_drafts.draft_view(turn.deps, turn.viewer, DraftId(at.draft), turn.today)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.DRAFT_FIELD, at.draft, DAY, turn.now)
    days = [turn.today, *visit_drafts.past_days(turn.today)]
    rows = _in_rows([Button(turn.words.day(day), SetDraftDay(at.draft, day)) for day in days], 2)
    rows.append([Button(turn.words._("Back"), ShowDraft(at.draft)), *home_row(turn)])
    return Screen(turn.text("visit_day", name=turn.words._("Day of the visit")), rows)


@routes.on(SetDraftResult, REPS)
async def set_draft_result(turn: Turn, at: SetDraftResult) -> Screen:
    """How it went."""
    if at.result is not None:
        return await _changed(turn, DraftId(at.draft), visit_drafts.with_result(at.result))
    await visit_drafts.draft_view(turn.deps, turn.viewer, DraftId(at.draft), turn.today)
    buttons = [Button(turn.words._(name), SetDraftResult(at.draft, one)) for one, name in RESULTS.items()]
    rows = [*_in_rows(buttons, 2), [Button(turn.words._("Back"), ShowDraft(at.draft)), *home_row(turn)]]
    return Screen(turn.words._("How did it go?"), rows)


@routes.on(SaveDraft, REPS)
async def save_draft(turn: Turn, at: SaveDraft) -> Screen:
    """Log what was told."""
    stored = await visit_drafts.save(
        turn.deps, turn.viewer, DraftId(at.draft), today=turn.today, now=turn.now
    )
    await refresh(turn)
    toast = turn.words.ngettext("%(n)s visit saved", "%(n)s visits saved", len(stored))
    if len(stored) == 1:
        return replace(await _visit(turn, stored[0]), toast=toast)
    screen = await _remarked_visits(turn, await show_visits(turn, ShowVisits()), stored)
    view = await visits.visit_view(turn.deps, turn.viewer, stored[0], today=turn.today, now=turn.now)
    undo_row = [[Button(turn.words._("Take all back"), UndoVisit(view.undo))]] if view.undo else []
    return replace(screen, rows=[*undo_row, *screen.rows], toast=toast)


async def _remarked_visits(turn: Turn, screen: Screen, stored: Iterable[VisitId]) -> Screen:
    """The screen with what the rules remark about visits that were saved together, and whom each is about."""
    remarks = await visits.remarks(turn.deps, turn.viewer, stored)
    if not remarks:
        return screen
    told = [(why, about[:NAMES], len(about) > NAMES) for why, about in remarks[:REMARKS]]
    text = turn.text("visit_remarks", told=told, more=len(remarks) - len(told))
    about = {one.id: one for _why, some, _more in told for one in some if one.on != turn.today}
    buttons = [Button(one.customer_name[:60], ShowVisit(one.id)) for one in about.values()]
    rules = rule_rows(why.params["rule"] for why, _some, _more in told)
    rows = [*screen.rows[:-1], *_in_rows(buttons, 2), *rules, *screen.rows[-1:]]
    return replace(screen, text=f"{screen.text}\n\n{text}", rows=rows)


@routes.on(DropDraft, REPS)
async def drop_draft(turn: Turn, at: DropDraft) -> Screen:
    """Forget what was told."""
    await visit_drafts.drop(turn.deps, turn.viewer, DraftId(at.draft))
    return replace(await show_visits(turn, ShowVisits()), toast=turn.words._("Dropped"))


@routes.on(AttachTo, REPS)
async def attach_to(turn: Turn, at: AttachTo) -> Screen:
    """Keep a picture or voice note with a visit."""
    await visit_drafts.attach(turn.deps, turn.viewer, DraftId(at.draft), VisitId(at.visit), turn.now)
    return replace(await _visit(turn, VisitId(at.visit)), toast=turn.words._("Saved"))


async def heard(turn: Turn, text: str) -> Screen | None:
    """A sentence that tells of a visit, as a form to confirm; None when it tells of something else."""
    found = await _listen(turn, text, None)
    return None if found.draft is None else remarked(turn, await _draft(turn, found.draft), found.findings)


async def received(turn: Turn, attachment: Attachment) -> Screen:
    """A picture or voice note: the form of the visit that its caption tells, or the question whose it is."""
    if turn.viewer.role not in REPS:
        raise DomainError("not_allowed")
    told = await _listen(turn, attachment.caption, attachment) if attachment.caption else Heard(None)
    if told.draft is not None:
        return remarked(turn, await _draft(turn, told.draft), told.findings)
    recent = await visit_drafts.recent(turn.deps, turn.viewer)
    rows: list[list[Button]] = [[Button(turn.words._("Log a visit"), ShowVisits()), *home_row(turn)]]
    if recent:
        draft = await visit_drafts.received(
            turn.deps, turn.viewer, attachment, today=turn.today, now=turn.now
        )
        rows = [
            *[
                [Button(f"{name} · {turn.words.day(on)}"[:60], AttachTo(draft, visit))]
                for visit, name, on in recent
            ],
            [Button(turn.words._("Drop it"), DropDraft(draft)), *home_row(turn)],
        ]
    screen = Screen(turn.text("visit_attach", recent=recent, kind=attachment.kind), rows)
    return remarked(turn, screen, told.findings)


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen | None:
    """Words that were asked for by a field or a day; None where they mean something else."""
    subject = words.subject
    if words.purpose is Purpose.VISIT_DAY or words.choice == DAY:
        when = _when(turn, text, Tense.BEHIND)
        if when is None:
            return None
        if words.purpose is Purpose.VISIT_DAY:
            return await _day_said(turn, when, lambda day: LogOn(subject, day), LogOn(subject))
        return await _day_said(turn, when, lambda day: SetDraftDay(subject, day), SetDraftDay(subject))
    at = AskField(subject, words.purpose is Purpose.DRAFT_FIELD, Field(words.choice))
    if at.field is Field.NEXT:
        when = _when(turn, text, Tense.AHEAD)
        return (
            None if when is None else await _day_said(turn, when, lambda day: _set(at, day.isoformat()), at)
        )
    told, _name, _on = await _subject(turn, at)
    line = sentence(text)
    new = replace(told, promise=line) if at.field is Field.PROMISE else replace(told, note=line)
    screen = await _say(turn, at, new)
    await awaiting.forget(turn.deps, turn.viewer)
    return screen


async def _listen(turn: Turn, text: str, attachment: Attachment | None) -> Heard:
    return await visit_drafts.heard(turn.deps, turn.viewer, text, attachment, today=turn.today, now=turn.now)


def _when(turn: Turn, text: str, tense: Tense) -> When | None:
    """The day that a message names and nothing else."""
    found = find_dates(text.strip(), today=turn.today, calendar=turn.deps.calendar, tense=tense)
    return found[0] if len(found) == 1 and found[0].names_day else None


async def _day_said(turn: Turn, when: When, button: Callable[[date], _DayButton], again: Callback) -> Screen:
    """Take a day that was said, or ask which of its meanings is meant."""
    if when.on is not None:
        screen = await _press_day(turn, button(when.on))
        await awaiting.forget(turn.deps, turn.viewer)
        return screen
    rows = _in_rows([Button(turn.words.day(day), button(day)) for day in when.options], 2)
    rows.append([Button(turn.words._("Another day"), again), *home_row(turn)])
    return Screen(turn.text("which_day"), rows)


async def _press_day(turn: Turn, at: _DayButton) -> Screen:
    match at:
        case LogOn():
            return await log_on(turn, at)
        case SetDraftDay():
            return await set_draft_day(turn, at)
    return await set_field(turn, at)


async def _ask_result(turn: Turn, customer_id: CustomerId, on: date, back: Back, page: int) -> Screen:
    _ = turn.words._
    customer = await visits.loggable(turn.deps, turn.viewer, customer_id)
    known = await visits.on_day(turn.deps, turn.viewer, customer_id, on)
    possible = MOVES[known.told.result.state if known else VisitState.PLANNED]
    buttons = [
        Button(_(RESULTS[one]), _result(customer_id, on, one, back, page))
        for one in Result
        if one.state in possible and one not in CALLED_OFF
    ]
    rows = _in_rows(buttons, 2)
    if VisitState.CANCELLED in possible:
        rows.append([Button(_("Called off…"), AskCancelled(customer_id, on, back, page))])
    if known is not None:
        rows.append([Button(_("What is logged"), ShowVisit(known.id))])
    if on == turn.today:
        yesterday = turn.today - timedelta(days=1)
        rows.append(
            [
                Button(_("It was yesterday"), LogOn(customer_id, yesterday, back, page)),
                Button(_("Another day"), LogOn(customer_id, None, back, page)),
            ]
        )
    rows.append([_way_back(turn, customer_id, back, page), *home_row(turn)])
    text = turn.text("visit_ask", customer=customer, on=on, today=turn.today, known=known)
    return Screen(text, rows)


async def _visit(turn: Turn, visit_id: VisitId, *, every: bool = False) -> Screen:
    """A visit, the fields that are asked as buttons, or all of them."""
    _ = turn.words._
    view = await visits.visit_view(turn.deps, turn.viewer, visit_id, today=turn.today, now=turn.now)
    visit = view.visit
    rows: list[list[Button]] = []
    if view.own:
        fields = tuple(Field) if every else view.fields
        rows += _in_rows(_field_buttons(turn, view, fields), 2)
        if every:
            rows.append([Button(_("Another result"), LogOn(visit.customer_id, visit.on))])
        else:
            rows.append([Button(_("More to say"), ShowVisit(visit_id, every=True))])
    if any(one.code == "no_consent" for one in view.remarks):
        consent = AskConsent(visit.customer_id, _asked(visit.told.channel))
        rows.append([Button(_("Note a consent"), consent)])
    rows += rule_rows(one.params["rule"] for one in view.remarks)
    last = [Button(_("Card"), ShowCard(visit.customer_id))]
    if view.undo is not None:
        last.insert(0, Button(_("Take back"), UndoVisit(view.undo)))
    if view.versions:
        last.append(Button(_("Earlier versions"), ShowVersions(visit_id)))
    rows.append(last)
    if view.own:
        rows.append([Button(_("Visits logged"), ShowVisits()), Button(_("Today's visits"), ShowToday())])
    rows.append(home_row(turn))
    return Screen(turn.text("visit", view=view, today=turn.today), rows)


def _asked(channel: Channel) -> Channel:
    """The channel of which customers are asked: what they say of visits holds for all meetings in person."""
    return Channel.FACE_TO_FACE if channel in IN_PERSON else channel


def _field_buttons(turn: Turn, view: VisitView, fields: tuple[Field, ...]) -> list[Button]:
    buttons = []
    for field in fields:
        ask = AskField(view.visit.id, is_draft=False, field=field)
        name = turn.words._(FIELDS[field])
        said = bool(_value(view.visit.told, field)) and field is not Field.CHANNEL
        if field is Field.NEXT and not said and view.suggested is not None:
            day = f"{name}{turn.words.colon}{turn.words.day(view.suggested)}"
            buttons += [Button(day, _set(ask, view.suggested.isoformat()))]
            buttons += [Button(turn.words._("Another day"), ask)]
        else:
            buttons.append(Button(f"✓ {name}" if said else name, ask))
    return buttons


async def _draft(turn: Turn, draft_id: DraftId, *, change: bool = False, page: int = 0) -> Screen:
    """A draft: its first open question, or the form with "Save"."""
    view = await visit_drafts.draft_view(turn.deps, turn.viewer, draft_id, turn.today)
    draft = view.draft
    drop = Button(turn.words._("Drop it"), DropDraft(draft_id))
    if view.open_name is not None:
        rows: list[list[Button]] = [
            [Button(where(one), ChooseCustomer(draft_id, view.open_name, one.id))] for one in view.choices
        ]
        rows.append(
            [Button(turn.words._("None of them"), ChooseCustomer(draft_id, view.open_name, None)), drop]
        )
    elif draft.on is None:
        rows = _in_rows([Button(turn.words.day(day), SetDraftDay(draft_id, day)) for day in draft.days], 2)
        rows.append([Button(turn.words._("Another day"), SetDraftDay(draft_id)), drop])
    elif draft.next_days and not change:
        ask = AskField(draft_id, is_draft=True, field=Field.NEXT)
        rows = _in_rows(
            [Button(turn.words.day(day), _set(ask, day.isoformat())) for day in draft.next_days], 2
        )
        rows.append(
            [Button(turn.words._("Another day"), ask), Button(turn.words._("No date"), _set(ask, None))]
        )
        rows.append([drop])
    else:
        rows = _form(turn, view, change=change, page=page)
    return Screen(turn.text("visit_draft", view=view), [*rows, home_row(turn)])


def _form(turn: Turn, view: DraftView, *, change: bool, page: int) -> list[list[Button]]:
    """Save, change, drop; and whom to tick where several of one hospital were met."""
    _ = turn.words._
    draft = view.draft
    rows: list[list[Button]] = []
    shown, page, pages = page_of(view.place, page, PAGE)
    for one in shown:
        there = one.id in draft.customers
        label = f"✓ {one.name}" if there else one.name
        rows.append([Button(label, TickCustomer(RowId(draft.id), RowId(one.id), not there, RowId(page)))])
    rows = _in_rows([button for row in rows for button in row], 2)
    rows += page_row(page, pages, lambda to: ShowDraft(draft.id, change, to))
    if draft.customers:
        many = len(draft.customers) > 1
        save = turn.words._("Save all %(n)s", n=len(draft.customers)) if many else _("Save")
        rows.append([Button(save, SaveDraft(draft.id))])
    if change:
        rows.append([Button(_("Result"), SetDraftResult(draft.id)), Button(_("Day"), SetDraftDay(draft.id))])
        fields = [
            Button(_(name), AskField(draft.id, is_draft=True, field=field)) for field, name in FIELDS.items()
        ]
        rows += [*_in_rows(fields, 2), []]
    else:
        rows.append([Button(_("Change"), ShowDraft(draft.id, change=True, page=page))])
    rows[-1].append(Button(_("Drop it"), DropDraft(draft.id)))
    return rows


async def _changed(turn: Turn, draft_id: DraftId, how: Change) -> Screen:
    await visit_drafts.change(turn.deps, turn.viewer, draft_id, how)
    return await _draft(turn, draft_id)


async def _subject(turn: Turn, at: AskField | SetField) -> tuple[Told, str, date]:
    """What is said so far of a visit or a draft, whose it is, and its day."""
    if at.is_draft:
        view = await visit_drafts.draft_view(turn.deps, turn.viewer, DraftId(at.subject), turn.today)
        return (
            view.draft.told,
            ", ".join(one.name for one in view.customers)[:80],
            view.draft.on or turn.today,
        )
    visit = await visits.own(turn.deps, turn.viewer, VisitId(at.subject))
    return visit.told, visit.customer_name, visit.on


async def _say(turn: Turn, at: AskField, told: Told) -> Screen:
    """Store what is said, and show the visit or the draft."""
    if at.is_draft:
        return await _changed(turn, DraftId(at.subject), visit_drafts.saying(told))
    visit = VisitId(at.subject)
    await visits.say(turn.deps, turn.viewer, visit, told, today=turn.today, now=turn.now)
    return await _visit(turn, visit)


async def _values(turn: Turn, at: AskField, told: Told) -> list[Button]:
    """The values of a field as buttons, those that hold ticked."""
    _ = turn.words._
    match at.field:
        case Field.TOPICS:
            known = await visits.topics(turn.deps, turn.viewer, turn.today)
            return [
                _toggle(topic(turn.words, name), at, key, holds=name in told.topics)
                for key, name in known.items()
            ]
        case Field.JOINED:
            return [
                _toggle(one.name, at, str(one.id), holds=one.id in told.joined)
                for one in await visits.colleagues(turn.deps, turn.viewer)
            ]
        case Field.BARRIER:
            return [_choice(_(name), at, one, holds=told.barrier is one) for one, name in BARRIERS.items()]
        case Field.SUPPORT:
            return [
                _choice(_(name), at, str(one.value), holds=told.support is one) for one, name in HEARD.items()
            ]
        case Field.CHANNEL:
            return [_choice(_(name), at, one, holds=told.channel is one) for one, name in CHANNELS.items()]
        case Field.NEXT:
            days = visits.next_days(turn.deps, turn.today)
            return [
                _choice(turn.words.day(day), at, day.isoformat(), holds=told.next_on == day) for day in days
            ]
    return []


def _result(customer: CustomerId, on: date, result: Result, back: Back, page: int) -> SetResult:
    return SetResult(RowId(customer), on, result, back, RowId(page))


def _toggle(label: str, at: AskField, value: str, *, holds: bool) -> Button:
    button = SetField(RowId(at.subject), at.is_draft, at.field, value, chosen=not holds)
    return Button((f"✓ {label}" if holds else label)[:60], button)


def _choice(label: str, at: AskField, value: str, *, holds: bool) -> Button:
    return Button(f"✓ {label}" if holds else label, _set(at, value))


async def _with_value(turn: Turn, told: Told, at: SetField, on: date) -> Told:
    """What is said with one value more, or less. DomainError "not_found" for a value that does not exist."""
    value = at.value
    try:
        match at.field:
            case Field.TOPICS:
                name = (await visits.topics(turn.deps, turn.viewer, turn.today)).get(value or "")
                most = visits.params(turn.deps, on).most_topics
                return told if name is None else told.with_topic(name, talked=at.chosen, most=most)
            case Field.JOINED:
                known = {one.id for one in await visits.colleagues(turn.deps, turn.viewer)}
                colleague = UserId(int(value or 0))
                return told.with_colleague(colleague, there=at.chosen) if colleague in known else told
            case Field.BARRIER:
                return replace(told, barrier=Barrier(value) if value else None)
            case Field.SUPPORT:
                return replace(told, support=Support(int(value)) if value else None)
            case Field.CHANNEL:
                return replace(told, channel=Channel(value or ""))
            case Field.NEXT:
                return replace(told, next_on=_ahead(turn, date.fromisoformat(value)) if value else None)
            case Field.PROMISE:
                return replace(told, promise="")
    except ValueError:
        raise DomainError("not_found") from None
    return replace(told, note="")


def _ahead(turn: Turn, day: date) -> date:
    if day <= turn.today:
        raise DomainError("visit_next_past")
    return day


def _value(told: Told, field: Field) -> object:
    return told.next_on if field is Field.NEXT else getattr(told, field.value)


def _set(at: AskField, value: str | None) -> SetField:
    return SetField(RowId(at.subject), at.is_draft, at.field, value)


def _subject_button(at: AskField) -> Callback:
    return ShowDraft(at.subject) if at.is_draft else ShowVisit(at.subject)


def _way_back(turn: Turn, customer: int, back: Back, page: int) -> Button:
    if back is Back.TODAY:
        return Button(turn.words._("Back to the list"), ShowToday(None, page))
    return Button(turn.words._("Back to the card"), ShowCard(customer, back, page))


def _in_rows(buttons: list[Button], size: int) -> list[list[Button]]:
    return [buttons[at : at + size] for at in range(0, len(buttons), size)]
