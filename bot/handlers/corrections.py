"""What is wrong on the list: moved, retired, wrong data, listed twice. Two taps to report, one to answer."""

from dataclasses import replace

from bot.buttons.corrections import (
    ApproveMove,
    ApproveReport,
    AskDoubt,
    AskForget,
    Forget,
    MergeInto,
    PointAt,
    RejectReport,
    ReportWrong,
    SayPlace,
    SaySame,
    Separate,
    ShowCorrection,
    ShowCorrections,
    WithdrawReport,
)
from bot.buttons.customers import ShowCard
from bot.buttons.tiers import AskEvidence
from bot.callbacks import RowId
from bot.commands import OFFICE
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.customers import show_card, where
from bot.handlers.home import home_row
from bot.handlers.today import refresh
from bot.render.profile import FIELDS
from bot.render.sentences import CORRECTIONS, DOUBTS
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, corrections, customers, forgetting, merging
from bot.services.corrections import Report
from bot.turn import Turn
from domain.customers.corrections import CORRECTABLE, Correction, CorrectionKind, CorrectionState
from domain.customers.model import Customer
from domain.customers.profile import FileField
from domain.errors import DomainError
from domain.ids import CorrectionId, CustomerId, InstitutionId, MergeId, UserId
from domain.people.model import Role

routes = Routes()

PAGE = 8
REPS_SHOWN = 6  # who may take a customer over, as buttons


@routes.on(AskDoubt)
async def ask_doubt(turn: Turn, at: AskDoubt) -> Screen:
    """What is not right: the place in the grid, which the manager is asked about, or the entry itself."""
    _ = turn.words._
    card = await customers.card(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    rows = []
    if turn.viewer.role is Role.REP and (card.question is None or not card.question.is_open):
        rows += [[Button(_(label), AskEvidence(at.customer, doubt))] for doubt, label in DOUBTS.items()]
    kinds = [Button(_(label), ReportWrong(card.customer.id, kind)) for kind, label in CORRECTIONS.items()]
    rows += [kinds[:2], kinds[2:]]
    rows.append([Button(_("Refuses data collection"), AskForget(card.customer.id))])
    rows.append([Button(_("Back to the card"), ShowCard(at.customer, at.back, at.page))])
    return Screen(turn.text("tiers_doubt", card=card), rows)


@routes.on(ReportWrong)
async def report_wrong(turn: Turn, at: ReportWrong) -> Screen:
    """Keep the report at once; what would be right can follow."""
    number = await corrections.report(turn.deps, turn.viewer, CustomerId(at.customer), at.kind, turn.local)
    return await show_correction(turn, ShowCorrection(number))


@routes.on(ShowCorrections)
async def show_corrections(turn: Turn, at: ShowCorrections) -> Screen:
    """What waits for an answer, and what was answered lately."""
    found = await corrections.reports(turn.deps, turn.viewer, turn.now)
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button(_line(turn, one), ShowCorrection(one.id))] for one in shown]
    rows += page_row(page, pages, ShowCorrections)
    rows.append(home_row(turn))
    return Screen(turn.text("corrections", found=found, own=turn.viewer.role is Role.REP), rows)


@routes.on(ShowCorrection)
async def show_correction(turn: Turn, at: ShowCorrection) -> Screen:
    """One report."""
    found = await corrections.view(turn.deps, turn.viewer, CorrectionId(at.correction), turn.now)
    return await _screen(turn, found)


@routes.on(PointAt)
async def point_at(turn: Turn, at: PointAt) -> Screen:
    """Which field is wrong."""
    number = CorrectionId(at.correction)
    await corrections.point_at(turn.deps, turn.viewer, number, at.field)
    found = await corrections.view(turn.deps, turn.viewer, number, turn.now)
    return await _screen(turn, found, pointed=True)


@routes.on(SayPlace)
async def say_place(turn: Turn, at: SayPlace) -> Screen:
    """Which hospital is meant."""
    number = CorrectionId(at.correction)
    await corrections.place(turn.deps, turn.viewer, number, InstitutionId(at.institution))
    return await show_correction(turn, ShowCorrection(number))


@routes.on(SaySame)
async def say_same(turn: Turn, at: SaySame) -> Screen:
    """Who is the same person."""
    number = CorrectionId(at.correction)
    await corrections.same_as(turn.deps, turn.viewer, number, CustomerId(at.other))
    return await show_correction(turn, ShowCorrection(number))


@routes.on(WithdrawReport)
async def withdraw_report(turn: Turn, at: WithdrawReport) -> Screen:
    """Take the report back and show the card."""
    found = await corrections.withdraw(turn.deps, turn.viewer, CorrectionId(at.correction), turn.local)
    return replace(await show_corrections(turn, ShowCorrections()), toast=_taken_back(turn, found))


@routes.on(ApproveReport, OFFICE)
async def approve_report(turn: Turn, at: ApproveReport) -> Screen:
    """It is so."""
    number = CorrectionId(at.correction)
    await corrections.approve(turn.deps, turn.viewer, number, today=turn.today, now=turn.now)
    return await show_correction(turn, ShowCorrection(number))


@routes.on(ApproveMove, OFFICE)
async def approve_move(turn: Turn, at: ApproveMove) -> Screen:
    """The customer works elsewhere, in somebody's care or in nobody's."""
    number, owner = CorrectionId(at.correction), UserId(at.owner) if at.owner else None
    await corrections.approve_moved(turn.deps, turn.viewer, number, owner, today=turn.today, now=turn.now)
    return await show_correction(turn, ShowCorrection(number))


@routes.on(MergeInto, OFFICE)
async def merge_into(turn: Turn, at: MergeInto) -> Screen:
    """The two entries are one person."""
    number, kept = CorrectionId(at.correction), CustomerId(at.kept)
    await merging.approve_duplicate(turn.deps, turn.viewer, number, kept, now=turn.now)
    screen = await show_correction(turn, ShowCorrection(number))
    return replace(screen, toast=turn.words._("Now they are one entry, with both histories"))


@routes.on(Separate, OFFICE)
async def separate(turn: Turn, at: Separate) -> Screen:
    """The two entries are two again."""
    found = await merging.separate(turn.deps, turn.viewer, MergeId(at.merge), turn.now)
    screen = await show_card(turn, ShowCard(found.kept_id))
    return replace(screen, toast=turn.words._("Now they are two entries again, as before"))


@routes.on(AskForget)
async def ask_forget(turn: Turn, at: AskForget) -> Screen:
    """What forgetting means, before it is done."""
    customer = await forgetting.to_forget(turn.deps, turn.viewer, CustomerId(at.customer))
    rows = [
        [Button(turn.words._("Yes, erase for good"), Forget(customer.id))],
        [Button(turn.words._("No, back to the card"), ShowCard(customer.id))],
    ]
    return Screen(turn.text("forget", customer=customer), rows)


@routes.on(Forget, slow=True)
async def forget(turn: Turn, at: Forget) -> Screen:
    """Erase, at once; today's list loses the customer, too."""
    number = CustomerId(at.customer)
    await forgetting.forget(turn.deps, turn.viewer, number, today=turn.today, now=turn.now)
    await refresh(turn)
    return Screen(turn.text("forgotten"), [home_row(turn)])


async def forget_in_words(turn: Turn, wanted: str) -> Screen:
    """`/forget Zhang`: ask whether that is meant; without a name, how it is done."""
    found = await customers.find(turn.deps, turn.viewer, wanted) if wanted else []
    if not wanted:
        return Screen(turn.text("forget_whom"), [home_row(turn)])
    rows = [[Button(where(one), AskForget(one.id))] for one, _score in found]
    template = "several_found" if found else "nobody_found"
    return Screen(turn.text(template, wanted=wanted[:60]), [*rows, home_row(turn)])


@routes.on(RejectReport, OFFICE)
async def reject_report(turn: Turn, at: RejectReport) -> Screen:
    """Everything stays; a sentence may follow."""
    number = CorrectionId(at.correction)
    await corrections.reject(turn.deps, turn.viewer, number, turn.now)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.CORRECTION_NO, number, "", turn.now)
    found = await corrections.view(turn.deps, turn.viewer, number, turn.now)
    return await _screen(turn, found, rejected=True)


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    """What would be right, or why everything stays; a sentence that cannot be kept may be said again."""
    try:
        return await _take(turn, words, text)
    except DomainError as error:
        if not error.code.startswith(("sentence_", "refused_")):
            await awaiting.forget(turn.deps, turn.viewer)
        raise


async def _take(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    deps, viewer, number = turn.deps, turn.viewer, CorrectionId(words.subject)
    if words.purpose is Purpose.CORRECTION_NO:
        await corrections.explain(deps, viewer, number, text, turn.now)
        return await show_correction(turn, ShowCorrection(number))
    found = await corrections.view(deps, viewer, number, turn.now)
    if found.correction.kind is CorrectionKind.DUPLICATE:
        return await _who_is_meant(turn, found, text)
    places = await corrections.say(deps, viewer, number, text, turn.now)
    found = await corrections.view(deps, viewer, number, turn.now)
    screen = await _screen(turn, found)
    meant = [
        [Button(" · ".join(filter(None, (one.name, one.city)))[:60], SayPlace(RowId(number), RowId(one.id)))]
        for one in places
    ]
    return replace(screen, rows=[*meant, *screen.rows])


async def _who_is_meant(turn: Turn, found: Report, text: str) -> Screen:
    """The customers who may be meant by a name, to choose from."""
    number = found.correction.id
    matches = await customers.find(turn.deps, turn.viewer, text)
    rows = [
        [Button(where(one), SaySame(RowId(number), RowId(one.id)))]
        for one, _score in matches
        if one.id != found.correction.customer_id
    ]
    rows.append([Button(turn.words._("Back"), ShowCorrection(number)), *home_row(turn)])
    template = "several_found" if len(rows) > 1 else "nobody_found"
    return Screen(turn.text(template, wanted=text[:60]), rows)


async def _screen(turn: Turn, found: Report, *, pointed: bool = False, rejected: bool = False) -> Screen:
    """A report with what its asker can still say and what the manager can answer.

    `pointed` says that the field was chosen just now, `rejected` that the answer was given just now.
    """
    one, wants = found.correction, ""
    rows: list[list[Button]] = []
    if found.own and one.is_open:
        rows, wants = _to_say(turn, found, pointed=pointed)
        if wants:
            await awaiting.ask(turn.deps, turn.viewer, Purpose.CORRECTION, one.id, "", turn.now)
    if found.may_answer:
        rows += _answers(turn, found)
    if found.own and one.is_open:
        rows.append([Button(turn.words._("Take it back"), WithdrawReport(one.id))])
    if found.merge is not None and turn.viewer.role is not Role.REP:
        rows.append([Button(turn.words._("Undo: make two again"), Separate(found.merge))])
    rows.append([Button(turn.words._("Card"), ShowCard(found.customer.id))] if found.customer else [])
    rows[-1].append(Button(turn.words._("All reports"), ShowCorrections()))
    rows.append(home_row(turn))
    text = turn.text("correction", found=found, wants=wants, rejected=rejected, longest=found.longest)
    return Screen(text, rows)


def _to_say(turn: Turn, found: Report, *, pointed: bool) -> tuple[list[list[Button]], str]:
    """What can still be said of an open report: buttons, and what the next message would be taken for."""
    _ = turn.words._
    one = found.correction
    number = RowId(one.id)
    match one.kind:
        case CorrectionKind.MOVED if not one.value:
            return [], "place"
        case CorrectionKind.DUPLICATE if found.other is None:
            return [[Button(where(each), SaySame(number, RowId(each.id)))] for each in found.twins], "twin"
        case CorrectionKind.DATA if one.value:
            return [], ""
        case CorrectionKind.DATA if pointed:
            return [], "place" if one.field is FileField.INSTITUTION else "value"
        case CorrectionKind.DATA:
            fields = [Button(_(FIELDS[field]), PointAt(one.id, field)) for field in CORRECTABLE]
            fields.append(Button(_("Another field"), PointAt(one.id, None)))
            return [fields[:3], fields[3:]], ""
    return [], ""


def _answers(turn: Turn, found: Report) -> list[list[Button]]:
    """How a report can be answered, one tap each."""
    _ = turn.words._
    one = found.correction
    no = Button(_("Keep as it is"), RejectReport(one.id))
    match one.kind:
        case CorrectionKind.RETIRED:
            return [[Button(_("Take off the list"), ApproveReport(one.id)), no]]
        case CorrectionKind.DATA:
            label = _("Write it so") if one.field and one.value else _("It is settled")
            return [[Button(label, ApproveReport(one.id)), no]]
        case CorrectionKind.MOVED:
            return [*_new_owners(turn, found), [no]]
    return [*_to_keep(turn, found), [Button(_("They are two people"), RejectReport(one.id))]]


def _new_owners(turn: Turn, found: Report) -> list[list[Button]]:
    _ = turn.words._
    number, owner = RowId(found.correction.id), found.owner
    rows = []
    if owner is not None and found.correction.value:
        rows.append([Button(_("Stays with %(name)s", name=owner.name), ApproveMove(number, RowId(owner.id)))])
    others = [one for one in found.reps if owner is None or one.id != owner.id]
    buttons = [
        Button(_("To %(name)s", name=one.name), ApproveMove(number, RowId(one.id)))
        for one in others[:REPS_SHOWN]
    ]
    rows += [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    return [*rows, [Button(_("Nobody's for now"), ApproveMove(number, RowId(0)))]]


def _to_keep(turn: Turn, found: Report) -> list[list[Button]]:
    """Which of two entries remains: each as a button that tells it from the other."""
    number = RowId(found.correction.id)
    if found.customer is None or found.other is None:
        return []
    return [
        [Button(turn.words._("Keep: %(entry)s", entry=_entry(one)), MergeInto(number, RowId(one.id)))]
        for one in (found.customer, found.other)
    ]


def _entry(one: Customer) -> str:
    place = one.institution.name if one.institution else one.city
    return " · ".join(part for part in (one.name, one.code, one.department, place) if part)[:50]


def _line(turn: Turn, one: Correction) -> str:
    marks = {
        CorrectionState.OPEN: "?",
        CorrectionState.APPROVED: "✓",
        CorrectionState.REJECTED: "–",
    }
    new = " ●" if one.is_news and one.asked_by == turn.viewer.id else ""
    return f"{marks[one.state]} {one.customer_name} · {turn.words._(CORRECTIONS[one.kind])}{new}"


def _taken_back(turn: Turn, found: Correction) -> str:
    return turn.words._("Taken back: %(name)s", name=found.customer_name)
