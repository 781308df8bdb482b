"""Whether a month is on pace, in whole visits.

Goals are a few visits a month, so a band in percent would often hold no whole number at
all. The band here runs from the visits due when the day begins, rounded down, to those
due when it is over, rounded up: some count is always on pace.
"""

from dataclasses import dataclass


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
