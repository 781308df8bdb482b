"""Joint visits: whom to accompany, the visit step by step, and what was agreed on its way to the rep."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_date
from bot.db.repositories.jointvisits import Met, SeenVisit
from bot.db.uow import UnitOfWork
from bot.db.values import TierHistory
from bot.deps import Deps
from bot.services import coaching
from bot.services import day as days
from bot.services.qualifications import require_promotion
from domain.coaching.scenario import Scenario
from domain.coverage.period import Period, Span
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, JointCommentId, JointId, UserId
from domain.jointvisits.model import (
    LONGEST,
    SPOKEN_OF,
    Accompanied,
    Action,
    Answer,
    Comment,
    Form,
    JointKind,
    JointState,
    JointVisit,
    Side,
    Step,
    moved,
)
from domain.jointvisits.proposals import (
    Candidate,
    JointProposal,
    doubt,
    kind_for,
    proposals,
    reason_for,
    without,
)
from domain.jointvisits.standing import standing
from domain.people.model import Role, Scope, User
from domain.planning.windows import times_of
from domain.tiering.argument import sentence
from domain.tiering.model import Cell

NOTICE = "joint"
SAID = "said"
"""What a notice tells of beside the states: a comment."""
AGREED, COMES_ALONG = "joint", "joint_day"
"""The sources of pins: what was agreed after a joint visit, and the visit itself."""
SHOWN_FOR = timedelta(days=92)
"""How long joint visits that are closed stay on the list."""
FURTHEST = timedelta(days=60)
"""How far ahead a joint visit may be planned."""
DAYS = 10
"""The days that are offered for a joint visit."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Board:
    """A manager's joint visits: what is proposed, with names; what is under way; who has had none."""

    proposed: tuple[tuple[JointProposal, str, str], ...]  # with the names of customer and rep
    visits: tuple[SeenVisit, ...]
    coverage: "JointCoverage"


@dataclass(frozen=True, slots=True)
class JointCoverage:
    """Joint visits that each of some reps has had in a quarter; `missing` are those with fewer than usual."""

    quarter: Period
    counts: Mapping[UserId, int]
    reps: int
    missing: tuple[str, ...]  # by name


@dataclass(frozen=True, slots=True)
class View:
    """A joint visit with all that is said of it; `cell` and `asks` are those of today, for the manager."""

    seen: SeenVisit
    side: Side
    cell: Cell | None
    asks: Reason | None
    comments: tuple[Comment, ...]
    scenario: str  # its title, "" without one

    @property
    def visit(self) -> JointVisit:
        return self.seen.visit

    def author(self, comment: Comment) -> str:
        """Who of the two has said something."""
        return self.seen.manager if comment.author_id == self.visit.manager_id else self.seen.rep


async def board(deps: Deps, manager: User, *, today: date, zone: str) -> Board:
    """What a manager sees first."""
    candidates = await _candidates(deps, manager, today, zone)
    reps = await days.team(deps, manager)
    async with deps.db.read() as uow:
        visits = await uow.jointvisits.all(Scope.of(manager), today - SHOWN_FOR)
        busy = await uow.jointvisits.open_with(manager.id)
    names = {one.id: one.name for one in reps}
    customers = {one.customer_id: one.name for one in candidates}
    found = await asyncio.to_thread(
        proposals,
        [one for one in candidates if one.rep_id in names and one.customer_id not in busy],
        deps.library.jointvisits.at(today),
        today,
    )
    return Board(
        proposed=tuple((one, customers[one.customer_id], names[one.rep_id]) for one in found),
        visits=tuple(visits),
        coverage=await coverage(deps, [(one.id, one.name) for one in reps], today),
    )


async def of_rep(deps: Deps, rep: User, today: date) -> list[SeenVisit]:
    """The joint visits that a rep knows of."""
    async with deps.db.read() as uow:
        return await uow.jointvisits.all(Scope.of(rep), today - SHOWN_FOR)


async def waiting(deps: Deps, person: User, today: date) -> int:
    """How many joint visits wait for a person: forms to be written by a manager, or read by a rep."""
    if person.role is Role.ADMIN:
        return 0
    return sum(waits_for(one.visit, person, today) for one in await of_rep(deps, person, today))


def waits_for(visit: JointVisit, person: User, today: date) -> bool:
    """Whether a person has to say something about a joint visit."""
    if visit.side_of(person.id) is Side.REP:
        return visit.state is JointState.SHARED
    is_over = visit.state is JointState.PLANNED and visit.on is not None and visit.on < today
    return is_over or visit.state is JointState.HELD


async def unacknowledged(deps: Deps, manager: User, today: date) -> list[JointVisit]:
    """The manager's joint visits that wait for the rep's word."""
    return [
        one.visit
        for one in await of_rep(deps, manager, today)
        if one.visit.state is JointState.SHARED and one.visit.manager_id == manager.id
    ]


async def coverage(deps: Deps, reps: Sequence[tuple[UserId, str]], on: date) -> JointCoverage:
    """The joint visits that reps, given by id and name, have had in the quarter of a day."""
    quarter = Period.of(Span.QUARTER, on)
    names = dict(reps)
    async with deps.db.read() as uow:
        counts = await uow.jointvisits.closed(names, quarter.first, quarter.last)
    ordered = sorted(names, key=lambda one: (names[one], one))
    missing = without(ordered, counts, deps.library.jointvisits.at(on))
    return JointCoverage(quarter, counts, len(names), tuple(names[one] for one in missing))


async def of_quarter(deps: Deps, viewer: User, reps: Collection[UserId], on: date) -> list[Accompanied]:
    """The joint visits in the quarter of a day, counted by `coverage` or not yet, of reps whom one leads."""
    quarter = Period.of(Span.QUARTER, on)
    async with deps.db.read() as uow:
        return await uow.jointvisits.of_reps(reps, quarter.first, quarter.last, Scope.of(viewer))


async def view(deps: Deps, viewer: User, joint_id: JointId, locale: str, today: date) -> View:
    """One of the viewer's joint visits. DomainError "not_found" for others."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        seen = await uow.jointvisits.get(joint_id, scope)
        visit = seen.visit
        comments = await uow.jointvisits.comments(joint_id)
        cells = {one.id: one.cell for one in await uow.customers.grid(scope, today)} if seen.customer else {}
        rep = await uow.users.get(visit.rep_id)
        playable = await coaching.playable(deps, uow, rep, locale) if rep and visit.form.scenario else {}
    side, cell = visit.side_of(viewer.id), cells.get(visit.customer_id)
    title = playable[visit.form.scenario].title if visit.form.scenario in playable else ""
    asks = doubt(cell) if cell and side is Side.MANAGER else None
    return View(seen, side, cell, asks, tuple(comments), title)


async def draft(
    deps: Deps, manager: User, customer_id: CustomerId, *, today: date, zone: str, now: datetime
) -> JointId:
    """Begin a joint visit to a rep's customer, or go on with the one that is under way.

    DomainError "not_found" for customers out of sight and those without a rep of the manager's.
    """
    found = next(
        (one for one in await _candidates(deps, manager, today, zone) if one.customer_id == customer_id), None
    )
    async with deps.db.write() as uow:
        known = (await uow.jointvisits.open_with(manager.id)).get(customer_id)
        if known is not None:
            return known
        customer = await uow.customers.get(customer_id, Scope.of(manager))
        rep = None if customer is None else await _rep_of(uow, manager, customer.owner_id)
        if rep is None:
            raise DomainError("not_found")
        params = deps.library.jointvisits.at(today)
        why = reason_for(found, params, today) if found else None
        kind = kind_for(found, params, today) if found else JointKind.COACHING
        joint_id = await uow.jointvisits.add(
            manager.id, rep.id, customer_id, kind, (why,) if why else (), now
        )
        await uow.audit.add("joint_draft", f"joint:{joint_id}", now, user_id=manager.id)
        return joint_id


async def set_kind(deps: Deps, manager: User, joint_id: JointId, kind: JointKind) -> None:
    """Say who leads, before the visit. DomainError "not_found", "joint_step"."""
    async with deps.db.write() as uow:
        visit = await _own(uow, manager, joint_id, {JointState.DRAFT, JointState.PLANNED})
        await uow.jointvisits.change(visit, kind=kind.value)


async def possible_days(deps: Deps, manager: User, joint_id: JointId, today: date) -> list[date]:
    """The next working days of the rep on which the customer receives, if any is known; else all."""
    async with deps.db.read() as uow:
        visit = (await uow.jointvisits.get(joint_id, Scope.of(manager))).visit
        customer = await uow.customers.get(visit.customer_id, Scope.of(manager))
        away = await uow.leave.away(visit.rep_id, today, today + FURTHEST)
    span = (today + n * _ONE_DAY for n in range(FURTHEST.days))
    worked = [day for day in span if deps.calendar.is_working_day(day) and day not in away.days]
    week = times_of(customer).week if customer else None
    received = [day for day in worked if week and week[day.weekday()]]
    return (received or worked)[:DAYS]


async def plan(deps: Deps, manager: User, joint_id: JointId, on: date, *, today: date, now: datetime) -> None:
    """Settle the day, or another one: the rep is told, and the customer stands on the list of that day.

    DomainError "joint_day" for days that are over or far off, "promotion_locked" for a rep who may not visit,
    and those of `_step`.
    """
    if not today <= on <= today + FURTHEST:
        raise DomainError("joint_day")
    async with deps.db.write() as uow:
        visit = await _step(uow, manager, joint_id, Step.PLAN, now, on=on)
        rep = await uow.users.get(visit.rep_id)
        if rep is None:
            raise DomainError("not_found")
        await require_promotion(deps, uow, rep, on)
        await uow.pins.withdraw(COMES_ALONG, joint_id, now)
        await uow.pins.add(rep.id, visit.customer_id, COMES_ALONG, joint_id, on, now)
        await _tell(deps, uow, visit.rep_id, visit, JointState.PLANNED.value, now, about=on.isoformat())


async def hold(deps: Deps, manager: User, joint_id: JointId, *, today: date, now: datetime) -> None:
    """The visit took place. DomainError "joint_day" before its day, and those of `_step`."""
    async with deps.db.write() as uow:
        visit = await _step(uow, manager, joint_id, Step.HOLD, now)
        if visit.on is None or visit.on > today:
            raise DomainError("joint_day")
        await uow.pins.withdraw(COMES_ALONG, joint_id, now)


async def cancel(deps: Deps, manager: User, joint_id: JointId, now: datetime) -> None:
    """The visit does not take place; the rep hears of it if they knew. DomainError as in `_step`."""
    async with deps.db.write() as uow:
        visit = await _step(uow, manager, joint_id, Step.CANCEL, now)
        if visit.on is not None:
            await uow.pins.withdraw(COMES_ALONG, joint_id, now)
            await _tell(deps, uow, visit.rep_id, visit, JointState.CANCELLED.value, now)


async def write(deps: Deps, manager: User, joint_id: JointId, answer: Answer, said: str) -> Form:
    """Answer one of the three questions; the form as it is now.

    DomainError "not_found", "joint_step" when the form is not being written, and those of `sentence`.
    """
    text = sentence(said, longest=LONGEST)
    async with deps.db.write() as uow:
        visit = await _own(uow, manager, joint_id, {JointState.HELD})
        await uow.jointvisits.change(visit, **{answer.value: text})
    return visit.form.saying(answer, text)


async def scenarios(deps: Deps, manager: User, joint_id: JointId, locale: str, today: date) -> list[Scenario]:
    """What the rep could play: scenarios about the customer's cell first, then by title."""
    found = await view(deps, manager, joint_id, locale, today)
    async with deps.db.read() as uow:
        playable = await _playable(deps, uow, found.visit.rep_id, locale)
    return sorted(playable.values(), key=lambda one: (found.cell not in one.cells, one.title, one.id))


async def agree(
    deps: Deps, manager: User, joint_id: JointId, action: Action, scenario: str, locale: str
) -> None:
    """Say how the one thing comes back to the rep. DomainError "not_found", "joint_step"."""
    async with deps.db.write() as uow:
        visit = await _own(uow, manager, joint_id, {JointState.HELD})
        if action is Action.SCENARIO and scenario not in await _playable(deps, uow, visit.rep_id, locale):
            raise DomainError("not_found")
        chosen = scenario if action is Action.SCENARIO else ""
        await uow.jointvisits.change(visit, action=action.value, scenario=chosen)


async def share(deps: Deps, manager: User, joint_id: JointId, now: datetime) -> None:
    """Let the rep read the form, which stands from now on. DomainError "joint_lacks", and as in `_step`."""
    async with deps.db.write() as uow:
        visit = await _step(uow, manager, joint_id, Step.SHARE, now, shared_at=now)
        await _tell(deps, uow, visit.rep_id, visit, JointState.SHARED.value, now)


async def comment(deps: Deps, viewer: User, joint_id: JointId, said: str, now: datetime) -> JointCommentId:
    """Say something about a form that is shared; the other side hears of it.

    DomainError "not_found", "joint_step" when nothing is shared yet, and those of `sentence`.
    """
    text = sentence(said, longest=LONGEST)
    async with deps.db.write() as uow:
        visit = (await uow.jointvisits.get(joint_id, Scope.of(viewer))).visit
        if visit.state not in SPOKEN_OF:
            raise DomainError("joint_step")
        number = await uow.jointvisits.comment(joint_id, viewer.id, text, now)
        other = visit.rep_id if visit.side_of(viewer.id) is Side.MANAGER else visit.manager_id
        await _tell(deps, uow, other, visit, SAID, now, about=str(number))
        await uow.audit.add("joint_comment", f"joint:{joint_id}", now, user_id=viewer.id)
        return number


async def acknowledge(
    deps: Deps, rep: User, joint_id: JointId, *, locale: str, today: date, now: datetime
) -> Action:
    """The rep's word, which closes it: what was agreed goes into the rep's queue. DomainError as in `_step`.

    A scenario that is gone by now is played by nobody: then the customer comes onto the list instead. What
    it has become is given back.
    """
    async with deps.db.write() as uow:
        visit = await _step(uow, rep, joint_id, Step.ACKNOWLEDGE, now, closed_at=now)
        action, scenario = visit.form.action, visit.form.scenario
        if action is Action.SCENARIO and scenario in await _playable(deps, uow, rep.id, locale):
            await uow.coaching.assign(rep.id, scenario, AGREED, joint_id, visit.manager_id, now)
        else:
            action = Action.PIN
            await uow.pins.add(rep.id, visit.customer_id, AGREED, joint_id, today + _ONE_DAY, now)
        await _tell(deps, uow, visit.manager_id, visit, JointState.CLOSED.value, now)
    return action


async def _candidates(deps: Deps, manager: User, today: date, zone: str) -> list[Candidate]:
    """The team's customers who are rated and may be visited."""
    params = deps.library.jointvisits.at(today)
    scope = Scope.of(manager)
    async with deps.db.read() as uow:
        histories = await uow.tiers.histories(scope)
        met = await uow.jointvisits.met(
            scope,
            met_since=today - timedelta(days=params.stuck_days),
            refused_since=today - timedelta(days=params.refused_days),
        )
        last = await uow.jointvisits.last_joint(met)
    return await asyncio.to_thread(_known, histories, met, last, today, ZoneInfo(zone))


def _known(
    histories: Sequence[TierHistory],
    met: Mapping[CustomerId, Met],
    last: Mapping[CustomerId, date],
    today: date,
    zone: ZoneInfo,
) -> list[Candidate]:
    found = []
    for one in histories:
        facts = met.get(one.id)
        stands = standing(one.computed, one.overrides, today, zone) if facts else None
        if facts is None or stands is None:
            continue
        found.append(
            Candidate(
                rep_id=facts.owner_id,
                customer_id=one.id,
                name=one.name,
                cell=stands.cell,
                since=stands.since,
                came_from=stands.came_from,
                met=facts.met,
                refused=facts.refused,
                is_kol=facts.is_kol,
                last_joint=last.get(one.id),
            )
        )
    return found


async def _rep_of(uow: UnitOfWork, manager: User, owner_id: UserId | None) -> User | None:
    """The rep of the manager's who has a customer."""
    team = await uow.users.team(manager.id)
    return next((one for one in team if one.id == owner_id and one.role is Role.REP and one.is_active), None)


async def _playable(deps: Deps, uow: UnitOfWork, rep_id: UserId, locale: str) -> Mapping[str, Scenario]:
    rep = await uow.users.get(rep_id)
    return await coaching.playable(deps, uow, rep, locale) if rep else {}


async def _own(
    uow: UnitOfWork, manager: User, joint_id: JointId, states: Collection[JointState]
) -> JointVisit:
    """One that the viewer leads, in one of these states. DomainError "not_found", "joint_step"."""
    visit = (await uow.jointvisits.get(joint_id, Scope.of(manager))).visit
    if visit.state not in states or visit.side_of(manager.id) is not Side.MANAGER:
        raise DomainError("joint_step")
    return visit


async def _step(
    uow: UnitOfWork, viewer: User, joint_id: JointId, step: Step, now: datetime, **values: object
) -> JointVisit:
    """Take a step; the joint visit as it was before. DomainError "not_found", and as in `moved`."""
    visit = (await uow.jointvisits.get(joint_id, Scope.of(viewer))).visit
    state = moved(visit.state, step, visit.side_of(viewer.id), visit.form)
    await uow.jointvisits.change(visit, state=state.value, **values)
    await uow.audit.add(f"joint_{step.value}", f"joint:{joint_id}", now, user_id=viewer.id)
    return visit


async def _tell(
    deps: Deps, uow: UnitOfWork, user_id: UserId, visit: JointVisit, what: str, now: datetime, about: str = ""
) -> None:
    """Let the other side know."""
    reader = await uow.users.get(user_id)
    zone = (reader.time_zone if reader else None) or deps.settings.time_zone
    await uow.outbox.owe(
        NOTICE,
        user_id,
        subject=f"{visit.id}:{what}:{about}",
        on=local_date(now, zone),
        due_at=now,
        params={"id": visit.id, "what": what, "about": about},
    )
