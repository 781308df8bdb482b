"""Helpers for the hour in which thousands of lists are planned and sent: a second processor is used then.

A small company never starts one. A helper is a process of its own (`bot.outbox.helper`); it takes rows from
the same outbox, by the same leases, and its share of what Telegram takes.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import structlog

from bot.deps import Deps
from bot.notices.clockwork import lists_ahead
from bot.outbox.pace import LIMIT, SECOND, Pace
from domain.ids import UserId

log = structlog.get_logger()

MANY = 300
"""Lists to plan, or notices to send, from which on helpers are called: ten seconds of sending."""
AHEAD = timedelta(hours=1)
"""How long before its hour a list may be planned."""
LOOK_AHEAD = 30.0  # seconds from one look at what is to be planned to the next
LOOK = 5.0  # the same for what is to be sent
PLANNERS = 2
SHARE = 14
"""Messages a second that a helper sends, of what Telegram takes; the bot itself keeps a little more."""
_ROOT = Path(__file__).resolve().parents[2]
_Work = Sequence[tuple[UserId, date]]


@dataclass(frozen=True, slots=True)
class Crew:
    """Calls helpers when there is much to do, at the pace of the bot that they help.

    Helpers read the settings of `environment` and `folder`, None: those of this process. `ahead`: seconds by
    which the clock is before that of the machine.
    """

    deps: Deps
    pace: Pace
    environment: Mapping[str, str] | None = None
    folder: Path | None = None
    ahead: float = 0.0

    async def run(self) -> None:
        """Look again and again, until cancelled; helpers end with this."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_again(self.plan_much, LOOK_AHEAD))
            group.create_task(_again(self.send_much, LOOK))

    async def plan_much(self) -> None:
        """Plan the lists of the coming hour together, if they are many."""
        now = self.deps.clock.now()
        work = await lists_ahead(self.deps, now, now + AHEAD)
        unplanned = await self._unplanned(work) if len(work) >= MANY else ()
        if len(unplanned) >= MANY:
            await self.plan(unplanned)

    async def send_much(self) -> None:
        """Send what is due together, if it is much."""
        async with self.deps.db.read() as uow:
            sendable = await uow.outbox.sendable(self.deps.clock.now())
        if sendable >= MANY:
            await self.send()

    async def plan(self, work: _Work) -> None:
        """Plan the days of these people, on as many processors as there are helpers."""
        log.info("planning lists ahead", people=len(work))
        async with asyncio.TaskGroup() as group:
            for number in range(PLANNERS):
                group.create_task(self._helped(["plan", "0"], work[number::PLANNERS]))

    async def send(self) -> None:
        """Let a helper send its share until nothing is due."""
        try:
            await self._helped(["send", str(SHARE)], (), self._share)
            await asyncio.sleep(SECOND)  # what the helper has just sent counts, too
        finally:
            self.pace.limit = LIMIT

    def _share(self) -> None:
        log.info("a helper sends, too")
        self.pace.limit = LIMIT - SHARE

    async def _unplanned(self, work: _Work) -> _Work:
        async with self.deps.db.read() as uow:
            planned = {day: await uow.suggestions.planned_on(day) for day in {day for _, day in work}}
        return [(person, day) for person, day in work if person not in planned[day]]

    async def _helped(
        self, words: Sequence[str], work: _Work, ready: Callable[[], None] = lambda: None
    ) -> None:
        """Have a helper do something. `ready` is called once it says that it has started."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.outbox.helper", *words, str(self.ahead)),
            env={**(os.environ if self.environment is None else self.environment), "PYTHONPATH": str(_ROOT)},
            cwd=self.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        told = json.dumps([[person, day.isoformat()] for person, day in work])
        try:
            if process.stdout is not None and await process.stdout.readline():
                ready()
            await process.communicate(told.encode())
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
                await process.wait()
        if process.returncode:
            log.warning("a helper failed", code=process.returncode)


async def _again(look: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        try:
            await look()
        except Exception:  # the database may be away for a while
            log.exception("calling helpers failed")
        await asyncio.sleep(seconds)
