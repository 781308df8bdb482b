"""Who has waited too long, who is behind, and one cadence said in three ways."""

from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.customers.model import Customer
from domain.ids import CustomerId
from domain.planning.cadence import Cycle, Measure, Rhythm
from domain.planning.model import VisitTarget
from domain.planning.overdue import month_pace, overdue, slipping
from domain.tiering.model import Cell, Tier

CALENDAR = WorkingCalendar("CN", make_up_days=True)
NORM = load_library().cadence.versions[0]
TODAY = date(2026, 11, 23)  # a Monday; November has 21 working days, 15 of them are over
numbers = count(1)


def doctor(cell, last=None, done=0, snoozed=None, **values) -> VisitTarget:
    number, found = next(numbers), Cell(cell)
    return VisitTarget(
        customer=Customer(id=CustomerId(number), code=None, name=f"Dr {number:04}", owner_id=None, **values),
        tier=found.tier,
        support=found.support,
        last_visit=last,
        visits_this_month=done,
        snoozed_until=snoozed,
    )


def late(*people):
    return overdue(people, TODAY, NORM, CALENDAR)


def test_nobody_is_late_until_the_interval_has_passed():
    """A2 is due every 4.2 working days: on the fifth, and late from the sixth on."""
    on_time, one_late = doctor("A2", date(2026, 11, 16)), doctor("A2", date(2026, 11, 13))
    found = late(on_time, one_late)
    assert [(one.target, one.days, one.late) for one in found.late] == [(one_late, 6, 1)]


def test_a_and_b_slip_on_the_last_days_before_they_are_late():
    last, one_more, later = (doctor("A2", date(2026, 11, day)) for day in (16, 17, 18))
    late_already, c1 = doctor("A2", date(2026, 11, 13)), doctor("C1", date(2026, 10, 26))
    people = [last, one_more, later, late_already, c1, doctor("A2")]
    found = slipping(people, TODAY, NORM, CALENDAR, ahead=1)
    assert [(one.target, one.late) for one in found] == [(last, 0), (one_more, -1)]
    assert [one.target for one in slipping(people, TODAY, NORM, CALENDAR, ahead=0)] == [last]


def test_the_weightiest_come_first_and_the_never_visited_stand_apart():
    heavy, light = doctor("A2", date(2026, 11, 2)), doctor("C1", date(2026, 8, 3))
    new_c, new_a = doctor("C1"), doctor("A1")
    found = late(light, new_c, heavy, new_a)
    assert [one.target for one in found.late] == [heavy, light]
    assert [target for target, _ in found.never] == [new_a, new_c]


def test_who_is_put_off_sees_nobody_or_is_given_up_is_not_late():
    long_ago = date(2026, 3, 2)
    people = [
        doctor("A1", long_ago, snoozed=date(2026, 11, 24)),
        doctor("A1", long_ago, is_no_see=True),
        doctor("C3", long_ago),
    ]
    assert late(*people).late == ()
    assert late(doctor("A1", long_ago, snoozed=TODAY)).late  # is back today


def test_the_months_pace_adds_up_by_letter_and_names_who_is_behind():
    people = [doctor("A2", done=1), doctor("A2", done=4), doctor("B2", done=9), doctor("C2", done=0)]
    found = month_pace(people, TODAY, NORM, CALENDAR)
    assert (found.whole.done, found.whole.goal) == (1 + 4 + 4, 14)  # 5 + 5 + 3 + 0.5, excess counts no more
    assert {tier: one.goal for tier, one in found.letters.items()} == {Tier.A: 10, Tier.B: 3, Tier.C: 1}
    assert sum(one.done for one in found.letters.values()) == found.whole.done
    assert [(one.target, one.pace.low, one.pace.high) for one in found.behind] == [(people[0], 3, 4)]


CYCLE = Cycle.quarter_of(TODAY, CALENDAR)


def test_a_quarter_has_its_working_days_with_make_up_days():
    days = sum(CALENDAR.working_days_of_month(date(2026, month, 1)) for month in (10, 11, 12))
    assert (CYCLE.months, CYCLE.working_days) == (3, days)
    assert Cycle.quarter_of(date(2026, 2, 28), CALENDAR).working_days == sum(
        CALENDAR.working_days_of_month(date(2026, month, 1)) for month in (1, 2, 3)
    )


@given(measure=st.sampled_from(list(Measure)), value=st.floats(0.05, 90))
def test_the_three_measures_say_the_same(measure, value):
    rhythm = Rhythm.of(measure, value, CYCLE)
    for other in Measure:
        back = Rhythm.of(other, rhythm.value(other), CYCLE)
        assert (back.monthly, back.between, back.total) == pytest.approx(
            (rhythm.monthly, rhythm.between, rhythm.total)
        )
    assert rhythm.value(measure) == pytest.approx(value)
    assert rhythm.between * rhythm.total == pytest.approx(CYCLE.working_days)


def test_no_visits_have_no_rhythm():
    with pytest.raises(ValueError, match="no rhythm"):
        Rhythm.of(Measure.MONTHLY, 0, CYCLE)
