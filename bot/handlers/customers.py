"""A customer's card, its strategy, the nine-box grid, and finding a customer by name."""

from dataclasses import replace

from bot.buttons.analyses import ShowAnalysis, View
from bot.buttons.appointments import AskDay, AskTimes, ShowAppointment
from bot.buttons.common import ALL, Back
from bot.buttons.corrections import AskDoubt
from bot.buttons.customers import AskCustomer, FindMore, ShowCard, ShowCell, ShowStrategy, ShowTrace
from bot.buttons.dismissals import AskLater
from bot.buttons.jointvisits import DraftJointVisit
from bot.buttons.profile import ShowFile
from bot.buttons.reviews import AskProcurement
from bot.buttons.segments import AskSegment
from bot.buttons.tiers import AskOverride, EndOverride, RenewOverride, ShowQuestion
from bot.buttons.today import ShowToday, ShowWhy
from bot.buttons.visits import LogVisit, ShowVisit
from bot.callbacks import LIMIT, Callback, RowId
from bot.handlers.home import home_row
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import awaiting, customers
from bot.services.analyses import Filters, choose
from bot.services.customers import Card, Found, Grid
from bot.services.tiering import ANSWER_SHOWN
from bot.turn import Turn
from domain.customers.model import Customer, CustomerStatus
from domain.customers.search import SURE
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Role
from domain.segments.scheme import Scheme
from domain.tiering.model import Cell

routes = Routes()

PAGE = 8
SHOWN_DECISIONS = 8  # earlier ones
UNRATED = "-"
EXACT = 100.0  # the score of a name in full
MOST_WANTED = LIMIT - 10  # bytes of a question that a button holds beside its code and a page


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


def cell_rows(
    turn: Turn, grid: Grid, team: RowId = ALL, hospital: RowId = ALL, product: RowId = ALL
) -> list[list[Button]]:
    """The grid as buttons with counts, and a row for those who are not rated."""
    rows = [
        [
            Button(
                f"{cell.value} · {len(grid.cells[cell])}", ShowCell(cell.value, 0, team, hospital, product)
            )
            for cell in Cell
            if cell.tier == tier
        ]
        for tier in ("A", "B", "C")
    ]
    if grid.unrated:
        label = turn.words._("Not rated · %(n)s", n=len(grid.unrated))
        rows.append([Button(label, ShowCell(UNRATED, 0, team, hospital, product))])
    return rows


@routes.on(ShowCell)
async def show_cell(turn: Turn, at: ShowCell) -> Screen:
    """Who stands in one cell; a card leads back to the cell without filters."""
    filters = Filters(at.team, at.hospital, at.product)
    chosen = await choose(turn.deps, turn.viewer, filters)
    grid = await customers.grid(turn.deps, turn.viewer, turn.today, chosen.selection)
    cell = Cell(at.cell) if at.cell in {one.value for one in Cell} else None
    members = grid.cells[cell] if cell else grid.unrated
    shown, page, pages = page_of(members, at.page, PAGE)
    back_to = page if filters == Filters() else 0
    rows = [[Button(one.name, ShowCard(one.id, Back.GRID, back_to))] for one in shown]
    rows += page_row(page, pages, lambda to: replace(at, page=to))
    grid_again = ShowAnalysis(View.GRID, team=at.team, hospital=at.hospital, product=at.product)
    rows.append([Button(turn.words._("Nine-box grid"), grid_again), *home_row(turn)])
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


async def find_by_name(turn: Turn, wanted: str, at_least: float = 0) -> Screen | None:
    """The card of the one customer who fits, the choice when several do, None when nobody does.

    Nobody fits whose score is below `at_least`.
    """
    found = await customers.search(turn.deps, turn.viewer, wanted)
    if not found.customers or found.customers[0][1] < at_least:
        return None
    only = the_one(found)
    if only is None:
        return _several(turn, wanted, found)
    await awaiting.show(turn.deps, turn.viewer, only.id, turn.now)
    return await show_card(turn, ShowCard(only.id))


def the_one(found: Found) -> Customer | None:
    """The customer who is surely meant, and nobody else; None when there is a choice."""
    (best, score), *others = found.customers
    alone = not others or others[0][1] < SURE or others[0][1] < EXACT <= score
    return best if score >= SURE and alone else None


@routes.on(FindMore)
async def find_more(turn: Turn, at: FindMore) -> Screen:
    """Another page of those who fit."""
    found = await customers.search(turn.deps, turn.viewer, at.wanted, at.page)
    if not found.customers:
        raise DomainError("not_found")
    return _several(turn, at.wanted, found)


def _several(turn: Turn, wanted: str, found: Found) -> Screen:
    """Who fits, to choose from; the question for the next page must fit into a button."""
    rows = [[Button(where(customer), ShowCard(customer.id))] for customer, _score in found.customers]
    asked = " ".join(wanted.replace(":", " ").split())
    pages = found.pages if len(asked.encode()) <= MOST_WANTED else 1
    rows += page_row(found.page, pages, lambda to: FindMore(asked, to))
    is_cut = pages < found.pages
    return Screen(turn.text("several_found", wanted=wanted[:60], is_cut=is_cut), [*rows, home_row(turn)])


async def cell_in_words(turn: Turn, wanted: str) -> Screen:
    """The members of a cell that was named in words."""
    return await show_cell(turn, ShowCell(wanted.upper()))


def _card_screen(turn: Turn, card: Card, back: Back, page: int) -> Screen:
    own = card.customer.owner_id == turn.viewer.id
    question = card.question
    fresh = question is not None and (question.is_open or turn.now - question.asked_at < ANSWER_SHOWN)
    rows = [*_visit_rows(turn, card, back, page), *_tier_rows(turn, card, back, page)]
    rows.append([Button(turn.words._("File"), ShowFile(card.customer.id))])
    rows.append([*_way_back(turn, card, back, page), *home_row(turn)])
    return Screen(turn.text("card", card=card, own=own, question=question if fresh else None), rows)


def _visit_rows(turn: Turn, card: Card, back: Back, page: int) -> list[list[Button]]:
    """What a visit is about: log it, put it off, agree on a time."""
    _ = turn.words._
    customer = card.customer
    rows: list[list[Button]] = []
    is_theirs = customer.owner_id == turn.viewer.id and turn.viewer.role is Role.REP
    if is_theirs:
        rows.append([Button(_("Visited"), LogVisit(customer.id, back, page))])
    if customer.owner_id is not None:
        rows.append([Button(_("Why today, or why not"), ShowWhy(customer.id, back, page))])
        if is_theirs:
            rows[-1].append(Button(_("Later"), AskLater(customer.id, page)))
    rows.append(_time_row(turn, card))
    if card.visits:
        last = card.visits[0]
        rows.append([Button(_("Visit of %(day)s", day=last.on), ShowVisit(last.id))])
    return rows


def _tier_rows(turn: Turn, card: Card, back: Back, page: int) -> list[list[Button]]:
    """What the customer is: cell, strategy, type, and how to question them."""
    _ = turn.words._
    customer = card.customer
    rows: list[list[Button]] = []
    if card.standing is not None:
        why = _("Why %(cell)s?", cell=card.computed.value) if card.computed else _("Why not rated?")
        rows.append([Button(why, ShowTrace(customer.id, back, page))])
    if card.cell is not None:
        rows.append(
            [Button(_("Strategy for %(cell)s", cell=card.cell.value), ShowStrategy(customer.id, back, page))]
        )
    rows.append(
        [
            Button(_("Type"), AskSegment(customer.id, Scheme.MOTIVE, back, page)),
            Button(_("Adoption"), AskSegment(customer.id, Scheme.ADOPTION, back, page)),
        ]
    )
    if customer.institution is not None and turn.viewer.role is not Role.REP:
        rows[-1].append(Button(_("Procurement"), AskProcurement(customer.id)))
    question = card.question
    if turn.viewer.role is not Role.REP:
        rows.append(_override_row(turn, card, back, page))
        if question is not None and question.is_open:
            rows.append([Button(_("Answer the question"), ShowQuestion(question.id))])
    if card.owner is not None and card.owner.manager_id == turn.viewer.id:
        rows.append([Button(_("Joint visit"), DraftJointVisit(customer.id))])
    rows.append([Button(_("Not right?"), AskDoubt(customer.id, back, page))])
    return rows


def _time_row(turn: Turn, card: Card) -> list[Button]:
    _ = turn.words._
    customer, row = card.customer, []
    if customer.owner_id == turn.viewer.id and turn.viewer.role is Role.REP:
        if card.appointments:
            row.append(Button(_("Appointment"), ShowAppointment(card.appointments[0].id)))
        elif customer.status is CustomerStatus.ACTIVE:
            row.append(Button(_("Make an appointment"), AskDay(customer.id)))
    return [*row, Button(_("Best times"), AskTimes(customer.id))]


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


def where(customer: Customer) -> str:
    """A customer's name and place, as much as a button holds."""
    place = customer.institution.name if customer.institution else customer.city
    return " · ".join(part for part in (customer.name, customer.department, place) if part)[:60]
