"""Saying no to a suggestion: six reasons, and what each does to the days that follow."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import WorkingCalendar
from domain.errors import DomainError


class DismissReason(StrEnum):
    """Why a suggested customer is not visited."""

    SEEN_ELSEWHERE = "seen_elsewhere"
    UNAVAILABLE = "unavailable"
    NEVER_SEES = "never_sees"
    WRONG_TARGET = "wrong_target"
    PRODUCT_ISSUE = "product_issue"
    NOT_TODAY = "not_today"


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A no of one rep to one customer; `until` is the first day on which they may be suggested again.

    None: not before somebody takes it back, or the question it opened is answered.
    """

    reason: DismissReason
    on: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the customer stays off the list of `day`."""
        return self.until is None or day < self.until


def dismissal(
    reason: DismissReason,
    *,
    on: date,
    calendar: WorkingCalendar,
    gap: int,
    product_days: int,
    until: date | None = None,
) -> Dismissal:
    """What a reason given on a day means.

    seen_elsewhere  off the list for the minimum gap of the cell (`gap`, working days): the customer was met
    unavailable     off the list until `until`, which must lie ahead ("date_passed" else)
    never_sees      off this rep's list until taken back
    wrong_target    off this rep's list until the manager has answered
    product_issue   off the list for `product_days` working days
    not_today       back on the next working day
    """
    if reason is DismissReason.UNAVAILABLE:
        if until is None or until <= on:
            raise DomainError("date_passed")
        return Dismissal(reason, on, until)
    back = {
        DismissReason.SEEN_ELSEWHERE: lambda: calendar.add_working_days(on, max(gap, 1)),
        DismissReason.PRODUCT_ISSUE: lambda: calendar.add_working_days(on, product_days),
        DismissReason.NOT_TODAY: lambda: calendar.add_working_days(on, 1),
    }.get(reason)
    return Dismissal(reason, on, back() if back else None)
