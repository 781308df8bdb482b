"""How well the compliance gate tells what must be refused, on a labelled set of notes."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from bot.bench.figures import BenchError, quantile
from domain.compliance.gate import Gate, Verdict
from domain.compliance.rules import Level, Place
from domain.content.library import Library

LABELLED = Path(__file__).resolve().parents[2] / "tests" / "data" / "compliance" / "notes.csv"
RECALL, PRECISION = 0.95, 0.85
"""What is asked for on the part that is held out."""
LIMIT_MS = 5.0
_ROUNDS = 3
_LONG = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled note: the level and the rules it must meet, and those it only seems to."""

    text: str
    market: str
    place: Place
    level: Level
    rules: tuple[str, ...]
    tempts: tuple[str, ...]
    kind: str

    @property
    def held_out(self) -> bool:
        """Whether the line is kept from whoever writes rules: a third, by the first byte of its SHA-256."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 3 == 0


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of a part of the set.

    `recall`: refused of those that must be; `precision`: rightly refused of all that are. `holds`: the
    recall of adverse events. `exact`: the share of lines with exactly the expected level. `rules`: the share
    of expected rules that are named.
    """

    lines: int
    blocks: int
    recall: float
    precision: float
    holds: float
    exact: float
    rules: float


@dataclass(frozen=True, slots=True)
class ComplianceFigures:
    """The figures of both parts, and the processor milliseconds that a note takes.

    `ms_long` is for notes of 500 characters that are crowded with words from the rules.
    """

    tuned: Part
    held_out: Part
    ms_p50: float
    ms_p95: float
    ms_long: float


def read_lines(path: Path = LABELLED) -> list[Line]:
    """The labelled set. BenchError when it is not there: it comes with the source, not with the package."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return [_line(row) for row in csv.DictReader(stream)]
    except OSError:
        raise BenchError(f"{path} is not here: run this in the source folder") from None


def measure_compliance(library: Library, lines: Sequence[Line]) -> ComplianceFigures:
    """Check every line, count, and measure a note of 500 characters too."""
    seconds: list[float] = []
    for _ in range(_ROUNDS):
        for line in lines:
            began = process_time()
            _checked(library, line)
            seconds.append(process_time() - began)
    by_part = {held_out: [line for line in lines if line.held_out is held_out] for held_out in (False, True)}
    return ComplianceFigures(
        tuned=_part(library, by_part[False]),
        held_out=_part(library, by_part[True]),
        ms_p50=round(quantile(seconds, 0.50) * 1000, 3),
        ms_p95=round(quantile(seconds, 0.95) * 1000, 3),
        ms_long=round(_long_note(library.compliance("cn"), lines) * 1000, 3),
    )


def _line(row: dict[str, str]) -> Line:
    return Line(
        text=row["text"],
        market=row["market"],
        place=Place(row["place"]),
        level=Level(row["level"]),
        rules=tuple(row["rules"].split()),
        tempts=tuple(row["tempts"].split()),
        kind=row["kind"],
    )


def _checked(library: Library, line: Line) -> Verdict:
    return library.compliance(line.market).check_text(line.text, line.place)


def _part(library: Library, lines: Sequence[Line]) -> Part:
    verdicts = [(line, _checked(library, line)) for line in lines]
    blocks = [verdict for line, verdict in verdicts if line.level is Level.BLOCK]
    refused = [line for line, verdict in verdicts if verdict.level is Level.BLOCK]
    holds = [verdict for line, verdict in verdicts if line.level is Level.HOLD]
    named = [rule in verdict.rules for line, verdict in verdicts for rule in line.rules]
    return Part(
        lines=len(lines),
        blocks=len(blocks),
        recall=_share([verdict.level is Level.BLOCK for verdict in blocks]),
        precision=_share([line.level is Level.BLOCK for line in refused]),
        holds=_share([verdict.level is Level.HOLD for verdict in holds]),
        exact=_share([line.level is verdict.level for line, verdict in verdicts]),
        rules=_share(named),
    )


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 1.0


def _long_note(gate: Gate, lines: Sequence[Line]) -> float:
    """The seconds that a crowded note of 500 characters takes, the median of twenty notes."""
    text = "。".join(line.text for line in lines if line.market == "cn")
    seconds = []
    for start in range(0, 20 * _LONG, _LONG):
        began = process_time()
        gate.check_text(text[start : start + _LONG], Place.NOTE)
        seconds.append(process_time() - began)
    return quantile(seconds, 0.50)


def compliance_table(found: ComplianceFigures) -> list[tuple[str, ...]]:
    """The figures of both parts, as a table."""
    parts = (found.tuned, found.held_out)
    return [
        ("", "tuned", "held out"),
        ("lines", *(str(part.lines) for part in parts)),
        ("of these to be refused", *(str(part.blocks) for part in parts)),
        ("recall of refusals", *(f"{part.recall:.3f}" for part in parts)),
        ("precision of refusals", *(f"{part.precision:.3f}" for part in parts)),
        ("recall of safety reports", *(f"{part.holds:.3f}" for part in parts)),
        ("exactly the expected level", *(f"{part.exact:.3f}" for part in parts)),
        ("expected rules named", *(f"{part.rules:.3f}" for part in parts)),
    ]


def compliance_lines(found: ComplianceFigures) -> list[str]:
    """What the table comes to."""
    part = found.held_out
    meets = "meets" if part.recall >= RECALL and part.precision >= PRECISION else "does NOT meet"
    stays = "under" if found.ms_long < LIMIT_MS else "NOT under"
    return [
        f"The part held out {meets} recall {RECALL} and precision {PRECISION}.",
        f"A note takes {found.ms_p50:.2f} ms of the processor, 95 of 100 at most {found.ms_p95:.2f} ms;",
        f"a crowded one of {_LONG} characters {found.ms_long:.1f} ms: {stays} {LIMIT_MS:g} ms.",
    ]
