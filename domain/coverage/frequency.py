"""How often a customer was met in a month, beside what was due.

    freq(i, m)  days in month m on which customer i was met face to face
                + `remote` x days on which there was another contact only

Whoever met them: a day counts once. What is due is the cadence of the cell, for the part of the month's
working days that the rep worked: leave, and days before the customer came onto the list, are taken off.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from domain.calendar import WorkingCalendar, last_of_month
from domain.planning.absence import Away
from domain.planning.params import CellCadence

_ONE_DAY = timedelta(days=1)
_DIGITS = 6  # beyond which a product of floats is no news


@dataclass(frozen=True, slots=True)
class Part:
    """What of a month's working days a customer is asked for: all of it, and what of that is over."""

    whole: float
    over: float


@dataclass(frozen=True, slots=True)
class Frequency:
    """One customer in one month: contacts, the target, and the whole numbers that are in range.

    `least` is what was due when the last day began, `most` holds for all of the month.
    """

    contacts: float
    target: float
    least: int
    most: int

    @property
    def capped(self) -> float:
        """The contacts that count towards the target."""
        return min(self.contacts, self.target)

    @property
    def missing(self) -> float:
        """How far below the range: under(i) = freq < min."""
        return max(0.0, self.least - self.contacts)

    @property
    def beyond(self) -> float:
        """How far above the range: over(i) = freq > max."""
        return max(0.0, self.contacts - self.most)


def part_of_month(
    month: date,
    until: date,
    today: date,
    *,
    away: Away,
    calendar: WorkingCalendar,
    listed_on: date | None = None,
    fewest_days: int = 0,
) -> Part | None:
    """The part of the month that begins on `month` in which a customer could be met, seen on `until`.

    `until` lies in the month and is not after `today`, which is not over yet. `listed_on` is when the
    customer came onto the list, None from the beginning; None is given back when fewer than
    `fewest_days` calendar days of the month are left from then on.
    """
    last = last_of_month(month)
    begin = month if listed_on is None else max(month, listed_on)
    if (last - begin).days + 1 < fewest_days:
        return None
    working = 2 * calendar.working_days_of_month(month)
    if not working:
        return Part(1.0, 1.0 if until < today else 0.0)
    eve = begin - _ONE_DAY
    over = until if until < today else until - _ONE_DAY
    return Part(
        away.halves_in_field(eve, last, calendar) / working,
        away.halves_in_field(eve, over, calendar) / working,
    )


def frequency(contacts: float, cadence: CellCadence, part: Part) -> Frequency:
    """Contacts of a month beside the cadence of the cell, limits moved outwards to whole numbers."""
    return Frequency(
        contacts=contacts,
        target=cadence.target * part.whole,
        least=floor(round(cadence.min * part.over, _DIGITS)),
        most=ceil(round(cadence.max * part.whole, _DIGITS)),
    )
