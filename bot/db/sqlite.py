"""SQLite behind an event loop: a statement and its rows in one trip to the connection's thread.

aiosqlite goes there for each step of a statement (a cursor, running it, fetching, closing), and a trip costs
more than most of our statements.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

_FIRST = 500
"""Rows that come along with running a statement; the trips for more are worth their while."""


class Connection(aiosqlite.Connection):
    """A connection of aiosqlite's with cursors that travel less; it is opened when it is awaited.

    It takes the arguments of `sqlite3.connect`.
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(partial(sqlite3.connect, *given, **options), _FIRST)
        self._thread.daemon = True  # as SQLAlchemy does: nobody waits for it at the end of the process

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """A cursor; nothing happens before it executes something."""
        return Cursor(self)

    async def in_thread(self, function: Callable[..., Any], *given: Any) -> Any:
        """Run a function with the real connection in the thread that it belongs to."""
        return await self._execute(function, self._conn, *given)  # type: ignore[no-untyped-call]


class Cursor:
    """The part of an asynchronous cursor that SQLAlchemy uses."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None  # while it has rows that have not come along
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement and bring its first rows."""
        await self._connection.in_thread(self._run, sqlite3.Connection.execute, operation, parameters)

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each set of parameters."""
        await self._connection.in_thread(self._run, sqlite3.Connection.executemany, operation, parameters)

    async def fetchone(self) -> Any:
        """The next row, None after the last."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, fewer than `size` only when those are the last."""
        size = size or self.arraysize
        if self._cursor is not None and len(self._rows) < size:
            await self._connection.in_thread(self._fetch, max(size, _FIRST))
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        if self._cursor is not None:
            await self._connection.in_thread(self._fetch, None)
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Let go of rows that nobody fetched."""
        self._rows = []
        if self._cursor is not None:
            await self._connection.in_thread(self._end)

    # In the connection's thread

    def _run(self, connection: sqlite3.Connection, run: Any, operation: str, parameters: Any) -> None:
        cursor: sqlite3.Cursor = run(connection, operation, parameters)
        self._cursor, self._rows, self.description = cursor, [], cursor.description
        self._fetch(connection, _FIRST)
        self.lastrowid = cursor.lastrowid

    def _fetch(self, connection: sqlite3.Connection, most: int | None) -> None:
        if self._cursor is None:
            return
        rows = self._cursor.fetchall() if most is None else self._cursor.fetchmany(most)
        self._rows += rows
        self.rowcount = self._cursor.rowcount  # of INSERT … RETURNING right only after its rows
        if most is None or len(rows) < most:
            self._end(connection)

    def _end(self, _connection: sqlite3.Connection) -> None:
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None
