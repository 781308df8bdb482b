"""Whom to visit today: the list, the why, and "later"."""

from dataclasses import replace

from bot.commands import EVERYONE
from bot.handlers.buttons import (
    AskLater,
    Back,
    PutOff,
    ShowCard,
    ShowGrid,
    ShowPutOff,
    ShowToday,
    ShowWhy,
    TakeBack,
)
from bot.handlers.home import home_row
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import day as days
from bot.turn import Turn
from domain.customers.model import Customer
from domain.ids import CustomerId, UserId
from domain.people.model import Role

routes = Routes()

PAGE = 5  # lines with three buttons each; more do not fit on a phone
LATEST = 366  # days; nobody is put off for longer


@routes.on(ShowToday, EVERYONE)
async def show_today(turn: Turn, at: ShowToday) -> Screen:
    """The list of the day. Managers and admins first say whose."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _choose_rep(turn)
    day = await days.day_of(
        turn.deps, turn.viewer, UserId(at.rep) if at.rep is not None else None, turn.today
    )
    own = day.rep.id == turn.viewer.id
    shown, page, pages = page_of(day.day_list.lines, at.page, PAGE)
    text = turn.text("today", day=day, shown={line.rank for line in shown}, own=own, page=page)
    rows = [_line_buttons(turn, line.rank, line.customer, page, own=own) for line in shown]
    rows += page_row(page, pages, lambda to: ShowToday(at.rep, to))
    if page == 0:
        rows += [
            [Button(f"? {one.customer.name}", ShowCard(one.customer.id, Back.TODAY, page))]
            for one in day.day_list.to_profile
        ]
    rows.append([Button(turn.words._("Nine-box grid"), ShowGrid()), *home_row(turn)])
    if own and day.put_off:
        rows[-1].insert(0, Button(turn.words._("Put off (%(n)s)", n=len(day.put_off)), ShowPutOff()))
    return Screen(text, rows)


@routes.on(ShowWhy, EVERYONE)
async def show_why(turn: Turn, at: ShowWhy) -> Screen:
    """The arithmetic of a line, or what keeps the customer off the list."""
    _ = turn.words._
    standing = await days.standing(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    own = standing.target.customer.owner_id == turn.viewer.id
    back = ShowToday(None if own else standing.target.customer.owner_id, at.page)
    rows = [[Button(_("Card"), ShowCard(at.customer, at.back, at.page)), Button(_("Back to the list"), back)]]
    return Screen(
        turn.text("why", standing=standing, cadence=turn.deps.library.cadence.at(turn.today)),
        rows,
    )


@routes.on(AskLater, frozenset({Role.REP}))
async def ask_later(turn: Turn, at: AskLater) -> Screen:
    """Ask until when."""
    _ = turn.words._
    standing = await days.standing(turn.deps, turn.viewer, CustomerId(at.customer), turn.today)
    rows = [
        [Button(turn.words.day(until), PutOff(at.customer, until, at.page))]
        for until in days.later_days(turn.deps, turn.today)
    ]
    rows.append([Button(_("Back to the list"), ShowToday(None, at.page))])
    return Screen(turn.text("later", customer=standing.target.customer), rows)


@routes.on(PutOff, frozenset({Role.REP}))
async def put_off(turn: Turn, at: PutOff) -> Screen:
    """Keep the customer off the list and show what is left."""
    until = at.until
    if 0 < (until - turn.today).days <= LATEST:
        name = await days.put_off(turn.deps, turn.viewer, CustomerId(at.customer), until, turn.now)
        toast = turn.words._("%(name)s is back on %(until)s", name=name, until=until)
    else:
        toast = turn.words._("This button is out of date")
    return replace(await show_today(turn, ShowToday(None, at.page)), toast=toast)


@routes.on(ShowPutOff, frozenset({Role.REP}))
async def show_put_off(turn: Turn, at: ShowPutOff) -> Screen:
    """Who is put off, and a button each to take it back."""
    day = await days.day_of(turn.deps, turn.viewer, None, turn.today)
    shown, page, pages = page_of(day.put_off, at.page, PAGE)
    rows = [
        [Button(turn.words._("Back now: %(name)s", name=one.customer.name), TakeBack(one.customer.id))]
        for one in shown
    ]
    rows += page_row(page, pages, ShowPutOff)
    rows.append([Button(turn.words._("Back to the list"), ShowToday())])
    return Screen(turn.text("put_off", shown=shown), rows)


@routes.on(TakeBack, frozenset({Role.REP}))
async def take_back(turn: Turn, at: TakeBack) -> Screen:
    """Put the customer back onto the list."""
    await days.take_back(turn.deps, turn.viewer, CustomerId(at.customer))
    return replace(await show_put_off(turn, ShowPutOff()), toast=turn.words._("Back on the list"))


async def _choose_rep(turn: Turn) -> Screen:
    reps = await days.team(turn.deps, turn.viewer)
    rows = [[Button(rep.name or turn.words._("(no name yet)"), ShowToday(rep.id))] for rep in reps[:40]]
    return Screen(turn.text("choose_rep", reps=reps), [*rows, home_row(turn)])


def _line_buttons(turn: Turn, rank: int, customer: Customer, page: int, *, own: bool) -> list[Button]:
    _ = turn.words._
    row = [
        Button(f"{rank} {customer.name}", ShowCard(customer.id, Back.TODAY, page)),
        Button(_("Why"), ShowWhy(customer.id, Back.TODAY, page)),
    ]
    return [*row, Button(_("Later"), AskLater(customer.id, page))] if own else row
