"""Sales ledgers too large to be held line by line: read once and added up by customer.

With the extra `big` duckdb reads and adds up; without it pandas does, in chunks that are sorted into
temporary files by customer, so that memory holds one chunk or one part of the customers at a time. The
rules are those of `domain.tiering.purchases`: equal lines count once, orders of a day are one purchase,
a day on which goods only came back is none.
"""

import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from domain.explain import Reason
from domain.tiering.notes import Note

if TYPE_CHECKING:
    import pandas as pd

    from domain.tiering.rfm import Window

_CHUNK = 150_000  # lines
_PARTS = 32
_COUNTS = (Note.INCOMPLETE, Note.AFTER_AS_OF, Note.DUPLICATES, Note.MERGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A CSV file in UTF-8 with a header line, and which column is what; `ours` is the name of our product."""

    file: Path
    customer: str
    date: str
    product: str
    amount: str
    ours: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Totals:
    """What a ledger says of each customer.

    `table` has the customers in order as index and columns `quantity` (the net amount of all time) and
    `ours` (that of our product), `first_purchase`, `last_purchase`, and within the window `frequency` and
    `monetary`. `notes` count what was left out or merged.
    """

    table: "pd.DataFrame"
    notes: tuple[Reason, ...]


def totals(ledger: Ledger, window: "Window", *, big: bool | None = None) -> Totals:
    """Add up a ledger; `big` says whether with duckdb (default: if it is installed)."""
    with_duckdb = find_spec("duckdb") is not None if big is None else big
    table, counts = _with_duckdb(ledger, window) if with_duckdb else _in_chunks(ledger, window)
    notes = tuple(Reason(note, {"n": counts[note]}) for note in _COUNTS if counts[note])
    return Totals(table=table.set_index("customer"), notes=notes)


# trim() keeps duckdb 2.0 from moving a cast into its reader, where one bad cell ends the reading.
_READ = """
create temp table lines as
select {customer} as customer, cast(try_cast(trim({date}) as timestamp) as date) as day, {product} as product,
    nullif(try_cast(trim({amount}) as double), 'nan'::double) as amount
from read_csv($file, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)
"""
_COUNT = """
select count(*), count(*) filter (customer is null or day is null or amount is null),
    count(*) filter (customer is not null and day > $as_of and amount is not null)
from lines
"""
_ADD_UP = """
with sound as (
    select distinct * from lines where customer is not null and day <= $as_of and amount is not null
), days as (
    select customer, day, day > $opens_after as inside, count(*) as lines,
        count(*) filter (amount >= 0) as buys, round(sum(amount), 6) as amount,
        round(coalesce(sum(amount) filter (product = $ours), 0), 6) as ours
    from sound group by customer, day
)
select customer, round(sum(amount), 6) as quantity, round(sum(ours), 6) as ours,
    min(day) filter (buys > 0) as first_purchase, max(day) filter (buys > 0) as last_purchase,
    cast(count(*) filter (buys > 0 and inside) as double) as frequency,
    sum(amount) filter (inside) as monetary,
    sum(cast(lines as double)) as lines,
    sum(cast(buys as double)) - count(*) filter (buys > 0) as merged
from days group by customer order by customer
"""


def _with_duckdb(ledger: Ledger, window: "Window") -> "tuple[pd.DataFrame, Counter[str]]":
    import duckdb

    names = ("customer", "date", "product", "amount")
    columns = {name: '"' + getattr(ledger, name).replace('"', '""') + '"' for name in names}
    days = {"as_of": window.as_of, "opens_after": window.opens_after.date()}
    with duckdb.connect() as connection:
        connection.execute(_READ.format(**columns), {"file": str(ledger.file)})
        lines, incomplete, late = connection.execute(_COUNT, {"as_of": window.as_of}).fetchall()[0]
        table = connection.execute(_ADD_UP, {**days, "ours": ledger.ours}).df()
    sound, merged = int(table.pop("lines").sum()), int(table.pop("merged").sum())
    noted = (incomplete, late, lines - incomplete - late - sound, merged)
    return table, Counter(dict(zip(_COUNTS, noted, strict=True)))


def _in_chunks(ledger: Ledger, window: "Window") -> "tuple[pd.DataFrame, Counter[str]]":
    import pandas as pd

    with TemporaryDirectory(prefix="ninebox-ledger-") as folder:
        parts = [Path(folder) / str(number) for number in range(_PARTS)]
        _sort_out(ledger, parts)
        counts: Counter[str] = Counter()
        tables = [_added_up(_lines(part), ledger, window, counts) for part in parts if part.stat().st_size]
    whole = pd.concat(tables, ignore_index=True)
    tables.clear()  # a copy of everything less while it is put in order
    return whole.sort_values("customer", ignore_index=True), counts


def _sort_out(ledger: Ledger, parts: Sequence[Path]) -> None:
    """Write each line to the file of its customer's part."""
    import pandas as pd

    names = [ledger.customer, ledger.date, ledger.product, ledger.amount]
    with ExitStack() as stack:
        files = [stack.enter_context(part.open("wb")) for part in parts]
        for chunk in pd.read_csv(ledger.file, usecols=names, dtype=str, chunksize=_CHUNK):
            lines = pd.DataFrame(
                {
                    "customer": chunk[ledger.customer].astype(object),
                    "day": pd.to_datetime(
                        chunk[ledger.date], errors="coerce", format="ISO8601"
                    ).dt.normalize(),
                    "product": chunk[ledger.product].astype("category"),
                    "amount": pd.to_numeric(chunk[ledger.amount], errors="coerce").astype(float),
                }
            )
            part = pd.util.hash_array(lines["customer"].to_numpy(), categorize=False) % len(files)
            for number, of_part in lines.groupby(part):
                pickle.dump(of_part, files[number])  # type: ignore[call-overload]


def _lines(part: Path) -> "pd.DataFrame":
    import pandas as pd

    found = list(_pieces(part))
    products = pd.api.types.union_categoricals([piece.pop("product") for piece in found])
    return pd.concat(found, ignore_index=True).assign(product=products)


def _pieces(part: Path) -> Iterator["pd.DataFrame"]:
    with part.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)  # noqa: S301 - written by ourselves, a moment ago


def _added_up(
    lines: "pd.DataFrame", ledger: Ledger, window: "Window", counts: "Counter[str]"
) -> "pd.DataFrame":
    """The totals of a part of the customers; what is left out or merged is added to `counts`."""
    import pandas as pd

    whole = lines[["customer", "day", "amount"]].notna().all(axis="columns")
    late = whole & (lines["day"] > pd.Timestamp(window.as_of))
    timely = lines[whole & ~late]
    sound = timely.drop_duplicates()
    sound = sound.assign(
        ours=sound["amount"].where(sound["product"] == ledger.ours, 0.0), buys=sound["amount"] >= 0
    )
    days = sound.groupby(["customer", "day"], as_index=False)[["amount", "ours", "buys"]].sum()
    days[["amount", "ours"]] = days[["amount", "ours"]].round(6)
    days["bought"] = days["buys"].clip(upper=1)
    counts[Note.INCOMPLETE] += int((~whole).sum())
    counts[Note.AFTER_AS_OF] += int(late.sum())
    counts[Note.DUPLICATES] += len(timely) - len(sound)
    counts[Note.MERGED] += int((days["buys"] - days["bought"]).sum())
    purchases = days[days["bought"] > 0].groupby("customer")["day"]
    inside = days[days["day"] > window.opens_after].groupby("customer")
    of_all = days.groupby("customer")[["amount", "ours"]].sum().round(6)
    table = pd.DataFrame(
        {
            "quantity": of_all["amount"],
            "ours": of_all["ours"],
            "first_purchase": purchases.min(),
            "last_purchase": purchases.max(),
            "frequency": inside["bought"].sum().astype(float),
            "monetary": inside["amount"].sum(),
        }
    )
    return table.rename_axis("customer").reset_index()
