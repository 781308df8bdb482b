"""Questions of reps about tiers. Every query takes a scope."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import maybe_user
from bot.db.scope import require_within, within
from bot.db.tables import CustomerRow, TierQuestionRow
from domain.errors import DomainError
from domain.ids import CustomerId, QuestionId, UserId
from domain.people.model import Role, Scope
from domain.tiering.argument import Doubt, Question, QuestionState

_OPEN = QuestionState.OPEN.value


class Questions:
    """Asked by a rep about one of their customers, answered by the manager; one at a time per customer."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ask(
        self, customer_id: CustomerId, scope: Scope, doubt: Doubt, evidence: str, now: datetime
    ) -> None:
        """Ask. Raises `not_found` outside the scope, `question_open` while another one waits."""
        await require_within(self._session, customer_id, scope, lock=True)
        latest = await self.latest(customer_id, scope)
        if latest is not None and latest.is_open:
            raise DomainError("question_open")
        self._session.add(
            TierQuestionRow(
                customer_id=customer_id,
                rep_id=scope.viewer,
                doubt=doubt.value,
                evidence=evidence,
                asked_at=now,
                state=_OPEN,
            )
        )
        await self._session.flush()

    async def add_evidence(self, question_id: QuestionId, scope: Scope, evidence: str) -> Question:
        """Give one's own open question its sentence. Raises `not_found`, `question_closed`."""
        found = await self.get(question_id, scope)
        if found is None or found.rep_id != scope.viewer:
            raise DomainError("not_found")
        if not found.is_open:
            raise DomainError("question_closed")
        row = await self._session.get_one(TierQuestionRow, question_id)
        row.evidence = evidence
        await self._session.flush()
        return replace(found, evidence=evidence)

    async def get(self, question_id: QuestionId, scope: Scope) -> Question | None:
        query = _questions(scope).where(col(TierQuestionRow.id) == question_id)
        found = (await self._session.execute(query)).one_or_none()
        return _to_question(*found) if found else None

    async def latest(self, customer_id: CustomerId, scope: Scope) -> Question | None:
        """The last question about a customer, whoever of the scope asked it."""
        query = (
            _questions(scope)
            .where(col(TierQuestionRow.customer_id) == customer_id)
            .order_by(col(TierQuestionRow.id).desc())
            .limit(1)
        )
        found = (await self._session.execute(query)).one_or_none()
        return _to_question(*found) if found else None

    async def all(self, scope: Scope, answered_since: datetime) -> list[Question]:
        """What waits, the oldest first, and then what was answered since a moment. A rep sees the own."""
        query = _questions(scope).where(
            or_(col(TierQuestionRow.state) == _OPEN, col(TierQuestionRow.answered_at) >= answered_since)
        )
        if scope.role is Role.REP:
            query = query.where(col(TierQuestionRow.rep_id) == scope.viewer)
        query = query.order_by(col(TierQuestionRow.state) != _OPEN, col(TierQuestionRow.id))
        return [_to_question(*found) for found in await self._session.execute(query)]

    async def answer(
        self, question_id: QuestionId, scope: Scope, state: QuestionState, answer: str, now: datetime
    ) -> Question:
        """Settle a question. Raises `not_found` outside the scope, `question_closed` when it is settled."""
        row = (
            await self._session.scalars(
                select(TierQuestionRow)
                .join(CustomerRow, col(CustomerRow.id) == col(TierQuestionRow.customer_id))
                .where(col(TierQuestionRow.id) == question_id, within(scope))
                .with_for_update(of=TierQuestionRow)
            )
        ).one_or_none()
        if row is None:
            raise DomainError("not_found")
        if row.state != _OPEN:
            raise DomainError("question_closed")
        row.state, row.answer, row.answered_by, row.answered_at = state.value, answer, scope.viewer, now
        await self._session.flush()
        customer = await self._session.get_one(CustomerRow, row.customer_id)
        return _to_question(row, customer.name)


def _questions(scope: Scope) -> Select[TierQuestionRow, str]:
    return (
        select(TierQuestionRow, col(CustomerRow.name))
        .join(CustomerRow, col(CustomerRow.id) == col(TierQuestionRow.customer_id))
        .where(within(scope))
    )


def _to_question(row: TierQuestionRow, name: str) -> Question:
    return Question(
        id=QuestionId(row.id),
        customer_id=CustomerId(row.customer_id),
        customer_name=name,
        rep_id=UserId(row.rep_id),
        doubt=Doubt(row.doubt),
        evidence=row.evidence,
        asked_at=row.asked_at,
        state=QuestionState(row.state),
        answer=row.answer,
        answered_by=maybe_user(row.answered_by),
        answered_at=row.answered_at,
    )
