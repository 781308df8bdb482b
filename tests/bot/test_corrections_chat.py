"""What is wrong on the list: reported in two taps, answered in one, and seen by whoever reported it."""

import re

import pytest
from sqlalchemy import select

from bot.buttons.corrections import (
    ApproveMove,
    ApproveReport,
    AskForget,
    MergeInto,
    PointAt,
    RejectReport,
    ReportWrong,
    SayPlace,
    SaySame,
    ShowCorrection,
    WithdrawReport,
)
from bot.buttons.customers import ShowCard
from bot.db.tables import AuditRow, CustomerRow, ProfileChangeRow, ReviewEventRow
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import FileField
from domain.people.model import Role
from tests.support import town
from tests.support.person import Person
from tests.support.said import NOT_FOUND
from tests.support.world import World, world

SHAW, COLE, GRAY = 1, 2, 14
SAID = {
    "en": {
        "not_right": "Not right?",
        "moved": "Works elsewhere now",
        "retired": "Has retired",
        "data": "Something is wrong",
        "title": "Title",
        "waits": "Waits for the manager.",
        "corrections": "What is wrong on the list",
        "reports": "Reports (1)",
        "off": "Take off the list",
        "keep": "Keep as it is",
        "write": "Write it so",
        "done": "Done on Nov 23 08:30 by Boss.",
        "stays": "Stays as it is, said Boss on Nov 23 08:30.",
        "news": "1 of your reports has been answered.",
        "inactive": "No longer active.",
        "hospital": "lake",
        "to": "To Wang Wei",
        "words": "She still works on Fridays",
        "new_title": "Attending",
    },
    "zh": {
        "not_right": "有疑问？",
        "moved": "已调离",
        "retired": "已退休",
        "data": "资料有误",
        "title": "职称",
        "waits": "等主管答复",
        "corrections": "名单纠错",
        "reports": "报错（1）",
        "off": "移出名单",
        "keep": "维持不变",
        "write": "照此更正",
        "done": "Boss已于11月23日 08:30处理。",
        "stays": "Boss于11月23日 08:30决定保持不变。",
        "news": "您反映的情况有1条已答复。",
        "inactive": "已停用",
        "hospital": "东湖",
        "to": "转给Wang Wei",
        "words": "她周五还在出诊",
        "new_title": "主治医师",
    },
}
languages = pytest.mark.parametrize("language", ["en", "zh"])


async def people(place: World, language: str) -> tuple[Person, Person]:
    """Li Na with the town's customers, and her manager, who has another rep."""
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", manager="Boss", language=language)
    await place.joins("Wang Wei", manager="Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language))
    return rep, boss


async def reports(person: Person, customer: int, *taps: str) -> None:
    """A report from the card on."""
    await person.presses(ShowCard(customer).pack())
    for label in taps:
        await person.taps(label)


async def column(place: World, customer: int, name: str) -> object:
    async with place.deps.db.read() as uow:
        row = await uow.session.get_one(CustomerRow, customer)
        return getattr(row, name)


@languages
async def test_who_has_retired_is_reported_in_two_taps_and_taken_off_in_one(
    sqlite_database_url, tmp_path, language
):
    said = SAID[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, boss = await people(place, language)
        await reports(rep, SHAW, said["not_right"], said["retired"])
        assert said["waits"] in rep.text
        await place.chatter.restart()
        await boss.sends("/start")
        await boss.taps(said["reports"])
        await boss.taps(said["retired"])
        await boss.taps(said["off"])
        assert said["done"] in boss.text
        await rep.sends("/start")
        assert said["news"] in rep.text
        await rep.taps(said["corrections"])
        await rep.taps(said["retired"])
        assert said["done"] in rep.text
        await rep.sends("/start")
        assert said["news"] not in rep.text
        await rep.presses(ShowCard(SHAW).pack())
        assert said["inactive"] in rep.text
        await rep.sends("/corrections")
        assert any(label.startswith("✓ ") for label in rep.buttons)


@languages
async def test_a_report_that_is_rejected_changes_nothing_and_may_be_explained(
    sqlite_database_url, tmp_path, language
):
    said = SAID[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, boss = await people(place, language)
        await reports(rep, SHAW, said["not_right"], said["retired"])
        await boss.sends("/corrections")
        await boss.taps(said["retired"])
        await boss.taps(said["keep"])
        await place.chatter.restart()
        await boss.sends(said["words"])
        assert said["stays"] in boss.text
        await rep.presses(ShowCorrection(1).pack())
        assert said["stays"] in rep.text
        assert said["words"] in rep.text
        assert await column(place, SHAW, "status") == "active"


@languages
async def test_who_has_moved_goes_to_the_named_hospital_and_to_another_rep(
    sqlite_database_url, tmp_path, language
):
    said = SAID[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, boss = await people(place, language)
        await reports(rep, SHAW, said["not_right"], said["moved"])
        await place.chatter.restart()
        await rep.sends(said["hospital"])
        await rep.taps(town.HOSPITALS[language][1])
        await boss.presses(ShowCorrection(1).pack())
        assert town.HOSPITALS[language][1] in boss.text
        await boss.taps(said["to"])
        assert said["done"] in boss.text
        assert await column(place, SHAW, "owner_id") == (await place.user("Wang Wei")).id
        await rep.presses(ShowCard(SHAW).pack())
        assert rep.last_answer != ""
        await rep.presses(ShowCorrection(1).pack())
        assert said["done"] in rep.text
        await place.people["Wang Wei"].presses(ShowCard(SHAW).pack())
        assert town.HOSPITALS[language][1] in place.people["Wang Wei"].text
        async with place.deps.db.read() as uow:
            [event] = await uow.session.scalars(select(ReviewEventRow))
            assert (event.kind, event.after) == ("transfer", town.HOSPITALS[language][1])


@languages
async def test_a_wrong_field_is_written_with_its_history(sqlite_database_url, tmp_path, language):
    said = SAID[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep, boss = await people(place, language)
        await reports(rep, SHAW, said["not_right"], said["data"], said["title"])
        await place.chatter.restart()
        await rep.sends(said["new_title"])
        await boss.sends("/corrections")
        await boss.taps(said["data"])
        assert f"{town.TITLES[language][0]} → {said['new_title']}" in boss.text
        await boss.taps(said["write"])
        assert said["done"] in boss.text
        assert await column(place, SHAW, "title") == said["new_title"]
        async with place.deps.db.read() as uow:
            [change] = await uow.session.scalars(select(ProfileChangeRow))
        assert (change.field, change.before["title"]) == ("title", town.TITLES[language][0])


# The rest once, in English.


async def test_a_hospital_that_nobody_knows_is_put_on_the_list_with_the_answer(place):
    rep, boss = place.people["Li Na"], place.people["Boss"]
    await reports(rep, SHAW, "Not right?", "Works elsewhere now")
    await rep.sends("Château Médical <7>")
    await boss.presses(ShowCorrection(1).pack())
    assert "Château Médical <7> (not on the list yet)" in boss.text
    await boss.taps("Stays with Li Na")
    await rep.presses(ShowCard(SHAW).pack())
    assert "Château Médical <7>" in rep.text


async def test_who_has_moved_out_of_the_area_belongs_to_nobody_for_now(place):
    rep, boss = place.people["Li Na"], place.people["Boss"]
    await reports(rep, SHAW, "Not right?", "Works elsewhere now")
    await boss.presses(ShowCorrection(1).pack())
    assert "Stays with Li Na" not in boss.buttons
    await boss.taps("Nobody's for now")
    assert "Done on" in boss.text
    assert await column(place, SHAW, "owner_id") is None


async def test_a_customer_who_is_said_to_have_left_is_not_suggested_until_the_answer(place):
    rep, boss = place.people["Li Na"], place.people["Boss"]
    await reports(rep, GRAY, "Not right?", "Works elsewhere now")
    await rep.presses(ShowCard(GRAY).pack())
    assert "⚑ Reported on Nov 23 08:30: Works elsewhere now. Waits for the answer." in rep.text
    await rep.taps("Why today, or why not")
    assert "your manager has answered" in rep.text
    await boss.presses(RejectReport(1).pack())
    await rep.presses(ShowCard(GRAY).pack())
    assert "⚑" not in rep.text
    await rep.taps("Why today, or why not")
    assert "your manager has answered" not in rep.text


async def test_who_is_reported_otherwise_stays_on_the_list_with_a_flag(place):
    rep = place.people["Li Na"]
    await rep.sends("/today")
    [name] = re.findall(r"^1\. \d\d:\d\d (.+?) · ", rep.text, re.MULTILINE)
    async with place.deps.db.read() as uow:
        [number] = await uow.session.scalars(select(CustomerRow.id).where(CustomerRow.name == name))
    await rep.presses(ReportWrong(number, CorrectionKind.DATA).pack())
    await rep.sends("/today")
    assert f"{name} ⚑ · " in rep.text


async def test_a_report_can_be_taken_back_and_said_twice_is_one(place):
    rep, boss = place.people["Li Na"], place.people["Boss"]
    for _ in range(2):
        await rep.presses(ReportWrong(SHAW, CorrectionKind.RETIRED).pack())
    await rep.taps("Take it back")
    assert rep.last_answer == "Taken back: Shaw 1"
    await boss.sends("/corrections")
    assert boss.buttons == ["Home"]
    await boss.presses(ApproveReport(1).pack())
    assert boss.last_answer == "This report has been settled already."
    assert await column(place, SHAW, "status") == "active"


async def test_what_is_wrong_can_be_anything_and_is_settled_by_hand(place):
    rep, boss = place.people["Li Na"], place.people["Boss"]
    await reports(rep, SHAW, "Not right?", "Something is wrong", "Another field")
    await rep.sends("His name is written with <z> & not with s")
    await boss.presses(ShowCorrection(1).pack())
    assert "His name is written with <z> & not with s" in boss.text
    await boss.taps("It is settled")
    assert "Done on" in boss.text


async def test_a_manager_reports_and_decides_in_one_go(place):
    boss = place.people["Boss"]
    await reports(boss, SHAW, "Not right?", "Has retired", "Take off the list")
    assert "Done on" in boss.text
    await boss.sends("/start")
    assert "answered" not in boss.text


async def test_what_must_not_be_kept_is_refused_and_may_be_said_again(place):
    rep = place.people["Li Na"]
    await reports(rep, SHAW, "Not right?", "Something is wrong", "Another field")
    await rep.sends("his ID is 11010519491231002X")
    assert "must not be" in rep.text
    await rep.sends("x" * 400)
    assert "400 characters" in rep.text
    await rep.sends("He is an assistant, not a doctor")
    assert "He is an assistant, not a doctor" in rep.text
    async with place.deps.db.read() as uow:
        details = [str(one.detail) for one in await uow.session.scalars(select(AuditRow))]
    assert not any("11010519491231002X" in one for one in details)


async def test_reports_of_others_are_not_found_whoever_forges_a_button(place):
    rep, stranger = place.people["Li Na"], place.people["Wang Wei"]
    other = await place.joins("Other Boss", Role.MANAGER)
    await rep.presses(ReportWrong(SHAW, CorrectionKind.DUPLICATE).pack())
    await rep.presses(ReportWrong(SHAW, CorrectionKind.MOVED).pack())
    forged = (
        ReportWrong(SHAW, CorrectionKind.RETIRED),
        ShowCorrection(1),
        PointAt(1, FileField.NAME),
        SayPlace(2, 1),
        SaySame(1, COLE),
        WithdrawReport(1),
        AskForget(SHAW),
    )
    for button in forged:
        await stranger.presses(button.pack())
        assert stranger.last_answer == NOT_FOUND, button
    for button in (*forged, ApproveReport(1), ApproveMove(2, 0), RejectReport(1), MergeInto(1, SHAW)):
        await other.presses(button.pack())
        assert other.last_answer == NOT_FOUND, button
    await rep.presses(ApproveReport(1).pack())
    assert rep.last_answer == "Your role does not include this."
    boss = place.people["Boss"]
    await boss.presses(ApproveMove(2, (await place.user("Other Boss")).id).pack())
    assert boss.last_answer == NOT_FOUND
    await rep.presses(SaySame(1, 30).pack())  # a customer of the stranger
    assert rep.last_answer == NOT_FOUND


async def test_reports_of_a_rep_without_a_manager_reach_the_admin(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN)
        await place.loads(town.hospitals("en"), town.customers("en"))
        await reports(rep, SHAW, "Not right?", "Has retired")
        await admin.sends("/start")
        await admin.taps("What is wrong on the list (1)")
        await admin.taps("Shaw 1")
        await admin.taps("Take off the list")
        assert "by Root." in admin.text
