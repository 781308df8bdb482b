"""What people hold customers for: types and stages. Every query takes a scope."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.scope import require_within, within
from bot.db.tables import CustomerRow, ImportBatchRow, SaleRow, SegmentRow
from domain.ids import CustomerId, InstitutionId, UserId
from domain.people.model import Scope
from domain.segments.opinion import Opinion, latest
from domain.segments.scheme import Scheme, value_of

_PORTION = 1000  # rows: between portions others get a turn


class Segments:
    """Opinions that are only ever added; the last of a scheme counts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self, customer_id: CustomerId, scope: Scope, scheme: Scheme, opinion: Opinion[StrEnum]
    ) -> None:
        """Keep an opinion. Raises `not_found` outside the scope."""
        await require_within(self._session, customer_id, scope)
        self._session.add(
            SegmentRow(
                customer_id=customer_id,
                scheme=scheme.value,
                value=opinion.value.value if opinion.value else None,
                on=opinion.on,
                author_id=opinion.author,
            )
        )
        await self._session.flush()

    async def history(
        self, customer_id: CustomerId, scope: Scope
    ) -> Mapping[Scheme, tuple[Opinion[StrEnum], ...]]:
        """Every opinion about a customer by scheme, in the order in which they were given."""
        query = (
            select(SegmentRow)
            .join(CustomerRow, col(CustomerRow.id) == col(SegmentRow.customer_id))
            .where(col(CustomerRow.id) == customer_id, within(scope))
            .order_by(col(SegmentRow.id))
        )
        found: dict[Scheme, tuple[Opinion[StrEnum], ...]] = {}
        for row in await self._session.scalars(query):
            scheme = Scheme(row.scheme)
            found[scheme] = (*found.get(scheme, ()), _opinion(scheme, row))
        return found

    async def latest(self, customer_id: CustomerId, scope: Scope) -> Mapping[Scheme, Opinion[StrEnum]]:
        """The opinion that counts in each scheme, those of the unsure too."""
        history = await self.history(customer_id, scope)
        return {scheme: opinion for scheme, each in history.items() if (opinion := latest(each))}

    async def purchases(self) -> Sequence[tuple[InstitutionId, date, float | None]]:
        """The days on which institutions bought or sent back, each with its best line (money, else units)."""
        best = func.max(func.coalesce(col(SaleRow.amount), col(SaleRow.quantity)))
        institution, on = col(SaleRow.institution_id), col(SaleRow.on)
        query = select(institution, on, best).group_by(institution, on).order_by(institution, on)
        found: list[tuple[InstitutionId, date, float | None]] = []
        async for part in (await self._session.stream(query)).partitions(_PORTION):
            found += [(InstitutionId(number), day, value) for number, day, value in part]
        return found

    async def purchases_version(self) -> tuple[int | None, datetime | None]:
        """Another value whenever purchases may have changed: they come and go with imports alone."""
        query = select(func.max(col(ImportBatchRow.id)), func.max(col(ImportBatchRow.rolled_back_at)))
        last, undone = (await self._session.execute(query)).one()
        return last, undone


def _opinion(scheme: Scheme, row: SegmentRow) -> Opinion[StrEnum]:
    value = None if row.value is None else value_of(scheme, row.value)
    return Opinion(value=value, on=row.on, author=UserId(row.author_id))
