"""Whether a month is on pace, in whole visits.

Goals are a few visits a month, so a band in percent would often hold no whole number at
all. The band here runs from the visits due when the day begins, rounded down, to those
due when it is over, rounded up: some count is always on pace.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from domain.calendar import WorkingCalendar
from domain.customers.model import CustomerStatus
from domain.planning.model import VisitTarget
from domain.planning.params import CadenceParams


@dataclass(frozen=True, slots=True)
class Pace:
    """A month so far: visits done, the goal, and the counts from `low` to `high` that are on pace."""

    done: int
    goal: int
    low: int
    high: int

    @property
    def behind(self) -> int:
        """How many visits are missing to be on pace."""
        return max(0, self.low - self.done)

    @property
    def ahead(self) -> int:
        """How many visits more than expected are done."""
        return max(0, self.done - self.high)


def pace(done: int, goal: int, *, over: int, begun: int, total: int) -> Pace:
    """The pace of `done` visits towards `goal` in a month of `total` working days.

    `over` working days have passed, `begun` counts today too when it is one. Expected is
    goal x working days / total. Raises ValueError unless 0 <= over <= begun <= total.
    """
    if not 0 <= over <= begun <= total:
        raise ValueError(f"working days do not fit: {over} over, {begun} begun, {total} in the month")
    if total == 0:
        return Pace(done, goal, 0, goal)
    return Pace(done, goal, goal * over // total, -(-goal * begun // total))


def pace_of_month(
    targets: Iterable[VisitTarget], on: date, cadence: CadenceParams, calendar: WorkingCalendar
) -> Pace:
    """The pace of the month of `on` over all customers who are to be visited.

    A customer's visits count up to the maximum of the cell, so that excess on one does
    not hide a gap on another.
    """
    done, goal = 0, 0.0
    for target in targets:
        cell, customer = target.cell, target.customer
        if cell is None or customer.is_no_see or customer.status is not CustomerStatus.ACTIVE:
            continue
        norm = cadence.cells[cell]
        goal += norm.target
        done += min(target.visits_this_month, ceil(norm.max))
    before = on.replace(day=1) - timedelta(days=1)
    return pace(
        done,
        int(goal + 0.5),
        over=calendar.working_days(before, on - timedelta(days=1)),
        begun=calendar.working_days(before, on),
        total=calendar.working_days_of_month(on),
    )
