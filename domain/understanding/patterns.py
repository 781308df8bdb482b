"""The little language in which sentences are described, and the words they are made of.

    who (should|do) i [go and] <visit> [today]
    where does {name} stand

`(a|b)` one of several, `[a]` may be left out, `<visit>` a word of the list `visit`,
`{name}` a name, `{doctor}` a name with a title, `{known}` a name on the person's own
list, `{cell}` a cell of the grid, `{any}` up to eight words of any kind. Everything else
is itself. A hanzi is a word of its own, so blanks between them mean nothing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from domain.content.reading import MistakeError

T = TypeVar("T")

NAME_SLOTS = ("name", "doctor", "known")

_HANZI = "㐀-䶿一-鿿豈-﫿"
_WORD = re.compile(rf"[{_HANZI}]|'s\b|[^\W_{_HANZI}]+(?:'(?!s\b)[^\W_{_HANZI}]+)*")
_MARK = re.compile(r"[()\[\]|]|<[^<>]*>|\{[^{}]*\}|[^()\[\]|<>{}]+|.")
_SLOTS = {
    "name": r"(?P<name{n}>(?:\S+ ){{1,12}}?)",
    "doctor": r"(?P<doctor{n}>(?:\S+ ){{1,14}}?)",
    "known": r"(?P<known{n}>(?:\S+ ){{1,12}}?)",
    "cell": r"(?P<cell{n}>[abc] ?[1-3一二三]s? )",
    "any": r"(?P<any{n}>(?:\S+ ){{0,8}}?)",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word as compared (`form`), and where it stands in the text."""

    form: str
    start: int
    end: int


def split(text: str) -> list[Word]:
    """The words of `text`: single hanzi, and runs of letters or digits in lower case; 's stands alone."""
    text = text.replace("’", "'")
    found = _WORD.finditer(text)
    return [Word(_form(match.group()), match.start(), match.end()) for match in found]


def _form(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word).casefold().replace("'", "")
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def line(forms: Sequence[str]) -> str:
    """Words as the regular expressions of this module want them: each followed by a blank."""
    return "".join(f"{form} " for form in forms)


def phrase(text: str) -> str:
    """`text` as a line."""
    return line([word.form for word in split(text)])


def one_of(phrases: Sequence[str]) -> str:
    """A regular expression for any of `phrases`, the longest that fits."""
    lines = sorted(map(phrase, phrases), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, lines))})"


def expression(pattern: str, words: Mapping[str, Sequence[str]]) -> str:
    """`pattern` as a regular expression over a line.

    Raises MistakeError when the pattern is not well formed or names an unknown list or slot.
    """
    parts: list[str] = []
    closing: list[str] = []
    for number, mark in enumerate(_MARK.findall(pattern)):
        if mark in "([":
            parts.append("(?:")
            closing.append(")" if mark == "(" else "]")
        elif mark in ")]":
            if not closing or closing.pop() != mark:
                raise _mistake(pattern, f"`{mark}` closes nothing")
            parts.append(")" if mark == ")" else ")?")
        elif mark == "|":
            if not closing:
                raise _mistake(pattern, "`|` stands outside brackets")
            parts.append("|")
        elif mark[0] == "<":
            parts.append(one_of(_known(mark, words, pattern)))
        elif mark[0] == "{":
            parts.append(_known(mark, _SLOTS, pattern).format(n=number))
        else:
            parts.append(re.escape(phrase(mark)))
    if closing:
        raise _mistake(pattern, f"a bracket is not closed with `{closing[-1]}`")
    return "".join(parts)


def _known(mark: str, known: Mapping[str, T], pattern: str) -> T:
    name = mark[1:-1]
    if len(mark) < 3 or name not in known:
        raise _mistake(pattern, f"`{mark}` is not known (known: {', '.join(known)})")
    return known[name]


def _mistake(pattern: str, what: str) -> MistakeError:
    return MistakeError(f"the pattern `{pattern}` cannot be read: {what}", "Compare it with its neighbours")
