"""Who refuses data collection."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.forgetting import erase, refuse, same_person
from bot.db.tables import InstallationRow
from domain.ids import CustomerId


class Refusals:
    """Fingerprints of those who are forgotten, and forgetting."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def make_key(self, secret: str) -> None:
        """Give the installation a key for its fingerprints, unless it has one."""
        if (await self._session.scalars(select(InstallationRow))).first() is None:
            self._session.add(InstallationRow(secret=secret))
            await self._session.flush()

    async def forget(self, customer_id: CustomerId, today: date, now: datetime) -> None:
        """Erase a customer, with every entry that was merged into theirs, and know them again."""
        connection = await self._session.connection()
        customers = await same_person(connection, customer_id)
        await refuse(connection, customers, now)
        await erase(connection, customers, today)
        self._session.expire_all()
