import asyncio
from contextvars import Context
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.db.database import async_url
from bot.db.tables import CustomerRow, UserRow
from bot.db.values import StoredFile
from domain.people.model import Role

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "driver"),
    [
        ("sqlite:///data/ninebox.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///data/ninebox.db", "sqlite+aiosqlite"),
        ("postgresql://someone@host/ninebox", "postgresql+psycopg"),
        ("postgres://someone@host/ninebox", "postgresql+psycopg"),
        ("postgresql+asyncpg://someone@host/ninebox", "postgresql+psycopg"),
    ],
)
def test_an_address_gets_our_driver_and_keeps_the_rest(written, driver):
    url = async_url(written)
    assert url.drivername == driver
    assert url.database in {"data/ninebox.db", "ninebox"}


def test_another_database_is_refused_by_name():
    with pytest.raises(ValueError, match="mysql is not a database we know"):
        async_url("mysql://host/ninebox")


async def test_a_hundred_people_at_once_lose_no_update(database):
    async with database.write() as uow:
        user = await uow.users.add(Role.ADMIN, "Admin", None, NOW)
        draft = await uow.drafts.add(user.id, [StoredFile("roster.xlsx", "uploads/1")], NOW)

    async def answers(number):
        async with database.write() as uow:
            await uow.drafts.answer(draft.id, user.id, f"question-{number}", str(number))

    await asyncio.gather(*(answers(number) for number in range(100)))
    async with database.read() as uow:
        stored = await uow.drafts.get(draft.id, user.id)
    assert stored.answers == {f"question-{number}": str(number) for number in range(100)}


async def test_an_error_undoes_the_whole_unit_of_work(database):
    async def fails():
        async with database.write() as uow:
            await uow.users.add(Role.REP, "Li", None, NOW)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        await fails()
    async with database.read() as uow:
        assert await uow.users.all() == []


async def test_a_reader_cannot_write(database):
    async with database.write() as uow:
        await uow.users.add(Role.REP, "Li", None, NOW)

    async def writes():
        async with database.read() as uow:
            await uow.users.add(Role.REP, "Wang", None, NOW)

    with pytest.raises(DBAPIError):
        await writes()
    async with database.read() as uow:
        assert [user.name for user in await uow.users.all()] == ["Li"]


async def test_a_reader_sees_one_moment_while_others_write(database):
    async with database.read() as reader:
        assert await reader.users.all() == []
        async with database.write() as writer:
            await writer.users.add(Role.REP, "Li", None, NOW)
        assert await reader.users.all() == []
    async with database.read() as reader:
        assert len(await reader.users.all()) == 1


async def test_moments_come_back_in_utc_from_any_zone(database):
    in_shanghai = datetime(2026, 11, 21, 16, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    async with database.write() as uow:
        user = await uow.users.add(Role.REP, "Li", None, in_shanghai)
    async with database.read() as uow:
        stored = (await uow.session.get(UserRow, user.id)).created_at
    assert stored == in_shanghai
    assert stored.isoformat() == "2026-11-21T08:30:00.123456+00:00"


async def test_postgresql_sessions_of_another_zone_still_give_utc(postgres_database):
    async with postgres_database.write() as uow:
        await uow.session.execute(select(func.set_config("TimeZone", "Asia/Shanghai", True)))
        user = await uow.users.add(Role.REP, "Li", None, NOW)
        uow.session.expunge_all()
        stored = (await uow.session.get(UserRow, user.id)).created_at
    assert stored.isoformat() == "2026-11-21T08:30:00+00:00"


async def test_a_naive_moment_is_refused(database):
    with pytest.raises(StatementError, match="a moment needs a time zone"):
        async with database.write() as uow:
            await uow.users.add(Role.REP, "Li", None, datetime(2026, 11, 21, 8, 30))  # noqa: DTZ001


async def test_a_row_that_refers_to_nobody_is_refused(database):
    with pytest.raises(IntegrityError):
        async with database.write() as uow:
            uow.session.add(CustomerRow(name="Dr Zhang", owner_id=999))


async def test_an_id_is_never_given_twice(database):
    async with database.write() as uow:
        first = await uow.users.add(Role.REP, "Li", None, NOW)
        await uow.session.delete(await uow.session.get(UserRow, first.id))
    async with database.write() as uow:
        second = await uow.users.add(Role.REP, "Wang", None, NOW)
    assert second.id > first.id


async def test_all_that_a_snapshot_reads_is_of_one_moment(database):
    async with database.snapshot():
        async with database.read() as uow:
            assert await uow.users.all() == []
        await asyncio.create_task(_joins(database, "Li"), context=Context())  # as another request does
        async with database.read() as uow:
            assert await uow.users.all() == []
    async with database.read() as uow:
        assert len(await uow.users.all()) == 1


async def _joins(database, name):
    async with database.write() as uow:
        await uow.users.add(Role.REP, name, None, NOW)


async def test_what_is_written_in_a_snapshot_is_seen_from_then_on(database):
    async with database.snapshot():
        async with database.read() as uow:
            assert await uow.users.all() == []
        async with database.write() as uow:
            await uow.users.add(Role.REP, "Li", None, NOW)
        async with database.read() as uow:
            assert [user.name for user in await uow.users.all()] == ["Li"]


async def test_snapshots_that_write_do_not_keep_each_other_from_reading(database):
    async def joins(number):
        async with database.snapshot():
            async with database.read() as uow:
                before = len(await uow.users.all())
            await _joins(database, f"Person {number}")
            async with database.read() as uow:
                return len(await uow.users.all()) > before

    async with asyncio.timeout(30):
        assert all(await asyncio.gather(*(joins(number) for number in range(6))))
