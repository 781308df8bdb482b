"""What planning works on."""

from dataclasses import dataclass
from datetime import date

from domain.customers.model import Customer
from domain.tiering.model import Support, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTarget:
    """One customer of a rep, with what a day list needs to know about them.

    `visits_this_month` counts days with a completed visit in the calendar month of
    the day that is planned. `next_step` and `next_on` are those of the last visit.
    """

    customer: Customer
    tier: Tier | None
    support: Support | None
    last_visit: date | None = None
    visits_this_month: int = 0
    snoozed_until: date | None = None
    next_step: str = ""
    next_on: date | None = None
