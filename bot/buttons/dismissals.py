"""Buttons answered by `bot.handlers.dismissals`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button
from domain.tiering.argument import Doubt
from domain.visits.dismissal import DismissReason


@button("ts1")
@dataclass(frozen=True, slots=True)
class ShowPutOff(Callback):
    """The customers whom the rep has put off."""

    page: int = 0


@button("l1")
@dataclass(frozen=True, slots=True)
class AskLater(Callback):
    """Until when to put a customer off."""

    customer: int
    page: int = 0


@button("lu1")
@dataclass(frozen=True, slots=True)
class PutOff(Callback):
    """Put a customer off until a day."""

    customer: int
    until: date
    page: int = 0


@button("lx1")
@dataclass(frozen=True, slots=True)
class TakeBack(Callback):
    """Put a customer back on the list."""

    customer: int


@button("no1")
@dataclass(frozen=True, slots=True)
class SayNo(Callback):
    """Why a customer is not to be visited."""

    customer: int
    page: int = 0


@button("no2")
@dataclass(frozen=True, slots=True)
class Dismiss(Callback):
    """Say no for a reason."""

    customer: int
    reason: DismissReason
    page: int = 0


@button("no3")
@dataclass(frozen=True, slots=True)
class Challenge(Callback):
    """Say no because the customer is no target, and say what is wrong."""

    customer: int
    doubt: Doubt
    page: int = 0


@button("no4")
@dataclass(frozen=True, slots=True)
class ShowProductIssues(Callback):
    """What reps said about products."""

    page: int = 0
