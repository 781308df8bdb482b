"""What a kind of notice is, and what a person's settings make of one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.db.values import Owed
from bot.deps import Deps
from bot.screens import Screen
from bot.turn import Turn

Compose = Callable[[Turn, Owed], Awaitable[Screen | None]]
Due = Callable[[Deps, datetime], Awaitable[None]]


class Policy(Enum):
    """What to do when nobody can tell whether a message has arrived."""

    AT_MOST_ONCE = auto()  # leave it: twice would be worse than never
    AT_LEAST_ONCE = auto()  # send it again: never would be worse than twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A kind of notice.

    `compose` makes the screen when it is sent, from the figures of that moment and in the person's present
    language; None = there is nothing to say any more. It may be asked several times for one message.
    `late_after`: so long after it was due it is not worth sending. `sound`: it may make the phone sound.
    """

    code: str
    compose: Compose
    policy: Policy = Policy.AT_LEAST_ONCE
    late_after: timedelta
    sound: bool = False


@dataclass(frozen=True, slots=True)
class Send:
    """It goes out now."""

    sound: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """It goes out later."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Skip:
    """It is not said at all."""

    why: str  # a code


Ruling = Send | Wait | Skip
Judge = Callable[[Turn, Notice, Owed], Awaitable[Ruling]]
