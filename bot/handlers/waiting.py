"""What waits for the viewer's word, each with the way to it."""

from collections.abc import Awaitable, Callable

from bot.buttons.corrections import ShowCorrections
from bot.buttons.events import ShowEvents
from bot.buttons.jointvisits import ShowJointVisits
from bot.buttons.territory import ShowPlans
from bot.buttons.tiers import ShowQuestions
from bot.screens import Button
from bot.services import events, jointvisits, reminding, territory
from bot.turn import Turn

Part = Callable[[Turn], Awaitable[tuple[str, Button] | None]]


async def what_waits(turn: Turn) -> list[tuple[str, Button]]:
    """A line and a button for each kind of thing that waits for a manager."""
    async with turn.deps.db.snapshot():
        return [told for part in _PARTS if (told := await part(turn)) is not None]


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
    words = turn.words
    to_write = words.ngettext(
        "%(num)s joint visit to be written up", "%(num)s joint visits to be written up", own, num=own
    )
    unread = words.ngettext(
        "%(num)s joint visit that the rep has not acknowledged yet",
        "%(num)s joint visits that the rep has not acknowledged yet",
        theirs,
        num=theirs,
    )
    line = "\n".join(said for said, count in ((to_write, own), (unread, theirs)) if count)
    return line, Button(words._("Joint visits (%(n)s)", n=own + theirs), ShowJointVisits())


async def _plans(turn: Turn) -> tuple[str, Button] | None:
    quarters = await territory.handed_in(turn.deps, turn.viewer, turn.today)
    if not quarters:
        return None
    count = len(quarters)
    line = turn.words.ngettext(
        "%(num)s territory plan that was handed in",
        "%(num)s territory plans that were handed in",
        count,
        num=count,
    )
    return line, Button(turn.words._("Territory plans (%(n)s)", n=count), ShowPlans(quarters[0]))


async def _seats(turn: Turn) -> tuple[str, Button] | None:
    count = await events.to_be_given(turn.deps, turn.viewer, turn.today)
    if not count:
        return None
    line = turn.words.ngettext(
        "%(num)s event for which people were recommended",
        "%(num)s events for which people were recommended",
        count,
        num=count,
    )
    return line, Button(turn.words._("Events and seats (%(n)s)", n=count), ShowEvents())


_PARTS: tuple[Part, ...] = (_questions, _reports, _joint_visits, _plans, _seats)
