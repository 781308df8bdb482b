"""When reminders come: hours in every zone, days that are worked, pauses, leave, and how loud."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.content.library import load_library
from domain.planning.absence import NEVER_AWAY, Away
from domain.planning.model import Half
from domain.reminders.days import told_with, week_told, worked_before
from domain.reminders.hours import Pause, free_from, moment
from domain.reminders.kinds import MANNERS, Reminder, Rhythm, reminder_of
from domain.reminders.params import ReminderParams
from domain.reminders.ruling import Choice, Day, comes_at, sounds

LIBRARY = load_library()
CHINA, GENERIC = LIBRARY.calendar("cn"), LIBRARY.calendar("generic")
NIGHT, LUNCH = Pause(time(20, 30), time(7, 30)), Pause(time(12), time(13))
HALVES = ((time(8), time(12)), (time(13), time(18)))
ONE_DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("Asia/Shanghai", "2026-11-22", "23:59", "2026-11-22 15:59"),
        ("Asia/Shanghai", "2026-11-23", "00:01", "2026-11-22 16:01"),
        ("Asia/Kolkata", "2026-11-22", "23:59", "2026-11-22 18:29"),
        ("Asia/Kolkata", "2026-11-23", "00:01", "2026-11-22 18:31"),
        ("America/New_York", "2026-03-07", "23:59", "2026-03-08 04:59"),
        ("America/New_York", "2026-03-08", "00:01", "2026-03-08 05:01"),
        ("America/New_York", "2026-03-08", "23:59", "2026-03-09 03:59"),
        ("America/New_York", "2026-11-01", "00:01", "2026-11-01 04:01"),
        ("America/New_York", "2026-11-01", "23:59", "2026-11-02 04:59"),
        ("Europe/Berlin", "2026-03-28", "23:59", "2026-03-28 22:59"),
        ("Europe/Berlin", "2026-03-29", "00:01", "2026-03-28 23:01"),
        ("Europe/Berlin", "2026-03-29", "23:59", "2026-03-29 21:59"),
        ("Europe/Berlin", "2026-10-25", "23:59", "2026-10-25 22:59"),
        ("Europe/Berlin", "2026-10-26", "00:01", "2026-10-25 23:01"),
        # An hour that does not exist comes an hour later, one that comes twice the first time.
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:30"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:30"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),
        ("Asia/Shanghai", "2027-01-01", "00:00", "2026-12-31 16:00"),
    ],
)
def test_an_hour_of_a_persons_own_day_is_one_moment(zone, day, clock, expected):
    assert moment(date.fromisoformat(day), time.fromisoformat(clock), zone) == utc(expected)


@pytest.mark.parametrize(
    ("rhythm", "day", "holds"),
    [
        (Rhythm.DAILY, "2026-11-23", True),
        (Rhythm.DAILY, "2026-11-22", False),
        (Rhythm.DAILY, "2026-10-01", False),  # National Day
        (Rhythm.DAILY, "2026-10-10", True),  # a Saturday that is worked for it
        (Rhythm.DAILY, "2027-01-01", False),
        (Rhythm.WEEK_BEGINS, "2026-11-23", True),
        (Rhythm.WEEK_BEGINS, "2026-11-24", False),
        (Rhythm.WEEK_BEGINS, "2026-10-08", True),  # a Thursday, after a week of holidays
        (Rhythm.WEEK_BEGINS, "2026-10-05", False),
        (Rhythm.WEEK_ENDS, "2026-11-27", True),
        (Rhythm.WEEK_ENDS, "2026-10-09", False),  # the Saturday after it is worked
        (Rhythm.WEEK_ENDS, "2026-10-10", True),
        (Rhythm.WEEK_ENDS, "2026-09-30", True),  # the rest of the week is free
        (Rhythm.MONTH_ENDS, "2026-11-30", True),
        (Rhythm.MONTH_ENDS, "2026-12-31", True),
        (Rhythm.MONTH_ENDS, "2026-10-30", True),  # a Friday, the 31st is a Saturday
        (Rhythm.MONTH_ENDS, "2026-10-31", False),
        (Rhythm.MONTH_ENDS, "2026-12-30", False),
    ],
)
def test_public_holidays_and_make_up_days_decide_what_a_working_day_is(rhythm, day, holds):
    assert rhythm.holds(date.fromisoformat(day), CHINA) is holds


def test_whoever_is_away_on_the_last_day_is_told_on_the_one_before():
    friday = date(2026, 11, 27)
    off, half = Away(frozenset({friday})), Away(halves={friday: Half.MORNING})
    assert Rhythm.WEEK_ENDS.holds(friday - ONE_DAY, CHINA, off)
    assert not Rhythm.WEEK_ENDS.holds(friday, CHINA, off)
    assert Rhythm.WEEK_ENDS.holds(friday, CHINA, half)
    assert Rhythm.MONTH_ENDS.holds(friday, CHINA, Away(frozenset({date(2026, 11, 30)})))
    assert not Rhythm.DAILY.holds(friday, CHINA, off)


def test_every_week_in_which_anybody_works_is_told_once_and_no_other():
    days = [date(2025, 12, 29) + n * ONE_DAY for n in range(2 * 364)]
    told = Counter(week_told(day, CHINA) for day in days if Rhythm.WEEK_BEGINS.holds(day, CHINA))
    worked = {day - timedelta(days=day.weekday()) for day in days if CHINA.is_working_day(day)}
    assert set(told.values()) == {1}
    assert sorted(told)[1:] == sorted(worked)[:-1]  # the first told lies before, the last is told after them
    assert len(told) < len(days) // 7  # there are weeks without any work


@given(
    off=st.sets(st.integers(0, 60), max_size=40),
    promised=st.integers(3, 40),
)
def test_each_days_promises_are_told_on_one_working_day_and_not_after_it(off, promised):
    first = date(2026, 9, 21)
    away = Away(frozenset(first + n * ONE_DAY for n in off))
    due = first + promised * ONE_DAY
    days = [first + n * ONE_DAY for n in range(-10, 61)]
    tells = [
        day
        for day in days
        if Rhythm.DAILY.holds(day, CHINA, away)
        and told_with(day, CHINA, away)[0] <= due <= told_with(day, CHINA, away)[1]
    ]
    assert len(tells) == 1
    assert tells[0] <= due


def test_the_day_before_new_year_is_the_working_day_before_it():
    assert worked_before(date(2027, 1, 1), CHINA) == date(2026, 12, 31)
    assert worked_before(date(2026, 10, 8), CHINA) == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("now", "free"),
    [
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-23 12:59", "2026-11-23 13:00"),
        ("2026-11-23 13:00", "2026-11-23 13:00"),
        ("2026-11-23 20:29", "2026-11-23 20:29"),
        ("2026-11-23 20:30", "2026-11-24 07:30"),
        ("2026-11-24 00:01", "2026-11-24 07:30"),
        ("2026-11-24 07:29", "2026-11-24 07:30"),
        ("2026-11-27 21:00", "2026-11-30 07:30"),  # a Friday evening: Monday
        ("2026-12-31 23:59", "2027-01-04 07:30"),  # New Year's Day and a weekend
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kolkata"])
def test_nobody_is_spoken_to_at_night_at_lunch_or_on_a_day_off(zone, now, free):
    local, expected = (datetime.fromisoformat(each).replace(tzinfo=ZoneInfo(zone)) for each in (now, free))
    assert free_from(local, zone, (NIGHT, LUNCH), works=CHINA.is_working_day) == expected


def test_a_night_over_a_clock_change_ends_at_its_hour_on_the_new_clock():
    berlin = ZoneInfo("Europe/Berlin")
    for day in (date(2026, 3, 28), date(2026, 10, 24)):  # the clock changes in the following night
        evening = datetime.combine(day, time(23, 59), berlin)
        until = free_from(evening, "Europe/Berlin", (NIGHT,))
        assert until is not None
        assert until.astimezone(berlin) == datetime.combine(day + ONE_DAY, time(7, 30), berlin)


def test_pauses_without_end_leave_no_moment():
    assert free_from(utc("2026-11-23 08:00"), "UTC", (), works=lambda _day: False) is None


def a_day(away: Away = NEVER_AWAY) -> Day:
    return Day(zone="UTC", begins=time(8, 30), pauses=(NIGHT, LUNCH), halves=HALVES, away=away)


MONDAY = date(2026, 11, 23)
MORNING_OFF = Away(halves={MONDAY: Half.MORNING})
ALL_OFF = Away(frozenset({MONDAY}))


@pytest.mark.parametrize(
    ("reminder", "away", "now", "expected"),
    [
        (Reminder.MORNING, NEVER_AWAY, "08:00", "2026-11-23 08:00"),
        (Reminder.MORNING, NEVER_AWAY, "06:00", "2026-11-23 07:30"),
        (Reminder.MORNING, MORNING_OFF, "08:00", "2026-11-23 13:00"),  # and after lunch
        (Reminder.MORNING, ALL_OFF, "08:00", None),
        (Reminder.APPOINTMENT, NEVER_AWAY, "12:15", "2026-11-23 12:15"),
        (Reminder.APPOINTMENT, NEVER_AWAY, "06:15", "2026-11-23 06:15"),
        (Reminder.APPOINTMENT, MORNING_OFF, "09:00", None),
        (Reminder.NEWS, NEVER_AWAY, "22:00", "2026-11-24 07:30"),
        (Reminder.NEWS, ALL_OFF, "10:00", "2026-11-24 07:30"),
        (Reminder.NEWS, MORNING_OFF, "10:00", "2026-11-23 13:00"),
        (Reminder.SAFETY, ALL_OFF, "03:00", "2026-11-23 03:00"),
    ],
)
def test_some_reminders_wait_some_are_dropped_and_a_legal_duty_does_neither(reminder, away, now, expected):
    at = comes_at(MANNERS[reminder], a_day(away), utc(f"2026-11-23 {now}"), GENERIC)
    assert at == (expected and utc(expected))


@pytest.mark.parametrize(
    ("clock", "choice", "already", "loud"),
    [
        ("09:00", Choice(), 0, True),
        ("09:00", Choice(), 1, True),
        ("09:00", Choice(), 2, False),
        ("08:00", Choice(), 0, False),  # before work
        ("12:30", Choice(), 0, False),
        ("21:00", Choice(), 0, False),
        ("18:00", Choice(), 0, True),
        ("09:00", Choice(is_silent=True), 0, False),
    ],
)
def test_the_phone_sounds_twice_a_day_at_most_and_never_before_work(clock, choice, already, loud):
    assert sounds(a_day(), choice, utc(f"2026-11-23 {clock}"), already=already, most=2) is loud


def test_what_has_no_line_in_the_settings_is_news():
    assert reminder_of("morning") is Reminder.MORNING
    assert reminder_of("seat_offered") is Reminder.NEWS


def test_every_reminder_by_the_clock_needs_an_hour_and_no_other_has_one():
    told = LIBRARY.notices.versions[0].model_dump(by_alias=True)
    hours = dict(told["hours"])
    with pytest.raises(ValidationError, match="`morning` has no hour"):
        ReminderParams.model_validate({**told, "hours": {k: v for k, v in hours.items() if k != "morning"}})
    with pytest.raises(ValidationError, match="`news` does not come by the clock"):
        ReminderParams.model_validate({**told, "hours": {**hours, "news": "08:00"}})
