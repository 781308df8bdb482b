"""What a customer's file holds beside figures: fields that people edit, consents, facts, relations.

Private life has no field here, and nothing in a file changes a tier or is a reason to give anybody
anything: it says where, when, how and about what to talk.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.ids import BatchId, ChangeId, CustomerId, FactId, RelationId, UserId
from domain.visits.log import LoggedVisit
from domain.visits.model import Channel
from domain.visits.states import VisitState

MOST_FACTS = 3  # in each list of strengths, weaknesses, opportunities and threats
MOST_NEEDS = 5  # pieces of evidence asked for, and promises, that are open
MOST_RELATIONS = 3


class FileField(StrEnum):
    """What can be edited in a customer's file, each edit by itself."""

    NAME = "name"
    INSTITUTION = "institution"
    DEPARTMENT = "department"
    TITLE = "title"
    SPECIALTY = "specialty"
    KOL = "is_kol"
    NO_SEE = "is_no_see"
    STATUS = "status"
    NOTE = "note"
    BEST_TIMES = "best_times"
    BY_APPOINTMENT = "by_appointment"
    RECEPTION = "reception"  # of the customer's hospital
    CONSENT = "consent"
    FACT = "fact"
    RELATION = "relation"
    STEP = "step"  # whether what was promised at a visit is done


class Basis(StrEnum):
    """How a customer gave a consent, or took it back."""

    SAID = "said"
    WRITTEN = "written"
    COMPANY = "company"  # a form or a preference centre of the company


IN_PERSON = frozenset({Channel.FACE_TO_FACE, Channel.GROUP, Channel.DROP_BY})
"""Meeting people where they work needs no consent; a customer can still decline it."""

CONSENTED = (Channel.PHONE, Channel.EMAIL, Channel.MESSENGER, Channel.ONLINE)
"""Remote contact is for those who have agreed to it (R-PI-2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a customer has said to a channel. `given_on` None: they have only ever declined."""

    channel: Channel
    basis: Basis
    given_on: date | None = None
    withdrawn_on: date | None = None

    def declined(self, on: date) -> bool:
        """Whether on a day the customer did not want it any more."""
        return self.withdrawn_on is not None and self.withdrawn_on <= on

    def holds(self, on: date) -> bool:
        """Whether on a day it was given and not taken back."""
        return self.given_on is not None and self.given_on <= on and not self.declined(on)


def permits(channel: Channel, consents: Mapping[Channel, Consent], on: date) -> bool:
    """Whether a customer may be contacted in a channel on a day.

    What was said of visits holds for every meeting in person.
    """
    if channel in IN_PERSON:
        visits = consents.get(Channel.FACE_TO_FACE)
        return visits is None or not visits.declined(on)
    consent = consents.get(channel)
    return consent is not None and consent.holds(on)


def permitted(consents: Mapping[Channel, Consent], on: date) -> frozenset[Channel]:
    """The channels in which a customer may be contacted on a day."""
    return frozenset(channel for channel in Channel if permits(channel, consents, on))


class FactKind(StrEnum):
    """What a fact is about: the four lists of a SWOT, what was asked for, what was promised.

    Strengths and weaknesses are ours with this customer, opportunities and threats come from outside.
    """

    STRENGTH = "strength"
    WEAKNESS = "weakness"
    OPPORTUNITY = "opportunity"
    THREAT = "threat"
    EVIDENCE = "evidence"
    PROMISE = "promise"

    @property
    def most(self) -> int:
        """How many there may be at a time."""
        return MOST_FACTS if self in SWOT else MOST_NEEDS


SWOT = (FactKind.STRENGTH, FactKind.WEAKNESS, FactKind.OPPORTUNITY, FactKind.THREAT)
NEEDS = (FactKind.EVIDENCE, FactKind.PROMISE)

Pair = tuple[FactKind, FactKind]

PAIRS: Sequence[Pair] = (
    (FactKind.STRENGTH, FactKind.OPPORTUNITY),
    (FactKind.WEAKNESS, FactKind.OPPORTUNITY),
    (FactKind.STRENGTH, FactKind.THREAT),
    (FactKind.WEAKNESS, FactKind.THREAT),
)
"""From inside and outside together comes what to do; strength and opportunity first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact in a sentence, true since or said `on` a day; a promise may be `due` on another."""

    id: FactId
    kind: FactKind
    text: str
    on: date
    due: date | None = None


def pairs(kinds: Collection[FactKind]) -> tuple[Pair, ...]:
    """The pairs of which both lists have something."""
    return tuple(pair for pair in PAIRS if pair[0] in kinds and pair[1] in kinds)


class RelationKind(StrEnum):
    """What another customer is to the customer."""

    LISTENS_TO = "listens_to"  # whose judgement they follow
    SAME_TEAM = "same_team"
    SUPERIOR = "superior"
    REFERS_TO = "refers_to"  # to whom they refer patients


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What `other` is to the customer, or (`is_told_there`) the customer to the other."""

    id: RelationId
    kind: RelationKind
    other: CustomerId
    name: str
    is_told_there: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One edit of a customer's file: columns of a row before and after, as JSON can hold them.

    `before` None: the row is new; `after` None: it is gone. What an import changed has a `batch`, no `id`,
    and perhaps no author; `taken_back_by` is who has undone an edit.
    """

    id: ChangeId | None
    customer_id: CustomerId
    field: FileField
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    at: datetime
    author_id: UserId | None
    author: str
    batch: BatchId | None = None
    taken_back_by: str | None = None


def open_steps(visits: Iterable[LoggedVisit]) -> tuple[LoggedVisit, ...]:
    """The visits whose next step is still to be done, those of one customer, the newest first.

    A step is over when somebody has said so, or when the customer was met again on its day or later;
    without a day, when they were met again at all.
    """
    waiting = []
    met_last: date | None = None
    for visit in sorted(visits, key=lambda one: (one.on, one.id), reverse=True):
        told = visit.told
        is_over = met_last is not None and (told.next_on is None or told.next_on <= met_last)
        if told.promise and visit.step_done_on is None and not is_over:
            waiting.append(visit)
        if met_last is None and told.result.state is VisitState.DONE:
            met_last = visit.on
    return tuple(waiting)
