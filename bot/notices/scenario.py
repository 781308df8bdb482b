"""What there is to learn today, once a day."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

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
    if not agenda.offers:
        return None
    screen = await show_coach(turn, ShowCoach())
    return replace(screen, shown=partial(_take_the_place, turn, owed))


async def _take_the_place(turn: Turn, owed: Owed, _message_id: int) -> None:
    """The message of an earlier day of which nothing came says that there is a newer one."""
    passed = await coaching.passed_over(turn.deps, turn.viewer, owed)
    if passed is not None:
        await turn.window.rewrite(passed, Screen(turn.text("coach_below")))


NOTICE = Notice(
    code=Reminder.SCENARIO.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=4)
)
