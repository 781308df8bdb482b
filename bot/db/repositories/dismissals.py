"""What reps said no to."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.scope import require_within, within
from bot.db.statements import rows_changed
from bot.db.tables import CustomerRow, DismissalRow, UserRow
from domain.ids import CustomerId, UserId
from domain.people.model import Scope
from domain.visits.dismissal import Dismissal, DismissReason


@dataclass(frozen=True, slots=True)
class Told:
    """A no as a manager reads it."""

    customer_id: CustomerId
    customer: str
    rep: str
    on: date


class Dismissals:
    """Customers that stay off somebody's list: one no in force per rep and customer, the rest is history."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, customer_id: CustomerId, scope: Scope, said: Dismissal, now: datetime) -> None:
        """Keep a customer off the viewer's list. Raises `not_found` outside the scope."""
        await require_within(self._session, customer_id, scope)
        await self.end(customer_id, scope.viewer, now)
        self._session.add(
            DismissalRow(
                rep_id=scope.viewer,
                customer_id=customer_id,
                reason=said.reason.value,
                on=said.on,
                until=said.until,
                created_at=now,
            )
        )
        await self._session.flush()

    async def end(self, customer_id: CustomerId, rep_id: UserId, now: datetime) -> bool:
        """Put a customer back onto a rep's list; whether there was a no in force."""
        over = (
            update(DismissalRow)
            .where(
                col(DismissalRow.customer_id) == customer_id,
                col(DismissalRow.rep_id) == rep_id,
                col(DismissalRow.ended_at).is_(None),
            )
            .values(ended_at=now)
        )
        return bool(await rows_changed(self._session, over))

    async def end_all(self, customer_id: CustomerId, reason: DismissReason, now: datetime) -> int:
        """End every rep's no of one kind to a customer; how many there were."""
        over = (
            update(DismissalRow)
            .where(
                col(DismissalRow.customer_id) == customer_id,
                col(DismissalRow.reason) == reason.value,
                col(DismissalRow.ended_at).is_(None),
            )
            .values(ended_at=now)
        )
        return await rows_changed(self._session, over)

    async def told(self, scope: Scope, reason: DismissReason, since: date) -> list[Told]:
        """Which customers of the scope reps said no to for a reason since a day, the newest first."""
        query = (
            select(
                col(DismissalRow.customer_id), col(CustomerRow.name), col(UserRow.name), col(DismissalRow.on)
            )
            .join(CustomerRow, col(CustomerRow.id) == col(DismissalRow.customer_id))
            .join(UserRow, col(UserRow.id) == col(DismissalRow.rep_id))
            .where(within(scope), col(DismissalRow.reason) == reason.value, col(DismissalRow.on) >= since)
            .order_by(col(DismissalRow.on).desc(), col(DismissalRow.id).desc())
        )
        return [
            Told(CustomerId(number), name, rep, on)
            for number, name, rep, on in await self._session.execute(query)
        ]

    async def in_force(self, rep_id: UserId, today: date) -> dict[CustomerId, Dismissal]:
        """What keeps customers off a rep's list today."""
        query = select(DismissalRow).where(
            col(DismissalRow.rep_id) == rep_id,
            col(DismissalRow.ended_at).is_(None),
            or_(col(DismissalRow.until).is_(None), col(DismissalRow.until) > today),
        )
        return {
            CustomerId(row.customer_id): Dismissal(DismissReason(row.reason), row.on, row.until)
            for row in await self._session.scalars(query)
        }
