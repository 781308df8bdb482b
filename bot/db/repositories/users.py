"""People."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.mappers import to_user
from bot.db.statements import rows_changed
from bot.db.tables import UserRow
from bot.db.values import Contact
from domain.errors import DomainError
from domain.ids import UserId
from domain.importing.keys import normal_name
from domain.people.model import Role, User


class Users:
    """The people of one company."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: UserId) -> User | None:
        row = await self._session.get(UserRow, user_id)
        return to_user(row) if row else None

    async def by_telegram(self, telegram_id: int) -> User | None:
        query = select(UserRow).where(col(UserRow.telegram_id) == telegram_id)
        row = (await self._session.scalars(query)).one_or_none()
        return to_user(row) if row else None

    async def contact(self, user_id: UserId) -> Contact | None:
        """A person, and how they are reached."""
        row = await self._session.get(UserRow, user_id)
        return _contact(row) if row else None

    async def contact_by_telegram(self, telegram_id: int) -> Contact | None:
        query = select(UserRow).where(col(UserRow.telegram_id) == telegram_id)
        row = (await self._session.scalars(query)).one_or_none()
        return _contact(row) if row else None

    async def by_name(self, name: str) -> User | None:
        """The person of that name, however it is spaced or cased.

        Raises `ambiguous_name` when several people bear it.
        """
        found = [user for user in await self.all() if normal_name(user.name) == normal_name(name)]
        if len(found) > 1:
            raise DomainError("ambiguous_name", name=name)
        return found[0] if found else None

    async def all(self) -> list[User]:
        rows = await self._session.scalars(select(UserRow).order_by(col(UserRow.id)))
        return [to_user(row) for row in rows]

    async def team(self, manager_id: UserId) -> list[User]:
        query = select(UserRow).where(col(UserRow.manager_id) == manager_id).order_by(col(UserRow.id))
        return [to_user(row) for row in await self._session.scalars(query)]

    async def add(self, role: Role, name: str, manager_id: UserId | None, now: datetime) -> User:
        row = UserRow(role=role.value, name=name, manager_id=manager_id, created_at=now)
        self._session.add(row)
        await self._session.flush()
        return to_user(row)

    async def bind(self, user_id: UserId, telegram_id: int, now: datetime) -> None:
        """Join a person to their Telegram account, once and for good.

        Raises `already_joined` when the person has an account, and `account_in_use` when the
        account is another person's.
        """
        holder = await self.by_telegram(telegram_id)
        if holder and holder.id != user_id:
            raise DomainError("account_in_use")
        statement = (
            update(UserRow)
            .where(col(UserRow.id) == user_id, col(UserRow.telegram_id).is_(None))
            .values(telegram_id=telegram_id, joined_at=now)
        )
        try:
            async with self._session.begin_nested():
                joined = await rows_changed(self._session, statement)
        except IntegrityError:
            raise DomainError("account_in_use") from None
        if not joined:
            raise DomainError("already_joined")

    async def set_locale(self, user_id: UserId, locale: str | None) -> None:
        await self._set(user_id, locale=locale)

    async def set_time_zone(self, user_id: UserId, time_zone: str | None) -> None:
        await self._set(user_id, time_zone=time_zone)

    async def set_active(self, user_id: UserId, *, is_active: bool) -> None:
        await self._set(user_id, is_active=is_active)

    async def set_manager(self, user_id: UserId, manager_id: UserId | None) -> None:
        await self._set(user_id, manager_id=manager_id)

    async def rename(self, user_id: UserId, name: str) -> None:
        await self._set(user_id, name=name)

    async def heard(self, user_id: UserId, language: str | None) -> None:
        """They wrote or tapped, so they can be reached, in the language that their Telegram speaks now."""
        await self._set(user_id, language=language, blocked_at=None)

    async def set_blocked(self, user_id: UserId, at: datetime | None) -> None:
        """They have stopped the bot at that moment; None: they let it speak again."""
        await self._set(user_id, blocked_at=at)

    async def _set(self, user_id: UserId, **values: Any) -> None:
        statement = update(UserRow).where(col(UserRow.id) == user_id).values(**values)
        if not await rows_changed(self._session, statement):
            raise DomainError("not_found")


def _contact(row: UserRow) -> Contact:
    return Contact(to_user(row), row.language, row.blocked_at)
