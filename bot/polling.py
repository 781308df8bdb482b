"""Long polling that outlives whatever Telegram or the network does, and loses nothing when it is killed.

The library's Updater gives up for good at the first 401, which Telegram also
answers now and then by mistake; this loop waits and asks again, and says so.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import Application

from bot.clock import Clock
from bot.db.database import Database
from bot.db.values import Taken
from bot.updates import chat_of

log = structlog.get_logger()

T = TypeVar("T")
POLL_SECONDS = 25
ALLOWED = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.POLL_ANSWER]
MOMENT = 0.2
"""Seconds in which nearly everything is handled; only what takes longer is written down."""
LEASE = timedelta(minutes=2)
"""How long a process has what it has written down for itself, and longer while it is still at it."""
LAST = timedelta(seconds=5)
"""The same once the process has been told to stop."""
LOOK = 15.0
"""Seconds from one look at what other processes have left to the next."""
TOO_OLD = timedelta(days=1)
"""As long as Telegram itself keeps updates: nobody waits for an answer any more."""
MOST_ATTEMPTS = 10
"""How often something is begun: what ends the process each time must not do so for ever."""
MOST = 1_000
"""Updates in the works; while there are more, Telegram keeps the others."""
MOST_OF_A_CHAT = 100
"""The same for one chat: nobody taps that often, so what is more is not taken."""
_REMEMBERED = 1_000
_AT_ONCE = 100
_SPARE_SECONDS = 10
_OF_A_SCREEN = ("message_id", "date", "chat", "photo", "poll", "has_protected_content")

App = Application[Any, Any, Any, Any, Any, Any]
Told = Mapping[str, Any]


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


@dataclass(frozen=True, slots=True)
class _Work:
    """An update in the works, as it was told."""

    told: Told
    chat_id: int | None
    task: asyncio.Task[None]


class Poller:
    """Takes updates from Telegram and has each handled to its end, also when the process is killed.

    Telegram forgets updates when it is asked for later ones. So before the next poll, what is not handled by
    then is written down, and erased again when it is; whoever starts after a kill finds what is left. Twice
    is handled what was handled right before a kill, when Telegram had not been told yet. `look`: seconds
    between two looks at what others have left.
    """

    def __init__(
        self, application: App, db: Database, clock: Clock, patience: Patience, look: float = LOOK
    ) -> None:
        self._application = application
        self._look_every = look
        self._db = db
        self._clock = clock
        self._patience = patience
        self._next = 0  # after the update that was taken last
        self._offset = 0  # the same, as far as all before it may be forgotten by Telegram
        self._works: dict[int, _Work] = {}
        self._written: set[int] = set()  # of those in the works
        self._ended: set[int] = set()  # and not yet erased
        self._lately: deque[int] = deque(maxlen=_REMEMBERED)
        self._is_stopping = False
        self._noting = asyncio.Lock()  # what is written down and what has ended must not overtake each other

    async def run(self) -> None:
        """Poll for ever, and go on with what other processes have left; then `finish` is to be called."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._poll())
            group.create_task(self._take_over())

    async def finish(self) -> None:
        """Leave to the next process what is not handled yet, and tell Telegram what has arrived."""
        self._is_stopping = True
        try:
            await self._write_down()
            await self._hand_over()
        except Exception:  # then Telegram tells it again, or its lease runs out
            log.exception("what is not handled yet could not be handed over")
        if self._offset:
            with contextlib.suppress(TelegramError):
                await self._fetch(seconds=0)

    async def _poll(self) -> None:
        while True:
            told = await insist(self._fetch, self._patience)
            tasks = [task for one in told if (task := self._take(one)) is not None]
            if told:
                self._next = told[-1]["update_id"] + 1  # less than before, when Telegram begins anew
            if tasks:
                await asyncio.wait(tasks, timeout=MOMENT)
            elif told:  # nothing new: at a server that does not forget, this must not run hot
                await asyncio.sleep(MOMENT)
            try:
                await asyncio.shield(self._write_down())  # a transaction is not to be cut off when this ends
            except Exception:  # the database may be away for a while; Telegram then tells the same again
                log.exception("what was heard could not be written down")
                await asyncio.sleep(self._patience.first)
            while len(self._works) >= MOST:
                tasks = [work.task for work in self._works.values()]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _fetch(self, seconds: int = POLL_SECONDS) -> Sequence[Told]:
        """What comes next. The library's own method would lose all of it for one that it cannot read."""
        told: list[Told] = await self._application.bot._post(  # noqa: SLF001
            "getUpdates",
            {"offset": self._offset, "timeout": seconds, "allowed_updates": ALLOWED},
            read_timeout=seconds + _SPARE_SECONDS,
        )
        return told

    def _take(self, told: Told) -> asyncio.Task[None] | None:
        """Begin to handle an update; None for one that is known or cannot be handled."""
        number = told["update_id"]
        if number in self._works or number in self._lately:
            return None
        self._lately.append(number)
        update = self._read(told)
        if update is None:
            return None
        chat_id = chat_of(update)
        if sum(work.chat_id == chat_id for work in self._works.values()) >= MOST_OF_A_CHAT:
            log.warning("too much at once from one chat, not taken", update_id=number)
            return None
        task = self._application.create_task(self._handle(number, update), update)
        self._works[number] = _Work(told, chat_id, task)
        return task

    def _read(self, told: Told) -> Update | None:
        try:
            return Update.de_json(dict(told), self._application.bot)
        except Exception:  # whatever Telegram thinks of next
            log.exception("an update cannot be read, and is left out", update_id=told["update_id"])
            return None

    async def _handle(self, number: int, update: Update) -> None:
        application = self._application
        await application.update_processor.process_update(update, application.process_update(update))
        self._ended.add(number)
        if number in self._written:
            await asyncio.sleep(MOMENT)  # when much is slow, much is erased at once
        async with self._noting:
            await self._settle()

    async def _settle(self) -> None:
        """Forget what has come to its end, here and in the database."""
        ended, self._ended = self._ended, set()
        for number in ended:
            del self._works[number]
        written = self._written & ended
        self._written -= written
        if written:
            await self._erase(written)

    async def _write_down(self) -> None:
        """See to it that Telegram may forget all that was taken."""
        async with self._noting:
            known = self._written | self._ended
            fresh = {number: work.told for number, work in self._works.items() if number not in known}
            if fresh:
                now, told = self._clock.now(), [_sparing(one) for one in fresh.values()]
                async with self._db.write() as uow:
                    await uow.inbox.keep(told, now, now + LEASE)
                self._written |= fresh.keys()
            self._offset = self._next

    async def _hand_over(self) -> None:
        """Have the next process go on with what this one does not finish within seconds."""
        async with self._noting:
            if self._written:
                async with self._db.write() as uow:
                    await uow.inbox.lend(list(self._written), self._clock.now() + LAST)

    async def _erase(self, numbers: Collection[int]) -> None:
        try:
            async with self._db.write() as uow:
                await uow.inbox.erase(numbers)
        except Exception:  # the next look finds them
            log.exception("what was handled is still written down", update_ids=sorted(numbers))

    async def _take_over(self) -> None:
        while True:
            try:
                await asyncio.shield(self._look())
            except Exception:  # the database may be away for a while
                log.exception("looking for what was left failed")
            await asyncio.sleep(self._look_every)

    async def _look(self) -> None:
        """Go on with what nobody handles any more, and erase what was handled after all."""
        now = self._clock.now()
        async with self._noting:
            async with self._db.write() as uow:
                left = await uow.inbox.claim(now, now + LEASE, _AT_ONCE)
            if self._is_stopping:
                return  # others find it when its lease has run out
            left = [one for one in left if one.update_id not in self._works]
            begun = [one.update_id for one in left if self._goes_on(one)]
            self._written.update(begun)
            if len(begun) < len(left):
                await self._erase([one.update_id for one in left if one.update_id not in begun])

    def _goes_on(self, taken: Taken) -> bool:
        """Begin anew what was not handled to its end; False when it is not to be handled any more."""
        if taken.attempts > MOST_ATTEMPTS or self._clock.now() - taken.at > TOO_OLD:
            log.error("given up", update_id=taken.update_id, attempts=taken.attempts)
            return False
        return self._take(taken.told) is not None


def _sparing(told: Told) -> Told:
    """An update as it is written down: of a tap without the words of the screen, in which names are."""
    query = told.get("callback_query")
    if query is None or "message" not in query:
        return told
    screen = {name: query["message"][name] for name in _OF_A_SCREEN if name in query["message"]}
    return {**told, "callback_query": {**query, "message": screen}}
