import asyncio
import io
import sys
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importing.limits import Limits
from bot.importing.reading import UploadedFile, _bare_environment, read_files, read_files_apart
from bot.importing.tables import read_tables
from bot.render.sentences import PROBLEMS
from domain.errors import DomainError
from tests.support.rosters import CN, columns, plan

ROWS = [
    ["医生姓名", "医院名称", "备注"],
    ["张三", "东湖医院", 'says "a, b; c"'],
    ["李四", "西湖诊所", "两\n行"],
]
LIMITS = Limits()


def as_csv(separator=","):
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in ROWS]
    return "\r\n".join(separator.join(row) for row in quoted)


def workbook(sheets, **options):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return buffer.getvalue()


def repacked(data, change, *, packing=zipfile.ZIP_DEFLATED):
    """A workbook with some parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", packing) as new:
        parts = {name: old.read(name) for name in old.namelist()} | change
        for name, content in parts.items():
            new.writestr(name, content)
    return buffer.getvalue()


def sheet_xml(inside, dimension="A1"):
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{inside}</sheetData></worksheet>'
    ).encode()


def refusal(data, name="roster.xlsx", limits=LIMITS):
    with pytest.raises(DomainError) as refused:
        read_tables(name, data, limits)
    assert refused.value.params["file"] == name
    return refused.value.code


PLAIN = workbook({"Sheet1": ROWS})
FIRST_SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le+bom", "utf-16-be+bom", "gb18030"]
)
def test_every_encoding_with_every_separator_gives_the_same_rows(encoding, separator):
    text = as_csv(separator)
    if encoding.endswith("+bom"):
        data = ("\ufeff" + text).encode(encoding.removesuffix("+bom"))
    else:
        data = text.encode(encoding)
    (table,) = read_tables("roster.csv", data, LIMITS)
    assert table.rows == ROWS


def test_a_workbook_is_read_sheet_by_sheet_as_texts():
    data = workbook({"甲": [["编号", "n"], ["007", 7], ["x", 1234.5]], "乙": ROWS})
    first, second = read_tables("r.xlsx", data, LIMITS)
    assert (first.name, first.rows) == ("甲", [["编号", "n"], ["007", "7"], ["x", "1234.5"]])
    assert (second.name, second.rows) == ("乙", ROWS)


def test_content_decides_and_not_the_name():
    assert read_tables("roster.csv", PLAIN, LIMITS)[0].rows == ROWS
    assert read_tables("roster.xlsx", as_csv().encode(), LIMITS)[0].rows == ROWS


def test_cells_merged_downwards_all_have_the_value():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["医院名称", "医生姓名"])
        page.merge_range(1, 0, 3, 0, "东湖医院")
        for row, name in enumerate(["张三", "李四", "王五"], start=1):
            page.write(row, 1, name)
    (table,) = read_tables("r.xlsx", buffer.getvalue(), LIMITS)
    assert [row[0] for row in table.rows] == ["医院名称", *["东湖医院"] * 3]


def test_row_numbers_are_those_a_person_sees():
    title = "目标医生名单\n\n" + "医生姓名,支持度\n张三,首选\n\n李四,第五\n"
    (sheet,) = read_files([UploadedFile("r.csv", title.encode())], columns())
    assert sheet.header_row == 3
    assert [(issue.source.row, issue.code) for issue in plan(sheet, terms=CN).issues] == [(6, "unknown_word")]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.csv", b"", "empty_file"),
        ("blank.csv", b"\r\n \n", "empty_file"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "old_xls"),
        (
            "locked.xlsx",
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "password_protected",
        ),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "not_a_table"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "not_a_table"),
        ("latin.csv", "Name,City\nJosé,Málaga\n".encode("latin-1"), "encoding_unknown"),
        ("cut.xlsx", PLAIN[: len(PLAIN) // 2], "not_a_table"),
        ("macro.xlsm", repacked(PLAIN, {"xl/vbaProject.bin": b"x"}), "macro_workbook"),
        (
            "letter.docx",
            repacked(PLAIN, {"xl/workbook.xml": b""}).replace(b"xl/workbook", b"wo/rkbooook"),
            "not_a_table",
        ),
    ],
)
def test_files_that_are_no_tables_are_refused_by_name(name, data, code):
    assert refusal(data, name) == code


HOSTILE = {
    "zip bomb": (lambda: repacked(PLAIN, {"xl/media/a.bin": bytes(60_000_000)}), "workbook_hostile"),
    "too large unpacked": (
        lambda: repacked(PLAIN, {f"xl/media/{n}": bytes(9_000_000) for n in range(25)}),
        "workbook_too_large",
    ),
    "far cell": (
        lambda: repacked(
            PLAIN, {FIRST_SHEET: sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}
        ),
        "sheet_too_wide",
    ),
    "far row": (
        lambda: repacked(
            PLAIN, {FIRST_SHEET: sheet_xml('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')}
        ),
        "too_many_rows",
    ),
    "far cell by entity": (
        lambda: repacked(PLAIN, {FIRST_SHEET: sheet_xml('<row><c r="&#88;FD1"><v>1</v></c></row>')}),
        "sheet_too_wide",
    ),
    "columns without references": (
        lambda: repacked(PLAIN, {FIRST_SHEET: sheet_xml("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>")}),
        "sheet_too_wide",
    ),
    "wide rectangle": (
        lambda: repacked(
            PLAIN,
            {FIRST_SHEET: sheet_xml('<row r="1"><c r="GR1"/></row><row r="199999"><c r="A199999"/></row>')},
        ),
        "too_many_cells",
    ),
    "billion laughs": (
        lambda: repacked(
            PLAIN,
            {
                "xl/sharedStrings.xml": b'<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
                b"<sst><si><t>&b;</t></si></sst>"
            },
        ),
        "workbook_hostile",
    ),
    "endless text": (
        lambda: repacked(
            PLAIN,
            {"xl/sharedStrings.xml": b"<sst><si><t>" + b"ab" * 400_000 + b"</t></si></sst>"},
            packing=zipfile.ZIP_STORED,
        ),
        "workbook_hostile",
    ),
    "path": (lambda: repacked(PLAIN, {"../../etc/passwd": b"x"}), "workbook_hostile"),
    "many parts": (lambda: repacked(PLAIN, {f"xl/x{n}.bin": b"" for n in range(2_100)}), "workbook_hostile"),
    "broken xml": (lambda: repacked(PLAIN, {FIRST_SHEET: b"<worksheet><sheetData>"}), "not_a_table"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused_before_they_are_parsed(name):
    make, code = HOSTILE[name]
    data = make()
    started = time.process_time()
    assert refusal(data) == code
    assert time.process_time() - started < 5


def test_a_directory_that_lies_about_a_size_is_refused():
    data = repacked(PLAIN, {FIRST_SHEET: sheet_xml("<row/>" * 5_000)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(FIRST_SHEET).file_size
    lying = data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != data
    assert refusal(lying) == "workbook_hostile"


def test_an_encrypted_part_is_called_password_protected():
    data = bytearray(PLAIN)
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(bytes(data)) == "password_protected"


def test_limits_are_named_in_the_refusal():
    rows = ("a,b\n" * 11).encode()
    assert refusal(rows, "r.csv", Limits(rows=10)) == "too_many_rows"
    assert refusal(rows, "r.csv", Limits(columns=1)) == "sheet_too_wide"
    assert refusal(rows, "r.csv", Limits(file_bytes=10)) == "file_too_large"
    with pytest.raises(DomainError) as refused:
        read_files([UploadedFile("big.csv", rows)], columns(), Limits(file_bytes=10))
    assert refused.value.params == {"file": "big.csv", "limit": 10, "size": len(rows)}


def outcome(file):
    """ "read", or the code of the refusal, for which there is a sentence."""
    try:
        read_files([file], columns())
    except DomainError as error:
        return error.code
    return "read"


@settings(max_examples=300)
@given(
    data=st.binary(max_size=2_000),
    start=st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0", b"a,b\n"]),
)
def test_random_bytes_are_read_or_refused_and_nothing_else(data, start):
    assert outcome(UploadedFile("x", start + data)) in {"read", *PROBLEMS}


@settings(max_examples=150)
@given(at=st.integers(0, len(PLAIN) - 1), byte=st.integers(0, 255), cut=st.integers(0, 400))
def test_damaged_workbooks_are_read_or_refused_and_nothing_else(at, byte, cut):
    damaged = PLAIN[:at] + bytes([byte]) + PLAIN[at + 1 + cut :]
    assert outcome(UploadedFile("x.xlsx", damaged)) in {"read", *PROBLEMS}


async def test_the_child_process_gives_the_same_sheets(tmp_path: Path):
    path = tmp_path / "b.csv"
    path.write_bytes(as_csv().encode("gb18030"))
    files = [UploadedFile("a.xlsx", PLAIN), UploadedFile("b.csv", path)]
    apart, here = await read_files_apart(files, columns()), read_files(files, columns())
    assert [(sheet.file, sheet.name, sheet.header_row) for sheet in apart] == [
        ("a.xlsx", "Sheet1", 1),
        ("b.csv", "", 1),
    ]
    for one, other in zip(apart, here, strict=True):
        assert one.frame.equals(other.frame)


async def test_a_refusal_comes_back_from_the_child():
    with pytest.raises(DomainError) as refused:
        await read_files_apart([UploadedFile("page.xls", b"<html>")], columns())
    assert (refused.value.code, refused.value.params) == ("not_a_table", {"file": "page.xls"})


@pytest.mark.parametrize("name", ["roster.csv", "roster", ".csv", "r" * 200 + ".csv"])
async def test_files_of_one_name_are_told_apart_and_lose_no_row(name):
    head = "医生姓名,医院名称\n"
    files = [UploadedFile(name, f"{head}张{at},医院{at}\n".encode()) for at in range(3)]
    sheets = await read_files_apart(files, columns())
    assert len({sheet.file for sheet in sheets}) == 3
    assert [sheet.file for sheet in sheets] == [sheet.file for sheet in read_files(files, columns())]
    done = plan(*sheets, terms=CN)
    assert done.issues == ()
    assert sum(change.kind == "customer" for change in done.changes) == 3
    assert sum(change.kind == "institution" for change in done.changes) == 3


async def test_a_child_that_takes_too_long_is_ended():
    started = time.monotonic()
    with pytest.raises(DomainError) as refused:
        await read_files_apart([UploadedFile("a.xlsx", PLAIN)], columns(), Limits(seconds=0.001))
    assert refused.value.code == "reading_timed_out"
    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no process's memory this way")
async def test_a_child_that_takes_too_much_memory_is_ended():
    rows = b"aaaa1,bbbb2,cccc3,dddd4\n" * 190_000
    with pytest.raises(DomainError) as refused:
        await read_files_apart([UploadedFile("a.csv", rows)], columns(), Limits(memory=90_000_000))
    assert refused.value.code in {"workbook_hostile", "workbook_too_large"}


async def test_the_child_knows_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("NINEBOX_TELEGRAM_TOKEN", "1234567:secret")
    assert not any(name.startswith("NINEBOX") for name in _bare_environment())
    assert await read_files_apart([UploadedFile("a.xlsx", PLAIN)], columns())


async def test_a_cancelled_reading_leaves_no_child_behind():
    task = asyncio.ensure_future(read_files_apart([UploadedFile("a.xlsx", PLAIN)], columns()))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
