"""How fast messages go out: what is said unasked stays below Telegram's limits and makes room for answers.

Telegram takes some thirty messages a second from a bot, and one a second in each chat (Bots FAQ, "My bot is
hitting limits"). Who has asked waits for nobody but what was said unasked; that waits for everything.
"""

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from functools import partial

LIMIT = 30
"""Messages a second that Telegram takes."""
SECOND = 1.0
MARGIN = 0.01
"""Seconds by which the quickest way there and back that was seen may be longer than the shortest one."""
CATCH_UP = 0.2
"""Seconds of silence, for want of a processor say, that may be made up for."""
_SOON = SECOND / LIMIT  # after which one looks again when nobody can know how long it takes

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
    """The messages that Telegram has counted within a second, over all chats and in each.

    When one arrives is not known, only when it left and when it was confirmed. What is on the road counts,
    and what was confirmed counts for a second less the time of the quickest way there and back: by then it is
    a second old when the next one arrives. `limit` is the part of what Telegram takes that this process may
    use. Times are of the event loop.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._on_road = 0
        self._confirmed: deque[float] = deque()
        self._by_chat: dict[int, float] = {}  # each chat's latest, the oldest first; endless on the road
        self._quickest = math.inf
        self._turns = asyncio.Lock()
        self._next = 0.0  # when the next message may be said unasked, as far as they are spread evenly
        self._last_unasked = -math.inf
        self._held_until = 0.0
        self._waiting = 0  # answers that wait; what is unasked lets them go first

    def hold(self, seconds: float) -> None:
        """Say nothing unasked for so long: Telegram asked to wait."""
        self._held_until = max(self._held_until, _now() + seconds)

    @contextlib.asynccontextmanager
    async def answer(self, chat_id: int) -> AsyncIterator[None]:
        """Wait until somebody's question may be answered; in the block it is."""
        self._waiting += 1
        try:
            await _sleep_while(self._until_answer)
        finally:
            self._waiting -= 1
        with self._on_its_way(chat_id):
            yield

    @contextlib.asynccontextmanager
    async def say(self, chat_id: int) -> AsyncIterator[None]:
        """Wait until something may be said unasked; in the block it is."""
        await self._turn(chat_id)
        self._last_unasked = _now()
        self._next = max(self._next, self._last_unasked - CATCH_UP) + SECOND / self.limit
        with self._on_its_way(chat_id):
            yield

    async def _turn(self, chat_id: int) -> None:
        """Wait in line, but not for a chat that has just got something."""
        while True:
            await _sleep_while(partial(self._until_chat, chat_id))
            async with self._turns:
                await _sleep_while(self._until_unasked)
                if self._until_chat(chat_id) <= 0:
                    return

    @contextlib.contextmanager
    def _on_its_way(self, chat_id: int) -> Iterator[None]:
        began = _now()
        self._on_road += 1
        self._by_chat[chat_id] = math.inf
        try:
            yield
            self._quickest = min(self._quickest, _now() - began)
        finally:
            self._on_road -= 1
            self._confirmed.append(_now())
            self._by_chat.pop(chat_id, None)
            self._by_chat[chat_id] = _now()

    def _until_answer(self) -> float:
        """Seconds. Answers alone are as many as there are questions; Telegram says if it is too many."""
        if self._last_unasked + SECOND <= _now():
            return 0.0
        return self._until_room()

    def _until_unasked(self) -> float:
        now = _now()
        waits = [self._held_until - now, self._next - now, self._until_room()]
        if self._waiting:
            waits.append(_SOON)
        return max(waits)

    def _until_room(self) -> float:
        """Seconds until one more message stays below the limit; as far as that is known, else some."""
        now, counts = _now(), self._counts()
        while self._confirmed and self._confirmed[0] + counts <= now:
            self._confirmed.popleft()
        too_many = self._on_road + len(self._confirmed) - self.limit
        if too_many < 0:
            return 0.0
        known = too_many < len(self._confirmed)
        return self._confirmed[too_many] + counts - now if known else _SOON

    def _until_chat(self, chat_id: int) -> float:
        """Seconds until the chat may get another message; as far as that is known, else some."""
        now, counts = _now(), self._counts()
        while self._by_chat and (oldest := next(iter(self._by_chat))) != chat_id:
            if self._by_chat[oldest] + counts > now:
                break
            del self._by_chat[oldest]
        until = self._by_chat.get(chat_id, -math.inf) + counts - now
        return until if until < math.inf else _SOON

    def _counts(self) -> float:
        """For how many seconds a message counts, from when it was confirmed on."""
        return SECOND + MARGIN - (self._quickest if self._quickest < math.inf else 0.0)


class NoPace(Pace):
    """For a Telegram without limits."""

    def _until_unasked(self) -> float:
        return 0.0

    @contextlib.contextmanager
    def _on_its_way(self, chat_id: int) -> Iterator[None]:  # noqa: ARG002 - they are all alike
        yield


async def _sleep_while(remaining: Callable[[], float]) -> None:
    """Sleep for as many seconds as remain, each time others may have come first."""
    while (pause := remaining()) > 0:  # noqa: ASYNC110 - nothing happens by which it could be woken
        await asyncio.sleep(pause)


def _now() -> float:
    return asyncio.get_running_loop().time()
