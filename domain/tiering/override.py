"""A person's decision that stands over the computed one for a while.

Overrides are events, never changed: setting, renewing and ending each add one, and the last
one counts. Whether it is in force is a question of the day, so nothing has to happen when it
expires: the computed cell holds again by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.ids import UserId
from domain.tiering.model import Cell

_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody sets a customer to `cell` up to and including the day `until`.

    `cell` and `until` are None together: then it ends what was set before.
    """

    cell: Cell | None
    until: date | None
    reason: str
    author_id: UserId
    decided_at: datetime

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.until is not None and day <= self.until


def cycle_end(day: date, quarters: int) -> date:
    """The last day of the `quarters`-th calendar quarter after the one of `day` (0: of its own)."""
    months = day.year * 12 + (day.month - 1) // _MONTHS * _MONTHS + (quarters + 1) * _MONTHS
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def cell_at(
    computed: Iterable[tuple[datetime, Cell | None]],
    overrides: Iterable[Override],
    moment: datetime,
    day: date,
) -> Cell | None:
    """Where a customer stood at a moment, which is on `day` for whoever asks, replayed from the decisions.

    `computed` and `overrides` are in the order in which they were made.
    """
    last = None
    for one in overrides:
        if one.decided_at <= moment:
            last = one
    if last is not None and last.holds_on(day):
        return last.cell
    cell = None
    for decided_at, decided in computed:
        if decided_at <= moment:
            cell = decided
    return cell
