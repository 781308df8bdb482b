"""Telegram's flood limits: so many messages a second from a bot in all, and one a second in each chat."""

import asyncio
from collections import deque

A_SECOND = 30
_SECOND = 1.0


class Flood:
    """Strictly: the 31st message within any second is refused, and the second one in a chat."""

    def __init__(self) -> None:
        self._all: deque[float] = deque()
        self._latest: dict[str, float] = {}
        self.refused = 0

    def takes(self, chat: str) -> bool:
        """Whether a message to this chat is taken now; it counts then."""
        now = asyncio.get_running_loop().time()
        while self._all and self._all[0] <= now - _SECOND:
            self._all.popleft()
        if len(self._all) >= A_SECOND or self._latest.get(chat, now - _SECOND) > now - _SECOND:
            self.refused += 1
            return False
        self._all.append(now)
        self._latest[chat] = now
        return True
