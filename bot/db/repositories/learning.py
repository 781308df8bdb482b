"""What people remember, what they were asked, and the paths they have finished."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.statements import rows_changed
from bot.db.tables import (
    CertificateRow,
    QuizPollRow,
    ReviewCardRow,
    ReviewRow,
    ScenarioAnswerRow,
    ScenarioSessionRow,
    ScenarioTextRow,
)
from domain.coaching.memory import Card, ItemKey, ItemKind
from domain.coaching.scenario import BEST, Skill
from domain.coaching.statistics import Question, Response
from domain.ids import UserId


@dataclass(frozen=True, slots=True)
class AskedFact:
    """A fact as a person was asked it: `order` are its options as shown, `key` is the right one.

    Options are counted as in the file, from 0.
    """

    fact_id: str
    version: int
    order: tuple[int, ...]
    key: int


class Learning:
    """Cards, the answers behind them, quiz polls and certificates."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def cards(self, user_ids: Collection[UserId]) -> dict[UserId, list[Card]]:
        """What each of these people remembers, the earliest seen first."""
        found: dict[UserId, list[Card]] = {user_id: [] for user_id in user_ids}
        query = select(ReviewCardRow).where(col(ReviewCardRow.user_id).in_(user_ids))
        for row in await self._session.scalars(query.order_by(col(ReviewCardRow.id))):
            found[UserId(row.user_id)].append(_to_card(row))
        return found

    async def keep(self, user_id: UserId, card: Card, predicted: float | None, now: datetime) -> None:
        """Store an answer and what is remembered after it; `predicted` is the recall that was expected."""
        values: dict[str, Any] = {
            "stability": card.stability,
            "difficulty": card.difficulty,
            "days": card.interval,
            "last": card.last,
            "score": card.score,
            "reviews": card.reviews,
            "lapses": card.lapses,
        }
        statement = (
            update(ReviewCardRow)
            .where(
                col(ReviewCardRow.user_id) == user_id,
                col(ReviewCardRow.kind) == card.item.kind.value,
                col(ReviewCardRow.item_id) == card.item.id,
            )
            .values(**values)
        )
        which: dict[str, Any] = {"user_id": user_id, "kind": card.item.kind.value, "item_id": card.item.id}
        if not await rows_changed(self._session, statement):
            self._session.add(ReviewCardRow(**which, **values))
        self._session.add(ReviewRow(**which, on=card.last, at=now, score=card.score, predicted=predicted))
        await self._session.flush()

    async def days(self, user_id: UserId, since: date) -> dict[date, set[ItemKey]]:
        """What a person has answered since a day, by the day."""
        query = select(col(ReviewRow.on), col(ReviewRow.kind), col(ReviewRow.item_id)).where(
            col(ReviewRow.user_id) == user_id, col(ReviewRow.on) >= since
        )
        found: dict[date, set[ItemKey]] = {}
        for on, kind, item_id in await self._session.execute(query):
            found.setdefault(on, set()).add(ItemKey(ItemKind(kind), item_id))
        return found

    async def asked(
        self, user_id: UserId, fact: AskedFact, poll_id: str, message_id: int, now: datetime
    ) -> None:
        """Remember which fact a poll asks."""
        self._session.add(
            QuizPollRow(
                poll_id=poll_id,
                user_id=user_id,
                message_id=message_id,
                fact_id=fact.fact_id,
                version=fact.version,
                order=list(fact.order),
                key=fact.key,
                sent_at=now,
            )
        )
        await self._session.flush()

    async def answer(
        self, user_id: UserId, poll_id: str, place: int, now: datetime
    ) -> tuple[AskedFact, int] | None:
        """Take the option at this place, as shown, for the answer to a poll: the fact and the option.

        None for polls of others, unknown ones, and those that are answered.
        """
        query = select(QuizPollRow).where(
            col(QuizPollRow.poll_id) == poll_id,
            col(QuizPollRow.user_id) == user_id,
            col(QuizPollRow.choice).is_(None),
        )
        row = (await self._session.scalars(query)).one_or_none()
        if row is None or not 0 <= place < len(row.order):
            return None
        row.choice, row.answered_at = row.order[place], now
        await self._session.flush()
        return AskedFact(row.fact_id, row.version, tuple(row.order), row.key), row.order[place]

    async def answers(self, since: datetime) -> list[tuple[Response, int]]:
        """Answers to facts and options taken in scenarios since a moment, each with the item's version."""
        facts = (
            select(
                col(QuizPollRow.user_id),
                col(QuizPollRow.fact_id),
                col(QuizPollRow.choice),
                col(QuizPollRow.key),
                col(QuizPollRow.version),
            )
            .where(col(QuizPollRow.choice).is_not(None), col(QuizPollRow.answered_at) >= since)
            .order_by(col(QuizPollRow.id))
        )
        steps = (
            select(
                col(ScenarioSessionRow.user_id),
                col(ScenarioTextRow.scenario_id),
                col(ScenarioAnswerRow.node),
                col(ScenarioAnswerRow.option),
                col(ScenarioAnswerRow.points),
                col(ScenarioTextRow.version),
            )
            .join(ScenarioSessionRow, col(ScenarioSessionRow.id) == col(ScenarioAnswerRow.session_id))
            .join(ScenarioTextRow, col(ScenarioTextRow.id) == col(ScenarioSessionRow.text_id))
            .where(
                col(ScenarioSessionRow.is_preview).is_(False),
                col(ScenarioAnswerRow.option).is_not(None),
                col(ScenarioAnswerRow.answered_at) >= since,
            )
            .order_by(col(ScenarioAnswerRow.id))
        )
        found = []
        for user_id, fact_id, choice, key, version in await self._session.execute(facts):
            question = Question(ItemKey(ItemKind.FACT, fact_id))
            found.append((Response(UserId(user_id), question, str(choice), choice == key), version))
        for user_id, scenario_id, node, option, points, version in await self._session.execute(steps):
            question = Question(ItemKey(ItemKind.SCENARIO, scenario_id), node)
            found.append((Response(UserId(user_id), question, str(option), points >= BEST), version))
        return found

    async def certificates(self, user_id: UserId) -> dict[Skill, date]:
        """The paths that a person has finished, and when."""
        query = select(CertificateRow).where(col(CertificateRow.user_id) == user_id)
        rows = await self._session.scalars(query.order_by(col(CertificateRow.id)))
        return {Skill(row.skill): row.on for row in rows}

    async def certify(self, user_id: UserId, skill: Skill, on: date) -> None:
        """A path is finished."""
        self._session.add(CertificateRow(user_id=user_id, skill=skill.value, on=on))
        await self._session.flush()


def _to_card(row: ReviewCardRow) -> Card:
    return Card(
        item=ItemKey(ItemKind(row.kind), row.item_id),
        stability=row.stability,
        difficulty=row.difficulty,
        interval=row.days,
        last=row.last,
        score=row.score,
        reviews=row.reviews,
        lapses=row.lapses,
    )
