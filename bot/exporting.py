"""The one place that writes spreadsheets for people.

A text that begins like a formula is a way to run commands on somebody else's machine. In a workbook
such a text is written as text and marked so that it stays text when it is edited; CSV knows no
types, so there it is given a leading apostrophe.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | datetime | bool | None

_DANGEROUS = re.compile(r"\s*[=+\-@|\t\r\n＝＋－＠]")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NARROWEST, _WIDEST = 8, 48  # in characters of the default font
_LONGEST_CELL = 32_000
_SCALE = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#F0A35E"}
_CHECKED_ROWS = 10_000  # rows of a fresh sheet that offer a list of choices


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written.

    `choices` are the values that a column's cells offer, by header; the numbers of the columns `scaled`
    are coloured from the smallest to the largest, those of `scaled_as_one`, which stand side by side,
    by one scale for all of them. The columns `percents` hold parts of one that are shown as percentages.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scaled: Sequence[str] = ()
    scaled_as_one: Sequence[str] = ()
    percents: Sequence[str] = ()


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula."""
    return _DANGEROUS.match(text) is not None


def write_xlsx(target: Path | IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write a workbook with a frozen header row, filters and columns as wide as their content."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        styles = {
            "header": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"quote_prefix": True}),
            "long": book.add_format({"text_wrap": True, "valign": "top"}),
            "percent": book.add_format({"num_format": "0%"}),
        }
        for name, sheet in zip(_sheet_names([sheet.name for sheet in sheets]), sheets, strict=True):
            _write_sheet(book.add_worksheet(name), sheet, styles)


def write_csv(target: Path | IO[bytes], sheet: Sheet) -> None:
    """Write UTF-8 with a byte order mark, as Excel expects it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_for_csv(header) for header in sheet.headers])
    writer.writerows([_for_csv(cell) for cell in row] for row in sheet.rows)
    data = text.getvalue().encode("utf-8-sig")
    if isinstance(target, Path):
        target.write_bytes(data)
    else:
        target.write(data)


def _for_csv(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and is_dangerous(cell) else cell


def _write_sheet(page: Worksheet, sheet: Sheet, styles: Mapping[str, Format]) -> None:
    for column, header in enumerate(sheet.headers):
        _write_text(page, 0, column, header, styles["header"])
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, styles)
    page.freeze_panes(1, 0)
    if sheet.headers:
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.headers) - 1)
    for column, header in enumerate(sheet.headers):
        style = styles["percent"] if header in sheet.percents else None
        page.set_column(column, column, _width(sheet, column), style)
    for header, values in sheet.choices.items():
        column = list(sheet.headers).index(header)
        rule = {"validate": "list", "source": list(values), "error_type": "warning"}
        page.data_validation(1, column, _CHECKED_ROWS, column, rule)
    last = max(len(sheet.rows), 1)
    for header in sheet.scaled:
        column = list(sheet.headers).index(header)
        page.conditional_format(1, column, last, column, dict(_SCALE))
    if sheet.scaled_as_one:
        columns = [list(sheet.headers).index(header) for header in sheet.scaled_as_one]
        page.conditional_format(1, min(columns), last, max(columns), dict(_SCALE))


def _write_cell(page: Worksheet, row: int, column: int, cell: Cell, styles: Mapping[str, Format]) -> None:
    if isinstance(cell, str):
        is_long = _columns_of(cell) > _WIDEST
        style = styles["text"] if is_dangerous(cell) else styles["long"] if is_long else None
        _write_text(page, row, column, cell, style)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell)
    elif isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        page.write_datetime(row, column, day, styles["date"])


def _write_text(page: Worksheet, row: int, column: int, text: str, style: Format | None) -> None:
    if kept := _NOT_XML.sub("", text)[:_LONGEST_CELL]:
        page.write_string(row, column, kept, style)


def _width(sheet: Sheet, column: int) -> int:
    cells = [sheet.headers[column], *(row[column] for row in sheet.rows[:500] if column < len(row))]
    return min(max(_NARROWEST, *(_columns_of(str(cell)) + 2 for cell in cells if cell is not None)), _WIDEST)


def _columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text[: _WIDEST + 1])


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that a workbook takes: at most 31 characters, no two alike, nothing it cannot write."""
    taken: set[str] = set()
    names = []
    for name in wanted:
        base = _FORBIDDEN_IN_NAMES.sub(" ", name).strip(" '")[:31] or "Sheet"
        fresh, number = base, 2
        while fresh.casefold() in taken:
            fresh = f"{base[: 30 - len(str(number))]} {number}"
            number += 1
        taken.add(fresh.casefold())
        names.append(fresh)
    return names
