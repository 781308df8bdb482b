"""Effort shared out by judgement, against published figures and against trying everything."""

from itertools import product

import pytest

from domain.planning.effort import CellEffort, Curve, changes, fit, shared_as_today, shared_best
from domain.planning.knapsack import allocate
from domain.tiering.model import Cell

# The CALLPLAN example of the R package tme, after the tutorial of Marketing Engineering (Lilien and
# Rangaswamy): sales x margin, and parts of it without calls, with half of them, with half as many
# again, with as many as could matter; four calls of two hours are made to each account today.
NORTH = 60 * 0.4, fit(0.2, 0.62, 1.3, 1.5)
SOUTH = 50 * 0.3, fit(0.3, 0.7, 1.15, 1.4)


def profit(*calls):
    return sum(
        worth * curve.at(number / 4) for (worth, curve), number in zip((NORTH, SOUTH), calls, strict=True)
    )


# The last is published as 37.6064; the calibration of the package gives 37.6060.
@pytest.mark.parametrize(
    ("calls", "published", "within"),
    [((4, 4), 39.0, 5e-5), ((5, 3), 41.0527, 5e-5), ((6, 2), 40.9011, 5e-5), ((8, 0), 37.6064, 5e-4)],
)
def test_the_published_profits_of_the_two_accounts(calls, published, within):
    assert profit(*calls) == pytest.approx(published, abs=within)


def test_the_published_best_is_found_within_sixteen_hours():
    calls = range(9)
    results = [[worth * curve.at(number / 4) for number in calls] for worth, curve in (NORTH, SOUTH)]
    assert allocate(results, [[2 * number for number in calls]] * 2, 16) == (5, 3)


# A classroom variant of the Syntex case (Harvard Business School, 1983): the ADBUDG curves of eight
# products as course solutions publish them, fitted by least squares with saturation at ten times
# today's effort.
SYNTEX = {
    "Naprosyn": Curve(0.3093240571999417, 1.6069658910428721, 3.4626803901740812, 0.8417607065124356),
    "Nipro": Curve(0.46938943073919825, 1.524101336431937, 2.264448512912929, 0.8259554668144888),
    "Anaprox": Curve(0.14819873476918824, 1.3425788347959025, 2.817290621195802, 0.3611700058903072),
    "Norinyl": Curve(0.309580276919248, 1.248045077102139, 2.6184020694295973, 0.31190276865844535),
    "Pironil": Curve(0.4495863802734961, 1.0918162562718636, 3.254369695925386, 0.16240365799714465),
    "Lidex": Curve(0.5600386647753636, 1.2022363655862156, 2.089322123625, 0.39439364710776365),
    "Synalar": Curve(0.5896361134826092, 1.1057967624086258, 3.245909576423809, 0.21196288888445514),
    "Nasalide": Curve(0.15696692482829216, 1.7811627526969074, 2.0454216794586406, 0.6766930365597064),
}


@pytest.mark.parametrize("drug", SYNTEX)
def test_a_curve_is_found_again_from_five_of_its_points(drug):
    """The published curves do not pass exactly through 1 at today's effort, so they are brought there."""
    curve = SYNTEX[drug]
    today = curve.at(1)
    points = [y / today for y in (curve.low, curve.at(0.5), curve.at(1.5), curve.high)]
    found = fit(*points)
    assert (found.shape, found.scale) == pytest.approx((curve.shape, curve.scale), rel=1e-9)


def greedy(results, costs, budget):
    """The contrast: the next step that gains most for its cost, again and again."""
    chosen = [0] * len(results)
    while True:
        spent = sum(cost[pick] for cost, pick in zip(costs, chosen, strict=True))
        steps = [
            ((row[pick + 1] - row[pick]) / (cost[pick + 1] - cost[pick]), i)
            for i, (row, cost, pick) in enumerate(zip(results, costs, chosen, strict=True))
            if pick + 1 < len(row) and spent + cost[pick + 1] - cost[pick] <= budget
        ]
        if not steps:
            return tuple(chosen)
        chosen[max(steps)[1]] += 1


def test_s_shaped_curves_defeat_the_greedy_step_but_not_the_allocation():
    """Eight products of equal worth, effort in quarters of today's, enough for two, four or six of them."""
    curves = list(SYNTEX.values())
    assert all(curve.shape > 1 for curve in curves)
    levels = [quarter / 4 for quarter in range(7)]
    results = [[curve.at(level) for level in levels] for curve in curves]
    costs = [list(range(7))] * len(curves)

    def total(chosen):
        return sum(row[pick] for row, pick in zip(results, chosen, strict=True))

    for budget in (8, 16, 24):
        best, stepped = allocate(results, costs, budget), greedy(results, costs, budget)
        assert sum(best) <= budget
        assert total(best) > total(stepped) + 0.01
    few = results[:4]
    tried = max(
        (picks for picks in product(range(7), repeat=4) if sum(picks) <= 9),
        key=lambda picks: sum(row[pick] for row, pick in zip(few, picks, strict=True)),
    )
    chosen = allocate(few, costs[:4], 9)
    assert sum(row[pick] for row, pick in zip(few, chosen, strict=True)) == pytest.approx(
        sum(row[pick] for row, pick in zip(few, tried, strict=True))
    )


def test_what_cannot_be_afforded_and_what_does_not_rise_is_refused():
    with pytest.raises(ValueError, match="first options"):
        allocate([[1.0]], [[3]], 2)
    with pytest.raises(ValueError, match="do not rise"):
        fit(0.5, 0.4, 1.2, 1.3)


def test_a_curve_tells_up_to_where_it_rises_more_and_more():
    curve = NORTH[1]
    gains = [curve.at((n + 1) / 100) - curve.at(n / 100) for n in range(200)]
    assert abs(gains.index(max(gains)) / 100 - curve.steepest) < 0.02
    assert Curve(0.2, 1.5, 0.9, 0.6).steepest == 0


def cells(**counts):
    curve = fit(0.4, 0.75, 1.15, 1.3)
    flat = fit(0.85, 0.95, 1.02, 1.04)
    return {
        Cell.A2: CellEffort(customers=counts["a"], today=5, most=6, worth=1.0, curve=curve),
        Cell.C1: CellEffort(customers=counts["c"], today=1, most=2, worth=0.3, curve=flat),
    }


def test_effort_moves_to_where_the_judgement_says_it_brings_most():
    asked = cells(a=10, c=20)
    today = shared_as_today(asked, 70)
    best = shared_best(asked, 70, 0.5)
    assert (today.total, today.index) == (70, 100)
    assert best.visits == {Cell.A2: 6, Cell.C1: 0.5}
    assert best.total <= 70
    assert best.index > 102
    assert [(one.code, one.params["cell"], one.params["after"]) for one in changes(asked, best)] == [
        ("effort_more", "A2", 6),
        ("effort_less", "C1", 0.5),
    ]


def test_too_little_time_is_shared_in_proportion_today_and_never_exceeded_by_the_best():
    asked = cells(a=10, c=20)
    today, best = shared_as_today(asked, 35), shared_best(asked, 35, 0.5)
    assert today.visits == {Cell.A2: 2.5, Cell.C1: 0.5}
    assert today.index < best.index < 100
    assert best.total <= 35


def test_a_large_company_is_shared_out_within_its_budget():
    asked = cells(a=9000, c=30000)
    best = shared_best(asked, 75000, 0.5)
    assert best.total <= 75000
    assert best.visits[Cell.A2] == 6
