"""A customers whose days of grace have ended, for the manager."""

from datetime import timedelta

from bot.buttons.capacity import ShowOverdue
from bot.buttons.customers import ShowCard
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice, Policy
from bot.screens import Button, Screen
from bot.services import reminding
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """Those of today by name, each told once, and how many there are in all."""
    if owed.on != turn.today:
        return None
    found, waiting = await reminding.missed_since_yesterday(turn.deps, turn.viewer, owed.on)
    if not found:
        return None
    shown = found[: turn.deps.library.notices.at(owed.on).shown]
    rows = [
        [Button(one.overdue.target.customer.name, ShowCard(one.overdue.target.customer.id))] for one in shown
    ]
    rows.append([Button(turn.words._("Overdue"), ShowOverdue()), *home_row(turn)])
    return Screen(turn.text("notice_missed", found=found, shown=shown, waiting=waiting), rows)


NOTICE = Notice(
    code=Reminder.MISSED.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=9)
)
