"""Today's list at the rep's hour: pinned, and kept up to date all day."""

from datetime import timedelta

from bot.buttons.today import ShowToday
from bot.db.values import Owed
from bot.handlers.today import show_today
from bot.notices.model import Notice
from bot.screens import Screen
from bot.services import today
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The list, unless the rep has it already or nothing is on it."""
    if owed.on != turn.today:
        return None
    async with turn.deps.db.snapshot():
        shown = await today.message_of(turn.deps, turn.viewer, owed.on)
        if shown is not None and shown not in owed.message_ids:
            return None
        screen = await show_today(turn, ShowToday())
    return screen if screen.shown is not None else None


NOTICE = Notice(code=Reminder.MORNING.value, compose=_compose, late_after=timedelta(hours=9))
