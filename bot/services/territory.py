"""Plans of territories: built from the data, finished by the rep, commented and approved by the manager."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services import analyses, capacity, coverage
from bot.services import day as days
from domain.coverage.period import Period
from domain.coverage.report import Coverage, Unit
from domain.errors import DomainError
from domain.ids import PlanId, UserId
from domain.people.model import Role, Scope, User
from domain.territory.analysis import Analysis, Arranged, Purchases, analyse
from domain.territory.goals import GoalKind, Progress, progress, proposed, stepped
from domain.territory.params import TerritoryParams
from domain.territory.plan import (
    LONGEST,
    PlanState,
    Quadrant,
    StepKind,
    TerritoryPlan,
    after,
    may_be_planned,
    quarter_of,
)
from domain.territory.report import PlanView, TeamPlans
from domain.tiering.argument import sentence
from domain.tiering.subject import Subject

_ONE_DAY = timedelta(days=1)


async def view(
    deps: Deps,
    viewer: User,
    rep_id: UserId | None,
    on: date | None,
    *,
    today: date,
    now: datetime,
    zone: str,
) -> PlanView:
    """A rep's plan of the quarter of `on` (None: the running one), begun when it is one's own and may be.

    DomainError "not_found" for reps out of sight and for who is none.
    """
    rep = await days.rep_in_sight(deps, viewer, rep_id)
    if rep.role is not Role.REP:
        raise DomainError("not_found")
    quarter, params = quarter_of(on or today), deps.library.territory.at(today)
    is_own, is_open = rep.id == viewer.id, may_be_planned(quarter, today, params.ahead_days)
    async with deps.db.read() as uow:
        found = (await uow.plans.of_reps([rep.id], quarter.first)).get(rep.id)
        plan = None if found is None else await uow.plans.get(found.id, [rep.id])
    if plan is None or plan.state.is_open or plan.analysis is None:
        built = await _built(deps, rep, quarter, today=today, now=now, zone=zone)
    else:
        built = plan.analysis
    if plan is None and is_own and is_open:
        plan = await _begun(deps, rep, quarter, built, params, now)
    so_far: tuple[Progress, ...] = ()
    if plan is not None and quarter.first <= today:
        figures = await coverage.of_rep(deps, rep, quarter, today=today, now=now, zone=zone)
        so_far = progress(plan.goals, figures.whole, figures.tiers)
    authors = {step.author_id for step in plan.steps} if plan else set()
    async with deps.db.read() as uow:
        names = await uow.plans.names([one.customer_id for one in built.key], Scope.of(viewer))
        people = {one.id: one.name for one in await uow.users.all() if one.id in authors}
    return PlanView(
        rep=rep,
        quarter=quarter,
        plan=plan,
        analysis=built,
        progress=so_far,
        customers=names,
        people=people,
        working_days=_working_days(deps, quarter, quarter.last),
        days_over=_working_days(deps, quarter, today - _ONE_DAY),
        may_write=plan is not None and is_own and is_open and plan.state.is_open,
        may_judge=plan is not None and not is_own,
        next_one=may_be_planned(quarter.after, today, params.ahead_days),
    )


async def team(
    deps: Deps, viewer: User, on: date | None, *, today: date, now: datetime, zone: str
) -> TeamPlans:
    """The plans of the viewer's team for the quarter of `on` (None: the running one)."""
    reps = sorted(await days.team(deps, viewer), key=lambda one: (one.name, one.id))
    quarter = quarter_of(on or today)
    async with deps.db.read() as uow:
        plans = await uow.plans.of_reps([one.id for one in reps], quarter.first)
    approved = {rep: plan for rep, plan in plans.items() if plan.state is PlanState.APPROVED}
    units: tuple[Unit, ...] = ()
    if approved and quarter.first <= today:
        found = await coverage.coverage(deps, viewer, quarter, today=today, now=now, zone=zone)
        units = _reps_of(found)
    return TeamPlans(
        quarter=quarter,
        reps=tuple(reps),
        plans=plans,
        progress={
            unit.user.id: progress(approved[unit.user.id].goals, unit.figures, unit.tiers)
            for unit in units
            if unit.user.id in approved
        },
        working_days=_working_days(deps, quarter, quarter.last),
        days_over=_working_days(deps, quarter, today - _ONE_DAY),
    )


async def handed_in(deps: Deps, manager: User, today: date) -> list[date]:
    """The first day of the quarter of each plan of the team that waits for the manager's word."""
    reps = [one.id for one in await days.team(deps, manager)]
    async with deps.db.read() as uow:
        return await uow.plans.handed_in(reps, quarter_of(today).first)


async def step_goal(
    deps: Deps, viewer: User, plan_id: PlanId, kind: GoalKind, *, up: bool, today: date, now: datetime
) -> None:
    """Set a goal a step higher or lower. DomainError as in `_write`."""

    def change(plan: TerritoryPlan, params: TerritoryParams) -> TerritoryPlan:
        goal = stepped(plan.goals.get(kind, 0), params.step, up=up)
        return replace(plan, goals={**plan.goals, kind: goal})

    await _write(deps, viewer, plan_id, change, today, now)


async def add_words(
    deps: Deps,
    viewer: User,
    plan_id: PlanId,
    field: Quadrant | None,
    said: str,
    *,
    today: date,
    now: datetime,
) -> TerritoryPlan:
    """Put a sentence into a field of the SWOT, or (None) among the goals in own words; the plan.

    DomainError "too_many_words" when it is full, those of `sentence` and of `_write`.
    """
    text = sentence(said, longest=LONGEST)

    def change(plan: TerritoryPlan, params: TerritoryParams) -> TerritoryPlan:
        before, most = (plan.aims, params.aims) if field is None else (plan.swot.get(field, ()), params.words)
        if len(before) >= most:
            raise DomainError("too_many_words", limit=most)
        return _with(plan, field, (*before, text))

    return await _write(deps, viewer, plan_id, change, today, now)


async def drop_words(
    deps: Deps,
    viewer: User,
    plan_id: PlanId,
    field: Quadrant | None,
    place: int,
    *,
    today: date,
    now: datetime,
) -> None:
    """Take a sentence out again; DomainError "not_found" where there is none, and those of `_write`."""

    def change(plan: TerritoryPlan, _params: TerritoryParams) -> TerritoryPlan:
        before = plan.aims if field is None else plan.swot.get(field, ())
        if place >= len(before):
            raise DomainError("not_found")
        return _with(plan, field, (*before[:place], *before[place + 1 :]))

    await _write(deps, viewer, plan_id, change, today, now)


async def hand_in(
    deps: Deps, viewer: User, plan_id: PlanId, *, today: date, now: datetime, zone: str
) -> None:
    """Hand one's plan in, with what it rests on today. DomainError as in `after` and `_own`."""
    async with deps.db.read() as uow:
        plan = await _own(uow, viewer, plan_id)
    after(plan, StepKind.SUBMITTED)
    built = await _built(deps, viewer, plan.quarter, today=today, now=now, zone=zone)
    async with deps.db.write() as uow:
        plan = await _own(uow, viewer, plan_id)
        await uow.plans.move(plan, after(plan, StepKind.SUBMITTED), built, now)
        await uow.plans.note(plan_id, StepKind.SUBMITTED, viewer.id, plan.version + 1, "", now)
        if viewer.manager_id is not None:
            await uow.outbox.owe(
                "plan_waits",
                viewer.manager_id,
                subject=f"{plan_id} {plan.version + 1}",
                on=today,
                due_at=now,
                params={"id": plan_id},
            )
        await uow.audit.add("plan_submitted", f"plan:{plan_id}", now, user_id=viewer.id)


async def judge(
    deps: Deps, viewer: User, plan_id: PlanId, kind: StepKind, said: str, now: datetime
) -> TerritoryPlan:
    """Approve or give back a rep's plan, or say something about it; the plan as it was.

    DomainError "not_found" for plans out of sight and one's own, "plan_state", and those of `sentence`;
    approving needs no words.
    """
    words = "" if kind is StepKind.APPROVED else sentence(said, longest=LONGEST)
    reps = [one.id for one in await days.team(deps, viewer) if one.id != viewer.id]
    async with deps.db.write() as uow:
        plan = await uow.plans.get(plan_id, reps)
        if plan is None:
            raise DomainError("not_found")
        await uow.plans.move(plan, after(plan, kind), None, now)
        await uow.plans.note(plan_id, kind, viewer.id, plan.version, words, now)
        await uow.outbox.owe(
            "plan_judged",
            plan.rep_id,
            subject=f"{plan_id} {len(plan.steps)}",
            on=now.date(),
            due_at=now,
            params={"id": plan_id, "version": plan.version},
        )
        await uow.audit.add(f"plan_{kind.value}", f"plan:{plan_id}", now, user_id=viewer.id)
    return plan


async def plan(deps: Deps, viewer: User, plan_id: PlanId) -> TerritoryPlan:
    """One's own plan, or one of the team. DomainError "not_found" for others."""
    reps = [one.id for one in await days.team(deps, viewer)]
    async with deps.db.read() as uow:
        found = await uow.plans.get(plan_id, [*reps, viewer.id])
    if found is None:
        raise DomainError("not_found")
    return found


async def _built(
    deps: Deps, rep: User, quarter: Period, *, today: date, now: datetime, zone: str
) -> Analysis:
    """What a plan rests on: the customers of today, and the figures of the quarter before."""
    params, before = deps.library.territory.at(today), quarter.before
    figures = await coverage.of_rep(deps, rep, before, today=today, now=now, zone=zone)
    purchases = await _purchases(deps, rep, today)
    async with deps.db.read() as uow:
        month = await capacity.month_of(deps, uow, rep, today)
        away = await uow.leave.away(rep.id, quarter.first, quarter.last)
        joint_visits = await uow.jointvisits.arranged(rep.id, quarter.first, quarter.last)
        events = await uow.plans.events_with(rep.id, quarter.first, quarter.last)
    in_field = away.halves_in_field(quarter.first - _ONE_DAY, quarter.last, deps.calendar) / 2
    return analyse(
        month.targets,
        figures,
        month.base,
        Arranged(
            days=in_field,
            a_day=month.bare_room.usual_a_day,
            joint_visits=joint_visits,
            events=events,
        ),
        purchases,
        today=today,
        key_customers=params.key_customers,
        places=params.places,
    )


async def _purchases(deps: Deps, rep: User, today: date) -> Purchases | None:
    found = await analyses.lorenz(deps, rep, analyses.Filters(), Subject.ACCOUNT, today)
    if isinstance(found, analyses.Lacking) or found.now.gini is None:
        return None
    share = found.now.top_share(found.top) or 0.0
    return Purchases(found.now.count, found.now.gini, found.top, share)


async def _begun(
    deps: Deps, rep: User, quarter: Period, built: Analysis, params: TerritoryParams, now: datetime
) -> TerritoryPlan | None:
    """A draft with goals that the quarter before suggests."""
    goals = {
        kind: proposed(built.basis[kind], params.least[kind], params.close, params.step) for kind in GoalKind
    }
    async with deps.db.write() as uow:
        begun = await uow.plans.begin(rep.id, quarter.first, goals, now)
        return await uow.plans.get(begun, [rep.id])


async def _write(
    deps: Deps,
    viewer: User,
    plan_id: PlanId,
    change: Callable[[TerritoryPlan, TerritoryParams], TerritoryPlan],
    today: date,
    now: datetime,
) -> TerritoryPlan:
    """Change one's own plan.

    DomainError "not_found" for those of others, "plan_state" when it is handed in or of the past.
    """
    params = deps.library.territory.at(today)
    async with deps.db.write() as uow:
        plan = await _own(uow, viewer, plan_id)
        if not plan.state.is_open or not may_be_planned(plan.quarter, today, params.ahead_days):
            raise DomainError("plan_state")
        plan = change(plan, params)
        await uow.plans.write(plan, now)
    return plan


async def _own(uow: UnitOfWork, viewer: User, plan_id: PlanId) -> TerritoryPlan:
    plan = await uow.plans.get(plan_id, [viewer.id])
    if plan is None:
        raise DomainError("not_found")
    return plan


def _with(plan: TerritoryPlan, field: Quadrant | None, words: tuple[str, ...]) -> TerritoryPlan:
    if field is None:
        return replace(plan, aims=words)
    return replace(plan, swot={**plan.swot, field: words})


def _reps_of(found: Coverage) -> tuple[Unit, ...]:
    return tuple(one for one in found.units if one.user.role is Role.REP)


def _working_days(deps: Deps, quarter: Period, until: date) -> int:
    return deps.calendar.working_days(quarter.first - _ONE_DAY, min(until, quarter.last))
