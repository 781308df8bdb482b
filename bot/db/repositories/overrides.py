"""Cells that people set by hand. Every query takes a scope."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_cell, to_override
from bot.db.repositories.tiers import current_decision, override_on
from bot.db.scope import require_within, within
from bot.db.tables import CustomerRow, TierDecisionRow, TierOverrideRow
from bot.db.values import Overridden
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId
from domain.people.model import Scope
from domain.tiering.override import Override


class Overrides:
    """Set, renewed and ended by rows that are only ever added."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, customer_id: CustomerId, scope: Scope, override: Override) -> None:
        """Keep an override, a renewal or an end. Raises `not_found` outside the scope."""
        await require_within(self._session, customer_id, scope)
        self._session.add(
            TierOverrideRow(
                customer_id=customer_id,
                tier=override.cell.tier.value if override.cell else None,
                support=override.cell.support.value if override.cell else None,
                until=override.until,
                reason=override.reason,
                author_id=override.author_id,
                decided_at=override.decided_at,
            )
        )
        await self._session.flush()

    async def in_force(self, customer_id: CustomerId, scope: Scope, today: date) -> Override | None:
        """The override that counts on a day."""
        query = (
            select(TierOverrideRow)
            .join(CustomerRow, override_on(today))
            .where(col(CustomerRow.id) == customer_id, within(scope))
        )
        row = (await self._session.scalars(query)).one_or_none()
        return to_override(row) if row else None

    async def all_in_force(self, scope: Scope, today: date) -> list[Overridden]:
        """Every active customer whose cell is set by hand on a day, the soonest to expire first."""
        query = (
            select(
                col(CustomerRow.id),
                col(CustomerRow.name),
                col(TierDecisionRow.tier),
                col(TierDecisionRow.support),
                TierOverrideRow,
            )
            .select_from(CustomerRow)
            .join(TierOverrideRow, override_on(today))
            .outerjoin(TierDecisionRow, current_decision())
            .where(within(scope), col(CustomerRow.status) == CustomerStatus.ACTIVE.value)
            .order_by(col(TierOverrideRow.until), col(CustomerRow.name), col(CustomerRow.id))
        )
        return [
            Overridden(
                id=CustomerId(number),
                name=name,
                computed=to_cell(tier, support),
                override=to_override(row),
            )
            for number, name, tier, support, row in await self._session.execute(query)
        ]

    async def history(self, customer_id: CustomerId, scope: Scope) -> list[Override]:
        """Every override, renewal and end of a customer, in the order in which they were made."""
        query = (
            select(TierOverrideRow)
            .join(CustomerRow, col(CustomerRow.id) == col(TierOverrideRow.customer_id))
            .where(col(CustomerRow.id) == customer_id, within(scope))
            .order_by(col(TierOverrideRow.id))
        )
        return [to_override(row) for row in await self._session.scalars(query)]
