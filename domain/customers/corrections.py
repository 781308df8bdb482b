"""What people report of a customer who is wrong on the list, and what becomes of it.

Reporting is a normal step, not a failure of anybody: nothing here counts who reported what.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.customers.profile import FileField
from domain.ids import CorrectionId, CustomerId, InstitutionId, UserId


class CorrectionKind(StrEnum):
    """What is wrong about a customer."""

    MOVED = "moved"  # works elsewhere now
    RETIRED = "retired"
    DATA = "data"  # something written about them
    DUPLICATE = "duplicate"  # is on the list twice

    @property
    def is_leaving(self) -> bool:
        """Whether a visit would be in vain: such a customer is not suggested until the answer."""
        return self in {CorrectionKind.MOVED, CorrectionKind.RETIRED}


class CorrectionState(StrEnum):
    """What became of a report."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


CORRECTABLE = (
    FileField.NAME,
    FileField.INSTITUTION,
    FileField.DEPARTMENT,
    FileField.TITLE,
    FileField.SPECIALTY,
)
"""The fields of which somebody can say what would be right; everything else is said in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A report about a customer.

    `field` is what is wrong (DATA; None is something else), `value` what would be right: words, and with
    them `institution_id` (where they work) or `other_id` (who is the same person) where it is known.
    """

    id: CorrectionId
    customer_id: CustomerId
    customer_name: str
    kind: CorrectionKind
    field: FileField | None
    value: str
    institution_id: InstitutionId | None
    other_id: CustomerId | None
    asked_by: UserId
    asked_at: datetime
    state: CorrectionState
    answer: str
    answered_by: UserId | None
    answered_at: datetime | None
    read_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state is CorrectionState.OPEN

    @property
    def is_news(self) -> bool:
        """Whether it was answered and whoever asked has not seen it yet."""
        answered = self.state in {CorrectionState.APPROVED, CorrectionState.REJECTED}
        return answered and self.read_at is None
