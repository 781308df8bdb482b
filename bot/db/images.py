"""Rows as JSON, so that a batch can remember what stood there before and what it wrote."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.statements import portions

Image = dict[str, Any]  # column -> plain JSON value


def image_of(values: Mapping[str, Any]) -> Image:
    """The JSON form of column values; the id of the row is not part of it."""
    return {name: plain(value) for name, value in values.items() if name != "id"}


def values_of(table: Table, image: Image) -> dict[str, Any]:
    """The column values that an image stands for."""
    return {name: _typed(table.c[name].type.python_type, value) for name, value in image.items()}


def plain(value: Any) -> Any:
    """A column value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date | time) else value


def _typed(kind: type[Any], value: Any) -> Any:
    if value is not None and issubclass(kind, date):
        return datetime.fromisoformat(value) if issubclass(kind, datetime) else date.fromisoformat(value)
    if value is not None and issubclass(kind, time):
        return time.fromisoformat(value)
    return value


async def update_rows(
    connection: AsyncConnection, table: Table, rows: Iterable[tuple[int, Mapping[str, Any]]]
) -> None:
    """Write the given columns of each row: one batch of statements per set of columns."""
    batches: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id, values in rows:
        batches.setdefault(tuple(values), []).append({**values, "the_row": row_id})
    for columns, batch in batches.items():
        statement = update(table).where(table.c.id == bindparam("the_row"))
        statement = statement.values({name: bindparam(name) for name in columns})
        for portion in portions(batch):
            await connection.execute(statement, portion)
