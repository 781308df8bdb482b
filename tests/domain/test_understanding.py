"""Questions in a person's own words, measured on labelled sentences (tests/data/utterances)."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import domain.content
from bot.bench.understanding import (
    TODAY,
    UnderstandingFigures,
    measure_understanding,
    read_customers,
    read_sentences,
)
from domain.calendar import WorkingCalendar
from domain.content.reading import read_yaml
from domain.understanding.interpreter import SURE, Interpreter, Meaning, Understanding
from domain.understanding.lexicon import Intent, LexiconFile
from tests.support.world import LIBRARY

FOLDER = Path(domain.content.__path__[0]) / "understanding"
LEXICONS = {locale: read_yaml(FOLDER / f"{locale}.yaml", LexiconFile) for locale in ("zh", "en")}
INTERPRETER = Interpreter(LEXICONS)
CALENDAR = WorkingCalendar("CN", {}, make_up_days=True)
CUSTOMERS = read_customers()
LINES = read_sentences()


def ask(text: str, interpreter: Interpreter = INTERPRETER) -> Understanding:
    return interpreter.understand(text, today=TODAY, calendar=CALENDAR, is_name=CUSTOMERS.is_name)


def meant(text: str) -> Meaning:
    meaning = ask(text).meaning
    assert meaning is not None, text
    return meaning


# The labelled set


@pytest.fixture(scope="module")
def figures() -> UnderstandingFigures:
    return measure_understanding(LIBRARY, LINES)


@pytest.mark.parametrize("is_held_out", [False, True])
def test_at_least_95_of_100_sentences_are_understood_and_at_most_one_leads_to_a_wrong_action(
    figures, is_held_out
):
    parts = [part for part in figures.parts if part.is_held_out is is_held_out]
    lines = sum(part.lines for part in parts)
    assert {part.locale for part in parts if part.accuracy >= 0.95} == {"zh", "en"}
    assert sum(part.lines * part.wrong for part in parts) / lines <= 0.01


def test_a_sentence_beside_500_names_takes_less_than_5_ms_of_the_processor(figures):
    assert figures.names == 500
    assert figures.mean < 5


def test_the_set_is_large_holds_every_intent_in_both_languages_and_a_third_of_it_is_held_out():
    second = [line for line in LINES if line.round == 2]
    held = [line for line in second if line.is_held_out]
    assert len(second) >= 400
    assert 0.3 <= len(held) / len(second) <= 0.36
    for locale in ("zh", "en"):
        there = {line.intent for line in LINES if line.locale == locale}
        assert there == {*Intent, "none"}
    assert {line.intent for line in held} == {*Intent, "none"}
    slots = {slot for line in held for slot, _value in line.slots}
    assert slots == {"name", "when", "cell", "tier", "from", "to", "place"}
    styles = {"plain", "colloquial", "typo", "voice", "mixed", "hard negative"}
    assert {line.style for line in second} == styles
    assert len({line.text for line in LINES}) == len(LINES)


def test_every_intent_is_listed_for_those_who_extend_the_lexicon():
    listed = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [intent.value for intent in Intent if f"`{intent.value}`" not in listed] == []


# Single sentences


@pytest.mark.parametrize("locale", LEXICONS)
def test_every_example_shown_to_people_is_understood(locale):
    wrong = [
        (intent, text, ask(text).intent)
        for intent, words in LEXICONS[locale].intents.items()
        for text in words.examples
        if ask(text).intent is not intent
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "who should I visit today",
        "今天该拜访谁",
        "我今天去看谁",
        "show Dr Zhang",
        "张医生是哪一类",
        "who is A2",
        "where does Wang Fang stand",
    ],
)
def test_the_sentences_of_the_handbook_are_certain(text):
    assert meant(text).confidence == 1


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("I saw Dr Li today", Intent.CARD),
        ("今天拜访了李医生", Intent.CARD),
        ("don't move Dr Li to Thursday", Intent.TODAY),
        ("the quick brown fox", Intent.TODAY),
    ],
)
def test_what_is_not_served_names_the_nearest(text, suggested):
    got = ask(text)
    assert got.intent is None
    assert suggested in {one.intent for one in got.nearest}
    assert 2 <= len(got.nearest) <= 3


def test_what_is_almost_understood_comes_back_as_a_choice_with_its_slots():
    got = ask("Wang Fang Friday appointment with flowers")
    assert got.intent is None
    first = got.nearest[0]
    assert first.intent is Intent.BOOK
    assert first.confidence < SURE
    assert (first.slots["name"], str(first.when)) == ("Wang Fang", "2026-11-20")


@pytest.mark.parametrize("text", ["", "  ", "😀", "?!", "who should I visit today " * 20, "谁" * 61])
def test_nothing_and_too_much_are_not_understood(text):
    got = ask(text)
    assert got.intent is None
    assert len(got.nearest) == 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("show Dr. O’Brien-Müller", "Dr. O’Brien-Müller"),
        ("please show me DR ZHANG, thanks", "DR ZHANG"),
        ("show Dr Tody", "Dr Tody"),
        ("张医声是哪一类", "张医声"),
        ("查一下协和医院的王芳", "协和医院的王芳"),
        ("where does Vist Chen stand", "Vist Chen"),
    ],
)
def test_a_name_is_handed_on_as_typed(text, name):
    assert meant(text).slots == {"name": name}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("what did she ask for", "she"),
        ("那个医生上次要了什么", "那个医生"),
        ("把他改到周四", "他"),
        ("why her today", "her"),
    ],
)
def test_words_for_the_customer_on_the_screen_are_no_name(text, word):
    assert meant(text).slots == {"shown": word}


@pytest.mark.parametrize(
    ("text", "cell"),
    [("who is a2", "A2"), ("谁是 b 3", "B3"), ("Ｃ１有谁", "C1"), ("A二有谁", "A2"), ("my A1s", "A1")],
)
def test_a_cell_is_handed_on_in_one_form(text, cell):
    assert meant(text).slots == {"cell": cell}


@pytest.mark.parametrize(
    ("text", "intent", "when"),
    [
        ("who should I see tomorrow", Intent.DAY, "2026-11-19"),
        ("who should I see tomorow", Intent.DAY, "2026-11-19"),
        ("who should I see next week", Intent.WEEK, "2026-W48"),
        ("下个月要拜访谁", Intent.MONTH, "2026-12"),
        ("who did I see on Monday", Intent.SEEN, "2026-11-16"),
        ("who should I see on Monday", Intent.DAY, "2026-11-23"),
        ("昨天的名单", Intent.SEEN, "2026-11-17"),
        ("本季度我拜访了谁", Intent.SEEN, "2026-10-01/2026-12-31"),
        ("I'm away Thursday and Friday", Intent.LEAVE, "2026-11-19/2026-11-20"),
    ],
)
def test_a_time_is_reckoned_in_the_tense_of_the_question_and_names_the_plan(text, intent, when):
    assert (meant(text).intent, str(meant(text).when)) == (intent, when)


def test_a_day_with_two_meanings_comes_with_both():
    when = meant("who should I see on Wednesday").when
    assert when is not None
    assert [day.isoformat() for day in when.options] == ["2026-11-18", "2026-11-25"]


def test_a_bare_name_is_a_card_only_when_it_is_on_the_list():
    assert ask("王芳").intent is Intent.CARD
    assert INTERPRETER.understand("王芳", today=TODAY, calendar=CALENDAR).intent is None
    assert ask("苹果").intent is None


@pytest.mark.parametrize(
    "text", ["今天该摆放谁", "今天该拜仿谁", "久宫格", "who shuold i vist todya", "shwo my gird", "帮住"]
)
def test_misspelt_and_misheard_words_are_understood_with_less_certainty(text):
    assert SURE <= meant(text).confidence < 1


@pytest.mark.parametrize(
    ("text", "locale"),
    [("who should I visit", "en"), ("今天该拜访谁", "zh"), ("A2", ""), ("how are you my friend", "en")],
)
def test_the_language_of_the_words_is_told(text, locale):
    assert ask(text).locale == locale


@given(st.text(max_size=220))
def test_any_text_has_an_answer(text):
    got = ask(text)
    assert got.meaning is None or SURE <= got.meaning.confidence <= 1
    assert got.intent or 2 <= len(got.nearest) <= 3


@pytest.mark.parametrize(
    "words", ["who ", "show ", "not ", "Dr ", "a2 ", "看 ", "张医生", "today who visit ", "我去看"]
)
def test_repetition_takes_no_long_time(words):
    text = (words * 60)[:190]
    while len(text.split()) > 60:
        text = text[:-1]
    ask("今天")  # the pinyin dictionary is read once
    start = time.process_time()
    ask(text)
    assert time.process_time() - start < 0.1


def raw() -> dict:
    return LEXICONS["en"].model_dump(mode="json")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("who (is", "not closed"),
        ("who is)", "closes nothing"),
        ("who [is)", "closes nothing"),
        ("who | whom", "outside brackets"),
        ("who <vizit>", "<vizit>"),
        ("where is {person}", "{person}"),
        ("where is {}", "{}"),
        ("where < is", "<"),
        ("where is {wen}", "{wen}"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_quoted_with_what_is_wrong(pattern, words):
    broken = raw()
    broken["intents"]["grid"]["patterns"] += [pattern]
    with pytest.raises(ValidationError) as raised:
        LexiconFile.model_validate(broken)
    assert pattern in str(raised.value)
    assert words in str(raised.value)


def test_a_lexicon_without_an_intent_or_with_a_spelling_of_two_words_is_refused():
    broken = raw()
    del broken["intents"]["cell"]
    with pytest.raises(ValidationError, match="nothing is written for cell"):
        LexiconFile.model_validate(broken)
    broken = raw()
    broken["spellings"]["lemme"] = "let me"
    with pytest.raises(ValidationError, match="lemme: let me"):
        LexiconFile.model_validate(broken)


def test_a_sentence_added_to_the_file_is_understood_at_once():
    extended = raw()
    assert ask("magic list now").intent is None
    extended["intents"]["today"]["patterns"] += ["magic <list> [now]"]
    other = Interpreter({"en": LexiconFile.model_validate(extended)})
    assert ask("magic plan now", other).intent is Intent.TODAY
