"""The heat map of skills and the certificate as pictures."""

import io

from matplotlib.image import imread

from bot.render.drawing import (
    HEAT_COLOURS,
    HEAT_LEFT,
    HEAT_PITCH,
    HEAT_TOP,
    HEAT_WIDTH,
    SIDE,
    UNKNOWN,
    draw,
)
from bot.render.pictures import CertificatePicture, HeatCell, HeatPicture, HeatRow


def pixels(picture):
    return (imread(io.BytesIO(draw(picture)))[..., :3] * 255).round().astype(int)


def colour(code):
    return tuple(bytes.fromhex(code[1:]))


def luminance(code):
    """Relative luminance of sRGB (WCAG 2.2)."""
    parts = [part / 255 for part in colour(code)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def heat(*values):
    cells = tuple(HeatCell(value, "50 %", "of 3") for value in values)
    return pixels(
        HeatPicture(
            title="T", subtitle="S", columns=("a",) * len(cells), rows=(HeatRow("K", cells),) * 5, as_of="now"
        )
    )


def ground(image, row, column):
    """The colour of a field near its corner, where no words stand."""
    return tuple(
        image[round(HEAT_TOP + (row + 0.2) * HEAT_PITCH), round(HEAT_LEFT + (column + 0.1) * HEAT_WIDTH)]
    )


def test_the_higher_the_score_the_darker_the_field_and_an_unknown_one_is_white():
    image = heat(0.0, 0.3, 0.5, None)
    shades = [ground(image, 0, column) for column in range(4)]
    assert shades == [colour(HEAT_COLOURS[n].ground) for n in (0, 1, 2)] + [colour(UNKNOWN.ground)]
    high = heat(0.79, 0.8, 1.0, 1.0)
    assert [ground(high, 4, column) for column in range(3)] == [
        colour(HEAT_COLOURS[n].ground) for n in (3, 4, 4)
    ]


def test_the_shades_are_told_apart_without_colour_and_their_figures_can_be_read():
    lights = [luminance(one.ground) for one in HEAT_COLOURS]
    assert lights == sorted(lights, reverse=True)
    for one in (*HEAT_COLOURS, UNKNOWN):
        light, dark = sorted((luminance(one.ground), luminance(one.ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, one


def test_five_people_leave_room_for_the_date_below():
    assert HEAT_TOP + 5 * HEAT_PITCH <= SIDE - 60
    assert HEAT_LEFT + 4 * HEAT_WIDTH <= SIDE - 20


def test_the_same_certificate_gives_the_same_bytes_and_a_long_name_stays_inside_the_frame():
    words = {
        "title": "证书",
        "said": "已学完",
        "path": "合规",
        "on": "2026年11月23日",
        "note": "间隔越来越长",
    }
    short, long = (CertificatePicture(name=name, **words) for name in ("李娜", "W" * 80))
    assert draw(short) == draw(short) != draw(long)
    image = pixels(long)
    assert image.shape == (SIDE, SIDE, 3)
    margin = image[400:560, 80:110].reshape(-1, 3)
    assert {tuple(pixel) for pixel in margin} == {(255, 255, 255)}
    assert image[SIDE // 2, 46:50].sum(axis=1).min() < 500  # the frame
