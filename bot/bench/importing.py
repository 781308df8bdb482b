"""How long a roster takes from its file to decided tiers, and how much memory.

Each file is measured by a process of its own, `python -m bot.bench.importing FOLDER FILE...`, which prints
its figures as JSON: the memory of writing the files does not count.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.app import build_deps
from bot.bench.figures import BenchError, peak_megabytes
from bot.bench.rosters import MORNING, Territory, roster
from bot.db.migrate import upgrade
from bot.deps import Deps
from bot.exporting import Sheet, write_csv, write_xlsx
from bot.importing import worker
from bot.importing.limits import Limits
from bot.importing.reading import UploadedFile, read_files_apart
from bot.services.importing import dry_run, load, retier
from bot.settings import Settings
from domain.content.library import load_library
from domain.importing.model import Action, ImportPlan, Kind, RawSheet

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 600  # seconds for the measurement of one roster
_REPS = 40


@dataclass(frozen=True, slots=True)
class Pass:
    """Seconds of one import, step by step, and what its rows did.

    `read`: the files, in the child process. `dry_run`: what would change. `load`: the same
    once more, storing it and deciding tiers, in one transaction. `total` is the sum.
    """

    read: float
    dry_run: float
    load: float
    total: float
    new: int
    unchanged: int
    rejected: int
    tiers_decided: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process finds out about one roster; memory in MB.

    `storing` and `tiers` are the parts of `load` that come after the dry run, measured on a second database.
    """

    first: Pass
    again: Pass
    storing: float
    tiers: float
    bot_peak: float | None
    reader_peak: float | None


@dataclass(frozen=True, slots=True)
class FileFigures:
    """One roster: `rows` in all its tables, and the rows a second of its first import."""

    form: str  # "xlsx" or "csv"
    customers: int
    visits: int
    rows: int
    megabytes: float
    rows_a_second: int
    measured: Measured


def measure_imports(folder: Path, *, customers: int, visits: int) -> list[FileFigures]:
    """Import a roster without and with visits, from .xlsx and from .csv, each into a fresh SQLite file."""
    columns = load_library().columns
    figures = []
    for of_these in (0, visits):
        sheets = roster(_territories(customers, of_these), columns)
        for form, write in (("xlsx", _as_xlsx), ("csv", _as_csv)):
            place = folder / f"{form}-{of_these}"
            place.mkdir()
            files = write(place, sheets)
            rows = sum(len(sheet.rows) for sheet in sheets)
            found = _measured_apart(place, files)
            if (found.first.new, found.again.unchanged) != (rows, rows):
                raise BenchError(f"only {found.first.new} of {rows} sound rows were taken")
            size = round(sum(file.stat().st_size for file in files) / 1e6, 2)
            pace = round(rows / found.first.total)
            figures.append(FileFigures(form, customers, of_these, rows, size, pace, found))
    return figures


def _territories(customers: int, visits: int) -> list[Territory]:
    """Customers and visits shared out among the reps."""
    reps = min(_REPS, customers)
    return [
        Territory(f"Rep {number}", _share(customers, reps, number), _share(visits, reps, number))
        for number in range(reps)
    ]


def _share(whole: int, parts: int, number: int) -> int:
    return whole // parts + (number < whole % parts)


def _as_xlsx(folder: Path, sheets: Sequence[Sheet]) -> list[Path]:
    workbook = folder / "roster.xlsx"
    write_xlsx(workbook, sheets)
    return [workbook]


def _as_csv(folder: Path, sheets: Sequence[Sheet]) -> list[Path]:
    files = [folder / f"{sheet.name}.csv" for sheet in sheets]
    for file, sheet in zip(files, sheets, strict=True):
        write_csv(file, sheet)
    return files


def _measured_apart(folder: Path, files: Sequence[Path]) -> Measured:
    command = [sys.executable, "-m", __name__, str(folder), *map(str, files)]
    try:
        done = subprocess.run(  # noqa: S603  -- ourselves
            command, cwd=_ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except subprocess.CalledProcessError as error:
        raise BenchError(f"the import failed:\n{error.stderr.strip()}") from None
    except subprocess.TimeoutExpired:
        raise BenchError(f"the import took more than {_PATIENCE} s") from None
    said: dict[str, Any] = json.loads(done.stdout)
    return Measured(**{**said, "first": Pass(**said["first"]), "again": Pass(**said["again"])})


async def _measure(folder: Path, files: Sequence[Path]) -> Measured:
    uploads = [UploadedFile(file.name, file) for file in files]
    deps = await _fresh(folder / "whole.db")
    first = await _pass(deps, uploads)
    bot_peak = peak_megabytes()
    again = await _pass(deps, uploads)
    await deps.db.dispose()
    deps = await _fresh(folder / "parts.db")
    storing, tiers = await _parts(deps, await read_files_apart(uploads, deps.library.columns))
    await deps.db.dispose()
    reader_peak = await asyncio.to_thread(_reader_peak, uploads)
    return Measured(first, again, storing, tiers, bot_peak, reader_peak)


async def _fresh(database: Path) -> Deps:
    settings = Settings(data_dir=database.parent, database_url=f"sqlite:///{database.as_posix()}")
    await upgrade(settings.database_url)
    return build_deps(settings)


async def _pass(deps: Deps, uploads: Sequence[UploadedFile]) -> Pass:
    """The way of a file at the command line: read, dry run, load."""
    began = perf_counter()
    sheets = await read_files_apart(uploads, deps.library.columns)
    read = perf_counter()
    _plan((await dry_run(deps, None, sheets, {}, as_of=MORNING.date())).plan)
    tried = perf_counter()
    loaded = await load(deps, None, sheets, {}, as_of=MORNING.date(), now=MORNING)
    ended = perf_counter()
    return Pass(
        read=_rounded(read - began),
        dry_run=_rounded(tried - read),
        load=_rounded(ended - tried),
        total=_rounded(ended - began),
        new=_count(loaded.plan, Action.NEW),
        unchanged=_count(loaded.plan, Action.UNCHANGED),
        rejected=loaded.plan.rejected,
        tiers_decided=loaded.tiers_changed,
    )


async def _parts(deps: Deps, sheets: Sequence[RawSheet]) -> tuple[float, float]:
    """Storing a plan and deciding tiers, as `load` does them after its dry run."""
    plan = _plan((await dry_run(deps, None, sheets, {}, as_of=MORNING.date())).plan)
    async with deps.db.write() as uow:
        began = perf_counter()
        batch = await uow.imports.apply(plan, None, MORNING, ["roster"])
        stored = perf_counter()
        await retier(deps, uow, as_of=MORNING.date(), now=MORNING, batch=batch)
        ended = perf_counter()
    return _rounded(stored - began), _rounded(ended - stored)


def _reader_peak(uploads: Sequence[UploadedFile]) -> float | None:
    """The memory of the child process that reads files, told by itself."""
    request = worker.request([(upload.name, upload.data()) for upload in uploads], Limits())
    done = subprocess.run(
        [sys.executable, "-m", "bot.bench.reader"],
        cwd=_ROOT,
        input=request,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=_PATIENCE,
        check=True,
    )
    told: float | None = json.loads(done.stderr)
    return told


def _plan(plan: ImportPlan | None) -> ImportPlan:
    if plan is None:
        raise BenchError("a roster with our own headers was not understood")
    return plan


def _count(plan: ImportPlan, action: Action) -> int:
    return sum(plan.count(kind, action) for kind in Kind)


def _rounded(seconds: float) -> float:
    return round(seconds, 3)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_measure(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])))))
