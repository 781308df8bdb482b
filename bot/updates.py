"""Chats side by side, and within one chat one update after the other."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, cast

from telegram import Update
from telegram.ext import BaseUpdateProcessor


class ChatByChat(BaseUpdateProcessor):
    """Runs updates of different chats at the same time and those of one chat in their order.

    Two quick taps of one person would otherwise race each other for the same message. `places`: how many
    chats are worked on at once; an update takes one when its turn in its chat has come, so nobody takes two.
    """

    def __init__(self, places: int = 256) -> None:
        super().__init__(sys.maxsize)  # the library would count those who wait for their turn, too
        self._places = asyncio.Semaphore(places)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}

    async def do_process_update(self, update: object, coroutine: "Awaitable[Any]") -> None:
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        self._tasks.add(task)
        try:
            async with self._turn(update), self._places:
                await coroutine
        finally:
            self._tasks.discard(task)
            cast("Coroutine[Any, Any, Any]", coroutine).close()  # its turn may never have come

    @asynccontextmanager
    async def _turn(self, update: object) -> AsyncIterator[None]:
        chat_id = chat_of(update) if isinstance(update, Update) else None
        if chat_id is None:
            yield
            return
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        self._waiting[chat_id] = self._waiting.get(chat_id, 0) + 1
        try:
            async with lock:  # asyncio locks are fair: first come, first served
                yield
        finally:
            self._waiting[chat_id] -= 1
            if not self._waiting[chat_id]:
                del self._waiting[chat_id], self._locks[chat_id]

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """End what is still being handled."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def chat_of(update: Update) -> int | None:
    """The chat that an update belongs to; the answer to a poll belongs to the private chat of who gave it."""
    if update.poll_answer is not None and update.poll_answer.user is not None:
        return update.poll_answer.user.id
    return update.effective_chat.id if update.effective_chat else None
