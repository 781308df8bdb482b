"""Events with fewer seats than people: described, judged by the rules, shared out, and recorded.

Nothing here reads a tier, a support or a sale but `people`, which helps to think of somebody to propose.
"""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.clock import local_date
from bot.db.repositories.events import Specialists, Thinkable
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services import qualifications
from domain.compliance.facts import EventFacts
from domain.compliance.gate import Gate, Verdict
from domain.compliance.rules import Level, Place, Rule
from domain.customers.model import Customer, CustomerStatus
from domain.errors import DomainError
from domain.ids import CustomerId, EventId, UserId
from domain.importing.keys import normal_name
from domain.people.model import Role, Scope, User
from domain.resources.allocation import (
    Allocation,
    Inputs,
    Limit,
    Need,
    allocate,
    digest,
    image,
)
from domain.resources.event import (
    CAUSES,
    MOST_DAYS,
    MOST_HOURS,
    MOST_MEAL,
    MOST_SEATS,
    Candidate,
    Event,
    EventField,
    EventState,
    Extra,
    SeatState,
    contenders,
    facts_of,
)
from domain.resources.record import SeatRecord, replays, result_image
from domain.tiering.argument import sentence
from domain.tiering.model import Cell

LONGEST_TOPIC = 120
LONGEST_COMMENT = 300
MOST_PROPOSED = 200
GIVEN, MOVED_UP, REGISTERED = "given", "moved_up", "registered"


@dataclass(frozen=True, slots=True)
class Met:
    """A rule that an event meets, and what to change."""

    rule: Rule
    level: Level
    field: EventField


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody proposed for a seat; `customer` is None where the viewer may not see them (any more)."""

    seat: Candidate
    customer: Customer | None
    said_by: User | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An event, what the rules say, and who is proposed: of a rep's event the own customers alone."""

    event: Event
    author: User | None
    met: tuple[Met, ...]
    proposed: tuple[Proposed, ...]
    can_change: bool

    @property
    def blocks(self) -> tuple[Met, ...]:
        return tuple(one for one in self.met if one.level is Level.BLOCK)

    @property
    def warnings(self) -> tuple[Met, ...]:
        return tuple(one for one in self.met if one.level is Level.WARN)

    @property
    def wants(self) -> EventField | None:
        """What to tell next: what is missing, or the comment that warnings ask for."""
        if self.event.missing is not None or not self.event.is_open:
            return self.event.missing
        return EventField.COMMENT if self.warnings and not self.blocks and not self.event.comment else None

    @property
    def is_ready(self) -> bool:
        """Whether people may be proposed and seats given."""
        return self.event.is_open and self.wants is None and not self.blocks

    def count(self, *states: SeatState) -> int:
        return sum(one.seat.state in states for one in self.proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The seats as they are, or would be, shared out.

    `people` are the customers in the viewer's sight by number; `groups` names hospitals, departments and reps
    by their limit and number. `digest` is that of the inputs.
    """

    view: View
    inputs: Inputs
    allocation: Allocation
    people: Mapping[int, Customer]
    groups: Mapping[tuple[Limit, int | None], str]
    digest: str


@dataclass(frozen=True, slots=True)
class People:
    """Customers who may be thought of; `cells` counts them by cell."""

    event: Event
    customers: tuple[Thinkable, ...]
    cells: Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A record, who decided, and whether the same inputs give the same list today."""

    record: SeatRecord
    author: User | None
    is_same: bool


# Describing


async def new(deps: Deps, viewer: User, local: datetime) -> EventId:
    """Begin to describe an event. Its lots are settled from here on: nobody can draw again."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        event_id = await uow.events.add(viewer.id, secrets.token_hex(8), local)
        await uow.audit.add("event_new", f"event:{event_id}", local, user_id=viewer.id)
    return event_id


async def events(deps: Deps, viewer: User) -> list[Event]:
    """The events in the viewer's sight, the newest first."""
    async with deps.db.read() as uow:
        return await uow.events.all(Scope.of(viewer))


async def asked(deps: Deps, viewer: User) -> int:
    """For how many events a rep is asked to recommend somebody; 0 for those who ask."""
    if viewer.role is not Role.REP:
        return 0
    return sum(one.is_open for one in await events(deps, viewer))


async def to_be_given(deps: Deps, viewer: User, today: date) -> int:
    """For how many coming events of the viewer's somebody is proposed while the seats are not given."""
    async with deps.db.read() as uow:
        return await uow.events.undecided(Scope.of(viewer), today)


async def view(deps: Deps, viewer: User, event_id: EventId, today: date) -> View:
    """One event. DomainError "not_found" out of sight."""
    async with deps.db.read() as uow:
        return await _view(deps, uow, viewer, event_id, today)


async def write(
    deps: Deps, viewer: User, event_id: EventId, field: EventField, said: str, local: datetime
) -> None:
    """Keep a topic, a place or a comment, after `screening` has let it pass.

    DomainError: "not_found", "event_settled", and those of `sentence`.
    """
    longest = LONGEST_COMMENT if field is EventField.COMMENT else LONGEST_TOPIC
    await _tell(deps, viewer, event_id, field, sentence(said, longest=longest), local)


async def tell(
    deps: Deps, viewer: User, event_id: EventId, field: EventField, value: int, local: datetime
) -> None:
    """Keep a number, or a yes (1) or no (0); of a set, that what has been ticked is all.

    DomainError: "not_found", "event_settled", "event_number" for one that cannot be meant.
    """
    async with deps.db.read() as uow:
        event = await uow.events.get(event_id, Scope.of(viewer))
    if field in _SETS:
        kept = getattr(event, _COLUMNS[field])
        await _tell(deps, viewer, event_id, field, sorted(kept or ()), local)
        return
    if field not in _NUMBERS:
        raise DomainError("not_found")
    low, high = _NUMBERS[field]
    if not low <= value <= high:
        raise DomainError("event_number", low=low, high=high)
    told = bool(value) if field is EventField.REGISTRATION else value
    await _tell(deps, viewer, event_id, field, told, local)


async def set_day(deps: Deps, viewer: User, event_id: EventId, on: date, local: datetime) -> None:
    """Keep the day. DomainError "date_passed" unless it lies ahead, within two years."""
    if not 0 <= (on - local.date()).days <= 730:
        raise DomainError("date_passed")
    await _tell(deps, viewer, event_id, EventField.DAY, on, local)


async def tick(
    deps: Deps, viewer: User, event_id: EventId, extra: Extra, local: datetime, *, on: bool
) -> None:
    """Say that something is planned beside the programme, or is not."""
    async with deps.db.read() as uow:
        event = await uow.events.get(event_id, Scope.of(viewer))
    extras = (event.extras or frozenset()) - {extra} | ({extra} if on else frozenset())
    await _tell(deps, viewer, event_id, EventField.EXTRAS, sorted(extras), local)


async def specialties(deps: Deps, viewer: User) -> list[tuple[CustomerId, str]]:
    """What the viewer's customers are specialists of, the most frequent first, each by one of them."""
    async with deps.db.read() as uow:
        found = await uow.events.specialties(Scope.of(viewer))
    alike: dict[str, list[Specialists]] = {}
    for one in found:
        alike.setdefault(normal_name(one.name), []).append(one)
    ordered = sorted(alike.items(), key=lambda item: (-sum(one.customers for one in item[1]), item[0]))
    return [(spelled[0].one_of_them, spelled[0].name) for _, spelled in ordered]


async def address(
    deps: Deps, viewer: User, event_id: EventId, like: CustomerId, local: datetime, *, on: bool
) -> None:
    """Let the agenda be for those of a customer's specialty, or not. DomainError "not_found"."""
    async with deps.db.read() as uow:
        event = await uow.events.get(event_id, Scope.of(viewer))
        customer = await uow.customers.get(like, Scope.of(viewer))
    said = (customer.specialty or customer.department) if customer else ""
    if not said:
        raise DomainError("not_found")
    kept = [one for one in event.specialties or () if normal_name(one) != normal_name(said)]
    await _tell(deps, viewer, event_id, EventField.FOR, sorted([*kept, said] if on else kept), local)


async def call_off(deps: Deps, viewer: User, event_id: EventId, local: datetime) -> None:
    """Call an event off; seats that were given count no more."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        await uow.events.get(event_id, Scope.of(viewer), change=True)
        await uow.events.call_off(event_id)
        await uow.audit.add("event_off", f"event:{event_id}", local, user_id=viewer.id)


# Proposing


async def ask_reps(deps: Deps, viewer: User, event_id: EventId, local: datetime) -> None:
    """Ask the reps of the team, or all for an admin's event, whom they recommend; only once it is ready."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        found = await _view(deps, uow, viewer, event_id, local.date())
        _require_ready(found)
        await uow.events.write(event_id, asked_at=local)
        everybody = found.author is not None and found.author.role is Role.ADMIN
        for rep in await uow.users.all():
            is_meant = everybody or rep.manager_id == found.event.author_id
            if rep.role is Role.REP and rep.is_active and is_meant:
                on = local_date(local, rep.time_zone or deps.settings.time_zone)
                await uow.outbox.owe(
                    "event_asked", rep.id, subject=f"{event_id}", on=on, due_at=local, params={"id": event_id}
                )
        await uow.audit.add("event_asked", f"event:{event_id}", local, user_id=viewer.id)


async def people(deps: Deps, viewer: User, event_id: EventId, cell: Cell | None, today: date) -> People:
    """Customers of the viewer who are not proposed yet, of a cell or all; whom the agenda is for come first.

    The cell is a way to think of people. It goes nowhere.
    """
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        event = await uow.events.get(event_id, scope)
        free = await uow.events.thinkable(event_id, scope)
        grid = {one.id: one.cell for one in await uow.customers.grid(scope, today)}
    counts = {each: sum(grid.get(one.id) is each for one in free) for each in Cell}
    wanted = {normal_name(one) for one in event.specialties or ()}
    chosen = sorted(
        (one for one in free if cell is None or grid.get(one.id) is cell),
        key=lambda one: (normal_name(one.specialty) not in wanted, one.name, one.id),
    )
    return People(event, tuple(chosen), counts)


async def customer_of(deps: Deps, viewer: User, customer_id: CustomerId) -> Customer:
    """A customer in the viewer's sight. DomainError "not_found"."""
    async with deps.db.read() as uow:
        customer = await uow.customers.get(customer_id, Scope.of(viewer))
    if customer is None:
        raise DomainError("not_found")
    return customer


async def propose(
    deps: Deps,
    viewer: User,
    event_id: EventId,
    customer_id: CustomerId,
    need: Need,
    local: datetime,
) -> tuple[Rule, ...]:
    """Propose somebody for a seat on a stated ground; the rules that refuse the ground, () when it was kept.

    DomainError: "not_found", those of an event that is not ready, "event_full" beyond `MOST_PROPOSED`, and
    "promotion_locked" for a rep who may not promote now.
    """
    gate = _gate(deps)
    verdict = gate.check(EventFacts(ground=need.ground))
    async with deps.db.write() as uow:
        found = await _view(deps, uow, viewer, event_id, local.date())
        _require_ready(found)
        await qualifications.require_promotion(deps, uow, viewer, local.date())
        customer = await uow.customers.get(customer_id, Scope.of(viewer))
        if customer is None or customer.status is not CustomerStatus.ACTIVE:
            raise DomainError("not_found")
        detail: dict[str, Any] = {"ground": need.ground.value}
        if verdict.level is Level.BLOCK:
            detail["rules"] = list(verdict.rules)
            await uow.audit.add(
                "event_ground_refused", f"event:{event_id}", local, user_id=viewer.id, detail=detail
            )
            return tuple(gate.rules[rule] for rule in verdict.rules)
        if len(await uow.events.candidates(event_id)) >= MOST_PROPOSED:
            raise DomainError("event_full", limit=MOST_PROPOSED)
        await uow.events.propose(event_id, customer_id, need, viewer.id, local)
        await uow.audit.add("event_proposed", f"event:{event_id}", local, user_id=viewer.id, detail=detail)
    return ()


async def register(
    deps: Deps, viewer: User, event_id: EventId, customer_id: CustomerId, *, is_registered: bool
) -> None:
    """Note that somebody is registered, or is not. DomainError "not_found", "event_settled"."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        await _open(uow, viewer, event_id)
        await uow.events.change(event_id, customer_id, registered=is_registered)


async def register_late(
    deps: Deps, viewer: User, event_id: EventId, customer_id: CustomerId, local: datetime
) -> tuple[CustomerId, ...]:
    """Somebody registers after the seats were given: who has a seat now and had none before.

    A seat that is free goes to whom the same rules choose, and nobody loses one; without a free one the
    registration stands, and whoever registered waits. DomainError "not_found" for somebody who is not
    proposed or is registered already, "event_settled" unless the seats are given and the day has not passed.
    """
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        event = await uow.events.get(event_id, Scope.of(viewer), change=True)
        if not event.takes_late(local.date()):
            raise DomainError("event_settled")
        seats = {one.customer_id: one for one in await uow.events.candidates(event_id)}
        mine = seats.get(customer_id)
        if mine is None or mine.registered:
            raise DomainError("not_found")
        await uow.events.change(event_id, customer_id, registered=True)
        found = await _view(deps, uow, viewer, event_id, local.date())
        sharing = await _shared(deps, uow, found, local.date())
        moved = await _keep(deps, uow, viewer, sharing, REGISTERED, local)
    return tuple(map(CustomerId, moved))


async def withdraw(
    deps: Deps, viewer: User, event_id: EventId, customer_id: CustomerId, local: datetime
) -> None:
    """Take a proposal out: a rep one of their own customers. DomainError "not_found", "event_settled"."""
    async with deps.db.write() as uow:
        await _open(uow, viewer, event_id)
        if await uow.customers.get(customer_id, Scope.of(viewer)) is None:
            raise DomainError("not_found")
        await uow.events.drop(event_id, customer_id)
        await uow.audit.add("event_withdrawn", f"event:{event_id}", local, user_id=viewer.id)


# Sharing out


async def shared(deps: Deps, viewer: User, event_id: EventId, today: date) -> Shared:
    """The seats as they would be shared out now, or as they are. DomainError unless that can be told."""
    _refuse_reps(viewer)
    async with deps.db.read() as uow:
        found = await _view(deps, uow, viewer, event_id, today)
        if found.event.is_open:
            _require_ready(found)
        return await _shared(deps, uow, found, today)


async def give(deps: Deps, viewer: User, event_id: EventId, shown: str, local: datetime) -> bool:
    """Give the seats as they were shown; False, and nothing is given, when the inputs have changed since."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        await uow.events.get(event_id, Scope.of(viewer), change=True)
        found = await _view(deps, uow, viewer, event_id, local.date())
        _require_ready(found)
        sharing = await _shared(deps, uow, found, local.date())
        if sharing.digest != shown:
            return False
        await _keep(deps, uow, viewer, sharing, GIVEN, local)
        await uow.events.write(event_id, state=EventState.DECIDED.value)
    return True


async def decline(
    deps: Deps, viewer: User, event_id: EventId, customer_id: CustomerId, local: datetime
) -> tuple[Customer | None, ...]:
    """Somebody gives a seat back: who moves up by the same rules, None for those out of the viewer's sight.

    DomainError "not_found" where there is no seat to give back.
    """
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        event = await uow.events.get(event_id, Scope.of(viewer), change=True)
        seats = {one.customer_id: one for one in await uow.events.candidates(event_id)}
        mine = seats.get(customer_id)
        if mine is None or mine.state is not SeatState.ADMITTED or event.state is not EventState.DECIDED:
            raise DomainError("not_found")
        await uow.events.change(event_id, customer_id, state=SeatState.DECLINED.value)
        found = await _view(deps, uow, viewer, event_id, local.date())
        sharing = await _shared(deps, uow, found, local.date())
        moved = await _keep(deps, uow, viewer, sharing, MOVED_UP, local)
    return tuple(sharing.people.get(one) for one in moved)


async def attend(
    deps: Deps, viewer: User, event_id: EventId, customer_id: CustomerId, today: date, *, came: bool
) -> None:
    """Note who was there. DomainError "not_found" without a seat, "event_ahead" before the day."""
    _refuse_reps(viewer)
    async with deps.db.write() as uow:
        event = await uow.events.get(event_id, Scope.of(viewer), change=True)
        seats = {one.customer_id: one.state for one in await uow.events.candidates(event_id)}
        had = {SeatState.ADMITTED, SeatState.ATTENDED, SeatState.ABSENT}
        if event.state is not EventState.DECIDED or seats.get(customer_id) not in had:
            raise DomainError("not_found")
        if event.on is None or event.on > today:
            raise DomainError("event_ahead")
        state = SeatState.ATTENDED if came else SeatState.ABSENT
        await uow.events.change(event_id, customer_id, state=state.value)


async def records(deps: Deps, viewer: User, event_id: EventId) -> list[Replayed]:
    """What was decided, each replayed from its own inputs, the oldest first."""
    _refuse_reps(viewer)
    async with deps.db.read() as uow:
        await uow.events.get(event_id, Scope.of(viewer))
        kept = await uow.events.records(event_id)
        authors = {one.id: one for one in await uow.users.all()} if kept else {}
    return [Replayed(one, authors.get(one.author_id), replays(one)) for one in kept]


# Inside

_COLUMNS: Mapping[EventField, str] = {
    EventField.TOPIC: "topic",
    EventField.PLACE: "place",
    EventField.DAY: "on",
    EventField.DAYS: "days",
    EventField.HOURS: "hours",
    EventField.SEATS: "seats",
    EventField.FOR: "specialties",
    EventField.REGISTRATION: "registration",
    EventField.MEAL: "meal",
    EventField.EXTRAS: "extras",
    EventField.COMMENT: "comment",
}
_NUMBERS = {
    EventField.DAYS: (1, MOST_DAYS),
    EventField.HOURS: (1, MOST_HOURS),
    EventField.SEATS: (1, MOST_SEATS),
    EventField.REGISTRATION: (0, 1),
    EventField.MEAL: (0, MOST_MEAL),
}
_SETS = frozenset({EventField.FOR, EventField.EXTRAS})


async def _tell(
    deps: Deps, viewer: User, event_id: EventId, field: EventField, value: object, local: datetime
) -> None:
    """Write one thing about an event. A comment answers the event as it was: any change asks for it anew."""
    _refuse_reps(viewer)
    values = {"comment": "", _COLUMNS[field]: value}
    scope, today = Scope.of(viewer), local.date()
    async with deps.db.write() as uow:
        before = _blocking(await _met(deps, await uow.events.get(event_id, scope, change=True), today))
        await uow.events.write(event_id, **values)
        after = _blocking(await _met(deps, await uow.events.get(event_id, scope), today))
        if after - before:
            rules = {"rules": sorted(after)}
            await uow.audit.add("event_blocked", f"event:{event_id}", local, user_id=viewer.id, detail=rules)


def _blocking(met: Iterable[Met]) -> set[str]:
    return {one.rule.id for one in met if one.level is Level.BLOCK}


async def _view(deps: Deps, uow: UnitOfWork, viewer: User, event_id: EventId, today: date) -> View:
    scope = Scope.of(viewer)
    event = await uow.events.get(event_id, scope)
    in_sight = await uow.events.customers(event_id, scope)
    users = {one.id: one for one in await uow.users.all()}
    proposed = [
        Proposed(seat, in_sight.get(seat.customer_id), users.get(seat.said_by))
        for seat in await uow.events.candidates(event_id)
        if seat.customer_id in in_sight or viewer.role is not Role.REP
    ]
    return View(
        event=event,
        author=users.get(event.author_id),
        met=await _met(deps, event, today),
        proposed=tuple(sorted(proposed, key=lambda one: one.customer.name if one.customer else "")),
        can_change=viewer.role is not Role.REP,
    )


async def _met(deps: Deps, event: Event, today: date) -> tuple[Met, ...]:
    """What the rules say of an event, the strictest first; each with what to change."""
    gate = _gate(deps)
    facts = facts_of(event, deps.library.events.at(today))
    found: dict[str, Met] = {}

    def note(verdict: Verdict, field: EventField) -> None:
        for one in verdict.findings:
            known = found.get(one.rule)
            if one.level is Level.HOLD:  # words that are kept have been acknowledged
                continue
            if known is None or one.level.weight > known.level.weight:
                found[one.rule] = Met(gate.rules[one.rule], one.level, field)

    for name, field in CAUSES.items():
        note(gate.check(replace(EventFacts(), **{name: getattr(facts, name)})), field)
    for text, place, field in (
        (event.topic, Place.PLAN, EventField.TOPIC),
        (event.place, Place.EVENT, EventField.PLACE),
    ):
        if text:
            note(await asyncio.to_thread(gate.check_text, text, place), field)
    return tuple(sorted(found.values(), key=lambda one: (-one.level.weight, one.rule.id)))


async def _shared(deps: Deps, uow: UnitOfWork, found: View, today: date) -> Shared:
    """The sharing of an event by the rules of a day; whoever has a seat keeps it."""
    event, params = found.event, deps.library.events.at(today)
    seats = [one.seat for one in found.proposed]
    past = await uow.events.past(event.id, [one.customer_id for one in seats])
    had = {SeatState.ADMITTED, SeatState.ATTENDED}
    inputs = Inputs(
        seats=event.seats or 0,
        seed=event.seed,
        points=params.points,
        limits=params.limits(event.seats or 0),
        person_events=params.person_events,
        contenders=contenders(event, seats, past, params),
        kept=tuple(sorted(one.customer_id for one in seats if one.state in had)),
    )
    allocation = await asyncio.to_thread(allocate, inputs)
    people = {one.seat.customer_id: one.customer for one in found.proposed if one.customer is not None}
    return Shared(
        view=found,
        inputs=inputs,
        allocation=allocation,
        people={int(number): one for number, one in people.items()},
        groups=await _groups(uow, inputs, people, seats),
        digest=digest(image(inputs)),
    )


async def _groups(
    uow: UnitOfWork, inputs: Inputs, people: Mapping[CustomerId, Customer], seats: Sequence[Candidate]
) -> Mapping[tuple[Limit, int | None], str]:
    """The names of hospitals, departments and reps, as far as the viewer sees somebody of them."""
    reps = {one.id: one.name for one in await uow.users.all()}
    owners = {one.customer_id: one.rep_id for one in seats}
    names: dict[tuple[Limit, int | None], str] = {}
    for one in inputs.contenders:
        customer = people.get(CustomerId(one.id))
        if customer is None:
            continue
        place = customer.institution.name if customer.institution else ""
        names[Limit.HOSPITAL, one.hospital] = place
        names[Limit.DEPARTMENT, one.department] = f"{place} {customer.department}".strip()
        owner: UserId | None = owners[CustomerId(one.id)]
        names[Limit.REP, one.rep] = reps.get(owner, "") if owner is not None else ""
    return names


async def _keep(
    deps: Deps, uow: UnitOfWork, viewer: User, sharing: Shared, kind: str, local: datetime
) -> tuple[int, ...]:
    """Give the seats of a sharing and record it; who has one now and had none before."""
    event, kept = sharing.view.event, set(sharing.inputs.kept)
    admitted = tuple(one.id for one in sharing.allocation.admitted if one.id not in kept)
    await uow.events.admit(event.id, [CustomerId(one) for one in admitted])
    record = SeatRecord(
        kind=kind,
        at=local,
        author_id=viewer.id,
        content_version=deps.library.version,
        params_version=deps.library.events.at(local.date()).version,
        digest=sharing.digest,
        inputs=image(sharing.inputs),
        result=result_image(sharing.allocation),
        warned=tuple(sorted(one.rule.id for one in sharing.view.warnings)),
        comment=event.comment,
    )
    await uow.events.record(event.id, record)
    detail = {"digest": sharing.digest, "seats": len(admitted)}
    await uow.audit.add(f"event_{kind}", f"event:{event.id}", local, user_id=viewer.id, detail=detail)
    return admitted


async def _open(uow: UnitOfWork, viewer: User, event_id: EventId) -> Event:
    event = await uow.events.get(event_id, Scope.of(viewer), change=True)
    if not event.is_open:
        raise DomainError("event_settled")
    return event


def _require_ready(found: View) -> None:
    if not found.event.is_open:
        raise DomainError("event_settled")
    if found.blocks:
        raise DomainError("event_blocked", broken=", ".join(one.rule.id for one in found.blocks))
    if found.wants is not None:
        raise DomainError("event_unfinished")


def _refuse_reps(viewer: User) -> None:
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")


def _gate(deps: Deps) -> Gate:
    return deps.library.compliance(deps.settings.market)
