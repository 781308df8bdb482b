"""The weekly digest of a team: one text, one chart, one workbook."""

from dataclasses import replace
from datetime import timedelta

from bot.buttons.coverage import SendDigest, ShowCoverage, ShowDigest
from bot.db.values import Owed
from bot.handlers.coverage import send_digest, show_coverage, show_digest
from bot.notices.model import Notice
from bot.screens import Attachment, Screen
from bot.services.coverage import has_reps
from bot.turn import Turn
from domain.coverage.period import Span
from domain.reminders.kinds import Reminder


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The week that began on the day for which it is owed; nothing without a team."""
    if not await has_reps(turn.deps, turn.viewer):
        return None
    week = Span.WEEK, owed.on
    text = await show_digest(turn, ShowDigest(*week))
    chart = await show_coverage(turn, ShowCoverage(*week))
    book = await send_digest(turn, SendDigest(*week))
    drawn = () if chart.picture is None else (Attachment("coverage.png", chart.picture, is_picture=True),)
    return replace(text, attachments=(*drawn, *book.attachments))


NOTICE = Notice(code=Reminder.DIGEST.value, compose=_compose, late_after=timedelta(hours=48), sound=True)
