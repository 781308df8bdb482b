"""What is owed to people."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.leases import claim, is_over
from bot.db.statements import NewInsert, insert_new, is_postgres, rows_changed, table_of
from bot.db.tables import OutboxRow
from bot.db.values import Owed, OwedState
from domain.errors import DomainError
from domain.ids import OwedId, UserId

LATE = "late"
"""Why something was skipped that could not be sent in time."""

_OCCURRENCE = ("kind", "user_id", "subject", "on")
_CLAIMS = 0x0B0C  # the lock of whoever claims; any number that nothing else takes
_INSTANT = timedelta(microseconds=1)
_OPEN = (OwedState.WAITING.value, OwedState.SENDING.value)
_FAILED = (OwedState.UNKNOWN.value, OwedState.DEAD.value)


class Outbox:
    """Rows of what is owed. `has_news` tells whoever commits that something is to be sent.

    A row is claimed for a while (`lease`), by raising its `attempts`; whoever comes back too late finds
    that number changed, and changes nothing.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.has_news = False

    async def owe(
        self,
        kind: str,
        user_id: UserId,
        *,
        subject: str = "",
        on: date,
        due_at: datetime,
        params: Mapping[str, Any] | None = None,
    ) -> bool:
        """Owe somebody a notice of this kind; False when this occurrence is owed already.

        `on` is the person's own date, `due_at` the moment from which it may be sent, `params` plain
        values of JSON: ids and numbers, never names.
        """
        statement = self._insert().values(_waiting(kind, user_id, subject, on, due_at, params or {}))
        is_new = (await self._session.scalars(statement.returning(col(OutboxRow.id)))).first() is not None
        self.has_news = self.has_news or is_new
        return is_new

    async def owe_all(
        self, kind: str, people: Sequence[tuple[UserId, datetime]], *, subject: str = "", on: date
    ) -> None:
        """`owe` to many people, each from a moment of their own."""
        if people:
            rows = [_waiting(kind, person, subject, on, due_at, {}) for person, due_at in people]
            await self._session.execute(self._insert(), rows)
            self.has_news = True

    def _insert(self) -> NewInsert:
        """A statement that leaves alone what is owed already."""
        return insert_new(self._session, table_of(OutboxRow), _OCCURRENCE)

    # Sending

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> list[Owed]:
        """Take what is due, the longest due first, for this process alone until `lease_until`.

        A row is due when its time has come and nobody has a lease on it.
        """
        lease_until = await self._after_others(now, lease_until)
        free = or_(col(OutboxRow.lease_until).is_(None), is_over(OutboxRow, now, lease_until))
        due = (
            select(col(OutboxRow.id))
            .where(col(OutboxRow.state) == OwedState.WAITING.value, col(OutboxRow.try_at) <= now, free)
            .order_by(col(OutboxRow.try_at), col(OutboxRow.id))
            .limit(limit)
        )
        rows = await claim(self._session, OutboxRow, due, lease_until)
        return [_owed(row) for row in sorted(rows, key=lambda row: (row.try_at, row.id))]

    async def _after_others(self, now: datetime, lease_until: datetime) -> datetime:
        """The end of a lease that ends last, however clocks differ: it tells what was claimed before what.

        Claims come one by one; whoever claims meanwhile waits for the end of this transaction.
        """
        if is_postgres(self._session):
            await self._session.execute(select(func.pg_advisory_xact_lock(_CLAIMS)))
        held = not_(is_over(OutboxRow, now, lease_until))
        newest = select(func.max(col(OutboxRow.lease_until))).where(col(OutboxRow.state).in_(_OPEN), held)
        last = (await self._session.scalars(newest)).one()
        return max(lease_until, last + _INSTANT) if last is not None else lease_until

    async def begin(self, owed: Owed) -> bool:
        """Say, before the words leave, that nobody can know from now on; False when it is no longer ours."""
        return await self._change(owed, state=OwedState.SENDING.value)

    async def arrived(self, owed: Owed, message_ids: Sequence[int]) -> bool:
        """Keep which parts have arrived."""
        return await self._change(owed, message_ids=list(message_ids))

    async def sent(self, owed: Owed, message_ids: Sequence[int], now: datetime) -> bool:
        """All of it has arrived, in these messages."""
        return await self._change(
            owed,
            state=OwedState.SENT.value,
            settled_at=now,
            lease_until=None,
            error="",
            message_ids=list(message_ids),
        )

    async def settle(self, owed: Owed, state: OwedState, now: datetime, error: str = "") -> bool:
        """End it, in one of the final states."""
        return await self._change(
            owed, state=state.value, settled_at=now, lease_until=None, error=error[:200]
        )

    async def later(self, owed: Owed, try_at: datetime, error: str = "") -> bool:
        """Give it back, to be tried again at that moment."""
        return await self._change(
            owed, state=OwedState.WAITING.value, try_at=try_at, lease_until=None, error=error[:200]
        )

    async def give_up(self, now: datetime, lease_until: datetime) -> int:
        """End what was under way when its process ended: it may have arrived, and is not said twice."""
        statement = (
            update(OutboxRow)
            .where(col(OutboxRow.state) == OwedState.SENDING.value, is_over(OutboxRow, now, lease_until))
            .values(state=OwedState.UNKNOWN.value, settled_at=now, lease_until=None, error="interrupted")
        )
        return await rows_changed(self._session, statement)

    async def forget(self, before: datetime) -> int:
        """Leave out what came to its end before then; how much that was."""
        return await rows_changed(self._session, delete(OutboxRow).where(col(OutboxRow.settled_at) < before))

    # For people to look at

    async def counts(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many came to their end from `since` to before `until`.

        By state, "late" apart from the other "skipped"; what there is none of is 0.
        """
        state = case(
            (
                (col(OutboxRow.state) == OwedState.SKIPPED.value) & (col(OutboxRow.error) == LATE),
                LATE,
            ),
            else_=col(OutboxRow.state),
        )
        query = (
            select(state, func.count())
            .where(col(OutboxRow.settled_at) >= since, col(OutboxRow.settled_at) < until)
            .group_by(state)
        )
        found = {str(state): int(count) for state, count in await self._session.execute(query)}
        return {name: found.get(name, 0) for name in ("sent", LATE, "unknown", "dead", "skipped")}

    async def waiting(self, now: datetime) -> int:
        """How much is due and not sent yet."""
        query = select(func.count()).where(col(OutboxRow.state).in_(_OPEN), col(OutboxRow.due_at) <= now)
        return (await self._session.scalars(query)).one()

    async def under_way(self, now: datetime) -> int:
        """How much somebody has a lease on, and is about to send."""
        query = select(func.count()).where(col(OutboxRow.state).in_(_OPEN), col(OutboxRow.lease_until) > now)
        return (await self._session.scalars(query)).one()

    async def sendable(self, now: datetime) -> int:
        """How much may be sent at this moment."""
        query = select(func.count()).where(
            col(OutboxRow.state) == OwedState.WAITING.value, col(OutboxRow.try_at) <= now
        )
        return (await self._session.scalars(query)).one()

    async def failed(self, since: datetime) -> list[Owed]:
        """What is unknown or dead since then, the newest first."""
        query = _failed().where(col(OutboxRow.settled_at) >= since)
        newest = query.order_by(col(OutboxRow.settled_at).desc(), col(OutboxRow.id).desc())
        return [_owed(row) for row in await self._session.scalars(newest)]

    async def last_sent(self, kind: str, user_id: UserId, before: date) -> Owed | None:
        """The newest notice of a kind that somebody has got for a day before this one."""
        query = (
            select(OutboxRow)
            .where(
                col(OutboxRow.user_id) == user_id,
                col(OutboxRow.kind) == kind,
                col(OutboxRow.state) == OwedState.SENT.value,
                col(OutboxRow.on) < before,
            )
            .order_by(col(OutboxRow.on).desc(), col(OutboxRow.id).desc())
            .limit(1)
        )
        row = (await self._session.scalars(query)).first()
        return _owed(row) if row is not None else None

    async def retry(self, owed_ids: Collection[OwedId], now: datetime) -> int:
        """Owe what is unknown or dead once more, from now on; how many. DomainError "not_found" for none."""
        statement = (
            update(OutboxRow)
            .where(col(OutboxRow.state).in_(_FAILED), col(OutboxRow.id).in_(list(owed_ids)))
            .values(state=OwedState.WAITING.value, due_at=now, try_at=now, settled_at=None, error="")
        )
        count = await rows_changed(self._session, statement)
        if not count:
            raise DomainError("not_found")
        self.has_news = True
        return count

    async def _change(self, owed: Owed, **values: Any) -> bool:
        row = table_of(OutboxRow)
        ours = and_(row.c.id == owed.id, row.c.attempts == owed.attempts, row.c.state.in_(_OPEN))
        return await rows_changed(self._session, update(row).where(ours).values(**values)) == 1


def _waiting(
    kind: str, user_id: UserId, subject: str, on: date, due_at: datetime, params: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns of something that is owed and was not tried yet."""
    return {
        "kind": kind,
        "user_id": user_id,
        "subject": subject,
        "on": on,
        "params": dict(params),
        "due_at": due_at,
        "try_at": due_at,
        "state": OwedState.WAITING.value,
        "attempts": 0,
        "error": "",
        "message_ids": [],
    }


def _failed() -> Select[OutboxRow]:
    return select(OutboxRow).where(col(OutboxRow.state).in_(_FAILED))


def _owed(row: OutboxRow) -> Owed:
    return Owed(
        id=OwedId(row.id),
        kind=row.kind,
        user_id=UserId(row.user_id),
        subject=row.subject,
        on=row.on,
        params=row.params,
        due_at=row.due_at,
        state=OwedState(row.state),
        attempts=row.attempts,
        error=row.error,
        message_ids=tuple(row.message_ids),
        settled_at=row.settled_at,
        lease_until=row.lease_until,
    )
