"""What was told of single days, and of a week as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.timelog.split import Split


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """A day's time; `is_spread`: it is a part of a week that was told as a whole."""

    split: Split
    is_spread: bool = False


def single_days(entries: Mapping[date, TimeEntry]) -> Mapping[date, Split]:
    """The days that were told one by one."""
    return {day: entry.split for day, entry in entries.items() if not entry.is_spread}


def spread_days(days: Sequence[date], entries: Mapping[date, TimeEntry]) -> Sequence[date]:
    """The days of a week that share what is told of the whole: those not told one by one."""
    return [day for day in days if day not in single_days(entries)]


def spread_week(
    wanted: Split, days: Sequence[date], entries: Mapping[date, TimeEntry]
) -> Mapping[date, Split]:
    """What the shared days get so that the week makes `wanted`, to the minute.

    Days told one by one stay as they are; the sum can be no less than theirs. Empty when every day of
    `days` was told.
    """
    shared = spread_days(days, entries)
    if not shared:
        return {}
    rest = wanted.less(Split.total(single_days(entries).values()))
    return dict(zip(shared, rest.spread(len(shared)), strict=True))
