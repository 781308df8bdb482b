"""Net promoter score: groups, the score, its standard error, and when it is told."""

import pytest

from domain.customers.feedback import Balance, Group, balance


def test_nine_and_ten_promote_seven_and_eight_are_passive_the_rest_detract():
    groups = [Group.of(score) for score in range(11)]
    assert groups == [Group.DETRACTOR] * 7 + [Group.PASSIVE] * 2 + [Group.PROMOTER] * 2


def test_half_promoters_and_a_fifth_detractors_give_30_with_an_error_of_14_points():
    # 15 promoters, 9 passives, 6 detractors: 50 - 20 = 30; sqrt((0.7 - 0.09) / 30) = 0.142595
    found = balance([10] * 15 + [8] * 9 + [3] * 6, smallest=30)
    assert (found.promoters, found.passives, found.detractors, found.answers) == (15, 9, 6, 30)
    assert found.score == pytest.approx(30)
    assert found.error == pytest.approx(14.2595, abs=1e-4)


def test_as_published_ten_answers_would_be_uncertain_by_48_points_and_thirty_by_28():
    # 1.96 standard errors with 50 % promoters and 20 % detractors
    ten = balance([9] * 5 + [7] * 3 + [0] * 2, smallest=10)
    thirty = balance([9] * 15 + [7] * 9 + [0] * 6, smallest=10)
    assert 1.96 * ten.error == pytest.approx(48.4, abs=0.05)
    assert 1.96 * thirty.error == pytest.approx(27.9, abs=0.05)


def test_below_the_smallest_number_only_counts_are_told():
    found = balance([9] * 29, smallest=30)
    assert found == Balance(29, 0, 0)
    assert found.chance == pytest.approx(18.57, abs=0.01)  # 100 / sqrt(29)
    assert balance([9] * 30, smallest=30).score == 100


def test_nobody_asked_is_no_score():
    assert balance([], smallest=30) == Balance(0, 0, 0)


def test_equal_shares_cancel_out_and_all_detractors_are_minus_a_hundred():
    half = balance([10] * 20 + [0] * 20, smallest=30)
    assert (half.score, half.error) == (0, pytest.approx(15.811, abs=1e-3))  # sqrt(1 / 40)
    none = balance([5] * 40, smallest=30)
    assert (none.score, none.error) == (-100, 0)
