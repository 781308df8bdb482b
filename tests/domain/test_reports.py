"""Visits told in words: every report of the list becomes the fields that stand beside it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.customers.search import SURE, NameIndex, SearchEntry
from domain.ids import CustomerId
from domain.understanding.dates import When
from domain.understanding.reports import MAX_CHARS, ReportReader

TODAY = date(2026, 11, 18)
LIST = Path(__file__).parents[1] / "data" / "reports" / "reports.yaml"
REPORTS: dict[str, dict[str, Any] | None] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
NAMES = ("张伟", "王芳", "李娜", "Zhang Wei", "Sarah Jones", "Peter Li")
INDEX = NameIndex([SearchEntry(CustomerId(at), name, "Clinic", "") for at, name in enumerate(NAMES, 1)])
READER = ReportReader(load_library().lexicons)


def is_name(text: str) -> bool:
    found = INDEX.find(text, limit=1)
    return bool(found) and found[0].score >= SURE


def fields(text: str) -> dict[str, Any] | None:
    """What was read, less what is as usual."""
    report = READER.read(
        text, is_name=is_name, today=TODAY, calendar=WorkingCalendar(), topics=["Ninexa", "Otherol"]
    )
    if report is None:
        return None
    every = {
        "names": list(report.names),
        "outcome": None if report.outcome == "met" else report.outcome.value,
        "day": day(report.on),
        "next": day(report.next),
        "step": report.next_step,
        "channel": report.channel and report.channel.value,
        "barrier": report.barrier and report.barrier.value,
        "support": report.support and int(report.support),
        "topics": list(report.topics),
        "joint": report.is_joint,
        "note": report.note,
    }
    return {name: value for name, value in every.items() if value}


def day(when: When | None) -> date | str | None:
    return None if when is None else (when.on or "?")


@pytest.mark.parametrize("text", REPORTS)
def test_a_report_becomes_fields(text: str) -> None:
    assert fields(text) == REPORTS[text]


def test_nothing_typed_is_lost() -> None:
    read = fields("见了李娜，她要值班表，病房在装修，下周一再去")
    assert read is not None
    assert (read["step"], read["note"]) == ("她要值班表", "病房在装修")


def test_a_long_message_is_cut_not_refused() -> None:
    read = fields("saw Dr Jones, " + "word " * 400)
    assert read is not None
    assert len(read["note"]) <= MAX_CHARS
