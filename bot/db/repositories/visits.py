"""Visits, and what the list of the day needs to know."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_customer, to_institution, to_visit
from bot.db.repositories.tiers import current_decision, override_on, support_in_force, tier_in_force
from bot.db.scope import within
from bot.db.statements import FIRST, REP, TODAY, table_of
from bot.db.tables import (
    CustomerRow,
    DismissalRow,
    InstitutionRow,
    TierDecisionRow,
    TierOverrideRow,
    VisitRow,
)
from domain.ids import CustomerId, UserId
from domain.people.model import Scope
from domain.planning.model import VisitTarget
from domain.tiering.model import Support, Tier
from domain.visits.dismissal import DismissReason
from domain.visits.model import Outcome, Visit

_NOBODY_MET = (Outcome.ABSENT.value, Outcome.REFUSED.value)  # as in Visit.counts


class Visits:
    """Contacts of reps with customers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def recent(self, customer_id: CustomerId, scope: Scope, limit: int) -> list[Visit]:
        """The last visits of a customer, newest first."""
        query = (
            select(VisitRow)
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .where(col(VisitRow.customer_id) == customer_id, within(scope))
            .order_by(col(VisitRow.on).desc(), col(VisitRow.id).desc())
            .limit(limit)
        )
        return [to_visit(row) for row in await self._session.scalars(query)]

    async def contacts(self, customer_id: CustomerId, first: date, last: date) -> int:
        """Contacts with a customer that took place from `first` to `last`, of all reps, in any channel."""
        query = select(func.count(col(VisitRow.id))).where(
            col(VisitRow.customer_id) == customer_id,
            col(VisitRow.on).between(first, last),
            or_(col(VisitRow.outcome).is_(None), col(VisitRow.outcome).not_in(_NOBODY_MET)),
        )
        return (await self._session.execute(query)).scalar_one()

    async def targets(self, rep_id: UserId, today: date) -> list[VisitTarget]:
        """Every customer of a rep with their standing, last visits and their no, as of `today`.

        Three statements, whatever the number of customers; visits are counted in the database. Customers come
        as plain columns, because a list of hundreds is read much faster than as many objects of a session.
        """
        given = {"rep": rep_id, "today": today, "first": today.replace(day=1)}
        visits = {row.customer_id: row for row in await self._session.execute(_visit_summary(), given)}
        institutions = {
            row.id: to_institution(row) for row in await self._session.scalars(_institutions(), given)
        }
        targets = []
        for row in await self._session.execute(_customers(), given):
            tier, support, no, until = row[-4:]
            seen = visits.get(row.id)
            targets.append(
                VisitTarget(
                    customer=to_customer(row, institutions.get(row.institution_id)),
                    tier=Tier(tier) if tier else None,
                    support=Support(support) if support else None,
                    last_visit=seen.last_met if seen else None,
                    visits_this_month=seen.this_month if seen else 0,
                    contacts_this_month=seen.contacts if seen else 0,
                    snoozed_until=until or (date.max if no else None),
                    dismissed=DismissReason(no) if no else None,
                    next_step=seen.next_step if seen else "",
                    next_on=seen.next_on if seen else None,
                )
            )
        return targets


@cache
def _institutions() -> Select[InstitutionRow]:
    of_rep = select(col(CustomerRow.institution_id)).where(col(CustomerRow.owner_id) == REP)
    return select(InstitutionRow).where(col(InstitutionRow.id).in_(of_rep))


@cache
def _customers() -> Select[*tuple[Any, ...]]:
    """The columns of the customers, then the letter, the digit, and the no with its last day."""
    return (
        select(
            table_of(CustomerRow),
            tier_in_force(),
            support_in_force(),
            col(DismissalRow.reason).label("no"),
            col(DismissalRow.until).label("no_until"),
        )
        .select_from(CustomerRow)
        .outerjoin(TierDecisionRow, current_decision())
        .outerjoin(TierOverrideRow, override_on(TODAY))
        .outerjoin(
            DismissalRow,
            and_(
                col(DismissalRow.customer_id) == col(CustomerRow.id),
                col(DismissalRow.rep_id) == REP,
                col(DismissalRow.ended_at).is_(None),
            ),
        )
        .where(col(CustomerRow.owner_id) == REP)
        .order_by(col(CustomerRow.id))
    )


@cache
def _visit_summary() -> Select[int, date | None, int, int, str, date | None]:
    """Per visited customer: last day met, such days and contacts this month, what was agreed last.

    Whoever paid the visit: a day counts once even if rep and manager went together, contacts each. Each
    number is found in the index by itself, so that years of visits need not be read.
    """
    day = col(VisitRow.on)
    met = or_(col(VisitRow.outcome).is_(None), col(VisitRow.outcome).not_in(_NOBODY_MET))

    def of_customer(number: ColumnElement[Any], *only: ColumnElement[bool]) -> ScalarSelect[Any]:
        own = col(VisitRow.customer_id) == col(CustomerRow.id)
        return select(number).where(own, day <= TODAY, *only).correlate(CustomerRow).scalar_subquery()

    seen = (
        select(
            col(CustomerRow.id).label("customer_id"),
            of_customer(func.max(day)).label("last_day"),
            of_customer(func.max(day), met).label("last_met"),
            of_customer(func.count(day.distinct()), met, day >= FIRST).label("this_month"),
            of_customer(func.count(day), met, day >= FIRST).label("contacts"),
        )
        .where(col(CustomerRow.owner_id) == REP)
        .subquery()
    )
    is_open = col(VisitRow.step_done_on).is_(None)
    return (
        select(
            seen.c.customer_id,
            seen.c.last_met,
            seen.c.this_month,
            seen.c.contacts,
            case((is_open, col(VisitRow.next_step)), else_="").label("next_step"),
            case((is_open, col(VisitRow.next_on))).label("next_on"),
        )
        .join(VisitRow, and_(col(VisitRow.customer_id) == seen.c.customer_id, day == seen.c.last_day))
        .order_by(col(VisitRow.id))
    )
