"""Shares of sums, weeks spread over days, and tips that follow from counts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.content.library import load_library
from domain.coverage.ratio import Ratio
from domain.timelog.habits import Habit, Occasion, PlannedWeek, measure, tips
from domain.timelog.split import NO_TIME, Split, Use
from domain.timelog.weeks import TimeEntry, spread_week

PARAMS = load_library().timelog.versions[0]
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
DAYS = [MONDAY, TUESDAY, WEDNESDAY]
FINE = {habit: Ratio(100, 100) for habit in Habit} | {Habit.TRAVEL: Ratio(0, 1000)}


def minutes():
    return st.builds(Split, *[st.integers(0, 3000)] * 4)


def occasion(**values):
    usual = {"on": MONDAY, "met": True, "by_appointment": True, "next_agreed": True, "at_best_time": True}
    return Occasion(**{**usual, **values})


def test_shares_are_of_the_sum_and_not_the_mean_of_daily_shares():
    days = [Split(60, 60), Split(300, 0, 60, 60)]
    found = Split.total(days)
    assert found.selling_share == 360 / 540
    assert found.selling_share != sum(day.selling_share for day in days) / 2
    assert found.field_selling_share == 360 / 480


def test_nothing_has_no_share():
    assert NO_TIME.selling_share is None
    assert Split(personal=60).selling_share == 0
    assert Split(personal=60).field_selling_share is None


def test_a_step_down_ends_at_nothing():
    assert Split(20, 60).with_more(Use.SELLING, -30) == Split(0, 60)
    assert Split(20, 60).with_more(Use.PERSONAL, 30) == Split(20, 60, 0, 30)


@given(minutes(), st.integers(1, 7))
def test_spreading_loses_no_minute_and_is_even(split, days):
    parts = split.spread(days)
    assert Split.total(parts) == split
    assert all(max(one) - min(one) <= 1 for one in zip(*(part.minutes for part in parts), strict=True))


def test_a_week_leaves_days_that_were_told_one_by_one():
    entries = {MONDAY: TimeEntry(Split(300, 60)), TUESDAY: TimeEntry(Split(10), is_spread=True)}
    assert spread_week(Split(500, 61), DAYS, entries) == {TUESDAY: Split(100, 1), WEDNESDAY: Split(100, 0)}


def test_a_week_is_never_less_than_its_single_days():
    assert spread_week(Split(100), [MONDAY, TUESDAY], {MONDAY: TimeEntry(Split(300))}) == {TUESDAY: NO_TIME}


def test_a_week_of_single_days_has_nothing_to_spread():
    assert spread_week(Split(900), [MONDAY], {MONDAY: TimeEntry(Split(300))}) == {}


def test_each_measure_counts_its_own_cases():
    visits = [
        occasion(),
        occasion(by_appointment=False, at_best_time=None),
        occasion(met=False, next_agreed=False, at_best_time=False),
        occasion(next_agreed=False),
    ]
    weeks = [
        PlannedWeek(MONDAY, MONDAY),
        PlannedWeek(MONDAY, TUESDAY),
        PlannedWeek(MONDAY, None),
    ]
    assert measure(Split(240, 120, 40, 999), visits, weeks) == {
        Habit.TRAVEL: Ratio(120, 400),
        Habit.APPOINTMENTS: Ratio(3, 4),
        Habit.NEXT_VISIT: Ratio(2, 3),
        Habit.BEST_TIME: Ratio(2, 3),
        Habit.WEEK_PLAN: Ratio(1, 3),
    }


def test_no_data_give_no_tip():
    assert tips(measure(NO_TIME, [], []), PARAMS) == ()


@pytest.mark.parametrize(
    ("habit", "bad", "good", "few"),
    [
        (Habit.TRAVEL, Ratio(400, 1000), Ratio(350, 1000), Ratio(400, 500)),
        (Habit.APPOINTMENTS, Ratio(3, 8), Ratio(4, 8), Ratio(0, 7)),
        (Habit.NEXT_VISIT, Ratio(4, 8), Ratio(6, 10), Ratio(0, 7)),
        (Habit.BEST_TIME, Ratio(5, 8), Ratio(7, 10), Ratio(0, 7)),
        (Habit.WEEK_PLAN, Ratio(1, 2), Ratio(2, 3), Ratio(0, 1)),
    ],
)
def test_a_tip_needs_a_measure_beyond_its_bound_and_enough_cases(habit, bad, good, few):
    assert [tip.habit for tip in tips(FINE | {habit: bad}, PARAMS)] == [habit]
    assert tips(FINE | {habit: good}, PARAMS) == ()
    assert tips(FINE | {habit: few}, PARAMS) == ()


def test_the_two_habits_with_most_to_gain_make_tips():
    found = FINE | {
        Habit.APPOINTMENTS: Ratio(4, 10),  # a fifth of the way down
        Habit.NEXT_VISIT: Ratio(0, 10),  # all of it
        Habit.WEEK_PLAN: Ratio(1, 2),  # a sixth
        Habit.BEST_TIME: Ratio(3, 10),
    }
    assert [(tip.habit, tip.ratio) for tip in tips(found, PARAMS)] == [
        (Habit.NEXT_VISIT, Ratio(0, 10)),
        (Habit.BEST_TIME, Ratio(3, 10)),
    ]
