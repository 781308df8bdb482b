"""How often: the interval between visits, and when a customer may be offered again."""

from datetime import date
from math import ceil

from domain.calendar import WorkingCalendar, last_of_month
from domain.planning.params import CellCadence

_MONTHS_AHEAD = 24


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
