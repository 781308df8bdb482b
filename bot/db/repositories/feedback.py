"""What customers have said. Every query takes a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import maybe_user
from bot.db.scope import require_within, within
from bot.db.tables import CustomerRow, FeedbackRow
from domain.customers.feedback import Feedback
from domain.errors import DomainError
from domain.ids import CustomerId, FeedbackId, UserId
from domain.people.model import Scope


@dataclass(frozen=True, slots=True)
class LatestFeedback:
    """The last that a customer said, and whose customer it is."""

    name: str
    owner_id: UserId | None
    feedback: Feedback


class Feedbacks:
    """Scores and sentences, each as it was given."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self, customer_id: CustomerId, scope: Scope, score: int, on: date, now: datetime
    ) -> FeedbackId:
        """Keep a score. Raises `not_found` outside the scope."""
        await require_within(self._session, customer_id, scope)
        row = FeedbackRow(customer_id=customer_id, score=score, on=on, at=now, author_id=scope.viewer)
        self._session.add(row)
        await self._session.flush()
        return FeedbackId(row.id)

    async def get(self, feedback_id: FeedbackId, scope: Scope) -> Feedback:
        """Raises `not_found` outside the scope."""
        return _to_feedback(await self._row(feedback_id, scope))

    async def write(self, feedback_id: FeedbackId, scope: Scope, text: str) -> None:
        """Put a sentence beside a score. Raises `not_found` outside the scope."""
        row = await self._row(feedback_id, scope)
        row.text = text
        await self._session.flush()

    async def remove(self, feedback_id: FeedbackId, scope: Scope) -> None:
        """Take a score out. Raises `not_found` outside the scope."""
        row = await self._row(feedback_id, scope)
        await self._session.execute(delete(FeedbackRow).where(col(FeedbackRow.id) == row.id))

    async def history(self, customer_id: CustomerId, scope: Scope) -> Sequence[Feedback]:
        """All that a customer said, the newest first."""
        query = _visible(scope).where(col(CustomerRow.id) == customer_id).order_by(col(FeedbackRow.id).desc())
        return [_to_feedback(row) for row in await self._session.scalars(query)]

    async def latest(self, scope: Scope) -> Sequence[LatestFeedback]:
        """The last that each customer of the scope said."""
        last = select(func.max(col(FeedbackRow.id))).group_by(col(FeedbackRow.customer_id))
        query = (
            _visible(scope)
            .add_columns(col(CustomerRow.name), col(CustomerRow.owner_id))
            .where(col(FeedbackRow.id).in_(last))
            .order_by(col(FeedbackRow.id))
        )
        return [
            LatestFeedback(name, maybe_user(owner), _to_feedback(row))
            for row, name, owner in await self._session.execute(query)
        ]

    async def _row(self, feedback_id: FeedbackId, scope: Scope) -> FeedbackRow:
        found = await self._session.scalar(_visible(scope).where(col(FeedbackRow.id) == feedback_id))
        if found is None:
            raise DomainError("not_found")
        return found


def _visible(scope: Scope) -> Select[FeedbackRow]:
    return (
        select(FeedbackRow)
        .join(CustomerRow, col(CustomerRow.id) == col(FeedbackRow.customer_id))
        .where(within(scope))
    )


def _to_feedback(row: FeedbackRow) -> Feedback:
    return Feedback(
        id=FeedbackId(row.id),
        customer=CustomerId(row.customer_id),
        score=row.score,
        on=row.on,
        at=row.at,
        author=UserId(row.author_id),
        text=row.text,
    )
