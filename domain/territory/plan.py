"""A plan on its way: written by the rep, handed in, given back or approved by the manager."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.coverage.period import Period, Span
from domain.errors import DomainError
from domain.ids import PlanId, UserId
from domain.territory.analysis import Analysis
from domain.territory.goals import GoalKind

LONGEST = 200
"""Characters of one entry, and of a comment."""


class PlanState(StrEnum):
    """How far a plan is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"

    @property
    def is_open(self) -> bool:
        """Whether the rep may still write."""
        return self in {PlanState.DRAFT, PlanState.RETURNED}


class StepKind(StrEnum):
    """What was done with a plan, or said about it."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    COMMENT = "comment"


class Quadrant(StrEnum):
    """A field of the SWOT."""

    STRENGTHS = "s"
    WEAKNESSES = "w"
    OPPORTUNITIES = "o"
    THREATS = "t"


_LEADS: Mapping[StepKind, tuple[frozenset[PlanState], PlanState]] = {
    StepKind.SUBMITTED: (frozenset({PlanState.DRAFT, PlanState.RETURNED}), PlanState.SUBMITTED),
    StepKind.RETURNED: (frozenset({PlanState.SUBMITTED, PlanState.APPROVED}), PlanState.RETURNED),
    StepKind.APPROVED: (frozenset({PlanState.SUBMITTED}), PlanState.APPROVED),
}


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One line of a plan's history."""

    kind: StepKind
    author_id: UserId
    at: datetime
    version: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryPlan:
    """A rep's plan of a quarter.

    `goals` are in percent, `aims` goals in the rep's own words. `version` counts how often it was handed in;
    `analysis` is what it rested on then, None before.
    """

    id: PlanId
    rep_id: UserId
    quarter: Period
    state: PlanState
    version: int
    goals: Mapping[GoalKind, int]
    aims: tuple[str, ...]
    swot: Mapping[Quadrant, tuple[str, ...]]
    analysis: Analysis | None
    steps: tuple[PlanStep, ...] = ()

    @property
    def unwritten(self) -> tuple[Quadrant, ...]:
        """The fields of the SWOT without a word."""
        return tuple(one for one in Quadrant if not self.swot.get(one))


def quarter_of(day: date) -> Period:
    """The quarter of a day."""
    return Period.of(Span.QUARTER, day)


def may_be_planned(quarter: Period, today: date, ahead_days: int) -> bool:
    """Whether a plan may be begun and written: the running quarter, or the next when it is near."""
    return quarter.first - timedelta(days=ahead_days) <= today <= quarter.last


def after(plan: TerritoryPlan, kind: StepKind) -> PlanState:
    """The state that a step leads to.

    DomainError "plan_state" where it cannot be taken, "plan_unfinished" where the SWOT has an empty field.
    """
    if kind is StepKind.COMMENT:
        return plan.state
    possible, state = _LEADS[kind]
    if plan.state not in possible:
        raise DomainError("plan_state")
    if kind is StepKind.SUBMITTED and plan.unwritten:
        raise DomainError("plan_unfinished")
    return state
