from datetime import date, time

import pytest

from domain.importing.times import TimesReader
from domain.importing.values import BadCellError, clean, date_order, day, day_or_month, number, period
from domain.importing.words import Lexicon, tokens
from tests.support.rosters import columns


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", 1234.5),
        ("￥99", 99),
        ("１２", 12),
        ("12%", 0.12),
        ("1.2万", 12_000),
        ("24盒", 24),
        ("-3", -3),
        ("1e3", 1000),
        ("3.5 元", 3.5),
        ("", None),
        ("—", None),
        ("n/a", None),
    ],
)
def test_numbers_as_people_write_them(text, value):
    assert number(text) == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "not_a_number"),
        ("1,23", "not_a_number"),
        ("#REF!", "cell_error"),
        ("1e40", "number_too_large"),
    ],
)
def test_what_is_no_number_is_said(text, code):
    with pytest.raises(BadCellError) as refused:
        number(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03 00:00:00",
        "2026-11-03T10:00:00Z",
        "2026/11/3",
        "2026.11.3",
        "2026年11月3日",
        "２０２６-１１-０３",
        "20261103",
        "46329",
        "46329.75",
        "3 Nov 2026",
        "Nov 3, 2026",
        "November 3rd, 2026",
    ],
)
def test_one_day_in_many_spellings(text):
    assert day(text) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3/4/2026", "date_ambiguous"),
        ("2026-02-30", "not_a_date"),
        ("26/11/3", "not_a_date"),
        ("yesterday", "not_a_date"),
        ("1899-01-01", "date_out_of_range"),
    ],
)
def test_what_is_no_day_is_said(text, code):
    with pytest.raises(BadCellError) as refused:
        day(text)
    assert refused.value.code == code


def test_a_single_day_above_twelve_settles_the_order_of_a_column():
    assert date_order(["3/4/2026", "13/4/2026"]) == "dmy"
    assert date_order(["3/4/2026", "4/13/2026 00:00:00"]) == "mdy"
    assert date_order(["3/4/2026"]) == "either"
    assert date_order(["13/4/2026", "4/13/2026"]) == "either"
    assert date_order(["2026-04-03", ""]) is None
    assert day("3/4/2026", "dmy") == date(2026, 4, 3)
    assert day("3/4/2026", "mdy") == date(2026, 3, 4)


def test_a_month_alone_is_its_first_day_only_where_asked_for():
    assert day_or_month("2026年10月") == date(2026, 10, 1)
    with pytest.raises(BadCellError):
        day("2026-10")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2023", "2023"),
        ("2023年", "2023"),
        ("2023Q1", "2023-Q1"),
        ("Q1 2023", "2023-Q1"),
        ("2023年第一季度", "2023-Q1"),
        ("202304", "2023-04"),
        ("2023年4月", "2023-04"),
        ("2023-04-01 00:00:00", "2023-04"),
    ],
)
def test_periods(text, value):
    assert period(text) == value


def test_a_period_out_of_all_reason_is_refused():
    with pytest.raises(BadCellError):
        period("1023")


def test_text_loses_control_characters_and_hidden_direction_marks():
    assert clean("  Li\x00 \u202eNa\n 医生\t") == "Li Na 医生"


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("周二下午", [(1, "13:30", "17:30")]),
        ("Tue PM", [(1, "13:30", "17:30")]),
        ("Mon,Wed 14:00-16:00", [(0, "14:00", "16:00"), (2, "14:00", "16:00")]),
        ("周二、四上午", [(1, "08:00", "12:00"), (3, "08:00", "12:00")]),
        ("周一上午、周三下午", [(0, "08:00", "12:00"), (2, "13:30", "17:30")]),
        ("星期五 下午2:00-4:00", [(4, "14:00", "16:00")]),
        ("Thu 2pm-4pm", [(3, "14:00", "16:00")]),
        ("周日", [(6, "08:00", "17:30")]),
        ("周一至周五 08:00-11:30", [(day, "08:00", "11:30") for day in range(5)]),
        ("每天下午", [(day, "13:30", "17:30") for day in range(5)]),
        ("Mon-Fri am", [(day, "08:00", "12:00") for day in range(5)]),
    ],
)
def test_weekly_windows(text, windows):
    read = TimesReader(columns()).read(text)
    assert [(half.weekday, half.start, half.end) for half in read or ()] == [
        (weekday, time.fromisoformat(start), time.fromisoformat(end)) for weekday, start, end in windows
    ]


@pytest.mark.parametrize(
    "text", ["问护士", "Mondayish", "周五 25:00-26:00", "周五 16:00-14:00", "14:00", "-", "Tue (bring ID)"]
)
def test_windows_that_are_not_wholly_understood_are_not_guessed(text):
    assert TimesReader(columns()).read(text) is None


def test_the_longest_word_decides_and_other_scripts_match_whole_words_only():
    ranks = Lexicon(columns().words.title_rank)
    assert ranks.find("内科副主任医师") == "senior"
    assert ranks.find("住院总医师") == "resident"
    assert ranks.find("Chief Resident in Cardiology") == "resident"
    assert ranks.find("Associate Professor of Medicine") == "senior"
    assert ranks.find("Internal affairs") is None
    assert tokens("patientName_2") == ("patient", "name", "2")


def test_no_word_of_the_vocabulary_stands_for_two_values():
    from domain.importing.keys import normal_name

    words = columns().words
    for group in (
        words.support,
        words.title_rank,
        words.channel,
        words.outcome,
        words.status,
        words.site_class,
        words.datum,
    ):
        spelled = [word for values in group.values() for word in {normal_name(word) for word in values}]
        assert len(spelled) == len(set(spelled))
