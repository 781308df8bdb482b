"""From a sentence to what is asked for: word lists and patterns, never a guess that acts.

A sentence has to be explained from its first word to its last: by a pattern, or by a set of words beside
which nothing stands but small words. Spelling and hearing errors are allowed in the words of the lexicons,
never in a name, which is handed on as typed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, TypeVar

from rapidfuzz import fuzz

from domain.calendar import WorkingCalendar
from domain.customers.names import TITLES
from domain.understanding.lexicon import Intent, LexiconFile
from domain.understanding.patterns import (
    CELL_SLOTS,
    NAME,
    NAME_SLOTS,
    SHOWN,
    anchors,
    expression,
    line,
    one_of,
    part_expression,
    parts,
    phrase,
)
from domain.understanding.periods import Period, day, find_periods
from domain.understanding.reckoning import Tense
from domain.understanding.sentence import Sentence, Speller, plain_texts, positions
from domain.understanding.spotting import Spotter

T = TypeVar("T")

CORRECTION, GAP, LOOSE, LEFT = 0.05, 0.1, 0.2, 0.12
"""What takes how much from a confidence of 1: a corrected word, a gap, a set in any order, and a word
that a set leaves unexplained."""
SURE = 0.75
"""From here on a sentence is answered; below it the bot asks back."""
LONGEST = 4  # hanzi or words of a name that is on no list
MOST_LEFT = 2  # words that a set may leave unexplained to be worth asking back
NEAR = 55.0  # per cent of likeness from which an example is worth suggesting
CHOICES = 3

_TITLED = re.compile(rf"{one_of(TITLES)}(?:\S+ )+|(?:\S+ )+{one_of(TITLES)}")
_CELL = re.compile(expression("{cell}", {}))
_DIGITS = str.maketrans("一二三", "123")
_PLANS = frozenset({Intent.TODAY, Intent.DAY, Intent.WEEK, Intent.MONTH})
_BEHIND = frozenset({Intent.SEEN, Intent.HISTORY, Intent.REVIEW, Intent.TIME})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence asks for, or may ask for.

    `slots` holds "name" as typed with its title, or "shown" (a word for the customer on the screen),
    "place" as typed, "cell", "from" and "to" as "A2", "tier" as "A". `when` is the time that was said.
    `confidence` is 0-1.
    """

    intent: Intent
    slots: Mapping[str, str] = field(default_factory=dict)
    when: Period | None = None
    confidence: float = 0.0


NOTHING_NEAR = tuple(map(Meaning, (Intent.TODAY, Intent.CARD, Intent.HELP)))


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of a sentence.

    `meaning` is None when nothing, or nothing surely, was understood; `nearest` then holds two or three
    meanings that may help, and `is_beyond` says that the sentence is a known one which is not served, such
    as the report of a visit. `locale` is that of the words, "" when they are of several or of none.
    """

    meaning: Meaning | None
    locale: str = ""
    nearest: tuple[Meaning, ...] = ()
    is_beyond: bool = False

    @property
    def intent(self) -> Intent | None:
        return self.meaning.intent if self.meaning else None


@dataclass(frozen=True, slots=True)
class _Rule:
    """A compiled pattern; `intent` is None for what is beyond. One of `anchors` must occur, if any."""

    regex: re.Pattern[str]
    intent: Intent | None
    anchors: frozenset[str] = frozenset()
    suggest: tuple[Intent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule that explains a sentence, and how well."""

    rule: _Rule
    weight: float  # words explained by the rule itself, less what was corrected
    confidence: float
    slots: Mapping[str, str] = field(default_factory=dict)
    when: str | None = None  # as typed

    def rank(self) -> tuple[bool, float, float, int]:
        """Sure ones first. The more is explained, the better; then the shorter name, less its fillers."""
        return self.confidence >= SURE, self.weight, self.confidence, -len(self.slots.get("name", ""))


@dataclass(frozen=True, slots=True)
class _Common:
    """The word lists that hold for every locale, compiled."""

    fillers: re.Pattern[str]
    changing: re.Pattern[str]
    never_a_name: re.Pattern[str]
    place: re.Pattern[str]
    phrases: re.Pattern[str]
    small: frozenset[str]
    known: frozenset[str]
    surnames: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Listener:
    """Whom a sentence is said to: their day, and the names that they know."""

    today: date
    calendar: WorkingCalendar
    is_name: Callable[[str], bool]

    def periods(self, text: str, tense: Tense = Tense.AHEAD) -> tuple[Period, ...]:
        return find_periods(text, today=self.today, calendar=self.calendar, tense=tense)


class Interpreter:
    """Understands sentences in all locales at once; built once from the lexicons by locale."""

    def __init__(self, lexicons: Mapping[str, LexiconFile]) -> None:
        files = tuple(lexicons.values())  # sentences mix languages: what is overlooked or not holds for all
        self._speller = Speller(files)
        common = _Common(
            fillers=_anywhere(text for file in files for text in file.fillers),
            changing=_anywhere(text for file in files for text in file.changes_meaning),
            never_a_name=_anywhere(
                text for file in files for text in (*file.changes_meaning, *file.never_a_name)
            ),
            place=re.compile(
                f"(?:{'|'.join(text for file in files for text in file.place_words) or '(?!)'})$"
            ),
            phrases=_anywhere(text for text in self._speller.phrases if text.count(" ") > 1),
            known=self._speller.known,
            surnames=frozenset(text for file in files for text in file.surnames),
            small=frozenset(
                form
                for file in files
                for text in (*file.small, *file.fillers)
                for form in phrase(text).split()
            ),
        )
        self._fillers = common.fillers
        self._spotter = Spotter(files, self._speller.known)
        self._locales = tuple(_Locale(locale, lexicon, common) for locale, lexicon in lexicons.items())

    def understand(
        self,
        text: str,
        *,
        today: date,
        calendar: WorkingCalendar,
        is_name: Callable[[str], bool] = lambda _: False,
    ) -> Understanding:
        """What `text` asks for; `is_name` tells whether words alone are a name on the person's list."""
        sentence = self._speller.read(text)
        if sentence is None:
            return Understanding(None, nearest=NOTHING_NEAR)
        listener = _Listener(today, calendar, is_name)
        sentence = self._with_days_put_right(sentence, listener)
        periods = listener.periods(sentence.text)
        dated = sentence.marked(self._spotter.periods(sentence, periods, today))
        marked = dated.marked(self._spotter.names(dated, is_name))
        versions = _distinct(
            version.without(self._fillers) if less else version
            for version in (marked, dated)
            for less in (False, True)
        )
        found = [
            match
            for version in versions
            for lexicon in self._locales
            for match in lexicon.explain(version, is_name)
        ]
        locale = self._locale(marked)
        best = max(found, key=_Found.rank, default=None)
        if best is None or best.confidence < SURE:
            return Understanding(None, locale, self._nearest(marked, found, listener))
        meaning = _meaning(best, listener, periods)
        if meaning is None:
            return Understanding(None, locale, tuple(map(Meaning, best.rule.suggest)), is_beyond=True)
        return Understanding(meaning, locale)

    def _with_days_put_right(self, sentence: Sentence, listener: _Listener) -> Sentence:
        """The sentence with misspelt and misheard days as they are read, such as "tomorow" and "名天"."""
        if sentence.typed == sentence.corrected:
            return sentence
        text, places = sentence.respelt()
        wrong = {
            at
            for one in listener.periods(text)
            for at, (start, end) in enumerate(places)
            if one.first != listener.today  # which patterns name themselves, misspelt or not
            if one.start <= start and end <= one.end and sentence.typed[at] != sentence.corrected[at]
        }
        return (wrong and self._speller.read(sentence.respelt(wrong)[0])) or sentence

    def _nearest(
        self, sentence: Sentence, found: Iterable[_Found], listener: _Listener
    ) -> tuple[Meaning, ...]:
        """What is almost understood, then what examples are like, then what always helps."""
        nearly = (_meaning(one, listener, ()) for one in sorted(found, key=_Found.rank, reverse=True))
        meanings = [one for one in nearly if one is not None]
        said = line(sentence.corrected)
        scores: dict[Intent, float] = {}
        for locale in self._locales:
            for example, intent in locale.examples:
                scores[intent] = max(scores.get(intent, 0), fuzz.token_set_ratio(said, example))
        near = sorted((intent for intent in scores if scores[intent] >= NEAR), key=lambda i: -scores[i])
        meanings += [Meaning(intent) for intent in near[:CHOICES]]
        certain = len({one.intent for one in meanings})
        one_each: dict[Intent, Meaning] = {}
        for one in (*meanings, *NOTHING_NEAR):
            one_each.setdefault(one.intent, one)
        return tuple(one_each.values())[: max(2, min(CHOICES, certain)) if certain else CHOICES]

    def _locale(self, sentence: Sentence) -> str:
        """The locale whose vocabulary shares most words with the sentence, if need be that of its script.

        "" where no word tells.
        """
        words = {form for form in sentence.corrected if not form.startswith("@")}
        shared = {locale: len(locale.vocabulary & words) for locale in self._locales}
        most = max(shared.values(), default=0)
        best = [locale for locale, count in shared.items() if count == most > 0]
        if len(best) > 1:
            in_letters = all(map(str.isascii, words))
            best = [locale for locale in best if locale.is_in_letters is in_letters]
        return best[0].name if len(best) == 1 else ""


def _meaning(found: _Found, listener: _Listener, periods: Sequence[Period]) -> Meaning | None:
    """The meaning of a rule that fits: its days reckoned in its tense, and the plan named by their length.

    None for what is beyond.
    """
    intent, when = found.rule.intent, None
    if intent is None:
        return None
    if found.when is not None:
        tense = Tense.BEHIND if intent in _BEHIND else Tense.AHEAD
        when = next(iter(listener.periods(found.when, tense)), None)
    elif any(one.first == one.last == listener.today for one in periods):
        when = day(listener.today)
    if intent in _PLANS and when is not None:
        intent = _plan_of(when, listener.today)
    return Meaning(intent, found.slots, when, round(found.confidence, 2))


def _plan_of(when: Period, today: date) -> Intent:
    if when.last < today:
        return Intent.SEEN
    if when.is_day:
        return Intent.TODAY if when.first == today and not when.options else Intent.DAY
    return Intent.WEEK if (when.last - when.first).days < 7 else Intent.MONTH


class _Shelf(Generic[T]):
    """Things found by words of which at least one must occur; without such words always."""

    def __init__(self, things: Iterable[tuple[T, frozenset[str]]]) -> None:
        self._things: list[T] = []
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = {}
        for number, (thing, one_of_them) in enumerate(things):
            self._things.append(thing)
            for places in [self._by_word.setdefault(word, []) for word in one_of_them] or [self._always]:
                places.append(number)

    def of(self, words: Iterable[str]) -> Iterator[T]:
        """What may be meant where these words occur, in the order of the lexicon."""
        numbers = {number for word in words for number in self._by_word.get(word, ())}
        return (self._things[number] for number in sorted(numbers.union(self._always)))


class _Locale:
    """One lexicon, compiled."""

    def __init__(self, name: str, lexicon: LexiconFile, common: _Common) -> None:
        self.name = name
        self._common = common
        self._rules = _Shelf((rule, rule.anchors) for rule in _rules(lexicon))
        self._sets = _Shelf(
            (rules, min((rule.anchors for rule in rules if rule.anchors), key=len, default=frozenset()))
            for rules in _sets(lexicon)
        )
        self.examples = tuple(
            (phrase(text), intent) for intent, words in lexicon.intents.items() for text in words.examples
        )
        self.vocabulary = {form for text in plain_texts(lexicon) for form in phrase(text).split()}
        in_letters = sum(map(str.isascii, self.vocabulary))
        self.is_in_letters = 2 * in_letters > len(self.vocabulary)

    def explain(self, sentence: Sentence, is_name: Callable[[str], bool]) -> Iterator[_Found]:
        for forms in _distinct((sentence.typed, sentence.corrected)):
            said, there = line(forms), set(forms)
            for rule in self._rules.of(there):
                match = rule.regex.fullmatch(said)
                found = match and self._found(rule, match, sentence, forms, is_name)
                if found:
                    yield found
            yield from self._in_any_order(sentence, forms)

    def _in_any_order(self, sentence: Sentence, forms: Sequence[str]) -> Iterator[_Found]:
        """Sets of words all of which occur, beside small words and perhaps one or two others."""
        said, there = line(forms), set(forms)
        changing = {
            at for found in self._common.changing.finditer(said) for at in positions(said, *found.span())
        }
        for rules in self._sets.of(there):
            if any(rule.anchors and rule.anchors.isdisjoint(there) for rule in rules):
                continue
            hits = [list(rule.regex.finditer(said)) for rule in rules]
            if not all(hits):
                continue
            used = {at for each in hits for hit in each for at in positions(said, *hit.span())}
            left = [at for at in range(len(forms)) if at not in used and forms[at] not in self._common.small]
            if len(left) > MOST_LEFT or not changing <= used:
                continue
            slots, when = self._slots((hit for each in hits for hit in each[:1]), sentence)
            slips = sum(sentence.typed[at] != forms[at] for at in used)
            confidence = 1 - LOOSE - LEFT * len(left) - CORRECTION * max(slips - 1, 0)
            yield _Found(rules[0], len(used) / 2, confidence, slots, when)

    def _found(
        self,
        rule: _Rule,
        match: re.Match[str],
        sentence: Sentence,
        forms: Sequence[str],
        is_name: Callable[[str], bool],
    ) -> _Found | None:
        """The match with its slots; None when a slot holds what it must not."""
        free: set[int] = set()
        gaps = 0
        for group, words in match.groupdict().items():
            if words is None:
                continue
            kind = group.rstrip("0123456789")
            at = positions(match.string, *match.span(group))
            if kind == "any":
                free.update(at)
                gaps += bool(words)
                if rule.intent and self._common.changing.search(words):
                    return None
            elif kind in NAME_SLOTS and words not in {f"{NAME} ", f"{SHOWN} "}:
                free.update(at)
                if not self._is_name(kind, sentence, at, is_name):
                    return None
            elif kind == "place":
                free.update(at[1:])
                if not self._is_place(sentence, at):
                    return None
        slots, when = self._slots((match,), sentence)
        corrected = [forms[i] for i in range(len(forms)) if i not in free and sentence.typed[i] != forms[i]]
        # A misspelt word is still half a word of evidence; a hanzi put in for another is none.
        weight = len(forms) - len(free) - sum(0.5 if form.isascii() else 1 for form in corrected)
        return _Found(rule, weight, 1 - CORRECTION * len(corrected) - GAP * gaps, slots, when)

    def _slots(
        self, matches: Iterable[re.Match[str]], sentence: Sentence
    ) -> tuple[Mapping[str, str], str | None]:
        """What the matches hold in their slots, and the time that was said, as typed."""
        slots: dict[str, str] = {}
        when = None
        for match in matches:
            for group, words in match.groupdict().items():
                kind = group.rstrip("0123456789")
                if words is None or kind == "any":
                    continue
                said = sentence.said(positions(match.string, *match.span(group)))
                if kind in CELL_SLOTS:
                    slots[kind] = words.replace(" ", "").upper().translate(_DIGITS)[:2]
                elif kind == "tier":
                    slots["tier"] = words[0].upper()
                elif kind == "when":
                    when = said
                elif kind == "place":
                    slots["place"] = said
                else:
                    slots["shown" if words == f"{SHOWN} " else "name"] = said
        return slots, when

    def _is_name(
        self, kind: str, sentence: Sentence, at: Sequence[int], is_name: Callable[[str], bool]
    ) -> bool:
        typed = line([sentence.typed[i] for i in at])
        heard = line([sentence.corrected[i] for i in at])
        if "@" in typed or self._common.never_a_name.search(typed) or _CELL.fullmatch(heard):
            return False
        if typed.startswith("的 ") or typed.endswith("的 ") or "s" in typed.split():  # 's stands alone
            return False
        if is_name(sentence.said(at)):
            return True
        if kind == "known":
            return False
        if _TITLED.fullmatch(heard):
            return True
        is_misspelt = typed.isascii() and typed.count(" ") == 1 and typed != heard
        return kind == "name" and not is_misspelt and self._may_be_name(typed)

    def _may_be_name(self, typed: str) -> bool:
        """Whether words that are on no list look like the name of somebody."""
        forms = typed.split()
        if any(form.isascii() for form in forms):
            return len(forms) <= LONGEST and all(
                form.isalpha() and len(form) > 1 and form not in self._common.known for form in forms
            )
        if "的" in forms[2:-1]:  # where they work, and the name
            forms = forms[len(forms) - forms[::-1].index("的") :]
        begins = forms[0] in self._common.surnames or "".join(forms[:2]) in self._common.surnames
        return begins and 2 <= len(forms) <= LONGEST and not self._common.phrases.search(line(forms))

    def _is_place(self, sentence: Sentence, at: Sequence[int]) -> bool:
        typed = line([sentence.typed[i] for i in at])
        if "@" in typed or self._common.never_a_name.search(typed):
            return False
        return bool(self._common.place.search(sentence.said(at).casefold()))


def _rules(lexicon: LexiconFile) -> Iterator[_Rule]:
    for intent, words in lexicon.intents.items():
        for pattern in words.patterns:
            yield _rule(pattern, lexicon, intent)
    for beyond in lexicon.beyond.values():
        for pattern in beyond.patterns:
            yield replace(_rule(pattern, lexicon, None), suggest=beyond.suggest)


def _rule(pattern: str, lexicon: LexiconFile, intent: Intent | None) -> _Rule:
    return _Rule(re.compile(expression(pattern, lexicon.words)), intent, anchors(pattern, lexicon.words))


def _sets(lexicon: LexiconFile) -> Iterator[tuple[_Rule, ...]]:
    for intent, words in lexicon.intents.items():
        for pattern in words.any_order:
            yield tuple(
                _Rule(
                    re.compile(r"(?:^|(?<= ))" + part_expression(part, lexicon.words)),
                    intent,
                    anchors(part, lexicon.words),
                )
                for part in parts(pattern)
            )


def _anywhere(texts: Iterable[str]) -> re.Pattern[str]:
    """Any of `texts` as whole words; never matches when there are none."""
    wanted = tuple(texts)
    return re.compile(r"(?:^|(?<= ))" + one_of(wanted) if wanted else r"(?!)")


def _distinct(values: Iterable[T]) -> list[T]:
    found: list[T] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
