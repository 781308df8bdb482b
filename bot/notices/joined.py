"""Somebody has followed an invite."""

from datetime import timedelta

from bot.buttons.access import ShowUsers
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.notices.model import Notice
from bot.screens import Button, Screen
from bot.services import reminding
from bot.turn import Turn
from domain.ids import UserId


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    found = await reminding.person(turn.deps, turn.viewer, UserId(owed.params["id"]))
    if found is None:
        return None
    rows = [[Button(turn.words._("Users"), ShowUsers()), *home_row(turn)]]
    return Screen(turn.text("notice_joined", found=found), rows)


NOTICE = Notice(code="joined", compose=_compose, late_after=timedelta(days=30))
