"""Tiers that one can argue with: rounds, cells set by hand, and questions of reps."""

from collections.abc import Sequence
from dataclasses import replace

from bot.buttons.analyses import SendMovement, ShowMatrix
from bot.buttons.customers import ShowCard
from bot.buttons.tiers import (
    ApproveAll,
    AskAnswerReason,
    AskEvidence,
    AskOverride,
    AskOverrideReason,
    CloseRound,
    DecideProposal,
    EndOverride,
    OpenRound,
    RenewOverride,
    ShowChanges,
    ShowDue,
    ShowGaps,
    ShowLoads,
    ShowOverrides,
    ShowProposal,
    ShowProposals,
    ShowQuestion,
    ShowQuestions,
    ShowRound,
    ShowTiers,
)
from bot.clock import midnight
from bot.commands import OFFICE
from bot.db.values import AwaitedWords, Proposal, ProposalState, Purpose
from bot.handlers.customers import cell_rows, show_card
from bot.handlers.home import home_row
from bot.handlers.reviews import procurement_said
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, customers, tiering
from bot.services.tiering import Verdict
from bot.turn import Turn
from domain.errors import DomainError
from domain.ids import CustomerId, ProposalId, QuestionId, RoundId
from domain.people.model import Role
from domain.tiering.argument import LONGEST_SENTENCE, Doubt, Question, QuestionState
from domain.tiering.model import Cell, Tier

routes = Routes()


REPS = frozenset({Role.REP})
PAGE = 8
PAGE_OF_EVENTS = 6  # customers, each with the last three changes
SHOWN_DUE = 10  # names
SHOWN_GAPS = 15  # names a list; more do not fit into a message
SHOWN_CHANGES = 25  # lines


@routes.on(ShowTiers, slow=True)
async def show_tiers(turn: Turn, _at: ShowTiers) -> Screen:
    """For a manager what there is to do; for a rep the own list by cell."""
    if turn.viewer.role is Role.REP:
        return await _own_tiers(turn)
    _ = turn.words._
    state = await tiering.overview(turn.deps, turn.viewer, today=turn.today, now=turn.now)
    is_open = state.latest is not None and state.latest.is_open
    rows = [[Button(_("Go on with the round") if is_open else _("Open a round"), OpenRound())]]
    if state.latest is not None and not is_open:
        rows[-1].append(Button(_("Last round"), ShowRound(state.latest.id)))
    by_hand = Button(_("Set by hand (%(n)s)", n=state.by_hand), ShowOverrides())
    rows.append([by_hand, _questions_button(turn, state.asked)])
    rows.append([Button(_("What has moved"), ShowChanges()), Button(_("Due reviews"), ShowDue())])
    rows.append(home_row(turn))
    return Screen(turn.text("tiers", state=state), rows)


async def _own_tiers(turn: Turn) -> Screen:
    grid = await customers.grid(turn.deps, turn.viewer, turn.today)
    asked = await tiering.questions(turn.deps, turn.viewer, today=turn.today, now=turn.now)
    rows = cell_rows(turn, grid)
    rows.append([Button(turn.words._("What has moved"), ShowChanges()), _questions_button(turn, asked)])
    rows.append(home_row(turn))
    return Screen(turn.text("tiers_own", grid=grid), rows)


@routes.on(ShowChanges, slow=True)
async def show_changes(turn: Turn, _at: ShowChanges) -> Screen:
    """The grid now against the one when the month began."""
    found = await moved_this_month(turn)
    text = turn.text("tiers_changes", found=found, shown=SHOWN_CHANGES)
    rows = [[Button(turn.words._("As a table"), ShowMatrix()), Button("XLSX", SendMovement())]]
    return Screen(text, [*rows, _back_to_tiers(turn)])


async def moved_this_month(turn: Turn) -> tiering.Changes:
    """What has moved since the month began on the person's own calendar."""
    since = turn.today.replace(day=1)
    return await tiering.changes(
        turn.deps,
        turn.viewer,
        today=turn.today,
        now=turn.now,
        since=since,
        begun=midnight(since, turn.zone),
    )


@routes.on(ShowDue, OFFICE, slow=True)
async def show_due(turn: Turn, at: ShowDue) -> Screen:
    """Whose potential or support is to be looked at again: with a button each after a change."""
    due = await tiering.due(turn.deps, turn.viewer, turn.today)
    params = turn.deps.library.review.at(turn.today)
    shown, page, pages = page_of(due.by_event, at.page, PAGE_OF_EVENTS)
    rows = [[Button(one.name, ShowCard(one.id))] for one in shown]
    rows += page_row(page, pages, ShowDue)
    rows.append(_back_to_tiers(turn))
    return Screen(turn.text("tiers_due", due=due, params=params, shown=shown, names=SHOWN_DUE), rows)


@routes.on(OpenRound, OFFICE, slow=True)
async def open_round(turn: Turn, _at: OpenRound) -> Screen:
    """Begin a round, or go on with the open one."""
    opened = await tiering.open_round(turn.deps, turn.viewer, today=turn.today, now=turn.now)
    return await show_round(turn, ShowRound(opened.id))


@routes.on(ShowRound, OFFICE, slow=True)
async def show_round(turn: Turn, at: ShowRound) -> Screen:
    """The five steps: collect, analyse, tier, action plan, review."""
    _ = turn.words._
    view = await tiering.round_view(turn.deps, turn.viewer, RoundId(at.round), turn.today)
    rows = [
        [
            Button(_("1 Data gaps"), ShowGaps(at.round)),
            Button(_("3 Moves (%(n)s)", n=len(view.moving)), ShowProposals(at.round)),
        ],
        [Button(_("4 Visit load"), ShowLoads(at.round))],
    ]
    if view.round.is_open:
        if view.waiting:
            rows[-1].append(Button(_("Approve all (%(n)s)", n=len(view.waiting)), ApproveAll(at.round)))
        rows.append([Button(_("5 Close the round"), CloseRound(at.round))])
    rows.append(_back_to_tiers(turn))
    text = turn.text("tiers_round", view=view, next_on=tiering.override_until(turn.deps, view.round.on))
    return Screen(text, rows)


@routes.on(ShowGaps, OFFICE, slow=True)
async def show_gaps(turn: Turn, at: ShowGaps) -> Screen:
    """Whose potential or support is missing or old, by name."""
    view = await tiering.round_view(turn.deps, turn.viewer, RoundId(at.round), turn.today)
    days = turn.deps.library.review.at(turn.today).stale_days
    text = turn.text("tiers_gaps", gaps=view.gaps, days=days, shown=SHOWN_GAPS)
    return Screen(text, [_back_to_round(turn, at.round)])


@routes.on(ShowProposals, OFFICE, slow=True)
async def show_proposals(turn: Turn, at: ShowProposals) -> Screen:
    """Who would move from where to where."""
    view = await tiering.round_view(turn.deps, turn.viewer, RoundId(at.round), turn.today)
    shown, page, pages = page_of(view.moving, at.page, PAGE)
    rows = [[Button(_move(turn, one), ShowProposal(one.id))] for one in shown]
    rows += page_row(page, pages, lambda to: ShowProposals(at.round, to))
    rows.append(_back_to_round(turn, at.round))
    return Screen(turn.text("tiers_moves", view=view), rows)


@routes.on(ShowProposal, OFFICE)
async def show_proposal(turn: Turn, at: ShowProposal) -> Screen:
    """One proposal: from where to where, why, and the visits."""
    _ = turn.words._
    one = await tiering.proposal(turn.deps, turn.viewer, ProposalId(at.proposal))
    rows = []
    if one.waits:
        rows.append(
            [
                Button(_("Approve"), DecideProposal(at.proposal, approve=True)),
                Button(_("Keep as it is"), DecideProposal(at.proposal, approve=False)),
            ]
        )
    rows.append([Button(_("Set another cell"), AskOverride(one.customer_id))])
    rows.append([Button(_("Card"), ShowCard(one.customer_id))])
    rows[-1].append(Button(_("Back"), ShowProposals(one.round_id)))
    cadence = turn.deps.library.cadence.at(turn.today).cells
    return Screen(turn.text("tiers_move", one=one, cadence=cadence), rows)


@routes.on(DecideProposal, OFFICE)
async def decide_proposal(turn: Turn, at: DecideProposal) -> Screen:
    """Approve or keep, and show the others."""
    one = await tiering.decide(
        turn.deps, turn.viewer, ProposalId(at.proposal), approve=at.approve, now=turn.now
    )
    toast = turn.words._("Approved") if at.approve else turn.words._("Kept as it is")
    return replace(await show_proposals(turn, ShowProposals(one.round_id)), toast=toast)


@routes.on(ApproveAll, OFFICE, slow=True)
async def approve_all(turn: Turn, at: ApproveAll) -> Screen:
    """Approve all moves, after the load has been seen."""
    _ = turn.words._
    if at.sure:
        await tiering.approve_all(turn.deps, turn.viewer, RoundId(at.round), turn.now)
        return await show_round(turn, ShowRound(at.round))
    view = await tiering.round_view(turn.deps, turn.viewer, RoundId(at.round), turn.today)
    rows = [
        [Button(_("Yes, approve all"), ApproveAll(at.round, sure=True))],
        _back_to_round(turn, at.round),
    ]
    return Screen(turn.text("tiers_approve_all", view=view), rows)


@routes.on(ShowLoads, OFFICE, slow=True)
async def show_loads(turn: Turn, at: ShowLoads) -> Screen:
    """The visits a month that the grid asks of each rep, before and after."""
    view = await tiering.round_view(turn.deps, turn.viewer, RoundId(at.round), turn.today)
    return Screen(turn.text("tiers_loads", view=view), [_back_to_round(turn, at.round)])


@routes.on(CloseRound, OFFICE, slow=True)
async def close_round(turn: Turn, at: CloseRound) -> Screen:
    """Close the round, after asking."""
    _ = turn.words._
    if at.sure:
        await tiering.close_round(turn.deps, turn.viewer, RoundId(at.round), turn.now)
        return await show_round(turn, ShowRound(at.round))
    view = await tiering.round_view(turn.deps, turn.viewer, RoundId(at.round), turn.today)
    rows = [
        [Button(_("Yes, close it"), CloseRound(at.round, sure=True))],
        _back_to_round(turn, at.round),
    ]
    return Screen(turn.text("tiers_close", view=view), rows)


@routes.on(ShowOverrides, OFFICE)
async def show_overrides(turn: Turn, at: ShowOverrides) -> Screen:
    """The cells that are set by hand, each with a button to its card, where it is renewed or ended."""
    found = await tiering.overrides(turn.deps, turn.viewer, turn.today)
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button(one.name, ShowCard(one.id))] for one in shown]
    rows += page_row(page, pages, ShowOverrides)
    rows.append(_back_to_tiers(turn))
    return Screen(turn.text("tiers_by_hand", shown=shown, count=len(found)), rows)


@routes.on(AskOverride, OFFICE)
async def ask_override(turn: Turn, at: AskOverride) -> Screen:
    """Which cell a person would give the customer."""
    card = await customers.card(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    rows = [
        [
            Button(cell.value, AskOverrideReason(at.customer, cell))
            for cell in Cell
            if cell.tier is tier and cell is not card.cell
        ]
        for tier in Tier
    ]
    rows.append([Button(turn.words._("Back to the card"), ShowCard(at.customer, at.back, at.page))])
    return Screen(turn.text("tiers_override", card=card), rows)


@routes.on(AskOverrideReason, OFFICE)
async def ask_override_reason(turn: Turn, at: AskOverrideReason) -> Screen:
    """Wait for the reason."""
    card = await customers.card(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.OVERRIDE, card.customer.id, at.cell.value, turn.now)
    text = turn.text(
        "tiers_override_reason",
        card=card,
        cell=at.cell,
        until=tiering.override_until(turn.deps, turn.today),
        longest=LONGEST_SENTENCE,
    )
    return Screen(text, [[Button(turn.words._("Cancel"), ShowCard(at.customer))]])


@routes.on(RenewOverride, OFFICE)
async def renew_override(turn: Turn, at: RenewOverride) -> Screen:
    """One more cycle."""
    renewed = await tiering.renew(
        turn.deps, turn.viewer, CustomerId(at.customer), today=turn.today, now=turn.now
    )
    toast = turn.words._("Holds until %(until)s", until=renewed.until)
    return replace(await show_card(turn, ShowCard(at.customer)), toast=toast)


@routes.on(EndOverride, OFFICE)
async def end_override(turn: Turn, at: EndOverride) -> Screen:
    """Back to the computed cell."""
    await tiering.end_override(
        turn.deps, turn.viewer, CustomerId(at.customer), today=turn.today, now=turn.now
    )
    return replace(
        await show_card(turn, ShowCard(at.customer)), toast=turn.words._("The computed cell holds again")
    )


@routes.on(AskEvidence, REPS)
async def ask_evidence(turn: Turn, at: AskEvidence) -> Screen:
    """Wait for the evidence."""
    card = await customers.card(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.QUESTION, card.customer.id, at.doubt.value, turn.now)
    text = turn.text("tiers_evidence", card=card, doubt=at.doubt, longest=LONGEST_SENTENCE)
    return Screen(text, [[Button(turn.words._("Cancel"), ShowCard(at.customer))]])


@routes.on(ShowQuestions)
async def show_questions(turn: Turn, at: ShowQuestions) -> Screen:
    """What waits for an answer, the late marked, and what was answered lately."""
    asked = await tiering.questions(turn.deps, turn.viewer, today=turn.today, now=turn.now)
    shown, page, pages = page_of(asked, at.page, PAGE)
    rows = [
        [Button(f"{_mark(one, late=late)} {one.customer_name}", ShowQuestion(one.id))] for one, late in shown
    ]
    rows += page_row(page, pages, ShowQuestions)
    rows.append(_back_to_tiers(turn))
    return Screen(turn.text("tiers_questions", asked=asked, own=turn.viewer.role is Role.REP), rows)


@routes.on(ShowQuestion)
async def show_question(turn: Turn, at: ShowQuestion) -> Screen:
    """The evidence and the answer; for a manager what each answer would cost in visits."""
    _ = turn.words._
    view = await tiering.question(turn.deps, turn.viewer, QuestionId(at.question), turn.today)
    answers = turn.viewer.role is not Role.REP and view.question.is_open
    buttons = [
        Button(
            option.cell.value if option.cell else _("Mark as seeing no reps"),
            AskAnswerReason(at.question, option.cell, off=option.cell is None),
        )
        for option in view.options
    ]
    rows = [buttons[i : i + 3] for i in range(0, len(buttons), 3)] if answers else []
    if answers:
        rows.append([Button(_("Keep as it is"), AskAnswerReason(at.question, None))])
    rows.append([Button(_("Card"), ShowCard(view.question.customer_id))])
    rows[-1].append(Button(_("Questions"), ShowQuestions()))
    return Screen(turn.text("tiers_question", view=view, answers=answers), rows)


@routes.on(AskAnswerReason, OFFICE)
async def ask_answer_reason(turn: Turn, at: AskAnswerReason) -> Screen:
    """Wait for the reason of an answer."""
    view = await tiering.question(turn.deps, turn.viewer, QuestionId(at.question), turn.today)
    verdict = at.cell or (Verdict.OFF if at.off else Verdict.NO)
    if not view.question.is_open:
        raise DomainError("question_closed")
    await awaiting.ask(turn.deps, turn.viewer, Purpose.ANSWER, view.question.id, verdict.value, turn.now)
    text = turn.text(
        "tiers_answer",
        view=view,
        cell=at.cell,
        off=at.off,
        until=tiering.override_until(turn.deps, turn.today),
        longest=LONGEST_SENTENCE,
    )
    return Screen(text, [[Button(turn.words._("Cancel"), ShowQuestion(at.question))]])


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    """The sentence that was asked for: a reason, evidence or an answer.

    One that cannot be kept may be said again; when nothing can come of it, it is no longer waited for.
    """
    try:
        return await _take(turn, words, text)
    except DomainError as error:
        if not error.code.startswith("sentence_"):
            await awaiting.forget(turn.deps, turn.viewer)
        raise


async def _take(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    deps, viewer = turn.deps, turn.viewer
    customer_id = CustomerId(words.subject)
    match words.purpose:
        case Purpose.OVERRIDE:
            cell = Cell(words.choice)
            await tiering.override(deps, viewer, customer_id, cell, text, today=turn.today, now=turn.now)
        case Purpose.QUESTION:
            await tiering.ask(deps, viewer, customer_id, Doubt(words.choice), text, now=turn.now)
        case Purpose.ANSWER:
            number, verdict = QuestionId(words.subject), _verdict(words.choice)
            await tiering.answer(deps, viewer, number, verdict, text, today=turn.today, now=turn.now)
            return await show_question(turn, ShowQuestion(number))
        case Purpose.PROCUREMENT:
            return await procurement_said(turn, words, text)
    return await show_card(turn, ShowCard(customer_id))


def _verdict(choice: str) -> Cell | Verdict:
    return Verdict(choice) if choice in set(Verdict) else Cell(choice)


def _mark(one: Question, *, late: bool) -> str:
    if one.is_open:
        return "‼" if late else "?"
    return "✓" if one.state is QuestionState.ACCEPTED else "–"


def _questions_button(turn: Turn, asked: Sequence[tuple[Question, bool]]) -> Button:
    return Button(turn.words._("Questions (%(n)s)", n=sum(one.is_open for one, _ in asked)), ShowQuestions())


def _move(turn: Turn, one: Proposal) -> str:
    marks = {ProposalState.APPROVED: "✓ ", ProposalState.KEPT: "– "}
    mark = marks.get(one.state, "… " if one.is_overtaken else "")
    return f"{mark}{one.name}{turn.words.colon}{_cell(turn, one.before)} → {_cell(turn, one.decision.cell)}"


def _cell(turn: Turn, cell: Cell | None) -> str:
    return cell.value if cell else turn.words._("not rated")


def _back_to_tiers(turn: Turn) -> list[Button]:
    return [Button(turn.words._("Tiers"), ShowTiers()), *home_row(turn)]


def _back_to_round(turn: Turn, number: int) -> list[Button]:
    return [Button(turn.words._("Back to the round"), ShowRound(number))]
