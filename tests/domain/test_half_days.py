"""A week chosen by halves, and what is known more exactly."""

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from domain.customers.half_days import HALVES, halves_of, windows_of
from domain.customers.model import HalfDay

PARTS = ((time(8), time(12)), (time(13, 30), time(17, 30)))
MONDAY_MORNING, MONDAY_AFTERNOON, TUESDAY_MORNING = 1, 2, 4
EXACT = HalfDay(0, time(9, 10), time(10))
windows = st.builds(
    lambda day, start, length: HalfDay(day, time(start), time(start + length)),
    st.integers(0, 6),
    st.integers(6, 18),
    st.integers(1, 5),
)


def test_halves_are_the_bits_of_a_week():
    assert halves_of([EXACT], PARTS) == MONDAY_MORNING
    assert halves_of([HalfDay(0, time(8), time(17))], PARTS) == MONDAY_MORNING | MONDAY_AFTERNOON
    assert halves_of([HalfDay(6, time(14), time(15))], PARTS) == 1 << (HALVES - 1)
    assert halves_of([HalfDay(0, time(12), time(13, 30))], PARTS) == 0


def test_a_chosen_half_is_the_usual_one():
    assert windows_of(TUESDAY_MORNING | MONDAY_AFTERNOON, PARTS) == (
        HalfDay(0, *PARTS[1]),
        HalfDay(1, *PARTS[0]),
    )


def test_what_is_known_more_exactly_stays_when_another_half_is_added():
    week = MONDAY_MORNING | MONDAY_AFTERNOON | TUESDAY_MORNING
    assert windows_of(week, PARTS, [EXACT]) == (EXACT, HalfDay(0, *PARTS[1]), HalfDay(1, *PARTS[0]))


def test_a_whole_day_is_cut_where_one_half_is_taken_off():
    day = HalfDay(0, time(8, 30), time(17))
    assert windows_of(MONDAY_AFTERNOON, PARTS, [day]) == (HalfDay(0, time(13, 30), time(17)),)
    assert windows_of(MONDAY_MORNING | MONDAY_AFTERNOON, PARTS, [day]) == (day,)


@given(st.integers(0, 2**HALVES - 1), st.lists(windows, max_size=5))
def test_the_windows_of_a_choice_reach_into_exactly_the_chosen_halves(week, known):
    assert halves_of(windows_of(week, PARTS, known), PARTS) == week


@given(st.lists(windows, max_size=5))
def test_a_choice_that_changes_nothing_keeps_everything(known):
    assert set(windows_of(halves_of(known, PARTS), PARTS, known)) == set(known)
