"""What somebody's next message will be taken for."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.tables import AwaitedWordsRow
from bot.db.values import AwaitedWords, Purpose
from domain.ids import UserId


class Awaited:
    """One thing per person; a new one takes the place of the old."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: UserId) -> AwaitedWords | None:
        query = select(AwaitedWordsRow).where(col(AwaitedWordsRow.user_id) == user_id)
        row = (await self._session.scalars(query)).one_or_none()
        return AwaitedWords(Purpose(row.purpose), row.subject_id, row.choice, row.asked_at) if row else None

    async def set(self, user_id: UserId, words: AwaitedWords) -> None:
        await self.forget(user_id)
        self._session.add(
            AwaitedWordsRow(
                user_id=user_id,
                purpose=words.purpose.value,
                subject_id=words.subject,
                choice=words.choice,
                asked_at=words.asked_at,
            )
        )
        await self._session.flush()

    async def forget(self, user_id: UserId) -> None:
        await self._session.execute(delete(AwaitedWordsRow).where(col(AwaitedWordsRow.user_id) == user_id))
