"""What waits for the manager's word, once a day."""

from datetime import timedelta

from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.handlers.waiting import what_waits
from bot.notices.model import Notice, Policy
from bot.screens import Screen
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    if owed.on != turn.today:
        return None
    found = await what_waits(turn)
    if not found:
        return None
    rows = [[button] for _line, button in found]
    return Screen(
        turn.text("notice_waiting", lines=[line for line, _button in found]), [*rows, home_row(turn)]
    )


NOTICE = Notice(
    code=Reminder.WAITING.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=4)
)
