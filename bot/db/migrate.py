"""Bringing a database to the schema of this version."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.db.database import async_url, on_sqlite
from bot.errors import OperatorError
from bot.paths import data_dir

_LOCK = 0x9B0C  # any number of ours: one advisory lock for migrations


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision; two processes that start at once do it once.

    OperatorError when it cannot be reached or written.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(data_dir("alembic")).replace("%", "%%"))

    def run(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    try:
        async with locked(url) as connection:
            await connection.run_sync(run)
    except (OperationalError, OSError) as error:
        said = error.orig if isinstance(error, OperationalError) else error
        reason = " ".join(str(said).split())
        raise OperatorError(f"the database cannot be used ({reason}): check NINEBOX_DATABASE_URL") from error


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[AsyncConnection]:
    """A transaction that excludes every other migration of the same database.

    On SQLite foreign keys are not enforced in it, because a table that is rebuilt is dropped for
    a moment; they are checked at the end instead.
    """
    engine = create_async_engine(async_url(url), poolclass=NullPool)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        await asyncio.to_thread(_make_folder, engine.url.database or "")
        on_sqlite(engine, begin="BEGIN IMMEDIATE", pragmas=("busy_timeout=60000", "journal_mode=WAL"))
    try:
        async with engine.begin() as connection:
            if not sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
            if sqlite and (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
                raise RuntimeError("a migration left a row that refers to nothing; nothing was changed")
    finally:
        await engine.dispose()


def _make_folder(file: str) -> None:
    """The folder of an SQLite file, which SQLite does not make."""
    Path(file).expanduser().parent.mkdir(parents=True, exist_ok=True)
