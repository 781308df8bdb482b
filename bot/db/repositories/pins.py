"""Visits that something asks a rep for: a scenario, a joint visit, a plan.

A pin needs nobody to close it: it counts until the customer is visited on its day or later, or it is dropped.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import REP, rows_changed
from bot.db.tables import CustomerRow, PinRow
from domain.ids import CustomerId, UserId


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit to a customer that `source` asks for, on the first day from `from_on` that allows it."""

    customer_id: CustomerId
    source: str
    source_id: int
    from_on: date


class Pins:
    """What asks for visits, as long as the customer is the rep's."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        rep_id: UserId,
        customer_id: CustomerId,
        source: str,
        source_id: int,
        from_on: date,
        now: datetime,
    ) -> bool:
        """Ask for a visit; False when the same source asks for it already."""
        known = select(col(PinRow.id)).where(
            *_open(rep_id, customer_id), col(PinRow.source) == source, col(PinRow.source_id) == source_id
        )
        if (await self._session.execute(known)).first() is not None:
            return False
        self._session.add(
            PinRow(
                rep_id=rep_id,
                customer_id=customer_id,
                source=source,
                source_id=source_id,
                from_on=from_on,
                created_at=now,
            )
        )
        await self._session.flush()
        return True

    async def waiting(self, rep_id: UserId) -> list[Pin]:
        """What has not been dropped, the first first; whether it is visited by now is not looked at."""
        return [
            Pin(CustomerId(row.customer_id), row.source, row.source_id, row.from_on)
            for row in await self._session.scalars(_waiting(), {"rep": rep_id})
        ]

    async def withdraw(self, source: str, source_id: int, now: datetime) -> int:
        """Ask no more for what one source asked for; how many pins there were."""
        statement = update(PinRow).where(
            col(PinRow.source) == source, col(PinRow.source_id) == source_id, col(PinRow.dropped_at).is_(None)
        )
        return await rows_changed(self._session, statement.values(dropped_at=now))

    async def drop(self, rep_id: UserId, customer_id: CustomerId, now: datetime) -> int:
        """Ask for no visit to a customer any more; how many pins there were."""
        statement = update(PinRow).where(*_open(rep_id, customer_id)).values(dropped_at=now)
        return await rows_changed(self._session, statement)


@cache
def _waiting() -> Select[PinRow]:
    return (
        select(PinRow)
        .join(
            CustomerRow,
            and_(
                col(CustomerRow.id) == col(PinRow.customer_id),
                col(CustomerRow.owner_id) == col(PinRow.rep_id),
            ),
        )
        .where(col(PinRow.rep_id) == REP, col(PinRow.dropped_at).is_(None))
        .order_by(col(PinRow.from_on), col(PinRow.id))
    )


def _open(rep_id: UserId, customer_id: CustomerId) -> list[ColumnElement[bool]]:
    return [
        col(PinRow.rep_id) == rep_id,
        col(PinRow.customer_id) == customer_id,
        col(PinRow.dropped_at).is_(None),
    ]
