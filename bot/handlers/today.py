"""Today's list: whom to visit when and where, the broken day, and what can be done about a line."""

from dataclasses import replace
from functools import partial

from bot.buttons.appointments import AskDay, ShowAppointment
from bot.buttons.common import Back
from bot.buttons.customers import ShowCard
from bot.buttons.dismissals import AskLater, SayNo, ShowProductIssues, ShowPutOff
from bot.buttons.today import (
    AddToday,
    AskAdd,
    AskBroken,
    AskWhere,
    DropToday,
    MoveUp,
    ReplanDay,
    ShowLeftOut,
    ShowLine,
    ShowToday,
    ShowWhy,
)
from bot.buttons.visits import LogVisit
from bot.buttons.weeks import ShowMap, ShowWeek
from bot.callbacks import Callback
from bot.commands import EVERYONE, REPS
from bot.db.values import AwaitedWords, Purpose
from bot.handlers.home import home_row
from bot.handlers.qualifications import locked_screen
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import appointments, awaiting, corrections, customers, dismissals, today
from bot.services import day as days
from bot.services.today import Day, Stop, blocks
from bot.turn import Turn
from domain.customers.model import Customer
from domain.customers.search import SURE
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId, UserId
from domain.people.model import Role

routes = Routes()

PAGE = 6  # visits with a row of buttons each; more do not fit on a phone
NAMES = 8  # buttons with names
PLACES = 6  # hospitals to say where one is


@routes.on(ShowToday, EVERYONE)
async def show_today(turn: Turn, at: ShowToday) -> Screen:
    """The list of the day. Managers and admins first say whose."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _choose_rep(turn)
    day = await today.day_of(turn.deps, turn.viewer, _user(at.rep), turn.local)
    own = _is_own(turn, day)
    shown, page, pages = page_of(day.stops, at.page, PAGE)
    rows = [_line_buttons(turn, stop, page, own=own) for stop in shown]
    rows += page_row(page, pages, lambda to: ShowToday(at.rep, to))
    rows += _day_rows(turn, day, at.rep, own=own)
    reported = await corrections.reported(turn.deps, [stop.customer.id for stop in shown])
    text = turn.text(
        "today", day=day, blocks=blocks(shown), own=own, most=_most_to_profile(turn), reported=reported
    )
    return Screen(
        text, rows, shown=partial(_keep_in_sight, turn) if own and (day.stops or day.done) else None
    )


@routes.on(ShowLine, REPS)
async def show_line(turn: Turn, at: ShowLine) -> Screen:
    """What can be done about one visit."""
    _ = turn.words._
    customer_id = CustomerId(at.customer)
    standing = await today.standing(turn.deps, turn.viewer, customer_id, turn.local)
    stop = standing.stop
    rows: list[list[Button]] = []
    if stop is not None and stop in standing.day.stops:
        rows.append([Button(_("Visited"), LogVisit(at.customer, Back.TODAY, at.page))])
        rows[-1].append(Button(_("No …"), SayNo(at.customer, at.page)))
        rows[-1].append(Button(_("Not until …"), AskLater(at.customer, at.page)))
        rows.append([Button(_("Not today"), DropToday(at.customer, at.page))])
        if stop is not standing.day.stops[0]:
            rows[-1].insert(0, Button(_("Move up"), MoveUp(at.customer, at.page)))
    elif stop is None or stop in standing.day.dropped:
        rows.append([Button(_("Onto today's list"), AddToday(at.customer))])
    rows.append(
        [Button(_("Why"), ShowWhy(at.customer, Back.TODAY, at.page)), await _meeting(turn, customer_id)]
    )
    rows.append([Button(_("Card"), ShowCard(at.customer, Back.TODAY, at.page)), _back(turn, at.page)])
    return Screen(turn.text("line", standing=standing), rows)


@routes.on(ShowWhy, EVERYONE)
async def show_why(turn: Turn, at: ShowWhy) -> Screen:
    """The reasons and points of a visit, or what keeps the customer off the list."""
    _ = turn.words._
    standing = await today.standing(turn.deps, turn.viewer, CustomerId(at.customer), turn.local)
    own = standing.target.customer.owner_id == turn.viewer.id
    back = ShowToday(None if own else standing.target.customer.owner_id, at.page)
    rows = [[Button(_("Card"), ShowCard(at.customer, at.back, at.page)), Button(_("Back to the list"), back)]]
    return Screen(
        turn.text("why", standing=standing, params=turn.deps.library.planning_at(turn.today)),
        rows,
    )


@routes.on(MoveUp, REPS)
async def move_up(turn: Turn, at: MoveUp) -> Screen:
    """Change places with the visit before, if everybody can still be met."""
    refused = await today.move_up(turn.deps, turn.viewer, CustomerId(at.customer), turn.local)
    if refused is None:
        return await show_today(turn, ShowToday(None, at.page))
    rows = [[_back(turn, at.page)]]
    return Screen(turn.text("cannot_move", customer=refused[0], reason=refused[1]), rows)


@routes.on(DropToday, REPS)
async def drop_today(turn: Turn, at: DropToday) -> Screen:
    """Take the customer off the list of this day."""
    await today.drop(turn.deps, turn.viewer, CustomerId(at.customer), turn.local)
    toast = turn.words._("Off today's list")
    return replace(await show_today(turn, ShowToday(None, at.page)), toast=toast)


@routes.on(ShowLeftOut, EVERYONE)
async def show_left_out(turn: Turn, at: ShowLeftOut) -> Screen:
    """Who is due and not on the list, with the reason; who is to be profiled; who was taken off."""
    day = await today.day_of(turn.deps, turn.viewer, _user(at.rep), turn.local)
    own = _is_own(turn, day)
    shown, page, pages = page_of(day.missed, at.page, NAMES)
    rows = [
        [
            Button(
                one.target.customer.name,
                ShowLine(one.target.customer.id) if own else _card(one.target.customer),
            )
        ]
        for one in shown
    ]
    rows += page_row(page, pages, lambda to: ShowLeftOut(at.rep, to))
    profile = day.to_profile[: _most_to_profile(turn)] if page == 0 else ()
    rows += [[Button(f"? {one.customer.name}", _card(one.customer))] for one in profile]
    dropped = [one.customer for one in day.dropped] if page == 0 and own else []
    rows += [[Button(f"+ {one.name}", AddToday(one.id))] for one in dropped[:NAMES]]
    rows.append([Button(turn.words._("Back to the list"), ShowToday(at.rep)), *home_row(turn)])
    return Screen(turn.text("left_out", day=day, shown=shown, profile=profile, dropped=dropped), rows)


@routes.on(AskAdd, REPS)
async def ask_add(turn: Turn, at: AskAdd) -> Screen:
    """Those who were left out as buttons; anybody else by name."""
    day = await today.day_of(turn.deps, turn.viewer, None, turn.local)
    await awaiting.ask(turn.deps, turn.viewer, Purpose.ADDED, turn.viewer.id, "", turn.now)
    others = [*(one.customer for one in day.dropped), *(one.target.customer for one in day.missed)]
    shown, page, pages = page_of(others, at.page, NAMES)
    rows = [[Button(one.name, AddToday(one.id))] for one in shown]
    rows += page_row(page, pages, AskAdd)
    rows.append([_back(turn, 0), *home_row(turn)])
    return Screen(turn.text("ask_add"), rows)


@routes.on(AddToday, REPS)
async def add_today(turn: Turn, at: AddToday) -> Screen:
    """Plan the day with the customer in it, or say why that cannot be."""
    customer, reason = await today.add(turn.deps, turn.viewer, CustomerId(at.customer), turn.local)
    if reason is None:
        toast = turn.words._("%(name)s is on today's list", name=customer.name)
        return replace(await show_today(turn, ShowToday()), toast=toast)
    return _cannot_add(turn, customer, reason)


async def name_said(turn: Turn, _awaited: AwaitedWords, text: str) -> Screen | None:
    """A name, as an answer to `ask_add`: add the customer or show the choice; None when nobody fits."""
    found = [each for each in await customers.find(turn.deps, turn.viewer, text) if each[1] >= SURE]
    if not found:
        return None
    await awaiting.forget(turn.deps, turn.viewer)
    if len(found) == 1 or found[1][1] < found[0][1]:
        return await add_today(turn, AddToday(found[0][0].id))
    rows = [[Button(customer.name, AddToday(customer.id))] for customer, _score in found]
    return Screen(turn.text("several_found", wanted=text[:60]), [*rows, [_back(turn, 0)]])


@routes.on(AskBroken, REPS)
async def ask_broken(turn: Turn, _at: AskBroken) -> Screen:
    """How much time is left."""
    _ = turn.words._
    choices = turn.deps.library.today.at(turn.today).broken
    rows = [
        [
            Button(turn.words.ngettext("%(n)s hour", "%(n)s hours", round(each / 60)), AskWhere(each))
            for each in choices
        ]
        if all(each % 60 == 0 for each in choices)
        else [Button(_("%(n)s min", n=each), AskWhere(each)) for each in choices]
    ]
    rows.append([Button(_("Until evening"), AskWhere(None))])
    rows.append([_back(turn, 0)])
    return Screen(turn.text("broken", asks_where=False), rows)


@routes.on(AskWhere, REPS)
async def ask_where(turn: Turn, at: AskWhere) -> Screen:
    """Where the rep is now."""
    day = await today.day_of(turn.deps, turn.viewer, None, turn.local)
    rows = [[Button(one.name[:60], ReplanDay(at.minutes, one.id))] for one in day.places[:PLACES]]
    rows.append([Button(turn.words._("Somewhere else"), ReplanDay(at.minutes, None))])
    rows.append([_back(turn, 0)])
    return Screen(turn.text("broken", asks_where=True), rows)


@routes.on(ReplanDay, REPS)
async def replan_day(turn: Turn, at: ReplanDay) -> Screen:
    """A new, shorter list; appointments stay."""
    where = InstitutionId(at.institution) if at.institution is not None else None
    minutes = None if at.minutes is None else min(at.minutes, 24 * 60)
    await today.replan_rest(turn.deps, turn.viewer, minutes, where, turn.local)
    return replace(
        await show_today(turn, ShowToday()), toast=turn.words._("A new list for the rest of the day")
    )


async def refresh(turn: Turn) -> None:
    """Bring the pinned list up to date after a change made in another message."""
    if turn.viewer.role is not Role.REP:
        return
    message_id = await today.message_of(turn.deps, turn.viewer, turn.today)
    if message_id is not None and message_id != turn.window.message_id:
        await turn.window.rewrite(message_id, await _list_or_lock(turn))


async def _list_or_lock(turn: Turn) -> Screen:
    """The list, or why there is none: what was logged is kept all the same."""
    try:
        return await show_today(turn, ShowToday())
    except DomainError as error:
        if error.code != "promotion_locked":
            raise
        return locked_screen(turn, error)


async def _keep_in_sight(turn: Turn, message_id: int) -> None:
    """Pin the message with today's list; the one before says where it has gone."""
    moved = await today.remember_message(turn.deps, turn.viewer, turn.today, message_id)
    if moved is None:
        return
    await turn.window.pin(message_id)
    if moved.same_day is not None:
        await turn.window.unpin(moved.same_day)
        await turn.window.rewrite(moved.same_day, Screen(turn.text("moved_below", today=turn.today)))
    if moved.earlier is not None:
        await turn.window.unpin(moved.earlier)


async def _choose_rep(turn: Turn) -> Screen:
    _ = turn.words._
    reps = await days.team(turn.deps, turn.viewer)
    rows = [[Button(rep.name or _("(no name yet)"), ShowToday(rep.id))] for rep in reps[:40]]
    issues = await dismissals.product_issues(turn.deps, turn.viewer, turn.today)
    rows.append([Button(_("Product issues (%(n)s)", n=len(issues)), ShowProductIssues()), *home_row(turn)])
    return Screen(turn.text("choose_rep", reps=reps), rows)


def _line_buttons(turn: Turn, stop: Stop, page: int, *, own: bool) -> list[Button]:
    customer = stop.customer
    row = [Button(f"{stop.planned.place} {customer.name}", ShowCard(customer.id, Back.TODAY, page))]
    if not own:
        return [*row, Button(turn.words._("Why"), ShowWhy(customer.id, Back.TODAY, page))]
    seen = Button(turn.words._("Visited"), LogVisit(customer.id, Back.TODAY, page))
    return [*row, seen, Button("⋯", ShowLine(customer.id, page))]


def _day_rows(turn: Turn, day: Day, rep: int | None, *, own: bool) -> list[list[Button]]:
    """What can be done about the whole day."""
    _ = turn.words._
    rows = [[Button(_("Map"), ShowMap(rep)), Button(_("Week"), ShowWeek(rep))]]
    if own:
        rows.insert(0, [Button(_("My day broke"), AskBroken()), Button(_("Add someone"), AskAdd())])
    others = [Button(_("Left out (%(n)s)", n=len(day.missed)), ShowLeftOut(rep))]
    if own and day.put_off:
        others.append(Button(_("Put off (%(n)s)", n=len(day.put_off)), ShowPutOff()))
    return [*rows, [*others, *home_row(turn)]]


def _cannot_add(turn: Turn, customer: Customer, reason: Reason) -> Screen:
    _ = turn.words._
    rows = [[Button(_("Make an appointment"), AskDay(customer.id)), Button(_("Card"), ShowCard(customer.id))]]
    rows.append([_back(turn, 0)])
    return Screen(turn.text("cannot_add", customer=customer, reason=reason), rows)


async def _meeting(turn: Turn, customer_id: CustomerId) -> Button:
    _ = turn.words._
    booked = [
        one
        for one in await appointments.coming(turn.deps, turn.viewer, turn.today)
        if one.appointment.customer_id == customer_id
    ]
    if booked:
        return Button(_("Appointment"), ShowAppointment(booked[0].id))
    return Button(_("Make an appointment"), AskDay(customer_id))


def _back(turn: Turn, page: int) -> Button:
    return Button(turn.words._("Back to the list"), ShowToday(None, page))


def _card(customer: Customer) -> Callback:
    return ShowCard(customer.id, Back.TODAY)


def _is_own(turn: Turn, day: Day) -> bool:
    return day.rep.id == turn.viewer.id and turn.viewer.role is Role.REP


def _user(rep: int | None) -> UserId | None:
    return None if rep is None else UserId(rep)


def _most_to_profile(turn: Turn) -> int:
    return turn.deps.library.today.at(turn.today).to_profile
