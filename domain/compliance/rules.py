"""Compliance rules as data, one file for each market and one for all.

Every rule says what it is about, why it exists and what to do instead, in both languages, with its source,
and brings sentences that set it off and sentences that must not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from domain.compliance.facts import EventFacts, PersonFacts, VisitFacts
from domain.content.dated import Text
from domain.content.reading import Content, ContentProblem, MistakeError


class Level(StrEnum):
    """What follows from a rule, from nothing to a refusal.

    INFORM tells something, WARN asks to think again, HOLD keeps a text waiting until the safety report is
    acknowledged, BLOCK refuses.
    """

    NONE = "none"
    INFORM = "inform"
    WARN = "warn"
    HOLD = "hold"
    BLOCK = "block"

    @property
    def weight(self) -> int:
        """Higher is stricter."""
        return _ORDER.index(self)


_ORDER = tuple(Level)


class Place(StrEnum):
    """Where a text is going."""

    NOTE = "note"
    PLAN = "plan"
    EVENT = "event"
    REASON = "reason"  # why a manager or a rep decides something
    FACT = "fact"  # the customer's file
    IMPORT = "import"
    FILENAME = "filename"
    ADVICE = "advice"  # what the bot itself says


class Topic(StrEnum):
    """What rules are sorted by."""

    BRIBERY = "bribery"
    HOSPITALITY = "hospitality"
    VISITS = "visits"
    DATA = "data"
    SCIENCE = "science"
    SAFETY = "safety"
    ROLE = "role"


class Status(StrEnum):
    """What a source is worth."""

    IN_FORCE = "in_force"
    GUIDELINE = "guideline"
    CODE = "code"
    DRAFT = "draft"
    OWN = "own"


class Lifted(StrEnum):
    """By what a sentence is lifted out of a rule."""

    REFUSED = "refused"  # by a denial, and by a refusal or report that is ours, or talk about the rule
    DENIED = "denied"  # only by a denial that governs the word
    NEVER = "never"


class Both(Content):
    """The same in both languages."""

    zh: Text
    en: Text

    def of(self, locale: str) -> str:
        return self.zh if locale == "zh" else self.en


class Source(Content):
    """Where a rule comes from; `on` is the day from which it holds, or of the draft."""

    title: Both
    on: date
    status: Status
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=300)] | None = None


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        what = f"`{pattern}` is not a regular expression ({error})"
        raise MistakeError(what, "Correct it, or write words") from None
    return pattern


Pattern = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_compiles)]
Pinyin = Annotated[str, Field(pattern=r"^[a-z]+( [a-z]+)+$", max_length=60)]
Term = Annotated[str, Field(min_length=1, max_length=60)]
Sentences = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], Field(min_length=1)]
RuleId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$", max_length=24)]


class Terms(Content):
    """Words and phrases. Spelling tricks and English endings are seen through, so each is written once."""

    zh: tuple[Term, ...] = ()
    en: tuple[Term, ...] = ()


class Examples(Content):
    """Sentences that set a rule off, and sentences that must not."""

    fires: Sentences
    passes: Sentences


_SUBJECTS = {kind.subject: kind for kind in (EventFacts, VisitFacts, PersonFacts)}


class Condition(Content):
    """One thing about an event, a visit or a person: a value that `is`, or a number `over` another."""

    of: Literal["event", "visit", "person"]
    field: str
    is_: str | bool | None = Field(default=None, alias="is")
    over: float | None = None
    level: Level | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        known = [one.name for one in fields(_SUBJECTS[self.of])]
        if self.field not in known:
            raise MistakeError(
                f"`{self.field}` is nothing that is known of a {self.of}", f"Known are {', '.join(known)}"
            )
        if (self.is_ is None) == (self.over is None):
            raise MistakeError("a condition needs `is` or `over`, one of them", "Write one of the two")
        return self


class Rule(Content):
    """One rule of one market.

    `words` set it off wherever they stand. `together` are sets of named lists of which each must be met in
    one sentence; the first of a set stands for the place. `homophones` are words in pinyin that are met in
    whatever characters, `pinyin` those that are met only where some of them is typed in letters. `patterns`
    are regular expressions over the folded text without blanks.

    `except` are harmless longer words and `except_patterns` harmless stretches, in which nothing of that
    counts; `settled_by` are words in the same or the next sentence that settle the matter. `when` are
    conditions on facts. A rule that nothing sets off is only shown.
    """

    id: RuleId
    topic: Topic
    level: Level
    wording: Both
    why: Both
    instead: Both
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    places: tuple[Place, ...] = ()
    words: Terms = Terms()
    together: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] = ()
    homophones: tuple[Pinyin, ...] = ()
    pinyin: tuple[Pinyin, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    except_: Terms = Field(default=Terms(), alias="except")
    except_patterns: tuple[Pattern, ...] = ()
    settled_by: Terms = Terms()
    lifted: Lifted = Lifted.REFUSED
    when: tuple[Condition, ...] = ()
    examples: Examples | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.level is Level.NONE:
            raise MistakeError("a rule of level none does nothing", "Leave it out, or write inform")
        if self.reads_text and self.examples is None:
            raise MistakeError(
                f"{self.id} has no examples", "Add `examples` with sentences that fire and that pass"
            )
        return self

    @property
    def reads_text(self) -> bool:
        """Whether a text can set it off."""
        return bool(
            self.words.zh or self.words.en or self.together or self.homophones or self.pinyin or self.patterns
        )


class Tightening(Content):
    """What a market or a company makes stricter: a higher level, more words, conditions and sources."""

    id: RuleId
    level: Level | None = None
    words: Terms = Terms()
    patterns: tuple[Pattern, ...] = ()
    when: tuple[Condition, ...] = ()
    sources: tuple[Source, ...] = ()


class RuleFile(Content):
    """The rules of one market, of a company, or those that hold everywhere, and the lists that they name.

    `tighten` makes rules of the files before it stricter. Nothing can loosen one.
    """

    version: date
    note: Text
    lists: Mapping[str, Terms] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    tighten: tuple[Tightening, ...] = ()


def merged(
    files: Mapping[str, RuleFile],
) -> tuple[tuple[Rule, ...], Mapping[str, Terms], tuple[ContentProblem, ...]]:
    """The rules and lists of files by name, each laid over those before it, and what is wrong with them."""
    rules: dict[str, Rule] = {}
    lists: dict[str, Terms] = {}
    problems: list[ContentProblem] = []
    for name, file in files.items():
        problems += _lay(name, file, rules, lists)
    return tuple(rules.values()), lists, tuple(problems)


def _lay(
    name: str, file: RuleFile, rules: dict[str, Rule], lists: dict[str, Terms]
) -> Iterator[ContentProblem]:
    """Lay one file over the rules and lists so far."""
    for key, terms in file.lists.items():
        if lists.setdefault(key, terms) is not terms:
            yield ContentProblem(
                name, f"lists.{key}", "a list of this name is known", "Give yours another name"
            )
    for number, tightening in enumerate(file.tighten):
        place, known = f"tighten.{number}", rules.get(tightening.id)
        if known is None:
            yield ContentProblem(name, place, f"there is no rule {tightening.id}", "Correct the id")
        elif tightening.level is not None and tightening.level.weight < known.level.weight:
            what = f"`{tightening.level}` is looser than `{known.level}`"
            yield ContentProblem(name, place, what, "Rules can only be made stricter: leave `level` out")
        else:
            rules[known.id] = _tightened(known, tightening)
    for number, rule in enumerate(file.rules):
        place = f"rules.{number}"
        if rules.setdefault(rule.id, rule) is not rule:
            yield ContentProblem(name, place, f"there is a rule {rule.id}", "Use another id, or `tighten`")
        for missing in sorted({key for group in rule.together for key in group} - lists.keys()):
            known_lists = ", ".join(sorted(lists))
            yield ContentProblem(name, place, f"there is no list `{missing}`", f"Known are {known_lists}")


def _tightened(rule: Rule, by: Tightening) -> Rule:
    return rule.model_copy(
        update={
            "level": by.level or rule.level,
            "words": Terms(zh=rule.words.zh + by.words.zh, en=rule.words.en + by.words.en),
            "patterns": rule.patterns + by.patterns,
            "when": rule.when + by.when,
            "sources": by.sources + rule.sources,
        }
    )


class Saying(Content):
    """Old wording, and what to say instead; `rule` says why."""

    old: Both
    instead: Both
    rule: RuleId


class SayingsFile(Content):
    """The table "old wording: say instead"."""

    version: date
    note: Text
    sayings: Annotated[tuple[Saying, ...], Field(min_length=1)]
