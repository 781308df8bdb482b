"""Tiering as a process: its numbers, and when and why somebody is to be looked at again."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated
from domain.ids import CustomerId
from domain.importing.keys import normal_name
from domain.tiering.whatif import Standing

Months = Annotated[int, Field(ge=1, le=24)]
_YEAR = 12


class ReviewParams(Dated):
    """When tiers move and are reviewed, and how long people's decisions hold.

    `imports_move` says whether an import moves customers who have a cell already; otherwise
    they wait for a round. A support stated more than `stale_days` ago is told to be old. An
    override holds until the end of the `override_quarters`-th quarter after the present one.
    Potential is due for review `potential_months` after it was last looked at, support
    `support_months` after. A question that waits longer than `answer_days` working days is late.
    """

    imports_move: bool
    stale_days: Annotated[int, Field(ge=1, le=730)]
    override_quarters: Annotated[int, Field(ge=0, le=8)]
    potential_months: Months
    support_months: Months
    answer_days: Annotated[int, Field(ge=1, le=60)]


class EventKind(StrEnum):
    """What makes a review of potential due at once."""

    TITLE = "title"
    TRANSFER = "transfer"  # another institution
    DEPARTMENT = "department"
    LISTED = "listed"  # procurement: on the institution's list of medicines
    REMOVED = "removed"  # procurement: off that list
    VOLUME = "volume"  # procurement: volume-based purchasing
    OTHER = "other"  # procurement in another way


PROCUREMENT = (EventKind.LISTED, EventKind.REMOVED, EventKind.VOLUME, EventKind.OTHER)
"""Changes of an institution, which concern all its customers; the others are those of one customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvent:
    """Something that has happened `on` a day and became known at `noted_at`.

    A changed title, institution or department is told by `before` and `after`, a change in
    procurement by the name of the `institution` and a `note`.
    """

    kind: EventKind
    on: date
    noted_at: datetime
    before: str = ""
    after: str = ""
    institution: str = ""
    note: str = ""


def has_changed(before: str, after: str) -> bool:
    """Whether a title, institution or department is another one: not filled in, not spelt differently."""
    return bool(before and after) and normal_name(before) != normal_name(after)


def since_last_look(
    events: Iterable[ReviewEvent], looked_at: Iterable[datetime | None]
) -> tuple[ReviewEvent, ...]:
    """The events that nobody has taken into account yet, the oldest first.

    `looked_at` are the moments at which potential was assessed, or a person decided the cell.
    """
    last = max((moment for moment in looked_at if moment is not None), default=None)
    waiting = (one for one in events if last is None or one.noted_at > last)
    return tuple(sorted(waiting, key=lambda one: one.noted_at))


@dataclass(frozen=True, slots=True)
class DueReviews:
    """Whose potential and whose support is to be looked at again, names in order.

    `events` holds what made the review of potential due before its time.
    """

    potential: tuple[Standing, ...]
    support: tuple[Standing, ...]
    events: Mapping[CustomerId, tuple[ReviewEvent, ...]] = field(default_factory=dict)

    @property
    def by_event(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.potential if one.id in self.events)

    @property
    def at_institutions(self) -> list[tuple[ReviewEvent, int]]:
        """The changes in procurement, the oldest first, each with how many customers are due by it."""
        changes = (event for one in self.by_event for event in self.events[one.id])
        counts = Counter(event for event in changes if event.kind in PROCUREMENT)
        return sorted(counts.items(), key=lambda each: each[0].noted_at)

    def own_events(self, one: Standing) -> list[ReviewEvent]:
        """What has changed about one customer, the oldest first."""
        return [event for event in self.events[one.id] if event.kind not in PROCUREMENT]

    @property
    def by_date(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.potential if one.id not in self.events)


def due_reviews(
    standings: Iterable[Standing],
    last_round: date | None,
    today: date,
    params: ReviewParams,
    events: Mapping[CustomerId, tuple[ReviewEvent, ...]],
) -> DueReviews:
    """Who is due today.

    A customer was looked at when a measure was stated, a new decision was made, or a round was
    closed (`last_round`), whichever came last; who never was is due. Whoever has `events` that wait
    is due for potential whatever the date.
    """
    everybody = sorted(standings, key=lambda one: (one.name, one.id))

    def is_due(one: Standing, stated: date | None, months: int) -> bool:
        seen = [day for day in (stated, one.decided_on, last_round) if day is not None]
        return not seen or months_after(max(seen), months) <= today

    return DueReviews(
        potential=tuple(
            one
            for one in everybody
            if events.get(one.id) or is_due(one, one.potential_on, params.potential_months)
        ),
        support=tuple(one for one in everybody if is_due(one, one.support_on, params.support_months)),
        events=events,
    )


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day."""
    number = day.year * _YEAR + day.month - 1 + months
    year, month = number // _YEAR, number % _YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
