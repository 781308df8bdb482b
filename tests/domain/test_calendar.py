from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkingCalendar, last_of_month
from domain.content.library import load_library

CN = WorkingCalendar("CN", make_up_days=True)
US = WorkingCalendar("US")
ANYWHERE = WorkingCalendar()

# Notices of the General Office of the State Council of October/November of the year before:
# (month, days off as printed, weekend days that are worked as printed).
NOTICES = [
    (date(2024, 2, 1), range(10, 18), {4, 18}),
    (date(2024, 10, 1), range(1, 8), {12}),
    (date(2025, 2, 1), range(1, 5), {8}),
    (date(2025, 10, 1), range(1, 9), {11}),
    (date(2026, 2, 1), range(15, 24), {14, 28}),
    (date(2026, 10, 1), range(1, 8), {10}),
]


@pytest.mark.parametrize(("month", "off", "worked"), NOTICES, ids=lambda value: str(value)[:7])
def test_each_day_of_february_and_october_in_china_is_as_the_notice_says(month, off, worked):
    days = [month + timedelta(n) for n in range(last_of_month(month).day)]
    expected = [day.day in worked or (day.weekday() < 5 and day.day not in off) for day in days]
    assert [CN.is_working_day(day) for day in days] == expected
    assert CN.working_days_of_month(days[3]) == sum(expected)


@pytest.mark.parametrize(
    ("month", "count"), [(date(2024, 2, 1), 18), (date(2025, 10, 1), 18), (date(2026, 2, 1), 16)]
)
def test_short_months_in_china_are_as_short_as_the_notices_make_them(month, count):
    assert CN.working_days_of_month(month) == count


def test_the_make_up_sunday_before_the_october_holiday_counts():
    assert CN.is_working_day(date(2025, 9, 28))
    assert CN.working_days(date(2025, 9, 30), date(2025, 10, 8)) == 0
    assert CN.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert CN.add_working_days(date(2025, 9, 30), 3) == date(2025, 10, 11)  # a Saturday


def test_other_countries_follow_their_own_holidays():
    assert not US.is_working_day(date(2026, 11, 26))  # Thanksgiving
    assert US.is_working_day(date(2026, 10, 1))
    assert not US.is_working_day(date(2026, 7, 3))  # 4 July falls on a Saturday
    assert not WorkingCalendar("DE").is_working_day(date(2026, 10, 3))
    assert not WorkingCalendar("AE").is_working_day(date(2026, 3, 20))  # Eid
    assert not WorkingCalendar("IL").is_working_day(date(2026, 1, 2))  # a Friday
    assert WorkingCalendar("IL").is_working_day(date(2026, 1, 4))  # a Sunday


def test_without_a_country_only_weekends_are_free():
    assert ANYWHERE.working_days_of_month(date(2026, 10, 7)) == 22
    assert not ANYWHERE.is_working_day(date(2026, 11, 21))


def test_the_companys_own_days_win_over_the_country():
    own = WorkingCalendar("CN", {date(2026, 10, 1): True, date(2026, 10, 10): False}, make_up_days=True)
    assert own.is_working_day(date(2026, 10, 1))
    assert not own.is_working_day(date(2026, 10, 10))
    assert own.working_days_of_month(date(2026, 10, 1)) == CN.working_days_of_month(date(2026, 10, 1))


def test_a_year_without_its_notice_is_provisional_until_the_company_enters_it():
    future = next(year for year in range(2026, 2040) if CN.is_provisional(year))
    assert future > 2026
    assert CN.working_days_of_month(date(future, 10, 1)) > 0
    assert not any(CN.is_provisional(year) for year in (2024, 2025, 2026))
    assert not US.is_provisional(future)
    assert not ANYWHERE.is_provisional(future)
    entered = WorkingCalendar("CN", {date(future, 10, 9): True}, make_up_days=True)
    assert not entered.is_provisional(future)
    only_off = WorkingCalendar("CN", {date(future, 10, 9): False}, make_up_days=True)
    assert only_off.is_provisional(future)


def test_the_calendar_of_a_market_has_its_country():
    library = load_library()
    assert not library.calendar("cn").is_working_day(date(2026, 10, 1))
    assert not library.calendar("us").is_working_day(date(2026, 11, 26))
    assert library.calendar("generic").is_working_day(date(2026, 10, 1))


days = st.dates(date(2022, 1, 1), date(2027, 12, 31))


@given(days, st.integers(0, 500))
def test_counting_agrees_with_walking(start, length):
    end = start + timedelta(length)
    walked = sum(CN.is_working_day(start + timedelta(n)) for n in range(1, length + 1))
    assert CN.working_days(start, end) == walked
    assert CN.working_days(end, start) == 0


@given(days, st.integers(1, 300))
def test_adding_working_days_is_the_inverse_of_counting(start, count):
    end = CN.add_working_days(start, count)
    assert CN.is_working_day(end)
    assert CN.working_days(start, end) == count


def test_adding_no_working_days_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        CN.add_working_days(date(2026, 1, 1), 0)


def test_many_threads_may_ask_one_calendar_at_once():
    fresh = WorkingCalendar("CN", make_up_days=True)
    months = [date(year, month, 1) for year in range(1990, 2040) for month in (2, 10)]

    def ask(month):
        return fresh.working_days_of_month(month), fresh.is_provisional(month.year)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, months))
    assert found == [(CN.working_days_of_month(month), CN.is_provisional(month.year)) for month in months]
