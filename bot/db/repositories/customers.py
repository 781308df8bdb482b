"""Customers. Every query takes a scope; somebody else's id finds nothing."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache, reduce

from sqlalchemy import Select, Text, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import maybe_user, to_customer, to_institution
from bot.db.repositories.tiers import current_decision, override_on, support_in_force, tier_in_force
from bot.db.scope import is_person, within, within_selection
from bot.db.statements import REP, rows_changed
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
from domain.people.model import Role, Scope
from domain.tiering.model import Support, Tier

_FIELD, _LINE = "\x1f", "\x1e"  # no text that is stored holds control characters


class Customers:
    """The doctors on somebody's list, and those on nobody's."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, customer_id: CustomerId, scope: Scope) -> Customer | None:
        query = _customers().where(col(CustomerRow.id) == customer_id, within(scope))
        found = (await self._session.execute(query)).one_or_none()
        return _customer(*found) if found else None

    async def all(self, scope: Scope) -> list[Customer]:
        query = _customers().where(within(scope)).order_by(col(CustomerRow.id))
        return [_customer(*found) for found in await self._session.execute(query)]

    async def search_text(self, scope: Scope) -> str:
        """What a search needs to know of everybody in the scope: a text for `search_entries`.

        The database joins it: 20,000 rows cost the event loop nothing, and whether anything has changed
        is one comparison.
        """
        fields = (
            cast(col(CustomerRow.id), Text),
            col(CustomerRow.name),
            func.coalesce(col(InstitutionRow.name), ""),
            col(CustomerRow.department),
            col(CustomerRow.title),
            func.coalesce(func.nullif(col(InstitutionRow.city), ""), col(CustomerRow.city)),
        )
        line = reduce(lambda text, field: text.concat(_FIELD).concat(field), fields)
        lines = (
            select(line.label("line"))
            .select_from(CustomerRow)
            .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
            .where(within(scope))
            .order_by(col(CustomerRow.id))
            .subquery()
        )
        query = select(func.aggregate_strings(lines.c.line, _LINE))
        return (await self._session.execute(query)).scalar_one() or ""

    async def count(self, scope: Scope) -> int:
        query = select(func.count()).select_from(CustomerRow).where(within(scope))
        return (await self._session.execute(query)).scalar_one()

    async def unassigned_count(self) -> int:
        query = (
            select(func.count())
            .select_from(CustomerRow)
            .where(col(CustomerRow.owner_id).is_(None), is_person())
        )
        return (await self._session.execute(query)).scalar_one()

    async def assign(self, customers: Collection[CustomerId] | None, owner_id: UserId) -> int:
        """Give customers (None = all that have no owner) to a rep; how many changed hands."""
        wanted = (
            col(CustomerRow.owner_id).is_(None) if customers is None else col(CustomerRow.id).in_(customers)
        )
        statement = update(CustomerRow).where(wanted, is_person()).values(owner_id=owner_id)
        return await rows_changed(self._session, statement)

    async def hand_over(self, customer_id: CustomerId, owner_id: UserId | None, scope: Scope) -> None:
        """Give a customer to another rep, or to nobody. Raises `not_found` outside the scope."""
        statement = (
            update(CustomerRow)
            .where(col(CustomerRow.id) == customer_id, within(scope))
            .values(owner_id=owner_id)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def kept_of(self, customer_id: CustomerId) -> CustomerId | None:
        """Whom a customer who was on the list twice was merged into; None of everybody else."""
        query = select(col(CustomerRow.merged_into)).where(col(CustomerRow.id) == customer_id)
        kept, seen = (await self._session.execute(query)).scalar_one_or_none(), None
        while kept is not None:
            query = select(col(CustomerRow.merged_into)).where(col(CustomerRow.id) == kept)
            kept, seen = (await self._session.execute(query)).scalar_one_or_none(), kept
        return None if seen is None else CustomerId(seen)

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
        visited = _last_visit().where(within(scope)) if scope.role is not Role.REP else _last_visit_of_rep()
        return DataAsOf(
            imported_at=(await self._session.execute(_imported_at())).scalar_one(),
            last_visit=(await self._session.execute(visited, {"rep": scope.viewer})).scalar_one(),
        )


def search_entries(text: str) -> list[SearchEntry]:
    """The entries that `Customers.search_text` tells."""
    lines = (line.split(_FIELD) for line in text.split(_LINE)) if text else ()
    return [
        SearchEntry(CustomerId(int(number)), name, institution, department, title, city)
        for number, name, institution, department, title, city in lines
    ]


@cache
def _imported_at() -> Select[datetime | None]:
    applied = col(ImportBatchRow.status) == BatchStatus.APPLIED.value
    return select(func.max(col(ImportBatchRow.created_at))).where(applied)


@cache
def _last_visit() -> Select[date | None]:
    last = select(func.max(col(VisitRow.on))).where(col(VisitRow.customer_id) == col(CustomerRow.id))
    of_each = last.correlate(CustomerRow).scalar_subquery()  # found in the index
    return select(func.max(of_each)).select_from(CustomerRow)


@cache
def _last_visit_of_rep() -> Select[date | None]:
    return _last_visit().where(is_person(), col(CustomerRow.owner_id) == REP)


def _customers() -> Select[CustomerRow, InstitutionRow | None]:
    return select(CustomerRow, InstitutionRow).outerjoin(
        InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id)
    )


def _customer(row: CustomerRow, institution: InstitutionRow | None) -> Customer:
    return to_customer(row, to_institution(institution) if institution else None)
