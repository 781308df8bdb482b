"""With whom a manager's company may help most: for each rep the customer, the kind, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.jointvisits.model import JointKind
from domain.jointvisits.params import JointVisitParams
from domain.tiering.model import Cell, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rep's customer as far as joint visits are concerned.

    `since` is the day from which the customer stands in `cell`, `came_from` the cell before that. `met` and
    `refused` count visits that took place or were turned down, each in the time that the norms name.
    """

    rep_id: UserId
    customer_id: CustomerId
    name: str
    cell: Cell
    since: date
    came_from: Cell | None = None
    met: int = 0
    refused: int = 0
    is_kol: bool = False
    last_joint: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JointProposal:
    """A rep, a customer, who should lead, and the reasons, the weightiest first."""

    rep_id: UserId
    customer_id: CustomerId
    kind: JointKind
    reasons: tuple[Reason, ...]
    rank: int


_KINDS: Mapping[str, JointKind] = {
    "joint_stuck": JointKind.COACHING,  # they know each other: what the rep does is worth watching
    "joint_refused": JointKind.JOINT,  # the door is shut: two look for the reason
    "joint_slipped": JointKind.JOINT,
    "joint_new": JointKind.DEMONSTRATION,  # a first conversation at a new level
    "joint_expert": JointKind.JOINT,
}
_STUCK = {Cell.A2: 0, Cell.B2: 1}


def proposals(
    candidates: Iterable[Candidate], params: JointVisitParams, today: date
) -> tuple[JointProposal, ...]:
    """At most `params.shown` proposals, `params.per_rep` for a rep; the same input gives the same list.

    Stuck A2 and B2 come first, refused A3 second, new A and B third, A1 for other purposes last: each of
    these, then those who have waited longest, then names. Never C: what growth is left there?
    """
    found = []
    for one in candidates:
        reason = reason_for(one, params, today)
        if reason is not None and not _rests(one, params, today):
            found.append((_order(one, reason), one, reason))
    found.sort(key=lambda each: each[0])
    kept: list[JointProposal] = []
    taken: dict[UserId, int] = {}
    for order, one, reason in found:
        if len(kept) < params.shown and taken.get(one.rep_id, 0) < params.per_rep:
            taken[one.rep_id] = taken.get(one.rep_id, 0) + 1
            kept.append(_proposal(one, reason, order[0]))
    return tuple(kept)


def reason_for(one: Candidate, params: JointVisitParams, today: date) -> Reason | None:
    """What speaks for a joint visit to somebody, proposed or chosen; None when nothing does."""
    days = (today - one.since).days
    told = {"cell": one.cell.value, "days": days}
    if one.cell in _STUCK and days >= params.stuck_days and one.met >= params.least_met:
        return Reason("joint_stuck", told | {"met": one.met})
    if one.cell is Cell.A3 and one.refused >= params.refusals:
        return Reason("joint_refused", told | {"refused": one.refused})
    if days < params.new_days and one.came_from is not None:
        return _of_a_move(one, told, one.came_from)
    if one.cell is Cell.A1 and one.is_kol:
        return Reason("joint_expert", told)
    return None


def kind_for(candidate: Candidate, params: JointVisitParams, today: date) -> JointKind:
    """Who should lead with a customer whom the manager has chosen: the rep, unless a reason names another."""
    reason = reason_for(candidate, params, today)
    return _KINDS[reason.code] if reason else JointKind.COACHING


def doubt(cell: Cell) -> Reason | None:
    """What to ask oneself before a joint visit to somebody of this cell; None where it speaks for itself."""
    if cell.tier is Tier.C:
        return Reason("joint_what_growth", {"cell": cell.value})
    return None


def without(
    reps: Sequence[UserId], closed: Mapping[UserId, int], params: JointVisitParams
) -> tuple[UserId, ...]:
    """The reps who have had fewer joint visits this quarter than is usual, as they were given."""
    return tuple(rep for rep in reps if closed.get(rep, 0) < params.quarterly)


def _of_a_move(one: Candidate, told: Mapping[str, object], came_from: Cell) -> Reason | None:
    told = {**told, "from": came_from.value}
    if came_from.tier is one.cell.tier and came_from.support < one.cell.support:
        return Reason("joint_slipped", told) if one.cell.tier is Tier.A else None
    is_new = came_from.tier is not one.cell.tier and one.cell.tier is not Tier.C
    return Reason("joint_new", told) if is_new else None


def _rests(one: Candidate, params: JointVisitParams, today: date) -> bool:
    return one.last_joint is not None and today - one.last_joint < timedelta(days=params.rest_days)


def _order(one: Candidate, reason: Reason) -> tuple[int, date, str, CustomerId]:
    groups = {"joint_stuck": _STUCK.get(one.cell, 0), "joint_refused": 2, "joint_slipped": 3, "joint_new": 4}
    return groups.get(reason.code, 5), one.since, one.name, one.customer_id


def _proposal(one: Candidate, reason: Reason, rank: int) -> JointProposal:
    return JointProposal(
        rep_id=one.rep_id, customer_id=one.customer_id, kind=_KINDS[reason.code], reasons=(reason,), rank=rank
    )
