"""Facts as quiz polls, what they change, and what people and their managers see of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.buttons.learning import AskFact, AssignTalk, ShowCertificate, ShowItems, ShowSkills, ShowTeamSkills
from bot.services import coaching, learning
from domain.coaching.memory import Card, ItemKey, ItemKind
from domain.coaching.scenario import Skill
from domain.people.model import Role
from tests.support.world import LIBRARY, World, world

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
RIGHT = {"zh": "不安排；对方有问题照样答", "en": "None; questions are still answered"}
SCENARIO = next(iter(LIBRARY.scenarios["en"]))


async def remembers(place: World, name: str, score: float, count: int | None = None) -> None:
    """Somebody has answered the first items, scenarios before facts, with this score, and remembers them."""
    user = await place.user(name)
    async with place.deps.db.write() as uow:
        for item in (await learning.catalogue(place.deps, uow, user))[:count]:
            card = Card(item=item.key, stability=30, difficulty=5, interval=30, last=TODAY, score=score)
            await uow.learning.keep(user.id, card, None, place.clock.now())


@pytest.mark.parametrize(
    ("language", "home", "right"), [("en", "Home", "✅ Right"), ("zh", "首页", "✅ 答对了")]
)
async def test_a_fact_is_asked_as_a_quiz_and_scored_after_a_restart(
    sqlite_database_url, tmp_path, language, home, right
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na", language=language)
        await rep.presses(AskFact("c3_visits").pack())
        fact = LIBRARY.facts[language].facts["c3_visits"]
        assert rep.poll.question == fact.question
        assert sorted(rep.poll.options) == sorted(fact.options)
        assert (rep.poll.options[rep.poll.right], rep.poll.explanation) == (RIGHT[language], fact.explanation)
        assert home in rep.buttons
        await place.chatter.restart()
        await rep.answers_poll(RIGHT[language])
        assert rep.text.startswith(right)
        card = await card_of(place, "Li Na")
        assert (card.item, card.score, card.last) == (ItemKey(ItemKind.FACT, "c3_visits"), 1.0, TODAY)
        assert card.due() > TODAY + DAY
        await rep.taps(home)
        assert rep.poll.question == fact.question  # the poll stays where it is


@pytest.mark.parametrize(
    ("language", "fact", "skills", "team", "items"),
    [
        ("en", "A question of fact", "Your skills", "Team's skills", "Question statistics"),
        ("zh", "一道知识题", "您的能力", "团队能力", "题目统计"),
    ],
)
async def test_the_coach_leads_to_facts_and_skills_and_a_manager_to_those_of_the_team(
    sqlite_database_url, tmp_path, language, fact, skills, team, items
):
    async with world(sqlite_database_url, tmp_path) as place:
        boss = await place.joins("Boss", Role.MANAGER, language=language)
        rep = await place.joins("Li Na", language=language, manager="Boss")
        await rep.sends("/coach")
        assert not rep.sees(team)
        await rep.taps(fact)
        assert rep.poll is not None
        await rep.sends("/coach")
        await rep.taps(skills)
        assert rep.photo is not None
        await boss.sends("/coach")
        await boss.taps(team)
        assert "Li Na" in boss.text
        await boss.taps(items)
        assert "Li Na" not in boss.text


async def card_of(place, name):
    user = await place.user(name)
    async with place.deps.db.read() as uow:
        (card,) = (await uow.learning.cards([user.id]))[user.id]
    return card


async def test_a_wrong_answer_comes_back_tomorrow_and_after_leave_a_day_later_for_each_day(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        user = await place.user("Li Na")
        async with place.deps.db.write() as uow:
            await uow.leave.add(user.id, TODAY + DAY, TODAY + 2 * DAY, place.clock.now())
        await rep.presses(AskFact("c3_visits").pack())
        await rep.answers_poll("Two, as for every C")
        assert rep.text == "Not yet\nIt comes back on Thu, Nov 26."
        place.clock.move(DAY)
        assert await learning.next_items(place.deps, user, place.clock.now()) == []
        place.clock.move(2 * DAY)
        first = (await learning.next_items(place.deps, user, place.clock.now()))[0]
        assert (first.id, first.reason.code, first.reason.params) == ("c3_visits", "forgetting", {"days": 3})


async def test_an_answer_to_an_unknown_poll_or_to_one_that_is_not_ones_own_changes_nothing(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep, other = await place.joins("Li Na"), await place.joins("Wang Wei")
        await rep.presses(AskFact("c3_visits").pack())
        now, said = place.clock.now(), len(rep.messages)
        mine, theirs = await place.user("Li Na"), await place.user("Wang Wei")
        assert await learning.answered(place.deps, theirs, rep.poll.id, 0, now) is None
        assert await learning.answered(place.deps, mine, "unknown", 0, now) is None
        assert await learning.answered(place.deps, mine, rep.poll.id, 9, now) is None
        assert await learning.answered(place.deps, mine, rep.poll.id, rep.poll.right, now) is not None
        assert await learning.answered(place.deps, mine, rep.poll.id, 0, now) is None
        await rep.answers_poll("Two")
        assert len(rep.messages) == said  # it was answered before, so nothing is said
        assert (await card_of(place, "Li Na")).score == 1.0
        await other.presses(AskFact("no_such_fact").pack())
        assert "cannot find" in (other.last_answer or "")


async def test_after_three_items_nothing_more_is_asked_on_that_day(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        user = await place.user("Li Na")
        for fact_id in ("c3_visits", "a2_gap", "off_label"):
            left = await learning.next_items(place.deps, user, place.clock.now())
            assert 1 <= len(left) <= 3
            await rep.presses(AskFact(fact_id).pack())
            await rep.answers_poll(rep.poll.options[rep.poll.right])
        assert await learning.next_items(place.deps, user, place.clock.now()) == []
        place.clock.move(DAY)
        assert len(await learning.next_items(place.deps, user, place.clock.now())) == 3


@pytest.mark.parametrize(
    ("language", "title", "streak", "certificate"),
    [
        ("en", "Your skills", "Working days in a row: 1", "Certificate: Selling skill"),
        ("zh", "您的能力", "连续工作日：1天", "证书："),
    ],
)
async def test_a_person_sees_the_own_skills_as_a_picture_and_keeps_the_certificate_of_a_path(
    sqlite_database_url, tmp_path, language, title, streak, certificate
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na", language=language)
        await remembers(place, "Li Na", 0.9)
        user = await place.user("Li Na")
        async with place.deps.db.write() as uow:
            found = await learning.learned(place.deps, uow, user, SCENARIO, 1.0, place.clock.now())
            assert found.certificate is not None
            assert set(await uow.learning.certificates(user.id)) == set(Skill)
        await rep.presses(ShowSkills().pack())
        assert rep.text.startswith(title)
        assert streak in rep.text
        own = rep.photo
        await rep.taps(certificate)
        assert rep.message.photo
        assert rep.photo != own
        assert not rep.message.protected  # to be shown to others
        other = await place.joins("Wang Wei")
        await other.presses(ShowCertificate(Skill.SELLING).pack())
        assert "cannot find" in (other.last_answer or "")


async def test_a_manager_sees_the_own_team_by_name_and_gives_a_scenario_with_one_tap(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path) as place:
        boss = await place.joins("Boss", Role.MANAGER)
        await place.joins("Zhao Min", manager="Boss")
        rep = await place.joins("Li Na", manager="Boss")
        await place.joins("Elsewhere")
        await remembers(place, "Li Na", 0.3, count=12)
        await remembers(place, "Zhao Min", 0.9, count=12)
        await boss.presses(ShowTeamSkills().pack())
        assert boss.text.index("Li Na") < boss.text.index("Zhao Min")
        assert "Elsewhere" not in boss.text
        assert "of the latest answers 30 in 100 right" in boss.text
        assert boss.text.count("A talk about") == 1
        assert boss.message.photo
        await boss.taps("For Li Na: ")
        assert boss.last_answer == "Li Na gets it next"
        agenda = await coaching.todays(place.deps, await place.user("Li Na"), "en", place.clock.now() + DAY)
        assert agenda.offers[0].item.reason.code == "assigned"
        outsider = await place.user("Elsewhere")
        await boss.presses(AssignTalk(outsider.id, SCENARIO).pack())
        assert "cannot find" in (boss.last_answer or "")
        await rep.presses(ShowTeamSkills().pack())
        assert "not" in (rep.last_answer or "")


async def test_a_question_whose_key_is_doubted_is_told_first_with_the_answer_that_is_taken(
    sqlite_database_url, tmp_path
):
    fact = LIBRARY.facts["en"].facts["c3_visits"]
    async with world(sqlite_database_url, tmp_path) as place:
        boss = await place.joins("Boss", Role.MANAGER)
        now = place.clock.now()
        async with place.deps.db.write() as uow:
            for number in range(32):
                user = await uow.users.add(Role.REP, f"Rep {number}", None, now)
                knows = number % 2 == 0
                for name, option in (("a2_gap", 1 if knows else 0), ("c3_visits", 0 if knows else 2)):
                    asked = await learning.ask_fact(place.deps, user, name, "en", now)
                    poll_id = f"{name}-{number}"
                    await uow.learning.asked(user.id, asked[1], poll_id, number, now)
                    await uow.learning.answer(user.id, poll_id, asked[1].order.index(option), now)
                if number % 8 == 7:  # a guess, too
                    again = replace(asked[1], order=(0, 1, 2))
                    await uow.learning.asked(user.id, again, f"again-{number}", number, now)
                    await uow.learning.answer(user.id, f"again-{number}", 0, now)
        await boss.presses(ShowItems().pack())
        first, second = boss.text.index(fact.question), boss.text.index("An A2 says")
        assert first < second
        assert boss.text.count("Is the key right?") == 1
        assert fact.options[0] in boss.text
        assert "32 answers, right: 50 %" in boss.text
