"""The picture of coverage, decoded again: how long the bars are, and what the marks say."""

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from bot.render.drawing import (
    BEHIND,
    DUE,
    ON_PACE,
    PANEL_BAR,
    PANEL_LEFT,
    PANEL_TOP,
    PANEL_TRACK,
    REACHED,
    draw,
)
from bot.render.pictures import CoveragePicture, Panel, PanelRow

ROW = PanelRow("A", 0.4, "4/10 ▼2", done=0.3, due=(0.5, 0.6), is_behind=True)
ROWS = (ROW, replace(ROW, letter="B", done=0.55, is_behind=False), PanelRow("C", None, "–"))
PICTURE = CoveragePicture(
    title="各级覆盖与进度",
    subtitle="2026年11月",
    panels=tuple(Panel(name, ROWS) for name in ("团队", "Li Na", "欧阳明" * 20)),
    reach_word="met",
    done_word="visits",
    due_word="on pace",
    behind_word="behind",
    as_of="as of",
)
FIRST = PANEL_TOP + 88  # the middle of the first row of the first panel


def pixels(picture):
    return imread(io.BytesIO(draw(picture)))[:, :, :3]


def is_colour(colour, line):
    return np.all(np.abs(line - np.array(to_rgb(colour))) < 0.02, axis=-1)


def test_a_bar_is_as_long_as_the_part_that_was_met():
    line = pixels(PICTURE)[FIRST - 9]
    begin = PANEL_LEFT + PANEL_BAR
    reached = np.flatnonzero(is_colour(REACHED, line[: begin + PANEL_TRACK + 5]))
    assert reached[0] == pytest.approx(begin, abs=2)
    assert reached[-1] - reached[0] == pytest.approx(0.4 * PANEL_TRACK, abs=3)


def test_the_band_lies_where_visits_are_on_pace_and_the_mark_where_they_are():
    line = pixels(PICTURE)[FIRST + 18]
    begin = PANEL_LEFT + PANEL_BAR
    near = line[: begin + PANEL_TRACK + 5]
    due, behind = np.flatnonzero(is_colour(DUE, near)), np.flatnonzero(is_colour(BEHIND, near))
    assert (due[0] - begin) / PANEL_TRACK == pytest.approx(0.5, abs=0.01)
    assert (due[-1] - begin) / PANEL_TRACK == pytest.approx(0.6, abs=0.01)
    assert (behind.mean() - begin) / PANEL_TRACK == pytest.approx(0.3, abs=0.01)


def test_only_who_is_behind_has_the_mark_of_it():
    everybody = replace(PICTURE, panels=(Panel("Li Na", (ROWS[1],)),))
    below_the_legend = pixels(everybody)[PANEL_TOP:]
    assert not is_colour(BEHIND, below_the_legend).any()
    assert is_colour(ON_PACE, below_the_legend).any()


def test_marks_differ_in_lightness_for_whoever_sees_no_colours():
    def lightness(colour):
        return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))

    shades = sorted(map(lightness, (ON_PACE, BEHIND, REACHED, DUE)))
    assert all(later - earlier > 0.03 for earlier, later in pairwise(shades))


@pytest.mark.parametrize(("panels", "height"), [(0, 528), (1, 528), (2, 528), (3, 804), (6, 1080)])
def test_a_picture_is_as_high_as_its_panels(panels, height):
    shown = replace(PICTURE, panels=PICTURE.panels[:1] * panels)
    assert pixels(shown).shape == (height, 1080, 3)


def test_the_same_picture_gives_the_same_bytes():
    assert draw(PICTURE) == draw(PICTURE)
