"""What the compliance gate does in a chat: it refuses, it holds, and it keeps nothing of what it refused."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel
from structlog.testing import capture_logs

from bot.buttons.safety import EndHold, ShowHeld
from bot.db.tables import AuditRow, HeldTextRow, VisitRow
from bot.db.values import AwaitedWords, HeldState, Purpose
from bot.services import awaiting
from bot.services.screening import PLACES, take
from domain.compliance.rules import Place
from domain.errors import DomainError
from domain.people.model import Role
from tests.support import town
from tests.support.world import World, world

EVENT = "met Dr Emil Novak today, one patient had a rash after the first dose"
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


async def rows(place: World, kind: type) -> list:
    async with place.deps.db.read() as uow:
        return list(await uow.session.scalars(select(kind).order_by(kind.id)))


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
    assert await rows(place, VisitRow) == []
    assert SECRET not in await everything_stored(place)
    assert SECRET not in str(logs)
    assert not any(SECRET in message.text for message in rep.messages if message.from_bot)
    (audit,) = [row for row in await rows(place, AuditRow) if row.action == "text_refused"]
    assert audit.detail == {"rules": ["R-GIFT"]}
    assert audit.user_id == (await place.user("Li Na")).id


async def test_a_refusal_and_a_harmless_report_are_kept(place):
    rep = place.people["Li Na"]
    await rep.sends("met Dr Emil Novak today, he hinted at a kickback, I declined and reported it")
    await rep.taps("Save")
    (row,) = await rows(place, VisitRow)
    assert "declined and reported" in row.note


async def test_a_possible_side_effect_waits_until_it_is_acknowledged(place):
    rep = place.people["Li Na"]
    await rep.sends(EVENT)
    assert rep.sees("This may be a side effect")
    assert rep.sees("+86 400 000 0000")
    assert rep.sees("Report due by Nov 24 08:30")
    assert await rows(place, VisitRow) == []
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
    (row,) = await rows(place, VisitRow)
    assert "rash" in row.note
    (held,) = await rows(place, HeldTextRow)
    assert (held.state, held.text) == ("reported", "")


async def test_a_held_note_can_be_deleted_and_is_then_nowhere(place):
    rep = place.people["Li Na"]
    await rep.sends(f"{EVENT}, {SECRET}")
    await rep.taps("Delete the note")
    assert rep.sees("must be reported all the same")
    assert SECRET not in await everything_stored(place)
    assert [row.detail for row in await rows(place, AuditRow) if row.action == "hold_ended"] == [
        {"state": "dropped"}
    ]


async def test_nobody_ends_the_wait_of_another_and_a_second_tap_finds_nothing(place):
    rep, other = place.people["Li Na"], place.people["Wang Wei"]
    await rep.sends(EVENT)
    (held,) = await rows(place, HeldTextRow)
    button = EndHold(held.id, HeldState.DROPPED).pack()
    await other.presses(ShowHeld().pack())
    assert other.sees("Nothing waits.")
    await other.presses(button)
    assert other.last_answer == "I cannot find that. Perhaps it is no longer there."
    assert (await rows(place, HeldTextRow))[0].state == "open"
    await rep.presses(button)
    await rep.presses(button)
    assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."


async def test_words_that_were_asked_for_are_still_their_answer_after_the_wait(place):
    rep, user = place.people["Li Na"], await place.user("Li Na")
    await rep.sends("met Dr Emil Novak today, asked for the study")
    await rep.taps("Save")
    (row,) = await rows(place, VisitRow)
    now = place.clock.now()
    await awaiting.ask(place.deps, user, Purpose.VISIT_FIELD, row.id, "note", now)
    await rep.sends("his patient had a rash after taking it")
    assert rep.sees("This may be a side effect")
    await rep.taps("No side effect: keep it")
    assert (await rows(place, VisitRow))[0].note == "his patient had a rash after taking it"


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


@pytest.mark.parametrize("purpose", [each for each in Purpose if PLACES[each] is not None])
async def test_words_for_any_purpose_pass_the_gate(place, purpose):
    rep, user = place.people["Li Na"], await place.user("Li Na")
    await awaiting.ask(place.deps, user, purpose, 1, "", place.clock.now())
    await rep.sends(f"He gets a {SECRET} kickback")
    assert rep.sees("R-BRIBE-1")
    assert SECRET not in await everything_stored(place)


def test_every_purpose_says_where_its_words_go():
    assert set(PLACES) == set(Purpose)


async def test_the_same_words_pass_once_acknowledged_and_not_for_others(place):
    user, other, now = await place.user("Li Na"), await place.user("Wang Wei"), place.clock.now()
    words = AwaitedWords(Purpose.VISIT_FIELD, 1, "note", now)
    with pytest.raises(DomainError, match="held_text"):
        await take(place.deps, user, EVENT, Place.NOTE, words, now)
    (held,) = await rows(place, HeldTextRow)
    async with place.deps.db.write() as uow:
        await uow.held.close(held.id, user.id, HeldState.REPORTED, now)
    assert [one.rule for one in await take(place.deps, user, EVENT.upper(), Place.NOTE, words, now)] == [
        "R-AE"
    ]
    with pytest.raises(DomainError, match="held_text"):
        await take(place.deps, other, EVENT, Place.NOTE, words, now)
