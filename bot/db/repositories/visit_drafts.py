"""Visits that were told and wait for their confirmation."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import rows_changed
from bot.db.tables import VisitDraftRow
from bot.db.values import Attachment, Named, VisitDraft
from domain.errors import DomainError
from domain.ids import CustomerId, DraftId, InstitutionId, UserId
from domain.tiering.model import Support
from domain.visits.log import Told
from domain.visits.model import Barrier, Channel
from domain.visits.states import Result

OPEN, STORED, DROPPED = "open", "stored", "dropped"


class VisitDrafts:
    """Each belongs to one person and is open until it is stored or dropped."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, draft: VisitDraft, now: datetime) -> DraftId:
        """Keep a new draft; its id."""
        row = VisitDraftRow(user_id=draft.user_id, created_at=now, fields=_image(draft), state=OPEN)
        self._session.add(row)
        await self._session.flush()
        return DraftId(row.id)

    async def get(self, draft_id: DraftId, user_id: UserId) -> VisitDraft:
        """An open draft of a person. Raises `visit_draft_closed` when it is not open any more."""
        query = (
            select(VisitDraftRow)
            .where(
                col(VisitDraftRow.id) == draft_id,
                col(VisitDraftRow.user_id) == user_id,
                col(VisitDraftRow.state) == OPEN,
            )
            .execution_options(populate_existing=True)
        )
        row = (await self._session.scalars(query)).one_or_none()
        if row is None:
            raise DomainError("visit_draft_closed")
        return _draft(row)

    async def write(self, draft: VisitDraft) -> None:
        """Write what an open draft says."""
        await self._session.execute(
            update(VisitDraftRow)
            .where(col(VisitDraftRow.id) == draft.id, col(VisitDraftRow.state) == OPEN)
            .values(fields=_image(draft))
        )

    async def close(self, draft_id: DraftId, user_id: UserId, *, stored: bool) -> None:
        """End a draft. Raises `visit_draft_closed` when it has ended already."""
        statement = (
            update(VisitDraftRow)
            .where(
                col(VisitDraftRow.id) == draft_id,
                col(VisitDraftRow.user_id) == user_id,
                col(VisitDraftRow.state) == OPEN,
            )
            .values(state=STORED if stored else DROPPED)
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("visit_draft_closed")


def _image(draft: VisitDraft) -> dict[str, Any]:
    told = asdict(draft.told)
    return {
        "names": [[one.said, list(one.candidates)] for one in draft.names],
        "customers": list(draft.customers),
        "institution": draft.institution_id,
        "on": _iso(draft.on),
        "days": [_iso(day) for day in draft.days],
        "next_days": [_iso(day) for day in draft.next_days],
        "attachment": asdict(draft.attachment) if draft.attachment else None,
        "told": {**told, "next_on": _iso(draft.told.next_on)},
    }


def _draft(row: VisitDraftRow) -> VisitDraft:
    image = row.fields
    attachment, told, institution = image["attachment"], image["told"], image["institution"]
    return VisitDraft(
        id=DraftId(row.id),
        user_id=UserId(row.user_id),
        names=tuple(Named(said, tuple(map(CustomerId, found))) for said, found in image["names"]),
        customers=tuple(map(CustomerId, image["customers"])),
        institution_id=None if institution is None else InstitutionId(institution),
        on=_day(image["on"]),
        days=tuple(date.fromisoformat(day) for day in image["days"]),
        next_days=tuple(date.fromisoformat(day) for day in image["next_days"]),
        attachment=Attachment(**attachment) if attachment else None,
        told=Told(
            result=Result(told["result"]),
            channel=Channel(told["channel"]),
            topics=tuple(told["topics"]),
            barrier=Barrier(told["barrier"]) if told["barrier"] else None,
            support=Support(told["support"]) if told["support"] else None,
            promise=told["promise"],
            next_on=_day(told["next_on"]),
            joined=tuple(map(UserId, told["joined"])),
            note=told["note"],
        ),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
