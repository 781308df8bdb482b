"""What customers say of us: a number on a keypad, a sentence if they like, and the list's figures."""

from collections.abc import Sequence
from dataclasses import replace

from bot.buttons.feedback import AskFeedback, GiveFeedback, ShowFeedback, ShowFeedbackFigures, UndoFeedback
from bot.buttons.profile import ShowFile
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.customers import the_one, where
from bot.handlers.home import home_row
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, customers, feedback
from bot.turn import Turn
from domain.customers.feedback import SCORES
from domain.errors import DomainError
from domain.ids import CustomerId, FeedbackId

routes = Routes()

SHOWN = 5  # answers of a customer on a page
PAGE = 8
PER_ROW = 6


async def feedback_in_words(turn: Turn, wanted: str) -> Screen:
    """`/feedback Zhang`: what they said, or the choice of those it may be; without a name, the figures."""
    if not wanted:
        return await show_figures(turn, ShowFeedbackFigures())
    found = await customers.search(turn.deps, turn.viewer, wanted)
    if not found.customers:
        return Screen(turn.text("nobody_found", wanted=wanted[:60]), [home_row(turn)])
    if only := the_one(found):
        return await show_feedback(turn, ShowFeedback(only.id))
    rows = [[Button(where(customer), ShowFeedback(customer.id))] for customer, _score in found.customers]
    return Screen(turn.text("several_found", wanted=wanted[:60]), [*rows, home_row(turn)])


@routes.on(ShowFeedback)
async def show_feedback(turn: Turn, at: ShowFeedback) -> Screen:
    """The last thing that a customer said, and what they said before."""
    return await _of_customer(turn, at.customer, at.page)


@routes.on(AskFeedback)
async def ask_feedback(turn: Turn, at: AskFeedback) -> Screen:
    """The question, and the numbers to answer with."""
    view = await feedback.opinions(turn.deps, turn.viewer, CustomerId(at.customer), turn.now)
    keys = [Button(str(score), GiveFeedback(at.customer, score)) for score in SCORES]
    rows = [keys[start : start + PER_ROW] for start in range(0, len(keys), PER_ROW)]
    rows.append([Button(turn.words._("Back"), ShowFeedback(at.customer)), *home_row(turn)])
    return Screen(turn.text("feedback_ask", view=view), rows)


@routes.on(GiveFeedback)
async def give_feedback(turn: Turn, at: GiveFeedback) -> Screen:
    """Keep the number; the next message is the sentence."""
    given = await feedback.give(
        turn.deps, turn.viewer, CustomerId(at.customer), at.score, today=turn.today, now=turn.now
    )
    await awaiting.ask(turn.deps, turn.viewer, Purpose.FEEDBACK, given, "", turn.now)
    screen = await _of_customer(turn, at.customer, asks=True)
    return replace(screen, toast=turn.words._("Saved"))


@routes.on(UndoFeedback)
async def undo_feedback(turn: Turn, at: UndoFeedback) -> Screen:
    """Take one's own entry out again."""
    customer = await feedback.take_back(turn.deps, turn.viewer, FeedbackId(at.feedback), turn.now)
    screen = await _of_customer(turn, customer)
    return replace(screen, toast=turn.words._("Taken back"))


@routes.on(ShowFeedbackFigures)
async def show_figures(turn: Turn, at: ShowFeedbackFigures) -> Screen:
    """Who recommends us and who does not, and each customer's last answer, the lowest first."""
    found = await feedback.figures(turn.deps, turn.viewer, turn.today)
    shown, page, pages = page_of(found.latest, at.page, PAGE)
    rows = [
        [Button(f"{one.feedback.score} · {one.name}"[:60], ShowFeedback(one.feedback.customer))]
        for one in shown
    ]
    rows += page_row(page, pages, ShowFeedbackFigures)
    return Screen(turn.text("feedback_figures", found=found), [*rows, home_row(turn)])


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    """The customer's sentence. One that cannot be kept may be written again; else it is not waited for."""
    try:
        kept = await feedback.write(turn.deps, turn.viewer, FeedbackId(words.subject), text, turn.now)
    except DomainError as error:
        if not error.code.startswith(("sentence_", "refused_")):
            await awaiting.forget(turn.deps, turn.viewer)
        raise
    await awaiting.forget(turn.deps, turn.viewer)
    return await _of_customer(turn, kept.customer)


async def _of_customer(turn: Turn, customer: int, page: int = 0, *, asks: bool = False) -> Screen:
    _ = turn.words._
    view = await feedback.opinions(turn.deps, turn.viewer, CustomerId(customer), turn.now)
    shown, page, pages = page_of(view.feedbacks, page, SHOWN)
    rows: list[Sequence[Button]] = []
    if view.fresh is not None:
        rows.append([Button(_("Take it back"), UndoFeedback(view.fresh))])
    rows.append(
        [Button(_("New feedback"), AskFeedback(customer)), Button(_("All feedback"), ShowFeedbackFigures())]
    )
    rows += page_row(page, pages, lambda to: ShowFeedback(customer, to))
    rows.append([Button(_("Back to the file"), ShowFile(customer)), *home_row(turn)])
    return Screen(turn.text("feedback", view=view, shown=shown, asks=asks), rows)
