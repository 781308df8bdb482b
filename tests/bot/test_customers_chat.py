"""Finding a customer, the card, the strategy and the grid, as they are read and tapped."""

import pytest

from bot.buttons.customers import ShowCell, ShowStrategy
from bot.importing.reading import UploadedFile
from bot.render.charts import Charts, GridPicture
from bot.render.renderer import words
from domain.people.model import Role
from domain.tiering.model import Cell
from tests.support import town
from tests.support.person import Person
from tests.support.world import LIBRARY, World, world

PEOPLE = (
    "客户编号,姓名,医院,科室,职称,潜力分,支持度,负责代表,备注",
    "D1,张伟,东湖医院,内科,主任医师,9,首选,Li Na,",
    "D2,张敏,江城第一医院,外科,主治医师,5,次选,Li Na,",
    "D3,王芳,江城第一医院,肾内科,住院医师,2,竞品,Li Na,",
    "D4,欧阳锋,东湖医院,内科,主任医师,9,次选,Li Na,",
    "D5,John Zhang,Lake Hospital,Cardiology,主任医师,9,竞品,Li Na,",
    "D6,Secret Person,Lake Hospital,Cardiology,主任医师,9,竞品,Wang Wu,",
)


async def with_people(place: World, language: str = "zh") -> Person:
    await place.loads(UploadedFile("people.csv", "\n".join(PEOPLE).encode()))
    return await place.joins("Li Na", language=language)


# Finding


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("/customer 王芳", "王芳"),
        ("王芳", "王芳"),
        ("王芳是哪一类", "王芳"),
        ("wangfang", "王芳"),
        ("wang fang", "王芳"),
        ("/customer wf", "王芳"),
        ("ouyangfeng", "欧阳锋"),
        ("欧阳医生是哪一类", "欧阳锋"),
        ("John Zhang", "John Zhang"),
        ("show Dr John Zhang", "John Zhang"),
        ("/customer 肾内科", "王芳"),
    ],
)
async def test_one_customer_is_found_by_name_pinyin_initials_or_place(
    sqlite_database_url, tmp_path, asked, name
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await with_people(place)
        await rep.sends(asked)
        if len(rep.buttons) > 1 and name not in rep.text.splitlines()[0]:
            await rep.taps(name)
        assert rep.text.startswith(name)
        assert ("Last visits" if asked.startswith("show") else "最近拜访") in rep.text


@pytest.mark.parametrize(
    ("language", "asked", "question"),
    [
        ("zh", "张医生是哪一类", "“张医生”是指哪一位？"),
        ("en", "show Dr Zhang", "Whom do you mean by “Dr Zhang”?"),
    ],
)
async def test_several_customers_are_offered_with_where_they_work(
    sqlite_database_url, tmp_path, language, asked, question
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await with_people(place, language)
        await rep.sends(asked)
        assert rep.text == question
        assert {"张伟 · 内科 · 东湖医院", "张敏 · 外科 · 江城第一医院"} <= set(rep.buttons)
        await rep.taps("张敏")
        assert rep.text.startswith("张敏")
        assert "B2" in rep.text


async def test_a_hospital_offers_its_people(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await with_people(place)
        await rep.sends("/customer 东湖医院")
        assert {label.split(" · ")[0] for label in rep.buttons[:-1]} == {"张伟", "欧阳锋"}


@pytest.mark.parametrize(
    ("language", "said", "help_"),
    [
        ("en", "I found nobody like “Secret Person” among your customers.", "Try the surname"),
        ("zh", "您的客户里没有找到“Secret Person”。", "姓"),
    ],
)
async def test_a_name_that_fits_nobody_gets_help_and_other_reps_people_are_nobody(
    sqlite_database_url, tmp_path, language, said, help_
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await with_people(place, language)
        await rep.sends("/customer Secret Person")
        assert said in rep.text
        assert help_ in rep.text
        assert rep.buttons == [words(language)._("Home")]


async def test_a_manager_finds_the_teams_customers(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        boss = await place.joins("Boss", Role.MANAGER)
        await place.joins("Wang Wu", manager="Boss")
        await with_people(place)
        await boss.sends("/customer Secret Person")
        assert "Looked after by Wang Wu" in boss.text
        await boss.sends("/customer 王芳")
        assert "I found nobody" in boss.text


@pytest.mark.parametrize(
    ("language", "nonsense", "said", "first"),
    [
        (
            "en",
            "the quick brown fox jumps over the lazy dog",
            "I did not understand that.",
            "Today's visits",
        ),
        ("zh", "窗外的蓝色月亮很安静", "没听懂", "今天拜访谁"),
    ],
)
async def test_what_is_not_understood_gets_a_menu(
    sqlite_database_url, tmp_path, language, nonsense, said, first
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await with_people(place, language)
        await rep.sends(nonsense)
        assert said in rep.text
        assert first in rep.buttons
        assert len(rep.buttons) in {3, 4}


# The card


CARDS = {
    "en": """Shaw 1 · KOL
Chief physician
Riverside General · Springfield
A1 · 5 visits a month (4–6)
• site class 1 and title give potential score 9 (A from 8, B from 4)
• support 1 as stated
Tue, Nov 3 · face to face · Met
Next step: <文献> (Fri, Nov 20)
Best times: Mon 08:00–12:00
Reception for reps: Mon 08:00–12:00
<b>careful & kind</b>
Data as of Nov 23""",
    "zh": """王 1 · KOL
主任医师
江城第一医院 · 江城
A1 · 每月5次（4–6）
• 支持度1（填报）
11月3日周二 · 面对面 · 见到
下一步：<文献>（11月20日周五）
方便时间：周一 08:00–12:00
接待时间：周一 08:00–12:00
<b>careful & kind</b>
数据截至11月23日""",
}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_card_says_who_where_why_and_what_next(sqlite_database_url, tmp_path, language):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(town.hospitals(language), town.customers(language), town.visits())
        rep = await place.joins("Li Na", language=language)
        name = f"{town.SURNAMES[language][0]} 1"
        await rep.sends(f"/customer {name}")
        if not rep.text.startswith(name):
            await rep.taps(f"{name} · ")
        shown = rep.text.splitlines()
        for line in CARDS[language].splitlines():
            assert [each for each in shown if each.startswith(line)], line


async def test_a_customer_without_a_cell_is_called_unrated_and_has_no_strategy(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(town.hospitals("en"), town.customers("en"))
        rep = await place.joins("Li Na")
        await rep.sends("/customer Hale 6")
        assert "Not rated yet · B?" in rep.text
        assert "support is missing, so there is no digit" in rep.text
        assert not [label for label in rep.buttons if label.startswith("Strategy")]
        await rep.presses(ShowStrategy(6).pack())
        assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."


# The strategy


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_cell_has_its_strategy_card(sqlite_database_url, tmp_path, language):
    scores, levels = {"A": 9, "B": 5, "C": 2}, ("首选", "次选", "竞品")
    rows = [
        f"{cell.value},Doctor {cell.value},{scores[cell.tier]},{levels[cell.support - 1]},Li Na"
        for cell in Cell
    ]
    cards = LIBRARY.playbooks[language].cells
    async with world(sqlite_database_url, tmp_path) as place:
        roster = "\n".join(("客户编号,姓名,潜力分,支持度,负责代表", *rows))
        await place.loads(UploadedFile("nine.csv", roster.encode()))
        rep = await place.joins("Li Na", language=language)
        for cell in Cell:
            await rep.sends(f"/customer Doctor {cell.value}")
            if cell.value not in rep.text.splitlines()[0]:
                await rep.taps(f"Doctor {cell.value}")
            await rep.taps(words(language)._("Strategy for %(cell)s", cell=cell.value))
            card = cards[cell]
            assert rep.text.startswith(f"{cell.value} · {card.title}")
            for sentence in (card.aim, card.watch, card.question, *card.do, *card.dont):
                assert sentence in rep.text
            norm = LIBRARY.cadence.at(place.clock.now().date()).cells[cell]
            assert f"{norm.target:g}" in rep.text
            await rep.taps(words(language)._("Back to the card"))
            assert f"Doctor {cell.value}" in rep.text


# The grid


@pytest.mark.parametrize(
    ("language", "total", "unrated"),
    [("en", "27 customers", "Not rated: 2"), ("zh", "27位客户", "未评级：2")],
)
async def test_the_grid_says_the_same_as_picture_text_and_buttons(
    sqlite_database_url, tmp_path, monkeypatch, language, total, unrated
):
    drawn: list[GridPicture] = []
    draw = Charts.draw

    async def watched(self: Charts, picture: GridPicture) -> bytes:
        drawn.append(picture)
        return await draw(self, picture)

    monkeypatch.setattr(Charts, "draw", watched)
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(town.hospitals(language), town.customers(language))
        rep = await place.joins("Li Na", language=language)
        await rep.sends("/grid")
        (picture,) = drawn
        counts = {cell: picture.cells[cell].count for cell in Cell}
        assert sum(counts.values()) == 25
        assert rep.photo.startswith(b"\x89PNG")
        assert total in rep.text
        assert unrated in rep.text
        for cell, count in counts.items():
            assert f"{cell.value} {count}" in rep.text
            assert f"{cell.value} · {count}" in rep.buttons
            assert len(picture.cells[cell].names) == count
        await rep.taps(f"A1 · {counts[Cell.A1]}")
        assert [label for label in rep.buttons if label in picture.cells[Cell.A1].names]


async def test_a_cell_lists_its_people_and_the_way_leads_back(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(town.hospitals("en"), town.customers("en"))
        rep = await place.joins("Li Na")
        await rep.sends("who is in A2?")
        assert rep.text.startswith("A2 · ")
        assert "5 visits a month (4–6)" in rep.text
        await rep.taps("Cole 11")
        await rep.taps("Back to the grid")
        assert rep.text.startswith("A2 · ")
        await rep.presses(ShowCell("-").pack())
        assert rep.buttons[:2] == ["Diaz 12", "Hale 6"]
        await rep.presses(ShowCell("Z9").pack())
        assert rep.text.startswith("Not rated · 2 customers")


async def test_the_grid_of_nobody_is_empty_and_not_an_error(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        await rep.sends("/grid")
        assert rep.photo
        assert "0 customers" in rep.text
        assert "No data loaded yet" in rep.text
