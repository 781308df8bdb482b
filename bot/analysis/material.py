"""What the files hold, as numbers and days: rows of value, and what is known of each customer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from bot.analysis.columns import DIMENSIONS, Finder, named_alike
from bot.analysis.large import Lines
from bot.analysis.ledger import Ledger, Reading, cells_as
from bot.analysis.model import Lack, Method, Remark, Request, Role
from bot.analysis.sheets import Sheet
from domain.content.library import Library
from domain.errors import DomainError
from domain.explain import Reason
from domain.importing.columns import Words
from domain.importing.keys import normal_name
from domain.importing.mapping import support_parts
from domain.importing.values import BadCellError, clean, number, plain
from domain.importing.words import Lexicon
from domain.tiering.model import Support

_ATTRIBUTES = (Role.SUPPORT, Role.POTENTIAL_SCORE, Role.TITLE, Role.SITE_CLASS)
_SAID_PRODUCTS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """The content of the files.

    `lines` are the rows that have values. `people` has a row a customer (the index; who has nothing but
    lines may lack) and columns `name`, `support`, `potential_score`, `title`, `site_class` or the dimensions
    of priority, as far as there are any. `used` are headers by role.
    """

    lines: Lines
    people: pd.DataFrame
    used: Mapping[Role, str]
    remarks: tuple[Reason, ...]


def gather(sheets: Sequence[Sheet], request: Request, library: Library, lines: Lines) -> Material:
    """The material of a request; `lines` take in the rows of value.

    DomainError with a code of Lack when something is not there.
    """
    if not sheets:
        raise DomainError(Lack.NO_TABLE)
    return _Gathering(sheets, request, library, lines).material()


class _Gathering:
    def __init__(self, sheets: Sequence[Sheet], request: Request, library: Library, lines: Lines) -> None:
        self._request = request
        self._words = library.columns.words
        self._finder = Finder(sheets, library.columns, request.named, request.subject)
        self._lines = lines
        self._remarks: list[Reason] = []
        self._used: dict[Role, str] = {}
        self._sheets: list[tuple[Sheet, int]] = []
        for sheet, at in zip(sheets, self._finder.customers(), strict=True):
            if at is None:
                self._remarks.append(Reason(Remark.SHEET_LEFT, {"sheet": sheet.name}))
            else:
                self._use(Role.CUSTOMER, sheet, at)
                self._sheets.append((sheet, at))

    def material(self) -> Material:
        people = self._people()
        if self._request.method is not Method.PRIORITY:
            self._read_lines()
        return Material(lines=self._lines, people=people, used=dict(self._used), remarks=tuple(self._remarks))

    def _use(self, role: Role, sheet: Sheet, at: int) -> str:
        header = sheet.headers[at]
        self._used.setdefault(role, header)
        return header

    def _read_lines(self) -> None:
        """The rows of all sheets that have a value."""
        found = [
            (sheet, customer, at)
            for sheet, customer in self._sheets
            if (at := self._one_of(Role.VALUE, sheet)) is not None
        ]
        headers = {normal_name(sheet.headers[at]): sheet.headers[at] for sheet, _, at in found}
        if len(headers) > 1:
            raise DomainError(Lack.SEVERAL, role=Role.VALUE, found=list(headers.values()), option=Role.VALUE)
        if not found and not self._can_do_without_value():
            raise self._finder.lacking(Role.VALUE)
        ledgers = [self._ledger(sheet, customer, at) for sheet, customer, at in found]
        for ledger in self._with_ours(ledgers):
            self._tell(ledger.sheet, self._lines.read(ledger))

    def _can_do_without_value(self) -> bool:
        return self._request.method is Method.NINE_BOX and (
            Role.POTENTIAL_SCORE in self._used or {Role.TITLE, Role.SITE_CLASS} <= self._used.keys()
        )

    def _ledger(self, sheet: Sheet, customer: int, amount: int) -> Ledger:
        self._use(Role.VALUE, sheet, amount)
        day = self._one_of(Role.DATE, sheet)
        if day is not None:
            self._use(Role.DATE, sheet, day)
        elif self._request.method is Method.RFM:
            raise self._finder.lacking(Role.DATE)
        return Ledger(sheet=sheet, customer=customer, amount=amount, day=day)

    def _tell(self, sheet: Sheet, noticed: Reading) -> None:
        for at, cells in noticed.unreadable.items():
            self._remarks.append(Reason(Remark.UNREADABLE, {"header": sheet.headers[at], "n": cells}))
        if noticed.without_customer:
            self._remarks.append(Reason(Remark.NO_CUSTOMER, {"n": noticed.without_customer}))

    def _one_of(self, role: Role, sheet: Sheet) -> int | None:
        """The one column that can be `role`; DomainError when there are several."""
        found = self._finder.all_of(role, sheet)
        if len(found) > 1:
            names = [sheet.headers[at] for at in found]
            raise DomainError(Lack.SEVERAL, role=role, found=names, option=role)
        return found[0] if found else None

    def _with_ours(self, ledgers: Sequence[Ledger]) -> Sequence[Ledger]:
        """Which lines are about our product: the column of products is the one that names it."""
        if self._request.ours is None or self._request.method is not Method.NINE_BOX:
            return ledgers
        wanted = normal_name(self._request.ours)
        products = [self._finder.all_of(Role.PRODUCT, ledger.sheet) for ledger in ledgers]
        if not any(products):
            raise self._finder.lacking(Role.PRODUCT)
        told: dict[str, None] = {}
        known = []
        for ledger, columns in zip(ledgers, products, strict=True):
            ours: dict[int, set[str]] = {}
            for at, texts in _texts(ledger.sheet, columns).items():
                told |= dict.fromkeys(filter(None, texts))
                if hits := {text for text in texts if normal_name(text) == wanted}:
                    self._use(Role.PRODUCT, ledger.sheet, at)
                    ours[at] = hits
            known.append(replace(ledger, ours=ours))
        if not any(ledger.ours for ledger in known):
            raise DomainError(Lack.OURS, ours=self._request.ours, products=list(told)[:_SAID_PRODUCTS])
        return known

    def _people(self) -> pd.DataFrame:
        """What each customer is said to be: of several rows, the first that says something."""
        parts = [part for sheet, customer in self._sheets for part in self._people_of(sheet, customer)]
        together = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["customer"])
        return together.groupby("customer", sort=True).first()

    def _people_of(self, sheet: Sheet, customer: int) -> Iterator[pd.DataFrame]:
        """The people of a sheet, block by block; of a large sheet with nothing but lines, none."""
        readers = self._readers(sheet, customer)
        if sheet.large and not readers and self._finder.all_of(Role.VALUE, sheet):
            return
        unreadable: dict[int, int] = {}
        for block in sheet.blocks():
            columns: dict[str, Any] = {"customer": cells_as(block[customer], clean)[0]}
            for name, (at, parse) in readers.items():
                columns[name], bad = cells_as(block[at], parse)
                unreadable[at] = unreadable.get(at, 0) + bad
            people = pd.DataFrame(columns)
            yield people[people["customer"] != ""].groupby("customer", sort=False).first().reset_index()
        self._tell(sheet, Reading({at: cells for at, cells in unreadable.items() if cells}))
        self._tell_digits(sheet, readers)

    def _readers(self, sheet: Sheet, customer: int) -> dict[str, tuple[int, Callable[[str], Any]]]:
        """Where and how the columns of people are read."""
        found: dict[str, tuple[int, Callable[[str], Any]]] = {}
        if (at := self._finder.name(sheet, customer)) is not None:
            found["name"] = at, lambda cell: clean(cell) or None
            self._use(Role.NAME, sheet, at)
        if self._request.method is Method.PRIORITY:
            found |= {name: (at, number) for name, at in self._dimensions(sheet).items()}
        elif self._request.method is Method.NINE_BOX:
            readers = _readers(self._words)
            for role in _ATTRIBUTES:
                if (at := self._one_of(role, sheet)) is not None:
                    self._use(role, sheet, at)
                    found[role.value] = at, readers[role]
        return found

    def _tell_digits(self, sheet: Sheet, readers: Mapping[str, tuple[int, Any]]) -> None:
        """Bare digits of support: say which end is the strong one."""
        if Role.SUPPORT not in readers:
            return
        at, _ = readers[Role.SUPPORT]
        if any(_is_bare_digit(text) for texts in _texts(sheet, [at]).values() for text in texts):
            self._remarks.append(Reason(Remark.ONE_IS_STRONGEST, {"header": sheet.headers[at]}))

    def _dimensions(self, sheet: Sheet) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, words in DIMENSIONS.items():
            if (at := named_alike(sheet, words)) is not None:
                found[name] = at
        if not found:
            raise DomainError(
                Lack.DIMENSIONS,
                wanted=[words[0] for words in DIMENSIONS.values()],
                headers=self._finder.headers(),
            )
        return found


def _texts(sheet: Sheet, columns: Sequence[int]) -> dict[int, dict[str, None]]:
    """The different texts of some columns, in order."""
    found: dict[int, dict[str, None]] = {at: {} for at in columns}
    for block in sheet.blocks() if columns else ():
        for at in columns:
            found[at] |= dict.fromkeys(block[at].unique())
    return found


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
