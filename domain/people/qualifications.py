"""What a representative must keep renewed, and what is lost when it runs out.

Which of it matters is a matter of the market: the compliance rules say what follows from a date that has
passed. A date that nobody has told locks nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.compliance.facts import PersonFacts, Standing, standing
from domain.compliance.gate import Gate
from domain.compliance.rules import Level
from domain.content.dated import Dated
from domain.content.reading import MistakeError


class QualificationKind(StrEnum):
    """What is renewed. Each is a field of `PersonFacts`."""

    FILING = "filing"
    TRAINING = "training"


class QualificationParams(Dated):
    """How many days before a filing or training ends it is spoken of, the longest first."""

    remind: Annotated[tuple[Annotated[int, Field(ge=1, le=180)], ...], Field(min_length=1, max_length=4)]

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if list(self.remind) != sorted(set(self.remind), reverse=True):
            raise MistakeError("the days of `remind` do not fall", "Write the longest first, each once")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """Until when something is valid, its last day included; None: nobody has told."""

    kind: QualificationKind
    valid_until: date | None
    standing: Standing
    rule: str  # the rule that asks for it


Dates = Mapping[QualificationKind, date | None]


def facts(until: Dates, today: date) -> PersonFacts:
    """What the rules are asked about a person on `today`."""
    return PersonFacts(
        filing=standing(until.get(QualificationKind.FILING), today),
        training=standing(until.get(QualificationKind.TRAINING), today),
    )


def qualifications(gate: Gate, until: Dates, today: date) -> tuple[Qualification, ...]:
    """How a person stands in everything that the rules of the market ask for."""
    found = []
    for kind in QualificationKind:
        findings = gate.check(_only(kind, Standing.EXPIRED)).findings
        if findings:
            end = until.get(kind)
            found.append(
                Qualification(
                    kind=kind, valid_until=end, standing=standing(end, today), rule=findings[0].rule
                )
            )
    return tuple(found)


def lapsed(gate: Gate, known: Iterable[Qualification]) -> tuple[Qualification, ...]:
    """Those that take the promotion functions away, because a rule refuses how they stand."""
    return tuple(one for one in known if gate.check(_only(one.kind, one.standing)).level is Level.BLOCK)


def reminder(valid_until: date, today: date, params: QualificationParams) -> date | None:
    """The day on which the reminder that holds on `today` was due; None before the first, and afterwards.

    Whoever was not reminded on that very day is reminded later, until the next reminder takes its place.
    """
    days = [valid_until - timedelta(days=number) for number in params.remind]
    return max((day for day in days if day <= today <= valid_until), default=None)


def _only(kind: QualificationKind, value: Standing) -> PersonFacts:
    if kind is QualificationKind.FILING:
        return PersonFacts(filing=value)
    return PersonFacts(training=value)
