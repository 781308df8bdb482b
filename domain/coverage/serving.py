"""Who gets too few visits, who too many, and the swap between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.coverage.definitions import Served
from domain.ids import CustomerId, UserId
from domain.planning.params import CadenceParams
from domain.tiering.model import Cell, Tier

_SMALLEST = 1  # visits; less cannot be swapped


@dataclass(frozen=True, slots=True)
class Swap:
    """Visits that would help `receiver`, taken from a customer of the same rep who has too many.

    `giver` None: nobody of the rep has a visit to spare.
    """

    receiver: Served
    giver: Served | None
    visits: int


@dataclass(frozen=True, slots=True)
class Shift:
    """Visits of one rep that would do more elsewhere: `visits` from the letter C to customers of `cell`."""

    rep_id: UserId
    cell: Cell
    visits: int


def under_served(served: Iterable[Served], cadence: CadenceParams, most: int | None = None) -> list[Served]:
    """Who was met less often than was due, the weightiest first: weight of the cell x visits missing."""
    found = [one for one in served if one.missing > 0]
    found.sort(key=lambda one: (-_weight(one, cadence) * one.missing, *_name(one)))
    return found[:most]


def over_served(served: Iterable[Served], cadence: CadenceParams, most: int | None = None) -> list[Served]:
    """Who was met more often than the cell allows, the lightest cells and most visits first."""
    found = [one for one in served if one.beyond > 0]
    found.sort(key=lambda one: (_weight(one, cadence), -one.beyond, *_name(one)))
    return found[:most]


def swaps(receivers: Sequence[Served], served: Iterable[Served], cadence: CadenceParams) -> tuple[Swap, ...]:
    """For each receiver visits to be taken from a lighter cell of the same rep.

    First from who is above the maximum, then from who is above the target, the lightest cell first. What
    was taken once is not taken again.
    """
    spare: dict[CustomerId, float] = {}
    givers: dict[UserId, list[Served]] = {one.rep_id: [] for one in receivers}
    for one in served:
        if one.rep_id in givers and one.above_target >= _SMALLEST:
            spare[one.customer_id] = one.above_target
            givers[one.rep_id].append(one)
    for those in givers.values():
        those.sort(
            key=lambda one: (one.beyond < _SMALLEST, _weight(one, cadence), -one.above_target, *_name(one))
        )
    found = []
    for receiver in receivers:
        giver = next(
            (
                one
                for one in givers[receiver.rep_id]
                if spare[one.customer_id] >= _SMALLEST and _weight(one, cadence) < _weight(receiver, cadence)
            ),
            None,
        )
        visits = 0
        if giver is not None:
            visits = max(_SMALLEST, int(min(receiver.missing, spare[giver.customer_id])))
            spare[giver.customer_id] -= visits
        found.append(Swap(receiver, giver, visits))
    return tuple(found)


def shifts(served: Iterable[Served], cadence: CadenceParams) -> list[Shift]:
    """The reps with visits to move from C to a cell of A where they are missing, most visits first.

    n = min(contacts with C above the target, contacts with A below what was due); of the cells of A the
    one where most weight is missing.
    """
    spare: dict[UserId, float] = {}
    missing: dict[UserId, dict[Cell, float]] = {}
    for one in served:
        if one.cell is None:
            continue
        tier = one.cell.tier
        if tier is Tier.C:
            spare[one.rep_id] = spare.get(one.rep_id, 0) + one.above_target
        elif tier is Tier.A and one.missing:
            cells = missing.setdefault(one.rep_id, {})
            cells[one.cell] = cells.get(one.cell, 0) + one.missing
    found = []
    for rep_id, cells in missing.items():
        visits = int(min(spare.get(rep_id, 0), sum(cells.values())))
        if visits >= _SMALLEST:
            cell = max(cells, key=lambda cell: (cadence.cells[cell].weight * cells[cell], cell.value))
            found.append(Shift(rep_id, cell, visits))
    return sorted(found, key=lambda one: (-one.visits, one.rep_id))


def _weight(one: Served, cadence: CadenceParams) -> float:
    return cadence.cells[one.cell].weight if one.cell else 0.0


def _name(one: Served) -> tuple[str, int]:
    return one.name, one.customer_id
