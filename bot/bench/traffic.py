"""People who write to a bot that polls a local Telegram over HTTP: how many replies a second come back."""

import asyncio
import contextlib
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import uvicorn
from starlette.applications import Starlette

from bot.bench.figures import BenchError, Waits, milliseconds, processor_seconds
from bot.bench.rosters import MORNING
from bot.clock import MovableClock
from bot.local.model import Change
from bot.local.telegram import LocalTelegram
from bot.settings import PREFIX

TOKEN = "1000000000:for-the-local-telegram-only"  # noqa: S105

_ROOT = Path(__file__).resolve().parents[2]
_STOP_SECONDS = 10
_LAST_WORDS = 2_000  # characters of a bot's log that are shown when it does not answer


@dataclass(frozen=True, slots=True)
class Replies:
    """What people got who each asked again as soon as they were answered.

    `a_second`: replies of the whole process; `waits`: from question to reply, everybody asking
    at once; `processor_ms`: processor time of the bot for one reply, None where the system does not tell.
    """

    people: int
    replies: int
    seconds: float
    a_second: float
    waits: Waits
    processor_ms: float | None


@dataclass(frozen=True, slots=True)
class Served:
    """A local Telegram and its address on loopback."""

    telegram: LocalTelegram
    address: str


@asynccontextmanager
async def served(people: Sequence[int]) -> AsyncIterator[Served]:
    """Serves a local Telegram with these people while the block runs."""
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock(MORNING))
    for person in people:
        telegram.user(person, first_name=f"Person {person}", language_code="en")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(telegram.asgi())
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listener]))
            try:
                yield Served(telegram, f"http://127.0.0.1:{listener.getsockname()[1]}")
            finally:
                telegram.close()
                server.should_exit = True


class _Server(uvicorn.Server):
    """Leaves the signals to whoever measures."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(app, lifespan="off", ws="none", log_level="critical", access_log=False)
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Audience:
    """The people at a local Telegram, and the one bot process that answers them now."""

    def __init__(self, telegram: LocalTelegram, process_id: int) -> None:
        self._telegram = telegram
        self._process_id = process_id

    async def ask(
        self, people: Sequence[int], words: Callable[[int], str], *, rounds: int, within: float
    ) -> Replies:
        """Everybody asks, and again when the reply is there, `rounds` times. BenchError after `within` s."""
        left = dict.fromkeys(people, rounds)
        asked: dict[int, float] = {}
        waits: list[float] = []
        used = processor_seconds(self._process_id)
        changes = self._telegram.changes()
        began = perf_counter()
        for person in people:
            asked[person] = perf_counter()
            self._telegram.send_text(person, words(person))
        try:
            async with asyncio.timeout(within), aclosing(self._replying(changes)) as replying:
                async for person in replying:
                    waits.append(perf_counter() - asked[person])
                    left[person] -= 1
                    if left[person]:
                        asked[person] = perf_counter()
                        self._telegram.send_text(person, words(person))
                    elif not any(left.values()):
                        break
        except TimeoutError:
            wanted = rounds * len(people)
            raise BenchError(f"{len(waits)} of {wanted} questions were answered in {within:.0f} s") from None
        seconds = perf_counter() - began
        spent = processor_seconds(self._process_id)
        return Replies(
            people=len(people),
            replies=len(waits),
            seconds=round(seconds, 3),
            a_second=round(len(waits) / seconds, 1),
            waits=Waits.of(waits),
            processor_ms=milliseconds((spent - used) / len(waits))
            if spent is not None and used is not None
            else None,
        )

    async def _replying(self, changes: AsyncIterator[Change]) -> AsyncGenerator[int, None]:
        """The people to whom the bot writes, one by one."""
        async for change in changes:
            if change.kind == "missed":
                raise BenchError("the local Telegram forgot replies before they were counted")
            if change.kind != "message" or change.chat_id is None or change.message_id is None:
                continue
            message = self._telegram.chat(change.chat_id).message(change.message_id)
            if message is not None and message.from_bot:
                yield change.chat_id


@asynccontextmanager
async def answering(server: Served, module: str, folder: Path, **settings: str) -> AsyncIterator[Audience]:
    """Runs the bot `python -m module` at the server while the block runs.

    It gets our settings for the server, and others, by their field names. What it logs is shown when the
    measurement fails.
    """
    given = {"telegram_token": TOKEN, "telegram_api_url": server.address, **settings}
    log = folder / f"{module}.log"
    with log.open("wb") as lines:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            cwd=folder,  # so that no .env of the person who measures is read
            env=_environment() | {PREFIX + name.upper(): value for name, value in given.items()},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=lines,
            stderr=lines,
        )
    try:
        yield Audience(server.telegram, process.pid)
    except BenchError as error:
        last = log.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:]
        raise BenchError(f"{error}; the bot's last words:\n{last}") from None
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment() -> dict[str, str]:
    """Ours, without the settings of the person who measures."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return kept | {"PYTHONPATH": str(_ROOT)}
