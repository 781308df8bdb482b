"""Day plans as they were made, and the ledger of what became of each visit that they suggested."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import reasons_image
from bot.db.statements import REP, TODAY, rows_changed, table_of
from bot.db.tables import DayPlanRow, SuggestionRow
from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.planning.plan import PlannedVisit
from domain.tiering.model import Cell
from domain.visits.suggestion import SuggestionState

_OPEN = SuggestionState.OPEN.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One suggested visit of a day, in the order of `place`; `reasons` add up to `price`."""

    customer_id: CustomerId
    place: int
    arrive: time
    start: time
    leave: time
    travel_minutes: int
    cell: Cell | None
    price: float
    reasons: tuple[Reason, ...]
    state: SuggestionState


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """The plan of a day: when and from what it was made, the message that shows it, and its visits."""

    made_at: datetime
    circumstances: Mapping[str, Any]
    message_id: int | None
    suggestions: tuple[Suggestion, ...]


class Suggestions:
    """The plans of reps' days. One plan a day: a new one takes the open visits of the old one back."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_day(self, rep_id: UserId, on: date) -> StoredPlan | None:
        """The plan of a day, None when none was made."""
        plan = await self._plan(rep_id, on)
        if plan is None:
            return None
        rows = await self._session.execute(_in_order(), {"rep": rep_id, "today": on})
        return StoredPlan(
            made_at=plan.made_at,
            circumstances=plan.circumstances,
            message_id=plan.message_id,
            suggestions=tuple(map(_suggestion, rows)),
        )

    async def planned_on(self, on: date) -> frozenset[UserId]:
        """The reps of whose day a plan was made."""
        reps = await self._session.scalars(select(col(DayPlanRow.rep_id)).where(col(DayPlanRow.on) == on))
        return frozenset(map(UserId, reps))

    async def put(
        self,
        rep_id: UserId,
        on: date,
        visits: Sequence[PlannedVisit],
        circumstances: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Store a plan in place of an earlier one of the day. Answered visits stay answered."""
        plan = await self._plan(rep_id, on)
        if plan is None:
            plan = DayPlanRow(rep_id=rep_id, on=on, made_at=now)
            self._session.add(plan)
        plan.made_at, plan.circumstances = now, dict(circumstances)
        known = {row.customer_id: row for row in await self._rows(rep_id, on)}
        planned = {visit.customer.id for visit in visits}
        for customer_id, earlier in known.items():
            if earlier.state == _OPEN and customer_id not in planned:
                earlier.state, earlier.answered_at = SuggestionState.WITHDRAWN.value, now
        new: list[dict[str, Any]] = []
        for place, visit in enumerate(visits, start=1):
            row = known.get(visit.customer.id)
            if row is None:
                key: dict[str, Any] = {"rep_id": rep_id, "on": on, "customer_id": visit.customer.id}
                new.append(key | _values(place, visit))
            elif row.state != SuggestionState.VISITED.value:
                row.sqlmodel_update(_values(place, visit))
        await self._session.flush()
        if new:
            await self._session.execute(insert(table_of(SuggestionRow)), new)

    async def answer(
        self, rep_id: UserId, customer_id: CustomerId, on: date, state: SuggestionState, now: datetime
    ) -> bool:
        """Say what became of an open suggestion; whether there was one. A second answer changes nothing."""
        statement = (
            update(SuggestionRow)
            .where(
                col(SuggestionRow.rep_id) == rep_id,
                col(SuggestionRow.customer_id) == customer_id,
                col(SuggestionRow.on) == on,
                col(SuggestionRow.state) == _OPEN,
            )
            .values(state=state.value, answered_at=now)
        )
        return bool(await rows_changed(self._session, statement))

    async def reopen(self, rep_id: UserId, customer_id: CustomerId, on: date, state: SuggestionState) -> bool:
        """Take an answer back; whether the suggestion was in that state."""
        statement = (
            update(SuggestionRow)
            .where(
                col(SuggestionRow.rep_id) == rep_id,
                col(SuggestionRow.customer_id) == customer_id,
                col(SuggestionRow.on) == on,
                col(SuggestionRow.state) == state.value,
            )
            .values(state=_OPEN, answered_at=None)
        )
        return bool(await rows_changed(self._session, statement))

    async def message_of(self, rep_id: UserId, on: date) -> int | None:
        """The message that shows the plan of a day."""
        plan = await self._plan(rep_id, on)
        return plan.message_id if plan else None

    async def remember_message(self, rep_id: UserId, on: date, message_id: int | None) -> bool:
        """Keep which message shows the plan of a day; whether there is one."""
        given = {"rep": rep_id, "today": on, "message": message_id}
        return bool(await rows_changed(self._session, _shown_by(), given))

    async def last_message(self, rep_id: UserId, before: date) -> tuple[date, int] | None:
        """The latest earlier day whose plan is still shown by a message, and that message."""
        given = {"rep": rep_id, "today": before}
        found = (await self._session.execute(_last_shown(), given)).one_or_none()
        return None if found is None or found[1] is None else (found[0], found[1])

    async def expire(self, before: date, now: datetime) -> int:
        """Let everything open on days before `before` expire; how many there were."""
        statement = (
            update(SuggestionRow)
            .where(col(SuggestionRow.on) < before, col(SuggestionRow.state) == _OPEN)
            .values(state=SuggestionState.EXPIRED.value, answered_at=now)
        )
        return await rows_changed(self._session, statement)

    async def counts(
        self, rep_id: UserId, first: date, last: date, today: date
    ) -> dict[SuggestionState, int]:
        """How many suggestions of some days ended how; open ones of days before `today` as expired."""
        query = (
            select(col(SuggestionRow.state), col(SuggestionRow.on) < today, func.count())
            .where(col(SuggestionRow.rep_id) == rep_id, col(SuggestionRow.on).between(first, last))
            .group_by(col(SuggestionRow.state), col(SuggestionRow.on) < today)
        )
        found: Counter[SuggestionState] = Counter()
        for state, is_over, number in await self._session.execute(query):
            over = is_over and state == _OPEN
            found[SuggestionState.EXPIRED if over else SuggestionState(state)] += number
        return dict(found)

    async def _plan(self, rep_id: UserId, on: date) -> DayPlanRow | None:
        return (await self._session.scalars(_plans(), {"rep": rep_id, "today": on})).one_or_none()

    async def _rows(self, rep_id: UserId, on: date) -> list[SuggestionRow]:
        query = select(SuggestionRow).where(col(SuggestionRow.rep_id) == rep_id, col(SuggestionRow.on) == on)
        return list(await self._session.scalars(query.execution_options(populate_existing=True)))


@cache
def _plans() -> Select[DayPlanRow]:
    mine = (col(DayPlanRow.rep_id) == REP, col(DayPlanRow.on) == TODAY)
    return select(DayPlanRow).where(*mine).execution_options(populate_existing=True)


@cache
def _shown_by() -> Update:
    table = table_of(DayPlanRow)
    of_day = update(table).where(table.c.rep_id == REP, table.c.on == TODAY)
    return of_day.values(message_id=bindparam("message"))


@cache
def _last_shown() -> Select[date, int | None]:
    return (
        select(col(DayPlanRow.on), col(DayPlanRow.message_id))
        .where(
            col(DayPlanRow.rep_id) == REP,
            col(DayPlanRow.on) < TODAY,
            col(DayPlanRow.message_id).is_not(None),
        )
        .order_by(col(DayPlanRow.on).desc())
        .limit(1)
    )


@cache
def _in_order() -> Select[*tuple[Any, ...]]:
    """The columns of a day's suggestions."""
    return (
        select(table_of(SuggestionRow))
        .where(col(SuggestionRow.rep_id) == REP, col(SuggestionRow.on) == TODAY)
        .order_by(col(SuggestionRow.place), col(SuggestionRow.id))
    )


def _values(place: int, visit: PlannedVisit) -> dict[str, Any]:
    """The columns of an open suggestion."""
    return {
        "place": place,
        "arrive": visit.arrive,
        "start": visit.start,
        "leave": visit.leave,
        "travel_minutes": visit.travel_minutes,
        "cell": visit.cell.value if visit.cell else None,
        "price": visit.price,
        "reasons": reasons_image(visit.reasons),
        "state": _OPEN,
        "answered_at": None,
    }


def _suggestion(row: Any) -> Suggestion:
    return Suggestion(
        customer_id=CustomerId(row.customer_id),
        place=row.place,
        arrive=row.arrive,
        start=row.start,
        leave=row.leave,
        travel_minutes=round(row.travel_minutes),
        cell=Cell(row.cell) if row.cell else None,
        price=row.price,
        reasons=tuple(Reason(code, params, points) for code, params, points in row.reasons),
        state=SuggestionState(row.state),
    )
