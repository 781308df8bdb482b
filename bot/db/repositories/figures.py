"""What was used and bought, and by what it can be filtered. Every query takes a scope."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.scope import within_selection
from bot.db.tables import CustomerRow, InstitutionRow, SaleRow, UsageRow
from bot.db.usage import Figure
from bot.db.values import EVERYTHING, Selection
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId, InstitutionId
from domain.people.model import Role, Scope
from domain.tiering.business import SaleLine


class Figures:
    """Usage of customers, and sales to their institutions.

    An institution is in sight of whoever has an active customer there, and of admins; its sales
    are counted whole.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def people(self, scope: Scope, selection: Selection) -> dict[CustomerId, str]:
        """The active customers by name, whatever they use."""
        query = (
            select(col(CustomerRow.id), col(CustomerRow.name))
            .where(_active(scope, replace(selection, products=None)))
            .order_by(col(CustomerRow.id))
        )
        return {CustomerId(number): name for number, name in await self._session.execute(query)}

    async def institutions(self, scope: Scope, selection: Selection) -> dict[InstitutionId, str]:
        """The institutions in sight by name, whatever they buy, in the order of their names."""
        query = (
            select(col(InstitutionRow.id), col(InstitutionRow.name))
            .where(_in_sight(scope, selection))
            .order_by(col(InstitutionRow.name), col(InstitutionRow.id))
        )
        return {InstitutionId(number): name for number, name in await self._session.execute(query)}

    async def usage(self, scope: Scope, selection: Selection) -> list[Figure]:
        """The usage figures of the active customers, of the products that are selected."""
        query = (
            select(
                col(UsageRow.customer_id),
                col(UsageRow.product),
                col(UsageRow.period),
                col(UsageRow.quantity),
            )
            .join(CustomerRow, col(CustomerRow.id) == col(UsageRow.customer_id))
            .where(_active(scope, replace(selection, products=None)))
        )
        if selection.products is not None:
            query = query.where(col(UsageRow.product).in_(selection.products))
        return [
            (customer, product, period, quantity)
            for customer, product, period, quantity in await self._session.execute(query)
        ]

    async def usage_periods(self) -> Sequence[str]:
        """The periods for which anybody's usage is on record."""
        return (await self._session.scalars(select(col(UsageRow.period)).distinct())).all()

    async def sales(
        self, scope: Scope, selection: Selection, until: date, *, by_department: bool
    ) -> list[SaleLine]:
        """The sales to the institutions in sight up to a day; accounts are ids, or names of departments."""
        account = col(SaleRow.department) if by_department else col(SaleRow.institution_id)
        query = (
            select(account, col(SaleRow.on), col(SaleRow.quantity), col(SaleRow.amount), col(SaleRow.id))
            .join(InstitutionRow, col(InstitutionRow.id) == col(SaleRow.institution_id))
            .where(_in_sight(scope, selection), col(SaleRow.on) <= until)
            .order_by(col(SaleRow.id))
        )
        if selection.products is not None:
            query = query.where(col(SaleRow.product).in_(selection.products))
        return [
            SaleLine(str(bought_by), on, quantity, amount, number)
            for bought_by, on, quantity, amount, number in await self._session.execute(query)
        ]

    async def sale_days(self, until: date) -> tuple[date, date] | None:
        """The first and the last day, not after `until`, on which anything was sold to anybody."""
        query = select(func.min(col(SaleRow.on)), func.max(col(SaleRow.on))).where(col(SaleRow.on) <= until)
        first, last = (await self._session.execute(query)).one()
        return (first, last) if first is not None else None

    async def products(self, scope: Scope) -> list[str]:
        """The names of the products that customers in sight use, or their institutions buy."""
        used = (
            select(col(UsageRow.product))
            .join(CustomerRow, col(CustomerRow.id) == col(UsageRow.customer_id))
            .where(_active(scope, EVERYTHING))
        )
        bought = (
            select(col(SaleRow.product))
            .join(InstitutionRow, col(InstitutionRow.id) == col(SaleRow.institution_id))
            .where(_in_sight(scope, EVERYTHING))
        )
        return sorted(await self._session.scalars(used.union(bought)))


def _active(scope: Scope, selection: Selection) -> ColumnElement[bool]:
    return within_selection(scope, selection) & (col(CustomerRow.status) == CustomerStatus.ACTIVE.value)


def _in_sight(scope: Scope, selection: Selection) -> ColumnElement[bool]:
    """The condition on `InstitutionRow`."""
    wanted = true() if selection.institution is None else col(InstitutionRow.id) == selection.institution
    if scope.role is Role.ADMIN and selection.team is None:
        return wanted
    theirs = select(col(CustomerRow.institution_id)).where(_active(scope, Selection(team=selection.team)))
    return wanted & col(InstitutionRow.id).in_(theirs)
