"""Which hospital or department is meant by what a person types of its name.

Hanzi are left out of a hospital's name, and now and then change places: 华山, 武大人民, 附一 for 第一附属.
Latin words are begun, abbreviated or left as initials: Mass General, Montefiore Med Ctr, MGH. Hanzi may be
typed as they sound.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice

from domain.customers.names import words
from domain.pinyin import reading, syllables

WHOLE, BEGUN, HEARD, ABBREVIATED, INITIALS, JUMBLED = 1.0, 0.98, 0.95, 0.93, 0.91, 0.85
"""How well a place fits: typed in one piece, by the beginnings of words, by its sound, with characters
left out, by initials, with characters that have changed places or letters left out."""

UNEXPLAINED = 0.7
"""Of the score, when words beside a place mean nothing."""

LONGEST_NAME = 6  # words or hanzi, where a place is named beside it
MOST_READINGS = 12  # of the words on one side of a name

_SMALL = frozenset(("and", "at", "for", "in", "of", "the"))  # words that initials leave out
_NUMERALS = {str(number): hanzi for number, hanzi in enumerate("一二三四五六七八九十", 1)}
_LONGEST_HEARD = 24  # letters: longer words have too many syllabifications
_LONGEST_SYLLABLE = 6  # zhuang
_KEPT = 64  # words whose places are remembered


class Places:
    """Hospitals in their cities, or departments (their city is ""); each is its position in the list."""

    def __init__(self, places: Sequence[tuple[str, str]]) -> None:
        self._hanzi, self._initials = [], []
        self._holding: dict[str, set[int]] = defaultdict(set)
        for place, (name, city) in enumerate(places):
            own, whole = words(name), words(f"{city} {name}")
            self._hanzi.append("".join(word for word in whole if not word.isascii()))
            self._initials.append("".join(word[0] for word in own if word.isascii() and word not in _SMALL))
            for word in whole:
                self._holding[word].add(place)
        self._latin = sorted(word for word in self._holding if word.isascii())
        self._latin_fit = lru_cache(_KEPT)(self._fit_of_latin)

    def fit(self, typed: Sequence[str]) -> Mapping[int, float]:
        """The places that all of the words `typed` may mean, each with a factor of at most `WHOLE`."""
        latin, hanzi = _by_script(typed)
        parts: list[Mapping[int, float]] = [self._hanzi_fit(hanzi)] if hanzi else []
        for word in latin:
            if parts and not parts[-1]:
                return {}
            parts.append(self._latin_fit(word))
        return intersection(parts)

    def _hanzi_fit(self, typed: str) -> dict[int, float]:
        if len(typed) < 2:
            return {}
        fits = {}
        for place in _common(self._holding.get(char) for char in typed):
            name = self._hanzi[place]
            if typed in name:
                fits[place] = WHOLE
            elif _left_out(typed, name):
                fits[place] = ABBREVIATED
            elif _left_out(sorted(typed), sorted(name)):
                fits[place] = JUMBLED
        return fits or self._heard([reading(char) for char in typed])

    def _fit_of_latin(self, typed: str) -> dict[int, float]:
        fits: dict[int, float] = {}
        for word in islice(self._latin, bisect_left(self._latin, typed[0]), None):
            if word[0] != typed[0]:
                break
            if word.startswith(typed):
                merge(fits, dict.fromkeys(self._holding[word], WHOLE if word == typed else BEGUN))
            elif len(typed) > 2 and _left_out(typed, word):
                merge(fits, dict.fromkeys(self._holding[word], JUMBLED))
        if len(typed) > 1:
            for place, initials in enumerate(self._initials):
                if initials[:1] == typed[0] and _left_out(typed, initials):
                    merge(fits, {place: WHOLE if typed == initials else INITIALS})
        if 3 < len(typed) <= _LONGEST_HEARD:
            for heard in _syllabified(typed, self._sounding):
                merge(fits, self._heard(heard))
        return fits

    def _heard(self, typed: Sequence[str]) -> dict[int, float]:
        """The places with these syllables in this order, perhaps with others between."""
        whole = " ".join(["", *typed, ""])
        return {
            place: HEARD if whole in self._sounds[place] else HEARD * ABBREVIATED
            for place in _common(self._sounding.get(each) for each in typed)
            if _left_out(typed, self._sounds[place].split())
        }

    @cached_property
    def _sounds(self) -> list[str]:
        """The syllables of each place, between blanks."""
        return [" ".join(["", *syllables(hanzi), ""]) for hanzi in self._hanzi]

    @cached_property
    def _sounding(self) -> dict[str, set[int]]:
        holding: dict[str, set[int]] = defaultdict(set)
        for place, sounds in enumerate(self._sounds):
            for syllable in sounds.split():
                holding[syllable].add(place)
        return dict(holding)


@dataclass(frozen=True, slots=True)
class Meant:
    """Hospitals and departments that may be meant, with their factors; None where none was named."""

    institutions: Mapping[int, float] | None = None
    departments: Mapping[int, float] | None = None
    factor: float = 1.0

    def and_(self, other: "Meant") -> "Meant":
        """What is meant when both are said."""
        return Meant(
            _both(self.institutions, other.institutions),
            _both(self.departments, other.departments),
            self.factor * other.factor,
        )

    @property
    def is_possible(self) -> bool:
        return self.institutions != {} and self.departments != {}

    def fit(self, institution: int, department: int) -> float:
        """The factor of a customer of these; 0 when somebody else is meant."""
        factor = self.factor
        if self.institutions is not None:
            factor *= self.institutions.get(institution, 0)
        if self.departments is not None:
            factor *= self.departments.get(department, 0)
        return factor


class Readings:
    """The ways to read words as a name and places around it, or as places alone.

    With `gaps` words beside a place may mean nothing.
    """

    def __init__(
        self, institutions: Places, departments: Places, words: Sequence[str], *, gaps: bool = False
    ) -> None:
        self.words = words
        self.have_gaps = gaps
        self._kinds = (institutions, departments)
        self._hospital = cache(lambda start, end: Meant(institutions=institutions.fit(words[start:end])))
        self._department = cache(lambda start, end: Meant(departments=departments.fit(words[start:end])))

    def with_gaps(self) -> "Readings":
        return Readings(*self._kinds, self.words, gaps=True)

    def runs(self) -> Iterator[tuple[str, list[Meant]]]:
        """Every run that may be a name, and where the words around it place it."""
        count = len(self.words)
        before = [self._side(0, start) for start in range(count)]
        after = [self._side(end, count) for end in range(count + 1)]
        for start in range(count):
            for end in range(start + 1, min(start + LONGEST_NAME, count) + 1):
                if end - start < count:
                    around = [one.and_(two) for one in before[start] for two in after[end]]
                    yield "".join(self.words[start:end]), [place for place in around if place.is_possible]

    def all(self) -> list[Meant]:
        """Where everything that was typed places people, when no name is in it."""
        return self._side(0, len(self.words))

    def _side(self, start: int, end: int) -> list[Meant]:
        """Readings of the words from `start` to before `end`: hospital, department, both in either order."""
        if start == end:
            return [Meant()]
        found = [self._hospital(start, end), self._department(start, end)]
        for cut in range(start + 1, end):
            found.append(self._hospital(start, cut).and_(self._department(cut, end)))
            found.append(self._department(start, cut).and_(self._hospital(cut, end)))
            if self.have_gaps:
                unknown = Meant(factor=UNEXPLAINED)
                found += [
                    unknown.and_(each)
                    for span in ((start, cut), (cut, end))
                    for each in (self._hospital(*span), self._department(*span))
                ]
        return [place for place in found if place.is_possible][:MOST_READINGS]


def _both(one: Mapping[int, float] | None, two: Mapping[int, float] | None) -> Mapping[int, float] | None:
    if one is None or two is None:
        return two if one is None else one
    return intersection((one, two))


def intersection(parts: Iterable[Mapping[int, float]]) -> Mapping[int, float]:
    """The places that are in every one of `parts`, with the product of their factors; {} for no parts."""
    first, *others = sorted(parts, key=len) or [{}]
    for other in others:
        first = {place: factor * other[place] for place, factor in first.items() if place in other}
    return first


def merge(fits: dict[int, float], more: Mapping[int, float]) -> None:
    """Keep the better factor of each place."""
    for place, factor in more.items():
        if factor > fits.get(place, 0):
            fits[place] = factor


def _by_script(typed: Sequence[str]) -> tuple[list[str], str]:
    """The Latin words, and the hanzi in one; among hanzi a digit stands for its numeral."""
    if all(map(str.isascii, typed)):
        return list(typed), ""
    latin = [word for word in typed if word.isascii() and word not in _NUMERALS]
    return latin, "".join(_NUMERALS.get(word, word) for word in typed if word not in latin)


def _common(sets: Iterable[set[int] | None]) -> set[int]:
    """What all of the sets hold; nothing when one of them is missing."""
    known = list(sets)
    return set.intersection(*(each for each in known if each)) if all(known) else set()


def _left_out(typed: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether leaving out some of `whole` gives `typed`."""
    rest = iter(whole)
    return all(each in rest for each in typed)


def _syllabified(typed: str, known: Mapping[str, object]) -> Iterator[list[str]]:
    """The ways to cut Latin letters into syllables that are known."""
    if not typed:
        yield []
    for length in range(1, min(_LONGEST_SYLLABLE, len(typed)) + 1):
        if typed[:length] in known:
            yield from ([typed[:length], *rest] for rest in _syllabified(typed[length:], known))
