"""What is remembered and asked, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.db.repositories.learning import AskedFact
from domain.coaching.memory import Card, ItemKey, ItemKind
from domain.coaching.scenario import Skill
from domain.coaching.statistics import Question, Response
from domain.people.model import Role

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FACT, PLAY = ItemKey(ItemKind.FACT, "grid_axes"), ItemKey(ItemKind.SCENARIO, "speaker_training")
CARD = Card(item=FACT, stability=2.5, difficulty=4.25, interval=3, last=TODAY, score=1.0)
ASKED = AskedFact("grid_axes", 2, (2, 0, 1), 0)


async def test_a_card_is_kept_once_and_each_answer_once(database):
    async with database.write() as uow:
        li = (await uow.users.add(Role.REP, "Li Na", None, NOW)).id
        wei = (await uow.users.add(Role.REP, "Wang Wei", None, NOW)).id
        await uow.learning.keep(li, replace(CARD, item=PLAY, last=TODAY - timedelta(days=2)), None, NOW)
        await uow.learning.keep(li, CARD, None, NOW)
        await uow.learning.keep(wei, CARD, None, NOW)
        later = replace(CARD, interval=9, score=0.5, reviews=2, lapses=1, last=TODAY + timedelta(days=1))
        await uow.learning.keep(li, later, 0.9, NOW)
    async with database.read() as uow:
        cards = await uow.learning.cards([li, wei])
        assert [card.item for card in cards[li]] == [PLAY, FACT]
        assert (cards[li][1], cards[wei]) == (later, [CARD])
        assert await uow.learning.days(li, TODAY) == {TODAY: {FACT}, later.last: {FACT}}


async def test_a_poll_is_answered_once_by_the_person_it_was_sent_to_and_its_order_is_taken_back(database):
    async with database.write() as uow:
        li = (await uow.users.add(Role.REP, "Li Na", None, NOW)).id
        wei = (await uow.users.add(Role.REP, "Wang Wei", None, NOW)).id
        await uow.learning.asked(li, ASKED, "p1", 7, NOW)
        await uow.learning.asked(wei, ASKED, "p2", 8, NOW)
        assert await uow.learning.answer(wei, "p1", 0, NOW) is None
        assert await uow.learning.answer(li, "p1", 3, NOW) is None
        assert await uow.learning.answer(li, "p1", 1, NOW) == (
            ASKED,
            0,
        )  # shown second, the first of the file
        assert await uow.learning.answer(li, "p1", 1, NOW) is None
        assert await uow.learning.answer(wei, "p2", 0, NOW) == (ASKED, 2)
    async with database.read() as uow:
        assert await uow.learning.answers(NOW + timedelta(seconds=1)) == []
        assert await uow.learning.answers(NOW) == [
            (Response(li, Question(FACT), "0", True), 2),
            (Response(wei, Question(FACT), "2", False), 2),
        ]


async def test_a_certificate_keeps_its_day(database):
    async with database.write() as uow:
        li = (await uow.users.add(Role.REP, "Li Na", None, NOW)).id
        await uow.learning.certify(li, Skill.SELLING, TODAY)
    async with database.read() as uow:
        assert await uow.learning.certificates(li) == {Skill.SELLING: TODAY}
