"""Hospitals and departments by the short names that people use."""

import pytest

from domain.customers.places import Places

HOSPITALS = (
    ("北京协和医院", "北京"),
    ("华中科技大学同济医学院附属协和医院", "武汉"),
    ("武汉市第三医院", "武汉"),
    ("郑州大学第一附属医院", "郑州"),
    ("长沙市中心医院", "长沙"),
    ("Columbia University Irving Medical Center", "New York"),
    ("Brigham and Women's Hospital", "Boston"),
    ("Boston Medical Center", "Boston"),
)
PLACES = Places(HOSPITALS)


def meant(*typed: str) -> list[int]:
    """The places that fit best."""
    fits = PLACES.fit(typed)
    return sorted(place for place, factor in fits.items() if factor == max(fits.values()))


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("协和", [0, 1]),
        ("武汉协和", [1]),
        ("华科协和", [1]),
        ("携合医院", [0, 1]),
        ("武汉三院", [2]),
        ("武汉3院", [2]),
        ("郑大一附院", [3]),
        ("附一", [3]),
        ("协", []),
        ("湘雅", []),
    ],
)
def test_hanzi_may_be_left_out_moved_or_heard(typed, places):
    assert meant(*typed) == places


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("cuimc", [5]),
        ("cumc", [5]),
        ("bwh", [6]),
        ("bmc", [7]),
        ("columbia", [5]),
        ("columbia univ", [5]),
        ("boston med ctr", [7]),
        ("brig wom", [6]),
        ("xiehe", [0, 1]),
        ("wuhan xiehe", [1]),
        ("changsha zhongxin", [4]),
        ("zhongxinyiyuan", [4]),
        ("hexie", []),
        ("columbia boston", []),
        ("xyz", []),
    ],
)
def test_latin_words_may_be_begun_shortened_initials_or_pinyin(typed, places):
    assert meant(*typed.split()) == places


def test_what_is_typed_in_full_fits_better_than_a_guess():
    whole, begun, guessed = (
        PLACES.fit(typed)[7] for typed in (("boston", "medical"), ("boston", "medic"), ("boston", "mdcl"))
    )
    assert whole > begun > guessed > 0


def test_the_place_of_hanzi_and_letters_together_fits_both():
    places = Places([("Lake 医院", ""), ("Lake Clinic", ""), ("东湖医院", "")])
    assert list(places.fit(["lake", "医", "院"])) == [0]
