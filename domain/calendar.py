"""Working days: the public holidays of a country, its make-up workdays, and a company's own days."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Self

from holidays import HolidayBase, country_holidays
from pydantic import model_validator

from domain.content.dated import Text
from domain.content.reading import Content, MistakeError

_SATURDAY = 5
_DAY = timedelta(days=1)


class OwnDay(Content):
    """One day that a company sets itself."""

    on: date
    why: Text


class OwnDays(Content):
    """A company's extra days off and extra workdays; they win over the country's."""

    days_off: tuple[OwnDay, ...]
    workdays: tuple[OwnDay, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[date] = set()
        for own in (*self.days_off, *self.workdays):
            if own.on in seen:
                raise MistakeError(f"{own.on.isoformat()} is listed twice", "Keep one of the two lines")
            seen.add(own.on)
        return self

    def by_date(self) -> dict[date, bool]:
        """Whether each of the days is a working day."""
        return {own.on: False for own in self.days_off} | {own.on: True for own in self.workdays}


@dataclass(frozen=True, slots=True)
class _Year:
    worked: tuple[int, ...]  # the ordinals of the working days, rising
    provisional: bool


class WorkingCalendar:
    """Which days are worked in one country (ISO code), or anywhere: weekends only (None).

    `own` maps single days to "is worked" and wins over the country. With `make_up_days`
    the country turns weekends into workdays by a yearly notice; a year whose notice is
    not known yet is provisional.
    """

    def __init__(
        self,
        country: str | None = None,
        own: Mapping[date, bool] | None = None,
        *,
        make_up_days: bool = False,
    ) -> None:
        self._own = dict(own or {})
        self._make_up_days = make_up_days
        self._years: dict[int, _Year] = {}
        self._lock = Lock()
        self._public: HolidayBase | None = None
        if country is not None:
            self._public = country_holidays(country)

    def is_working_day(self, day: date) -> bool:
        worked = self._year(day.year).worked
        position = self._so_far(day)
        return position > 0 and worked[position - 1] == day.toordinal()

    def working_days(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`; 0 when none do."""
        if until <= after:
            return 0
        whole = sum(len(self._year(year).worked) for year in range(after.year, until.year))
        return whole + self._so_far(until) - self._so_far(after)

    def working_days_of_month(self, day: date) -> int:
        """How many working days the calendar month of `day` has."""
        return self.working_days(day.replace(day=1) - _DAY, last_of_month(day))

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`. Raises ValueError unless `count` is at least 1."""
        if count < 1:
            raise ValueError(f"count must be at least 1, not {count}")
        year = day.year
        position = self._so_far(day) + count - 1
        while position >= len(days := self._year(year).worked):
            position -= len(days)
            year += 1
        return date.fromordinal(days[position])

    def is_provisional(self, year: int) -> bool:
        """Whether the year's make-up workdays are still to be announced."""
        return self._year(year).provisional

    def _so_far(self, day: date) -> int:
        return bisect_right(self._year(day.year).worked, day.toordinal())

    def _year(self, year: int) -> "_Year":
        found = self._years.get(year)
        if found is None:
            with self._lock:  # `holidays` fills itself while it is asked, and lists are planned in threads
                found = self._years[year] = self._work_out(year)
        return found

    def _work_out(self, year: int) -> "_Year":
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        worked = tuple(
            ordinal for ordinal in range(first, last + 1) if self._is_worked(date.fromordinal(ordinal))
        )
        return _Year(worked, self._make_up_days and not self._is_announced(year))

    def _is_announced(self, year: int) -> bool:
        own = any(day.year == year and worked for day, worked in self._own.items())
        return own or (
            self._public is not None and any(day.year == year for day in self._public.weekend_workdays)
        )

    def _is_worked(self, day: date) -> bool:
        own = self._own.get(day)
        if own is not None:
            return own
        if self._public is not None:
            return bool(self._public.is_working_day(day))
        return day.weekday() < _SATURDAY


def last_of_month(day: date) -> date:
    """The last day of the calendar month of `day`."""
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
