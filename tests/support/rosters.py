"""Rosters for tests: sheets from plain rows, and the whole way from sheets to a plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

import domain.content
from domain.compliance.gate import Gate
from domain.content.library import load_library
from domain.content.reading import read_yaml
from domain.importing.columns import Columns
from domain.importing.mapping import Recognised, Terms, recognise
from domain.importing.model import Existing, ImportPlan, RawSheet
from domain.importing.planning import plan_import
from domain.importing.rows import read_rows

CN = Terms(usage_allowed=False, asks_datum=True)
US = Terms(usage_allowed=True, asks_datum=False)
TODAY = date(2026, 11, 21)
EMPTY = Existing({})


@cache
def columns() -> Columns:
    """The shipped vocabulary."""
    return read_yaml(Path(domain.content.__file__).parent / "importing" / "columns.yaml", Columns)


@cache
def gate() -> Gate:
    """The shipped compliance rules."""
    return load_library().compliance("cn")


def sheet(*rows: Sequence[str], file: str = "roster.csv", name: str = "") -> RawSheet:
    """A sheet whose first row holds the headers."""
    headers, *body = rows
    frame = pd.DataFrame(
        [list(row) for row in body], columns=pd.Index(list(headers), dtype=object), dtype=object
    )
    return RawSheet(file, name, frame)


def understand(*sheets: RawSheet, terms: Terms = US, answers: Mapping[str, str] | None = None) -> Recognised:
    """The mapping of some sheets."""
    return recognise(sheets, columns(), terms, answers=answers)


def plan(
    *sheets: RawSheet,
    terms: Terms = US,
    answers: Mapping[str, str] | None = None,
    existing: Existing = EMPTY,
) -> ImportPlan:
    """The dry run of some sheets, all questions being answered."""
    found = recognise(sheets, columns(), terms, answers=answers, ours_known=True)
    assert not found.questions, found.questions
    read = read_rows(found.sheets, columns(), gate(), today=TODAY)
    return plan_import(read.drafts, existing, issues=(*found.remarks, *read.issues), dropped=found.dropped)


def stored(done: ImportPlan) -> Existing:
    """What would be stored after a plan into an empty database."""
    rows: dict[str, dict[str, dict[str, object]]] = {}
    for change in done.changes:
        fields = {name: getattr(change.draft, name) for name in change.draft.__slots__}
        rows.setdefault(change.kind, {})[change.key] = fields
    return Existing(rows)  # type: ignore[arg-type]  # a Kind is a str
