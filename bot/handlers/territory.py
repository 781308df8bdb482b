"""Plans of territories: one page built from the data, finished in the chat, judged by the manager."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.buttons.analyses import ShowAnalysis, View
from bot.buttons.capacity import ShowCapacity
from bot.buttons.territory import (
    ApprovePlan,
    AskPlanComment,
    AskPlanWords,
    DropPlanWords,
    PlanForm,
    SendPlan,
    ShowGoals,
    ShowPlan,
    ShowPlans,
    ShowSwot,
    StepGoal,
    SubmitPlan,
)
from bot.commands import FIELD, MANAGERS, REPS
from bot.db.values import AwaitedWords, Purpose
from bot.exporting import write_xlsx
from bot.handlers.home import home_row
from bot.render.coverage import period_name
from bot.render.territory import GOALS, QUADRANTS, plan_sheets
from bot.routes import Routes
from bot.screens import Attachment, Button, Screen, page_of, page_row
from bot.services import awaiting, territory
from bot.turn import Turn
from domain.coverage.period import Period
from domain.errors import DomainError
from domain.ids import PlanId, UserId
from domain.people.model import Role
from domain.territory.goals import GoalKind
from domain.territory.plan import PlanState, Quadrant, StepKind
from domain.territory.report import PlanView

routes = Routes()

PAGE = 8
LABEL = 30
STEPS_SHOWN = 3


@routes.on(ShowPlan, FIELD, slow=True)
async def show_plan(turn: Turn, at: ShowPlan) -> Screen:
    """A rep's plan on one page; for a manager without a rep the plans of the team."""
    if at.rep is None and turn.viewer.role is Role.MANAGER:
        return await show_plans(turn, ShowPlans(at.on))
    return await _plan(turn, None if at.rep is None else UserId(at.rep), at.on)


@routes.on(ShowPlans, MANAGERS, slow=True)
async def show_plans(turn: Turn, at: ShowPlans) -> Screen:
    """How far the plan of each rep is, by name."""
    found = await territory.team(
        turn.deps, turn.viewer, at.on, today=turn.today, now=turn.now, zone=turn.zone
    )
    on = found.quarter.first
    shown, page, pages = page_of(found.reps, at.page, PAGE)
    buttons = [Button(one.name[:LABEL] or "–", ShowPlan(one.id, on)) for one in shown]
    rows: list[Sequence[Button]] = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    rows += page_row(page, pages, lambda to: replace(at, on=on, page=to))
    around = [Button("‹", ShowPlans(found.quarter.before.first))]
    around.append(Button(period_name(turn.words, found.quarter), ShowPlans(on)))
    if on <= turn.today:
        around.append(Button("›", ShowPlans(found.quarter.after.first)))
    return Screen(turn.text("plans", found=found, shown=shown), [*rows, around, home_row(turn)])


@routes.on(ShowGoals, REPS, slow=True)
async def show_goals(turn: Turn, at: ShowGoals) -> Screen:
    """The goals beside the quarter before, with buttons to set each."""
    _ = turn.words._
    view = await _view(turn, None, at.on)
    plan = _written(view)
    rows = [
        [
            Button(f"{sign} {_(GOALS[kind])}", StepGoal(plan, kind, up, at.on))
            for sign, up in (("−", False), ("+", True))
        ]
        for kind in GoalKind
    ]
    rows.append([Button(_("Back to the plan"), ShowPlan(None, at.on)), *home_row(turn)])
    return Screen(turn.text("plan_goals", view=view), rows)


@routes.on(StepGoal, REPS, slow=True)
async def step_goal(turn: Turn, at: StepGoal) -> Screen:
    """Aim a step higher or lower."""
    await territory.step_goal(
        turn.deps, turn.viewer, PlanId(at.plan), at.kind, up=at.up, today=turn.today, now=turn.now
    )
    return await show_goals(turn, ShowGoals(at.on))


@routes.on(ShowSwot, REPS, slow=True)
async def show_swot(turn: Turn, at: ShowSwot) -> Screen:
    """The rep's own words, with buttons to add and to take out."""
    return await _swot(turn, at.on)


@routes.on(AskPlanWords, REPS)
async def ask_words(turn: Turn, at: AskPlanWords) -> Screen:
    """What the next message will be."""
    choice = at.field.value if at.field else ""
    await awaiting.ask(turn.deps, turn.viewer, Purpose.PLAN_WORDS, at.plan, choice, turn.now)
    rows = [[Button(turn.words._("Back"), ShowSwot(at.on)), *home_row(turn)]]
    return Screen(turn.text("plan_ask", field=at.field), rows)


@routes.on(DropPlanWords, REPS, slow=True)
async def drop_words(turn: Turn, at: DropPlanWords) -> Screen:
    """Take a sentence out again."""
    await territory.drop_words(
        turn.deps, turn.viewer, PlanId(at.plan), at.field, at.place, today=turn.today, now=turn.now
    )
    return await _swot(turn, at.on)


@routes.on(SubmitPlan, REPS, slow=True)
async def submit_plan(turn: Turn, at: SubmitPlan) -> Screen:
    """Hand it in to the manager."""
    await territory.hand_in(
        turn.deps, turn.viewer, PlanId(at.plan), today=turn.today, now=turn.now, zone=turn.zone
    )
    return await _plan(turn, None, at.on)


@routes.on(AskPlanComment, MANAGERS)
async def ask_comment(turn: Turn, at: AskPlanComment) -> Screen:
    """What the next message will be."""
    purpose = Purpose.PLAN_RETURN if at.returns else Purpose.PLAN_COMMENT
    await awaiting.ask(turn.deps, turn.viewer, purpose, at.plan, "", turn.now)
    rows = [[Button(turn.words._("Back to the plan"), ShowPlan(at.rep, at.on)), *home_row(turn)]]
    return Screen(turn.text("plan_comment", returns=at.returns), rows)


@routes.on(ApprovePlan, MANAGERS, slow=True)
async def approve_plan(turn: Turn, at: ApprovePlan) -> Screen:
    """Approve it as it was handed in."""
    await territory.judge(turn.deps, turn.viewer, PlanId(at.plan), StepKind.APPROVED, "", turn.now)
    return await _plan(turn, UserId(at.rep), at.on)


@routes.on(SendPlan, FIELD, slow=True)
async def send_plan(turn: Turn, at: SendPlan) -> Screen:
    """The plan as a page to be printed, or as a workbook."""
    view = await _view(turn, UserId(at.rep), at.on)
    _written(view)

    def made() -> bytes:
        if at.form is PlanForm.PAGE:
            so_far = {one.kind: one.so_far for one in view.progress}
            return turn.text("plan_page", view=view, so_far=so_far, of=turn.locale).encode()
        file = io.BytesIO()
        write_xlsx(file, plan_sheets(turn.words, view, turn.zone))
        return file.getvalue()

    ending = "html" if at.form is PlanForm.PAGE else "xlsx"
    name = f"plan-{at.on.year}-q{(at.on.month + 2) // 3}.{ending}"
    attachment = Attachment(name, await asyncio.to_thread(made))
    rows = [[Button(turn.words._("Back to the plan"), ShowPlan(at.rep, at.on)), *home_row(turn)]]
    return Screen(turn.text("plan_sent", form=at.form), rows, attachments=(attachment,))


async def said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    """A sentence for a plan. One that cannot be kept may be written again; else it is not waited for."""
    try:
        screen = await _said(turn, words, text)
    except DomainError as error:
        if not error.code.startswith(("sentence_", "refused_")):
            await awaiting.forget(turn.deps, turn.viewer)
        raise
    await awaiting.forget(turn.deps, turn.viewer)
    return screen


async def _said(turn: Turn, words: AwaitedWords, text: str) -> Screen:
    plan_id = PlanId(words.subject)
    if words.purpose is Purpose.PLAN_WORDS:
        field = Quadrant(words.choice) if words.choice else None
        plan = await territory.add_words(
            turn.deps, turn.viewer, plan_id, field, text, today=turn.today, now=turn.now
        )
        return await _swot(turn, plan.quarter.first)
    kind = StepKind.RETURNED if words.purpose is Purpose.PLAN_RETURN else StepKind.COMMENT
    plan = await territory.judge(turn.deps, turn.viewer, plan_id, kind, text, turn.now)
    return await _plan(turn, plan.rep_id, plan.quarter.first)


async def _plan(turn: Turn, rep: UserId | None, on: date | None) -> Screen:
    _ = turn.words._
    view = await _view(turn, rep, on)
    on, plan = view.quarter.first, view.plan
    rows: list[Sequence[Button]] = []
    if plan is not None and view.may_write:
        rows.append([Button(_("Goals"), ShowGoals(on)), Button("SWOT", ShowSwot(on))])
        rows.append([Button(_("Hand it in"), SubmitPlan(plan.id, on))])
    if plan is not None and view.may_judge:
        if plan.state is PlanState.SUBMITTED:
            rows.append([Button(_("Approve"), ApprovePlan(plan.id, view.rep.id, on))])
        talk = [Button(_("Comment"), AskPlanComment(plan.id, view.rep.id, on, returns=False))]
        if not plan.state.is_open:
            talk.append(Button(_("Give back"), AskPlanComment(plan.id, view.rep.id, on, returns=True)))
        rows.append(talk)
    if plan is not None:
        forms = ((_("Page to print"), PlanForm.PAGE), ("XLSX", PlanForm.BOOK))
        rows.append([Button(label, SendPlan(form, view.rep.id, on)) for label, form in forms])
    rows.append(
        [Button(_("Capacity"), ShowCapacity(view.rep.id)), Button("Lorenz", ShowAnalysis(View.LORENZ))]
    )
    rows.append(_around(turn, view))
    up = [Button(_("The team's plans"), ShowPlans(on))] if view.rep.id != turn.viewer.id else []
    rows.append([*up, *home_row(turn)])
    text = turn.text("plan", view=view, steps=plan.steps[-STEPS_SHOWN:] if plan else ())
    return Screen(text, rows)


def _around(turn: Turn, view: PlanView) -> list[Button]:
    """The quarter before, this one, and the next one where it may be planned or is there."""

    def to(quarter: Period) -> ShowPlan:
        return ShowPlan(view.rep.id, quarter.first)

    row = [
        Button("‹", to(view.quarter.before)),
        Button(period_name(turn.words, view.quarter), to(view.quarter)),
    ]
    return [*row, Button("›", to(view.quarter.after))] if view.next_one else row


async def _swot(turn: Turn, on: date) -> Screen:
    _ = turn.words._
    view = await _view(turn, None, on)
    _written(view)
    plan = view.plan
    if plan is None:
        raise DomainError("not_found")
    most = turn.deps.library.territory.at(turn.today)
    rows: list[Sequence[Button]] = []
    for field in (None, *Quadrant):
        words, limit = (plan.aims, most.aims) if field is None else (plan.swot.get(field, ()), most.words)
        label = _("Own goal") if field is None else _(QUADRANTS[field])
        row = [
            Button(f"✗ {label} {n}", DropPlanWords(plan.id, field, n - 1, on))
            for n in range(1, len(words) + 1)
        ]
        if len(words) < limit:
            row.insert(0, Button(f"+ {label}", AskPlanWords(plan.id, field, on)))
        rows.append(row)
    rows.append([Button(_("Back to the plan"), ShowPlan(None, on)), *home_row(turn)])
    return Screen(turn.text("plan_swot", plan=plan), rows)


async def _view(turn: Turn, rep: UserId | None, on: date | None) -> PlanView:
    return await territory.view(
        turn.deps, turn.viewer, rep, on, today=turn.today, now=turn.now, zone=turn.zone
    )


def _written(view: PlanView) -> PlanId:
    """The plan; DomainError "not_found" where none was made."""
    if view.plan is None:
        raise DomainError("not_found")
    return view.plan.id
