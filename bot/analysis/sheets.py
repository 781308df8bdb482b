"""The sheets of an analysis: small ones whole in memory, CSV files of any size block by block."""

import codecs
import csv
import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd

from bot.analysis.model import Lack
from bot.importing.limits import Limits
from bot.importing.reading import UploadedFile, read_files_apart
from bot.importing.tables import separator_of
from domain.errors import DomainError
from domain.importing.columns import Columns
from domain.importing.mapping import header_row
from domain.importing.model import RawSheet
from domain.importing.values import clean

BLOCK = 150_000  # lines
_HEAD = 200_000  # bytes that settle separator and header
_PIECE = 1 << 20
_ARCHIVES = (b"PK", bytes.fromhex("d0cf11e0a1b11ae1"))  # workbooks
_TOO_LARGE = {"file_too_large", "too_many_rows", "too_many_cells", "text_too_large", "workbook_too_large"}
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file too large for memory: in UTF-8, with the header in its first line."""

    path: Path
    separator: str

    def blocks(self, name: str, headers: Sequence[str]) -> Iterator[pd.DataFrame]:
        """The lines as texts ("" = empty), some at a time. DomainError: Lack.UNEVEN, a line is too long."""
        try:
            yield from pd.read_csv(
                self.path,
                sep=self.separator,
                header=0,
                names=range(len(headers)),
                index_col=False,
                dtype=object,
                na_filter=False,
                chunksize=BLOCK,
            )
        except pd.errors.ParserError:
            raise DomainError(Lack.UNEVEN, file=name) from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of an analysis. `raw` has its headers, and its rows too unless it is `large`."""

    raw: RawSheet
    large: CsvFile | None = None

    @property
    def name(self) -> str:
        """What a person would call it."""
        return self.raw.name or self.raw.file

    @property
    def headers(self) -> list[str]:
        """The headers in order."""
        return [str(header) for header in self.raw.frame.columns]

    def blocks(self) -> Iterator[pd.DataFrame]:
        """The rows as texts under the positions of the columns."""
        if self.large is None:
            yield self.raw.frame.set_axis(range(len(self.headers)), axis="columns")
        else:
            yield from self.large.blocks(self.name, self.headers)


async def read_sheets(
    files: Sequence[Path], columns: Columns, folder: Path, limits: Limits | None = None
) -> list[Sheet]:
    """The sheets of `files` in order; `folder` takes copies of large files that must be rewritten.

    CSV files beyond `limits` become large sheets. DomainError as `read_files_apart`, and Lack.WORKBOOK for
    a workbook beyond them.
    """
    bounds = limits or Limits()
    sheets: list[Sheet] = []
    for large, some in groupby(files, lambda file: _is_large(file, bounds)):
        if large:
            sheets += [_open(file, columns, folder / str(len(sheets) + at)) for at, file in enumerate(some)]
        else:
            sheets += [Sheet(raw) for raw in await _small(list(some), columns, bounds)]
    return sheets


async def _small(files: Sequence[Path], columns: Columns, limits: Limits) -> list[RawSheet]:
    try:
        return await read_files_apart([UploadedFile(file.name, file) for file in files], columns, limits)
    except DomainError as error:
        if error.code in _TOO_LARGE:
            raise DomainError(Lack.WORKBOOK, file=error.params["file"]) from None
        raise


def _is_large(file: Path, limits: Limits) -> bool:
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
        if head.startswith(_ARCHIVES):
            return False
        if file.stat().st_size > limits.file_bytes:
            return True
        opened.seek(0)
        rows = sum(piece.count(b"\n") for piece in iter(lambda: opened.read(_PIECE), b""))
    width = max(head.partition(b"\n")[0].count(sign) for sign in (b",", b";", b"\t")) + 1
    return rows > limits.rows or rows * width > limits.cells


def _open(file: Path, columns: Columns, copy: Path) -> Sheet:
    encoding = _encoding(file)
    with file.open(encoding=encoding, newline="") as opened:
        head = opened.read(_HEAD)
    if "\x00" in head or head.lstrip().startswith("<"):
        raise DomainError("not_a_table", file=file.name)
    separator = separator_of(head)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    rows, ends = [], [0]
    with suppress(csv.Error):  # of the last row that was cut off
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
    at = header_row(rows, columns)
    if at is None:
        raise DomainError("empty_file", file=file.name)
    frame = pd.DataFrame(columns=pd.Index([clean(header) for header in rows[at]], dtype=object), dtype=object)
    raw = RawSheet(UploadedFile(file.name, file).short_name, "", frame, at + 1)
    if encoding == "utf-8" and not ends[at]:
        return Sheet(raw, CsvFile(file, separator))
    _rewrite(file, encoding, ends[at], copy)
    return Sheet(raw, CsvFile(copy, separator))


def _encoding(file: Path) -> str:
    """A byte order mark decides; else UTF-8 when it fits, else GB18030 when that fits."""
    with file.open("rb") as opened:
        start = opened.read(4)
    for mark, encoding in _ENCODINGS:
        if start.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError), file.open(encoding=encoding) as opened:
            while opened.read(_PIECE):
                pass
            return encoding
    raise DomainError("encoding_unknown", file=file.name)


def _rewrite(file: Path, encoding: str, skipped: int, copy: Path) -> None:
    """The file from its header on, in UTF-8."""
    with (
        file.open(encoding=encoding, newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as to,
    ):
        for _ in range(skipped):
            source.readline()
        shutil.copyfileobj(source, to)
