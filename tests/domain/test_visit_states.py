"""What can become of a visit, and what a log holds."""

from dataclasses import replace
from datetime import date, time
from itertools import product

import pytest

from domain.calendar import WorkingCalendar
from domain.customers.model import Customer, HalfDay
from domain.errors import DomainError
from domain.ids import CustomerId, UserId
from domain.tiering.model import Cell, Support
from domain.visits.log import MOST_ASKED, Field, Told, is_late, next_reception
from domain.visits.model import Barrier, Outcome
from domain.visits.states import MOVES, Result, VisitState, moved
from tests.support.world import LIBRARY

PARAMS = LIBRARY.visits.versions[0]
CALENDAR = WorkingCalendar("CN")
MONDAY = date(2026, 11, 23)
P, D, M, C, R = VisitState  # planned, done, missed, cancelled, rescheduled


@pytest.mark.parametrize(("before", "result"), list(product(VisitState, Result)))
def test_every_move_is_either_in_the_table_or_refused(before, result):
    legal = {(P, D), (P, M), (P, C), (P, R), (D, D), (D, M), (M, M), (M, D), (M, R)}
    legal |= {(R, R), (R, D), (R, C), (C, C), (C, D), (C, R)}
    if (before, result.state) in legal:
        assert moved(before, result) is result.state
    else:
        with pytest.raises(DomainError, match="visit_move"):
            moved(before, result)


def test_nothing_leads_back_to_planned_and_every_state_has_a_result():
    assert all(VisitState.PLANNED not in after for after in MOVES.values())
    assert {one.state for one in Result} == set(VisitState) - {VisitState.PLANNED}


def test_only_visits_that_took_place_count_for_the_cadence():
    met = {one for one in Result if one.outcome not in {Outcome.ABSENT, Outcome.REFUSED}}
    assert met == {one for one in Result if one.state is VisitState.DONE}


def test_at_most_five_fields_are_asked_in_any_cell():
    for result, cell in product(Result, [None, *Cell]):
        fields = PARAMS.fields(result, cell)
        assert len(fields) == len(set(fields)) <= MOST_ASKED == 5
    assert PARAMS.fields(Result.MET, Cell.A3)[0] is Field.BARRIER
    assert Field.JOINED in PARAMS.fields(Result.MET, Cell.A1)


@pytest.mark.parametrize(
    ("on", "late"),
    [
        (date(2026, 11, 23), False),
        (date(2026, 11, 20), False),  # one working day ago
        (date(2026, 11, 19), False),  # two
        (date(2026, 11, 18), True),  # three
    ],
)
def test_over_two_working_days_later_is_late(on, late):
    assert is_late(on, MONDAY, PARAMS, CALENDAR) is late


@pytest.mark.parametrize(
    ("on", "code"), [(date(2026, 11, 24), "visit_ahead"), (date(2026, 8, 22), "visit_too_old")]
)
def test_days_to_come_and_long_ago_are_refused(on, code):
    with pytest.raises(DomainError, match=code):
        is_late(on, MONDAY, PARAMS, CALENDAR)


def test_coming_another_day_means_the_next_reception():
    customer = Customer(id=CustomerId(1), code="", name="Zhang", owner_id=UserId(1))
    assert next_reception(customer, date(2026, 11, 27), CALENDAR) == date(2026, 11, 30)
    thursdays = replace(customer, best_times=(HalfDay(3, time(8), time(12)),))
    assert next_reception(thursdays, MONDAY, CALENDAR) == date(2026, 11, 26)


def test_a_topic_is_there_once_and_there_are_not_too_many():
    told = Told()
    for _ in range(2):
        told = told.with_topic("a", talked=True, most=2)
    told = told.with_topic("b", talked=True, most=2)
    assert told.topics == ("a", "b")
    with pytest.raises(DomainError, match="too_many_topics"):
        told.with_topic("c", talked=True, most=2)
    assert told.with_topic("a", talked=False, most=2).topics == ("b",)


def test_what_is_not_said_again_stays_as_it_was_said():
    earlier = Told(result=Result.ABSENT, barrier=Barrier.PRICE, note="early", support=Support(2))
    later = Told(result=Result.MET, note="late").over(earlier)
    assert later == Told(result=Result.MET, barrier=Barrier.PRICE, note="late", support=Support(2))
