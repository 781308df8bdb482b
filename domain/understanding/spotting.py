"""Names, days and "she" in a sentence, found before its meaning is."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain

from domain.customers.names import TITLES
from domain.understanding.lexicon import LexiconFile
from domain.understanding.patterns import NAME, SHOWN, WHEN, split
from domain.understanding.periods import Period
from domain.understanding.sentence import Sentence

LONGEST = {True: 3, False: 4}  # words of a name: in letters, in hanzi
SHORTEST = 3  # letters of a name without a title that is looked for inside a sentence
_PARTICLES = frozenset("的了吗呢吧")
LOOKS = 12  # at the list for one sentence; a look takes a third of a millisecond

Span = tuple[range, str]


class Spotter:
    """Finds names, days and pronouns; built once from the lexicons."""

    def __init__(self, lexicons: Iterable[LexiconFile], known: frozenset[str]) -> None:
        files = tuple(lexicons)
        self._known = known
        self._surnames = frozenset(text for one in files for text in one.surnames)
        self._shown = _phrases(text for one in files for text in one.shown)
        self._not_shown = frozenset(text for one in files for text in one.not_shown)
        self._titles = _phrases(title for title in TITLES if not title.isascii())
        self._before = frozenset(title for title in TITLES if title.isascii())

    def periods(self, sentence: Sentence, periods: Iterable[Period], today: date) -> list[Span]:
        """The words of every day and period but today, which patterns name themselves."""
        spans = []
        for one in periods:
            at = [
                number
                for number, word in enumerate(sentence.words)
                if one.start <= word.start and word.end <= one.end
            ]
            if at and not (one.first == one.last == today and not one.options):
                spans.append((range(at[0], at[-1] + 1), WHEN))
        return spans

    def names(self, sentence: Sentence, is_name: Callable[[str], bool]) -> list[Span]:
        """Names with a title, names on the list, and words that mean the customer on the screen."""
        taken: set[int] = set()
        spans: list[Span] = []
        for span in chain(
            self._pronouns(sentence),
            self._titled_zh(sentence, is_name),
            self._titled_en(sentence),
            self._listed(sentence, is_name, taken),
        ):
            if taken.isdisjoint(span[0]):
                taken.update(span[0])
                spans.append(span)
        return spans

    def _pronouns(self, sentence: Sentence) -> Iterator[Span]:
        for at in range(len(sentence.typed)):
            for phrase in self._shown:
                end = at + len(phrase)
                after = sentence.typed[end] if end < len(sentence.typed) else ""
                if sentence.typed[at:end] == phrase and after not in self._not_shown:
                    yield range(at, end), SHOWN
                    break

    def _titled_zh(self, sentence: Sentence, is_name: Callable[[str], bool]) -> Iterator[Span]:
        forms = sentence.corrected
        for at in range(1, len(forms)):
            title = next((one for one in self._titles if forms[at : at + len(one)] == one), None)
            if title is None:
                continue
            begins = [
                start
                for start in range(at - 1, max(at - 1 - LONGEST[False], -1), -1)
                if self._begins_name(sentence.typed, start, at)
            ]
            if not begins:
                continue
            whole = [start for start in begins if is_name(sentence.said(range(start, at)))]
            yield range(whole[-1] if whole else begins[0], at + len(title)), NAME

    def _begins_name(self, typed: tuple[str, ...], start: int, end: int) -> bool:
        """Whether the hanzi between two places may be a surname and what follows it."""
        run = typed[start:end]
        if not all(len(form) == 1 and not form.isascii() for form in run):
            return False
        return (
            "".join(run[:2]) in self._surnames
            if len(run) == 4
            else (run[0] in self._surnames or "".join(run[:2]) in self._surnames)
        )

    def _titled_en(self, sentence: Sentence) -> Iterator[Span]:
        for at, form in enumerate(sentence.typed[:-1]):
            if form not in self._before:
                continue
            end = at + 1
            while end < min(len(sentence.typed), at + 1 + LONGEST[True]) and self._may_go_on(sentence, end):
                end += 1
            if end == at + 1 and form not in {"doctor", "professor"} and sentence.typed[end].isalpha():
                end += 1
            if end > at + 1:
                yield range(at, end), NAME

    def _may_go_on(self, sentence: Sentence, at: int) -> bool:
        form = sentence.typed[at]
        return form not in self._known and form != "s" and not form.startswith("@")  # 's stands alone

    def _listed(self, sentence: Sentence, is_name: Callable[[str], bool], taken: set[int]) -> Iterator[Span]:
        """Names without a title that are on the list, the longest first."""
        looks = 0
        for length in (4, 3, 2, 1):
            for start in range(len(sentence.typed) - length + 1):
                at = range(start, start + length)
                if looks < LOOKS and taken.isdisjoint(at) and self._may_be_name(sentence.typed, at):
                    looks += 1
                    if is_name(sentence.said(at)):
                        yield at, NAME

    def _may_be_name(self, typed: tuple[str, ...], at: range) -> bool:
        run = typed[at.start : at.stop]
        if all(not form.isascii() for form in run):
            begins = run[0] in self._surnames or "".join(run[:2]) in self._surnames
            return begins and len(run) > 1 and run[-1] not in _PARTICLES
        return len(run) <= LONGEST[True] and all(
            form.isascii() and form.isalpha() and len(form) >= SHORTEST and form not in self._known
            for form in run
        )


def _phrases(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Texts as words, the longest first."""
    return tuple(sorted((tuple(word.form for word in split(text)) for text in texts), key=len, reverse=True))
