"""A national list from CSV to nine-box, ABC, RFM and Lorenz curve, beside two programs written by hand.

Each program runs in a process of its own, over the same files, and all must find the same.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import isclose
from pathlib import Path

from bot.bench.figures import BenchError
from bot.bench.tiering_programs import AS_OF, CUSTOMERS, OURS, PROGRAMS, SALES, Run, Sums

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 3600  # seconds for one program
_CHUNK = 1_000_000  # sales rows
_DAYS = 730
_PRODUCTS = (OURS, "Rival A", "Rival B", "Rival C")
_SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class TieringFigures:
    """The runs by program, and our seconds with duckdb in those of the faster program written by hand."""

    customers: int
    sales: int
    megabytes: float
    runs: Mapping[str, Run]
    to_fastest: float


def measure_tiering(folder: Path, *, customers: int, sales: int) -> TieringFigures:
    """Write the files and run all programs. BenchError when one fails or finds something else."""
    write_files(folder, customers=customers, sales=sales)
    runs = {name: _run_apart(name, folder) for name in PROGRAMS}
    first = next(iter(runs.values()))
    for name, run in runs.items():
        if difference := _difference(first.sums, run.sums):
            raise BenchError(f"{name} finds something else: {difference}")
    fastest = min(run.seconds for name, run in runs.items() if name.endswith("by_hand"))
    size = sum(file.stat().st_size for file in folder.glob("*.csv")) / 1e6
    ratio = round(runs["ours_with_duckdb"].seconds / (fastest or 0.01), 2)
    return TieringFigures(customers, sales, round(size, 1), runs, ratio)


def write_files(folder: Path, *, customers: int, sales: int) -> None:
    """Customers, three in ten with a stated support, and two years of sales, by and by."""
    try:
        import polars as pl
    except ImportError:
        raise BenchError("polars is not installed: it comes with the extra `dev`") from None
    import numpy as np

    chance = np.random.default_rng(_SEED)
    codes = pl.Series("customer", [f"C{number:07}" for number in range(customers)])
    stated = [None if digit > 3 else int(digit) for digit in chance.integers(1, 11, customers)]
    pl.DataFrame({"customer": codes, "support": stated}).write_csv(folder / CUSTOMERS)
    until = np.cumsum(chance.lognormal(0, 1.2, customers))
    start, products = np.datetime64(AS_OF - timedelta(days=_DAYS - 1)), pl.Series(_PRODUCTS)
    with (folder / SALES).open("wb") as file:
        for done in range(0, sales, _CHUNK):
            rows = min(_CHUNK, sales - done)
            who = np.searchsorted(until, chance.random(rows) * until[-1])
            day = start + ((done + chance.random(rows) * rows) / sales * _DAYS).astype(int)
            product = products[chance.integers(0, len(_PRODUCTS), rows)]
            returned = np.where(chance.random(rows) < 0.02, -1, 1)
            amount = np.round(chance.lognormal(5, 1, rows), 2) * returned
            chunk = {"customer": codes[who], "date": day, "product": product, "amount": amount}
            pl.DataFrame(chunk).write_csv(file, include_header=done == 0)


def _run_apart(name: str, folder: Path) -> Run:
    command = [sys.executable, "-m", "bot.bench.tiering_programs", name, str(folder)]
    try:
        done = subprocess.run(  # noqa: S603  -- ourselves
            command, cwd=_ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
    except subprocess.CalledProcessError as error:
        raise BenchError(f"{name} failed:\n{error.stderr.strip()}") from None
    except subprocess.TimeoutExpired:
        raise BenchError(f"{name} took more than {_PATIENCE} s") from None
    return Run(**json.loads(done.stdout))


def _difference(one: Sums, other: Sums) -> str:
    """The first thing that is not the same, "" when all is."""
    for of in one.keys() | other.keys():
        here, there = one.get(of, {}), other.get(of, {})
        for key in sorted(here.keys() | there.keys()):
            if not isclose(here.get(key, 0), there.get(key, 0), rel_tol=1e-9):
                return f"{of} {key}: {there.get(key, 0)} instead of {here.get(key, 0)}"
    return ""
