"""Customers. Every query takes a scope; somebody else's id finds nothing."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import maybe_user, to_customer
from bot.db.repositories.tiers import current_decision, override_on, support_in_force, tier_in_force
from bot.db.scope import within, within_selection
from bot.db.statements import rows_changed
from bot.db.tables import (
    CustomerRow,
    ImportBatchRow,
    InstitutionRow,
    TierDecisionRow,
    TierOverrideRow,
    VisitRow,
)
from bot.db.values import EVERYTHING, BatchStatus, DataAsOf, GridEntry, Selection
from domain.customers.model import Customer, CustomerStatus
from domain.customers.search import SearchEntry
from domain.errors import DomainError
from domain.ids import CustomerId, UserId
from domain.people.model import Scope
from domain.tiering.model import Support, Tier


class Customers:
    """The doctors on somebody's list, and those on nobody's."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, customer_id: CustomerId, scope: Scope) -> Customer | None:
        query = _customers().where(col(CustomerRow.id) == customer_id, within(scope))
        found = (await self._session.execute(query)).one_or_none()
        return to_customer(*found) if found else None

    async def all(self, scope: Scope) -> list[Customer]:
        query = _customers().where(within(scope)).order_by(col(CustomerRow.id))
        return [to_customer(*found) for found in await self._session.execute(query)]

    async def search_entries(self, scope: Scope) -> list[SearchEntry]:
        """What a search by name needs of every customer in the scope."""
        query = (
            select(
                col(CustomerRow.id),
                col(CustomerRow.name),
                func.coalesce(col(InstitutionRow.name), ""),
                col(CustomerRow.department),
            )
            .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
            .where(within(scope))
            .order_by(col(CustomerRow.id))
        )
        return [
            SearchEntry(id=CustomerId(number), name=name, institution=institution, department=department)
            for number, name, institution, department in await self._session.execute(query)
        ]

    async def unassigned_count(self) -> int:
        query = select(func.count()).select_from(CustomerRow).where(col(CustomerRow.owner_id).is_(None))
        return (await self._session.execute(query)).scalar_one()

    async def assign(self, customers: Collection[CustomerId] | None, owner_id: UserId) -> int:
        """Give customers (None = all that have no owner) to a rep; how many changed hands."""
        wanted = (
            col(CustomerRow.owner_id).is_(None) if customers is None else col(CustomerRow.id).in_(customers)
        )
        statement = update(CustomerRow).where(wanted).values(owner_id=owner_id)
        return await rows_changed(self._session, statement)

    async def mark_no_see(self, customer_id: CustomerId, scope: Scope) -> None:
        """Note that a customer sees no representatives. Raises `not_found` outside the scope."""
        statement = (
            update(CustomerRow)
            .where(col(CustomerRow.id) == customer_id, within(scope))
            .values(is_no_see=True)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def retire(self, customer_id: CustomerId, scope: Scope) -> None:
        """Take a customer off every list: no longer active. Raises `not_found` outside the scope."""
        statement = (
            update(CustomerRow)
            .where(col(CustomerRow.id) == customer_id, within(scope))
            .values(status=CustomerStatus.INACTIVE.value)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def grid(self, scope: Scope, today: date, selection: Selection = EVERYTHING) -> list[GridEntry]:
        """Where the active customers of the scope stand on a day, in one query; overrides count."""
        query = (
            select(
                col(CustomerRow.id),
                col(CustomerRow.name),
                tier_in_force(),
                support_in_force(),
                col(CustomerRow.owner_id),
            )
            .select_from(CustomerRow)
            .outerjoin(TierDecisionRow, current_decision())
            .outerjoin(TierOverrideRow, override_on(today))
            .where(within_selection(scope, selection), col(CustomerRow.status) == CustomerStatus.ACTIVE.value)
            .order_by(col(CustomerRow.id))
        )
        return [
            GridEntry(
                id=CustomerId(number),
                name=name,
                tier=Tier(tier) if tier else None,
                support=Support(support) if support else None,
                owner_id=maybe_user(owner),
            )
            for number, name, tier, support, owner in await self._session.execute(query)
        ]

    async def data_as_of(self, scope: Scope) -> DataAsOf:
        imported = select(func.max(col(ImportBatchRow.created_at))).where(
            col(ImportBatchRow.status) == BatchStatus.APPLIED.value
        )
        visited = (
            select(func.max(col(VisitRow.on)))
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .where(within(scope))
        )
        return DataAsOf(
            imported_at=(await self._session.execute(imported)).scalar_one(),
            last_visit=(await self._session.execute(visited)).scalar_one(),
        )


def _customers() -> Select[CustomerRow, InstitutionRow | None]:
    return select(CustomerRow, InstitutionRow).outerjoin(
        InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id)
    )
