"""Types and stages of customers in the chat, apart from the tier."""

from datetime import timedelta

import pytest

from bot.buttons.customers import ShowCard
from bot.buttons.segments import AskSegment, ShowSegments, StateSegment
from bot.importing.reading import UploadedFile
from bot.render import segments
from bot.services import importing
from domain.errors import DomainError
from domain.people.model import Role, Scope
from domain.segments.scheme import VALUES, Scheme
from domain.segments.types import Motive
from domain.tiering.review import PROCUREMENT, EventKind
from tests.support import town
from tests.support.person import Person
from tests.support.said import NOT_FOUND
from tests.support.world import World, world

SHAW = 1  # the first customer of the town: an A1 of Riverside General


async def team(place: World, language: str = "en") -> tuple[Person, Person]:
    """A manager with a rep of twenty-seven customers."""
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", Role.REP, manager="Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language))
    return boss, rep


async def cell_lines(person: Person) -> list[str]:
    """The lines of the card that say where the customer stands."""
    await person.presses(ShowCard(SHAW).pack())
    return [line for line in person.text.splitlines() if line.startswith(("A1", "•"))]


def test_every_value_and_every_event_has_its_words():
    assert set(segments.SCHEMES) == set(Scheme)
    assert {scheme: set(words) for scheme, words in segments.VALUES.items()} == {
        scheme: set(values) for scheme, values in VALUES.items()
    }
    assert set(segments.EVENTS) == set(EventKind)
    assert set(segments.PROCUREMENT) == set(PROCUREMENT)


async def test_two_taps_from_the_card_state_a_type_and_a_stage(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        before = await cell_lines(rep)
        assert "Type" not in rep.text
        await rep.taps("Type")
        await rep.taps("consulting")
        assert rep.last_answer == "Type: consulting"
        assert "\nType: consulting\n" in rep.text
        await rep.taps("Adoption")
        await rep.taps("selective use")
        assert "\nType: consulting · Adoption: selective use\n" in rep.text
        assert await cell_lines(rep) == before


async def test_date_author_and_what_was_said_before_are_a_tap_away(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep = await team(place)
        await rep.presses(StateSegment(SHAW, Scheme.MOTIVE, "consulting").pack())
        place.clock.move(timedelta(days=2))
        await boss.presses(StateSegment(SHAW, Scheme.MOTIVE, "decision").pack())
        await place.chatter.restart()
        await rep.presses(ShowCard(SHAW).pack())
        assert "\nType: decision-maker\n" in rep.text
        await rep.taps("Type")
        assert rep.text.startswith(
            "Shaw 1 · Type\ndecision-maker · Nov 25, 2026 · Boss\nbefore: consulting · Nov 23, 2026 · Li Na"
        )
        assert "✓ decision-maker" in rep.buttons
        await rep.taps("All types and stages")
        assert "\nType: decision-maker · Nov 25, 2026 · Boss\nAdoption: –\nLifecycle: –\n" in rep.text
        await rep.taps("Social style")
        await rep.taps("analytical")
        assert rep.last_answer == "Social style: analytical"
        await rep.taps("Adoption")
        assert "Nobody has said anything yet." in rep.text


async def test_who_is_unsure_may_say_so(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        await rep.presses(StateSegment(SHAW, Scheme.MOTIVE, "need").pack())
        await rep.taps("Type")
        await rep.taps("unsure")
        assert "Type:" not in rep.text
        await rep.taps("Type")
        assert "unsure · Nov 23, 2026 · Li Na\nbefore: need-driven" in rep.text


async def test_saying_the_same_twice_on_a_day_is_one_opinion(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        for days in (0, 0, 1):
            place.clock.move(timedelta(days=days))
            await rep.presses(StateSegment(SHAW, Scheme.MOTIVE, "need").pack())
        async with place.deps.db.read() as uow:
            history = await uow.segments.history(SHAW, Scope.of(await place.user("Li Na")))
        assert [(one.value, one.on.day) for one in history[Scheme.MOTIVE]] == [
            (Motive.NEED, 23),
            (Motive.NEED, 24),
        ]


async def test_a_stage_that_does_not_fit_the_digit_is_a_question_and_no_correction(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        before = await cell_lines(rep)
        await rep.presses(StateSegment(SHAW, Scheme.ADOPTION, "regular").pack())
        await rep.taps("Adoption")
        assert "Next: advocate" in rep.text
        assert "usually goes" not in rep.text
        await rep.taps("interested")
        await rep.taps("Adoption")
        assert "With this stage usually goes support 3; the grid has 1." in rep.text
        assert await cell_lines(rep) == before


async def test_the_lifecycle_comes_from_purchases_until_somebody_states_another(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        hospital, lake, _ = town.HOSPITALS["en"]
        rows = [
            *(f"{hospital},2026-{month:02}-05,Ours,10,100" for month in range(3, 12)),
            f"{lake},2026-01-10,Ours,10,100",
            f"{lake},2026-02-10,Ours,10,100",
        ]
        sales = UploadedFile("sales.csv", "\n".join(("医院名称,日期,产品,数量,金额", *rows)).encode())
        loaded = await place.loads(sales)
        await rep.presses(ShowCard(SHAW).pack())
        assert "\nLifecycle: active\n" in rep.text
        await rep.presses(ShowCard(4).pack())
        assert "\nLifecycle: lapsed\n" in rep.text
        await rep.presses(ShowCard(7).pack())  # of a hospital that has never bought
        assert "\nLifecycle: prospect\n" in rep.text
        await rep.presses(AskSegment(SHAW, Scheme.LIFECYCLE).pack())
        assert "By the hospital's purchases: active. An account has lapsed after 60 days without one." in (
            rep.text
        )
        await rep.presses(ShowSegments(SHAW).pack())
        assert "Lifecycle: active · by the hospital's purchases" in rep.text
        await rep.presses(StateSegment(SHAW, Scheme.LIFECYCLE, "reactivated").pack())
        assert "\nLifecycle: reactivated\n" in rep.text
        place.clock.move(timedelta(days=60))  # nobody has bought for longer
        await rep.presses(AskSegment(SHAW, Scheme.LIFECYCLE).pack())
        assert "By the hospital's purchases: lapsed." in rep.text
        await importing.roll_back(place.deps, None, loaded.batch, place.clock.now())
        await rep.presses(ShowCard(4).pack())
        assert "Lifecycle" not in rep.text


async def test_nobody_describes_the_customers_of_others(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        stranger = await place.joins("Wang Wei", Role.REP)
        other = await place.joins("Other Boss", Role.MANAGER)
        for person in (stranger, other):
            for button in (
                StateSegment(SHAW, Scheme.MOTIVE, "need"),
                AskSegment(SHAW, Scheme.MOTIVE),
                ShowSegments(SHAW),
            ):
                await person.presses(button.pack())
                assert person.last_answer == NOT_FOUND
        await rep.presses(StateSegment(SHAW, Scheme.MOTIVE, "analytical").pack())
        assert rep.last_answer == NOT_FOUND
        await rep.presses(ShowSegments(SHAW).pack())
        assert "Type: –" in rep.text


async def test_an_admin_may_state_a_type_too(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        root = await place.joins("Root", Role.ADMIN)
        await root.presses(AskSegment(SHAW, Scheme.ROLE).pack())
        await root.taps("head of department")
        await root.presses(ShowSegments(SHAW).pack())
        assert "Function: head of department · Nov 23, 2026 · Root" in root.text


async def test_a_load_whose_customers_were_described_since_is_not_undone(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        loaded = await place.loads(town.customers("en", first=700))
        await rep.presses(StateSegment(28, Scheme.MOTIVE, "need").pack())
        with pytest.raises(DomainError, match="rollback_newer"):
            await importing.roll_back(place.deps, None, loaded.batch, place.clock.now())


async def test_types_and_stages_in_chinese(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place, "zh")
        await rep.presses(ShowCard(SHAW).pack())
        await rep.taps("分型")
        await rep.taps("咨询型")
        await rep.taps("采用阶段")
        await rep.taps("初次试用")
        assert "\n分型：咨询型 · 采用阶段：初次试用\n" in rep.text
        await rep.taps("采用阶段")
        assert (
            "初次试用 · 2026年11月23日 · Li Na\n下一步：试用\n这个阶段通常对应支持度3，九宫格里是1。"
            in rep.text
        )
