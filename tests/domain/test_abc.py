import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tiering.abc import AbcClass, AbcMethod, Standing, basis, classify
from domain.tiering.notes import Note
from tests.support.analysis import PARAMS, glp1_claims

ABC = PARAMS.abc
SMALL = ABC.model_copy(update={"minimum_list": 2})
BY_COUNT, BY_VALUE, COMPUTED = AbcMethod


def counts(result):
    return tuple(result.counts[letter] for letter in AbcClass)


def letters(values, method):
    table = classify(pd.Series(values, dtype=float), method, SMALL).table
    return "".join(letter if isinstance(letter, str) else "-" for letter in table["abc_class"])


def notes(result):
    return {reason.code: reason.params for reason in result.warnings}


# Published figures: Medicare Part D 2023, North Carolina, claims of 242 prescribers


def test_thirty_forty_thirty_by_count_with_the_mid_rank_rule():
    result = classify(glp1_claims(), BY_COUNT, ABC)
    assert counts(result) == (73, 96, 73, 0)
    assert result.warnings == ()
    assert result.total == 38_764


def test_the_count_cut_of_the_ceiling_differs_from_the_mid_rank_rule_by_one_customer():
    ranked = classify(glp1_claims(), BY_COUNT, ABC).table.sort_values("value", ascending=False)
    a, b = math.ceil(0.3 * 242), math.ceil(0.7 * 242)
    assert (a, b - a, 242 - b) == (73, 97, 72)
    assert (ranked["abc_class"].iloc[:a] == "A").all()
    assert ranked["abc_class"].iloc[b - 1] == "C"


def test_eighty_ninety_five_by_value_and_both_readings_of_who_crosses_the_limit():
    result = classify(glp1_claims(), BY_VALUE, ABC)
    ranked = np.sort(result.table["value"].to_numpy())[::-1]
    after = np.cumsum(ranked) / result.total
    before = np.r_[0, after[:-1]]
    assert [int((after <= limit).sum()) for limit in (0.80, 0.95)] == [128, 128 + 64]  # lower class
    assert [int((before < limit).sum()) for limit in (0.80, 0.95)] == [129, 129 + 64]  # upper class: ours
    assert counts(result) == (132, 63, 47, 0)  # ... and then nobody is parted from equals
    assert [reason.code for reason in result.warnings] == [Note.TIES_KEPT] * 2
    assert [reason.params for reason in result.warnings] == [
        {"at": "A", "lifted": 3, "value": 119.0},
        {"at": "B", "lifted": 2, "value": 63.0},
    ]


# The rule by count: sizes worked out by hand from (2r - 1) / 2n


@pytest.mark.parametrize(
    ("n", "sizes"), [(3, (1, 1, 1)), (5, (2, 2, 1)), (7, (2, 3, 2)), (10, (3, 4, 3)), (20, (6, 8, 6))]
)
def test_the_sizes_of_classes_by_count(n, sizes):
    assert counts(classify(pd.Series(range(1, n + 1)), BY_COUNT, SMALL)) == (*sizes, 0)


# The computed rule: points of curves known in closed form


def test_the_points_of_even_values_are_those_of_the_parabola():
    """ABC(p) = 2p - p^2 has slope 1 at 1/2.

    It is nearest to (0, 1) where p = 2(1-p)^3 and to (1/2, 1) where p = 1/2 + 2(1-p)^3.
    """
    points = classify(pd.Series(np.arange(1, 100_001)), COMPUTED, ABC).points
    assert points.break_even.effort == pytest.approx(0.5, abs=2e-5)
    assert points.break_even.result == pytest.approx(0.75, abs=2e-5)
    p = points.ideal.effort
    assert (p, 2 * (1 - p) ** 3) == pytest.approx((0.41024, p), abs=1e-4)
    p = points.submarginal.effort
    assert (p, 0.5 + 2 * (1 - p) ** 3) == pytest.approx((0.61454, p), abs=1e-4)


def test_the_points_of_exponential_values_are_those_of_their_curve():
    """ABC(p) = p - p ln p, slope -ln p: 1 at 1/e, and there lies the nearest point to (0, 1) too, almost."""
    n = 100_000
    points = classify(pd.Series(-np.log((np.arange(n) + 0.5) / n)), COMPUTED, ABC).points
    assert points.break_even.effort == pytest.approx(math.exp(-1), abs=2e-5)
    assert points.break_even.result == pytest.approx(2 / math.e, abs=1e-4)
    p = np.linspace(0.2, 0.6, 400_001)
    nearest = p[np.argmin(p**2 + (1 - p + p * np.log(p)) ** 2)]
    assert points.ideal.effort == pytest.approx(nearest, abs=1e-4)


def test_few_giants_bring_the_slope_of_one_before_the_ideal_point_and_the_list_says_so():
    values = pd.Series([1000.0, 900.0] + [60.0 + n for n in range(18)])
    result = classify(values, COMPUTED, ABC)
    assert result.points.break_even.effort == 0.1
    assert result.points.ideal.effort > 0.1
    assert result.counts[AbcClass.A] == 2
    assert notes(result)[Note.POINTS_EXCHANGED]["break_even"] == 0.1


# Rulings


def test_customers_with_equal_values_all_take_the_better_class_and_the_list_says_so():
    values = [100.0] + [10.0] * 9
    assert letters(values, BY_COUNT) == "A" * 10
    result = classify(pd.Series(values), BY_COUNT, ABC)
    assert notes(result)[Note.TIES_KEPT] == {"at": "A", "lifted": 7, "value": 10.0}


def test_nothing_bought_and_returned_goods_are_class_n_and_no_part_of_the_total():
    values = pd.Series([*range(1, 11), 0, -500], dtype=float)
    result = classify(values, BY_VALUE, ABC)
    assert result.table["abc_class"].tolist()[-2:] == ["N", "N"]
    assert result.table["standing"].tolist()[-2:] == [Standing.ZERO, Standing.RETURNS]
    assert (result.total, result.counts[AbcClass.N]) == (55, 2)
    assert notes(result)[Note.ZEROS] == notes(result)[Note.NEGATIVES] == {"n": 1}


def test_new_customers_are_marked_and_leave_the_ranks_of_the_others_alone():
    values = pd.Series([*range(1, 11), 999], dtype=float)
    days_known = pd.Series([2000.0] * 10 + [89])
    result = classify(values, BY_COUNT, ABC, days_known=days_known)
    assert result.table["standing"].iloc[10] == Standing.NEW
    assert pd.isna(result.table["abc_class"].iloc[10])
    assert counts(result) == (3, 4, 3, 0)
    assert notes(result)[Note.NEW] == {"n": 1, "days": 90}
    a_day_later = classify(values, BY_COUNT, ABC, days_known=days_known.replace(89, 90))
    assert a_day_later.table["abc_class"].iloc[10] == "A"


def test_fewer_than_ten_are_ranked_without_letters():
    result = classify(pd.Series([5.0, 7, 7, 1, 0, 3, 2, 9, 4, 6]), BY_VALUE, ABC)
    assert counts(result) == (0, 0, 0, 1)
    assert result.table["rank"].tolist() == [5, 2, 2, 9, pd.NA, 7, 8, 1, 6, 4]
    assert notes(result)[Note.RANKING_ONLY] == {"n": 9, "minimum": 10}


@pytest.mark.parametrize("values", [[], [0, 0, -3], [None, float("nan"), float("inf")]])
def test_a_list_without_anything_positive_has_no_result(values):
    result = classify(pd.Series(values, dtype=float), BY_VALUE, SMALL)
    assert result.total == 0
    assert result.counts[AbcClass.A] == 0
    assert notes(result)[Note.NOTHING_POSITIVE] == {"n": len(values)}


def test_a_missing_value_is_unrated_never_a_c():
    assert letters([3, 2, 1, None], BY_COUNT) == "ABC-"


def test_sales_are_classified_when_some_profit_is_missing_and_it_is_said():
    sales, profit = pd.Series([10.0, 20.0]), pd.Series([1.0, None])
    assert basis(sales, pd.Series([1.0, 2.0]))[0].tolist() == [1, 2]
    used, told = basis(sales, profit)
    assert used.tolist() == [10, 20]
    assert told[0].code == Note.PROFIT_MISSING
    assert told[0].params == {"n": 1}


# Properties

amounts = st.lists(st.integers(-5, 40), min_size=1, max_size=60)
methods = st.sampled_from(AbcMethod)


@given(amounts, methods, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(values, method, rng):
    whole = pd.Series(values, dtype=float)
    places = list(range(len(values)))
    rng.shuffle(places)
    shuffled = classify(whole.iloc[places], method, SMALL).table.sort_index()
    pd.testing.assert_frame_equal(shuffled, classify(whole, method, SMALL).table)


@given(amounts, methods, st.sampled_from([0.01, 0.1, 3, 7.7, 1e6]))
def test_the_unit_of_the_values_changes_no_letter(values, method, factor):
    assert letters(values, method) == letters([value * factor for value in values], method)


@given(amounts, methods)
def test_equals_share_a_class_and_more_is_never_worse(values, method):
    table = classify(pd.Series(values, dtype=float), method, SMALL).table
    ranked = table[table["standing"] == Standing.RANKED].sort_values("value", ascending=False)
    assert ranked["abc_class"].cat.codes.is_monotonic_increasing
    assert (table.groupby("value")["abc_class"].nunique() <= 1).all()
    assert ranked["rank"].is_monotonic_increasing


@given(amounts, st.sampled_from([BY_COUNT, BY_VALUE]), st.integers(0, 59), st.integers(1, 50))
def test_raising_a_value_never_lowers_its_letter_where_the_limits_are_fixed(values, method, which, more):
    which %= len(values)
    raised = [value + more * (place == which) for place, value in enumerate(values)]
    before, after = letters(values, method)[which], letters(raised, method)[which]
    if before in "ABC" and after in "ABC":
        assert after <= before


def test_a_million_customers_are_classified():
    values = pd.Series(np.random.default_rng(1).lognormal(size=1_000_000))
    for method in AbcMethod:
        assert sum(classify(values, method, ABC).counts.values()) == 1_000_000
