"""Plans of territories as plain values: goals, states, and what the market looks like."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.content.library import load_library
from domain.coverage.figures import Figures, figures
from domain.coverage.ratio import Ratio
from domain.customers.model import Customer, Institution
from domain.errors import DomainError
from domain.ids import CustomerId, InstitutionId, PlanId, UserId
from domain.planning.model import VisitTarget
from domain.territory.analysis import Analysis, Arranged, Purchases, analyse
from domain.territory.goals import GoalKind, Progress, measured, progress, proposed, stepped
from domain.territory.plan import (
    PlanState,
    Quadrant,
    StepKind,
    TerritoryPlan,
    after,
    may_be_planned,
    quarter_of,
)
from domain.tiering.model import Cell, Tier
from tests.support.coverage import reported, served

LIBRARY = load_library()
PARAMS = LIBRARY.coverage.versions[0]
CADENCE = LIBRARY.cadence.versions[0]
TODAY = date(2026, 11, 23)
FULL = dict.fromkeys(Quadrant, ("a sentence",))


def plan(state: PlanState = PlanState.DRAFT, swot=FULL) -> TerritoryPlan:
    return TerritoryPlan(
        id=PlanId(1),
        rep_id=UserId(1),
        quarter=quarter_of(TODAY),
        state=state,
        version=0,
        goals={},
        aims=(),
        swot=swot,
        analysis=None,
    )


@pytest.mark.parametrize(
    ("kind", "possible", "leads_to"),
    [
        (StepKind.SUBMITTED, {PlanState.DRAFT, PlanState.RETURNED}, PlanState.SUBMITTED),
        (StepKind.RETURNED, {PlanState.SUBMITTED, PlanState.APPROVED}, PlanState.RETURNED),
        (StepKind.APPROVED, {PlanState.SUBMITTED}, PlanState.APPROVED),
    ],
)
def test_each_step_is_possible_from_some_states_only(kind, possible, leads_to):
    for state in PlanState:
        if state in possible:
            assert after(plan(state), kind) is leads_to
        else:
            with pytest.raises(DomainError, match="plan_state"):
                after(plan(state), kind)
        assert after(plan(state), StepKind.COMMENT) is state


def test_nothing_is_approved_that_was_not_handed_in_whole():
    for missing in Quadrant:
        with pytest.raises(DomainError, match="plan_unfinished"):
            after(plan(swot={**FULL, missing: ()}), StepKind.SUBMITTED)


def test_a_quarter_is_planned_from_a_month_before_it_until_its_end():
    quarter = quarter_of(date(2027, 1, 1))
    days = {
        date(2026, 11, 30): False,
        date(2026, 12, 1): True,
        date(2027, 3, 31): True,
        date(2027, 4, 1): False,
    }
    assert {day: may_be_planned(quarter, day, 31) for day in days} == days


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(1, 25))
def test_a_proposed_goal_asks_for_no_less_than_before_and_for_nothing_impossible(before, least, close, step):
    goal = proposed(Ratio(before * 1000, 1000), least, close, step)
    assert goal <= 100
    assert goal >= min(100, 100 * max(before, least)) - 1e-4
    assert goal % step == 0 or goal == 100
    assert proposed(Ratio(), least, close, step) <= goal


@given(st.integers(1, 100), st.integers(1, 25))
def test_goals_move_in_steps_and_stay_between_one_step_and_everything(goal, step):
    assert stepped(goal, step, up=True) == min(100, goal + step)
    assert step <= stepped(goal, step, up=False) <= 100


def test_a_goal_is_the_figure_of_the_digest():
    those = [
        served(1, Cell.A1, months=[(5, 5, 4, 6)]),
        served(2, Cell.A2, months=[(0, 5, 4, 6)]),
        served(3, Cell.B2, months=[(1, 3, 2, 4)]),
        served(4, None, months=()),
    ]
    whole, tiers = figures(those, PARAMS), {Tier.A: figures(those[:2], PARAMS)}
    found = {kind: measured(kind, whole, tiers) for kind in GoalKind}
    assert found == {
        GoalKind.REACH_A: Ratio(1, 2),
        GoalKind.REACH: Ratio(2, 3),
        GoalKind.FREQUENCY: Ratio(6, 13),
        GoalKind.IN_RANGE: Ratio(1, 3),
        GoalKind.RATED: Ratio(3, 4),
    }
    assert measured(GoalKind.REACH_A, Figures.together([]), {}).value is None
    assert progress({GoalKind.RATED: 75}, whole, tiers)[0].is_reached
    assert not progress({GoalKind.RATED: 76}, whole, tiers)[0].is_reached
    assert not Progress(GoalKind.REACH, 5, Ratio()).is_reached


def target(number: int, cell: Cell | None, hospital: str, department: str = "") -> VisitTarget:
    return VisitTarget(
        customer=Customer(
            id=CustomerId(number),
            code=None,
            name=f"Dr {number}",
            owner_id=UserId(1),
            institution=Institution(id=InstitutionId(1), name=hospital) if hospital else None,
            department=department,
        ),
        tier=cell.tier if cell else None,
        support=cell.support if cell else None,
    )


def built(targets, those=()) -> Analysis:
    return analyse(
        targets,
        reported(those),
        CADENCE,
        Arranged(days=60, a_day=10),
        Purchases(3, 0.5, 0.2, 0.6),
        today=TODAY,
        key_customers=2,
        places=2,
    )


def test_the_market_is_told_by_hospital_department_and_cell():
    those = [
        target(1, Cell.A1, "East", "Heart"),
        target(2, Cell.A2, "East", "Heart"),
        target(3, Cell.B2, "West", "Lung"),
        target(4, Cell.C3, "South"),
        target(5, None, ""),
    ]
    found = built(those)
    assert (found.customers, found.unrated) == (5, 1)
    assert found.letters == {Tier.A: 2, Tier.B: 1, Tier.C: 1}
    assert [(one.name, one.customers) for one in found.hospitals] == [("East", 2), ("West", 1)]
    assert (found.hospitals_in_all, found.half_in) == (3, 1)
    assert [one.name for one in found.departments] == ["Heart", "Lung"]
    assert {one.cell: (one.customers, one.visits) for one in found.work} == {
        Cell.A1: (1, 15),
        Cell.A2: (1, 15),
        Cell.B2: (1, 9),
    }
    assert (found.asked, found.holds) == (39, 600)


def test_key_customers_are_the_weightiest_and_of_these_who_was_met_least():
    those = [target(number, Cell.A2, "East") for number in (1, 2, 3)] + [target(4, Cell.B1, "East")]
    found = built(those, [served(1, months=[(4, 5, 4, 6)]), served(2, months=[(1, 5, 4, 6)])])
    assert [(one.customer_id, one.met) for one in found.key] == [(3, 0), (2, 1)]


def test_hospitals_that_hold_half_of_the_potential_are_as_few_as_can_be():
    sizes = (5, 4, 3, 2, 1)
    those = [
        target(100 * place + n, Cell.B2, f"H{place}") for place, size in enumerate(sizes) for n in range(size)
    ]
    assert built(those).half_in == 2  # 5 + 4 of 15
    assert built(those[:5]).half_in == 1
    assert built([target(1, Cell.C1, "East")]).half_in == 0


def test_an_analysis_is_kept_and_comes_back_the_same():
    found = built([target(1, Cell.A2, "East", "Heart")], [served(1, months=[(1, 5, 4, 6)])])
    form = TypeAdapter(Analysis)
    assert form.validate_python(form.dump_python(found, mode="json")) == found


def test_quarters_follow_each_other():
    days = [date(2026, month, 15) for month in (2, 5, 8, 11)]
    assert all(quarter_of(a).after == quarter_of(b) for a, b in pairwise(days))
