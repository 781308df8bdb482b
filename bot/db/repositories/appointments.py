"""Appointments of reps with their customers.

One counts as long as the customer is the rep's: whoever takes a customer over agrees on times anew.
"""

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.scope import within
from bot.db.statements import FIRST, LAST, REP, rows_changed
from bot.db.tables import AppointmentRow, CustomerRow, InstitutionRow
from bot.db.values import AppointmentState, Booking
from domain.errors import DomainError
from domain.ids import AppointmentId, CustomerId, UserId
from domain.people.model import Scope
from domain.planning.model import Appointment

_SET = AppointmentState.SET.value


class Appointments:
    """Set, moved and cancelled, never deleted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_rep(self, rep_id: UserId, first: date, last: date) -> list[Appointment]:
        """The appointments that hold from `first` to `last`, in order of time."""
        return [one.appointment for one in await self.booked(rep_id, first, last) if one.holds]

    async def booked(self, rep_id: UserId, first: date, last: date) -> list[Booking]:
        """All appointments of a rep from `first` to `last`, cancelled ones too, in order of time."""
        given = {"rep": rep_id, "first": first, "last": last}
        return [_booking(*found) for found in await self._session.execute(_bookings_of_rep(), given)]

    async def get(self, appointment_id: AppointmentId, scope: Scope) -> Booking:
        """One appointment. Raises `not_found` outside the scope."""
        query = _bookings().where(col(AppointmentRow.id) == appointment_id, within(scope))
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise DomainError("not_found")
        return _booking(*found)

    async def coming(self, customer_id: CustomerId, scope: Scope, today: date) -> list[Booking]:
        """The appointments with a customer from `today` on that hold, the next one first."""
        query = _bookings().where(
            col(AppointmentRow.customer_id) == customer_id,
            col(AppointmentRow.on) >= today,
            col(AppointmentRow.state) == _SET,
            within(scope),
        )
        return [_booking(*found) for found in await self._session.execute(query)]

    async def ahead(self, customer_id: CustomerId, first: date, last: date) -> int:
        """How many appointments that hold there are with a customer from `first` to `last`, of all reps."""
        query = select(func.count(col(AppointmentRow.id))).where(
            col(AppointmentRow.customer_id) == customer_id,
            col(AppointmentRow.on).between(first, last),
            col(AppointmentRow.state) == _SET,
        )
        return (await self._session.execute(query)).scalar_one()

    async def add(self, one: Appointment, minutes: int, rep_id: UserId, now: datetime) -> AppointmentId:
        """Keep an appointment that the rep has set; `minutes` is its length."""
        row = AppointmentRow(
            customer_id=one.customer_id,
            rep_id=rep_id,
            on=one.on,
            start=one.start,
            minutes=minutes,
            promised=one.promised,
            state=_SET,
            author_id=rep_id,
            changed_at=now,
        )
        self._session.add(row)
        await self._session.flush()
        return AppointmentId(row.id)

    async def change(
        self, appointment_id: AppointmentId, author_id: UserId, now: datetime, **values: Any
    ) -> None:
        """Write columns of an appointment that holds and count the change; else raises `appointment_over`."""
        statement = (
            update(AppointmentRow)
            .where(col(AppointmentRow.id) == appointment_id, col(AppointmentRow.state) == _SET)
            .values(
                author_id=author_id,
                changed_at=now,
                sequence=col(AppointmentRow.sequence) + 1,
                **values,
            )
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("appointment_over")


@cache  # writing a statement takes longer than reading a few rows
def _bookings() -> Select[AppointmentRow, str, str, str | None, str | None]:
    return (
        select(
            AppointmentRow,
            col(CustomerRow.name),
            col(CustomerRow.city),
            col(InstitutionRow.name),
            col(InstitutionRow.city),
        )
        .join(CustomerRow, _with_owner())
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
        .order_by(col(AppointmentRow.on), col(AppointmentRow.start), col(AppointmentRow.id))
        .execution_options(populate_existing=True)  # a change in this very unit of work is seen
    )


@cache
def _bookings_of_rep() -> Select[AppointmentRow, str, str, str | None, str | None]:
    mine = (col(AppointmentRow.rep_id) == REP, col(AppointmentRow.on).between(FIRST, LAST))
    return _bookings().where(*mine)


def _with_owner() -> ColumnElement[bool]:
    return and_(
        col(CustomerRow.id) == col(AppointmentRow.customer_id),
        col(CustomerRow.owner_id) == col(AppointmentRow.rep_id),
    )


def _booking(
    row: AppointmentRow, name: str, own_city: str, hospital: str | None, city: str | None
) -> Booking:
    return Booking(
        id=AppointmentId(row.id),
        appointment=Appointment(
            customer_id=CustomerId(row.customer_id),
            on=row.on,
            start=row.start,
            minutes=row.minutes,
            promised=row.promised,
        ),
        rep_id=UserId(row.rep_id),
        customer_name=name,
        place=tuple(part for part in (hospital, city or own_city) if part),
        state=AppointmentState(row.state),
        sequence=row.sequence,
        author_id=UserId(row.author_id),
        changed_at=row.changed_at,
    )
