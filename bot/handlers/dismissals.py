"""Saying no to a suggested customer: six reasons, each with what it means for the days to come."""

from dataclasses import replace
from datetime import date

from bot.buttons.corrections import ReportWrong
from bot.buttons.customers import ShowCard
from bot.buttons.dismissals import (
    AskLater,
    Challenge,
    Dismiss,
    PutOff,
    SayNo,
    ShowProductIssues,
    ShowPutOff,
    TakeBack,
)
from bot.buttons.today import ShowToday
from bot.commands import OFFICE, REPS
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.home import home_row
from bot.handlers.today import refresh, show_today
from bot.render.sentences import CORRECTIONS, DISMISS_REASONS, DOUBTS
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, dismissals, today
from bot.services.dismissals import Said
from bot.turn import Turn
from domain.customers.corrections import CorrectionKind
from domain.errors import DomainError
from domain.ids import CustomerId, QuestionId
from domain.tiering.argument import LONGEST_SENTENCE, Doubt
from domain.understanding.dates import find_dates
from domain.visits.dismissal import DismissReason

routes = Routes()

PAGE = 8
LATEST = 366  # days; nobody is put off for longer
WRONG = (Doubt.POTENTIAL, Doubt.SUPPORT)  # what may be wrong about the place of a target
GONE = (CorrectionKind.MOVED, CorrectionKind.RETIRED)  # and about the target itself


@routes.on(SayNo, REPS)
async def say_no(turn: Turn, at: SayNo) -> Screen:
    """The six reasons."""
    customer = await dismissals.customer_of(turn.deps, turn.viewer, CustomerId(at.customer))
    rows = [
        [Button(turn.words._(label), Dismiss(at.customer, reason, at.page))]
        for reason, label in DISMISS_REASONS.items()
    ]
    rows.append([_back(turn, at.page)])
    return Screen(turn.text("say_no", customer=customer), rows)


@routes.on(Dismiss, REPS)
async def dismiss(turn: Turn, at: Dismiss) -> Screen:
    """Keep the no, or ask what it still lacks: a day, or what is wrong."""
    if at.reason is DismissReason.UNAVAILABLE:
        return await ask_later(turn, AskLater(at.customer, at.page))
    if at.reason is DismissReason.WRONG_TARGET:
        return await _ask_doubt(turn, at)
    said = await dismissals.say_no(turn.deps, turn.viewer, CustomerId(at.customer), at.reason, turn.local)
    return await _said(turn, said, at.page)


@routes.on(Challenge, REPS)
async def challenge(turn: Turn, at: Challenge) -> Screen:
    """Keep the no and put the question to the manager; a sentence may follow."""
    wrong = DismissReason.WRONG_TARGET
    said = await dismissals.say_no(
        turn.deps, turn.viewer, CustomerId(at.customer), wrong, turn.local, doubt=at.doubt
    )
    return await _said(turn, said, at.page)


@routes.on(AskLater, REPS)
async def ask_later(turn: Turn, at: AskLater) -> Screen:
    """Ask until when: some days as buttons, any day in words."""
    customer = await dismissals.customer_of(turn.deps, turn.viewer, CustomerId(at.customer))
    await awaiting.ask(turn.deps, turn.viewer, Purpose.LATER, at.customer, str(at.page), turn.now)
    choices = dismissals.later_days(turn.deps, turn.today)
    rows = [_day_buttons(turn, at, choices[first : first + 2]) for first in range(0, len(choices), 2)]
    rows.append([_back(turn, at.page)])
    return Screen(turn.text("later", customer=customer), rows)


@routes.on(PutOff, REPS)
async def put_off(turn: Turn, at: PutOff) -> Screen:
    """Keep the customer off the list until a day and show what is left."""
    if not _is_ahead(turn, at.until):
        toast = turn.words._("This button is out of date")
        return replace(await show_today(turn, ShowToday(None, at.page)), toast=toast)
    return await _put_off(turn, CustomerId(at.customer), at.until, at.page)


async def day_said(turn: Turn, words: AwaitedWords, text: str) -> Screen | None:
    """A day in words, as an answer to `ask_later`; None for a sentence that means something else."""
    found = [one for one in find_dates(text, today=turn.today, calendar=turn.deps.calendar) if one.names_day]
    if not found:
        return None
    when, customer, page = found[0], words.subject, int(words.choice or 0)
    days = [day for day in ((when.on,) if when.on else when.options) if _is_ahead(turn, day)]
    if not days:
        raise DomainError("date_passed")
    if when.on is None:
        rows = [_day_buttons(turn, AskLater(customer, page), [day]) for day in days]
        return Screen(turn.text("which_day"), [*rows, [_back(turn, page)]])
    await awaiting.forget(turn.deps, turn.viewer)
    return await _put_off(turn, CustomerId(customer), when.on, page)


async def evidence_said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    """The sentence that goes with a question; one that cannot be kept may be said again."""
    try:
        await dismissals.add_evidence(turn.deps, turn.viewer, QuestionId(words.subject), text)
    except DomainError as error:
        if not error.code.startswith("sentence_"):
            await awaiting.forget(turn.deps, turn.viewer)
        raise
    return Screen(turn.text("evidence_kept"), [[_back(turn, 0), *home_row(turn)]])


@routes.on(ShowPutOff, REPS)
async def show_put_off(turn: Turn, at: ShowPutOff) -> Screen:
    """Who is put off, why and until when, and a button each to take it back."""
    day = await today.day_of(turn.deps, turn.viewer, None, turn.local)
    shown, page, pages = page_of(day.put_off, at.page, PAGE)
    rows = [
        [Button(turn.words._("Back now: %(name)s", name=one.customer.name), TakeBack(one.customer.id))]
        for one in shown
    ]
    rows += page_row(page, pages, ShowPutOff)
    rows.append([_back(turn, 0)])
    return Screen(turn.text("put_off", shown=shown), rows)


@routes.on(TakeBack, REPS)
async def take_back(turn: Turn, at: TakeBack) -> Screen:
    """Put the customer back onto the list."""
    await dismissals.take_back(turn.deps, turn.viewer, CustomerId(at.customer), turn.local)
    await refresh(turn)
    return replace(await show_put_off(turn, ShowPutOff()), toast=turn.words._("Back on the list"))


@routes.on(ShowProductIssues, OFFICE)
async def show_product_issues(turn: Turn, at: ShowProductIssues) -> Screen:
    """Where reps have met an issue with a product lately."""
    found = await dismissals.product_issues(turn.deps, turn.viewer, turn.today)
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button(one.customer, ShowCard(one.customer_id))] for one in shown]
    rows += page_row(page, pages, ShowProductIssues)
    rows.append([Button(turn.words._("Back"), ShowToday()), *home_row(turn)])
    return Screen(turn.text("product_issues", found=found, shown=shown), rows)


async def _put_off(turn: Turn, customer_id: CustomerId, until: date, page: int) -> Screen:
    said = await dismissals.say_no(
        turn.deps, turn.viewer, customer_id, DismissReason.UNAVAILABLE, turn.local, until=until
    )
    return await _said(turn, said, page)


async def _ask_doubt(turn: Turn, at: Dismiss) -> Screen:
    customer = await dismissals.customer_of(turn.deps, turn.viewer, CustomerId(at.customer))
    _ = turn.words._
    rows = [[Button(_(DOUBTS[one]), Challenge(at.customer, one, at.page))] for one in WRONG]
    rows += [[Button(_(CORRECTIONS[one]), ReportWrong(at.customer, one))] for one in GONE]
    rows.append([_back(turn, at.page)])
    return Screen(turn.text("wrong_target", customer=customer), rows)


async def _said(turn: Turn, said: Said, page: int) -> Screen:
    """The list without the customer; after a question to the manager first the offer to say more."""
    _ = turn.words._
    await refresh(turn)
    if said.question is not None:
        await awaiting.ask(turn.deps, turn.viewer, Purpose.EVIDENCE, said.question, "", turn.now)
        text = turn.text(
            "asked_manager", customer=said.customer, reason=said.dismissal.reason, longest=LONGEST_SENTENCE
        )
        return Screen(text, [[_back(turn, page), *home_row(turn)]])
    toast = _("%(name)s is back on %(until)s", name=said.customer.name, until=said.dismissal.until)
    if said.dismissal.reason is DismissReason.PRODUCT_ISSUE:
        toast += " · " + _("Side effects go to drug safety at once, not here.")
    return replace(await show_today(turn, ShowToday(None, page)), toast=toast)


def _is_ahead(turn: Turn, day: date) -> bool:
    return 0 < (day - turn.today).days <= LATEST


def _day_buttons(turn: Turn, at: AskLater, choices: list[date]) -> list[Button]:
    return [Button(turn.words.day(until), PutOff(at.customer, until, at.page)) for until in choices]


def _back(turn: Turn, page: int) -> Button:
    return Button(turn.words._("Back to the list"), ShowToday(None, page))
