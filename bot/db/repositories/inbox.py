"""Updates that were taken from Telegram and are not handled to their end yet."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.leases import claim, is_over
from bot.db.statements import insert_new, table_of
from bot.db.tables import InboxRow
from bot.db.values import Taken


class Inbox:
    """Rows of updates, each with the process that handles it until its lease runs out."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, told: Sequence[Mapping[str, Any]], now: datetime, lease_until: datetime) -> None:
        """Write updates down as Telegram told them; those that are there already stay as they are."""
        rows = [
            {
                "update_id": one["update_id"],
                "told": dict(one),
                "taken_at": now,
                "attempts": 1,
                "lease_until": lease_until,
            }
            for one in told
        ]
        statement = insert_new(self._session, table_of(InboxRow), ["update_id"])
        await self._session.execute(statement, rows)

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> list[Taken]:
        """Take over what nobody handles any more, in the order in which it came."""
        abandoned = select(col(InboxRow.id)).where(is_over(InboxRow, now, lease_until))
        oldest = abandoned.order_by(col(InboxRow.id)).limit(limit)
        rows = await claim(self._session, InboxRow, oldest, lease_until)
        rows.sort(key=lambda row: row.id)
        return [Taken(row.update_id, row.told, row.taken_at, row.attempts) for row in rows]

    async def lend(self, update_ids: Collection[int], lease_until: datetime) -> None:
        """Let the leases of these end at another moment."""
        statement = update(InboxRow).where(col(InboxRow.update_id).in_(update_ids))
        await self._session.execute(statement.values(lease_until=lease_until))

    async def erase(self, update_ids: Collection[int]) -> None:
        """Leave nothing of these."""
        await self._session.execute(delete(InboxRow).where(col(InboxRow.update_id).in_(update_ids)))
