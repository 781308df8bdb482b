"""Tiering as a process: its numbers, and when somebody is to be looked at again."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.content.dated import Dated
from domain.tiering.whatif import Standing

Months = Annotated[int, Field(ge=1, le=24)]
_YEAR = 12


class ReviewParams(Dated):
    """When tiers move and are reviewed, and how long people's decisions hold.

    `imports_move` says whether an import moves customers who have a cell already; otherwise
    they wait for a round. A support stated more than `stale_days` ago is told to be old. An
    override holds until the end of the `override_quarters`-th quarter after the present one.
    Potential is due for review `potential_months` after it was last looked at, support
    `support_months` after. A question that waits longer than `answer_days` working days is late.
    """

    imports_move: bool
    stale_days: Annotated[int, Field(ge=1, le=730)]
    override_quarters: Annotated[int, Field(ge=0, le=8)]
    potential_months: Months
    support_months: Months
    answer_days: Annotated[int, Field(ge=1, le=60)]


@dataclass(frozen=True, slots=True)
class DueReviews:
    """Whose potential and whose support is to be looked at again, names in order."""

    potential: tuple[Standing, ...]
    support: tuple[Standing, ...]


def due_reviews(
    standings: Iterable[Standing], last_round: date | None, today: date, params: ReviewParams
) -> DueReviews:
    """Who is due today.

    A customer was looked at when a measure was stated, a new decision was made, or a round was
    closed (`last_round`), whichever came last; who never was is due.
    """
    everybody = sorted(standings, key=lambda one: (one.name, one.id))

    def is_due(one: Standing, stated: date | None, months: int) -> bool:
        seen = [day for day in (stated, one.decided_on, last_round) if day is not None]
        return not seen or months_after(max(seen), months) <= today

    return DueReviews(
        potential=tuple(one for one in everybody if is_due(one, one.potential_on, params.potential_months)),
        support=tuple(one for one in everybody if is_due(one, one.support_on, params.support_months)),
    )


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day."""
    number = day.year * _YEAR + day.month - 1 + months
    year, month = number // _YEAR, number % _YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
