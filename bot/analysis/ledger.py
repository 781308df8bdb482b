"""Rows of sales read as order lines: who, when, how much, and whether of our product."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from bot.analysis.model import Lack
from bot.analysis.sheets import Sheet
from domain.errors import DomainError
from domain.importing.values import BadCellError, clean, date_order, day_or_month, number, plain

LARGEST = 1e12  # of `domain.importing.values.number`


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Which column of a sheet is what, by position; `ours` are the texts that name our product, by column."""

    sheet: Sheet
    customer: int
    amount: int
    day: int | None = None
    ours: Mapping[int, Collection[str]] = field(default_factory=dict)

    @property
    def others(self) -> list[int]:
        """The columns that tell apart rows of one customer and amount."""
        known = {self.customer, self.amount}
        return [at for at in range(len(self.sheet.headers)) if at not in known]

    def read_day(self, texts: Iterable[str]) -> Callable[[str], date | None]:
        """How a day is read, given the `texts` of the column; DomainError: Lack.DATES when not clear."""
        order = date_order(texts)
        if order == "either":
            raise DomainError(Lack.DATES, header=self.sheet.headers[self.day or 0])
        return partial(day_or_month, order=order)


@dataclass(slots=True)
class Reading:
    """What was noticed in a sheet: cells that cannot be read, by column, and rows without a customer."""

    unreadable: dict[int, int] = field(default_factory=dict)
    without_customer: int = 0

    def add(self, other: "Reading") -> None:
        """Count the two together."""
        for at, cells in other.unreadable.items():
            self.unreadable[at] = self.unreadable.get(at, 0) + cells
        self.without_customer += other.without_customer


def values_of(texts: Iterable[str], parse: Callable[[str], Any]) -> tuple[dict[str, Any], set[str]]:
    """Each text as a value, None where it is empty or cannot be read, and those that cannot."""
    values: dict[str, Any] = {}
    bad = set()
    for text in texts:
        try:
            values[text] = parse(text)
        except BadCellError:
            values[text] = None
            bad.add(text)
    return values, bad


def cells_as(cells: "pd.Series[str]", parse: Callable[[str], Any]) -> tuple["pd.Series[Any]", int]:
    """The cells as values, as `values_of`, and how many cannot be read."""
    codes, texts = pd.factorize(cells)
    values, bad = values_of(texts, parse)
    column = np.empty(len(texts), dtype=object)
    column[:] = [values[text] for text in texts]
    unreadable = np.isin(codes, [code for code, text in enumerate(texts) if text in bad])
    return pd.Series(column[codes], index=cells.index, dtype=object), int(unreadable.sum())


def order_lines(
    block: pd.DataFrame, ledger: Ledger, read_day: Callable[[str], date | None]
) -> tuple[pd.DataFrame, Reading]:
    """Some rows of a ledger, as texts, in columns `customer`, `date`, `amount`, `ours` and `row`.

    Rows equal in all of them are equal in every cell, where customer and amount are compared by what they
    mean. Rows without a customer are left out.
    """
    customers, _ = cells_as(block[ledger.customer], clean)
    amounts, bad = _amounts(block[ledger.amount])
    reading = Reading({ledger.amount: bad} if bad else {})
    lines = pd.DataFrame({"customer": customers, "date": pd.NaT, "amount": amounts})
    if ledger.day is not None:
        days, bad = cells_as(block[ledger.day], read_day)
        lines["date"] = pd.to_datetime(days)
        reading.unreadable |= {ledger.day: bad} if bad else {}
    ours = [block[at].isin(list(texts)) for at, texts in ledger.ours.items()]
    lines["ours"] = np.logical_or.reduce(ours) if ours else False
    lines["row"] = _row(block, ledger.others)
    named = customers != ""
    reading.without_customer = int((block[~named] != "").any(axis="columns").sum())
    return lines[named], reading


def _amounts(cells: "pd.Series[str]") -> tuple["pd.Series[float]", int]:
    amounts = pd.to_numeric(cells, errors="coerce").astype(float)
    odd = ~(amounts.abs() <= LARGEST)
    if not odd.any():
        return amounts, 0
    read, bad = cells_as(cells[odd], number)
    amounts[odd] = read.astype(float)
    return amounts, bad


def _row(block: pd.DataFrame, columns: Iterable[int]) -> "np.ndarray[Any, np.dtype[np.uint64]]":
    """A number that is the same for rows with the same texts in the columns, and otherwise another."""
    row = np.zeros(len(block), dtype=np.uint64)
    for at in columns:
        row = row * np.uint64(1_000_003) + pd.util.hash_array(block[at].to_numpy(dtype=object))
    return row


def year_last(cells: "pd.Series[str]") -> set[str]:
    """Of a column of dates the texts such as 3/4/2026, without the time of day."""
    days = (plain(text)[:10].partition(" ")[0] for text in cells.unique())
    return {day for day in days if date_order([day]) is not None}
