"""Reports of what is wrong about customers.

One's own reports and answers stay in sight, wherever the customer went by the answer; those of others are
seen within the scope.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.db.mappers import maybe_user
from bot.db.scope import require_within, within
from bot.db.statements import rows_changed
from bot.db.tables import NAME_KEY_LENGTH, CorrectionRow, CustomerRow, InstitutionRow
from domain.customers.corrections import Correction, CorrectionKind, CorrectionState
from domain.customers.profile import FileField
from domain.errors import DomainError
from domain.ids import CorrectionId, CustomerId, InstitutionId, UserId
from domain.importing.keys import normal_name
from domain.people.model import Scope

_OPEN = CorrectionState.OPEN.value


class Corrections:
    """Asked by whoever sees the customer, answered by a manager; one of a kind waits at a time."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def ask(
        self, customer_id: CustomerId, scope: Scope, kind: CorrectionKind, now: datetime
    ) -> CorrectionId:
        """Report; what waits already is the same report. Raises `not_found` outside the scope."""
        await require_within(self._session, customer_id, scope, lock=True)
        waiting = select(col(CorrectionRow.id)).where(
            col(CorrectionRow.customer_id) == customer_id,
            col(CorrectionRow.kind) == kind.value,
            col(CorrectionRow.state) == _OPEN,
        )
        known = (await self._session.scalars(waiting)).first()
        if known is not None:
            return CorrectionId(known)
        row = CorrectionRow(
            customer_id=customer_id, kind=kind.value, asked_by=scope.viewer, asked_at=now, state=_OPEN
        )
        self._session.add(row)
        await self._session.flush()
        return CorrectionId(row.id)

    async def write(self, correction_id: CorrectionId, **values: Any) -> None:
        """Write columns of a report that waits. Raises `correction_closed` when it does not."""
        statement = (
            update(CorrectionRow)
            .where(col(CorrectionRow.id) == correction_id, col(CorrectionRow.state) == _OPEN)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("correction_closed")

    async def get(self, correction_id: CorrectionId, scope: Scope) -> Correction:
        """One report. Raises `not_found` for those out of sight."""
        query = _corrections(scope).where(col(CorrectionRow.id) == correction_id)
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise DomainError("not_found")
        return _to_correction(*found)

    async def waiting(self, customer_id: CustomerId, scope: Scope) -> list[Correction]:
        """What waits about a customer, the oldest first."""
        query = _corrections(scope).where(
            col(CorrectionRow.customer_id) == customer_id, col(CorrectionRow.state) == _OPEN
        )
        return [_to_correction(*found) for found in await self._session.execute(query)]

    async def all(self, scope: Scope, since: datetime, *, own: bool) -> list[Correction]:
        """What waits, the oldest first, then what was answered since a moment, the newest first."""
        query = _corrections(scope).where(_lately(since))
        if own:
            query = query.where(col(CorrectionRow.asked_by) == scope.viewer)
        found = [_to_correction(*one) for one in await self._session.execute(query)]
        waiting = [one for one in found if one.is_open]
        return waiting + sorted((one for one in found if not one.is_open), key=_answered_at, reverse=True)

    async def reported(self, customers: Collection[CustomerId]) -> set[CustomerId]:
        """Those of some customers about whom a report waits."""
        query = select(col(CorrectionRow.customer_id)).where(
            col(CorrectionRow.customer_id).in_(customers), col(CorrectionRow.state) == _OPEN
        )
        return {CustomerId(number) for number in await self._session.scalars(query)}

    async def open_count(self, scope: Scope) -> int:
        """How many reports wait about customers of the scope."""
        query = (
            select(func.count())
            .select_from(CorrectionRow)
            .join(CustomerRow, col(CustomerRow.id) == col(CorrectionRow.customer_id))
            .where(within(scope), col(CorrectionRow.state) == _OPEN)
        )
        return (await self._session.execute(query)).scalar_one()

    async def own_counts(self, user_id: UserId) -> tuple[int, int]:
        """How many of a person's own reports wait, and how many answers they have not read."""
        waits = func.count().filter(col(CorrectionRow.state) == _OPEN)
        unread = func.count().filter(
            col(CorrectionRow.answered_at).is_not(None), col(CorrectionRow.read_at).is_(None)
        )
        query = select(waits, unread).where(col(CorrectionRow.asked_by) == user_id)
        waiting, news = (await self._session.execute(query)).one()
        return waiting, news

    async def read(self, correction_id: CorrectionId, user_id: UserId, now: datetime) -> None:
        """Note that whoever asked has seen the answer."""
        await self._session.execute(
            update(CorrectionRow)
            .where(
                col(CorrectionRow.id) == correction_id,
                col(CorrectionRow.asked_by) == user_id,
                col(CorrectionRow.answered_at).is_not(None),
                col(CorrectionRow.read_at).is_(None),
            )
            .values(read_at=now)
        )

    async def explain(self, correction_id: CorrectionId, author_id: UserId, answer: str) -> None:
        """Say more of an answer that one has given. Raises `not_found` for other answers."""
        statement = (
            update(CorrectionRow)
            .where(col(CorrectionRow.id) == correction_id, col(CorrectionRow.answered_by) == author_id)
            .values(answer=answer)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def hospital(self, name: str) -> InstitutionId:
        """The institution of a name; one that nobody has told of before is put on the list."""
        key = normal_name(name)[:NAME_KEY_LENGTH]
        known = select(col(InstitutionRow.id)).where(col(InstitutionRow.name_key) == key)
        found = (await self._session.scalars(known.order_by(col(InstitutionRow.id)))).first()
        if found is not None:
            return InstitutionId(found)
        row = InstitutionRow(name=name, name_key=key)
        self._session.add(row)
        await self._session.flush()
        return InstitutionId(row.id)


def _corrections(scope: Scope) -> Select[CorrectionRow, str]:
    subject = aliased(CustomerRow)  # in sight as long as the entry is, or the one that it was merged into
    return (
        select(CorrectionRow, col(subject.name))
        .join(subject, col(subject.id) == col(CorrectionRow.customer_id))
        .join(CustomerRow, col(CustomerRow.id) == func.coalesce(subject.merged_into, subject.id))
        .where(
            or_(
                within(scope),
                col(CorrectionRow.asked_by) == scope.viewer,
                col(CorrectionRow.answered_by) == scope.viewer,
            )
        )
        .order_by(col(CorrectionRow.id))
        .execution_options(populate_existing=True)
    )


def _lately(since: datetime) -> Any:
    return or_(col(CorrectionRow.state) == _OPEN, col(CorrectionRow.answered_at) >= since)


def _answered_at(one: Correction) -> datetime:
    return one.answered_at or one.asked_at


def _to_correction(row: CorrectionRow, name: str) -> Correction:
    return Correction(
        id=CorrectionId(row.id),
        customer_id=CustomerId(row.customer_id),
        customer_name=name,
        kind=CorrectionKind(row.kind),
        field=FileField(row.field) if row.field else None,
        value=row.value,
        institution_id=InstitutionId(row.institution_id) if row.institution_id else None,
        other_id=CustomerId(row.other_id) if row.other_id else None,
        asked_by=UserId(row.asked_by),
        asked_at=row.asked_at,
        state=CorrectionState(row.state),
        answer=row.answer,
        answered_by=maybe_user(row.answered_by),
        answered_at=row.answered_at,
        read_at=row.read_at,
    )
