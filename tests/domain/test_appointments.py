"""Which times are offered for an appointment, and which appointments get in each other's way."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.customers.model import Customer, HalfDay, Institution
from domain.ids import CustomerId, InstitutionId
from domain.planning.appointments import AppointmentParams, clashing, offered, receiving
from domain.planning.model import Appointment

MONDAY = date(2026, 11, 23)
HOURS = (time(9), time(12))
MORNING = HalfDay(0, time(9), time(10))
PARAMS = {"from": "2021-01-01", "source": "test", "note": "test", "slot": 30, "minutes": 30, "furthest": 90}
NUMBERS = AppointmentParams.model_validate({**PARAMS, "lengths": [15, 30, 60]})


def customer(*best: HalfDay, reception: tuple[HalfDay, ...] = ()) -> Customer:
    hospital = Institution(id=InstitutionId(1), name="Lake Hospital", reception=reception)
    return Customer(
        id=CustomerId(1), code="", name="Ann", owner_id=None, institution=hospital, best_times=best
    )


def clocks(times: tuple[time, ...]) -> list[str]:
    return [f"{one:%H:%M}" for one in times]


def test_the_times_at_which_the_customer_receives_stand_apart():
    found = offered(customer(MORNING), MONDAY, HOURS, NUMBERS)
    assert clocks(found.good) == ["09:00", "09:30"]
    assert clocks(found.other) == ["10:00", "10:30", "11:00", "11:30"]


def test_a_visit_ends_before_the_day_and_the_window_do():
    found = offered(customer(HalfDay(0, time(9, 15), time(10, 20))), MONDAY, HOURS, NUMBERS)
    assert clocks(found.good) == ["09:30"]
    assert clocks(found.other)[-1] == "11:30"


def test_a_window_shorter_than_a_visit_or_outside_the_working_hours_is_offered_all_the_same():
    found = offered(
        customer(HalfDay(0, time(11, 40), time(11, 55)), HalfDay(0, time(18), time(19))),
        MONDAY,
        HOURS,
        NUMBERS,
    )
    assert clocks(found.good) == ["11:40", "18:00", "18:30"]


def test_of_today_only_what_is_still_to_come_is_offered():
    found = offered(customer(MORNING), MONDAY, HOURS, NUMBERS, after=time(9, 30))
    assert (clocks(found.good), clocks(found.other)[0]) == ([], "10:00")


def test_another_weekday_or_nothing_known_has_no_good_times():
    for one in (customer(HalfDay(3, time(9), time(10))), customer()):
        assert offered(one, MONDAY, HOURS, NUMBERS).good == ()


def test_own_times_count_within_those_of_the_hospital():
    rule = (HalfDay(0, time(8), time(9, 30)), HalfDay(1, time(8), time(12)))
    assert receiving(customer(MORNING, reception=rule)) == (HalfDay(0, time(9), time(9, 30)),)
    assert receiving(customer(reception=rule)) == rule
    assert receiving(customer(MORNING)) == (MORNING,)


def test_the_hospital_wins_where_the_two_never_meet():
    rule = (HalfDay(4, time(8), time(12)),)
    assert receiving(customer(MORNING, reception=rule)) == rule


windows = st.builds(
    lambda day, start, length: HalfDay(day, time(start), time(start + length)),
    st.integers(0, 6),
    st.integers(6, 18),
    st.integers(1, 5),
)


@given(
    st.lists(windows, max_size=4),
    st.lists(windows, max_size=4),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_every_good_time_lies_in_a_window_and_every_time_is_offered_once(best, rule, on):
    one = customer(*best, reception=tuple(rule))
    found = offered(one, on, HOURS, NUMBERS)
    for moment in found.good:
        assert any(
            window.weekday == on.weekday() and window.start <= moment < window.end
            for window in receiving(one)
        )
    assert len({*found.good, *found.other}) == len(found.good) + len(found.other)
    assert {time(9), time(9, 30), time(11, 30)} <= {*found.good, *found.other}


def at(start: time, minutes: int | None = 30, on: date = MONDAY) -> Appointment:
    return Appointment(customer_id=CustomerId(1), on=on, start=start, minutes=minutes)


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        (at(time(9, 30)), True),
        (at(time(9, 15)), True),
        (at(time(9, 45)), True),
        (at(time(8), 120), True),
        (at(time(9, 40), 5), True),
        (at(time(9)), False),
        (at(time(10)), False),
        (at(time(9), None), False),
        (at(time(9, 30), on=date(2026, 11, 24)), False),
    ],
)
def test_appointments_clash_when_their_times_overlap(other, clash):
    one = at(time(9, 30))
    assert bool(clashing(one, [other], usual=30)) is clash
    assert bool(clashing(other, [one], usual=30)) is clash


def test_the_usual_length_counts_where_none_is_given():
    assert clashing(at(time(9, 30)), [at(time(9), None)], usual=45)


@pytest.mark.parametrize("lengths", [[30, 15], [15, 60], [15, 15, 30]])
def test_lengths_rise_and_hold_the_usual_one(lengths):
    with pytest.raises(ValidationError, match="the lengths do not rise"):
        AppointmentParams.model_validate({**PARAMS, "lengths": lengths})
