"""The plan of the week to come, on the last working day of a week."""

from datetime import timedelta

from bot.buttons.weeks import ShowWeek
from bot.db.values import Owed
from bot.handlers.weeks import show_week
from bot.notices.model import Notice, Policy
from bot.screens import Screen
from bot.services import reminding
from bot.services.weeks import WEEKS, first_monday
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The week of the next day that the rep works, if it can be planned already."""
    following = await reminding.next_day_of(turn.deps, turn.viewer, owed.on)
    page = (following - first_monday(turn.deps, turn.today)).days // 7
    return await show_week(turn, ShowWeek(None, page)) if 0 <= page < WEEKS else None


NOTICE = Notice(
    code=Reminder.WEEK.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=24)
)
