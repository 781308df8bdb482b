"""What follows from the figures: at most three decisions for the manager to make.

What was answered rests: it comes back after some weeks, or as soon as what it rested on has grown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.coverage.definitions import Served
from domain.coverage.params import Rest
from domain.coverage.period import Span
from domain.coverage.serving import shifts, under_served
from domain.explain import Reason
from domain.ids import CoverageProposalId, CustomerId, RoundId, UserId
from domain.planning.params import CadenceParams
from domain.tiering.argument import Question
from domain.tiering.model import Cell

_TO_DEVELOP = (Cell.A2, Cell.A3)  # where coming along may move most


class ProposalKind(StrEnum):
    """What is proposed."""

    ACCOMPANY = "accompany"  # a rep to a customer
    DECIDE = "decide"  # what waits in a round, or a rep's question
    SHIFT = "shift"  # visits from C to A


class ProposalAnswer(StrEnum):
    """What a manager has made of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageProposal:
    """One proposal: about which rep, customer or row; `subject` is a round or a question.

    `span` is the length of the period whose figures it rests on, None where it rests on none.
    """

    kind: ProposalKind
    reason: Reason
    rep_id: UserId | None = None
    customer_id: CustomerId | None = None
    subject: int | None = None
    span: Span | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Two proposals with the same key propose the same, whatever their figures.

        The questions that wait are one proposal, whichever of them is the oldest.
        """
        if self.kind is ProposalKind.DECIDE and self.customer_id is not None:
            return (self.kind,)
        return (self.kind, self.rep_id, self.customer_id, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedProposal:
    """A proposal as it was shown last, and what the manager has answered, and when."""

    id: CoverageProposalId
    proposal: CoverageProposal
    answer: ProposalAnswer
    answered_at: datetime | None

    @property
    def settled_at(self) -> datetime | None:
        """When it was settled for now; what was taken up and still waits for a decision is not."""
        waits = self.proposal.kind is ProposalKind.DECIDE and self.answer is ProposalAnswer.ACCEPTED
        return None if waits else self.answered_at


def first_awake(
    candidates: Iterable[CoverageProposal], noted: Iterable[NotedProposal], now: datetime, rest: Rest
) -> CoverageProposal | None:
    """The first of the candidates, all of one kind, that does not rest.

    None for some days after one of them was answered: a no is not followed by the next best at once.
    """
    for one in candidates:
        alike = [each for each in noted if each.proposal.kind is one.kind]
        if any(now - each.settled_at < timedelta(days=rest.quiet_days) for each in alike if each.settled_at):
            return None
        if not any(rests(one, each, now, rest) for each in alike):
            return one
    return None


def rests(proposal: CoverageProposal, noted: NotedProposal, now: datetime, rest: Rest) -> bool:
    """Whether a proposal was answered before and there is no news since."""
    earlier = noted.proposal
    if noted.settled_at is None or proposal.key != earlier.key:
        return False
    if now - noted.settled_at >= timedelta(weeks=rest.weeks):
        return False
    return proposal.span is not earlier.span or not _is_news(proposal.reason, earlier.reason, rest)


def _is_news(reason: Reason, earlier: Reason, rest: Rest) -> bool:
    """Whether the facts are others: another ground or cell, or a number that has grown beyond noise."""
    if reason.code != earlier.code or reason.params.keys() != earlier.params.keys():
        return True
    for name, value in reason.params.items():
        before = earlier.params[name]
        if isinstance(value, str):
            if value != before:
                return True
        elif value - before >= max(rest.least, rest.part * before):
            return True
    return False


def accompany(
    served: Iterable[Served], stood: Mapping[CustomerId, Cell | None], cadence: CadenceParams
) -> Iterator[CoverageProposal]:
    """The customers with whom a manager's company would help, the most useful first.

    First who is an A2 or A3, is met as often as is due and stands where they `stood` long before: what is
    missing there is not visits. Then the weightiest of these cells with visits missing. Names must be known.
    """
    those = [one for one in served if one.cell in _TO_DEVELOP and one.months and one.name]
    stuck = [one for one in those if one.met and not one.missing and stood.get(one.customer_id) is one.cell]
    stuck.sort(key=lambda one: (-one.met, -_weight(one, cadence), one.name, one.customer_id))
    for one in stuck:
        yield _accompany(one, Reason("met_not_moved", {"met": one.met, "cell": _cell(one)}))
    for one in under_served(those, cadence):
        yield _accompany(one, Reason("rarely_met", {"missing": one.missing, "cell": _cell(one)}))


def move_visits(served: Iterable[Served], cadence: CadenceParams) -> Iterator[CoverageProposal]:
    """Visits that single reps could move from C to A, most visits first."""
    for found in shifts(served, cadence):
        reason = Reason("move_visits", {"visits": found.visits, "cell": found.cell.value})
        yield CoverageProposal(kind=ProposalKind.SHIFT, reason=reason, rep_id=found.rep_id)


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
