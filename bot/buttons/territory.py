"""Buttons answered by `bot.handlers.territory`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.callbacks import Callback, button
from domain.territory.goals import GoalKind
from domain.territory.plan import Quadrant


class PlanForm(StrEnum):
    """As what a plan is sent."""

    PAGE = "p"  # to be printed
    BOOK = "x"  # a workbook


@button("bp1")
@dataclass(frozen=True, slots=True)
class ShowPlan(Callback):
    """The plan of the quarter of `on` (None: the running one) of a rep (None: one's own, or the team's)."""

    rep: int | None = None
    on: date | None = None


@button("bp2")
@dataclass(frozen=True, slots=True)
class ShowPlans(Callback):
    """The plans of the team for the quarter of `on`."""

    on: date | None = None
    page: int = 0


@button("bp3")
@dataclass(frozen=True, slots=True)
class ShowGoals(Callback):
    """The goals of one's plan, to be set."""

    on: date


@button("bp4")
@dataclass(frozen=True, slots=True)
class StepGoal(Callback):
    """Set a goal a step higher or lower."""

    plan: int
    kind: GoalKind
    up: bool
    on: date


@button("bp5")
@dataclass(frozen=True, slots=True)
class ShowSwot(Callback):
    """The SWOT of one's plan and the goals in own words, to be written."""

    on: date


@button("bp6")
@dataclass(frozen=True, slots=True)
class AskPlanWords(Callback):
    """Ask for a sentence: of the SWOT, or (`field` None) a goal in own words."""

    plan: int
    field: Quadrant | None
    on: date


@button("bp7")
@dataclass(frozen=True, slots=True)
class DropPlanWords(Callback):
    """Take a sentence out again."""

    plan: int
    field: Quadrant | None
    place: int
    on: date


@button("bp8")
@dataclass(frozen=True, slots=True)
class SubmitPlan(Callback):
    """Hand the plan in."""

    plan: int
    on: date


@button("bp9")
@dataclass(frozen=True, slots=True)
class AskPlanComment(Callback):
    """Ask for words about a rep's plan; `returns`: that give it back."""

    plan: int
    rep: int
    on: date
    returns: bool


@button("bpa1")
@dataclass(frozen=True, slots=True)
class ApprovePlan(Callback):
    """Approve a rep's plan."""

    plan: int
    rep: int
    on: date


@button("bps1")
@dataclass(frozen=True, slots=True)
class SendPlan(Callback):
    """A plan as a file."""

    form: PlanForm
    rep: int
    on: date
