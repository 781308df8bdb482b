"""Who has been asked when a customer receives."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.tables import TimesAskedRow
from domain.ids import CustomerId, UserId


class Times:
    """Questions that are put to a rep once."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ask_once(self, customer_id: CustomerId, rep_id: UserId, now: datetime) -> bool:
        """Whether a rep has not been asked about a customer yet; from now on they have been."""
        asked = select(col(TimesAskedRow.id)).where(
            col(TimesAskedRow.customer_id) == customer_id, col(TimesAskedRow.rep_id) == rep_id
        )
        if (await self._session.execute(asked)).first() is not None:
            return False
        self._session.add(TimesAskedRow(customer_id=customer_id, rep_id=rep_id, asked_at=now))
        await self._session.flush()
        return True
