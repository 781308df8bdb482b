from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.coverage import proposals
from domain.coverage.proposals import ProposalKind
from domain.coverage.questions import Sitting, batch_entry, even_days, month_end
from domain.coverage.serving import over_served, shifts, swaps, under_served
from domain.tiering.model import Cell
from tests.support.coverage import FREQUENT_C, RARE, served

LIBRARY = load_library()
CADENCE = LIBRARY.cadence.versions[0]
PARAMS = LIBRARY.coverage.versions[0]
CALENDAR = WorkingCalendar("CN", make_up_days=True)


def names(those):
    return [one.name for one in those]


def test_the_under_served_come_by_weight_of_the_cell_and_visits_missing():
    those = [
        served(1, Cell.B2, months=[(0, 3, 2, 4)]),
        served(2, Cell.A2, months=[(3, 5, 4, 6)]),
        served(3, Cell.A2, months=[RARE]),
        served(4, Cell.A1, months=[(5, 5, 4, 6)]),
    ]
    assert names(under_served(those, CADENCE)) == ["Dr 3", "Dr 1", "Dr 2"]
    assert names(under_served(those, CADENCE, 1)) == ["Dr 3"]


def test_the_over_served_come_by_the_lightest_cell_first():
    those = [
        served(1, Cell.A1, months=[(8, 5, 4, 6)]),
        served(2, Cell.C1, months=[FREQUENT_C]),
        served(3, Cell.C3, months=(), contacts=1),
        served(4, Cell.C1, months=[(2, 1, 0, 2)]),
    ]
    assert names(over_served(those, CADENCE)) == ["Dr 3", "Dr 2", "Dr 1"]


def test_a_swap_stays_with_the_rep_and_takes_each_visit_once():
    receivers = [served(1, months=[RARE]), served(2, months=[RARE]), served(3, months=[RARE], rep=2)]
    givers = [served(4, Cell.C1, months=[FREQUENT_C]), served(5, Cell.B1, months=[(6, 4, 2, 4)])]
    found = swaps(receivers, [*receivers, *givers], CADENCE)
    assert [(one.giver.name if one.giver else None, one.visits) for one in found] == [
        ("Dr 4", 3),
        ("Dr 5", 2),
        (None, 0),
    ]


def test_nobody_gives_to_a_lighter_cell():
    receiver, heavier = served(1, Cell.B3, months=[(0, 2, 2, 4)]), served(2, Cell.A1, months=[(9, 5, 4, 6)])
    assert swaps([receiver], [receiver, heavier], CADENCE)[0].giver is None


def test_visits_are_moved_from_c_to_the_cell_of_a_where_most_is_missing():
    those = [
        served(1, Cell.C1, months=[FREQUENT_C]),
        served(2, Cell.A3, months=[(1, 4, 2, 4)]),
        served(3, Cell.A2, months=[RARE]),
        served(4, Cell.C1, months=[FREQUENT_C], rep=2),
    ]
    (found,) = shifts(those, CADENCE)
    assert (found.rep_id, found.cell, found.visits) == (1, Cell.A2, 3)
    assert shifts(those[:1], CADENCE) == []
    assert list(proposals.move_visits(those[:1], CADENCE)) == []


def test_a_manager_comes_along_where_visits_are_not_what_is_missing():
    stuck = served(1, Cell.A3, months=[(4, 4, 2, 4)])
    moved = served(2, Cell.A2, months=[(6, 5, 4, 6)])
    rare = served(3, Cell.A2, months=[RARE])
    found = list(proposals.accompany([rare, stuck, moved], {1: Cell.A3, 2: Cell.A3, 3: Cell.A2}, CADENCE))
    assert {one.kind for one in found} == {ProposalKind.ACCOMPANY}
    assert [(one.customer_id, one.reason.code) for one in found] == [(1, "met_not_moved"), (3, "rarely_met")]
    assert found[1].reason.params["missing"] == 3
    assert list(proposals.accompany([moved], {}, CADENCE)) == []


def test_nobody_without_a_name_is_proposed():
    assert list(proposals.accompany([served(1, months=[RARE], name="")], {}, CADENCE)) == []


EVENING = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_many_visits_of_several_days_in_one_hour_are_asked_about():
    assert batch_entry([Sitting(EVENING, 7, 5), Sitting(EVENING, 30, 2)], PARAMS.batch) is None
    found = batch_entry([Sitting(EVENING, 8, 3), Sitting(EVENING - timedelta(days=7), 20, 5)], PARAMS.batch)
    assert found.params == {"visits": 20, "days": 5, "on": "2026-11-13", "times": 2}


def test_the_same_number_day_after_day_is_asked_about():
    days = {date(2026, 11, n): 10 for n in range(2, 10)}
    assert even_days(days, PARAMS.even).params == {"visits": 10, "same": 8, "days": 8}
    assert even_days(days | {date(2026, 11, 20): 0}, PARAMS.even) is not None  # nobody was met
    uneven = {day: 10 if n < 6 else n for n, day in enumerate(days)}
    assert even_days(uneven, PARAMS.even) is None
    assert even_days(dict(list(days.items())[:7]), PARAMS.even) is None
    assert even_days(dict.fromkeys(days, 1), PARAMS.even) is None


@pytest.mark.parametrize(("late", "asked"), [(11, False), (12, True)])
def test_a_month_that_fills_up_at_its_end_is_asked_about(late, asked):
    """November 2026 has 21 working days: the last three are 1/7 of it, twice that is 2/7 of 42 visits."""
    days = {date(2026, 11, 30): late, date(2026, 11, 10): 42 - late, date(2026, 10, 30): 50}
    found = month_end(days, date(2026, 11, 30), CALENDAR, PARAMS.spike)
    assert (found is not None) is asked
    if found:
        told = {"late": 12, "visits": 42, "days": 3, "of_days": 21, "on": "2026-11-30"}
        assert found.params == told


def test_a_month_of_few_visits_has_no_end_to_speak_of():
    assert month_end({date(2026, 11, 30): 19}, date(2026, 11, 1), CALENDAR, PARAMS.spike) is None
