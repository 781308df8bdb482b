"""What people say for or against a tier: a rep's question, the manager's answer, one sentence each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import DomainError
from domain.ids import CustomerId, QuestionId, UserId
from domain.importing.values import clean, holds_id_number
from domain.tiering.model import Cell, Support, Tier

LONGEST_SENTENCE = 300  # characters


class Doubt(StrEnum):
    """What a rep finds not right about a customer's place."""

    POTENTIAL = "potential"
    SUPPORT = "support"
    NO_SEE = "no_see"  # sees no representatives

    @property
    def is_about_cell(self) -> bool:
        """Whether another cell would answer it."""
        return self in {Doubt.POTENTIAL, Doubt.SUPPORT}


class QuestionState(StrEnum):
    """What became of a question."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A rep questions the place of a customer; `evidence` and `answer` are sentences."""

    id: QuestionId
    customer_id: CustomerId
    customer_name: str
    rep_id: UserId
    doubt: Doubt
    evidence: str
    asked_at: datetime
    state: QuestionState
    answer: str
    answered_by: UserId | None
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state is QuestionState.OPEN


def candidates(doubt: Doubt, cell: Cell | None) -> tuple[Cell, ...]:
    """The cells that would answer a doubt: the other letters, or the other digits, or all if unrated."""
    if not doubt.is_about_cell:
        return ()
    if cell is None:
        return tuple(Cell)
    if doubt is Doubt.POTENTIAL:
        return tuple(Cell.of(tier, cell.support) for tier in Tier if tier is not cell.tier)
    return tuple(Cell.of(cell.tier, support) for support in Support if support is not cell.support)


def sentence(said: str, longest: int = LONGEST_SENTENCE) -> str:
    """The sentence on one line, without hidden characters.

    DomainError: "sentence_empty" without a letter or digit, "sentence_too_long", "sentence_personal"
    when it holds an ID number.
    """
    text = clean(said)
    if not any(char.isalnum() for char in text):
        raise DomainError("sentence_empty")
    if len(text) > longest:
        raise DomainError("sentence_too_long", limit=longest, length=len(text))
    if holds_id_number(text):
        raise DomainError("sentence_personal")
    return text
