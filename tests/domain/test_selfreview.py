"""Each of the six answers, and the one change that it suggests."""

from datetime import date

import pytest

from domain.content.library import load_library
from domain.ids import CustomerId
from domain.selfreview.answers import (
    Advice,
    Contact,
    Member,
    chosen,
    frequency,
    moved,
    resources,
    spread,
    visited,
)
from domain.tiering.model import Cell, Tier

LIBRARY = load_library()
PARAMS, NORM = LIBRARY.selfreview.versions[0], LIBRARY.cadence.versions[0]
ON = date(2026, 11, 10)


def people(**counts):
    """So many members of each cell, named by it; `none` are not rated."""
    made = []
    for cell, count in counts.items():
        for _ in range(count):
            number = len(made) + 1
            place = None if cell == "none" else Cell(cell)
            made.append(Member(id=CustomerId(number), name=f"{cell}-{number}", cell=place))
    return made


def visits(**counts):
    """Visits by the number of the member, e.g. `k1=3`."""
    return [
        Contact(customer_id=CustomerId(int(name[1:])), on=date(2026, 11, 2 + n), minutes=20)
        for name, count in counts.items()
        for n in range(count)
    ]


def went(before, after, name="K1"):
    old = Cell(before) if before else None
    return Member(id=CustomerId(1), name=name, cell=Cell(after), before=old, was_known=bool(before))


FITTING = {"A2": 10, "B2": 30, "C2": 24}  # 64 customers, 50 + 90 + 12 = 152 visits


@pytest.mark.parametrize(
    ("counts", "holds", "advice"),
    [
        (FITTING, 200, Advice.KEEP_LIST),
        ({**FITTING, "none": 16}, 200, Advice.KEEP_LIST),  # exactly a fifth is not too many
        ({**FITTING, "none": 17}, 200, Advice.PROFILE),
        (FITTING, 151, Advice.OVERLOADED),
        (FITTING, 152, Advice.KEEP_LIST),
        (FITTING, 218, Advice.UNDERLOADED),
        ({"A2": 10, "B2": 30, "C2": 19}, 200, Advice.SHORT_LIST),
        ({"A2": 10, "B2": 30, "C2": 41}, 200, Advice.LONG_LIST),
        (FITTING, 0, Advice.KEEP_LIST),  # a month of leave has no load
        ({}, 200, Advice.NO_LIST),
    ],
)
def test_the_list_is_measured_by_size_load_and_what_is_rated(counts, holds, advice):
    found = chosen(people(**counts), NORM, holds, PARAMS)
    assert found.advice.code == advice
    assert found.stands_out == (advice is not Advice.KEEP_LIST)
    assert found.customers == sum(counts.values())


def test_who_sees_nobody_asks_for_no_visits():
    (one,) = people(A1=1)
    closed = Member(id=CustomerId(2), name="closed", cell=Cell.A1, is_no_see=True)
    assert chosen([one, closed], NORM, 10, PARAMS).needed == 5


@pytest.mark.parametrize(
    ("counts", "advice"),
    [
        ({"A1": 10, "B1": 50, "C1": 40}, Advice.KEEP_SPREAD),
        ({"A1": 10, "B1": 49, "B3": 1, "C1": 40}, Advice.DEVELOP),
        ({"A1": 9, "B1": 51, "C1": 40}, Advice.FEW_A),
        ({"A1": 41, "B1": 50}, Advice.MANY_A),
        ({"A1": 10, "B1": 49, "C1": 41}, Advice.MANY_C),
        ({"none": 5}, Advice.RATE),
    ],
)
def test_the_spread_is_measured_by_the_shares_of_the_rated(counts, advice):
    found = spread([*people(**counts), *people(none=3)], PARAMS)
    assert found.advice.code == advice
    assert found.stands_out == (advice not in {Advice.KEEP_SPREAD, Advice.DEVELOP})
    assert (found.rated, found.unrated) == (
        sum(n for cell, n in counts.items() if cell != "none"),
        3 + counts.get("none", 0),
    )


def test_potential_in_front_is_of_the_known_volume_of_the_rated():
    volumes = [(Cell.A1, 60.0), (Cell.B2, 20.0), (Cell.C1, 20.0), (None, 500.0), (Cell.C2, None)]
    members = [
        Member(id=CustomerId(n), name=f"K{n}", cell=cell, quantity=volume)
        for n, (cell, volume) in enumerate(volumes)
    ]
    assert spread(members, PARAMS).potential == 0.8
    assert spread(people(A1=1), PARAMS).potential is None


@pytest.mark.parametrize(
    ("members", "quiet", "advice"),
    [
        ([went("A3", "A2")], 0, Advice.REPEAT),
        ([went("A2", "A3")], 1, Advice.LOSSES),
        ([went("A2", "A3"), went("A3", "A1", "K2")], 0, Advice.REPEAT),
        ([went("A2", "A2")], 2, Advice.NOTHING_MOVED),
        ([went("A2", "A2")], 3, Advice.NO_UPGRADE),
        ([went("A1", "A1")], 3, Advice.NOTHING_MOVED),  # nobody is left who could rise
        ([went(None, "A2")], None, Advice.FIRST_MONTH),
    ],
)
def test_movement_is_measured_by_support_and_a_quiet_time(members, quiet, advice):
    found = moved(members, quiet, PARAMS)
    assert found.advice.code == advice
    assert found.stands_out == (quiet == 3 or advice is Advice.LOSSES)


def test_a_letter_that_changes_is_a_correction_and_the_digit_still_counts():
    found = moved([went("A2", "B1"), went("B2", "A2"), went("C1", "A3"), went(None, "B1")], 0, PARAMS)
    assert (found.upgrades, found.downgrades, found.letters, found.compared) == (1, 1, 3, 3)
    assert found.net == 0
    assert found.came == (Cell.B1,)


@pytest.mark.parametrize(
    ("a", "b", "c", "advice", "n"),
    [
        (6, 2, 2, Advice.KEEP_MIX, None),
        (6, 1, 3, Advice.MANY_C_VISITS, 2),
        (5, 4, 1, Advice.FEW_A_VISITS, 1),
        (0, 0, 0, Advice.LOG_VISITS, None),
    ],
)
def test_the_mix_is_measured_by_visits_to_the_letters(a, b, c, advice, n):
    found = visited(people(A1=1, B1=1, C1=1), visits(k1=a, k2=b, k3=c), PARAMS)
    assert found.advice.code == advice
    assert found.advice.params.get("n") == n
    assert found.stands_out == (advice is not Advice.KEEP_MIX)
    assert found.letters == {Tier.A: a, Tier.B: b, Tier.C: c}


def test_visits_to_the_unrated_and_to_those_who_have_left_are_told_apart():
    found = visited(people(A1=1, none=1), visits(k1=2, k2=3, k9=4), PARAMS)
    assert (found.visits, found.days, found.letters[Tier.A]) == (5, 3, 2)
    assert found.top == (("none-2", 3), ("A1-1", 2))
    assert found.share(Tier.A) == 1


def test_attainment_does_not_let_excess_on_one_hide_a_gap_on_another():
    found = frequency(people(A1=2), visits(k1=10), NORM, 1.0, PARAMS)
    assert (found.cells[Cell.A1].made, found.cells[Cell.A1].goal) == (5, 10)
    assert found.cells[Cell.A1].share == 0.5
    assert found.cells[Cell.A1].below == ("A1-2",)


@pytest.mark.parametrize(
    ("part", "made", "advice"),
    [
        (1.0, 3, Advice.BELOW_MINIMUM),
        (1.0, 4, Advice.BELOW_GOAL),
        (1.0, 5, Advice.KEEP_FREQUENCY),
        (0.5, 2, Advice.BELOW_GOAL),  # the minimum so far is two whole visits
        (0.5, 1, Advice.BELOW_MINIMUM),
        (0.0, 0, Advice.KEEP_FREQUENCY),
    ],
)
def test_goals_and_minima_are_those_of_the_days_that_were_worked(part, made, advice):
    found = frequency(people(A1=1), visits(k1=made), NORM, part, PARAMS)
    assert found.advice.code == advice
    assert found.stands_out == (advice is Advice.BELOW_MINIMUM)


def test_who_is_furthest_below_is_named_first():
    found = frequency(people(A1=1, A3=1, B1=1), visits(k1=1, k2=1), NORM, 1.0, PARAMS)
    assert found.advice.params == {"n": 2, "all": 2, "name": "A1-1"}


def test_without_critical_customers_there_is_nothing_to_reach():
    assert frequency(people(B1=1), [], NORM, 1.0, PARAMS).advice.code == Advice.NOBODY_CRITICAL


def test_leaders_count_whatever_their_cell():
    leader = Member(id=CustomerId(1), name="KOL", cell=Cell.B2, is_kol=True)
    found = frequency([leader], visits(k1=3), NORM, 1.0, PARAMS)
    assert (found.leaders.customers, found.leaders.share) == (1, 1)


def test_resources_are_told_by_the_cell_as_the_month_began():
    members = [went("A3", "A2"), Member(id=CustomerId(2), name="new", cell=Cell.B1)]
    contacts = [
        Contact(customer_id=CustomerId(1), on=ON, minutes=30, promised=True),
        Contact(customer_id=CustomerId(1), on=ON, minutes=15, is_event=True),
        Contact(customer_id=CustomerId(2), on=ON, minutes=10),
    ]
    found = resources(members, contacts, NORM, PARAMS)
    spent = found.cells[Cell.A3]
    assert (spent.minutes, spent.visits, spent.promises, spent.events) == (45, 2, 1, 1)
    assert (spent.upgrades, spent.downgrades) == (1, 0)
    assert found.by_time == [Cell.A3, Cell.B1]
    assert found.advice.params == {"cell": "A3", "minutes": 45, "up": 1, "down": 0}


def test_much_time_for_a_watched_cell_stands_out():
    members = people(A2=1, B2=1, C1=1, C2=1)
    found = resources(members, visits(k1=9, k2=8, k3=2, k4=1), NORM, PARAMS)
    assert found.stands_out
    assert found.advice.code == Advice.WATCHED_TIME
    assert (found.advice.params["cell"], found.advice.params["better"]) == ("C1", "A2")
    assert not resources(members, visits(k1=9, k2=8, k3=1, k4=2), NORM, PARAMS).stands_out


def test_without_visits_the_advice_is_to_log_them():
    assert resources(people(A1=1), [], NORM, PARAMS).advice.code == Advice.LOG_VISITS
