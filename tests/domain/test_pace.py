from datetime import date, timedelta

import pytest

from domain.calendar import WorkingCalendar, last_of_month
from domain.content.library import load_library
from domain.planning.cadence import interval, opens_after, opens_on
from domain.planning.pace import pace
from domain.tiering.model import Cell

CALENDAR = WorkingCalendar("CN", make_up_days=True)
CELLS = load_library().cadence.versions[0].cells
MONTHS = [date(2025, 10, 1), date(2026, 2, 1), date(2026, 11, 1)]


def days_of(month):
    """(over, begun, total) for every working day of a month."""
    total = CALENDAR.working_days_of_month(month)
    days = (month + timedelta(n) for n in range(last_of_month(month).day))
    for done, _ in enumerate(day for day in days if CALENDAR.is_working_day(day)):
        yield done, done + 1, total


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("goal", range(1, 9))
def test_on_every_day_some_whole_number_of_visits_is_on_pace(goal, month):
    for over, begun, total in days_of(month):
        states = [pace(done, goal, over=over, begun=begun, total=total) for done in range(goal + 3)]
        assert any(not state.behind and not state.ahead for state in states)
        # More visits are never further behind, nor less ahead.
        assert [state.behind for state in states] == sorted((s.behind for s in states), reverse=True)
        assert [state.ahead for state in states] == sorted(state.ahead for state in states)
        assert not any(state.behind for state in states[goal:])


def test_a_band_in_percent_leaves_days_without_any_count_on_pace():
    """The contrast: elapsed share x goal x (1 +/- 20 %), edges included, in whole numbers."""
    total = 21

    def on_pace(done, goal, day):
        return 80 * goal * day <= 100 * total * done <= 120 * goal * day

    points = [(goal, day) for goal in range(1, 9) for day in range(1, total + 1)]
    empty = [point for point in points if not any(on_pace(done, *point) for done in range(17))]
    assert (len(points), len(empty)) == (168, 56)
    assert [day for goal, day in empty if goal == 1] == list(range(1, 18))


@pytest.mark.parametrize("month", MONTHS)
def test_the_band_in_percent_fails_in_the_same_months_where_whole_visits_do_not(month):
    """Printed beside each other: goals 1 to 8 on every working day of the month."""
    points = [(goal, *day) for goal in range(1, 9) for day in days_of(month)]

    def percent(done, goal, begun, total):
        return 80 * goal * begun <= 100 * total * done <= 120 * goal * begun

    def whole(done, goal, over, begun, total):
        state = pace(done, goal, over=over, begun=begun, total=total)
        return not state.behind and not state.ahead

    lost = [p for p in points if not any(percent(done, p[0], *p[2:]) for done in range(17))]
    ours = [p for p in points if not any(whole(done, *p) for done in range(17))]
    told = f"{len(lost)} by a band of 20 %, {len(ours)} in whole visits"
    print(f"{month:%Y-%m}, points of {len(points)} without any count on pace: {told}")
    assert ours == []
    assert len(lost) > len(points) / 4


def test_behind_and_ahead_are_counted_in_visits():
    middle = {"over": 10, "begun": 11, "total": 20}
    assert (pace(40, 100, **middle).behind, pace(40, 100, **middle).ahead) == (10, 0)
    assert (pace(50, 100, **middle).low, pace(50, 100, **middle).high) == (50, 55)
    assert (pace(60, 100, **middle).behind, pace(60, 100, **middle).ahead) == (0, 5)


def test_the_last_day_expects_the_goal_and_the_first_nothing_yet():
    assert pace(0, 7, over=0, begun=1, total=20).behind == 0
    assert pace(6, 7, over=20, begun=20, total=20).behind == 1
    assert pace(0, 7, over=0, begun=0, total=0).behind == 0


def test_days_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        pace(1, 1, over=3, begun=2, total=20)


def test_the_interval_is_the_months_working_days_over_the_target():
    november, february = date(2026, 11, 10), date(2026, 2, 10)
    assert interval(CELLS[Cell.A2], november, CALENDAR) == 21 / 5
    assert interval(CELLS[Cell.A2], february, CALENDAR) == 16 / 5
    assert interval(CELLS[Cell.C2], november, CALENDAR) == 42
    assert interval(CELLS[Cell.C3], november, CALENDAR) is None


def test_the_gate_opens_at_its_part_of_the_interval():
    assert opens_after(4.2, 0.7) == 3
    assert opens_after(10, 0.7) == 7
    assert opens_after(4.2, 0) == 0


@pytest.mark.parametrize("cell", [cell for cell in Cell if cell is not Cell.C3])
@pytest.mark.parametrize("last", [date(2026, 9, 29), date(2026, 11, 17), date(2026, 1, 30)])
def test_the_opening_day_is_the_first_on_which_the_gate_is_open(cell, last):
    cadence = CELLS[cell]
    opens = opens_on(last, last, cadence, 0.7, CALENDAR)

    def is_open(day):
        return CALENDAR.working_days(last, day) >= opens_after(interval(cadence, day, CALENDAR), 0.7)

    between = [last + timedelta(n) for n in range((opens - last).days)]
    assert is_open(opens)
    assert not any(is_open(day) for day in between if CALENDAR.is_working_day(day))


def test_a_cell_that_is_not_planned_never_opens():
    assert opens_on(date(2026, 1, 5), date(2026, 11, 17), CELLS[Cell.C3], 0.7, CALENDAR) is None
