"""A customer's card, its strategy, the nine-box grid, and finding a customer by name."""

from bot.callbacks import Callback
from bot.handlers.buttons import (
    AskCustomer,
    AskDoubt,
    AskLater,
    AskOverride,
    Back,
    EndOverride,
    RenewOverride,
    ShowCard,
    ShowCell,
    ShowGrid,
    ShowQuestion,
    ShowStrategy,
    ShowToday,
    ShowTrace,
    ShowWhy,
)
from bot.handlers.home import home_row
from bot.render.pictures import GridPicture, grid_picture
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import customers
from bot.services.customers import Card, Grid
from bot.services.tiering import ANSWER_SHOWN
from bot.turn import Turn
from domain.customers.model import Customer
from domain.customers.search import SURE
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Role
from domain.tiering.model import Cell

routes = Routes()

PAGE = 8
SHOWN_DECISIONS = 8  # earlier ones
UNRATED = "-"
EXACT = 100.0  # the score of a name in full


@routes.on(ShowCard)
async def show_card(turn: Turn, at: ShowCard) -> Screen:
    """Who, where, cell and why, last visits, next step."""
    card = await customers.card(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    return _card_screen(turn, card, at.back, at.page)


@routes.on(ShowTrace)
async def show_trace(turn: Turn, at: ShowTrace) -> Screen:
    """Every reason of the present decision, and the decisions before it."""
    trace = await customers.trace(turn.deps, turn.viewer, CustomerId(at.customer))
    back = ShowCard(at.customer, at.back, at.page)
    rows = [[Button(turn.words._("Back to the card"), back), *home_row(turn)]]
    return Screen(turn.text("trace", trace=trace, shown=SHOWN_DECISIONS), rows)


@routes.on(ShowStrategy)
async def show_strategy(turn: Turn, at: ShowStrategy) -> Screen:
    """The approved strategy card of the customer's cell."""
    card = await customers.card(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    if card.cell is None:
        raise DomainError("not_found")
    text = turn.text(
        "strategy",
        card=card,
        advice=customers.strategy(turn.deps, card.cell, turn.locale),
        playbook=turn.deps.library.playbooks[turn.locale],
    )
    back = ShowCard(at.customer, at.back, at.page)
    return Screen(text, [[Button(turn.words._("Back to the card"), back), *home_row(turn)]])


@routes.on(ShowGrid)
async def show_grid(turn: Turn, _at: ShowGrid) -> Screen:
    """The grid as a picture, and the same figures as text."""
    grid = await customers.grid(turn.deps, turn.viewer, turn.today)
    await turn.window.typing()
    picture = await turn.deps.charts.grid(_picture(turn, grid))
    rows = [*cell_rows(turn, grid), home_row(turn)]
    return Screen(turn.text("grid", grid=grid), rows, picture=picture)


def cell_rows(turn: Turn, grid: Grid) -> list[list[Button]]:
    """The grid as buttons with counts, and a row for those who are not rated."""
    rows = [
        [
            Button(f"{cell.value} · {len(grid.cells[cell])}", ShowCell(cell.value))
            for cell in Cell
            if cell.tier == tier
        ]
        for tier in ("A", "B", "C")
    ]
    if grid.unrated:
        rows.append([Button(turn.words._("Not rated · %(n)s", n=len(grid.unrated)), ShowCell(UNRATED))])
    return rows


@routes.on(ShowCell)
async def show_cell(turn: Turn, at: ShowCell) -> Screen:
    """Who stands in one cell."""
    grid = await customers.grid(turn.deps, turn.viewer, turn.today)
    cell = Cell(at.cell) if at.cell in {one.value for one in Cell} else None
    members = grid.cells[cell] if cell else grid.unrated
    shown, page, pages = page_of(members, at.page, PAGE)
    rows = [[Button(one.name, ShowCard(one.id, Back.GRID, page))] for one in shown]
    rows += page_row(page, pages, lambda to: ShowCell(at.cell, to))
    rows.append([Button(turn.words._("Nine-box grid"), ShowGrid()), *home_row(turn)])
    cadence = turn.deps.library.cadence.at(turn.today).cells[cell] if cell else None
    text = turn.text("cell", cell=cell, count=len(members), cadence=cadence)
    return Screen(text, rows, keeps_picture=True)


@routes.on(AskCustomer)
async def ask_customer(turn: Turn, _at: AskCustomer) -> Screen:
    """How to find a customer: just send the name."""
    return Screen(turn.text("ask_customer"), [home_row(turn)])


async def find_in_words(turn: Turn, wanted: str) -> Screen:
    """`/customer Zhang`, or a name in a question: the card, or the customers it may be."""
    if not wanted:
        return await ask_customer(turn, AskCustomer())
    return await find_by_name(turn, wanted) or Screen(
        turn.text("nobody_found", wanted=wanted[:60]), [home_row(turn)]
    )


async def find_by_name(turn: Turn, wanted: str) -> Screen | None:
    """The card of the one customer who fits, the choice when several do, None when nobody does."""
    found = await customers.find(turn.deps, turn.viewer, wanted)
    if not found:
        return None
    best, score = found[0]
    alone = len(found) == 1 or found[1][1] < SURE or found[1][1] < EXACT <= score
    if score >= SURE and alone:
        return await show_card(turn, ShowCard(best.id))
    rows = [[Button(_where(customer), ShowCard(customer.id))] for customer, _score in found]
    return Screen(turn.text("several_found", wanted=wanted[:60]), [*rows, home_row(turn)])


async def cell_in_words(turn: Turn, wanted: str) -> Screen:
    """The members of a cell that was named in words."""
    return await show_cell(turn, ShowCell(wanted.upper()))


def _card_screen(turn: Turn, card: Card, back: Back, page: int) -> Screen:
    _ = turn.words._
    customer = card.customer
    rows = []
    if card.standing is not None:
        why = _("Why %(cell)s?", cell=card.computed.value) if card.computed else _("Why not rated?")
        rows.append([Button(why, ShowTrace(customer.id, back, page))])
    if card.cell is not None:
        rows.append(
            [Button(_("Strategy for %(cell)s", cell=card.cell.value), ShowStrategy(customer.id, back, page))]
        )
    if customer.owner_id is not None:
        rows.append([Button(_("Why today, or why not"), ShowWhy(customer.id, back, page))])
        if customer.owner_id == turn.viewer.id and turn.viewer.role is Role.REP:
            rows[-1].append(Button(_("Later"), AskLater(customer.id, page)))
    question = card.question
    if turn.viewer.role is not Role.REP:
        rows.append(_override_row(turn, card, back, page))
        if question is not None and question.is_open:
            rows.append([Button(_("Answer the question"), ShowQuestion(question.id))])
    elif question is None or not question.is_open:
        rows.append([Button(_("Not right?"), AskDoubt(customer.id, back, page))])
    rows.append([*_way_back(turn, card, back, page), *home_row(turn)])
    own = customer.owner_id == turn.viewer.id
    fresh = question is not None and (question.is_open or turn.now - question.asked_at < ANSWER_SHOWN)
    return Screen(turn.text("card", card=card, own=own, question=question if fresh else None), rows)


def _override_row(turn: Turn, card: Card, back: Back, page: int) -> list[Button]:
    _ = turn.words._
    customer = card.customer.id
    row = [Button(_("Set another cell"), AskOverride(customer, back, page))]
    if card.override is not None and card.override.cell is not None:
        row += [
            Button(_("Renew %(cell)s", cell=card.override.cell.value), RenewOverride(customer)),
            Button(_("Back to computed"), EndOverride(customer)),
        ]
    return row


def _way_back(turn: Turn, card: Card, back: Back, page: int) -> list[Button]:
    ways: dict[Back, tuple[str, Callback]] = {
        Back.TODAY: (
            turn.words._("Back to the list"),
            ShowToday(None if card.customer.owner_id == turn.viewer.id else card.customer.owner_id, page),
        ),
        Back.GRID: (
            turn.words._("Back to the grid"),
            ShowCell(card.cell.value if card.cell else UNRATED, page),
        ),
    }
    return [Button(*ways[back])] if back in ways else []


def _where(customer: Customer) -> str:
    place = customer.institution.name if customer.institution else customer.city
    return " · ".join(part for part in (customer.name, customer.department, place) if part)[:60]


def _picture(turn: Turn, grid: Grid) -> GridPicture:
    _ = turn.words._
    as_of = turn.words.moment(grid.as_of.imported_at, turn.zone) if grid.as_of.imported_at else _("never")
    return grid_picture(
        turn.words,
        {cell: [one.name for one in members] for cell, members in grid.cells.items()},
        unrated=len(grid.unrated),
        as_of=_("Data as of %(moment)s", moment=as_of),
    )
