"""A customer's file: its sections, editing it field by field, and taking an edit back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.buttons.appointments import AskTimes
from bot.buttons.corrections import AskDoubt
from bot.buttons.customers import ShowCard, ShowTrace
from bot.buttons.feedback import ShowFeedback
from bot.buttons.profile import (
    AskConsent,
    AskFile,
    AskRelation,
    ChooseRelation,
    EndFact,
    EndRelation,
    EndStep,
    Section,
    SetConsent,
    SetFile,
    SetRelation,
    ShowFacts,
    ShowFile,
    UndoEdit,
)
from bot.buttons.segments import ShowSegments
from bot.buttons.visits import ShowVisit
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.customers import where
from bot.handlers.home import home_row
from bot.handlers.today import refresh
from bot.render.profile import ADVICE, ASKED, BASES, FACTS, FIELDS, PURPOSES, RELATIONS, change
from bot.render.sentences import CHANNELS
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, customers, profile
from bot.services.profile import WRITTEN, File
from bot.turn import Turn
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.customers.profile import (
    CONSENTED,
    MOST_RELATIONS,
    NEEDS,
    SWOT,
    Basis,
    Consent,
    FactKind,
    FileField,
    RelationKind,
)
from domain.errors import DomainError
from domain.ids import ChangeId, CustomerId, FactId, RelationId, VisitId
from domain.people.model import Role
from domain.visits.model import Channel

routes = Routes()

PAGE = 8
VISITS = 5  # on a page
LABEL = 60
CHANNELS_ASKED = (Channel.FACE_TO_FACE, *CONSENTED)
_CHANGES_PLAN = frozenset({FileField.NO_SEE, FileField.STATUS, FileField.BY_APPOINTMENT})
_SECTIONS = {
    FileField.BEST_TIMES: Section.TIMES,
    FileField.BY_APPOINTMENT: Section.TIMES,
    FileField.RECEPTION: Section.TIMES,
    FileField.CONSENT: Section.CHANNELS,
    FileField.STEP: Section.NEEDS,
    FileField.FACT: Section.ALL,
    FileField.RELATION: Section.RELATIONS,
}
"""Where a field stands; all others among the basics."""


@routes.on(ShowFile)
async def show_file(turn: Turn, at: ShowFile) -> Screen:
    """The file at a glance, or one section of it with its buttons."""
    file = await profile.file(turn.deps, turn.viewer, CustomerId(at.customer), today=turn.today, now=turn.now)
    match at.section:
        case Section.ALL:
            return _overview(turn, file)
        case Section.BASICS:
            return _section(turn, file, "basics", _basics_rows(turn, file))
        case Section.TIMES:
            return _section(turn, file, "times", _times_rows(turn, file))
        case Section.CHANNELS:
            return _section(turn, file, "channels", _channel_rows(turn, file), channels=CHANNELS_ASKED)
        case Section.NEEDS:
            return _section(turn, file, "needs", _needs_rows(turn, file))
        case Section.SWOT:
            rows = _in_rows(_fact_buttons(turn, file, SWOT))
            return _section(turn, file, "swot", rows, lists=SWOT, advice=_advice(turn, file))
        case Section.RELATIONS:
            return _section(turn, file, "relations", _relation_rows(turn, file), most=MOST_RELATIONS)
        case Section.VISITS:
            return _visits(turn, file, at.page)
    return _history(turn, file, at.page)


@routes.on(AskFile)
async def ask_file(turn: Turn, at: AskFile) -> Screen:
    """What a field shall be: values that are known as buttons, and words."""
    _ = turn.words._
    customer_id = CustomerId(at.customer)
    offered = await profile.offered(turn.deps, turn.viewer, customer_id, at.field)
    file = await _file(turn, at.customer)
    rows: list[list[Button]]
    if at.field is FileField.INSTITUTION:
        known = await profile.hospitals(turn.deps, turn.viewer)
        shown, page, pages = page_of(known, at.page, PAGE)
        rows = _hospital_rows(at.customer, shown)
        rows += page_row(page, pages, lambda to: replace(at, page=to))
    elif at.field in WRITTEN:
        rows = _in_rows(
            [Button(value[:LABEL], SetFile(at.customer, at.field, key)) for key, value in offered.items()]
        )
        if at.field is not FileField.NAME and getattr(file.customer, at.field.value):
            rows.append([Button(_("Take it out"), SetFile(at.customer, at.field, ""))])
    else:
        raise DomainError("not_found")
    await awaiting.ask(turn.deps, turn.viewer, Purpose.FILE, at.customer, at.field.value, turn.now)
    rows.append([_back(turn, at.customer, _section_of(at.field)), *home_row(turn)])
    text = turn.text(
        "file_field",
        file=file,
        field=_(FIELDS[at.field]),
        purpose=_(PURPOSES[at.field]),
        value=_value(file.customer, at.field),
        is_hospital=at.field is FileField.INSTITUTION,
    )
    return Screen(text, rows)


@routes.on(SetFile)
async def set_file(turn: Turn, at: SetFile) -> Screen:
    """Write a field by a button."""
    await profile.choose(
        turn.deps,
        turn.viewer,
        CustomerId(at.customer),
        at.field,
        at.key,
        today=turn.today,
        now=turn.now,
    )
    if at.field in _CHANGES_PLAN:
        await refresh(turn)
    return await _saved(turn, at.customer, _section_of(at.field))


@routes.on(AskConsent)
async def ask_consent(turn: Turn, at: AskConsent) -> Screen:
    """Whether the customer agrees to a channel, and how they said so."""
    _ = turn.words._
    file = await _file(turn, at.customer)
    if at.channel not in CHANNELS_ASKED:
        raise DomainError("not_found")
    rows = [
        [Button(_("Agreed: %(how)s", how=_(name)), _consent(at, basis, given=True))]
        for basis, name in BASES.items()
    ]
    rows += [
        [Button(_("Declined: %(how)s", how=_(name)), _consent(at, basis, given=False))]
        for basis, name in BASES.items()
    ]
    if at.channel is Channel.FACE_TO_FACE:
        rows = [
            [Button(_("May be visited"), _consent(at, Basis.SAID, given=True))],
            [Button(_("Wants no visits"), _consent(at, Basis.SAID, given=False))],
        ]
    await awaiting.ask(turn.deps, turn.viewer, Purpose.CONSENT, at.customer, at.channel.value, turn.now)
    rows.append([_back(turn, at.customer, Section.CHANNELS), *home_row(turn)])
    return Screen(turn.text("file_consent", file=file, one=at.channel, on=at.on or turn.today), rows)


@routes.on(SetConsent)
async def set_consent(turn: Turn, at: SetConsent) -> Screen:
    """Keep what the customer has said, as of today."""
    if at.channel not in CHANNELS_ASKED:
        raise DomainError("not_found")
    on = at.on or turn.today
    said = Consent(
        channel=at.channel,
        basis=at.basis,
        given_on=on if at.given else None,
        withdrawn_on=None if at.given else on,
    )
    await profile.consent(
        turn.deps, turn.viewer, CustomerId(at.customer), said, today=turn.today, now=turn.now
    )
    await refresh(turn)
    return await _saved(turn, at.customer, Section.CHANNELS)


@routes.on(ShowFacts)
async def show_facts(turn: Turn, at: ShowFacts) -> Screen:
    """The facts of one kind; while there is room, the next message is another one."""
    file = await _file(turn, at.customer)
    facts = file.of(at.kind)
    has_room = len(facts) < at.kind.most
    if has_room:
        await awaiting.ask(turn.deps, turn.viewer, Purpose.FACT, at.customer, at.kind.value, turn.now)
    mark = "✓" if at.kind in NEEDS else "✗"
    rows = [[Button(f"{mark} {one.text}"[:LABEL], EndFact(at.customer, one.id))] for one in facts]
    rows += _undo_rows(turn, file)
    rows.append([_back(turn, at.customer, _section_of_fact(at.kind)), *home_row(turn)])
    text = turn.text(
        "file_facts",
        file=file,
        facts=facts,
        name=turn.words._(FACTS[at.kind]),
        asked=turn.words._(ASKED[at.kind]) if has_room else None,
        is_need=at.kind in NEEDS,
        most=at.kind.most,
    )
    return Screen(text, rows)


@routes.on(EndFact)
async def end_fact(turn: Turn, at: EndFact) -> Screen:
    """A fact is no longer so, or a promise kept."""
    file = await _file(turn, at.customer)
    ended = next((one for one in file.facts if one.id == at.fact), None)
    if ended is None:
        raise DomainError("not_found")
    await profile.end_fact(
        turn.deps, turn.viewer, file.customer.id, FactId(at.fact), today=turn.today, now=turn.now
    )
    return await _saved(turn, at.customer, _section_of_fact(ended.kind))


@routes.on(EndStep)
async def end_step(turn: Turn, at: EndStep) -> Screen:
    """What was promised at a visit is done."""
    await profile.end_step(
        turn.deps,
        turn.viewer,
        CustomerId(at.customer),
        VisitId(at.visit),
        today=turn.today,
        now=turn.now,
    )
    await refresh(turn)
    return await _saved(turn, at.customer, Section.NEEDS)


@routes.on(AskRelation)
async def ask_relation(turn: Turn, at: AskRelation) -> Screen:
    """Who is meant: people of the same hospital as buttons, or a name."""
    file = await _file(turn, at.customer)
    near = await profile.colleagues(turn.deps, turn.viewer, file.customer.id)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.RELATION, at.customer, "", turn.now)
    return _people(turn, file, near, "file_relation")


@routes.on(ChooseRelation)
async def choose_relation(turn: Turn, at: ChooseRelation) -> Screen:
    """What the other is to the customer."""
    customer, other = await profile.pair(
        turn.deps, turn.viewer, CustomerId(at.customer), CustomerId(at.other)
    )
    rows = [
        [Button(turn.words._(sentence, name=other.name)[:LABEL], SetRelation(at.customer, at.other, kind))]
        for kind, sentence in RELATIONS.items()
    ]
    rows.append([_back(turn, at.customer, Section.RELATIONS), *home_row(turn)])
    return Screen(turn.text("file_relation_kind", customer=customer, other=other), rows)


@routes.on(SetRelation)
async def set_relation(turn: Turn, at: SetRelation) -> Screen:
    """Keep the relation."""
    await profile.relate(
        turn.deps,
        turn.viewer,
        CustomerId(at.customer),
        CustomerId(at.other),
        RelationKind(at.kind),
        now=turn.now,
    )
    return await _saved(turn, at.customer, Section.RELATIONS)


@routes.on(EndRelation)
async def end_relation(turn: Turn, at: EndRelation) -> Screen:
    """Take a relation out."""
    await profile.part(turn.deps, turn.viewer, CustomerId(at.customer), RelationId(at.relation), now=turn.now)
    return await _saved(turn, at.customer, Section.RELATIONS)


@routes.on(UndoEdit)
async def undo_edit(turn: Turn, at: UndoEdit) -> Screen:
    """Take an edit back, and show where it stood."""
    undone = await profile.take_back(
        turn.deps, turn.viewer, ChangeId(at.change), today=turn.today, now=turn.now
    )
    await refresh(turn)
    screen = await show_file(turn, ShowFile(undone.customer_id, _section_of(undone.field)))
    return replace(screen, toast=turn.words._("Taken back"))


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen | None:
    """Words for the file; None where a day was asked for and something else is meant.

    What cannot be kept may be said again; else nothing is waited for any more.
    """
    try:
        return await _take(turn, words, text)
    except DomainError as error:
        if not error.code.startswith(("sentence_", "refused_")):
            await awaiting.forget(turn.deps, turn.viewer)
        raise


async def _take(turn: Turn, words: AwaitedWords, text: str) -> Screen | None:
    customer_id = CustomerId(words.subject)
    if words.purpose is Purpose.CONSENT:
        said_on = profile.past_day(turn.deps, text, turn.today)
        at = AskConsent(customer_id, Channel(words.choice), said_on)
        return None if said_on is None else await ask_consent(turn, at)
    if words.purpose is Purpose.RELATION:
        return await _name_said(turn, customer_id, text)
    if words.purpose is Purpose.FACT:
        kind = FactKind(words.choice)
        await profile.add_fact(
            turn.deps, turn.viewer, customer_id, kind, text, today=turn.today, now=turn.now
        )
        await awaiting.forget(turn.deps, turn.viewer)
        return await show_file(turn, ShowFile(customer_id, _section_of_fact(kind)))
    field = FileField(words.choice)
    if field is FileField.INSTITUTION:
        return await _hospital_said(turn, customer_id, text)
    await profile.write(turn.deps, turn.viewer, customer_id, field, text, today=turn.today, now=turn.now)
    await awaiting.forget(turn.deps, turn.viewer)
    return await show_file(turn, ShowFile(customer_id, _section_of(field)))


async def _name_said(turn: Turn, customer_id: CustomerId, text: str) -> Screen:
    file = await _file(turn, customer_id)
    found = await customers.find(turn.deps, turn.viewer, text)
    others = [one for one, _score in found if one.id != customer_id]
    return _people(turn, file, others, "file_relation" if others else "file_nobody")


async def _hospital_said(turn: Turn, customer_id: CustomerId, text: str) -> Screen:
    file = await _file(turn, customer_id)
    found = await profile.find_hospitals(turn.deps, text)
    rows = _hospital_rows(customer_id, found)
    rows.append([_back(turn, customer_id, Section.BASICS), *home_row(turn)])
    return Screen(turn.text("file_hospitals", file=file, found=found, wanted=text[:LABEL]), rows)


async def _file(turn: Turn, customer: int) -> File:
    return await profile.file(turn.deps, turn.viewer, CustomerId(customer), today=turn.today, now=turn.now)


async def _saved(turn: Turn, customer: int, section: Section) -> Screen:
    screen = await show_file(turn, ShowFile(customer, section))
    return replace(screen, toast=turn.words._("Saved"))


def _overview(turn: Turn, file: File) -> Screen:
    _ = turn.words._
    number = file.customer.id
    buttons = [
        Button(_("Basics"), ShowFile(number, Section.BASICS)),
        Button(_("Times"), ShowFile(number, Section.TIMES)),
        Button(_("Channels"), ShowFile(number, Section.CHANNELS)),
        Button(_("Needs"), ShowFile(number, Section.NEEDS)),
        Button(_("SWOT"), ShowFile(number, Section.SWOT)),
        Button(_("Relations"), ShowFile(number, Section.RELATIONS)),
        Button(_("Types and stages"), ShowSegments(number)),
        Button(_("Visits"), ShowFile(number, Section.VISITS)),
        Button(_("History"), ShowFile(number, Section.HISTORY)),
    ]
    buttons.append(Button(_("Feedback"), ShowFeedback(number)))
    if file.is_tiered:
        buttons.append(Button(_("Movement in the grid"), ShowTrace(number)))
    buttons.append(Button(_("Not right?"), AskDoubt(number)))
    rows = [*_in_rows(buttons), [Button(_("Back to the card"), ShowCard(number)), *home_row(turn)]]
    text = turn.text("file", file=file, channels=CHANNELS_ASKED, lists=SWOT)
    return Screen(text, rows)


def _section(turn: Turn, file: File, name: str, rows: list[list[Button]], **more: object) -> Screen:
    rows = [*rows, *_undo_rows(turn, file), [_back(turn, file.customer.id), *home_row(turn)]]
    return Screen(turn.text(f"file_{name}", file=file, **more), rows)


def _basics_rows(turn: Turn, file: File) -> list[list[Button]]:
    _ = turn.words._
    customer = file.customer
    asked = (FileField.INSTITUTION, *WRITTEN)
    rows = _in_rows([Button(_(FIELDS[field]), AskFile(customer.id, field)) for field in asked])
    rows.append(
        [
            _toggle(turn, customer, FileField.KOL, holds=customer.is_kol),
            _toggle(turn, customer, FileField.NO_SEE, holds=customer.is_no_see),
        ]
    )
    if turn.viewer.role is not Role.REP:
        active = customer.status is CustomerStatus.ACTIVE
        to = CustomerStatus.INACTIVE if active else CustomerStatus.ACTIVE
        label = _("Take off the list") if active else _("Put back on the list")
        rows.append([Button(label, SetFile(customer.id, FileField.STATUS, to.value))])
    return rows


def _times_rows(turn: Turn, file: File) -> list[list[Button]]:
    customer = file.customer
    return [
        [Button(turn.words._("Best times"), AskTimes(customer.id))],
        [_toggle(turn, customer, FileField.BY_APPOINTMENT, holds=customer.by_appointment)],
    ]


def _channel_rows(turn: Turn, file: File) -> list[list[Button]]:
    buttons = [
        Button(
            f"{'✓' if file.may(channel) else '✗'} {turn.words._(CHANNELS[channel])}",
            AskConsent(file.customer.id, channel),
        )
        for channel in CHANNELS_ASKED
    ]
    return _in_rows(buttons)


def _needs_rows(turn: Turn, file: File) -> list[list[Button]]:
    number = file.customer.id
    rows = [[Button(f"✓ {one.told.promise}"[:LABEL], EndStep(number, one.id))] for one in file.steps]
    rows += [
        [Button(f"✓ {one.text}"[:LABEL], EndFact(number, one.id))]
        for kind in (FactKind.PROMISE, FactKind.EVIDENCE)
        for one in file.of(kind)
    ]
    return [*rows, _fact_buttons(turn, file, NEEDS)]


def _fact_buttons(turn: Turn, file: File, kinds: Iterable[FactKind]) -> list[Button]:
    return [Button(f"+ {turn.words._(FACTS[kind])}", ShowFacts(file.customer.id, kind)) for kind in kinds]


def _advice(turn: Turn, file: File) -> list[str]:
    """A line for each pair of lists, with the first fact of each."""
    return [
        turn.words._(
            ADVICE[inside, outside], inside=file.of(inside)[0].text, outside=file.of(outside)[0].text
        )
        for inside, outside in file.pairs
    ]


def _relation_rows(turn: Turn, file: File) -> list[list[Button]]:
    _ = turn.words._
    number = file.customer.id
    rows = []
    for one in file.relations:
        row = [Button(one.name[:LABEL], ShowCard(one.other))]
        if not one.is_told_there:
            row.append(Button(_("Take it out"), EndRelation(number, one.id)))
        rows.append(row)
    if sum(not one.is_told_there for one in file.relations) < MOST_RELATIONS:
        rows.append([Button(_("Add a relation"), AskRelation(number))])
    return rows


def _visits(turn: Turn, file: File, page: int) -> Screen:
    shown, page, pages = page_of(file.visits, page, VISITS)
    rows = _in_rows([Button(turn.words.day(one.on), ShowVisit(one.id)) for one in shown])
    rows += page_row(page, pages, lambda to: ShowFile(file.customer.id, Section.VISITS, to))
    return _section(turn, file, "visits", rows, shown=shown)


def _history(turn: Turn, file: File, page: int) -> Screen:
    shown, page, pages = page_of(file.history, page, PAGE)
    lines = [(one, change(turn.words, one, file.institutions, file.others)) for one in shown]
    rows = [
        [Button(f"↩ {line}"[:LABEL], UndoEdit(one.id))]
        for one, line in lines
        if one.id is not None and one.id in file.undoable
    ]
    rows += page_row(page, pages, lambda to: ShowFile(file.customer.id, Section.HISTORY, to))
    rows.append([_back(turn, file.customer.id), *home_row(turn)])
    return Screen(turn.text("file_history", file=file, lines=lines), rows)


def _undo_rows(turn: Turn, file: File) -> list[list[Button]]:
    """The newest edit can be taken back, where it is the viewer's own."""
    last = file.last_edit
    if last is None or last.id is None or last.author_id != turn.viewer.id:
        return []
    line = change(turn.words, last, file.institutions, file.others)
    return [[Button(f"↩ {line}"[:LABEL], UndoEdit(last.id))]]


def _people(turn: Turn, file: File, found: Sequence[Customer], template: str) -> Screen:
    rows = [[Button(where(one), ChooseRelation(file.customer.id, one.id))] for one in found]
    rows.append([_back(turn, file.customer.id, Section.RELATIONS), *home_row(turn)])
    return Screen(turn.text(template, file=file), rows)


def _hospital_rows(customer: int, hospitals: Iterable[Institution]) -> list[list[Button]]:
    return [
        [
            Button(
                " · ".join(part for part in (one.name, one.city) if part)[:LABEL],
                SetFile(customer, FileField.INSTITUTION, str(one.id)),
            )
        ]
        for one in hospitals
    ]


def _toggle(turn: Turn, customer: Customer, field: FileField, *, holds: bool) -> Button:
    label = turn.words._(FIELDS[field])
    return Button(f"✓ {label}" if holds else label, SetFile(customer.id, field, "0" if holds else "1"))


def _consent(at: AskConsent, basis: Basis, *, given: bool) -> SetConsent:
    return SetConsent(at.customer, at.channel, basis, given, at.on)


def _back(turn: Turn, customer: int, section: Section = Section.ALL) -> Button:
    label = turn.words._("Back to the file") if section is Section.ALL else turn.words._("Back")
    return Button(label, ShowFile(customer, section))


def _section_of(field: FileField) -> Section:
    return _SECTIONS.get(field, Section.BASICS)


def _section_of_fact(kind: FactKind) -> Section:
    return Section.NEEDS if kind in NEEDS else Section.SWOT


def _value(customer: Customer, field: FileField) -> str:
    if field is FileField.INSTITUTION:
        return customer.institution.name if customer.institution else ""
    return str(getattr(customer, field.value))


def _in_rows(buttons: Sequence[Button]) -> list[list[Button]]:
    return [list(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
