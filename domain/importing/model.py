"""What an import is made of, from raw sheet to plan of changes.

    RawSheet -> SheetMapping -> drafts + RowIssues -> ImportPlan

Everything here is a plain value: reading files is `bot.importing`, storing is `bot.db`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.customers.model import CustomerStatus, HalfDay
from domain.importing.refusals import NOBODY, Refusals
from domain.tiering.model import Support
from domain.visits.model import Channel, Outcome

if TYPE_CHECKING:
    import pandas as pd


class Kind(StrEnum):
    """What the rows of a sheet are about."""

    INSTITUTION = "institution"
    CUSTOMER = "customer"
    VISIT = "visit"
    USAGE = "usage"
    SALE = "sale"


class Action(StrEnum):
    """What a row does to what is stored."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A table as it stood in the file: every cell a string ("" = empty).

    `header_row` is the 1-based row of the file that holds the headers, so that
    the n-th row of `frame` (0-based) is row `header_row + 1 + n` of the file.
    """

    file: str
    name: str
    frame: "pd.DataFrame"
    header_row: int = 1

    def row_number(self, position: int) -> int:
        return self.header_row + 1 + position


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from: file, sheet and the row number a person would see there."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One row that cannot be taken, or (with `rejected` False) was taken with a remark."""

    source: Source
    column: str  # the header as written in the file, "" when the whole row is meant
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rejected: bool = True


@dataclass(frozen=True, slots=True)
class DroppedColumn:
    """A column that the market profile forbids to store: dropped before storage and named.

    `sheet` is the name of the sheet, or of the file where it has none; `header` "" means the whole sheet.
    """

    sheet: str
    header: str
    rule: str  # rule id, e.g. "R-DATA-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionDraft:
    """None = the file does not say: what is stored stays. Coordinates are WGS-84 already."""

    source: Source
    name: str
    code: str | None = None
    site_class: int | None = None
    grade: str | None = None
    city: str | None = None
    district: str | None = None
    lat: float | None = None
    lon: float | None = None
    reception: tuple[HalfDay, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """`institution` and `owner` are names (or an institution's code) as given in the file.

    `held` are texts by field that may tell of a side effect and wait for the safety report. In a plan every
    reference is settled: see `domain.importing.keys`.
    """

    source: Source
    name: str
    code: str | None = None
    institution: str | None = None
    city: str | None = None
    district: str | None = None
    lat: float | None = None
    lon: float | None = None
    department: str | None = None
    title: str | None = None
    title_rank: str | None = None
    specialty: str | None = None
    owner: str | None = None
    support: Support | None = None
    potential_score: float | None = None
    quantity: float | None = None
    best_times: tuple[HalfDay, ...] | None = None
    is_kol: bool | None = None
    is_no_see: bool | None = None
    by_appointment: bool | None = None
    status: CustomerStatus | None = None
    note: str | None = None
    held: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDraft:
    """`customer` is the customer's code or name; `rep` the rep's name, None = the owner.

    `held` as in `CustomerDraft`.
    """

    source: Source
    customer: str
    on: date
    institution: str | None = None
    rep: str | None = None
    channel: Channel | None = None
    outcome: Outcome | None = None
    next_step: str | None = None
    next_on: date | None = None
    note: str | None = None
    held: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageDraft:
    """How much of one product a customer used in a period ("2023", "2023-Q1" or "2023-04")."""

    source: Source
    customer: str
    period: str
    product: str
    quantity: float
    institution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleDraft:
    """What an institution or one of its departments bought; negative = a return."""

    source: Source
    institution: str
    on: date
    product: str
    department: str | None = None
    quantity: float | None = None
    amount: float | None = None


Draft = InstitutionDraft | CustomerDraft | VisitDraft | UsageDraft | SaleDraft


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a plan. `key` is the natural key of what it is about, stable over imports."""

    kind: Kind
    action: Action
    key: str
    draft: Draft
    fields: tuple[str, ...] = ()  # what differs, for CHANGED


@dataclass(frozen=True, slots=True)
class Alias:
    """A customer who was merged into another: the key of who is kept, and what a file still knows them by."""

    kept: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Existing:
    """What is stored already: per kind, natural key -> stored fields by draft field name.

    `replaced` are the fields of customers in which somebody has written something else since the last
    import: natural key -> field -> what imports brought. A file that still says so has nothing new to say.
    `aliases` are customers who were merged into one of the rows, `refusals` those who are never stored.
    """

    rows: Mapping[Kind, Mapping[str, Mapping[str, Any]]]
    replaced: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    aliases: Sequence[Alias] = ()
    refusals: Refusals = NOBODY


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The dry run: what an import would do. Applying it is one transaction."""

    changes: tuple[Change, ...]
    issues: tuple[RowIssue, ...]
    dropped: tuple[DroppedColumn, ...]

    def count(self, kind: Kind, action: Action) -> int:
        return sum(1 for change in self.changes if change.kind is kind and change.action is action)

    @property
    def held(self) -> tuple[Change, ...]:
        """The rows of which texts wait for a safety report."""
        return tuple(
            one
            for one in self.changes
            if isinstance(one.draft, CustomerDraft | VisitDraft) and one.draft.held
        )

    @property
    def rejected(self) -> int:
        return len({issue.source for issue in self.issues if issue.rejected})
