"""The self-review of a month, on its last working day."""

from datetime import timedelta

from bot.buttons.selfreview import ShowReview
from bot.db.values import Owed
from bot.handlers.selfreview import show_review
from bot.notices.model import Notice, Policy
from bot.screens import Screen
from bot.turn import Turn
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The six questions of that month, also when it is sent in the next."""
    months = 12 * (turn.today.year - owed.on.year) + turn.today.month - owed.on.month
    return await show_review(turn, ShowReview(back=months))


NOTICE = Notice(
    code=Reminder.REVIEW.value, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=timedelta(hours=24)
)
