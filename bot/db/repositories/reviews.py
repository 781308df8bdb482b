"""What makes reviews of potential due. Every query takes a scope."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Case, Executable, Select, case, delete, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.scope import within
from bot.db.tables import (
    AssessmentRow,
    CustomerRow,
    ImportBatchRow,
    InstitutionRow,
    ReviewEventRow,
    TierDecisionRow,
    TierOverrideRow,
    TierRoundRow,
)
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId, InstitutionId
from domain.people.model import Scope
from domain.tiering.review import EventKind, ReviewEvent, since_last_look

_POTENTIAL = ("potential_score", "quantity")
_LONGEST = 120  # characters of a name


class Reviews:
    """Events, and when somebody last looked at a potential."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_procurement(self, institution_id: InstitutionId, scope: Scope, event: ReviewEvent) -> None:
        """Keep a change in procurement; it concerns every customer of the institution, whoever's."""
        self._session.add(
            ReviewEventRow(
                institution_id=institution_id,
                kind=event.kind.value,
                on=event.on,
                noted_at=event.noted_at,
                note=event.note,
                author_id=scope.viewer,
            )
        )
        await self._session.flush()

    async def add_change(self, customer_id: CustomerId, scope: Scope, event: ReviewEvent) -> None:
        """Keep a change of one customer that somebody has entered."""
        self._session.add(
            ReviewEventRow(
                customer_id=customer_id,
                kind=event.kind.value,
                on=event.on,
                noted_at=event.noted_at,
                before=event.before[:_LONGEST],
                after=event.after[:_LONGEST],
                author_id=scope.viewer,
            )
        )
        await self._session.flush()

    async def forget_change(self, customer_id: CustomerId, kind: EventKind, noted_at: datetime) -> None:
        """A change that was taken back makes no review due."""
        await self._session.execute(
            delete(ReviewEventRow).where(
                col(ReviewEventRow.customer_id) == customer_id,
                col(ReviewEventRow.kind) == kind.value,
                col(ReviewEventRow.noted_at) == noted_at,
                col(ReviewEventRow.batch_id).is_(None),
            )
        )

    async def waiting(self, scope: Scope) -> Mapping[CustomerId, tuple[ReviewEvent, ...]]:
        """The events of the scope's active customers since their potential was last looked at.

        That was when it was assessed, when a person decided the cell, or when the viewer opened the
        last round that is closed now.
        """
        last_round = await self._last_round(scope)
        events: dict[CustomerId, list[ReviewEvent]] = {}
        for query in _events(scope, last_round):
            for number, *columns in await self._session.execute(query):
                events.setdefault(CustomerId(number), []).append(_to_event(*columns))
        if not events:
            return {}
        looks = await self._looks(scope)
        waiting = {number: since_last_look(each, looks.get(number, ())) for number, each in events.items()}
        return {number: each for number, each in waiting.items() if each}

    async def _last_round(self, scope: Scope) -> datetime | None:
        query = select(func.max(col(TierRoundRow.opened_at))).where(
            col(TierRoundRow.author_id) == scope.viewer, col(TierRoundRow.closed_at).is_not(None)
        )
        return (await self._session.execute(query)).scalar_one()

    async def _looks(self, scope: Scope) -> dict[CustomerId, list[datetime]]:
        """The moments at which potential was assessed, or the cell decided by a person, by customer."""
        assessed = _by_customer(
            AssessmentRow, scope, func.max(col(ImportBatchRow.created_at)), func.max(_said_on())
        ).where(col(AssessmentRow.kind).in_(_POTENTIAL))
        assessed = assessed.outerjoin(ImportBatchRow, col(ImportBatchRow.id) == col(AssessmentRow.batch_id))
        in_rounds = _by_customer(TierDecisionRow, scope, func.max(col(TierDecisionRow.decided_at))).where(
            col(TierDecisionRow.batch_id).is_(None)
        )
        by_hand = _by_customer(TierOverrideRow, scope, func.max(col(TierOverrideRow.decided_at))).where(
            col(TierOverrideRow.tier).is_not(None)
        )
        looks: dict[CustomerId, list[datetime]] = {}
        for number, imported_at, said_on in await self._session.execute(assessed):
            # Of what was said in a chat the day is known: it counts to its end.
            said_at = datetime.combine(said_on, time.max, UTC) if said_on else None
            looks[CustomerId(number)] = [each for each in (imported_at, said_at) if each]
        for query in (in_rounds, by_hand):
            for number, moment in await self._session.execute(query):
                looks.setdefault(CustomerId(number), []).append(moment)
        return looks


def _said_on() -> Case[Any]:
    return case((col(AssessmentRow.batch_id).is_(None), col(AssessmentRow.on)))


def _by_customer(row: Any, scope: Scope, *columns: Any) -> Select[Any]:
    return (
        select(col(CustomerRow.id), *columns)
        .select_from(CustomerRow)
        .join(row, col(row.customer_id) == col(CustomerRow.id))
        .where(within(scope))
        .group_by(col(CustomerRow.id))
    )


def _events(scope: Scope, since: datetime | None) -> Sequence[Executable]:
    """The events of customers and those of their institutions: two queries that each use an index."""
    concerned = (
        col(ReviewEventRow.customer_id) == col(CustomerRow.id),
        col(ReviewEventRow.institution_id) == col(CustomerRow.institution_id),
    )
    later = true() if since is None else col(ReviewEventRow.noted_at) > since
    return [
        select(
            col(CustomerRow.id),
            col(ReviewEventRow.kind),
            col(ReviewEventRow.on),
            col(ReviewEventRow.noted_at),
            col(ReviewEventRow.before),
            col(ReviewEventRow.after),
            col(InstitutionRow.name),
            col(ReviewEventRow.note),
        )
        .select_from(CustomerRow)
        .join(ReviewEventRow, each)
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(ReviewEventRow.institution_id))
        .where(within(scope), col(CustomerRow.status) == CustomerStatus.ACTIVE.value, later)
        .order_by(col(ReviewEventRow.id))
        for each in concerned
    ]


def _to_event(
    kind: str, on: date, noted_at: datetime, before: str, after: str, institution: str | None, note: str
) -> ReviewEvent:
    return ReviewEvent(
        kind=EventKind(kind),
        on=on,
        noted_at=noted_at,
        before=before,
        after=after,
        institution=institution or "",
        note=note,
    )
