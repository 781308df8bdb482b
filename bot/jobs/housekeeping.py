"""Tidying up: imports that nobody confirmed, with their files, and suggestions that nobody answered."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.deps import Deps
from bot.services.importing import forget_old_drafts
from bot.services.today import expire

log = structlog.get_logger()

EVERY = timedelta(hours=1)
DRAFTS_LIVE = timedelta(days=2)


@contextlib.asynccontextmanager
async def heartbeat(deps: Deps) -> AsyncIterator[None]:
    """Static jobs only: running one twice, late or in two processes changes nothing."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        tidy,
        IntervalTrigger(seconds=int(EVERY.total_seconds())),
        args=(deps,),
        id="tidy",
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


async def tidy(deps: Deps) -> None:
    """Forget imports that have waited too long; let the suggestions of days that are over expire."""
    count = await forget_old_drafts(deps, older_than=deps.clock.now() - DRAFTS_LIVE)
    if count:
        log.info("forgot imports that nobody confirmed", count=count)
    await expire(deps)
