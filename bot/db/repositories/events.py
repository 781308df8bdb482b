"""Events, who is proposed for their seats, and the records of every sharing.

A manager sees the events they have described, an admin all. A rep sees those for which recommendations are
asked, and there the own customers alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, literal_column, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import maybe_user, to_customer, to_institution
from bot.db.scope import is_person, within
from bot.db.statements import rows_changed
from bot.db.tables import CustomerRow, EventDecisionRow, EventRow, EventSeatRow, InstitutionRow, UserRow
from domain.customers.model import Customer, CustomerStatus
from domain.errors import DomainError
from domain.ids import CustomerId, EventId, UserId
from domain.people.model import Role, Scope
from domain.resources.allocation import Need
from domain.resources.event import Candidate, Event, EventState, Extra, PastSeat, SeatState
from domain.resources.record import SeatRecord

_COUNTED = [state.value for state in SeatState if state.counts]


_NONE: ColumnElement[str] = literal_column("''")  # no parameter: PostgreSQL could not group by it
_SPECIALTY = func.coalesce(func.nullif(col(CustomerRow.specialty), _NONE), col(CustomerRow.department))


@dataclass(frozen=True, slots=True)
class Thinkable:
    """A customer who might be proposed; `specialty` is the department where no other is known."""

    id: CustomerId
    name: str
    department: str
    specialty: str


@dataclass(frozen=True, slots=True)
class Specialists:
    """A specialty, one of its customers, and how many they are."""

    name: str
    one_of_them: CustomerId
    customers: int


class Events:
    """An event is described as long as it is a draft; its records are added and never changed."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, author_id: UserId, seed: str, now: datetime) -> EventId:
        row = EventRow(author_id=author_id, created_at=now, state=EventState.DRAFT.value, seed=seed)
        self._session.add(row)
        await self._session.flush()
        return EventId(row.id)

    async def get(self, event_id: EventId, scope: Scope, *, change: bool = False) -> Event:
        """One event; `change`: held until the end of this work. Raises `not_found` out of sight."""
        query = select(EventRow).where(col(EventRow.id) == event_id, _in_sight(scope))
        if change:
            query = query.with_for_update()
        row = (await self._session.scalars(query.execution_options(populate_existing=True))).one_or_none()
        if row is None:
            raise DomainError("not_found")
        return _to_event(row)

    async def all(self, scope: Scope) -> list[Event]:
        """The events in sight, the newest first."""
        query = select(EventRow).where(_in_sight(scope)).order_by(col(EventRow.id).desc())
        return [_to_event(row) for row in await self._session.scalars(query)]

    async def undecided(self, scope: Scope, today: date) -> int:
        """How many events in sight, from today on, have people proposed and their seats not given."""
        proposed = exists().where(
            col(EventSeatRow.event_id) == col(EventRow.id),
            col(EventSeatRow.state) == SeatState.PROPOSED.value,
        )
        is_coming = (col(EventRow.state) == EventState.DRAFT.value) & (col(EventRow.on) >= today)
        query = select(func.count()).where(_in_sight(scope), is_coming, proposed)
        return (await self._session.scalars(query)).one()

    async def write(self, event_id: EventId, **values: Any) -> None:
        """Write columns of an event that is still described. Raises `event_settled` when it is not."""
        statement = (
            update(EventRow)
            .where(col(EventRow.id) == event_id, col(EventRow.state) == EventState.DRAFT.value)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("event_settled")

    async def call_off(self, event_id: EventId) -> None:
        """End an event, also one whose seats have been given."""
        await self._session.execute(
            update(EventRow).where(col(EventRow.id) == event_id).values(state=EventState.CALLED_OFF.value)
        )

    async def candidates(self, event_id: EventId) -> list[Candidate]:
        """Who is proposed, by number; whose names the viewer may see is told by the scope of customers."""
        query = (
            select(EventSeatRow, CustomerRow)
            .join(CustomerRow, col(CustomerRow.id) == col(EventSeatRow.customer_id))
            .where(col(EventSeatRow.event_id) == event_id, is_person())
            .order_by(col(EventSeatRow.customer_id))
            .execution_options(populate_existing=True)
        )
        return [_to_candidate(*found) for found in await self._session.execute(query)]

    async def customers(self, event_id: EventId, scope: Scope) -> dict[CustomerId, Customer]:
        """Those who are proposed and whom the viewer may see, by number."""
        query = (
            select(CustomerRow, InstitutionRow)
            .join(EventSeatRow, col(EventSeatRow.customer_id) == col(CustomerRow.id))
            .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
            .where(col(EventSeatRow.event_id) == event_id, within(scope))
        )
        return {
            CustomerId(row.id): to_customer(row, to_institution(place) if place else None)
            for row, place in await self._session.execute(query)
        }

    async def thinkable(self, event_id: EventId, scope: Scope) -> list[Thinkable]:
        """Active customers in sight who are not proposed yet."""
        known = select(col(EventSeatRow.customer_id)).where(col(EventSeatRow.event_id) == event_id)
        query = select(
            col(CustomerRow.id), col(CustomerRow.name), col(CustomerRow.department), _SPECIALTY
        ).where(
            within(scope),
            col(CustomerRow.status) == CustomerStatus.ACTIVE.value,
            col(CustomerRow.id).not_in(known),
        )
        return [Thinkable(CustomerId(one), *rest) for one, *rest in await self._session.execute(query)]

    async def specialties(self, scope: Scope) -> list[Specialists]:
        """What the customers in sight are specialists of, as it is spelled, the first spelled first."""
        query = (
            select(func.min(col(CustomerRow.id)), _SPECIALTY, func.count())
            .where(within(scope), _SPECIALTY != "")
            .group_by(_SPECIALTY)
            .order_by(func.min(col(CustomerRow.id)))
        )
        found = await self._session.execute(query)
        return [Specialists(name, CustomerId(one), count) for one, name, count in found]

    async def propose(
        self, event_id: EventId, customer_id: CustomerId, need: Need, by: UserId, now: datetime
    ) -> None:
        """Propose somebody, or state the need anew."""
        mine = _seat(event_id, customer_id)
        row = (await self._session.scalars(select(EventSeatRow).where(mine).with_for_update())).one_or_none()
        if row is None:
            row = EventSeatRow(
                event_id=event_id,
                customer_id=customer_id,
                need=need.value,
                said_by=by,
                said_at=now,
                state=SeatState.PROPOSED.value,
            )
            self._session.add(row)
        row.need, row.said_by, row.said_at = need.value, by, now
        await self._session.flush()

    async def change(self, event_id: EventId, customer_id: CustomerId, **values: Any) -> None:
        """Write columns of a proposal. Raises `not_found` where there is none."""
        statement = (
            update(EventSeatRow)
            .where(_seat(event_id, customer_id))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def admit(self, event_id: EventId, customers: Collection[CustomerId]) -> None:
        """Give seats."""
        await self._session.execute(
            update(EventSeatRow)
            .where(
                col(EventSeatRow.event_id) == event_id,
                col(EventSeatRow.customer_id).in_(customers),
                col(EventSeatRow.state) == SeatState.PROPOSED.value,
            )
            .values(state=SeatState.ADMITTED.value)
            .execution_options(synchronize_session=False)
        )

    async def drop(self, event_id: EventId, customer_id: CustomerId) -> None:
        """Take a proposal out."""
        await self._session.execute(delete(EventSeatRow).where(_seat(event_id, customer_id)))

    async def past(self, event_id: EventId, customers: Collection[CustomerId]) -> list[PastSeat]:
        """The seats that people have at all other events of the company, whoever described them."""
        query = (
            select(col(EventSeatRow.customer_id), col(EventRow.on), col(EventRow.topic))
            .join(EventRow, col(EventRow.id) == col(EventSeatRow.event_id))
            .where(
                col(EventSeatRow.customer_id).in_(customers),
                col(EventSeatRow.event_id) != event_id,
                col(EventSeatRow.state).in_(_COUNTED),
                col(EventRow.state) == EventState.DECIDED.value,
            )
            .order_by(col(EventSeatRow.id))
        )
        return [
            PastSeat(CustomerId(customer), on, topic)
            for customer, on, topic in await self._session.execute(query)
            if on is not None
        ]

    async def record(self, event_id: EventId, record: SeatRecord) -> None:
        """Keep what was decided."""
        self._session.add(
            EventDecisionRow(
                event_id=event_id,
                kind=record.kind,
                at=record.at,
                author_id=record.author_id,
                content_version=record.content_version,
                params_version=record.params_version,
                digest=record.digest,
                inputs=dict(record.inputs),
                result=dict(record.result),
                warned=list(record.warned),
                comment=record.comment,
            )
        )
        await self._session.flush()

    async def records(self, event_id: EventId) -> list[SeatRecord]:
        """What has been decided, the oldest first."""
        query = (
            select(EventDecisionRow)
            .where(col(EventDecisionRow.event_id) == event_id)
            .order_by(col(EventDecisionRow.id))
        )
        return [_to_record(row) for row in await self._session.scalars(query)]


def _in_sight(scope: Scope) -> ColumnElement[bool]:
    author = col(EventRow.author_id)
    if scope.role is Role.ADMIN:
        return true()
    if scope.role is Role.MANAGER:
        return author == scope.viewer
    boss = select(col(UserRow.manager_id)).where(col(UserRow.id) == scope.viewer)
    admins = select(col(UserRow.id)).where(col(UserRow.role) == Role.ADMIN.value)
    return and_(col(EventRow.asked_at).is_not(None), or_(author.in_(boss), author.in_(admins)))


def _seat(event_id: EventId, customer_id: CustomerId) -> ColumnElement[bool]:
    return and_(col(EventSeatRow.event_id) == event_id, col(EventSeatRow.customer_id) == customer_id)


def _to_event(row: EventRow) -> Event:
    return Event(
        id=EventId(row.id),
        author_id=UserId(row.author_id),
        created_at=row.created_at,
        state=EventState(row.state),
        seed=row.seed,
        topic=row.topic,
        place=row.place,
        on=row.on,
        days=row.days,
        hours=row.hours,
        seats=row.seats,
        specialties=None if row.specialties is None else tuple(row.specialties),
        registration=row.registration,
        meal=row.meal,
        extras=None if row.extras is None else frozenset(map(Extra, row.extras)),
        comment=row.comment,
        asked_at=row.asked_at,
    )


def _to_candidate(row: EventSeatRow, customer: CustomerRow) -> Candidate:
    return Candidate(
        customer_id=CustomerId(row.customer_id),
        need=Need(row.need),
        said_by=UserId(row.said_by),
        registered=row.registered,
        state=SeatState(row.state),
        hospital=customer.institution_id,
        department=customer.department,
        specialty=customer.specialty,
        rep_id=maybe_user(customer.owner_id),
    )


def _to_record(row: EventDecisionRow) -> SeatRecord:
    return SeatRecord(
        kind=row.kind,
        at=row.at,
        author_id=UserId(row.author_id),
        content_version=row.content_version,
        params_version=row.params_version,
        digest=row.digest,
        inputs=row.inputs,
        result=row.result,
        warned=tuple(row.warned),
        comment=row.comment,
    )
