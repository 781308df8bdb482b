"""What customers say of our information and service: 0 to 10 and a sentence, one by one and together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import sqrt
from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated
from domain.ids import CustomerId, FeedbackId, UserId

SCORES = range(11)
LONGEST_FEEDBACK = 300  # characters


class FeedbackParams(Dated):
    """From how many answers on a net promoter score is told."""

    smallest: Annotated[int, Field(ge=10, le=1000)]


class Group(StrEnum):
    """Who recommends, who does not, and who is in between."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"

    @classmethod
    def of(cls, score: int) -> "Group":
        """Promoters say 9 or 10, detractors 0 to 6 (Reichheld, Harvard Business Review 12/2003)."""
        if score >= 9:
            return cls.PROMOTER
        return cls.PASSIVE if score >= 7 else cls.DETRACTOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a customer said on a day, as `author` wrote it down."""

    id: FeedbackId
    customer: CustomerId
    score: int
    on: date
    at: datetime
    author: UserId
    text: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """How many said what, and the net promoter score.

    `score` is -100 to 100 and `error` its standard error in points; both None while too few have answered.
    """

    promoters: int
    passives: int
    detractors: int
    score: float | None = None
    error: float | None = None

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def chance(self) -> float:
        """The greatest standard error, in points, that so many answers can have: 100 / sqrt(n)."""
        return 100 / sqrt(self.answers)


def balance(scores: Iterable[int], smallest: int) -> Balance:
    """The answers in groups, with the net promoter score when there are at least `smallest`.

    NPS = 100 (p - d) and SE = 100 sqrt((p + d - (p - d)^2) / n) for shares p of promoters and d of detractors
    among n answers: the variance of a variable that is 1, 0 or -1 (Cybaea, NPS confidence intervals, 2015).
    """
    counted = Counter(map(Group.of, scores))
    n = counted.total()
    found = Balance(counted[Group.PROMOTER], counted[Group.PASSIVE], counted[Group.DETRACTOR])
    if n < smallest:
        return found
    p, d = found.promoters / n, found.detractors / n
    return Balance(
        found.promoters,
        found.passives,
        found.detractors,
        score=100 * (p - d),
        error=100 * sqrt((p + d - (p - d) ** 2) / n),
    )
