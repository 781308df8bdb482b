"""Sentences that the bot has asked for: the next message is the answer, also after a restart."""

from datetime import datetime, timedelta

from bot.db.values import AwaitedWords, Purpose
from bot.deps import Deps
from domain.people.model import User

PATIENCE = timedelta(hours=24)
"""A message that comes later is no answer any more."""


async def ask(deps: Deps, viewer: User, purpose: Purpose, subject: int, choice: str, now: datetime) -> None:
    """Take the viewer's next message for an answer."""
    async with deps.db.write() as uow:
        await uow.awaited.set(viewer.id, AwaitedWords(purpose, subject, choice, now))


async def awaited(deps: Deps, viewer: User, now: datetime) -> AwaitedWords | None:
    """What the viewer's message answers, if anything."""
    async with deps.db.read() as uow:
        words = await uow.awaited.get(viewer.id)
    return words if words is not None and now - words.asked_at < PATIENCE else None


async def forget(deps: Deps, viewer: User) -> None:
    """Wait no longer: the viewer has turned to something else."""
    async with deps.db.read() as uow:
        waits = await uow.awaited.get(viewer.id) is not None
    if waits:
        async with deps.db.write() as uow:
            await uow.awaited.forget(viewer.id)
