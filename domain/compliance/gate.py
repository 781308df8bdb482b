"""The one gate: texts and plans against the rules of a market.

Nothing is decided by chance or by a model: the same text always meets the same rules. Findings carry the
stretch that was found so that it can be shown to its author; it is never stored.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.compliance.context import is_denied, is_lifted, is_of_rivals, sentence
from domain.compliance.facts import Facts
from domain.compliance.folding import Folded, fold, sentences, sounds, stem
from domain.compliance.rules import Condition, Level, Lifted, Place, Rule, Terms, Topic
from domain.content.reading import ContentProblem

_TOGETHER = 60
"""Characters that may stand between words that count only together."""
_GIVING = frozenset({Topic.BRIBERY, Topic.HOSPITALITY})
"""What competitors may be said to do."""
_MOST = 12
"""Places of a word that are combined with others: enough for any note, and few enough for a hostile one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was met, what follows, and where in the text (0 and 0: in no text)."""

    rule: str
    level: Level
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all rules say together: the findings, the strictest first, each rule once."""

    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        return self.findings[0].level if self.findings else Level.NONE

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(finding.rule for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The regular expressions of a rule: what sets it off, and where nothing does."""

    firing: Sequence[re.Pattern[str]]
    harmless: Sequence[re.Pattern[str]]


_Hits = Mapping[str, Sequence[_Hit]]


class Gate:
    """The rules of one market, ready to be asked. `lists` are the named word lists that rules combine."""

    def __init__(self, rules: Sequence[Rule], lists: Mapping[str, Terms]) -> None:
        self.rules = {rule.id: rule for rule in rules}
        self._lists = lists

    def check_text(self, text: str, place: Place) -> Verdict:
        """What a text that goes to `place` meets."""
        folded = fold(text)
        hits = self._index.hits(folded)
        ends = sentences(folded.text)
        return _verdict(
            finding
            for rule in self.rules.values()
            if not rule.places or place in rule.places
            if (finding := self._finding(rule, folded, hits, ends)) is not None
        )

    def check(self, facts: Facts) -> Verdict:
        """What an event, a visit or a person meets. What nobody has said meets nothing."""
        return _verdict(
            Finding(rule.id, condition.level or rule.level)
            for rule in self.rules.values()
            for condition in rule.when
            if condition.of == facts.subject and _holds(condition, getattr(facts, condition.field))
        )

    @cached_property
    def _index(self) -> "_Index":  # made when the first text comes: the bot is to start fast
        index = _Index()
        for name, terms in self._lists.items():
            index.add(_in_list(name), terms)
        for rule in self.rules.values():
            index.add(rule.id, rule.words)
            index.add(_excepted(rule.id), rule.except_, exactly=True)
            index.add(_settling(rule.id), rule.settled_by)
            index.add_sounds(rule.id, rule.homophones, in_hanzi=True)
            index.add_sounds(rule.id, rule.pinyin, in_hanzi=False)
        return index

    @cached_property
    def _patterns(self) -> Mapping[str, "_Patterns"]:
        return {
            rule.id: _Patterns([*map(re.compile, rule.patterns)], [*map(re.compile, rule.except_patterns)])
            for rule in self.rules.values()
        }

    def _finding(self, rule: Rule, folded: Folded, hits: _Hits, ends: Sequence[int]) -> Finding | None:
        """The gravest thing that the text says against one rule."""
        best: Finding | None = None
        settling = hits.get(_settling(rule.id), ())
        for hit in self._met(rule, folded, hits, ends):
            if settling and _is_settled(hit, settling, ends):
                continue
            level = _level(rule, folded.text, ends, hit)
            if level is not Level.NONE and (best is None or level.weight > best.level.weight):
                best = Finding(rule.id, level, *folded.written(hit.start, hit.end))
        return best

    def _met(self, rule: Rule, folded: Folded, hits: _Hits, ends: Sequence[int]) -> Iterator[_Hit]:
        """Where a rule is met. Of words that count together, it is where the first list's stands."""
        simple = [*hits.get(rule.id, ()), *_matches(self._patterns[rule.id].firing, folded)]
        combined = [lists for lists in rule.together if all(_in_list(name) in hits for name in lists)]
        if not simple and not combined:
            return
        longer = hits.get(_excepted(rule.id), ())
        harmless = [*_matches(self._patterns[rule.id].harmless, folded)]

        def counts(hit: _Hit) -> bool:
            return not any(other.start <= hit.start and hit.end <= other.end for other in longer) and not any(
                other.start < hit.end and hit.start < other.end for other in harmless
            )

        yield from filter(counts, simple)
        for lists in combined:
            core, *others = [[*filter(counts, hits[_in_list(name)])][:_MOST] for name in lists]
            yield from (hit for hit in core if _stands_with(hit, others, ends))


def _is_settled(hit: _Hit, settling: Sequence[_Hit], ends: Sequence[int]) -> bool:
    first, last = sentence(ends, hit.start, hit.end, following=True)
    return any(first <= other.start < last for other in settling)


def _stands_with(core: _Hit, others: Sequence[Sequence[_Hit]], ends: Sequence[int]) -> bool:
    """Whether one of each list stands near a hit, in the same sentence."""
    first, last = sentence(ends, core.start, core.end)
    near = [
        [
            hit
            for hit in group
            if first <= hit.start < last
            and hit.start - core.end <= _TOGETHER
            and core.start - hit.end <= _TOGETHER
        ]
        for group in others
    ]
    return all(near)


def example_problems(file: str, rules: Sequence[Rule], gate: Gate) -> Iterator[ContentProblem]:
    """The examples of these rules that do not do as they say."""
    for number, rule in enumerate(rules):
        for kind, expected in (("fires", True), ("passes", False)):
            for text in getattr(rule.examples, kind, ()):
                if (rule.id in gate.check_text(text, (*rule.places, Place.NOTE)[0]).rules) is not expected:
                    what = f"`{text[:60]}` {'does not set off' if expected else 'sets off'} {rule.id}"
                    yield ContentProblem(
                        file, f"rules.{number}.examples.{kind}", what, "Mend the words or the example"
                    )


def _verdict(findings: Iterable[Finding]) -> Verdict:
    """Each rule once, at its strictest, the strictest rules first."""
    by_rule: dict[str, Finding] = {}
    for finding in findings:
        known = by_rule.get(finding.rule)
        if known is None or finding.level.weight > known.level.weight:
            by_rule[finding.rule] = finding
    return Verdict(tuple(sorted(by_rule.values(), key=lambda one: (-one.level.weight, one.rule))))


def _level(rule: Rule, text: str, ends: Sequence[int], hit: _Hit) -> Level:
    """What follows from one hit: nothing when it is lifted, a warning when it tells of competitors."""
    if rule.lifted is Lifted.NEVER:
        return rule.level
    if rule.lifted is Lifted.DENIED:
        return Level.NONE if is_denied(text, ends, hit.start, hit.end) else rule.level
    if is_lifted(text, ends, hit.start, hit.end):
        return Level.NONE
    if rule.level is Level.BLOCK and rule.topic in _GIVING and is_of_rivals(text, ends, hit.start, hit.end):
        return Level.WARN
    return rule.level


def _holds(condition: Condition, value: object) -> bool:
    if value is None:
        return False
    if condition.over is not None:
        return isinstance(value, int | float) and value > condition.over
    return value == condition.is_


def _matches(patterns: Iterable[re.Pattern[str]], folded: Folded) -> Iterator[_Hit]:
    for pattern in patterns:
        for found in pattern.finditer(folded.compact):
            if found.end() > found.start():
                yield _Hit(folded.place[found.start()], folded.place[found.end() - 1] + 1)


def _in_list(name: str) -> str:
    return f"list {name}"


def _settling(rule: str) -> str:
    return f"settled {rule}"


def _excepted(rule: str) -> str:
    return f"except {rule}"


class _Index:
    """All words of all rules, found in one pass over the text."""

    def __init__(self) -> None:
        self._hanzi: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._words: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._exact: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._sounds: dict[str, list[tuple[tuple[str, ...], str, bool]]] = defaultdict(list)

    def add(self, group: str, terms: Terms, *, exactly: bool = False) -> None:
        """Know these terms; `exactly`: English words with these endings only."""
        for term in (*terms.zh, *terms.en):
            folded = fold(term)
            if not _is_english(folded.compact):
                self._hanzi[folded.compact[:2]].append((folded.compact, group))
            elif exactly:
                texts = tuple(word.text for word in folded.words)
                self._exact[texts[0]].append((texts, group))
            else:
                stems = tuple(word.stem for word in folded.words)
                self._words[stems[0]].append((stems, group))
                if len(stems) > 1:
                    glued = stem("".join(word.text for word in folded.words))
                    self._words[glued].append(((glued,), group))

    def add_sounds(self, group: str, spoken: Iterable[str], *, in_hanzi: bool) -> None:
        """Know these words in pinyin; `in_hanzi`: also where all of it is written in characters."""
        for sound in spoken:
            syllables = tuple(sound.split())
            self._sounds[syllables[0]].append((syllables, group, in_hanzi))
            joined = stem("".join(syllables))
            self._words[joined].append(((joined,), group))

    def hits(self, folded: Folded) -> _Hits:
        found: dict[str, list[_Hit]] = defaultdict(list)
        for group, hit in (*self._in_hanzi(folded), *self._in_words(folded), *self._in_sounds(folded)):
            found[group].append(hit)
        return found

    def _in_hanzi(self, folded: Folded) -> Iterator[tuple[str, _Hit]]:
        compact, known = folded.compact, self._hanzi
        for at in range(len(compact)):
            for start in (compact[at : at + 2], compact[at]):  # most terms are longer than one character
                for term, group in known.get(start, ()):
                    if compact.startswith(term, at):
                        yield group, _Hit(folded.place[at], folded.place[at + len(term) - 1] + 1)

    def _in_words(self, folded: Folded) -> Iterator[tuple[str, _Hit]]:
        words = folded.words
        for word in (*words, *folded.joined):
            for stems, group in self._words.get(word.stem, ()):
                rest = words[word.following : word.following + len(stems) - 1]
                if tuple(one.stem for one in rest) == stems[1:]:
                    yield group, _Hit(word.start, rest[-1].end if rest else word.end)
        for word in words:
            for texts, group in self._exact.get(word.text, ()):
                rest = words[word.following : word.following + len(texts) - 1]
                if tuple(one.text for one in rest) == texts[1:]:
                    yield group, _Hit(word.start, rest[-1].end if rest else word.end)

    def _in_sounds(self, folded: Folded) -> Iterator[tuple[str, _Hit]]:
        pieces = sounds(folded)
        for number, (sound, start, _) in enumerate(pieces):
            for syllables, group, in_hanzi in self._sounds.get(sound, ()):
                run = pieces[number : number + len(syllables)]
                if tuple(piece[0] for piece in run) == syllables and (
                    in_hanzi or any(folded.text[piece[1]].isascii() for piece in run)
                ):
                    yield group, _Hit(start, run[-1][2])


def _is_english(term: str) -> bool:
    return term.isascii() and any(sign.isalpha() for sign in term)
