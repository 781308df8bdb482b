"""Plans as they are looked at: one of a rep, or those of a team."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.coverage.period import Period
from domain.ids import CustomerId, UserId
from domain.people.model import User
from domain.territory.analysis import Analysis
from domain.territory.goals import Progress
from domain.territory.plan import PlanState, TerritoryPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A rep's quarter: the plan, None where none was made, and what it is built from.

    `names` are those of the customers and people that the viewer may name; `progress` is empty before the
    quarter. Of its `working_days` so many are over. `next_one`: the plan of the quarter after may be begun.
    """

    rep: User
    quarter: Period
    plan: TerritoryPlan | None
    analysis: Analysis
    progress: tuple[Progress, ...]
    customers: Mapping[CustomerId, str]
    people: Mapping[UserId, str]
    working_days: int
    days_over: int
    may_write: bool
    may_judge: bool
    next_one: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlans:
    """The plans of a quarter, by rep; of the approved ones how far their goals are.

    Of the quarter's `working_days` so many are over.
    """

    quarter: Period
    reps: tuple[User, ...]
    plans: Mapping[UserId, TerritoryPlan]
    progress: Mapping[UserId, tuple[Progress, ...]]
    working_days: int
    days_over: int

    def count(self, state: PlanState) -> int:
        return sum(one.state == state for one in self.plans.values())

    @property
    def reached(self) -> tuple[int, int]:
        """Goals that are reached, of all goals of approved plans."""
        goals = [one for those in self.progress.values() for one in those]
        return sum(one.is_reached for one in goals), len(goals)
