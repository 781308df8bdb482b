"""Reading the files of an import: in a child process, because a small file can take gigabytes."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.importing import worker
from bot.importing.limits import Limits
from bot.importing.tables import Table, read_tables
from domain.errors import DomainError
from domain.importing.columns import Columns
from domain.importing.model import RawSheet
from domain.importing.values import clean

if TYPE_CHECKING:
    from asyncio.subprocess import Process

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came: its own name, for messages, and its bytes or where they lie."""

    name: str
    content: bytes | Path

    @property
    def size(self) -> int:
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def data(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()

    @property
    def short_name(self) -> str:
        return self.name if len(self.name) <= _LONGEST_NAME else f"…{self.name[1 - _LONGEST_NAME :]}"


async def read_files_apart(
    files: Sequence[UploadedFile], columns: Columns, limits: Limits | None = None
) -> list[RawSheet]:
    """The sheets of all files, parsed in a child process that is killed when it takes too much.

    `columns` tells headers from the titles above them. Raises DomainError with the codes of
    `bot.importing.tables.read_tables`, and `reading_timed_out` or `workbook_hostile` when the child was
    ended for its time or memory.
    """
    return await asyncio.to_thread(_raw_sheets, await read_tables_apart(files, limits), columns)


async def read_tables_apart(files: Sequence[UploadedFile], limits: Limits | None = None) -> list[Table]:
    """The same for tables whose headers are not those of a roster: every line as it stands."""
    bounds = limits or Limits()
    _check_sizes(files, bounds)
    names = _told_apart(files)
    contents = await asyncio.to_thread(
        lambda: [(name, file.data()) for name, file in zip(names, files, strict=True)]
    )
    answer = await _ask_child(worker.request(contents, bounds), files, bounds)
    return await asyncio.to_thread(_answered, answer)


def read_files(
    files: Sequence[UploadedFile], columns: Columns, limits: Limits | None = None
) -> list[RawSheet]:
    """The same in this process: for files of our own making only."""
    bounds = limits or Limits()
    _check_sizes(files, bounds)
    named = zip(_told_apart(files), files, strict=True)
    tables = [table for name, file in named for table in read_tables(name, file.data(), bounds)]
    return _raw_sheets(tables, columns)


def _told_apart(files: Sequence[UploadedFile]) -> list[str]:
    """The files' names, later ones of equal names numbered: a row is known by its file, sheet and number."""
    names: list[str] = []
    for file in files:
        stem, dot, ending = file.short_name.rpartition(".")
        number, name = 1, file.short_name
        while name in names:
            number += 1
            name = f"{stem} ({number}){dot}{ending}" if stem else f"{ending} ({number})"
        names.append(name)
    return names


def _check_sizes(files: Sequence[UploadedFile], limits: Limits) -> None:
    for file in files:
        if file.size > limits.file_bytes:
            raise DomainError("file_too_large", file=file.short_name, limit=limits.file_bytes, size=file.size)


async def _ask_child(request: bytes, files: Sequence[UploadedFile], limits: Limits) -> bytes:
    names = ", ".join(file.short_name for file in files)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        worker.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_bare_environment(),
    )
    try:
        async with asyncio.timeout(limits.seconds):
            answer, _ = await process.communicate(request)
    except TimeoutError:
        raise DomainError("reading_timed_out", file=names, limit=limits.seconds) from None
    finally:
        await _end(process)
    if process.returncode != 0 or not answer:
        raise DomainError("workbook_hostile", file=names, why="resources")
    return answer


async def _end(process: "Process") -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _bare_environment() -> dict[str, str]:
    """What Python needs to start, and none of our settings and secrets."""
    kept = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ
    }
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}


def _answered(answer: bytes) -> list[Table]:
    said = json.loads(answer)
    if "code" in said:
        raise DomainError(said["code"], **said["params"])
    return [Table(file, name, rows) for file, name, rows in said["tables"]]


def _raw_sheets(tables: Sequence[Table], columns: Columns) -> list[RawSheet]:
    import pandas as pd

    from domain.importing.mapping import header_row

    sheets = []
    for table in tables:
        head = header_row(table.rows, columns)
        if head is None:
            continue
        width = max(map(len, table.rows))
        headers, *rows = (row + [""] * (width - len(row)) for row in table.rows[head:])
        frame = pd.DataFrame(
            rows,
            columns=pd.Index([clean(header)[:_LONGEST_NAME] for header in headers], dtype=object),
            dtype=object,
        )
        sheets.append(RawSheet(table.file, table.name, frame, head + 1))
    return sheets
