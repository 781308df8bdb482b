"""What there is to learn today, once a day."""

from datetime import timedelta

from bot.buttons.coaching import ShowCoach
from bot.db.values import Owed
from bot.handlers.coaching import show_coach
from bot.notices.model import Notice, Policy
from bot.screens import Screen
from bot.services import coaching
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The items of the day, as long as there are any."""
    if owed.on != turn.today:
        return None
    agenda = await coaching.todays(turn.deps, turn.viewer, turn.locale, turn.now)
    return await show_coach(turn, ShowCoach()) if agenda.offers else None


NOTICE = Notice(
    code=Reminder.SCENARIO.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=4)
)
