"""Buttons answered by `bot.handlers.timelog`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button


@button("tl1")
@dataclass(frozen=True, slots=True)
class ShowTime(Callback):
    """Where one's own time goes; for managers that of the team as a whole."""


@button("tld1")
@dataclass(frozen=True, slots=True)
class ShowTimeDay(Callback):
    """What was told of a day."""

    on: date


@button("tlw1")
@dataclass(frozen=True, slots=True)
class ShowTimeWeek(Callback):
    """What was told of the week from `monday` on."""

    monday: date


@button("tlt1")
@dataclass(frozen=True, slots=True)
class TellDay(Callback):
    """How a day was used, in minutes; nothing at all forgets it."""

    on: date
    selling: int
    travelling: int
    organising: int
    personal: int


@button("tlv1")
@dataclass(frozen=True, slots=True)
class TellWeek(Callback):
    """How a week was used as a whole, in minutes."""

    monday: date
    selling: int
    travelling: int
    organising: int
    personal: int


@button("tlh1")
@dataclass(frozen=True, slots=True)
class ShowHabits(Callback):
    """Eight habits of using time well, with one's own figures."""
