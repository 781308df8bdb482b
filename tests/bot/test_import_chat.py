"""Loading a roster in the chat: what is asked, what is shown, and that nothing happens unseen."""

import csv
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from structlog.testing import capture_logs

from bot.buttons.importing import AnswerImport, ConfirmImport, RollBack
from bot.db.digest import digest
from bot.importing.limits import Limits
from bot.render.renderer import words
from domain.people.model import Role
from tests.support.person import Person
from tests.support.world import World, world

HEADERS = ("客户编号", "姓名", "医院", "职称", "支持度")
DIGITS = (
    HEADERS,
    ("D1", "张伟", "东湖医院", "主任医师", "1"),
    ("D2", "王芳", "东湖医院", "主治医师", "2"),
    ("D3", "Ann <b>Lee</b> & Co", "Lake Hospital", "住院医师", "3"),
)
OWNED = ((*HEADERS, "负责代表"), *((*row, "Li Na") for row in DIGITS[1:]))


def table(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def content(place: World) -> str:
    async with place.deps.db.read() as uow:
        return await digest(uow)


async def taps(person: Person, message: str) -> None:
    """Taps the button with this message in the person's language."""
    await person.taps(words(person.chat.user.language_code or "en")._(message))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "1 is the strongest",
                "Whose?",
                "Customers: 3 new, 0 changed, 0 unchanged",
                "Nothing is stored yet.",
                "Loaded (no. 1)",
                "all of this is known already",
                "everything is as it was before",
            ),
        ),
        (
            "zh",
            (
                "1最支持",
                "归谁？",
                "客户：新增3，更改0，不变0",
                "目前还没有保存任何内容。",
                "导入完成（第1次）",
                "没有新内容：这些都已有记录。",
                "一切恢复原样",
            ),
        ),
    ],
)
async def test_a_roster_is_asked_about_shown_confirmed_and_taken_back_over_restarts(
    sqlite_database_url, tmp_path, language, said
):
    strongest, whose, counts, waiting, loaded, known, undone = said
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN, language=language)
        before = await content(place)
        await admin.uploads("roster.csv", table(*DIGITS))
        assert strongest in admin.buttons
        await place.chatter.restart()
        await admin.taps(strongest)
        assert whose in admin.text
        await place.chatter.restart()
        await admin.taps("Li Na")
        assert counts in admin.text
        assert waiting in admin.text
        assert await content(place) == before
        await place.chatter.restart()
        await taps(admin, "Load it")
        assert loaded in admin.text
        assert await content(place) != before

        await admin.uploads("roster.csv", table(*DIGITS))  # nothing is asked twice
        assert known in admin.text
        assert words(language)._("Load it") not in admin.buttons
        await taps(admin, "Close")

        await place.chatter.restart()
        await admin.sends("/import")
        await admin.taps("roster.csv")
        await taps(admin, "Undo this load")
        assert await content(place) != before
        await place.chatter.restart()
        await taps(admin, "Yes, undo it")
        assert undone in admin.text
        assert await content(place) == before


async def test_all_of_it_happens_in_one_message(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN)
        messages = len(admin.messages)
        await admin.uploads("roster.csv", table(*DIGITS))
        for label in ("1 is the strongest", "Li Na", "Load it", "Undo this load", "No, keep it"):
            await admin.taps(label)
        assert len(admin.messages) == messages + 1


async def test_a_double_tap_on_confirm_loads_once_and_leaves_the_result_in_sight(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN)
        await admin.uploads("roster.csv", table(*OWNED))
        await admin.taps("1 is the strongest")
        asked = admin.message
        button = asked.button("Load it")
        place.chatter.telegram.press(admin.user_id, asked.message_id, button.callback_data)
        await admin.presses(button.callback_data, asked)
        async with place.deps.db.read() as uow:
            assert len(await uow.imports.batches(10)) == 1
        assert "Loaded (no. 1)" in asked.text
        assert asked.button("Undo this load")
        assert admin.text == "This load is finished or was cancelled. Drop the file again."


async def test_an_old_question_answered_again_shows_the_present_one(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN)
        await admin.uploads("roster.csv", table(*DIGITS))
        first = admin.message.button("3 is the strongest").callback_data
        await admin.taps("1 is the strongest")
        await admin.presses(first)
        assert "Whose?" in admin.text
        await admin.presses(AnswerImport(1, 1, 99).pack())
        assert "Whose?" in admin.text
        async with place.deps.db.read() as uow:
            draft = await uow.drafts.get(1, (await place.user("Root")).id)
        assert list(draft.answers.values()) == ["1"]


async def test_a_cancelled_load_leaves_no_file_behind_and_its_buttons_say_so(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        before = await content(place)
        await admin.uploads("roster.csv", table(*OWNED))
        assert [path.name for path in (tmp_path / "uploads").rglob("upload")] == ["upload"]
        await admin.taps("Cancel")
        assert admin.last_answer == "Nothing was loaded"
        assert list((tmp_path / "uploads").rglob("upload")) == []
        await admin.presses(ConfirmImport(1).pack())
        assert admin.text == "This load is finished or was cancelled. Drop the file again."
        assert await content(place) == before


async def test_two_people_who_load_the_same_file_store_it_once(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        one, two = [await place.joins(name, Role.ADMIN) for name in ("One", "Two")]
        for admin in (one, two):
            await admin.uploads("roster.csv", table(*OWNED))
            await admin.taps("1 is the strongest")
            assert "Customers: 3 new" in admin.text
        await one.taps("Load it")
        before = await content(place)
        await two.taps("Load it")
        assert "Customers: 0 new, 0 changed, 3 unchanged" in two.text
        assert await content(place) == before


@pytest.mark.parametrize(
    ("language", "row", "why", "missing", "word", "doubled"),
    [
        (
            "en",
            "Row in the original file",
            "Why it was not imported",
            "name is missing: fill it in",
            "“9” is not a word known here",
            "contradicts an earlier row",
        ),
        ("zh", "原文件行号", "未导入原因", "缺少姓名：请补上", "不认识“9”", "与前面同一内容的行矛盾"),
    ],
)
async def test_rejected_rows_come_back_as_a_sheet_with_reasons(
    sqlite_database_url, tmp_path, language, row, why, missing, word, doubled
):
    bad = (
        ("D5", "李雷", "东湖医院", "主任医师", "9", "Li Na"),
        ("", "", "东湖医院", "主任医师", "1", "Li Na"),
        ("D6", "=HYPERLINK()", "东湖医院", "主任医师", "1", "Li Na"),
        ("D6", "韩梅", "东湖医院", "主任医师", "2", "Li Na"),
    )
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN, language=language)
        await admin.uploads("roster.csv", table(*OWNED, *bad))
        await admin.taps("1")
        await taps(admin, "Rejected rows with reasons")
        name, data = admin.file
        assert name.endswith(".xlsx")
        page = openpyxl.load_workbook(io.BytesIO(data)).active
        headers, *rows = [list(each) for each in page.iter_rows(values_only=True)]
        assert headers == [*OWNED[0], row, why]
        assert {int(each[-2]) for each in rows} == {5, 6, 7, 8}
        reasons = {int(each[-2]): each[-1] for each in rows}
        assert word in reasons[5]
        assert missing in reasons[6]
        assert doubled in reasons[7]
        assert doubled in reasons[8]
        assert page["B4"].value == "=HYPERLINK()"
        assert (page["B4"].data_type, page["B4"].quotePrefix) == ("s", True), "text, and it stays text"
        await taps(admin, "Load it")
        rejected = words(language).ngettext("%(num)s row rejected", "%(num)s rows rejected", 4, num=4)
        assert rejected in admin.messages[-2].text

        rows[0][4], rows[1][0], rows[1][1], rows[2][0] = "1", "D9", "Newly Named", "D8"
        mended = [tuple(str(cell or "") for cell in each) for each in (headers, *rows)]
        await admin.uploads("mended.csv", table(*mended))
        await admin.taps("1")
        counts = "%(new)s new, %(changed)s changed, %(unchanged)s unchanged"
        assert words(language)._(counts, new=4, changed=0, unchanged=0) in admin.text


@pytest.mark.parametrize(
    ("market", "told"), [("cn", "“月处方量” of roster.csv (rule R-DATA-1)"), ("us", None)]
)
async def test_prescription_columns_are_dropped_and_named_in_china_only(
    sqlite_database_url, tmp_path, market, told
):
    rows = tuple(
        (*row, value) for row, value in zip(OWNED, ("月处方量", "3141", "2718", "1618"), strict=True)
    )
    async with world(sqlite_database_url, tmp_path, market=market) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN)
        await admin.uploads("roster.csv", table(*rows))
        await admin.taps("1 is the strongest")
        assert (told is not None) == ("Not stored, by the rules of this market:" in admin.text)
        assert told is None or told in admin.text
        await admin.taps("Load it")
        assert "Loaded" in admin.text
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("ninebox.db*"))
        assert "张伟".encode() in stored
        if market == "cn":
            assert not any(figure in stored for figure in (b"3141", b"2718", b"1618"))


async def test_a_file_declared_too_large_is_refused_without_a_download(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        await admin.uploads("big <i>.csv", b"x" * (Limits().file_bytes + 1))
        assert admin.text == "“big <i>.csv” is too large: at most 20 MB. Split it and send the parts."
        assert _downloads(place) == []


@pytest.mark.parametrize(
    ("language", "answer"),
    [("en", "Rosters are loaded by managers and admins."), ("zh", "名单由经理或管理员导入")],
)
async def test_a_roster_from_a_rep_is_refused_without_a_download(
    sqlite_database_url, tmp_path, language, answer
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na", language=language)
        before = await content(place)
        await rep.uploads("roster.csv", table(*OWNED))
        assert answer in rep.text
        assert _downloads(place) == []
        assert await content(place) == before


def _downloads(place: World) -> list[str]:
    return [
        call.method for call in place.chatter.telegram.calls if call.method.lower() in {"getfile", "download"}
    ]


async def test_a_manager_cannot_touch_another_team_and_learns_no_names(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Root", Role.ADMIN)
        for boss, rep in (("Boss", "Li Na"), ("Other", "Wang Wu")):
            await place.joins(boss, Role.MANAGER)
            await place.joins(rep, Role.REP, manager=boss)
        admin, boss = place.people["Root"], place.people["Boss"]
        await admin.uploads(
            "all.csv",
            table(
                (*HEADERS, "负责代表"),
                ("D1", "Zhang Wei", "Lake", "主任医师", "首选", "Li Na"),
                ("D2", "Secretson Anna", "Lake", "主任医师", "首选", "Wang Wu"),
            ),
        )
        await admin.taps("Load it")
        before = await content(place)
        await boss.uploads(
            "mine.csv",
            table(
                (*HEADERS, "负责代表"),
                ("D2", "", "", "", "竞品", ""),
                ("D2", "", "", "", "", "Li Na"),
                ("D4", "Grabbed", "Lake", "主任医师", "首选", "Wang Wu"),
            ),
        )
        assert "this customer is not in your team" in boss.text
        assert "the rep is not in your team" in boss.text
        assert "Load it" not in boss.buttons
        await boss.uploads(
            "visits.csv",
            table(("姓名", "拜访日期"), ("Secretson Ana", "2026-11-02"), ("Zhang Wi", "2026-11-02")),
        )
        assert "perhaps Zhang Wei?" in boss.text
        await boss.taps("Rejected rows with reasons")
        _, data = boss.file
        told = " ".join(
            str(cell)
            for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
            for cell in row
        )
        assert "Zhang Wei?" in told
        assert not boss.sees("Secretson Anna")
        assert "Secretson Anna" not in told
        assert await content(place) == before


async def test_a_manager_gives_new_customers_to_the_own_team_only(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        for boss, rep in (("Boss", "Li Na"), ("Other", "Wang Wu")):
            await place.joins(boss, Role.MANAGER)
            await place.joins(rep, Role.REP, manager=boss)
        boss = place.people["Boss"]
        await boss.uploads("mine.csv", table(*DIGITS))
        await boss.taps("1 is the strongest")
        assert boss.buttons == ["Li Na", "Cancel"]


# Broken files


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook with one of its parts changed, or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(*OWNED))) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<row r="1048576"><c r="A1048576"/></row>'
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
BROKEN = {
    "nothing.csv": (b" \r\n\r\n", "is empty", "是空的"),
    "old.xls": (OLE, "is an old Excel file. Save it as .xlsx", "旧版Excel文件"),
    "secret.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password", "设有密码"),
    "macros.xlsm": (with_part("xl/vbaProject.bin", lambda _: b"x"), "contains macros", "含有宏"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "cannot be read", "文字编码无法识别"),
    "page.csv": (b"<html><body><table></table></body></html>", "is not a table", "不是能读取的表格"),
    "cut.xlsx": (workbook(*OWNED)[:900], "is not a table", "不是能读取的表格"),
    "other.xlsx": (b"PK\x05\x06" + bytes(18), "is not a table", "不是能读取的表格"),
    "laughs.xlsx": (
        with_part(SHEET, lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml),
        "could do harm",
        "可能有害",
    ),
    "corner.xlsx": (
        with_part(SHEET, lambda xml: xml.replace(b"</sheetData>", FAR + b"</sheetData>")),
        "too many rows: at most 200000",
        "最多200000行",
    ),
    "wide.csv": (
        table(("姓名", *map(str, range(300)))),
        "too many columns: at most 200",
        "最多200列",
    ),
    "headers.csv": (table(OWNED[0]), "I recognise nothing in this file", "这个文件里没有可识别的内容"),
    "foreign.csv": (
        table(("Qux", "Plugh"), ("1", "2")),
        "“foreign.csv” holds nothing that is known",
        "“foreign.csv”没有可识别的内容",
    ),
    "dates.csv": (
        table(("客户编号", "拜访日期"), ("D1", "2026-02-30"), ("D1", "soon")),
        "row 3, “拜访日期”: “soon” is not a date",
        "第3行，“拜访日期”：“soon”不是日期",
    ),
    "unknown.csv": (
        table(("客户编号", "拜访日期"), ("Nobody <1>", "2026-11-02")),
        "row 2: no customer “Nobody <1>” is known",
        "第2行：没有客户“Nobody <1>”",
    ),
    "identity.csv": (
        table(("客户编号", "姓名", "备注", "负责代表"), ("D1", "张伟", "11010519491231002X", "Li Na")),
        "row 2, “备注”: holds an ID number",
        "第2行，“备注”：含有证件号码",
    ),
    "twice.csv": (
        table(("客户编号", "姓名", "负责代表"), ("D1", "张伟", "Li Na"), ("D1", "王芳", "Li Na")),
        "row 3: contradicts an earlier row",
        "第3行：与前面同一内容的行矛盾",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_file_is_answered_in_words_and_changes_nothing(sqlite_database_url, tmp_path, name):
    data, english, chinese = BROKEN[name]
    with capture_logs() as logs:
        async with world(sqlite_database_url, tmp_path) as place:
            for language, expected in (("en", english), ("zh", chinese)):
                admin = await place.joins(f"Root {language}", Role.ADMIN, language=language)
                before = await content(place)
                await admin.uploads(name, data)
                assert expected in admin.text
                assert words(language)._("Load it") not in admin.buttons
                assert admin.buttons, "there is always a way on"
                assert await content(place) == before
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


async def test_a_file_name_cannot_smuggle_in_markup(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN)
        await admin.uploads("<b>&amp;.csv", table(*OWNED))
        assert "<b>&amp;.csv" in admin.text
        await admin.taps("1 is the strongest")
        await admin.taps("Load it")
        await admin.sends("/import")
        await admin.taps("<b>&amp;.csv")
        assert "<b>&amp;.csv" in admin.text


async def test_a_load_that_others_built_on_is_not_undone(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        admin = await place.joins("Root", Role.ADMIN)
        for level in ("首选", "次选"):
            await admin.uploads(
                "roster.csv",
                table((*HEADERS, "负责代表"), ("D1", "张伟", "东湖", "主任医师", level, "Li Na")),
            )
            await admin.taps("Load it")
        before = await content(place)
        await admin.presses(RollBack(1, sure=True).pack())
        assert admin.text == "Load no. 1 cannot be undone: later changes build on it. Undo those first."
        assert await content(place) == before
