"""Which days count: those that a person works, leave, public holidays and make-up workdays considered."""

from datetime import date, timedelta

from domain.calendar import WorkingCalendar, last_of_month
from domain.planning.absence import NEVER_AWAY, Away

FURTHEST = 366  # days ahead in which a working day is looked for

_ONE_DAY = timedelta(days=1)


def is_worked(day: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> bool:
    """Whether somebody works on a day, if only half of it."""
    return day not in away.days and calendar.is_working_day(day)


def next_worked(day: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> date:
    """The next day after `day` that somebody works; a year later when there is none so long."""
    last = day + timedelta(days=FURTHEST)
    following = day + _ONE_DAY
    while following < last and not is_worked(following, calendar, away):
        following += _ONE_DAY
    return following


def worked_before(day: date, calendar: WorkingCalendar) -> date:
    """The last working day before `day`; a year earlier when there is none so long."""
    first = day - timedelta(days=FURTHEST)
    before = day - _ONE_DAY
    while before > first and not calendar.is_working_day(before):
        before -= _ONE_DAY
    return before


def is_first_of_week(day: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> bool:
    """Whether it is the first day of its ISO week that somebody works."""
    earlier = (day - timedelta(days=back) for back in range(1, day.weekday() + 1))
    return is_worked(day, calendar, away) and not any(is_worked(one, calendar, away) for one in earlier)


def is_last_of_week(day: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> bool:
    """Whether it is the last day of its ISO week that somebody works."""
    later = (day + timedelta(days=ahead) for ahead in range(1, 7 - day.weekday()))
    return is_worked(day, calendar, away) and not any(is_worked(one, calendar, away) for one in later)


def is_last_of_month(day: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> bool:
    """Whether it is the last day of its month that somebody works."""
    later = (day + timedelta(days=ahead) for ahead in range(1, last_of_month(day).day - day.day + 1))
    return is_worked(day, calendar, away) and not any(is_worked(one, calendar, away) for one in later)


def told_with(day: date, calendar: WorkingCalendar, away: Away = NEVER_AWAY) -> tuple[date, date]:
    """The days whose promises are told on a working day: this one, and those not worked until the next.

    So each day's promises are told on one day, and before leave rather than after it.
    """
    return day, next_worked(day, calendar, away) - _ONE_DAY


def week_told(day: date, calendar: WorkingCalendar) -> date:
    """The Monday of the week that a weekly digest of `day` is about: that of the last day worked before.

    After a week without any working day it is the week before that one, so that none is left out.
    """
    last = worked_before(day, calendar)
    return last - timedelta(days=last.weekday())
