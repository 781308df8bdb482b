"""`ninebox analyse`: files in; text, JSON, a workbook or a picture out. Nothing is stored."""

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.analysis.large import Memory, Parts
from bot.analysis.methods import analyse
from bot.analysis.model import Analysis, Request
from bot.analysis.output import as_json, as_text, to_png, to_xlsx
from bot.analysis.sheets import read_sheets
from bot.clock import SystemClock, local_date
from bot.errors import OperatorError
from bot.importing.limits import Limits
from bot.render.analysis import refusal
from bot.render.renderer import words
from bot.settings import Settings
from domain.content.library import Library, load_library
from domain.content.reading import ContentErrors
from domain.errors import DomainError
from domain.importing.columns import Locale


def run(
    settings: Settings,
    files: Sequence[Path],
    request: Request,
    *,
    language: Locale,
    json: bool,
    xlsx: Path | None,
    png: Path | None,
) -> int:
    """Analyse the files and print or write the answer; the exit code. OperatorError in one sentence."""
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise OperatorError(f"there is no file {', '.join(missing)}")
    speech = words(language)
    try:
        library = load_library(settings.content_dir)
        today = local_date(SystemClock().now(), settings.time_zone)
        found = analyse_files(files, request, library, today)
    except ContentErrors as error:
        raise OperatorError(f"the content has mistakes:\n{error}") from None
    except DomainError as error:
        raise OperatorError(refusal(speech, error.code, error.params)) from None
    if xlsx is not None:
        _write(xlsx, to_xlsx(found, speech))
    if png is not None:
        picture = to_png(found, speech)
        if picture is None:
            raise OperatorError("there are no positive values, so there is no curve to draw")
        _write(png, picture)
    print(as_json(found, speech) if json else as_text(found, speech), flush=True)
    return 0


def analyse_files(
    files: Sequence[Path],
    request: Request,
    library: Library,
    today: date,
    limits: Limits | None = None,
    *,
    big: bool | None = None,
) -> Analysis:
    """The analysis of some files; CSV files beyond `limits` are read without being held in memory.

    `big` says whether by duckdb (default: where it is installed). DomainError in the codes of the analysis
    and of the reader of files.
    """
    with_duckdb = find_spec("duckdb") is not None if big is None else big
    with TemporaryDirectory(prefix="ninebox-analyse-") as name:
        folder = Path(name)
        sheets = asyncio.run(read_sheets(files, library.columns, folder, limits))
        if not any(sheet.large for sheet in sheets):
            return analyse(sheets, request, library, today, Memory())
        if with_duckdb:
            from bot.analysis.sql import Duckdb, UnreadableError

            with suppress(UnreadableError), closing(Duckdb(folder)) as lines:  # then pandas may read it
                return analyse(sheets, request, library, today, lines)
        return analyse(sheets, request, library, today, Parts(folder))


def _write(target: Path, data: bytes) -> None:
    try:
        target.write_bytes(data)
    except OSError as error:
        raise OperatorError(f"{target} cannot be written: {error}") from None
