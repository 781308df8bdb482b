"""Ownership as part of the query."""

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlmodel import col

from bot.db.tables import CustomerRow, SaleRow, UsageRow, UserRow
from bot.db.values import Selection
from domain.people.model import Role, Scope


def within(scope: Scope) -> ColumnElement[bool]:
    """The condition on `CustomerRow` that keeps a query to the customers of a scope."""
    owner = col(CustomerRow.owner_id)
    if scope.role is Role.ADMIN:
        return true()
    if scope.role is Role.MANAGER:
        team = select(col(UserRow.id)).where(col(UserRow.manager_id) == scope.viewer)
        return or_(owner == scope.viewer, owner.in_(team))
    return owner == scope.viewer


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
