"""Plans of territories. A rep's is seen by the rep and whoever leads the team."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.scope import within
from bot.db.tables import CustomerRow, EventRow, EventSeatRow, TerritoryPlanRow, TerritoryPlanStepRow
from domain.ids import CustomerId, PlanId, UserId
from domain.people.model import Scope
from domain.resources.event import EventState, SeatState
from domain.territory.analysis import Analysis
from domain.territory.goals import GoalKind
from domain.territory.plan import PlanState, PlanStep, Quadrant, StepKind, TerritoryPlan, quarter_of

_ANALYSIS = TypeAdapter(Analysis)


class TerritoryPlans:
    """Plans, and what was done with them. Whose may be seen is asked before: every query names the reps."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_reps(self, reps: Collection[UserId], quarter: date) -> dict[UserId, TerritoryPlan]:
        """The plans of a quarter, by rep, without their history."""
        query = select(TerritoryPlanRow).where(
            col(TerritoryPlanRow.rep_id).in_(reps), col(TerritoryPlanRow.quarter) == quarter
        )
        return {UserId(row.rep_id): _to_plan(row, ()) for row in await self._session.scalars(query)}

    async def handed_in(self, reps: Collection[UserId], since: date) -> list[date]:
        """The quarters, `since` one of them, of the plans that wait for the manager's word."""
        query = (
            select(col(TerritoryPlanRow.quarter))
            .where(
                col(TerritoryPlanRow.rep_id).in_(reps),
                col(TerritoryPlanRow.state) == PlanState.SUBMITTED.value,
                col(TerritoryPlanRow.quarter) >= since,
            )
            .order_by(col(TerritoryPlanRow.quarter))
        )
        return list(await self._session.scalars(query))

    async def get(self, plan_id: PlanId, reps: Collection[UserId]) -> TerritoryPlan | None:
        """One of the plans of these reps, with its history."""
        row = await self._session.get(TerritoryPlanRow, plan_id)
        if row is None or row.rep_id not in reps:
            return None
        steps = await self._session.scalars(
            select(TerritoryPlanStepRow)
            .where(col(TerritoryPlanStepRow.plan_id) == plan_id)
            .order_by(col(TerritoryPlanStepRow.id))
        )
        return _to_plan(row, tuple(_to_step(step) for step in steps))

    async def begin(
        self, rep_id: UserId, quarter: date, goals: Mapping[GoalKind, int], now: datetime
    ) -> PlanId:
        """A new draft, or the plan that is there."""
        there = (await self.of_reps([rep_id], quarter)).get(rep_id)
        if there is not None:
            return there.id
        row = TerritoryPlanRow(
            rep_id=rep_id,
            quarter=quarter,
            state=PlanState.DRAFT.value,
            goals={kind.value: goal for kind, goal in goals.items()},
            changed_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return PlanId(row.id)

    async def write(self, plan: TerritoryPlan, now: datetime) -> None:
        """Keep what a rep has set or said."""
        await self._set(
            plan.id,
            now,
            goals={kind.value: goal for kind, goal in plan.goals.items()},
            aims=list(plan.aims),
            swot={quadrant.value: list(words) for quadrant, words in plan.swot.items()},
        )

    async def move(
        self, plan: TerritoryPlan, state: PlanState, analysis: Analysis | None, now: datetime
    ) -> None:
        """Keep a state; with an analysis it is a new version, which rests on it."""
        handed_in = {}
        if analysis is not None:
            handed_in = {
                "version": plan.version + 1,
                "analysis": _ANALYSIS.dump_python(analysis, mode="json"),
            }
        await self._set(plan.id, now, state=state.value, **handed_in)

    async def note(
        self, plan_id: PlanId, kind: StepKind, author_id: UserId, version: int, words: str, now: datetime
    ) -> None:
        """Add a line to the history."""
        self._session.add(
            TerritoryPlanStepRow(
                plan_id=plan_id, author_id=author_id, at=now, kind=kind.value, version=version, words=words
            )
        )
        await self._session.flush()

    async def names(self, customers: Collection[CustomerId], scope: Scope) -> dict[CustomerId, str]:
        """The names of those customers whom the viewer may still name."""
        query = select(col(CustomerRow.id), col(CustomerRow.name)).where(
            within(scope), col(CustomerRow.id).in_(customers)
        )
        return {CustomerId(number): name for number, name in await self._session.execute(query)}

    async def events_with(self, rep_id: UserId, first: date, last: date) -> int:
        """How many events from `first` to `last` have a seat for a customer of the rep."""
        query = (
            select(func.count(col(EventRow.id).distinct()))
            .join(EventSeatRow, col(EventSeatRow.event_id) == col(EventRow.id))
            .join(CustomerRow, col(CustomerRow.id) == col(EventSeatRow.customer_id))
            .where(
                col(CustomerRow.owner_id) == rep_id,
                col(EventRow.on).between(first, last),
                col(EventRow.state) != EventState.CALLED_OFF.value,
                col(EventSeatRow.state).in_([one.value for one in SeatState if one.counts]),
            )
        )
        return (await self._session.execute(query)).scalar_one()

    async def _set(self, plan_id: PlanId, now: datetime, **values: Any) -> None:
        await self._session.execute(
            update(TerritoryPlanRow)
            .where(col(TerritoryPlanRow.id) == plan_id)
            .values(changed_at=now, **values)
        )


def _to_plan(row: TerritoryPlanRow, steps: tuple[PlanStep, ...]) -> TerritoryPlan:
    return TerritoryPlan(
        id=PlanId(row.id),
        rep_id=UserId(row.rep_id),
        quarter=quarter_of(row.quarter),
        state=PlanState(row.state),
        version=row.version,
        goals={GoalKind(kind): goal for kind, goal in row.goals.items()},
        aims=tuple(row.aims),
        swot={Quadrant(quadrant): tuple(words) for quadrant, words in row.swot.items()},
        analysis=None if row.analysis is None else _ANALYSIS.validate_python(row.analysis),
        steps=steps,
    )


def _to_step(row: TerritoryPlanStepRow) -> PlanStep:
    return PlanStep(
        kind=StepKind(row.kind),
        author_id=UserId(row.author_id),
        at=row.at,
        version=row.version,
        words=row.words,
    )
