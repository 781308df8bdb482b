"""The definitions: each a function of the customers of a territory that gives numerator and denominator.

Every visit belongs to the rep who has the customer now, whoever paid it, and counts once a day. Visits
are those face to face at which somebody was met.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from domain.coverage.frequency import Frequency
from domain.coverage.params import MixBasis
from domain.coverage.ratio import Ratio
from domain.ids import CustomerId, InstitutionId, UserId
from domain.tiering.model import Cell, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One customer in a period.

    `cell` is that of the period's end; who `is_listed` is active and sees representatives. `visits` are
    days with a visit; `contacts` those and, in part, days with another contact only. Of `planned` days
    `kept` had a visit. On `told` visits it was said what was talked about, `products` things in all, and
    on `usual` of them as many as is usual. `months` are there for whoever is to be visited: listed, in a
    cell with a target. `done` and `goal` are the last month's contacts of any kind up to the cell's
    maximum, and its target without leave. `name` is "" where the viewer leads the rep through others.
    `missing` are the contacts below what was due, month by month, `beyond` those above the most; where no
    visits are planned, every one.
    """

    customer_id: CustomerId
    name: str
    rep_id: UserId
    institution_id: InstitutionId | None = None
    institution: str = ""
    cell: Cell | None = None
    is_listed: bool = True
    visits: int = 0
    contacts: float = 0
    planned: int = 0
    kept: int = 0
    told: int = 0
    products: int = 0
    usual: int = 0
    months: tuple[Frequency, ...] = ()
    done: int = 0
    goal: float = 0
    missing: float = field(init=False, repr=False)
    beyond: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Asked for many times of each of thousands of customers, therefore reckoned once.
        object.__setattr__(self, "missing", sum([month.missing for month in self.months]))
        object.__setattr__(self, "beyond", sum([month.beyond for month in self.months]) + self.needless)

    @property
    def tier(self) -> Tier | None:
        return self.cell.tier if self.cell else None

    @property
    def met(self) -> float:
        """Contacts in the months of the frequency; in the period of who is not to be visited."""
        return sum(month.contacts for month in self.months) if self.months else self.contacts

    @property
    def least(self) -> int:
        """Contacts that were due."""
        return sum(month.least for month in self.months)

    @property
    def most(self) -> int:
        """Contacts that are in range at most."""
        return sum(month.most for month in self.months)

    @property
    def above_target(self) -> float:
        """Contacts above the target, month by month."""
        return sum(max(0.0, month.contacts - month.target) for month in self.months) + self.needless

    @property
    def needless(self) -> float:
        """Contacts with a customer of a cell without a target."""
        return self.contacts if self.is_listed and self.cell is not None and not self.goal else 0


class Met(Protocol):
    """What reach and mix need to know of a customer, as `Served` tells it."""

    @property
    def cell(self) -> Cell | None: ...
    @property
    def months(self) -> tuple[Frequency, ...]: ...
    @property
    def visits(self) -> int: ...
    @property
    def contacts(self) -> float: ...


def reach(served: Iterable[Met]) -> Ratio:
    """Customers to be visited with at least one contact in the period / all who are to be visited.

    coverage(S) = |{i in S : freq(i) >= 1}| / |S|: reach in the usual sense. How often is told apart.
    """
    listed = [one for one in served if one.months]
    return Ratio(sum(one.contacts >= 1 for one in listed), len(listed))


def attainment(served: Iterable[Served]) -> Ratio:
    """Frequency attainment: sum of min(freq, target) / sum of target, over customers and months.

    Capped, so that excess on one does not hide a gap on another. C3 has no target and no part in it.
    """
    months = [month for one in served for month in one.months]
    return Ratio(sum(month.capped for month in months), sum(month.target for month in months))


def in_range(served: Iterable[Served]) -> Ratio:
    """Months of customers with min <= freq <= max / months of customers.

    In a month that is still running the minimum is that of the days that are over.
    """
    months = [month for one in served for month in one.months]
    return Ratio(sum(month.least <= month.contacts <= month.most for month in months), len(months))


def mix(served: Iterable[Met], basis: MixBasis) -> Mapping[Tier, Ratio]:
    """share(t) = visits to tier t / visits to customers whose tier is known; or of the customers visited."""
    counts = dict.fromkeys(Tier, 0)
    for one in served:
        if one.cell is not None and one.visits:
            counts[one.cell.tier] += one.visits if basis is MixBasis.VISITS else 1
    whole = sum(counts.values())
    return {tier: Ratio(count, whole) for tier, count in counts.items()}


def adherence(served: Iterable[Served]) -> Ratio:
    """Planned visits that were made / planned visits: a question, for nobody has shown that more is better.

    Planned is what stood on the plan of a day or in a confirmed week, and every appointment.
    """
    return _ratio((one.kept, one.planned) for one in served)


def unplanned(served: Iterable[Served]) -> Ratio:
    """Visits that were not planned / all visits."""
    return _ratio((one.visits - one.kept, one.visits) for one in served)


def products_per_visit(served: Iterable[Served]) -> Ratio:
    """Things talked about / visits of which that was told."""
    return _ratio((one.products, one.told) for one in served)


def usual_products(served: Iterable[Served]) -> Ratio:
    """Visits on which as many things were talked about as is usual / visits of which that was told."""
    return _ratio((one.usual, one.told) for one in served)


def calls_per_field_day(visits_by_day: Iterable[int]) -> Ratio:
    """Visits on field days / field days.

    A field day is one with at least one visit planned or made; days off and of training are none.
    """
    days = list(visits_by_day)
    return Ratio(sum(days), len(days))


def load(required: float, field_days: float, a_day: int) -> Ratio:
    """Required / capacity = sum of monthly targets / (days in the field of the month x visits a day)."""
    return Ratio(required, field_days * a_day)


def _ratio(parts: Iterable[tuple[int, int]]) -> Ratio:
    """The sum of the first over the sum of the second numbers."""
    numerator = denominator = 0
    for part, whole in parts:
        numerator += part
        denominator += whole
    return Ratio(numerator, denominator)
