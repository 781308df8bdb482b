"""The digest and the team in the chat: a text, a picture, a workbook, and ways to the decisions."""

import io
import re
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, update
from sqlmodel import col

from bot.bench.regions import Region, build_region
from bot.buttons.coverage import SendDigest, ShowCoverage, ShowDigest, ShowServed, ShowTeam, ShowTerritory
from bot.db.tables import CustomerRow, UserRow
from bot.services import tiering, visits
from domain.coverage.period import Span
from domain.ids import CustomerId
from domain.people.model import Role
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell
from domain.visits.log import Told
from tests.support import jointvisits as joint
from tests.support import town
from tests.support.said import NOT_FOUND
from tests.support.team import team
from tests.support.world import world

NOVEMBER = date(2026, 11, 1)


async def sees_one_c1_often(place):
    """Li Na was with one C1 on five days, and with nobody else; who that is."""
    rep, now = await place.user("Li Na"), place.clock.now()
    async with place.deps.db.read() as uow:
        targets = await uow.visits.targets(rep.id, now.date())
    light = next(one.customer for one in targets if one.cell is Cell.C1)
    for days in (3, 4, 5, 6, 7):
        entry = visits.Entry(light.id, now.date() - timedelta(days=days), Told())
        await visits.log(place.deps, rep, entry, today=now.date(), now=now)
    return light


async def test_the_digest_ends_in_decisions_that_outlive_a_restart(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        boss = place.people["Boss"]
        light = await sees_one_c1_often(place)
        rep, now = await place.user("Li Na"), place.clock.now()
        await tiering.ask(place.deps, rep, CustomerId(3), Doubt.POTENTIAL, "seen there", now=now)
        await boss.sends("/digest")
        assert boss.sees("Digest · Nov 16–Nov 22")
        assert boss.sees("A customers met: 0 % (0/8); before: 0 % (0/8).")
        assert boss.sees("Reach · met at least once")
        assert boss.sees(f"{light.name} · C1 · Li Na: 5, at most 2")
        assert boss.sees(f"3 from {light.name} (C1)") or boss.sees(f"2 from {light.name} (C1)")
        assert re.search(r"^Pace: \d+ done; on pace is \d+–\d+ \S+\nA \S+ · B", boss.text, re.MULTILINE)
        assert boss.sees("Nobody confirmed a week.")
        assert boss.sees("1. Go along with Li Na to ")
        assert boss.sees("2. Decide: questions of your reps that wait for your word: 1")
        assert boss.sees("3. With Li Na: visits to move from C to A")
        digest = boss.message
        ways = [digest.button(label).callback_data for label in ("1 ✓ ", "2 ✓ Question", "3 ✓ Capacity")]
        for way, there in zip(ways, ("Joint visit", "seen there", "Capacity"), strict=True):
            await place.chatter.restart()
            await boss.presses(way, digest)
            assert boss.sees(there), there
        await boss.presses(ShowDigest(Span.WEEK, date(2026, 11, 16)).pack(), digest)
        assert boss.sees("1. Decide: questions of your reps that wait for your word: 1")  # it still waits
        assert not boss.sees("Go along with")


async def test_every_period_is_there_on_demand_but_none_to_come(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.loads(town.visits())
        boss = place.people["Boss"]
        await boss.sends("/digest")
        assert "›" in boss.buttons  # the running week
        await boss.taps("›")
        assert boss.sees("Digest · Nov 23–Nov 29")
        assert boss.sees("Counted up to Nov 23.")
        assert "›" not in boss.buttons
        await boss.taps("By month")
        assert boss.sees("Digest · November 2026")
        assert boss.sees("A 50 % (4/8)")
        await boss.taps("By quarter")
        assert boss.sees("Digest · Quarter 4 of 2026")
        await boss.taps("‹")
        assert boss.sees("Digest · Quarter 3 of 2026")
        await boss.presses(ShowDigest(Span.MONTH, date(2027, 1, 1)).pack())
        assert boss.sees(NOT_FOUND)


async def test_the_team_leads_to_each_rep_and_each_customer(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.loads(town.visits())
        boss = place.people["Boss"]
        await boss.sends("/team")
        assert boss.sees("Li Na: reach 40 % (8/20)")
        assert boss.sees("Wang Wei: reach 0 % (0/20)")
        assert boss.sees("Reach: 20 % (8/40)")
        await boss.taps("Li Na")
        assert boss.sees("Reach: 40 % (8/20)")
        assert boss.sees("A1: reach 100 % (2/2)")
        await boss.taps("Customers")
        assert boss.sees("1. Shaw 1 · A1: 1 of 2 due (≤6) ▼1")
        await boss.taps("1 Shaw 1")
        assert boss.sees("Shaw 1")


async def test_the_picture_is_told_in_words_below_it(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.loads(town.visits())
        boss = place.people["Boss"]
        await boss.sends("/team")
        await boss.taps("Picture")
        assert boss.photo is not None
        assert boss.sees("The team: A 4/8 ▼")
        assert boss.sees("Li Na: A 4/4 ▼")
        assert boss.sees("Wang Wei: A 0/4 ▼")


async def test_the_workbook_opens_with_filters_and_holds_no_formula(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.loads(town.visits())
        async with place.deps.db.write() as uow:
            await uow.session.execute(
                update(CustomerRow).where(col(CustomerRow.id) == 1).values(name='=HYPERLINK("x")')
            )
        await joint.held(place, CustomerId(1))
        boss = place.people["Boss"]
        await boss.sends("/team")
        await boss.taps("Digest")
        await boss.taps("XLSX")
        name, content = boss.file
        assert name == "digest-2026-11-01-2026-11-23.xlsx"
        book = load_workbook(io.BytesIO(content))
        assert book.sheetnames == [
            "Summary", "Customers", "Visits", "Joint visits", "Movement", "Definitions",
        ]  # fmt: skip
        for sheet in book:
            assert sheet.freeze_panes == "A2", sheet.title
            assert sheet.auto_filter.ref, sheet.title
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b", "d"}
        assert len(book["Summary"].conditional_formatting) == 3
        summary = {row[1]: row for row in book["Summary"].iter_rows(values_only=True)}
        assert summary["The team"][2:7] == (40, 4, 12, 8, 0.2)
        assert summary["Li Na"][5:10] == (8, 0.4, 7.5, 50, 0.15)
        assert None not in summary["Name"]
        for sheet, column in (("Customers", "B"), ("Joint visits", "D")):
            [named] = [cell for cell in book[sheet][column] if cell.value == '=HYPERLINK("x")']
            assert named.quotePrefix
        assert book["Visits"].max_row == 13
        formulas = {row[0]: row[1] for row in book["Definitions"].iter_rows(values_only=True)}
        assert formulas["Frequency"] == "sum min(freq, target) / sum target"


async def test_a_rep_has_no_digest_and_a_manager_no_other_team(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.joins("Other", Role.MANAGER)
        rep, other = place.people["Li Na"], place.people["Other"]
        li_na = (await place.user("Li Na")).id
        await other.sends("/digest")
        assert other.sees("There are no reps yet.")
        for kind in (ShowDigest, ShowTeam, ShowTerritory, ShowServed, ShowCoverage, SendDigest):
            await rep.sends("/help")
            await rep.presses(kind(Span.MONTH, NOVEMBER).pack())
            assert not rep.sees("Reach")
            await other.sends("/help")
            await other.presses(kind(Span.MONTH, NOVEMBER, li_na).pack())
            assert other.text.startswith(NOT_FOUND)


async def test_who_leads_managers_goes_down_to_their_teams(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        chief = await place.joins("Chief", Role.MANAGER)
        async with place.deps.db.write() as uow:
            await uow.users.set_manager((await place.user("Boss")).id, (await place.user("Chief")).id)
        await chief.sends("/team")
        assert chief.sees("Boss (2 reps): reach 0 % (0/40)")
        await chief.taps("Boss")
        assert chief.sees("Wang Wei: reach 0 % (0/20)")
        await chief.taps("Li Na")
        assert chief.sees("A1: reach 0 % (0/2)")
        await chief.taps("Customers")
        assert chief.sees("There are no customers yet.")  # names are for the manager of the team
        await chief.sends("/digest")
        assert not chief.sees("Shaw")


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_two_hundred_reps_with_long_names_stay_within_telegrams_limits(
    sqlite_database_url, tmp_path, language
):
    region = Region(
        reps=200, customers_each=4, visits_a_day=1, first=NOVEMBER, last=date(2026, 11, 22), days_before=0
    )
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await place.joins("Boss", Role.MANAGER, language=language)
        async with place.deps.db.write() as uow:
            await build_region(uow, region, place.deps.calendar, (await place.user("Boss")).id)
        long = "N" * 60 if language == "en" else "长" * 60
        async with place.deps.db.write() as uow:
            for table in (UserRow, CustomerRow):
                name = col(table.name)
                await uow.session.execute(
                    update(table).where(name.notin_(["Boss"])).values(name=func.substr(long + name, 1, 80))
                )
        for command in ("/digest", "/team"):
            await boss.sends(command)
            assert 500 < len(boss.text) <= 4096
        await boss.taps("1/25")
        assert len([label for label in boss.buttons if label.startswith(long[:5])]) == 8
        await boss.presses(ShowCoverage(Span.MONTH, NOVEMBER).pack())
        assert boss.photo is not None
        assert 200 < len(boss.text) <= 1024
        assert "1/34" in boss.buttons


async def test_a_declined_proposal_rests_until_there_are_new_facts(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        boss = place.people["Boss"]
        rep, now = await place.user("Li Na"), place.clock.now()
        await tiering.ask(place.deps, rep, CustomerId(3), Doubt.POTENTIAL, "seen there", now=now)
        waits = "questions of your reps that wait for your word"
        await boss.sends("/digest")
        assert boss.sees(f"2. Decide: {waits}: 1")
        await place.chatter.restart()
        await boss.taps("2 ✗ Not now")
        assert boss.sees("1. Go along with Li Na to ")
        assert not boss.sees(waits)
        place.clock.move(timedelta(days=7))
        await tiering.ask(place.deps, rep, CustomerId(4), Doubt.POTENTIAL, "heard", now=place.clock.now())
        await boss.sends("/digest")
        assert not boss.sees(waits)  # one more is no news
        await tiering.ask(place.deps, rep, CustomerId(6), Doubt.POTENTIAL, "told", now=place.clock.now())
        await boss.sends("/digest")
        assert boss.sees(f"2. Decide: {waits}: 3")
        assert not (await place.joins("Other", Role.MANAGER)).sees(waits)


async def test_nobody_answers_the_proposals_of_others(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        boss, other = place.people["Boss"], await place.joins("Other", Role.MANAGER)
        await boss.sends("/digest")
        for label in ("1 ✓ ", "1 ✗ "):
            await other.sends("/help")
            await other.presses(boss.message.button(label).callback_data)
            assert other.text.startswith(NOT_FOUND)
        await boss.sends("/digest")
        assert boss.sees("1. Go along with ")
