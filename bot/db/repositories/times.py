"""When customers and hospitals receive, as people have told it, and who has been asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import half_days_image
from bot.db.scope import within
from bot.db.statements import rows_changed
from bot.db.tables import CustomerRow, InstitutionRow, TimesAskedRow
from domain.customers.model import HalfDay
from domain.errors import DomainError
from domain.ids import CustomerId, InstitutionId, UserId
from domain.people.model import Scope


class Times:
    """Weekly windows of customers and hospitals."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def set_best(self, customer_id: CustomerId, scope: Scope, windows: Sequence[HalfDay]) -> None:
        """The best times of a customer. Raises `not_found` outside the scope."""
        statement = (
            update(CustomerRow)
            .where(col(CustomerRow.id) == customer_id, within(scope))
            .values(best_times=half_days_image(windows))
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def set_reception(
        self, institution_id: InstitutionId, scope: Scope, windows: Sequence[HalfDay]
    ) -> None:
        """When a hospital receives. Raises `not_found` unless somebody of the scope works there."""
        statement = (
            update(InstitutionRow)
            .where(col(InstitutionRow.id) == institution_id, _has_customer(scope))
            .values(reception=half_days_image(windows))
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def ask_once(self, customer_id: CustomerId, rep_id: UserId, now: datetime) -> bool:
        """Whether a rep has not been asked about a customer yet; from now on they have been."""
        asked = select(col(TimesAskedRow.id)).where(
            col(TimesAskedRow.customer_id) == customer_id, col(TimesAskedRow.rep_id) == rep_id
        )
        if (await self._session.execute(asked)).first() is not None:
            return False
        self._session.add(TimesAskedRow(customer_id=customer_id, rep_id=rep_id, asked_at=now))
        await self._session.flush()
        return True


def _has_customer(scope: Scope) -> ColumnElement[bool]:
    works_there = col(CustomerRow.institution_id) == col(InstitutionRow.id)
    return exists(select(col(CustomerRow.id)).where(works_there, within(scope)))
