"""Obeying Telegram's flood control, chat by chat.

The library's own AIORateLimiter holds back every chat of the process when one
of them is told to wait; a rep's tap must not wait for somebody else's burst.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, cast

import structlog
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

Answer = bool | dict[str, Any] | list[dict[str, Any]]

log = structlog.get_logger()

TRIES = 3
LONGEST_WAIT = 60.0  # seconds; a person has gone by then, and the caller says so in the log


class PatientLimiter(BaseRateLimiter[int]):
    """Waits as long as Telegram asks, for this request alone, and tries again."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],  # noqa: ARG002 - the library's signature
        rate_limit_args: int | None,  # noqa: ARG002
    ) -> Answer:
        for attempt in range(1, TRIES + 1):
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                wait = cast("timedelta", error.retry_after).total_seconds()
                if attempt == TRIES or wait > LONGEST_WAIT:
                    raise
                log.info("telegram asks to wait", endpoint=endpoint, seconds=wait)
                await asyncio.sleep(wait + 0.1)
        raise AssertionError("the last attempt returns or raises")

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to release."""
