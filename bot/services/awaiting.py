"""What the next message means: the answer to a question, or who "she" is; also after a restart."""

from datetime import datetime, timedelta

from bot.db.values import AwaitedWords, Purpose
from bot.deps import Deps
from domain.ids import CustomerId
from domain.people.model import User

PATIENCE = timedelta(hours=24)
"""A message that comes later is no answer any more."""
ON_SCREEN = timedelta(hours=4)
"""For so long after a customer was shown "she" means them."""
STILL_FRESH = timedelta(minutes=30)
"""For so long it is not written down again that the same customer is on the screen."""


async def ask(deps: Deps, viewer: User, purpose: Purpose, subject: int, choice: str, now: datetime) -> None:
    """Take the viewer's next message for an answer."""
    async with deps.db.write() as uow:
        await uow.awaited.set(viewer.id, AwaitedWords(purpose, subject, choice, now))


async def awaited(deps: Deps, viewer: User, now: datetime) -> AwaitedWords | None:
    """What the viewer's message answers, if anything."""
    words = await _words(deps, viewer)
    is_asked = words is not None and words.purpose is not Purpose.SHOWN and now - words.asked_at < PATIENCE
    return words if is_asked else None


async def show(deps: Deps, viewer: User, customer_id: CustomerId, now: datetime) -> None:
    """Remember which customer is on the screen, unless the viewer has been asked for words there."""
    words = await _words(deps, viewer)
    if words is not None:
        if words.purpose is not Purpose.SHOWN:
            return
        if words.subject == customer_id and now - words.asked_at < STILL_FRESH:
            return
    await ask(deps, viewer, Purpose.SHOWN, customer_id, "", now)


async def shown(deps: Deps, viewer: User, now: datetime) -> CustomerId | None:
    """The customer who was last on the viewer's screen, not too long ago."""
    words = await _words(deps, viewer)
    is_shown = words is not None and words.purpose is Purpose.SHOWN and now - words.asked_at < ON_SCREEN
    return CustomerId(words.subject) if words is not None and is_shown else None


async def forget(deps: Deps, viewer: User) -> None:
    """Wait no longer: the viewer has turned to something else."""
    words = await _words(deps, viewer)
    if words is not None and words.purpose is not Purpose.SHOWN:
        async with deps.db.write() as uow:
            await uow.awaited.forget(viewer.id)


async def _words(deps: Deps, viewer: User) -> AwaitedWords | None:
    async with deps.db.read() as uow:
        return await uow.awaited.get(viewer.id)
