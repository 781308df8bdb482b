"""Rounds and what they propose. A round is its author's alone, and every query takes a scope."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.images import update_rows
from bot.db.mappers import maybe_user, reasons_image, to_cell, to_decision, to_round
from bot.db.repositories.tiers import current_decision, override_on
from bot.db.scope import within
from bot.db.statements import insert_rows, table_of
from bot.db.tables import (
    AssessmentRow,
    CustomerRow,
    TierDecisionRow,
    TierOverrideRow,
    TierProposalRow,
    TierRoundRow,
)
from bot.db.values import Proposal, ProposalState, Round
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId, ProposalId, RoundId, UserId
from domain.people.model import Scope
from domain.tiering.model import TierDecision
from domain.tiering.whatif import Standing


class Rounds:
    """Reviews of tiers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def standings(self, scope: Scope, today: date) -> list[Standing]:
        """Every active customer of the scope as a round finds them."""
        is_support = col(AssessmentRow.kind) == "support"
        stated = (
            select(
                col(AssessmentRow.customer_id),
                func.max(case((is_support, None), else_=col(AssessmentRow.on))).label("potential"),
                func.max(case((is_support, col(AssessmentRow.on)))).label("support"),
            )
            .group_by(col(AssessmentRow.customer_id))
            .subquery()
        )
        query = (
            select(
                col(CustomerRow.id),
                col(CustomerRow.name),
                col(CustomerRow.owner_id),
                col(CustomerRow.is_no_see),
                TierDecisionRow,
                col(TierOverrideRow.tier),
                col(TierOverrideRow.support),
                stated.c.potential,
                stated.c.support,
            )
            .select_from(CustomerRow)
            .outerjoin(TierDecisionRow, current_decision())
            .outerjoin(TierOverrideRow, override_on(today))
            .outerjoin(stated, stated.c.customer_id == col(CustomerRow.id))
            .where(within(scope), col(CustomerRow.status) == CustomerStatus.ACTIVE.value)
            .order_by(col(CustomerRow.id))
        )
        return [
            Standing(
                id=CustomerId(number),
                name=name,
                owner_id=maybe_user(owner),
                is_no_see=is_no_see,
                computed=to_decision(decision) if decision else None,
                by_hand=to_cell(tier, support),
                decided_on=decision.decided_at.date() if decision else None,
                potential_on=potential_on,
                support_on=support_on,
            )
            for number, name, owner, is_no_see, decision, tier, support, potential_on, support_on in (
                await self._session.execute(query)
            )
        ]

    async def add(
        self, author_id: UserId, on: date, now: datetime, proposed: Mapping[CustomerId, TierDecision]
    ) -> Round:
        """Open a round with its proposals."""
        row = TierRoundRow(author_id=author_id, on=on, opened_at=now)
        self._session.add(row)
        await self._session.flush()
        query = select(
            col(TierDecisionRow.customer_id),
            col(TierDecisionRow.id),
            col(TierDecisionRow.tier),
            col(TierDecisionRow.support),
        ).join(CustomerRow, current_decision())
        current = {number: tuple(rest) for number, *rest in await self._session.execute(query)}
        rows = []
        for customer_id, decision in proposed.items():
            based_on, tier_before, support_before = current.get(customer_id, (None, None, None))
            rows.append(
                {
                    "round_id": row.id,
                    "customer_id": customer_id,
                    "based_on": based_on,
                    "tier_before": tier_before,
                    "support_before": support_before,
                    "tier": decision.tier.value if decision.tier else None,
                    "support": decision.support.value if decision.support else None,
                    "method": decision.method,
                    "params_version": decision.params_version,
                    "reasons": reasons_image(decision.reasons),
                    "state": ProposalState.OPEN.value,
                }
            )
        await insert_rows(await self._session.connection(), table_of(TierProposalRow), rows)
        return to_round(row)

    async def get(self, round_id: RoundId, author_id: UserId) -> Round | None:
        query = select(TierRoundRow).where(
            col(TierRoundRow.id) == round_id, col(TierRoundRow.author_id) == author_id
        )
        row = (await self._session.scalars(query)).one_or_none()
        return to_round(row) if row else None

    async def latest(self, author_id: UserId) -> Round | None:
        """The round that somebody has opened last."""
        query = (
            select(TierRoundRow)
            .where(col(TierRoundRow.author_id) == author_id)
            .order_by(col(TierRoundRow.id).desc())
            .limit(1)
        )
        row = (await self._session.scalars(query)).one_or_none()
        return to_round(row) if row else None

    async def since(self, author_id: UserId, day: date) -> list[Round]:
        """The rounds that somebody has opened from a day on, the latest first."""
        query = (
            select(TierRoundRow)
            .where(col(TierRoundRow.author_id) == author_id, col(TierRoundRow.on) >= day)
            .order_by(col(TierRoundRow.id).desc())
        )
        return [to_round(row) for row in await self._session.scalars(query)]

    async def last_closed(self, author_id: UserId) -> date | None:
        """The day of the last round that somebody has closed."""
        query = select(func.max(col(TierRoundRow.on))).where(
            col(TierRoundRow.author_id) == author_id, col(TierRoundRow.closed_at).is_not(None)
        )
        return (await self._session.execute(query)).scalar_one()

    async def close(self, round_id: RoundId, now: datetime) -> None:
        """Close a round; what nobody has decided is kept as it is."""
        await self._session.execute(
            update(TierProposalRow)
            .where(
                col(TierProposalRow.round_id) == round_id,
                col(TierProposalRow.state) == ProposalState.OPEN.value,
            )
            .values(state=ProposalState.KEPT.value)
        )
        await self._session.execute(
            update(TierRoundRow).where(col(TierRoundRow.id) == round_id).values(closed_at=now)
        )

    async def proposals(self, round_id: RoundId, scope: Scope) -> list[Proposal]:
        """What a round of the viewer proposes for the active customers in their sight, names in order."""
        query = _proposals(scope).where(col(TierProposalRow.round_id) == round_id)
        return [_to_proposal(*found) for found in await self._session.execute(query)]

    async def proposal(self, proposal_id: ProposalId, scope: Scope) -> Proposal | None:
        """One of them."""
        query = _proposals(scope).where(col(TierProposalRow.id) == proposal_id)
        found = (await self._session.execute(query)).one_or_none()
        return _to_proposal(*found) if found else None

    async def decide(self, proposals: Collection[ProposalId], state: ProposalState) -> None:
        """Note what became of proposals."""
        connection = await self._session.connection()
        states = [(proposal_id, {"state": state.value}) for proposal_id in proposals]
        await update_rows(connection, table_of(TierProposalRow), states)


def _proposals(scope: Scope) -> Select[TierProposalRow, str, int | None, int | None]:
    return (
        select(TierProposalRow, col(CustomerRow.name), col(CustomerRow.owner_id), col(TierDecisionRow.id))
        .select_from(CustomerRow)
        .join(TierProposalRow, col(TierProposalRow.customer_id) == col(CustomerRow.id))
        .join(TierRoundRow, col(TierRoundRow.id) == col(TierProposalRow.round_id))
        .outerjoin(TierDecisionRow, current_decision())
        .where(
            within(scope),
            col(TierRoundRow.author_id) == scope.viewer,
            col(CustomerRow.status) == CustomerStatus.ACTIVE.value,
        )
        .order_by(col(CustomerRow.name), col(CustomerRow.id))
    )


def _to_proposal(row: TierProposalRow, name: str, owner: int | None, current: int | None) -> Proposal:
    return Proposal(
        id=ProposalId(row.id),
        round_id=RoundId(row.round_id),
        customer_id=CustomerId(row.customer_id),
        name=name,
        owner_id=maybe_user(owner),
        before=to_cell(row.tier_before, row.support_before),
        decision=to_decision(row),
        state=ProposalState(row.state),
        is_overtaken=row.based_on != current,
    )
