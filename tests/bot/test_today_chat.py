"""The list of the day as it is read and tapped."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.buttons.dismissals import PutOff
from bot.importing.reading import UploadedFile
from domain.people.model import Role
from tests.support import town
from tests.support.person import Person
from tests.support.world import LIBRARY, MONDAY, World, world

CAPACITY = LIBRARY.planning.at(MONDAY.date()).capacity
LINE = re.compile(r"(\d+)\. (\d\d:\d\d) (.+?) · ([ABC][123])(?: · .+)?")


@dataclass(frozen=True)
class Line:
    """A visit as it is printed."""

    place: int
    start: str
    name: str
    cell: str


def lines_of(text: str) -> list[Line]:
    found = (LINE.fullmatch(row) for row in text.splitlines())
    return [Line(int(one[1]), one[2], one[3], one[4]) for one in found if one]


async def all_lines(person: Person) -> list[Line]:
    """The visits of all pages of the list that is in sight."""
    lines = lines_of(person.text)
    while "›" in person.buttons:
        await person.taps("›")
        lines += lines_of(person.text)
    return lines


async def opens_line(person: Person, name: str) -> None:
    """Opens the menu of a visit, wherever on the list it is."""
    await person.sends("/today")
    while True:
        for row in person.message.keyboard:
            if row[0].text.endswith(f" {name}"):
                await person.presses(row[-1].callback_data or "", person.message)
                return
        await person.taps("›")


def roster(*rows: str) -> UploadedFile:
    return UploadedFile("roster.csv", "\n".join(rows).encode())


def visits(*rows: str) -> UploadedFile:
    return UploadedFile("visits.csv", "\n".join(("客户编号,拜访日期", *rows)).encode())


async def full_town(place: World, language: str = "en") -> Person:
    await place.loads(town.hospitals(language), town.customers(language), town.visits())
    return await place.joins("Li Na", language=language)


@pytest.mark.parametrize(
    ("language", "ask", "short", "as_of", "profile"),
    [
        (
            "en",
            "who should I visit today?",
            "visit 2 this month; A1: 4–6",
            "Data as of Nov 23 00:30 · last visit on record Nov 14",
            "To be profiled: ",
        ),
        ("zh", "今天该拜访谁", "本月第2次；A1每月4–6次", "数据截至11月23日 00:30", "待了解："),
    ],
)
async def test_the_list_says_when_where_whom_and_why(
    sqlite_database_url, tmp_path, language, ask, short, as_of, profile
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place, language)
        await rep.sends(ask)
        assert short in rep.text
        assert as_of in rep.text
        assert profile in rep.text
        assert f"{town.HOSPITALS[language][0]} · 08:30" in rep.text
        lines = await all_lines(rep)
        assert [line.place for line in lines] == list(range(1, CAPACITY + 1))
        starts = [line.start for line in lines]
        assert starts == sorted(set(starts))


async def test_pages_hold_different_people_and_never_more_than_the_day(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        messages = len(rep.messages)
        lines = await all_lines(rep)
        assert len({line.name for line in lines}) == len(lines) == CAPACITY
        assert "7 more are due and not on the list." in rep.text
        await rep.taps("‹")
        assert "1/2" in rep.buttons
        await rep.taps("1/2")
        assert len(rep.messages) == messages


async def test_the_reasons_of_every_visit_add_up_to_its_price(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        for line in await all_lines(rep):
            await opens_line(rep, line.name)
            await rep.taps("Why")
            price = re.search(r"is worth (\d+\.\d\d) points:", rep.text)
            points = [float(each) for each in re.findall(r"^([+-]\d+\.\d\d)  ", rep.text, re.MULTILINE)]
            assert price
            assert 1 <= len(points) <= 3
            assert sum(points) == pytest.approx(float(price[1]), abs=0.005)
            assert f"\n= {price[1]}\n" in rep.text


async def test_the_list_stays_as_it_was_made_whatever_is_loaded(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        before = await all_lines(rep)
        await place.loads(
            roster("客户编号,姓名,医院,潜力分,支持度,负责代表", "N1,New,Lake Hospital,9,次选,Li Na")
        )
        place.clock.move(timedelta(hours=3))
        await place.chatter.restart()
        await rep.sends("/today")
        assert await all_lines(rep) == before


async def test_those_who_are_not_to_be_visited_are_not_on_the_list(sqlite_database_url, tmp_path):
    headers = "客户编号,姓名,医院,职称,支持度,负责代表,不见代表,状态"
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(
            town.hospitals("en"),
            roster(
                headers,
                "D1,Seen Today,Lake Hospital,主任医师,首选,Li Na,,",
                "D2,No See,Lake Hospital,主任医师,首选,Li Na,是,",
                "D3,Gone,Lake Hospital,主任医师,首选,Li Na,,离职",
                "D4,Ceethree,Southside Clinic,住院医师,竞品,Li Na,,",
                "D5,Unrated,Lake Hospital,主任医师,,Li Na,,",
                "D6,Due,Lake Hospital,主任医师,首选,Li Na,,",
                "D7,Somebody Else's,Lake Hospital,主任医师,首选,Wang Wu,,",
            ),
            visits("D1,2026-11-23"),
        )
        rep = await place.joins("Li Na")
        await rep.sends("/today")
        assert [line.name for line in lines_of(rep.text)] == ["Due"]
        assert "To be profiled: Unrated" in rep.text
        for name in ("Seen Today", "No See", "Gone", "Ceethree", "Somebody Else's"):
            assert name not in rep.text
        for name, why in (
            ("Seen Today", "Not on today's list: already visited today."),
            ("No See", "Not on today's list: sees no representatives."),
            ("Ceethree", "Not on today's list: no visits are planned for C3."),
            ("Unrated", "Not on today's list: not rated yet."),
        ):
            await rep.sends(f"/customer {name}")
            await rep.taps("Why today, or why not")
            assert why in rep.text


async def test_later_keeps_a_customer_away_until_that_day_and_not_longer(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await opens_line(rep, "Gray 14")
        messages = len(rep.messages)
        await rep.taps("Not until …")
        assert rep.text.startswith("When shall Gray 14 be back on the list?")
        assert rep.buttons[:4] == ["Tue, Nov 24", "Thu, Nov 26", "Mon, Nov 30", "Mon, Dec 7"]
        await rep.taps("Thu, Nov 26")
        assert rep.last_answer == "Gray 14 is back on Nov 26"
        assert "Gray 14" not in {line.name for line in await all_lines(rep)}
        assert len(rep.messages) == messages
        for day, listed in (("Nov 24", False), ("Nov 25", False), ("Nov 26", True)):
            place.clock.move(timedelta(days=1))
            await rep.sends("/today")
            assert day in rep.text
            assert ("Put off (1)" in rep.buttons) is not listed
            assert ("Gray 14" in {line.name for line in await all_lines(rep)}) is listed


async def test_who_is_put_off_can_be_taken_back_at_once(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        before = rep.text
        first = lines_of(before)[0].name
        await opens_line(rep, first)
        await rep.taps("Not until …")
        await rep.taps("Mon, Dec 7")
        await place.chatter.restart()
        await rep.taps("Put off (1)")
        assert f"{first} – Not available until …, back on Mon, Dec 7" in rep.text
        await rep.taps(f"Back now: {first}")
        assert rep.last_answer == "Back on the list"
        assert "Nobody is put off." in rep.text
        await rep.taps("Back to the list")
        assert rep.text == before


@pytest.mark.parametrize("until", ["2026-11-23", "2026-11-01", "2027-12-31"])
async def test_a_day_that_cannot_be_meant_puts_nobody_off(sqlite_database_url, tmp_path, until):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        before = rep.text
        await rep.presses(PutOff(1, datetime.fromisoformat(until).date()).pack())
        assert rep.last_answer == "This button is out of date"
        assert rep.text == before


async def test_why_leads_to_the_card_and_back(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await opens_line(rep, "Shaw 1")
        before = rep.text
        assert "promised for Nov 20: <文献>" in before
        await rep.taps("Why")
        worth = re.search(r"= weight of A1 ([\d.]+) × part of this visit ([\d.]+)", rep.text)
        first = re.search(r"^([+-]\d+\.\d\d)  visit 2 this month", rep.text, re.MULTILINE)
        assert worth
        assert first
        assert float(worth[1]) * float(worth[2]) == pytest.approx(float(first[1]), abs=0.01)
        assert "+1.00  promised for Nov 20" in rep.text
        await rep.taps("Card")
        assert "Shaw 1 · KOL" in rep.text
        await rep.taps("Back to the list")
        assert "Shaw 1" in {line.name for line in await all_lines(rep)}


@pytest.mark.parametrize(("market", "working"), [("cn", True), ("us", False), ("generic", False)])
async def test_a_make_up_saturday_is_a_working_day_in_china_alone(
    sqlite_database_url, tmp_path, market, working
):
    saturday = datetime(2026, 10, 10, 1, tzinfo=UTC)
    async with world(sqlite_database_url, tmp_path, market=market, now=saturday) as place:
        await place.loads(town.hospitals("en"), town.customers("en"))
        rep = await place.joins("Li Na")
        await rep.sends("/today")
        assert bool(lines_of(rep.text)) is working
        assert ("Not a working day; the next one is" in rep.text) is not working


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Not a working day; the next one is Nov 30", "Next: Nov 30, visits: 12, first ")),
        ("zh", ("下一个工作日是11月30日", "下一次：11月30日，共12位，第一位")),
    ],
)
async def test_a_weekend_says_so(sqlite_database_url, tmp_path, language, said):
    saturday = datetime(2026, 11, 28, 1, tzinfo=UTC)
    async with world(sqlite_database_url, tmp_path, market="cn", now=saturday) as place:
        rep = await full_town(place, language)
        await rep.sends("/today")
        for sentence in said:
            assert sentence in rep.text
        assert lines_of(rep.text) == []
        assert rep.pinned is None


async def test_when_nobody_is_due_the_most_useful_is_said(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        await rep.sends("/today")
        assert "You have no customers yet. Ask your manager to load the roster." in rep.text
        await place.loads(
            town.hospitals("en"),
            roster(
                "客户编号,姓名,医院,职称,支持度,负责代表",
                "D1,Seen,Lake Hospital,主任医师,首选,Li Na",
                "D2,Unrated,Lake Hospital,主任医师,,Li Na",
            ),
            visits("D1,2026-11-20"),
        )
        await rep.sends("/today")
        assert "Nobody is due today." in rep.text
        assert "find out potential or support of the 1 who are not rated yet" in rep.text
        assert re.search(r"Next: Nov 2\d, visits: 1, first Seen at 08:30\.", rep.text)


async def test_a_manager_reads_the_list_of_a_rep_and_stores_nothing(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        boss = await place.joins("Boss", Role.MANAGER)
        await place.joins("Other", Role.MANAGER)
        await place.joins("Wang Wu", manager="Other")
        rep = await place.joins("Li Na", manager="Boss")
        await place.loads(town.hospitals("en"), town.customers("en"), town.visits())
        await boss.sends("/today")
        assert boss.buttons == ["Li Na", "Product issues (0)", "Home"]
        await boss.taps("Li Na")
        assert "Today, Mon, Nov 23 · Li Na" in boss.text
        preview = await all_lines(boss)
        assert len(preview) == CAPACITY
        assert boss.pinned is None
        assert not {"⋯", "Visited", "My day broke", "Add someone"} & set(boss.buttons)
        user = await place.user("Li Na")
        async with place.deps.db.read() as uow:
            assert await uow.suggestions.of_day(user.id, MONDAY.date()) is None
        await rep.sends("/today")
        assert await all_lines(rep) == preview
        await boss.taps("Why")
        await boss.taps("Back to the list")
        assert "2/2" in boss.buttons
        await boss.taps(boss.buttons[0])
        assert "Looked after by Li Na" in boss.text
        await boss.taps("Back to the list")
        await boss.taps("Left out (7)")
        assert "the day is full; visits: 12" in boss.text
        await boss.taps("Back to the list")
        assert "Today, Mon, Nov 23 · Li Na" in boss.text
        messages = [message for message in boss.messages if "Today" in message.text]
        assert len(messages) == 1


async def test_the_day_is_the_persons_own(sqlite_database_url, tmp_path):
    before_midnight = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai, 07:59 in Los Angeles
    async with world(sqlite_database_url, tmp_path, now=before_midnight) as place:
        shanghai, angeles = await place.joins("Li Na"), await place.joins("Wang Wu")
        await shanghai.sends("/settings Asia/Shanghai")
        await angeles.sends("/settings America/Los_Angeles")
        for moved, one, other in (
            (timedelta(), "Mon, Nov 23", "Mon, Nov 23"),
            (timedelta(minutes=2), "Tue, Nov 24", "Mon, Nov 23"),
            (timedelta(hours=15, minutes=58), "Tue, Nov 24", "Mon, Nov 23"),  # 23:59 in Los Angeles
            (timedelta(minutes=2), "Tue, Nov 24", "Tue, Nov 24"),
        ):
            place.clock.move(moved)
            for person, day in ((shanghai, one), (angeles, other)):
                await person.sends("/today")
                assert f"Today, {day}" in person.text


async def test_what_people_wrote_into_the_roster_is_shown_as_text(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        while "promised for Nov 20: <文献>" not in rep.text:
            await rep.taps("›")  # fails on the last page
        await place.loads(
            roster(
                "客户编号,姓名,医院,职称,支持度,负责代表",
                "X1,<b>Bold</b> & <script>,<i>Hospital</i> & Co,主任医师,首选,Li Na",
            )
        )
        await rep.sends("/customer Bold")
        assert "<b>Bold</b> & <script>" in rep.text
        assert "<i>Hospital</i> & Co" in rep.text


async def test_the_list_stays_within_a_message_however_long_the_names(sqlite_database_url, tmp_path):
    people = [f"L{n},{'N' * 70}{n},{'H' * 110}{n},9,首选,Li Na" for n in range(20)]
    promised = [f"L{n},2026-10-20,{'<&>' * 160},2026-11-20" for n in range(20)]
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(
            roster("客户编号,姓名,医院,潜力分,支持度,负责代表", *people),
            UploadedFile("visits.csv", "\n".join(("客户编号,拜访日期,下一步,下次日期", *promised)).encode()),
        )
        rep = await place.joins("Li Na")
        await rep.sends("/today")
        pages = [rep.text]
        while "›" in rep.buttons:
            await rep.taps("›")
            pages.append(rep.text)
        assert [len(lines_of(page)) for page in pages] == [6, 5]
        assert max(map(len, pages)) <= 4096
