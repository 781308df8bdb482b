"""The monthly self-review in the chat: six questions, a picture each, two months; a manager looks on."""

import re

import pytest

from bot.buttons.selfreview import ShowReview
from bot.render.renderer import words
from bot.render.selfreview import ADVICE, QUESTIONS, advice
from domain.explain import Reason
from domain.people.model import Role
from domain.selfreview.answers import Advice
from tests.support import town
from tests.support.said import NOT_FOUND
from tests.support.world import world

WORDS = {
    "en": ("Self-review · November 2026", "October 2026", "30 % of the visits went to C."),
    "zh": ("月度自评 · 2026年11月", "2026年10月", "30 %的拜访给了C级"),
}
RAW = re.compile(r"%\(\w+\)s|\{\{|None")


@pytest.fixture
async def place(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as made:
        for boss in ("Boss", "Other Boss"):
            await made.joins(boss, Role.MANAGER)
        await made.joins("Li Na", manager="Boss")
        await made.joins("Wang Wei", manager="Other Boss")
        await made.loads(town.hospitals("en"), town.customers("en"), town.visits())
        yield made


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_six_questions_are_answered_with_a_picture_each(place, language):
    rep = place.people["Li Na"]
    title, october, mix = WORDS[language]
    await rep.sends("/settings 中文" if language == "zh" else "/settings English")
    await rep.sends("/review")
    assert title in rep.text
    assert mix in rep.text
    shown, pictures = rep.message.message_id, set()
    await rep.taps("1")
    await place.chatter.restart()
    for number in QUESTIONS:
        assert rep.text.startswith(f"{number}. ")
        assert "→" in rep.text or "✓" in rep.text
        assert not RAW.search(rep.text)
        pictures.add(rep.photo)
        await rep.taps("›")
    assert len(pictures) == len(QUESTIONS)
    assert rep.text.startswith("1. ")
    await rep.taps(october)
    assert f"✓ {october}" in rep.buttons
    assert rep.message.message_id == shown


async def test_last_month_had_nobody_on_the_list_yet(place):
    rep = place.people["Li Na"]
    await rep.presses(ShowReview(question=1, back=1).pack())
    assert "Customers: 0, rated 0" in rep.text
    await rep.presses(ShowReview(question=1).pack())
    assert "Customers: 27, rated 25, C3 4" in rep.text


async def test_a_manager_sees_the_reps_of_the_team_and_nobody_else(place):
    boss, rep = place.people["Boss"], place.people["Li Na"]
    await boss.sends("/review")
    assert "Wang Wei" not in boss.buttons
    await boss.taps("Li Na")
    assert "Self-review · November 2026 · Li Na" in boss.text
    await boss.taps("4")
    assert "Visits: 12 on 12 days" in boss.text
    await boss.presses(ShowReview(rep=(await place.user("Wang Wei")).id).pack())
    assert NOT_FOUND in boss.text
    await rep.presses(ShowReview(rep=(await place.user("Wang Wei")).id).pack())
    assert NOT_FOUND in rep.text


@pytest.mark.parametrize("forged", [ShowReview(question=7), ShowReview(question=2**40, back=2**40)])
async def test_a_question_that_there_is_not_is_not_found(place, forged):
    await place.people["Li Na"].presses(forged.pack())
    assert NOT_FOUND in place.people["Li Na"].text


async def test_a_rep_without_customers_gets_answers_too(place):
    rep = place.people["Wang Wei"]
    for number in QUESTIONS:
        await rep.presses(ShowReview(question=number).pack())
        assert rep.text.startswith(f"{number}. ")
        assert rep.photo


SAID = {
    "share": 0.33, "low": 0.1, "high": 0.4, "norm": 0.6, "n": 3, "all": 5, "c": 2, "needed": 260.5,
    "holds": 240,
    "cell": "A3", "better": "A2", "months": 3, "name": "<K1>", "before": "A3", "after": "A2", "made": 2,
    "minutes": 45, "up": 1, "down": 0,
}  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_advice_has_a_sentence_with_its_values(locale):
    assert set(ADVICE) == set(Advice)
    for code, sentence in ADVICE.items():
        holes = set(re.findall(r"%\((\w+)\)s", sentence))
        given = {name: SAID[name] for name in holes - {"hours"}}
        if "hours" in holes:
            given["minutes"] = SAID["minutes"]
        said = advice(words(locale), Reason(code, given))
        assert not RAW.search(said), said
        assert "0.3" not in said  # shares are said in percent
