"""Merged customers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.merging import RowChange
from bot.db.scope import within
from bot.db.tables import CustomerMergeRow, CustomerRow
from bot.db.values import Merge
from domain.errors import DomainError
from domain.ids import CustomerId, MergeId, UserId
from domain.people.model import Scope


class Merges:
    """Who was merged into whom; within a scope, by the customer who is kept."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        kept: CustomerId,
        gone: CustomerId,
        author_id: UserId,
        changes: Sequence[RowChange],
        now: datetime,
    ) -> MergeId:
        """Keep what a merge has changed."""
        row = CustomerMergeRow(
            kept_id=kept,
            gone_id=gone,
            author_id=author_id,
            merged_at=now,
            changes=[[one.table, one.row_id, one.before, one.after] for one in changes],
        )
        self._session.add(row)
        await self._session.flush()
        return MergeId(row.id)

    async def get(self, merge_id: MergeId, scope: Scope) -> tuple[Merge, list[RowChange]]:
        """A merge that holds, and what it changed. Raises `not_found` for others."""
        query = (
            select(CustomerMergeRow, col(CustomerRow.name))
            .join(CustomerRow, col(CustomerRow.id) == col(CustomerMergeRow.kept_id))
            .where(
                col(CustomerMergeRow.id) == merge_id, col(CustomerMergeRow.undone_at).is_(None), within(scope)
            )
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise DomainError("not_found")
        row, name = found
        return _to_merge(row, name), [RowChange(*one) for one in row.changes]

    async def into(self, customer_id: CustomerId, scope: Scope) -> list[Merge]:
        """The merges that hold into a customer, the newest first, each with the name that is gone."""
        gone = (
            select(CustomerMergeRow, col(CustomerRow.name))
            .join(CustomerRow, col(CustomerRow.id) == col(CustomerMergeRow.gone_id))
            .where(
                col(CustomerMergeRow.kept_id) == customer_id,
                col(CustomerMergeRow.undone_at).is_(None),
                col(CustomerMergeRow.kept_id).in_(select(col(CustomerRow.id)).where(within(scope))),
            )
            .order_by(col(CustomerMergeRow.id).desc())
        )
        return [_to_merge(row, name) for row, name in await self._session.execute(gone)]

    async def undone(self, merge_id: MergeId, author_id: UserId, now: datetime) -> None:
        """Note that a merge holds no longer; what it changed is not needed any more."""
        await self._session.execute(
            update(CustomerMergeRow)
            .where(col(CustomerMergeRow.id) == merge_id)
            .values(undone_at=now, undone_by=author_id, changes=[])
        )

    async def forget(self, customers: Sequence[CustomerId]) -> None:
        """Delete what was kept of merges of some customers: they are never separated again."""
        await self._session.execute(
            delete(CustomerMergeRow).where(
                or_(
                    col(CustomerMergeRow.kept_id).in_(customers), col(CustomerMergeRow.gone_id).in_(customers)
                )
            )
        )


def _to_merge(row: CustomerMergeRow, name: str) -> Merge:
    return Merge(
        id=MergeId(row.id),
        kept_id=CustomerId(row.kept_id),
        gone_id=CustomerId(row.gone_id),
        name=name,
        merged_at=row.merged_at,
    )
