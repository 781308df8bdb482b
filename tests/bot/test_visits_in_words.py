"""Visits told in words, and pictures and voice notes that belong to them."""

from datetime import date

import pytest

from bot.buttons.visits import ChooseCustomer, SetResult
from bot.db.tables import VisitAttachmentRow, VisitDraftRow, VisitRow
from domain.people.model import Role
from domain.visits.states import Result
from tests.support import town
from tests.support.world import world

TODAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)
FONT = 4
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00\xfd\xd4\x9as"
NOVAK, ADEYEMI = 28, 30


@pytest.fixture
async def place(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as made:
        await made.joins("Boss", Role.MANAGER)
        await made.joins("Li Na", Role.REP, manager="Boss")
        await made.joins("Wang Wei", Role.REP, manager="Boss")
        await made.loads(town.hospitals("en"), town.customers("en"))
        await made.loads(town.namesakes("en"))
        yield made


async def test_a_sentence_becomes_a_form_that_one_tap_saves(place, rep):
    await rep.sends("saw Dr Emil Novak, asked for the study, back on Thursday")
    assert "Emil Novak · Lake Hospital" in rep.text
    assert "Met · Mon, Nov 23" in rep.text
    assert "Next step: asked for the study" in rep.text
    assert "Next visit: Thu, Nov 26" in rep.text
    assert await place.rows(VisitRow) == []
    await place.chatter.restart()
    await rep.taps("Save")
    (row,) = await place.rows(VisitRow)
    assert (row.customer_id, row.on, row.outcome, row.next_step) == (
        NOVAK,
        TODAY,
        "met",
        "asked for the study",
    )
    assert row.next_on == THURSDAY


async def test_a_name_that_several_have_is_asked_back(place, rep):
    await rep.sends("saw Dr Novak yesterday, short of time")
    assert "Who is “Dr Novak”?" in rep.text
    assert {"Emil Novak · Lake Hospital", "Ida Novak · Lake Hospital"} <= set(rep.buttons)
    await place.chatter.restart()
    await rep.taps("Ida Novak")
    for late in (NOVAK, FONT):  # the question is settled; the second was never meant
        await rep.presses(ChooseCustomer(1, 0, late).pack())
    assert "Ida Novak · Lake Hospital" in rep.text
    assert "Emil Novak" not in rep.text
    await rep.taps("Save")
    (row,) = await place.rows(VisitRow)
    assert (row.customer_id, row.on) == (NOVAK + 1, date(2026, 11, 22))


async def test_a_day_in_doubt_is_asked_back_and_all_can_be_changed(place, rep):
    await rep.sends("saw Dr Emil Novak, back next week")
    assert "Which day is the next visit?" in rep.text
    await rep.taps("Wed, Dec 2")
    assert "Next visit: Wed, Dec 2" in rep.text
    await rep.taps("Change")
    await rep.taps("Day")
    await place.chatter.restart()
    await rep.sends("last Friday")
    assert "Met · Fri, Nov 20" in rep.text
    await rep.taps("Change")
    await rep.taps("Result")
    await rep.taps("Short talk")
    await rep.taps("Change")
    await rep.taps("Note")
    await rep.sends("in a hurry")
    assert "Note: in a hurry" in rep.text
    await rep.taps("Save")
    (row,) = await place.rows(VisitRow)
    assert (row.on, row.outcome, row.note, row.next_on) == (
        date(2026, 11, 20),
        "short",
        "in a hurry",
        date(2026, 12, 2),
    )


async def test_several_names_are_saved_in_one_go_and_dropping_keeps_nothing(place, rep):
    await rep.sends("met Dr Adeyemi and Dr Emil Novak today, department meeting")
    await rep.taps("Drop it")
    assert rep.last_answer == "Dropped"
    assert await place.rows(VisitRow) == []
    await rep.sends("met Dr Adeyemi and Dr Emil Novak today, department meeting")
    await rep.taps("Save all 2")
    assert [row.customer_id for row in await place.rows(VisitRow)] == [ADEYEMI, NOVAK]
    assert [row.state for row in await place.rows(VisitDraftRow)] == ["dropped", "stored"]


async def test_a_report_in_chinese_is_said_back_in_chinese(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", Role.REP, language="zh")
        await place.loads(town.hospitals("zh"), town.customers("zh"))
        await place.loads(town.namesakes("zh"))
        await rep.sends("拜访了张医生, 要文献, 下周三再去")
        assert "“张医生”" in rep.text
        await rep.taps("张敏")
        assert "12月2日周三" in rep.text
        await rep.taps("保存")
        (row,) = await place.rows(VisitRow)
        assert (row.customer_id, row.next_step, row.next_on) == (28, "要文献", date(2026, 12, 2))
        assert "✓" in rep.text
        assert "[" not in rep.text


async def test_questions_and_others_reports_are_no_reports(place, rep):
    await rep.sends("who should I see today?")
    await place.people["Boss"].sends("saw Dr Emil Novak, asked for the study")
    assert await place.rows(VisitDraftRow) == []


async def test_a_picture_with_a_report_belongs_to_the_visit(place, rep):
    await rep.sends_photo(PNG, "saw Dr Emil Novak, asked for the study")
    assert "With your picture." in rep.text
    await rep.taps("Save")
    (kept,) = await place.rows(VisitAttachmentRow)
    assert (kept.visit_id, kept.kind, kept.caption) == (1, "photo", "saw Dr Emil Novak, asked for the study")
    assert "Pictures and voice notes: 1" in rep.text


async def test_a_voice_note_asks_to_which_visit_it_belongs(place, rep):
    await rep.sends_voice(b"ogg")
    assert "Log the visit first" in rep.text
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    await rep.sends_voice(b"ogg")
    assert "I cannot listen to it" in rep.text
    await place.chatter.restart()
    await rep.taps("Font 4 · Mon, Nov 23")
    assert [row.kind for row in await place.rows(VisitAttachmentRow)] == ["voice"]
    other = place.people["Wang Wei"]
    await other.sends_voice(b"ogg")
    assert "Font 4" not in other.text


@pytest.mark.parametrize("said", ["110101199003070134", "saw Dr Emil Novak, id 11010119900307001X noted"])
async def test_an_id_number_is_not_kept(place, rep, said):
    await rep.sends(said)
    assert all("1101011990" not in str(row.fields) for row in await place.rows(VisitDraftRow))
