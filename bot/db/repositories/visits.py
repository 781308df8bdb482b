"""Visits, and what the list of the day needs to know."""

from datetime import date

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_customer, to_visit
from bot.db.repositories.tiers import current_decision, override_on, support_in_force, tier_in_force
from bot.db.scope import within
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

    async def targets(self, rep_id: UserId, today: date) -> list[VisitTarget]:
        """Every customer of a rep with their standing, last visits and their no, as of `today`.

        Two statements, whatever the number of customers; visits are counted in the database.
        """
        visits = {row.customer_id: row for row in await self._session.execute(_visit_summary(rep_id, today))}
        targets = []
        for customer, institution, tier, support, no, until in await self._session.execute(
            _customers(rep_id, today)
        ):
            seen = visits.get(customer.id)
            targets.append(
                VisitTarget(
                    customer=to_customer(customer, institution),
                    tier=Tier(tier) if tier else None,
                    support=Support(support) if support else None,
                    last_visit=seen.last_met if seen else None,
                    visits_this_month=seen.this_month if seen else 0,
                    snoozed_until=until or (date.max if no else None),
                    dismissed=DismissReason(no) if no else None,
                    next_step=seen.next_step if seen else "",
                    next_on=seen.next_on if seen else None,
                )
            )
        return targets


def _customers(
    rep_id: UserId, today: date
) -> Select[CustomerRow, InstitutionRow | None, str | None, int | None, str | None, date | None]:
    return (
        select(
            CustomerRow,
            InstitutionRow,
            tier_in_force(),
            support_in_force(),
            col(DismissalRow.reason),
            col(DismissalRow.until),
        )
        .select_from(CustomerRow)
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
        .outerjoin(TierDecisionRow, current_decision())
        .outerjoin(TierOverrideRow, override_on(today))
        .outerjoin(
            DismissalRow,
            and_(
                col(DismissalRow.customer_id) == col(CustomerRow.id),
                col(DismissalRow.rep_id) == rep_id,
                col(DismissalRow.ended_at).is_(None),
            ),
        )
        .where(col(CustomerRow.owner_id) == rep_id)
        .order_by(col(CustomerRow.id))
    )


def _visit_summary(rep_id: UserId, today: date) -> Select[int, date | None, int, str, date | None]:
    """Per visited customer: last day somebody was met, such days this month, and what was agreed last.

    Whoever paid the visit: a day counts once even if rep and manager went together.
    """
    day = col(VisitRow.on)
    met = or_(col(VisitRow.outcome).is_(None), col(VisitRow.outcome).not_in(_NOBODY_MET))
    this_month = and_(met, day >= today.replace(day=1))
    seen = (
        select(
            col(CustomerRow.id).label("customer_id"),
            func.max(day).label("last_day"),
            func.max(case((met, day))).label("last_met"),
            func.count(case((this_month, day)).distinct()).label("this_month"),
        )
        .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
        .where(col(CustomerRow.owner_id) == rep_id, day <= today)
        .group_by(col(CustomerRow.id))
        .subquery()
    )
    return (
        select(
            seen.c.customer_id,
            seen.c.last_met,
            seen.c.this_month,
            col(VisitRow.next_step),
            col(VisitRow.next_on),
        )
        .join(VisitRow, and_(col(VisitRow.customer_id) == seen.c.customer_id, day == seen.c.last_day))
        .order_by(col(VisitRow.id))
    )
