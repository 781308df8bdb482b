"""Whether what is owed arrives, when the bot's process is killed again and again and the network is bad."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bot.bench.figures import BenchError
from bot.bench.outbox_bot import ANSWER, FIRST_ID, ONCE, SURE, FastClock, play
from bot.bench.traffic import served
from bot.clock import SystemClock
from bot.db.database import Database
from bot.db.migrate import upgrade
from bot.db.tables import OutboxRow
from bot.db.uow import UnitOfWork
from bot.db.values import OwedState
from bot.local.model import Dropped, Fault, LostAnswer, Repeated, server_error, too_many_requests
from bot.local.telegram import LocalTelegram
from domain.ids import UserId
from domain.people.model import Role

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
PEOPLE = 40
RECOVERY = 300.0  # simulated seconds in which everything is to have arrived once the bot lives again
_SHORTEST = 0.3  # seconds that a process lives
_ROUND = 10  # kills after which the bot may recover
_MOMENT = 0.1  # seconds between two disturbances
_PATIENCE = 120.0  # seconds
_FINAL = {state.value for state in OwedState} - {OwedState.WAITING.value, OwedState.SENDING.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """How often notices of a policy arrived."""

    owed: int
    once: int
    twice: int  # or more often
    never: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFigures:
    """`at_most` and `at_least` count notices by their policy. Times are simulated, but `seconds`.

    `never` of `at_most` are those of which nobody could know; `unheard` are words of people that no process
    answered. `states` counts rows.
    """

    database: str
    kills: int
    seconds: float
    hours: float
    at_most: Arrived
    at_least: Arrived
    faults: int
    said: int
    unheard: int
    states: Mapping[str, int]
    open_rows: int
    recovery_seconds: float

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return (
            not self.at_least.never
            and not self.unheard
            and not self.at_most.twice
            and not self.open_rows
            and self.recovery_seconds <= RECOVERY
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How often the bot is killed, after how many seconds on average, and on which empty database."""

    kills: int = 200
    life: float = 6.0
    speed: float = 20.0  # simulated seconds in a second
    database_url: str | None = None  # None: a SQLite file of its own
    seed: int = 1


async def measure_outbox(folder: Path, trial: Trial) -> OutboxFigures:
    """Kill the bot again and again, and count what arrives. BenchError when it does not recover."""
    url = trial.database_url or f"sqlite:///{(folder / 'ninebox.db').as_posix()}"
    await upgrade(url)
    db = Database(url)
    try:
        await _people(db)
        async with served(range(FIRST_ID, FIRST_ID + PEOPLE)) as server:
            clock = FastClock(START, SystemClock().now(), trial.speed)
            stage = _Stage(db, server.telegram, clock, random.Random(trial.seed))  # noqa: S311 - no secret
            began = perf_counter()
            await stage.run(lambda: _process(url, server.address, clock), trial)
            return await stage.figures(url, trial.kills, perf_counter() - began)
    finally:
        await db.dispose()


async def _people(db: Database) -> None:
    async with db.write() as uow:
        for number in range(PEOPLE):
            user = await uow.users.add(Role.REP, f"Person {number + 1}", None, START)
            if user.id != UserId(number + 1):
                raise BenchError("the database is not empty")
            await uow.users.bind(user.id, FIRST_ID + number, START)


def _process(url: str, address: str, clock: FastClock) -> BaseProcess:
    """A process started from one that has read the program already, where the system can do that."""
    context: Any = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    context.set_forkserver_preload(["bot.bench.outbox_bot"])
    process: BaseProcess = context.Process(target=play, args=(url, address, clock, PEOPLE), daemon=True)
    process.start()
    return process


class _Stage:
    """One database, one local Telegram, and the processes that come and go."""

    def __init__(self, db: Database, telegram: LocalTelegram, clock: FastClock, rng: random.Random) -> None:
        self._db = db
        self._telegram = telegram
        self._clock = clock
        self._rng = rng
        self._words: list[str] = []
        self._faults = 0
        self._is_recovering = False
        self._recovery = 0.0
        self._until = START
        self._said = 0  # of the words, those that are to be answered

    async def run(self, start: Callable[[], BaseProcess], trial: Trial) -> None:
        for number in range(FIRST_ID, FIRST_ID + PEOPLE):
            self._telegram.send_text(number, "/start")
        async with self._disturbed():
            for number in range(1, trial.kills + 1):
                await self._live(start(), _SHORTEST + self._rng.expovariate(1 / trial.life))
                if number % _ROUND == 0:
                    await self._recover(start())
        await self._recover(start())

    async def _live(self, process: BaseProcess, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        finally:
            process.kill()
            await asyncio.to_thread(process.join)

    async def _recover(self, process: BaseProcess) -> None:
        """Let the bot live until all is settled that was due or said when it came up; note how long it took.

        The network brings what faults it has left.
        """
        self._is_recovering = True
        self._telegram.calls.clear()
        try:
            await self._up(process)
            began, up_at = self._clock.now(), perf_counter()
            self._until, self._said = began, len(self._words)
            while await self._open(began):
                waited = perf_counter() - up_at
                if waited > _PATIENCE or process.exitcode is not None:
                    raise BenchError(f"open after {waited:.0f} s: {await self._still_open(began)}")
                await asyncio.sleep(_MOMENT / 2)
            self._recovery = max(self._recovery, (self._clock.now() - began).total_seconds())
        finally:
            self._is_recovering = False
            process.kill()
            await asyncio.to_thread(process.join)

    async def _up(self, process: BaseProcess) -> None:
        """Wait until the bot has asked who it is, as the first thing that it does."""
        while process.is_alive():
            if any(call.method == "getMe" for call in self._telegram.calls):
                return
            await asyncio.sleep(_MOMENT / 10)

    async def _open(self, until: datetime) -> int:
        """How much was due or said by then and is neither sent nor given up; it may not even be owed yet."""
        async with self._db.read() as uow:
            newest = select(func.max(col(OutboxRow.due_at))).where(col(OutboxRow.kind) == ONCE)
            if ((await uow.session.scalars(newest)).one() or START) < until:
                return 1
            query = select(func.count()).where(
                col(OutboxRow.state).not_in(_FINAL), col(OutboxRow.due_at) <= until
            )
            return (await uow.session.scalars(query)).one() or len(await self._unheard(uow))

    async def _unheard(self, uow: UnitOfWork) -> list[str]:
        """The words to be answered for which no answer is owed yet."""
        answers = col(OutboxRow.subject).startswith(ANSWER)
        heard = set(await uow.session.scalars(select(col(OutboxRow.subject)).where(answers)))
        return [words for words in self._words[: self._said] if ANSWER + words not in heard]

    async def _still_open(self, until: datetime) -> list[Any]:
        """What is not settled that was due by then, for whoever has to find out why."""
        query = select(OutboxRow).where(col(OutboxRow.state).not_in(_FINAL), col(OutboxRow.due_at) <= until)
        async with self._db.read() as uow:
            rows = await uow.session.scalars(query.limit(5))
            found = [(row.kind, row.subject, row.state, row.attempts, row.error) for row in rows]
            return found or (await self._unheard(uow))[:5]

    @asynccontextmanager
    async def _disturbed(self) -> AsyncIterator[None]:
        """People write and the network fails while the block runs."""
        async with asyncio.TaskGroup() as group:
            disturbing = group.create_task(self._disturb())
            try:
                yield
            finally:
                disturbing.cancel()

    async def _disturb(self) -> None:
        while True:
            await asyncio.sleep(_MOMENT)
            if self._rng.random() < 0.2:
                words = f"question {len(self._words)}"
                self._words.append(words)
                self._telegram.send_text(self._rng.randrange(FIRST_ID, FIRST_ID + PEOPLE), words)
            if not self._is_recovering and self._rng.random() < 0.05:
                method, fault, times = self._rng.choice(_FAULTS)
                self._telegram.fail(method, fault, times)
                self._faults += times

    async def figures(self, url: str, kills: int, seconds: float) -> OutboxFigures:
        async with self._db.read() as uow:
            rows = list(await uow.session.scalars(select(OutboxRow)))
            unheard = len(await self._unheard(uow))
        seen = Counter(
            message.text
            for number in range(FIRST_ID, FIRST_ID + PEOPLE)
            for message in self._telegram.chat(number).messages
            if message.from_bot
        )
        due = [row for row in rows if row.due_at <= self._until]  # the last process had no time for more
        return OutboxFigures(
            database="sqlite" if url.startswith("sqlite") else "postgresql",
            kills=kills,
            seconds=round(seconds, 1),
            hours=round((self._clock.now() - START).total_seconds() / 3600, 1),
            at_most=_arrived(ONCE, due, seen),
            at_least=_arrived(SURE, due, seen),
            faults=self._faults,
            said=self._said,
            unheard=unheard,
            states=dict(Counter(row.state for row in due)),
            open_rows=sum(row.state not in _FINAL for row in due),
            recovery_seconds=round(self._recovery),
        )


_FAULTS: tuple[tuple[str, Fault, int], ...] = (
    ("sendMessage", Dropped(), 1),
    ("sendMessage", LostAnswer(), 1),
    ("sendMessage", server_error(), 2),
    ("sendMessage", too_many_requests(1), 5),
    ("getUpdates", LostAnswer(), 1),
    ("getUpdates", Repeated(), 1),
)


def _arrived(kind: str, rows: Iterable[OutboxRow], seen: Counter[str]) -> Arrived:
    times = [seen[f"{kind} {row.subject}"] for row in rows if row.kind == kind]
    return Arrived(
        owed=len(times),
        once=sum(each == 1 for each in times),
        twice=sum(each > 1 for each in times),
        never=sum(each == 0 for each in times),
    )


def outbox_lines(found: OutboxFigures) -> list[str]:
    """The figures for people."""
    promises = "every promise was kept" if found.holds else "NOT every promise was kept"
    states = ", ".join(f"{count} {state}" for state, count in sorted(found.states.items()))
    return [
        f"{found.kills} kills in {found.hours:g} simulated hours on {found.database}, {found.faults} faults:",
        _line("at least once", found.at_least),
        _line("at most once", found.at_most),
        f"Rows: {states}; {found.open_rows} open.",
        f"All that was due had arrived {found.recovery_seconds:.0f} simulated seconds after a start at most.",
        f"{found.unheard} of people's {found.said} messages were never heard.",
        f"So {promises}.",
    ]


def _line(policy: str, found: Arrived) -> str:
    return (
        f"{policy}: {found.owed} owed, {found.once} arrived once, {found.twice} more often, "
        f"{found.never} never"
    )
