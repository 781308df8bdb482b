"""Two entries that are one person: made one with both histories, and made two again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.buttons.corrections import MergeInto, ReportWrong, Separate, ShowCorrection
from bot.buttons.customers import ShowCard, ShowTrace
from bot.db.statements import table_of
from bot.db.tables import (
    AuditRow,
    AwaitedWordsRow,
    CorrectionRow,
    CustomerMergeRow,
    CustomerRow,
    KeptVisitRow,
    OutboxRow,
    Row,
    SuggestionRow,
    TimesAskedRow,
    UsageRow,
    VisitRow,
)
from bot.importing.reading import UploadedFile
from bot.services import corrections, customers, merging, profile, segments, tiering, visits
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import FactKind, FileField, RelationKind
from domain.ids import CorrectionId, CustomerId, MergeId
from domain.people.model import Role
from domain.resources.event import Need
from domain.segments.scheme import Scheme
from domain.segments.types import Motive
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell, Support
from domain.visits.log import Told
from domain.visits.states import Result
from tests.support import jointvisits as joint
from tests.support import town
from tests.support.events import described, proposed
from tests.support.team import team
from tests.support.world import World, world

KEPT, GONE, THIRD = CustomerId(14), CustomerId(5), CustomerId(23)  # three of one family name
FRIDAY, THURSDAY = date(2026, 11, 20), date(2026, 11, 19)
SAID = {
    "en": {
        "not_right": "Not right?",
        "twice": "Is listed twice",
        "keep": "Keep: Gray 14",
        "undo": "Undo: make two again",
        "one": "Now they are one entry, with both histories",
        "two": "Now they are two entries again, as before",
        "was": "Was listed twice: this is the entry that was kept",
        "names": ("Gray 14", "Gray 5"),
        "card": "Card",
    },
    "zh": {
        "not_right": "有疑问？",
        "twice": "重复登记",
        "keep": "保留：陈 14",
        "undo": "撤销合并",
        "one": "已合并，两边的记录都保留",
        "two": "已恢复为两条，与合并前一样",
        "was": "曾重复登记，这是保留的那一条",
        "names": ("陈 14", "陈 5"),
        "card": "卡片",
    },
}
_NOT_CONTENT = {
    table_of(row).name for row in (AuditRow, AwaitedWordsRow, CustomerMergeRow, CorrectionRow, OutboxRow)
}  # whom a screen shows is awaited words, too; an answer that was sent stays sent


async def everything(place: World) -> dict[str, list[str]]:
    """Every row of every table that holds content."""
    async with place.deps.db.read() as uow:
        return {
            table.name: sorted(str(row) for row in (await uow.session.execute(select(table))).all())
            for table in Row.metadata.sorted_tables
            if table.name not in _NOT_CONTENT
        }


async def merges(place: World, kept: CustomerId = KEPT, gone: CustomerId = GONE) -> MergeId:
    boss, now = await place.user("Boss"), place.clock.now()
    async with place.deps.db.write() as uow:
        return await merging.merge_in(uow, boss, kept, gone, now)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_merge_and_undo_in_the_chat(sqlite_database_url, tmp_path, language):
    said = SAID[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await place.joins("Boss", Role.MANAGER, language=language)
        rep = await place.joins("Li Na", manager="Boss", language=language)
        await place.loads(town.hospitals(language), town.customers(language), town.visits())
        before = await everything(place)
        await rep.presses(ShowCard(GONE).pack())
        await rep.taps(said["not_right"])
        await rep.taps(said["twice"])
        await place.chatter.restart()
        await rep.sends(said["names"][0])
        await rep.taps(said["names"][0])
        assert said["names"][0] in rep.text
        await boss.presses(ShowCorrection(1).pack())
        await boss.taps(said["keep"])
        assert boss.last_answer == said["one"]
        await rep.presses(ShowCard(GONE).pack())
        assert rep.last_answer == said["was"]
        assert rep.text.startswith(said["names"][0])
        await rep.presses(ShowTrace(GONE).pack())
        assert rep.text.startswith(said["names"][0])
        await rep.sends(f"/customer {said['names'][1]}")
        assert not rep.text.startswith(f"{said['names'][1]}\n")
        await boss.presses(ShowCorrection(1).pack())
        await place.chatter.restart()
        await boss.taps(said["undo"])
        assert boss.last_answer == said["two"]
        assert await everything(place) == before
        await rep.presses(ShowCard(GONE).pack())
        assert rep.text.startswith(said["names"][1])


async def two_lives(place: World) -> None:
    """Both entries have what an entry can have, much of it in the same place."""
    deps, now = place.deps, place.clock.now()
    today, li, boss = now.date(), await place.user("Li Na"), await place.user("Boss")
    for number, note in ((KEPT, "kept"), (GONE, "gone")):
        for on in (FRIDAY, THURSDAY if number == GONE else FRIDAY - timedelta(days=4)):
            told = Told(note=f"{note} {on}", support=Support.SECOND_CHOICE, promise=f"for {note}")
            await visits.log(deps, li, visits.Entry(number, on, told), today=today, now=now)
        await tiering.ask(deps, li, number, Doubt.SUPPORT, f"evidence {note}", now=now)
        await segments.state(deps, li, number, Scheme.MOTIVE, next(iter(Motive)).value, today=today, now=now)
        await profile.add_fact(deps, li, number, FactKind.STRENGTH, f"fact {note}", today=today, now=now)
        await profile.relate(deps, li, number, CustomerId(1), RelationKind.SAME_TEAM, now=now)
        await corrections.report(deps, li, number, CorrectionKind.DATA, now)
        async with deps.db.write() as uow:
            uow.session.add(
                UsageRow(customer_id=number, period="2026-Q3", product="Examplin", quantity=number)
            )
            uow.session.add(TimesAskedRow(customer_id=number, rep_id=li.id, asked_at=now))
            uow.session.add(KeptVisitRow(customer_id=number, rep_id=li.id, on=today, changed_at=now))
        await joint.shared(place, number)
    event = await described(place, "Boss")
    await proposed(place, "Boss", event, {KEPT: Need.NEW, GONE: Need.TREATS})
    await profile.relate(deps, li, KEPT, GONE, RelationKind.SUPERIOR, now=now)
    await tiering.override(deps, boss, KEPT, Cell.A1, "seen at the ward", today=today, now=now)
    await tiering.override(deps, boss, GONE, Cell.C3, "never there", today=today, now=now)
    await place.people["Li Na"].sends("/today")


@pytest.fixture
def url(backend, request) -> str:
    name = {"sqlite": "sqlite_database_url", "postgresql": "postgres_database_url"}[backend]
    return request.getfixturevalue(name)


async def test_undone_a_merge_leaves_no_trace_whatever_both_have(url, tmp_path):
    async with team(url, tmp_path) as place:
        await two_lives(place)
        boss, now = await place.user("Boss"), place.clock.now()
        before = await everything(place)
        number = await merges(place)
        after = await everything(place)
        lost = {name: len(rows) - len(after[name]) for name, rows in before.items()}
        assert {name: n for name, n in lost.items() if n > 0} == {"visit": 1, "usage": 1}  # each pair is one
        async with place.deps.db.read() as uow:
            units = select(func.sum(UsageRow.quantity))
            assert (await uow.session.execute(units)).scalar_one() == KEPT + GONE
            suggested = select(func.count()).select_from(SuggestionRow)
            assert (await uow.session.execute(suggested)).scalar_one() == len(before["suggestion"])
        card = await customers.card(place.deps, await place.user("Li Na"), KEPT, now.date())
        assert card.cell is Cell.A1  # what was said by hand of the entry that is kept
        await merging.separate(place.deps, boss, number, now)
        assert await everything(place) == before


async def test_a_visit_that_was_logged_under_both_is_one_with_both_in_sight(place):
    await two_lives(place)
    rep = place.people["Li Na"]
    await merges(place)
    async with place.deps.db.read() as uow:
        days = await uow.session.scalars(
            select(VisitRow.on).where(VisitRow.customer_id == KEPT).order_by(VisitRow.on)
        )
        assert list(days) == [date(2026, 11, 16), THURSDAY, FRIDAY]
    await rep.presses(ShowCard(KEPT).pack())
    await rep.taps("Visit of Nov 20")
    assert "kept 2026-11-20 / gone 2026-11-20" in rep.text
    await rep.taps("Earlier versions")
    assert "kept 2026-11-20" in rep.text
    assert "gone 2026-11-20" in rep.text


async def test_a_visit_that_took_place_goes_before_one_in_vain(place):
    deps, now, li = place.deps, place.clock.now(), await place.user("Li Na")
    for number, result in ((KEPT, Result.ABSENT), (GONE, Result.MET)):
        told = Told(result=result)
        await visits.log(deps, li, visits.Entry(number, FRIDAY, told), today=now.date(), now=now)
    await merges(place)
    [visit] = [one for one in await visits.of_day(deps, li, FRIDAY) if one.customer_id == KEPT]
    assert visit.told.result is Result.MET


async def test_a_merge_is_not_undone_over_what_was_changed_since(place):
    deps, boss, now = place.deps, place.people["Boss"], place.clock.now()
    await two_lives(place)
    first = await merges(place)
    li = await place.user("Li Na")
    [visit] = [one for one in await visits.of_day(deps, li, FRIDAY) if one.customer_id == KEPT]
    await visits.say(deps, li, visit.id, replace(visit.told, note="changed"), today=now.date(), now=now)
    before = await everything(place)
    await boss.presses(Separate(first).pack())
    assert boss.last_answer == (
        "They cannot be made two again: visits of before were changed since. Take that back first."
    )
    second = await merges(place, THIRD, KEPT)
    await boss.presses(Separate(first).pack())
    assert boss.last_answer == "I cannot find that. Perhaps it is no longer there."
    await boss.presses(Separate(second).pack())
    assert await everything(place) == before


async def test_an_edit_of_the_card_is_taken_back_before_the_merge(place):
    deps, boss = place.deps, await place.user("Boss")
    now = place.clock.now()
    when = {"today": now.date(), "now": now}
    await profile.write(deps, boss, GONE, FileField.DEPARTMENT, "Cardiology", **when)
    number = await merges(place)
    await profile.write(deps, boss, KEPT, FileField.DEPARTMENT, "Surgery", **when)
    await place.people["Boss"].presses(Separate(number).pack())
    assert place.people["Boss"].last_answer == (
        "They cannot be made two again: the entry was edited since. Take that back first."
    )


async def test_entries_of_others_are_neither_merged_nor_separated(place):
    rep, boss = place.people["Li Na"], place.people["Boss"]
    other = await place.joins("Other Boss", Role.MANAGER)
    await rep.presses(ReportWrong(GONE, CorrectionKind.DUPLICATE).pack())
    li = await place.user("Li Na")
    await corrections.same_as(place.deps, li, CorrectionId(1), KEPT)
    await other.presses(MergeInto(1, KEPT).pack())
    assert other.last_answer == "I cannot find that. Perhaps it is no longer there."
    await boss.presses(MergeInto(1, THIRD).pack())  # not one of the two
    assert boss.last_answer == "I cannot find that. Perhaps it is no longer there."
    await boss.presses(MergeInto(1, KEPT).pack())
    for person, button in ((other, Separate(1)), (other, ShowCard(GONE)), (other, ShowCorrection(1))):
        await person.presses(button.pack())
        assert person.last_answer == "I cannot find that. Perhaps it is no longer there."
    await rep.presses(Separate(1).pack())
    assert rep.last_answer == "Your role does not include this."


# Imports


def roster(*rows: str, headers: str = "客户编号,姓名,医院,职称,支持度,负责代表") -> UploadedFile:
    return UploadedFile("roster.csv", "\n".join([headers, *rows]).encode())


async def names(place: World) -> dict[str, str]:
    async with place.deps.db.read() as uow:
        return dict((await uow.session.execute(select(CustomerRow.name, CustomerRow.title))).all())


async def test_an_import_that_brings_the_code_that_is_gone_updates_the_entry_that_was_kept(place):
    await merges(place)
    before = await names(place)
    loaded = await place.loads(
        roster("D005,Gray 5,Lake Hospital,Professor,首选,Li Na"),
        UploadedFile("visits.csv", "客户编号,拜访日期\nD005,2026-11-12\n".encode()),
    )
    assert [(one.code, one.params) for one in loaded.plan.issues] == [("merged_row", {"value": "Gray 14"})]
    after = await names(place)
    assert after == before | {"Gray 14": "Professor"}
    async with place.deps.db.read() as uow:
        [visit] = await uow.session.scalars(select(VisitRow).where(VisitRow.on == date(2026, 11, 12)))
        assert visit.customer_id == KEPT
        assert (await uow.session.get_one(CustomerRow, KEPT)).code == "D014"


async def test_where_a_file_has_both_rows_the_entry_that_was_kept_speaks_for_itself(place):
    await merges(place)
    loaded = await place.loads(
        roster(
            "D005,Gray 5,Lake Hospital,Professor,竞品,Li Na",
            "D014,Gray 14,Lake Hospital,Attending,次选,Li Na",
        )
    )
    assert [one.code for one in loaded.plan.issues] == ["merged_row"]
    assert (await names(place))["Gray 14"] == "Attending"


async def test_a_name_that_is_gone_still_means_the_entry_that_was_kept(sqlite_database_url, tmp_path):
    headers = "姓名,医院,科室,负责代表"
    async with team(sqlite_database_url, tmp_path) as place:
        await place.loads(
            roster("Wang Fang,Lake Hospital,Cardio,Li Na", "Wang Fan,Lake Hospital,,Li Na", headers=headers)
        )
        async with place.deps.db.read() as uow:
            query = select(CustomerRow.id).where(CustomerRow.name.like("Wang Fa%")).order_by(CustomerRow.id)
            kept, gone = (CustomerId(number) for number in await uow.session.scalars(query))
        await merges(place, kept, gone)
        await place.loads(roster("Wang Fan,Lake Hospital,,Li Na", headers=headers))
        found = [name for name in await names(place) if name.startswith("Wang Fa")]
        assert sorted(found) == ["Wang Fan", "Wang Fang"]
        async with place.deps.db.read() as uow:
            count = select(func.count()).where(CustomerRow.name.like("Wang Fa%"))
            assert (await uow.session.execute(count)).scalar_one() == 2
