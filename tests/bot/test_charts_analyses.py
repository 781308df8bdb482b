"""The pictures of ABC, RFM, the matrix and the ghost, decoded again: where what is told stands."""

import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.image import imread

from bot.render.drawing import CLASS_COLOURS, PROGRESS, SETBACK, _box, draw
from bot.render.pictures import (
    AbcPicture,
    AbcWay,
    CellNames,
    ClassShare,
    LorenzPicture,
    MatrixPicture,
    RfmPicture,
    Segment,
)
from domain.tiering.model import Cell
from tests.bot.test_charts import EMPTY

WAY = AbcWay(
    name="By number",
    limits="30/40/30",
    shares=tuple(
        ClassShare(letter=letter, name=f"class {letter}", count=count, of_all=count / 10, of_value=value)
        for letter, count, value in (("A", 3, 0.6), ("B", 4, 0.3), ("C", 3, 0.1))
    ),
)
ABC = AbcPicture(
    title="43家医院的ABC分类",
    subtitle="2026",
    ways=(WAY, WAY, replace(WAY, shares=(), instead="too few")),
    members="hospitals",
    value="value",
    caution="caution",
    as_of="as of",
)
RFM = RfmPicture(
    title="RFM",
    subtitle="2026",
    segments=tuple(Segment(name=f"segment {n}", count=n, said=f"{n}") for n in range(10)),
    score="Score",
    scores=(("Days", ("1", "2", "3", "4", "5")),) * 3,
    as_of="as of",
)
NOBODY = (0,) * 9
MATRIX = MatrixPicture(
    title="From cell to cell",
    subtitle="since",
    before="before",
    after="now",
    moved=(NOBODY,) * 9,
    came=NOBODY,
    left=NOBODY,
    came_word="came",
    left_word="left",
    kinds=("up", "down", "corrected"),
    as_of="as of",
)
LORENZ = LorenzPicture(
    title="Lorenz",
    customers=(0.0, 0.5, 1.0),
    held=(0.0, 0.1, 1.0),
    top=0.2,
    share=0.64,
    x_axis="x",
    y_axis="y",
    equal="equal",
    verdict="verdict",
    gini="Gini",
    as_of="as of",
)


def pixels(picture) -> np.ndarray:
    """Height x width x RGB, 0-255."""
    return (imread(io.BytesIO(draw(picture)))[..., :3] * 255).round().astype(int)


def count(image: np.ndarray, colour: str) -> int:
    return int((image == tuple(bytes.fromhex(colour[1:]))).all(axis=2).sum())


@pytest.mark.parametrize("picture", [ABC, RFM, MATRIX, LORENZ], ids=lambda one: type(one).__name__)
def test_pictures_are_phone_wide_squares_and_long_words_stay_on_them(picture):
    assert draw(picture) == draw(picture)
    long = replace(picture, title="W" * 300, as_of="W" * 300)
    if not isinstance(picture, LorenzPicture):
        long = replace(long, subtitle="W" * 300)
    image = pixels(long)
    assert image.shape == (1080, 1080, 3)
    assert (image[:, -15:] == 255).all()
    assert (image[:, :15] == 255).all()


def test_the_bars_are_as_high_as_the_parts_are_large():
    image = pixels(replace(ABC, ways=(replace(WAY, shares=(replace(WAY.shares[0], of_all=0.3),)),)))
    twice = pixels(replace(ABC, ways=(replace(WAY, shares=(replace(WAY.shares[0], of_all=0.6),)),)))
    ground = CLASS_COLOURS["A"].ground
    # Both hold a bar of value of 0.6 beside that of customers.
    assert count(twice, ground) / count(image, ground) == pytest.approx((0.6 + 0.6) / (0.3 + 0.6), abs=0.03)


def test_no_class_has_a_colour_of_the_grid():
    assert not {colours.ground for colours in CLASS_COLOURS.values()} & {"#F6CDB9", "#FBEFC0", "#D3E4F3"}


def test_the_matrix_colours_progress_and_setback_and_keeps_who_came_and_left_apart():
    legend = count(pixels(MATRIX), PROGRESS[0]), count(pixels(MATRIX), SETBACK[0])
    cells = list(Cell)

    def moved(before: Cell, after: Cell) -> MatrixPicture:
        rows = [list(row) for row in MATRIX.moved]
        rows[cells.index(before)][cells.index(after)] = 1
        return replace(MATRIX, moved=tuple(map(tuple, rows)))

    up, down = pixels(moved(Cell.B3, Cell.B2)), pixels(moved(Cell.B2, Cell.B3))
    corrected = pixels(moved(Cell.C1, Cell.B3))
    assert count(up, PROGRESS[0]) > legend[0]
    assert count(up, SETBACK[0]) == legend[1]
    assert count(down, SETBACK[0]) > legend[1]
    assert (count(corrected, PROGRESS[0]), count(corrected, SETBACK[0])) == legend
    came = pixels(replace(MATRIX, came=(2, *NOBODY[1:])))
    changed = np.nonzero((came != pixels(MATRIX)).any(axis=2))[0]
    assert changed.min() > 880  # below the nine rows


def test_the_ghost_stands_in_its_box_and_an_arrow_tells_the_way():
    def grid(before: int | None) -> np.ndarray:
        return pixels(replace(EMPTY, cells={Cell.B2: CellNames(5, (), before)}))

    plain, up, down, same = grid(None), grid(3), grid(8), grid(5)
    left, top, width, height = _box(Cell.B2)
    for image in (up, down, same):
        ys, xs = np.nonzero((image != plain).any(axis=2))
        assert top < ys.min() < ys.max() < top + height
        assert left < xs.min() < xs.max() < left + width
    changed = [(image != plain).any(axis=2).sum() for image in (same, up, down)]
    assert changed[0] < changed[1]
    assert changed[0] < changed[2]


def test_the_curve_of_a_quarter_ago_is_drawn_over_the_present_one():
    past = replace(LORENZ, earlier=((0.0, 0.0), (0.5, 0.4), (1.0, 1.0)), then="until July")
    assert count(pixels(LORENZ), "#8A6FB8") == 0
    assert count(pixels(past), "#8A6FB8") > 300
