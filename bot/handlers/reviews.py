"""Changes in procurement, which make reviews of potential due."""

from datetime import date, timedelta

from bot.buttons.customers import ShowCard
from bot.buttons.reviews import AskProcurement, AskProcurementNote
from bot.buttons.tiers import ShowDue
from bot.commands import OFFICE
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.home import home_row
from bot.render.segments import PROCUREMENT
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import awaiting, customers, reviews
from bot.turn import Turn
from domain.customers.model import Institution
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.tiering.argument import LONGEST_SENTENCE
from domain.tiering.review import EventKind

routes = Routes()


@routes.on(AskProcurement, OFFICE)
async def ask_procurement(turn: Turn, at: AskProcurement) -> Screen:
    """What has changed, and then since when."""
    place = await _place(turn, at.customer, at.kind)
    if at.kind is None:
        buttons = [
            Button(turn.words._(label), AskProcurement(at.customer, kind))
            for kind, label in PROCUREMENT.items()
        ]
    else:
        buttons = [
            Button(turn.words.short_day(day), AskProcurementNote(at.customer, at.kind, day))
            for day in _days(turn.today)
        ]
    rows = [[button] for button in buttons] if at.kind is None else [buttons]
    rows.append([Button(turn.words._("Back to the card"), ShowCard(at.customer)), *home_row(turn)])
    return Screen(turn.text("procurement", place=place.name, kind=at.kind), rows)


@routes.on(AskProcurementNote, OFFICE)
async def ask_procurement_note(turn: Turn, at: AskProcurementNote) -> Screen:
    """Wait for the sentence about it."""
    place = await _place(turn, at.customer, at.kind)
    if at.on > turn.today:
        raise DomainError("not_found")
    choice = f"{at.kind}:{at.on:%Y%m%d}"
    await awaiting.ask(turn.deps, turn.viewer, Purpose.PROCUREMENT, at.customer, choice, turn.now)
    text = turn.text("procurement_note", place=place.name, kind=at.kind, on=at.on, longest=LONGEST_SENTENCE)
    return Screen(text, [[Button(turn.words._("Cancel"), ShowCard(at.customer))]])


async def procurement_said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    """Keep the change with its sentence, and tell what follows from it."""
    kind, _colon, day = words.choice.partition(":")
    noted = await reviews.note_procurement(
        turn.deps,
        turn.viewer,
        CustomerId(words.subject),
        EventKind(kind),
        date.fromisoformat(day),
        text,
        now=turn.now,
    )
    _ = turn.words._
    rows = [[Button(_("Due reviews"), ShowDue()), Button(_("Card"), ShowCard(words.subject))], home_row(turn)]
    return Screen(turn.text("procurement_noted", noted=noted), rows)


async def _place(turn: Turn, customer: int, kind: EventKind | None) -> Institution:
    """Where a customer works; a `kind` that is none of procurement comes from a forged button."""
    card = await customers.card(turn.deps, turn.viewer, CustomerId(customer), turn.today)
    place = card.customer.institution
    if place is None or not (kind is None or kind in PROCUREMENT):
        raise DomainError("not_found")
    return place


def _days(today: date) -> list[date]:
    """The days to choose from: today, and the first of this month and of the last."""
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return sorted({today, first, before}, reverse=True)
