from datetime import date
from typing import Annotated, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from domain.content.reading import Content, ContentErrors, MistakeError, read_yaml


class Sheet(Content):
    name: Annotated[str, Field(max_length=8)]
    since: date = date(2026, 1, 1)
    colour: Literal["red", "green"] = "red"
    parts: tuple[int, ...] = ()
    inner: "dict[str, Sheet]" = Field(default_factory=dict)


def read(folder, text):
    path = folder / "sheet.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path, Sheet)


def mistakes(folder, text):
    with pytest.raises(ContentErrors) as refused:
        read(folder, text)
    return [str(problem) for problem in refused.value.problems]


def test_a_sound_file_becomes_a_frozen_value(tmp_path):
    sheet = read(tmp_path, "name: on\nsince: 2025-03-01\nparts: [1, 2]\ninner: {a: {name: '7'}}\n")
    assert sheet == Sheet(name="on", since=date(2025, 3, 1), parts=(1, 2), inner={"a": Sheet(name="7")})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nam: x\nname: y", "line 1, at nam: `nam` is not known here. Perhaps `name` is meant."),
        (
            "name: x\nzzz: y",
            "known here: name, since, colour, parts, inner.",
        ),
        (
            "name: x\ninner:\n  a:\n    naem: y\n    name: z",
            "line 4, at inner.a.naem: `naem` is not known here. Perhaps `name` is meant.",
        ),
        ("name: 7", "line 1, at name: `7` is not text. Put it in quotes."),
        ("name: [a]", "line 1, at name: a list is not text. Put it in quotes."),
        ("name: far too long", "line 1, at name: the text is longer than 8 characters. Change the value."),
        (
            "name: x\ncolour: grean",
            "at colour: `grean` is not one of the values known here. Perhaps green is meant. Write one",
        ),
        (
            "name: x\nparts: [1, 2.5]",
            "line 2, at parts.1: `2.5` is not a whole number. Write digits only, e.g. 20.",
        ),
        ("name: x\nsince: 31.12.2026", "`31.12.2026` is not a date. Write year-month-day, e.g. 2025-01-31."),
        (
            "name: x\ninner: 3",
            "line 2, at inner: `3` is not a block of names and values. Write lines `name: value` below",
        ),
        ("name", "`name` is not a block of names and values. Write lines `name: value` below, indented."),
        (
            "name: !!python/object:os.system x",
            "a word that begins with &, * or ! is refused. Put it in quotes.",
        ),
        (
            "name: x\n? [a]\n: b",
            "a name before a colon is a list or a block. Put text containing braces in quotes.",
        ),
        ("name x\nsince: 2026-01-01", "a colon stands where none can be, or the line is indented wrongly."),
        ("name: @x", "line 1: a tab or a sign with a special meaning begins a word."),
        ("name: x\nsince", "line 3: a line has no colon after its name. Write `name: value`, with a space"),
    ],
)
def test_a_mistake_is_told_in_plain_words_with_its_line(text, expected, tmp_path):
    (problem,) = mistakes(tmp_path, text)
    assert problem.startswith("sheet.yaml")
    assert expected in problem


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ContentErrors, match=r"none\.yaml: the file cannot be read"):
        read_yaml(tmp_path / "none.yaml", Sheet)


def test_a_schemas_own_rule_says_how_to_mend_it():
    error = MistakeError("two is not one", "Write one")
    assert (str(error), error.how) == ("two is not one", "Write one")


SIGNS = [
    "name",
    ": ",
    ":",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "&a",
    "*a",
    "!x",
    "|",
    ">",
    "#",
    "\t",
]
WORDS = [
    "since",
    "2026-02-30",
    "1e999",
    "0x1F",
    "~",
    "null",
    "---",
    "...",
    "?",
    ",",
    "%",
    "@",
    "é",
    "\x00",
    "名",
]
fragments = st.lists(st.sampled_from([*SIGNS, *WORDS, '"a\\nb"', "x" * 70]), max_size=40).map("".join)


@given(st.one_of(st.binary(max_size=200), fragments.map(str.encode)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_whatever_a_file_holds_it_is_read_or_explained(tmp_path, raw):
    try:
        read(tmp_path, raw)
    except ContentErrors as errors:
        lines = str(errors).splitlines()
        told = len(errors.problems)
    else:
        lines, told = ["sound"], 1
    assert len(lines) == told > 0
    assert all(line and len(line) < 600 for line in lines)
