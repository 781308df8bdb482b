"""Visits that reps want on a day, and the weeks they have confirmed.

A visit counts as long as the customer is the rep's.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import Select, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import FIRST, LAST, REP
from bot.db.tables import ConfirmedWeekRow, CustomerRow, InstitutionRow, KeptVisitRow
from domain.ids import CustomerId, UserId

_SUNDAY = timedelta(days=6)
Times = tuple[time, time]  # of a visit: its start and its end


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVisit:
    """A visit that stays on its day; `start` and `leave` once its week is confirmed.

    `is_moved` says that the rep chose the day, in place of `moved_from`.
    """

    id: int
    customer_id: CustomerId
    customer_name: str
    place: str  # hospital and city, as far as they are known
    on: date
    start: time | None
    leave: time | None
    is_moved: bool
    moved_from: date | None
    sequence: int
    changed_at: datetime


class Weeks:
    """Kept visits, and confirmed weeks by their Mondays."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def kept(self, rep_id: UserId, first: date, last: date) -> list[KeptVisit]:
        """The visits that a rep wants from `first` to `last`, by day."""
        given = {"rep": rep_id, "first": first, "last": last}
        return [_kept(*found) for found in await self._session.execute(_kept_visits(), given)]

    async def move(
        self, rep_id: UserId, customer_id: CustomerId, before: date, on: date, now: datetime
    ) -> None:
        """Keep a visit on a day in place of the day `before`."""
        rows = {row.on: row for row in await self._rows(rep_id, [customer_id])}
        origin = rows.get(before)
        if origin is not None:
            await self._session.delete(origin)
            await self._session.flush()
        row = rows.get(on) or KeptVisitRow(rep_id=rep_id, customer_id=customer_id, on=on, changed_at=now)
        row.is_moved, row.changed_at = True, now
        row.moved_from = (origin.moved_from if origin is not None else None) or before
        self._session.add(row)
        await self._session.flush()

    async def let_go(self, rep_id: UserId, on: date) -> None:
        """Let the plan decide again about the visits of a day, unless its week is confirmed."""
        await self._session.execute(
            delete(KeptVisitRow).where(
                col(KeptVisitRow.rep_id) == rep_id,
                col(KeptVisitRow.on) == on,
                col(KeptVisitRow.start).is_(None),
            )
        )

    async def confirmed(self, rep_ids: Collection[UserId], monday: date) -> Mapping[UserId, datetime]:
        """Which of these reps have confirmed the week of a Monday, and when."""
        query = select(col(ConfirmedWeekRow.rep_id), col(ConfirmedWeekRow.confirmed_at)).where(
            col(ConfirmedWeekRow.rep_id).in_(rep_ids), col(ConfirmedWeekRow.monday) == monday
        )
        return {UserId(rep_id): at for rep_id, at in await self._session.execute(query)}

    async def confirmed_weeks(self, rep_id: UserId, since: date) -> Mapping[date, datetime]:
        """The Mondays from `since` on whose weeks a rep has confirmed, and when."""
        rows = await self._session.execute(_confirmed_weeks(), {"rep": rep_id, "first": since})
        return {row.monday: row.confirmed_at for row in rows}

    async def confirm(self, rep_id: UserId, monday: date, now: datetime) -> None:
        """Say that a week is meant, with the date of the first time."""
        if monday not in await self.confirmed_weeks(rep_id, monday):
            self._session.add(ConfirmedWeekRow(rep_id=rep_id, monday=monday, confirmed_at=now))
            await self._session.flush()

    async def keep_times(
        self,
        rep_id: UserId,
        days: Collection[date],
        visits: Mapping[tuple[CustomerId, date], Times],
        now: datetime,
    ) -> None:
        """Keep exactly these visits on these days, with their times."""
        query = select(KeptVisitRow).where(col(KeptVisitRow.rep_id) == rep_id, col(KeptVisitRow.on).in_(days))
        known = {(CustomerId(row.customer_id), row.on): row for row in await self._session.scalars(query)}
        for key, row in known.items():
            if key not in visits:
                await self._session.delete(row)
        for (customer_id, on), (start, leave) in visits.items():
            kept = known.get((customer_id, on))
            if kept is None:
                kept = KeptVisitRow(rep_id=rep_id, customer_id=customer_id, on=on, changed_at=now)
                self._session.add(kept)
            if (kept.start, kept.leave) != (start, leave):
                kept.sequence += kept.start is not None
                kept.start, kept.leave, kept.changed_at = start, leave, now
        await self._session.flush()

    async def reopen(self, rep_id: UserId, monday: date, today: date) -> None:
        """Let the plan decide again about what is to come of a week, but for visits that were moved."""
        await self._session.execute(
            delete(ConfirmedWeekRow).where(
                col(ConfirmedWeekRow.rep_id) == rep_id, col(ConfirmedWeekRow.monday) == monday
            )
        )
        coming = (
            col(KeptVisitRow.rep_id) == rep_id,
            col(KeptVisitRow.on).between(max(monday, today), monday + _SUNDAY),
        )
        await self._session.execute(
            delete(KeptVisitRow).where(*coming, col(KeptVisitRow.is_moved).is_(False))
        )
        await self._session.execute(update(KeptVisitRow).where(*coming).values(start=None, leave=None))

    async def _rows(self, rep_id: UserId, customer_ids: Iterable[CustomerId]) -> list[KeptVisitRow]:
        query = select(KeptVisitRow).where(
            col(KeptVisitRow.rep_id) == rep_id, col(KeptVisitRow.customer_id).in_(list(customer_ids))
        )
        return list(await self._session.scalars(query))


@cache
def _kept_visits() -> Select[KeptVisitRow, str, str, str | None, str | None]:
    return (
        select(
            KeptVisitRow,
            col(CustomerRow.name),
            col(CustomerRow.city),
            col(InstitutionRow.name),
            col(InstitutionRow.city),
        )
        .join(
            CustomerRow,
            and_(
                col(CustomerRow.id) == col(KeptVisitRow.customer_id),
                col(CustomerRow.owner_id) == col(KeptVisitRow.rep_id),
            ),
        )
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
        .where(col(KeptVisitRow.rep_id) == REP, col(KeptVisitRow.on).between(FIRST, LAST))
        .order_by(col(KeptVisitRow.on), col(KeptVisitRow.id))
        .execution_options(populate_existing=True)
    )


@cache
def _confirmed_weeks() -> Select[date, datetime]:
    return select(col(ConfirmedWeekRow.monday), col(ConfirmedWeekRow.confirmed_at)).where(
        col(ConfirmedWeekRow.rep_id) == REP, col(ConfirmedWeekRow.monday) >= FIRST
    )


def _kept(row: KeptVisitRow, name: str, own_city: str, hospital: str | None, city: str | None) -> KeptVisit:
    return KeptVisit(
        id=row.id,
        customer_id=CustomerId(row.customer_id),
        customer_name=name,
        place=", ".join(part for part in (hospital, city or own_city) if part),
        on=row.on,
        start=row.start,
        leave=row.leave,
        is_moved=row.is_moved,
        moved_from=row.moved_from,
        sequence=row.sequence,
        changed_at=row.changed_at,
    )
