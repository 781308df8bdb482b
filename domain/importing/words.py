"""Finding known words in what people write into cells and headers."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from domain.importing.keys import normal_name

V = TypeVar("V")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, folded: "patientName_2" is patient, name, 2."""
    wide = unicodedata.normalize("NFKC", text)
    return tuple(token.casefold() for token in _TOKEN.findall(_HUMP.sub(" ", wide)))


class Contained:
    """Words to be found inside a longer text: Chinese anywhere, others only as whole words."""

    def __init__(self, words: Iterable[str]) -> None:
        listed = tuple(words)
        self._chinese = tuple(normal_name(word) for word in listed if _CHINESE.search(word))
        self._others = tuple(tokens(word) for word in listed if not _CHINESE.search(word) and tokens(word))

    def longest_in(self, text: str) -> int:
        """The length of the longest of the words in `text`, 0 when there is none."""
        plain = normal_name(text)
        found = [len(word) for word in self._chinese if word in plain]
        if self._others:
            spoken = f" {' '.join(tokens(text))} "
            found += [len("".join(word)) for word in self._others if f" {' '.join(word)} " in spoken]
        return max(found, default=0)


class Lexicon(Generic[V]):
    """Values by the words that stand for them."""

    def __init__(self, words: Mapping[V, Iterable[str]]) -> None:
        listed = {value: tuple(spelled) for value, spelled in words.items()}
        self._exact = {normal_name(word): value for value, spelled in listed.items() for word in spelled}
        self._within = {
            value: Contained(word for word in spelled if len(word) > 1) for value, spelled in listed.items()
        }

    def exact(self, text: str) -> V | None:
        """The value of which `text` is a word."""
        return self._exact.get(normal_name(text))

    def find(self, text: str) -> V | None:
        """The value of which `text` is a word, or else the one whose longest word it contains."""
        if (value := self.exact(text)) is not None:
            return value
        lengths = {value: within.longest_in(text) for value, within in self._within.items()}
        best = max(lengths, key=lambda value: lengths[value])
        return best if lengths[best] else None
