"""How well sentences are understood, on a labelled set, and how long one takes beside 500 names."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import process_time

from bot.bench.figures import BenchError, quantile
from domain.content.library import Library
from domain.customers.search import NameIndex, SearchEntry
from domain.ids import CustomerId
from domain.understanding.interpreter import Interpreter, Meaning, Understanding

LABELLED = Path("tests/data/utterances")
LOCALES = ("zh", "en")
TODAY = date(2026, 11, 18)
"""The day on which all sentences of the set are said, a Wednesday."""
LIMIT = 5.0
"""Milliseconds of processor time in which a sentence is to be understood."""
NOTHING = "none"
_SHOWN = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One labelled sentence: the intent that is expected, and the slots that are compared."""

    locale: str
    round: int
    intent: str
    slots: tuple[tuple[str, str], ...]
    style: str
    text: str

    @property
    def is_held_out(self) -> bool:
        """Whether it is kept from tuning: a third of the second round, by the first byte of its SHA-256."""
        return self.round > 1 and hashlib.sha256(self.text.encode()).digest()[0] % 3 == 0

    def fits(self, got: Understanding) -> bool:
        """Whether the sentence was understood as it is meant."""
        if got.meaning is None or got.meaning.intent != self.intent:
            return got.meaning is None and self.intent == NOTHING
        meaning = got.meaning
        return all(_slot(meaning, slot) == value for slot, value in self.slots)


def _slot(meaning: Meaning, slot: str) -> str | None:
    if slot == "when":
        return str(meaning.when)
    if slot == "name" and "shown" in meaning.slots:
        return _SHOWN
    return meaning.slots.get(slot)


@dataclass(frozen=True, slots=True)
class Part:
    """Shares of a part of the set: what was understood, and what led to something else than was meant.

    A question back is neither.
    """

    locale: str
    is_held_out: bool
    lines: int
    accuracy: float
    wrong: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one intent was taken for another, or for nothing."""

    meant: str
    understood: str
    count: int


@dataclass(frozen=True, slots=True)
class UnderstandingFigures:
    """The figures of all parts, what was confused, and the processor time of a sentence in milliseconds."""

    parts: tuple[Part, ...]
    confused: tuple[Confusion, ...]
    names: int
    mean: float
    p95: float
    longest: float


def read_sentences(folder: Path = LABELLED) -> list[Line]:
    """The labelled set. BenchError when it is not there: it comes with the source, not with the package."""
    lines = []
    for locale in LOCALES:
        for row in _rows(folder / f"{locale}.csv"):
            slots = tuple(pair.partition("=")[::2] for pair in row["slots"].split(",") if pair)
            lines.append(
                Line(
                    locale=locale,
                    round=int(row["round"]),
                    intent=row["intent"],
                    slots=slots,
                    style=row["style"],
                    text=row["text"],
                )
            )
    return lines


def read_customers(folder: Path = LABELLED) -> NameIndex:
    """The customers of the person who says the sentences."""
    rows = _rows(folder / "customers.csv")
    return NameIndex(
        [
            SearchEntry(CustomerId(number), row["name"], row["institution"], row["department"])
            for number, row in enumerate(rows, 1)
        ]
    )


def measure_understanding(library: Library, lines: Sequence[Line]) -> UnderstandingFigures:
    """Understand every line, count, and measure."""
    interpreter, index, calendar = Interpreter(library.lexicons), read_customers(), library.calendar("cn")
    heard: list[tuple[Line, Understanding]] = []
    seconds: list[float] = []
    for measured in (False, True):  # the first time dictionaries are read
        for line in lines:
            began = process_time()
            got = interpreter.understand(line.text, today=TODAY, calendar=calendar, is_name=index.is_name)
            if measured:
                seconds.append(process_time() - began)
                heard.append((line, got))
    wrong = Counter((line.intent, str(got.intent or NOTHING)) for line, got in heard if not line.fits(got))
    return UnderstandingFigures(
        parts=tuple(
            _part(locale, [one for one in heard if one[0].is_held_out is held], is_held_out=held)
            for held in (False, True)
            for locale in LOCALES
        ),
        confused=tuple(Confusion(*pair, count) for pair, count in wrong.most_common()),
        names=sum(1 for _ in _rows(LABELLED / "customers.csv")),
        mean=round(1000 * sum(seconds) / len(seconds), 2),
        p95=round(1000 * quantile(seconds, 0.95), 2),
        longest=round(1000 * max(seconds), 2),
    )


def understanding_table(found: UnderstandingFigures) -> list[tuple[str, ...]]:
    """The rates as rows of text."""
    table: list[tuple[str, ...]] = [("", "lines", "understood", "wrong action")]
    for part in found.parts:
        name = f"{part.locale}, {'held out' if part.is_held_out else 'tuned'}"
        table.append((name, str(part.lines), f"{part.accuracy:.1%}", f"{part.wrong:.1%}"))
    return table


def confusion_table(found: UnderstandingFigures) -> list[tuple[str, ...]]:
    """What was taken for what, as rows of text."""
    rows = [(one.meant, one.understood, str(one.count)) for one in found.confused]
    return [("meant", "understood as", "lines"), *rows]


def understanding_lines(found: UnderstandingFigures) -> list[str]:
    """The time as sentences."""
    stays = "under" if found.p95 < LIMIT else "NOT under"
    times = f"{found.mean} ms on average, p95 {found.p95} ms, {found.longest} ms at most"
    return [f"A sentence beside {found.names} names: {times}: p95 {stays} {LIMIT:g} ms."]


def _part(locale: str, heard: Iterable[tuple[Line, Understanding]], *, is_held_out: bool) -> Part:
    here = [(line, got) for line, got in heard if line.locale == locale]
    right = sum(line.fits(got) for line, got in here)
    wrong = sum(got.meaning is not None and not line.fits(got) for line, got in here)
    return Part(locale, is_held_out, len(here), right / len(here), wrong / len(here))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError:
        raise BenchError(f"{path} is not here: run this in the source folder") from None
