"""Looking back: what has become of what a manager and the team have decided lately."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import local_date, midnight
from bot.db.repositories.coverage import Point, Territory
from bot.db.uow import UnitOfWork
from bot.db.values import Proposal, ProposalState
from bot.deps import Deps
from domain.coverage.proposals import ProposalAnswer, ProposalKind
from domain.coverage.report import Listed
from domain.errors import DomainError
from domain.ids import CustomerId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.params import CadenceParams
from domain.territory.effects import Decided, DecisionKind, Effect, Window, effect, window
from domain.tiering.model import Cell, Tier

_ONE_DAY = timedelta(days=1)
_KINDS = {
    ProposalKind.ACCOMPANY: DecisionKind.ACCOMPANY,
    ProposalKind.SHIFT: DecisionKind.SHIFT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack:
    """What came after decisions, the latest first, with the names that the viewer may know."""

    effects: tuple[Effect, ...]
    reps: Mapping[UserId, str]
    customers: Mapping[CustomerId, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """A decision before it is known who stood in which cell: `targets` are visits a month by cell."""

    kind: DecisionKind
    on: date
    rep_id: UserId | None = None
    targets: Mapping[Cell, float] | None = None
    more: frozenset[CustomerId] = frozenset()
    less: frozenset[CustomerId] = frozenset()


async def look_back(
    deps: Deps, viewer: User, *, most: int, today: date, now: datetime, zone: str
) -> LookedBack:
    """The latest decisions about the viewer's own team, with what came after.

    DomainError "not_allowed" for reps.
    """
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    limits = deps.library.territory.at(today).look_back
    since = today - timedelta(weeks=limits.weeks)
    territory = Territory(Scope.of(viewer))
    async with deps.db.read() as uow:
        decisions = await _decisions(deps, uow, viewer, since, zone)
        decisions.sort(key=lambda one: one.on, reverse=True)
        effects: list[Effect] = []
        customers: dict[CustomerId, str] = {}
        for one in decisions[:most]:
            compared = window(one.on, today, deps.calendar, limits)
            listed = await _listed(uow, territory, one.on, today, now, zone)
            decided = _decided(one, listed, deps.library.cadence.at(one.on))
            before, after = await _visits(deps, uow, territory, compared)
            effects.append(effect(decided, compared, listed, before, after))
            about = decided.more | decided.less
            customers |= {each.id: each.name for each in listed if each.id in about and each.name}
        reps = {one.id: one.name for one in await uow.coverage.reps(territory)}
    return LookedBack(effects=tuple(effects), reps=reps, customers=customers)


async def _decisions(deps: Deps, uow: UnitOfWork, viewer: User, since: date, zone: str) -> list[_Decision]:
    """Everything decided from a day on that says whom to see more or less often."""
    scope, moment = Scope.of(viewer), midnight(since, zone)
    found = []
    for one in await uow.rounds.since(viewer.id, since):
        moves = [
            each for each in await uow.rounds.proposals(one.id, scope) if each.state is ProposalState.APPROVED
        ]
        on = local_date(one.closed_at, zone) if one.closed_at else one.on
        if moves:
            found.append(_of_round(on, moves, deps.library.cadence.at(on)))
    effort = await uow.efforts.in_force(viewer.id)
    if effort is not None and effort.decided_at >= moment:
        on = local_date(effort.decided_at, zone)
        found.append(_Decision(kind=DecisionKind.EFFORT, on=on, targets=effort.targets))
    reps = [one.id for one in await uow.coverage.reps(Territory(scope))]
    for choice, _end in await uow.cadences.since(reps, moment):
        if choice.is_remedy and choice.decided_at >= moment:
            on = local_date(choice.decided_at, zone)
            found.append(
                _Decision(kind=DecisionKind.REMEDY, on=on, rep_id=choice.rep_id, targets=choice.targets)
            )
    for noted in await uow.coverage_proposals.of_manager(viewer.id, moment):
        kind = _KINDS.get(noted.proposal.kind)
        if noted.answer is ProposalAnswer.ACCEPTED and kind is not None and noted.answered_at is not None:
            customer = noted.proposal.customer_id
            found.append(
                _Decision(
                    kind=kind,
                    on=local_date(noted.answered_at, zone),
                    rep_id=noted.proposal.rep_id,
                    more=frozenset() if customer is None else frozenset({customer}),
                )
            )
    return found


def _of_round(on: date, moves: Iterable[Proposal], norm: CadenceParams) -> _Decision:
    """Who is to be seen more, and less, after a move."""
    more: set[CustomerId] = set()
    less: set[CustomerId] = set()
    for one in moves:
        change = _target(one.decision.cell, norm) - _target(one.before, norm)
        if change:
            (more if change > 0 else less).add(one.customer_id)
    return _Decision(kind=DecisionKind.MOVES, on=on, more=frozenset(more), less=frozenset(less))


def _decided(one: _Decision, listed: Iterable[Listed], norm: CadenceParams) -> Decided:
    """The decision with the customers whom it meant, by the cells of its day."""
    more, less = set(one.more), set(one.less)
    for each in listed:
        if each.was is None or not each.is_listed or one.rep_id not in {None, each.rep_id}:
            continue
        change = 0.0
        if one.kind is DecisionKind.SHIFT and _target(each.was, norm):
            change = {Tier.A: 1.0, Tier.B: 0.0, Tier.C: -1.0}[each.was.tier]
        elif one.targets is not None and each.was in one.targets:
            change = one.targets[each.was] - _target(each.was, norm)
        if change:
            (more if change > 0 else less).add(each.id)
    return Decided(kind=one.kind, on=one.on, more=frozenset(more), less=frozenset(less), rep_id=one.rep_id)


def _target(cell: Cell | None, norm: CadenceParams) -> float:
    return norm.cells[cell].target if cell else 0.0


async def _listed(
    uow: UnitOfWork, territory: Territory, on: date, today: date, now: datetime, zone: str
) -> list[Listed]:
    """The customers with their cells at the end of a day (`was`) and now."""
    then = Point(midnight(on + _ONE_DAY, zone), on)
    return await uow.coverage.listed(territory, begun=then, ended=Point(now, today), long_ago=then)


async def _visits(
    deps: Deps, uow: UnitOfWork, territory: Territory, compared: Window | None
) -> tuple[dict[CustomerId, int], dict[CustomerId, int]]:
    """Days with a visit before and since, by customer."""
    if compared is None:
        return {}, {}
    params = deps.library.coverage.at(compared.last_after)
    spans = (
        (compared.first_before, compared.decided_on),
        (compared.decided_on + _ONE_DAY, compared.last_after),
    )
    before, since = [
        {
            customer: visits
            for customer, (visits, _any) in (await uow.coverage.met(territory, *span, params)).items()
            if visits
        }
        for span in spans
    ]
    return before, since
