"""From a sentence to what is asked for: word lists and patterns, never a guess that acts.

A sentence has to be explained from its first word to its last. Spelling and hearing
errors are allowed in the words of the patterns, never in a name, which is handed on as typed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from domain.customers.search import TITLES
from domain.pinyin import sound
from domain.understanding.lexicon import Intent, LexiconFile
from domain.understanding.patterns import NAME_SLOTS, Word, expression, line, one_of, phrase, split

T = TypeVar("T")

MAX_CHARS, MAX_WORDS = 200, 60
"""Longer messages are notes, not questions."""

CORRECTION, GAP, LOOSE = 0.05, 0.1, 0.2  # what each takes from a confidence of 1
NEAR = 55.0  # per cent of likeness from which an example is worth suggesting
NOTHING_NEAR = (Intent.TODAY, Intent.CARD, Intent.HELP)

_TITLED = re.compile(rf"{one_of(TITLES)}(?:\S+ )+|(?:\S+ )+{one_of(TITLES)}")
_CELL = re.compile(expression("{cell}", {}))
_DIGITS = str.maketrans("一二三", "123")


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a sentence asks for.

    `intent` is None when nothing, or nothing that is served, was understood; `nearest` then
    names two or three intents that may help, and `is_beyond` says that the sentence is a known one
    which is not served, such as the report of a visit. `slots` holds "name" as typed, with its title,
    or "cell" as "A2". `confidence` is 0-1; `locale` is that of the words, "" when they are of
    several or of none.
    """

    intent: Intent | None
    slots: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 0.0
    locale: str = ""
    nearest: tuple[Intent, ...] = ()
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words of a message, as typed and as corrected (two lists of equal length)."""

    text: str
    words: tuple[Word, ...]
    typed: tuple[str, ...]
    corrected: tuple[str, ...]

    def without(self, fillers: re.Pattern[str]) -> "_Sentence":
        """The sentence less its fillers; unchanged when nothing else would be left."""
        whole = line(self.typed)
        gone = {at for found in fillers.finditer(whole) for at in _positions(whole, *found.span())}
        kept = [at for at in range(len(self.words)) if at not in gone]
        if not kept:
            return self
        pick = [tuple(values[at] for at in kept) for values in (self.words, self.typed, self.corrected)]
        return replace(self, words=pick[0], typed=pick[1], corrected=pick[2])  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A compiled pattern; `intent` is None for what is beyond."""

    regex: re.Pattern[str]
    intent: Intent | None
    suggest: tuple[Intent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule that explains a sentence, and how well."""

    rule: _Rule
    weight: float  # words explained by the pattern itself, less what was corrected
    confidence: float
    slots: Mapping[str, str] = field(default_factory=dict)

    def rank(self) -> tuple[float, float, int]:
        """The more is explained, the better; then the shorter name, which has no filler in it."""
        return self.weight, self.confidence, -len(self.slots.get("name", ""))


@dataclass(frozen=True, slots=True)
class _Common:
    """The word lists that hold for every locale, compiled."""

    fillers: re.Pattern[str]
    changing: re.Pattern[str]
    never_a_name: re.Pattern[str]


class Interpreter:
    """Understands sentences in all locales at once; built once from the lexicons by locale."""

    def __init__(self, lexicons: Mapping[str, LexiconFile]) -> None:
        files = tuple(lexicons.values())  # sentences mix languages: what is overlooked or not holds for all
        common = _Common(
            fillers=_anywhere([text for file in files for text in file.fillers]),
            changing=_anywhere([text for file in files for text in file.changes_meaning]),
            never_a_name=_anywhere(
                [text for file in files for text in (*file.changes_meaning, *file.never_a_name)]
            ),
        )
        self._fillers = common.fillers
        self._locales = tuple(_Locale(locale, lexicon, common) for locale, lexicon in lexicons.items())
        self._spellings = {
            split(one)[0].form: split(other)[0].form
            for lexicon in files
            for one, other in lexicon.spellings.items()
        }
        self._phrases = {text for locale in self._locales for text in locale.phrases} | set(
            map(phrase, TITLES)
        )
        self._known = {form for text in self._phrases for form in text.split()}
        self._latin = sorted(form for form in self._known if form.isascii() and len(form) > 3)
        self._by_sound: dict[tuple[str, ...], tuple[str, ...]] = {}

    def understand(self, text: str, *, is_name: Callable[[str], bool] = lambda _: False) -> Understanding:
        """What `text` asks for; `is_name` tells whether words alone are a name on the person's list."""
        sentence = self._read(text)
        if sentence is None:
            return Understanding(None, nearest=NOTHING_NEAR)
        found = [
            match
            for lexicon in self._locales
            for version in _distinct(sentence, sentence.without(self._fillers))
            for match in lexicon.explain(version, is_name)
        ]
        locale = self._locale(sentence)
        if not found:
            return Understanding(None, locale=locale, nearest=self._nearest(sentence))
        best = max(found, key=_Found.rank)
        if best.rule.intent is None:
            return Understanding(None, locale=locale, nearest=best.rule.suggest, is_beyond=True)
        return Understanding(best.rule.intent, best.slots, round(best.confidence, 2), locale)

    def _read(self, text: str) -> _Sentence | None:
        words = split(text) if len(text) <= MAX_CHARS else []
        if not 0 < len(words) <= MAX_WORDS:
            return None
        typed = tuple(self._spellings.get(word.form, word.form) for word in words)
        return _Sentence(text, tuple(words), typed, tuple(self._corrected(typed)))

    def _corrected(self, forms: Sequence[str]) -> list[str]:
        """`forms` with words of the lexicons in the place of what looks or sounds like them."""
        better = [self._respelt(form) for form in forms]
        if any(not form.isascii() for form in forms):
            self._rehear(better)
        return better

    def _respelt(self, form: str) -> str:
        if not form.isascii() or len(form) < 3 or form in self._known or not form.isalpha():
            return form
        slips = 2 if len(form) > 6 else 1
        near = process.extract(form, self._latin, scorer=OSA.distance, score_cutoff=slips, limit=None)
        # The first letter is seldom wrong, and letters are left out more often than added.
        return min(near, key=lambda hit: (hit[1], hit[0][0] != form[0], -len(hit[0])), default=(form,))[0]

    def _rehear(self, forms: list[str]) -> None:
        """Replace runs of hanzi that sound like a phrase of the lexicons, longest first."""
        if not self._by_sound:
            self._by_sound = {
                tuple(map(sound, text.split())): tuple(text.split()) for text in sorted(self._phrases)
            }
        sounds = [sound(form) for form in forms]
        for length in range(min(5, len(forms)), 1, -1):
            for start in range(len(forms) - length + 1):
                run = slice(start, start + length)
                phrase_heard = self._by_sound.get(tuple(sounds[run]))
                if phrase_heard and line(forms[run]) not in self._phrases:
                    forms[run] = phrase_heard

    def _nearest(self, sentence: _Sentence) -> tuple[Intent, ...]:
        said = line(sentence.corrected)
        scores: dict[Intent, float] = {}
        for locale in self._locales:
            for example, intent in locale.examples:
                scores[intent] = max(scores.get(intent, 0), fuzz.token_set_ratio(said, example))
        near = sorted((intent for intent in scores if scores[intent] >= NEAR), key=lambda i: -scores[i])
        return tuple(dict.fromkeys((*near[:3], *NOTHING_NEAR)))[: max(2, min(3, len(near)))]

    def _locale(self, sentence: _Sentence) -> str:
        """The locale whose vocabulary shares most words with the sentence, "" when two do."""
        shared = {locale.name: len(locale.vocabulary & set(sentence.corrected)) for locale in self._locales}
        best = [name for name, count in shared.items() if count == max(shared.values())]
        return best[0] if len(best) == 1 else ""


class _Locale:
    """One lexicon, compiled."""

    def __init__(self, name: str, lexicon: LexiconFile, common: _Common) -> None:
        self.name = name
        self._common = common
        self._rules = tuple(_rules(lexicon))
        self._loose = tuple(_loose_rules(lexicon))
        self.examples = tuple(
            (phrase(text), intent) for intent, words in lexicon.intents.items() for text in words.examples
        )
        self.phrases = {phrase(text) for text in _plain_texts(lexicon)}
        self.vocabulary = {form for text in self.phrases for form in text.split()}

    def explain(self, sentence: _Sentence, is_name: Callable[[str], bool]) -> Iterator[_Found]:
        for forms in _distinct(sentence.typed, sentence.corrected):
            said = line(forms)
            for rule in self._rules:
                match = rule.regex.fullmatch(said)
                found = match and self._found(rule, match, sentence, forms, is_name)
                if found:
                    yield found
        said = line(sentence.corrected)
        if not self._common.changing.search(said):
            for rules in self._loose:
                hits = [rule.regex.search(said) for rule in rules]
                if all(hits):
                    weight = sum(hit.group().count(" ") for hit in hits if hit) / 2
                    yield _Found(rules[0], weight, 1 - LOOSE)

    def _found(
        self,
        rule: _Rule,
        match: re.Match[str],
        sentence: _Sentence,
        forms: Sequence[str],
        is_name: Callable[[str], bool],
    ) -> _Found | None:
        """The match with its slots; None when a slot holds what it must not."""
        free: set[int] = set()
        gaps = 0
        slots: dict[str, str] = {}
        for group, words in match.groupdict().items():
            if words is None:
                continue
            kind = group.rstrip("0123456789")
            at = _positions(match.string, *match.span(group))
            if kind == "cell":
                slots["cell"] = words.replace(" ", "").upper().translate(_DIGITS)[:2]
                continue
            free.update(at)
            gaps += bool(kind == "any" and words)
            if kind == "any" and rule.intent and self._common.changing.search(words):
                return None
            if kind in NAME_SLOTS:
                name = sentence.text[sentence.words[at[0]].start : sentence.words[at[-1]].end]
                typed = line([sentence.typed[i] for i in at])
                heard = line([sentence.corrected[i] for i in at])
                if not self._is_name(kind, typed, heard, name, is_name):
                    return None
                slots["name"] = name
        corrected = [forms[i] for i in range(len(forms)) if i not in free and sentence.typed[i] != forms[i]]
        # A misspelt word is still half a word of evidence; a hanzi put in for another is none.
        weight = len(forms) - len(free) - sum(0.5 if form.isascii() else 1 for form in corrected)
        return _Found(rule, weight, 1 - CORRECTION * len(corrected) - GAP * gaps, slots)

    def _is_name(self, kind: str, typed: str, heard: str, name: str, is_name: Callable[[str], bool]) -> bool:
        if self._common.never_a_name.search(typed) or _CELL.fullmatch(heard):
            return False
        if kind == "doctor":
            return bool(_TITLED.fullmatch(heard))
        return kind == "name" or is_name(name)


def _rules(lexicon: LexiconFile) -> Iterator[_Rule]:
    for intent, words in lexicon.intents.items():
        for pattern in words.patterns:
            yield _Rule(re.compile(expression(pattern, lexicon.words)), intent)
    for beyond in lexicon.beyond.values():
        for pattern in beyond.patterns:
            yield _Rule(re.compile(expression(pattern, lexicon.words)), None, beyond.suggest)


def _loose_rules(lexicon: LexiconFile) -> Iterator[tuple[_Rule, ...]]:
    for intent, words in lexicon.intents.items():
        for pattern in words.any_order:
            yield tuple(
                _Rule(re.compile(r"(?:^|(?<= ))" + expression(part, lexicon.words)), intent)
                for part in pattern.split()
            )


def _plain_texts(lexicon: LexiconFile) -> Iterator[str]:
    """Every run of plain words in the lexicon, for telling misspelt from unknown."""
    for texts in lexicon.words.values():
        yield from texts
    yield from (*lexicon.fillers, *lexicon.changes_meaning, *lexicon.never_a_name)
    patterns = [text for words in lexicon.intents.values() for text in (*words.patterns, *words.examples)]
    for pattern in patterns:
        yield from (part for part in re.split(r"[()\[\]|]|<[^<>]*>|\{[^{}]*\}", pattern) if part.strip())


def _anywhere(texts: Sequence[str]) -> re.Pattern[str]:
    """Any of `texts` as whole words; never matches when there are none."""
    return re.compile(r"(?:^|(?<= ))" + one_of(texts) if texts else r"(?!)")


def _positions(said: str, start: int, end: int) -> range:
    """The numbers of the words of the line `said` between two of its characters."""
    first = said.count(" ", 0, start)
    return range(first, first + said.count(" ", start, end))


def _distinct(one: T, other: T) -> tuple[T, ...]:
    return (one,) if one == other else (one, other)
