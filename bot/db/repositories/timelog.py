"""How reps have split their days, and what their visits tell of the way they use time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import rows_changed
from bot.db.tables import CustomerRow, TimeEntryRow, VisitRow
from domain.ids import CustomerId, UserId
from domain.timelog.split import Split
from domain.timelog.weeks import TimeEntry
from domain.visits.model import Channel, Outcome

_IN_PERSON = (Channel.FACE_TO_FACE.value, Channel.DROP_BY.value)
_NOBODY_MET = (Outcome.ABSENT.value, Outcome.REFUSED.value)  # as in Visit.counts


@dataclass(frozen=True, slots=True)
class VisitFact:
    """One visit in person of a rep: whether somebody was met, and the next date that was agreed."""

    customer_id: CustomerId
    on: date
    met: bool
    next_on: date | None


class TimeLog:
    """One row a rep and day."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_rep(self, rep_id: UserId, first: date, last: date) -> Mapping[date, TimeEntry]:
        """What a rep has told of the days from `first` to `last`, by day."""
        return (await self.of_reps([rep_id], first, last)).get(rep_id, {})

    async def of_reps(
        self, rep_ids: Collection[UserId], first: date, last: date
    ) -> Mapping[UserId, Mapping[date, TimeEntry]]:
        """The same of several reps; without those who have told nothing."""
        query = (
            select(TimeEntryRow)
            .where(col(TimeEntryRow.rep_id).in_(rep_ids), col(TimeEntryRow.on).between(first, last))
            .order_by(col(TimeEntryRow.rep_id), col(TimeEntryRow.on))
            .execution_options(populate_existing=True)
        )
        found: dict[UserId, dict[date, TimeEntry]] = {}
        for row in await self._session.scalars(query):
            split = Split(row.selling, row.travelling, row.organising, row.personal)
            found.setdefault(UserId(row.rep_id), {})[row.on] = TimeEntry(split, row.is_spread)
        return found

    async def last_before(self, rep_id: UserId, on: date) -> Split | None:
        """What the rep told of the last day before `on` that was told by itself."""
        query = (
            select(TimeEntryRow)
            .where(
                col(TimeEntryRow.rep_id) == rep_id,
                col(TimeEntryRow.on) < on,
                col(TimeEntryRow.is_spread).is_(False),
            )
            .order_by(col(TimeEntryRow.on).desc())
            .limit(1)
        )
        row = (await self._session.scalars(query)).one_or_none()
        return None if row is None else Split(row.selling, row.travelling, row.organising, row.personal)

    async def put(self, rep_id: UserId, on: date, entry: TimeEntry, now: datetime) -> None:
        """Keep what was told of a day, in place of what was told before; no time at all is no row."""
        if not entry.split.all:
            await self._session.execute(
                delete(TimeEntryRow).where(col(TimeEntryRow.rep_id) == rep_id, col(TimeEntryRow.on) == on)
            )
            return
        values: dict[str, Any] = {
            "selling": entry.split.selling,
            "travelling": entry.split.travelling,
            "organising": entry.split.organising,
            "personal": entry.split.personal,
            "is_spread": entry.is_spread,
            "changed_at": now,
        }
        statement = (
            update(TimeEntryRow)
            .where(col(TimeEntryRow.rep_id) == rep_id, col(TimeEntryRow.on) == on)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            self._session.add(TimeEntryRow(rep_id=rep_id, on=on, **values))
            await self._session.flush()

    async def visits(self, rep_id: UserId, first: date, last: date) -> list[VisitFact]:
        """The rep's visits in person to customers who are still theirs, by day."""
        query = (
            select(col(VisitRow.customer_id), col(VisitRow.on), col(VisitRow.outcome), col(VisitRow.next_on))
            .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
            .where(
                col(VisitRow.rep_id) == rep_id,
                col(CustomerRow.owner_id) == rep_id,
                col(VisitRow.on).between(first, last),
                col(VisitRow.channel).in_(_IN_PERSON),
            )
            .order_by(col(VisitRow.on), col(VisitRow.id))
        )
        return [
            VisitFact(CustomerId(customer_id), on, outcome not in _NOBODY_MET, next_on)
            for customer_id, on, outcome, next_on in await self._session.execute(query)
        ]
