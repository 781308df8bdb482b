"""A rep's own time: leave, working hours, where the day begins, and the address of their calendar."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_institution
from bot.db.statements import FIRST, LAST, REP, rows_changed
from bot.db.tables import CalendarFeedRow, CustomerRow, InstitutionRow, LeaveRow, UserRow, WorkingHoursRow
from bot.db.values import WorkingHours
from domain.customers.model import Institution
from domain.ids import InstitutionId, LeaveId, UserId
from domain.planning.absence import Away, Leave, LeaveKind
from domain.planning.model import Half


class Leaves:
    """Days off and training."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def days_off(self, rep_id: UserId, first: date, last: date) -> frozenset[date]:
        """Every day from `first` to `last` on which a rep is away all day."""
        return (await self.away(rep_id, first, last)).days

    async def away(self, rep_id: UserId, first: date, last: date) -> Away:
        """When a rep is not in the field from `first` to `last`."""
        return Away.of(await self.between(rep_id, first, last), first, last)

    async def between(self, rep_id: UserId, first: date, last: date) -> list[Leave]:
        """The leaves of a rep that touch the days from `first` to `last`, the earliest first."""
        given = {"rep": rep_id, "first": first, "last": last}
        return [
            Leave(
                id=LeaveId(row.id),
                first=row.first,
                last=row.last,
                kind=LeaveKind(row.kind),
                half=None if row.half is None else Half(row.half),
            )
            for row in await self._session.scalars(_leaves(), given)
        ]

    async def add(
        self,
        rep_id: UserId,
        first: date,
        last: date,
        now: datetime,
        kind: LeaveKind = LeaveKind.OFF,
        half: Half | None = None,
    ) -> None:
        """Be away; leaves of one kind and half that overlap or touch become one."""
        around = await self.between(rep_id, first - timedelta(days=1), last + timedelta(days=1))
        near = [leave for leave in around if (leave.kind, leave.half) == (kind, half)]
        await self._session.execute(
            delete(LeaveRow).where(col(LeaveRow.id).in_([leave.id for leave in near]))
        )
        first = min([first, *(leave.first for leave in near)])
        last = max([last, *(leave.last for leave in near)])
        self._session.add(
            LeaveRow(
                rep_id=rep_id,
                first=first,
                last=last,
                created_at=now,
                kind=kind.value,
                half=None if half is None else half.value,
            )
        )
        await self._session.flush()

    async def remove(self, leave_id: LeaveId, rep_id: UserId) -> bool:
        """Take a leave of the rep back; whether there was one."""
        statement = delete(LeaveRow).where(col(LeaveRow.id) == leave_id, col(LeaveRow.rep_id) == rep_id)
        return bool(await rows_changed(self._session, statement))


class Hours:
    """When and where the days of reps begin."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_rep(self, rep_id: UserId) -> WorkingHours:
        """What a rep has said about their day."""
        found = (await self._session.execute(_hours(), {"rep": rep_id})).one_or_none()
        if found is None:
            return WorkingHours()
        row, hospital = found
        place = hospital or row
        return WorkingHours(
            start=row.start,
            end=row.end,
            base=(place.lat, place.lon) if place.lat is not None and place.lon is not None else None,
            institution_id=InstitutionId(hospital.id) if hospital else None,
            institution_name=hospital.name if hospital else "",
        )

    async def set(self, rep_id: UserId, **values: Any) -> None:
        """Write some columns of what a rep has said."""
        statement = (
            update(WorkingHoursRow)
            .where(col(WorkingHoursRow.rep_id) == rep_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            self._session.add(WorkingHoursRow(rep_id=rep_id, **values))
            await self._session.flush()

    async def hospitals(self, rep_id: UserId) -> list[Institution]:
        """The hospitals in which a rep has customers, by name."""
        with_customers = select(col(CustomerRow.institution_id)).where(col(CustomerRow.owner_id) == rep_id)
        query = (
            select(InstitutionRow)
            .where(col(InstitutionRow.id).in_(with_customers))
            .order_by(col(InstitutionRow.name), col(InstitutionRow.id))
        )
        return [to_institution(row) for row in await self._session.scalars(query)]


class Feeds:
    """Calendar addresses: one a rep, known by the hash of its secret."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def since(self, rep_id: UserId) -> datetime | None:
        """When the rep's present address was made; None when there is none."""
        query = select(col(CalendarFeedRow.created_at)).where(col(CalendarFeedRow.rep_id) == rep_id)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def rep_behind(self, token_hash: str) -> UserId | None:
        """Whose address it is, while they have access."""
        query = (
            select(col(CalendarFeedRow.rep_id))
            .join(UserRow, col(UserRow.id) == col(CalendarFeedRow.rep_id))
            .where(col(CalendarFeedRow.token_hash) == token_hash, col(UserRow.is_active))
        )
        found = (await self._session.execute(query)).scalar_one_or_none()
        return None if found is None else UserId(found)

    async def renew(self, rep_id: UserId, token_hash: str, now: datetime) -> None:
        """Give a rep a new address; the old one ends."""
        await self.end(rep_id)
        self._session.add(CalendarFeedRow(rep_id=rep_id, token_hash=token_hash, created_at=now))
        await self._session.flush()

    async def end(self, rep_id: UserId) -> None:
        """Make the rep's address useless."""
        await self._session.execute(delete(CalendarFeedRow).where(col(CalendarFeedRow.rep_id) == rep_id))


@cache
def _leaves() -> Select[LeaveRow]:
    mine = (col(LeaveRow.rep_id) == REP, col(LeaveRow.first) <= LAST, col(LeaveRow.last) >= FIRST)
    return select(LeaveRow).where(*mine).order_by(col(LeaveRow.first), col(LeaveRow.id))


@cache
def _hours() -> Select[WorkingHoursRow, InstitutionRow | None]:
    return (
        select(WorkingHoursRow, InstitutionRow)
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(WorkingHoursRow.institution_id))
        .where(col(WorkingHoursRow.rep_id) == REP)
        .execution_options(populate_existing=True)
    )
