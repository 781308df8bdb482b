"""What to say when a day has no visits: why, and when the next ones are."""

from datetime import date

from domain.calendar import WorkingCalendar
from domain.explain import Reason
from domain.planning.model import RepCalendar
from domain.planning.plan import DayPlan, coming_days


def closed(on: date, rep: RepCalendar, calendar: WorkingCalendar) -> Reason | None:
    """Why nobody is visited on a day at all, with the next day the rep works; None on a day of work."""
    if on not in rep.days_off and calendar.is_working_day(on):
        return None
    code = "day_off" if calendar.is_working_day(on) else "not_working_day"
    return Reason(code, {"next": coming_days(on, 1, rep, calendar)[0].isoformat()})


def instead(
    why_closed: Reason | None,
    *,
    customers: int,
    visited: int,
    left_out: int,
    unrated: int,
    is_over: bool,
    coming: DayPlan | None,
) -> tuple[Reason, ...]:
    """What is said in place of visits: why there are none, what is most useful now, and the next day.

    `visited`, `left_out` (due all the same) and `unrated` count customers; `is_over` says that the
    working hours are. `coming` is the plan of the next day with visits.
    """
    if not customers:
        return (Reason("no_customers"),)
    found = [why_closed or _why_none(visited, left_out, is_over=is_over)]
    if unrated and why_closed is None and not is_over:
        found.append(Reason("to_profile", {"n": unrated}))
    if coming is not None and coming.stops:
        first = coming.stops[0]
        numbers = {"on": coming.on.isoformat(), "n": len(coming.stops), "name": first.customer.name}
        found.append(Reason("next_day", {**numbers, "start": first.start.isoformat("minutes")}))
    return tuple(found)


def _why_none(visited: int, left_out: int, *, is_over: bool) -> Reason:
    if is_over:
        return Reason("day_over", {"visited": visited, "left_out": left_out})
    if visited:
        return Reason("day_done", {"visited": visited, "left_out": left_out})
    return Reason("nothing_fits", {"left_out": left_out}) if left_out else Reason("nothing_due")
