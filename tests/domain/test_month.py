"""A rep's simulated months: the planner beside the bound and beside what reps do without one."""

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from math import prod

import pytest

from bot.bench.month import contrasts
from bot.bench.month.bound import at_best, bound
from bot.bench.month.linear import Program
from bot.bench.month.measure import MonthFigures, figures, month_lines, month_table, one_month, ways
from bot.bench.month.planned import appointments_of, plan_of, rep_of, targets_of
from bot.bench.month.world import (
    ABSENT,
    APPOINTMENTS,
    CANCELLED,
    MOST_STOPS,
    Moment,
    Style,
    build,
    clock_of,
    drive,
)
from domain.content.library import load_library
from domain.tiering.model import Cell, Tier
from tests.support.plan_checker import check_plan

PARAMS = load_library().planning_at(date(2026, 11, 2))
CELLS = PARAMS.cadence.cells
FEW = 60  # rounds of the search; the bench uses the shipped number


@pytest.fixture(scope="module")
def found() -> MonthFigures:
    """Three months under every policy but the rolling program."""
    names = [name for name in ways(PARAMS) if name != "rolling program"]
    return figures([one_month(seed, PARAMS, names=names, iterations=FEW) for seed in (2, 3, 5)])


def test_the_planner_reaches_its_share_of_the_bound(found):
    planner, again = found.policies["planner"], found.policies["planner, again when it fails"]
    assert 0.96 <= planner.of_bound < 1
    assert planner.of_bound - 0.01 <= again.of_bound < 1
    for one in (planner, again):
        assert one.a_at_least >= 0.93
        assert one.b_at_least >= 0.90
        assert one.travel <= 25
        assert one.missed == 0
        assert one.late <= 2


def test_no_policy_without_a_planner_comes_near(found):
    without = {name: one.of_bound for name, one in found.policies.items() if not name.startswith("planner")}
    assert len(without) == 5
    assert max(without.values()) < found.policies["planner"].of_bound - 0.05
    assert without["raw list"] == min(without.values())


def test_each_contrast_fails_in_its_own_way(found):
    policies = found.policies
    assert policies["raw list"].travel > 3 * policies["planner"].travel
    assert policies["nearest neighbour"].travel == min(one.travel for one in policies.values())
    assert policies["tier first, inserted"].b_at_least < policies["most overdue, inserted"].b_at_least
    assert policies["tier first, inserted"].a_at_least > policies["most overdue, inserted"].a_at_least


def test_the_table_has_a_row_for_each_policy(found):
    table = month_table(found)
    assert [row[0] for row in table[1:]] == list(found.policies)
    assert {len(row) for row in table} == {9}
    assert 0 < found.policies["planner"].error < 0.03
    assert month_lines(found)[0].startswith("Means of 3 months")
    assert table[-1][1] == f"{found.policies['planner, again when it fails'].of_bound:.3f}"


def test_every_plan_of_a_month_is_sound():
    world = build(4, CELLS)
    checked = 0

    def policy(moment):
        nonlocal checked
        plan = plan_of(moment, PARAMS, FEW)
        met = sum(last == moment.today for last in moment.last)
        here = world.hospitals[moment.here - 1] if moment.here else world.base
        started = moment.clock == world.begins(moment.d) and not moment.here
        wrong = check_plan(
            plan,
            targets_of(moment),
            rep=rep_of(world, capacity=moment.stops + met),
            params=PARAMS,
            calendar=world.calendar,
            appointments=appointments_of(moment),
            start_at=None if started else (clock_of(moment.clock), here),
        )
        assert wrong == []
        checked += 1
        return [stop.customer.id - 1 for stop in plan.stops]

    outcome = drive(world, policy, Style(again=True))
    assert outcome.missed == 0
    assert checked > len(world.days)


def test_the_textbooks_program_drives_a_month():
    month = one_month(6, PARAMS, names=["rolling program", "tier first, inserted"], iterations=FEW)
    rolling = month.outcomes["rolling program"]
    assert month.outcomes["tier first, inserted"].value < rolling.value < month.bound
    assert rolling.missed == 0


def test_a_seed_is_a_world_and_every_policy_meets_the_same_luck():
    one, other = build(9, CELLS), build(9, CELLS)
    assert one.doctors == other.doctors
    assert one.appointments == other.appointments
    assert (one.luck.absent == other.luck.absent).all()
    assert drive(one, contrasts.tier_first, Style()) == drive(other, contrasts.tier_first, Style())
    assert build(10, CELLS).doctors != one.doctors


@pytest.mark.parametrize("seed", range(1, 13))
def test_the_world_is_the_one_described(seed):
    world = build(seed, CELLS)
    tiers = [doctor.cell.tier for doctor in world.doctors]
    assert [tiers.count(tier) for tier in Tier] == [24, 36, 60]
    assert all(3 <= len(doctor.customer.best_times) <= 6 for doctor in world.doctors)
    lengths = {
        high - low for doctor in world.doctors for day in world.days for low, high in doctor.windows(day)
    }
    assert lengths == {60, 90, 120, 180}
    assert sum(len(agreed) for agreed in world.appointments) == APPOINTMENTS
    assert world.leave not in world.days
    assert all(world.begins(d) == (600 if day.weekday() == 0 else 510) for d, day in enumerate(world.days))
    assert 0.03 < world.luck.cancelled.mean() < 0.07
    assert 0.08 < world.luck.absent.mean() < 0.12
    assert (world.matrix == world.matrix.T).all()


def test_nobody_drives_more_than_a_day_holds_and_visits_in_a_gap_count_nothing():
    world = build(7, CELLS)
    every_day = drive(world, lambda _: range(len(world.doctors)), Style())
    assert every_day.stops <= MOST_STOPS * len(world.days)
    c = next(c for c, doctor in enumerate(world.doctors) if doctor.cell.tier is Tier.C and doctor.worth(1))
    doctor = world.doctors[c]
    only = drive(world, lambda _: [c], Style())
    assert only.visits > len(world.days) // doctor.gap + 1
    assert only.value <= doctor.worth(1)  # whoever comes every day is never rested again


def test_the_bound_is_what_a_rep_with_everybody_in_one_house_nearly_reaches():
    world = build(8, CELLS)
    house = [
        replace(doctor, customer=replace(doctor.customer, institution=world.hospitals[0]))
        for doctor in world.doctors
    ]
    together = replace(world, doctors=tuple(house), place=(1,) * len(house))
    month = drive(
        together,
        lambda moment: [stop.customer.id - 1 for stop in plan_of(moment, PARAMS, FEW).stops],
        Style(),
    )
    assert 0.97 < month.value / bound(together) < 1.02  # one month's luck may be better than the mean


def best_policy(world, stops):
    """What the best policy is worth in a small world without ways and hours, by looking at every case."""
    doctors = range(len(world.doctors))

    @cache
    def from_day(d, last, done):
        if d == len(world.days):
            return 0.0
        open_to_all = [c for c in doctors if world.windows(c, d) and world.rested(c, last[c], d)]
        value = 0.0
        for cancelled in product((False, True), repeat=len(doctors)):
            likely = prod(CANCELLED if each else 1 - CANCELLED for each in cancelled)
            free = frozenset(c for c in open_to_all if not cancelled[c])
            value += likely * on_day(d, last, done, free, stops)
        return value

    @cache
    def on_day(d, last, done, free, left):
        found = [from_day(d + 1, last, done)]
        for c in free if left else ():
            seen = tuple(world.days[d] if each == c else day for each, day in enumerate(last))
            more = tuple(n + (each == c) for each, n in enumerate(done))
            met = world.doctors[c].worth(done[c] + 1) + on_day(d, seen, more, free - {c}, left - 1)
            found.append((1 - ABSENT) * met + ABSENT * on_day(d, last, done, free - {c}, left - 1))
        return max(found)

    return from_day(0, tuple(doctor.seen for doctor in world.doctors), (0,) * len(world.doctors))


@pytest.mark.parametrize(("seed", "stops"), [(1, 1), (2, 1), (3, 2)])
def test_no_policy_beats_the_bound_in_worlds_small_enough_to_try_them_all(seed, stops, monkeypatch):
    monkeypatch.setattr("bot.bench.month.bound.MOST_STOPS", stops)
    whole = build(seed, CELLS)
    some = [0, 30, 60]  # an A, a B and a C
    small = replace(
        whole,
        days=whole.days[:8],
        doctors=tuple(whole.doctors[c] for c in some),
        place=tuple(whole.place[c] for c in some),
        appointments=({},) * 8,
    )
    assert 0.9 * bound(small) < best_policy(small, stops) <= bound(small)


def test_chances_of_one_doctor_are_those_of_going_at_every_chance():
    world = build(1, CELLS)
    c = next(c for c, doctor in enumerate(world.doctors) if doctor.cell.tier is Tier.A)
    met = (1 - CANCELLED) * (1 - ABSENT)
    assert at_best(world, c, [0]) == pytest.approx([met])
    assert at_best(world, c, [0, 1]) == pytest.approx([1 - (1 - met) ** 2])  # the second day is in the gap
    assert at_best(world, c, [0, 10]) == pytest.approx([1 - (1 - met) ** 2, met**2])
    assert at_best(world, c, []) == []


def test_more_visits_in_a_month_never_add_more_than_the_one_before():
    for doctor in build(3, CELLS).doctors:
        added = [doctor.worth(k) for k in range(1, 9)]
        assert added == sorted(added, reverse=True)
        assert added[-1] == 0
        assert (added[0] > 0) == (doctor.cell is not Cell.C3)


def test_a_linear_program_by_hand():
    program = Program()
    wood, iron = program.variable(value=3), program.variable(value=2)
    program.at_most([(wood, 1), (iron, 1)], 4)
    program.at_most([(wood, 1), (iron, 3)], 6)
    program.at_most([(wood, 1)], 3)
    value, amounts = program.solve()
    assert value == pytest.approx(11)
    assert list(amounts) == pytest.approx([3, 1])


def test_whole_variables_stay_whole():
    program = Program()
    one, other = (program.variable(1, value, whole=True) for value in (5.0, 4.0))
    program.at_most([(one, 2), (other, 2)], 3)
    value, chosen = program.solve(nodes=100)
    assert value == pytest.approx(5)
    assert list(chosen) == pytest.approx([1, 0])


def test_a_moment_offers_nobody_before_an_appointment_that_is_near():
    world = build(2, CELLS)
    d, c = next((d, c) for d, agreed in enumerate(world.appointments) for c in agreed if d)
    moment = Moment(
        world, d - 1, world.begins(d - 1), 0, MOST_STOPS, [date(2025, 1, 1)] * 120, [0] * 120, set()
    )
    assert c not in moment.may_be_visited()
    moment.d = d
    assert c in moment.may_be_visited()
