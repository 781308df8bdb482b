"""What was bought or used in a stated window, by whom, and the same a quarter before.

The window ends with the last day on record, the same for everybody, so that customers compare. Two
measures are never mixed: sales count by amount, or by quantity where more rows lack the amount.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.tiering.subject import Subject

QUARTER = 3
"""Months."""

_SLACK = timedelta(days=31)  # data that begin so late after a window opened still fill it
_DECIMALS = 6  # without the last bits of sums, which depend on the order of the rows


class Unit(StrEnum):
    """What the values count."""

    AMOUNT = "amount"  # money
    QUANTITY = "quantity"  # packs sold
    USAGE = "usage"  # what doctors used


class SaleLine(NamedTuple):
    """One row of sales to an account; `number` tells rows apart that are equal in all else."""

    account: str
    on: date
    quantity: float | None
    amount: float | None
    number: int


class Purchase(NamedTuple):
    """One purchase of a member; negative: goods that came back."""

    member: str
    day: date
    value: float
    number: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Business:
    """What the members of a list bought from `since` to `until`.

    `values` has every member, with zero where nothing was bought; `earlier` the same for the window
    that ended at `earlier_until`, both None where the data do not reach back so far. `purchases` are
    those of all time, for RFM. `first` has the day of each member's first row where one can tell who
    is new. `incomplete` rows had no value in the unit and are left out.
    """

    subject: Subject
    unit: Unit
    names: Mapping[str, str]
    values: Mapping[str, float]
    since: date
    until: date
    earlier: Mapping[str, float] | None = None
    earlier_until: date | None = None
    purchases: Sequence[Purchase] = ()
    first: Mapping[str, date] | None = None
    incomplete: int = 0


def months_before(day: date, months: int) -> date:
    """The same day `months` months before, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def of_sales(
    names: Mapping[str, str],
    lines: Sequence[SaleLine],
    *,
    begun: date,
    until: date,
    days: int,
    new_days: int,
) -> Business:
    """The business of accounts from the rows of their sales up to `until`, in a window of `days`.

    `names` are all accounts of the list; `begun` is the first day on record for anybody, which tells
    how far back a comparison may go, and whether an account can be called new at all.
    """
    without_amount = sum(line.amount is None for line in lines)
    without_quantity = sum(line.quantity is None for line in lines)
    by_amount = without_amount <= without_quantity
    purchases = [
        Purchase(line.account, line.on, value, line.number)
        for line in lines
        if (value := line.amount if by_amount else line.quantity) is not None
    ]
    first: dict[str, date] = {}
    for line in lines:
        first[line.account] = min(first.get(line.account, line.on), line.on)
    window = timedelta(days=days)
    before = months_before(until, QUARTER)
    reaches_back = begun <= before - window + _SLACK
    return Business(
        subject=Subject.ACCOUNT,
        unit=Unit.AMOUNT if by_amount else Unit.QUANTITY,
        names=names,
        values=_sums(names, purchases, until - window, until),
        since=max(until - window + timedelta(days=1), begun),
        until=until,
        earlier=_sums(names, purchases, before - window, before) if reaches_back else None,
        earlier_until=before if reaches_back else None,
        purchases=purchases,
        first=first if (until - begun).days >= new_days else None,
        incomplete=without_amount if by_amount else without_quantity,
    )


def _sums(
    names: Mapping[str, str], purchases: Sequence[Purchase], opens_after: date, until: date
) -> dict[str, float]:
    sums = dict.fromkeys(names, 0.0)
    for one in purchases:
        if opens_after < one.day <= until:
            sums[one.member] += one.value
    return {member: round(value, _DECIMALS) for member, value in sums.items()}
