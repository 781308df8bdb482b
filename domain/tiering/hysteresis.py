"""Letters and digits that do not flap: a new one is taken over only when it is sure.

A measured value wavers from month to month, and near a limit it would carry a customer to
and fro. So the value must have passed the limit by a wide margin once, or by a narrow one
in several rounds in a row (a Schmitt trigger with a delay). Several rounds without the
narrow margin would not do: in a year of noise, chance gives two in a row to almost
everybody who stands near a limit. What is stated or read from the score table is no
measurement and counts at once. The round before is read from the reasons of its decision,
so a year of decisions can be replayed from what is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from domain.explain import Reason
from domain.tiering.analysis_params import HysteresisParams
from domain.tiering.model import Support, Tier, TierDecision
from domain.tiering.notes import Note

L = TypeVar("L", Tier, Support)


def settle(previous: TierDecision | None, proposed: TierDecision, params: HysteresisParams) -> TierDecision:
    """What holds after a round that proposes `proposed`, `previous` being what held before.

    The reasons are those of the proposal, and for each axis on which it differs one more:
    "held" with the proposal that was not taken over, or "moved". Without an earlier letter
    (or digit) the proposed one holds, and without a proposed one there is none.
    """
    if previous is None:
        return proposed
    tier, on_tier = _LETTER.settle(previous.tier, proposed.tier, previous, proposed, params)
    support, on_support = _DIGIT.settle(previous.support, proposed.support, previous, proposed, params)
    return replace(proposed, tier=tier, support=support, reasons=(*proposed.reasons, *on_tier, *on_support))


@dataclass(frozen=True, slots=True)
class _Axis(Generic[L]):
    """One axis of the grid.

    `levels` run from low to high; `measures` name, for each reason of a measured value,
    its value and the limits between the first two and the last two levels.
    """

    name: str
    levels: Sequence[L]
    measures: Mapping[str, tuple[str, str, str]]

    def settle(
        self,
        held: L | None,
        wanted: L | None,
        previous: TierDecision,
        proposed: TierDecision,
        params: HysteresisParams,
    ) -> tuple[L | None, tuple[Reason, ...]]:
        """The level that holds now, and why if it is not simply the same again."""
        if held is None or wanted is None or held == wanted:
            return wanted, ()
        past = self._past(held, wanted, proposed)
        rounds = 0
        if past is not None and past > params.sustained:
            rounds = 1 + self._rounds_before(held, wanted, previous)
        if past is None or past > params.at_once or rounds >= params.rounds:
            told = {"axis": self.name, "before": held.value, "past": past, "rounds": rounds}
            return wanted, (Reason(Note.MOVED, told),)
        told = {
            "axis": self.name,
            "stays": held.value,
            "proposed": wanted.value,
            "past": past,
            "rounds": rounds,
            "needed": params.rounds,
        }
        return held, (Reason(Note.HELD, told),)

    def _past(self, held: L, wanted: L, proposed: TierDecision) -> float | None:
        """How far, relative to it, the value lies past the limit of the held level; None if not measured."""
        reason = next((reason for reason in reversed(proposed.reasons) if reason.code in self.measures), None)
        if reason is None:
            return None
        value, low, high = (float(reason.params[name]) for name in self.measures[reason.code])
        rises = self._rises(held, wanted)
        at = self.levels.index(held) if rises else self.levels.index(held) - 1
        limit = (low, high)[at]
        if limit <= 0:
            return None
        return round((value - limit if rises else limit - value) / limit, 4)

    def _rounds_before(self, held: L, wanted: L, previous: TierDecision) -> int:
        """How many rounds in a row, up to the last, pointed the same way."""
        for reason in previous.reasons:
            if reason.code == Note.HELD and reason.params["axis"] == self.name:
                earlier = next(level for level in self.levels if level.value == reason.params["proposed"])
                same_way = self._rises(held, earlier) == self._rises(held, wanted)
                return int(reason.params["rounds"]) if same_way else 0
        return 0

    def _rises(self, held: L, wanted: L) -> bool:
        return self.levels.index(wanted) > self.levels.index(held)


_LETTER = _Axis(
    "tier",
    (Tier.C, Tier.B, Tier.A),
    {
        "quantity_tercile": ("quantity", "q1", "q2"),
        "quantity_cuts": ("quantity", "low", "middle"),
        "quantity_cumulative": ("quantity", "low", "middle"),
        "score_stated": ("score", "b", "a"),
    },
)
_DIGIT = _Axis(
    "support",
    (Support.COMPETITOR_OR_NONE, Support.SECOND_CHOICE, Support.FIRST_CHOICE),
    {
        "share_tercile": ("share", "q1", "q2"),
        "share_cuts": ("share", "low", "middle"),
    },
)
