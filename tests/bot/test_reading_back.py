import csv
import io

import openpyxl
import pytest

from bot.exporting import Sheet, is_dangerous, write_csv, write_xlsx
from bot.importing.reading import UploadedFile, read_files
from bot.importing.rejects import write_rejects
from bot.importing.template import write_template
from domain.importing.columns import FIELDS
from domain.importing.model import Action, Kind
from tests.support.rosters import CN, US, columns, plan, sheet, understand

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("http://x","y")',
    "|calc",
]
HARMLESS = ["Li", "1-2", "a=b", "张三", "", "'quoted"]


def workbook(sheets):
    buffer = io.BytesIO()
    write_xlsx(buffer, sheets)
    return openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))


def test_no_text_becomes_a_formula_in_a_workbook():
    page = workbook([Sheet("s", ["=1"], [[text] for text in DANGEROUS])]).active
    cells = [page.cell(row, 1) for row in range(1, len(DANGEROUS) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells[1:]] == [text.replace("\r", "_x000D_") for text in DANGEROUS]
    assert all(cell.quotePrefix for cell in cells[1:])


def test_no_text_becomes_a_formula_in_csv_and_reading_it_back_gives_the_text():
    buffer = io.BytesIO()
    write_csv(buffer, Sheet("s", ["医生姓名"], [[text] for text in DANGEROUS + HARMLESS]))
    rows = list(csv.reader(io.StringIO(buffer.getvalue().decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1 : len(DANGEROUS) + 1]] == [f"'{text}" for text in DANGEROUS]
    assert [row[0] if row else "" for row in rows[len(DANGEROUS) + 1 :]] == HARMLESS
    (back,) = read_files([UploadedFile("s.csv", buffer.getvalue())], columns())
    taken = {change.draft.name for change in plan(back, terms=CN).changes}
    assert {"=1+1", "@SUM(A1)", "张三"} <= taken
    assert [name for name in taken if name.startswith("'")] == ["'quoted"]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_texts_are_left_alone(text):
    assert not is_dangerous(text)


def test_a_workbook_is_comfortable_to_read():
    page = workbook([Sheet("名单", ["姓名", "n"], [["张三" * 30, 5], ["李四", None]])])["名单"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B3"
    assert page["B2"].value == 5
    assert 40 < page.column_dimensions["A"].width < 50


def test_sheet_names_are_made_to_fit():
    wanted = ["a/b:c", "A b c", "x" * 40, "x" * 40, ""]
    book = workbook([Sheet(name, ["h"], []) for name in wanted])
    assert book.sheetnames == ["a b c", "A b c 2", "x" * 31, "x" * 29 + " 2", "Sheet"]


def test_control_characters_do_not_break_a_workbook():
    page = workbook([Sheet("s", ["h"], [["a\x00b\x1fc\ufffe"]])]).active
    assert page["A2"].value == "abc"


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_template_is_understood_without_a_question(locale):
    buffer = io.BytesIO()
    write_template(buffer, columns(), locale, usage=True)
    sheets = read_files([UploadedFile("template.xlsx", buffer.getvalue())], columns())
    found = understand(*sheets, terms=US, answers={"ours": "示例素" if locale == "zh" else "Examplin"})
    assert [mapping.kind for mapping in found.sheets] == list(FIELDS)
    for mapping in found.sheets:
        assert set(mapping.columns) == set(FIELDS[mapping.kind])
    assert not found.questions
    assert not found.remarks
    done = plan(*sheets, terms=US)
    assert not done.issues
    assert {kind: done.count(kind, Action.NEW) for kind in Kind} == dict.fromkeys(Kind, 1)


def test_the_template_offers_the_words_that_are_understood():
    buffer = io.BytesIO()
    write_template(buffer, columns(), "zh", usage=False)
    book = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))
    assert book.sheetnames == ["医院", "客户", "拜访", "销售", "说明"]
    offered = {rule.formula1 for rule in book["客户"].data_validations.dataValidation}
    assert '"首选,次选,竞品"' in offered


def test_rejected_rows_come_back_with_number_and_reason_and_can_be_sent_again():
    doctors = sheet(
        ("医生编号", "医生姓名", "支持度", "身份证号"),
        ("D1", "张三", "首选", "1"),
        ("D2", "=1+1", "还行", "2"),
        ("D3", "王五", "也许", "3"),
        file="名单.csv",
    )
    visits = sheet(("医生编号", "日期", "结果"), ("D9", "2026-11-03", "见到"), file="b.xlsx", name="拜访")
    done = plan(doctors, visits, terms=CN)
    buffer = io.BytesIO()
    words = {"unknown_word": "看不懂这个词", "customer_unknown": "没有这位医生"}
    count = write_rejects(buffer, [doctors, visits], done, columns(), "zh", lambda issue: words[issue.code])
    assert count == done.rejected == 3
    book = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))
    assert book.sheetnames == ["名单", "拜访"]
    assert [[cell.value for cell in row] for row in book["名单"]] == [
        ["医生编号", "医生姓名", "支持度", "原文件行号", "未导入原因"],
        ["D2", "=1+1", "还行", 3, "看不懂这个词"],
        ["D3", "王五", "也许", 4, "看不懂这个词"],
    ]
    book["名单"]["C2"] = "次选"
    mended = io.BytesIO()
    book.save(mended)
    again = read_files([UploadedFile("mended.xlsx", mended.getvalue())], columns())
    retried = plan(*again, terms=CN)
    assert [change.draft.name for change in retried.changes] == ["=1+1"]
    assert not [issue for issue in retried.issues if issue.code == "column_ignored"]
