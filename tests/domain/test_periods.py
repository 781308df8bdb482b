"""Weeks, months and spans of days in a question."""

from datetime import date

import pytest

from domain.calendar import WorkingCalendar
from domain.understanding.periods import find_periods
from domain.understanding.reckoning import Tense

TODAY = date(2026, 11, 18)  # a Wednesday
CALENDAR = WorkingCalendar("CN", {}, make_up_days=True)


def found(text: str, tense: Tense = Tense.AHEAD) -> list[tuple[str, str]]:
    periods = find_periods(text, today=TODAY, calendar=CALENDAR, tense=tense)
    return [(str(one), text[one.start : one.end]) for one in periods]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下周去哪家医院", [("2026-W48", "下周")]),
        ("看一下下周的安排", [("2026-W48", "下周")]),
        ("下下周", [("2026-W49", "下下周")]),
        ("下周三去哪", [("2026-11-25", "下周三")]),
        ("本月的进度", [("2026-11", "本月")]),
        ("11月份没去的", [("2026-11", "11月份")]),
        ("12月1号休假", [("2026-12-01", "12月1号")]),
        ("周四到周五请假", [("2026-11-19/2026-11-20", "周四到周五")]),
        ("上个季度", [("2026-07-01/2026-09-30", "上个季度")]),
        ("plan for next week", [("2026-W48", "next week")]),
        ("who have I seen this month", [("2026-11", "this month")]),
        ("away Thursday and Friday", [("2026-11-19/2026-11-20", "Thursday and Friday")]),
        ("Friday, next week", [("2026-11-20", "Friday"), ("2026-W48", "next week")]),
        ("some other day", []),
        ("过几天再去", []),
    ],
)
def test_a_period_is_found_with_its_place(text, expected):
    assert found(text) == expected


def test_what_has_happened_is_looked_for_behind():
    assert found("on Monday", Tense.BEHIND) == [("2026-11-16", "on Monday")]
    assert found("12月份", Tense.BEHIND) == [("2025-12", "12月份")]


def test_a_weekday_on_that_day_keeps_both_meanings():
    (one,) = find_periods("周三", today=TODAY, calendar=CALENDAR)
    assert one.options == (TODAY, date(2026, 11, 25))
