"""`ninebox bench`: figures of this machine, for people as a table and with `--json` for programs.

The JSON object is `{"what": "import", "python", "processors", "limit_seconds", "within_limit", "files":
[...]}` with the fields of `bot.bench.importing.FileFigures`, or `{"what", "python", "processors",
"figures": {...}}` with those of `bot.bench.today.TodayFigures`, `bot.bench.tiering.TieringFigures`,
`bot.bench.plan.PlanFigures`, `bot.bench.search.SearchFigures`, `bot.bench.compliance.ComplianceFigures`,
`bot.bench.digest.DigestFigures`, `bot.bench.outbox.OutboxFigures` or `bot.bench.morning.MorningFigures`.
"""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.bench.compliance import (
    ComplianceFigures,
    compliance_lines,
    compliance_table,
    measure_compliance,
    read_lines,
)
from bot.bench.digest import DigestFigures, measure_digest
from bot.bench.figures import BenchError
from bot.bench.importing import FileFigures, Pass, measure_imports
from bot.bench.month.measure import month_lines, month_table
from bot.bench.morning import REPS, measure_morning, morning_lines
from bot.bench.outbox import Trial, measure_outbox, outbox_lines
from bot.bench.plan import PlanFigures, measure_plan, plan_lines, plan_table
from bot.bench.regions import Region
from bot.bench.search import SearchFigures, measure_search, search_lines, search_table
from bot.bench.tiering import TieringFigures, measure_tiering
from bot.bench.today import Answers, Scale, TodayFigures, measure_today
from bot.bench.traffic import Replies
from bot.bench.understanding import (
    UnderstandingFigures,
    confusion_table,
    measure_understanding,
    read_sentences,
    understanding_lines,
    understanding_table,
)
from domain.content.library import load_library

CUSTOMERS = 10_000
VISITS = 20_000
LIMIT = 10.0
"""Seconds in which CUSTOMERS rows are to be imported on two processors."""
NATIONAL = 1_000_000
SALES = 20_000_000
RATIO, MEMORY = 1.5, 600
"""Aims: our time with duckdb in that of the faster program written by hand, and MB without duckdb."""


def bench(  # noqa: PLR0913 - most of them concern one measurement
    what: str,
    *,
    as_json: bool,
    customers: int | None = None,
    visits: int = VISITS,
    sales: int = SALES,
    scale: Scale | None = None,
    full: bool = False,
    region: Region | None = None,
    trial: Trial | None = None,
    reps: int | None = None,
) -> int:
    """Measure one thing, print the figures and return the exit code.

    "import" (`customers` and `visits`), "today" (`scale`), "tiering" (`customers` and `sales`), "plan"
    (`full`: for all reps instead of a sample), "search", "compliance", "digest" (`region`), "outbox"
    (`trial`) or "morning" (`reps`).

    Everything happens in a temporary folder and on loopback; the bot's own data and settings are left alone.
    """
    print("Measuring; leave the machine alone for a minute or two ...", file=sys.stderr)
    try:
        with TemporaryDirectory(prefix="ninebox-bench-") as folder:
            if what == "import":
                files = measure_imports(Path(folder), customers=customers or CUSTOMERS, visits=visits)
                found, lines = _import_figures(files), _import_lines(files)
            elif what == "tiering":
                national = measure_tiering(Path(folder), customers=customers or NATIONAL, sales=sales)
                found, lines = {"figures": asdict(national)}, _tiering_lines(national)
            elif what == "plan":
                plan = measure_plan(full=full)
                found, lines = {"figures": asdict(plan)}, _plan_lines(plan)
            elif what == "digest":
                digest = measure_digest(Path(folder), region or Region())
                found, lines = {"figures": asdict(digest)}, _digest_lines(digest)
            elif what in {"outbox", "morning"}:
                found, lines = _deliveries(what, Path(folder), trial or Trial(), reps or REPS)
            elif what == "compliance":
                gate = measure_compliance(load_library(), read_lines())
                found, lines = {"figures": asdict(gate)}, _compliance_lines(gate)
            elif what == "understand":
                heard = measure_understanding(load_library(), read_sentences())
                found, lines = {"figures": asdict(heard)}, _understanding_lines(heard)
            elif what == "search":
                search = measure_search()
                found, lines = {"figures": asdict(search)}, _search_lines(search)
            else:
                today = asyncio.run(measure_today(Path(folder), scale or Scale()))
                found, lines = {"figures": asdict(today)}, _today_lines(today)
    except BenchError as error:
        print(f"ninebox: {error}", file=sys.stderr)
        return 1
    here = {"what": what, "python": platform.python_version(), "processors": os.cpu_count()}
    print(json.dumps(here | found, indent=2) if as_json else "\n".join(lines))
    return 0


def _deliveries(what: str, folder: Path, trial: Trial, reps: int) -> tuple[dict[str, Any], list[str]]:
    """Whether what is owed arrives, or how fast."""
    if what == "outbox":
        outbox = asyncio.run(measure_outbox(folder, trial))
        return {"figures": asdict(outbox)}, outbox_lines(outbox)
    morning = asyncio.run(measure_morning(folder, reps))
    return {"figures": asdict(morning)}, morning_lines(morning)


def _within_limit(files: Sequence[FileFigures]) -> bool:
    return all(each.measured.first.total < LIMIT for each in files if not each.visits)


def _import_figures(files: Sequence[FileFigures]) -> dict[str, Any]:
    return {
        "limit_seconds": LIMIT,
        "within_limit": _within_limit(files),
        "files": [asdict(each) for each in files],
    }


def _import_lines(files: Sequence[FileFigures]) -> list[str]:
    table = [("", *(f"{each.form}, {each.visits} visits" for each in files))]
    table.append(("rows", *(str(each.rows) for each in files)))
    table.append(("file size", *(f"{each.megabytes:.2f} MB" for each in files)))
    for name in ("first", "again"):
        passes: list[Pass] = [getattr(each.measured, name) for each in files]
        for step in ("read", "dry_run", "load", "total"):
            label = f"{'first time' if name == 'first' else 'the same again'}: {step.replace('_', ' ')}"
            table.append((label, *(f"{getattr(each, step):.2f} s" for each in passes)))
    table += [
        ("of the first load: storing", *(f"{each.measured.storing:.2f} s" for each in files)),
        ("of the first load: tiers", *(f"{each.measured.tiers:.2f} s" for each in files)),
        ("rows a second, first time", *(str(each.rows_a_second) for each in files)),
        ("peak memory, bot", *(_megabytes(each.measured.bot_peak) for each in files)),
        ("peak memory, reader", *(_megabytes(each.measured.reader_peak) for each in files)),
    ]
    slowest = max(each.measured.first.total for each in files if not each.visits)
    stays = "under" if _within_limit(files) else "NOT under"
    return [
        *_aligned(table),
        "",
        f"{files[0].customers} customers are imported in {slowest:.1f} s at most: {stays} {LIMIT:.0f} s.",
    ]


def _today_lines(found: TodayFigures) -> list[str]:
    table = [
        ("", "replies", "people", "replies/s", "of echo", "p50", "p95", "processor"),
        ("echo bot", *_replies(found.echo, 1.0)),
        ("/help", *_replies(found.help, found.help_to_echo)),
        (f"/today, {found.customers_each} customers", *_replies(found.today, found.today_to_echo)),
        (f"/today, {found.customers} customers", *_replies(found.today_great, None)),
    ]
    heads = ("", "times", "p50", "p95", "processor", "others wait")
    answers = [
        heads,
        ("/today, planned anew", *_answers(found.handler)),
        ("my day broke", *_answers(found.broken)),
    ]
    return [
        f"A rep with {found.customers} customers and {found.visits} visits, from database to message:",
        *_aligned(answers),
        "",
        "The bot as a process, polling over HTTP; people ask again as soon as they are answered:",
        *_aligned(table),
    ]


def _answers(found: Answers) -> tuple[str, ...]:
    return (
        str(found.waits.count),
        f"{found.waits.p50:.0f} ms",
        f"{found.waits.p95:.0f} ms",
        f"{found.processor_ms:.0f} ms",
        f"{found.pause_ms:.0f} ms",
    )


def _plan_lines(found: PlanFigures) -> list[str]:
    months = [*_aligned(month_table(found.months)), *month_lines(found.months)]
    return [*_aligned(plan_table(found)), "", *months, "", *plan_lines(found)]


def _search_lines(found: SearchFigures) -> list[str]:
    return [*_aligned(search_table(found)), "", *search_lines(found)]


def _compliance_lines(found: ComplianceFigures) -> list[str]:
    return [*_aligned(compliance_table(found)), "", *compliance_lines(found)]


def _understanding_lines(found: UnderstandingFigures) -> list[str]:
    confused = ["", *_aligned(confusion_table(found))] if found.confused else []
    return [*_aligned(understanding_table(found)), *confused, "", *understanding_lines(found)]


def _digest_lines(found: DigestFigures) -> list[str]:
    limit = f"{'under' if found.within_limit else 'NOT under'} {found.limit_seconds:.0f} s"
    peak = _megabytes(found.peak_megabytes)
    return [
        f"A quarter of {found.reps} reps with {found.customers} customers and {found.visits} visits:",
        f"figures in {found.seconds:.1f} s ({found.processor:.1f} s of the processor): {limit}.",
        f"Everybody else waits at most {found.longest_wait:.0f} ms; peak memory {peak}.",
    ]


_PROGRAMS = {
    "ours_in_chunks": "ours, in chunks",
    "ours_with_duckdb": "ours, with duckdb",
    "polars_by_hand": "polars, by hand",
    "duckdb_by_hand": "duckdb, by hand",
}


def _tiering_lines(found: TieringFigures) -> list[str]:
    ours = found.runs["ours_with_duckdb"].seconds
    table = [("", "seconds", "processor", "peak memory", "of ours with duckdb")]
    for name, run in found.runs.items():
        table.append(
            (
                _PROGRAMS[name],
                f"{run.seconds:.1f}",
                f"{run.processor:.1f} s",
                _megabytes(run.peak),
                f"{run.seconds / ours:.2f}",
            )
        )
    peak = found.runs["ours_in_chunks"].peak
    fast = "within" if found.to_fastest <= RATIO else "NOT within"
    small = "not told" if peak is None else "under" if peak < MEMORY else "NOT under"
    return [
        f"{found.customers} customers and {found.sales} sales rows ({found.megabytes:.0f} MB of CSV)",
        "to nine-box, ABC by three rules, RFM and Lorenz curve; all four programs found the same:",
        *_aligned(table),
        "",
        f"With duckdb {found.to_fastest:.2f} x the faster program by hand: {fast} {RATIO:g}.",
        f"In chunks {_megabytes(peak)}: {small} {MEMORY} MB.",
    ]


def _replies(replies: Replies, ratio: float | None) -> tuple[str, ...]:
    used = replies.processor_ms
    return (
        str(replies.replies),
        str(replies.people),
        f"{replies.a_second:.1f}",
        "" if ratio is None else f"{ratio:.2f}",
        f"{replies.waits.p50:.0f} ms",
        f"{replies.waits.p95:.0f} ms",
        "" if used is None else f"{used:.1f} ms",
    )


def _megabytes(peak: float | None) -> str:
    return "not told" if peak is None else f"{peak:.0f} MB"


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
