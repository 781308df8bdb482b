"""Writing seen through: what is left of a text when tricks of typing are taken away.

A word can be hidden by blanks and dots, by characters without width, by full-width, traditional or foreign
letters that look alike, by digits for letters, and by pinyin. `fold` takes all of these away and remembers
where each character came from.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from domain.compliance.traditional import SIMPLIFIED
from domain.pinyin import reading

MAX_LENGTH = 4000
"""Longer texts are cut by whoever takes them; what is beyond is not looked at."""

_LOOK_ALIKE = dict(
    zip(
        "авеёкмнорстухіјѕԁԛԝһɡαβεηικνορτυχωıℓ",
        "abeekmhopctyxijsdqwhgabenikvoptuxwil",
        strict=True,
    )
)
_AS_LETTERS = str.maketrans("013457@$!", "oieast" + "asi")
_END = frozenset("。;?!\n")
_STOP = _END | frozenset(",:")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of Latin letters and digits in the folded text, from `start` to before `end`, and its stem.

    `following` is the number of the word after it.
    """

    text: str
    stem: str
    start: int
    end: int
    following: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain form.

    `text` is the folded text and `origin` the place in what was written of each of its characters. `compact`
    is the folded text without blanks and dots, `place` the place in `text` of each of its characters.
    """

    text: str
    origin: tuple[int, ...]
    compact: str
    place: tuple[int, ...]
    words: tuple[Word, ...]
    joined: tuple[Word, ...]  # what neighbouring words give when they are written together

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in what was written."""
        return self.origin[start], self.origin[end - 1] + 1


def fold(written: str) -> Folded:
    """The plain form of a text, of which the first MAX_LENGTH characters count."""
    characters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(written[:MAX_LENGTH]):
        for plain in _plain(character):
            characters.append(plain)
            origin.append(position)
    text = "".join(characters)
    place = tuple(at for at, plain in enumerate(text) if _counts(plain))
    words = tuple(
        _word(found[0], *found.span(), number) for number, found in enumerate(_WORD.finditer(text), start=1)
    )
    compact = "".join(text[at] for at in place)
    return Folded(text, tuple(origin), compact, place, words, tuple(_joined(words, text)))


def sentences(text: str) -> list[int]:
    """Where the sentences of a folded text end, in rising order; the last one is the end of the text."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    return ends if ends and ends[-1] == len(text) else [*ends, len(text)]


_SENTENCE_END = re.compile(r"[。;?!\n]+|\.(?=\s)|\.$")


def sounds(folded: Folded) -> list[tuple[str, int, int]]:
    """How the text sounds, piece by piece: (pinyin or word, start, end); "" where a clause ends."""
    pieces: list[tuple[str, int, int]] = []
    words = {word.start: word for word in folded.words}
    passed = 0
    for at in folded.place:
        if at < passed:
            continue
        character = folded.text[at]
        if at in words:
            word = words[at]
            pieces.append((word.text, at, word.end))
            passed = word.end
        elif character in _STOP:
            pieces.append(("", at, at + 1))
        else:
            pieces.append((reading(character), at, at + 1))
    return pieces


@cache
def stem(word: str) -> str:
    """A word of English without its ending, in a form that is good for comparing only."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            if ending in {"ing", "ed"} and _SILENT_E.fullmatch(word):
                word += "e"
            break
    shortened = word[:-1] if word.endswith("e") and len(word) > 4 else word
    return shortened.replace("l", "i")  # they look alike: "KlCKBACK"


_SILENT_E = re.compile(r"[^aeiou][aeiou][^aeiouwxy]")  # giv(ing), wir(ed)
_ENDINGS = (
    *((f"{sound}es", sound) for sound in ("ch", "sh", "ss", "x", "z")),
    ("ies", "y"),
    ("ied", "y"),
    ("ss", "ss"),
    ("s", ""),
    ("ing", ""),
    ("ed", ""),
)


@cache
def _plain(character: str) -> str:
    """One character in plain form, "" for what has no width."""
    if character.isascii():
        return character.lower()
    plain = ""
    for part in unicodedata.normalize("NFKD", character):
        if unicodedata.category(part) in {"Cf", "Mn", "Me", "Cc", "Co"}:
            continue
        small = part.lower()
        plain += SIMPLIFIED.get(small, _LOOK_ALIKE.get(small, small))
    return plain


@cache
def _counts(character: str) -> bool:
    """Whether a character belongs to the compact text: signs that end something do, other signs do not."""
    return character.isalnum() or character in _STOP or unicodedata.category(character) == "So"


_WORD = re.compile(r"[a-z0-9][a-z0-9@$!]*(?:'[a-z]+)?")
_TONES = re.compile(r"(?:[a-z]{2,6}[1-5])+")
_NO_DIGITS = str.maketrans("", "", "0123456789")
_NEIGHBOURS = 6
"""Letters that a word written in two pieces must have to be known again."""
_LONGEST_RUN = 60
_LONGEST_WORD = 16
_REPEATED = re.compile(r"(.)\1{2,}")


def _joined(words: Sequence[Word], text: str) -> Iterator[Word]:
    """Words that may have been pulled apart: neighbours ("kick-back") and runs of bits ("k i c k")."""
    run: list[Word] = []
    for before, word in pairwise(words):
        near = _only_signs(text[before.end : word.start])
        if near and len(before.text) + len(word.text) >= _NEIGHBOURS:
            yield _glued((before, word))
        if not near or len(before.text) > 2 or len(word.text) > 2:
            yield from _bits(run)
            run = []
        elif run:
            run.append(word)
        else:
            run = [before, word]
    yield from _bits(run)


def _bits(run: Sequence[Word]) -> Iterator[Word]:
    """Every stretch of a run of bits that may be a word."""
    for first in range(min(len(run), _LONGEST_RUN)):
        for last in range(first + 3, min(len(run), first + _LONGEST_WORD) + 1):
            yield _glued(run[first:last])


def _glued(words: Sequence[Word]) -> Word:
    text = "".join(word.text for word in words)
    return Word(text, stem(text), words[0].start, words[-1].end, words[-1].following)


def _word(written: str, start: int, end: int, following: int) -> Word:
    spelt = written.rstrip("!").partition("'")[0]
    if _TONES.fullmatch(spelt):
        spelt = spelt.translate(_NO_DIGITS)
    elif not spelt.isalpha() and not spelt.isdecimal():
        spelt = spelt.translate(_AS_LETTERS)
    spelt = _REPEATED.sub(r"\1", spelt)
    return Word(spelt, stem(spelt), start, end, following)


def _only_signs(between: str) -> bool:
    return len(between) <= 3 and not any(sign.isalnum() or sign in _END for sign in between)
