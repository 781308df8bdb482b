"""When a visit can begin."""

from datetime import date, time

import pytest

from domain.customers.model import Customer, HalfDay, Institution
from domain.planning.model import Blocked, RepCalendar
from domain.planning.windows import Workday, beginnings, clock_of, times_of, weekly_workdays, workday

REP = RepCalendar(start=time(8, 30), end=time(17, 30))
MONDAY = date(2026, 11, 2)


def customer(reception=(), best=()):
    place = Institution(id=1, name="H", reception=tuple(reception))
    return Customer(id=1, code="1", name="N", owner_id=1, institution=place, best_times=tuple(best))


def half(weekday, start, end):
    return HalfDay(weekday, time(start), time(end))


def test_overlapping_and_touching_hours_are_one():
    week = times_of(customer([half(0, 10, 12), half(0, 8, 10), half(0, 9, 11), half(0, 14, 15)])).week
    assert week[0] == ((480, 720), (840, 900))


def test_hours_that_only_touch_do_not_meet():
    times = times_of(customer([half(0, 8, 10)], [half(0, 10, 12)]))
    assert times.contradictory
    assert times.week[0] == ((480, 600),)


def test_nothing_known_is_any_time():
    times = times_of(customer())
    assert not times.known
    assert times.week[6] == ((0, 1440),)


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (540, 600, ((540, 590),)),
        (540, 545, ((540, 540),)),
        (480, 512, ()),  # closes, with the buffer, before the rep begins
        (480, 530, ((510, 520),)),
        (1000, 1200, ((1000, 1030),)),
        (1035, 1200, ()),
    ],
)
def test_a_visit_begins_in_its_hours_and_ends_in_the_day(opens, closes, expected):
    work = Workday(510, 1050)
    assert beginnings([(opens, closes)], work, service=20, buffer=10) == expected


def test_a_visit_does_not_run_into_a_blocked_time():
    work = Workday(510, 1050, ((600, 660), (720, 740)))
    assert beginnings([(540, 900)], work, service=20, buffer=0) == ((540, 580), (660, 700), (740, 900))
    assert beginnings([(610, 640)], work, service=20, buffer=0) == ()


def test_blocked_ends_shorten_the_day_even_one_after_the_other():
    rep = RepCalendar(
        start=time(8, 30),
        end=time(17, 30),
        blocked=(
            Blocked(start=time(8), end=time(9)),
            Blocked(start=time(9), end=time(10), weekday=0),
            Blocked(start=time(16), end=time(19), on=MONDAY),
            Blocked(start=time(12), end=time(13)),
        ),
    )
    assert workday(rep, MONDAY) == Workday(600, 960, ((720, 780),))
    monday, tuesday = weekly_workdays(rep)[:2]
    assert monday == Workday(600, 1050, ((720, 780),))
    assert tuesday == Workday(540, 1050, ((720, 780),))


def test_a_day_blocked_as_a_whole_has_no_room():
    rep = RepCalendar(
        start=time(8, 30), end=time(17, 30), blocked=(Blocked(start=time(0), end=time(23, 59)),)
    )
    assert beginnings([(0, 1440)], workday(rep, MONDAY), service=10, buffer=10) == ()


def test_times_are_told_to_the_minute_and_never_past_the_day():
    assert clock_of(510.4) == time(8, 30)
    assert clock_of(1440) == time(23, 59)
