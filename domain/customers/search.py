"""Finding a customer by what a person types: hanzi, pinyin, initials, a surname and a title, with slips.

A name is indexed under several keys, each with the score that it earns when typed exactly. What is
typed is looked up whole; then one run of it is read as a name and the rest as hospital and
department; then with typing errors allowed.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from heapq import nsmallest
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from domain.customers.names import FULL, READ, SURNAME, keys, plain, rank, untitled
from domain.customers.places import Meant, Places, Readings, merge
from domain.ids import CustomerId
from domain.pinyin import sound

MAX_QUERY = 60  # characters
MAX_WORDS = 30  # words or hanzi; a name with its hospital and department in full is shorter

BEGUN = 0.88  # of a key's score when only its beginning is typed
HOMOPHONE = 0.93  # of a key's score when other characters of the same sound are typed
MISTYPED = {0: HOMOPHONE, 1: 0.85, 2: 0.75}  # of a key's score with so many slips in the spelling
MISPLACED = 0.75  # of a full name's score beside another place, or beside words that are none
PLACE_ONLY = 60.0
MOST_BEGUN, MOST_NEAR = 500, 200  # keys that are looked at
STRANGE = 2
SURE = 90.0
"""From here on what was typed is the name, the surname or the initials; below it is a guess."""

_JOINING = frozenset(("at", "of", "in", "from", "the", "的", "在"))  # between a name and a place

_Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """A customer as the index knows them."""

    id: CustomerId
    name: str
    institution: str = ""
    department: str = ""
    title: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A customer found; `score` 0-100, from `SURE` on a full name, a surname or the initials."""

    id: CustomerId
    score: float


class NameIndex:
    """An index over the customers one person may see; built once, asked often."""

    def __init__(self, entries: Sequence[SearchEntry]) -> None:
        self._entries = tuple(entries)
        self._names = _Names([entry.name for entry in self._entries])
        hospitals = [(entry.institution, entry.city) for entry in self._entries]
        departments = [(entry.department, "") for entry in self._entries]
        self._institutions, self._institution_of = _numbered(hospitals)
        self._departments, self._department_of = _numbered(departments)

    def find(self, query: str, limit: int = 5) -> list[Match]:
        """The customers that `query` may mean, the likeliest first; [] when nobody is near."""
        question, title = self._question(query), rank(query)
        if not question.words:
            return self._ranked(self._of_rank(title), title, limit)
        scores = self._surely(question)
        if _best(scores) < SURE:
            if _best(scores) < FULL * MISTYPED[1]:  # no slip can earn more
                merge(scores, self._names.nearly("".join(question.words)))
                merge(scores, self._placed(question, self._names.nearly))
            merge(scores, self._at_place(question.all()))
            if _best(scores) < FULL * MISPLACED:
                merge(scores, self._placed(question.with_gaps(), self._names.exactly))
        return self._ranked(scores, title, limit)

    def is_name(self, query: str) -> bool:
        """Whether `query` surely names a customer, perhaps with a place; quicker than finding them."""
        return _best(self._surely(self._question(query))) >= SURE

    def _question(self, query: str) -> Readings:
        words = [word for word in untitled(query[:MAX_QUERY]) if word not in _JOINING]
        return Readings(self._institutions, self._departments, words[:MAX_WORDS])

    def _surely(self, question: Readings) -> _Scores:
        """Who is named without slips, by a name alone or by one beside a place."""
        scores = self._names.exactly("".join(question.words)) if question.words else {}
        if _best(scores) < SURE:
            merge(scores, self._placed(question, self._names.exactly))
        return scores

    def _placed(self, question: Readings, named: Callable[[str], _Scores]) -> _Scores:
        """One run of what was typed read as a name by `named`, the rest as where they work."""
        scores: _Scores = {}
        for name, around in question.runs():
            if not around and not question.have_gaps:
                continue
            for position, score in named(name).items():
                fit = max((self._fit(place, position) for place in around), default=0)
                if fit or score == FULL:
                    merge(scores, {position: score * (fit or MISPLACED)})
        return scores

    def _at_place(self, meant: Sequence[Meant]) -> _Scores:
        """Everybody of the hospital and department that were named."""
        scores: _Scores = {}
        if meant:
            for position in range(len(self._entries)):
                if fit := max(self._fit(place, position) for place in meant):
                    scores[position] = PLACE_ONLY * fit
        return scores

    def _of_rank(self, title: str) -> _Scores:
        """Everybody whose title is that."""
        fits = cache(lambda held: title and _strangeness(title, held) < STRANGE)
        return {at: PLACE_ONLY for at, entry in enumerate(self._entries) if fits(entry.title)}

    def _fit(self, place: Meant, position: int) -> float:
        return place.fit(self._institution_of[position], self._department_of[position])

    def _ranked(self, scores: _Scores, title: str, limit: int) -> list[Match]:
        """The best; a title decides between equals only: many are called by one that they do not have."""
        strange = cache(partial(_strangeness, title))

        def order(position: int) -> tuple[float, int, int, str, CustomerId]:
            entry = self._entries[position]
            return -scores[position], strange(entry.title), len(entry.name), entry.name, entry.id

        best = nsmallest(limit, scores, key=order)
        return [Match(self._entries[position].id, round(scores[position], 1)) for position in best]


class _Names:
    """Names by their keys; a name is its position in the list."""

    def __init__(self, names: Sequence[str]) -> None:
        self._tables: dict[float, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for position, name in enumerate(names):
            for key, score in set(keys(name)):
                self._tables[score][key].append(position)
        self._typed = sorted({key for table in self._tables.values() for key in table})
        straight = {key for score in (FULL, READ, SURNAME) for key in self._tables[score]}
        self._straight: dict[tuple[bool, int], list[str]] = defaultdict(list)  # by script and length
        for key in sorted(straight):
            self._straight[key.isascii(), len(key)].append(key)

    def exactly(self, typed: str) -> _Scores:
        """The names with a key that is `typed`, begins so or sounds so."""
        scores = self._look_up(typed, 1)
        if len(typed) > 1:
            start = bisect_left(self._typed, typed)
            for key in islice(self._typed, start, start + MOST_BEGUN):
                if not key.startswith(typed):
                    break
                merge(scores, self._look_up(key, BEGUN))
        heard = sound(typed)
        if heard != typed:
            for score in (READ, SURNAME):
                merge(scores, dict.fromkeys(self._tables[score].get(heard, ()), score * HOMOPHONE))
        return scores

    def nearly(self, typed: str) -> _Scores:
        """The names that are spelt as `typed`, but for a slip or two."""
        scores: _Scores = {}
        for text in {sound(typed), typed}:
            if len(text) < (4 if text.isascii() else 2):
                continue
            allowed = 2 if len(text) > 7 else 1
            for length in range(max(len(text) - allowed, 3), len(text) + allowed + 1):
                known = self._straight.get((text.isascii(), length), ())
                near = process.extract(
                    text, known, scorer=OSA.distance, score_cutoff=allowed, limit=MOST_NEAR
                )
                for key, slips, _ in near:
                    merge(scores, self._look_up(key, MISTYPED[int(slips)]))
        return scores

    def _look_up(self, key: str, factor: float) -> _Scores:
        scores: _Scores = {}
        for score, table in self._tables.items():
            merge(scores, dict.fromkeys(table.get(key, ()), score * factor))
        return scores


def _numbered(places: Sequence[tuple[str, str]]) -> tuple[Places, list[int]]:
    """The distinct places, and for each of `places` which of them it is."""
    numbers = {place: number for number, place in enumerate(dict.fromkeys(places))}
    return Places(list(numbers)), [numbers[place] for place in places]


def _best(scores: _Scores) -> float:
    return max(scores.values(), default=0)


def _strangeness(typed: str, title: str) -> int:
    """How little a title is what was typed: 0 it is or begins so, 1 it holds it, `STRANGE` it does not."""
    held = plain(title)
    return STRANGE - (typed in held) - held.startswith(typed) if typed else 0
