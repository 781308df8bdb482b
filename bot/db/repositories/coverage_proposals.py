"""What digests have proposed to managers, and what became of it. Each sees only their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import maybe_user
from bot.db.statements import rows_changed
from bot.db.tables import CoverageProposalRow
from domain.coverage.period import Span
from domain.coverage.proposals import CoverageProposal, NotedProposal, ProposalAnswer, ProposalKind
from domain.explain import Reason
from domain.ids import CoverageProposalId, CustomerId, UserId


class CoverageProposals:
    """One row for each time that something was proposed until it was answered."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_manager(self, manager_id: UserId, since: datetime) -> list[NotedProposal]:
        """What is not answered yet, and what was answered from a moment on, the latest first."""
        query = (
            select(CoverageProposalRow)
            .where(
                col(CoverageProposalRow.manager_id) == manager_id,
                or_(
                    col(CoverageProposalRow.answered_at).is_(None),
                    col(CoverageProposalRow.answered_at) >= since,
                ),
            )
            .order_by(col(CoverageProposalRow.id).desc())
        )
        return [_to_noted(row) for row in await self._session.scalars(query)]

    async def get(self, proposal_id: CoverageProposalId, manager_id: UserId) -> NotedProposal | None:
        row = await self._session.get(CoverageProposalRow, proposal_id)
        return _to_noted(row) if row is not None and row.manager_id == manager_id else None

    async def show(
        self,
        manager_id: UserId,
        shown: Sequence[CoverageProposal],
        open_ones: Sequence[NotedProposal],
        now: datetime,
    ) -> list[NotedProposal]:
        """Keep what is shown now, with the facts of now, in the place of what is still open of it."""
        known = {one.proposal.key: one.id for one in open_ones if one.answer is ProposalAnswer.OPEN}
        found = []
        for proposal in shown:
            values = _columns(proposal) | {"shown_at": now}
            if (row_id := known.get(proposal.key)) is not None:
                await self._session.execute(
                    update(CoverageProposalRow).where(col(CoverageProposalRow.id) == row_id).values(values)
                )
            else:
                row = CoverageProposalRow(manager_id=manager_id, state=ProposalAnswer.OPEN.value, **values)
                self._session.add(row)
                await self._session.flush()
                row_id = CoverageProposalId(row.id)
            found.append(
                NotedProposal(id=row_id, proposal=proposal, answer=ProposalAnswer.OPEN, answered_at=None)
            )
        return found

    async def answer(
        self, proposal_id: CoverageProposalId, manager_id: UserId, answer: ProposalAnswer, now: datetime
    ) -> bool:
        """Keep an answer, the last one counts; whether the proposal is the manager's."""
        statement = (
            update(CoverageProposalRow)
            .where(
                col(CoverageProposalRow.id) == proposal_id,
                col(CoverageProposalRow.manager_id) == manager_id,
            )
            .values(state=answer.value, answered_at=now)
            .execution_options(synchronize_session=False)
        )
        return bool(await rows_changed(self._session, statement))


def _columns(proposal: CoverageProposal) -> dict[str, Any]:
    reason = {"code": proposal.reason.code, "params": dict(proposal.reason.params)}
    return {
        "kind": proposal.kind.value,
        "rep_id": proposal.rep_id,
        "customer_id": proposal.customer_id,
        "subject_id": proposal.subject,
        "reason": reason | {"span": proposal.span.value if proposal.span else None},
    }


def _to_noted(row: CoverageProposalRow) -> NotedProposal:
    span = row.reason["span"]
    return NotedProposal(
        id=CoverageProposalId(row.id),
        proposal=CoverageProposal(
            kind=ProposalKind(row.kind),
            reason=Reason(row.reason["code"], row.reason["params"]),
            rep_id=maybe_user(row.rep_id),
            customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
            subject=row.subject_id,
            span=None if span is None else Span(span),
        ),
        answer=ProposalAnswer(row.state),
        answered_at=row.answered_at,
    )
