"""Tidying up: imports nobody confirmed, suggestions nobody answered, notices long settled."""

from datetime import timedelta

import structlog

from bot.deps import Deps
from bot.services.importing import forget_old_drafts
from bot.services.today import expire

log = structlog.get_logger()

DRAFTS_LIVE = timedelta(days=2)
SETTLED_LIVE = timedelta(days=90)  # of what was owed; by then nobody owes the same again


async def tidy(deps: Deps) -> None:
    """Forget imports that have waited too long; let the suggestions of days that are over expire."""
    count = await forget_old_drafts(deps, older_than=deps.clock.now() - DRAFTS_LIVE)
    if count:
        log.info("forgot imports that nobody confirmed", count=count)
    await expire(deps)
    async with deps.db.write() as uow:
        await uow.outbox.forget(deps.clock.now() - SETTLED_LIVE)
