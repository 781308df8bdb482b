"""How fast messages go out: what is said unasked stays below Telegram's limits and makes room for answers.

Telegram takes some thirty messages a second from a bot, and one a second in each chat (Bots FAQ, "My bot is
hitting limits"). Who has asked waits for nobody but what was said unasked; that waits for everything.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import partial

LIMIT = 30
"""Messages a second that Telegram takes; one of them is never taken by what is said unasked."""
SECOND = 1.0

Check = Callable[[], None]
_UNASKED: ContextVar[Check | None] = ContextVar("unasked", default=None)


@contextlib.contextmanager
def unasked(check: Check) -> Iterator[None]:
    """All that is sent in this block, nobody has asked for.

    `check` is called when a message's turn has come, and raises where it is not to be sent any more.
    """
    token = _UNASKED.set(check)
    try:
        yield
    finally:
        _UNASKED.reset(token)


def unasked_check() -> Check | None:
    """The check of what is being said unasked; None for answers."""
    return _UNASKED.get()


class Pace:
    """The messages of the last second, over all chats and in each, by the clock of the event loop.

    `limit` is the part of what Telegram takes that this process may use.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._sent: deque[float] = deque()
        self._unasked: deque[float] = deque()
        self._by_chat: dict[int, float] = {}  # the latest message of each chat, the oldest first
        self._held_until = 0.0
        self._waiting = 0  # answers that wait; what is unasked lets them go first

    def hold(self, seconds: float) -> None:
        """Say nothing unasked for so long: Telegram asked to wait."""
        self._held_until = max(self._held_until, _now() + seconds)

    async def answer(self, chat_id: int) -> None:
        """Wait until somebody's question may be answered."""
        self._waiting += 1
        try:
            await _sleep_while(self._until_answer)
        finally:
            self._waiting -= 1
        self._goes(chat_id)

    async def say(self, chat_id: int) -> None:
        """Wait until something may be said unasked."""
        await _sleep_while(partial(self._until_unasked, chat_id))
        self._unasked.append(_now())
        self._goes(chat_id)

    def _until_answer(self) -> float:
        """Seconds. Answers alone are as many as there are questions; Telegram says if it is too many."""
        now = self._forget()
        if len(self._sent) < self.limit or not self._unasked:
            return 0.0
        return self._sent[-self.limit] + SECOND - now

    def _until_unasked(self, chat_id: int) -> float:
        now, spacing = self._forget(), SECOND / self.limit
        waits = [self._held_until - now, self._by_chat.get(chat_id, now - SECOND) + SECOND - now]
        if self._unasked:
            waits.append(self._unasked[-1] + spacing - now)
        if self._waiting:
            waits.append(spacing)
        if len(self._sent) >= self.limit - 1:
            waits.append(self._sent[1 - self.limit] + SECOND - now)
        return max(waits)

    def _goes(self, chat_id: int) -> None:
        now = _now()
        self._sent.append(now)
        self._by_chat.pop(chat_id, None)
        self._by_chat[chat_id] = now

    def _forget(self) -> float:
        """Leave out what is more than a second ago; the present."""
        now = _now()
        for times in (self._sent, self._unasked):
            while times and times[0] <= now - SECOND:
                times.popleft()
        while (
            self._by_chat and (oldest := next(iter(self._by_chat))) and self._by_chat[oldest] <= now - SECOND
        ):
            del self._by_chat[oldest]
        return now


class NoPace(Pace):
    """For a Telegram without limits."""

    async def answer(self, chat_id: int) -> None:
        """At once."""

    async def say(self, chat_id: int) -> None:
        """At once."""


async def _sleep_while(remaining: Callable[[], float]) -> None:
    """Sleep for as many seconds as remain, each time others may have come first."""
    while True:
        pause = remaining()
        if pause <= 0:
            return
        await asyncio.sleep(pause)


def _now() -> float:
    return asyncio.get_running_loop().time()
