"""Bars as a picture: where the colours, the line and the marks stand."""

import io

import pytest
from matplotlib.image import imread

from bot.render.drawing import (
    BAR_COLOURS,
    BARS_LEFT,
    BARS_ROOM,
    BARS_TOP,
    BARS_WIDTH,
    INK,
    MOST_PITCH,
    PIN,
    SIDE,
    draw,
)
from bot.render.pictures import Bar, BarsPicture

EMPTY = (0xF5, 0xF6, 0xF8)


def drawn(*bars, **more):
    picture = BarsPicture(title="T", subtitle="S", bars=bars, legend=("one", "two"), as_of="now", **more)
    return (imread(io.BytesIO(draw(picture)))[..., :3] * 255).round().astype(int)


def colour(code):
    return tuple(bytes.fromhex(code[1:]))


def ground(number):
    return colour(BAR_COLOURS[number].ground)


def at(image, part, bar=0, bars=1):
    """The colour inside a bar at a part of its width, near its lower edge, where no words stand."""
    pitch = min(MOST_PITCH, BARS_ROOM / bars)
    middle = BARS_TOP + (bar + 0.5) * pitch
    return tuple(image[round(middle + 0.25 * pitch), round(BARS_LEFT + part * BARS_WIDTH)])


def test_parts_stand_beside_each_other_and_the_rest_is_empty():
    image = drawn(Bar(name="K", parts=(0.5, 0.25), said="3", inside="50 %"))
    assert image.shape == (SIDE, SIDE, 3)
    assert [at(image, part) for part in (0.45, 0.55, 0.7, 0.8)] == [ground(0), ground(1), ground(1), EMPTY]


def test_a_bar_never_leaves_its_room():
    image = drawn(Bar(name="K", parts=(0.8, 0.8), said=""))
    assert at(image, 0.99) == ground(1)
    assert at(image, 1.02) == (255, 255, 255)


def test_a_bar_without_parts_is_empty():
    assert at(drawn(Bar(name="K", parts=(), said="nothing", inside="0 %")), 0.1) == EMPTY


@pytest.mark.parametrize("mark", [0.6, 7.0])
def test_marks_stand_on_their_own_bar_and_never_beyond_it(mark):
    image = drawn(Bar(name="K", parts=(), said="", mark=mark), Bar(name="L", parts=(), said=""))
    assert at(image, min(mark, 1.0), 0, 2) == colour(PIN)
    assert at(image, min(mark, 0.99), 1, 2) == EMPTY


def test_the_line_crosses_all_bars():
    image = drawn(*[Bar(name=f"{n}", parts=(), said="") for n in range(9)], line=(0.6, "reference"))
    column = [tuple(pixel) for pixel in image[BARS_TOP:, round(BARS_LEFT + 0.6 * BARS_WIDTH)]]
    assert column.count(colour(INK)) > BARS_ROOM / 3  # it is dashed
    assert max(y for y, pixel in enumerate(column) if pixel == colour(INK)) > BARS_ROOM - 20
