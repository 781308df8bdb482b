"""Promises on the day they are due, before a weekend or leave those of the days off as well."""

from datetime import timedelta

from bot.buttons.asking import ShowPromises
from bot.buttons.profile import Section, ShowFile
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice
from bot.screens import Button, Screen
from bot.services import reminding
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """All that is due and not done, by customer."""
    if owed.on != turn.today:
        return None
    found = await reminding.promises_due(turn.deps, turn.viewer, owed.on)
    if not found:
        return None
    shown = found[: turn.deps.library.notices.at(owed.on).shown]
    names = {one.customer_id: one.customer_name for one in shown}
    rows = [[Button(name, ShowFile(number, Section.NEEDS))] for number, name in names.items()]
    rows.append([Button(turn.words._("Open promises"), ShowPromises()), *home_row(turn)])
    return Screen(turn.text("notice_promises", found=found, shown=shown, today=owed.on), rows)


NOTICE = Notice(code=Reminder.PROMISES.value, compose=_compose, late_after=timedelta(hours=9))
