"""What a sheet is about and which column feeds which field.

Order of trust: what the person said for this import, what was remembered for a sheet with the same
headers, an exact header, a header that says little by itself, a header that is nearly right. What
cannot be known is a `Question`; nothing is guessed in silence that would change a figure.

Answers are one mapping from an id to a value. The id is a question's `id` (from a button, or
remembered), its `code` (`datum=gcj02`, `direction=1`, `ours=Dulaglutide`: for all questions of that
code) or a header (`其他列=department`, and `-` to pass the column over).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import fuzz, process

from domain.errors import DomainError
from domain.geo import in_china
from domain.importing.columns import FIELDS, REQUIRED, Columns, Datum
from domain.importing.headers import POINTS, Match, Vocabulary, one_width
from domain.importing.keys import normal_name
from domain.importing.model import DroppedColumn, Kind, RawSheet, RowIssue, Source
from domain.importing.values import BadCellError, DateOrder, clean, date_order, number, plain
from domain.importing.words import Lexicon
from domain.tiering.model import Support

IGNORE = "-"
CODES = frozenset({"kind", "column", "twice", "needed", "direction", "dates", "datum", "ours"})
_LEGEND = re.compile(r"([13])\D{0,3}?([^\W\d]+[^\d,;、/]*)")
_NAMED = 3.0  # points of a sheet or file name that says what the sheet is about
_DATES = {"on", "next_on"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the market profile says about imports."""

    usage_allowed: bool
    asks_datum: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: `code` and `params` are its label for the renderer."""

    value: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person knows. `default` is the likelier answer, None when none is likelier.

    Codes: `kind` (what is this sheet), `column` (is `header` the field `field`), `twice` (which of
    several columns is `field`), `needed` (which column is `field`, without which nothing can be read),
    `direction` (which digit is the strongest support), `dates` (day or month first), `datum`
    (of coordinates), `ours` (which product is ours).
    """

    id: str
    code: str
    params: Mapping[str, Any]
    options: tuple[Option, ...]
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMapping:
    """How one sheet is read: positions of columns by field, and what its values mean.

    `strongest` is the digit that means the strongest support (None: only words are used).
    `remember` holds the answers that settled it, to be given again for the same `fingerprint`.
    """

    sheet: RawSheet
    kind: Kind
    fingerprint: str
    columns: Mapping[str, int]
    datum: Datum | None = None
    strongest: int | None = None
    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)
    remember: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """The header of the column that feeds a field, "" when none does."""
        return str(self.sheet.frame.columns[self.columns[name]]) if name in self.columns else ""

    def cells(self, name: str) -> list[str]:
        """The cells of a field, from top to bottom; empty when no column feeds it."""
        if name not in self.columns:
            return [""] * len(self.sheet.frame)
        return self.sheet.frame.iloc[:, self.columns[name]].tolist()


@dataclass(frozen=True, slots=True)
class Recognised:
    """All sheets of an import. With `questions` open, the sheets concerned are not in `sheets` yet.

    `remarks` are RowIssues that reject nothing: columns and sheets that were passed over.
    `ours` are the names of our own products, as far as an answer names them.
    """

    sheets: tuple[SheetMapping, ...]
    questions: tuple[Question, ...]
    dropped: tuple[DroppedColumn, ...]
    remarks: tuple[RowIssue, ...]
    ours: tuple[str, ...] = ()


def fingerprint(headers: Iterable[str]) -> str:
    """Twelve hex digits that are the same for sheets with the same headers in the same order."""
    joined = "\x1f".join(normal_name(header) for header in headers)
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def label(sheet: RawSheet) -> str:
    """What a person calls the sheet: its name, for a file without sheets the file's."""
    return sheet.name or sheet.file


def recognise(
    sheets: Sequence[RawSheet],
    columns: Columns,
    terms: Terms,
    *,
    answers: Mapping[str, str] | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
    ours_known: bool = False,
) -> Recognised:
    """Find kind and columns of every sheet.

    `remembered` holds `SheetMapping.remember` by fingerprint. `ours_known`: the settings say already
    which products are ours, so it is not asked. Raises DomainError (`answer_unknown`,
    `field_unknown`, `header_unknown`) for an answer that cannot be meant.
    """
    given = dict(answers or {})
    vocabulary = Vocabulary(columns)
    _check_answers(given, sheets)
    work = _Work(terms, vocabulary, given, remembered or {})
    for sheet in sheets:
        work.recognise(sheet)
    ours = () if ours_known else work.ask_ours()
    return Recognised(
        tuple(work.sheets), tuple(work.questions), tuple(work.dropped), tuple(work.remarks), ours
    )


def header_row(rows: Sequence[Sequence[str]], columns: Columns, *, search: int = 10) -> int | None:
    """The position of the row that holds the headers: the one that knows most of them.

    Titles and notes often stand above it; up to `search` such rows are passed over. None for a table
    without any text.
    """
    vocabulary = Vocabulary(columns)
    filled = [position for position, row in enumerate(rows[: search + 50]) if any(row)][: search + 1]
    if not filled:
        return None
    known = {position: sum(vocabulary.knows(cell) for cell in rows[position]) for position in filled}
    best = max(filled, key=lambda position: (known[position], -position))
    return best if known[best] else filled[0]


@dataclass(slots=True)
class _Sheet:
    """A sheet on its way to a mapping."""

    raw: RawSheet
    print: str
    headers: list[str]
    remember: dict[str, str] = field(default_factory=dict)


class _Work:
    """One run of `recognise`: what is settled and what must be asked."""

    def __init__(
        self,
        terms: Terms,
        vocabulary: Vocabulary,
        answers: Mapping[str, str],
        remembered: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.sheets: list[SheetMapping] = []
        self.questions: list[Question] = []
        self.dropped: list[DroppedColumn] = []
        self.remarks: list[RowIssue] = []
        self._terms = terms
        self._words = vocabulary
        self._answers = answers
        self._said = {normal_name(key): value for key, value in answers.items() if key not in CODES}
        self._remembered = remembered
        self._file_datum: dict[str, str] = {}

    def recognise(self, raw: RawSheet) -> None:
        """Settle one sheet, or leave questions."""
        if normal_name(raw.name) in self._words.own.sheet_names or raw.frame.empty:
            return
        headers = [str(header) for header in raw.frame.columns]
        sheet = _Sheet(raw, fingerprint(headers), headers)
        asked = len(self.questions)
        kind = self._kind(sheet)
        if kind is None:
            if len(self.questions) == asked:
                self._remark(sheet, "", "sheet_ignored")
            return
        if rule := self._words.rule_against_sheet(kind, usage_allowed=self._terms.usage_allowed):
            self.dropped.append(DroppedColumn(label(raw), "", rule))
            return
        chosen = self._columns(sheet, kind)
        if len(self.questions) > asked:
            return
        mapping = SheetMapping(
            sheet=raw,
            kind=kind,
            fingerprint=sheet.print,
            columns={name: match.position for name, match in chosen.items()},
            datum=chosen["lat"].datum if "lat" in chosen else None,
        )
        mapping = replace(
            mapping,
            datum=self._datum(sheet, mapping),
            strongest=self._strongest(sheet, mapping),
            date_orders=self._date_orders(sheet, mapping),
        )
        if len(self.questions) == asked:
            self.sheets.append(replace(mapping, remember=sheet.remember))

    def ask_ours(self) -> tuple[str, ...]:
        """Which product is ours: from the answer, else a question where usage came."""
        volumes: dict[str, float] = {}
        for mapping in self.sheets:
            if mapping.kind is Kind.USAGE:
                for product, quantity in zip(
                    mapping.cells("product"), mapping.cells("quantity"), strict=True
                ):
                    if clean(product):
                        volumes[clean(product)] = volumes.get(clean(product), 0) + _size(quantity)
        if not volumes:
            return ()
        products = sorted(volumes, key=lambda product: (-volumes[product], product))
        if answer := self._answers.get("ours"):
            wanted = [part for part in re.split(r"[,;、|]", one_width(answer)) if part.strip()]
            by_name = {normal_name(product): product for product in products}
            for part in wanted:
                if normal_name(part) not in by_name:
                    raise DomainError("ours_unknown", answer=part.strip(), products=products[:10])
            return tuple(by_name[normal_name(part)] for part in wanted)
        options = tuple(Option(product, "product", {"name": product}) for product in products[:12])
        self.questions.append(Question("ours", "ours", {}, options))
        return ()

    def _kind(self, sheet: _Sheet) -> Kind | None:
        points = {kind: self._points(sheet, kind) for kind in FIELDS}
        ready = {kind: score for kind, (score, complete, _) in points.items() if complete}
        best = [kind for kind, score in ready.items() if score == max(ready.values())]
        if len(best) == 1 and not self._given(sheet, "kind"):
            return best[0]
        near = [kind for kind, (_, _, known) in points.items() if known >= 2]
        if not best and not near and not self._given(sheet, "kind"):
            return None
        options = [Option(kind.value, f"kind_{kind.value}") for kind in FIELDS]
        likely = max(best or near or list(FIELDS), key=lambda kind: points[kind][0])
        answer = self._ask(
            sheet,
            "kind",
            "",
            {"headers": sheet.headers[:12]},
            [*options, Option(IGNORE, "ignore")],
            likely.value,
        )
        return Kind(answer) if answer not in {None, IGNORE} else None

    def _points(self, sheet: _Sheet, kind: Kind) -> tuple[float, bool, int]:
        """How well a kind fits, whether everything needed is there, and how many headers are known."""
        best: dict[str, float] = {}
        for position, header in enumerate(sheet.headers):
            for name, match in self._matches(sheet, kind, position, header).items():
                best[name] = max(best.get(name, 0), POINTS[match.how])
        complete = all(any(best.get(name) for name in group) for group in REQUIRED[kind])
        named = _NAMED if self._words.names(kind, sheet.raw) else 0
        return sum(best.values()) + named, complete, sum(1 for score in best.values() if score >= 2)

    def _matches(self, sheet: _Sheet, kind: Kind, position: int, header: str) -> dict[str, Match]:
        if (said := self._said_of(sheet, position)) is not None:
            return {said: Match(position, "said")} if said in FIELDS[kind] else {}
        return self._words.match(kind, position, header)

    def _said_of(self, sheet: _Sheet, position: int) -> str | None:
        """What the person said, now or before, about a column."""
        header = sheet.headers[position]
        said = self._said.get(normal_name(header)) if header else None
        return said or self._remembered.get(sheet.print, {}).get(f"={position}")

    def _columns(self, sheet: _Sheet, kind: Kind) -> dict[str, Match]:
        """The column of each field; columns kept out or passed over are said."""
        found: dict[str, list[Match]] = {}
        for position, header in enumerate(sheet.headers):
            if rule := self._words.rule_against(header, kind, usage_allowed=self._terms.usage_allowed):
                self.dropped.append(DroppedColumn(label(sheet.raw), header, rule))
                continue
            if (said := self._said_of(sheet, position)) is not None:
                sheet.remember[f"={position}"] = said
            for name, candidate in self._matches(sheet, kind, position, header).items():
                found.setdefault(name, []).append(candidate)
        _one_datum(found)
        chosen: dict[str, Match] = {}
        for name in FIELDS[kind]:
            taken = {match.position for match in chosen.values()}
            free = [match for match in found.get(name, []) if match.position not in taken]
            if (match := self._choose(sheet, name, free)) is not None:
                chosen[name] = match
        self._need(sheet, kind, chosen)
        self._say_ignored(sheet, kind, chosen)
        return chosen

    def _choose(self, sheet: _Sheet, name: str, matches: list[Match]) -> Match | None:
        for how in POINTS:
            ranked = [match for match in matches if match.how == how]
            if len(ranked) > 1:
                options = [
                    Option(str(match.position), "header", {"header": sheet.headers[match.position]})
                    for match in ranked
                ]
                answer = self._ask(
                    sheet, "twice", name, {"field": name}, [*options, Option(IGNORE, "ignore")], None
                )
                return next((match for match in ranked if str(match.position) == answer), None)
            if ranked and how == "likely":
                return ranked[0] if self._confirmed(sheet, name, ranked[0]) else None
            if ranked:
                return ranked[0]
        return None

    def _confirmed(self, sheet: _Sheet, name: str, match: Match) -> bool:
        options = [Option("yes", "yes", {"field": name}), Option(IGNORE, "ignore")]
        params = {"header": sheet.headers[match.position], "field": name}
        return self._ask(sheet, "column", str(match.position), params, options, "yes") == "yes"

    def _need(self, sheet: _Sheet, kind: Kind, chosen: dict[str, Match]) -> None:
        for group in REQUIRED[kind]:
            if any(name in chosen for name in group):
                continue
            taken = {match.position for match in chosen.values()}
            options = [
                Option(str(position), "header", {"header": header})
                for position, header in enumerate(sheet.headers)
                if position not in taken
                and header
                and not self._words.rule_against(header, kind, usage_allowed=self._terms.usage_allowed)
            ]
            if not options:
                raise DomainError("column_missing", sheet=label(sheet.raw), kind=kind.value, field=group[0])
            answer = self._ask(
                sheet, "needed", group[0], {"field": group[0], "kind": kind.value}, options, None
            )
            if answer is not None:
                chosen[group[0]] = Match(int(answer), "said")

    def _say_ignored(self, sheet: _Sheet, kind: Kind, chosen: Mapping[str, Match]) -> None:
        used = {match.position for match in chosen.values()}
        for position, header in enumerate(sheet.headers):
            if (
                position not in used
                and header
                and normal_name(header) not in self._words.own.headers
                and not self._words.rule_against(header, kind, usage_allowed=self._terms.usage_allowed)
            ):
                datums = {match.datum for match in self._words.match(kind, position, header).values()}
                self._remark(sheet, header, "datum_unsupported" if datums == {"bd09"} else "column_ignored")

    def _remark(self, sheet: _Sheet, column: str, code: str) -> None:
        source = Source(sheet.raw.file, sheet.raw.name, sheet.raw.header_row)
        self.remarks.append(RowIssue(source, column, code, rejected=False))

    def _datum(self, sheet: _Sheet, mapping: SheetMapping) -> Datum | None:
        if "lat" not in mapping.columns or "lon" not in mapping.columns or mapping.datum:
            return mapping.datum
        if "datum" in mapping.columns and all(mapping.cells("datum")):
            return None
        pins = zip(mapping.cells("lat"), mapping.cells("lon"), strict=True)
        if not (self._terms.asks_datum and any(in_china(_size(lat), _size(lon)) for lat, lon in pins)):
            return "wgs84"
        file = sheet.raw.file
        if file not in self._file_datum:
            options = [Option("wgs84", "datum_wgs84"), Option("gcj02", "datum_gcj02")]
            answer = self._ask(sheet, "datum", "", {"file": file}, options, None)
            self._file_datum[file] = answer or ""
        elif self._file_datum[file]:
            sheet.remember["datum"] = self._file_datum[file]
        return "gcj02" if self._file_datum[file] == "gcj02" else "wgs84"

    def _strongest(self, sheet: _Sheet, mapping: SheetMapping) -> int | None:
        if "support" not in mapping.columns:
            return None
        bare, pairs = False, set()
        for cell in {plain(cell) for cell in mapping.cells("support")}:
            digit, word = support_parts(cell, self._words.support)
            bare = bare or (digit is not None and word is None)
            if digit is not None and word is not None and word is not Support.SECOND_CHOICE:
                pairs.add(_strongest_of(digit, word))
        legend = {
            _strongest_of(int(digit), word)
            for digit, words in _LEGEND.findall(one_width(mapping.header("support")))
            if (word := self._words.legend.find(words)) is not None
        }
        settled = (pairs | legend) - {None}
        if not bare:
            return None
        if len(settled) == 1:
            return settled.pop()
        options = [Option("1", "strongest_1"), Option("3", "strongest_3")]
        params = {"header": mapping.header("support")}
        answer = self._ask(sheet, "direction", "", params, options, None)
        return int(answer) if answer else None

    def _date_orders(self, sheet: _Sheet, mapping: SheetMapping) -> dict[str, DateOrder]:
        orders: dict[str, DateOrder] = {}
        for name in _DATES & mapping.columns.keys():
            order = date_order(mapping.cells(name))
            if order == "either":
                options = [Option("mdy", "dates_mdy"), Option("dmy", "dates_dmy")]
                example = next(cell for cell in mapping.cells(name) if date_order([cell]) == "either")
                params = {"header": mapping.header(name), "example": example}
                order = (
                    "mdy"
                    if (answer := self._ask(sheet, "dates", name, params, options, None)) == "mdy"
                    else "dmy"
                )
                if answer is None:
                    continue
            if order:
                orders[name] = order
        return orders

    def _given(self, sheet: _Sheet, code: str, detail: str = "") -> str | None:
        memory = self._remembered.get(sheet.print, {})
        key = f"{code}.{detail}" if detail else code
        return (
            self._answers.get(question_id(code, sheet.print, detail))
            or self._answers.get(code)
            or memory.get(key)
        )

    def _ask(
        self,
        sheet: _Sheet,
        code: str,
        detail: str,
        params: Mapping[str, Any],
        options: Sequence[Option],
        default: str | None,
    ) -> str | None:
        """The answer to a question, remembered for the next time; None leaves it open."""
        answer = self._given(sheet, code, detail)
        if answer is not None:
            values = [option.value for option in options]
            if answer not in values:
                raise DomainError("answer_unknown", question=code, answer=answer, options=values)
            sheet.remember[f"{code}.{detail}" if detail else code] = answer
            return answer
        where = {"file": sheet.raw.file, "sheet": label(sheet.raw)}
        identity = question_id(code, sheet.print, detail)
        if all(question.id != identity for question in self.questions):
            self.questions.append(Question(identity, code, {**where, **params}, tuple(options), default))
        return None


def question_id(code: str, print_: str, detail: str = "") -> str:
    """The id of a question about sheets with a fingerprint: at most 40 ASCII characters."""
    return f"{code}.{print_}.{detail}" if detail else f"{code}.{print_}"


def support_parts(cell: str, words: Lexicon[Support]) -> tuple[int | None, Support | None]:
    """The digit and the word of a support cell: "1", "首选", "1-首选", "A2"."""
    text = plain(cell)
    found = re.fullmatch(r"[ABCabc]?([1-3])(?:\.0+)?(\D*)|(\D+)([1-3])\D*", text)
    digit = int(found[1] or found[4]) if found else None
    rest = re.sub(r"\d", " ", text) if found else text
    return digit, words.find(rest) if re.search(r"[^\W\d_]", rest) else None


def _strongest_of(digit: int, word: Support) -> int | None:
    """Which digit is the strongest when `digit` stands for `word`; None when 2 is no help."""
    if digit == 2:
        return None
    return digit if word is Support.FIRST_CHOICE else 4 - digit


def _one_datum(found: dict[str, list[Match]]) -> None:
    """Keep the pair of coordinates of the best datum: WGS-84, else GCJ-02, else unlabelled."""
    if not ("lat" in found and "lon" in found):
        found.pop("lat", None)
        found.pop("lon", None)
        return
    for datum in ("wgs84", "gcj02", None):
        pair = {name: [match for match in found[name] if match.datum == datum] for name in ("lat", "lon")}
        if all(pair.values()):
            found.update(pair)
            return
    del found["lat"], found["lon"]


def _size(text: str) -> float:
    try:
        return number(text) or 0.0
    except BadCellError:
        return 0.0


def _check_answers(answers: Mapping[str, str], sheets: Sequence[RawSheet]) -> None:
    """Refuse answers about headers or fields that do not exist."""
    headers = {normal_name(str(header)): str(header) for sheet in sheets for header in sheet.frame.columns}
    names = {name for fields in FIELDS.values() for name in fields} | {IGNORE}
    for key, value in answers.items():
        if key in CODES or key.partition(".")[0] in CODES:
            continue
        if normal_name(key) not in headers:
            near = process.extract(normal_name(key), headers, limit=3, scorer=fuzz.ratio)
            raise DomainError("header_unknown", header=key, headers=[headers[match[2]] for match in near])
        if value not in names:
            raise DomainError("field_unknown", header=key, field=value, fields=sorted(names - {IGNORE}))
