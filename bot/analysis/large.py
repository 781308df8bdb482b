"""Order lines added up by customer, whether they fit into memory or not.

`Memory` keeps them; `Parts` sorts them into temporary files by customer, so that memory holds one block or
one part of the customers at a time; `bot.analysis.sql` (extra `big`) lets duckdb read and add up. The rules
are those of `domain.tiering.purchases`, and the results are the same.
"""

import pickle
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Protocol

import pandas as pd

from bot.analysis.ledger import Ledger, Reading, order_lines, year_last
from domain.tiering.purchases import Totals, together, totals

_PARTS = 64
_NO_LINES = pd.DataFrame(
    {
        "customer": pd.Series(dtype=object),
        "date": pd.Series(dtype="datetime64[s]"),
        "amount": pd.Series(dtype=float),
    }
)


class Lines(Protocol):
    """Order lines of one or more ledgers."""

    def read(self, ledger: Ledger) -> Reading:
        """Take in the lines of a ledger. DomainError: Lack.DATES, Lack.UNEVEN."""

    def latest(self) -> date | None:
        """The last day on which something is dated."""

    def add_up(self, as_of: date, opens_after: pd.Timestamp, *, merge: bool = True) -> Totals:
        """All lines by customer, as `domain.tiering.purchases.totals`."""


class Memory:
    """Lines that fit into memory."""

    def __init__(self) -> None:
        self._blocks: list[pd.DataFrame] = []
        self._latest: list[pd.Timestamp] = []

    def read(self, ledger: Ledger) -> Reading:
        reading = Reading()
        read_day = ledger.read_day(_dates(ledger))
        for block in ledger.sheet.blocks():
            lines, noticed = order_lines(block, ledger, read_day)
            reading.add(noticed)
            if lines["date"].notna().any():
                self._latest.append(lines["date"].max())
            self._keep(lines)
        return reading

    def latest(self) -> date | None:
        return max(self._latest).date() if self._latest else None

    def add_up(self, as_of: date, opens_after: pd.Timestamp, *, merge: bool = True) -> Totals:
        parts = [totals(part, as_of, opens_after, merge=merge) for part in self._parts()]
        notes = together(part.notes for part in parts)
        table = pd.concat([part.table for part in parts])
        parts.clear()  # of a long list a hundred megabytes less while it is put in order
        return Totals(table=table.sort_index(), notes=notes)

    def _keep(self, lines: pd.DataFrame) -> None:
        self._blocks.append(lines)

    def _parts(self) -> Iterator[pd.DataFrame]:
        yield pd.concat(self._blocks, ignore_index=True) if self._blocks else _NO_LINES


class Parts(Memory):
    """Lines in temporary files in a folder, each with a part of the customers."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._files = [folder / f"part-{number}" for number in range(_PARTS)]
        for file in self._files:
            file.touch()

    def _keep(self, lines: pd.DataFrame) -> None:
        part = pd.util.hash_array(lines["customer"].to_numpy(dtype=object)) % _PARTS
        with ExitStack() as stack:
            for number, of_part in lines.groupby(part):
                pickle.dump(of_part, stack.enter_context(self._files[number].open("ab")))  # type: ignore[call-overload]

    def _parts(self) -> Iterator[pd.DataFrame]:
        filled = [file for file in self._files if file.stat().st_size]
        for file in filled:
            yield pd.concat(_pieces(file), ignore_index=True)
        if not filled:
            yield _NO_LINES


def _pieces(file: Path) -> Iterator[pd.DataFrame]:
    with file.open("rb") as opened:
        while opened.peek(1):
            yield pickle.load(opened)  # noqa: S301 - written by ourselves, a moment ago


def _dates(ledger: Ledger) -> set[str]:
    if ledger.day is None:
        return set()
    return set().union(*(year_last(block[ledger.day]) for block in ledger.sheet.blocks()))
