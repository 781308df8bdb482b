"""Ownership as part of the query."""

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.tables import CustomerRow, SaleRow, UsageRow, UserRow
from bot.db.values import Selection
from domain.customers.model import CustomerStatus
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Role, Scope


def within(scope: Scope) -> ColumnElement[bool]:
    """The condition on `CustomerRow` that keeps a query to the customers of a scope."""
    owner = col(CustomerRow.owner_id)
    if scope.role is Role.ADMIN:
        return is_person()
    if scope.role is Role.MANAGER:
        team = select(col(UserRow.id)).where(col(UserRow.manager_id) == scope.viewer)
        return and_(is_person(), or_(owner == scope.viewer, owner.in_(team)))
    return and_(is_person(), owner == scope.viewer)


async def require_within(
    session: AsyncSession, customer_id: CustomerId, scope: Scope, *, lock: bool = False
) -> None:
    """Raises `not_found` unless the customer is within the scope; with `lock`, one at a time goes on."""
    query = select(col(CustomerRow.id)).where(col(CustomerRow.id) == customer_id, within(scope))
    if lock:
        query = query.with_for_update()
    if (await session.execute(query)).one_or_none() is None:
        raise DomainError("not_found")


def is_person() -> ColumnElement[bool]:
    """The condition on `CustomerRow` that leaves out who was merged into another or forgotten."""
    return col(CustomerRow.status).in_([one.value for one in CustomerStatus if one.is_person])


def led_by(scope: Scope) -> Select[int]:
    """The ids of the active reps whom the viewer leads, directly or through other managers.

    For sums alone: `within` says whose customers may be named.
    """
    reps = select(col(UserRow.id)).where(col(UserRow.role) == Role.REP.value, col(UserRow.is_active))
    if scope.role is Role.ADMIN:
        return reps
    if scope.role is Role.REP:
        return reps.where(col(UserRow.id) == scope.viewer)
    return reps.where(col(UserRow.id).in_(_below(scope.viewer)))


def _below(manager: int) -> Select[int]:
    """The ids of everybody below a manager."""
    tree = select(col(UserRow.id)).where(col(UserRow.manager_id) == manager).cte(recursive=True)
    tree = tree.union(select(col(UserRow.id)).where(col(UserRow.manager_id) == tree.c.id))
    return select(tree.c.id)


def within_selection(scope: Scope, selection: Selection) -> ColumnElement[bool]:
    """`within`, narrowed to the part of it that is selected; of products, who uses or is near them."""
    conditions = [within(scope)]
    owner = col(CustomerRow.owner_id)
    if selection.team is not None:
        reps = select(col(UserRow.id)).where(col(UserRow.manager_id) == selection.team)
        conditions.append(or_(owner == selection.team, owner.in_(reps)))
    if selection.institution is not None:
        conditions.append(col(CustomerRow.institution_id) == selection.institution)
    if selection.products is not None:
        users = select(col(UsageRow.customer_id)).where(col(UsageRow.product).in_(selection.products))
        buyers = select(col(SaleRow.institution_id)).where(col(SaleRow.product).in_(selection.products))
        conditions.append(or_(col(CustomerRow.id).in_(users), col(CustomerRow.institution_id).in_(buyers)))
    return and_(*conditions)
