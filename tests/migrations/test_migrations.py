import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from bot.db.migrate import locked, upgrade
from bot.paths import data_dir

SCRIPTS = Config()
SCRIPTS.set_main_option("script_location", str(data_dir("alembic")))
REVISIONS = [script.revision for script in ScriptDirectory.from_config(SCRIPTS).walk_revisions()][::-1]
ROOT = Path(__file__).parents[2]


def schema(connection):
    inspector = inspect(connection)
    return {
        table: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in columns),
            sorted((index["name"], index["unique"]) for index in inspector.get_indexes(table)),
        )
        for (_, table), columns in inspector.get_multi_columns().items()
        if table != "alembic_version"
    }


def step(config, direction, revision):
    def run(connection):
        config.attributes["connection"] = connection
        direction(config, revision)
        return schema(connection)

    return run


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_revision_goes_up_down_and_up_again(empty_url, revision):
    async with locked(empty_url) as connection:
        await connection.run_sync(step(SCRIPTS, command.upgrade, revision))
        before = await connection.run_sync(step(SCRIPTS, command.downgrade, "-1"))
        after = await connection.run_sync(step(SCRIPTS, command.upgrade, revision))
        again_before = await connection.run_sync(step(SCRIPTS, command.downgrade, "-1"))
        again_after = await connection.run_sync(step(SCRIPTS, command.upgrade, revision))
    assert again_before == before != after == again_after


async def test_the_upgraded_schema_is_the_one_the_tables_declare(empty_url):
    await upgrade(empty_url)
    async with locked(empty_url) as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_server_default": True}), SQLModel.metadata
            )
        )
        tables = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    assert differences == []
    assert tables == {*SQLModel.metadata.tables, "alembic_version"}


async def test_text_lengths_reach_postgresql(postgres_database):
    query = text(
        "SELECT character_maximum_length FROM information_schema.columns WHERE data_type LIKE 'char%'"
        " AND table_schema = 'public' AND table_name <> 'alembic_version'"
    )
    async with postgres_database.read() as uow:
        lengths = list((await uow.session.execute(query)).scalars())
    assert len(lengths) > 30
    assert None not in lengths


async def test_upgrading_twice_changes_nothing(empty_url):
    await upgrade(empty_url)
    async with locked(empty_url) as connection:
        before = await connection.run_sync(schema)
    await upgrade(empty_url)
    async with locked(empty_url) as connection:
        assert await connection.run_sync(schema) == before


async def alembic(*arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "alembic",
        *arguments,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return process, (await process.communicate())[0].decode()


async def test_alembic_works_from_the_checkout_by_hand(sqlite_database_url):
    process, output = await alembic("-x", f"url={sqlite_database_url}", "check")
    assert "No new upgrade operations detected" in output
    assert process.returncode == 0


async def test_alembic_without_a_database_says_how_to_name_one(monkeypatch):
    monkeypatch.delenv("NINEBOX_DATABASE_URL", raising=False)
    process, output = await alembic("current")
    assert process.returncode == 1
    assert output.endswith("Say which database: alembic -x url=... , or set NINEBOX_DATABASE_URL.\n")


async def test_processes_that_start_at_once_migrate_once(empty_url):
    program = "import asyncio, sys; from bot.db.migrate import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, empty_url, cwd=ROOT, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    errors = [(await process.communicate())[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    async with locked(empty_url) as connection:
        versions = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars()
        assert list(versions) == [REVISIONS[-1]]


async def test_a_migration_that_breaks_a_reference_leaves_everything_as_it_was(sqlite_database_url):
    async def breaks_a_reference():
        async with locked(sqlite_database_url) as connection:
            await connection.execute(
                text(
                    "INSERT INTO leave (rep_id, first, last, created_at)"
                    " VALUES (7, '2026-01-01', '2026-01-01', '2026-01-01')"
                )
            )

    with pytest.raises(RuntimeError, match="refers to nothing"):
        await breaks_a_reference()
    async with locked(sqlite_database_url) as connection:
        assert (await connection.execute(text("SELECT count(*) FROM leave"))).scalar_one() == 0


async def test_no_migration_costs_a_table_its_ids_that_are_never_given_twice(sqlite_database_url):
    async with locked(sqlite_database_url) as connection:
        query = text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%AUTOINCREMENT%'")
        names = set((await connection.execute(query)).scalars())
    assert names & set(SQLModel.metadata.tables) == set()
