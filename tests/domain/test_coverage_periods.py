from datetime import date, timedelta

import pytest

from domain.calendar import WorkingCalendar, last_of_month
from domain.content.library import load_library
from domain.coverage.frequency import Part, frequency, part_of_month
from domain.coverage.period import Period, Span
from domain.ids import LeaveId
from domain.planning.absence import NEVER_AWAY, Away, Leave
from domain.planning.model import Half
from domain.tiering.model import Cell

CALENDAR = WorkingCalendar("CN", make_up_days=True)
CELLS = load_library().cadence.versions[0].cells
NOVEMBER = date(2026, 11, 1)  # 21 working days, the 23rd is a Monday
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span.WEEK, date(2026, 11, 23), date(2026, 11, 29)),
        (Span.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Span.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_follows_the_one_before_without_a_gap(span, first, last):
    period = Period.of(span, date(2026, 11, 25))
    assert (period.first, period.last) == (first, last)
    assert period.before.last + timedelta(days=1) == first
    assert period.before.after == period
    assert period.after.first == last + timedelta(days=1)


def test_frequency_is_told_by_calendar_months():
    assert Period.of(Span.WEEK, MONDAY).months(MONDAY) == (NOVEMBER,)
    assert Period.of(Span.WEEK, date(2026, 11, 30)).months(date(2026, 11, 30)) == (NOVEMBER,)
    assert Period.of(Span.WEEK, date(2026, 11, 30)).months(date(2027, 1, 1)) == (date(2026, 12, 1),)
    assert Period.of(Span.QUARTER, MONDAY).months(MONDAY) == (date(2026, 10, 1), NOVEMBER)
    assert len(Period.of(Span.QUARTER, MONDAY).months(date(2027, 1, 1))) == 3


def test_a_running_period_is_compared_with_as_many_working_days_of_the_one_before():
    week, month = Period.of(Span.WEEK, MONDAY), Period.of(Span.MONTH, MONDAY)
    assert week.before.cut_like(week, date(2026, 11, 25), CALENDAR) == date(2026, 11, 18)
    # October began with seven days of holiday: its 16th working day comes later than November's.
    assert CALENDAR.working_days(date(2026, 9, 30), month.before.cut_like(month, MONDAY, CALENDAR)) == 16
    assert week.before.cut_like(week, date(2026, 12, 6), CALENDAR) == date(2026, 11, 22)


def test_before_the_first_working_day_nothing_is_compared():
    october = Period.of(Span.MONTH, date(2026, 10, 2))
    assert october.before.cut_like(october, date(2026, 10, 2), CALENDAR) == date(2026, 8, 31)


def part(**given):
    usual = {"until": date(2026, 11, 30), "today": date(2026, 12, 10), "away": NEVER_AWAY}
    return part_of_month(NOVEMBER, calendar=CALENDAR, **usual | given)


def test_a_month_that_is_over_is_whole():
    assert part() == Part(1.0, 1.0)


def test_today_is_not_over_yet():
    found = part(until=MONDAY, today=MONDAY)
    assert found == Part(1.0, 15 / 21)
    assert part(until=MONDAY, today=MONDAY + timedelta(days=1)).over == 16 / 21


def test_leave_is_taken_off_the_goal_half_days_by_half():
    leaves = [
        Leave(id=LeaveId(1), first=date(2026, 11, 2), last=date(2026, 11, 3)),
        Leave(id=LeaveId(2), first=date(2026, 11, 27), last=date(2026, 11, 27), half=Half.MORNING),
    ]
    away = Away.of(leaves, NOVEMBER, last_of_month(NOVEMBER))
    assert part(away=away).whole == pytest.approx((21 - 2.5) / 21)
    assert part(away=away, until=MONDAY, today=MONDAY).over == pytest.approx((15 - 2) / 21)


def test_a_customer_who_came_later_is_asked_for_the_rest_of_the_month():
    came = date(2026, 11, 16)
    assert part(listed_on=came).whole == 11 / 21
    assert part(listed_on=came, until=MONDAY, today=MONDAY).over == 5 / 21
    assert part(listed_on=date(2026, 10, 3)) == Part(1.0, 1.0)


def test_a_month_with_too_few_days_on_the_list_is_left_out():
    assert part(listed_on=date(2026, 11, 21), fewest_days=10) is not None
    assert part(listed_on=date(2026, 11, 22), fewest_days=10) is None


def test_the_limits_are_whole_numbers_of_the_part_that_is_over_and_of_the_whole():
    a2 = CELLS[Cell.A2]  # 4 to 6, target 5
    assert frequency(3, a2, Part(1.0, 1.0)).missing == 1
    half = frequency(1, a2, Part(1.0, 0.5))
    assert (half.least, half.most, half.target, half.missing) == (2, 6, 5, 1)
    assert frequency(0, a2, Part(1.0, 0.2)).missing == 0
    short = frequency(4, a2, Part(0.5, 0.5))
    assert (short.least, short.most, short.target, short.capped, short.beyond) == (2, 3, 2.5, 2.5, 1)


@pytest.mark.parametrize("month", [date(2025, 10, 1), date(2026, 2, 1), NOVEMBER])
@pytest.mark.parametrize("cell", [cell for cell in Cell if cell is not Cell.C3])
def test_on_every_day_of_a_month_some_whole_number_of_visits_is_in_range(cell, month):
    for n in range(last_of_month(month).day):
        day = month + timedelta(days=n)
        found = part_of_month(month, day, day, away=NEVER_AWAY, calendar=CALENDAR)
        in_range = frequency(0, CELLS[cell], found)
        assert in_range.least <= in_range.most
        assert frequency(in_range.most, CELLS[cell], found).missing == 0
