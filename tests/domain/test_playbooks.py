"""The strategy cards as shipped: complete, equal in shape, short, and clean by today's rules."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

import domain.content
from domain.content.reading import read_yaml
from domain.strategy.playbook import CellCard, PlaybookFile
from domain.tiering.model import Cell

FOLDER = Path(domain.content.__path__[0]) / "playbooks"
LOCALES = ("zh", "en")

REFUSED = {
    "zh": (
        "回扣|返点|红包|礼品|礼物|购物卡|奖励|好处|家访|上门|猛砸|特殊政策|统方|处方量|开单|提成|旅游|度假|品牌提示|样品|新适应症|宴请|娱乐|钱"
    ),
    "en": (
        "kickback|rebate|gift|reward|favou?r|money|trip|travel|leisure|dinner|entertain|bonus|home visit"
        "|special policy|brand reminder|sample|prescription (count|volume)|new (indication|usage)"
    ),
}
PLAIN_NO = {"zh": re.compile(r"不|别"), "en": re.compile(r"^Don't ")}
FREQUENCY = re.compile(
    r"每[周天日月]|[一二三四五六七八九十\d]+ ?[次回]?/|(a|per|every|each) (day|week|month)\b|weekly|monthly",
    re.IGNORECASE,
)


def playbook(locale: str) -> PlaybookFile:
    return read_yaml(FOLDER / locale / "cells.yaml", PlaybookFile)


def advice(card: CellCard) -> Iterator[str]:
    """Every line a rep reads as encouragement; `dont` is told apart."""
    yield from (card.title, card.aim, *card.do, card.question, card.watch)


def test_both_locales_hold_the_same_cells_with_as_many_lines():
    zh, en = playbook("zh"), playbook("en")
    shape = {cell: (len(card.do), len(card.dont)) for cell, card in zh.cells.items()}
    assert set(shape) == set(Cell)
    assert shape == {cell: (len(card.do), len(card.dont)) for cell, card in en.cells.items()}
    assert (zh.version, zh.approved_on) == (en.version, en.approved_on)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_card_advises_what_the_rules_forbid(locale):
    found = [
        (cell.value, line)
        for cell, card in playbook(locale).cells.items()
        for line in advice(card)
        if re.search(REFUSED[locale], line, re.IGNORECASE)
    ]
    assert found == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_dont_is_a_plain_refusal(locale):
    lines = [line for card in playbook(locale).cells.values() for line in card.dont]
    assert [line for line in lines if not PLAIN_NO[locale].search(line)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_card_states_a_visit_frequency(locale):
    lines = [line for card in playbook(locale).cells.values() for line in (*advice(card), *card.dont)]
    assert [line for line in lines if FREQUENCY.search(line)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_duty_to_answer_safety_questions_stays_where_promotion_stops(locale):
    duty = {"zh": ("安全", "不良反应"), "en": ("safety", "side effect")}[locale]
    text = " ".join(playbook(locale).cells[Cell.C3].do)
    assert all(word in text for word in duty)


@pytest.mark.parametrize(("locale", "aim", "line"), [("zh", 80, 40), ("en", 160, 100)])
def test_cards_fit_a_phone(locale, aim, line):
    for card in playbook(locale).cells.values():
        assert len(card.aim) <= aim
        assert max(map(len, (*card.do, *card.dont))) <= line
        assert len(card.question) <= aim
        assert len(card.watch) <= aim


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_cells_share_a_line(locale):
    lines = [line for card in playbook(locale).cells.values() for line in (*advice(card), *card.dont)]
    assert sorted({line for line in lines if lines.count(line) > 1}) == []


def raw() -> dict:
    return yaml.safe_load((FOLDER / "en" / "cells.yaml").read_text(encoding="utf-8"))


def test_a_playbook_without_a_cell_is_refused_and_the_cell_named():
    broken = raw()
    del broken["cells"]["B2"]
    with pytest.raises(ValidationError, match="no card for B2"):
        PlaybookFile.model_validate(broken)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aim", "x" * 161),
        ("do", ["only one"]),
        ("dont", ["Don't"] * 4),
        ("question", "two\nlines"),
        ("title", " padded "),
        ("frequency", 4),
    ],
)
def test_a_card_out_of_shape_is_refused(key, value):
    broken = raw()
    broken["cells"]["A1"][key] = value
    with pytest.raises(ValidationError, match=key):
        PlaybookFile.model_validate(broken)
