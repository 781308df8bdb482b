"""Remembered answers about sheets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.tables import ColumnMappingRow


class Mappings:
    """By the fingerprint of a sheet's headers: how its columns were understood last time."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, fingerprint: str) -> Mapping[str, Any] | None:
        row = await self._row(fingerprint)
        return row.mapping if row else None

    async def all(self) -> dict[str, Mapping[str, Any]]:
        """Everything remembered, by fingerprint."""
        rows = await self._session.scalars(select(ColumnMappingRow))
        return {row.fingerprint: row.mapping for row in rows}

    async def save(self, fingerprint: str, mapping: Mapping[str, Any], now: datetime) -> None:
        row = await self._row(fingerprint)
        if row is None:
            row = ColumnMappingRow(fingerprint=fingerprint, created_at=now)
            self._session.add(row)
        row.mapping = dict(mapping)
        row.created_at = now
        await self._session.flush()

    async def _row(self, fingerprint: str) -> ColumnMappingRow | None:
        query = select(ColumnMappingRow).where(col(ColumnMappingRow.fingerprint) == fingerprint)
        return (await self._session.scalars(query)).one_or_none()
