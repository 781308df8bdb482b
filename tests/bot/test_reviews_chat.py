"""Reviews of potential that something has made due: changes in a roster, changes in procurement."""

from datetime import date, timedelta

import pytest

from bot.buttons.customers import ShowCard
from bot.buttons.reviews import AskProcurement, AskProcurementNote
from bot.buttons.tiers import ApproveAll, CloseRound, OpenRound, ShowDue
from bot.db.digest import digest
from bot.importing.reading import UploadedFile
from bot.services import importing, tiering
from domain.errors import DomainError
from domain.tiering.model import Cell
from domain.tiering.review import EventKind
from tests.support.person import Person
from tests.support.said import NOT_ALLOWED, NOT_FOUND
from tests.support.team import teams
from tests.support.world import World, world

SHAW = 1  # the first customer of the town: an A1 of Riverside General
TODAY = date(2026, 11, 23)


def roster(headers: str, *rows: str) -> UploadedFile:
    return UploadedFile("more.csv", "\n".join((f"客户编号,姓名,{headers}", *rows)).encode())


async def potential_due(boss: Person) -> str:
    """The part of the list of due reviews about potential after a change."""
    await boss.presses(ShowDue().pack())
    return boss.text.partition("\n\n")[2].partition("\n\nPotential, every")[0]


NONE_DUE = "Potential, after a change: 0"


async def test_a_new_title_hospital_or_department_makes_a_review_due(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, other = await teams(place)
        assert await potential_due(boss) == NONE_DUE
        await place.loads(roster("科室", "D001,Shaw 1,Cardiology"))  # filled in: nothing has changed
        assert await potential_due(boss) == NONE_DUE
        await place.loads(
            roster(
                "医院,科室,职称",
                "D001,Shaw 1,Lake Hospital,Oncology,Resident",
                "D002,Cole 2,,,attending",
                "D003,Diaz 3,,,chief  PHYSICIAN",  # spelt differently
            )
        )
        assert await potential_due(boss) == (
            "Potential, after a change: 2\n"
            "Cole 2\n"
            "• title: Chief physician → attending, Nov 23\n"
            "Shaw 1\n"
            "• title: Chief physician → Resident, Nov 23\n"
            "• transfer: Riverside General → Lake Hospital, Nov 23\n"
            "• department: Cardiology → Oncology, Nov 23"
        )
        assert {"Shaw 1", "Cole 2"} <= set(boss.buttons)
        await boss.sends("/tiers")
        assert "Due for review: potential 2, support 0" in boss.text
        assert await potential_due(other) == NONE_DUE
        await boss.presses(ShowDue().pack())
        await boss.taps("Shaw 1")
        assert boss.text.startswith("Shaw 1 · KOL\nResident · Oncology\nLake Hospital")


async def test_taking_the_load_back_takes_its_reviews_back_and_leaves_no_trace(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        async with place.deps.db.read() as uow:
            before = await digest(uow)
        loaded = await place.loads(roster("职称", "D001,Shaw 1,Resident"))
        assert "Shaw 1" in await potential_due(boss)
        await importing.roll_back(place.deps, None, loaded.batch, place.clock.now())
        assert await potential_due(boss) == NONE_DUE
        async with place.deps.db.read() as uow:
            assert await digest(uow) == before


async def test_a_change_waits_for_a_round_opened_after_it(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await boss.presses(OpenRound().pack())
        place.clock.move(timedelta(minutes=1))
        await place.loads(roster("职称", "D001,Shaw 1,Resident"))
        place.clock.move(timedelta(minutes=1))
        await boss.presses(CloseRound(1, sure=True).pack())  # knew nothing of it
        assert "Shaw 1" in await potential_due(boss)
        await boss.presses(OpenRound().pack())
        assert "Shaw 1" in await potential_due(boss)
        await boss.presses(CloseRound(2, sure=True).pack())
        assert await potential_due(boss) == NONE_DUE


async def test_a_cell_set_by_hand_after_a_change_is_the_review(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        viewer = await place.user("Boss")
        made = {"today": TODAY, "now": place.clock.now()}
        await tiering.override(place.deps, viewer, 2, Cell.B2, "before the change", **made)
        place.clock.move(timedelta(minutes=1))
        await place.loads(roster("职称", "D001,Shaw 1,Resident", "D002,Cole 2,Resident"))
        assert "Potential, after a change: 2" in await potential_due(boss)
        place.clock.move(timedelta(minutes=1))
        made = {"today": TODAY, "now": place.clock.now()}
        await tiering.override(place.deps, viewer, 2, Cell.C2, "seen in the new job", **made)
        assert "Potential, after a change: 1\nShaw 1" in await potential_due(boss)
        await tiering.end_override(place.deps, viewer, 2, **made)
        assert "Cole 2" not in await potential_due(boss)


async def test_a_potential_stated_with_or_after_the_change_is_the_review(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="generic") as place:
        boss, _rep, _ = await teams(place)
        await place.loads(roster("潜力分", "D001,Shaw 1,7", "D002,Cole 2,7"))
        place.clock.move(timedelta(minutes=1))
        await place.loads(roster("职称,潜力分", "D001,Shaw 1,Resident,", "D002,Cole 2,Resident,5"))
        assert "Potential, after a change: 1\nShaw 1" in await potential_due(boss)
        place.clock.move(timedelta(minutes=1))
        await place.loads(roster("潜力分", "D001,Shaw 1,3"))
        assert await potential_due(boss) == NONE_DUE


# Procurement


async def notes(place: World, boss: Person, *taps: str, said: str) -> None:
    """A manager notes a change in procurement, from the card."""
    await boss.presses(ShowCard(SHAW).pack())
    await boss.taps("Procurement")
    for label in taps:
        await boss.taps(label)
    await place.chatter.restart()
    await boss.sends(said)


async def test_a_change_in_procurement_concerns_all_customers_of_the_hospital(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, other = await teams(place)
        await notes(
            place, boss, "Volume-based purchasing", "Nov 1", said="<our> brand is out & generic is in"
        )
        assert boss.text == (
            "Noted\n"
            "volume-based purchasing at Riverside General since Nov 1: <our> brand is out & generic is in\n\n"
            "9 of your customers are due for a review of potential by it."
        )
        await boss.taps("Due reviews")
        assert "Potential, after a change: 9" in boss.text
        [line] = [line for line in boss.text.splitlines() if line.startswith("•")]
        assert line.startswith("• volume-based purchasing at Riverside General since Nov 1: <our> brand is")
        assert line.endswith(" (9)")
        await boss.taps("›")
        assert "Shaw 1" in boss.buttons
        await other.presses(ShowDue().pack())  # the hospital is theirs too
        assert "Potential, after a change: 9" in other.text
        place.clock.move(timedelta(minutes=1))
        await boss.presses(OpenRound().pack())
        await boss.presses(ApproveAll(1, sure=True).pack())
        await boss.presses(CloseRound(1, sure=True).pack())
        assert await potential_due(boss) == NONE_DUE
        await other.presses(ShowDue().pack())
        assert "Potential, after a change: 9" in other.text


async def test_the_sentence_about_procurement_is_checked_like_every_other(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await boss.presses(AskProcurementNote(SHAW, EventKind.LISTED, TODAY).pack())
        await boss.sends("x" * 301)
        assert "at most 300" in boss.text
        await boss.sends("listed")
        assert "listed at Riverside General since Nov 23: listed" in boss.text
        await boss.sends("listed")  # is waited for no longer
        assert "Noted" not in boss.text


async def test_only_the_office_notes_procurement_and_only_where_it_has_customers(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, other = await teams(place)
        for button in (AskProcurement(SHAW), AskProcurementNote(SHAW, EventKind.LISTED, TODAY)):
            await rep.presses(button.pack())
            assert rep.last_answer == NOT_ALLOWED
            await other.presses(button.pack())
            assert other.last_answer == NOT_FOUND
        for forged in (
            AskProcurement(SHAW, EventKind.TITLE),
            AskProcurementNote(SHAW, EventKind.TITLE, TODAY),
            AskProcurementNote(SHAW, EventKind.LISTED, TODAY + timedelta(days=1)),
        ):
            await boss.presses(forged.pack())
            assert boss.last_answer == NOT_FOUND
        await rep.presses(ShowCard(SHAW).pack())
        assert "Procurement" not in rep.buttons


async def test_a_load_whose_hospital_has_news_since_is_not_undone(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        loaded = await place.loads(roster("医院,职称,负责代表", "D900,New One,New Hospital,Resident,Li Na"))
        await boss.sends("/customer New One")
        await boss.taps("Procurement")
        await boss.taps("Listed")
        await boss.taps("Nov 23")
        await boss.sends("since the tender")
        with pytest.raises(DomainError, match="rollback_newer"):
            await importing.roll_back(place.deps, None, loaded.batch, place.clock.now())


async def test_due_reviews_in_chinese(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place, "zh")
        await boss.presses(ShowCard(SHAW).pack())
        await boss.taps("采购变化")
        await boss.taps("带量采购")
        await boss.taps("11月1日")
        await boss.sends("原研药落标")
        assert "自11月1日起江城第一医院带量采购：原研药落标" in boss.text
        await place.loads(roster("职称", "D001,王 1,住院医师"))
        await boss.presses(ShowDue().pack())
        assert "潜力，因情况变化：9" in boss.text
        assert "• 自11月1日起江城第一医院带量采购：原研药落标 (9)" in boss.text
        while "王 1\n" not in boss.text:
            await boss.taps("›")
        assert "• 职称：主任医师 → 住院医师，11月23日" in boss.text
