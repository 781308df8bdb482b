"""What the files hold, as numbers and days: rows of value, and what is known of each customer."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from bot.analysis.columns import DIMENSIONS, Finder, named_alike
from bot.analysis.model import Lack, Method, Remark, Request, Role
from domain.content.library import Library
from domain.errors import DomainError
from domain.explain import Reason
from domain.importing.columns import Words
from domain.importing.keys import normal_name
from domain.importing.mapping import support_parts
from domain.importing.model import RawSheet
from domain.importing.values import BadCellError, clean, date_order, day_or_month, number, plain
from domain.importing.words import Lexicon
from domain.tiering.model import Support

_ATTRIBUTES = (Role.SUPPORT, Role.POTENTIAL_SCORE, Role.TITLE, Role.SITE_CLASS)
_SAID_PRODUCTS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """The content of the files.

    `lines` has columns `customer`, `amount`, and where the files have them `date`, `product`, and
    the cells of all other columns, so that equal lines are really equal. `people` has a row
    a customer (the index) of all files and columns `name`, `support`, `potential_score`,
    `title`, `site_class` or the dimensions of priority, as far as there are any. `used` are headers by role,
    `ours` whether a line is about our product.
    """

    lines: pd.DataFrame
    people: pd.DataFrame
    used: Mapping[Role, str]
    ours: "pd.Series[bool] | None"
    remarks: tuple[Reason, ...]


def gather(sheets: Sequence[RawSheet], request: Request, library: Library) -> Material:
    """The material of a request. DomainError with a code of Lack when something is not there."""
    if not sheets:
        raise DomainError(Lack.NO_TABLE)
    return _Gathering(sheets, request, library).material()


class _Gathering:
    def __init__(self, sheets: Sequence[RawSheet], request: Request, library: Library) -> None:
        self._request = request
        self._words = library.columns.words
        self._finder = Finder(sheets, library.columns, request.named, request.subject)
        self._remarks: list[Reason] = []
        self._used: dict[Role, str] = {}
        self._sheets: list[tuple[RawSheet, int]] = []
        for sheet, at in zip(sheets, self._finder.customers(), strict=True):
            if at is None:
                self._remarks.append(Reason(Remark.SHEET_LEFT, {"sheet": sheet.name or sheet.file}))
            else:
                self._use(Role.CUSTOMER, sheet, at)
                self._sheets.append((sheet, at))

    def material(self) -> Material:
        people = self._people()
        if self._request.method is Method.PRIORITY:
            lines, ours = pd.DataFrame(columns=["customer", "amount"]), None
        else:
            lines, ours = self._lines()
        everybody = people.index.union(pd.Index(lines["customer"].unique(), name="customer"))
        if everybody.empty:
            raise DomainError(Lack.NO_TABLE)
        return Material(
            lines=lines,
            people=people.reindex(everybody.sort_values()),
            used=dict(self._used),
            ours=ours,
            remarks=tuple(self._remarks),
        )

    def _use(self, role: Role, sheet: RawSheet, at: int) -> str:
        header = str(sheet.frame.columns[at])
        self._used.setdefault(role, header)
        return header

    def _lines(self) -> tuple[pd.DataFrame, "pd.Series[bool] | None"]:
        """The rows of all sheets that have a value, and which of them are ours."""
        found = [
            (sheet, customer, at)
            for sheet, customer in self._sheets
            if (at := self._one_of(Role.VALUE, sheet)) is not None
        ]
        headers = {normal_name(str(sheet.frame.columns[at])): (sheet, at) for sheet, _, at in found}
        if len(headers) > 1:
            names = [str(sheet.frame.columns[at]) for sheet, at in headers.values()]
            raise DomainError(Lack.SEVERAL, role=Role.VALUE, found=names, option=Role.VALUE)
        if not found and not self._can_do_without_value():
            raise self._finder.lacking(Role.VALUE)
        lines = [self._lines_of(sheet, customer, at) for sheet, customer, at in found]
        whole = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=["customer", "amount"])
        return whole, self._ours(whole, [sheet for sheet, *_ in found])

    def _can_do_without_value(self) -> bool:
        return self._request.method is Method.NINE_BOX and (
            Role.POTENTIAL_SCORE in self._used or {Role.TITLE, Role.SITE_CLASS} <= self._used.keys()
        )

    def _lines_of(self, sheet: RawSheet, customer: int, value: int) -> pd.DataFrame:
        frame = sheet.frame.set_axis(
            [f"cell:{header}:{at}" for at, header in enumerate(sheet.frame.columns)], axis="columns"
        )
        header = self._use(Role.VALUE, sheet, value)
        columns: dict[str, Any] = {
            "customer": _keys(frame.iloc[:, customer]),
            "amount": pd.to_numeric(self._read(frame.iloc[:, value], header, number)).astype(float),
        }
        if self._request.method is not Method.NINE_BOX:
            at = self._one_of(Role.DATE, sheet)
            if at is None and self._request.method is Method.RFM:
                raise self._finder.lacking(Role.DATE)
            if at is not None:
                columns["date"] = self._days(frame.iloc[:, at], self._use(Role.DATE, sheet, at))
        lines = frame.assign(**columns)
        without = int((lines["customer"] == "").sum())
        if without:
            self._remarks.append(Reason(Remark.NO_CUSTOMER, {"n": without}))
        return lines[lines["customer"] != ""]

    def _one_of(self, role: Role, sheet: RawSheet) -> int | None:
        """The one column that can be `role`; DomainError when there are several."""
        found = self._finder.all_of(role, sheet)
        if len(found) > 1:
            names = [str(sheet.frame.columns[at]) for at in found]
            raise DomainError(Lack.SEVERAL, role=role, found=names, option=role)
        return found[0] if found else None

    def _days(self, cells: "pd.Series[str]", header: str) -> "pd.Series[Any]":
        order = date_order(plain(cell) for cell in cells.unique())
        if order == "either":
            raise DomainError(Lack.DATES, header=header)
        return pd.to_datetime(self._read(cells, header, partial(day_or_month, order=order)))

    def _ours(self, lines: pd.DataFrame, sheets: Sequence[RawSheet]) -> "pd.Series[bool] | None":
        """Which lines are about our product: the column of products is the one that names it."""
        if self._request.ours is None or self._request.method is not Method.NINE_BOX:
            return None
        wanted = normal_name(self._request.ours)
        names: dict[str, None] = {}
        found = pd.Series(data=False, index=lines.index)
        there = False
        for sheet in sheets:
            for at in self._finder.all_of(Role.PRODUCT, sheet):
                there = True
                products = lines.get(f"cell:{sheet.frame.columns[at]}:{at}")
                if products is None:
                    continue
                known = {name: normal_name(str(name)) for name in products.dropna().unique()}
                names |= dict.fromkeys(map(str, known))
                hits = products.map(known) == wanted
                if hits.any():
                    self._use(Role.PRODUCT, sheet, at)
                    found |= hits
        if not there:
            raise self._finder.lacking(Role.PRODUCT)
        if not found.any():
            raise DomainError(Lack.OURS, ours=self._request.ours, products=list(names)[:_SAID_PRODUCTS])
        return found

    def _people(self) -> pd.DataFrame:
        """What each customer is said to be: of several rows, the first that says something."""
        parts = [self._people_of(sheet, customer) for sheet, customer in self._sheets]
        together = pd.concat(parts, ignore_index=True)
        together = together[together["customer"] != ""]
        return together.groupby("customer", sort=True).first()

    def _people_of(self, sheet: RawSheet, customer: int) -> pd.DataFrame:
        frame = sheet.frame
        columns: dict[str, Any] = {"customer": _keys(frame.iloc[:, customer])}
        if (at := self._finder.name(sheet, customer)) is not None:
            names = frame.iloc[:, at].map(clean)
            columns["name"] = names.where(names != "", None)
            self._use(Role.NAME, sheet, at)
        if self._request.method is Method.PRIORITY:
            columns |= self._dimensions(sheet)
        elif self._request.method is Method.NINE_BOX:
            readers = _readers(self._words)
            for role in _ATTRIBUTES:
                if (at := self._one_of(role, sheet)) is not None:
                    header = self._use(role, sheet, at)
                    columns[role.value] = self._read(frame.iloc[:, at], header, readers[role])
                    if role is Role.SUPPORT and frame.iloc[:, at].map(_is_bare_digit).any():
                        self._remarks.append(Reason(Remark.ONE_IS_STRONGEST, {"header": header}))
        return pd.DataFrame(columns)

    def _dimensions(self, sheet: RawSheet) -> dict[str, Any]:
        found = {
            name: self._read(sheet.frame.iloc[:, at], str(sheet.frame.columns[at]), number)
            for name, words in DIMENSIONS.items()
            if (at := named_alike(sheet, words)) is not None
        }
        if not found:
            raise DomainError(
                Lack.DIMENSIONS,
                wanted=[words[0] for words in DIMENSIONS.values()],
                headers=self._finder.headers(),
            )
        return {name: pd.to_numeric(cells) for name, cells in found.items()}

    def _read(self, cells: "pd.Series[str]", header: str, parse: Callable[[str], Any]) -> "pd.Series[Any]":
        """The cells as values, None where they are empty or unreadable; the unreadable ones are told."""
        values: dict[str, Any] = {}
        bad = set()
        for cell in cells.unique():
            try:
                values[cell] = parse(cell)
            except BadCellError:
                values[cell] = None
                bad.add(cell)
        unreadable = sum(times for cell, times in Counter(cells).items() if cell in bad)
        if unreadable:
            self._remarks.append(Reason(Remark.UNREADABLE, {"header": header, "n": unreadable}))
        return pd.Series([values[cell] for cell in cells], index=cells.index, dtype=object)


def _keys(cells: "pd.Series[str]") -> "pd.Series[str]":
    return cells.map(clean)


def _readers(words: Words) -> Mapping[Role, Callable[[str], Any]]:
    support, ranks, classes = Lexicon(words.support), Lexicon(words.title_rank), Lexicon(words.site_class)

    def support_of(cell: str) -> Support | None:
        digit, word = support_parts(cell, support)
        if word is None and digit is None and plain(cell):
            raise BadCellError("unknown_word")
        return word or (Support(digit) if digit else None)

    return {
        Role.SUPPORT: support_of,
        Role.POTENTIAL_SCORE: number,
        Role.TITLE: lambda cell: ranks.find(cell) if plain(cell) else None,
        Role.SITE_CLASS: lambda cell: classes.find(plain(cell).removesuffix(".0")) if plain(cell) else None,
    }


def _is_bare_digit(cell: str) -> bool:
    return plain(cell).removesuffix(".0") in {"1", "2", "3"}


def latest(lines: pd.DataFrame) -> date | None:
    """The last day on which something is dated."""
    if "date" not in lines or lines["date"].isna().all():
        return None
    return pd.Timestamp(lines["date"].max()).date()
