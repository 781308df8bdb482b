"""Working out a day that was said, as seen from the day on which it is said.

Weeks start on Monday. "Next Thursday" is of the next calendar week. A bare weekday or day of the
month is the nearest one ahead, or behind for what has happened. The beginning, middle and end of a
month are working days: the first, the one on or after the 15th, the last.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import WorkingCalendar


class Half(StrEnum):
    """A part of a day."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Tense(StrEnum):
    """Whether a sentence speaks of what will be or of what was."""

    AHEAD = "ahead"
    BEHIND = "behind"


class Doubt(StrEnum):
    """Why a day must be asked back."""

    VAGUE = "vague"  # "next week", "soon"
    TWO_WAYS = "two_ways"  # 3/4; "Wednesday" on a Wednesday
    PASSED = "passed"  # a day that is over, where one ahead is meant, or the reverse
    NO_SUCH_DAY = "no_such_day"  # 30 February


class Part(StrEnum):
    """A part of a month."""

    BEGINNING = "beginning"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was said, or a doubt with the days that it may mean, soonest first."""

    on: date | None = None
    half: Half | None = None
    doubt: Doubt | None = None
    options: tuple[date, ...] = ()


_ONE_DAY = timedelta(days=1)
_FAR = 270  # days; "3 November" said in late November is a slip more often than next year


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The day on which somebody speaks, their working days, and the tense."""

    today: date
    calendar: WorkingCalendar
    tense: Tense

    def day(self, on: date) -> Day:
        """A day that was named in full: in doubt when it lies on the wrong side of today."""
        wrong = on < self.today if self._ahead else on > self.today
        return Day(doubt=Doubt.PASSED, options=(on,)) if wrong else Day(on)

    def after(self, days: int) -> Day:
        """So many days from today; negative: ago."""
        return self.day(self.today + timedelta(days))

    def after_working_days(self, days: int) -> Day:
        """So many working days from today."""
        return self.day(self.calendar.add_working_days(self.today, days))

    def after_months(self, months: int) -> Day:
        """The same day of another month, or its last day."""
        month = self.month(months)
        return self.day(month.replace(day=min(self.today.day, _length(month))))

    def weekday(self, weekday: int, weeks: int | None) -> Day:
        """A weekday (0 = Monday) of the week that lies `weeks` ahead; None: the nearest one."""
        if weeks is not None:
            return self.day(self._monday(weeks) + timedelta(weekday))
        away = (weekday - self.today.weekday()) % 7
        if away == 0:  # "Wednesday" on a Wednesday
            other = self.today + timedelta(7 if self._ahead else -7)
            return Day(doubt=Doubt.TWO_WAYS, options=tuple(sorted((self.today, other))))
        return Day(self.today + timedelta(away if self._ahead else away - 7))

    def month(self, ahead: int) -> date:
        """The first of the month that lies `ahead` months from this one."""
        years, month = divmod(self.today.month - 1 + ahead, 12)
        return date(self.today.year + years, month + 1, 1)

    def day_of(self, month: date, number: int) -> Day:
        """A numbered day of the month that begins at `month`."""
        if not 1 <= number <= _length(month):
            return Day(doubt=Doubt.NO_SUCH_DAY)
        return self.day(month.replace(day=number))

    def numbered(self, number: int) -> Day:
        """The nearest day of that number: of this month, or of the one beside it."""
        here = self.day_of(self.month(0), number)
        return here if here.on else self.day_of(self.month(self._step), number)

    def dated(self, month: int, number: int, year: int | None = None) -> Day:
        """A day of a named month; without a year the nearest, asked back when that is far off."""
        if not 1 <= month <= 12:
            return Day(doubt=Doubt.NO_SUCH_DAY)
        here = self.day_of(date(year or self.today.year, month, 1), number)
        if year is not None or here.on:
            return here
        other = self.day_of(date(self.today.year + self._step, month, 1), number)
        if other.on and abs((other.on - self.today).days) > _FAR:
            return Day(doubt=Doubt.PASSED, options=tuple(sorted((*here.options, other.on))))
        return other

    def part_of(self, part: Part, month: date) -> Day:
        """The beginning, the middle or the end of the month that begins at `month`."""
        if part is Part.END:
            last = self._working(month.replace(day=_length(month)), -_ONE_DAY)
            in_this_month = (last.year, last.month) == (self.today.year, self.today.month)
            return self.day(max(last, self.today) if in_this_month and self._ahead else last)
        return self.day(self._working(month if part is Part.BEGINNING else month.replace(day=15), _ONE_DAY))

    def part(self, part: Part) -> Day:
        """The nearest beginning, middle or end of a month."""
        here = self.part_of(part, self.month(0))
        return here if here.on else self.part_of(part, self.month(self._step))

    def part_of_named(self, part: Part, month: int) -> Day:
        """The nearest beginning, middle or end of a month with a name."""
        if not 1 <= month <= 12:
            return Day(doubt=Doubt.NO_SUCH_DAY)
        here = self.part_of(part, date(self.today.year, month, 1))
        return here if here.on else self.part_of(part, date(self.today.year + self._step, month, 1))

    def week(self, weeks: int) -> Day:
        """Some day of a week."""
        return self._some(self._monday(weeks) + timedelta(day) for day in range(7))

    def soon(self) -> Day:
        """Some day within a week from now."""
        return self._some(self.today + timedelta(day) for day in range(1, 8))

    def some_day(self) -> Day:
        """Any day."""
        return Day(doubt=Doubt.VAGUE)

    @property
    def _ahead(self) -> bool:
        return self.tense is Tense.AHEAD

    @property
    def _step(self) -> int:
        return 1 if self._ahead else -1

    def _monday(self, weeks: int) -> date:
        return self.today + timedelta(7 * weeks - self.today.weekday())

    def _some(self, days: Iterable[date]) -> Day:
        working = (day for day in days if self.calendar.is_working_day(day))
        fits = (day for day in working if (day > self.today if self._ahead else day <= self.today))
        return Day(doubt=Doubt.VAGUE, options=tuple(fits))

    def _working(self, day: date, step: timedelta) -> date:
        while not self.calendar.is_working_day(day):
            day += step
        return day


def _length(month: date) -> int:
    return monthrange(month.year, month.month)[1]
