"""Long polling that outlives whatever Telegram or the network does.

The library's Updater gives up for good at the first 401, which Telegram also
answers now and then by mistake; this loop waits and asks again, and says so.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import Application

log = structlog.get_logger()

T = TypeVar("T")
POLL_SECONDS = 25
ALLOWED = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.POLL_ANSWER]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait after failures, in seconds: doubling from `first` up to `longest`."""

    first: float = 1.0
    longest: float = 30.0

    def pause(self, error: TelegramError, failures: int) -> float:
        """The wait after the `failures`-th failure in a row (1, 2, ...)."""
        if isinstance(error, RetryAfter):
            return cast("timedelta", error.retry_after).total_seconds() + self.first / 2
        doublings = min(failures - 1, 30)  # a night without a network must not overflow
        return min(self.longest, self.first * 2.0**doublings)


def plainly(error: TelegramError) -> str:
    """What happened, for the person who reads the log."""
    if isinstance(error, InvalidToken):
        return "Telegram does not accept the token: check NINEBOX_TELEGRAM_TOKEN"
    if isinstance(error, Conflict):
        return "another copy of this bot is running with the same token: stop one of them"
    if isinstance(error, RetryAfter):
        return "Telegram asks for fewer requests"
    if isinstance(error, TimedOut):
        return "Telegram did not answer in time"
    return f"Telegram cannot be reached or has trouble ({error.message})"


async def insist(action: Callable[[], Awaitable[T]], patience: Patience) -> T:
    """Do something at Telegram however often it takes, with a log line for every wait."""
    failures = 0
    while True:
        try:
            return await action()
        except TelegramError as error:
            failures += 1
            pause = patience.pause(error, failures)
            log.warning(plainly(error), again_in_seconds=round(pause, 1))
            await asyncio.sleep(pause)


class Poller:
    """Fetches updates into the application's queue until it is cancelled."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any], patience: Patience) -> None:
        self._application = application
        self._patience = patience
        self._offset = 0

    async def run(self) -> None:
        """Poll for ever."""
        while True:
            for update in await insist(self._fetch, self._patience):
                await self._application.update_queue.put(update)
                self._offset = update.update_id + 1

    async def confirm(self) -> None:
        """Tell Telegram what has arrived, so that it does not come again after a restart."""
        if self._offset:
            with contextlib.suppress(TelegramError):
                await self._application.bot.get_updates(offset=self._offset, limit=1, timeout=0)

    async def _fetch(self) -> tuple[Update, ...]:
        bot: Bot = self._application.bot
        return await bot.get_updates(offset=self._offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED)
