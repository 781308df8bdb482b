"""A message as words: as typed, and with misspelt and misheard words put right."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from domain.customers.names import TITLES
from domain.pinyin import sound
from domain.understanding.lexicon import LexiconFile
from domain.understanding.patterns import NAME, SHOWN, Word, line, phrase, split

MAX_CHARS, MAX_WORDS = 200, 60
"""Longer messages are notes, not questions."""

LONGEST_PHRASE = 5  # hanzi that are put right at once


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a message, as typed and as corrected (three tuples of equal length)."""

    text: str
    words: tuple[Word, ...]
    typed: tuple[str, ...]
    corrected: tuple[str, ...]

    def without(self, fillers: re.Pattern[str]) -> "Sentence":
        """The sentence less its fillers; unchanged when nothing else would be left."""
        whole = line(self.typed)
        gone = {at for found in fillers.finditer(whole) for at in positions(whole, *found.span())}
        kept = [at for at in range(len(self.words)) if at not in gone]
        return self._pick(kept) if kept else self

    def marked(self, spans: Iterable[tuple[range, str]]) -> "Sentence":
        """The sentence with a mark in the place of each run of words (none of which overlap)."""
        sentence = self
        for at, mark in sorted(spans, key=lambda span: -span[0].start):
            one = Word(mark, sentence.words[at.start].start, sentence.words[at.stop - 1].end)
            sentence = replace(
                sentence,
                words=(*sentence.words[: at.start], one, *sentence.words[at.stop :]),
                typed=(*sentence.typed[: at.start], mark, *sentence.typed[at.stop :]),
                corrected=(*sentence.corrected[: at.start], mark, *sentence.corrected[at.stop :]),
            )
        return sentence

    def respelt(self, at: Container[int] | None = None) -> tuple[str, list[tuple[int, int]]]:
        """The text with its words put right, all or those `at` some places, and where each of them stands."""
        text, places, reached = "", list[tuple[int, int]](), 0
        for number, word in enumerate(self.words):
            text += self.text[reached : word.start]
            start, reached = len(text), word.end
            right = self.corrected[number] != self.typed[number] and (at is None or number in at)
            text += self.corrected[number] if right else self.text[word.start : word.end]
            places.append((start, len(text)))
        return text + self.text[reached:], places

    def said(self, at: Sequence[int]) -> str:
        """The text of neighbouring words, as it was typed."""
        return self.text[self.words[at[0]].start : self.words[at[-1]].end]

    def _pick(self, kept: Sequence[int]) -> "Sentence":
        return Sentence(
            self.text,
            tuple(self.words[at] for at in kept),
            tuple(self.typed[at] for at in kept),
            tuple(self.corrected[at] for at in kept),
        )


class Speller:
    """Puts words right that look or sound like words of the lexicons."""

    def __init__(self, lexicons: Iterable[LexiconFile]) -> None:
        files = tuple(lexicons)
        self._spellings = {
            split(one)[0].form: split(other)[0].form
            for lexicon in files
            for one, other in lexicon.spellings.items()
        }
        texts = {phrase(text) for lexicon in files for text in plain_texts(lexicon)}
        self.phrases = texts | set(map(phrase, TITLES))
        self.known = frozenset(form for text in self.phrases for form in text.split())
        self._latin = sorted(form for form in self.known if form.isascii() and len(form) > 3)
        self._by_sound: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self, text: str) -> Sentence | None:
        """`text` as a sentence; None when there is nothing in it, or too much."""
        words = split(text) if len(text) <= MAX_CHARS else []
        if not 0 < len(words) <= MAX_WORDS:
            return None
        typed = tuple(self._spellings.get(word.form, word.form) for word in words)
        return Sentence(text, tuple(words), typed, self._corrected(typed))

    def _corrected(self, forms: Sequence[str]) -> tuple[str, ...]:
        better = [self._respelt(form) for form in forms]
        if any(not form.isascii() for form in forms):
            self._rehear(better)
        return tuple(better)

    def _respelt(self, form: str) -> str:
        if not form.isascii() or len(form) < 3 or form in self.known or not form.isalpha():
            return form
        slips = 2 if len(form) > 6 else 1
        near = process.extract(form, self._latin, scorer=OSA.distance, score_cutoff=slips, limit=None)
        # The first letter is seldom wrong, and letters are left out more often than added.
        return min(near, key=lambda hit: (hit[1], hit[0][0] != form[0], -len(hit[0])), default=(form,))[0]

    def _rehear(self, forms: list[str]) -> None:
        """Replace runs of hanzi that sound like a phrase of the lexicons and are none, longest first."""
        if not self._by_sound:
            self._by_sound = {
                tuple(map(sound, text.split())): tuple(text.split()) for text in sorted(self.phrases)
            }
        sounds = [sound(form) for form in forms]
        runs = [
            slice(start, start + length)
            for length in range(min(LONGEST_PHRASE, len(forms)), 1, -1)
            for start in range(len(forms) - length + 1)
        ]
        right = {at for run in runs if line(forms[run]) in self.phrases for at in _places(run)}
        for run in runs:
            heard = self._by_sound.get(tuple(sounds[run]))
            if heard and not right.issuperset(_places(run)):
                forms[run] = heard
                right.update(_places(run))


def _places(run: slice) -> range:
    return range(run.start, run.stop)


def plain_texts(lexicon: LexiconFile) -> Iterator[str]:
    """Every run of plain words in a lexicon, for telling misspelt from unknown."""
    for texts in lexicon.words.values():
        yield from texts
    yield from (*lexicon.fillers, *lexicon.changes_meaning, *lexicon.never_a_name, *lexicon.small)
    for words in lexicon.intents.values():
        for pattern in (*words.patterns, *words.any_order):
            yield from (part for part in _MARKS.split(pattern) if part.strip())


_MARKS = re.compile(r"[()\[\]|]|<[^<>]*>|\{[^{}]*\}")


def positions(said: str, start: int, end: int) -> range:
    """The numbers of the words of the line `said` between two of its characters."""
    first = said.count(" ", 0, start)
    return range(first, first + said.count(" ", start, end))


def is_mark(form: str) -> bool:
    """Whether a word stands for a name or for the customer on the screen."""
    return form in {NAME, SHOWN}
