"""A territory plan that waits for the manager's word, and what the manager has said of one's own."""

from datetime import date, timedelta

from bot.buttons.territory import ShowPlan
from bot.db.values import Owed
from bot.handlers.territory import show_plan
from bot.notices.model import Notice
from bot.screens import Screen
from bot.services import territory
from bot.turn import Turn
from domain.ids import PlanId
from domain.territory.plan import PlanState


async def _waits(turn: Turn, owed: Owed) -> Screen | None:
    """The plan, as long as nobody has judged it."""
    plan = await territory.plan(turn.deps, turn.viewer, PlanId(owed.params["id"]))
    return await _shown(turn, plan.rep_id, plan.quarter.first) if plan.state is PlanState.SUBMITTED else None


async def _judged(turn: Turn, owed: Owed) -> Screen | None:
    """The plan with the manager's words, unless it has been handed in again since."""
    plan = await territory.plan(turn.deps, turn.viewer, PlanId(owed.params["id"]))
    if plan.version > owed.params["version"]:
        return None
    return await _shown(turn, plan.rep_id, plan.quarter.first)


async def _shown(turn: Turn, rep: int, on: date) -> Screen:
    return await show_plan(turn, ShowPlan(rep, on))


WAITS = Notice(code="plan_waits", compose=_waits, late_after=timedelta(days=30))
JUDGED = Notice(code="plan_judged", compose=_judged, late_after=timedelta(days=30))
