"""Engines, and the two ways to work with them: `read()` and `write()`.

SQLite hands out a deferred transaction by default, in which two writers lose each other's
updates without an error. Writers therefore begin with BEGIN IMMEDIATE, on an engine of their own
with a single connection, so that the writers of this process queue fairly and those of other
processes wait in `busy_timeout`. Readers see one snapshot and block nobody (WAL). PostgreSQL
gives the same promises: readers get a read-only snapshot, writers lock the rows they fetch by id.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from bot.db.sqlite import Connection
from bot.db.uow import UnitOfWork

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_BUSY_MS = 30_000
_QUEUE_SECONDS = 60


def async_url(url: str) -> URL:
    """The address with the driver that we use: aiosqlite for SQLite, psycopg for PostgreSQL."""
    parsed = make_url(url)
    backend = parsed.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise ValueError(f"{backend} is not a database we know: use sqlite or postgresql")
    return parsed.set(drivername=_DRIVERS[backend])


@dataclass(slots=True)
class _Shared:
    """What the block of a `snapshot` reads with, until something is written."""

    database: "Database"
    uow: UnitOfWork
    is_over: bool = False


_SHARED: ContextVar[_Shared | None] = ContextVar("snapshot", default=None)


class Database:
    """One database, SQLite or PostgreSQL, by its URL. Errors never show values: they may be names."""

    def __init__(self, url: str) -> None:
        self.owed = asyncio.Event()  # something was put into the outbox; whoever sends it clears this
        address = async_url(url)
        if address.get_backend_name() == "sqlite":
            self._writer = _sqlite_engine(address, connections=1)
            # Two readers keep both cores busy; more only open and close connections under load.
            self._reader = _sqlite_engine(address, connections=2)
            on_sqlite(self._writer, begin="BEGIN IMMEDIATE", pragmas=_PRAGMAS)
            on_sqlite(self._reader, begin="BEGIN", pragmas=(*_PRAGMAS, "query_only=ON"))
        else:
            self._writer = create_async_engine(
                address, hide_parameters=True, pool_pre_ping=True, pool_timeout=_QUEUE_SECONDS
            )
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work that is committed when the block ends and undone when it raises.

        One inside another would wait for itself: on SQLite there is one writer at a time.
        """
        shared = self._shared()
        if shared is not None:
            shared.is_over = True
            await shared.uow.session.close()  # whoever waits to write must not keep others from reading
        async with AsyncSession(self._writer, expire_on_commit=False) as session:
            async with session.begin():
                uow = UnitOfWork(session)
                yield uow
            if uow.outbox.has_news:
                self.owed.set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work on one snapshot, in which the database refuses to write."""
        shared = self._shared()
        if shared is not None:
            yield shared.uow
            return
        async with self._reading() as session:
            yield UnitOfWork(session)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """Let each `read()` of the block see the same moment, in one transaction, until something is written.

        For use cases that read in several services. It keeps a connection: nothing in the block may take
        long, or read from several tasks.
        """
        if self._shared() is not None:
            yield
            return
        async with self._reading() as session:
            token = _SHARED.set(_Shared(self, UnitOfWork(session)))
            try:
                yield
            finally:
                _SHARED.reset(token)

    def _reading(self) -> AsyncSession:
        """A session that closes whole, even in a task that is cancelled: nothing is to be committed."""
        return AsyncSession(self._reader, expire_on_commit=False)

    def _shared(self) -> _Shared | None:
        shared = _SHARED.get()
        return shared if shared is not None and shared.database is self and not shared.is_over else None

    async def scrub(self) -> bool:
        """Leave nothing in the file of what was erased: SQLite keeps it in free pages and in its log.

        Whether that could be done: other processes may be at work. PostgreSQL clears up by itself, in its
        own time.
        """
        if self._writer.dialect.name != "sqlite":
            return True
        async with self._writer.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            try:
                for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    async with raw.execute(statement) as cursor:
                        found = await cursor.fetchone()
            except sqlite3.OperationalError:
                return False
        return not found[0]  # "busy"

    async def dispose(self) -> None:
        """Close every connection; to be called before the event loop ends."""
        await self._writer.dispose()
        await self._reader.dispose()


_PRAGMAS = (
    f"busy_timeout={_BUSY_MS}",  # first: switching to WAL may have to wait, too
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is deleted is overwritten, whatever SQLite was built with
)


def _sqlite_engine(address: URL, connections: int) -> AsyncEngine:
    return create_async_engine(
        address,
        hide_parameters=True,
        connect_args={"async_creator_fn": Connection},
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_QUEUE_SECONDS,
    )


def on_sqlite(engine: AsyncEngine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    """Make every transaction of an SQLite engine start with `begin`, on connections set up by `pragmas`."""

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we send BEGIN ourselves
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)
