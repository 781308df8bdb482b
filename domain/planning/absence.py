"""When a rep is not in the field: days off and training, whole days and halves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self

from domain.calendar import WorkingCalendar
from domain.customers.half_days import Part
from domain.ids import LeaveId
from domain.planning.model import Blocked, Half


class LeaveKind(StrEnum):
    """Why a rep is away."""

    OFF = "off"
    TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Days away, the first and the last included; with `half` this half of each of them alone."""

    id: LeaveId
    first: date
    last: date
    kind: LeaveKind = LeaveKind.OFF
    half: Half | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """When a rep is not in the field: whole days, and the half that is off of days that are half worked."""

    days: frozenset[date] = frozenset()
    halves: Mapping[date, Half] = field(default_factory=dict)

    @classmethod
    def of(cls, leaves: Iterable[Leave], first: date, last: date) -> Self:
        """What leaves take of the days from `first` to `last`; both halves of a day are the day."""
        taken: dict[date, set[Half]] = {}
        for leave in leaves:
            halves = set(Half) if leave.half is None else {leave.half}
            for day in _days(max(first, leave.first), min(last, leave.last)):
                taken.setdefault(day, set()).update(halves)
        return cls(
            frozenset(day for day, halves in taken.items() if len(halves) == len(Half)),
            {day: next(iter(halves)) for day, halves in taken.items() if len(halves) < len(Half)},
        )

    def halves_in_field(self, after: date, until: date, calendar: WorkingCalendar) -> int:
        """Half working days that are worked after `after`, up to and including `until`."""
        lost = 2 * self._working(self.days, after, until, calendar)
        lost += self._working(self.halves, after, until, calendar)
        return 2 * calendar.working_days(after, until) - lost

    def days_lost(self, after: date, until: date, calendar: WorkingCalendar) -> float:
        """Working days that are not worked after `after`, up to and including `until`; a half counts 0.5."""
        whole = self._working(self.days, after, until, calendar)
        return whole + self._working(self.halves, after, until, calendar) / 2

    def blocked(self, parts: tuple[Part, Part]) -> tuple[Blocked, ...]:
        """The halves that are off as blocked times; `parts` are the usual morning and afternoon."""
        (_, noon), (afternoon, _) = parts
        spans = {Half.MORNING: (time.min, noon), Half.AFTERNOON: (afternoon, time.max)}
        return tuple(
            Blocked(start=spans[half][0], end=spans[half][1], on=day)
            for day, half in sorted(self.halves.items())
        )

    def is_away(self, local: datetime, parts: tuple[Part, Part]) -> bool:
        """Whether the rep is away at a moment of their own clock; between the halves only on whole days."""
        if local.date() in self.days:
            return True
        return any(
            one.on == local.date() and one.start <= local.time() < one.end for one in self.blocked(parts)
        )

    @staticmethod
    def _working(days: Iterable[date], after: date, until: date, calendar: WorkingCalendar) -> int:
        return sum(after < day <= until and calendar.is_working_day(day) for day in days)


NEVER_AWAY = Away()


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
