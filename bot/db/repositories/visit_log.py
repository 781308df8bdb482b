"""Visits as reps log them: with versions, so that an entry can be taken back and an edit be seen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.images import Image, image_of, values_of
from bot.db.mappers import maybe_user
from bot.db.scope import within
from bot.db.statements import rows_changed, table_of
from bot.db.tables import (
    AppointmentRow,
    AssessmentRow,
    CustomerRow,
    InstitutionRow,
    Row,
    SuggestionRow,
    TierDecisionRow,
    UserRow,
    VisitAttachmentRow,
    VisitRow,
    VisitVersionRow,
)
from bot.db.values import AppointmentState, Attachment, VisitVersion
from domain.errors import DomainError
from domain.ids import CustomerId, UserId, VersionId, VisitId
from domain.people.model import Scope
from domain.tiering.model import Support
from domain.visits.log import LoggedVisit, Told
from domain.visits.model import Barrier, Channel, Outcome
from domain.visits.states import Result, VisitState

_FOLLOWS = {
    VisitState.DONE: AppointmentState.DONE,
    VisitState.MISSED: AppointmentState.MISSED,
    VisitState.CANCELLED: AppointmentState.CANCELLED,
    VisitState.RESCHEDULED: AppointmentState.RESCHEDULED,
}
_IN_CALENDAR = frozenset({AppointmentState.CANCELLED, AppointmentState.RESCHEDULED})


class VisitLog:
    """One visit per customer, rep and day.

    A version keeps the rows as they were before: of the visit, and of what follows from it (the
    suggestion and the appointments of the day), and which assessment and tier decision it added.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, visit_id: VisitId, scope: Scope) -> LoggedVisit:
        """One visit. Raises `not_found` outside the scope."""
        return await self._one(_visits().where(col(VisitRow.id) == visit_id, within(scope)))

    async def of_day(self, rep_id: UserId, customer_id: CustomerId, on: date) -> LoggedVisit | None:
        """A rep's visit to a customer on a day."""
        query = _visits().where(
            col(VisitRow.rep_id) == rep_id, col(VisitRow.customer_id) == customer_id, col(VisitRow.on) == on
        )
        found = (await self._session.execute(query)).one_or_none()
        return _logged(*found) if found else None

    async def of_rep(self, rep_id: UserId, on: date) -> list[LoggedVisit]:
        """The visits of a rep on a day to customers who are still theirs, in the order of their entry."""
        query = _visits().where(
            col(VisitRow.rep_id) == rep_id, col(CustomerRow.owner_id) == rep_id, col(VisitRow.on) == on
        )
        return [_logged(*found) for found in await self._session.execute(query.order_by(col(VisitRow.id)))]

    async def latest(self, rep_id: UserId, limit: int) -> list[LoggedVisit]:
        """The last visits of a rep to customers who are still theirs, newest first."""
        query = (
            _visits()
            .where(col(VisitRow.rep_id) == rep_id, col(CustomerRow.owner_id) == rep_id)
            .order_by(col(VisitRow.on).desc(), col(VisitRow.id).desc())
            .limit(limit)
        )
        return [_logged(*found) for found in await self._session.execute(query)]

    async def between(self, scope: Scope, first: date, last: date) -> list[LoggedVisit]:
        """The visits of a scope from one day to another, newest first."""
        query = _visits().where(within(scope), col(VisitRow.on).between(first, last))
        newest = query.order_by(col(VisitRow.on).desc(), col(VisitRow.id).desc())
        return [_logged(*found) for found in await self._session.execute(newest)]

    async def open_steps(self, scope: Scope) -> list[LoggedVisit]:
        """The visits of a scope with a promise that is not done, the next due first, undated ones last."""
        query = _visits().where(
            within(scope), col(VisitRow.next_step) != "", col(VisitRow.step_done_on).is_(None)
        )
        soonest = query.order_by(
            col(VisitRow.next_on).is_(None), col(VisitRow.next_on), col(VisitRow.on).desc()
        )
        return [_logged(*found) for found in await self._session.execute(soonest)]

    async def recent(self, customer_id: CustomerId, scope: Scope, limit: int) -> list[LoggedVisit]:
        """The last visits of a customer, newest first."""
        query = (
            _visits()
            .where(col(VisitRow.customer_id) == customer_id, within(scope))
            .order_by(col(VisitRow.on).desc(), col(VisitRow.id).desc())
            .limit(limit)
        )
        return [_logged(*found) for found in await self._session.execute(query)]

    async def add(
        self, customer_id: CustomerId, rep_id: UserId, on: date, told: Told, now: datetime, *, is_late: bool
    ) -> VisitId:
        """Keep a new visit."""
        row = VisitRow(
            customer_id=customer_id, rep_id=rep_id, on=on, created_at=now, is_late=is_late, **_columns(told)
        )
        self._session.add(row)
        await self._session.flush()
        return VisitId(row.id)

    async def write(self, visit_id: VisitId, told: Told) -> None:
        """Write what is said of a visit; another next step is still to be done."""
        same_step = col(VisitRow.next_step) == told.promise
        await self._session.execute(
            update(VisitRow)
            .where(col(VisitRow.id) == visit_id)
            .values(**_columns(told), step_done_on=case((same_step, col(VisitRow.step_done_on))))
            .execution_options(synchronize_session=False)
        )

    async def follow(self, visit: tuple[CustomerId, UserId, date], state: VisitState, now: datetime) -> None:
        """Let the appointments of the day that hold, or followed before, take the state of the visit."""
        wanted = _FOLLOWS[state]
        values: dict[str, Any] = {"state": wanted.value}
        if wanted in _IN_CALENDAR:
            values |= {
                "sequence": col(AppointmentRow.sequence) + 1,
                "author_id": visit[1],
                "changed_at": now,
            }
        await self._session.execute(
            update(AppointmentRow)
            .where(
                _of(AppointmentRow, visit),
                col(AppointmentRow.state).not_in([AppointmentState.CANCELLED.value, wanted.value]),
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )

    async def assess(self, customer_id: CustomerId, support: Support, on: date, author: UserId) -> int:
        """Keep the support that a customer spoke of, as their own words on a day; the row's id."""
        row = AssessmentRow(
            customer_id=customer_id, kind="support", value=support.value, on=on, author_id=author
        )
        self._session.add(row)
        await self._session.flush()
        return row.id

    async def forget_added(self, version: VisitVersion) -> None:
        """Remove the assessment and the decision that were added under a version."""
        for name, added in _ADDED.items():
            if name in version.added:
                table = table_of(added)
                await self._session.execute(delete(table).where(table.c.id == version.added[name]))
        row = await self._session.get_one(VisitVersionRow, version.id)
        row.before = {name: value for name, value in (row.before or {}).items() if name != "added"}
        await self._session.flush()

    async def last_decision(self, customer_id: CustomerId) -> int:
        """The id of the last tier decision about a customer; 0 when there is none."""
        query = select(func.max(col(TierDecisionRow.id))).where(
            col(TierDecisionRow.customer_id) == customer_id
        )
        return (await self._session.execute(query)).scalar_one() or 0

    # Versions

    async def before(self, visit: tuple[CustomerId, UserId, date]) -> dict[str, Any]:
        """The rows of a visit, and of what follows it, as they are now."""
        return {
            "visit": await self._images(VisitRow, visit),
            "suggestion": await self._images(SuggestionRow, visit),
            "appointment": await self._images(AppointmentRow, visit),
        }

    async def keep(
        self, visit_id: VisitId, author: UserId, before: Mapping[str, Any], now: datetime
    ) -> VersionId:
        """Keep a version."""
        row = VisitVersionRow(visit_id=visit_id, at=now, author_id=author, before=dict(before))
        self._session.add(row)
        await self._session.flush()
        return VersionId(row.id)

    async def add_to(self, version_id: VersionId, added: Mapping[str, int]) -> None:
        """Remember rows that were added under a version, so that they go when it is taken back."""
        row = await self._session.get_one(VisitVersionRow, version_id)
        row.before = {**(row.before or {}), "added": dict(added)}
        await self._session.flush()

    async def versions(self, visit_id: VisitId) -> list[VisitVersion]:
        """The versions of a visit that were not taken back, oldest first."""
        query = (
            select(VisitVersionRow, col(UserRow.name))
            .join(UserRow, col(UserRow.id) == col(VisitVersionRow.author_id))
            .where(col(VisitVersionRow.visit_id) == visit_id, col(VisitVersionRow.undone_at).is_(None))
            .order_by(col(VisitVersionRow.id))
            .execution_options(populate_existing=True)
        )
        return [_version(row, name) for row, name in await self._session.execute(query)]

    async def together(self, version_id: VersionId, author: UserId) -> list[VisitVersion]:
        """A version, with the others that came from the same draft, the last one first.

        Raises `not_found` for those of others; versions that were taken back are left out.
        """
        first = await self._session.get(VisitVersionRow, version_id)
        if first is None or first.author_id != author:
            raise DomainError("not_found")
        query = (
            select(VisitVersionRow)
            .where(
                col(VisitVersionRow.author_id) == author,
                col(VisitVersionRow.at) == first.at,
                col(VisitVersionRow.undone_at).is_(None),
            )
            .order_by(col(VisitVersionRow.id).desc())
        )
        draft = (first.before or {}).get("draft")
        return [
            _version(row, "")
            for row in await self._session.scalars(query)
            if row.id == version_id or (draft is not None and (row.before or {}).get("draft") == draft)
        ]

    async def take_back(self, version: VisitVersion, now: datetime) -> None:
        """Make all rows what they were before a version. Raises `undo_overtaken` if a later one exists."""
        later = select(func.count()).where(
            col(VisitVersionRow.visit_id) == version.visit_id,
            col(VisitVersionRow.id) > version.id,
            col(VisitVersionRow.undone_at).is_(None),
        )
        if (await self._session.execute(later)).scalar_one():
            raise DomainError("undo_overtaken")
        self._session.expire_all()
        await self.forget_added(version)
        for kind, name in _RESTORED:
            await self._restore(kind, version.before[name])
        if not version.before["visit"]:
            await self._session.execute(
                delete(VisitAttachmentRow).where(col(VisitAttachmentRow.visit_id) == version.visit_id)
            )
            await self._session.execute(delete(VisitRow).where(col(VisitRow.id) == version.visit_id))
        await self._session.execute(
            update(VisitVersionRow).where(col(VisitVersionRow.id) == version.id).values(undone_at=now)
        )

    # Attachments

    async def attach(self, visit_id: VisitId, attachment: Attachment, author: UserId, now: datetime) -> None:
        """Keep a picture or voice note with a visit, once."""
        known = select(func.count()).where(
            col(VisitAttachmentRow.visit_id) == visit_id,
            col(VisitAttachmentRow.file_id) == attachment.file_id,
        )
        if not (await self._session.execute(known)).scalar_one():
            self._session.add(
                VisitAttachmentRow(
                    visit_id=visit_id,
                    kind=attachment.kind,
                    file_id=attachment.file_id,
                    caption=attachment.caption,
                    author_id=author,
                    created_at=now,
                )
            )
            await self._session.flush()

    async def attachments(self, visit_id: VisitId) -> list[Attachment]:
        """What is kept with a visit."""
        query = (
            select(VisitAttachmentRow)
            .where(col(VisitAttachmentRow.visit_id) == visit_id)
            .order_by(col(VisitAttachmentRow.id))
        )
        return [
            Attachment(kind=row.kind, file_id=row.file_id, caption=row.caption)
            for row in await self._session.scalars(query)
        ]

    async def _one(self, query: Select[Any, Any, Any, Any, Any]) -> LoggedVisit:
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise DomainError("not_found")
        return _logged(*found)

    async def _images(self, kind: type[Row], visit: tuple[CustomerId, UserId, date]) -> dict[str, Image]:
        """The images of the rows of a kind about one customer, rep and day, by id."""
        table = table_of(kind)
        found = await self._session.execute(select(table).where(_of(kind, visit)))
        return {str(row["id"]): image_of(dict(row)) for row in found.mappings()}

    async def _restore(self, kind: type[Row], images: Mapping[str, Image]) -> None:
        table = table_of(kind)
        for number, image in images.items():
            values = values_of(table, image)
            statement = update(table).where(table.c.id == int(number)).values(**values)
            if not await rows_changed(self._session, statement):
                await self._session.execute(insert(table).values(id=int(number), **values))


_ADDED: Mapping[str, type[Row]] = {"assessment": AssessmentRow, "decision": TierDecisionRow}
_RESTORED: Sequence[tuple[type[Row], str]] = (
    (VisitRow, "visit"),
    (SuggestionRow, "suggestion"),
    (AppointmentRow, "appointment"),
)


def _of(kind: type[Row], visit: tuple[CustomerId, UserId, date]) -> Any:
    """The condition for the rows about one customer, rep and day."""
    customer_id, rep_id, on = visit
    table = table_of(kind)
    return and_(table.c.customer_id == customer_id, table.c.rep_id == rep_id, table.c.on == on)


def _visits() -> Select[VisitRow, str, str, str | None, str | None]:
    return (
        select(
            VisitRow,
            col(CustomerRow.name),
            col(CustomerRow.city),
            col(InstitutionRow.name),
            col(InstitutionRow.city),
        )
        .join(CustomerRow, col(CustomerRow.id) == col(VisitRow.customer_id))
        .outerjoin(InstitutionRow, col(InstitutionRow.id) == col(CustomerRow.institution_id))
        .execution_options(populate_existing=True)
    )


def _logged(row: VisitRow, name: str, own_city: str, hospital: str | None, city: str | None) -> LoggedVisit:
    return LoggedVisit(
        id=VisitId(row.id),
        customer_id=CustomerId(row.customer_id),
        customer_name=name,
        place=hospital or city or own_city,
        rep_id=maybe_user(row.rep_id),
        on=row.on,
        told=_told(row.model_dump()),
        is_late=row.is_late,
        step_done_on=row.step_done_on,
    )


def _told(columns: Mapping[str, Any]) -> Told:
    """What is said of a visit, from its columns."""
    said = columns["reason"] or columns["outcome"] or Outcome.MET.value
    return Told(
        result=Result(said),
        channel=Channel(columns["channel"]),
        topics=tuple(columns["topics"] or ()),
        barrier=Barrier(columns["barrier"]) if columns["barrier"] else None,
        support=Support(columns["support"]) if columns["support"] else None,
        promise=columns["next_step"],
        next_on=columns["next_on"],
        joined=tuple(UserId(one) for one in columns["joined"] or ()),
        note=columns["note"],
    )


def _columns(told: Told) -> dict[str, Any]:
    """The columns that hold what is said of a visit."""
    took_place = told.result.state is VisitState.DONE
    return {
        "outcome": told.result.outcome.value,
        "reason": "" if took_place else told.result.value,
        "channel": told.channel.value,
        "topics": list(told.topics) or None,
        "barrier": told.barrier.value if told.barrier else None,
        "support": told.support.value if told.support else None,
        "next_step": told.promise,
        "next_on": told.next_on,
        "joined": list(told.joined) or None,
        "note": told.note,
    }


def _version(row: VisitVersionRow, author: str) -> VisitVersion:
    before = row.before or {}
    images: Mapping[str, Image] = before.get("visit", {})
    visit = next(iter(images.values()), None)
    told = None if visit is None else _told(values_of(table_of(VisitRow), visit))
    return VisitVersion(
        id=VersionId(row.id),
        visit_id=VisitId(row.visit_id),
        at=row.at,
        author_id=UserId(row.author_id),
        author=author,
        told=told,
        before=before,
        added=before.get("added", {}),
    )
