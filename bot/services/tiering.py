"""Tiers as people argue about them: cells set by hand, rounds, and questions of reps."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.clock import local_date
from bot.db.uow import UnitOfWork
from bot.db.values import Overridden, Proposal, ProposalState, Round, TierHistory
from bot.deps import Deps
from bot.services.importing import our_products
from bot.services.profile import edit_in
from domain.customers.profile import FileField
from domain.errors import DomainError
from domain.ids import CustomerId, ProposalId, QuestionId, RoundId, UserId
from domain.people.model import Role, Scope, User
from domain.tiering.argument import Doubt, Question, QuestionState, candidates, sentence
from domain.tiering.model import Cell, TierDecision
from domain.tiering.notes import Note
from domain.tiering.override import Override, cell_at, cycle_end
from domain.tiering.review import DueReviews, due_reviews
from domain.tiering.whatif import Gaps, Standing, VisitLoad, gaps, moves, propose, visit_loads
from domain.visits.dismissal import DismissReason

if TYPE_CHECKING:
    from domain.tiering.movement import Movement

ANSWER_SHOWN = timedelta(days=31)
"""For so long an answer stays in sight."""


class Verdict(StrEnum):
    """How a question may be settled without setting a cell."""

    OFF = "off"  # the customer sees no representatives
    NO = "no"  # everything stays as it is


async def override(
    deps: Deps, viewer: User, customer_id: CustomerId, cell: Cell, said: str, *, today: date, now: datetime
) -> Override:
    """Set a customer to a cell for one cycle; `said` is why.

    DomainError: those of `sentence`, "not_found" outside the viewer's scope, "not_allowed" for reps.
    """
    _refuse_reps(viewer)
    made = Override(
        cell=cell,
        until=override_until(deps, today),
        reason=sentence(said),
        author_id=viewer.id,
        decided_at=now,
    )
    async with deps.db.write() as uow:
        await _add(uow, viewer, customer_id, made, "override")
        await uow.awaited.forget(viewer.id)
    return made


async def renew(deps: Deps, viewer: User, customer_id: CustomerId, *, today: date, now: datetime) -> Override:
    """Let an override hold for one more cycle from today, for the same reason.

    DomainError "not_found" when none is in force, or outside the viewer's scope.
    """
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        present = await _in_force(uow, viewer, customer_id, today)
        renewed = Override(
            cell=present.cell,
            until=override_until(deps, today),
            reason=present.reason,
            author_id=viewer.id,
            decided_at=now,
        )
        await _add(uow, viewer, customer_id, renewed, "override_renewed")
    return renewed


async def end_override(
    deps: Deps, viewer: User, customer_id: CustomerId, *, today: date, now: datetime
) -> None:
    """Let the computed cell hold again at once. DomainError "not_found" as in `renew`."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        present = await _in_force(uow, viewer, customer_id, today)
        end = Override(cell=None, until=None, reason=present.reason, author_id=viewer.id, decided_at=now)
        await _add(uow, viewer, customer_id, end, "override_ended")


async def overrides(deps: Deps, viewer: User, today: date) -> list[Overridden]:
    """The viewer's customers whose cell is set by hand, the soonest to expire first."""
    async with deps.db.read() as uow:
        return await uow.overrides.all_in_force(Scope.of(viewer), today)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """A round as its author sees it: what is missing, what is proposed, what it costs in visits.

    `loads` tell what follows if all that waits is approved; `owners` names the reps in them.
    """

    round: Round
    gaps: Gaps
    proposals: tuple[Proposal, ...]
    loads: tuple[VisitLoad, ...]
    owners: Mapping[UserId, str]
    movement: "Movement"

    @property
    def moving(self) -> list[Proposal]:
        """The proposals that would move somebody, whatever became of them."""
        return [one for one in self.proposals if one.moves]

    @property
    def waiting(self) -> list[Proposal]:
        return [one for one in self.moving if one.waits]

    @property
    def overtaken(self) -> int:
        """How many were decided about in another way since."""
        return sum(one.state is ProposalState.OPEN and one.is_overtaken for one in self.moving)

    @property
    def held(self) -> int:
        """How many stay for now because the move is not sure enough."""
        return sum(reason.code == Note.HELD for one in self.proposals for reason in one.decision.reasons)

    @property
    def approved(self) -> int:
        return sum(one.state is ProposalState.APPROVED for one in self.moving)

    @property
    def kept(self) -> int:
        return sum(one.state is ProposalState.KEPT for one in self.moving)

    @property
    def before(self) -> float:
        """The visits a month of the whole team now."""
        return sum(load.before for load in self.loads)

    @property
    def after(self) -> float:
        """The visits a month of the whole team with all that waits."""
        return sum(load.after for load in self.loads)

    @property
    def capacity(self) -> int:
        return sum(load.capacity for load in self.loads if load.owner_id is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What there is to do about tiers.

    `latest` is the round that the viewer has opened last. `pending` counts the customers whom a
    round opened now would move; while one is open it is 0.
    """

    latest: Round | None
    pending: int
    by_hand: int
    due: DueReviews
    asked: Sequence[tuple[Question, bool]]


async def overview(deps: Deps, viewer: User, *, today: date, now: datetime) -> Overview:
    """The state of the viewer's team in one look."""
    scope = Scope.of(viewer)
    asked = await questions(deps, viewer, today=today, now=now)
    async with deps.db.read() as uow:
        latest = await uow.rounds.latest(viewer.id)
        standings = await uow.rounds.standings(scope, today)
        last_closed = await uow.rounds.last_closed(viewer.id)
        waiting = await uow.reviews.waiting(scope)
        pending = 0
        if latest is None or not latest.is_open:
            proposed = await _proposed(deps, uow, today)
            pending = sum(moves(one.computed, proposed[one.id]) for one in standings)
    return Overview(
        latest=latest,
        pending=pending,
        by_hand=sum(one.by_hand is not None for one in standings),
        due=due_reviews(standings, last_closed, today, deps.library.review.at(today), waiting),
        asked=asked,
    )


async def open_round(deps: Deps, viewer: User, *, today: date, now: datetime) -> Round:
    """Open a round by the numbers of today, or go on with the one that is open."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        latest = await uow.rounds.latest(viewer.id)
        if latest is not None and latest.is_open:
            return latest
        standings = await uow.rounds.standings(Scope.of(viewer), today)
        proposed = await _proposed(deps, uow, today)
        known = [one for one in standings if one.id in proposed]  # nobody has left meanwhile
        news = {one.id: proposed[one.id] for one in known if _is_news(one, proposed[one.id])}
        opened = await uow.rounds.add(viewer.id, today, now, news)
        await uow.audit.add("round_opened", f"round:{opened.id}", now, user_id=viewer.id)
    return opened


async def round_view(deps: Deps, viewer: User, round_id: RoundId, today: date) -> RoundView:
    """One of the viewer's rounds; DomainError "not_found" for others."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        found = await uow.rounds.get(round_id, viewer.id)
        if found is None:
            raise DomainError("not_found")
        standings = await uow.rounds.standings(scope, today)
        proposals = tuple(await uow.rounds.proposals(round_id, scope))
        proposed = await _proposed(deps, uow, found.on)
        names = {one.id: one.name for one in await uow.users.all()}
    waiting = {one.customer_id: one.decision for one in proposals if one.waits}
    stood = {one.id: one.computed.cell if one.computed else None for one in standings}
    before = stood | {one.customer_id: one.before for one in proposals}
    after = before | {one.customer_id: one.decision.cell for one in proposals}
    return RoundView(
        round=found,
        gaps=gaps(standings, proposed, today, deps.library.review.at(today).stale_days),
        proposals=proposals,
        loads=_loads(deps, standings, waiting, today),
        owners=names,
        movement=await _movement(deps, before, after, found.on),
    )


async def proposal(deps: Deps, viewer: User, proposal_id: ProposalId) -> Proposal:
    """One proposal of the viewer's rounds; DomainError "not_found" for others."""
    async with deps.db.read() as uow:
        return await _proposal(uow, viewer, proposal_id)


async def decide(
    deps: Deps, viewer: User, proposal_id: ProposalId, *, approve: bool, now: datetime
) -> Proposal:
    """Approve one proposal, or keep the customer where they are.

    DomainError: "not_found", "proposal_closed" when it does not wait any more.
    """
    async with deps.db.write() as uow:
        one = await _proposal(uow, viewer, proposal_id)
        if not one.waits:
            raise DomainError("proposal_closed")
        if approve:
            await _approve(uow, [one], now)
        else:
            await uow.rounds.decide([one.id], ProposalState.KEPT)
        deed = "proposal_approved" if approve else "proposal_kept"
        await uow.audit.add(deed, f"customer:{one.customer_id}", now, user_id=viewer.id)
    return one


async def approve_all(deps: Deps, viewer: User, round_id: RoundId, now: datetime) -> int:
    """Approve every move that waits; how many there were. DomainError "not_found"."""
    async with deps.db.write() as uow:
        await _open_round(uow, viewer, round_id)
        proposals = await uow.rounds.proposals(round_id, Scope.of(viewer))
        waiting = [one for one in proposals if one.waits and one.moves]
        await _approve(uow, waiting, now)
        detail = {"approved": len(waiting)}
        await uow.audit.add("round_approved", f"round:{round_id}", now, user_id=viewer.id, detail=detail)
    return len(waiting)


async def close_round(deps: Deps, viewer: User, round_id: RoundId, now: datetime) -> None:
    """Close a round. Who was not approved stays; who moves nowhere keeps the new reasons.

    DomainError "not_found" when it is not open.
    """
    async with deps.db.write() as uow:
        await _open_round(uow, viewer, round_id)
        proposals = await uow.rounds.proposals(round_id, Scope.of(viewer))
        await _approve(uow, [one for one in proposals if one.waits and not one.moves], now)
        await uow.rounds.close(round_id, now)
        await _tell_reps(uow, round_id, proposals, now)
        await uow.audit.add("round_closed", f"round:{round_id}", now, user_id=viewer.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has moved since the day `since` began.

    `before` and `after` are the cells then and now of those who were on the list (`known`); `moved`
    are those whose cell is another now.
    """

    since: date
    movement: "Movement"
    before: Mapping[CustomerId, Cell | None]
    after: Mapping[CustomerId, Cell | None]
    known: Mapping[CustomerId, TierHistory]
    moved: tuple[tuple[TierHistory, Cell | None, Cell | None], ...]
    left_a: tuple[TierHistory, ...]


async def changes(
    deps: Deps,
    viewer: User,
    *,
    today: date,
    now: datetime,
    since: date,
    begun: datetime,
    among: Collection[CustomerId] | None = None,
) -> Changes:
    """The grid of the viewer now against the one at the moment `begun`, when the day `since` began.

    Whoever is no longer active has left, if that became known
    since then, and is else left out. `among` narrows to these active customers.
    """
    async with deps.db.read() as uow:
        histories = await uow.tiers.histories(Scope.of(viewer))
        left = await uow.tiers.left_since(begun)
    if among is None:
        known = [one for one in histories if one.is_active or one.id in left]
    else:
        known = [one for one in histories if one.is_active and one.id in among]
    before = {
        one.id: cell_at(one.computed, one.overrides, begun, since - timedelta(days=1))
        for one in known
        if any(moment <= begun for moment, _ in one.computed)
    }
    after = {one.id: cell_at(one.computed, one.overrides, now, today) for one in known if one.is_active}
    movement = await _movement(deps, before, after, today)
    left_a = set(movement.left_a.index)
    return Changes(
        since=since,
        movement=movement,
        before=before,
        after=after,
        known={one.id: one for one in known},
        moved=tuple(
            (one, before.get(one.id), after.get(one.id))
            for one in known
            if one.id in before and before[one.id] is not after.get(one.id)
        ),
        left_a=tuple(one for one in known if one.id in left_a),
    )


async def due(deps: Deps, viewer: User, today: date) -> DueReviews:
    """Whose potential or support is to be looked at again."""
    async with deps.db.read() as uow:
        standings = await uow.rounds.standings(Scope.of(viewer), today)
        last_round = await uow.rounds.last_closed(viewer.id)
        waiting = await uow.reviews.waiting(Scope.of(viewer))
    return due_reviews(standings, last_round, today, deps.library.review.at(today), waiting)


# Questions of reps.


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to answer a question: a cell, or None for no more visits; visits a month then."""

    cell: Cell | None
    visits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question with who asked, how long it has waited, and what each answer would cost in visits."""

    question: Question
    rep: User | None
    answered_by: User | None
    cell: Cell | None
    visits: float
    days: int
    is_late: bool
    options: tuple[Option, ...]
    load: VisitLoad | None


async def ask(
    deps: Deps, viewer: User, customer_id: CustomerId, doubt: Doubt, said: str, *, now: datetime
) -> None:
    """Question the place of one of the viewer's own customers; `said` is the evidence.

    DomainError: those of `sentence`, "not_found", "question_open", "not_allowed" for all but reps.
    """
    if viewer.role is not Role.REP:
        raise DomainError("not_allowed")
    evidence = sentence(said)
    async with deps.db.write() as uow:
        await uow.questions.ask(customer_id, Scope.of(viewer), doubt, evidence, now)
        await uow.awaited.forget(viewer.id)
        await uow.audit.add("question", f"customer:{customer_id}", now, user_id=viewer.id)


async def questions(deps: Deps, viewer: User, *, today: date, now: datetime) -> list[tuple[Question, bool]]:
    """What waits and what was answered lately, each with whether it is late."""
    async with deps.db.read() as uow:
        found = await uow.questions.all(Scope.of(viewer), now - ANSWER_SHOWN)
    return [(one, one.is_open and _is_late(deps, one, today)) for one in found]


async def question(deps: Deps, viewer: User, question_id: QuestionId, today: date) -> QuestionView:
    """One question in the viewer's sight; DomainError "not_found" for others."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        found = await uow.questions.get(question_id, scope)
        if found is None:
            raise DomainError("not_found")
        standings = await uow.rounds.standings(scope, today)
        rep = await uow.users.get(found.rep_id)
        answered_by = await uow.users.get(found.answered_by) if found.answered_by else None
    standing = next((one for one in standings if one.id == found.customer_id), None)
    cell = standing.cell(standing.computed) if standing else None
    cadence = deps.library.cadence.at(today).cells

    def visits(of: Cell | None) -> float:
        return 0 if of is None or (standing and standing.is_no_see) else cadence[of].target

    cells: tuple[Cell | None, ...] = candidates(found.doubt, cell) if found.doubt.is_about_cell else (None,)
    loads = _loads(deps, standings, {}, today)
    return QuestionView(
        question=found,
        rep=rep,
        answered_by=answered_by,
        cell=cell,
        visits=visits(cell),
        days=_days_open(deps, found, today),
        is_late=found.is_open and _is_late(deps, found, today),
        options=tuple(Option(cell=each, visits=visits(each)) for each in cells),
        load=next((one for one in loads if standing and one.owner_id == standing.owner_id), None),
    )


async def answer(
    deps: Deps,
    viewer: User,
    question_id: QuestionId,
    verdict: Cell | Verdict,
    said: str,
    *,
    today: date,
    now: datetime,
) -> Question:
    """Settle a question: a cell is set by hand for one cycle, or nobody visits any more, or nothing changes.

    Whoever has kept the customer off their list until the answer has them back. `said` is why.
    DomainError: those of `sentence`, "not_found", "question_closed", "not_allowed".
    """
    _refuse_reps(viewer)
    reason, scope = sentence(said), Scope.of(viewer)
    state = QuestionState.REJECTED if verdict is Verdict.NO else QuestionState.ACCEPTED
    async with deps.db.write() as uow:
        settled = await uow.questions.answer(question_id, scope, state, reason, now)
        customer_id = settled.customer_id
        if isinstance(verdict, Cell):
            made = Override(
                cell=verdict,
                until=override_until(deps, today),
                reason=reason,
                author_id=viewer.id,
                decided_at=now,
            )
            await _add(uow, viewer, customer_id, made, "override")
        elif verdict is Verdict.OFF:
            await edit_in(deps, uow, viewer, customer_id, FileField.NO_SEE, value=True, today=today, now=now)
        await uow.dismissals.end_all(customer_id, DismissReason.WRONG_TARGET, now)
        await uow.awaited.forget(viewer.id)
        await uow.outbox.owe(
            "question_answered",
            settled.rep_id,
            subject=f"question:{question_id}",
            on=today,
            due_at=now,
            params={"id": question_id},
        )
        await uow.audit.add(f"question_{state}", f"customer:{customer_id}", now, user_id=viewer.id)
    return settled


def _days_open(deps: Deps, one: Question, today: date) -> int:
    asked_on = local_date(one.asked_at, deps.settings.time_zone)
    return deps.calendar.working_days(asked_on, today)


def _is_late(deps: Deps, one: Question, today: date) -> bool:
    return _days_open(deps, one, today) > deps.library.review.at(today).answer_days


def _is_news(one: Standing, decision: TierDecision) -> bool:
    computed = one.computed
    if computed is None:
        return True
    seen = (computed.tier, computed.support, computed.reasons)
    return seen != (decision.tier, decision.support, decision.reasons)


async def _proposed(deps: Deps, uow: UnitOfWork, on: date) -> dict[CustomerId, TierDecision]:
    """What the numbers of a day make of every active customer of the company."""
    measures = await uow.tiers.measures(await our_products(deps, uow))
    current = await uow.tiers.current_all()
    library = deps.library
    return await asyncio.to_thread(
        propose,
        measures,
        current,
        library.tiering.at(on),
        library.markets[deps.settings.market].methods,
        library.analysis.at(on).hysteresis,
    )


async def _movement(
    deps: Deps,
    before: Mapping[CustomerId, Cell | None],
    after: Mapping[CustomerId, Cell | None],
    on: date,
) -> "Movement":
    params = deps.library.analysis.at(on).movement

    def compare() -> "Movement":
        from pandas import Series

        from domain.tiering.movement import movement

        def cells(places: Mapping[CustomerId, Cell | None]) -> "Series[str]":
            names = {key: cell.value if cell else None for key, cell in places.items()}
            return Series(names, index=list(names), dtype="str")

        return movement(cells(before), cells(after), params)

    return await asyncio.to_thread(compare)


def _loads(
    deps: Deps, standings: list[Standing], proposed: Mapping[CustomerId, TierDecision], today: date
) -> tuple[VisitLoad, ...]:
    capacity = deps.calendar.working_days_of_month(today) * deps.library.planning.at(today).capacity
    return visit_loads(standings, proposed, deps.library.cadence.at(today), capacity)


async def _approve(uow: UnitOfWork, proposals: list[Proposal], now: datetime) -> None:
    await uow.tiers.store({one.customer_id: one.decision for one in proposals}, now)
    await uow.rounds.decide([one.id for one in proposals], ProposalState.APPROVED)


async def _tell_reps(uow: UnitOfWork, round_id: RoundId, proposals: list[Proposal], now: datetime) -> None:
    """Whose customers a round has moved hears of it, once it is closed."""
    approved = [one for one in proposals if one.moves and one.state is ProposalState.APPROVED]
    for rep, count in Counter(one.owner_id for one in approved).items():
        if rep is not None:
            subject, moved = f"round:{round_id}", {"moved": count}
            await uow.outbox.owe("round_moved", rep, subject=subject, on=now.date(), due_at=now, params=moved)


async def _proposal(uow: UnitOfWork, viewer: User, proposal_id: ProposalId) -> Proposal:
    found = await uow.rounds.proposal(proposal_id, Scope.of(viewer))
    if found is None:
        raise DomainError("not_found")
    return found


async def _open_round(uow: UnitOfWork, viewer: User, round_id: RoundId) -> Round:
    found = await uow.rounds.get(round_id, viewer.id)
    if found is None or not found.is_open:
        raise DomainError("not_found")
    return found


def override_until(deps: Deps, today: date) -> date:
    """The last day on which an override made today holds."""
    return cycle_end(today, deps.library.review.at(today).override_quarters)


async def _in_force(uow: UnitOfWork, viewer: User, customer_id: CustomerId, today: date) -> Override:
    found = await uow.overrides.in_force(customer_id, Scope.of(viewer), today)
    if found is None:
        raise DomainError("not_found")
    return found


async def _add(uow: UnitOfWork, viewer: User, customer_id: CustomerId, made: Override, deed: str) -> None:
    await uow.overrides.add(customer_id, Scope.of(viewer), made)
    await uow.audit.add(deed, f"customer:{customer_id}", made.decided_at, user_id=viewer.id)


def _refuse_reps(viewer: User) -> None:
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
