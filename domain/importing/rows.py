"""Rows to drafts: every cell read once, every bad row said with its number, no good row held up.

A row with a cell that cannot be taken is rejected as a whole, so that it can be mended and sent
again. Where only a comfort is lost (a note cut short, a time not understood) the row is taken and
the loss is a remark.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from domain.compliance.gate import Gate
from domain.compliance.rules import Level, Place
from domain.geo import gcj02_to_wgs84
from domain.importing.columns import REQUIRED, Columns, Datum
from domain.importing.mapping import SheetMapping, support_parts
from domain.importing.model import (
    CustomerDraft,
    Draft,
    InstitutionDraft,
    Kind,
    RowIssue,
    SaleDraft,
    Source,
    UsageDraft,
    VisitDraft,
)
from domain.importing.times import TimesReader
from domain.importing.values import (
    BadCellError,
    clean,
    day,
    day_or_month,
    holds_id_number,
    number,
    period,
    plain,
)
from domain.importing.words import Lexicon
from domain.tiering.model import Support

_LENGTHS = {
    "code": 64,
    "customer_code": 64,
    "grade": 40,
    "product": 120,
    "institution": 120,
}
_USUAL_LENGTH = 80
_FREE_TEXT = 500  # characters of a note or next step
_ESCAPED = re.compile(r"'(?=\s*[=+\-@|＝＋－＠])")
_SCORES = (0, 12)
_YES_OR_NO = ("is_kol", "is_no_see", "by_appointment")

Values = dict[str, Any]


class _Told(NamedTuple):
    """A value that was taken with a remark."""

    value: Any
    code: str
    params: Mapping[str, Any]


class _Held(NamedTuple):
    """A text that may tell of a side effect: it is not taken before the report is acknowledged."""

    text: str
    rules: list[str]


@dataclass(frozen=True, slots=True)
class Drafts:
    """All that could be read, and all that could not."""

    drafts: tuple[Draft, ...]
    issues: tuple[RowIssue, ...]


def read_rows(mappings: Sequence[SheetMapping], columns: Columns, gate: Gate, *, today: date) -> Drafts:
    """Read every row of the recognised sheets. `today`: a visit after it has not taken place.

    What is written freely passes the `gate`: a text that must not be kept is left out, with a remark, and
    one that may tell of a side effect is held.
    """
    reader = _Reader(columns, gate, today)
    drafts: list[Draft] = []
    issues: list[RowIssue] = []
    for mapping in mappings:
        _Rows(reader, mapping, drafts, issues).read()
    return Drafts(tuple(drafts), tuple(issues))


class _Reader:
    """The parsers of cells; each takes a cell and gives a value, a `_Told` or raises BadCellError."""

    def __init__(self, columns: Columns, gate: Gate, today: date) -> None:
        words = columns.words
        self._gate = gate
        self._today = today
        self._support: Lexicon[Support] = Lexicon(words.support)
        self._ranks = Lexicon(words.title_rank)
        self._classes = Lexicon(words.site_class)
        self._datums = Lexicon(words.datum)
        self._times = TimesReader(columns)
        self._lexicons: dict[str, Lexicon[Any]] = {
            **dict.fromkeys(_YES_OR_NO, Lexicon({True: words.yes, False: words.no})),
            "channel": Lexicon(words.channel),
            "outcome": Lexicon(words.outcome),
            "status": Lexicon(words.status),
        }

    def parser(self, mapping: SheetMapping, name: str) -> Callable[[str], Any]:
        """The parser of a field in one sheet."""
        order = mapping.date_orders.get(name)
        if name in self._lexicons:
            return partial(_known_word, self._lexicons[name])
        special: dict[str, Callable[[str], Any]] = {
            "support": partial(self._support_of, mapping.strongest),
            "site_class": self._site_class,
            "datum": self._datum,
            "reception": self._windows,
            "best_times": self._windows,
            "lat": partial(_between, -90, 90),
            "lon": partial(_between, -180, 180),
            "potential_score": partial(_between, *_SCORES),
            "period": period,
            "next_on": lambda cell: day(cell, order),
            "amount": number,
            "on": lambda cell: self._past(
                day_or_month(cell, order) if mapping.kind is Kind.SALE else day(cell, order)
            ),
            "quantity": number if mapping.kind is Kind.SALE else _not_negative,
            "note": self._free_text,
            "next_step": self._free_text,
        }
        return special.get(name) or partial(_text, _LENGTHS.get(name, _length(mapping.kind, name)))

    def rank_of(self, title: str) -> str | None:
        """The rank of a title, None for an unknown one."""
        return self._ranks.find(title)

    def class_of(self, grade: str) -> int | None:
        """The site class that a grade in words means."""
        return None if plain(grade).isdigit() else self._classes.find(grade)

    def _support_of(self, strongest: int | None, cell: str) -> Support | None:
        if not plain(cell):
            return None
        digit, word = support_parts(cell, self._support)
        if word is not None:
            return word
        if digit is None:
            raise BadCellError("unknown_word", value=plain(cell)[:40])
        return Support(4 - digit if strongest == 3 else digit)

    def _site_class(self, cell: str) -> int | None:
        if not (said := plain(cell)):
            return None
        value = self._classes.find(said.removesuffix(".0"))
        if value is None:
            raise BadCellError("unknown_word", value=said[:40])
        return value

    def _datum(self, cell: str) -> Datum | None:
        if not (said := plain(cell)):
            return None
        datum = self._datums.find(said)
        if datum is None or datum == "bd09":
            raise BadCellError("datum_unsupported", value=said[:40])
        return datum

    def _windows(self, cell: str) -> Any:
        if not (said := plain(cell)):
            return None
        windows = self._times.read(said[:200])
        return windows or _Told(None, "times_not_understood", {"value": said[:40]})

    def _free_text(self, cell: str) -> Any:
        """A text without what the rules forbid to keep: all of it goes, for the rest would tell of it."""
        text = _text(_FREE_TEXT, cell, cut=True)
        kept = text.value if isinstance(text, _Told) else text
        verdict = self._gate.check_text(kept or "", Place.IMPORT)
        if verdict.level is Level.BLOCK:
            refused = [one.rule for one in verdict.findings if one.level is Level.BLOCK]
            return _Told(None, "text_refused", {"rules": refused})
        if kept and verdict.level is Level.HOLD:
            return _Held(kept, [one.rule for one in verdict.findings if one.level is Level.HOLD])
        return text

    def _past(self, on: date | None) -> date | None:
        if on is not None and on > self._today:
            raise BadCellError("date_in_future", value=on.isoformat())
        return on


class _Rows:
    """The rows of one sheet."""

    def __init__(
        self, reader: _Reader, mapping: SheetMapping, drafts: list[Draft], issues: list[RowIssue]
    ) -> None:
        self._reader = reader
        self._mapping = mapping
        self._drafts = drafts
        self._issues = issues
        self._make = {
            Kind.INSTITUTION: self._institution,
            Kind.CUSTOMER: self._customer,
            Kind.VISIT: self._visit,
            Kind.USAGE: self._usage,
            Kind.SALE: self._sale,
        }[mapping.kind]

    def read(self) -> None:
        sheet = self._mapping.sheet
        blank = [not any(map(str.strip, row)) for row in sheet.frame.itertuples(index=False, name=None)]
        again = self._repeated() if self._mapping.kind is Kind.USAGE else {}
        names = list(self._mapping.columns)
        columns = [self._parsed(name) for name in names]
        for position, cells in enumerate(zip(*columns, strict=True)):
            if blank[position]:
                continue
            source = Source(sheet.file, sheet.name, sheet.row_number(position))
            if position in again:
                params = {"first": sheet.row_number(again[position])}
                self._issues.append(RowIssue(source, "", "duplicate_row", params, rejected=False))
            else:
                self._row(source, names, cells)

    def _repeated(self) -> dict[int, int]:
        """Rows that repeat an earlier one cell by cell: there the same figure would count twice."""
        first: dict[tuple[str, ...], int] = {}
        rows = self._mapping.sheet.frame.itertuples(index=False, name=None)
        return {
            position: first[row]
            for position, row in enumerate(rows)
            if first.setdefault(row, position) != position
        }

    def _parsed(self, name: str) -> list[Any]:
        """A column's values; a cell that cannot be taken is its BadCellError."""
        parse = self._reader.parser(self._mapping, name)
        known: dict[str, Any] = {}
        parsed = []
        for cell in self._mapping.cells(name):
            if cell not in known:
                try:
                    known[cell] = parse(cell)
                except BadCellError as error:
                    known[cell] = error
            parsed.append(known[cell])
        return parsed

    def _row(self, source: Source, names: Sequence[str], cells: Sequence[Any]) -> None:
        values: Values = {}
        good = True
        for name, cell in zip(names, cells, strict=True):
            if isinstance(cell, BadCellError):
                self._say(source, name, cell.code, cell.params)
                good = False
            elif isinstance(cell, _Told):
                self._say(source, name, cell.code, cell.params, rejected=False)
                values[name] = cell.value
            elif isinstance(cell, _Held):
                self._say(source, name, "text_held", {"rules": cell.rules, "field": name}, rejected=False)
                values["held"] = (*values.get("held", ()), (name, cell.text))
            elif cell is not None:
                values[name] = cell
            else:
                continue
        for group in REQUIRED[self._mapping.kind]:
            if not any(name in values for name in group) and not self._is_bad(names, cells, group):
                column = next(name for name in group if name in self._mapping.columns)
                self._say(source, column, "missing", {"field": column})
                good = False
        if good and (draft := self._make(source, values)) is not None:
            self._drafts.append(draft)

    @staticmethod
    def _is_bad(names: Sequence[str], cells: Sequence[Any], group: Sequence[str]) -> bool:
        return any(
            name in group and isinstance(cell, BadCellError) for name, cell in zip(names, cells, strict=True)
        )

    def _say(
        self, source: Source, name: str, code: str, params: Mapping[str, Any], *, rejected: bool = True
    ) -> None:
        self._issues.append(RowIssue(source, self._mapping.header(name), code, params, rejected))

    def _pin(self, source: Source, values: Values) -> bool:
        """Bring the coordinates of a row to WGS-84; half a pin is no pin."""
        datum = values.pop("datum", None) or self._mapping.datum
        if ("lat" in values) != ("lon" in values):
            missing = "lon" if "lat" in values else "lat"
            self._say(source, missing, "missing", {"field": missing})
            return False
        if "lat" not in values:
            return True
        if values["lat"] == values["lon"] == 0:
            del values["lat"], values["lon"]
            return True
        if datum is None:
            self._say(source, "datum", "missing", {"field": "datum"})
            return False
        if datum == "gcj02":
            values["lat"], values["lon"] = gcj02_to_wgs84(values["lat"], values["lon"])
        values["lat"], values["lon"] = round(values["lat"], 6), round(values["lon"], 6)
        return True

    def _institution(self, source: Source, values: Values) -> InstitutionDraft | None:
        if not self._pin(source, values):
            return None
        if "site_class" not in values and "grade" in values:
            values["site_class"] = self._reader.class_of(values["grade"])
        return InstitutionDraft(source=source, **values)

    def _customer(self, source: Source, values: Values) -> CustomerDraft | None:
        if not self._pin(source, values):
            return None
        if "title" in values:
            values["title_rank"] = self._reader.rank_of(values["title"])
            if values["title_rank"] is None:
                self._say(source, "title", "title_unranked", {"value": values["title"][:40]}, rejected=False)
        values.setdefault("name", values.get("code"))
        return CustomerDraft(source=source, **values)

    def _visit(self, source: Source, values: Values) -> VisitDraft:
        _name_customer(values)
        return VisitDraft(source=source, **values)

    def _usage(self, source: Source, values: Values) -> UsageDraft:
        _name_customer(values)
        return UsageDraft(source=source, **values)

    def _sale(self, source: Source, values: Values) -> SaleDraft:
        return SaleDraft(source=source, **values)


def _name_customer(values: Values) -> None:
    """A code says more than a name."""
    if code := values.pop("customer_code", None):
        values["customer"] = code


def _length(kind: Kind, name: str) -> int:
    return 120 if kind is Kind.INSTITUTION and name == "name" else _USUAL_LENGTH


def _text(limit: int, cell: str, *, cut: bool = False) -> Any:
    text = clean(_ESCAPED.sub("", cell, count=1) if cell.startswith("'") else cell)
    if not any(char.isalnum() for char in text):
        return None
    if holds_id_number(text):
        raise BadCellError("id_number", rule="R-PI-1")
    if len(text) <= limit:
        return text
    if cut:
        return _Told(text[: limit - 1] + "…", "text_cut", {"limit": limit, "length": len(text)})
    raise BadCellError("text_too_long", limit=limit, length=len(text))


def _known_word(lexicon: Lexicon[Any], cell: str) -> Any:
    if not (said := plain(cell)):
        return None
    value = lexicon.find(said.removesuffix(".0"))
    if value is None:
        raise BadCellError("unknown_word", value=said[:40])
    return value


def _between(least: float, most: float, cell: str) -> float | None:
    value = number(cell)
    if value is not None and not least <= value <= most:
        raise BadCellError("out_of_range", value=plain(cell)[:40], least=least, most=most)
    return value


def _not_negative(cell: str) -> float | None:
    value = number(cell)
    if value is not None and value < 0:
        raise BadCellError("negative", value=plain(cell)[:40])
    return value
