"""A week in fourteen halves, as a number: its bits are Monday morning, Monday afternoon and so on."""

from collections.abc import Iterable, Sequence
from datetime import time

from domain.customers.model import HalfDay

HALVES = 14

Part = tuple[time, time]
"""When a half begins and ends; the morning stands first in a pair of them."""


def halves_of(windows: Iterable[HalfDay], parts: tuple[Part, Part]) -> int:
    """The halves that any of the windows reaches into."""
    week = 0
    for window in windows:
        for number, part in enumerate(parts):
            if _clip(window, part):
                week |= 1 << (2 * window.weekday + number)
    return week


def windows_of(week: int, parts: tuple[Part, Part], known: Sequence[HalfDay] = ()) -> tuple[HalfDay, ...]:
    """The windows of the chosen halves.

    What is `known` more exactly stays: all of a day whose halves have not changed, and within a half that
    is still chosen.
    """
    before = halves_of(known, parts)
    found: list[HalfDay] = []
    for weekday in range(HALVES // 2):
        on_day = [window for window in known if window.weekday == weekday]
        if (week ^ before) >> (2 * weekday) & 3 == 0:
            found += on_day
            continue
        for number, part in enumerate(parts):
            if week >> (2 * weekday + number) & 1:
                found += [kept for one in on_day if (kept := _clip(one, part))] or [HalfDay(weekday, *part)]
    return tuple(sorted(found, key=lambda one: (one.weekday, one.start, one.end)))


def _clip(window: HalfDay, part: Part) -> HalfDay | None:
    start, end = max(window.start, part[0]), min(window.end, part[1])
    return HalfDay(window.weekday, start, end) if start < end else None
