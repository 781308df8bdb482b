"""What a rep's self-review needs beside the plan: the visits of a month, and volumes of customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.tables import AssessmentRow, CustomerRow, VisitRow
from domain.ids import CustomerId, UserId
from domain.visits.model import Channel, Outcome

_NOBODY_MET = (Outcome.ABSENT.value, Outcome.REFUSED.value)  # as in Visit.counts


@dataclass(frozen=True, slots=True)
class MetVisit:
    """A visit at which the customer was met; whether something was promised, and if it was for a group."""

    customer_id: CustomerId
    on: date
    promised: bool
    is_group: bool


class SelfReviews:
    """A rep's own month."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def visits(self, rep_id: UserId, first: date, last: date) -> list[MetVisit]:
        """The rep's visits from `first` to `last` at which customers who are still theirs were met."""
        query = (
            select(
                col(VisitRow.customer_id), col(VisitRow.on), col(VisitRow.next_step), col(VisitRow.channel)
            )
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .where(
                col(VisitRow.rep_id) == rep_id,
                col(CustomerRow.owner_id) == rep_id,
                col(VisitRow.on).between(first, last),
                or_(col(VisitRow.outcome).is_(None), col(VisitRow.outcome).not_in(_NOBODY_MET)),
            )
            .order_by(col(VisitRow.on), col(VisitRow.id))
        )
        return [
            MetVisit(CustomerId(customer_id), on, bool(next_step), channel == Channel.GROUP.value)
            for customer_id, on, next_step, channel in await self._session.execute(query)
        ]

    async def quantities(self, rep_id: UserId, last: date) -> Mapping[CustomerId, float]:
        """The volume of each of the rep's customers as it was assessed last, up to `last`."""
        query = (
            select(col(AssessmentRow.customer_id), col(AssessmentRow.value))
            .join(CustomerRow, col(CustomerRow.id) == col(AssessmentRow.customer_id))
            .where(
                col(CustomerRow.owner_id) == rep_id,
                col(AssessmentRow.kind) == "quantity",
                col(AssessmentRow.on) <= last,
            )
            .order_by(col(AssessmentRow.on), col(AssessmentRow.id))
        )
        return {CustomerId(number): value for number, value in await self._session.execute(query)}
