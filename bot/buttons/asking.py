"""Buttons answered by `bot.handlers.asking`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button
from domain.tiering.model import Cell


@button("z1")
@dataclass(frozen=True, slots=True)
class ShowSeen(Callback):
    """The visits that were logged from one day to another."""

    first: date
    last: date
    page: int = 0


@button("z2")
@dataclass(frozen=True, slots=True)
class ShowUnseen(Callback):
    """Who has not been met from one day to another: all, a letter ("A") or a cell ("A1")."""

    first: date
    last: date
    whom: str | None = None
    page: int = 0


@button("z3")
@dataclass(frozen=True, slots=True)
class ShowPromises(Callback):
    """What is promised and not done yet: all, or what is due from one day to another."""

    first: date | None = None
    last: date | None = None
    page: int = 0


@button("z4")
@dataclass(frozen=True, slots=True)
class ShowMoved(Callback):
    """Who has moved from one cell to another since the month began; None is any cell."""

    before: Cell | None = None
    after: Cell | None = None
    page: int = 0
