"""Days, weeks, months and quarters as people say them in questions, found in a sentence.

A single day comes from `domain.understanding.dates`; two days side by side ("Thursday and Friday",
"周四到周五") are one period from the first to the last.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from domain.calendar import WorkingCalendar
from domain.understanding.dates import find_dates
from domain.understanding.numerals import NUMBER_ZH, number_of
from domain.understanding.reckoning import Doubt, Tense


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, as said between two places of a text.

    `options` are the days that were perhaps meant, when it must be asked; `at` is a time of the day.
    """

    first: date
    last: date
    start: int = 0
    end: int = 0
    options: tuple[date, ...] = ()
    at: time | None = None

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    @property
    def is_week(self) -> bool:
        return self.first.weekday() == 0 and self.last - self.first == timedelta(6)

    @property
    def is_month(self) -> bool:
        return self.first.day == 1 and self.last == _month_end(self.first)

    def __str__(self) -> str:
        """A day, a week or a month in the form of ISO 8601, else both ends: "2026-W48", "2026-11"."""
        if self.is_day:
            return self.first.isoformat()
        if self.is_month:
            return f"{self.first:%Y-%m}"
        if self.is_week:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.first}/{self.last}"


def day(on: date) -> Period:
    """One day."""
    return Period(on, on)


def week_of(on: date) -> Period:
    """The week from Monday to Sunday around a day."""
    monday = on - timedelta(on.weekday())
    return Period(monday, monday + timedelta(6))


def month_of(on: date) -> Period:
    """The month around a day."""
    return Period(on.replace(day=1), _month_end(on))


def find_periods(
    text: str, *, today: date, calendar: WorkingCalendar, tense: Tense = Tense.AHEAD
) -> tuple[Period, ...]:
    """Every day or period that `text` names, in order; vague words such as "soon" are none."""
    longer = list(_longer(text.casefold(), today, tense)) if len(text.casefold()) == len(text) else []
    days = [
        Period(on, on, when.start, when.end, when.options if when.doubt is Doubt.TWO_WAYS else (), when.at)
        for when in find_dates(text, today=today, calendar=calendar, tense=tense)
        if (on := when.on or (when.options[0] if _is_plain(when.doubt, len(when.options)) else None))
    ]
    days = [one for one in days if not any(_overlap(one, other) and _longest(other, one) for other in longer)]
    longer = [one for one in longer if not any(_overlap(one, other) for other in days)]
    found = sorted((*days, *longer), key=lambda one: one.start)
    return tuple(_joined(found, text.casefold()))


_COUNTED = {
    "上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2,
    "last": -1, "past": -1, "this": 0, "current": 0, "next": 1, "coming": 1,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEK = re.compile(
    r"(?P<zh>上上|上|这|本|(?<!一)下下|下)一?个?(?:周|星期|礼拜)(?![一二三四五六日天1-7末])(?:内|里)?"
    r"|\b(?P<en>last|past|this|current|next|coming) week\b(?!end)"
)
_MONTH = re.compile(
    r"(?P<zh>上上|上|这|本|当|下下|下)一?个?月(?!初|底|末|中|上旬|下旬|[\d一二三四五六七八九十]+[号日])份?(?:内|里)?"
    r"|\b(?P<en>last|past|this|current|next|coming) month\b"
)
_QUARTER = re.compile(
    r"(?P<zh>上|这|本|下)一?个?季度?|\b(?P<en>last|past|this|current|next|coming) quarter\b"
)
_NAMED = re.compile(
    rf"(?P<number>{NUMBER_ZH})月份?(?!初|底|末|中旬|上旬|下旬| ?[\d一二三四五六七八九十]+[号日]?)"
    r"|\b(?:in |during )(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b(?! \d)"
)
_BETWEEN = re.compile(r"\s*(?:和|到|至|、|,|，|-|–|~|and|to|till|until|through|&)?\s*")


def _longer(text: str, today: date, tense: Tense) -> Iterator[Period]:
    """Weeks, months and quarters."""
    for pattern, made in _KINDS:
        for match in pattern.finditer(text):
            step = _COUNTED[match["zh"] or match["en"]]
            yield replace(made(today, step), start=match.start(), end=match.end())
    for match in _NAMED.finditer(text):
        month = number_of(match["number"]) if match["number"] else _MONTHS.index(match["name"][:3]) + 1
        if 1 <= month <= 12:
            yield replace(_nearest(today, month, tense), start=match.start(), end=match.end())


def _weeks(today: date, step: int) -> Period:
    return week_of(today + timedelta(7 * step))


def _months(today: date, step: int) -> Period:
    years, month = divmod(today.month - 1 + step, 12)
    return month_of(date(today.year + years, month + 1, 1))


def _quarters(today: date, step: int) -> Period:
    first = _months(today, 3 * step - (today.month - 1) % 3).first
    return Period(first, _months(first, 2).last)


_KINDS: tuple[tuple[re.Pattern[str], Callable[[date, int], Period]], ...] = (
    (_WEEK, _weeks),
    (_MONTH, _months),
    (_QUARTER, _quarters),
)


def _nearest(today: date, month: int, tense: Tense) -> Period:
    """The month of that number which is next, or was last."""
    away = (month - today.month) % 12
    return _months(today, away if tense is Tense.AHEAD or away == 0 else away - 12)


def _is_plain(doubt: Doubt | None, options: int) -> bool:
    return options > 0 and doubt in {Doubt.PASSED, Doubt.TWO_WAYS}


def _overlap(one: Period, other: Period) -> bool:
    return one.start < other.end and other.start < one.end


def _longest(one: Period, other: Period) -> bool:
    return one.end - one.start > other.end - other.start


def _joined(found: list[Period], text: str) -> Iterator[Period]:
    """Days that stand side by side, as one period."""
    last: Period | None = None
    for one in found:
        if last is not None and _follows(last, one) and _BETWEEN.fullmatch(text, last.end, one.start):
            last = replace(last, last=one.last, end=one.end, options=(), at=None)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _follows(one: Period, other: Period) -> bool:
    return one.is_day and other.is_day and one.first < other.first


def _month_end(on: date) -> date:
    following = on.replace(day=28) + timedelta(4)
    return following - timedelta(following.day)
