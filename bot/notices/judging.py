"""Whether a notice may be sent now, by what the person has set."""

from datetime import UTC

from bot.db.values import Owed
from bot.notices.model import Notice, Ruling, Send, Skip, Wait
from bot.services import notices
from bot.turn import Turn
from domain.reminders.kinds import MANNERS, reminder_of
from domain.reminders.ruling import comes_at, sounds


async def judge(turn: Turn, notice: Notice, owed: Owed) -> Ruling:
    """Asked right before a notice is composed, for people who are active and can be reached."""
    from bot.notices.registry import NOTICES  # which knows the notices, and they know the handlers

    reminder = reminder_of(notice.code)
    manner, deps = MANNERS[reminder], turn.deps
    if turn.viewer.role not in manner.roles:
        return Skip("other_role")
    async with deps.db.read() as uow:
        choice, day = await notices.standing(deps, uow, turn.viewer, reminder, turn.now)
        if not choice.is_on and not manner.always:
            return Skip("switched_off")
        at = comes_at(manner, day, turn.now, deps.calendar)
        if at is None:
            return Skip("away")
        if at > turn.now:
            return Wait(at)
        if not notice.sound:
            return Send(sound=False)
        began = notices.day_began(day, turn.now).astimezone(UTC)
        loud = [one.code for one in NOTICES.values() if one.sound]
        already = await uow.notices.sounded(owed.id, turn.viewer.id, loud, began)
    most = deps.library.notices.at(turn.today).sounds
    return Send(sound=sounds(day, choice, turn.now, already=already, most=most))
