"""Taking an import back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, delete, exists, null, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.images import Image, image_of, update_rows, values_of
from bot.db.statements import table_of
from bot.db.stored import ROWS
from bot.db.tables import (
    AssessmentRow,
    ImportBatchRow,
    ImportChangeRow,
    InviteRow,
    OutboxRow,
    ReviewEventRow,
    Row,
    TierDecisionRow,
    UserRow,
)
from bot.db.values import BatchStatus
from domain.errors import DomainError
from domain.ids import BatchId

_REFERRED_FIRST: tuple[type[Row], ...] = (UserRow, *ROWS.values())
_DATED: tuple[type[Row], ...] = (AssessmentRow, TierDecisionRow)  # rows that carry their batch themselves
_OF_BATCH: tuple[type[Row], ...] = (*_DATED, ReviewEventRow)  # the last follows from rows that are put back
_changes = table_of(ImportChangeRow)


async def undo(connection: AsyncConnection, batch_id: BatchId) -> None:
    """Put every row of a batch back to what it was, or refuse without having touched one.

    Raises `rollback_user_joined` when somebody whom the import took on has come since, and
    `rollback_newer` when a row has been changed since or something newer refers to it.
    """
    await _refuse_if_joined(connection, batch_id)
    if await _is_superseded(connection, batch_id) or await _is_touched(connection, batch_id):
        raise DomainError("rollback_newer", batch=batch_id)
    try:
        async with connection.begin_nested():
            await _restore(connection, batch_id)
            await _delete(connection, batch_id)
    except IntegrityError:
        raise DomainError("rollback_newer", batch=batch_id) from None


async def _refuse_if_joined(connection: AsyncConnection, batch_id: BatchId) -> None:
    user = table_of(UserRow)
    query = select(user.c.name).where(
        user.c.id.in_(_created(batch_id, UserRow)), user.c.joined_at.is_not(None)
    )
    name = (await connection.execute(query.order_by(user.c.id).limit(1))).scalar_one_or_none()
    if name is not None:
        raise DomainError("rollback_user_joined", batch=batch_id, name=name)


async def _is_superseded(connection: AsyncConnection, batch_id: BatchId) -> bool:
    """Whether a later import wrote to the same rows, or a customer was assessed or tiered since."""
    later, batch = _changes.alias(), table_of(ImportBatchRow)
    newer: list[Select[Any]] = [
        select(later.c.id)
        .join(batch, and_(batch.c.id == later.c.batch_id, batch.c.status == BatchStatus.APPLIED.value))
        .join(
            _changes,
            and_(_changes.c.table_name == later.c.table_name, _changes.c.row_id == later.c.row_id),
        )
        .where(_changes.c.batch_id == batch_id, later.c.batch_id > batch_id)
    ]
    for row in _DATED:
        mine, other = table_of(row), table_of(row).alias()
        newer.append(
            select(other.c.id)
            .join(mine, and_(mine.c.customer_id == other.c.customer_id, mine.c.id < other.c.id))
            .where(mine.c.batch_id == batch_id, other.c.batch_id.is_distinct_from(batch_id))
        )
    for query in newer:
        if (await connection.execute(select(exists(query)))).scalar_one():
            return True
    return False


async def _is_touched(connection: AsyncConnection, batch_id: BatchId) -> bool:
    """Whether a row no longer stands as the batch left it."""
    for row in _REFERRED_FIRST:
        table = table_of(row)
        written = select(_changes.c.row_id, _changes.c.after).where(
            _changes.c.batch_id == batch_id, _changes.c.table_name == table.name
        )
        left = {row.row_id: row.after for row in await connection.execute(written)}
        found = await connection.execute(
            select(table).where(table.c.id.in_(written.with_only_columns(_changes.c.row_id)))
        )
        standing = {columns["id"] for columns in found.mappings() if _stands(columns, left[columns["id"]])}
        if standing != left.keys():
            return True
    return False


def _stands(columns: Mapping[Any, Any], after: Image) -> bool:
    return image_of({name: columns[name] for name in after}) == after


async def _restore(connection: AsyncConnection, batch_id: BatchId) -> None:
    for row in _REFERRED_FIRST:
        table = table_of(row)
        query = select(_changes.c.row_id, _changes.c.before).where(
            _changes.c.batch_id == batch_id,
            _changes.c.table_name == table.name,
            _changes.c.before.is_not(null()),
        )
        changed = await connection.execute(query)
        await update_rows(
            connection, table, [(row_id, values_of(table, before)) for row_id, before in changed]
        )


async def _delete(connection: AsyncConnection, batch_id: BatchId) -> None:
    """Delete what the batch created; foreign keys refuse where something newer refers to it."""
    for row in _OF_BATCH:
        table = table_of(row)
        await connection.execute(delete(table).where(table.c.batch_id == batch_id))
    invite = table_of(InviteRow)  # nobody came by them, or the batch would stay
    outbox = table_of(OutboxRow)  # which never reached them
    for table in (invite, outbox):
        await connection.execute(delete(table).where(table.c.user_id.in_(_created(batch_id, UserRow))))
    for row in reversed(_REFERRED_FIRST):
        table = table_of(row)
        await connection.execute(delete(table).where(table.c.id.in_(_created(batch_id, row))))


def _created(batch_id: BatchId, row: type[Row]) -> Select[Any]:
    return select(_changes.c.row_id).where(
        _changes.c.batch_id == batch_id,
        _changes.c.table_name == table_of(row).name,
        _changes.c.before.is_(null()),
    )
