"""Leave, training and half days: what they take from the field, from the goals and from waiting times."""

from datetime import date, datetime, time

import pytest

from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.customers.model import Customer
from domain.ids import CustomerId, LeaveId, UserId
from domain.planning.absence import NEVER_AWAY, Away, Leave, LeaveKind
from domain.planning.model import Half, RepCalendar, VisitTarget
from domain.planning.overdue import month_pace, overdue
from domain.planning.pace import MonthSoFar
from domain.planning.windows import workday
from domain.tiering.model import Support, Tier

CALENDAR = WorkingCalendar("CN", make_up_days=True)
NORM = load_library().cadence.versions[0]
PARTS = ((time(8), time(12)), (time(14), time(17, 30)))
EVE, FIRST, LAST = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30)  # 21 working days
TUESDAY, FRIDAY, SATURDAY = date(2026, 11, 3), date(2026, 11, 6), date(2026, 11, 7)
TODAY = date(2026, 11, 16)  # a Monday, the eleventh working day


def leave(first, last=None, half=None, kind=LeaveKind.OFF):
    return Leave(id=LeaveId(1), first=first, last=last or first, half=half, kind=kind)


def away(*leaves):
    return Away.of(leaves, FIRST, LAST)


def customer(number=1, tier=Tier.A, support=Support.SECOND_CHOICE, **values):
    person = Customer(id=CustomerId(number), code=None, name=f"K{number}", owner_id=UserId(1))
    return VisitTarget(customer=person, tier=tier, support=support, **values)


def test_training_and_days_off_take_the_same_days():
    assert away(leave(TUESDAY, kind=LeaveKind.TRAINING)).days == away(leave(TUESDAY)).days == {TUESDAY}


def test_both_halves_of_a_day_are_the_day_and_one_is_half_of_it():
    both = away(leave(TUESDAY, half=Half.MORNING), leave(TUESDAY, FRIDAY, Half.AFTERNOON))
    assert both.days == {TUESDAY}
    assert both.halves == {date(2026, 11, day): Half.AFTERNOON for day in (4, 5, 6)}


def test_what_is_asked_for_bounds_a_leave():
    assert away(leave(date(2026, 10, 20), date(2026, 11, 2))).days == {FIRST, date(2026, 11, 2)}


@pytest.mark.parametrize(
    ("leaves", "halves"),
    [
        ((), 42),
        ((leave(TUESDAY, SATURDAY),), 42 - 8),  # the Saturday is free anyway
        ((leave(TUESDAY, SATURDAY, Half.MORNING),), 42 - 4),
        ((leave(TUESDAY, half=Half.MORNING), leave(TUESDAY, half=Half.AFTERNOON)), 42 - 2),
        ((leave(FIRST, LAST),), 0),
    ],
)
def test_half_days_in_the_field_are_the_working_days_less_what_is_off(leaves, halves):
    found = away(*leaves)
    assert found.halves_in_field(EVE, LAST, CALENDAR) == halves
    assert found.days_lost(EVE, LAST, CALENDAR) == (42 - halves) / 2


def test_a_half_day_leaves_the_other_half_for_visits():
    found = away(leave(TUESDAY, half=Half.MORNING), leave(FRIDAY, half=Half.AFTERNOON))
    rep = RepCalendar(
        start=time(8, 30), end=time(17, 30), halves_off=found.halves, blocked=found.blocked(PARTS)
    )
    assert (workday(rep, TUESDAY).start, workday(rep, TUESDAY).end) == (12 * 60, 17.5 * 60)
    assert (workday(rep, FRIDAY).start, workday(rep, FRIDAY).end) == (8.5 * 60, 14 * 60)
    assert workday(rep, TODAY).start == 8.5 * 60


def test_who_is_away_is_away_until_the_half_is_over():
    found = away(leave(TUESDAY, half=Half.MORNING), leave(FRIDAY))
    assert found.is_away(datetime.combine(TUESDAY, time(7)), PARTS)
    assert not found.is_away(datetime.combine(TUESDAY, time(12)), PARTS)
    assert found.is_away(datetime.combine(FRIDAY, time(13)), PARTS)
    assert not found.is_away(datetime.combine(TODAY, time(9)), PARTS)


def test_leave_takes_its_part_of_the_goal_and_the_rest_is_due_on_the_other_days():
    first_half = away(leave(FIRST, date(2026, 11, 13)))  # ten of the month's 21 working days
    month = MonthSoFar.of(TODAY, CALENDAR, first_half)
    assert (month.over, month.begun, month.total) == (0, 2, 22)
    assert month.share == pytest.approx(11 / 21)
    found = month.pace(0, 42)
    assert (found.goal, found.low, found.high, found.behind) == (22, 0, 2, 0)
    without = MonthSoFar.of(TODAY, CALENDAR, NEVER_AWAY).pace(0, 42)
    assert (without.goal, without.low, without.behind) == (42, 20, 20)


def test_a_month_of_leave_asks_for_nothing():
    found = MonthSoFar.of(TODAY, CALENDAR, away(leave(FIRST, LAST))).pace(0, 42)
    assert (found.goal, found.low, found.high) == (0, 0, 0)


def test_nobody_is_behind_for_days_of_leave():
    people = [customer()]
    assert [one.pace.behind for one in month_pace(people, TODAY, NORM, CALENDAR).behind] == [2]
    resting = away(leave(FIRST, date(2026, 11, 13)))
    assert month_pace(people, TODAY, NORM, CALENDAR, resting).behind == ()


def test_waiting_does_not_grow_while_the_rep_is_away():
    people = [customer(last_visit=date(2026, 11, 2))]
    (late,) = overdue(people, TODAY, NORM, CALENDAR).late
    assert late.days == 10
    assert overdue(people, TODAY, NORM, CALENDAR, away(leave(TUESDAY, date(2026, 11, 13)))).late == ()
    (half,) = overdue(people, TODAY, NORM, CALENDAR, away(leave(TUESDAY, FRIDAY, Half.MORNING))).late
    assert half.days == 8
