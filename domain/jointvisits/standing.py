"""Since when a customer stands in a cell, and where they stood before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from domain.tiering.model import Cell
from domain.tiering.override import Override, cell_at


@dataclass(frozen=True, slots=True)
class Standing:
    """The cell, the day from which the customer has stood in it, and the one before; None: was not rated."""

    cell: Cell
    since: date
    came_from: Cell | None


def standing(
    computed: Sequence[tuple[datetime, Cell | None]],
    overrides: Sequence[Override],
    today: date,
    zone: tzinfo,
) -> Standing | None:
    """Where a customer stands `today`, by the decisions in the order in which they were made.

    None for those who are not rated. What changed and changed back within a day is no change.
    """
    days = {moment.astimezone(zone).date() for moment, _ in computed}
    for one in overrides:
        days.add(one.decided_at.astimezone(zone).date())
        if one.until is not None:
            days.add(one.until + timedelta(days=1))
    found: Standing | None = None
    before: Cell | None = None
    for day in sorted(day for day in days if day <= today):
        cell = cell_at(computed, overrides, datetime.combine(day, time.max, zone), day)
        if cell is not before:
            found = None if cell is None else Standing(cell, day, before)
        before = cell
    return found
