"""Days as people say them: every phrase of the list means what stands beside it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.calendar import WorkingCalendar
from domain.understanding.dates import When, find_dates
from domain.understanding.reckoning import Tense

LIST = Path(__file__).parents[1] / "data" / "dates" / "phrases.yaml"
GROUPS: list[dict[str, Any]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
WEEKDAYS = WorkingCalendar()
PHRASES = [
    pytest.param(
        group["today"], group["tense"], str(said), str(meant), id=f"{group['today']}-{group['tense']}-{said}"
    )
    for group in GROUPS
    for said, meant in group.get("phrases", {}).items()
]


def read_out(when: When) -> str:
    """A reading in the words of the list."""
    if when.doubt:
        return " ".join(["?", when.doubt.value, *(day.isoformat() for day in when.options)])
    parts = [when.on.isoformat() if when.on else "-"]
    parts += [when.half.value] if when.half else []
    parts += [when.at.isoformat("minutes")] if when.at else []
    return " ".join(parts)


def test_the_list_is_long_enough() -> None:
    assert len(PHRASES) >= 150
    assert sum(param.values[3].startswith("?") for param in PHRASES) >= 25


@pytest.mark.parametrize(("today", "tense", "said", "meant"), PHRASES)
def test_a_phrase_means(today: date, tense: str, said: str, meant: str) -> None:
    found = find_dates(said, today=today, calendar=WEEKDAYS, tense=Tense(tense))
    assert [read_out(one) for one in found] == [meant]


@pytest.mark.parametrize("said", [said for group in GROUPS for said in group.get("none", [])])
def test_what_is_no_date_is_none(said: str) -> None:
    assert find_dates(said, today=date(2026, 11, 18), calendar=WEEKDAYS) == ()
