"""A rep's customers whom a review of the tiers has moved."""

from datetime import timedelta

from bot.buttons.tiers import ShowChanges
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice
from bot.screens import Button, Screen
from bot.turn import Turn


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    rows = [[Button(turn.words._("What has moved"), ShowChanges()), *home_row(turn)]]
    return Screen(turn.text("notice_moved", count=owed.params["moved"]), rows)


NOTICE = Notice(code="round_moved", compose=_compose, late_after=timedelta(days=30))
