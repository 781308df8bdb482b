"""Facts to be known by heart, each one question with one right answer."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.coaching.scenario import Audience, Key, Skill
from domain.content.reading import Content, ContentProblem, MistakeError

Explanation = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\n]*(\n[^\n]*){0,2}$")]
Answer = Annotated[str, Field(min_length=1, max_length=100)]


class Fact(Content):
    """A question in one language, as long as a quiz poll may be. `right` counts the options from 0."""

    skill: Skill
    audience: Audience = Audience.BOTH
    version: Annotated[int, Field(ge=1)]
    question: Annotated[str, Field(min_length=1, max_length=300)]
    options: Annotated[tuple[Answer, ...], Field(min_length=3, max_length=4)]
    right: Annotated[int, Field(ge=0)]
    explanation: Explanation
    source: Annotated[str, Field(min_length=1, max_length=120)]

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        if self.right >= len(self.options):
            raise MistakeError(f"there is no option {self.right}", "Count the options from 0")
        if len(set(self.options)) < len(self.options):
            raise MistakeError("two options are the same", "Let each option say something else")
        return self

    def order_for(self, seed: str) -> tuple[int, ...]:
        """The options in an order that this seed always gives."""
        order = list(range(len(self.options)))
        Random(seed).shuffle(order)  # noqa: S311 - nothing secret hangs on it
        return tuple(order)


class FactFile(Content):
    """The facts of one language, by their ids."""

    facts: Mapping[Key, Fact]


def uneven_facts(files: Mapping[str, FactFile]) -> Iterator[ContentProblem]:
    """Facts that are not the same in every language but for their words."""
    first, *others = sorted(files) or [""]
    for locale in others:
        here, there = files[locale].facts, files[first].facts
        file = f"facts/{locale}.yaml"
        for key in [*here, *(key for key in there if key not in here)]:
            where = f"facts/{first}.yaml"
            if key not in here or key not in there:
                missing = file if key not in here else where
                yield ContentProblem(
                    missing, f"facts.{key}", "the fact is missing", "Add it, or remove it everywhere"
                )
            elif _structure(here[key]) != _structure(there[key]):
                what = f"skill, audience, version, right or the number of options differ from {where}"
                yield ContentProblem(file, f"facts.{key}", what, "Bring both languages to the same values")


def _structure(fact: Fact) -> Sequence[object]:
    return fact.skill, fact.audience, fact.version, fact.right, len(fact.options)
