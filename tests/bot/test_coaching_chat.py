"""Scenarios in the chat: played in one message, also when the bot is restarted between any two taps."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.buttons.coaching import ChooseOption, PinCustomer, ShowStep, StartScenario
from bot.callbacks import RowId
from bot.db.tables import CustomerRow, PinRow, ScenarioAnswerRow
from bot.deps import Deps
from bot.services import coaching, dismissals, today, visits
from domain.coaching.scenario import Scenario
from domain.coaching.session import Session
from domain.content.reading import read_text
from domain.errors import DomainError
from domain.ids import CustomerId, SessionId
from domain.people.model import Role
from domain.visits.dismissal import DismissReason
from domain.visits.log import Told
from domain.visits.states import Result
from tests.support import town
from tests.support.person import Person
from tests.support.scenarios import SMALL, best
from tests.support.world import LIBRARY, World, world

SPEAKER = "speaker_training"
FIRST = RowId(1)


async def team(place: World, language: str = "en") -> Person:
    await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", manager="Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language), town.visits())
    return rep


async def session(place: World) -> Session:
    """The first session of all, which is the rep's."""
    return (await coaching.played(place.deps, await place.user("Li Na"), SessionId(1))).session


def letter(scenario: Scenario, node: str, option: str) -> str:
    return "ABCD"[list(scenario.nodes[node].options).index(option)]


def shipping(deps: Deps, *texts: str) -> Deps:
    """The same bot with these scenarios in place of those that are shipped."""
    read = [read_text(text.encode(), Scenario, name="x.yaml") for text in texts]
    scenarios = {one.id: one for one in read}
    return replace(deps, library=replace(deps.library, scenarios={"en": scenarios, "zh": scenarios}))


@pytest.mark.parametrize(("language", "coach"), [("en", "Coach"), ("zh", "教练")])
async def test_a_newcomer_plays_a_scenario_about_their_own_customers_within_three_taps(
    sqlite_database_url, tmp_path, language, coach
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place, language)
        await rep.sends("/start")
        before = len(rep.messages)
        await rep.taps(coach)
        await rep.taps("▶")
        shown = [label for label in rep.buttons if label.startswith("☐ ")]
        async with place.deps.db.read() as uow:
            own = set(await uow.session.scalars(select(CustomerRow.name)))
        assert len(shown) >= 4
        assert {label[2:].partition(" · ")[0] for label in shown} <= own
        await rep.taps(shown[0])
        assert [label for label in rep.buttons if label.startswith("☑ ")] == ["☑" + shown[0][1:]]
        assert len(rep.messages) == before  # all of it in one message


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_scenario_is_played_to_its_end_with_a_restart_before_every_tap(
    sqlite_database_url, tmp_path, language
):
    scenario = LIBRARY.scenarios[language][SPEAKER]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place, language)
        await rep.sends("/coach")
        await rep.presses(StartScenario(SPEAKER).pack())
        while not (found := await session(place)).is_over:
            step, node = len(found.steps), scenario.nodes[found.at]
            assert f"{step + 1}/{found.length}" in rep.text
            assert node.ask in rep.text
            answer = best(found).steps[step].answer
            for at in answer.picked:
                await place.chatter.restart()
                await rep.taps(rep.buttons[at])
            await place.chatter.restart()
            if answer.option is None:
                await rep.taps("Done" if language == "en" else "完成")
            else:
                await rep.taps(letter(scenario, found.at, answer.option))
                assert node.options[answer.option].why in rep.text
            assert "✅" in rep.text
            await place.chatter.restart()
            await rep.taps("›")
        assert scenario.ends["done"].text in rep.text
        assert scenario.ends["done"].todo in rep.text
        assert "100 %" in rep.text
        user = await place.user("Li Na")
        async with place.deps.db.read() as uow:
            (card,) = (await uow.learning.cards([user.id]))[user.id]
        assert (card.item.id, card.score) == (SPEAKER, 1.0)


async def test_a_forbidden_answer_names_its_rule_and_an_old_one_is_told_once(sqlite_database_url, tmp_path):
    scenario = LIBRARY.scenarios["en"][SPEAKER]
    options = scenario.nodes["grounds"].options
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        for again in (False, True):
            await rep.presses(StartScenario(SPEAKER).pack()) if again else await rep.sends("/coach")
            if not again:
                await rep.presses(StartScenario(SPEAKER).pack())
            for label in [label for label in rep.buttons if label.startswith("☐")][:3]:
                await rep.taps(label)
            await rep.taps("Done")
            await rep.taps("›")
            await rep.taps(letter(scenario, "grounds", "tier"))
            assert "⛔ Forbidden" in rep.text
            assert "R-SPEAK forbids it" in rep.text
            assert options["expertise"].text in rep.text  # what would have been better
            assert (f"Old thinking: “{options['volume'].text}”" in rep.text) is not again
            await rep.taps("›")
            while "›" in rep.buttons[0] or "A" in rep.buttons:
                await rep.taps("A" if "A" in rep.buttons else "›")
            assert "Score: 0 %" in rep.text
            assert "R-SPEAK. It comes back soon." in rep.text


async def test_a_session_can_be_left_looked_back_at_and_gone_on_with_and_an_answer_stands(
    sqlite_database_url, tmp_path
):
    scenario = LIBRARY.scenarios["en"][SPEAKER]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, boss = await team(place), place.people["Boss"]
        await rep.sends("/coach")
        await rep.presses(StartScenario(SPEAKER).pack())
        for label in [label for label in rep.buttons if label.startswith("☐")][:3]:
            await rep.taps(label)
        fourth = next(button for button in rep.keyboard if button.text.startswith("☐"))
        await rep.presses(fourth.callback_data)
        assert rep.last_answer == "That would be one too many: choose 3."
        await rep.taps("Done")
        await rep.taps("›")
        await rep.taps("Sources")
        assert scenario.sources[0].title in rep.text
        assert "R-SPEAK" in rep.buttons
        await rep.taps("Back")
        await rep.taps("Quit")
        assert "You left “Speaker training: whom do you put forward?” at question 2." in rep.text
        await rep.taps("Go on")
        assert scenario.nodes["grounds"].ask in rep.text
        await rep.taps("‹ Back")
        assert scenario.nodes["pick"].ask in rep.text
        await rep.taps("›")
        await rep.taps(letter(scenario, "grounds", "expertise"))
        await rep.presses(ChooseOption(FIRST, 1, 0).pack())  # an old button, or a double tap
        assert options_of(await session(place)) == [None, "expertise"]
        await boss.sends("/coach")
        await boss.presses(ShowStep(FIRST, 0).pack())
        assert boss.last_answer == "I cannot find that. Perhaps it is no longer there."
        async with place.deps.db.read() as uow:
            assert len((await uow.session.scalars(select(ScenarioAnswerRow))).all()) == 2


def options_of(found: Session) -> list[str | None]:
    return [step.answer.option for step in found.steps]


async def test_whom_a_scenario_asks_to_visit_is_on_tomorrows_list_with_the_reason_until_dropped(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        await rep.sends("/coach")
        await rep.presses(StartScenario(SPEAKER).pack())
        for label in [label for label in rep.buttons if label.startswith("☐")][:3]:
            await rep.taps(label)
        await rep.taps("Done")
        while not any("Onto my list" in label for label in rep.buttons):
            await rep.taps("A" if "A" in rep.buttons else "›")
        offered = next(label for label in rep.buttons if "Onto my list" in label)
        name = offered.removeprefix("📌 Onto my list: ").partition(" · ")[0]
        await rep.taps(offered)
        assert f"On your list from the next working day on: {name}" in rep.text
        await rep.presses(PinCustomer(FIRST, 9999).pack())
        assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."
        place.clock.move(timedelta(days=1))
        user = await place.user("Li Na")
        local = place.clock.now().astimezone()
        listed = await today.day_of(place.deps, user, None, local)
        (stop,) = [one for one in listed.stops if one.customer.name == name]
        assert stop.short is not None
        assert (stop.short.code, stop.short.params) == ("pinned", {"source": "scenario"})
        await today.drop(place.deps, user, stop.customer.id, local)
        async with place.deps.db.read() as uow:
            assert await uow.pins.waiting(user.id) == []
            assert len((await uow.session.scalars(select(PinRow))).all()) == 1


async def test_the_week_chooses_the_scenario_and_says_why(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        user, now = await place.user("Li Na"), place.clock.now()
        deps = shipping(
            place.deps,
            SMALL.replace("id: small", "id: any").replace("triggers: [refused, slipped]\n", ""),
            SMALL,
            SMALL.replace("id: small", "id: put_off").replace("[refused, slipped]", "[not_today]"),
        )

        async def first() -> tuple[str, str]:
            offer = (await coaching.todays(deps, user, "en", now)).offers[0]
            return offer.item.id, offer.item.reason.code

        assert await first() == ("any", "new_item")
        await coaching.start(deps, user, "any", "en", now)
        friday = now.date() - timedelta(days=3)
        refused = visits.Entry(CustomerId(14), friday, Told(result=Result.REFUSED))
        await visits.log(place.deps, user, refused, today=now.date(), now=now)
        assert await first() == ("small", "week_refused")
        await dismissals.say_no(place.deps, user, CustomerId(1), DismissReason.NOT_TODAY, now.astimezone())
        assert await first() == ("put_off", "week_not_today")
        async with place.deps.db.write() as uow:
            assert await uow.coaching.assign(user.id, "any", "manager", None, None, now)
            assert not await uow.coaching.assign(user.id, "any", "joint", 1, None, now)
        assert await first() == ("any", "assigned")
        with pytest.raises(DomainError, match="not_found"):
            await coaching.start(deps, user, "nothing_of_this_name", "en", now)
