"""What was sent and what was not since the last working day, for the admin."""

from datetime import timedelta

from bot.buttons.importing import ShowImport
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice, Policy
from bot.screens import Button, Screen
from bot.services import reminding
from bot.turn import Turn
from domain.reminders.days import worked_before
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """From the hour of the working day before to this one's."""
    before = worked_before(owed.on, turn.deps.calendar)
    found = await reminding.ledger(turn.deps, owed.due_at - (owed.on - before), owed.due_at)
    rows = [[Button(turn.words._("Import"), ShowImport()), *home_row(turn)]]
    return Screen(turn.text("notice_ledger", found=found), rows)


NOTICE = Notice(
    code=Reminder.LEDGER.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=24)
)
