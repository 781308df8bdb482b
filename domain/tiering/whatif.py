"""What a round would change: proposals, what is still unknown, and the visits that would follow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from domain.ids import CustomerId, UserId
from domain.planning.params import CadenceParams
from domain.tiering.analysis_params import HysteresisParams
from domain.tiering.hysteresis import settle
from domain.tiering.model import Cell, Measures, TierDecision
from domain.tiering.nine_box import decide_all
from domain.tiering.params import Methods, TieringParams

K = TypeVar("K", bound=CustomerId)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One active customer as a round finds them.

    `computed` is the current decision, made on `decided_on`, and `by_hand` the cell of an
    override in force. `potential_on` and `support_on` are the days on which these were last
    stated. Who `is_no_see` is never visited.
    """

    id: CustomerId
    name: str
    owner_id: UserId | None
    is_no_see: bool
    computed: TierDecision | None
    by_hand: Cell | None
    decided_on: date | None
    potential_on: date | None
    support_on: date | None

    def cell(self, decision: TierDecision | None) -> Cell | None:
        """The cell that counts if `decision` is the computed one."""
        return self.by_hand or (decision.cell if decision else None)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Who is not known well enough, names in order; one customer may be in several lists."""

    total: int
    no_potential: tuple[Standing, ...]
    no_support: tuple[Standing, ...]
    stale: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class VisitLoad:
    """The visits a month that one rep's customers ask for, before and after, and what a month holds."""

    owner_id: UserId | None
    before: float
    after: float
    capacity: int


def propose(
    measures: Mapping[K, Measures],
    current: Mapping[K, TierDecision],
    tiering: TieringParams,
    methods: Methods,
    hysteresis: HysteresisParams,
) -> dict[K, TierDecision]:
    """The decision that a round would make about each customer; ranks are within `measures`."""
    decided = decide_all(measures, tiering, methods)
    return {key: settle(current.get(key), decision, hysteresis) for key, decision in decided.items()}


def moves(current: TierDecision | None, new: TierDecision) -> bool:
    """Whether a decision would take a customer out of the cell they are in."""
    return current is not None and current.cell is not None and current.cell is not new.cell


def gaps(
    standings: Iterable[Standing], proposed: Mapping[CustomerId, TierDecision], today: date, stale_days: int
) -> Gaps:
    """Whose potential or support is not known, or whose support was stated over `stale_days` ago."""
    everybody = sorted(standings, key=lambda one: (one.name, one.id))
    oldest = today - timedelta(days=stale_days)
    return Gaps(
        total=len(everybody),
        no_potential=tuple(one for one in everybody if proposed[one.id].tier is None),
        no_support=tuple(one for one in everybody if proposed[one.id].support is None),
        stale=tuple(one for one in everybody if one.support_on is not None and one.support_on < oldest),
    )


def visit_loads(
    standings: Iterable[Standing],
    proposed: Mapping[CustomerId, TierDecision],
    cadence: CadenceParams,
    capacity: int,
) -> tuple[VisitLoad, ...]:
    """The targets of each rep's customers added up, before and after `proposed`, in the order of ids.

    Who is not in `proposed` stays where they are; an override in force counts in both.
    """
    before: dict[UserId | None, float] = {}
    after: dict[UserId | None, float] = {}
    for one in standings:
        now, then = one.cell(one.computed), one.cell(proposed.get(one.id, one.computed))
        before[one.owner_id] = before.get(one.owner_id, 0) + _visits(one, now, cadence)
        after[one.owner_id] = after.get(one.owner_id, 0) + _visits(one, then, cadence)
    return tuple(
        VisitLoad(owner, round(before[owner], 2), round(after[owner], 2), capacity)
        for owner in sorted(before, key=lambda each: (each is None, each or 0))
    )


def _visits(one: Standing, cell: Cell | None, cadence: CadenceParams) -> float:
    return 0 if cell is None or one.is_no_see else cadence.cells[cell].target
