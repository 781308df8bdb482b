"""How often one rep visits, other than the norm says, and how managers share out effort."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import reasons_image, to_reasons
from bot.db.statements import REPS, TODAY, rows_changed
from bot.db.tables import CadenceChoiceRow, EffortDecisionRow, EffortJudgementRow
from bot.db.values import EffortDecision
from domain.explain import Reason
from domain.ids import ChoiceId, EffortId, UserId
from domain.planning.choice import CadenceChoice
from domain.planning.effort_params import Judgement
from domain.tiering.model import Cell


class Cadences:
    """Decisions about single reps: added and ended, never changed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_rep(self, rep_id: UserId, today: date) -> tuple[CadenceChoice, ...]:
        """What is in force for a rep, the oldest first."""
        return (await self.of_reps([rep_id], today)).get(rep_id, ())

    async def of_reps(
        self, reps: Collection[UserId], today: date
    ) -> Mapping[UserId, tuple[CadenceChoice, ...]]:
        """What is in force for each rep who has anything, the oldest first."""
        found: dict[UserId, tuple[CadenceChoice, ...]] = {}
        for row in await self._session.scalars(_in_force(), {"reps": list(reps), "today": today}):
            rep_id = UserId(row.rep_id)
            found[rep_id] = (*found.get(rep_id, ()), _to_choice(row))
        return found

    async def since(
        self, reps: Collection[UserId], moment: datetime
    ) -> list[tuple[CadenceChoice, datetime | None]]:
        """What was in force for these reps at some time from a moment on, with its end, the oldest first."""
        query = (
            select(CadenceChoiceRow)
            .where(
                col(CadenceChoiceRow.rep_id).in_(reps),
                or_(col(CadenceChoiceRow.ended_at).is_(None), col(CadenceChoiceRow.ended_at) > moment),
            )
            .order_by(col(CadenceChoiceRow.id))
        )
        return [(_to_choice(row), row.ended_at) for row in await self._session.scalars(query)]

    async def add(  # noqa: PLR0913 - a decision consists of all of this
        self,
        rep_id: UserId,
        kind: str,
        targets: Mapping[Cell, float],
        *,
        extra_days: int,
        until: date | None,
        reasons: Sequence[Reason],
        author_id: UserId,
        now: datetime,
        effort_id: EffortId | None = None,
    ) -> None:
        self._session.add(
            CadenceChoiceRow(
                rep_id=rep_id,
                kind=kind,
                targets={cell.value: visits for cell, visits in targets.items()},
                extra_days=extra_days,
                until=until,
                reasons=reasons_image(reasons),
                effort_id=effort_id,
                author_id=author_id,
                decided_at=now,
            )
        )
        await self._session.flush()

    async def end(self, ids: Collection[ChoiceId], author_id: UserId, now: datetime) -> int:
        """End decisions; how many were not ended before."""
        statement = (
            update(CadenceChoiceRow)
            .where(col(CadenceChoiceRow.id).in_(ids), col(CadenceChoiceRow.ended_at).is_(None))
            .values(ended_at=now, ended_by=author_id)
            .execution_options(synchronize_session=False)
        )
        return await rows_changed(self._session, statement)


class Efforts:
    """Judgements of managers, and what they have made of them. Each sees only their own."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def judgements(self, author_id: UserId) -> dict[Cell, Judgement]:
        """What a manager has judged, by cell."""
        query = select(EffortJudgementRow).where(col(EffortJudgementRow.author_id) == author_id)
        return {
            Cell(row.cell): Judgement(none=row.none, half=row.half, more=row.more, saturation=row.saturation)
            for row in await self._session.scalars(query)
        }

    async def judge(self, author_id: UserId, cell: Cell, judgement: Judgement, now: datetime) -> None:
        """Keep a judgement in place of an earlier one."""
        query = (
            select(EffortJudgementRow)
            .where(col(EffortJudgementRow.author_id) == author_id, col(EffortJudgementRow.cell) == cell.value)
            .with_for_update()
        )
        row = (await self._session.scalars(query)).one_or_none()
        if row is None:
            row = EffortJudgementRow(
                author_id=author_id, cell=cell.value, judged_at=now, **judgement.model_dump()
            )
            self._session.add(row)
        row.none, row.half = judgement.none, judgement.half
        row.more, row.saturation = judgement.more, judgement.saturation
        row.judged_at = now
        await self._session.flush()

    async def in_force(self, author_id: UserId) -> EffortDecision | None:
        """The last decision of a manager that has not been taken back."""
        query = (
            select(EffortDecisionRow)
            .where(col(EffortDecisionRow.author_id) == author_id, col(EffortDecisionRow.ended_at).is_(None))
            .order_by(col(EffortDecisionRow.id).desc())
            .limit(1)
        )
        row = (await self._session.scalars(query)).one_or_none()
        return _to_decision(row) if row else None

    async def add(
        self,
        author_id: UserId,
        judgements: Mapping[Cell, Judgement],
        targets: Mapping[Cell, float],
        reasons: Sequence[Reason],
        now: datetime,
    ) -> EffortId:
        row = EffortDecisionRow(
            author_id=author_id,
            decided_at=now,
            judgements={cell.value: one.model_dump() for cell, one in judgements.items()},
            targets={cell.value: visits for cell, visits in targets.items()},
            reasons=reasons_image(reasons),
        )
        self._session.add(row)
        await self._session.flush()
        return EffortId(row.id)

    async def end(self, effort_id: EffortId, author_id: UserId, now: datetime) -> bool:
        """Take a decision of one's own back, with all that it meant for reps; whether it was in force."""
        ended = {"ended_at": now, "ended_by": author_id}
        statement = (
            update(EffortDecisionRow)
            .where(
                col(EffortDecisionRow.id) == effort_id,
                col(EffortDecisionRow.author_id) == author_id,
                col(EffortDecisionRow.ended_at).is_(None),
            )
            .values(ended)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            return False
        await self._session.execute(
            update(CadenceChoiceRow)
            .where(col(CadenceChoiceRow.effort_id) == effort_id, col(CadenceChoiceRow.ended_at).is_(None))
            .values(ended)
            .execution_options(synchronize_session=False)
        )
        return True


@cache
def _in_force() -> Select[CadenceChoiceRow]:
    return (
        select(CadenceChoiceRow)
        .where(
            col(CadenceChoiceRow.rep_id).in_(REPS),
            col(CadenceChoiceRow.ended_at).is_(None),
            or_(col(CadenceChoiceRow.until).is_(None), col(CadenceChoiceRow.until) >= TODAY),
        )
        .order_by(col(CadenceChoiceRow.id))
    )


def _to_choice(row: CadenceChoiceRow) -> CadenceChoice:
    return CadenceChoice(
        id=ChoiceId(row.id),
        rep_id=UserId(row.rep_id),
        kind=row.kind,
        targets={Cell(cell): visits for cell, visits in row.targets.items()},
        extra_days=row.extra_days,
        reasons=to_reasons(row.reasons),
        author_id=UserId(row.author_id),
        decided_at=row.decided_at,
        until=row.until,
        effort_id=EffortId(row.effort_id) if row.effort_id is not None else None,
    )


def _to_decision(row: EffortDecisionRow) -> EffortDecision:
    return EffortDecision(
        id=EffortId(row.id),
        author_id=UserId(row.author_id),
        decided_at=row.decided_at,
        targets={Cell(cell): visits for cell, visits in row.targets.items()},
        reasons=to_reasons(row.reasons),
    )
