"""Every table.

Rows are storage, not values: nothing here validates, and nothing here leaves `bot.db`.
Enumerations are stored as their values. Ids are never given twice (`sqlite_autoincrement`; a
sequence on PostgreSQL), so that an old button cannot mean a new row. Text carries its length,
because Alembic does not see a length that comes later.
"""

from datetime import date, datetime, time
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from bot.db.types import UTCDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

NAME_KEY_LENGTH = 240  # a compared name may be longer than the name; what is over is left out

_STABLE_IDS = {"sqlite_autoincrement": True}
_JSON = JSON(none_as_null=True)
_AT_FIRST_EMPTY = {"server_default": text("''")}  # for a table in which a column is called `text`


class Row(SQLModel):
    """What all tables share."""

    __table_args__: ClassVar[Any] = _STABLE_IDS


class UserRow(Row, table=True):
    """A person; `telegram_id` and `joined_at` come when they follow their invite."""

    __tablename__ = "user"

    id: int = Field(default=None, primary_key=True)
    role: str = Field(max_length=16)
    name: str = Field(max_length=80)
    telegram_id: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    locale: str | None = Field(default=None, max_length=16)
    time_zone: str | None = Field(default=None, max_length=64)
    manager_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    is_active: bool = True
    created_at: datetime = Field(sa_type=UTCDateTime)
    joined_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    language: str | None = Field(default=None, max_length=16)  # of their Telegram, when last heard of
    blocked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # until they come back


class InviteRow(Row, table=True):
    """A way in, for one account, once. Only the hash of its token is known here."""

    __tablename__ = "invite"

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_by: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class InstitutionRow(Row, table=True):
    """A hospital or practice. Without a code its name is what tells it apart."""

    __tablename__ = "institution"
    __table_args__ = (
        Index(
            "uq_institution_name_key",
            "name_key",
            unique=True,
            sqlite_where=text("code IS NULL"),
            postgresql_where=text("code IS NULL"),
        ),
        _STABLE_IDS,
    )

    id: int = Field(default=None, primary_key=True)
    code: str | None = Field(default=None, max_length=64, unique=True)
    name: str = Field(max_length=120)
    name_key: str = Field(max_length=NAME_KEY_LENGTH)
    site_class: int | None = None
    grade: str = Field(default="", max_length=40)
    city: str = Field(default="", max_length=80)
    district: str = Field(default="", max_length=80, sa_column_kwargs={"server_default": text("''")})
    lat: float | None = None
    lon: float | None = None
    reception: list[Any] = Field(default_factory=list, sa_type=_JSON)


class CustomerRow(Row, table=True):
    """A doctor."""

    __tablename__ = "customer"

    id: int = Field(default=None, primary_key=True)
    code: str | None = Field(default=None, max_length=64, unique=True)
    name: str = Field(max_length=80)
    owner_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    institution_id: int | None = Field(default=None, foreign_key="institution.id", index=True)
    city: str = Field(default="", max_length=80)
    district: str = Field(default="", max_length=80, sa_column_kwargs={"server_default": text("''")})
    lat: float | None = None
    lon: float | None = None
    department: str = Field(default="", max_length=80)
    title: str = Field(default="", max_length=80)
    title_rank: str | None = Field(default=None, max_length=16)
    specialty: str = Field(default="", max_length=80)
    best_times: list[Any] = Field(default_factory=list, sa_type=_JSON)
    is_kol: bool = False
    is_no_see: bool = False
    status: str = Field(default="active", max_length=16)
    note: str = Field(default="", max_length=500)
    by_appointment: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    merged_into: int | None = None  # the customer who is kept, of one who was on the list twice


class AssessmentRow(Row, table=True):
    """One measure of a customer on a day; the latest of a kind counts."""

    __tablename__ = "assessment"
    __table_args__ = (Index(None, "customer_id", "kind", "on"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(max_length=16)  # potential_score, quantity or support
    value: float
    on: date
    author_id: int | None = Field(default=None, foreign_key="user.id")
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)


class UsageRow(Row, table=True):
    """How much of a product a customer used in a period ("2023", "2023-Q1", "2023-04")."""

    __tablename__ = "usage"
    __table_args__ = (UniqueConstraint("customer_id", "period", "product"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    period: str = Field(max_length=7)
    product: str = Field(max_length=120)
    quantity: float


class SaleRow(Row, table=True):
    """What an institution bought; `ordinal` numbers equal rows of one day."""

    __tablename__ = "sale"
    __table_args__ = (
        UniqueConstraint("institution_id", "department", "on", "product", "ordinal"),
        _STABLE_IDS,
    )

    id: int = Field(default=None, primary_key=True)
    institution_id: int = Field(foreign_key="institution.id")
    department: str = Field(default="", max_length=80)
    on: date
    product: str = Field(max_length=120)
    ordinal: int = 0
    quantity: float | None = None
    amount: float | None = None


class VisitRow(Row, table=True):
    """One contact of a rep with a customer on a day."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("customer_id", "rep_id", "on"),
        # The outcome is in it so that a rep's list is counted from the index alone.
        Index(None, "customer_id", "on", "outcome"),
        _STABLE_IDS,
    )

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    rep_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    on: date
    channel: str = Field(default="f2f", max_length=16)
    outcome: str | None = Field(default=None, max_length=16)
    next_step: str = Field(default="", max_length=500)
    next_on: date | None = None
    note: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=UTCDateTime)
    reason: str = Field(default="", max_length=24, sa_column_kwargs={"server_default": text("''")})
    topics: list[Any] | None = Field(default=None, sa_type=_JSON)
    barrier: str | None = Field(default=None, max_length=16)
    support: int | None = None
    joined: list[Any] | None = Field(default=None, sa_type=_JSON)
    is_late: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    step_done_on: date | None = None


class VisitVersionRow(Row, table=True):
    """A change of a visit: the rows as they were `before`, and which ones it added (see `VisitLog`)."""

    __tablename__ = "visit_version"
    __table_args__ = (Index(None, "visit_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    visit_id: int  # the visit may be gone: its creation was undone
    at: datetime = Field(sa_type=UTCDateTime)
    author_id: int = Field(foreign_key="user.id", index=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=_JSON)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class VisitAttachmentRow(Row, table=True):
    """A picture or a voice note that belongs to a visit's note; Telegram keeps the file."""

    __tablename__ = "visit_attachment"

    id: int = Field(default=None, primary_key=True)
    visit_id: int = Field(foreign_key="visit.id", index=True)
    kind: str = Field(max_length=16)  # photo or voice
    file_id: str = Field(max_length=200)
    caption: str = Field(default="", max_length=500)
    author_id: int = Field(foreign_key="user.id")
    created_at: datetime = Field(sa_type=UTCDateTime)


class VisitDraftRow(Row, table=True):
    """A visit that was told and waits for its confirmation."""

    __tablename__ = "visit_draft"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    state: str = Field(default="open", max_length=16)  # open, stored or dropped


class TierDecisionRow(Row, table=True):
    """Where a customer stood in the grid from a moment on; the highest id is current."""

    __tablename__ = "tier_decision"
    __table_args__ = (Index(None, "customer_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    decided_at: datetime = Field(sa_type=UTCDateTime)
    tier: str | None = Field(default=None, max_length=1)
    support: int | None = None
    method: str = Field(max_length=40)
    params_version: str = Field(max_length=80)
    reasons: list[Any] = Field(default_factory=list, sa_type=_JSON)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)


class TierOverrideRow(Row, table=True):
    """A cell that somebody set by hand (`tier`, `support`, `until`), or, without these, the end of it."""

    __tablename__ = "tier_override"
    __table_args__ = (Index(None, "customer_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    tier: str | None = Field(default=None, max_length=1)
    support: int | None = None
    until: date | None = None
    reason: str = Field(max_length=300)
    author_id: int = Field(foreign_key="user.id")
    decided_at: datetime = Field(sa_type=UTCDateTime)


class TierRoundRow(Row, table=True):
    """A review of the tiers of a manager's team; open until it is closed."""

    __tablename__ = "tier_round"

    id: int = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="user.id", index=True)
    on: date
    opened_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class TierProposalRow(Row, table=True):
    """What a round proposes; `based_on` is the decision that it would follow, which may be gone."""

    __tablename__ = "tier_proposal"
    __table_args__ = (UniqueConstraint("round_id", "customer_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="tier_round.id")
    customer_id: int = Field(foreign_key="customer.id", index=True)
    based_on: int | None = None
    tier_before: str | None = Field(default=None, max_length=1)
    support_before: int | None = None
    tier: str | None = Field(default=None, max_length=1)
    support: int | None = None
    method: str = Field(max_length=40)
    params_version: str = Field(max_length=80)
    reasons: list[Any] = Field(default_factory=list, sa_type=_JSON)
    state: str = Field(max_length=16)  # open, approved or kept


class TierQuestionRow(Row, table=True):
    """A rep questions the place of a customer."""

    __tablename__ = "tier_question"
    __table_args__ = (Index(None, "customer_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    rep_id: int = Field(foreign_key="user.id", index=True)
    doubt: str = Field(max_length=16)
    evidence: str = Field(max_length=300)
    asked_at: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(max_length=16)  # open, accepted or rejected
    answer: str = Field(default="", max_length=300)
    answered_by: int | None = Field(default=None, foreign_key="user.id")
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ReviewEventRow(Row, table=True):
    """What makes a review of potential due: of one customer, or of all customers of an institution.

    `before` and `after` are what an import changed; `note` is what somebody said of a change in
    procurement, which has happened `on` a day.
    """

    __tablename__ = "review_event"

    id: int = Field(default=None, primary_key=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    institution_id: int | None = Field(default=None, foreign_key="institution.id", index=True)
    kind: str = Field(max_length=16)
    on: date
    noted_at: datetime = Field(sa_type=UTCDateTime)
    before: str = Field(default="", max_length=120)
    after: str = Field(default="", max_length=120)
    note: str = Field(default="", max_length=300)
    author_id: int | None = Field(default=None, foreign_key="user.id")
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True)


class SegmentRow(Row, table=True):
    """What somebody holds a customer for in a scheme of types or stages; `value` null is unsure."""

    __tablename__ = "segment"
    __table_args__ = (Index(None, "customer_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    scheme: str = Field(max_length=16)
    value: str | None = Field(default=None, max_length=24)
    on: date
    author_id: int = Field(foreign_key="user.id")


class ProfileChangeRow(Row, table=True):
    """An edit of a customer's file: of the row that it is about the changed columns, before and after.

    The table follows from the `field`. `before` null is a new row, `after` null one that is gone.
    """

    __tablename__ = "profile_change"
    __table_args__ = (Index(None, "customer_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    field: str = Field(max_length=16)
    row_id: int
    before: dict[str, Any] | None = Field(default=None, sa_type=_JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=_JSON)
    at: datetime = Field(sa_type=UTCDateTime)
    author_id: int = Field(foreign_key="user.id")
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_by: int | None = Field(default=None, foreign_key="user.id")


class ConsentRow(Row, table=True):
    """What a customer has said to being contacted in a channel: given, and perhaps withdrawn, on a day."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("customer_id", "channel"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    channel: str = Field(max_length=16)
    basis: str = Field(max_length=16)  # said, written or company
    given_on: date | None = None
    withdrawn_on: date | None = None


class CustomerFactRow(Row, table=True):
    """A dated fact about a customer, until it is no longer so, or a promise, until it is kept."""

    __tablename__ = "customer_fact"
    __table_args__ = (Index(None, "customer_id", "kind"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(max_length=16)
    text: str = Field(max_length=300)
    on: date
    due: date | None = None
    author_id: int = Field(foreign_key="user.id")
    ended_on: date | None = None


class RelationRow(Row, table=True):
    """What another customer is to a customer."""

    __tablename__ = "relation"
    __table_args__ = (UniqueConstraint("customer_id", "other_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    other_id: int = Field(foreign_key="customer.id", index=True)
    kind: str = Field(max_length=16)


class FeedbackRow(Row, table=True):
    """What a customer said on a day, 0 to 10 and a sentence, as the author wrote it down."""

    __tablename__ = "feedback"
    __table_args__ = (Index(None, "customer_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    score: int
    text: str = Field(default="", max_length=300)
    on: date
    at: datetime = Field(sa_type=UTCDateTime)
    author_id: int = Field(foreign_key="user.id")


class CorrectionRow(Row, table=True):
    """Somebody says that a customer moved, retired, is listed twice, or that a field is wrong.

    `value` is what would be right, as words; `institution_id` the hospital and `other_id` the customer, if
    they are on the list. `read_at` is when whoever asked has seen the answer.
    """

    __tablename__ = "correction"
    __table_args__ = (Index(None, "customer_id", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    kind: str = Field(max_length=16)
    field: str = Field(default="", max_length=16)
    value: str = Field(default="", max_length=300)
    institution_id: int | None = Field(default=None, foreign_key="institution.id", index=True)
    other_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    asked_by: int = Field(foreign_key="user.id", index=True)
    asked_at: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(max_length=16)  # open, approved, rejected or withdrawn
    answer: str = Field(default="", max_length=300)
    answered_by: int | None = Field(default=None, foreign_key="user.id")
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class CustomerMergeRow(Row, table=True):
    """Two customers were one person: `changes` are all rows that this touched, before and after."""

    __tablename__ = "customer_merge"

    id: int = Field(default=None, primary_key=True)
    kept_id: int = Field(foreign_key="customer.id", index=True)
    gone_id: int = Field(foreign_key="customer.id", index=True)
    author_id: int = Field(foreign_key="user.id")
    merged_at: datetime = Field(sa_type=UTCDateTime)
    changes: list[Any] = Field(default_factory=list, sa_type=_JSON)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_by: int | None = Field(default=None, foreign_key="user.id")


class RefusalRow(Row, table=True):
    """Somebody refuses data collection: a keyed hash of what an import would know them by."""

    __tablename__ = "refusal"

    id: int = Field(default=None, primary_key=True)
    fingerprint: str = Field(max_length=64, unique=True)
    noted_at: datetime = Field(sa_type=UTCDateTime)


class InstallationRow(Row, table=True):
    """What belongs to this installation alone: the key of its hashes, in one row."""

    __tablename__ = "installation"

    id: int = Field(default=None, primary_key=True)
    secret: str = Field(max_length=64)


class AwaitedWordsRow(Row, table=True):
    """What a person's next message will be taken for; one thing at a time."""

    __tablename__ = "awaited_words"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", unique=True)
    purpose: str = Field(max_length=16)
    subject_id: int
    choice: str = Field(max_length=16)
    asked_at: datetime = Field(sa_type=UTCDateTime)


class HeldTextRow(Row, table=True):
    """Words that may tell of a side effect: they wait until the safety report is acknowledged, then go."""

    __tablename__ = "held_text"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    text: str = Field(max_length=500)  # empty once it is closed
    fingerprint: str = Field(max_length=64)
    place: str = Field(max_length=16)
    rules: list[str] = Field(default_factory=list, sa_type=_JSON)
    purpose: str = Field(max_length=16)  # what the words were asked for, "" for nothing
    subject_id: int
    choice: str = Field(max_length=16)
    held_at: datetime = Field(sa_type=UTCDateTime)
    due_at: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(max_length=16)  # open, reported, no_event or dropped
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    attachment: str = Field(default="", max_length=16, sa_column_kwargs=_AT_FIRST_EMPTY)
    file_id: str = Field(default="", max_length=200, sa_column_kwargs=_AT_FIRST_EMPTY)


class DismissalRow(Row, table=True):
    """A rep's no to a suggested customer: in force until `until`, or until `ended_at` is set."""

    __tablename__ = "dismissal"
    __table_args__ = (
        Index(
            "uq_dismissal_in_force",
            "customer_id",
            "rep_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        _STABLE_IDS,
    )

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id", index=True)
    customer_id: int = Field(foreign_key="customer.id")
    reason: str = Field(max_length=16)
    on: date
    until: date | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class DayPlanRow(Row, table=True):
    """The plan of a rep's day as it was last made; `circumstances` is what it was made from."""

    __tablename__ = "day_plan"
    __table_args__ = (UniqueConstraint("rep_id", "on"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id")
    on: date = Field(index=True)
    made_at: datetime = Field(sa_type=UTCDateTime)
    circumstances: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    message_id: int | None = Field(default=None, sa_type=BigInteger)


class SuggestionRow(Row, table=True):
    """A visit that a rep's day plan suggested, and what became of it: the ledger of suggestions."""

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("rep_id", "on", "customer_id"),
        Index(None, "on", "state"),
        _STABLE_IDS,
    )

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id")
    on: date
    customer_id: int = Field(foreign_key="customer.id", index=True)
    place: int
    arrive: time
    start: time
    leave: time
    travel_minutes: float
    cell: str | None = Field(default=None, max_length=2)
    price: float
    reasons: list[Any] = Field(default_factory=list, sa_type=_JSON)
    state: str = Field(max_length=16)  # open, visited, dismissed, dropped, withdrawn or expired
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ConfirmedWeekRow(Row, table=True):
    """A rep means to keep to the plan of the week that begins on `monday`."""

    __tablename__ = "confirmed_week"
    __table_args__ = (UniqueConstraint("rep_id", "monday"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id")
    monday: date
    confirmed_at: datetime = Field(sa_type=UTCDateTime)


class KeptVisitRow(Row, table=True):
    """A visit that a rep wants on a day: moved there by hand, or part of a confirmed week (with its time)."""

    __tablename__ = "kept_visit"
    __table_args__ = (UniqueConstraint("rep_id", "on", "customer_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id")
    customer_id: int = Field(foreign_key="customer.id", index=True)
    on: date
    start: time | None = None
    leave: time | None = None
    is_moved: bool = False
    moved_from: date | None = None
    sequence: int = 0  # how often its time has been changed
    changed_at: datetime = Field(sa_type=UTCDateTime)


class AppointmentRow(Row, table=True):
    """A time that a rep has agreed with a customer, on the rep's own clock."""

    __tablename__ = "appointment"
    __table_args__ = (Index(None, "rep_id", "on"), Index(None, "customer_id", "on"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    rep_id: int = Field(foreign_key="user.id")
    on: date
    start: time
    minutes: int
    promised: bool = True
    state: str = Field(max_length=16)  # set or cancelled
    sequence: int = 0  # how often it has been changed
    author_id: int = Field(foreign_key="user.id")
    changed_at: datetime = Field(sa_type=UTCDateTime)


class TimesAskedRow(Row, table=True):
    """A rep has been asked when a customer receives, and is not asked again."""

    __tablename__ = "times_asked"
    __table_args__ = (UniqueConstraint("customer_id", "rep_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    rep_id: int = Field(foreign_key="user.id", index=True)
    asked_at: datetime = Field(sa_type=UTCDateTime)


class LeaveRow(Row, table=True):
    """Days on which a rep is away, the first and the last included; with `half` this half of each alone."""

    __tablename__ = "leave"

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id", index=True)
    first: date
    last: date
    created_at: datetime = Field(sa_type=UTCDateTime)
    kind: str = Field(default="off", max_length=16, sa_column_kwargs={"server_default": text("'off'")})
    half: str | None = Field(default=None, max_length=2)  # am or pm


class TimeEntryRow(Row, table=True):
    """How a rep has split a day, in minutes; `is_spread`: a part of a week that was told as a whole."""

    __tablename__ = "time_entry"
    __table_args__ = (UniqueConstraint("rep_id", "on"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id")
    on: date
    selling: int
    travelling: int
    organising: int
    personal: int
    is_spread: bool = False
    changed_at: datetime = Field(sa_type=UTCDateTime)


class WorkingHoursRow(Row, table=True):
    """When and where a rep's day begins: a hospital, or a place of one's own, or nothing said."""

    __tablename__ = "working_hours"

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id", unique=True)
    start: time | None = None
    end: time | None = None
    lat: float | None = None
    lon: float | None = None
    institution_id: int | None = Field(default=None, foreign_key="institution.id", index=True)


class CalendarFeedRow(Row, table=True):
    """A rep's calendar address. Only the hash of its secret part is known here."""

    __tablename__ = "calendar_feed"

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id", unique=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(sa_type=UTCDateTime)


class EffortJudgementRow(Row, table=True):
    """What a manager expects of the customers of a cell at other levels of effort, in percent."""

    __tablename__ = "effort_judgement"
    __table_args__ = (UniqueConstraint("author_id", "cell"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="user.id")
    cell: str = Field(max_length=2)
    none: int
    half: int
    more: int
    saturation: int
    judged_at: datetime = Field(sa_type=UTCDateTime)


class EffortDecisionRow(Row, table=True):
    """How a manager has shared out the effort of the team, and by which judgements, until it is ended."""

    __tablename__ = "effort_decision"

    id: int = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="user.id", index=True)
    decided_at: datetime = Field(sa_type=UTCDateTime)
    judgements: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    targets: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    reasons: list[Any] = Field(default_factory=list, sa_type=_JSON)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_by: int | None = Field(default=None, foreign_key="user.id")


class CadenceChoiceRow(Row, table=True):
    """A rep visits other than the norm says: `targets` are visits a month by cell."""

    __tablename__ = "cadence_choice"

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id", index=True)
    kind: str = Field(max_length=16)
    targets: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    extra_days: int = 0
    until: date | None = None
    reasons: list[Any] = Field(default_factory=list, sa_type=_JSON)
    effort_id: int | None = Field(default=None, foreign_key="effort_decision.id", index=True)
    author_id: int = Field(foreign_key="user.id")
    decided_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_by: int | None = Field(default=None, foreign_key="user.id")


class CoverageProposalRow(Row, table=True):
    """What a digest proposed to a manager, what it rested on, and what became of it."""

    __tablename__ = "coverage_proposal"

    id: int = Field(default=None, primary_key=True)
    manager_id: int = Field(foreign_key="user.id", index=True)
    kind: str = Field(max_length=16)
    rep_id: int | None = Field(default=None, foreign_key="user.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    subject_id: int | None = None  # a round or a question
    reason: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    state: str = Field(max_length=16)  # open, accepted or declined
    shown_at: datetime = Field(sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class TerritoryPlanRow(Row, table=True):
    """A rep's plan of a quarter; `analysis` is what it rested on when it was handed in last."""

    __tablename__ = "territory_plan"
    __table_args__ = (UniqueConstraint("rep_id", "quarter"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id")
    quarter: date  # its first day
    state: str = Field(max_length=16)  # draft, submitted, returned or approved
    version: int = 0  # how often it has been handed in
    goals: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    aims: list[Any] = Field(default_factory=list, sa_type=_JSON)
    swot: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    analysis: dict[str, Any] | None = Field(default=None, sa_type=_JSON)
    changed_at: datetime = Field(sa_type=UTCDateTime)


class TerritoryPlanStepRow(Row, table=True):
    """What was done or said about a plan; nothing here is ever changed."""

    __tablename__ = "territory_plan_step"

    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="territory_plan.id", index=True)
    author_id: int = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=UTCDateTime)
    kind: str = Field(max_length=16)  # submitted, returned, approved or comment
    version: int
    words: str = Field(default="", max_length=200)


class ReviewCardRow(Row, table=True):
    """What a person remembers of a scenario or a fact (`domain.coaching.memory.Card`)."""

    __tablename__ = "review_card"
    __table_args__ = (UniqueConstraint("user_id", "kind", "item_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    kind: str = Field(max_length=16)  # scenario or fact
    item_id: str = Field(max_length=40)
    stability: float
    difficulty: float
    days: int  # from `last` until it is asked again
    last: date
    score: float
    reviews: int
    lapses: int


class ReviewRow(Row, table=True):
    """An answer: on the person's own day, with its score and what was predicted (null: it was new)."""

    __tablename__ = "review"
    __table_args__ = (Index(None, "user_id", "on"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    kind: str = Field(max_length=16)
    item_id: str = Field(max_length=40)
    on: date
    at: datetime = Field(sa_type=UTCDateTime)
    score: float
    predicted: float | None = None


class QuizPollRow(Row, table=True):
    """A fact that was asked as a poll; `order` are the options as they were shown, `choice` is the answer.

    Options are counted as in the file, from 0; `key` is the one that was right when it was asked.
    """

    __tablename__ = "quiz_poll"
    __table_args__ = (Index(None, "fact_id", "version"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    poll_id: str = Field(max_length=64, unique=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    message_id: int = Field(sa_type=BigInteger)
    fact_id: str = Field(max_length=40)
    version: int
    order: list[Any] = Field(default_factory=list, sa_type=_JSON)
    key: int
    sent_at: datetime = Field(sa_type=UTCDateTime)
    choice: int | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class CertificateRow(Row, table=True):
    """A person has finished the path of a training area; forgetting does not take it back."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("user_id", "skill"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    skill: str = Field(max_length=16)
    on: date


class EventRow(Row, table=True):
    """A meeting with few seats, as its author has described it so far."""

    __tablename__ = "event"

    id: int = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(max_length=16)
    seed: str = Field(max_length=32)
    topic: str = Field(default="", max_length=120)
    place: str = Field(default="", max_length=120)
    on: date | None = None
    days: int | None = None
    hours: int | None = None
    seats: int | None = None
    specialties: list[Any] | None = Field(default=None, sa_type=_JSON)
    registration: bool | None = None
    meal: int | None = None
    extras: list[Any] | None = Field(default=None, sa_type=_JSON)
    comment: str = Field(default="", max_length=300)
    asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class EventSeatRow(Row, table=True):
    """Somebody proposed for a seat, why, and what became of it."""

    __tablename__ = "event_seat"
    __table_args__ = (UniqueConstraint("event_id", "customer_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    customer_id: int = Field(foreign_key="customer.id", index=True)
    need: str = Field(max_length=16)
    said_by: int = Field(foreign_key="user.id")
    said_at: datetime = Field(sa_type=UTCDateTime)
    registered: bool = False
    state: str = Field(max_length=16)


class EventDecisionRow(Row, table=True):
    """The record of a sharing: who decided, by which rules, from what, and what came out. Never changed.

    `inputs` and `result` know people by their numbers alone.
    """

    __tablename__ = "event_decision"

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    kind: str = Field(max_length=16)
    at: datetime = Field(sa_type=UTCDateTime)
    author_id: int = Field(foreign_key="user.id")
    content_version: str = Field(max_length=40)
    params_version: str = Field(max_length=40)
    digest: str = Field(max_length=64)
    inputs: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    warned: list[Any] = Field(default_factory=list, sa_type=_JSON)
    comment: str = Field(default="", max_length=300)


class JointVisitRow(Row, table=True):
    """A visit of a manager and a rep together; the three answers and the agreed action come after it."""

    __tablename__ = "joint_visit"
    __table_args__ = (Index(None, "rep_id", "state"), Index(None, "manager_id", "state"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    manager_id: int = Field(foreign_key="user.id")
    rep_id: int = Field(foreign_key="user.id")
    customer_id: int = Field(foreign_key="customer.id", index=True)
    kind: str = Field(max_length=16)
    reasons: list[Any] = Field(default_factory=list, sa_type=_JSON)
    on: date | None = None
    state: str = Field(max_length=16)
    goal: str = Field(default="", max_length=300)
    happened: str = Field(default="", max_length=300)
    next_time: str = Field(default="", max_length=300)
    action: str | None = Field(default=None, max_length=16)
    scenario: str = Field(default="", max_length=64)
    created_at: datetime = Field(sa_type=UTCDateTime)
    shared_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class JointCommentRow(Row, table=True):
    """What one of the two said about a joint visit; it is never changed, only followed by another."""

    __tablename__ = "joint_comment"

    id: int = Field(default=None, primary_key=True)
    joint_id: int = Field(foreign_key="joint_visit.id", index=True)
    author_id: int = Field(foreign_key="user.id")
    text: str = Field(max_length=300)
    at: datetime = Field(sa_type=UTCDateTime)


class ImportBatchRow(Row, table=True):
    """One applied import."""

    __tablename__ = "import_batch"

    id: int = Field(default=None, primary_key=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    author_id: int | None = Field(default=None, foreign_key="user.id")
    files: list[Any] = Field(default_factory=list, sa_type=_JSON)
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    status: str = Field(max_length=16)  # applied or rolled_back
    rolled_back_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ImportChangeRow(Row, table=True):
    """A row that a batch created (`before` is null) or changed: the changed columns, before and after."""

    __tablename__ = "import_change"
    __table_args__ = (Index(None, "table_name", "row_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="import_batch.id", index=True)
    table_name: str = Field(max_length=40)
    row_id: int
    before: dict[str, Any] | None = Field(default=None, sa_type=_JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=_JSON)


class ImportDraftRow(Row, table=True):
    """An import that is still being talked about in a chat."""

    __tablename__ = "import_draft"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    files: list[Any] = Field(default_factory=list, sa_type=_JSON)
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    status: str = Field(max_length=16)  # open, applied or cancelled
    message_id: int | None = Field(default=None, sa_type=BigInteger)


class ColumnMappingRow(Row, table=True):
    """What was answered for sheets with these headers, remembered for the next file."""

    __tablename__ = "column_mapping"

    id: int = Field(default=None, primary_key=True)
    fingerprint: str = Field(max_length=64, unique=True)
    mapping: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    created_at: datetime = Field(sa_type=UTCDateTime)


class QualificationRow(Row, table=True):
    """Until when a representative's filing or training is valid, as somebody has said; the last word counts.

    `valid_until` null takes back what was said before.
    """

    __tablename__ = "qualification"
    __table_args__ = (Index(None, "user_id", "kind", "id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    kind: str = Field(max_length=16)  # filing or training
    valid_until: date | None = None
    author_id: int | None = Field(default=None, foreign_key="user.id")
    said_at: datetime = Field(sa_type=UTCDateTime)


class ScenarioTextRow(Row, table=True):
    """A scenario as somebody has played it: each wording once, by the digest of its content."""

    __tablename__ = "scenario_text"
    __table_args__ = (UniqueConstraint("scenario_id", "digest"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    scenario_id: str = Field(max_length=40)
    version: int
    digest: str = Field(max_length=64)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)


class OwnScenarioRow(Row, table=True):
    """A version of a scenario that a manager has written for the team."""

    __tablename__ = "own_scenario"

    id: int = Field(default=None, primary_key=True)
    author_id: int = Field(foreign_key="user.id", index=True)
    scenario_id: str = Field(max_length=40, index=True)
    text_id: int = Field(foreign_key="scenario_text.id")
    state: str = Field(max_length=16)  # draft, published or retired
    created_at: datetime = Field(sa_type=UTCDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ScenarioSessionRow(Row, table=True):
    """A person plays a scenario, on the text with which it began. `is_preview`: as its author, for a look."""

    __tablename__ = "scenario_session"
    __table_args__ = (Index(None, "user_id", "ended_at"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    text_id: int = Field(foreign_key="scenario_text.id", index=True)
    is_preview: bool = False
    started_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    score: float | None = None


class ScenarioCandidateRow(Row, table=True):
    """A customer who can be chosen in a session; nobody real, or nobody known any more, without an id."""

    __tablename__ = "scenario_candidate"
    __table_args__ = (UniqueConstraint("session_id", "node", "place"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="scenario_session.id")
    node: str = Field(max_length=40)
    place: int
    cell: str = Field(max_length=2)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)


class ScenarioAnswerRow(Row, table=True):
    """The answer to the question no. `step` of a session: an option, or places of candidates."""

    __tablename__ = "scenario_answer"
    __table_args__ = (UniqueConstraint("session_id", "step"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="scenario_session.id")
    step: int
    node: str = Field(max_length=40)
    option: str | None = Field(default=None, max_length=40)
    picked: list[Any] = Field(default_factory=list, sa_type=_JSON)
    points: float
    rule: str | None = Field(default=None, max_length=24)
    answered_at: datetime = Field(sa_type=UTCDateTime)


class ScenarioAssignmentRow(Row, table=True):
    """Somebody is to play a scenario, and what asked for it."""

    __tablename__ = "scenario_assignment"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    scenario_id: str = Field(max_length=40)
    source: str = Field(max_length=16)
    source_id: int | None = None
    author_id: int | None = Field(default=None, foreign_key="user.id")
    assigned_at: datetime = Field(sa_type=UTCDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PinRow(Row, table=True):
    """Something asks a rep for a visit from a day on: open until the customer is visited or it is dropped."""

    __tablename__ = "pin"

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id", index=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    source: str = Field(max_length=16)
    source_id: int
    from_on: date
    created_at: datetime = Field(sa_type=UTCDateTime)
    dropped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AuditRow(Row, table=True):
    """Who did what to what; never the content."""

    __tablename__ = "audit"

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    action: str = Field(max_length=40)
    subject: str = Field(max_length=120)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)


class OutboxRow(Row, table=True):
    """Something that is owed to a person once: one occurrence of a kind, a person, a subject and a day.

    `try_at` begins as `due_at` and moves with each attempt that failed; `message_ids` are those of the parts
    that have arrived, in their order. Nothing here names a customer: a message is composed when it is sent.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("kind", "user_id", "subject", "on"),
        Index(None, "state", "try_at"),
        Index(None, "settled_at"),
        _STABLE_IDS,
    )

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=32)
    user_id: int = Field(foreign_key="user.id", index=True)
    subject: str = Field(default="", max_length=64)
    on: date
    params: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
    due_at: datetime = Field(sa_type=UTCDateTime)
    try_at: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(default="waiting", max_length=16)  # waiting, sending, sent, unknown, dead or skipped
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    error: str = Field(default="", max_length=200)  # why not: a code, or what Telegram said
    message_ids: list[Any] = Field(default_factory=list, sa_type=_JSON)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class InboxRow(Row, table=True):
    """What Telegram told (`told`, an Update) and is being handled; gone as soon as that has come to its end.

    Only what takes longer than a moment is ever here, so that a process that is killed leaves it to the next.
    """

    __tablename__ = "inbox"

    id: int = Field(default=None, primary_key=True)
    update_id: int = Field(sa_type=BigInteger, unique=True)
    told: dict[str, Any] = Field(sa_type=_JSON)
    taken_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 1
    lease_until: datetime = Field(sa_type=UTCDateTime)


class NoticeChoiceRow(Row, table=True):
    """What a person has set for one reminder; `at` null is the usual hour."""

    __tablename__ = "notice_choice"
    __table_args__ = (UniqueConstraint("user_id", "reminder"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id")
    reminder: str = Field(max_length=16)
    is_on: bool = True
    is_silent: bool = False
    at: time | None = None
    changed_at: datetime = Field(sa_type=UTCDateTime)


class PausesRow(Row, table=True):
    """When a person is not to be reminded: at night and at lunch; null is the usual, equal times are none."""

    __tablename__ = "pauses"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", unique=True)
    quiet_start: time | None = None
    quiet_end: time | None = None
    lunch_start: time | None = None
    lunch_end: time | None = None
