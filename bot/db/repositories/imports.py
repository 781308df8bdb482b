"""Imports: what is there, taking a plan over, and taking it back."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col

from bot.db.applying import Application
from bot.db.mappers import to_batch
from bot.db.stored import Columns, load
from bot.db.tables import ImportBatchRow
from bot.db.undoing import undo
from bot.db.values import BatchStatus, ImportBatch
from domain.errors import DomainError
from domain.ids import BatchId, UserId
from domain.importing.model import Existing, ImportPlan, Kind


class Imports:
    """Batches of imported rows, each applied whole and taken back whole."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def existing(self) -> Existing:
        """What is stored, as the planner compares it."""
        stored = await load(await self._session.connection())
        return await asyncio.to_thread(stored.existing)

    async def apply(
        self, plan: ImportPlan, author_id: UserId | None, now: datetime, files: Sequence[str]
    ) -> BatchId:
        """Write a plan and record every row of it under a new batch.

        Owners and reps whom nobody knows are taken on as reps who have not joined yet. Raises
        `ambiguous_name` when a named person could be several, `plan_out_of_date` when a row that
        the plan refers to is gone.
        """
        connection = await self._one_at_a_time()
        batch = ImportBatchRow(
            created_at=now,
            author_id=author_id,
            files=list(files),
            counts=_counts(plan),
            status=BatchStatus.APPLIED.value,
        )
        self._session.add(batch)
        await self._session.flush()
        batch_id = BatchId(batch.id)
        await Application(connection, await load(connection), batch_id, author_id, now).run(plan)
        self._session.expunge_all()
        return batch_id

    async def find(
        self, wanted: Collection[tuple[Kind, str]]
    ) -> Mapping[tuple[Kind, str], tuple[int, Columns]]:
        """The stored rows of some kinds and natural keys: their ids and columns."""
        stored = await load(await self._session.connection())
        found = {}
        for kind, key in wanted:
            row_id = stored.keys[kind].get(key)
            if row_id is not None:
                found[kind, key] = row_id, stored.tables[kind][row_id]
        return found

    async def rollback(self, batch_id: BatchId, now: datetime) -> None:
        """Take a batch back: what it created goes, what it changed is again what it was.

        Raises `not_found`, `batch_rolled_back`, `rollback_user_joined` or `rollback_newer`, and
        has then changed nothing.
        """
        connection = await self._one_at_a_time()
        batch = await self._session.get(ImportBatchRow, batch_id)
        if batch is None:
            raise DomainError("not_found")
        if batch.status != BatchStatus.APPLIED.value:
            raise DomainError("batch_rolled_back", batch=batch_id)
        await undo(connection, batch_id)
        batch.status = BatchStatus.ROLLED_BACK.value
        batch.rolled_back_at = now
        await self._session.flush()
        self._session.expunge_all()

    async def get(self, batch_id: BatchId) -> ImportBatch | None:
        row = await self._session.get(ImportBatchRow, batch_id)
        return to_batch(row) if row else None

    async def batches(self, limit: int) -> list[ImportBatch]:
        """The last imports, newest first."""
        query = select(ImportBatchRow).order_by(col(ImportBatchRow.id).desc()).limit(limit)
        return [to_batch(row) for row in await self._session.scalars(query)]

    async def _one_at_a_time(self) -> AsyncConnection:
        """The connection, once no other import is under way (on SQLite there is one writer anyway)."""
        connection = await self._session.connection()
        if connection.dialect.name == "postgresql":
            await connection.execute(text("LOCK TABLE import_batch IN SHARE ROW EXCLUSIVE MODE"))
        return connection


def _counts(plan: ImportPlan) -> dict[str, int]:
    counts = Counter(f"{change.kind}.{change.action}" for change in plan.changes)
    return {**counts, "rejected": plan.rejected}
