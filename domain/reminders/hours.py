"""A person's own clock: when an hour of a day comes, and when somebody may be spoken to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.reminders.days import FURTHEST

_ONE_DAY = timedelta(days=1)


def moment(day: date, clock: time, zone: str) -> datetime:
    """When it is `clock` on a day in a time zone, in UTC.

    An hour that is left out in spring comes an hour later, one that comes twice in autumn the first time.
    """
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time of every day, from `start` until `end` (not included); over midnight when `end` is earlier."""

    start: time
    end: time

    def holds(self, clock: time) -> bool:
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def ends(self, local: datetime) -> datetime:
        """The end of the pause that holds at a moment of somebody's own clock (naive)."""
        over_midnight = self.start > self.end and local.time() >= self.start
        return datetime.combine(local.date() + _ONE_DAY * over_midnight, self.end)


def free_from(
    now: datetime,
    zone: str,
    pauses: Iterable[Pause],
    *,
    works: Callable[[date], bool] = lambda _day: True,
    off: Callable[[date], Iterable[Pause]] = lambda _day: (),
) -> datetime | None:
    """The first moment from `now` on at which somebody may be spoken to, in UTC; None within a year.

    `works` says on which days at all, `off` when on one of them not.
    """
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    always, last = tuple(pauses), local.date() + _ONE_DAY * FURTHEST
    began = local
    while local.date() <= last:
        if not works(local.date()):
            local = datetime.combine(local.date() + _ONE_DAY, time.min)
            continue
        held = next((one for one in (*always, *off(local.date())) if one.holds(local.time())), None)
        if held is None:
            return now if local == began else moment(local.date(), local.time(), zone)
        local = held.ends(local)
    return None
