"""Looking into an .xlsx before anybody parses it.

A workbook of a few kilobytes can unpack to gigabytes, or hold one cell in the last row and column
for which every reader allocates the whole rectangle. So the archive is walked part by part, really
unpacked under a counter, and the real cell references are read, before calamine sees the file.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NoReturn
from xml.parsers import expat

from bot.importing.limits import Limits
from domain.errors import DomainError

_CHUNK = 65_536
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_LONGEST_TEXT = 40_000  # Excel allows 32,767 characters in a cell
_SMALL = 1_000_000  # parts below this size may be packed as tightly as they like


def check_workbook(data: bytes, file: str, limits: Limits) -> None:
    """Raise DomainError unless `data` is a workbook that is safe to parse.

    Codes: `not_a_table`, `macro_workbook`, `password_protected`, `workbook_hostile` (with `why`),
    `workbook_too_large`, `too_many_rows`, `sheet_too_wide`, `too_many_sheets`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        raise DomainError("not_a_table", file=file) from None
    _check_parts(parts, file, limits)
    _check_kind({part.filename.lower() for part in parts}, file, limits)
    room = limits.unpacked_bytes
    for part in parts:
        scan = _Scan(part.filename, file, limits)
        for chunk in _unpacked(data, part, file, limits, room):
            room -= len(chunk)
            scan.feed(chunk)
        scan.close()


def _check_parts(parts: list[zipfile.ZipInfo], file: str, limits: Limits) -> None:
    if len(parts) > limits.parts:
        _hostile(file, "parts")
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise DomainError("workbook_too_large", file=file, limit=limits.unpacked_bytes)
    names: set[str] = set()
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        name = part.filename
        if name.startswith("/") or "\\" in name or ".." in posixpath.normpath(name).split("/"):
            _hostile(file, "path")
        if name.lower() in names:
            _hostile(file, "twice")
        names.add(name.lower())
        if part.flag_bits & 0x1:
            raise DomainError("password_protected", file=file)
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            _hostile(file, "packing")
        if part.header_offset < end:
            _hostile(file, "overlap")
        end = part.header_offset + part.compress_size


def _check_kind(names: set[str], file: str, limits: Limits) -> None:
    if any(name.endswith("vbaproject.bin") for name in names):
        raise DomainError("macro_workbook", file=file)
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise DomainError("not_a_table", file=file)
    sheets = sum(1 for name in names if _SHEET.fullmatch(name))
    if sheets > limits.sheets:
        raise DomainError("too_many_sheets", file=file, limit=limits.sheets)


def _unpacked(data: bytes, part: zipfile.ZipInfo, file: str, limits: Limits, room: int) -> Iterator[bytes]:
    """The real content of a part, whatever the archive's directory says about its size."""
    start = part.header_offset
    if len(data) < start + _LOCAL_HEADER.size:
        raise DomainError("not_a_table", file=file)
    header = _LOCAL_HEADER.unpack_from(data, start)
    start += _LOCAL_HEADER.size + header[9] + header[10]
    packed = memoryview(data)[start : start + part.compress_size]
    allowed = min(room, max(_SMALL, part.compress_size * limits.ratio))
    size = 0
    for chunk in _inflated(packed, part, file):
        size += len(chunk)
        if size > allowed:
            if size > room:
                raise DomainError("workbook_too_large", file=file, limit=limits.unpacked_bytes)
            _hostile(file, "ratio")
        yield chunk
    if size != part.file_size:
        _hostile(file, "size")


def _inflated(packed: memoryview, part: zipfile.ZipInfo, file: str) -> Iterator[bytes]:
    if part.compress_type == zipfile.ZIP_STORED:
        for start in range(0, len(packed), _CHUNK):
            yield bytes(packed[start : start + _CHUNK])
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting: bytes = bytes(packed)
    try:
        while not unpacker.eof:
            chunk = unpacker.decompress(waiting, _CHUNK)
            waiting = unpacker.unconsumed_tail
            if not chunk and not waiting:
                break
            yield chunk
    except zlib.error:
        raise DomainError("not_a_table", file=file) from None
    if not unpacker.eof:
        raise DomainError("not_a_table", file=file)


class _Scan:
    """Reads one XML part for what would make a parser suffer; other parts pass through."""

    def __init__(self, name: str, file: str, limits: Limits) -> None:
        self._name, self._file, self._limits = name, file, limits
        self._row = self._column = self._rows = self._columns = self._length = 0
        self._parser: expat.XMLParserType | None = None
        if not name.lower().endswith((".xml", ".rels")):
            return
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        if _SHEET.fullmatch(name):
            self._parser.StartElementHandler = self._sheet_element
        elif name.lower().endswith("sharedstrings.xml"):
            self._parser.StartElementHandler = self._string_element
            self._parser.CharacterDataHandler = self._string_text

    def feed(self, chunk: bytes) -> None:
        self._parse(chunk, last=False)

    def close(self) -> None:
        """End the part, and check the rectangle that a reader would allocate."""
        self._parse(b"", last=True)
        if self._rows * self._columns > self._limits.cells:
            raise DomainError("too_many_cells", file=self._file, limit=self._limits.cells)

    def _parse(self, chunk: bytes, *, last: bool) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise DomainError("not_a_table", file=self._file) from None

    def _doctype(self, *_: Any) -> None:
        _hostile(self._file, "entities")

    def _sheet_element(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = _whole(attributes.get("r"), self._row + 1)
            self._column = 0
        elif name == "c":
            self._cell(attributes.get("r"))
        elif name == "mergeCell":
            last = attributes.get("ref", "").rpartition(":")[2]
            if _REFERENCE.fullmatch(last) is None:
                _hostile(self._file, "reference")

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        elif found := _REFERENCE.fullmatch(reference):
            self._row, self._column = int(found[2]), _column_number(found[1])
        else:
            _hostile(self._file, "reference")
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._columns > self._limits.columns:
            raise DomainError("sheet_too_wide", file=self._file, limit=self._limits.columns)
        if self._rows > self._limits.rows:
            raise DomainError("too_many_rows", file=self._file, limit=self._limits.rows)

    def _string_element(self, tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            self._length = 0

    def _string_text(self, text: str) -> None:
        self._length += len(text)
        if self._length > _LONGEST_TEXT:
            _hostile(self._file, "text")


def _hostile(file: str, why: str) -> NoReturn:
    raise DomainError("workbook_hostile", file=file, why=why)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else default


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
