"""The plan of coming days: week, day, map and month; moving a visit and confirming a week."""

from datetime import date

from bot.buttons.appointments import ShowAppointments
from bot.buttons.capacity import ShowCapacity
from bot.buttons.today import ShowToday
from bot.buttons.weeks import (
    AskMove,
    ConfirmWeek,
    LetGo,
    MoveVisit,
    ShowMap,
    ShowMonth,
    ShowWeek,
    ShowWeekDay,
)
from bot.commands import OFFICE, REPS
from bot.handlers.home import home_row
from bot.render.maps import Halt, MapPicture, map_picture
from bot.routes import Routes
from bot.screens import Button, Link, Screen, page_of, page_row
from bot.services import day as days
from bot.services import weeks
from bot.services.weeks import MONTHS, WEEKS, OneDay, Week, WeekDay
from bot.turn import Turn
from domain.customers.model import Institution
from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.people.model import Role
from domain.planning.directions import Point, route_links

routes = Routes()

PAGE = 8  # reps with a button each
SHOWN = 6  # names of those who do not fit


@routes.on(ShowWeek, slow=True)
async def show_week(turn: Turn, at: ShowWeek) -> Screen:
    """The days of a week with their load; for those who have a team, first whose."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _whose(turn, at.page)
    found = await weeks.week(turn.deps, turn.viewer, _rep(at.rep), turn.today, at.page)
    return _week(turn, found, at.rep)


@routes.on(ShowWeekDay, slow=True)
async def show_week_day(turn: Turn, at: ShowWeekDay) -> Screen:
    """The visits of one day with their times."""
    found = await weeks.one_day(turn.deps, turn.viewer, _rep(at.rep), turn.today, at.on)
    return _day(turn, found, at.rep)


@routes.on(AskMove, REPS, slow=True)
async def ask_move(turn: Turn, at: AskMove) -> Screen:
    """The days to which a visit can be moved."""
    return await _move(turn, at, None, None)


@routes.on(MoveVisit, REPS, slow=True)
async def move_visit(turn: Turn, at: MoveVisit) -> Screen:
    """Move it, or say why it cannot be."""
    customer = CustomerId(at.customer)
    refused = await weeks.move(turn.deps, turn.viewer, customer, at.on, at.to, turn.today, turn.now)
    if refused is not None:
        return await _move(turn, AskMove(at.customer, at.on), at.to, refused)
    return await show_week_day(turn, ShowWeekDay(at.to))


@routes.on(LetGo, REPS, slow=True)
async def let_go(turn: Turn, at: LetGo) -> Screen:
    """Let the plan decide again."""
    await weeks.let_go(turn.deps, turn.viewer, at.on)
    return await show_week_day(turn, ShowWeekDay(at.on))


@routes.on(ConfirmWeek, REPS, slow=True)
async def confirm_week(turn: Turn, at: ConfirmWeek) -> Screen:
    """Mean a week, or open it again."""
    if at.holds:
        await weeks.confirm(turn.deps, turn.viewer, at.monday, turn.today, turn.now)
    else:
        await weeks.reopen(turn.deps, turn.viewer, at.monday, turn.today, turn.now)
    page = (at.monday - weeks.first_monday(turn.deps, turn.today)).days // 7
    return await show_week(turn, ShowWeek(None, max(page, 0)))


@routes.on(ShowMonth, slow=True)
async def show_month(turn: Turn, at: ShowMonth) -> Screen:
    """The rest of a month by weeks and by cell, and who does not fit."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _whose(turn, at.page)
    _ = turn.words._
    await turn.window.typing()
    found = await weeks.month(turn.deps, turn.viewer, _rep(at.rep), turn.today, at.page)
    first = weeks.first_monday(turn.deps, turn.today)
    pages = [(week, (week.monday - first).days // 7) for week in found.weeks]
    buttons = [
        Button(_week_label(turn, week), ShowWeek(at.rep, page)) for week, page in pages if 0 <= page < WEEKS
    ]
    rows: list[list[Button]] = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    if found.page + 1 < MONTHS:
        rows.append([Button(_("Next month"), ShowMonth(at.rep, found.page + 1))])
    else:
        rows.append([Button(_("This month"), ShowMonth(at.rep, found.page - 1))])
    rows[-1].append(Button(_("Capacity"), ShowCapacity(at.rep)))
    rows.append(_out(turn, at.rep))
    text = turn.text("month", month=found, own=found.rep.id == turn.viewer.id, shown=SHOWN)
    return Screen(text, rows)


@routes.on(ShowMap, slow=True)
async def show_map(turn: Turn, at: ShowMap) -> Screen:
    """A day on our own map, and the way to the phone's."""
    _ = turn.words._
    found = await weeks.one_day(turn.deps, turn.viewer, _rep(at.rep), turn.today, at.on or turn.today)
    day = found.day
    picture = _picture(turn, found)
    drawn = await turn.deps.charts.draw(picture) if picture is not None else None
    market = turn.deps.library.markets[turn.deps.settings.market]
    links = route_links(_way(day), market.map) if market.map is not None else ()
    buttons = [
        Link(_("Route, part %(n)s", n=number) if links[1:] else _("Open the route"), link)
        for number, link in enumerate(links, 1)
    ]
    rows: list[list[Button | Link]] = [[*buttons[i : i + 2]] for i in range(0, len(buttons), 2)]
    back = ShowToday(at.rep) if day.on == turn.today else ShowWeekDay(day.on, at.rep)
    rows.append([Button(_("Back"), back), *home_row(turn)])
    text = turn.text("map", found=found, own=found.rep.id == turn.viewer.id, parts=len(links))
    return Screen(text, rows, picture=drawn)


async def _whose(turn: Turn, page: int) -> Screen:
    """Who of the team has confirmed the week, and a button to each plan."""
    _ = turn.words._
    reps = await days.team(turn.deps, turn.viewer)
    shown, page, pages = page_of(reps, page, PAGE)
    found = await weeks.team_week(turn.deps, shown, turn.today)
    rows: list[list[Button]] = [
        [
            Button(rep.name or _("(no name yet)"), ShowWeek(rep.id)),
            Button(_("Month"), ShowMonth(rep.id)),
        ]
        for rep in shown
    ]
    rows += page_row(page, pages, lambda to: ShowWeek(None, to))
    rows.append([Button(_("Capacity"), ShowCapacity()), *home_row(turn)])
    return Screen(turn.text("week_team", found=found), rows)


def _week(turn: Turn, found: Week, rep: int | None) -> Screen:
    _ = turn.words._
    own = found.rep.id == turn.viewer.id
    buttons = [
        Button(f"{_day_label(turn, day.on)} · {len(day.stops)}", ShowWeekDay(day.on, rep))
        for day in found.days
        if not day.is_off
    ]
    rows: list[list[Button]] = [buttons[i : i + 3] for i in range(0, len(buttons), 3)]
    if own and found.confirmed_at is not None:
        rows.append([Button(_("Open this week again"), ConfirmWeek(found.monday, holds=False))])
    elif own and found.visits:
        rows.append([Button(_("Confirm this week"), ConfirmWeek(found.monday))])
    rows += page_row(found.page, WEEKS, lambda to: ShowWeek(rep, to))
    rows.append([Button(_("Month"), ShowMonth(rep)), Button(_("Capacity"), ShowCapacity(rep))])
    rows.append(_out(turn, rep))
    return Screen(turn.text("week", week=found, own=own, today=turn.today), rows)


def _day(turn: Turn, found: OneDay, rep: int | None) -> Screen:
    _ = turn.words._
    own = found.rep.id == turn.viewer.id
    buttons = [
        Button(f"{number} {stop.customer.name}", AskMove(stop.customer.id, found.day.on))
        for number, stop in enumerate(found.day.stops, 1)
        if own and not stop.is_appointment and not stop.is_done
    ]
    rows: list[list[Button]] = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    if own and found.is_moved:
        rows.append([Button(_("Let the plan decide again"), LetGo(found.day.on))])
    if own and any(stop.is_appointment for stop in found.day.stops):
        rows.append([Button(_("Appointments"), ShowAppointments())])
    rows.append([Button(_("Week"), ShowWeek(rep, found.page))])
    if found.day.stops:
        rows[-1].append(Button(_("Map"), ShowMap(rep, found.day.on)))
    rows.append(_out(turn, rep))
    return Screen(turn.text("week_day", found=found, own=own), rows)


async def _move(turn: Turn, at: AskMove, to: date | None, refused: Reason | None) -> Screen:
    _ = turn.words._
    customer = CustomerId(at.customer)
    offered = await weeks.move_days(turn.deps, turn.viewer, customer, at.on, turn.today)
    buttons = [
        Button(_day_label(turn, day, month=True), MoveVisit(at.customer, at.on, day)) for day in offered.days
    ]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    rows.append([Button(_("Back"), ShowWeekDay(at.on)), *home_row(turn)])
    text = turn.text("week_move", stop=offered.stop, on=at.on, to=to, refused=refused)
    return Screen(text, rows)


def _picture(turn: Turn, found: OneDay) -> MapPicture | None:
    """The map of a day; None when no stop has coordinates."""
    words, day = turn.words, found.day
    numbers: dict[Point, list[int]] = {}
    names: dict[Point, str] = {}
    for number, (hospital, _stops) in enumerate(day.blocks, 1):
        at = _place(hospital)
        if hospital is not None and at is not None:
            numbers.setdefault(at, []).append(number)
            names[at] = hospital.name
    if not numbers:
        return None
    missing = [stop.customer.name for stop in day.stops if _place(stop.customer.institution) is None]
    notes = [words._("Straight lines, no roads.")]
    if missing:
        said = words.comma.join(missing)
        notes.append(words._("Not on the map, coordinates unknown: %(names)s", names=said))
    return map_picture(
        words,
        [Halt("·".join(map(str, mine)), names[at], *at) for at, mine in numbers.items()],
        [*([found.base] if found.base else []), *_way(day)],
        title=words.day(day.on) + ("" if found.rep.id == turn.viewer.id else f" · {found.rep.name}"),
        subtitle=words.ngettext(
            "%(n)s visit, %(way)s min on the way",
            "%(n)s visits, %(way)s min on the way",
            len(day.stops),
            way=day.travel_minutes,
        ),
        base=found.base,
        notes=notes,
    )


def _way(day: WeekDay) -> list[Point]:
    """The places of a day in order, none twice in a row."""
    way: list[Point] = []
    for hospital, _stops in day.blocks:
        at = _place(hospital)
        if at is not None and (not way or way[-1] != at):
            way.append(at)
    return way


def _place(hospital: Institution | None) -> Point | None:
    if hospital is None or hospital.lat is None or hospital.lon is None:
        return None
    return hospital.lat, hospital.lon


def _day_label(turn: Turn, day: date, *, month: bool = False) -> str:
    """A day in as few letters as a button has: "Mon 23", or with its month "Mon, Nov 23"."""
    return turn.words.day(day) if month else f"{turn.words.weekday(day.weekday())} {day.day}"


def _week_label(turn: Turn, week: Week) -> str:
    days = [turn.words.short_day(day.on) for day in week.days]
    return f"{' – '.join(dict.fromkeys((days[0], days[-1])))} · {week.visits}"


def _out(turn: Turn, rep: int | None) -> list[Button]:
    if turn.viewer.role in OFFICE and rep is not None:
        return [Button(turn.words._("The team"), ShowWeek()), *home_row(turn)]
    return [Button(turn.words._("Today's visits"), ShowToday()), *home_row(turn)]


def _rep(number: int | None) -> UserId | None:
    return None if number is None else UserId(number)
