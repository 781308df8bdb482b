"""What a round would change, before it changes anything."""

from datetime import date

import pytest

from domain.content.library import load_library
from domain.ids import CustomerId, UserId
from domain.tiering.model import Cell, Measures, Support, TierDecision
from domain.tiering.notes import Note
from domain.tiering.params import Methods
from domain.tiering.whatif import Standing, VisitLoad, gaps, moves, propose, visit_loads

TODAY = date(2026, 11, 23)
LIBRARY = load_library()
CADENCE = LIBRARY.cadence.at(TODAY)
CUTS = Methods.model_validate({"potential": ["stated", "cuts"], "support": ["stated", "cuts"]})
LI, WANG = UserId(1), UserId(2)


def decision(cell: Cell | None) -> TierDecision:
    return TierDecision(
        tier=cell.tier if cell else None,
        support=cell.support if cell else None,
        method="stated+stated",
        params_version="1",
        reasons=(),
    )


def standing(number: int, cell: Cell | None = Cell.A1, **known: object) -> Standing:
    values = {"owner_id": LI, "is_no_see": False, "by_hand": None}
    values |= {"decided_on": TODAY, "potential_on": None, "support_on": TODAY} | known
    return Standing(
        id=CustomerId(number),
        name=f"Doctor {number}",
        computed=decision(cell) if cell else None,
        **values,  # type: ignore[arg-type]
    )


def proposed(measures: Measures, before: TierDecision | None) -> TierDecision:
    current = {1: before} if before else {}
    analysis = LIBRARY.analysis.at(TODAY).hysteresis
    return propose({1: measures}, current, LIBRARY.tiering.at(TODAY), CUTS, analysis)[1]


def test_a_stated_support_is_proposed_at_once():
    before = proposed(Measures(potential_score=9, support=Support.SECOND_CHOICE), None)
    after = proposed(Measures(potential_score=9, support=Support.FIRST_CHOICE), before)
    assert (before.cell, after.cell) == (Cell.A2, Cell.A1)
    assert moves(before, after)
    assert not moves(before, before)


def test_a_measure_just_past_its_limit_is_held_and_moves_in_the_second_round():
    limit = LIBRARY.tiering.at(TODAY).quantity_cuts.middle
    first = proposed(Measures(quantity=limit, support=Support.FIRST_CHOICE), None)
    past = Measures(quantity=limit * 1.08, support=Support.FIRST_CHOICE)
    second = proposed(past, first)
    third = proposed(past, second)
    assert [each.cell for each in (first, second, third)] == [Cell.B1, Cell.B1, Cell.A1]
    assert [reason.code for reason in second.reasons][-1] == Note.HELD
    assert [reason.code for reason in third.reasons][-1] == Note.MOVED


@pytest.mark.parametrize("before", [None, decision(None)])
def test_who_has_no_cell_yet_is_not_moved(before):
    assert not moves(before, decision(Cell.A1))


def test_gaps_name_who_lacks_what_and_whose_support_is_old():
    people = [
        standing(3, support_on=date(2026, 8, 25)),  # 90 days ago
        standing(2, support_on=date(2026, 8, 24)),
        standing(1, None, support_on=None),
    ]
    half = TierDecision(
        tier=None, support=Support.FIRST_CHOICE, method="none", params_version="1", reasons=()
    )
    found = gaps(
        people,
        {
            CustomerId(1): half,
            CustomerId(2): decision(None),
            CustomerId(3): decision(Cell.A1),
        },
        TODAY,
        90,
    )
    assert found.total == 3
    assert [one.id for one in found.no_potential] == [1, 2]
    assert [one.id for one in found.no_support] == [2]
    assert [one.id for one in found.stale] == [2]


def test_the_load_of_a_rep_is_the_sum_of_the_targets():
    people = [
        standing(1, Cell.A1),
        standing(2, Cell.C2),
        standing(3, Cell.A1, is_no_see=True),
        standing(4, Cell.A1, by_hand=Cell.C3),
        standing(5, None),
        standing(6, Cell.B3, owner_id=WANG),
        standing(7, Cell.B3, owner_id=None),
    ]
    after = {
        CustomerId(2): decision(Cell.B2),
        CustomerId(4): decision(Cell.A2),
        CustomerId(5): decision(Cell.C1),
    }
    assert visit_loads(people, after, CADENCE, 240) == (
        VisitLoad(LI, 5.5, 9, 240),
        VisitLoad(WANG, 2, 2, 240),
        VisitLoad(None, 2, 2, 240),
    )
