"""Order lines of customers, cleaned into purchases and added up.

One rule holds for every method and every reader. A line that is equal to another in every column and has a
day is one line that was exported twice: it counts once. Without a day nothing tells a double from a second
sale of the same size, so undated lines all count. Lines after the day of the analysis are left out.

A purchase is a day on which a customer bought: orders of one day are one purchase; a day on which goods
only came back is no purchase, but its amount counts. A line of amount 0 is a purchase.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from domain.errors import DomainError
from domain.explain import Reason
from domain.tiering.notes import Note, Refusal

COLUMNS = ("customer", "date", "amount")
COUNTED = (Note.INCOMPLETE, Note.AFTER_AS_OF, Note.DUPLICATES, Note.MERGED)
"""What is told of a reading, in this order."""
_DECIMALS = 6  # of sums of money: without the last bits, which depend on the order of the rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Purchases:
    """Purchases up to the day `as_of`.

    `days` has columns `customer`, `day`, `amount` (net, may be negative) and `bought`
    (False where goods only came back), ordered by customer and day.
    """

    as_of: date
    days: pd.DataFrame
    notes: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Totals:
    """What order lines say of each customer, up to the day of the analysis.

    `table` has the customers in order as index and the columns of `TOTALS`. `notes` count lines without a
    customer, a day or an amount, lines left out for their day, doubles, and orders merged into a day.
    """

    table: pd.DataFrame
    notes: tuple[Reason, ...]


TOTALS = {
    "value": "float64",  # net amount of all time, undated lines too; NaN without any amount
    "ours": "float64",  # of it, that of our product
    "unread": "bool",  # some line has no amount
    "since": "datetime64[s]",  # the first day of any line
    "lines": "int64",  # lines with day and amount that count
    "first_purchase": "datetime64[s]",  # NaT without any purchase
    "last_purchase": "datetime64[s]",
    "frequency": "int64",  # purchases in the window
    "monetary": "float64",  # net amount in the window
}
"""The columns of totals."""


def purchases(orders: pd.DataFrame, as_of: date, *, merge: bool = True) -> Purchases:
    """The purchases in `orders`, which has columns customer, date, amount and any others (an order's number).

    Dates are dates or ISO texts: the order of day and month is never guessed. With `merge`
    False every line is a purchase of its own, duplicates too.

    Raises DomainError("order_column_missing") when a column is missing.
    """
    lines = _read(orders)
    kinds = _kinds(lines, as_of, twice=orders.duplicated(), merge=merge)
    sound = lines[kinds["sound"]]
    days = _by_day(sound) if merge else sound.sort_values(["customer", "day", "amount"], ignore_index=True)
    merged = int(sound["bought"].sum() - days["bought"].sum())
    return Purchases(as_of=as_of, days=days, notes=noted(_counts(kinds) | {Note.MERGED: merged}))


def totals(orders: pd.DataFrame, as_of: date, opens_after: pd.Timestamp, *, merge: bool = True) -> Totals:
    """`orders` (as for `purchases`, perhaps with a column `ours`: the line is about our product) added up.

    The window is open from the day after `opens_after`.
    """
    lines = _read(orders)
    kinds = _kinds(lines, as_of, twice=orders.duplicated(), merge=merge)
    lines["ours"] = lines["amount"] * orders.get("ours", default=False)
    codes, names = pd.factorize(lines["customer"], sort=True)
    lines["customer"] = codes
    sound = lines[kinds["sound"]]
    days = _by_day(sound) if merge else sound
    counted = lines[(codes >= 0) & (kinds["sound"] | (kinds["incomplete"] & ~kinds["late"]))]
    table = _added_up(counted, sound, days, opens_after).reindex(range(len(names)))
    table.index = pd.Index(names, name="customer")
    merged = int(sound["bought"].sum() - days["bought"].sum())
    return Totals(table=typed(table), notes=noted(_counts(kinds) | {Note.MERGED: merged}))


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Totals as in `TOTALS`, sums rounded; what is missing is 0, except for `value` and `ours`."""
    nothing = {"unread": False, "lines": 0, "frequency": 0, "monetary": 0.0}
    sums = dict.fromkeys(("value", "ours", "monetary"), _DECIMALS)
    return table[list(TOTALS)].fillna(nothing).astype(TOTALS).round(sums)


def noted(counts: Mapping[Note, int]) -> tuple[Reason, ...]:
    """The notes of a reading, without those that count nothing."""
    return tuple(Reason(note, {"n": counts[note]}) for note in COUNTED if counts.get(note))


def together(parts: Iterable[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    """The notes of parts of the customers as those of the whole."""
    counts = dict.fromkeys(COUNTED, 0)
    for notes in parts:
        for note in notes:
            counts[Note(note.code)] += note.params["n"]
    return noted(counts)


def _read(orders: pd.DataFrame) -> pd.DataFrame:
    for column in COLUMNS:
        if column not in orders.columns:
            raise DomainError(Refusal.ORDER_COLUMN, column=column)
    lines = pd.DataFrame(
        {
            "customer": _keys(orders["customer"]),
            "day": pd.to_datetime(orders["date"], errors="coerce", format="ISO8601").dt.normalize(),
            "amount": pd.to_numeric(orders["amount"], errors="coerce").astype(float),
        }
    )
    lines["bought"] = lines["amount"] >= 0
    return lines


def _keys(customers: "pd.Series[str]") -> "pd.Series[str]":
    """Codes that can be put in order: of a mixture of numbers and texts, the texts."""
    return customers.map(str, na_action="ignore") if customers.dtype == object else customers


def _kinds(
    lines: pd.DataFrame, as_of: date, *, twice: "pd.Series[bool]", merge: bool
) -> dict[str, "pd.Series[bool]"]:
    """Which lines are incomplete, too late, doubles, and which are sound."""
    whole = lines[["customer", "day", "amount"]].notna().all(axis="columns")
    late = lines["day"] > pd.Timestamp(as_of)
    doubles = whole & ~late & twice & merge
    return {"incomplete": ~whole, "late": late, "doubles": doubles, "sound": whole & ~late & ~doubles}


def _counts(kinds: Mapping[str, "pd.Series[bool]"]) -> dict[Note, int]:
    return {
        Note.INCOMPLETE: int(kinds["incomplete"].sum()),
        Note.AFTER_AS_OF: int((kinds["late"] & ~kinds["incomplete"]).sum()),
        Note.DUPLICATES: int(kinds["doubles"].sum()),
    }


def _by_day(lines: pd.DataFrame) -> pd.DataFrame:
    days = lines.groupby(["customer", "day"], as_index=False, observed=True).agg(
        amount=("amount", "sum"), bought=("bought", "any")
    )
    days["amount"] = days["amount"].round(_DECIMALS)
    return days


def _added_up(
    counted: pd.DataFrame, sound: pd.DataFrame, days: pd.DataFrame, opens_after: pd.Timestamp
) -> pd.DataFrame:
    everything = counted.groupby("customer")
    bought = days[days["bought"]].groupby("customer")["day"]
    inside = days[days["day"] > opens_after].groupby("customer")
    return pd.DataFrame(
        {
            "value": everything["amount"].sum(min_count=1),
            "ours": everything["ours"].sum(min_count=1),
            "unread": counted["amount"].isna().groupby(counted["customer"]).any(),
            "since": everything["day"].min(),
            "lines": sound.groupby("customer").size(),
            "first_purchase": bought.min(),
            "last_purchase": bought.max(),
            "frequency": inside["bought"].sum(),
            "monetary": inside["amount"].sum(),
        }
    )
