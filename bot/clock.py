"""The only place that reads the wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """The present moment, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs on and can be moved: the demo's, and with `frozen` the tests'."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._frozen = start if frozen else None
        self._offset = (start - datetime.now(UTC)) if start else timedelta()
        if frozen and start is None:
            self._frozen = datetime.now(UTC)

    def now(self) -> datetime:
        return self._frozen or datetime.now(UTC) + self._offset

    def move(self, by: timedelta) -> None:
        if self._frozen:
            self._frozen += by
        else:
            self._offset += by


def midnight(day: date, zone: str) -> datetime:
    """The moment at which a day begins on a person's own clock."""
    return datetime.combine(day, time.min, ZoneInfo(zone))


def local_date(now: datetime, zone: str) -> date:
    """The date on a person's own calendar at the moment `now` (aware)."""
    return now.astimezone(ZoneInfo(zone)).date()
