"""Statements on SQLite in one trip: nothing is lost between the first rows and those that come later."""

from sqlalchemy import insert, literal, select, text, update

import bot.db.sqlite
from bot.db.statements import table_of
from bot.db.tables import UserRow
from domain.people.model import Role
from tests.support.world import MONDAY

PEOPLE = 1_203
_ROLE = {"role": Role.REP.value, "is_active": True, "created_at": MONDAY}


async def _company(database):
    async with database.write() as uow:
        rows = [_ROLE | {"name": f"Person {number}"} for number in range(PEOPLE)]
        await uow.session.execute(insert(table_of(UserRow)), rows)


async def _names(session):
    return list(await session.scalars(select(table_of(UserRow).c.name).order_by(text("id"))))


async def test_all_rows_arrive_in_order(sqlite_database):
    await _company(sqlite_database)
    async with sqlite_database.read() as uow:
        assert await _names(uow.session) == [f"Person {number}" for number in range(PEOPLE)]


async def test_rows_that_are_streamed_arrive_in_portions_and_in_order(sqlite_database):
    await _company(sqlite_database)
    query = select(table_of(UserRow).c.name).order_by(text("id"))
    async with sqlite_database.read() as uow:
        portions = [
            [name for (name,) in part] async for part in (await uow.session.stream(query)).partitions(700)
        ]
    assert [len(part) for part in portions] == [700, PEOPLE - 700]
    assert [name for part in portions for name in part] == [f"Person {number}" for number in range(PEOPLE)]


async def test_a_stream_that_nobody_reads_to_its_end_is_let_go(sqlite_database):
    await _company(sqlite_database)
    async with sqlite_database.read() as uow:
        result = await uow.session.stream(select(table_of(UserRow).c.name))
        assert (await result.fetchone()) is not None
        await result.close()
        assert len(await _names(uow.session)) == PEOPLE


async def test_what_a_statement_changed_is_counted(sqlite_database):
    await _company(sqlite_database)
    people = table_of(UserRow)
    async with sqlite_database.write() as uow:
        changed = await uow.session.execute(update(people).where(people.c.id <= 7).values(name="Li"))
        assert changed.rowcount == 7
        told = await uow.session.scalars(
            update(people).where(people.c.id <= 600).values(name="Wang").returning(people.c.id)
        )
        assert len(list(told)) == 600
        new = await uow.session.execute(insert(people).values(_ROLE | {"name": "Zhang"}))
        assert new.inserted_primary_key == (PEOPLE + 1,)


async def test_a_statement_and_its_rows_are_one_trip_to_the_thread(sqlite_database, monkeypatch):
    trips = []
    go = bot.db.sqlite.Connection.in_thread

    async def counted(self, function, *given):
        trips.append(function)
        return await go(self, function, *given)

    async with sqlite_database.read() as uow:
        await uow.session.scalars(select(literal(1)))
        monkeypatch.setattr(bot.db.sqlite.Connection, "in_thread", counted)
        assert (await uow.session.scalars(select(literal(2)))).one() == 2
    assert len(trips) == 1
