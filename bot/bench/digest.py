"""How long the figures of a region take, and whether the bot can do anything else meanwhile."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

from bot.app import build_deps
from bot.bench.figures import BenchError, milliseconds, peak_megabytes
from bot.bench.regions import Region, build_region
from bot.clock import MovableClock, midnight
from bot.db.migrate import upgrade
from bot.deps import Deps
from bot.services.access import invite_new
from bot.services.coverage import coverage
from bot.settings import Settings
from domain.coverage.period import Period, Span
from domain.people.model import Role

LIMIT = 5.0
"""Seconds in which the figures of a region are to be there."""

_ADMIN = "Admin"
_TICK = 0.005  # seconds
_TIMES = 3


@dataclass(frozen=True, slots=True)
class DigestFigures:
    """The figures of a quarter of a region: in seconds, also of the processor, at the slowest of some times.

    `longest_wait` is the longest time in which the event loop did not get a turn, in milliseconds.
    """

    reps: int
    customers: int
    visits: int
    seconds: float
    processor: float
    longest_wait: float
    peak_megabytes: float | None
    limit_seconds: float
    within_limit: bool


def measure_digest(folder: Path, region: Region) -> DigestFigures:
    """Build a region in a SQLite file, then reckon its last quarter."""
    return asyncio.run(_measure(folder, region))


async def _measure(folder: Path, region: Region) -> DigestFigures:
    url = f"sqlite:///{(folder / 'ninebox.db').as_posix()}"
    async with _deps(folder, url, region) as deps:
        now = deps.clock.now()
        await invite_new(deps, None, Role.ADMIN, _ADMIN, None, now)
        async with deps.db.write() as uow:
            manager = (await uow.users.add(Role.MANAGER, "Manager", None, now)).id
            await build_region(uow, region, deps.calendar, manager)
        gc.collect()
        gc.freeze()  # as the bot does when it starts
        runs = [await _timed(deps, region) for _ in range(_TIMES)]
    slowest = max(runs, key=lambda one: one.seconds)
    return replace(
        slowest,
        processor=max(one.processor for one in runs),
        longest_wait=max(one.longest_wait for one in runs),
    )


async def _timed(deps: Deps, region: Region) -> DigestFigures:
    """One reckoning. The figures themselves are not kept, as the bot does not keep them."""
    async with deps.db.read() as uow:
        viewer = await uow.users.by_name(_ADMIN)
    if viewer is None:
        raise BenchError("there is nobody to look at the region")
    waits: list[float] = []
    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(_tick(waits))
        began, used = perf_counter(), process_time()
        found = await coverage(
            deps,
            viewer,
            Period.of(Span.QUARTER, region.last),
            today=region.last,
            now=deps.clock.now(),
            zone=region.zone,
        )
        seconds, used = perf_counter() - began, process_time() - used
        ticking.cancel()
    if not found.whole.visits:
        raise BenchError("nobody was visited in the region")
    return DigestFigures(
        reps=len(found.reps),
        customers=len(found.served),
        visits=found.whole.visits,
        seconds=round(seconds, 2),
        processor=round(used, 2),
        longest_wait=milliseconds(max(waits, default=0.0)),
        peak_megabytes=peak_megabytes(),
        limit_seconds=LIMIT,
        within_limit=seconds < LIMIT,
    )


async def _tick(waits: list[float]) -> None:
    while True:
        began = perf_counter()
        await asyncio.sleep(_TICK)
        waits.append(perf_counter() - began - _TICK)


@asynccontextmanager
async def _deps(folder: Path, url: str, region: Region) -> AsyncIterator[Deps]:
    await upgrade(Settings(database_url=url).database_url)
    evening = midnight(region.last, region.zone) + timedelta(hours=22)
    deps = build_deps(
        Settings(data_dir=folder, database_url=url, market="cn"), clock=MovableClock(evening, frozen=True)
    )
    try:
        yield deps
    finally:
        await deps.db.dispose()
