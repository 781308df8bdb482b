"""Until when representatives are filed and trained."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import REPS
from bot.db.tables import QualificationRow
from domain.ids import UserId
from domain.people.qualifications import Dates, QualificationKind


class Qualifications:
    """What was said of people's filing and training; of each the last word counts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_user(self, user_id: UserId) -> Dates:
        """A person's dates, those that were never told left out."""
        return (await self.of_users([user_id])).get(user_id, {})

    async def of_users(self, users: Iterable[UserId]) -> Mapping[UserId, Dates]:
        """The same of several people."""
        return _dates(await self._session.scalars(_last_words(), {"reps": list(users)}))

    async def ending(self, first: date, last: date) -> Mapping[UserId, Dates]:
        """Who has something that ends from `first` to `last`; these dates alone."""
        newest = select(func.max(col(QualificationRow.id))).group_by(
            col(QualificationRow.user_id), col(QualificationRow.kind)
        )
        query = select(QualificationRow).where(col(QualificationRow.id).in_(newest))
        found = _dates(await self._session.scalars(query))
        ending = {
            user_id: {kind: until for kind, until in dates.items() if until and first <= until <= last}
            for user_id, dates in found.items()
        }
        return {user_id: dates for user_id, dates in ending.items() if dates}

    async def say(
        self,
        user_id: UserId,
        kind: QualificationKind,
        valid_until: date | None,
        author_id: UserId | None,
        now: datetime,
    ) -> None:
        """Keep until when something is valid; None: that is not known any more."""
        row = QualificationRow(
            user_id=user_id, kind=kind.value, valid_until=valid_until, author_id=author_id, said_at=now
        )
        self._session.add(row)
        await self._session.flush()


@cache
def _last_words() -> Select[QualificationRow]:
    last = (
        select(func.max(col(QualificationRow.id)))
        .where(col(QualificationRow.user_id).in_(REPS))
        .group_by(col(QualificationRow.user_id), col(QualificationRow.kind))
    )
    return select(QualificationRow).where(col(QualificationRow.id).in_(last))


def _dates(rows: Iterable[QualificationRow]) -> Mapping[UserId, Dates]:
    found: defaultdict[UserId, dict[QualificationKind, date | None]] = defaultdict(dict)
    for row in rows:
        found[UserId(row.user_id)][QualificationKind(row.kind)] = row.valid_until
    return found
