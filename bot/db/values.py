"""Plain values that the repositories give back beside those of the domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from domain.compliance.rules import Place
from domain.explain import Reason
from domain.ids import (
    AppointmentId,
    BatchId,
    CustomerId,
    DraftId,
    EffortId,
    HeldId,
    InstitutionId,
    InviteId,
    MergeId,
    OwedId,
    ProposalId,
    RoundId,
    UserId,
    VersionId,
    VisitId,
)
from domain.people.model import User
from domain.planning.model import Appointment
from domain.tiering.model import Cell, Support, Tier, TierDecision
from domain.tiering.override import Override
from domain.visits.log import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A one-time way in for `user_id`. The token itself is known to its receiver only."""

    id: InviteId
    user_id: UserId
    created_by: UserId | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class GridEntry:
    """One active customer and where they stand; `tier` or `support` None = not known."""

    id: CustomerId
    name: str
    tier: Tier | None
    support: Support | None
    owner_id: UserId | None

    @property
    def cell(self) -> Cell | None:
        if self.tier is None or self.support is None:
            return None
        return Cell.of(self.tier, self.support)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which part of a scope is looked at; None is all of it.

    `team` is a rep, or a manager with their reps. `products` are names as they are stored.
    """

    team: UserId | None = None
    institution: InstitutionId | None = None
    products: tuple[str, ...] | None = None


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class DataAsOf:
    """How fresh the figures are: the last import, and the last day with a visit in sight."""

    imported_at: datetime | None
    last_visit: date | None


@dataclass(frozen=True, slots=True)
class DatedDecision:
    """A tier decision and the moment from which it held."""

    decided_at: datetime
    decision: TierDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """A customer whose cell is set by hand, and what is computed beside it."""

    id: CustomerId
    name: str
    computed: Cell | None
    override: Override


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A review of the tiers of its author's team, by the numbers of the day `on`."""

    id: RoundId
    author_id: UserId
    on: date
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    APPROVED = "approved"
    KEPT = "kept"  # the customer stays where they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a round proposes for one customer.

    Once it is decided, or the customer has been decided about in another way since
    (`is_overtaken`), it can no longer be approved.
    """

    id: ProposalId
    round_id: RoundId
    customer_id: CustomerId
    name: str
    owner_id: UserId | None
    before: Cell | None
    decision: TierDecision
    state: ProposalState
    is_overtaken: bool

    @property
    def moves(self) -> bool:
        return self.before is not self.decision.cell

    @property
    def waits(self) -> bool:
        return self.state is ProposalState.OPEN and not self.is_overtaken


@dataclass(frozen=True, slots=True, kw_only=True)
class TierHistory:
    """Every decision about a customer, computed and by hand, in the order in which they were made."""

    id: CustomerId
    name: str
    is_active: bool
    computed: tuple[tuple[datetime, Cell | None], ...]
    overrides: tuple[Override, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortDecision:
    """How a manager has shared out the team's effort: visits a month to each customer of a cell."""

    id: EffortId
    author_id: UserId
    decided_at: datetime
    targets: Mapping[Cell, float]
    reasons: tuple[Reason, ...]


class Purpose(StrEnum):
    """What a sentence was asked for."""

    OVERRIDE = "override"  # subject: a customer, choice: the cell
    QUESTION = "question"  # subject: a customer, choice: the doubt
    ANSWER = "answer"  # subject: a question, choice: the verdict
    PROCUREMENT = "procurement"  # subject: a customer, choice: what has changed, and on which day
    APPOINTMENT = "appointment"  # subject: a customer, choice: the appointment to be moved, or ""
    LATER = "later"  # subject: a customer, choice: the page of the list
    ADDED = "added"  # a customer's name for today's list; subject: the rep
    EVIDENCE = "evidence"  # subject: a question
    DAY_START = "day_start"  # a place on the map; subject: the person themselves
    VISIT_FIELD = "visit_field"  # subject: a visit, choice: the field
    DRAFT_FIELD = "draft_field"  # subject: a draft of a visit, choice: the field, or "on"
    VISIT_DAY = "visit_day"  # subject: a customer; on which day they were visited
    CORRECTION = "correction"  # subject: a correction; what would be right
    CORRECTION_NO = "correction_no"  # subject: a correction; why everything stays as it is
    FILE = "file"  # subject: a customer, choice: the field
    FACT = "fact"  # subject: a customer, choice: the kind of fact
    CONSENT = "consent"  # subject: a customer, choice: the channel; since which day
    FEEDBACK = "feedback"  # subject: what a customer said; in a sentence
    RELATION = "relation"  # another customer's name; subject: a customer
    QUALIFICATION = "qualification"  # subject: a representative, choice: filing or training; a day
    PLAN_WORDS = "plan_words"  # subject: a plan, choice: the field of its SWOT, or "" a goal in own words
    PLAN_COMMENT = "plan_comment"  # subject: a plan
    PLAN_RETURN = "plan_return"  # subject: a plan; what should be changed
    EVENT_TOPIC = "event_topic"  # subject: an event
    EVENT_PLACE = "event_place"  # subject: an event
    EVENT_VALUE = "event_value"  # subject: an event, choice: what is asked; a day or a number
    EVENT_COMMENT = "event_comment"  # subject: an event; why it is right despite a warning
    JOINT_ANSWER = "joint_answer"  # subject: a joint visit, choice: which of the three questions
    JOINT_COMMENT = "joint_comment"  # subject: a joint visit
    SCENARIO = "scenario"  # a file; subject: the person themselves
    SHOWN = "shown"  # subject: the customer on the screen, whom "she" in the next question means


@dataclass(frozen=True, slots=True)
class AwaitedWords:
    """A sentence that somebody was asked for: what for, about which row, after which choice."""

    purpose: Purpose
    subject: int
    choice: str
    asked_at: datetime


class HeldState(StrEnum):
    """What became of words that may tell of a side effect."""

    OPEN = "open"
    REPORTED = "reported"
    NO_EVENT = "no_event"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words on their way to a place: what they were asked for, if anything, and what they stand below."""

    text: str
    place: Place
    words: AwaitedWords | None = None
    attachment: "Attachment | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldText:
    """Words that wait until the safety report is acknowledged, at the latest by `due_at`.

    `words` is what they were asked for, if anything, `attachment` the picture or voice note that they came
    with; `fingerprint` tells the same words again.
    """

    id: HeldId
    text: str
    fingerprint: str
    place: Place
    rules: tuple[str, ...]
    words: AwaitedWords | None
    attachment: "Attachment | None"
    held_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two entries that are one person; `name` is that of the entry that was asked about, or is gone."""

    id: MergeId
    kept_id: CustomerId
    gone_id: CustomerId
    name: str
    merged_at: datetime


class BatchStatus(StrEnum):
    """What became of an import."""

    APPLIED = "applied"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBatch:
    """One import. `counts` are "<kind>.<action>" -> rows, and "rejected"."""

    id: BatchId
    created_at: datetime
    author_id: UserId | None
    files: tuple[str, ...]
    counts: Mapping[str, int]
    status: BatchStatus
    rolled_back_at: datetime | None = None


class DraftStatus(StrEnum):
    """How far the talk about an import has come."""

    OPEN = "open"
    APPLIED = "applied"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An uploaded file: the name that the person gave it, and where its bytes lie."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDraft:
    """An import that a person is being asked about. `answers`: question id -> chosen value."""

    id: DraftId
    user_id: UserId
    created_at: datetime
    files: tuple[StoredFile, ...]
    answers: Mapping[str, str]
    status: DraftStatus
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or voice note (`kind` photo or voice) that Telegram keeps under `file_id`."""

    kind: str
    file_id: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitVersion:
    """What a visit looked like before somebody changed it; `told` None: it did not exist.

    `before` are the rows as they were and `added` the ids of rows that came with the change.
    """

    id: VersionId
    visit_id: VisitId
    at: datetime
    author_id: UserId
    author: str
    told: Told | None
    before: Mapping[str, Any]
    added: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it was said, and whom it may mean."""

    said: str
    candidates: tuple[CustomerId, ...]


_NEW = DraftId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDraft:
    """A visit that was told. What is still open: `names` to choose from, and the `days` that it may mean.

    `customers` are settled; `institution_id` is set when several of one hospital are ticked.
    """

    user_id: UserId
    told: Told
    id: DraftId = _NEW
    names: tuple[Named, ...] = ()
    customers: tuple[CustomerId, ...] = ()
    institution_id: InstitutionId | None = None
    on: date | None = None
    days: tuple[date, ...] = ()
    next_days: tuple[date, ...] = ()
    attachment: Attachment | None = None


class AppointmentState(StrEnum):
    """Whether an appointment holds, or what became of it by the visit that was logged."""

    SET = "set"
    CANCELLED = "cancelled"
    DONE = "done"
    MISSED = "missed"
    RESCHEDULED = "rescheduled"  # without a time as yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """An appointment with all that is told of it. `sequence` counts its changes, `changed_at` is the last."""

    id: AppointmentId
    appointment: Appointment
    rep_id: UserId
    customer_name: str
    place: tuple[str, ...]  # hospital and city, as far as they are known
    state: AppointmentState
    sequence: int
    author_id: UserId  # who changed it last
    changed_at: datetime

    @property
    def holds(self) -> bool:
        return self.state is AppointmentState.SET

    @property
    def is_off(self) -> bool:
        """Whether it does not take place, or did not."""
        return self.state in {AppointmentState.CANCELLED, AppointmentState.RESCHEDULED}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """What a rep has said about their day; None where nothing was said.

    `base` is where the day begins, in WGS-84 degrees: the rep's own place, or that of the hospital
    `institution_id` if it is known.
    """

    start: time | None = None
    end: time | None = None
    base: tuple[float, float] | None = None
    institution_id: InstitutionId | None = None
    institution_name: str = ""


class OwedState(StrEnum):
    """How far something owed has come; the last four are final."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # it may have arrived, and is not said twice
    DEAD = "dead"
    SKIPPED = "skipped"  # there was nothing to say any more, or it was too late


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One thing that is owed to a person; (kind, person, subject, `on`) is there once.

    `on` is the person's own date. `params` are plain values: ids and numbers, never names.
    `message_ids` are those of the parts that have arrived already.
    """

    id: OwedId
    kind: str
    user_id: UserId
    subject: str
    on: date
    params: Mapping[str, Any]
    due_at: datetime
    state: OwedState
    attempts: int
    error: str
    message_ids: tuple[int, ...]
    settled_at: datetime | None
    lease_until: datetime | None  # until when it is this process alone that may send it


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that was taken from Telegram, as it was told, and how often it was begun to be handled."""

    update_id: int
    told: Mapping[str, Any]
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A person and how they are reached."""

    user: User
    language: str | None  # of their Telegram, as it was when they last wrote or tapped
    blocked_at: datetime | None  # since when they have stopped the bot
