"""Weekly windows as people write them: "周二下午", "周一至周五 08:00-11:30", "Mon,Wed 14:00-16:00"."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import time
from typing import Literal, NamedTuple

from domain.customers.model import HalfDay
from domain.importing.columns import Columns

_CHINESE_DAYS = {char: day for day, char in enumerate("一二三四五六日")} | {"天": 6}
_DAYS = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天](?:[、,和及/]?[一二三四五六日天])*)")
_DAY_AFTER_RANGE = re.compile(r"[一二三四五六日天]")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.点时](\d{2})分?|[:点时]|(?=\s*[ap]\.?m))")
_RANGE = re.compile(r"-|–|—|~|至|到|to\b")
_BETWEEN = re.compile(r"(?:[\s,、;和及&/+()]|and\b)+")


class _Token(NamedTuple):
    kind: Literal["day", "range", "part", "clock"]
    number: int  # weekday, minutes of the day, or for a part 0 = morning, 1 = afternoon


class TimesReader:
    """Reads windows with the words of `Columns`."""

    def __init__(self, columns: Columns) -> None:
        words, halves = columns.words, columns.half_days
        named: list[tuple[str, tuple[_Token, ...]]] = [
            (word, (_Token("day", day),)) for day, spelled in words.weekday.items() for word in spelled
        ]
        workdays = tuple(_Token("day", day) for day in range(5))
        named += [(word, workdays) for word in words.workdays]
        named += [(word, (_Token("part", 0),)) for word in words.morning]
        named += [(word, (_Token("part", 1),)) for word in words.afternoon]
        self._named = sorted(named, key=lambda pair: -len(pair[0]))
        self._parts = (halves.morning, halves.afternoon)

    def read(self, text: str) -> tuple[HalfDay, ...] | None:
        """The windows in order of the week; None when any part of the text is not understood.

        A day without a time is the whole day, a time without a day every workday's.
        """
        try:
            tokens = list(self._tokens(unicodedata.normalize("NFKC", text).casefold().strip()))
            windows = self._windows(tokens)
        except (ValueError, IndexError):
            return None
        return tuple(sorted(windows, key=lambda window: (window.weekday, window.start, window.end))) or None

    def _tokens(self, text: str) -> Iterator[_Token]:
        at, after_range = 0, False
        while at < len(text):
            if found := _BETWEEN.match(text, at):
                at = found.end()
                continue
            if found := _DAYS.match(text, at):
                taken = [_Token("day", _CHINESE_DAYS[char]) for char in found[1] if char in _CHINESE_DAYS]
            elif after_range and (found := _DAY_AFTER_RANGE.match(text, at)):
                taken = [_Token("day", _CHINESE_DAYS[found[0]])]
            elif found := _CLOCK.match(text, at):
                taken = [_Token("clock", _minutes(int(found[1]), int(found[2] or 0)))]
            elif found := _RANGE.match(text, at):
                taken = [_Token("range", 0)]
            else:
                word, tokens = self._word(text, at)
                yield from tokens
                at += len(word)
                continue
            yield from taken
            after_range = taken[-1].kind == "range"
            at = found.end()

    def _word(self, text: str, at: int) -> tuple[str, tuple[_Token, ...]]:
        for word, tokens in self._named:
            end = at + len(word)
            joined = word[-1].isascii() and word[-1].isalpha() and text[end : end + 1].isascii()
            if text.startswith(word, at) and not (joined and text[end : end + 1].isalpha()):
                return word, tokens
        raise ValueError(text)

    def _windows(self, tokens: list[_Token]) -> set[HalfDay]:
        windows: set[HalfDay] = set()
        days: list[int] = []
        timed, at = True, 0
        while at < len(tokens):
            token = tokens[at]
            if token.kind == "day":
                days, timed, at = self._days(tokens, at, [] if timed else days)
                continue
            start, end, at = self._span(tokens, at)
            windows |= {HalfDay(day, start, end) for day in days or range(5)}
            timed = True
        if not timed:
            windows |= {HalfDay(day, self._parts[0].start, self._parts[1].end) for day in days}
        return windows

    @staticmethod
    def _days(tokens: list[_Token], at: int, days: list[int]) -> tuple[list[int], bool, int]:
        first = tokens[at].number
        if at + 2 < len(tokens) and tokens[at + 1].kind == "range" and tokens[at + 2].kind == "day":
            last = tokens[at + 2].number
            return [*days, *((first + step) % 7 for step in range((last - first) % 7 + 1))], False, at + 3
        return [*days, first], False, at + 1

    def _span(self, tokens: list[_Token], at: int) -> tuple[time, time, int]:
        part = None
        if tokens[at].kind == "part":
            part, at = tokens[at].number, at + 1
            if at == len(tokens) or tokens[at].kind != "clock":
                return self._parts[part].start, self._parts[part].end, at
        start, at, start_part = self._clock(tokens, at)
        if at == len(tokens) or tokens[at].kind != "range":
            raise ValueError(tokens)
        end, at, end_part = self._clock(tokens, at + 1)
        start = _afternoon(start, start_part if start_part is not None else part)
        end = _afternoon(end, end_part if end_part is not None else part)
        if start_part is None and end_part == 1 and start + 12 * 60 < end:
            start += 12 * 60
        if not start < end < 24 * 60:
            raise ValueError(tokens)
        return time(*divmod(start, 60)), time(*divmod(end, 60)), at

    @staticmethod
    def _clock(tokens: list[_Token], at: int) -> tuple[int, int, int | None]:
        if tokens[at].kind != "clock":
            raise ValueError(tokens)
        minutes, at = tokens[at].number, at + 1
        if at < len(tokens) and tokens[at].kind == "part":
            return minutes, at + 1, tokens[at].number
        return minutes, at, None


def _minutes(hour: int, minute: int) -> int:
    if hour > 23 or minute > 59:
        raise ValueError(hour, minute)
    return hour * 60 + minute


def _afternoon(minutes: int, part: int | None) -> int:
    return minutes + 12 * 60 if part == 1 and minutes < 12 * 60 else minutes
