"""Finding a customer by what a person types: hanzi, pinyin, initials, a surname and a title, with slips.

A name is indexed under several keys (`_keys`), each with the score that it earns when
typed exactly. What is typed is looked up whole; then with one end read as the hospital
or department; then with typing errors allowed.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from domain.ids import CustomerId
from domain.pinyin import reading, sound

TITLES = (
    *(
        "副主任医师",
        "主任医师",
        "主治医师",
        "住院医师",
        "副主任",
        "主任",
        "医生",
        "医师",
        "大夫",
        "教授",
        "院长",
        "老师",
    ),
    *("doctor", "professor", "dr", "prof", "mr", "mrs", "ms"),
)
"""Forms of address, the longest first; they are no part of a name."""

MAX_QUERY = 60  # characters; a name with its hospital is shorter

FULL, READ, REORDERED, SURNAME, INITIALS, PART = 100.0, 95.0, 93.0, 92.0, 90.0, 85.0
BEGUN = 0.88  # of a key's score when only its beginning is typed
HOMOPHONE = 0.93  # of a key's score when other characters of the same sound are typed
MISTYPED = {0: HOMOPHONE, 1: 0.85, 2: 0.75}  # of a key's score with so many slips in the spelling
PLACED, PLACE_GUESSED, MISPLACED = 0.99, 0.85, 0.75  # hospital named, abbreviated, or another one
PLACE_ONLY = 60.0
SURE = 90.0
"""From here on what was typed is the name, the surname or the initials; below it is a guess."""

# Surnames that are read otherwise than the character is by itself. Source: the surname readings of
# Xiandai Hanyu Cidian (7th ed.); both readings are indexed. v, yu and u stand for ü.
SURNAME_READINGS = {
    "曾": ("zeng",),
    "单": ("shan",),
    "仇": ("qiu",),
    "解": ("xie",),
    "查": ("zha",),
    "区": ("ou",),
    "盖": ("ge",),
    "朴": ("piao",),
    "任": ("ren",),
    "翟": ("zhai",),
    "覃": ("qin", "tan"),
    "乐": ("yue",),
    "种": ("chong",),
    "宓": ("mi",),
    "缪": ("miao",),
    "召": ("shao",),
    "燕": ("yan",),
    "洗": ("xian",),
    "折": ("she",),
    "黑": ("he",),
    "员": ("yun",),
    "郇": ("xun", "huan"),
    "郗": ("xi", "chi"),
    "隗": ("wei", "kui"),
    "尉": ("wei",),
    "长": ("zhang",),
    "葛": ("ge",),
    "繁": ("po",),
    "祭": ("zhai",),
    "秘": ("bi",),
    "牟": ("mu", "mou"),
    "句": ("gou",),
    "谌": ("chen", "shen"),
    "柏": ("bai", "bo"),
    "薄": ("bo",),
    "盛": ("sheng",),
    "重": ("chong",),
    "藏": ("zang",),
    "石": ("shi",),
    "车": ("che",),
    "贾": ("jia",),
    "宁": ("ning",),
    "吕": ("lv", "lyu", "lu"),
    "尉迟": ("yuchi",),
    "万俟": ("moqi",),
    "单于": ("chanyu",),
    "长孙": ("zhangsun",),
    "澹台": ("tantai",),
}
COMPOUND_SURNAMES = frozenset(
    (
        *("欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐"),
        *("司徒", "长孙", "宇文", "端木", "万俟", "单于", "澹台", "南宫", "独孤", "司空", "轩辕"),
    )
)

_WORD = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]|[^\W_㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+")
_JOINING = frozenset(("at", "of", "in", "from", "the", "的", "在"))
_TITLE_WORDS = re.compile("|".join(rf"\b{t}\b" if t.isascii() else t for t in TITLES))


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A customer as the index knows them."""

    id: CustomerId
    name: str
    institution: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A customer found; `score` 0-100, from `SURE` on a full name, a surname or the initials."""

    id: CustomerId
    score: float


class NameIndex:
    """An index over the customers one person may see; built once, asked often."""

    def __init__(self, entries: Sequence[SearchEntry]) -> None:
        self._entries = tuple(entries)
        self._tables: dict[float, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._places: dict[tuple[str, str], list[int]] = defaultdict(list)
        for position, entry in enumerate(self._entries):
            self._places[entry.institution, entry.department].append(position)
            for key, score in _keys(entry.name):
                self._tables[score][key].append(position)
        self._typed = sorted({key for table in self._tables.values() for key in table})
        straight = {key for score in (FULL, READ, SURNAME) for key in self._tables[score]}
        self._spelt = sorted(key for key in straight if key.isascii() and len(key) >= 3)
        self._written = sorted(key for key in straight if not key.isascii() and len(key) >= 3)
        self._place_words = {place: words(" ".join(place)) for place in self._places}

    def find(self, query: str, limit: int = 5) -> list[Match]:
        """The customers that `query` may mean, the likeliest first; [] when nobody is near."""
        asked = [word for word in _untitled(query[:MAX_QUERY]) if word not in _JOINING]
        if not asked:
            return []
        scores = self._exactly("".join(asked))
        if max(scores.values(), default=0) < SURE:
            _merge(scores, self._with_place(asked))
        if max(scores.values(), default=0) < SURE:
            _merge(scores, self._nearly("".join(asked)))
            _merge(scores, self._nearly_with_place(asked))
        return self._ranked(scores or self._at_place(asked), limit)

    def _exactly(self, typed: str) -> dict[int, float]:
        """Positions and scores of the names with a key that is `typed`, begins so or sounds so."""
        scores = self._look_up(typed, 1)
        if len(typed) > 1:
            start = bisect_left(self._typed, typed)
            for key in islice(self._typed, start, start + 500):
                if not key.startswith(typed):
                    break
                _merge(scores, self._look_up(key, BEGUN))
        heard = sound(typed)
        if heard != typed:
            for score in (READ, SURNAME):
                _merge(scores, dict.fromkeys(self._tables[score].get(heard, ()), score * HOMOPHONE))
        return scores

    def _nearly(self, typed: str) -> dict[int, float]:
        """Positions and scores of the names that are spelt as `typed`, but for a slip or two."""
        scores: dict[int, float] = {}
        for text, known in ((sound(typed), self._spelt), (typed, self._written)):
            if len(text) < (4 if text.isascii() else 3):
                continue
            allowed = 2 if len(text) > 7 else 1
            near = process.extract(text, known, scorer=OSA.distance, score_cutoff=allowed, limit=20)
            for key, slips, _ in near:
                _merge(scores, self._look_up(key, MISTYPED[int(slips)]))
        return scores

    def _with_place(self, asked: Sequence[str]) -> dict[int, float]:
        """`asked` read as a name and a hospital or department, in either order."""
        scores: dict[int, float] = {}
        for name, place in _splits(asked, longest=6):
            fits: dict[tuple[str, str], float] = {}
            for position, score in self._exactly("".join(name)).items():
                entry = self._entries[position]
                key = entry.institution, entry.department
                if key not in fits:
                    fits[key] = _fit(place, self._place_words[key])
                if fits[key] or score == FULL:
                    _merge(scores, {position: score * (fits[key] or MISPLACED)})
        return scores

    def _nearly_with_place(self, asked: Sequence[str]) -> dict[int, float]:
        """The same for a name in letters that has slips."""
        scores: dict[int, float] = {}
        for name, place in _splits(asked, longest=2):
            there = self._at_place(place) if all(map(str.isascii, name)) else {}
            for position, score in (self._nearly("".join(name)) if there else {}).items():
                if position in there:
                    _merge(scores, {position: score * PLACED})
        return scores

    def _at_place(self, asked: Sequence[str]) -> dict[int, float]:
        """Everybody of the hospital or department that `asked` names."""
        return {
            position: PLACE_ONLY * factor
            for place, positions in self._places.items()
            if (factor := _fit(asked, self._place_words[place]))
            for position in positions
        }

    def _look_up(self, key: str, factor: float) -> dict[int, float]:
        scores: dict[int, float] = {}
        for score, table in self._tables.items():
            _merge(scores, dict.fromkeys(table.get(key, ()), score * factor))
        return scores

    def _ranked(self, scores: dict[int, float], limit: int) -> list[Match]:
        def order(position: int) -> tuple[float, int, str, CustomerId]:
            entry = self._entries[position]
            return -scores[position], len(entry.name), entry.name, entry.id

        best = sorted(scores, key=order)[:limit]
        return [Match(self._entries[position].id, round(scores[position], 1)) for position in best]


def words(text: str) -> list[str]:
    """`text` as words of letters or digits and single hanzi, in lower case, without accents and signs."""
    return _WORD.findall(_plain(text))


def _untitled(text: str) -> list[str]:
    return _WORD.findall(_TITLE_WORDS.sub(" ", _plain(text)))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char not in "'’")


def _keys(name: str) -> Iterator[tuple[str, float]]:
    """What may be typed for `name`, and the score that earns."""
    parts = _untitled(name)
    if not parts:
        return
    yield "".join(parts), FULL
    if any(part.isascii() for part in parts):
        yield from _latin_keys(parts)
    else:
        yield from _hanzi_keys("".join(parts))


def _latin_keys(parts: Sequence[str]) -> Iterator[tuple[str, float]]:
    if len(parts) > 1:
        yield "".join((parts[-1], *parts[:-1])), REORDERED
        yield "".join((*parts[1:], parts[0])), REORDERED
        yield "".join(part[0] for part in parts), INITIALS
    if len(parts) > 2:
        yield parts[0] + parts[-1], REORDERED
    for part in parts:
        if len(part) > 1:
            yield part, SURNAME


def _hanzi_keys(name: str) -> Iterator[tuple[str, float]]:
    length = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    surname, given = name[:length], name[length:]
    yield surname, SURNAME
    if len(given) > 1:
        yield given, PART
    sounds = [reading(char) for char in given]
    for heard in {sound(surname), *SURNAME_READINGS.get(surname, ())}:
        yield heard, SURNAME
        if given:
            yield heard + "".join(sounds), READ
            yield "".join(sounds) + heard, REORDERED
            yield heard[0] + "".join(syllable[0] for syllable in sounds), INITIALS


def _splits(asked: Sequence[str], longest: int) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The ways to read `asked` as a name and a place."""
    for cut in range(1, len(asked)):
        before, after = asked[:cut], asked[cut:]
        for name, place in ((before, after), (after, before)):
            if len(name) <= longest:
                yield name, place


def _fit(asked: Sequence[str], place: Sequence[str]) -> float:
    """How well `asked` names `place`: PLACED, PLACE_GUESSED for an abbreviation, 0 when it does not.

    Words fit by their beginnings in any order; hanzi (at least two) as characters in the
    same order, since hospitals are abbreviated by leaving characters out.
    """
    hanzi = "".join(word for word in asked if not word.isascii())
    latin = [word for word in asked if word.isascii()]
    if len(hanzi) == 1:
        return 0
    if not all(any(word.startswith(start) for word in place) for start in latin):
        return 0
    written = "".join(word for word in place if not word.isascii())
    if hanzi in written:
        return PLACED
    rest = iter(written)
    return PLACE_GUESSED if all(char in rest for char in hanzi) else 0


def _merge(scores: dict[int, float], more: dict[int, float]) -> None:
    """Keep the better score of each position."""
    for position, score in more.items():
        if score > scores.get(position, 0):
            scores[position] = score
