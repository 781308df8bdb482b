"""Words that may tell of a side effect: the safety route first, then the note goes where it was meant to."""

from datetime import datetime

from bot.buttons.rules import ShowRule
from bot.buttons.safety import EndHold, ShowHeld
from bot.db.values import HeldState
from bot.handlers import visits
from bot.handlers.home import home_row
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import awaiting, screening
from bot.turn import Turn
from domain.ids import HeldId

routes = Routes()

SHOWN = 5
RULE = "R-AE"


def held_screen(turn: Turn, held: HeldId, due: datetime) -> Screen:
    """What to do now, and the ways on."""
    contact = turn.deps.settings.safety_contact
    text = turn.text("held", contact=contact, due=due, now=turn.now)
    return Screen(text, [*_ways(turn, held), _rule_row(turn)])


@routes.on(ShowHeld)
async def show_held(turn: Turn, _at: ShowHeld) -> Screen:
    """What waits, the oldest first."""
    waiting = await screening.waiting(turn.deps, turn.viewer)
    shown = waiting[:SHOWN]
    rows = [row for number, held in enumerate(shown, start=1) for row in _ways(turn, held.id, number)]
    contact = turn.deps.settings.safety_contact
    text = turn.text("held_list", contact=contact, held=shown, more=len(waiting) - len(shown), now=turn.now)
    return Screen(text, [*rows, _rule_row(turn)])


@routes.on(EndHold)
async def end_hold(turn: Turn, at: EndHold) -> Screen:
    """Keep the answer; unless the words are dropped, they are taken as if they came now."""
    from bot.handlers.entry import in_words  # the entry knows all handlers, this one among them

    held = await screening.close(turn.deps, turn.viewer, HeldId(at.held), at.state, turn.now)
    if at.state is HeldState.DROPPED:
        return Screen(turn.text("held_dropped"), [home_row(turn)])
    if held.attachment is not None:
        return await visits.received(turn, held.attachment)
    if held.words is not None:
        words = held.words
        await awaiting.ask(turn.deps, turn.viewer, words.purpose, words.subject, words.choice, turn.now)
    return await in_words(turn, held.text)


def _ways(turn: Turn, held: HeldId, number: int | None = None) -> list[list[Button]]:
    _ = turn.words._
    mark = "" if number is None else f"{number} · "
    return [
        [Button(mark + _("Reported: keep the note"), EndHold(held, HeldState.REPORTED))],
        [
            Button(mark + _("No side effect: keep it"), EndHold(held, HeldState.NO_EVENT)),
            Button(mark + _("Delete the note"), EndHold(held, HeldState.DROPPED)),
        ],
    ]


def _rule_row(turn: Turn) -> list[Button]:
    return [Button(turn.words._("The rule"), ShowRule(RULE)), *home_row(turn)]
