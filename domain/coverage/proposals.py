"""What follows from the figures: at most three decisions for the manager to make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.coverage.definitions import Served
from domain.coverage.serving import shift, under_served
from domain.explain import Reason
from domain.ids import CustomerId, RoundId, UserId
from domain.planning.params import CadenceParams
from domain.tiering.argument import Question
from domain.tiering.model import Cell

_TO_DEVELOP = (Cell.A2, Cell.A3)  # where coming along may move most


class ProposalKind(StrEnum):
    """What is proposed."""

    ACCOMPANY = "accompany"  # a rep to a customer
    DECIDE = "decide"  # what waits in a round, or a rep's question
    SHIFT = "shift"  # visits from C to A


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageProposal:
    """One proposal: about which rep, customer or row; `subject` is a round or a question."""

    kind: ProposalKind
    reason: Reason
    rep_id: UserId | None = None
    customer_id: CustomerId | None = None
    subject: int | None = None


def accompany(
    served: Iterable[Served], stood: Mapping[CustomerId, Cell | None], cadence: CadenceParams
) -> CoverageProposal | None:
    """The customer with whom a manager's company would help most.

    First an A2 or A3 who is met as often as is due and stands where they `stood` long before: what is
    missing there is not visits. Else the weightiest of these cells with visits missing. Names must be known.
    """
    those = [one for one in served if one.cell in _TO_DEVELOP and one.months and one.name]
    stuck = [one for one in those if one.met and not one.missing and stood.get(one.customer_id) is one.cell]
    if stuck:
        best = min(stuck, key=lambda one: (-one.met, -_weight(one, cadence), one.name, one.customer_id))
        told = {"met": best.met, "cell": _cell(best)}
        return _accompany(best, Reason("met_not_moved", told))
    rare = under_served(those, cadence, 1)
    if not rare:
        return None
    told = {"missing": rare[0].missing, "cell": _cell(rare[0])}
    return _accompany(rare[0], Reason("rarely_met", told))


def move_visits(served: Iterable[Served], cadence: CadenceParams) -> CoverageProposal | None:
    """Visits that one rep could move from C to A, None when there are none."""
    found = shift(served, cadence)
    if found is None:
        return None
    reason = Reason("move_visits", {"visits": found.visits, "cell": found.cell.value})
    return CoverageProposal(kind=ProposalKind.SHIFT, reason=reason, rep_id=found.rep_id)


def decide_round(round_id: RoundId, on: date, moves: int) -> CoverageProposal | None:
    """An open round with moves that wait, None without any."""
    if not moves:
        return None
    reason = Reason("round_waits", {"moves": moves, "on": on.isoformat()})
    return CoverageProposal(kind=ProposalKind.DECIDE, reason=reason, subject=round_id)


def decide_question(asked: Iterable[Question]) -> CoverageProposal | None:
    """The oldest question of a rep that waits for its answer, None without any."""
    waiting = [one for one in asked if one.is_open]
    if not waiting:
        return None
    oldest = min(waiting, key=lambda one: (one.asked_at, one.id))
    return CoverageProposal(
        kind=ProposalKind.DECIDE,
        reason=Reason("question_waits", {"questions": len(waiting)}),
        rep_id=oldest.rep_id,
        customer_id=oldest.customer_id,
        subject=oldest.id,
    )


def _accompany(one: Served, reason: Reason) -> CoverageProposal:
    return CoverageProposal(
        kind=ProposalKind.ACCOMPANY, reason=reason, rep_id=one.rep_id, customer_id=one.customer_id
    )


def _weight(one: Served, cadence: CadenceParams) -> float:
    return cadence.cells[one.cell].weight if one.cell else 0.0


def _cell(one: Served) -> str:
    return one.cell.value if one.cell else ""
