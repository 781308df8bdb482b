"""Facts: what a file of them must be, and how they are asked."""

import pytest
from pydantic import ValidationError

from domain.coaching.facts import Fact, FactFile, uneven_facts
from domain.compliance.rules import Level, Place
from domain.content.library import load_library

LIBRARY = load_library()
FACT = {
    "skill": "selling",
    "version": 1,
    "question": "Which?",
    "options": ["This", "That", "Neither"],
    "right": 1,
    "explanation": "Because.",
    "source": "A book, 2021",
}


def fact(**changes):
    return Fact.model_validate(FACT | changes)


def test_a_person_sees_the_options_in_an_order_of_their_own_that_stays():
    one = fact(options=["a", "b", "c", "d"])
    orders = {one.order_for(f"{person}") for person in range(60)}
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)
    assert len(orders) > 15
    assert one.order_for("7") == one.order_for("7")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"right": 3}, "there is no option 3"),
        ({"options": ["This", "This", "That"]}, "two options are the same"),
        ({"options": ["This", "That"]}, "at least 3 items"),
        ({"options": ["This", "That", "x" * 101]}, "at most 100 characters"),
        ({"question": "x" * 301}, "at most 300 characters"),
        ({"explanation": "x" * 201}, "at most 200 characters"),
        ({"explanation": "1\n2\n3\n4"}, "match pattern"),
        ({"source": ""}, "at least 1 character"),
    ],
)
def test_what_telegram_would_refuse_or_nobody_can_answer_is_no_fact(changes, said):
    with pytest.raises(ValidationError, match=said):
        fact(**changes)


def test_three_lines_of_explanation_are_what_a_poll_can_show():
    assert fact(explanation="1\n2\n3").explanation.count("\n") == 2


def test_facts_that_differ_in_more_than_words_are_told_with_their_place():
    english = FactFile(facts={"same": fact(), "other": fact(), "alone": fact()})
    chinese = FactFile(facts={"same": fact(question="哪一个?"), "other": fact(right=2)})
    found = [str(problem) for problem in uneven_facts({"en": english, "zh": chinese})]
    assert [line.partition(":")[0] for line in found] == [
        "facts/zh.yaml, at facts.other",
        "facts/zh.yaml, at facts.alone",
    ]


def test_the_shipped_facts_are_the_same_in_both_languages_and_train_every_area():
    english, chinese = LIBRARY.facts["en"].facts, LIBRARY.facts["zh"].facts
    assert list(english) == list(chinese)
    assert {one.skill for one in english.values()} == {"product", "selling", "analysis", "compliance"}
    assert len({one.right for one in english.values()}) >= 3


@pytest.mark.parametrize("market", ["cn", "us", "generic"])
def test_what_the_shipped_facts_teach_passes_the_gate_as_advice(market):
    gate = LIBRARY.compliance(market)
    told = [
        text
        for file in LIBRARY.facts.values()
        for one in file.facts.values()
        for text in (one.explanation, one.options[one.right])
    ]
    found = [
        (finding.rule, text)
        for text in told
        for finding in gate.check_text(text, Place.ADVICE).findings
        if finding.level.weight > Level.INFORM.weight
    ]
    assert found == []
