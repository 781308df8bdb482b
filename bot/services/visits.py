"""Logging visits: what is stored, what follows from it, what comes back, and taking it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.db.repositories.suggestions import StoredPlan
from bot.db.uow import UnitOfWork
from bot.db.values import Attachment, DatedDecision, VisitVersion
from bot.deps import Deps
from bot.services.analyses import product_key
from bot.services.contacts import about_visit
from bot.services.importing import our_products, retier
from domain.calendar import last_of_month
from domain.customers.model import Customer
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, DraftId, UserId, VersionId, VisitId
from domain.people.model import Role, Scope, User
from domain.planning.cadence import opens_on
from domain.planning.choice import cadence_of
from domain.planning.model import VisitTarget
from domain.planning.pace import Pace, pace_of_month
from domain.tiering.model import Cell
from domain.visits.log import Field, LoggedVisit, Told, VisitParams, is_late, next_reception
from domain.visits.states import VisitState, moved
from domain.visits.suggestion import SuggestionState

TOPICS_SHOWN = 10
COLLEAGUES_SHOWN = 12
NEXT_DAYS = (1, 2, 3, 5, 7, 10, 15, 20)  # working days from today
LATELY = timedelta(days=31)
"""For so long a movement is news."""

_ANSWERS = {
    VisitState.DONE: SuggestionState.VISITED,
    VisitState.MISSED: SuggestionState.VISITED,  # the rep was there
    VisitState.CANCELLED: SuggestionState.DROPPED,
    VisitState.RESCHEDULED: SuggestionState.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is logged. What comes from the same `draft` is taken back together."""

    customer_id: CustomerId
    on: date
    told: Told
    draft: DraftId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """A visit with what comes back: when the customer is due again, the pace of their cell, a useful line.

    `undo` is the entry that can still be taken back. `due` and `suggested`, the day that is offered for
    the next visit, are None where no visit is planned. `remarks` are what the rules say of the contact, which
    is logged all the same.
    """

    visit: LoggedVisit
    own: bool
    fields: tuple[Field, ...]
    names: Mapping[UserId, str]
    attachments: tuple[Attachment, ...]
    versions: int
    undo: VersionId | None
    remarks: tuple[Reason, ...]
    cell: Cell | None = None
    due: date | None = None
    suggested: date | None = None
    pace: Pace | None = None
    line: Reason | None = None


async def log(deps: Deps, viewer: User, entry: Entry, *, today: date, now: datetime) -> VisitId:
    """Log a visit in one transaction; the same once more changes nothing, another result edits it.

    DomainError: "not_found" unless the customer is the viewer's, "visit_ahead", "visit_too_old",
    "visit_move" for a result that cannot follow the one before.
    """
    async with deps.db.write() as uow:
        return await log_in(deps, uow, viewer, entry, today=today, now=now)


async def log_in(
    deps: Deps, uow: UnitOfWork, viewer: User, entry: Entry, *, today: date, now: datetime
) -> VisitId:
    """`log` inside a unit of work."""
    customer_id, on = entry.customer_id, entry.on
    customer = await own_customer(uow, viewer, customer_id)
    late = is_late(on, today, params(deps, on), deps.calendar)
    key = (customer_id, viewer.id, on)
    known = await uow.visit_log.of_day(viewer.id, customer_id, on)
    told = _completed(deps, customer, entry.told.over(known.told) if known else entry.told, today)
    if known is not None and known.told == told:
        return known.id
    before = known.told.result.state if known else VisitState.PLANNED
    state = moved(before, told.result)
    images = {**await uow.visit_log.before(key), "draft": entry.draft}
    if known is None:
        visit_id = await uow.visit_log.add(customer_id, viewer.id, on, told, now, is_late=late)
    else:
        visit_id = known.id
        await uow.visit_log.write(visit_id, told)
    version = await uow.visit_log.keep(visit_id, viewer.id, images, now)
    if before in _ANSWERS:
        await uow.suggestions.reopen(viewer.id, customer_id, on, _ANSWERS[before])
    await uow.suggestions.answer(viewer.id, customer_id, on, _ANSWERS[state], now)
    await uow.visit_log.follow(key, state, now)
    if told.support is not None and (known is None or known.told.support is not told.support):
        await _hear(deps, uow, viewer, Entry(customer_id, on, told), version, today=today, now=now)
    await uow.audit.add("visit", f"visit:{visit_id}", now, user_id=viewer.id)
    return visit_id


async def say(deps: Deps, viewer: User, visit_id: VisitId, told: Told, *, today: date, now: datetime) -> None:
    """Say other things of a visit that one has logged oneself.

    What is said within the time for taking back belongs to the entry; later it is an edit, and what
    stood there before is kept. DomainError "not_found" for visits of others.
    """
    async with deps.db.write() as uow:
        visit = await own_visit(uow, viewer, visit_id)
        if visit.told == told:
            return
        last = await _entry(deps, uow, viewer, visit, now)
        if last is None:
            images = await uow.visit_log.before((visit.customer_id, viewer.id, visit.on))
            version = await uow.visit_log.keep(visit_id, viewer.id, images, now)
            await uow.audit.add("visit_edited", f"visit:{visit_id}", now, user_id=viewer.id)
        else:
            version = last.id
        await uow.visit_log.write(visit_id, told)
        if told.support is not visit.told.support:
            if last is not None:
                await uow.visit_log.forget_added(last)
            said = Entry(visit.customer_id, visit.on, told)
            await _hear(deps, uow, viewer, said, version, today=today, now=now)


async def undo(deps: Deps, viewer: User, version_id: VersionId, now: datetime) -> tuple[VisitId, ...]:
    """Take an entry back, with all that was entered at the same moment; whose visits there still are.

    Once is enough: a second time changes nothing. DomainError "undo_too_late", "undo_overtaken" when
    the visit was edited since, "not_found" for entries of others.
    """
    async with deps.db.write() as uow:
        versions = await uow.visit_log.together(version_id, viewer.id)
        for version in versions:
            if not _is_fresh(deps, version, now):
                raise DomainError("undo_too_late", minutes=_minutes(deps, version))
            await uow.visit_log.take_back(version, now)
            await uow.audit.add("visit_undone", f"visit:{version.visit_id}", now, user_id=viewer.id)
    return tuple(one.visit_id for one in versions if one.told is not None)


async def visit_view(deps: Deps, viewer: User, visit_id: VisitId, *, today: date, now: datetime) -> VisitView:
    """A visit in the viewer's sight. DomainError "not_found" for others."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        visit = await uow.visit_log.get(visit_id, scope)
        own = visit.rep_id == viewer.id and viewer.role is Role.REP
        versions = await uow.visit_log.versions(visit_id)
        last = await _entry(deps, uow, viewer, visit, now) if own else None
        customer = await uow.customers.get(visit.customer_id, scope)
        view = VisitView(
            visit=visit,
            own=own,
            fields=(),
            names={one.id: one.name for one in await uow.users.all()} if visit.told.joined else {},
            attachments=tuple(await uow.visit_log.attachments(visit_id)),
            versions=sum(one.told is not None for one in versions),
            undo=last.id if last else None,
            remarks=await about_visit(deps, uow, customer, scope, visit) if customer is not None else (),
        )
        if not own:
            return view
        if customer is None or customer.owner_id is None:
            raise DomainError("not_found")
        targets = await uow.visits.targets(customer.owner_id, today)
        choices = await uow.cadences.of_rep(customer.owner_id, today)
        away = await uow.leave.away(customer.owner_id, today.replace(day=1), last_of_month(today))
        recent = await uow.visit_log.recent(visit.customer_id, scope, 2)
        plan = await uow.suggestions.of_day(viewer.id, today)
        history = await uow.tiers.history(visit.customer_id, scope)
    target = next(one for one in targets if one.customer.id == customer.id)
    cadence = cadence_of(deps.library.cadence.at(today), choices)
    due, cell = None, target.cell
    if cell is not None and cadence.cells[cell].target:
        due = (
            opens_on(target.last_visit, today, cadence.cells[cell], 1.0, deps.calendar)
            if target.last_visit
            else today
        )
    is_planned = cell is not None and cadence.cells[cell].target > 0
    return replace(
        view,
        fields=params(deps, visit.on).fields(visit.told.result, cell),
        cell=cell,
        due=due,
        suggested=due if due and due > today else next_reception(customer, today, deps.calendar),
        pace=pace_of_month([one for one in targets if one.cell is cell], today, cadence, deps.calendar, away)
        if is_planned
        else None,
        line=_promise(visit, recent) or _movement(history, now) or _next_stop(plan, customer, targets),
    )


async def remarks(
    deps: Deps, viewer: User, visits: Iterable[VisitId]
) -> list[tuple[Reason, list[LoggedVisit]]]:
    """What the rules remark about some visits: each remark once, with the visits that it is about."""
    scope = Scope.of(viewer)
    found: list[tuple[Reason, list[LoggedVisit]]] = []
    async with deps.db.read() as uow:
        for visit_id in visits:
            visit = await uow.visit_log.get(visit_id, scope)
            customer = await uow.customers.get(visit.customer_id, scope)
            if customer is None:
                raise DomainError("not_found")
            for remark in await about_visit(deps, uow, customer, scope, visit):
                known = next((about for one, about in found if one == remark), None)
                if known is None:
                    found.append((remark, [visit]))
                else:
                    known.append(visit)
    return found


async def versions(deps: Deps, viewer: User, visit_id: VisitId) -> tuple[LoggedVisit, list[VisitVersion]]:
    """A visit with what it looked like before each edit. DomainError "not_found" outside the scope."""
    async with deps.db.read() as uow:
        visit = await uow.visit_log.get(visit_id, Scope.of(viewer))
        return visit, [one for one in await uow.visit_log.versions(visit_id) if one.told is not None]


async def own(deps: Deps, viewer: User, visit_id: VisitId) -> LoggedVisit:
    """A visit that the viewer has logged. DomainError "not_found" for others."""
    async with deps.db.read() as uow:
        return await own_visit(uow, viewer, visit_id)


async def of_day(deps: Deps, viewer: User, on: date) -> list[LoggedVisit]:
    """What the viewer has logged for a day."""
    async with deps.db.read() as uow:
        return await uow.visit_log.of_rep(viewer.id, on)


async def on_day(deps: Deps, viewer: User, customer_id: CustomerId, on: date) -> LoggedVisit | None:
    """What the viewer has logged of a customer for a day."""
    async with deps.db.read() as uow:
        return await uow.visit_log.of_day(viewer.id, customer_id, on)


async def people(deps: Deps) -> list[User]:
    """Everybody, to name those who joined a visit."""
    async with deps.db.read() as uow:
        return await uow.users.all()


def next_days(deps: Deps, today: date) -> list[date]:
    """The coming working days, for the next visit."""
    return [deps.calendar.add_working_days(today, n) for n in NEXT_DAYS]


async def loggable(deps: Deps, viewer: User, customer_id: CustomerId) -> Customer:
    """A customer whose visits the viewer may log. DomainError "not_found" for others."""
    async with deps.db.read() as uow:
        return await own_customer(uow, viewer, customer_id)


async def open_stops(deps: Deps, viewer: User, today: date) -> list[Customer]:
    """Who is on today's list and has no answer yet, in the order of the list."""
    async with deps.db.read() as uow:
        plan = await uow.suggestions.of_day(viewer.id, today)
        waiting = (
            [] if plan is None else [one for one in plan.suggestions if one.state is SuggestionState.OPEN]
        )
        found = [await uow.customers.get(one.customer_id, Scope.of(viewer)) for one in waiting]
    return [one for one in found if one is not None]


async def topics(deps: Deps, viewer: User, on: date) -> dict[str, str]:
    """What can be chosen as a topic, by the key that a button carries: products, else the usual topics."""
    known = params(deps, on)
    names = known.products
    if not names:
        async with deps.db.read() as uow:
            names = await our_products(deps, uow) or tuple(await uow.figures.products(Scope.of(viewer)))
    names = names or tuple(one.value for one in known.topics)
    return {str(product_key(name)): name for name in names[:TOPICS_SHOWN]}


async def colleagues(deps: Deps, viewer: User) -> list[User]:
    """Who may have joined a visit: the viewer's manager first, then the reps of the team."""
    if viewer.manager_id is None:
        return []
    async with deps.db.read() as uow:
        boss = await uow.users.get(viewer.manager_id)
        team = await uow.users.team(viewer.manager_id)
    found = [*([boss] if boss else []), *team]
    return [one for one in found if one.is_active and one.id != viewer.id][:COLLEAGUES_SHOWN]


def params(deps: Deps, on: date) -> VisitParams:
    """The numbers of the log."""
    return deps.library.visits.at(on)


async def own_customer(uow: UnitOfWork, viewer: User, customer_id: CustomerId) -> Customer:
    """A customer of the viewer's own. DomainError "not_found" for others."""
    customer = await uow.customers.get(customer_id, Scope.of(viewer))
    if customer is None or customer.owner_id != viewer.id:
        raise DomainError("not_found")
    return customer


async def own_visit(uow: UnitOfWork, viewer: User, visit_id: VisitId) -> LoggedVisit:
    """A visit that the viewer has logged. DomainError "not_found" for others."""
    visit = await uow.visit_log.get(visit_id, Scope.of(viewer))
    if visit.rep_id != viewer.id:
        raise DomainError("not_found")
    return visit


async def _hear(
    deps: Deps,
    uow: UnitOfWork,
    viewer: User,
    said: Entry,
    version: VersionId,
    *,
    today: date,
    now: datetime,
) -> None:
    """Keep what a customer said of us as their own words of that day; the tier is decided anew by it."""
    customer_id, support = said.customer_id, said.told.support
    if support is None:
        return
    added = {"assessment": await uow.visit_log.assess(customer_id, support, said.on, viewer.id)}
    before = await uow.visit_log.last_decision(customer_id)
    await retier(deps, uow, as_of=today, now=now, only=customer_id)
    after = await uow.visit_log.last_decision(customer_id)
    if after != before:
        added["decision"] = after
    await uow.visit_log.add_to(version, added)


async def _entry(
    deps: Deps, uow: UnitOfWork, viewer: User, visit: LoggedVisit, now: datetime
) -> VisitVersion | None:
    """The last change of a visit while it can be taken back by the viewer."""
    kept = await uow.visit_log.versions(visit.id)
    last = kept[-1] if kept else None
    return last if last and last.author_id == viewer.id and _is_fresh(deps, last, now) else None


def _is_fresh(deps: Deps, version: VisitVersion, now: datetime) -> bool:
    return now - version.at <= timedelta(minutes=_minutes(deps, version))


def _minutes(deps: Deps, version: VisitVersion) -> int:
    return params(deps, version.at.date()).undo_minutes


def _completed(deps: Deps, customer: Customer, told: Told, today: date) -> Told:
    """With the day to come back, where the customer wanted another one."""
    if told.result.state is VisitState.RESCHEDULED and told.next_on is None:
        return replace(told, next_on=next_reception(customer, today, deps.calendar))
    return told


def _promise(visit: LoggedVisit, recent: list[LoggedVisit]) -> Reason | None:
    if visit.told.promise:
        return None  # it stands on the screen already
    before = next((one for one in recent if one.id != visit.id and one.on <= visit.on), None)
    if before is None or not before.told.promise or before.step_done_on is not None:
        return None
    return Reason("promised_before", {"on": before.on.isoformat(), "step": before.told.promise[:200]})


def _movement(history: list[DatedDecision], now: datetime) -> Reason | None:
    """The last move between cells, while it is news; `history` has the newest decision first."""
    cells = [one.decision.cell for one in history[:2]]
    if len(cells) < 2 or cells[0] is cells[1] or None in cells or now - history[0].decided_at > LATELY:
        return None
    new, old = history[0], history[1]
    values = {"before": _name(old.decision.cell), "after": _name(new.decision.cell)}
    return Reason("moved_lately", {**values, "on": new.decided_at.date().isoformat()})


def _name(cell: Cell | None) -> str:
    return cell.value if cell else ""


def _next_stop(plan: StoredPlan | None, here: Customer, targets: list[VisitTarget]) -> Reason | None:
    """Whom to see next: somebody of the list in the same hospital, else the next one on it."""
    customers = {one.customer.id: one.customer for one in targets}
    waiting = [
        (one, customers[one.customer_id])
        for one in (plan.suggestions if plan else ())
        if one.state is SuggestionState.OPEN and one.customer_id in customers
    ]
    same = [
        (one, customer)
        for one, customer in waiting
        if customer.institution and here.institution and customer.institution.id == here.institution.id
    ]
    if same:
        return Reason("next_here", {"name": same[0][1].name})
    if not waiting:
        return None
    stop, customer = waiting[0]
    place = customer.institution.name if customer.institution else customer.city
    return Reason("next_stop", {"name": customer.name, "place": place, "start": f"{stop.start:%H:%M}"})
