"""The nine-box picture, decoded again: its size, its colours, and that every name can be printed."""

import asyncio
import io
import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.image import imread

from bot.render.charts import Charts, grid_png
from bot.render.drawing import ZONE_COLOURS, _box, _face
from bot.render.pictures import CellNames, GridPicture
from domain.tiering.model import Cell, Zone

EMPTY = GridPicture(
    title="九宫格",
    row_axis="潜力",
    column_axis="支持度",
    row_words=("高", "中", "低"),
    column_words=("首选", "次选", "竞品或未用"),
    zone_words={Zone.RED: "红区", Zone.YELLOW: "黄区", Zone.BLUE: "蓝区"},
    cells={},
    unrated="未评级：12 位",
    as_of="数据截至 2026年11月20日",
)


def holding(*names: str, cell: Cell = Cell.A1, count: int | None = None) -> GridPicture:
    return replace(EMPTY, cells={cell: CellNames(len(names) if count is None else count, names)})


def pixels(png: bytes) -> np.ndarray:
    """Height x width x RGB, 0-255."""
    return (imread(io.BytesIO(png))[..., :3] * 255).round().astype(int)


def inside(image: np.ndarray, cell: Cell) -> np.ndarray:
    left, top, width, height = (round(value) for value in _box(cell))
    return image[top : top + height, left : left + width]


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def test_the_picture_is_a_phone_wide_square_with_writing_on_it():
    png = grid_png(holding("王芳", "李伟"))
    image = pixels(png)
    assert image.shape == (1080, 1080, 3)
    assert len(png) < 1_000_000
    assert (image < 128).all(axis=2).sum() > 3_000


@pytest.mark.parametrize("cell", Cell)
def test_each_box_has_the_ground_of_its_zone(cell):
    ground = inside(pixels(grid_png(EMPTY)), cell)[-30:, 40:-40]
    assert (ground == rgb(ZONE_COLOURS[cell.zone].ground)).all()


def test_rows_are_a_b_c_from_the_top_and_columns_1_2_3_from_the_left():
    tops = [_box(Cell(f"{letter}1"))[1] for letter in "ABC"]
    lefts = [_box(Cell(f"A{digit}"))[0] for digit in "123"]
    assert tops == sorted(tops)
    assert lefts == sorted(lefts)
    changed = (pixels(grid_png(holding("王芳", cell=Cell.B3))) != pixels(grid_png(EMPTY))).any(axis=2)
    left, top, width, height = _box(Cell.B3)
    ys, xs = np.nonzero(changed)
    assert top < ys.min() < ys.max() < top + height
    assert left < xs.min() < xs.max() < left + width


@pytest.mark.parametrize(
    "names",
    [
        ("欧阳建国",) * 20,
        ("Dr Bartholomew Featherstonehaugh-Smythe of the Northern Territory",) * 20,
        ("王" * 300,),
        ("W" * 300, "i" * 300),
    ],
)
def test_names_never_leave_their_box(names):
    changed = (pixels(grid_png(holding(*names, cell=Cell.B2, count=9999))) != pixels(grid_png(EMPTY))).any(
        axis=2
    )
    left, top, width, height = _box(Cell.B2)
    ys, xs = np.nonzero(changed)
    assert top + 10 < ys.min() < ys.max() < top + height - 5
    assert left + 15 < xs.min() < xs.max() < left + width - 15


def relative_luminance(colour: str) -> float:
    channels = [value / 255 for value in rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("zone", Zone)
def test_ink_on_its_ground_reaches_the_contrast_of_wcag_aa(zone):
    colours = ZONE_COLOURS[zone]
    assert (relative_luminance(colours.ground) + 0.05) / (relative_luminance(colours.ink) + 0.05) >= 4.5


@pytest.mark.parametrize(
    "name",
    [
        "李喆",
        "陈堃",
        "赵玥",
        "孙祎",
        "周珺",
        "欧阳娜娜",
        "尼格买提·热合曼",
        "𠮷田",
        "䶮㛃",
        "王芳😀👩‍⚕️",
        "Peña",
        "Łukasz",
        "Ögmundur",
        "محمد",
        "a\x00\u202eb",
        "$x_1$",
    ],
)
def test_no_name_makes_the_font_complain(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grid_png(holding(name))
    assert all(ord(char) in _face()._known for char in _face().printable(name))


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("喆堃玥祎珺", "喆堃玥祎珺"),
        ("王芳😀", "王芳"),
        ("𠮷田", "□田"),
        ("Peña", "Pena"),
        ("a\u202eb\nc", "ab c"),
    ],
)
def test_what_the_font_lacks_is_replaced(name, printed):
    assert _face().printable(name) == printed


def test_letters_between_dollar_signs_are_no_formula():
    assert grid_png(holding("$x_1$")) != grid_png(holding("x1"))
    grid_png(holding(r"$\frac{"))


def test_the_same_picture_gives_the_same_bytes():
    picture = holding("王芳", "Dr Li", "喆堃玥祎珺")
    assert grid_png(picture) == grid_png(picture)


async def test_charts_are_drawn_beside_the_event_loop_one_at_a_time():
    charts = Charts()
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    ticking = asyncio.ensure_future(tick())
    pictures = [holding("王芳"), holding("李伟"), holding("Dr Smith")]
    drawn = await asyncio.gather(*map(charts.draw, pictures))
    ticking.cancel()
    assert drawn == [grid_png(picture) for picture in pictures]
    assert ticks > 5


def test_matplotlib_is_not_loaded_before_a_picture_is_asked_for():
    code = "import sys, bot.render.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
