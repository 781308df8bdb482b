"""What buttons carry: it comes back the same, fits, and anything else is known to be foreign."""

from dataclasses import fields
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import callbacks
from bot.buttons.customers import ShowCell
from bot.buttons.home import SetZone, ShowHelp
from bot.callbacks import LIMIT, Callback, RowId, parse
from bot.handlers.customers import MOST_WANTED
from bot.handlers.entry import ROUTES
from tests.support.world import LIBRARY

KINDS = sorted(callbacks._KINDS.values(), key=lambda kind: kind.code)
LARGEST = 2**63 - 1
STATED = {
    "cell": ["A1", "C3", "-"],
    "locale": ["zh", "en"],
    "zone": ["America/Argentina/ComodRivadavia"],
    "value": ["price", "2026-11-23", "281474976710655", "relationship"],
    "wanted": ["王主任 江城第一医院心内科", "x" * MOST_WANTED],
    "key": ["", "inactive", "2147483647", "281474976710655"],
    "rule": [rule for market in ("cn", "us", "generic") for rule in LIBRARY.compliance(market).rules],
    "whom": ["A", "C3"],
    "fact": ["grid_axes", "f" * 40],
    "scenario": ["four_day_trip", "s" * 40],
    "digest": ["0123456789abcdef"],
}
BOUNDED = dict.fromkeys(("selling", "travelling", "organising", "personal"), 7 * 24 * 60) | {
    "question": 6,
    "back": 1,
    "page": 99_999,
}
"""Numbers that the screens keep small, for buttons that carry several."""


def values(name: str, hint: Any) -> st.SearchStrategy[Any]:
    """Anything that a field of a button may hold."""
    if get_origin(hint) in {Union, UnionType}:
        (inner,) = (each for each in get_args(hint) if each is not type(None))
        return st.none() | values(name, inner)
    if hint is str:
        return st.sampled_from(STATED[name])
    if hint is int:
        return st.integers(0, BOUNDED.get(name, LARGEST))
    if hint is RowId:
        return st.integers(0, 2**31 - 1)
    if hint is bool:
        return st.booleans()
    if hint is date:
        return st.dates(date(1000, 1, 1))
    return st.sampled_from(list(hint))


@cache
def of(kind: type[Callback]) -> st.SearchStrategy[Callback]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(field.name, hints[field.name]) for field in fields(kind)})


def longest(name: str, hint: Any) -> Any:
    """What takes the most room in a field of a button."""
    if get_origin(hint) in {Union, UnionType}:
        return longest(name, next(each for each in get_args(hint) if each is not type(None)))
    if hint is str:
        return max(STATED[name], key=lambda value: len(value.encode()))
    if hint is int:
        return BOUNDED.get(name, LARGEST)
    if hint is RowId:
        return 2**31 - 1
    if hint is bool:
        return True
    if hint is date:
        return date.max
    return max(hint, key=lambda member: len(str(member.value)))


def test_every_button_has_a_handler_and_every_handler_a_button():
    assert len(KINDS) > 25
    assert set(KINDS) == set(ROUTES)
    assert {kind.__module__.rpartition(".")[0] for kind in KINDS} == {"bot.buttons"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=25)  # there are three hundred kinds of a few shapes
@given(data=st.data())
def test_a_button_comes_back_as_it_was_and_fits(kind, data):
    hints = get_type_hints(kind)
    full = kind(**{field.name: longest(field.name, hints[field.name]) for field in fields(kind)})
    for button in full, data.draw(of(kind)):
        packed = button.pack()
        assert parse(packed) == button
        assert 1 <= len(packed.encode()) <= LIMIT == 64


@given(st.text(max_size=64))
def test_any_text_is_a_button_or_nothing(text):
    found = parse(text)
    assert found is None or parse(found.pack()) == found


@given(st.sampled_from([kind.code for kind in KINDS]), st.lists(st.text(max_size=12), max_size=5))
def test_a_known_code_with_any_fields_is_a_button_or_nothing(code, parts):
    found = parse(":".join([code, *parts]))
    assert found is None or type(found).code == code


DAMAGED = """: h1: h1:1 h2 c1 c1:1 c1:1:h c1:1:h:0:0 c1:-1:h:0 c1:1.5:h:0 c1:~:h:0 c1:9223372036854775808:h:0
c1:1:zz:0 lu1:1:20261332:0 lu1:1::0 ua1:1:2 ua1:1:~ ir1:boss:~
n1:g:0:2147483648:0:0 n1:g:3:0:0:0 n1:x:0:0:0:0"""


@pytest.mark.parametrize("data", ["", *DAMAGED.split()])
def test_what_is_damaged_out_of_date_or_too_large_is_nothing(data):
    assert parse(data) is None


def test_a_value_that_would_not_come_back_is_refused_when_the_button_is_made():
    for zone in ("a:b", "~"):
        with pytest.raises(ValueError, match="would not survive"):
            SetZone(zone).pack()
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        ShowCell("x" * 64).pack()


def test_a_code_belongs_to_one_button():
    with pytest.raises(ValueError, match="share the code"):
        callbacks.button("h1")(ShowHelp)
