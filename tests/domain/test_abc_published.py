"""The computed rule on the example of its authors, figures as published (tests/data/swiss_1900)."""

from pathlib import Path

import pandas as pd
import pytest

from domain.tiering.abc import AbcClass, AbcMethod, classify
from domain.tiering.concentration import concentration
from domain.tiering.notes import Note
from tests.support.analysis import PARAMS

FILE = Path(__file__).parents[1] / "data" / "swiss_1900" / "communes.csv"


@pytest.fixture(scope="module")
def communes():
    return pd.read_csv(FILE)["inhabitants"].astype(float)


@pytest.fixture(scope="module")
def computed(communes):
    return classify(communes, AbcMethod.COMPUTED, PARAMS.abc)


def test_the_three_points_of_the_curve_are_those_of_the_published_analysis(computed):
    points = computed.points
    for found, published in (
        (points.ideal, (0.25379834254143646, 0.7219586074342286)),
        (points.break_even, (0.22168508287292818, 0.6913764432243525)),
        (points.submarginal, (0.3715469613259669, 0.810278191608252)),
    ):
        assert (found.effort, found.result) == pytest.approx(published, rel=1e-14)


def test_the_sets_are_the_published_ones_but_for_one_commune_that_equals_the_last_of_b(computed):
    tie = [reason.params for reason in computed.warnings if reason.code is Note.TIES_KEPT]
    assert tie == [{"at": "B", "lifted": 1, "value": 710.0}]
    counts = [computed.counts[letter] for letter in (AbcClass.A, AbcClass.B, AbcClass.C)]
    assert counts == [642, 434 + 1, 1820 - 1]


def test_a_ends_at_the_break_even_point_which_comes_first_in_this_list(computed):
    assert round(computed.points.break_even.effort * 2896) == 642
    assert Note.POINTS_EXCHANGED in {reason.code for reason in computed.warnings}


def test_the_gini_coefficient_is_the_published_one(communes):
    found = concentration(communes, PARAMS.concentration)
    assert found.gini == pytest.approx(0.6294073840902157, rel=1e-14)
