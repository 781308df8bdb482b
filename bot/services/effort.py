"""A manager's judgement of what visits bring, and the cadence made of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.db.uow import UnitOfWork
from bot.db.values import EffortDecision
from bot.deps import Deps
from bot.services import capacity, day
from bot.services.capacity import Month
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import EffortId
from domain.people.model import Role, User
from domain.planning.cadence import Cycle
from domain.planning.capacity import Fit, demand, fit, remedies
from domain.planning.choice import EFFORT, cadence_for
from domain.planning.effort import CellEffort, Sharing, changes, curve_of, shared_as_today, shared_best
from domain.planning.effort_params import EffortParams, Judgement, Level, RemedyKind
from domain.planning.windows import minutes_of
from domain.tiering.model import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The team's visits as they are shared out today and as they would bring most, by one person's judgement.

    `judged` says which cells the person has judged; for the others a guess stands. `budget` is the
    visits a month of today's cadence, or what a usual month holds when that is less. `a_day_more`
    is the index of the best with one more day in the field. `short` are the reps whose own month
    would not hold the best. `decision` is in force.
    """

    cells: Mapping[Cell, CellEffort]
    judgements: Mapping[Cell, Judgement]
    judged: frozenset[Cell]
    budget: float
    hours_a_visit: float
    today: Sharing
    best: Sharing
    a_day_more: float
    reasons: tuple[Reason, ...]
    short: tuple[User, ...]
    reps: int
    decision: EffortDecision | None

    @property
    def is_news(self) -> bool:
        """Whether applying the best would change anything."""
        return bool(self.reasons) and (self.decision is None or self.decision.targets != self.best.visits)


async def effort(deps: Deps, viewer: User, today: date) -> Effort:
    """The team's effort by the viewer's judgement. DomainError "not_allowed" for reps."""
    _refuse_reps(viewer)
    reps = await day.team(deps, viewer)
    async with deps.db.read() as uow:
        found, _ = await _effort(deps, uow, viewer, reps, today)
    return found


async def step(
    deps: Deps, viewer: User, cell: Cell, level: Level, *, up: bool, today: date, now: datetime
) -> bool:
    """Move one level of a judgement by a step; whether it could be moved without passing its neighbour.

    DomainError "not_found" for a cell that is never visited.
    """
    _refuse_reps(viewer)
    params = deps.library.effort.at(today)
    if not _is_planned(deps, cell, today):
        raise DomainError("not_found")
    async with deps.db.write() as uow:
        before = _judgement(await uow.efforts.judgements(viewer.id), cell, params)
        by = params.judgement_step if up else -params.judgement_step
        try:
            after = Judgement.model_validate({**before.model_dump(), level: getattr(before, level) + by})
        except ValueError:
            return False
        await uow.efforts.judge(viewer.id, cell, after, now)
    return True


async def judgement(deps: Deps, viewer: User, cell: Cell, today: date) -> tuple[Judgement, bool]:
    """What the viewer expects of a cell, and whether it is the viewer's own word."""
    _refuse_reps(viewer)
    if not _is_planned(deps, cell, today):
        raise DomainError("not_found")
    async with deps.db.read() as uow:
        own = await uow.efforts.judgements(viewer.id)
    return _judgement(own, cell, deps.library.effort.at(today)), cell in own


async def apply(deps: Deps, viewer: User, today: date, now: datetime) -> None:
    """Make the best sharing the cadence of every rep of the team, until it is taken back.

    A rep whose month does not hold it gets the same stretched until the month's end. What
    was in force for these reps before ends. DomainError "effort_unchanged" when nothing would
    change.
    """
    _refuse_reps(viewer)
    reps = await day.team(deps, viewer)
    async with deps.db.write() as uow:
        found, months = await _effort(deps, uow, viewer, reps, today)
        if not found.is_news:
            raise DomainError("effort_unchanged")
        if found.decision is not None:
            await uow.efforts.end(found.decision.id, viewer.id, now)
        own = {cell: found.judgements[cell] for cell in found.cells}
        effort_id = await uow.efforts.add(viewer.id, own, found.best.visits, found.reasons, now)
        for month in months:
            await _apply_to(deps, uow, month, found, effort_id, viewer, now)
        detail = {"reps": len(months)}
        await uow.audit.add("effort", f"effort:{effort_id}", now, user_id=viewer.id, detail=detail)


async def take_back(deps: Deps, viewer: User, effort_id: EffortId, now: datetime) -> None:
    """Let the norm hold again. DomainError "not_found" unless it is the viewer's and in force."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        if not await uow.efforts.end(effort_id, viewer.id, now):
            raise DomainError("not_found")
        await uow.audit.add("effort_ended", f"effort:{effort_id}", now, user_id=viewer.id)


async def _apply_to(
    deps: Deps,
    uow: UnitOfWork,
    month: Month,
    found: Effort,
    effort_id: EffortId,
    author: User,
    now: datetime,
) -> None:
    await uow.cadences.end([one.id for one in month.choices], author.id, now)
    await uow.cadences.add(
        month.rep.id,
        EFFORT,
        found.best.visits,
        extra_days=0,
        until=None,
        reasons=found.reasons,
        author_id=author.id,
        now=now,
        effort_id=effort_id,
    )
    cadence = cadence_for(deps.library.cadence.at(month.today), found.best.visits)
    asked = demand(month.targets, cadence)
    params = deps.library.effort.at(month.today)
    stretch = next(
        (one for one in remedies(asked, month.bare_room, cadence, params) if one.kind is RemedyKind.STRETCH),
        None,
    )
    if stretch is not None:
        await capacity.add_remedy(uow, month, cadence, stretch, author=author, now=now, effort_id=effort_id)


async def _effort(
    deps: Deps, uow: UnitOfWork, viewer: User, reps: Sequence[User], today: date
) -> tuple[Effort, list[Month]]:
    own = await uow.efforts.judgements(viewer.id)
    decision = await uow.efforts.in_force(viewer.id)
    months = [await capacity.month_of(deps, uow, rep, today) for rep in reps]
    return await asyncio.to_thread(_reckon, deps, months, own, decision, today), months


def _reckon(
    deps: Deps,
    months: Sequence[Month],
    own: Mapping[Cell, Judgement],
    decision: EffortDecision | None,
    today: date,
) -> Effort:
    norm, params = deps.library.cadence.at(today), deps.library.effort.at(today)
    planning = deps.library.planning.at(today)
    judgements = {cell: _judgement(own, cell, params) for cell in Cell if norm.cells[cell].target > 0}
    counts = demand([target for month in months for target in month.targets], norm).customers
    cells = {
        cell: CellEffort(
            customers=counts[cell],
            today=norm.cells[cell].target,
            most=norm.cells[cell].max,
            worth=norm.cells[cell].weight,
            curve=curve_of(judgements[cell]),
        )
        for cell in judgements
        if cell in counts
    }
    cycle = Cycle.quarter_of(today, deps.calendar)
    holds = len(months) * planning.capacity * cycle.working_days / cycle.months
    asked = sum(one.customers * one.today for one in cells.values())
    budget = round(min(asked, holds), 2)
    best = shared_best(cells, budget, params.step)
    day_minutes = minutes_of(planning.hours.end) - minutes_of(planning.hours.start)
    return Effort(
        cells=cells,
        judgements=judgements,
        judged=frozenset(own),
        budget=budget,
        hours_a_visit=day_minutes / 60 / planning.capacity,
        today=shared_as_today(cells, budget),
        best=best,
        a_day_more=shared_best(cells, budget + planning.capacity, params.step).index,
        reasons=changes(cells, best),
        short=tuple(month.rep for month in months if _is_short(month, best, deps)),
        reps=len(months),
        decision=decision,
    )


def _is_short(month: Month, best: Sharing, deps: Deps) -> bool:
    cadence = cadence_for(deps.library.cadence.at(month.today), best.visits)
    return fit(demand(month.targets, cadence).needed, month.bare_room) is Fit.OVER


def _judgement(own: Mapping[Cell, Judgement], cell: Cell, params: EffortParams) -> Judgement:
    return own.get(cell) or params.guess[cell.tier]


def _is_planned(deps: Deps, cell: Cell, today: date) -> bool:
    return deps.library.cadence.at(today).cells[cell].target > 0


def _refuse_reps(viewer: User) -> None:
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
