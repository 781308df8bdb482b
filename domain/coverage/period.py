"""Weeks, months and quarters."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from domain.calendar import WorkingCalendar, last_of_month

_ONE_DAY = timedelta(days=1)
_QUARTER = 3


class Span(StrEnum):
    """How long a period is."""

    WEEK = "w"
    MONTH = "m"
    QUARTER = "q"


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar week (Monday to Sunday), month or quarter."""

    span: Span
    first: date
    last: date

    @classmethod
    def of(cls, span: Span, day: date) -> Self:
        """The period that `day` lies in."""
        match span:
            case Span.WEEK:
                first = day - timedelta(days=day.weekday())
                last = first + timedelta(days=6)
            case Span.MONTH:
                first, last = day.replace(day=1), last_of_month(day)
            case Span.QUARTER:
                first = date(day.year, day.month - (day.month - 1) % _QUARTER, 1)
                last = last_of_month(first.replace(month=first.month + _QUARTER - 1))
        return cls(span, first, last)

    @property
    def before(self) -> "Period":
        return Period.of(self.span, self.first - _ONE_DAY)

    @property
    def after(self) -> "Period":
        return Period.of(self.span, self.last + _ONE_DAY)

    def until(self, today: date) -> date:
        """The last day of it that has come by `today`."""
        return min(self.last, today)

    def months(self, today: date) -> tuple[date, ...]:
        """The first days of the calendar months whose frequency it tells; the norms are monthly.

        Of a week that is the month in which it ends, or in which today lies; of a quarter the months that
        have begun.
        """
        until = self.until(today)
        if self.span is not Span.QUARTER:
            return (until.replace(day=1),)
        months = (self.first.replace(month=self.first.month + n) for n in range(_QUARTER))
        return tuple(month for month in months if month <= until)

    def cut_like(self, other: "Period", today: date, calendar: WorkingCalendar) -> date:
        """The day up to which this period has had as many working days as `other` by `today`.

        With it a period that is still running is compared. Before the first working day: the day before
        this period.
        """
        if other.last <= today:
            return self.last
        gone = calendar.working_days(other.first - _ONE_DAY, today)
        if not gone:
            return self.first - _ONE_DAY
        return min(self.last, calendar.add_working_days(self.first - _ONE_DAY, gone))
