"""Obeying Telegram's flood control, chat by chat.

The library's own AIORateLimiter holds back every chat of the process when one
of them is told to wait; a rep's tap must not wait for somebody else's burst.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from typing import Any, cast

import structlog
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.outbox.pace import Pace, unasked_check

Answer = bool | dict[str, Any] | list[dict[str, Any]]

log = structlog.get_logger()

TRIES = 3
LONGEST_WAIT = 60.0  # seconds; a person has gone by then, and the caller says so in the log
_MESSAGES = ("send", "editmessage")  # how the methods begin that count as messages
_NO_MESSAGE = "sendchataction"


class PatientLimiter(BaseRateLimiter[int]):
    """Waits as long as Telegram asks, for this request alone, and tries again.

    What is said unasked goes at its own pace and is not tried again here: the outbox keeps it.
    """

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,  # noqa: ARG002 - the library's signature
    ) -> Answer:
        tries = TRIES if unasked_check() is None else 1
        for attempt in range(1, tries + 1):
            try:
                async with self._turn(endpoint, data):
                    return await callback(*args, **kwargs)
            except RetryAfter as error:
                wait = cast("timedelta", error.retry_after).total_seconds()
                if attempt == tries or wait > LONGEST_WAIT:
                    raise
                log.info("telegram asks to wait", endpoint=endpoint, seconds=wait)
                await asyncio.sleep(wait + 0.1)
        raise AssertionError("the last attempt returns or raises")

    @contextlib.asynccontextmanager
    async def _turn(self, endpoint: str, data: dict[str, Any]) -> AsyncIterator[None]:
        """In the block it is this request's turn."""
        method, chat_id = endpoint.lower(), data.get("chat_id")
        if not isinstance(chat_id, int) or method == _NO_MESSAGE or not method.startswith(_MESSAGES):
            yield
        elif (check := unasked_check()) is None:
            async with self.pace.answer(chat_id):
                yield
        else:
            async with self.pace.say(chat_id):
                check()
                yield

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to release."""
