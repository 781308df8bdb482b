"""Questions in a person's own words, measured on labelled sentences.

`zh.yaml` and `en.yaml` were written beside the lexicons, `unseen_*.yaml` and `blind*.yaml` one after another
later. What a first run gave, before the misses were mended: blind.yaml 75 of 79 right and no wrong action,
blind2.yaml (harder) 46 of 58 and two.
"""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import domain.content
from domain.content.reading import read_yaml
from domain.understanding.interpreter import Interpreter, Understanding
from domain.understanding.lexicon import Intent, LexiconFile

UTTERANCES = Path(__file__).parents[1] / "data" / "utterances"
FOLDER = Path(domain.content.__path__[0]) / "understanding"
LEXICONS = {locale: read_yaml(FOLDER / f"{locale}.yaml", LexiconFile) for locale in ("zh", "en")}
INTERPRETER = Interpreter(LEXICONS)
ON_THE_LIST = {"王芳", "张伟", "wang fang"}


def ask(text: str) -> Understanding:
    return INTERPRETER.understand(text, is_name=lambda name: name.lower() in ON_THE_LIST)


def labelled() -> list[tuple[str, str, str | None]]:
    """Intent, sentence and the slot it holds, of every labelled line."""
    lines = []
    for path in sorted(UTTERANCES.glob("*.yaml")):
        for intent, texts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            lines += [(intent, *(text if isinstance(text, list) else (text, None))) for text in texts]
    return lines


def test_at_least_95_of_100_sentences_are_understood_and_hardly_one_leads_to_a_wrong_action():
    lines = labelled()
    assert len(lines) >= 500
    missed, wrong = [], []
    for intent, text, slot in lines:
        got = ask(text)
        held = got.slots.get("name") or got.slots.get("cell")
        if got.intent != (None if intent == "none" else intent) or (slot and held != slot):
            missed.append((intent, text, got))
            if got.intent is not None:
                wrong.append((intent, text, got))
    assert len(missed) <= 0.05 * len(lines), missed
    assert len(wrong) <= 0.01 * len(lines), wrong


def test_no_sentence_that_means_something_else_gets_todays_list():
    assert [
        text for intent, text, _ in labelled() if intent == "none" and ask(text).intent is Intent.TODAY
    ] == []


@pytest.mark.parametrize("locale", LEXICONS)
def test_every_example_shown_to_people_is_understood(locale):
    wrong = [
        (intent, text)
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
    assert ask(text).confidence == 1


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("I saw Dr Li today", Intent.CARD),
        ("今天拜访了李医生", Intent.CARD),
        ("明天该拜访谁", Intent.TODAY),
        ("whats the weather today", Intent.TODAY),
    ],
)
def test_what_is_not_served_names_the_nearest(text, suggested):
    got = ask(text)
    assert got.intent is None
    assert suggested in got.nearest
    assert 2 <= len(got.nearest) <= 3


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
    assert ask(text).slots == {"name": name}


@pytest.mark.parametrize(
    ("text", "cell"),
    [("who is a2", "A2"), ("谁是 b 3", "B3"), ("Ｃ１有谁", "C1"), ("A二有谁", "A2"), ("my A1s", "A1")],
)
def test_a_cell_is_handed_on_in_one_form(text, cell):
    assert ask(text).slots == {"cell": cell}


def test_a_bare_name_is_a_card_only_when_it_is_on_the_list():
    assert ask("王芳").intent is Intent.CARD
    assert INTERPRETER.understand("王芳").intent is None
    assert ask("苹果").intent is None


@pytest.mark.parametrize(
    "text", ["今天该摆放谁", "今天该拜仿谁", "久宫格", "who shuold i vist todya", "shwo my gird", "帮住"]
)
def test_misspelt_and_misheard_words_are_understood_with_less_certainty(text):
    got = ask(text)
    assert got.intent is not None
    assert 0.8 <= got.confidence < 1


@pytest.mark.parametrize(
    ("text", "locale"),
    [("who should I visit", "en"), ("今天该拜访谁", "zh"), ("A2", ""), ("how are you my friend", "en")],
)
def test_the_language_of_the_words_is_told(text, locale):
    assert ask(text).locale == locale


@settings(deadline=None)  # the pinyin dictionary may be read on the way
@given(st.text(max_size=220))
def test_any_text_has_an_answer(text):
    got = ask(text)
    assert 0 <= got.confidence <= 1
    assert got.intent in {None, *Intent}
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
    assert other.understand("magic plan now").intent is Intent.TODAY
