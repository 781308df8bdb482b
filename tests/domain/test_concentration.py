import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tiering.concentration import concentration, deciles_by_count, deciles_by_volume
from domain.tiering.notes import Note
from tests.support.analysis import PARAMS, glp1_claims

CURVE = PARAMS.concentration


def of(*values):
    return concentration(pd.Series(values, dtype=float), CURVE)


def test_the_published_curve_and_coefficients_of_the_r_package_ineq():
    found = of(541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261)
    assert found.gini == pytest.approx(0.4620911, abs=5e-8)
    assert found.gini_corrected == pytest.approx(0.5134346, abs=5e-8)
    published = ".0081248 .0300964 .0668158 .1184483 .1850840 .2661971 .3621933 .4869042 .6656805 1"
    assert found.held[1:] == pytest.approx([float(each) for each in published.split()], abs=5e-8)
    assert found.customers.tolist() == [k / 10 for k in range(11)]


def test_the_published_concentration_of_the_prescribers_of_north_carolina():
    """Medicare Part D 2023: Gini .405519, 45.3 % with the best 48 of 242; 20 % would be 48.4 of them."""
    found = concentration(glp1_claims(), CURVE)
    assert found.gini == pytest.approx(0.405519, abs=5e-7)
    assert found.top_share(48 / 242) == pytest.approx(0.453, abs=5e-4)
    next_one = np.sort(glp1_claims())[-49] / found.total
    assert found.top_share(0.2) == pytest.approx(found.top_share(48 / 242) + 0.4 * next_one)
    assert found.reasons[0].code == Note.CONCENTRATED


@pytest.mark.parametrize(
    ("values", "gini", "corrected"),
    [((50_000, 20_000, 5_000), 0.4, 0.6), ((7, 7, 7, 7), 0, 0), ((0, 0, 0, 10), 0.75, 1)],
)
def test_coefficients_worked_out_by_hand(values, gini, corrected):
    found = of(*values)
    assert (found.gini, found.gini_corrected) == pytest.approx((gini, corrected))


def test_a_flat_portfolio_is_called_flat():
    found = of(*range(95, 106))
    (verdict,) = found.reasons
    assert verdict.code == Note.FLAT
    assert verdict.params == {"top": 0.2, "share": 0.2087, "gini": 0.0182}


def test_twenty_percent_with_eighty_percent_is_called_concentrated():
    verdict = of(40, 40, *[2.5] * 8).reasons[0]
    assert verdict.code == Note.CONCENTRATED
    assert verdict.params["share"] == 0.8


def test_zero_buyers_count_as_customers_and_are_shown():
    found = of(0, 0, 10, 10)
    assert (found.count, found.zeros, found.gini) == (4, 2, 0.5)


def test_negatives_count_as_zero_and_missing_values_not_at_all():
    found = of(-5, 10, 10, None)
    assert (found.count, found.zeros, found.total) == (3, 1, 20)
    assert [(reason.code, reason.params) for reason in found.reasons[1:]] == [
        (Note.CLIPPED, {"n": 1}),
        (Note.MISSING, {"n": 1}),
    ]


@pytest.mark.parametrize(
    ("values", "code"), [((), Note.TOO_FEW), ((5,), Note.TOO_FEW), ((0, -2), Note.NOTHING_POSITIVE)]
)
def test_where_nothing_can_be_said_nothing_is_said(values, code):
    found = of(*values)
    assert (found.gini, found.gini_corrected, found.top_share(0.2)) == (None, None, None)
    assert len(found.customers) == len(found.held) == 0
    assert found.reasons[0].code == code


def test_deciles_by_count_hold_equal_numbers_and_equals_share_one():
    assert deciles_by_count(pd.Series(range(100))).value_counts().to_dict() == dict.fromkeys(range(1, 11), 10)
    assert deciles_by_count(pd.Series([1, 1, 1, 1])).tolist() == [5] * 4
    assert deciles_by_count(pd.Series([None, 5.0])).tolist() == [pd.NA, 5]
    assert deciles_by_count(pd.Series([], dtype=float)).empty


def test_deciles_by_volume_hold_equal_volumes():
    values = pd.Series([10.0] * 10 + [50.0] * 2 + [0, -3, None])
    deciles = deciles_by_volume(values)
    assert deciles.tolist() == [5] * 10 + [10] * 2 + [0, 0, pd.NA]
    even = deciles_by_volume(pd.Series(np.linspace(1, 1.001, 100)))
    assert even.value_counts().to_dict() == dict.fromkeys(range(1, 11), 10)


amounts = st.lists(st.integers(0, 1000), min_size=2, max_size=50).filter(any)


@given(amounts, st.randoms(use_true_random=False), st.sampled_from([0.01, 7.0, 1e6]))
def test_neither_order_nor_unit_changes_the_coefficient(values, rng, factor):
    shuffled = [value * factor for value in values]
    rng.shuffle(shuffled)
    assert of(*shuffled).gini == pytest.approx(of(*values).gini, abs=1e-9)


@given(amounts)
def test_the_coefficient_is_half_the_mean_difference_of_all_pairs(values):
    x = np.array(values, dtype=float)
    pairs = np.abs(x[:, None] - x).mean() / (2 * x.mean())
    found = of(*values)
    assert found.gini == pytest.approx(pairs, abs=1e-9)
    assert 0 <= found.gini <= found.gini_corrected <= 1
    assert (np.diff(found.held, 2) >= -1e-12).all()  # the curve never bends down


@given(amounts, st.randoms(use_true_random=False))
def test_deciles_do_not_depend_on_the_order_of_the_rows(values, rng):
    whole = pd.Series(values, dtype=float)
    places = list(range(len(values)))
    rng.shuffle(places)
    for deciles in (deciles_by_count, deciles_by_volume):
        assert deciles(whole.iloc[places]).sort_index().tolist() == deciles(whole).tolist()
