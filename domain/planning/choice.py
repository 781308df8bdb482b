"""Decisions by which one rep visits other than the norm says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, floor

from domain.explain import Reason
from domain.ids import ChoiceId, EffortId, UserId
from domain.planning.params import CadenceParams, CellCadence
from domain.tiering.model import Cell

EFFORT = "effort"  # what a manager has shared out; no remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceChoice:
    """A decision by which one rep visits other than the norm says, from `decided_at` until it is ended.

    `kind` is a `RemedyKind`, which holds until the day `until`, or `EFFORT`, part of the decision
    `effort_id`. `targets` are visits a month to each customer of a cell.
    """

    id: ChoiceId
    rep_id: UserId
    kind: str
    targets: Mapping[Cell, float]
    extra_days: int
    reasons: tuple[Reason, ...]
    author_id: UserId
    decided_at: datetime
    until: date | None = None
    effort_id: EffortId | None = None

    @property
    def is_remedy(self) -> bool:
        return self.kind != EFFORT


def cadence_for(cadence: CadenceParams, targets: Mapping[Cell, float]) -> CadenceParams:
    """The cadence with these visits a month as targets; cells that are not named keep theirs.

    Where visits are fewer than the cadence's, the limits are the whole numbers around the new
    target, so that a plan keeps to it; a target is never above its maximum.
    """
    cells = {
        cell: _with_target(one, targets[cell]) if cell in targets else one
        for cell, one in cadence.cells.items()
    }
    return cadence.model_copy(update={"cells": cells})


def cadence_of(cadence: CadenceParams, choices: Iterable[CadenceChoice]) -> CadenceParams:
    """The cadence of a rep for whom these choices are in force, the oldest first."""
    for choice in choices:
        cadence = cadence_for(cadence, choice.targets)
    return cadence


def _with_target(one: CellCadence, target: float) -> CellCadence:
    if target == one.target:
        return one
    least, most = one.min, max(one.max, target)
    if target < one.target:
        least, most = min(one.min, floor(target)), min(one.max, ceil(target))
    return one.model_copy(update={"min": float(least), "target": target, "max": float(most)})
