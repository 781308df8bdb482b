"""What waits for the manager's word, once a day."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.buttons.corrections import ShowCorrections
from bot.buttons.jointvisits import ShowJointVisits
from bot.buttons.tiers import ShowQuestions
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice, Policy
from bot.screens import Button, Screen
from bot.services import jointvisits, reminding
from bot.turn import Turn
from domain.reminders.kinds import Reminder

Part = Callable[[Turn], Awaitable[tuple[str, Button] | None]]


async def _questions(turn: Turn) -> tuple[str, Button] | None:
    found = await reminding.open_questions(turn.deps, turn.viewer, turn.now)
    if not found:
        return None
    oldest = found[0].asked_at.astimezone(turn.local.tzinfo).date()
    line = turn.words.ngettext(
        "%(num)s question about a tier, the oldest of %(on)s",
        "%(num)s questions about tiers, the oldest of %(on)s",
        len(found),
        num=len(found),
        on=oldest,
    )
    return line, Button(turn.words._("Questions (%(n)s)", n=len(found)), ShowQuestions())


async def _reports(turn: Turn) -> tuple[str, Button] | None:
    count = await reminding.open_reports(turn.deps, turn.viewer)
    if not count:
        return None
    line = turn.words.ngettext(
        "%(num)s report of something wrong on the list",
        "%(num)s reports of something wrong on the list",
        count,
        num=count,
    )
    return line, Button(turn.words._("Reports (%(n)s)", n=count), ShowCorrections())


async def _joint_visits(turn: Turn) -> tuple[str, Button] | None:
    """Those that are not written up yet, and those that the rep has not acknowledged."""
    own = await jointvisits.waiting(turn.deps, turn.viewer, turn.today)
    theirs = len(await jointvisits.unacknowledged(turn.deps, turn.viewer, turn.today))
    if not own and not theirs:
        return None
    _ = turn.words._
    line = _(
        "Joint visits to be written up: %(own)s; not acknowledged by the rep: %(theirs)s",
        own=own,
        theirs=theirs,
    )
    return line, Button(_("Joint visits (%(n)s)", n=own + theirs), ShowJointVisits())


PARTS: tuple[Part, ...] = (_questions, _reports, _joint_visits)
"""Each tells in a line what waits, and leads there; None when nothing does."""


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    if owed.on != turn.today:
        return None
    found = [told for part in PARTS if (told := await part(turn)) is not None]
    if not found:
        return None
    rows = [[button] for _line, button in found]
    return Screen(
        turn.text("notice_waiting", lines=[line for line, _button in found]), [*rows, home_row(turn)]
    )


NOTICE = Notice(
    code=Reminder.WAITING.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=4)
)
