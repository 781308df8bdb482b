"""Feedback in the chat: ten buttons, a sentence, what may be a side effect, and the figures of a list."""

from datetime import timedelta

import pytest

from bot.buttons.feedback import AskFeedback, GiveFeedback, ShowFeedback, ShowFeedbackFigures, UndoFeedback
from bot.importing.reading import UploadedFile
from bot.render.renderer import words
from domain.people.model import Role, Scope
from tests.support.person import Person
from tests.support.world import World, world

ANN, THEIRS = 1, 41
"""The first customer of Li Na, and the only one of Wang Wu."""

NOTHING_OFFERED = (
    "Ask openly and write down what they say, also when it hurts. Nothing is given or promised for an answer."
)
TOO_FEW = "No NPS below %(n)s answers: with %(answers)s, chance alone may move it by %(points)s points."
TOO_LATE = "An entry can be taken back for %(minutes)s minutes. You can still change it."

SAID = {"en": "Your answers help, come on Tuesdays", "zh": "资料有用，请周二来"}
RASH = {"en": "One patient had a rash after the second dose", "zh": "患者服用三天出现皮疹"}
SECRET = {"en": "Her husband had surgery, birthday on 3 May", "zh": "她生日5月3日，老公刚做手术"}


async def li_na(place: World, language: str) -> Person:
    rows = [f"D{number:02},Doctor {number:02},Lake Hospital,Li Na" for number in range(1, 41)]
    rows.append("X1,Zoe Quill,Lake Hospital,Wang Wu")
    await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", manager="Boss", language=language)
    await place.loads(UploadedFile("people.csv", "\n".join(("客户编号,姓名,医院,负责代表", *rows)).encode()))
    return rep


async def stored(place: World, customer: int = ANN) -> list[tuple[int, str]]:
    boss = await place.user("Boss")
    async with place.deps.db.read() as uow:
        found = await uow.feedback.history(customer, Scope.of(boss))
    return [(one.score, one.text) for one in found]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_from_the_file_two_taps_keep_a_number_and_a_message_the_sentence(
    sqlite_database_url, tmp_path, language
):
    def _(text, **values):
        return words(language)._(text, **values)

    async with world(sqlite_database_url, tmp_path) as place:
        rep = await li_na(place, language)
        await rep.sends("/customer Doctor 01")
        await rep.taps(_("File"))
        await rep.taps(_("Feedback"))
        assert _("Not asked yet.") in rep.text
        await rep.taps(_("New feedback"))
        assert rep.buttons[:11] == [str(score) for score in range(11)]
        assert _(NOTHING_OFFERED) in rep.text
        await rep.taps("8")
        assert rep.last_answer == _("Saved")
        assert _("%(score)s of 10", score=8) in rep.text
        assert _("A sentence in their own words? Just write it, or leave it.") in rep.text
        await rep.sends(SAID[language])
        assert f"“{SAID[language]}”" in rep.text
        assert "Li Na" in rep.text
        place.clock.move(timedelta(days=30))
        await rep.taps(_("New feedback"))
        await rep.taps("9")
        at = [rep.text.index(_("%(score)s of 10", score=score)) for score in (9, 8)]
        assert at == sorted(at)
        assert await stored(place) == [(9, ""), (8, SAID[language])]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_an_entry_is_taken_back_within_the_usual_minutes_and_by_its_author_only(
    sqlite_database_url, tmp_path, language
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep, take_back = await li_na(place, language), words(language)._("Take it back")
        await rep.sends("/today")
        await rep.presses(GiveFeedback(ANN, 3).pack())
        boss = place.people["Boss"]
        await boss.sends("/feedback Doctor 01")
        assert "3" in boss.text
        assert take_back not in boss.buttons
        await boss.presses(UndoFeedback(1).pack())
        assert await stored(place) == [(3, "")]
        await rep.taps(take_back)
        assert rep.last_answer == words(language)._("Taken back")
        assert await stored(place) == []
        await rep.presses(GiveFeedback(ANN, 4).pack())
        place.clock.move(timedelta(minutes=11))
        await rep.presses(UndoFeedback(2).pack())
        assert rep.last_answer == words(language)._(TOO_LATE, minutes=10)
        await rep.sends("/feedback Doctor 01")
        assert take_back not in rep.buttons
        assert await stored(place) == [(4, "")]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_what_may_be_a_side_effect_is_kept_only_after_drug_safety_knows(
    sqlite_database_url, tmp_path, language
):
    def _(text, **values):
        return words(language)._(text, **values)

    async with world(sqlite_database_url, tmp_path, safety_contact="ext. 4711") as place:
        rep = await li_na(place, language)
        await rep.sends("/today")
        await rep.presses(GiveFeedback(ANN, 2).pack())
        await rep.sends(RASH[language])
        assert "ext. 4711" in rep.text
        assert words(language).moment(place.clock.now() + timedelta(hours=24), "UTC") in rep.text
        assert await stored(place) == [(2, "")]
        await rep.taps(_("Reported: keep the note"))
        assert f"“{RASH[language]}”" in rep.text
        assert await stored(place) == [(2, RASH[language])]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_private_life_is_refused_and_another_sentence_may_follow(
    sqlite_database_url, tmp_path, language
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await li_na(place, language)
        await rep.sends("/today")
        await rep.presses(GiveFeedback(ANN, 7).pack())
        await rep.sends(SECRET[language])
        assert "R-PI-1" in rep.text
        assert await stored(place) == [(7, "")]
        await rep.sends("x" * 301)
        assert await stored(place) == [(7, "")]
        await rep.sends(SAID[language])
        assert await stored(place) == [(7, SAID[language])]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_another_reps_customers_have_no_feedback_for_anybody_else(
    sqlite_database_url, tmp_path, language
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await li_na(place, language)
        owner = await place.joins("Wang Wu", language=language)
        await owner.sends("/today")
        await owner.presses(GiveFeedback(THEIRS, 10).pack())
        not_found = words(language)._("I cannot find that. Perhaps it is no longer there.")
        await rep.sends("/today")
        for button in (
            ShowFeedback(THEIRS),
            AskFeedback(THEIRS),
            GiveFeedback(THEIRS, 1),
            UndoFeedback(1),
            GiveFeedback(ANN, 11),
        ):
            await rep.presses(button.pack())
            assert rep.last_answer == not_found, button
        await rep.sends("/feedback Zoe Quill")
        assert words(language)._("Try the surname, the hospital or initials.") in rep.text
        await rep.sends("/feedback")
        assert "Zoe" not in "".join(rep.buttons)
        await owner.sends("/feedback")
        assert "10 · Zoe Quill" in owner.buttons


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_list_shows_counts_below_thirty_answers_and_a_score_from_thirty_on(
    sqlite_database_url, tmp_path, language
):
    def _(text, **values):
        return words(language)._(text, **values)

    async with world(sqlite_database_url, tmp_path) as place:
        rep = await li_na(place, language)
        user = await place.user("Li Na")
        today, now = place.clock.now().date(), place.clock.now()
        await rep.sends("/feedback")
        assert _("Nobody has been asked yet. Open a customer's file and tap Feedback.") in rep.text
        scores = [10] * 15 + [8] * 9 + [3] * 6
        async with place.deps.db.write() as uow:
            await uow.feedback.add(1, Scope.of(user), 0, today, now)  # said again below: only the last counts
            for number, score in enumerate(scores[:29], 1):
                await uow.feedback.add(number, Scope.of(user), score, today, now)
        await rep.sends("/feedback")
        assert _("Detractors (0–6): %(n)s", n=5) in rep.text
        assert "NPS +" not in rep.text
        assert _(TOO_FEW, n=30, answers=29, points=19) in rep.text
        assert rep.buttons[0] == "3 · Doctor 25"
        async with place.deps.db.write() as uow:
            await uow.feedback.add(30, Scope.of(user), scores[29], today, now)
        boss = place.people["Boss"]
        for person in (rep, boss):
            await person.sends("/feedback")
            assert _("NPS %(score)s, standard error %(error)s", score="+30", error=14) in person.text
        assert f"Li Na{words(language).colon}15 · 9 · 6 · NPS +30 ± 14" in boss.text
        await rep.presses(ShowFeedbackFigures(1).pack())
        assert rep.buttons[0] == "8 · Doctor 18"
