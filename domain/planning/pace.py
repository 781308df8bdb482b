"""Whether a month is on pace, in whole visits.

Goals are a few visits a month, so a band in percent would often hold no whole number at
all. The band here runs from the visits due when the day begins, rounded down, to those
due when it is over, rounded up: some count is always on pace.

Leave leaves the goal: who works half of a month's working days is asked for half of its visits, in the
days that are worked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Self

from domain.calendar import WorkingCalendar, last_of_month
from domain.customers.model import CustomerStatus
from domain.planning.absence import NEVER_AWAY, Away
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


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """The days of a month that a rep works, in half days: those over, begun (today's too), and all.

    `share` is the part of the month's working days that they are.
    """

    over: int
    begun: int
    total: int
    share: float

    @classmethod
    def of(cls, today: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> Self:
        """The month of `today`; `away` must know all of the month."""
        eve = today.replace(day=1) - timedelta(days=1)
        working = 2 * calendar.working_days_of_month(today)
        total = away.halves_in_field(eve, last_of_month(today), calendar)
        return cls(
            over=away.halves_in_field(eve, today - timedelta(days=1), calendar),
            begun=away.halves_in_field(eve, today, calendar),
            total=total,
            share=total / working if working else 1.0,
        )

    def pace(self, done: int, goal: float) -> Pace:
        """The pace of `done` visits towards the `goal` of a month without leave."""
        asked = int(goal * self.share + 0.5)
        return pace(done, asked, over=self.over, begun=self.begun, total=self.total)


def pace(done: int, goal: int, *, over: int, begun: int, total: int) -> Pace:
    """The pace of `done` visits towards `goal` in a month of `total` working days, or half days.

    `over` of them have passed, `begun` counts today's too. Expected is
    goal x working days / total. Raises ValueError unless 0 <= over <= begun <= total.
    """
    if not 0 <= over <= begun <= total:
        raise ValueError(f"working days do not fit: {over} over, {begun} begun, {total} in the month")
    if total == 0:
        return Pace(done, goal, 0, goal)
    return Pace(done, goal, goal * over // total, -(-goal * begun // total))


def pace_of_month(
    targets: Iterable[VisitTarget],
    on: date,
    cadence: CadenceParams,
    calendar: WorkingCalendar,
    away: Away = NEVER_AWAY,
) -> Pace:
    """The pace of the month of `on` over all customers who are to be visited, leave taken off the goal.

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
    return MonthSoFar.of(on, calendar, away).pace(done, goal)
