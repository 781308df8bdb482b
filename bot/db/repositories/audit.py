"""The audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.tables import AuditRow
from domain.ids import UserId


class Audit:
    """Who did what to what. Never the content of a message or a record."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        action: str,
        subject: str,
        now: datetime,
        *,
        user_id: UserId | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        self._session.add(
            AuditRow(at=now, user_id=user_id, action=action, subject=subject, detail=dict(detail or {}))
        )
        await self._session.flush()
