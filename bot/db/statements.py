"""Small helpers around statements."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Date, Integer, Table, bindparam, insert, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.sql.dml import Delete, Update

from bot.db.tables import Row

_PORTION = 1000

# What statements are about that are written once: writing one takes longer than reading a few rows.
REP = bindparam("rep", type_=Integer)
USER = bindparam("user", type_=Integer)
REPS = bindparam("reps", type_=Integer, expanding=True)
TODAY = bindparam("today", type_=Date)
FIRST = bindparam("first", type_=Date)
LAST = bindparam("last", type_=Date)

NewInsert = postgresql.Insert | sqlite.Insert
_T = TypeVar("_T")


async def rows_changed(
    session: AsyncSession, statement: Update | Delete, given: Mapping[str, Any] | None = None
) -> int:
    """Run a statement, with its parameters where it has any; how many rows it changed."""
    result = cast("CursorResult[Any]", await session.execute(statement, given))
    return result.rowcount


def table_of(row: type[Row]) -> Table:
    """The table behind a row class, for statements on many rows at once."""
    return cast("Table", inspect(row).local_table)


def portions(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Many rows in portions that are worked on for some hundredths of a second, so that others get a turn."""
    for start in range(0, len(rows), _PORTION):
        yield rows[start : start + _PORTION]


async def insert_rows(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns."""
    for portion in portions(rows):
        await connection.execute(insert(table), portion)


def is_postgres(session: AsyncSession) -> bool:
    """Whether the database is a PostgreSQL, which has many writers at once; else it is a SQLite."""
    return session.get_bind().dialect.name == "postgresql"


def insert_new(session: AsyncSession, table: Table, unique: Sequence[str]) -> NewInsert:
    """A statement that inserts rows, but those not of which there is one already with the same `unique`."""
    statement = postgresql.insert(table) if is_postgres(session) else sqlite.insert(table)
    return statement.on_conflict_do_nothing(index_elements=unique)


async def new_ids(connection: AsyncConnection, table: Table, number: int) -> list[int]:
    """Ids for rows that are about to be inserted, ascending; never those of rows that are gone.

    Knowing them beforehand, many rows go in as one statement, where asking the database for each
    id in order makes a statement of each row.
    """
    if connection.dialect.name == "postgresql":
        sequence = text(
            "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :number)"
        )
        ids = await connection.execute(sequence, {"name": f'"{table.name}"', "number": number})
        return sorted(ids.scalars())
    last = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    start = (await connection.execute(last, {"name": table.name})).scalar_one_or_none() or 0
    return list(range(start + 1, start + 1 + number))
