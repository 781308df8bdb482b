"""A rep's "later"."""

from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.scope import within
from bot.db.statements import rows_changed
from bot.db.tables import CustomerRow, SnoozeRow
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Scope


class Snoozes:
    """Customers that stay off somebody's list for a while."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def set(self, customer_id: CustomerId, scope: Scope, until: date, now: datetime) -> None:
        """Keep a customer off the viewer's list until that day. Raises `not_found` outside the scope."""
        visible = select(col(CustomerRow.id)).where(col(CustomerRow.id) == customer_id, within(scope))
        if (await self._session.execute(visible)).one_or_none() is None:
            raise DomainError("not_found")
        again = (
            update(SnoozeRow)
            .where(col(SnoozeRow.customer_id) == customer_id, col(SnoozeRow.rep_id) == scope.viewer)
            .values(until=until, created_at=now)
        )
        if not await rows_changed(self._session, again):
            row = SnoozeRow(rep_id=scope.viewer, customer_id=customer_id, until=until, created_at=now)
            self._session.add(row)
            await self._session.flush()

    async def clear(self, customer_id: CustomerId, scope: Scope) -> None:
        """Put a customer back onto the viewer's list."""
        await self._session.execute(
            delete(SnoozeRow).where(
                col(SnoozeRow.customer_id) == customer_id, col(SnoozeRow.rep_id) == scope.viewer
            )
        )
