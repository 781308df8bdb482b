"""Order lines of accounts, cleaned into purchases.

A purchase is a day on which a customer bought. Lines equal in every column are
duplicates and count once; orders of one day are one purchase; a day on which goods only
came back is no purchase, but its amount counts. A line of amount 0 is a purchase.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from domain.errors import DomainError
from domain.explain import Reason
from domain.tiering.notes import Note, Refusal

COLUMNS = ("customer", "date", "amount")
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


def purchases(orders: pd.DataFrame, as_of: date, *, merge: bool = True) -> Purchases:
    """The purchases in `orders`, which has columns customer, date, amount and any others (an order's number).

    Dates are dates or ISO texts: the order of day and month is never guessed. With `merge`
    False every line is a purchase of its own, duplicates too.

    Raises DomainError("order_column_missing") when a column is missing.
    """
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
    whole = lines.notna().all(axis="columns")
    late = whole & (lines["day"] > pd.Timestamp(as_of))
    twice = whole & ~late & orders.duplicated() & merge
    lines = lines[whole & ~late & ~twice]
    lines["bought"] = lines["amount"] >= 0
    days = _by_day(lines) if merge else lines.sort_values(["customer", "day", "amount"], ignore_index=True)
    merged = int(lines["bought"].sum() - days["bought"].sum())
    counts = (
        (Note.INCOMPLETE, int((~whole).sum())),
        (Note.AFTER_AS_OF, int(late.sum())),
        (Note.DUPLICATES, int(twice.sum())),
        (Note.MERGED, merged),
    )
    return Purchases(as_of=as_of, days=days, notes=_counted(counts))


def _keys(customers: "pd.Series[str]") -> "pd.Series[str]":
    """Codes that can be put in order: of a mixture of numbers and texts, the texts."""
    return customers.map(str, na_action="ignore") if customers.dtype == object else customers


def _by_day(lines: pd.DataFrame) -> pd.DataFrame:
    days = lines.groupby(["customer", "day"], as_index=False, observed=True).agg(
        amount=("amount", "sum"), bought=("bought", "any")
    )
    days["amount"] = days["amount"].round(_DECIMALS)
    return days


def _counted(counts: Iterable[tuple[Note, int]]) -> tuple[Reason, ...]:
    return tuple(Reason(note, {"n": number}) for note, number in counts if number)
