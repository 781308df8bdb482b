"""What people have set for their reminders, and to whom something is owed by the clock."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import USER, rows_changed
from bot.db.tables import (
    AppointmentRow,
    CustomerFactRow,
    CustomerRow,
    LeaveRow,
    NoticeChoiceRow,
    OutboxRow,
    PausesRow,
    UserRow,
    VisitRow,
)
from bot.db.values import AppointmentState, OwedState
from domain.customers.profile import FactKind
from domain.ids import AppointmentId, CustomerId, LeaveId, OwedId, UserId
from domain.planning.absence import Leave, LeaveKind
from domain.planning.model import Half
from domain.reminders.hours import Pause
from domain.reminders.kinds import MANNERS, Reminder
from domain.reminders.ruling import Choice


@dataclass(frozen=True, slots=True)
class Settled:
    """What a person has set: reminders that differ from the usual, quiet hours and lunch (None: usual)."""

    choices: Mapping[Reminder, Choice]
    quiet: Pause | None
    lunch: Pause | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to whom a reminder is not owed yet: their own hour, and since when they want it."""

    user_id: UserId
    at: time | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised to a customer, and when it is due."""

    customer_id: CustomerId
    customer_name: str
    words: str
    due: date


@dataclass(frozen=True, slots=True)
class Coming:
    """An appointment that may soon be reminded of."""

    id: AppointmentId
    rep_id: UserId
    time_zone: str | None
    on: date
    start: time


class Notices:
    """Settings of reminders, and the questions of the clock."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # Settings

    async def of_user(self, user_id: UserId) -> Settled:
        """Everything that a person has set."""
        rows = await self._session.scalars(_choices(), {"user": user_id})
        pauses = (await self._session.scalars(_pauses(), {"user": user_id})).one_or_none()
        return Settled(
            choices={Reminder(row.reminder): Choice(row.is_on, row.is_silent, row.at) for row in rows},
            quiet=_pause(pauses.quiet_start, pauses.quiet_end) if pauses else None,
            lunch=_pause(pauses.lunch_start, pauses.lunch_end) if pauses else None,
        )

    async def choose(self, user_id: UserId, reminder: Reminder, choice: Choice, now: datetime) -> None:
        """Keep what a person wants of a reminder."""
        values: dict[str, Any] = {
            "is_on": choice.is_on,
            "is_silent": choice.is_silent,
            "at": choice.at,
            "changed_at": now,
        }
        statement = (
            update(NoticeChoiceRow)
            .where(col(NoticeChoiceRow.user_id) == user_id, col(NoticeChoiceRow.reminder) == reminder.value)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            self._session.add(NoticeChoiceRow(user_id=user_id, reminder=reminder.value, **values))
            await self._session.flush()

    async def pause(self, user_id: UserId, **values: Any) -> None:
        """Keep when a person is not to be reminded: columns of `PausesRow`."""
        statement = (
            update(PausesRow)
            .where(col(PausesRow.user_id) == user_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not await rows_changed(self._session, statement):
            self._session.add(PausesRow(user_id=user_id, **values))
            await self._session.flush()

    async def sounded(self, owed_id: OwedId, user_id: UserId, kinds: Collection[str], since: datetime) -> int:
        """How many notices of some kinds a person has got since then, or is about to get before this one."""
        mine = select(col(OutboxRow.lease_until)).where(col(OutboxRow.id) == owed_id).scalar_subquery()
        before = col(OutboxRow.settled_at).is_(None) & or_(  # whoever is claimed later sees this one
            col(OutboxRow.lease_until) < mine,
            (col(OutboxRow.lease_until) == mine) & (col(OutboxRow.id) < owed_id),
        )
        sent = (col(OutboxRow.state) == OwedState.SENT.value) & (col(OutboxRow.settled_at) >= since)
        query = select(func.count()).where(
            col(OutboxRow.user_id) == user_id, col(OutboxRow.kind).in_(list(kinds)), or_(sent, before)
        )
        return (await self._session.scalars(query)).one()

    # By the clock

    async def zones(self) -> list[str | None]:
        """The time zones that people have set; None for those who live by the company's."""
        query = select(col(UserRow.time_zone)).where(_is_here()).distinct()
        return list(await self._session.scalars(query))

    async def moved(self) -> set[Reminder]:
        """The reminders that anybody has at an hour of their own."""
        query = select(col(NoticeChoiceRow.reminder)).where(col(NoticeChoiceRow.at).is_not(None)).distinct()
        return {Reminder(name) for name in await self._session.scalars(query)}

    async def not_owed(
        self,
        reminder: Reminder,
        zone: str | None,
        *,
        subject: str,
        on: date,
        moved: bool,
        among: Collection[UserId] | None = None,
    ) -> list[Candidate]:
        """Those of a zone who want a reminder, and to whom this occurrence of it is not owed yet.

        `moved`: only those who have an hour of their own. `among`: only some people.
        """
        owed = exists().where(
            col(OutboxRow.user_id) == col(UserRow.id),
            col(OutboxRow.kind) == reminder.value,
            col(OutboxRow.subject) == subject,
            col(OutboxRow.on) == on,
        )
        choice = (col(NoticeChoiceRow.user_id) == col(UserRow.id)) & (
            col(NoticeChoiceRow.reminder) == reminder.value
        )
        query = (
            select(
                col(UserRow.id),
                col(UserRow.joined_at),
                col(NoticeChoiceRow.at),
                col(NoticeChoiceRow.changed_at),
            )
            .outerjoin(NoticeChoiceRow, choice)
            .where(
                _is_here(),
                col(UserRow.time_zone).is_not_distinct_from(zone),
                col(UserRow.role).in_([role.value for role in MANNERS[reminder].roles]),
                func.coalesce(col(NoticeChoiceRow.is_on), true()),
                ~owed,
            )
            .order_by(col(UserRow.id))
        )
        if moved:
            query = query.where(col(NoticeChoiceRow.at).is_not(None))
        if among is not None:
            query = query.where(col(UserRow.id).in_(list(among)))
        return [
            Candidate(UserId(number), at, max(joined, changed) if changed else joined)
            for number, joined, at, changed in await self._session.execute(query)
            if joined is not None
        ]

    async def owed_subjects(self, kind: str, first: date, last: date) -> set[tuple[UserId, str, date]]:
        """To whom what of a kind is owed on some days."""
        query = select(col(OutboxRow.user_id), col(OutboxRow.subject), col(OutboxRow.on)).where(
            col(OutboxRow.kind) == kind, col(OutboxRow.on).between(first, last)
        )
        return {(UserId(number), subject, on) for number, subject, on in await self._session.execute(query)}

    async def leaves(self, first: date, last: date) -> dict[UserId, list[Leave]]:
        """The leaves of all reps that touch the days from `first` to `last`."""
        found: dict[UserId, list[Leave]] = defaultdict(list)
        query = select(LeaveRow).where(col(LeaveRow.first) <= last, col(LeaveRow.last) >= first)
        for row in await self._session.scalars(query):
            half = None if row.half is None else Half(row.half)
            leave = Leave(
                id=LeaveId(row.id), first=row.first, last=row.last, kind=LeaveKind(row.kind), half=half
            )
            found[UserId(row.rep_id)].append(leave)
        return found

    async def promises_of(self, rep_id: UserId, first: date, last: date) -> list[Promise]:
        """What a rep has promised for some days and not done, the first due first."""
        after_visits = select(
            col(CustomerRow.id), col(CustomerRow.name), col(VisitRow.next_step), col(VisitRow.next_on)
        ).where(
            col(CustomerRow.owner_id) == rep_id,
            col(VisitRow.customer_id) == col(CustomerRow.id),
            col(VisitRow.next_step) != "",
            col(VisitRow.step_done_on).is_(None),
            col(VisitRow.next_on).between(first, last),
        )
        in_files = select(
            col(CustomerRow.id), col(CustomerRow.name), col(CustomerFactRow.text), col(CustomerFactRow.due)
        ).where(
            col(CustomerRow.owner_id) == rep_id,
            col(CustomerFactRow.customer_id) == col(CustomerRow.id),
            col(CustomerFactRow.kind) == FactKind.PROMISE.value,
            col(CustomerFactRow.ended_on).is_(None),
            col(CustomerFactRow.due).between(first, last),
        )
        found = [
            Promise(CustomerId(number), name, words, due)
            for query in (after_visits, in_files)
            for number, name, words, due in await self._session.execute(query)
            if due is not None
        ]
        return sorted(found, key=lambda one: (one.due, one.customer_name, one.words))

    async def appointments(self, first: date, last: date) -> list[Coming]:
        """The appointments that hold on some days, of reps who can be told."""
        query = (
            select(
                col(AppointmentRow.id),
                col(AppointmentRow.rep_id),
                col(UserRow.time_zone),
                col(AppointmentRow.on),
                col(AppointmentRow.start),
            )
            .join(UserRow, col(UserRow.id) == col(AppointmentRow.rep_id))
            .join(
                CustomerRow,
                (col(CustomerRow.id) == col(AppointmentRow.customer_id))
                & (col(CustomerRow.owner_id) == col(AppointmentRow.rep_id)),
            )
            .where(
                _is_here(),
                col(AppointmentRow.state) == AppointmentState.SET.value,
                col(AppointmentRow.on).between(first, last),
            )
        )
        return [
            Coming(AppointmentId(number), UserId(rep), zone, on, start)
            for number, rep, zone, on, start in await self._session.execute(query)
        ]


@cache
def _choices() -> Select[NoticeChoiceRow]:
    mine = select(NoticeChoiceRow).where(col(NoticeChoiceRow.user_id) == USER)
    return mine.execution_options(populate_existing=True)


@cache
def _pauses() -> Select[PausesRow]:
    mine = select(PausesRow).where(col(PausesRow.user_id) == USER)
    return mine.execution_options(populate_existing=True)


def _is_here() -> ColumnElement[bool]:
    """Somebody who has joined, has access and has not stopped the bot."""
    return and_(
        col(UserRow.is_active), col(UserRow.telegram_id).is_not(None), col(UserRow.blocked_at).is_(None)
    )


def _pause(start: time | None, end: time | None) -> Pause | None:
    return None if start is None or end is None else Pause(start, end)
