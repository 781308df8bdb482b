"""In the evening: visits of today's list that have no answer yet, two taps each."""

from datetime import timedelta

from bot.buttons.common import Back
from bot.buttons.dismissals import SayNo
from bot.buttons.today import ShowToday
from bot.buttons.visits import LogVisit
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice, Policy
from bot.screens import Button, Screen
from bot.services import visits
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """A row of buttons for each, as many as are shown of anything."""
    if owed.on != turn.today:
        return None
    waiting = await visits.open_stops(turn.deps, turn.viewer, owed.on)
    if not waiting:
        return None
    _ = turn.words._
    shown = waiting[: turn.deps.library.notices.at(owed.on).shown]
    rows = [
        [Button(one.name, LogVisit(one.id, Back.TODAY, 0)), Button(_("No …"), SayNo(one.id, 0))]
        for one in shown
    ]
    rows.append([Button(_("Today's visits"), ShowToday()), *home_row(turn)])
    return Screen(turn.text("notice_nudge", waiting=waiting, shown=shown), rows)


NOTICE = Notice(
    code=Reminder.NUDGE.value,
    compose=_compose,
    policy=Policy.AT_MOST_ONCE,
    late_after=timedelta(hours=4),
    sound=True,
)
