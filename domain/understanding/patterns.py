"""The little language in which sentences are described, and the words they are made of.

    who (should|do) i [go and] <visit> [today]
    where does {name} stand

`(a|b)` one of several, `[a]` may be left out, `<visit>` a word of the list `visit`,
`{name}` a name, `{doctor}` a name with a title, `{known}` a name on the person's own
list, `{place}` a hospital, `{when}` a day or period, `{cell}` a cell of the grid (`{from}` and
`{to}` where there are two), `{tier}` a letter, `{any}` up to eight words of any kind. Everything
else is itself. A hanzi is a word of its own, so blanks between them mean nothing.

Names, days and "she" are found before anything is compared and stand in a line as one word: a mark.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from domain.content.reading import MistakeError

T = TypeVar("T")

NAME_SLOTS = ("name", "doctor", "known")
CELL_SLOTS = ("cell", "from", "to")
NAME, SHOWN, WHEN = "@name", "@shown", "@when"
"""The marks: a name, the customer on the screen ("she"), a day or period."""

_HANZI = "㐀-䶿一-鿿豈-﫿"
_WORD = re.compile(rf"[{_HANZI}]|'s\b|[^\W_{_HANZI}]+(?:'(?!s\b)[^\W_{_HANZI}]+)*")
_MARK = re.compile(r"[()\[\]|]|<[^<>]*>|\{[^{}]*\}|[^()\[\]|<>{}]+|.")
_PLAIN_GROUP = re.compile(r"\(([^()\[\]<>{}]*)\)")
_CELL = "[abc] ?[1-3一二三]s? "
_SLOTS = {
    "name": r"(?P<name{n}>(?:\S+ ){{1,12}}?)",
    "doctor": r"(?P<doctor{n}>(?:\S+ ){{1,14}}?)",
    "known": r"(?P<known{n}>(?:\S+ ){{1,12}}?)",
    "place": r"(?P<place{n}>(?:\S+ ){{1,12}}?)",
    "when": rf"(?P<when{{n}}>{WHEN} )",
    "tier": r"(?P<tier{n}>[abc]s? )",
    **{slot: rf"(?P<{slot}{{n}}>{_CELL})" for slot in CELL_SLOTS},
    "any": r"(?P<any{n}>(?:\S+ ){{0,8}}?)",
}
_MARKED = _SLOTS | {slot: rf"(?P<{slot}{{n}}>(?:{NAME}|{SHOWN}) )" for slot in NAME_SLOTS}


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


@lru_cache(maxsize=1_000)  # a list of words is in many patterns
def one_of(phrases: tuple[str, ...]) -> str:
    """A regular expression for any of `phrases`, the longest that fits."""
    lines = sorted(map(phrase, phrases), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, lines))})"


def expression(pattern: str, words: Mapping[str, tuple[str, ...]], *, marked: bool = False) -> str:
    """`pattern` as a regular expression over a line; `marked`: a name must have been found before.

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
            parts.append(_known(mark, _MARKED if marked else _SLOTS, pattern).format(n=number))
        else:
            parts.append(re.escape(phrase(mark)))
    if closing:
        raise _mistake(pattern, f"a bracket is not closed with `{closing[-1]}`")
    return "".join(parts)


def part_expression(part: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """A part of a set as a regular expression: of several words the longest, names as marks only."""
    if plain := _PLAIN_GROUP.fullmatch(part):
        return one_of(tuple(plain[1].split("|")))
    return expression(part, words, marked=True)


def anchors(pattern: str, words: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Words of which every line that fits `pattern` holds at least one; empty when nothing is sure.

    With them most patterns are passed over without being tried.
    """
    found = []
    for begins in _required(pattern):
        first = [_first_words(mark, words) if mark else frozenset() for mark in begins]
        if all(first):
            found.append(frozenset().union(*first))
    return min(found, key=len, default=frozenset())


def _required(pattern: str) -> Iterator[list[str]]:
    """With what each part begins that cannot be left out, one mark for each alternative; "" is not known."""
    depth, opening, begins = 0, "", list[str | None]()
    for mark in _MARK.findall(pattern):
        if mark in "([":
            depth += 1
            if depth == 1:
                opening, begins = mark, [None]
            elif begins[-1] is None:
                begins[-1] = ""
        elif mark in ")]":
            depth -= 1
            if depth == 0 and opening == "(":
                yield [one or "" for one in begins]
        elif mark == "|":
            begins += [None] if depth == 1 else []
        elif mark.strip() and depth == 0:
            yield [mark]
        elif mark.strip() and begins[-1] is None:
            begins[-1] = mark


def _first_words(mark: str, words: Mapping[str, Sequence[str]]) -> frozenset[str]:
    if mark[0] == "{":
        return frozenset({WHEN}) if mark == "{when}" else frozenset()
    texts = words[mark[1:-1]] if mark[0] == "<" else (mark,)
    return frozenset(found[0].form for text in texts if (found := split(text)))


def parts(pattern: str) -> list[str]:
    """A set of words in any order, in its parts: `<who> (see|call on) {when}` has three."""
    found, depth = [""], 0
    for mark in pattern:
        depth += (mark in "([<{") - (mark in ")]>}")
        if mark == " " and depth == 0:
            found.append("")
        else:
            found[-1] += mark
    return [part for part in found if part]


def _known(mark: str, known: Mapping[str, T], pattern: str) -> T:
    name = mark[1:-1]
    if len(mark) < 3 or name not in known:
        raise _mistake(pattern, f"`{mark}` is not known (known: {', '.join(known)})")
    return known[name]


def _mistake(pattern: str, what: str) -> MistakeError:
    return MistakeError(f"the pattern `{pattern}` cannot be read: {what}", "Compare it with its neighbours")
