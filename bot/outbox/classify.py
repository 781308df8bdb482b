"""What an error of Telegram's means for the message that was being sent."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import cast

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

PAUSE = 60.0  # seconds, when it is the bot that Telegram does not want to hear, not the message


class Fate(Enum):
    """What became of a message that was not confirmed."""

    NOT_SENT = auto()  # it has certainly not arrived, and may be sent again
    UNCLEAR = auto()  # it may have arrived
    UNREACHABLE = auto()  # there is nobody at the other end
    REFUSED = auto()  # Telegram will never take it


@dataclass(frozen=True, slots=True)
class Outcome:
    """A failure's meaning. `wait`: seconds until another try; None = as the sender thinks fit.

    `holds_all`: the same awaits every other message. `why`: a word for the record.
    """

    fate: Fate
    why: str
    wait: float | None = None
    holds_all: bool = False


# Errors of a request that never left: no connection was made, or none was free.
_NEVER_LEFT = (httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ConnectError, httpx.UnsupportedProtocol)


def classify(error: TelegramError) -> Outcome:
    """The meaning of any error that the library raises for a request."""
    match error:
        case RetryAfter():
            wait = cast("timedelta", error.retry_after).total_seconds()
            return Outcome(Fate.NOT_SENT, "flood", wait=wait, holds_all=True)
        case Forbidden():
            return Outcome(Fate.UNREACHABLE, error.message)
        case ChatMigrated():  # groups do; nobody here is one
            return Outcome(Fate.REFUSED, f"migrated to {error.new_chat_id}")
        case InvalidToken():
            return Outcome(Fate.NOT_SENT, "invalid_token", wait=PAUSE, holds_all=True)
        case Conflict():
            return Outcome(Fate.NOT_SENT, "conflict", wait=PAUSE)
        case BadRequest():
            is_gone = "chat not found" in error.message.lower()
            return Outcome(Fate.UNREACHABLE if is_gone else Fate.REFUSED, error.message)
    return _of_the_way(error)


def _of_the_way(error: TelegramError) -> Outcome:
    """Connections that were never made are the only ones of which it is certain that nothing arrived.

    Answers of 5xx leave that open; so does what nobody has thought of.
    """
    if isinstance(error.__cause__, _NEVER_LEFT):
        return Outcome(Fate.NOT_SENT, "no_connection")
    if isinstance(error, TimedOut):
        return Outcome(Fate.UNCLEAR, "timed_out")
    if isinstance(error.__cause__, httpx.HTTPError):
        return Outcome(Fate.UNCLEAR, "connection_lost")
    return Outcome(Fate.UNCLEAR, error.message)
