"""Ownership as part of the query."""

from sqlalchemy import ColumnElement, or_, select, true
from sqlmodel import col

from bot.db.tables import CustomerRow, UserRow
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
