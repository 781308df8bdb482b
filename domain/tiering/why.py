"""A decision in two reasons: what settled the letter, and what settled the digit."""

from domain.explain import Reason
from domain.tiering.model import TierDecision
from domain.tiering.notes import Note

_LETTER = ("score_", "quantity_", "potential_")
_DIGIT = ("share_", "support_")


def why(decision: TierDecision) -> tuple[Reason, ...]:
    """The reason that settled each axis, letter first; at most two.

    Where a move is held back, that is the reason; that another method was tried in vain, or what
    the customer was before, is left to the full trace (`decision.reasons`).
    """
    settled = {axis: reason for reason in decision.reasons if (axis := _axis(reason)) is not None}
    return tuple(settled[axis] for axis in ("tier", "support") if axis in settled)


def _axis(reason: Reason) -> str | None:
    if reason.code == Note.HELD:
        return str(reason.params["axis"])
    if reason.code.startswith(_LETTER):
        return "tier"
    return "support" if reason.code.startswith(_DIGIT) else None
