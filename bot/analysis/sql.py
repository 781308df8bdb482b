"""Order lines added up by duckdb (extra `big`), with the rules and the results of `bot.analysis.large`."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from bot.analysis.ledger import LARGEST, Ledger, Reading, values_of
from domain.importing.values import clean, number
from domain.tiering.notes import Note
from domain.tiering.purchases import Totals, noted, typed

# What SQL cannot read, or might read otherwise than we do, is odd and left to Python. trim() keeps duckdb 2.0
# from moving a cast into its reader, where one bad cell ends the reading.
_CELLS = r"""
with texts as (
    select {customer} as customer, {day} as day_text, {amount} as amount_text, {ours} as ours, {row} as row
    from {source}
    where {customer} <> '' or concat({columns}) <> ''
), casts as (
    select *, try_cast(trim(amount_text) as double) as number, try_cast(
        case when length(day_text) <= 10 then trim(day_text)
            when regexp_full_match(day_text, '.{{10}}[T ]\d\d:\d\d(:\d\d(\.\d+)?)?') then left(day_text, 10)
        end as date) as moment
    from texts
), cells as (
    select customer, ours, row, day_text, amount_text,
        case when moment between date '1990-01-01' and date '2100-12-31' then moment end as day,
        case when abs(number) <= {largest} and not contains(amount_text, '_') then number end as amount
    from casts
)
"""
_ODD = "{cells} select {what}_text, count(*) from cells where {what} is null and {what}_text <> '' group by 1"
_LINES = """
create or replace temp table {table} as {cells}
select customer, day, amount, ours, row,
    (day is null and day_text <> '') or (amount is null and amount_text <> '') as odd
from cells
"""
_LINES_WITH_HELP = """
create or replace temp table {table} as {cells}
select coalesce(of_customer.value, customer) as customer, coalesce(day, of_day.value) as day,
    coalesce(amount, of_amount.value) as amount, ours, row
from cells left join of_customer on customer = of_customer.text
left join of_day on day is null and day_text = of_day.text
left join of_amount on amount is null and amount_text = of_amount.text
"""
_NAMES = "select distinct customer from {table} where not regexp_full_match(customer, '[!-~]+( [!-~]+)*')"
_NAMED = "select customer, day, amount, ours, row from {table} where customer <> ''"
_NOTHING = """
create temp view lines as
select '' as customer, null::date as day, 0.0::double as amount, false as ours, 0::ubigint as row where false
"""
_COUNTS = """
select count(*) filter (day is null or amount is null), count(*) filter (day > $as_of and amount is not null),
    count(*) filter (day <= $as_of and amount is not null)
from lines
"""
_DATED = """
with sound as (
    select {distinct} customer, day, amount, ours, row from lines where day <= $as_of and amount is not null
), days as (
    select customer, day, day > $opens_after as inside, count(*) as lines,
        count(*) filter (amount >= 0) as buys, sum(amount) as amount, sum(amount) filter (ours) as ours
    from sound group by customer, day
), dated as (
    select customer, sum(amount) as value, coalesce(sum(ours), 0) as ours, false as unread, min(day) as since,
        sum(lines)::bigint as lines, min(day) filter (buys > 0) as first_purchase,
        max(day) filter (buys > 0) as last_purchase, ({frequency})::bigint as frequency,
        sum(amount) filter (inside) as monetary, (sum(buys) - {purchases})::bigint as merged
    from days group by customer
)
"""
_COMPLETE = "select * from dated order by customer"
_TOGETHER = """
, parts as (
    select * from dated
    union all
    select customer, sum(amount), coalesce(sum(amount) filter (ours), 0), bool_or(amount is null), min(day),
        0, null, null, 0, 0, 0
    from lines where (day is null or amount is null) and (day is null or day <= $as_of) group by customer
    union all
    select customer, null, 0, false, null, 0, null, null, 0, 0, 0
    from lines where day > $as_of group by customer
)
select customer, sum(value) as value, case when sum(value) is not null then sum(ours) end as ours,
    bool_or(unread) as unread, min(since) as since, sum(lines)::bigint as lines,
    min(first_purchase) as first_purchase, max(last_purchase) as last_purchase,
    sum(frequency)::bigint as frequency, sum(monetary) as monetary, sum(merged)::bigint as merged
from parts group by customer order by customer
"""


UnreadableError = duckdb.InvalidInputException
"""A file that duckdb's reader does not take, with lines of different length for example."""


class Duckdb:
    """Lines in a temporary database; what memory does not hold goes into the folder.

    Everything as `bot.analysis.large.Lines`; `read` raises UnreadableError for what duckdb's reader refuses.
    """

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect(config={"temp_directory": str(folder / "duckdb")})
        self._connection.execute("set preserve_insertion_order = false")
        self._tables: list[str] = []
        self._connection.execute(_NOTHING)

    def read(self, ledger: Ledger) -> Reading:
        """Take in the lines of a ledger."""
        table = f"lines_{len(self._tables)}"
        cells = self._cells(ledger)
        self._connection.execute(_LINES.format(table=table, cells=cells))
        names = [name for (name,) in self._all(_NAMES.format(table=table))]
        renamed = {name: cleaned for name in names if (cleaned := clean(name)) != name}
        days, amounts, reading = self._odd(ledger, cells, table)
        if renamed or days or amounts:
            self._translate(renamed, days, amounts)
            self._connection.execute(_LINES_WITH_HELP.format(table=table, cells=cells))
        self._tables.append(table)
        every = " union all ".join(_NAMED.format(table=each) for each in self._tables)
        self._connection.execute(f"create or replace temp view lines as {every}")
        reading.without_customer = self._all(f"select count(*) from {table} where customer = ''")[0][0]  # noqa: S608
        return reading

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()

    def latest(self) -> date | None:
        """The last day on which something is dated."""
        found: date | None = self._all("select max(day) from lines")[0][0]
        return found

    def add_up(self, as_of: date, opens_after: pd.Timestamp, *, merge: bool = True) -> Totals:
        """All lines by customer, as `domain.tiering.purchases.totals`."""
        days = {"as_of": as_of, "opens_after": opens_after.date()}
        incomplete, late, complete = self._all(_COUNTS, {"as_of": as_of})[0]
        purchases = "count(*) filter (buys > 0)" if merge else "sum(buys)"
        frequency = "count(*) filter (buys > 0 and inside)" if merge else "sum(buys) filter (inside)"
        dated = _DATED.format(distinct="distinct" if merge else "", purchases=purchases, frequency=frequency)
        rest = _TOGETHER if incomplete or late else _COMPLETE
        table = self._connection.execute(dated + rest, days).df()
        counts = {
            Note.INCOMPLETE: incomplete,
            Note.AFTER_AS_OF: late,
            Note.DUPLICATES: complete - int(table["lines"].sum()),
            Note.MERGED: int(table.pop("merged").sum()),
        }
        return Totals(table=typed(table.set_index("customer")), notes=noted(counts))

    def _cells(self, ledger: Ledger) -> str:
        """The select of the cells of a ledger, as texts and as what SQL reads in them."""
        names = [f"c{at}" for at in range(len(ledger.sheet.headers))]
        others = [f"c{at}" for at in ledger.others]
        ours = [f"c{at} in ({', '.join(map(_quoted, texts))})" for at, texts in ledger.ours.items() if texts]
        return _CELLS.format(
            customer=f"c{ledger.customer}",
            day="''" if ledger.day is None else f"c{ledger.day}",
            amount=f"c{ledger.amount}",
            ours=" or ".join(ours) or "false",
            row=f"hash({', '.join(others)})" if others else "0",
            columns=", ".join(names),
            source=self._source(ledger, names),
            largest=LARGEST,
        )

    def _source(self, ledger: Ledger, names: list[str]) -> str:
        """What to select from: the file itself, or the rows of a small sheet."""
        large = ledger.sheet.large
        if large is None:
            (rows,) = ledger.sheet.blocks()
            view = f"rows_{len(self._tables)}"
            self._connection.register(view, rows.set_axis(names, axis="columns"))
            return view
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        return (
            f"read_csv({_quoted(str(large.path))}, auto_detect = false, header = true, "
            f"delim = {_quoted(large.separator)}, quote = '\"', escape = '\"', "
            f"columns = {{{columns}}}, force_not_null = {names})"
        )

    def _odd(
        self, ledger: Ledger, cells: str, table: str
    ) -> tuple[Mapping[str, date], Mapping[str, float], Reading]:
        """Days and amounts that only Python can read, and how many cells nobody can."""
        if not self._all(f"select count(*) from {table} where odd")[0][0]:  # noqa: S608
            return {}, {}, Reading()
        days: dict[str, int] = dict(self._all(_ODD.format(cells=cells, what="day")))
        amounts: dict[str, int] = dict(self._all(_ODD.format(cells=cells, what="amount")))
        of_day, bad_days = values_of(days, ledger.read_day(days))
        of_amount, bad_amounts = values_of(amounts, number)
        noticed = Reading()
        if bad_amounts:
            noticed.unreadable[ledger.amount] = sum(amounts[text] for text in bad_amounts)
        if bad_days and ledger.day is not None:
            noticed.unreadable[ledger.day] = sum(days[text] for text in bad_days)
        return of_day, of_amount, noticed

    def _translate(
        self, customers: Mapping[str, str], days: Mapping[str, date], amounts: Mapping[str, float]
    ) -> None:
        """What Python read in odd texts, for `_LINES_WITH_HELP`."""
        for what, kind, values in (
            ("customer", "varchar", customers),
            ("day", "date", days),
            ("amount", "double", amounts),
        ):
            found = pd.DataFrame({"text": list(values), "value": list(values.values())}, dtype=object)
            self._connection.register("found", found)
            self._connection.execute(
                f"create or replace temp table of_{what} as "  # noqa: S608
                f"select text::varchar as text, value::{kind} as value from found"
            )
            self._connection.unregister("found")

    def _all(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(text, dict(values or {})).fetchall()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
