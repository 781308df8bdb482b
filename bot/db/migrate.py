"""Bringing a database to the schema of this version."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.db.database import async_url, on_sqlite
from bot.paths import data_dir

_LOCK = 0x9B0C  # any number of ours: one advisory lock for migrations


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision; two processes that start at once do it once."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(data_dir("alembic")).replace("%", "%%"))

    def run(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with locked(url) as connection:
        await connection.run_sync(run)


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[AsyncConnection]:
    """A transaction that excludes every other migration of the same database.

    On SQLite foreign keys are not enforced in it, because a table that is rebuilt is dropped for
    a moment; they are checked at the end instead.
    """
    engine = create_async_engine(async_url(url), poolclass=NullPool)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
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
