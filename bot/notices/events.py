"""That a manager asks whom one recommends for the seats of an event."""

from datetime import timedelta

from bot.buttons.events import ShowEvent
from bot.db.values import Owed
from bot.handlers.events import show_event
from bot.notices.model import Notice
from bot.screens import Screen
from bot.services import events
from bot.turn import Turn
from domain.ids import EventId


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The event, as long as its seats have not been given."""
    found = await events.view(turn.deps, turn.viewer, EventId(owed.params["id"]), turn.today)
    return await show_event(turn, ShowEvent(found.event.id)) if found.is_ready else None


NOTICE = Notice(code="event_asked", compose=_compose, late_after=timedelta(days=14))
