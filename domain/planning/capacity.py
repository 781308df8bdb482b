"""What a month can hold against what the cadence asks for, and what to do when it does not fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush
from math import ceil, floor
from typing import TYPE_CHECKING

from domain.customers.model import CustomerStatus
from domain.explain import Reason
from domain.ids import CustomerId
from domain.planning.effort_params import EffortParams, RemedyKind
from domain.planning.model import VisitTarget
from domain.planning.params import CadenceParams, Planning
from domain.tiering.model import Cell

if TYPE_CHECKING:
    from domain.planning.allocation import NextVisit

_SMALLEST = 0.1  # visits a month; a cadence is at least that or none
_LIGHTEST = 0.01  # so that a cell without weight can be stretched too
_HALVINGS = 60


class Fit(StrEnum):
    """How a month's visits stand against its capacity."""

    FITS = "fits"
    TIGHT = "tight"  # only with as many visits as a day holds at most
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Room:
    """What a month holds: days in the field, a half day as 0.5, and visits a day, usual and at most."""

    days: float
    usual_a_day: int
    most_a_day: int

    @property
    def usual(self) -> int:
        return int(self.days * self.usual_a_day)

    @property
    def most(self) -> int:
        return int(self.days * self.most_a_day)


@dataclass(frozen=True, slots=True)
class Demand:
    """What the customers of a rep ask for: how many there are in each cell, and visits a month to each."""

    customers: Mapping[Cell, int]
    targets: Mapping[Cell, float]
    minima: Mapping[Cell, float]

    @property
    def needed(self) -> float:
        """Visits a month."""
        return _total(self.customers, self.targets)

    @property
    def least(self) -> float:
        """Visits a month if everybody gets the minimum."""
        return _total(self.customers, self.minima)

    def by_letter(self) -> Mapping[str, tuple[int, float]]:
        """Customers and visits a month of each letter of the grid."""
        found: dict[str, tuple[int, float]] = {}
        for cell, number in self.customers.items():
            people, visits = found.get(cell.tier.value, (0, 0.0))
            visits = round(visits + number * self.targets[cell], 2)
            found[cell.tier.value] = people + number, visits
        return found


def demand(targets: Iterable[VisitTarget], cadence: CadenceParams) -> Demand:
    """What the active, rated customers who see representatives ask for."""
    customers = dict.fromkeys(Cell, 0)
    for target in targets:
        cell = target.cell
        if cell and not target.customer.is_no_see and target.customer.status is CustomerStatus.ACTIVE:
            customers[cell] += 1
    return Demand(
        customers={cell: number for cell, number in customers.items() if number},
        targets={cell: one.target for cell, one in cadence.cells.items()},
        minima={cell: one.min for cell, one in cadence.cells.items()},
    )


def fit(needed: float, room: Room) -> Fit:
    """How so many visits a month stand against what it holds."""
    if needed > room.most:
        return Fit.OVER
    return Fit.TIGHT if needed > room.usual else Fit.FITS


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way out, with what results: visits a month to each customer of a cell, and extra days.

    `is_enough` is false when the month does not fit even so; then it cannot be chosen. `reason`
    tells what is asked for and what the month holds without it.
    """

    kind: RemedyKind
    targets: Mapping[Cell, float]
    extra_days: int
    needed: float
    holds: int
    is_enough: bool
    reason: Reason


def remedies(asked: Demand, room: Room, cadence: CadenceParams, params: EffortParams) -> tuple[Remedy, ...]:
    """The ways out of a month that does not fit: one of each kind. None are needed when it fits."""
    if fit(asked.needed, room) is not Fit.OVER:
        return ()
    return (
        _remedy(RemedyKind.STRETCH, asked, _stretched(asked, room.most, cadence), room),
        _remedy(RemedyKind.CUT, asked, _cut(asked, room.most, params), room),
        _more_days(asked, room, params),
    )


def worth_left_out(
    targets: Sequence[VisitTarget], params: Planning, visits: int, shown: int
) -> "tuple[NextVisit, ...]":
    """What one more visit this month would be worth beyond the next `visits`, and to whom, best first.

    The `visits` that are still possible are taken to go where they are worth most; a few of the best
    beyond them are given, one a customer.
    """
    from domain.planning.allocation import next_visits, visit_worth

    planned: dict[CustomerId, int] = {}
    factors = {target.customer.id: target.factor for target in targets}
    waiting = [(-one.worth, one.customer_id, one.number, one.cell) for one in next_visits(targets, params)]
    heapify(waiting)
    for _ in range(visits):
        if not waiting:
            break
        _, customer_id, number, cell = heappop(waiting)
        planned[customer_id] = planned.get(customer_id, 0) + 1
        worth = visit_worth(cell, number + 1, params, factors[customer_id])
        if worth > 0:
            heappush(waiting, (-worth, customer_id, number + 1, cell))
    return next_visits(targets, params, planned=planned)[:shown]


def _remedy(kind: RemedyKind, asked: Demand, targets: Mapping[Cell, float], room: Room) -> Remedy:
    needed = _total(asked.customers, targets)
    return Remedy(kind, targets, 0, needed, room.most, needed <= room.most, _ground(asked, room))


def _more_days(asked: Demand, room: Room, params: EffortParams) -> Remedy:
    extra = ceil((asked.needed - room.most) / room.most_a_day)
    holds = int((room.days + extra) * room.most_a_day)
    return Remedy(
        kind=RemedyKind.DAYS,
        targets=asked.targets,
        extra_days=extra,
        needed=asked.needed,
        holds=holds,
        is_enough=extra <= params.most_extra_days,
        reason=_ground(asked, room),
    )


def _ground(asked: Demand, room: Room) -> Reason:
    return Reason("over_capacity", {"needed": asked.needed, "holds": room.most})


def _stretched(asked: Demand, holds: int, cadence: CadenceParams) -> Mapping[Cell, float]:
    """Every interval grows by the part s / weight of itself, with the smallest s that fits."""

    def at(stretch: float) -> dict[Cell, float]:
        return {
            cell: _floored(target / (1 + stretch / max(cadence.cells[cell].weight, _LIGHTEST)))
            for cell, target in asked.targets.items()
        }

    low, high = 0.0, 1.0
    while _total(asked.customers, at(high)) > holds:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _total(asked.customers, at(middle)) > holds else (low, middle)
    return at(high)


def _cut(asked: Demand, holds: int, params: EffortParams) -> Mapping[Cell, float]:
    """Cells give way one after another, the last of them only as far as it must."""
    targets = dict(asked.targets)
    floors = dict.fromkeys(params.cut.off, 0.0) | {cell: asked.minima[cell] for cell in params.cut.to_minimum}
    for cell, least in floors.items():
        excess = _total(asked.customers, targets) - holds
        if excess <= 0:
            break
        number = asked.customers.get(cell, 0)
        if number:
            targets[cell] = max(_floored(targets[cell] - excess / number), min(least, targets[cell]))
    return targets


def _floored(visits: float) -> float:
    """Rounded down to two decimals, so that a sum never grows; what is too little is none."""
    rounded = floor(round(visits * 100, 6)) / 100
    return rounded if rounded >= _SMALLEST else 0.0


def _total(customers: Mapping[Cell, int], visits: Mapping[Cell, float]) -> float:
    return round(sum(number * visits[cell] for cell, number in customers.items()), 2)
