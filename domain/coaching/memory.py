"""What a person remembers of an item, and when it is to be asked again.

The model is FSRS 6 with its published weights (https://github.com/open-spaced-repetition/py-fsrs): after t
days recall is (1 + f t / S) ** -d, where S, the stability, is the days until recall has fallen to 0.9. Only
this module knows the package. Time is counted in whole days.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

import fsrs

from domain.coaching.params import CoachingParams

_ONE_DAY = timedelta(days=1)


class ItemKind(StrEnum):
    """What is asked: a scenario that is played, or a fact."""

    SCENARIO = "scenario"
    FACT = "fact"


@dataclass(frozen=True, slots=True, order=True)
class ItemKey:
    """Which item: ids are the same in every language."""

    kind: ItemKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a person remembers of an item since the day `last`.

    `stability` is in days, `difficulty` 1 to 10, `interval` the days until it is asked again; `score`
    (0 to 1) is that of the latest answer, `lapses` how often it had been forgotten.
    """

    item: ItemKey
    stability: float
    difficulty: float
    interval: int
    last: date
    score: float
    reviews: int = 1
    lapses: int = 0

    def due(self, away: Collection[date] = ()) -> date:
        """The day on which it is asked again; each day of leave before it puts it off by one."""
        due = self.last + timedelta(days=self.interval)
        for day in sorted(away):
            if self.last < day <= due:
                due += _ONE_DAY
        return due

    def is_mastered(self, params: CoachingParams) -> bool:
        """Whether it would be remembered for weeks, which needs several answers at growing distances."""
        return self.stability >= params.mastered


def reviewed(card: Card | None, item: ItemKey, score: float, on: date, params: CoachingParams) -> Card:
    """The card after an answer of this score (0 to 1); None is the card of an item never seen."""
    rating = rating_of(item.kind, score, params)
    scheduler = _scheduler(params.retention, params.longest)
    after, _ = scheduler.review_card(_as_fsrs(card, on), rating, _midnight(on))
    if after.stability is None or after.difficulty is None:
        raise ValueError("a reviewed card has a stability and a difficulty")
    was_forgotten = card is not None and rating is fsrs.Rating.Again
    return Card(
        item=item,
        stability=after.stability,
        difficulty=after.difficulty,
        interval=(after.due - _midnight(on)).days,
        last=on,
        score=score,
        reviews=1 + (card.reviews if card else 0),
        lapses=(card.lapses if card else 0) + was_forgotten,
    )


def recall(card: Card, on: date) -> float:
    """The predicted probability, 0 to 1, that the item is remembered on a day. Leave does not keep memory."""
    return _scheduler().get_card_retrievability(_as_fsrs(card, on), _midnight(on))


def rating_of(kind: ItemKind, score: float, params: CoachingParams) -> fsrs.Rating:
    """What FSRS makes of a score. A fact is never easy: one in four guesses is right."""
    if score < params.hard:
        return fsrs.Rating.Again
    if score < params.good:
        return fsrs.Rating.Hard
    is_easy = kind is ItemKind.SCENARIO and score >= params.easy
    return fsrs.Rating.Easy if is_easy else fsrs.Rating.Good


@lru_cache(maxsize=8)
def _scheduler(retention: float = 0.9, longest: int = 365) -> fsrs.Scheduler:
    """Whole days only, and without chance: equal answers make equal plans."""
    return fsrs.Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=longest,
        enable_fuzzing=False,
    )


def _as_fsrs(card: Card | None, on: date) -> fsrs.Card:
    if card is None:  # id and due are given, because the package would read the clock for them
        return fsrs.Card(card_id=0, due=_midnight(on))
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=card.stability,
        difficulty=card.difficulty,
        due=_midnight(card.last) + timedelta(days=card.interval),
        last_review=_midnight(card.last),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
