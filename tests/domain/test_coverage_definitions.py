from dataclasses import replace
from datetime import date

import pytest

from domain.content.library import load_library
from domain.coverage import definitions
from domain.coverage.figures import RepFigures, figures, pace_of, paces
from domain.coverage.params import CoverageParams, MixBasis
from domain.coverage.ratio import NOTHING, Ratio, total
from domain.planning.pace import MonthSoFar, Pace
from domain.tiering.model import Cell, Tier
from tests.support.coverage import served

PARAMS = load_library().coverage.versions[0]


def test_a_ratio_of_nothing_has_no_value_and_ratios_are_summed_not_averaged():
    assert NOTHING.value is None
    assert total([]).value is None
    assert total([Ratio(1, 1), Ratio(0, 9)]) == Ratio(1, 10)
    assert total([Ratio(1, 1), Ratio(0, 9)]).value == 0.1


def test_reach_counts_who_was_met_once_of_all_who_are_to_be_visited():
    seen, unseen = served(1, months=((1, 5, 4, 6),)), served(2, months=((0, 5, 4, 6),))
    nobody_plans = served(3, Cell.C3, months=(), contacts=4)
    by_phone_only = served(4, months=((0.5, 5, 4, 6),))
    assert definitions.reach([seen, unseen, nobody_plans, by_phone_only]) == Ratio(1, 3)
    assert definitions.reach([nobody_plans]).value is None


def test_excess_on_one_customer_does_not_hide_a_gap_on_another():
    often, rarely = served(1, months=((9, 5, 4, 6),)), served(2, months=((1, 5, 4, 6),))
    assert definitions.attainment([often, rarely]) == Ratio(6, 10)


def test_excess_in_one_month_does_not_hide_a_gap_in_another():
    assert definitions.attainment([served(months=((9, 5, 4, 6), (1, 5, 4, 6)))]) == Ratio(6, 10)


def test_in_range_counts_months_of_customers_limits_included():
    months = [(n, 5, 4, 6) for n in (3, 4, 5, 6, 7)]
    assert definitions.in_range([served(months=months)]) == Ratio(3, 5)
    assert definitions.in_range([]).value is None


def test_below_the_least_is_missing_and_above_the_most_is_too_much():
    one = served(months=((1, 5, 4, 6), (8, 5, 4, 6)))
    assert (one.missing, one.beyond, one.above_target) == (3, 2, 3)


def test_every_visit_to_a_customer_who_is_not_to_be_visited_is_too_much():
    assert served(cell=Cell.C3, months=(), contacts=2).beyond == 2
    assert served(cell=None, months=(), contacts=2).beyond == 0  # nobody knows yet
    assert served(cell=Cell.A2, months=(), contacts=2, goal=5).beyond == 0  # came at the end of the month
    assert served(cell=Cell.A2, months=(), contacts=2, is_listed=False).beyond == 0


def test_the_mix_counts_visits_or_customers_whose_tier_is_known():
    those = [
        served(1, Cell.A1, visits=3),
        served(2, Cell.B3, visits=1),
        served(3, Cell.C2, visits=0),
        served(4, None, visits=5),
    ]
    assert definitions.mix(those, MixBasis.VISITS) == {
        Tier.A: Ratio(3, 4),
        Tier.B: Ratio(1, 4),
        Tier.C: Ratio(0, 4),
    }
    assert definitions.mix(those, MixBasis.CUSTOMERS)[Tier.A] == Ratio(1, 2)
    assert definitions.mix([], MixBasis.VISITS)[Tier.A].value is None


def test_adherence_and_the_share_of_unplanned_visits_have_denominators_of_their_own():
    those = [served(1, visits=4, planned=5, kept=2), served(2, visits=1, planned=0, kept=0)]
    assert definitions.adherence(those) == Ratio(2, 5)
    assert definitions.unplanned(those) == Ratio(3, 5)


def test_products_are_counted_on_visits_of_which_that_was_told():
    those = [served(1, visits=9, told=2, products=4, usual=1), served(2, visits=3)]
    assert definitions.products_per_visit(those) == Ratio(4, 2)
    assert definitions.usual_products(those) == Ratio(1, 2)


def test_a_day_that_was_planned_and_brought_nobody_is_a_field_day():
    assert definitions.calls_per_field_day([10, 0, 8]) == Ratio(18, 3)
    assert definitions.calls_per_field_day([]).value is None


def test_the_load_is_what_is_required_of_what_the_month_holds():
    assert definitions.load(150, 20, 10).value == 0.75
    assert definitions.load(150, 0, 10).value is None


def test_figures_of_parts_add_up_to_those_of_the_whole():
    here = [served(n, cell, visits=n, planned=n, kept=1) for n, cell in enumerate(Cell, 1)]
    there = [served(20, None, months=(), visits=2), served(21, Cell.B1, months=((0, 4, 2, 4),))]
    whole, one, other = (figures(those, PARAMS) for those in ([*here, *there], here, there))
    for name in ("reach", "attainment", "in_range", "adherence", "unplanned", "products"):
        assert getattr(whole, name) == getattr(one, name) + getattr(other, name), name
    for name in ("customers", "unrated", "visits", "under", "over"):
        assert getattr(whole, name) == getattr(one, name) + getattr(other, name), name
    assert (other.unrated, other.customers) == (1, 1)


def test_the_pace_of_a_rep_is_rounded_once_for_the_whole_and_once_a_letter():
    month = MonthSoFar(over=20, begun=22, total=40, share=1.0)
    those = [served(n, Cell.C2, goal=0.5, done=0) for n in range(3)] + [served(9, Cell.A1, goal=5, done=3)]
    whole, letters = pace_of(those, month)
    assert whole == Pace(done=3, goal=7, low=3, high=4)
    assert letters == {Tier.A: Pace(3, 5, 2, 3), Tier.C: Pace(0, 2, 1, 2)}


def test_the_pace_of_a_team_is_the_sum_of_its_reps():
    reps = [
        RepFigures(pace=Pace(3, 7, 3, 4), letters={Tier.A: Pace(3, 5, 2, 3)}, calls=Ratio(10, 1)),
        RepFigures(pace=Pace(1, 4, 2, 2), letters={}, calls=Ratio(4, 1)),
    ]
    team = RepFigures.together(reps)
    assert team.pace == Pace(4, 11, 5, 6)
    assert team.letters == {Tier.A: Pace(3, 5, 2, 3)}
    assert team.calls == Ratio(14, 2)
    assert paces([]) == Pace(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mix": {"A": 0.6, "B": 0.3}}, "no value for C"),
        ({"mix": {"A": 0.6, "B": 0.3, "C": 0.2}}, "make 1.1"),
    ],
)
def test_a_mix_that_makes_no_whole_is_refused(change, words):
    given = PARAMS.model_dump(mode="json", by_alias=True) | change
    with pytest.raises(ValueError, match=words):
        CoverageParams.model_validate(given)


def test_a_name_that_is_not_to_be_shown_is_no_part_of_a_figure():
    those = [served(n) for n in range(3)]
    assert figures(those, PARAMS) == figures([replace(one, name="") for one in those], PARAMS)


def test_the_parameters_say_from_when_they_hold_and_where_they_come_from():
    assert PARAMS.start <= date(2021, 1, 1)
    assert "training" in PARAMS.source
