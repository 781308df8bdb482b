"""Every kind of notice, and what is owed by the clock."""

from collections.abc import Mapping

from bot.notices import (
    answered,
    appointment,
    clockwork,
    digest,
    events,
    joined,
    joint,
    ledger,
    missed,
    morning,
    moved,
    nudge,
    plans,
    promises,
    qualifications,
    review,
    safety,
    scenario,
    slipping,
    waiting,
    week,
)
from bot.notices.model import Due, Notice


def by_code(*notices: Notice) -> Mapping[str, Notice]:
    """The notices by their codes, each of which is there once."""
    found = {notice.code: notice for notice in notices}
    if len(found) < len(notices):
        raise ValueError("two notices share a code")
    return found


NOTICES = by_code(
    morning.NOTICE,
    promises.NOTICE,
    slipping.NOTICE,
    scenario.NOTICE,
    appointment.NOTICE,
    nudge.NOTICE,
    week.NOTICE,
    review.NOTICE,
    digest.NOTICE,
    missed.NOTICE,
    waiting.NOTICE,
    ledger.NOTICE,
    safety.NOTICE,
    answered.QUESTION,
    answered.REPORT,
    moved.NOTICE,
    joined.NOTICE,
    events.NOTICE,
    joint.NOTICE,
    plans.WAITS,
    plans.JUDGED,
    qualifications.NOTICE,
)

# Each is asked at every tick, half a minute or so apart, and owes what has become due. It may be asked
# twice or late, and in two processes: `uow.outbox.owe` knows what is owed already.
DUE: tuple[Due, ...] = (clockwork.due, appointment.due, qualifications.due)
