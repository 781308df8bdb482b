"""What the compliance gate does in a chat: it refuses, it holds, and it keeps nothing of what it refused."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel
from structlog.testing import capture_logs

from bot.buttons.safety import EndHold, ShowHeld
from bot.db.tables import (
    AuditRow,
    CustomerRow,
    HeldTextRow,
    OutboxRow,
    VisitAttachmentRow,
    VisitDraftRow,
    VisitRow,
)
from bot.db.values import AwaitedWords, HeldState, Purpose
from bot.importing.reading import UploadedFile
from bot.services import awaiting, corrections, visits
from bot.services.screening import PLACES, take
from domain.compliance.rules import Place
from domain.customers.corrections import CorrectionKind
from domain.errors import DomainError
from domain.people.model import Role, Scope
from domain.tiering.review import PROCUREMENT as REVIEWS
from domain.visits.log import Told
from domain.visits.states import Result
from tests.support import town
from tests.support.world import World, world

EVENT = "met Dr Emil Novak today, one patient had a rash after the first dose"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00\xfd\xd4\x9as"
NOVAK = 28  # after the twenty-seven of the town
SECRET = "zephyrine"  # a word that occurs nowhere else


@pytest.fixture
async def place(sqlite_database_url, tmp_path):
    async with _company(sqlite_database_url, tmp_path, "en") as made:
        yield made


@asynccontextmanager
async def _company(url, folder, language):
    async with world(url, folder, market="cn", safety_contact="+86 400 000 0000") as made:
        await made.joins("Boss", Role.MANAGER, language=language)
        await made.joins("Li Na", Role.REP, manager="Boss", language=language)
        await made.joins("Wang Wei", Role.REP, manager="Boss", language=language)
        await made.loads(town.hospitals(language), town.customers(language))
        await made.loads(town.namesakes(language))
        yield made


async def everything_stored(place: World) -> str:
    """All values of all tables."""
    found = []
    async with place.deps.db.read() as uow:
        for table in SQLModel.metadata.sorted_tables:
            found += [str(tuple(row)) for row in await uow.session.execute(select(table))]
    return "\n".join(found)


async def test_what_is_refused_is_told_why_and_is_nowhere_afterwards(place):
    rep = place.people["Li Na"]
    with capture_logs() as logs:
        await rep.sends(f"met Dr Emil Novak today, brought him a {SECRET} gift card")
    assert rep.sees("This must not be kept")
    assert rep.sees("R-GIFT: No gifts, cash, vouchers")
    assert rep.sees("Instead: Good wishes are enough")
    assert await place.rows(VisitRow) == []
    await place.delivers()
    assert SECRET not in await everything_stored(place)  # the outbox is a table, too
    assert SECRET not in str(logs)
    assert not any(SECRET in message.text for message in rep.messages if message.from_bot)
    (audit,) = [row for row in await place.rows(AuditRow) if row.action == "text_refused"]
    assert audit.detail == {"rules": ["R-GIFT"]}
    assert audit.user_id == (await place.user("Li Na")).id


async def test_a_refusal_and_a_harmless_report_are_kept(place):
    rep = place.people["Li Na"]
    await rep.sends("met Dr Emil Novak today, he hinted at a kickback, I declined and reported it")
    await rep.taps("Save")
    (row,) = await place.rows(VisitRow)
    assert "declined and reported" in row.note


async def test_a_possible_side_effect_waits_until_it_is_acknowledged(place):
    rep = place.people["Li Na"]
    await rep.sends(EVENT)
    assert rep.sees("This may be a side effect")
    assert rep.sees("+86 400 000 0000")
    assert rep.sees("Report due by Nov 24 08:30")
    assert await place.rows(VisitRow) == []
    await place.chatter.restart()
    await rep.taps("Home")
    await rep.taps("⏸ Notes that wait (1)")
    assert rep.sees("1. met Dr Emil Novak today")
    place.clock.move(timedelta(hours=25))
    await rep.sends("/start")
    await rep.taps("⏸ Notes that wait (1)")
    assert rep.sees("overdue since Nov 24")
    await rep.taps("1 · Reported: keep the note")
    await rep.taps("Save")
    (row,) = await place.rows(VisitRow)
    assert "rash" in row.note
    (held,) = await place.rows(HeldTextRow)
    assert (held.state, held.text) == ("reported", "")


async def test_a_held_note_can_be_deleted_and_is_then_nowhere(place):
    rep = place.people["Li Na"]
    await rep.sends(f"{EVENT}, {SECRET}")
    await rep.taps("Delete the note")
    assert rep.sees("must be reported all the same")
    assert SECRET not in await everything_stored(place)
    assert [row.detail for row in await place.rows(AuditRow) if row.action == "hold_ended"] == [
        {"state": "dropped"}
    ]


async def test_nobody_ends_the_wait_of_another_and_a_second_tap_finds_nothing(place):
    rep, other = place.people["Li Na"], place.people["Wang Wei"]
    await rep.sends(EVENT)
    (held,) = await place.rows(HeldTextRow)
    button = EndHold(held.id, HeldState.DROPPED).pack()
    await other.presses(ShowHeld().pack())
    assert other.sees("Nothing waits.")
    await other.presses(button)
    assert other.last_answer == "I cannot find that. Perhaps it is no longer there."
    assert (await place.rows(HeldTextRow))[0].state == "open"
    await rep.presses(button)
    await rep.presses(button)
    assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."


async def test_words_that_were_asked_for_are_still_their_answer_after_the_wait(place):
    rep, user = place.people["Li Na"], await place.user("Li Na")
    await rep.sends("met Dr Emil Novak today, asked for the study")
    await rep.taps("Save")
    (row,) = await place.rows(VisitRow)
    now = place.clock.now()
    await awaiting.ask(place.deps, user, Purpose.VISIT_FIELD, row.id, "note", now)
    await rep.sends("his patient had a rash after taking it")
    assert rep.sees("This may be a side effect")
    await rep.taps("No side effect: keep it")
    assert (await place.rows(VisitRow))[0].note == "his patient had a rash after taking it"


async def test_the_refusal_and_the_wait_are_told_in_chinese(sqlite_database_url, tmp_path):
    async with _company(sqlite_database_url, tmp_path, "zh") as place:
        rep = place.people["Li Na"]
        await rep.sends("拜访了张医生, 给他带了购物卡")
        assert rep.sees("这段话不能保存，也没有保存")
        assert rep.sees("改为：口头祝福即可")
        await rep.sends("拜访了张医生, 病人用药后起了皮疹")
        assert rep.sees("这可能是不良反应")
        await rep.taps("删除记录")
        assert rep.sees("不良反应仍须上报")


async def test_a_file_whose_name_tells_what_must_not_be_known_is_not_taken(place):
    boss = place.people["Boss"]
    await boss.uploads("统方_10月.xlsx", b"nothing")
    assert boss.sees("R-DATA-1")
    assert "统方" not in await everything_stored(place)


async def test_words_for_any_purpose_pass_the_gate(place):
    rep, user = place.people["Li Na"], await place.user("Li Na")
    for purpose in Purpose:
        if PLACES[purpose] is not None:
            await rep.sends("/help")
            await awaiting.ask(place.deps, user, purpose, 1, "", place.clock.now())
            await rep.sends(f"He gets a {SECRET} kickback")
            assert "R-BRIBE-1" in rep.text, purpose
    assert SECRET not in await everything_stored(place)


def test_every_purpose_says_where_its_words_go():
    assert set(PLACES) == set(Purpose)


async def test_the_same_words_pass_once_acknowledged_and_not_for_others(place):
    user, other, now = await place.user("Li Na"), await place.user("Wang Wei"), place.clock.now()
    words = AwaitedWords(Purpose.VISIT_FIELD, 1, "note", now)
    with pytest.raises(DomainError, match="held_text"):
        await take(place.deps, user, EVENT, Place.NOTE, words, now)
    (held,) = await place.rows(HeldTextRow)
    async with place.deps.db.write() as uow:
        await uow.held.close(held.id, user.id, HeldState.REPORTED, now)
    assert [one.rule for one in await take(place.deps, user, EVENT.upper(), Place.NOTE, words, now)] == [
        "R-AE"
    ]
    with pytest.raises(DomainError, match="held_text"):
        await take(place.deps, other, EVENT, Place.NOTE, words, now)


ODD = "asked about a new indication, off-label use"
"""A sentence that is kept, and remarked."""
PLACES_ASKED = {
    Purpose.FILE: (NOVAK, "note"),
    Purpose.FACT: (NOVAK, "strength"),
    Purpose.OVERRIDE: (NOVAK, "B2"),
    Purpose.QUESTION: (NOVAK, "support"),
    Purpose.PROCUREMENT: (NOVAK, f"{next(iter(REVIEWS)).value}:2026-11-23"),
    Purpose.VISIT_FIELD: (1, "note"),
    Purpose.FEEDBACK: (1, ""),
    Purpose.CORRECTION: (1, ""),
}


async def test_what_is_kept_with_a_warning_is_said_with_rule_reason_and_way_out(place):
    now, today = place.clock.now(), place.clock.now().date()
    li_na, boss = await place.user("Li Na"), await place.user("Boss")
    met = visits.Entry(NOVAK, today, Told(result=Result.MET))
    await visits.log(place.deps, li_na, met, today=today, now=now)
    await corrections.report(place.deps, li_na, NOVAK, CorrectionKind.DATA, now)
    async with place.deps.db.write() as uow:
        await uow.feedback.add(NOVAK, Scope.of(li_na), 7, today, now)
    for purpose, (subject, choice) in PLACES_ASKED.items():
        user = boss if purpose in {Purpose.OVERRIDE, Purpose.PROCUREMENT} else li_na
        words = f"{ODD} ({purpose.value.replace('_', ' ')})"
        await awaiting.ask(place.deps, user, purpose, subject, choice, now)
        await place.people[user.name].sends(words)
        assert words in await everything_stored(place), purpose
        shown = place.people[user.name]
        assert "⚠️ R-LABEL: " in shown.text, purpose
        assert "Why: " in shown.text, purpose
        assert "Instead: " in shown.text, purpose
        assert "R-LABEL" in shown.buttons, purpose
    await place.chatter.restart()
    await shown.taps("R-LABEL")
    assert "is kept, and said" in shown.text


async def test_a_visit_told_with_a_warning_says_it_below_the_form(place):
    rep = place.people["Li Na"]
    await rep.sends(f"met Dr Emil Novak today, {ODD}")
    assert rep.sees("⚠️ R-LABEL: ")
    await rep.taps("Save")
    (row,) = await place.rows(VisitRow)
    assert (row.next_step, row.note) == ("asked about a new indication", "off-label use")


@pytest.mark.parametrize("caption", [EVENT, "one patient had a rash after the first dose"])
async def test_a_picture_waits_with_its_words_and_is_kept_with_them(place, caption):
    rep = place.people["Li Na"]
    await rep.sends("met Dr Emil Novak today, asked for the study")
    await rep.taps("Save")
    await rep.sends_photo(PNG, caption)
    assert rep.sees("This may be a side effect")
    assert await place.rows(VisitAttachmentRow) == []
    await place.chatter.restart()
    await rep.taps("Reported: keep the note")
    await rep.taps("Save" if caption == EVENT else "Emil Novak")
    (kept,) = await place.rows(VisitAttachmentRow)
    assert (kept.kind, kept.caption) == ("photo", caption)
    (held,) = await place.rows(HeldTextRow)
    assert (held.text, held.file_id, held.state) == ("", "", "reported")


async def test_a_picture_whose_words_are_refused_is_not_kept(place):
    rep = place.people["Li Na"]
    await rep.sends("met Dr Emil Novak today, asked for the study")
    await rep.taps("Save")
    await rep.sends_photo(PNG, f"the {SECRET} gift card that I gave him")
    assert rep.sees("R-GIFT")
    assert SECRET not in await everything_stored(place)
    assert [row for row in await place.rows(VisitDraftRow) if row.state == "open"] == []


def _file(*rows: tuple[str, ...]) -> UploadedFile:
    lines = ("客户编号,姓名,拜访日期,拜访结果,备注", *map(",".join, rows))
    return UploadedFile("visits.csv", "\n".join(lines).encode())


async def test_a_side_effect_in_a_file_waits_with_the_rep_and_is_told_to_the_importer(database_url, tmp_path):
    async with _company(database_url, tmp_path, "en") as place:
        boss, rep = place.people["Boss"], place.people["Li Na"]
        note = f"one patient had a rash after the first dose {SECRET}"
        tell = _file(("N0", "Emil Novak", "2026-11-20", "见到", note))
        await boss.sends("/import")
        await boss.uploads(tell.name, tell.data())
        assert boss.sees("may tell of a side effect (R-AE): report it to drug safety within 24 hours.")
        await boss.taps("Load it")
        assert boss.sees("1 text may tell of a side effect")
        assert boss.sees("+86 400 000 0000")
        (visit,) = await place.rows(VisitRow)
        assert visit.note == ""
        (held,) = await place.rows(HeldTextRow)
        assert (held.user_id, held.text) == ((await place.user("Li Na")).id, note)
        await rep.sends("/start")
        await rep.taps("⏸ Notes that wait (1)")
        await rep.taps("Reported: keep the note")
        (visit,) = await place.rows(VisitRow)
        assert visit.note == note
        again = await place.loads(tell)
        assert [issue.code for issue in again.plan.issues] == []
        assert again.held == 0


async def test_a_side_effect_in_a_roster_goes_to_the_owner_and_once(place):
    note = "one patient had hives after the second dose"
    roster = UploadedFile(
        "customers.csv",
        f"客户编号,姓名,负责代表,备注\nN0,Emil Novak,Li Na,{note}\nN9,New Doctor,,{note}\n".encode(),
    )
    first = await place.loads(roster)
    assert first.held == 1  # the other belongs to nobody, and the operator reads it in the report
    assert [issue.code for issue in first.plan.issues] == ["text_held"] * 2
    assert (await place.loads(roster)).held == 0
    rep = place.people["Li Na"]
    await rep.sends("/start")
    await rep.taps("⏸ Notes that wait (1)")
    await rep.taps("No side effect: keep it")
    async with place.deps.db.read() as uow:
        notes = {row.code: row.note for row in await uow.session.scalars(select(CustomerRow))}
    assert (notes["N0"], notes["N9"]) == (note, "")


async def test_the_safety_report_is_asked_for_again_before_it_is_due(database_url, tmp_path):
    async with _company(database_url, tmp_path, "en") as place:
        rep = place.people["Li Na"]
        await rep.sends(EVENT)
        for hours, state in ((19, ["waiting", "waiting"]), (2, ["sent", "waiting"]), (4, ["sent", "sent"])):
            place.clock.move(timedelta(hours=hours))
            await place.delivers()
            owed = [row for row in await place.rows(OutboxRow) if row.kind == "safety"]
            assert [row.state for row in owed] == state
        assert sum("Report due by Nov 24 08:30" in one.text for one in rep.messages) == 2
        assert sum("overdue since Nov 24 08:30" in one.text for one in rep.messages) == 1
        assert all("rash" not in str(row.params) for row in owed)
