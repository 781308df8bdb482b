"""What in the entries is worth a question. A question accuses nobody: each has harmless answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import WorkingCalendar, last_of_month
from domain.coverage.params import Batch, Even, Spike
from domain.coverage.ratio import Ratio
from domain.explain import Reason

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Visits that one rep has entered within one hour: how many, and of how many different days."""

    begun: datetime
    visits: int
    days: int


def batch_entry(sittings: Iterable[Sitting], limits: Batch) -> Reason | None:
    """Many visits of several days entered at once: the largest such sitting, and how many there were."""
    found = [one for one in sittings if one.visits >= limits.visits and one.days >= limits.days]
    if not found:
        return None
    largest = max(found, key=lambda one: (one.visits, one.days, one.begun))
    told = {"visits": largest.visits, "days": largest.days, "on": largest.begun.date().isoformat()}
    return Reason("batch_entry", told | {"times": len(found)})


def even_days(visits_by_day: Mapping[date, int], limits: Even) -> Reason | None:
    """The same round number day after day: field days with the most frequent number / field days.

    Visits carry no time of day, so this stands for the round times that other systems look for.
    """
    worked = [visits for visits in visits_by_day.values() if visits]
    if len(worked) < limits.days:
        return None
    usual = max(set(worked), key=lambda visits: (worked.count(visits), visits))
    same = Ratio(worked.count(usual), len(worked))
    if usual == 1 or (same.value or 0) < limits.share:
        return None
    return Reason("even_days", {"visits": usual, "same": same.numerator, "days": same.denominator})


def month_end(
    visits_by_day: Mapping[date, int], month: date, calendar: WorkingCalendar, limits: Spike
) -> Reason | None:
    """A month that fills up at its end: share of its visits in the last working days / share of its days.

    `month` is any day of a month that is over.
    """
    last = last_of_month(month)
    eve = month.replace(day=1) - _ONE_DAY
    total = calendar.working_days_of_month(month)
    if total <= limits.days:
        return None
    begin = calendar.add_working_days(eve, total - limits.days)
    visits = {day: number for day, number in visits_by_day.items() if eve < day <= last}
    whole, late = sum(visits.values()), sum(number for day, number in visits.items() if day > begin)
    if whole < limits.visits or late / whole < limits.factor * limits.days / total:
        return None
    told = {"late": late, "visits": whole, "days": limits.days, "of_days": total}
    return Reason("month_end", told | {"on": last.isoformat()})
