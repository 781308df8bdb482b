"""Moving all that is known about one customer to another, with images of every row that it touches.

Which tables speak of customers is read from their foreign keys, so that no new one is forgotten.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.images import Image, image_of, update_rows, values_of
from bot.db.statements import table_of
from bot.db.tables import (
    CustomerMergeRow,
    CustomerRow,
    Row,
    SegmentRow,
    TierDecisionRow,
    TierOverrideRow,
    UsageRow,
    VisitAttachmentRow,
    VisitRow,
    VisitVersionRow,
)
from domain.customers.merging import filled
from domain.customers.model import CustomerStatus
from domain.errors import DomainError
from domain.ids import CustomerId

Rows = dict[tuple[str, int], Image]  # by table and id

_customer, _visit, _usage = table_of(CustomerRow), table_of(VisitRow), table_of(UsageRow)
_OF_VISITS = (table_of(VisitVersionRow), table_of(VisitAttachmentRow))
_version, _segment = table_of(VisitVersionRow), table_of(SegmentRow)
_LAST_COUNTS: Sequence[tuple[Table, Column[Any] | None]] = (
    (table_of(TierDecisionRow), None),
    (table_of(TierOverrideRow), None),
    (_segment, _segment.c.scheme),
)
"""Of these the last row of a customer counts (in each of the column)."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a table before and after: `before` None is a new row, `after` None one that is gone.

    Of a row that was there before and after, the changed columns alone.
    """

    table: str
    row_id: int
    before: Image | None
    after: Image | None


def references() -> Iterator[tuple[Table, Sequence[str]]]:
    """The tables that refer to customers, in the order of creation, each with the columns that do."""
    skipped = {table_of(CustomerMergeRow)}
    for table in Row.metadata.sorted_tables:
        columns = sorted(key.parent.name for key in table.foreign_keys if key.column is _customer.c.id)
        if columns and table not in skipped:
            yield table, columns


async def rows_of(connection: AsyncConnection, customers: Collection[int]) -> Rows:
    """Every row about some customers, their own included."""
    found: Rows = {}

    async def take(table: Table, condition: ColumnElement[bool]) -> None:
        for row in (await connection.execute(select(table).where(condition))).mappings():
            found[table.name, row["id"]] = image_of(dict(row))

    await take(_customer, _customer.c.id.in_(customers))
    for table, columns in references():
        await take(table, or_(*(table.c[name].in_(customers) for name in columns)))
    visits = select(_visit.c.id).where(_visit.c.customer_id.in_(customers))
    for table in _OF_VISITS:
        await take(table, table.c.visit_id.in_(visits))
    return found


def difference(before: Rows, after: Rows) -> list[RowChange]:
    """What has changed between two readings."""
    changes = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            changes.append(RowChange(*key, was, now))
        elif differing := [name for name, value in now.items() if was[name] != value]:
            was, now = ({name: each[name] for name in differing} for each in (was, now))
            changes.append(RowChange(*key, was, now))
    return changes


async def move(connection: AsyncConnection, gone: CustomerId, kept: CustomerId) -> None:
    """Let every row about `gone` be about `kept`.

    A row stays where it is when the kept customer has one in its place (of two suggestions for one day, say),
    or when it would tell of the kept customer and themselves.
    """
    for table, columns in references():
        for name in columns:
            others = [table.c[other] for other in columns if other != name]
            mine = and_(
                table.c[name] == gone,
                *(or_(other.is_(None), other.not_in([gone, kept])) for other in others),
            )
            if not await _write(connection, table, mine, {name: kept}):
                ids = (await connection.execute(select(table.c.id).where(mine))).scalars().all()
                for row_id in ids:
                    await _write(connection, table, table.c.id == row_id, {name: kept})
    await _rewrite_versions(connection, gone, kept)


async def add_up_usage(connection: AsyncConnection, gone: CustomerId, kept: CustomerId) -> None:
    """Of figures that both have for a product and period make one, so that no total changes."""
    mine, theirs = _usage.alias(), _usage.alias()
    query = select(mine.c.id, theirs.c.id, theirs.c.quantity).where(
        mine.c.customer_id == kept,
        theirs.c.customer_id == gone,
        mine.c.period == theirs.c.period,
        mine.c.product == theirs.c.product,
    )
    for row_id, other, quantity in (await connection.execute(query)).all():
        more = {"quantity": _usage.c.quantity + quantity}
        await connection.execute(update(_usage).where(_usage.c.id == row_id).values(**more))
        await connection.execute(delete(_usage).where(_usage.c.id == other))


async def undo(connection: AsyncConnection, changes: Sequence[RowChange]) -> None:
    """Make every row what it was before, or refuse without having touched one.

    Raises `merge_entry_changed`, `merge_visits_changed` or `merge_overtaken` by what was changed since.
    """
    tables = Row.metadata.tables
    overtaken = {one.table for one in changes if not await _stands(connection, tables[one.table], one)}
    if overtaken:
        raise DomainError(_against(overtaken))
    created = [one for one in changes if one.before is None]
    gone = [(one, one.before) for one in changes if one.after is None and one.before is not None]
    changed = [(one, one.before) for one in changes if one.after is not None and one.before is not None]
    changed.sort(key=lambda each: "merged_into" in each[1])  # the kept one first: it may have got the code
    try:
        async with connection.begin_nested():
            for one in created:
                table = tables[one.table]
                await connection.execute(delete(table).where(table.c.id == one.row_id))
            for one, before in gone:
                table = tables[one.table]
                await connection.execute(insert(table).values(id=one.row_id, **values_of(table, before)))
            for one, before in changed:
                table = tables[one.table]
                await update_rows(connection, table, [(one.row_id, values_of(table, before))])
    except IntegrityError:
        raise DomainError("merge_overtaken") from None


def _against(overtaken: Collection[str]) -> str:
    if _customer.name in overtaken:
        return "merge_entry_changed"
    return "merge_visits_changed" if _visit.name in overtaken else "merge_overtaken"


async def _stands(connection: AsyncConnection, table: Table, one: RowChange) -> bool:
    found = (await connection.execute(select(table).where(table.c.id == one.row_id))).mappings().one_or_none()
    if one.after is None or found is None:
        return found is None and one.after is None
    return image_of({name: found[name] for name in one.after}) == one.after


async def _write(
    connection: AsyncConnection, table: Table, condition: ColumnElement[bool], values: Mapping[str, Any]
) -> bool:
    """Write columns of the rows that fit; False, and nothing is written, where one would stand twice."""
    try:
        async with connection.begin_nested():
            await connection.execute(update(table).where(condition).values(**values))
    except IntegrityError:
        return False
    return True


async def _rewrite_versions(connection: AsyncConnection, gone: CustomerId, kept: CustomerId) -> None:
    """Let earlier versions of the visits speak of the kept customer, so that taking an entry back does."""
    visits = select(_visit.c.id).where(_visit.c.customer_id == kept)
    query = select(_version.c.id, _version.c.before).where(_version.c.visit_id.in_(visits))
    rewritten = [
        (row_id, {"before": new})
        for row_id, before in (await connection.execute(query)).all()
        if before and (new := renamed(before, gone, kept)) != before
    ]
    await update_rows(connection, _version, rewritten)


def renamed(value: Any, gone: int, kept: int) -> Any:
    """An image, or images in any depth, in which one customer stands for another."""
    if isinstance(value, dict):
        return {
            name: kept if name == "customer_id" and each == gone else renamed(each, gone, kept)
            for name, each in value.items()
        }
    return value


async def same_days(
    connection: AsyncConnection, kept: CustomerId, gone: CustomerId
) -> list[tuple[int, date]]:
    """The reps and days on which both customers have a visit."""
    mine, theirs = _visit.alias(), _visit.alias()
    query = (
        select(mine.c.rep_id, mine.c.on)
        .join(theirs, and_(theirs.c.rep_id == mine.c.rep_id, theirs.c.on == mine.c.on))
        .where(mine.c.customer_id == kept, theirs.c.customer_id == gone)
        .order_by(mine.c.on, mine.c.rep_id)
    )
    return [(rep, on) for rep, on in await connection.execute(query)]


async def drop_visit(connection: AsyncConnection, visit_id: int, same: int) -> None:
    """Take a visit out whose attachments and versions belong to another one from now on."""
    for table in _OF_VISITS:
        await connection.execute(update(table).where(table.c.visit_id == visit_id).values(visit_id=same))
    await connection.execute(delete(_visit).where(_visit.c.id == visit_id))


async def last_words(connection: AsyncConnection, customer: CustomerId) -> list[tuple[Table, Image]]:
    """What counts of a customer because it was said last: cell, cell by hand, types and stages."""
    found = []
    for table, scheme in _LAST_COUNTS:
        groups = [scheme] if scheme is not None else []
        last = select(func.max(table.c.id)).where(table.c.customer_id == customer).group_by(*groups)
        rows = await connection.execute(select(table).where(table.c.id.in_(last)).order_by(table.c.id))
        found += [(table, image_of(dict(row))) for row in rows.mappings()]
    return found


async def say_again(
    connection: AsyncConnection, customer: CustomerId, spoken: Sequence[tuple[Table, Image]], now: datetime
) -> None:
    """Say again what counted of a customer, where something else was said later in what came to it."""
    counts = {(table.name, str(image)) for table, image in await last_words(connection, customer)}
    for table, image in spoken:
        if (table.name, str(image)) not in counts:
            values = values_of(table, image)
            if "decided_at" in values:
                values["decided_at"] = now
            await connection.execute(insert(table).values(**values))


async def fill(connection: AsyncConnection, gone: CustomerId, kept: CustomerId) -> None:
    """Take over what the kept entry does not say, and leave of the other one a pointer to it."""
    rows = await connection.execute(select(_customer).where(_customer.c.id.in_([gone, kept])))
    by_id = {row["id"]: dict(row) for row in rows.mappings()}
    taken = filled(by_id[kept], by_id[gone])
    left: dict[str, Any] = {"merged_into": kept, "status": CustomerStatus.MERGED.value, "owner_id": None}
    if "code" in taken:
        left["code"] = None
    await update_rows(connection, _customer, [(gone, left)])
    if taken:
        await update_rows(connection, _customer, [(kept, taken)])
