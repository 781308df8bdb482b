"""The heartbeat: three static jobs, each of which may run late, twice, or in two processes at once."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.deps import Deps
from bot.jobs.housekeeping import tidy
from bot.jobs.ticking import tick

TICK = timedelta(seconds=30)
RING = timedelta(seconds=5)
TIDY = timedelta(hours=1)


@contextlib.asynccontextmanager
async def heartbeat(deps: Deps) -> AsyncIterator[None]:
    """What happens by itself happens while the block runs."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    jobs: tuple[tuple[Callable[[Deps], Awaitable[None]], timedelta], ...] = (
        (tick, TICK),
        (ring, RING),
        (tidy, TIDY),
    )
    for job, every in jobs:
        scheduler.add_job(
            job,
            IntervalTrigger(seconds=int(every.total_seconds())),
            args=(deps,),
            id=job.__name__,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


async def ring(deps: Deps) -> None:
    """Look into the outbox: what failed before may be due again, and other processes owe things, too."""
    deps.db.owed.set()
