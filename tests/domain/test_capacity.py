"""What a month holds, the ways out when it holds too little, and what one more visit is worth."""

from datetime import UTC, date, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.content.library import load_library
from domain.customers.model import Customer, CustomerStatus
from domain.ids import ChoiceId, CustomerId, UserId
from domain.planning.allocation import visit_worth
from domain.planning.capacity import Demand, Fit, Room, demand, fit, remedies, worth_left_out
from domain.planning.choice import EFFORT, CadenceChoice, cadence_for, cadence_of
from domain.planning.effort_params import RemedyKind
from domain.planning.model import VisitTarget
from domain.planning.params import Planning
from domain.tiering.model import Cell, Tier

LIBRARY = load_library()
NORM = LIBRARY.cadence.versions[0]
PARAMS = LIBRARY.effort.versions[0]
PLANNING = Planning(NORM, LIBRARY.planning.versions[0])
MONTH = Room(21, 10, 12)


def asked(**customers: int) -> Demand:
    return Demand(
        customers={Cell(cell): number for cell, number in customers.items()},
        targets={cell: norm.target for cell, norm in NORM.cells.items()},
        minima={cell: norm.min for cell, norm in NORM.cells.items()},
    )


def ways(need, room=MONTH):
    return {one.kind: one for one in remedies(need, room, NORM, PARAMS)}


CROWD = asked(A2=20, B2=40, C1=40)


def test_the_norms_of_a_hundred_doctors_do_not_fit_into_a_month():
    """20 A, 40 B and 40 C ask for 260 visits; 21 days with 10 to 12 visits hold 210 to 252."""
    assert (CROWD.needed, MONTH.usual, MONTH.most) == (260, 210, 252)
    assert fit(CROWD.needed, MONTH) is Fit.OVER
    assert CROWD.by_letter() == {"A": (20, 100), "B": (40, 120), "C": (40, 40)}
    assert set(ways(CROWD)) == set(RemedyKind)
    assert all(one.is_enough for one in ways(CROWD).values())


def test_stretching_takes_least_from_the_heaviest_cell():
    stretch = ways(CROWD)[RemedyKind.STRETCH]
    part = {cell: stretch.targets[cell] / NORM.cells[cell].target for cell in CROWD.customers}
    assert 1 > part[Cell.A2] > part[Cell.B2] > part[Cell.C1]
    assert 251 < stretch.needed <= 252


def test_cutting_begins_at_the_bottom_and_stops_as_soon_as_it_fits():
    cut = ways(CROWD)[RemedyKind.CUT]
    assert cut.targets == {**CROWD.targets, Cell.C1: 0.8}
    assert cut.needed == 252


def test_cutting_goes_up_to_the_minimum_of_b_and_never_to_a():
    need = asked(A1=10, A3=5, B1=10, B2=20, B3=10, C1=30, C2=20)
    lowest = ways(need, Room(9, 10, 12))[RemedyKind.CUT]
    assert not lowest.is_enough
    assert [lowest.targets[Cell(cell)] for cell in ("C1", "C2", "B3", "B2", "B1")] == [0, 0, 0, 2, 2]
    assert all(lowest.targets[cell] == need.targets[cell] for cell in Cell if cell.tier is Tier.A)


def test_days_are_added_until_it_fits_but_not_more_than_a_month_can_bear():
    days = ways(CROWD)[RemedyKind.DAYS]
    assert (days.extra_days, days.holds, days.needed) == (1, 264, 260)
    assert not ways(CROWD, Room(16, 10, 12))[RemedyKind.DAYS].is_enough  # six days are missing


def test_a_month_that_fits_needs_no_way_out():
    assert remedies(asked(A2=20, B2=40), MONTH, NORM, PARAMS) == ()
    assert fit(210, MONTH) is Fit.FITS
    assert fit(211, MONTH) is Fit.TIGHT
    assert fit(252, MONTH) is Fit.TIGHT


counts = st.dictionaries(st.sampled_from(list(Cell)), st.integers(1, 60), min_size=1)


@given(customers=counts, days=st.integers(0, 23))
def test_what_is_called_enough_fits_and_gives_nobody_more(customers, days):
    need, room = Demand(customers, asked().targets, asked().minima), Room(days, 10, 12)
    for one in remedies(need, room, NORM, PARAMS):
        held = sum(number * one.targets[cell] for cell, number in customers.items())
        assert one.needed == pytest.approx(held, abs=0.006)
        assert one.is_enough == (one.needed <= one.holds) or one.kind is RemedyKind.DAYS
        assert all(one.targets[cell] <= need.targets[cell] for cell in customers)
        if one.kind is RemedyKind.STRETCH:
            assert one.is_enough
        cadence_for(NORM, one.targets)


numbers = count(1)


def doctor(cell="A2", done=0, **values) -> VisitTarget:
    number = next(numbers)
    customer = Customer(id=CustomerId(number), code=None, name=f"Dr {number}", owner_id=None, **values)
    found = Cell(cell) if cell else None
    return VisitTarget(
        customer=customer,
        tier=found.tier if found else None,
        support=found.support if found else None,
        visits_this_month=done,
    )


def test_only_rated_active_customers_who_see_representatives_are_counted():
    people = [
        doctor("A2"),
        doctor("C3"),
        doctor(None),
        doctor("A2", is_no_see=True),
        doctor("A2", status=CustomerStatus.INACTIVE),
    ]
    found = demand(people, NORM)
    assert found.customers == {Cell.A2: 1, Cell.C3: 1}
    assert found.needed == 5


def test_one_more_visit_goes_to_whom_it_is_worth_most_beyond_those_that_fit():
    people = [doctor("A2", done=3), doctor("B2"), doctor("C1")]
    assert [one.cell for one in worth_left_out(people, PLANNING, 0, 3)] == [Cell.A2, Cell.B2, Cell.C1]
    left = worth_left_out(people, PLANNING, 2, 3)
    assert [(one.cell, one.number) for one in left] == [(Cell.B2, 2), (Cell.A2, 5), (Cell.C1, 1)]
    assert [one.worth for one in left] == [visit_worth(one.cell, one.number, PLANNING) for one in left]
    assert worth_left_out(people, PLANNING, 100, 3) == ()


def choice(kind, targets, **values) -> CadenceChoice:
    return CadenceChoice(
        id=ChoiceId(1),
        rep_id=UserId(1),
        kind=kind,
        targets=targets,
        extra_days=0,
        reasons=(),
        author_id=UserId(1),
        decided_at=datetime(2026, 11, 2, tzinfo=UTC),
        until=date(2026, 11, 30),
        **values,
    )


def test_a_choice_changes_the_cadence_and_its_limits_and_nothing_else():
    made = cadence_for(NORM, {Cell.A2: 4.86, Cell.C1: 0.8, Cell.B3: 0.0})
    a2, c1, b3 = (made.cells[cell] for cell in (Cell.A2, Cell.C1, Cell.B3))
    assert (a2.min, a2.target, a2.max) == (4, 4.86, 5)
    assert (c1.min, c1.target, c1.max) == (0, 0.8, 1)
    assert (b3.min, b3.target, b3.max) == (0, 0, 0)
    assert made.cells[Cell.A1] == NORM.cells[Cell.A1]
    assert a2.weight == NORM.cells[Cell.A2].weight


def test_a_remedy_lies_on_top_of_what_the_manager_has_shared_out():
    effort = choice(EFFORT, {Cell.A2: 6.0, Cell.C1: 0.5})
    remedy = choice(RemedyKind.STRETCH.value, {Cell.A2: 5.5})
    made = cadence_of(NORM, [effort, remedy])
    assert (made.cells[Cell.A2].target, made.cells[Cell.C1].target) == (5.5, 0.5)
    assert cadence_of(NORM, []) == NORM
