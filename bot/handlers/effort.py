"""Where visits bring most, by a manager's own judgement; applied as the team's cadence with one button."""

from dataclasses import replace

from bot.buttons.capacity import ShowCapacity
from bot.buttons.effort import ApplyEffort, EndEffort, ShowEffort, ShowJudgement, StepJudgement
from bot.commands import OFFICE
from bot.handlers.home import home_row
from bot.render.sentences import LEVELS
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import effort
from bot.turn import Turn
from domain.ids import EffortId
from domain.planning.effort import curve_of
from domain.tiering.model import Tier

routes = Routes()


@routes.on(ShowEffort, OFFICE, slow=True)
async def show_effort(turn: Turn, _at: ShowEffort) -> Screen:
    """Visits by cell as they are and as they would bring most, and what each cell is judged by."""
    _ = turn.words._
    found = await effort.effort(turn.deps, turn.viewer, turn.today)
    rows = [
        [
            Button(f"{'✎' if cell in found.judged else '?'} {cell.value}", ShowJudgement(cell))
            for cell in found.judgements
            if cell.tier is tier
        ]
        for tier in Tier
    ]
    if found.decision is not None:
        rows.append([Button(_("Take back: norm again"), EndEffort(found.decision.id))])
    if found.is_news:
        rows.append([Button(_("Make it the team's cadence"), ApplyEffort())])
    rows.append([Button(_("Capacity"), ShowCapacity()), *home_row(turn)])
    return Screen(turn.text("effort", found=found), [row for row in rows if row])


@routes.on(ShowJudgement, OFFICE)
async def show_judgement(turn: Turn, at: ShowJudgement) -> Screen:
    """Five levels of effort and what is expected at each; a row of buttons for each but today's."""
    judgement, own = await effort.judgement(turn.deps, turn.viewer, at.cell, turn.today)
    rows = [
        [
            Button(f"{sign} {turn.words._(label)}", StepJudgement(at.cell, level, up=up))
            for sign, up in (("−", False), ("+", True))
        ]
        for level, label in LEVELS.items()
    ]
    rows.append([Button(turn.words._("Back"), ShowEffort()), *home_row(turn)])
    norm = turn.deps.library.cadence.at(turn.today).cells[at.cell]
    text = turn.text(
        "effort_judgement", cell=at.cell, norm=norm, judgement=judgement, own=own, curve=curve_of(judgement)
    )
    return Screen(text, rows)


@routes.on(StepJudgement, OFFICE)
async def step_judgement(turn: Turn, at: StepJudgement) -> Screen:
    """Expect a step more or less."""
    moved = await effort.step(
        turn.deps, turn.viewer, at.cell, at.level, up=at.up, today=turn.today, now=turn.now
    )
    screen = await show_judgement(turn, ShowJudgement(at.cell))
    return screen if moved else replace(screen, toast=turn.words._("It must stay between its neighbours"))


@routes.on(ApplyEffort, OFFICE, slow=True)
async def apply_effort(turn: Turn, at: ApplyEffort) -> Screen:
    """Make it the cadence of every rep of the team, after asking."""
    _ = turn.words._
    if at.sure:
        await effort.apply(turn.deps, turn.viewer, turn.today, turn.now)
        return await show_effort(turn, ShowEffort())
    found = await effort.effort(turn.deps, turn.viewer, turn.today)
    rows = [[Button(_("Yes, for the whole team"), ApplyEffort(sure=True))]] if found.is_news else []
    rows.append([Button(_("Back"), ShowEffort()), *home_row(turn)])
    return Screen(turn.text("effort_apply", found=found), rows)


@routes.on(EndEffort, OFFICE)
async def end_effort(turn: Turn, at: EndEffort) -> Screen:
    """The norm holds again."""
    await effort.take_back(turn.deps, turn.viewer, EffortId(at.effort), turn.now)
    return replace(await show_effort(turn, ShowEffort()), toast=turn.words._("The norm holds again"))
