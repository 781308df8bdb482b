"""From "saw Dr Zhang, asked for the study, back on Thursday" to the fields of a visit log.

A report is read clause by clause. What is not recognised becomes the note: nothing that was
typed is lost, and nothing is stored before the person has looked at it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TypeVar

from domain.calendar import WorkingCalendar
from domain.customers.names import TITLES
from domain.tiering.model import Support
from domain.understanding.dates import When, find_dates
from domain.understanding.lexicon import LexiconFile, ReportWords
from domain.understanding.reckoning import Doubt, Tense
from domain.visits.model import Barrier, Channel, Outcome

T = TypeVar("T")

MAX_CHARS = 500
"""As much as a visit's note holds; the rest of a longer message is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody told about a visit.

    `names` are as typed, with their titles. `on` is the day of the visit and `next` that of the
    following one; either is None when it was not said, and may carry a doubt to be asked.
    `next_step` is what was asked for or promised.
    """

    names: tuple[str, ...]
    outcome: Outcome
    on: When | None = None
    next: When | None = None
    next_step: str = ""
    channel: Channel | None = None
    barrier: Barrier | None = None
    support: Support | None = None
    topics: tuple[str, ...] = ()
    is_joint: bool = False
    note: str = ""


@dataclass(slots=True)
class _Found:
    """What the clauses have told so far."""

    on: When | None = None
    next: When | None = None
    steps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Listener:
    """Whom a report is told to: their day, and the names that they know."""

    is_name: Callable[[str], bool]
    today: date
    calendar: WorkingCalendar

    def dates(self, clause: str, tense: Tense) -> tuple[When, ...]:
        return find_dates(clause, today=self.today, calendar=self.calendar, tense=tense)

    def day(self, clause: str, tense: Tense) -> When | None:
        """The first day that a clause names."""
        return next((when for when in self.dates(clause, tense) if when.names_day), None)

    def less_dates(self, clause: str) -> str:
        for when in reversed(self.dates(clause, Tense.AHEAD)):
            clause = clause[: when.start] + " " + clause[when.end :]
        return clause

    def longest_name(self, candidates: Iterable[str]) -> str | None:
        return next(filter(self.is_name, candidates), None)


class ReportReader:
    """Reads reports in all locales at once; built once from the lexicons by locale."""

    def __init__(self, lexicons: Mapping[str, LexiconFile]) -> None:
        files = [lexicon.reports for lexicon in lexicons.values()]
        self._met = _any(files, lambda words: words.met)
        self._plainly = _any(files, lambda words: words.plainly)
        self._intended = _any(files, lambda words: words.intended)
        self._ahead = _any(files, lambda words: words.ahead)
        self._asked = _any(files, lambda words: words.asked)
        self._joint = _any(files, lambda words: words.joint)
        self._joining = _any(files, lambda words: words.joining)
        self._missed = {
            Outcome.ABSENT: _any(files, lambda words: words.absent),
            Outcome.REFUSED: _any(files, lambda words: words.refused),
        }
        self._short = _any(files, lambda words: words.short)
        self._channels = _by_key(files, Channel, lambda words: words.channels)
        self._barriers = _by_key(files, Barrier, lambda words: words.barriers)
        self._support = _by_key(files, Support, lambda words: words.support)

    def read(
        self,
        text: str,
        *,
        is_name: Callable[[str], bool],
        today: date,
        calendar: WorkingCalendar,
        topics: Iterable[str] = (),
    ) -> Report | None:
        """The report of a visit to somebody on the person's list; None when `text` is none.

        `is_name` tells whether words are a name on that list, `topics` are the product names to look for.
        """
        text = text[:MAX_CHARS].replace("’", "'").strip()
        if text.endswith(("?", "？")):
            return None
        listener = _Listener(is_name, today, calendar)
        clauses = [clause for clause in self._clauses(text) if clause]
        told = {clause: self._outcome(clause, listener) for clause in clauses}
        outcome = min(filter(None, told.values()), key=_WEIGHTIEST.index, default=None)
        names = self._names(told, listener) if outcome else ()
        if outcome is None or not names:
            return None
        found = _Found()
        for clause in clauses:
            self._take(clause, names, listener, found, told[clause])
        return Report(
            names=names,
            outcome=outcome,
            on=found.on,
            next=found.next,
            next_step=", ".join(found.steps),
            channel=_first(self._channels, text),
            barrier=_first(self._barriers, text),
            support=_first(self._support, text),
            topics=tuple(topic for topic in topics if re.search(_bounded(topic), text, re.IGNORECASE)),
            is_joint=bool(self._joint.search(text)),
            note=", ".join(found.notes),
        )

    def _clauses(self, text: str) -> Iterator[str]:
        """The sentence in pieces: at its stops, and before what is agreed for the future."""
        for part in _STOP.split(text):
            starts = [0, *(match.start() for match in self._ahead.finditer(part)), len(part)]
            day = ""
            for start, end in pairwise(starts):
                piece, day = day + part[start:end], ""
                if end < len(part) and (match := _DAY_AT_END.search(piece)):  # "下周三再去"
                    piece, day = piece[: match.start()], match[0]
                yield piece.strip()

    def _outcome(self, clause: str, listener: _Listener) -> Outcome | None:
        """What a clause tells about the visit itself."""
        for outcome, words in self._missed.items():
            if words.search(clause):
                return outcome
        if self._ahead.match(clause):
            return None
        if self._short.search(clause):
            return Outcome.SHORT
        if self._met.search(clause):
            return Outcome.MET
        if self._intended.search(clause) or not (
            self._plainly.search(clause) or _first(self._channels, clause)
        ):
            return None
        day = listener.day(clause, Tense.BEHIND)
        return None if day and day.doubt is Doubt.PASSED else Outcome.MET

    def _names(self, told: Mapping[str, Outcome | None], listener: _Listener) -> tuple[str, ...]:
        """Every name with a title, and the bare ones of lists and of clauses that tell of the visit."""
        names: list[str] = []
        for clause, outcome in told.items():
            titled = list(_titled(clause, listener))
            names += titled
            rest = self._less_report(listener.less_dates(_without(clause, titled)))
            pieces = [piece.strip() for piece in self._joining.split(rest) if piece.strip()]
            bare = [name for piece in pieces if (name := _bare(piece, listener))]
            if outcome or pieces == bare:
                names += bare
        return tuple(dict.fromkeys(names))

    def _less_report(self, clause: str) -> str:
        """A clause less the words that tell the visit."""
        for words in (
            *self._missed.values(),
            self._short,
            self._met,
            self._plainly,
            *self._channels.values(),
        ):
            clause = words.sub(" ", clause)
        return clause

    def _take(
        self, clause: str, names: Sequence[str], listener: _Listener, found: _Found, outcome: Outcome | None
    ) -> None:
        """Put a clause where it belongs: a day, something wanted or promised, or the note."""
        if outcome:
            found.on = found.on or listener.day(clause, Tense.BEHIND)
            rest = self._less_report(clause)
        else:
            day = listener.day(clause, Tense.AHEAD)
            found.next = found.next or (day if day and day.doubt is not Doubt.PASSED else None)
            rest = self._plainly.sub(" ", self._ahead.sub(" ", clause)) if day else clause
        rest = self._joining.sub(" ", _without(listener.less_dates(rest), names))
        if not _SUBSTANCE.search(_FILLING.sub(" ", rest)):
            return
        wanted = self._ahead.match(clause) or (not outcome and self._asked.search(clause))
        (found.steps if wanted else found.notes).append(clause)


_WEIGHTIEST = (Outcome.ABSENT, Outcome.REFUSED, Outcome.SHORT, Outcome.MET)
_HANZI = "㐀-䶿一-鿿"
_STOP = re.compile(
    rf"(?:[,，。;；:：!！\n]|(?<=[{_HANZI}])\s+(?=[{_HANZI}])|(?<!\bdr)(?<!\bprof)(?<!\bmr)(?<!\bms)(?<!\bmrs)\.(?!\d))\s*",
    re.IGNORECASE,
)
_DAY_AT_END = re.compile(
    r"(?:(?:下+个?|这个?|本)?(?:周|星期|礼拜)[一二三四五六日天1-7]?|[今明后]天|大后天|月[底末初中]"
    r"|[一二两三四五六七八九十\d]{1,2}(?:个?(?:天|周|星期|礼拜|月|工作日)(?:之后|以后|后)|月[\d一二三四五六七八九十]{1,3}[号日]|[号日]))"
    r"(?:上午|下午|早上|晚上|中午)?\s*$"
)
_FILLING = re.compile(
    r"\b(?:i|we|have|has|just|the|an?|on|to|with|him|her|it|me|see|at|in|go|and|then|she|he)\b"
    r"|[我了过的刚去在又到把给她他也都已]",
    re.IGNORECASE,
)
_SUBSTANCE = re.compile(rf"[{_HANZI}]|[a-z0-9]{{2,}}", re.IGNORECASE)
_TITLES_ZH = "|".join(title for title in TITLES if not title.isascii())
_TITLES_EN = "|".join(title for title in TITLES if title.isascii())
_TITLED_ZH = re.compile(rf"([{_HANZI}]{{1,4}}?)({_TITLES_ZH})")
_TITLED_EN = re.compile(rf"\b((?:{_TITLES_EN})\.? +)([^\W\d]+(?: [^\W\d]+){{0,2}})", re.IGNORECASE)
_LONGEST_NAME = 4  # hanzi, or words


def _titled(clause: str, listener: _Listener) -> Iterator[str]:
    """Names with a title, each as long as it is a name on the list."""
    for match in _TITLED_ZH.finditer(clause):
        before = match[1]
        candidates = [before[at:] + match[2] for at in range(len(before))]
        if name := listener.longest_name(candidates):
            yield name
    for match in _TITLED_EN.finditer(clause):
        words = match[2].split(" ")
        candidates = [match[1] + " ".join(words[:end]) for end in range(len(words), 0, -1)]
        if name := listener.longest_name(candidates):
            yield name


def _bare(piece: str, listener: _Listener) -> str | None:
    """The longest run of hanzi, or of words, that is a name without a title."""
    chinese = re.findall(rf"[{_HANZI}]+", piece)
    lines: Sequence[Sequence[str]] = chinese or [piece.split()]
    runs = (
        line[start : start + length]
        for length in range(_LONGEST_NAME, 0, -1)
        for line in lines
        for start in range(len(line) - length + 1)
    )
    names = ("".join(run) if chinese else " ".join(run) for run in runs)
    return listener.longest_name(name for name in names if len(name) > (1 if chinese else 3))


def _without(clause: str, names: Iterable[str]) -> str:
    for name in names:
        clause = clause.replace(name, " ")
    return clause


def _any(files: Iterable[ReportWords], texts_of: Callable[[ReportWords], Iterable[str]]) -> re.Pattern[str]:
    return _one_of([text for words in files for text in texts_of(words)])


def _by_key(
    files: Sequence[ReportWords],
    keys: Iterable[T],
    lists_of: Callable[[ReportWords], Mapping[T, Iterable[str]]],
) -> dict[T, re.Pattern[str]]:
    return {key: _one_of([text for words in files for text in lists_of(words).get(key, ())]) for key in keys}


def _first(patterns: Mapping[T, re.Pattern[str]], text: str) -> T | None:
    """The key whose words come first in the text."""
    found = {key: match.start() for key, words in patterns.items() if (match := words.search(text))}
    return min(found, key=lambda key: found[key], default=None)


def _one_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Any of `texts`; never matches when there are none."""
    parts = [_bounded(text) for text in sorted(set(texts), key=len, reverse=True)]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _bounded(text: str) -> str:
    """A text as an expression: Latin letters as whole words, an apostrophe as often left out."""
    quoted = re.escape(text).replace("'", "'?")
    return rf"(?<![^\W㐀-鿿]){quoted}(?![^\W㐀-鿿])" if text[0].isascii() else quoted
