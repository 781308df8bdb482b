"""Buttons answered by `bot.handlers.profile`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.callbacks import Callback, button
from domain.customers.profile import Basis, FactKind, FileField, RelationKind
from domain.visits.model import Channel


class Section(StrEnum):
    """A part of a customer's file."""

    ALL = "a"
    BASICS = "b"
    TIMES = "t"
    CHANNELS = "c"
    NEEDS = "n"
    SWOT = "s"
    RELATIONS = "r"
    VISITS = "v"
    HISTORY = "h"


@button("pf1")
@dataclass(frozen=True, slots=True)
class ShowFile(Callback):
    """A customer's file, or a section of it."""

    customer: int
    section: Section = Section.ALL
    page: int = 0


@button("pfa1")
@dataclass(frozen=True, slots=True)
class AskFile(Callback):
    """What a field of the file shall be."""

    customer: int
    field: FileField
    page: int = 0


@button("pfb1")
@dataclass(frozen=True, slots=True)
class SetFile(Callback):
    """Write a field of the file; what `key` stands for depends on the field."""

    customer: int
    field: FileField
    key: str


@button("pfc1")
@dataclass(frozen=True, slots=True)
class AskConsent(Callback):
    """What a customer has said to a channel, today or (`on`) on another day."""

    customer: int
    channel: Channel
    on: date | None = None


@button("pfd1")
@dataclass(frozen=True, slots=True)
class SetConsent(Callback):
    """The customer agrees to a channel, or does not any more."""

    customer: int
    channel: Channel
    basis: Basis
    given: bool
    on: date | None = None


@button("pfe1")
@dataclass(frozen=True, slots=True)
class ShowFacts(Callback):
    """The facts of one kind; another may be written."""

    customer: int
    kind: FactKind


@button("pfg1")
@dataclass(frozen=True, slots=True)
class EndFact(Callback):
    """A fact is no longer so; a promise is kept."""

    customer: int
    fact: int


@button("pfh1")
@dataclass(frozen=True, slots=True)
class EndStep(Callback):
    """What was promised at a visit is done."""

    customer: int
    visit: int


@button("pfi1")
@dataclass(frozen=True, slots=True)
class AskRelation(Callback):
    """Between whom a relation is; a name is an answer, too."""

    customer: int


@button("pfj1")
@dataclass(frozen=True, slots=True)
class ChooseRelation(Callback):
    """What the other is to the customer."""

    customer: int
    other: int


@button("pfk1")
@dataclass(frozen=True, slots=True)
class SetRelation(Callback):
    """Keep a relation."""

    customer: int
    other: int
    kind: RelationKind


@button("pfl1")
@dataclass(frozen=True, slots=True)
class EndRelation(Callback):
    """Take a relation out."""

    customer: int
    relation: int


@button("pfu1")
@dataclass(frozen=True, slots=True)
class UndoEdit(Callback):
    """Take an edit of a file back."""

    change: int
