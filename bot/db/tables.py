"""Every table.

Rows are storage, not values: nothing here validates, and nothing here leaves `bot.db`.
Enumerations are stored as their values. Ids are never given twice (`sqlite_autoincrement`; a
sequence on PostgreSQL), so that an old button cannot mean a new row. Text carries its length,
because Alembic does not see a length that comes later.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
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


class AwaitedWordsRow(Row, table=True):
    """What a person's next message will be taken for; one thing at a time."""

    __tablename__ = "awaited_words"

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", unique=True)
    purpose: str = Field(max_length=16)
    subject_id: int
    choice: str = Field(max_length=16)
    asked_at: datetime = Field(sa_type=UTCDateTime)


class SnoozeRow(Row, table=True):
    """A rep's "later": the customer stays off their lists until that day."""

    __tablename__ = "snooze"
    __table_args__ = (UniqueConstraint("customer_id", "rep_id"), _STABLE_IDS)

    id: int = Field(default=None, primary_key=True)
    rep_id: int = Field(foreign_key="user.id", index=True)
    customer_id: int = Field(foreign_key="customer.id")
    until: date
    created_at: datetime = Field(sa_type=UTCDateTime)


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


class AuditRow(Row, table=True):
    """Who did what to what; never the content."""

    __tablename__ = "audit"

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    action: str = Field(max_length=40)
    subject: str = Field(max_length=120)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON)
