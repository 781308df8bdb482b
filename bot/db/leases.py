"""Rows that several processes work on, each row by one of them: whoever claims it has a lease on it."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.tables import InboxRow, OutboxRow

_Leased = TypeVar("_Leased", InboxRow, OutboxRow)


def is_over(row: type[_Leased], now: datetime, lease_until: datetime) -> ColumnElement[bool]:
    """A lease has run out, or it was given by a clock that has been put back since.

    `lease_until` is the end of a lease given now; clocks of two machines may differ by as much as it lasts.
    """
    ends = col(row.lease_until)
    return or_(ends <= now, ends > lease_until + (lease_until - now))


async def claim(
    session: AsyncSession, row: type[_Leased], ids: Select[Any], lease_until: datetime
) -> list[_Leased]:
    """Take the rows of these ids for this process alone until `lease_until`, and count the attempt.

    They come in no order. What others are about to claim is passed over; SQLite, whose writers come one by
    one, needs no lock for that.
    """
    free = ids.with_for_update(skip_locked=True).cte("free")
    statement = (
        update(row)
        .where(col(row.id).in_(select(free.c.id)))
        .values(attempts=col(row.attempts) + 1, lease_until=lease_until)
        .returning(row)
        .execution_options(synchronize_session=False)
    )
    return list(await session.scalars(statement))
