"""A scenario as its author writes it: a situation, questions with graded answers, and how it may end.

Answers are graded 0 to 3. What a rule forbids is worth nothing whatever else speaks for it; the rest is
graded by the logic of the tiers. Questions lead on without circles, so that every way comes to an end.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Self
from unicodedata import east_asian_width

from pydantic import AfterValidator, Field, model_validator

from domain.compliance.rules import RuleId
from domain.content.reading import Content, Mistake, MistakeError, MistakesError, Place, marked
from domain.tiering.model import Cell

BEST = 3
"""The grade of the best answer to a question."""
SHORTEST = 2
"""The least number of questions on any way."""
DAILY = 3
"""The most questions of a daily one."""
_TITLE_WIDTH = 60


class Skill(StrEnum):
    """The four areas in which people are trained."""

    PRODUCT = "product"
    SELLING = "selling"
    ANALYSIS = "analysis"
    COMPLIANCE = "compliance"


class Audience(StrEnum):
    """Whom a scenario is for."""

    REP = "rep"
    MANAGER = "manager"
    BOTH = "both"


class Trigger(StrEnum):
    """What in a person's week makes a scenario timely: a reason for a no, an outcome, a barrier, a slip."""

    SEEN_ELSEWHERE = "seen_elsewhere"
    UNAVAILABLE = "unavailable"
    NEVER_SEES = "never_sees"
    WRONG_TARGET = "wrong_target"
    PRODUCT_ISSUE = "product_issue"
    NOT_TODAY = "not_today"
    REFUSED = "refused"
    ABSENT = "absent"
    PRICE = "price"
    LISTING = "listing"
    EVIDENCE = "evidence"
    SAFETY = "safety"
    HABIT = "habit"
    TIME = "time"
    SLIPPED = "slipped"
    SLIPPED_A1 = "slipped_A1"
    SLIPPED_A2 = "slipped_A2"
    SLIPPED_B1 = "slipped_B1"
    SLIPPED_B2 = "slipped_B2"


class NodeKind(StrEnum):
    """How a question is answered: with one of its options, or with customers from the own list."""

    CHOICE = "choice"
    CUSTOMERS = "customers"


def _one_line(text: str) -> str:
    if "\n" in text or text != text.strip():
        what = marked("the text has a line break or blanks at its ends")
        raise MistakeError(what, marked("Write it on one line without outer blanks"))
    return text


def _fits_a_title(text: str) -> str:
    width = sum(1.5 if east_asian_width(sign) in "WF" else 1 for sign in text)
    if width > _TITLE_WIDTH:
        what = marked("the title is longer than 60 letters or 40 Chinese characters")
        raise MistakeError(what, marked("Shorten it to what it is about"))
    return text


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Grade = Annotated[int, Field(ge=0, le=BEST)]
Title = Annotated[str, Field(min_length=1), AfterValidator(_one_line), AfterValidator(_fits_a_title)]
Situation = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_one_line)]
Why = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_one_line)]
Question = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Line = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_one_line)]


class ScenarioSource(Content):
    """What a scenario rests on, and from when that is."""

    title: Annotated[str, Field(min_length=1, max_length=160), AfterValidator(_one_line)]
    on: date


class Option(Content):
    """One answer to a question. `rule` forbids it; `old`: it is how people thought in earlier years."""

    text: Line
    grade: Grade
    why: Why
    next: Key
    rule: RuleId | None = None
    old: bool = False


class Nobody(Content):
    """The answer that none of the customers is right."""

    grade: Grade
    why: Why


class Node(Content):
    """One question.

    A choice has `options`. A question for customers draws candidates from the own list: `pick` of them are
    to be chosen, each worth the grade of its cell in `cells`, for the reason in `why`. With `nobody` they may
    all be turned down; `rule` then forbids to choose anybody, and `old` are the cells of earlier thinking.
    """

    kind: NodeKind = NodeKind.CHOICE
    ask: Question
    skill: Skill | None = None
    options: Mapping[Key, Option] = Field(default_factory=dict, max_length=4)
    pick: Annotated[int, Field(ge=1, le=5)] | None = None
    cells: Mapping[Cell, Grade] = Field(default_factory=dict)
    why: Mapping[Cell, Why] = Field(default_factory=dict)
    next: Key | None = None
    nobody: Nobody | None = None
    rule: RuleId | None = None
    old: tuple[Cell, ...] = ()

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The questions or ends that may follow."""
        if self.kind is NodeKind.CUSTOMERS:
            return (self.next or "",)
        return tuple(option.next for option in self.options.values())


class End(Content):
    """How a scenario may end: the closing words, one thing to do, and whom a visit would be right for."""

    text: Situation
    todo: Question
    pin: tuple[Cell, ...] = ()


class Scenario(Content):
    """One scenario in one language. `version` rises with every change of what is asked or graded."""

    id: Key
    version: Annotated[int, Field(ge=1)]
    audience: Audience
    daily: bool = False
    skills: Annotated[tuple[Skill, ...], Field(min_length=1)]
    cells: tuple[Cell, ...] = ()
    rules: tuple[RuleId, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    sources: Annotated[tuple[ScenarioSource, ...], Field(min_length=1)]
    title: Title
    situation: Situation
    start: Key
    nodes: Annotated[Mapping[Key, Node], Field(min_length=1, max_length=20)]
    ends: Annotated[Mapping[Key, End], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        mistakes = [*_mistakes_of_nodes(self)]
        mistakes += _lost(self) if mistakes else _mistakes_of_ways(self)
        if mistakes:
            raise MistakesError(mistakes)
        return self

    @property
    def named_rules(self) -> frozenset[str]:
        """Every rule that it names anywhere."""
        nodes = self.nodes.values()
        named = [node.rule for node in nodes]
        named += [option.rule for node in nodes for option in node.options.values()]
        return frozenset(rule for rule in (*self.rules, *named) if rule is not None)

    def skills_of(self, node: str) -> tuple[Skill, ...]:
        """What a question trains: its own skill, or those of the scenario."""
        own = self.nodes[node].skill
        return self.skills if own is None else (own,)

    def structure(self) -> Mapping[str, object]:
        """Everything but the words, by place; equal in every language, the order of answers too."""
        return dict(_structure(self.model_dump(mode="json")))


_WORDS = frozenset({"title", "situation", "ask", "text", "why", "todo"})


def _structure(value: Any, place: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield f"{place} (order)" if place else "(order)", list(value)
        for key, inner in value.items():
            here = f"{place}.{key}" if place else key
            if isinstance(inner, str) and (key in _WORDS or place.endswith(".why")):
                continue
            yield from _structure(inner, here)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        yield place, len(value)
        for number, inner in enumerate(value):
            yield from _structure(inner, f"{place}.{number}")
    else:
        yield place, value


def _mistakes_of_nodes(scenario: Scenario) -> Iterator[Mistake]:
    for name, node in scenario.nodes.items():
        checked = _of_customers if node.kind is NodeKind.CUSTOMERS else _of_choice
        for mistake in checked(node):
            yield Mistake(("nodes", name, *mistake.place), mistake.what, mistake.how)


def _of_choice(node: Node) -> Iterator[Mistake]:
    for key in ("pick", "cells", "why", "next", "nobody", "rule", "old"):
        if getattr(node, key):
            what = marked("`%(key)s` belongs to questions of the kind customers", key=key)
            yield Mistake((key,), what, marked("Remove it, or write `kind: customers`"))
    if len(node.options) < 2:
        yield Mistake(("options",), marked("a choice has 2 to 4 options"), marked("Add some"))
        return
    for name, option in node.options.items():
        place = ("options", name, "grade")
        if option.rule is not None and option.grade > 0:
            yield Mistake(place, marked("what a rule forbids is worth nothing"), marked("Write `grade: 0`"))
        elif option.old and option.grade > 1:
            how = marked("Correct the grade, or remove `old`")
            yield Mistake(place, marked("old thinking is worth 0 or 1"), how)
    if all(option.grade < BEST for option in node.options.values()):
        yield Mistake(("options",), marked("no answer has the grade 3"), marked("Grade the best one 3"))


def _of_customers(node: Node) -> Iterator[Mistake]:
    yield from _of_turning_down(node)
    if node.options:
        what = marked("`options` belong to questions of the kind choice")
        yield Mistake(("options",), what, marked("Remove them, or `kind: customers`"))
    for key, known in (("pick", node.pick), ("next", node.next)):
        if known is None:
            what, how = marked("`%(key)s` is missing", key=key), marked("Add a line `%(key)s: …`", key=key)
            yield Mistake((key,), what, how)
    for key in ("cells", "why"):
        missing = ", ".join(cell.value for cell in Cell if cell not in getattr(node, key))
        if missing:
            what = marked("there is nothing for %(cells)s", cells=missing)
            yield Mistake((key,), what, marked("Give each of the nine cells a grade and a reason"))
    if BEST not in (*node.cells.values(), node.nobody.grade if node.nobody else 0):
        yield Mistake(("cells",), marked("no answer has the grade 3"), marked("Grade the best one 3"))


def _of_turning_down(node: Node) -> Iterator[Mistake]:
    if node.nobody is None:
        for key in ("rule", "old"):
            if getattr(node, key):
                what = marked("`%(key)s` needs `nobody`", key=key)
                yield Mistake((key,), what, marked("Add `nobody`, or remove the line"))
    elif node.rule is not None and any(node.cells.values()):
        how = marked("Grade all nine cells 0")
        yield Mistake(("cells",), marked("what a rule forbids is worth nothing"), how)


def _mistakes_of_ways(scenario: Scenario) -> Iterator[Mistake]:
    """What is wrong with how questions follow one another."""
    for twice in sorted(scenario.nodes.keys() & scenario.ends.keys()):
        what = marked("`%(name)s` is the name of a question, too", name=twice)
        yield Mistake(("ends", twice), what, marked("Give one of the two another name"))
    lost = [*_lost(scenario)]
    yield from lost
    if lost:
        return
    circle = _circle(scenario)
    if circle is not None:
        what = marked("this question comes back to itself")
        yield Mistake(("nodes", circle), what, marked("Let every way come to an end"))
        return
    reached = _reached(scenario)
    for kind in ("nodes", "ends"):
        for name in getattr(scenario, kind):
            if name not in reached:
                how = marked("Lead to it, or remove it")
                yield Mistake((kind, name), marked("nothing leads to `%(name)s`", name=name), how)
    shortest, longest = ways_from(scenario, scenario.start)
    if shortest < SHORTEST:
        how = marked("Ask at least two on every way")
        yield Mistake(("nodes", scenario.start), marked("a way ends after one question"), how)
    if scenario.daily and longest > DAILY:
        what = marked(
            "a daily one asks at most %(most)s questions, this asks %(count)s", most=DAILY, count=longest
        )
        yield Mistake(("daily",), what, marked("Shorten the longest way, or remove `daily`"))


def _lost(scenario: Scenario) -> Iterator[Mistake]:
    """What leads to nowhere."""
    leads: list[tuple[Place, str, set[str]]] = [(("start",), scenario.start, {*scenario.nodes})]
    everything = {*scenario.nodes, *scenario.ends}
    for name, node in scenario.nodes.items():
        if node.next is not None:
            leads.append((("nodes", name, "next"), node.next, everything))
        for key, option in node.options.items():
            leads.append((("nodes", name, "options", key, "next"), option.next, everything))
    for place, name, known in leads:
        if name not in known:
            how = marked("Write one of: %(names)s", names=", ".join(sorted(known)))
            yield Mistake(place, marked("there is no `%(name)s` to lead to", name=name), how)


def _reached(scenario: Scenario) -> set[str]:
    reached: set[str] = set()
    waiting = [scenario.start]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            if name in scenario.nodes:
                waiting += scenario.nodes[name].leads_to
    return reached


def _circle(scenario: Scenario) -> str | None:
    """A question that can follow itself, None when every way comes to an end."""
    ending = set(scenario.ends)
    while found := {
        name
        for name, node in scenario.nodes.items()
        if name not in ending and ending.issuperset(node.leads_to)
    }:
        ending |= found
    return next((name for name in scenario.nodes if name not in ending), None)


def ways_from(scenario: Scenario, name: str) -> tuple[int, int]:
    """How many questions the shortest and the longest way ask from here on, an open question included."""

    @cache
    def walk(name: str) -> tuple[int, int]:
        if name in scenario.ends:
            return 0, 0
        following = [walk(one) for one in scenario.nodes[name].leads_to]
        return 1 + min(short for short, _ in following), 1 + max(long for _, long in following)

    return walk(name)
