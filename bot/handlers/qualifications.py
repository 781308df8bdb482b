"""Filing and training of representatives: shown, set by the office, and what to do when one has run out."""

from dataclasses import replace
from datetime import date, timedelta

from bot.buttons.access import ShowUser
from bot.buttons.qualifications import AskValid, SetValid, ShowQualifications
from bot.buttons.rules import ShowRule
from bot.buttons.visits import ShowVisits
from bot.commands import OFFICE
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.home import home_row
from bot.render.compliance import QUALIFICATIONS
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import awaiting, qualifications
from bot.turn import Turn
from domain.errors import DomainError
from domain.ids import UserId
from domain.people.qualifications import Qualification, QualificationKind
from domain.understanding.dates import find_dates
from domain.understanding.reckoning import Tense

routes = Routes()


@routes.on(ShowQualifications)
async def show_qualifications(turn: Turn, at: ShowQualifications) -> Screen:
    """Until when a representative is filed and trained, and what is locked."""
    return await _shown(turn, UserId(at.user) if at.user is not None else turn.viewer.id)


@routes.on(AskValid, OFFICE)
async def ask_valid(turn: Turn, at: AskValid) -> Screen:
    """Until when it is valid: usual days as buttons, any other in words."""
    _ = turn.words._
    view = await qualifications.view(turn.deps, turn.viewer, UserId(at.user), turn.today)
    one = _of_kind(view.known, at.kind)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.QUALIFICATION, at.user, at.kind.value, turn.now)
    days = _usual_days(turn.today, one.valid_until)
    buttons = [Button(turn.words.date(day), SetValid(at.user, at.kind, day)) for day in days]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    if one.valid_until is not None:
        rows.append([Button(_("Not known"), SetValid(at.user, at.kind, None))])
    rows.append([Button(_("Back"), ShowQualifications(at.user)), *home_row(turn)])
    return Screen(turn.text("qualification_ask", view=view, name=_(QUALIFICATIONS[at.kind])), rows)


@routes.on(SetValid, OFFICE)
async def set_valid(turn: Turn, at: SetValid) -> Screen:
    """Keep the day."""
    await qualifications.say(turn.deps, turn.viewer, UserId(at.user), at.kind, at.until, turn.now)
    return replace(await _shown(turn, UserId(at.user)), toast=turn.words._("Saved"))


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen | None:
    """A day in words, as an answer to `ask_valid`; None for a sentence that means something else."""
    until = _day_in(turn, text.strip())
    if until is None:
        return None
    screen = await set_valid(turn, SetValid(words.subject, QualificationKind(words.choice), until))
    await awaiting.forget(turn.deps, turn.viewer)
    return screen


def locked_screen(turn: Turn, error: DomainError) -> Screen:
    """What has run out, who renews it, and what goes on without it; for a "promotion_locked"."""
    _ = turn.words._
    person, lapsed = error.params["person"], error.params["lapsed"]
    own = person.id == turn.viewer.id
    rules = [Button(one.rule, ShowRule(one.rule)) for one in lapsed]
    rows = [[Button(_("Filing and training"), ShowQualifications(None if own else person.id)), *rules]]
    if own:
        rows.append([Button(_("Visits logged"), ShowVisits()), *home_row(turn)])
    else:
        rows.append(home_row(turn))
    text = turn.text(
        "promotion_locked",
        own=own,
        name=person.name,
        manager=error.params["manager"],
        lapsed=[(_(QUALIFICATIONS[one.kind]), one) for one in lapsed],
    )
    return Screen(text, rows)


async def _shown(turn: Turn, user_id: UserId) -> Screen:
    _ = turn.words._
    view = await qualifications.view(turn.deps, turn.viewer, user_id, turn.today)
    names = [(_(QUALIFICATIONS[one.kind]), one) for one in view.known]
    rows: list[list[Button]] = []
    if turn.viewer.role in OFFICE:
        rows.append([Button(name, AskValid(user_id, one.kind)) for name, one in names])
    rows.append([Button(one.rule, ShowRule(one.rule)) for one in view.known])
    back = [Button(_("Back"), ShowUser(user_id))] if turn.viewer.role in OFFICE else []
    rows.append([*back, *home_row(turn)])
    own = view.person.id == turn.viewer.id
    return Screen(turn.text("qualifications", view=view, own=own, names=names), rows)


def _of_kind(known: tuple[Qualification, ...], kind: QualificationKind) -> Qualification:
    found = next((one for one in known if one.kind is kind), None)
    if found is None:
        raise DomainError("not_found")
    return found


def _day_in(turn: Turn, text: str) -> date | None:
    """The one day that a text names and nothing else; it may be over."""
    for tense in Tense:
        found = find_dates(text, today=turn.today, calendar=turn.deps.calendar, tense=tense)
        if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) and found[0].on is not None:
            return found[0].on
    return None


def _usual_days(today: date, until: date | None) -> list[date]:
    """A year on from what holds now, a year from today, and the ends of this year and the next."""
    ends = [date(today.year + more, 12, 31) for more in (0, 1)]
    renewed = [until + timedelta(days=365)] if until is not None else []
    return sorted({day for day in (*renewed, today + timedelta(days=364), *ends) if day > today})
