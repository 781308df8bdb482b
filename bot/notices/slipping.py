"""A and B customers who are about to be overdue and are not on today's list, all in one message."""

from datetime import timedelta

from bot.buttons.capacity import ShowOverdue
from bot.buttons.today import ShowLine
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice, Policy
from bot.screens import Button, Screen
from bot.services import reminding
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The weightiest by name, each with a way onto today's list."""
    if owed.on != turn.today:
        return None
    found = await reminding.slipping_of(turn.deps, turn.viewer, turn.local)
    if not found:
        return None
    shown = found[: turn.deps.library.notices.at(owed.on).shown]
    rows = [[Button(one.target.customer.name, ShowLine(one.target.customer.id))] for one in shown]
    rows.append([Button(turn.words._("Overdue"), ShowOverdue()), *home_row(turn)])
    return Screen(turn.text("notice_slipping", found=found, shown=shown), rows)


NOTICE = Notice(
    code=Reminder.SLIPPING.value,
    compose=_compose,
    policy=Policy.AT_MOST_ONCE,
    late_after=timedelta(hours=4),
)
