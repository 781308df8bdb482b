"""Nothing that the bot itself says sets a rule off, in either language and any market."""

import re
from pathlib import Path

import pytest

from bot.paths import data_dir
from bot.render.catalogues import translations
from domain.compliance.rules import Level, Place
from domain.content.library import load_library

LIBRARY = load_library()
# What speaks of a rule rather than against it, and why that is right.
SPOKEN_OF = {
    "R-GIFT": ("Benefits and gifts", "好处与礼品", "No rule names this", "没有规则提到它"),  # /rules
    "R-PI-1": ("ID number", "身份证", "private life", "Private life", "私人生活"),  # told that it is not kept
    "R-LABEL": ("超说明书",),  # cards warn of it: "watch"
    "R-ABROAD": ("Europe/Paris",),  # a time zone
    "R-BRIBE-2": ("Europe/Paris",),
    "R-ENT": ("Better rooms or tickets for some", "休闲或娱乐"),  # asked of an event, and then refused
    "R-GUEST": ("Partners or companions", "带家属或同伴"),  # as before
}


def playbooks() -> list[str]:
    return [
        line
        for playbook in LIBRARY.playbooks.values()
        for card in playbook.cells.values()
        for line in _strings(card.model_dump())
    ]


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _strings(each)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _strings(each)]
    return []


def catalogue() -> list[str]:
    """Every sentence of the interface, in English and in Chinese."""
    found = []
    for message in translations("zh")._catalog.items():
        found += [part for part in message if isinstance(part, str)]
    return [re.sub(r"%\(\w+\)s", "5", text) for text in found if not text.startswith("Project-Id")]


def templates() -> list[str]:
    folder = Path(data_dir("templates")) / "messages"
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.j2"))]


def advised_against(texts: list[str], market: str) -> list[tuple[str, str]]:
    gate = LIBRARY.compliance(market)
    return [
        (finding.rule, text)
        for text in texts
        for finding in gate.check_text(text, Place.ADVICE).findings
        if finding.level.weight > Level.INFORM.weight
        and not any(known in text for known in SPOKEN_OF.get(finding.rule, ()))
    ]


@pytest.mark.parametrize("market", ["cn", "us", "generic"])
@pytest.mark.parametrize("texts", [playbooks, catalogue, templates])
def test_nothing_the_bot_says_sets_a_rule_off(texts, market):
    said = texts()
    assert len(said) > 30
    assert advised_against(said, market) == []


@pytest.mark.parametrize("market", ["cn", "us", "generic"])
def test_what_is_said_instead_of_old_wording_sets_no_rule_off(market):
    instead = [text for saying in LIBRARY.sayings.sayings for text in (saying.instead.zh, saying.instead.en)]
    assert advised_against(instead, market) == []


def test_a_card_that_advised_a_gift_would_be_found():
    assert advised_against(["Bring the doctor a gift card at festivals."], "cn")
    assert advised_against(["节日给主任送点心意。"], "cn")
