"""Joint visits: whom to accompany and why, and that only the rep's word closes one."""

from collections import deque
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.content.library import load_library
from domain.errors import DomainError
from domain.jointvisits.model import LAST, MOVES, Action, Form, JointKind, JointState, Side, Step, moved
from domain.jointvisits.proposals import Candidate, doubt, kind_for, proposals, without
from domain.jointvisits.standing import Standing, standing
from domain.tiering.model import Cell
from domain.tiering.override import Override, cell_at

PARAMS = load_library().jointvisits.versions[-1]
TODAY = date(2026, 11, 23)
LONG_AGO = TODAY - timedelta(days=PARAMS.stuck_days)
FULL = Form(goal="goal", happened="this", next_time="that", action=Action.PIN)


def somebody(number, cell, **known):
    return Candidate(
        rep_id=1, customer_id=number, name=f"N{number:02}", cell=cell, **({"since": LONG_AGO} | known)
    )


def codes(*candidates, **changed):
    found = proposals(candidates, PARAMS.model_copy(update=changed), TODAY)
    return [(one.customer_id, one.reasons[0].code, one.kind) for one in found]


def test_stuck_a2_before_b2_before_refused_a3_before_new_before_a1():
    everybody = [
        somebody(1, Cell.A1, is_kol=True),
        somebody(2, Cell.B1, since=TODAY - timedelta(days=5), came_from=Cell.C1),
        somebody(3, Cell.A3, refused=PARAMS.refusals),
        somebody(4, Cell.B2, met=PARAMS.least_met),
        somebody(5, Cell.A2, met=PARAMS.least_met),
        somebody(6, Cell.A2, since=TODAY - timedelta(days=5), came_from=Cell.A1),
    ]
    assert codes(*everybody, per_rep=9) == [
        (5, "joint_stuck", JointKind.COACHING),
        (4, "joint_stuck", JointKind.COACHING),
        (3, "joint_refused", JointKind.JOINT),
        (6, "joint_slipped", JointKind.JOINT),
        (2, "joint_new", JointKind.DEMONSTRATION),
        (1, "joint_expert", JointKind.JOINT),
    ]


@pytest.mark.parametrize(
    "one",
    [
        somebody(1, Cell.A2, met=PARAMS.least_met - 1),  # not met often enough to call it stuck
        somebody(1, Cell.A2, met=9, since=LONG_AGO + timedelta(days=1)),
        somebody(1, Cell.A3, refused=PARAMS.refusals - 1),
        somebody(1, Cell.A1),  # an A1 is no object of growth
        somebody(1, Cell.B1, met=20),
        somebody(1, Cell.C1, met=20, refused=9, since=TODAY, came_from=Cell.B1),
        somebody(1, Cell.A2, met=9, last_joint=TODAY - timedelta(days=PARAMS.rest_days - 1)),
        somebody(1, Cell.A2, since=TODAY - timedelta(days=PARAMS.new_days), came_from=Cell.A1),
    ],
)
def test_nobody_else_is_proposed(one):
    assert codes(one) == []


@given(st.data())
def test_never_c_never_too_many_and_never_by_the_order_of_the_input(data):
    cells = st.sampled_from(list(Cell))
    candidates = [
        replace(
            somebody(number, data.draw(cells), came_from=data.draw(st.none() | cells)),
            rep_id=data.draw(st.integers(1, 4)),
            since=TODAY - timedelta(days=data.draw(st.integers(0, 200))),
            met=data.draw(st.integers(0, 6)),
            refused=data.draw(st.integers(0, 6)),
            is_kol=data.draw(st.booleans()),
        )
        for number in range(data.draw(st.integers(0, 25)))
    ]
    found = proposals(candidates, PARAMS, TODAY)
    assert found == proposals(data.draw(st.permutations(candidates)), PARAMS, TODAY)
    by_id = {one.customer_id: one for one in candidates}
    assert not [one for one in found if by_id[one.customer_id].cell.value.startswith("C")]
    assert len(found) <= PARAMS.shown
    assert all(sum(one.rep_id == rep for one in found) <= PARAMS.per_rep for rep in range(1, 5))
    assert [one.rank for one in found] == sorted(one.rank for one in found)


def test_a_c_is_asked_what_growth_is_left_and_who_is_chosen_by_hand_is_coached():
    assert doubt(Cell.C1).params == {"cell": "C1"}
    assert doubt(Cell.A2) is None
    assert kind_for(somebody(1, Cell.C1), PARAMS, TODAY) is JointKind.COACHING
    assert kind_for(somebody(1, Cell.A3, refused=3), PARAMS, TODAY) is JointKind.JOINT


def test_who_has_had_fewer_than_usual_is_named_in_the_given_order():
    assert without([3, 1, 2], {1: 1, 2: 0}, PARAMS) == (3, 2)


def test_no_way_leads_to_closed_without_the_reps_own_acknowledgement():
    """All states that can be reached without the rep's word, by paths of any length."""
    seen, waiting = {JointState.DRAFT}, deque([JointState.DRAFT])
    while waiting:
        state = waiting.popleft()
        for step in Step:
            for side in Side:
                if (step, side) == (Step.ACKNOWLEDGE, Side.REP):
                    continue
                try:
                    after = moved(state, step, side, FULL)
                except DomainError:
                    continue
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
    assert seen == set(JointState) - {JointState.CLOSED}
    assert moved(JointState.SHARED, Step.ACKNOWLEDGE, Side.REP, FULL) is JointState.CLOSED
    assert {state for (state, _), move in MOVES.items() if move.to is JointState.CLOSED} == {
        JointState.SHARED
    }


@pytest.mark.parametrize("state", sorted(LAST))
def test_what_is_over_stays_over(state):
    for step in Step:
        for side in Side:
            with pytest.raises(DomainError, match="joint_step"):
                moved(state, step, side, FULL)


@pytest.mark.parametrize(
    ("form", "lacks"),
    [
        (replace(FULL, goal=""), "goal"),
        (replace(FULL, happened=""), "happened"),
        (replace(FULL, next_time=""), "next_time"),
        (replace(FULL, action=None), "action"),
        (replace(FULL, action=Action.SCENARIO), "scenario"),
    ],
)
def test_an_unfinished_form_is_not_shared(form, lacks):
    assert form.lacks == lacks
    with pytest.raises(DomainError) as refused:
        moved(JointState.HELD, Step.SHARE, Side.MANAGER, form)
    assert refused.value.params == {"answer": lacks}
    assert moved(JointState.HELD, Step.SHARE, Side.MANAGER, FULL) is JointState.SHARED


UTC8 = timezone(timedelta(hours=8))


def at(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC8)


OVERRIDE = Override(cell=Cell.B2, until=date(2026, 11, 30), reason="seen", author_id=1, decided_at=at(1))


def test_since_when_somebody_stands_where_they_stand():
    computed = [(at(2), Cell.A3), (at(4), Cell.A3), (at(9), Cell.A2), (at(11), Cell.A2)]
    assert standing(computed, (), date(2026, 11, 23), UTC8) == Standing(Cell.A2, date(2026, 11, 9), Cell.A3)
    assert standing(computed, (), date(2026, 11, 8), UTC8) == Standing(Cell.A3, date(2026, 11, 2), None)
    assert standing(computed, (), date(2026, 11, 1), UTC8) is None
    assert standing([*computed, (at(12), None)], (), date(2026, 11, 23), UTC8) is None


def test_a_change_taken_back_on_the_same_day_is_none():
    computed = [(at(2), Cell.A3), (at(9, 9), Cell.C1), (at(9, 15), Cell.A3)]
    assert standing(computed, (), date(2026, 11, 23), UTC8) == Standing(Cell.A3, date(2026, 11, 2), None)


@given(st.data())
def test_a_standing_is_what_the_replay_of_each_day_says(data):
    cells = st.none() | st.sampled_from(list(Cell))
    days = data.draw(st.lists(st.integers(1, 28), max_size=6).map(sorted))
    computed = [(at(day, 1 + n), data.draw(cells)) for n, day in enumerate(days)]
    overrides = [
        replace(OVERRIDE, cell=data.draw(st.sampled_from(list(Cell))), decided_at=at(day), until=until)
        for day in data.draw(st.lists(st.integers(1, 28), max_size=3).map(sorted))
        for until in [date(2026, 11, data.draw(st.integers(day, 30)))]
    ]
    today = date(2026, 11, data.draw(st.integers(1, 30)))

    def on(day):
        return cell_at(computed, overrides, datetime.combine(day, time.max, UTC8), day)

    found = standing(computed, overrides, today, UTC8)
    assert (found and found.cell) == on(today)
    if found is not None:
        span = (today - found.since).days
        assert {on(found.since + timedelta(days=n)) for n in range(span + 1)} == {found.cell}
        assert on(found.since - timedelta(days=1)) is found.came_from is not found.cell
