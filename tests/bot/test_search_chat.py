"""Finding customers among many, by what people type: hospitals, departments, titles, page after page."""

from datetime import UTC, datetime

import pytest

import bot.directory
from bot.buttons.customers import FindMore
from bot.db.tables import CustomerRow
from bot.directory import Directory
from bot.importing.reading import UploadedFile
from bot.render.renderer import words
from domain.people.model import Role, Scope
from tests.support.person import Person
from tests.support.world import World, world

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HEADERS = "客户编号,姓名,医院,科室,职称,潜力分,支持度,负责代表"
HOSPITALS = {
    "zh": ("江城大学附属第一医院", "江城协和医院", "心血管内科", "骨科"),
    "en": ("Lake University Medical Center", "Riverside General Hospital", "Cardiology", "Orthopedics"),
}
NAMES = {
    "zh": ("王芳", "王伟", "曾丽", "单雪", "欧阳锋", "王建国", "王敏", "解放"),
    "en": ("Ann Smith", "Bob Smith", "Cy Young", "Dee Smith", "Eve Fox", "Flo Smith", "Gil Smith", "Hal Orr"),
}
TITLES = ("主任医师", "主治医师", "住院医师", "副主任医师")


def people(language: str, *, first: int = 1, owner: str = "Li Na", prefix: str = "") -> UploadedFile:
    """Eight doctors: the first four in one department of one hospital, the others elsewhere."""
    university, general, cardiology, orthopedics = HOSPITALS[language]
    rows = [
        f"D{first + number},{prefix}{name},{university if number < 4 else general},"
        f"{cardiology if number < 4 else orthopedics},{TITLES[number % 4]},5,首选,{owner}"
        for number, name in enumerate(NAMES[language])
    ]
    return UploadedFile("people.csv", "\n".join((HEADERS, *rows)).encode())


async def rep_with_people(place: World, language: str) -> Person:
    await place.loads(people(language))
    return await place.joins("Li Na", language=language)


def found(rep: Person) -> list[str]:
    """The names on the buttons, or the one whose card is shown."""
    listed = [label.split(" · ")[0] for label in rep.buttons if " · " in label]
    return listed if "?" in rep.text or "？" in rep.text else [rep.text.splitlines()[0].split(" · ")[0]]


MEANT = {
    "zh": {
        "附一王主任": ["王芳", "王伟"],
        "协和骨科": ["欧阳锋", "王建国", "王敏", "解放"],
        "心内的曾医生": ["曾丽"],
        "协和 wjg": ["王建国"],
        "shanxue": ["单雪"],
        "xie fang": ["解放"],
        "ouyangfneg": ["欧阳锋"],
        "江大附一 王方": ["王芳"],
        "xiehe wangmin": ["王敏"],
    },
    "en": {
        "LUMC cardio Young": ["Cy Young"],
        "Dr Fox at Riverside General Hospital": ["Eve Fox"],
        "ortho Riverside": ["Hal Orr", "Eve Fox", "Flo Smith", "Gil Smith"],
        "cy yuong lake": ["Cy Young"],
        "a smith lake univ": ["Ann Smith"],
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_reps_type_anywhere_finds_whom_they_mean(sqlite_database_url, tmp_path, language):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await rep_with_people(place, language)
        for asked, names in MEANT[language].items():
            await rep.sends(asked)
            assert sorted(found(rep)) == sorted(names), asked


@pytest.mark.parametrize(
    ("language", "asked", "label"),
    [
        ("zh", "协和骨科的主任", "解放 · 骨科 · 江城协和医院"),
        ("en", "ortho Riverside", "Eve Fox · Orthopedics · Riverside General Hospital"),
    ],
)
async def test_a_line_says_department_and_hospital(sqlite_database_url, tmp_path, language, asked, label):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await rep_with_people(place, language)
        await rep.sends(asked)
        assert label in rep.buttons


async def test_among_equals_the_one_with_the_title_stands_first_but_is_not_taken_for_granted(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await rep_with_people(place, "zh")
        await rep.sends("王副主任")
        assert found(rep) == ["王伟", "王敏", "王芳", "王建国"]
        assert "“王副主任”是指哪一位？" in rep.text


@pytest.mark.parametrize(
    ("language", "asked", "last"), [("zh", "江城", "解放"), ("en", "Dr Smith", "Gil Smith")]
)
async def test_more_than_a_screen_is_turned_over_and_back(
    sqlite_database_url, tmp_path, language, asked, last
):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(people(language, first=100, prefix="Zed " if language == "en" else ""))
        rep = await rep_with_people(place, language)
        await rep.sends(asked)
        shown = found(rep)
        assert len(shown) == 6
        assert rep.buttons[6:] == ["1/3" if language == "zh" else "1/2", "›", words(language)._("Home")]
        await rep.taps("›")
        assert rep.buttons[6 if language == "zh" else 4] == "‹"
        again = found(rep)
        await rep.taps("‹")
        assert found(rep) == shown
        assert again != shown


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("zh", "符合的人比这里显示的多：请少写几个字再问。"),
        ("en", "More fit than are shown here: ask in fewer words."),
    ],
)
async def test_a_question_too_long_for_a_button_shows_one_page_and_says_so(
    sqlite_database_url, tmp_path, language, hint
):
    asked = {
        "zh": "江城大学附属第一医院心血管内科的主任医师",
        "en": "Doctor Professor of Cardiology at the Lake University Medical Center",
    }
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(people(language, first=100))
        rep = await rep_with_people(place, language)
        await rep.sends(f"/customer {asked[language]}")
        assert hint in rep.text
        assert "›" not in rep.buttons


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_another_reps_customer_is_not_found_by_name_sound_place_or_button(
    sqlite_database_url, tmp_path, language
):
    secret = {"zh": ("金秘", "jinmi", "远山医院"), "en": ("Zoe Quill", "zoequill", "Faraway Hospital")}[
        language
    ]
    row = f"X1,{secret[0]},{secret[2]},ICU,主任医师,5,首选,Wang Wu"
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(UploadedFile("other.csv", f"{HEADERS}\n{row}".encode()))
        rep = await rep_with_people(place, language)
        nobody = words(language)._("I found nobody like “%(wanted)s” among your customers.", wanted="{}")
        for asked in secret:
            await rep.sends(f"/customer {asked}")
            assert nobody.format(asked) in rep.text
            await rep.presses(FindMore(asked, 0).pack())
            assert rep.last_answer == words(language)._("I cannot find that. Perhaps it is no longer there.")
        owner = await place.joins("Wang Wu", language=language)
        await owner.sends(secret[1])
        assert owner.text.startswith(secret[0])


async def test_a_roster_that_changes_is_seen_at_once(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await rep_with_people(place, "zh")
        await rep.sends("/customer 华佗")
        assert "没有找到" in rep.text
        moved = people("zh").data().decode().replace("曾丽,江城大学附属第一医院", "华佗,东湖医院")
        await place.loads(UploadedFile("people.csv", moved.encode()))
        await rep.sends("东湖 ht")
        assert rep.text.startswith("华佗")


async def test_the_index_is_kept_until_something_in_its_list_changes(database):
    async with database.write() as uow:
        boss = await uow.users.add(Role.MANAGER, "Boss", None, NOW)
        rep = await uow.users.add(Role.REP, "Li Na", boss.id, NOW)
        uow.session.add_all(CustomerRow(name=f"Novak {at}", owner_id=rep.id) for at in ("A", "B"))
    directory = Directory(database)
    first, of_boss = await directory.of(rep), await directory.of(boss)
    assert [len(index.find("novak")) for index in (first, of_boss)] == [2, 2]
    async with database.write() as uow:
        uow.session.add(CustomerRow(name="Novak C", owner_id=None))
    assert await directory.of(rep) is first
    async with database.write() as uow:
        await uow.customers.assign(None, boss.id)
    assert await directory.of(rep) is first
    assert len((await directory.of(boss)).find("novak")) == 3


async def test_of_many_large_lists_the_latest_asked_for_are_kept(database, monkeypatch):
    async with database.write() as uow:
        reps = [await uow.users.add(Role.REP, f"Rep {at}", None, NOW) for at in range(3)]
        uow.session.add_all(CustomerRow(name="Doctor", owner_id=rep.id) for rep in reps)
    directory = Directory(database)
    one = len(await text_of(database, reps[0]))
    monkeypatch.setattr(bot.directory, "KEPT", 2 * one)
    first = await directory.of(reps[0])
    second = await directory.of(reps[1])
    assert await directory.of(reps[0]) is first
    await directory.of(reps[2])
    assert await directory.of(reps[0]) is first
    assert await directory.of(reps[1]) is not second


async def text_of(database, viewer):
    async with database.read() as uow:
        return await uow.customers.search_text(Scope.of(viewer))
