"""Visits as plain values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import CustomerId, UserId


class Channel(StrEnum):
    """How the contact took place."""

    FACE_TO_FACE = "f2f"
    PHONE = "phone"
    EMAIL = "email"
    MESSENGER = "messenger"
    ONLINE = "online"
    GROUP = "group"
    DROP_BY = "drop_by"


class Outcome(StrEnum):
    """What came of it."""

    MET = "met"
    SHORT = "short"
    ABSENT = "absent"
    REFUSED = "refused"


class Barrier(StrEnum):
    """What stands between the customer and using more."""

    PRICE = "price"
    LISTING = "listing"
    EVIDENCE = "evidence"
    SAFETY = "safety"
    HABIT = "habit"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One contact on one day. `outcome` None means that the file did not say: taken as met."""

    customer_id: CustomerId
    rep_id: UserId | None
    on: date
    channel: Channel = Channel.FACE_TO_FACE
    outcome: Outcome | None = None
    next_step: str = ""
    next_on: date | None = None
    note: str = ""

    @property
    def counts(self) -> bool:
        """Whether it resets the cadence clock: someone was met."""
        return self.outcome not in {Outcome.ABSENT, Outcome.REFUSED}
