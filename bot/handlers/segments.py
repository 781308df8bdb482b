"""A customer's types and stages: what was stated, by whom and when, and stating it anew."""

from dataclasses import replace

from bot.buttons.customers import ShowCard
from bot.buttons.segments import AskSegment, ShowSegments, StateSegment
from bot.callbacks import RowId
from bot.handlers.customers import show_card
from bot.handlers.home import home_row
from bot.render.segments import SCHEMES, VALUES, segment
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import segments
from bot.turn import Turn
from domain.ids import CustomerId

routes = Routes()

SHOWN = 5  # opinions in one scheme
PER_ROW = 2


@routes.on(ShowSegments)
async def show_segments(turn: Turn, at: ShowSegments) -> Screen:
    """Every scheme with what counts in it, its date and author."""
    view = await segments.profile(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    buttons = [
        Button(turn.words._(name), AskSegment(at.customer, scheme, at.back, at.page))
        for scheme, name in SCHEMES.items()
    ]
    rows = [*_in_rows(buttons), _back_to_card(turn, at)]
    return Screen(turn.text("segments", view=view, schemes=list(SCHEMES)), rows)


@routes.on(AskSegment)
async def ask_segment(turn: Turn, at: AskSegment) -> Screen:
    """One scheme: what was stated so far, and the values as buttons."""
    _ = turn.words._
    view = await segments.profile(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    present = view.value(at.scheme)
    buttons = [
        Button(("✓ " if value == present else "") + _(label), _state(at, value.value))
        for value, label in VALUES[at.scheme].items()
    ]
    rows = _in_rows([*buttons, Button(segment(turn.words, None, at.scheme), _state(at, None))])
    rows.append([Button(_("All types and stages"), ShowSegments(at.customer, at.back, at.page))])
    rows.append(_back_to_card(turn, at))
    return Screen(turn.text("segment", view=view, scheme=at.scheme, shown=SHOWN), rows)


@routes.on(StateSegment)
async def state_segment(turn: Turn, at: StateSegment) -> Screen:
    """Keep what was stated, and show the card with it."""
    opinion = await segments.state(
        turn.deps,
        turn.viewer,
        CustomerId(at.customer),
        at.scheme,
        at.value,
        today=turn.today,
        now=turn.now,
    )
    name, value = turn.words._(SCHEMES[at.scheme]), segment(turn.words, opinion.value, at.scheme)
    card = await show_card(turn, ShowCard(at.customer, at.back, at.page))
    return replace(card, toast=f"{name}{turn.words.colon}{value}")


def _state(at: AskSegment, value: str | None) -> StateSegment:
    return StateSegment(RowId(at.customer), at.scheme, value, at.back, RowId(at.page))


def _in_rows(buttons: list[Button]) -> list[list[Button]]:
    return [buttons[start : start + PER_ROW] for start in range(0, len(buttons), PER_ROW)]


def _back_to_card(turn: Turn, at: ShowSegments | AskSegment) -> list[Button]:
    back = ShowCard(at.customer, at.back, at.page)
    return [Button(turn.words._("Back to the card"), back), *home_row(turn)]
