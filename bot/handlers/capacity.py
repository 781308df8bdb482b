"""What a month holds, who is overdue, how the month is going: one screen each, and the team at a glance."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, floor

from bot.buttons.capacity import (
    ChooseRemedy,
    EndRemedy,
    ShowCapacity,
    ShowOverdue,
    ShowPace,
    ShowRemedy,
    ShowRhythm,
)
from bot.buttons.customers import ShowCard
from bot.buttons.effort import ShowEffort
from bot.callbacks import Callback
from bot.commands import OFFICE, REPS
from bot.handlers.home import home_row
from bot.render.sentences import REMEDIES
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import capacity
from bot.services import day as days
from bot.turn import Turn
from domain.customers.model import Customer
from domain.errors import DomainError
from domain.ids import ChoiceId, UserId
from domain.people.model import Role
from domain.planning.cadence import Cycle, Measure, Rhythm

routes = Routes()

PAGE = 8  # customers or reps with a button each
MOST = {Measure.MONTHLY: 31, Measure.BETWEEN: 66, Measure.TOTAL: 93}
_STEPS = {Measure.MONTHLY: 0.5, Measure.BETWEEN: 1.0, Measure.TOTAL: 1.0}

ToRep = Callable[[int | None, int], Callback]


@routes.on(ShowCapacity, slow=True)
async def show_capacity(turn: Turn, at: ShowCapacity) -> Screen:
    """What the customers ask for, what the month holds, and the ways out."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _at_a_glance(turn, "capacity", ShowCapacity, at.page)
    _ = turn.words._
    found = await capacity.capacity(turn.deps, turn.viewer, _rep(at.rep), turn.today)
    own = found.month.rep.id == turn.viewer.id
    rows = [[Button(_(REMEDIES[one.kind]), ShowRemedy(one.kind, at.rep)) for one in found.ways_out]]
    remedy = found.month.remedy
    if own and remedy is not None:
        rows.append(
            [Button(_("Take back: %(remedy)s", remedy=_(REMEDIES[remedy.kind])), EndRemedy(remedy.id))]
        )
    rows.append([Button(_("How often?"), ShowRhythm())])
    rows.append(_others(turn, at.rep, but="capacity"))
    rows.append(_out(turn, at.rep, ShowCapacity))
    return Screen(turn.text("capacity", found=found, own=own), [row for row in rows if row])


@routes.on(ShowRemedy)
async def show_remedy(turn: Turn, at: ShowRemedy) -> Screen:
    """Who would get how many visits."""
    _ = turn.words._
    found = await capacity.capacity(turn.deps, turn.viewer, _rep(at.rep), turn.today)
    remedy = next((one for one in found.ways_out if one.kind is at.kind), None)
    if remedy is None:
        raise DomainError("no_remedy_needed")
    rows = []
    if remedy.is_enough and found.month.rep.id == turn.viewer.id:
        rows.append([Button(_("Do it so this month"), ChooseRemedy(at.kind))])
    rows.append([Button(_("Back"), ShowCapacity(at.rep)), *home_row(turn)])
    text = turn.text("capacity_remedy", found=found, remedy=remedy, viewer=turn.viewer)
    return Screen(text, rows)


@routes.on(ChooseRemedy, REPS)
async def choose_remedy(turn: Turn, at: ChooseRemedy) -> Screen:
    """Let it hold until the end of the month."""
    await capacity.choose(turn.deps, turn.viewer, at.kind, turn.today, turn.now)
    return replace(await show_capacity(turn, ShowCapacity()), toast=turn.words._("Saved"))


@routes.on(EndRemedy, REPS)
async def end_remedy(turn: Turn, at: EndRemedy) -> Screen:
    """What held before holds again."""
    await capacity.take_back(turn.deps, turn.viewer, ChoiceId(at.choice), turn.today, turn.now)
    return replace(await show_capacity(turn, ShowCapacity()), toast=turn.words._("Taken back"))


@routes.on(ShowRhythm)
async def show_rhythm(turn: Turn, at: ShowRhythm) -> Screen:
    """Visits a month, days between visits, visits a quarter: step one, and the others follow."""
    cycle = Cycle.quarter_of(turn.today, turn.deps.calendar)
    value = min(max(at.value / 100, _STEPS[at.measure]), MOST[at.measure])
    rhythm = Rhythm.of(at.measure, value, cycle)
    rows = [
        [Button(f"{sign} {label}", _stepped(measure, rhythm.value(measure), up=up)) for sign, up in _SIGNS]
        for measure, label in (
            (Measure.MONTHLY, turn.words._("a month")),
            (Measure.BETWEEN, turn.words._("days between")),
            (Measure.TOTAL, turn.words._("a quarter")),
        )
    ]
    rows.append([Button(turn.words._("Capacity"), ShowCapacity()), *home_row(turn)])
    cadence = turn.deps.library.cadence.at(turn.today)
    norms = {
        cell: Rhythm.of(Measure.MONTHLY, norm.target, cycle)
        for cell, norm in cadence.cells.items()
        if norm.target
    }
    return Screen(turn.text("capacity_rhythm", rhythm=rhythm, cycle=cycle, norms=norms), rows)


@routes.on(ShowOverdue, slow=True)
async def show_overdue(turn: Turn, at: ShowOverdue) -> Screen:
    """Who has waited too long, the weightiest first, and who was never visited."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _at_a_glance(turn, "overdue", ShowOverdue, at.page)
    rep, found, cadence = await capacity.overdue_of(turn.deps, turn.viewer, _rep(at.rep), turn.today)
    shown, page, pages = page_of(found.late, at.page, PAGE)
    first = page * PAGE + 1
    rows = _customers([one.target.customer for one in shown], first)
    if page == pages - 1:
        rows += _customers([target.customer for target, _ in found.never[:PAGE]], None)
    rows += page_row(page, pages, lambda to: ShowOverdue(at.rep, to))
    rows.append(_others(turn, at.rep, but="overdue"))
    rows.append(_out(turn, at.rep, ShowOverdue))
    text = turn.text(
        "overdue",
        rep=rep,
        own=rep.id == turn.viewer.id,
        found=found,
        shown=shown,
        first=first,
        never=found.never[:PAGE] if page == pages - 1 else (),
        cadence=cadence,
    )
    return Screen(text, rows)


@routes.on(ShowPace, slow=True)
async def show_pace(turn: Turn, at: ShowPace) -> Screen:
    """The month in whole visits, by letter, and who is behind."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _at_a_glance(turn, "pace", ShowPace, at.page)
    rep, found = await capacity.pace_of(turn.deps, turn.viewer, _rep(at.rep), turn.today)
    shown, page, pages = page_of(found.behind, at.page, PAGE)
    first = page * PAGE + 1
    rows = _customers([one.target.customer for one in shown], first)
    rows += page_row(page, pages, lambda to: ShowPace(at.rep, to))
    rows.append(_others(turn, at.rep, but="pace"))
    rows.append(_out(turn, at.rep, ShowPace))
    own = rep.id == turn.viewer.id
    return Screen(turn.text("pace", rep=rep, own=own, found=found, shown=shown, first=first), rows)


_SIGNS = (("−", False), ("+", True))


async def _at_a_glance(turn: Turn, what: str, to_rep: ToRep, page: int) -> Screen:
    """One line for each rep of the team, and a button to their screen."""
    _ = turn.words._
    reps = await days.team(turn.deps, turn.viewer)
    shown, page, pages = page_of(reps, page, PAGE)
    lines = await capacity.glance(turn.deps, shown, turn.today)
    buttons = [Button(rep.name or _("(no name yet)"), to_rep(rep.id, 0)) for rep in shown]
    rows: list[list[Button]] = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    rows += page_row(page, pages, lambda to: to_rep(None, to))
    rows.append(_others(turn, None, but=what))
    rows.append([Button(_("Share out effort"), ShowEffort()), *home_row(turn)])
    return Screen(turn.text("team_glance", what=what, lines=lines, reps=reps), rows)


def _others(turn: Turn, rep: int | None, *, but: str) -> list[Button]:
    """The two screens beside this one."""
    _ = turn.words._
    buttons = {
        "capacity": Button(_("Capacity"), ShowCapacity(rep)),
        "pace": Button(_("Pace"), ShowPace(rep)),
        "overdue": Button(_("Overdue"), ShowOverdue(rep)),
    }
    return [one for name, one in buttons.items() if name != but]


def _out(turn: Turn, rep: int | None, to_rep: ToRep) -> list[Button]:
    team = [Button(turn.words._("The team"), to_rep(None, 0))] if turn.viewer.role in OFFICE and rep else []
    return [*team, *home_row(turn)]


def _customers(customers: Sequence[Customer], first: int | None) -> list[list[Button]]:
    """Two customers a row, numbered from `first` on."""
    buttons = [
        Button(
            one.name if first is None else f"{first + n} {one.name}",
            ShowCard(one.id),
        )
        for n, one in enumerate(customers)
    ]
    return [buttons[i : i + 2] for i in range(0, len(buttons), 2)]


def _rep(number: int | None) -> UserId | None:
    return None if number is None else UserId(number)


def _stepped(measure: Measure, value: float, *, up: bool) -> ShowRhythm:
    """The next round value of a measure."""
    step = _STEPS[measure]
    units = floor(round(value / step, 4)) + 1 if up else ceil(round(value / step, 4)) - 1
    return ShowRhythm(measure, round(100 * min(max(units * step, step), MOST[measure])))
