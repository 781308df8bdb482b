"""What has become of decisions: as many working days before as since, and no more said than is known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.coverage.report import Listed
from domain.ids import CustomerId, UserId
from domain.territory.effects import Decided, DecisionKind, Side, Trend, effect, window
from domain.tiering.model import Cell

LIMITS = load_library().territory.versions[0].look_back
CALENDAR = WorkingCalendar("CN", make_up_days=True)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 120))
def test_both_sides_have_equally_many_working_days_and_nothing_of_today(on, later):
    today = on + timedelta(days=later)
    found = window(on, today, CALENDAR, LIMITS)
    gone = CALENDAR.working_days(on, today - timedelta(days=1))
    if gone < LIMITS.least_days:
        assert found is None
        return
    before = CALENDAR.working_days(found.first_before - timedelta(days=1), on)
    since = CALENDAR.working_days(on, found.last_after)
    assert before == since == found.days == min(gone, LIMITS.most_days)
    assert found.first_before <= found.decided_on == on < found.last_after < today


def test_the_weeks_of_a_long_holiday_are_not_compared_with_full_weeks():
    found = window(date(2026, 9, 30), date(2026, 10, 20), CALENDAR, LIMITS)
    assert (found.last_after - found.decided_on).days > (found.decided_on - found.first_before).days + 3


@pytest.mark.parametrize(
    ("visits", "trend"),
    [
        ((0, 0), Trend.SAME),
        ((10, 12), Trend.SAME),
        ((10, 22), Trend.MORE),
        ((22, 10), Trend.FEWER),
        ((100, 120), Trend.SAME),
        ((100, 140), Trend.MORE),
        ((0, 4), Trend.MORE),
        ((0, 3), Trend.SAME),
    ],
)
def test_a_difference_that_chance_makes_is_called_none(visits, trend):
    """|since - before| >= 2 sqrt(before + since): 12 of 32 visits is more than 2 x 5.66."""
    assert Side(1, visits, (0, 0)).trend(LIMITS.sigma) is trend


def listed(
    number: int, was: Cell | None, now: Cell | None, rep: int = 1, *, is_listed: bool = True
) -> Listed:
    return Listed(
        id=CustomerId(number),
        name=f"Dr {number}",
        rep_id=UserId(rep),
        institution_id=None,
        institution="",
        is_active=True,
        is_listed=is_listed,
        cell=now,
        is_known=True,
        was=was,
        was_known=True,
        stood=was,
    )


def test_an_effect_counts_whom_the_decision_meant_beside_the_others_of_the_same_reps():
    decided = Decided(
        kind=DecisionKind.MOVES,
        on=date(2026, 11, 2),
        more=frozenset({CustomerId(1), CustomerId(2), CustomerId(99)}),
        less=frozenset({CustomerId(3)}),
    )
    people = [
        listed(1, Cell.A2, Cell.A1),
        listed(2, Cell.A2, Cell.A3),
        listed(3, Cell.C1, Cell.B1),
        listed(4, Cell.B2, Cell.B1),
        listed(5, Cell.B2, Cell.B2, is_listed=False),
        listed(6, Cell.A1, Cell.A1, rep=2),
    ]
    compared = window(decided.on, date(2026, 11, 23), CALENDAR, LIMITS)
    before, since = {1: 2, 3: 4, 4: 1, 6: 9}, {1: 3, 2: 1, 5: 2, 6: 9}
    found = effect(decided, compared, people, before, since)
    assert found.more == Side(2, (2, 4), (1, 2))
    assert found.less == Side(1, (4, 0), (1, 0))
    assert found.others == Side(1, (1, 0), (1, 0))  # of the same rep, on the list
    assert (found.up, found.down) == (1, 1)  # a letter that is corrected is no change of support
