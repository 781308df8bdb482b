"""Words that may tell of a side effect and wait for the safety report."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import rows_changed
from bot.db.tables import HeldTextRow
from bot.db.values import Attachment, AwaitedWords, HeldState, HeldText, Purpose, Said
from domain.compliance.rules import Place
from domain.errors import DomainError
from domain.ids import HeldId, UserId

_ACKNOWLEDGED = (HeldState.REPORTED.value, HeldState.NO_EVENT.value)


class Held:
    """One person's held words. Another person's are not found; a closed row has no words any more."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        user_id: UserId,
        said: Said,
        fingerprint: str,
        rules: Sequence[str],
        *,
        now: datetime,
        due_at: datetime,
    ) -> HeldId:
        words, attachment = said.words, said.attachment
        row = HeldTextRow(
            user_id=user_id,
            text=said.text,
            fingerprint=fingerprint,
            place=said.place.value,
            rules=list(rules),
            purpose=words.purpose.value if words else "",
            subject_id=words.subject if words else 0,
            choice=words.choice if words else "",
            held_at=now,
            due_at=due_at,
            state=HeldState.OPEN.value,
            attachment=attachment.kind if attachment else "",
            file_id=attachment.file_id if attachment else "",
        )
        self._session.add(row)
        await self._session.flush()
        return HeldId(row.id)

    async def open(self, user_id: UserId) -> list[HeldText]:
        """What waits, the oldest first."""
        query = _open(user_id).order_by(col(HeldTextRow.id))
        return [_held(row) for row in await self._session.scalars(query)]

    async def get(self, held_id: HeldId, user_id: UserId) -> HeldText:
        """Something that waits. DomainError "not_found"."""
        query = _open(user_id).where(col(HeldTextRow.id) == held_id)
        row = (await self._session.scalars(query)).one_or_none()
        if row is None:
            raise DomainError("not_found")
        return _held(row)

    async def close(self, held_id: HeldId, user_id: UserId, state: HeldState, now: datetime) -> None:
        """End the wait, and forget the words. DomainError "not_found"."""
        statement = (
            update(HeldTextRow)
            .where(
                col(HeldTextRow.id) == held_id,
                col(HeldTextRow.user_id) == user_id,
                col(HeldTextRow.state) == HeldState.OPEN.value,
            )
            .values(state=state.value, closed_at=now, text="", file_id="")
        )
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")

    async def is_known(self, fingerprint: str, words: AwaitedWords) -> bool:
        """Whether the same words have been held for the same place before, whatever became of them."""
        query = select(col(HeldTextRow.id)).where(
            col(HeldTextRow.fingerprint) == fingerprint,
            col(HeldTextRow.purpose) == words.purpose.value,
            col(HeldTextRow.subject_id) == words.subject,
            col(HeldTextRow.choice) == words.choice,
        )
        return (await self._session.scalars(query)).first() is not None

    async def is_acknowledged(self, user_id: UserId, fingerprint: str, since: datetime) -> bool:
        """Whether the same words of this person have been acknowledged since then."""
        query = select(col(HeldTextRow.id)).where(
            col(HeldTextRow.user_id) == user_id,
            col(HeldTextRow.fingerprint) == fingerprint,
            col(HeldTextRow.state).in_(_ACKNOWLEDGED),
            col(HeldTextRow.closed_at) >= since,
        )
        return (await self._session.scalars(query)).first() is not None


def _open(user_id: UserId) -> Select[HeldTextRow]:
    return select(HeldTextRow).where(
        col(HeldTextRow.user_id) == user_id, col(HeldTextRow.state) == HeldState.OPEN.value
    )


def _held(row: HeldTextRow) -> HeldText:
    words = (
        AwaitedWords(Purpose(row.purpose), row.subject_id, row.choice, row.held_at) if row.purpose else None
    )
    return HeldText(
        id=HeldId(row.id),
        text=row.text,
        fingerprint=row.fingerprint,
        place=Place(row.place),
        rules=tuple(row.rules),
        words=words,
        attachment=Attachment(row.attachment, row.file_id, row.text) if row.attachment else None,
        held_at=row.held_at,
        due_at=row.due_at,
    )
