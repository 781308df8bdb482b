"""Scenarios in words: skills, grades, and customers who are nobody real."""

from collections.abc import Mapping

from bot.render.catalogues import marked
from bot.render.words import Words
from domain.coaching.scenario import BEST, Skill
from domain.coaching.session import Step

SKILLS: Mapping[Skill, str] = {
    Skill.PRODUCT: marked("Product knowledge"),
    Skill.SELLING: marked("Selling skill"),
    Skill.ANALYSIS: marked("Market analysis"),
    Skill.COMPLIANCE: marked("Compliance"),
}

MADE_UP: Mapping[str, str] = {"zh": "甲乙丙丁戊己庚辛壬", "en": "ABCDEFGHI"}
LETTERS = "ABCD"
_GOOD = BEST / 2
_MADE_UP = marked("Dr %(letter)s")

_VERDICTS = {
    "forbidden": ("⛔", marked("Forbidden")),
    "best": ("✅", marked("Exactly")),
    "good": ("🟢", marked("Good")),
    "hardly": ("🟡", marked("Hardly")),
    "wrong": ("🔴", marked("Not this way")),
}


def made_up(words: Words, place: int) -> str:
    """The name of a candidate who is nobody real."""
    return words._(_MADE_UP, letter=MADE_UP[words.locale][place])


def verdict(words: Words, step: Step) -> str:
    """How good an answer was: a sign and a word."""
    sign, word = _VERDICTS[_kind(step)]
    return f"{sign} {words._(word)}"


def _kind(step: Step) -> str:
    if step.rule is not None:
        return "forbidden"
    if step.points >= BEST:
        return "best"
    if step.points >= _GOOD:
        return "good"
    return "hardly" if step.points > 0 else "wrong"
