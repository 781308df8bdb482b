"""Invites."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_invite
from bot.db.statements import rows_changed
from bot.db.tables import InviteRow
from bot.db.values import Invite
from domain.ids import InviteId, UserId


class Invites:
    """One-time ways in, known by the hash of their token."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        user_id: UserId,
        token_hash: str,
        created_by: UserId | None,
        now: datetime,
        expires_at: datetime,
    ) -> Invite:
        row = InviteRow(
            token_hash=token_hash,
            user_id=user_id,
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
        )
        self._session.add(row)
        await self._session.flush()
        return to_invite(row)

    async def by_hash(self, token_hash: str) -> Invite | None:
        query = select(InviteRow).where(col(InviteRow.token_hash) == token_hash)
        row = (await self._session.scalars(query)).one_or_none()
        return to_invite(row) if row else None

    async def use(self, invite_id: InviteId, now: datetime) -> bool:
        """Take an invite that is still open; False when it is not, or somebody was quicker."""
        statement = update(InviteRow).where(col(InviteRow.id) == invite_id, _is_open(now)).values(used_at=now)
        return await rows_changed(self._session, statement) == 1

    async def revoke(self, user_id: UserId, now: datetime) -> int:
        """Close every open invite of a person; how many there were."""
        statement = (
            update(InviteRow).where(col(InviteRow.user_id) == user_id, _is_open(now)).values(revoked_at=now)
        )
        return await rows_changed(self._session, statement)

    async def open_for(self, user_id: UserId, now: datetime) -> list[Invite]:
        return await self._select(_is_open(now), col(InviteRow.user_id) == user_id)

    async def open(self, now: datetime) -> list[Invite]:
        return await self._select(_is_open(now))

    async def _select(self, *conditions: ColumnElement[bool]) -> list[Invite]:
        query = select(InviteRow).where(*conditions).order_by(col(InviteRow.id))
        return [to_invite(row) for row in await self._session.scalars(query)]


def _is_open(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(InviteRow.used_at).is_(None),
        col(InviteRow.revoked_at).is_(None),
        col(InviteRow.expires_at) > now,
    )
