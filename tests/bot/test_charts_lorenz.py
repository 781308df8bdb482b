"""The Lorenz picture, decoded again: where its curve runs, and that nothing leaves the sheet."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from bot.render.analysis import lorenz_picture
from bot.render.charts import lorenz_png
from bot.render.drawing import ZONE_COLOURS, _point
from bot.render.renderer import words
from domain.tiering.concentration import concentration
from domain.tiering.model import Zone
from tests.support.analysis import PARAMS, glp1_claims

CURVE = tuple(bytes.fromhex(ZONE_COLOURS[Zone.BLUE].ink[1:]))
MARK = tuple(bytes.fromhex(ZONE_COLOURS[Zone.RED].ink[1:]))


def picture(values, locale="en"):
    found = concentration(pd.Series(values, dtype=float), PARAMS.concentration)
    return lorenz_picture(words(locale), found, top=0.2, as_of="2026-11-21")


def pixels(png: bytes) -> np.ndarray:
    """Height x width x RGB, 0-255."""
    return (imread(io.BytesIO(png))[..., :3] * 255).round().astype(int)


def near(image: np.ndarray, at: tuple[float, float], colour: tuple[int, ...]) -> bool:
    x, y = (round(value) for value in at)
    around = image[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3]
    return bool((around == colour).all(axis=2).any())


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_picture_says_the_published_gini_and_what_the_best_hold(locale):
    said = picture(glp1_claims(), locale)
    assert "0.406" in said.gini
    assert "20 %" in said.verdict
    assert "45.6 %" in said.verdict
    assert "242" in said.title


@pytest.mark.parametrize(("customers", "held"), [(0.25, 0.0625), (0.5, 0.25), (0.75, 0.5625)])
def test_the_curve_runs_through_the_points_of_the_list(customers, held):
    """Of the values 1, 2, ..., n the smallest part p holds about p squared."""
    image = pixels(lorenz_png(picture(range(1, 2001))))
    assert image.shape == (1080, 1080, 3)
    assert near(image, _point(customers, held), CURVE)
    assert not near(image, _point(customers, held + 0.1), CURVE)


def test_a_flat_list_runs_along_the_diagonal_and_the_mark_stands_at_the_top_share():
    image = pixels(lorenz_png(picture([7] * 50)))
    assert near(image, _point(0.5, 0.5), CURVE)
    assert near(image, _point(0.8, 0.4), MARK)
    assert not near(image, _point(0.7, 0.4), MARK)


def test_the_same_picture_gives_the_same_bytes_and_long_words_stay_on_the_sheet():
    plain = picture([1, 2, 3])
    assert lorenz_png(plain) == lorenz_png(plain)
    image = pixels(lorenz_png(replace(plain, title="W" * 300, verdict="W" * 300, equal="$x_1$" * 90)))
    assert (image[:, -20:] == 255).all()
    assert (image[:, :40] == 255).all()


def test_without_positive_values_there_is_no_curve():
    with pytest.raises(ValueError, match="no curve"):
        picture([0, 0, 0])
