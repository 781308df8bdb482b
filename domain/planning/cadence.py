"""How often: the interval between visits, and when a customer may be offered again."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from typing import Self

from domain.calendar import WorkingCalendar, last_of_month
from domain.planning.params import CellCadence

_MONTHS_AHEAD = 24


@dataclass(frozen=True, slots=True)
class Cycle:
    """What a cadence is reckoned for: so many calendar months with so many working days."""

    months: int
    working_days: int

    @classmethod
    def quarter_of(cls, day: date, calendar: WorkingCalendar) -> Self:
        """The calendar quarter of `day`."""
        first = date(day.year, day.month - (day.month - 1) % 3, 1)
        months = [first.replace(month=first.month + n) for n in range(3)]
        return cls(3, sum(calendar.working_days_of_month(month) for month in months))


class Measure(StrEnum):
    """In which of three ways a cadence is said."""

    MONTHLY = "m"  # visits a month
    BETWEEN = "b"  # working days from one visit to the next
    TOTAL = "t"  # visits a cycle


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One cadence said in three ways: visits a month, working days from one to the next, visits a cycle."""

    monthly: float
    between: float
    total: float

    @classmethod
    def of(cls, measure: Measure, value: float, cycle: Cycle) -> Self:
        """The rhythm whose `measure` is `value`. Raises ValueError unless that is above 0."""
        if value <= 0:
            raise ValueError(f"{value} is no rhythm")
        match measure:
            case Measure.MONTHLY:
                total = value * cycle.months
            case Measure.BETWEEN:
                total = cycle.working_days / value
            case Measure.TOTAL:
                total = value
        return cls(total / cycle.months, cycle.working_days / total, total)

    def value(self, measure: Measure) -> float:
        match measure:
            case Measure.MONTHLY:
                return self.monthly
            case Measure.BETWEEN:
                return self.between
            case Measure.TOTAL:
                return self.total


def interval(cadence: CellCadence, day: date, calendar: WorkingCalendar) -> float | None:
    """Working days from one visit to the next: those of the calendar month of `day` / target a month.

    None when no visit is planned (target 0). A target of 0.5 gives two such months.
    """
    if cadence.target == 0:
        return None
    return calendar.working_days_of_month(day) / cadence.target


def opens_after(between: float, gate: float) -> int:
    """Working days after a visit until the part `gate` of the interval `between` is reached."""
    return ceil(round(gate * between, 6))


def opens_on(
    last_visit: date, today: date, cadence: CellCadence, gate: float, calendar: WorkingCalendar
) -> date | None:
    """The first working day from `today` on when a customer seen on `last_visit` may be offered again.

    None when no visit is planned, or none within two years.
    """
    day = today if calendar.is_working_day(today) else calendar.add_working_days(today, 1)
    for _ in range(_MONTHS_AHEAD):
        between = interval(cadence, day, calendar)
        if between is None:
            return None
        missing = opens_after(between, gate) - calendar.working_days(last_visit, day)
        if missing <= 0:
            return day
        next_month = calendar.add_working_days(last_of_month(day), 1)  # has an interval of its own
        day = min(calendar.add_working_days(day, missing), next_month)
    return None
