"""`ninebox bench search`: finding one of 20,000 customers by what a rep types, measured on fixed queries."""

import csv
import gc
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import yaml

from bot.bench.figures import BenchError, milliseconds, quantile
from domain.customers.search import NameIndex, SearchEntry
from domain.ids import CustomerId

CUSTOMERS = 20_000
LIMIT_MS = 50.0
SHOWN = 3
_FOLDER = Path(__file__).resolve().parents[2] / "tests" / "data" / "search"


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed for which customer of the roster; `is_held_out` when nothing was tuned on it."""

    text: str
    kind: str
    expected: CustomerId
    is_held_out: bool


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of `queries`, in how many the right one was the `first`, or among the first three."""

    queries: int
    first: int
    among_three: int


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """Processor time and memory of an index over `customers`, and how often it finds the right one."""

    customers: int
    build_seconds: float
    megabytes: float
    query_ms_p50: float
    query_ms_p95: float
    query_ms_max: float
    total: Accuracy
    tuned: Accuracy
    held_out: Accuracy
    kinds: Mapping[str, Accuracy]


def measure_search(customers: int = CUSTOMERS) -> SearchFigures:
    """Build the index of the roster and ask it every query. BenchError without the source tree."""
    entries, queries = roster(customers), fixed_queries()
    NameIndex(entries[:1])  # the readings of hanzi are loaded once in a process
    began = process_time()
    index = NameIndex(entries)
    built = process_time() - began
    ranks, seconds = [], []
    for query in queries:
        began = process_time()
        found = index.find(query.text, SHOWN)
        seconds.append(process_time() - began)
        ranks.append(next((at for at, match in enumerate(found, 1) if match.id == query.expected), 0))
    told = list(zip(queries, ranks, strict=True))
    kinds = sorted({query.kind for query in queries})
    return SearchFigures(
        customers=customers,
        build_seconds=round(built, 2),
        megabytes=_megabytes(entries),
        query_ms_p50=milliseconds(quantile(seconds, 0.50)),
        query_ms_p95=milliseconds(quantile(seconds, 0.95)),
        query_ms_max=milliseconds(max(seconds)),
        total=_accuracy(ranks),
        tuned=_accuracy(rank for query, rank in told if not query.is_held_out),
        held_out=_accuracy(rank for query, rank in told if query.is_held_out),
        kinds={kind: _accuracy(rank for query, rank in told if query.kind == kind) for kind in kinds},
    )


def roster(customers: int = CUSTOMERS) -> list[SearchEntry]:
    """Invented doctors at well-known hospitals, two thirds of them in China; always the same."""
    try:
        seeds = yaml.safe_load((_FOLDER / "people.yaml").read_text(encoding="utf-8"))
    except OSError:
        raise BenchError("the queries are in the source tree only") from None
    hospitals = _rows("hospitals.csv")
    rng = Random(20)  # noqa: S311  -- invented data, no secret
    return [
        _entry(CustomerId(number), hospitals[number % len(hospitals)], seeds, rng)
        for number in range(1, customers + 1)
    ]


def fixed_queries() -> list[Query]:
    """The queries that are measured."""
    return [
        Query(row["query"], row["kind"], CustomerId(int(row["expected"])), row["part"] == "held out")
        for row in _rows("queries.csv")
    ]


def search_table(found: SearchFigures) -> list[Sequence[str]]:
    """Accuracy, a row for each kind of query."""
    parts = {"all": found.total, "tuned on": found.tuned, "held out": found.held_out, **found.kinds}
    return [
        ("", "queries", "first", f"among {SHOWN}"),
        *(
            (name, str(one.queries), _percent(one.first, one), _percent(one.among_three, one))
            for name, one in parts.items()
        ),
    ]


def search_lines(found: SearchFigures) -> list[str]:
    """Time and memory in words."""
    stays = "under" if found.query_ms_p95 < LIMIT_MS else "NOT under"
    return [
        f"{found.customers} customers are indexed in {found.build_seconds:.2f} s of processor time.",
        f"The index keeps {found.megabytes:.0f} MB.",
        f"A query takes {found.query_ms_p50:.1f} ms (p50), {found.query_ms_p95:.1f} ms (p95).",
        f"The slowest takes {found.query_ms_max:.1f} ms: p95 is {stays} {LIMIT_MS:.0f} ms.",
    ]


def _entry(
    number: CustomerId, hospital: Mapping[str, str], seeds: Mapping[str, Any], rng: Random
) -> SearchEntry:
    words = seeds[hospital["language"]]
    surnames, given = words["surnames"].split(), words["given"].split()
    surname = rng.choices(surnames, [1 / (rank + 8) for rank in range(len(surnames))])[0]
    if hospital["language"] == "zh":
        name = surname + "".join(rng.sample(given, rng.choice((1, 2, 2, 2))))
    else:
        name = f"{rng.choice(given)} {surname}"
    return SearchEntry(
        number,
        name,
        hospital["name"],
        rng.choice(list(words["departments"])),
        rng.choice(list(words["titles"])),
        hospital["city"],
    )


def _megabytes(entries: Sequence[SearchEntry]) -> float:
    """What an index keeps, beside the entries themselves."""
    gc.collect()
    tracemalloc.start()
    try:
        index = NameIndex(entries)
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
        del index
    finally:
        tracemalloc.stop()
    return round(kept / 1e6, 1)


def _accuracy(ranks: Iterable[int]) -> Accuracy:
    counted = Counter(ranks)
    among = sum(count for rank, count in counted.items() if 1 <= rank <= SHOWN)
    return Accuracy(counted.total(), counted[1], among)


def _percent(count: int, of: Accuracy) -> str:
    return f"{100 * count / of.queries:.1f} %" if of.queries else "-"


def _rows(name: str) -> list[dict[str, str]]:
    try:
        with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError:
        raise BenchError("the queries are in the source tree only") from None
