"""What has become due by the clock is owed."""

import structlog

from bot.deps import Deps
from bot.notices.registry import DUE

log = structlog.get_logger()


async def tick(deps: Deps) -> None:
    """Owe what has become due, and wake whoever sends it. One kind that fails does not keep the others."""
    for due in DUE:
        try:
            await due(deps, deps.clock.now())
        except Exception:
            log.exception("finding what is due failed", what=due.__module__)
    deps.db.owed.set()
