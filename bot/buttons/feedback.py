"""Buttons answered by `bot.handlers.feedback`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button


@button("fs1")
@dataclass(frozen=True, slots=True)
class ShowFeedback(Callback):
    """What a customer has said of us."""

    customer: int
    page: int = 0


@button("fa1")
@dataclass(frozen=True, slots=True)
class AskFeedback(Callback):
    """The numbers from 0 to 10."""

    customer: int


@button("fg1")
@dataclass(frozen=True, slots=True)
class GiveFeedback(Callback):
    """Keep a number on the customer's behalf."""

    customer: int
    score: int


@button("fu1")
@dataclass(frozen=True, slots=True)
class UndoFeedback(Callback):
    """Take an entry out again."""

    feedback: int


@button("fl1")
@dataclass(frozen=True, slots=True)
class ShowFeedbackFigures(Callback):
    """What the customers of one's list say together."""

    page: int = 0
