"""File bytes to tables of texts: what runs in the child process.

Nothing here imports pandas, so that the child starts quickly.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.importing.limits import Limits
from bot.importing.workbook import check_workbook
from domain.errors import DomainError

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SEPARATORS = (",", ";", "\t")
_LOOKED_AT = 50  # records that settle the separator
_MERGES = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as it stands in the file: rows of texts, empty rows and titles included."""

    file: str
    name: str  # "" for a file without sheets
    rows: list[list[str]]


def read_tables(name: str, data: bytes, limits: Limits) -> list[Table]:
    """The tables of one file. Raises DomainError for everything that is not a table we read.

    Codes: those of `check_workbook`, and `empty_file`, `file_too_large`, `old_xls`,
    `encoding_unknown`, `too_many_rows`, `sheet_too_wide`, `text_too_large`.
    """
    if not data.strip(b"\x00 \r\n\t"):
        raise DomainError("empty_file", file=name)
    if len(data) > limits.file_bytes:
        raise DomainError("file_too_large", file=name, limit=limits.file_bytes)
    if data.startswith(_OLE):
        raise DomainError("password_protected" if _ENCRYPTED in data else "old_xls", file=name)
    if data.startswith(b"PK"):
        check_workbook(data, name, limits)
        return list(_sheets(name, data, limits))
    return [_csv(name, data, limits)]


def _sheets(name: str, data: bytes, limits: Limits) -> Iterator[Table]:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        with workbook:
            for title in workbook.sheet_names:
                sheet = workbook.get_sheet_by_name(title)
                rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                _fill_merged(rows, sheet.merged_cell_ranges or [])
                yield Table(name, title, _bounded(rows, name, limits))
    except python_calamine.PasswordError:
        raise DomainError("password_protected", file=name) from None
    except (python_calamine.CalamineError, ValueError, OverflowError, OSError):
        raise DomainError("not_a_table", file=name) from None


def _fill_merged(rows: list[list[str]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Repeat a value down the cells that were merged with it: one hospital beside its ten doctors."""
    for (top, left), (bottom, right) in merged[:_MERGES]:
        if left != right or top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            row[left] = row[left] or rows[top][left]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _csv(name: str, data: bytes, limits: Limits) -> Table:
    text = _decoded(name, data)
    if _CONTROL.search(text) or text.lstrip()[:1] == "<":
        raise DomainError("not_a_table", file=name)
    csv.field_size_limit(1_000_000)
    try:
        separator = separator_of(text)
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > limits.rows:
                raise DomainError("too_many_rows", file=name, limit=limits.rows)
    except csv.Error:
        raise DomainError("not_a_table", file=name) from None
    return Table(name, "", _bounded(rows, name, limits))


def _decoded(name: str, data: bytes) -> str:
    """A byte order mark decides; else UTF-8 when it fits, else GB18030 when that fits."""
    encodings = ["utf-8", "gb18030"]
    if data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or not re.search(r"[\ue000-\uf8ff]", text):
            return text
    raise DomainError("encoding_unknown", file=name)


def separator_of(text: str) -> str:
    """The sign that cuts the first records into the most, and most even, cells."""

    def evenness(separator: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
        widths = [len(row) for row, _ in zip(reader, range(_LOOKED_AT), strict=False) if any(row)]
        if not widths or max(widths) == 1:
            return 0.0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual

    return max(_SEPARATORS, key=evenness)


def _bounded(rows: list[list[str]], file: str, limits: Limits) -> list[list[str]]:
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > limits.rows:
        raise DomainError("too_many_rows", file=file, limit=limits.rows)
    width = max(map(len, rows), default=0)
    if width > limits.columns:
        raise DomainError("sheet_too_wide", file=file, limit=limits.columns)
    if width * len(rows) > limits.cells:
        raise DomainError("too_many_cells", file=file, limit=limits.cells)
    if sum(len(cell) for row in rows for cell in row) > limits.text_bytes:
        raise DomainError("text_too_large", file=file, limit=limits.text_bytes)
    return rows
