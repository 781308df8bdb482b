"""What one side of a joint visit has done: planned or called it off, written it up, commented, agreed."""

from datetime import timedelta

from bot.db.values import Owed
from bot.handlers.jointvisits import joint_screen
from bot.notices.model import Notice
from bot.screens import Screen
from bot.services import jointvisits
from bot.turn import Turn
from domain.ids import JointId
from domain.jointvisits.model import JointState


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """The joint visit as it stands; None where it has moved on since."""
    joint, what = JointId(owed.params["id"]), owed.params["what"]
    visit = (await jointvisits.view(turn.deps, turn.viewer, joint, turn.locale, turn.today)).visit
    if what not in {jointvisits.SAID, visit.state.value}:
        return None
    if what == JointState.PLANNED and (visit.on is None or visit.on.isoformat() != owed.params["about"]):
        return None
    return await joint_screen(turn, joint, news=what)


NOTICE = Notice(code=jointvisits.NOTICE, compose=_compose, late_after=timedelta(days=30))
