"""An application on a local Telegram, driven update by update: no sleeping, no polling."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.ext import Application
from telegram.request import BaseRequest, HTTPXRequest

from bot.clock import Clock, MovableClock
from bot.local.telegram import LocalTelegram
from tests.support.person import Person

TOKEN = "123456:local-token-for-tests"
PATIENCE = 60.0
"""Seconds that the handling of what is pending may take before the test fails."""

App = Application[Any, Any, Any, Any, Any, Any]
Build = Callable[[BaseRequest], App]


def request_to(telegram: LocalTelegram) -> HTTPXRequest:
    """The real request class, carried to the local Telegram without a socket."""
    return HTTPXRequest(connection_pool_size=64, httpx_kwargs={"transport": telegram.transport()})


class Chatter:
    """A running application and the people who talk to it. `times`: how often each update is handled."""

    def __init__(self, build: Build, telegram: LocalTelegram) -> None:
        self.telegram = telegram
        self.times = 1
        self._build = build
        self._application: App | None = None
        self._turn = asyncio.Lock()

    @property
    def application(self) -> App:
        if self._application is None:
            raise RuntimeError("the application is not running")
        return self._application

    def person(self, name: str, language: str | None = "en", *, user_id: int | None = None) -> Person:
        """The person of this name; the same name is the same person."""
        person_id = user_id or 1_000_000 + zlib.crc32(name.encode()) % 1_000_000_000
        self.telegram.user(person_id, first_name=name, language_code=language)
        return Person(self, person_id)

    async def settle(self) -> None:
        """Returns when all waiting updates are handled and the tasks that handlers began have ended."""
        async with self._turn, asyncio.timeout(PATIENCE):
            application = self.application
            while True:
                for update in self.telegram.take_updates():
                    # Through JSON, as the wire would bring it.
                    told = Update.de_json(json.loads(json.dumps(update)), application.bot)
                    for _ in range(self.times):
                        await application.update_queue.put(told)
                await application.update_queue.join()
                tasks = _tasks_of(application)
                if not tasks and not self.telegram.has_updates:
                    return
                await asyncio.gather(*tasks, return_exceptions=True)

    async def start(self) -> None:
        """Builds and starts the application as `run_polling` does, without the polling."""
        application = self._application = self._build(request_to(self.telegram))
        await application.initialize()
        if application.post_init:
            await application.post_init(application)
        await application.start()

    async def stop(self) -> None:
        application, self._application = self.application, None
        await application.stop()
        if application.post_stop:
            await application.post_stop(application)
        await application.shutdown()
        if application.post_shutdown:
            await application.post_shutdown(application)

    async def restart(self) -> None:
        """Stops the application and starts a newly built one: chats and messages stay."""
        await self.stop()
        await self.start()


@asynccontextmanager
async def chatting(
    build: Build, *, clock: Clock | None = None, telegram: LocalTelegram | None = None
) -> AsyncIterator[Chatter]:
    """Runs the application that `build` makes on a local Telegram (with `TOKEN`, or the one given)."""
    chatter = Chatter(build, telegram or LocalTelegram(token=TOKEN, clock=clock or MovableClock()))
    await chatter.start()
    try:
        yield chatter
    finally:
        await chatter.stop()


def _tasks_of(application: App) -> set[asyncio.Task[Any]]:
    """The tasks begun by `Application.create_task`, which it only gives to its own `stop`."""
    return set(getattr(application, "_Application__create_task_tasks"))  # noqa: B009
