"""Imports that are still being talked about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_draft
from bot.db.statements import rows_changed
from bot.db.tables import ImportDraftRow
from bot.db.values import DraftStatus, ImportDraft, StoredFile
from domain.errors import DomainError
from domain.ids import DraftId, UserId


class Drafts:
    """One person's uploads and answers. Another person's draft is not found."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, user_id: UserId, files: Sequence[StoredFile], now: datetime) -> ImportDraft:
        row = ImportDraftRow(
            user_id=user_id,
            created_at=now,
            files=[{"name": file.name, "path": file.path} for file in files],
            answers={},
            status=DraftStatus.OPEN.value,
        )
        self._session.add(row)
        await self._session.flush()
        return to_draft(row)

    async def get(self, draft_id: DraftId, user_id: UserId) -> ImportDraft | None:
        row = (await self._session.scalars(_one(draft_id, user_id))).one_or_none()
        return to_draft(row) if row else None

    async def answer(self, draft_id: DraftId, user_id: UserId, question: str, value: str) -> ImportDraft:
        """Add one answer to those given before."""
        row = (await self._session.scalars(_one(draft_id, user_id).with_for_update())).one_or_none()
        if row is None:
            raise DomainError("not_found")
        row.answers = {**row.answers, question: value}
        await self._session.flush()
        return to_draft(row)

    async def set_message(self, draft_id: DraftId, user_id: UserId, message_id: int) -> None:
        """Remember the message that shows this draft."""
        statement = update(ImportDraftRow).where(*_own(draft_id, user_id)).values(message_id=message_id)
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def close(self, draft_id: DraftId, user_id: UserId, status: DraftStatus) -> bool:
        """End an open draft; False when it was ended before, by a double tap for instance."""
        statement = (
            update(ImportDraftRow)
            .where(*_own(draft_id, user_id), col(ImportDraftRow.status) == DraftStatus.OPEN.value)
            .values(status=status.value)
        )
        return await rows_changed(self._session, statement) == 1

    async def forget(self, before: datetime) -> list[ImportDraft]:
        """Delete the drafts from before a moment, whoever's they are; what they were."""
        query = select(ImportDraftRow).where(col(ImportDraftRow.created_at) < before)
        old = [to_draft(row) for row in await self._session.scalars(query)]
        await self._session.execute(delete(ImportDraftRow).where(col(ImportDraftRow.created_at) < before))
        return old


def _own(draft_id: DraftId, user_id: UserId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(ImportDraftRow.id) == draft_id, col(ImportDraftRow.user_id) == user_id


def _one(draft_id: DraftId, user_id: UserId) -> Select[ImportDraftRow]:
    return select(ImportDraftRow).where(*_own(draft_id, user_id))
