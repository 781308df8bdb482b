"""Words that wait for a safety report: some hours before it is due, and when it is."""

from datetime import datetime, timedelta

from bot.db.values import Owed
from bot.handlers.safety import held_screen
from bot.notices.model import Notice
from bot.screens import Screen
from bot.services import reminding
from bot.turn import Turn
from domain.ids import HeldId
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """What to do, as when the words were held; nothing once the report is acknowledged."""
    held = HeldId(owed.params["id"])
    if not await reminding.is_held(turn.deps, turn.viewer, held):
        return None
    return held_screen(turn, held, datetime.fromisoformat(owed.params["due"]))


NOTICE = Notice(code=Reminder.SAFETY.value, compose=_compose, late_after=timedelta(days=7), sound=True)
