"""Days and times as people say them, found in a sentence and worked out.

A day ("下周三", "Dec 3rd", "in two weeks"), a part of the day ("上午", "in the afternoon") and a time
("3点半", "3:30 pm") that stand side by side make one `When`. What has more than one meaning,
or none, is never guessed: it comes back with the days that it may mean, to be asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time

from domain.calendar import WorkingCalendar
from domain.understanding.day_phrases import HALVES, RULES
from domain.understanding.numerals import number_of
from domain.understanding.reckoning import Doubt, Half, Reckoning, Tense


@dataclass(frozen=True, slots=True)
class When:
    """A day that was said, with the part and the time of day as far as they were said.

    `on` is None when no day was said, or when `doubt` tells why it must be asked; `options` are
    then the days that it may mean, soonest first. `start` and `end` are its place in the text.
    """

    start: int
    end: int
    on: date | None = None
    half: Half | None = None
    at: time | None = None
    doubt: Doubt | None = None
    options: tuple[date, ...] = ()

    @property
    def names_day(self) -> bool:
        """Whether a day was said, clearly or not."""
        return self.on is not None or self.doubt is not None


def find_dates(
    text: str, *, today: date, calendar: WorkingCalendar, tense: Tense = Tense.AHEAD
) -> tuple[When, ...]:
    """Every day and time said in `text`, in order; of overlapping phrases the first and longest counts."""
    plain = _plain(text)
    phrases = _phrases(plain, Reckoning(today, calendar, tense))
    return tuple(_settled(one) for one in _joined(phrases, plain))


_HOUR_ZH = "十[一二]?|二十[一二三]?|[零一二两三四五六七八九]|[0-9]{1,2}"
_CLOCK = re.compile(
    rf"(?P<zh>{_HOUR_ZH})点(?![建意内原要好问])(?:(?P<quarter>半|一刻|三刻)|(?P<minutes>[一二三四五]?十[一二三四五六七八九]?|\d\d)分?)?[钟整]?"
    r"|(?<![\d:])(?:at )?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?![\d:])(?: ?(?P<half>am|pm))?"
    r"|\b(?:at )?(?P<hour12>\d{1,2}) ?(?:(?P<half12>am|pm)|o'clock)\b"
    r"|\bat (?P<bare>\d{1,2})(?![\d:/.])\b"
)
_PART_OF_DAY = re.compile(
    r"(?P<zh>上午|早上|早晨|一早|清早|中午|下午|午后|傍晚|晚上)"
    r"|\b(?:in the )?(?P<en>morning|afternoon|evening)\b|\b(?:at )?(?P<noon>noon|midday)\b"
)
_BETWEEN = re.compile(r"(?: |,|的|在|at|in the|on|around|大概)*")
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}


def _plain(text: str) -> str:
    """`text` in half-width lower case, character by character, so that every place stays what it is."""
    folded = (unicodedata.normalize("NFKC", char).lower() for char in text.replace("’", "'"))
    return "".join(new if len(new) == 1 else char for new, char in zip(folded, text, strict=True))


def _phrases(text: str, at: Reckoning) -> Iterator[When]:
    reached = 0
    while found := min(_next(text, reached, at), key=lambda one: (one.start, -one.end), default=None):
        yield found
        reached = found.end


def _next(text: str, start: int, at: Reckoning) -> Iterator[When]:
    """The next phrase of each kind."""
    for pattern, rule in RULES:
        for match in pattern.finditer(text, start):
            day = rule(match, at)
            if day is not None:
                yield When(*match.span(), day.on, day.half, None, day.doubt, day.options)
                break
    for match in _CLOCK.finditer(text, start):
        clock = _time(match)
        if clock is not None:
            yield When(*match.span(), at=clock, half=HALVES.get(match["half"] or match["half12"] or ""))
            break
    if part := _PART_OF_DAY.search(text, start):
        yield When(*part.span(), half=HALVES[part["zh"] or part["en"] or part["noon"]])


def _time(found: re.Match[str]) -> time | None:
    if found["zh"]:
        hour = number_of(found["zh"])
        minute = _QUARTERS.get(found["quarter"] or "") or number_of(found["minutes"] or "0")
    else:
        hour = int(found["hour"] or found["hour12"] or found["bare"])
        minute = int(found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _joined(phrases: Iterable[When], text: str) -> Iterator[When]:
    """Days, parts of the day and times that stand side by side, as one."""
    last: When | None = None
    for one in phrases:
        if last is not None and _completes(last, one) and _BETWEEN.fullmatch(text, last.end, one.start):
            day = last if last.names_day else one
            last = replace(
                day, start=last.start, end=one.end, half=last.half or one.half, at=last.at or one.at
            )
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _completes(one: When, other: When) -> bool:
    return not (one.names_day and other.names_day) and not (one.at and other.at)


def _settled(one: When) -> When:
    """The time on a clock of 24 hours, and the part of the day that it lies in."""
    if one.at is None:
        return one
    hour = one.at.hour
    late = one.half in {Half.AFTERNOON, Half.EVENING} or (one.half is Half.NOON and hour < 3)
    if hour < 12 and (late or (one.half is None and 1 <= hour <= 6)):  # nobody is visited at three at night
        hour += 12
    half = one.half or (Half.MORNING if hour < 12 else Half.AFTERNOON)
    return replace(one, at=one.at.replace(hour=hour), half=half)
