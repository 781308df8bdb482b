"""Today's list of a rep: planned once, stored, and made anew only when what it rests on has changed."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import blake2s
from typing import Any

from bot.db.mappers import reasons_image, to_reasons
from bot.db.repositories.suggestions import StoredPlan, Suggestion
from bot.db.values import DataAsOf
from bot.deps import Deps
from bot.services.day import Situation, rep_in_sight, situation_in
from bot.travel import travel_times
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.model import VisitTarget
from domain.planning.outlook import closed, instead
from domain.planning.pace import Pace, pace_of_month
from domain.planning.plan import DayPlan, PlannedVisit, coming_days, plan_day, plan_week, replan
from domain.planning.tour import Where
from domain.planning.windows import clock_of, minutes_of, workday
from domain.visits.model import Channel
from domain.visits.suggestion import SuggestionState

OUTLOOK_DAYS = 5
OUTLOOK_ITERATIONS = 20
MOST_LEFT_OUT = 60  # that are stored
_TOMORROW = timedelta(days=1)
_LATEST_ZONE = timedelta(hours=12)  # by which the last places on earth are behind UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """From when and where the visits of a plan begin, and until when they last; None is as usual.

    `kept` are those whom the rep has added by hand.
    """

    now: time | None = None
    at: Where = None
    until: time | None = None
    kept: tuple[CustomerId, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit of the list as it stands."""

    target: VisitTarget
    planned: Suggestion

    @property
    def customer(self) -> Customer:
        return self.target.customer

    @property
    def short(self) -> Reason | None:
        """The reason to be told where there is room for one."""
        found = {reason.code: reason for reason in self.planned.reasons}
        codes = ("promise", "appointment", "pinned", "kept", "worth")
        return next((found[code] for code in codes if code in found), None)


@dataclass(frozen=True, slots=True)
class Block:
    """Visits in one place, one after the other."""

    stops: tuple[Stop, ...]

    @property
    def institution(self) -> Institution | None:
        return self.stops[0].customer.institution

    @property
    def city(self) -> str:
        return self.stops[0].customer.city


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody who is due and not on the list, and why."""

    target: VisitTarget
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Time to spare, where, and whom it would do for."""

    start: time
    end: time
    institution: Institution | None
    drop_by: tuple[Customer, ...]
    profile: tuple[Customer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One rep's day as it stands: what is still to do, in order, what is done, what was left out and why.

    `instead` is said when nothing is to do. `is_outdated`: the rep's customers are not those from whom the
    list was made; whoever is new is not on it.
    """

    rep: User
    today: date
    stops: tuple[Stop, ...]
    done: tuple[Stop, ...]
    dropped: tuple[Stop, ...]
    missed: tuple[Missed, ...]
    waits: tuple[Wait, ...]
    to_profile: tuple[VisitTarget, ...]
    lacking: tuple[Reason, ...]
    instead: tuple[Reason, ...]
    targets: tuple[VisitTarget, ...]
    pace: Pace
    is_provisional: bool
    as_of: DataAsOf
    is_outdated: bool

    @property
    def put_off(self) -> list[VisitTarget]:
        """Who is put off, the soonest back first."""
        return sorted(
            (one for one in self.targets if _is_put_off(one, self.today)),
            key=lambda one: (one.snoozed_until or date.max, one.customer.name),
        )

    @property
    def places(self) -> list[Institution]:
        """The hospitals of the list, each once."""
        stops = sorted((*self.done, *self.stops), key=lambda one: one.planned.place)
        found = {
            one.customer.institution.id: one.customer.institution for one in stops if one.customer.institution
        }
        return list(found.values())

    def stop(self, customer_id: CustomerId) -> Stop | None:
        """A customer's visit, whatever became of it."""
        every = (*self.stops, *self.done, *self.dropped)
        return next((one for one in every if one.customer.id == customer_id), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one customer stands today: a visit of the list, or what keeps them off it."""

    day: Day
    target: VisitTarget
    stop: Stop | None
    hurdle: Reason | None


def blocks(stops: Iterable[Stop]) -> list[Block]:
    """Visits by place; those of one place in a row are together."""
    found: list[list[Stop]] = []
    for stop in stops:
        place = stop.customer.institution
        here = found[-1][0].customer.institution if found else None
        if found and place is not None and here is not None and place.id == here.id:
            found[-1].append(stop)
        else:
            found.append([stop])
    return [Block(tuple(group)) for group in found]


async def day_of(deps: Deps, viewer: User, rep_id: UserId | None, local: datetime) -> Day:
    """The day of a rep: one's own, or that of a rep of the team. DomainError "not_found" for others.

    `local` is the present on the viewer's own clock. Only the rep's own look makes a list and stores it.
    """
    rep = await rep_in_sight(deps, viewer, rep_id)
    found, stored = await _read(deps, rep, local.date())
    if rep.id == viewer.id and rep.role is Role.REP:
        stored = await _kept_up(deps, found, stored, local)
    elif stored is None:
        start = _start(found, None, local)
        stored = _unsaved(deps, found, start, await _planned(deps, found, start, None), local)
    return await _day(deps, found, stored, local)


async def plan_ahead(deps: Deps, work: Sequence[tuple[UserId, date]], now: datetime) -> int:
    """Make and store the lists of days that have not begun; how many of them there were not yet."""
    made = []
    async with deps.db.read() as uow:
        for rep_id, on in work:
            rep = await uow.users.get(rep_id)
            if rep is not None and await uow.suggestions.of_day(rep_id, on) is None:
                found = await situation_in(deps, uow, rep, on)
                start = _start(found, None, datetime.combine(on, time.min))
                made.append((found, start, await _planned(deps, found, start, None)))
    async with deps.db.write() as uow:
        planned = {on: await uow.suggestions.planned_on(on) for on in {one.today for one, _, _ in made}}
        new = [each for each in made if each[0].rep.id not in planned[each[0].today]]
        for found, start, plan in new:
            told = _image(deps, found, start, plan)
            await uow.suggestions.put(found.rep.id, found.today, plan.stops, told, now)
    return len(new)


async def standing(deps: Deps, viewer: User, customer_id: CustomerId, local: datetime) -> Standing:
    """Why a customer is on the owner's list today, or is not. DomainError "not_found" outside the scope."""
    async with deps.db.read() as uow:
        customer = await uow.customers.get(customer_id, Scope.of(viewer))
    if customer is None or customer.owner_id is None:
        raise DomainError("not_found")
    day = await day_of(deps, viewer, customer.owner_id, local)
    target = next((one for one in day.targets if one.customer.id == customer_id), None)
    if target is None:
        raise DomainError("not_found")
    stop = day.stop(customer_id)
    if stop is not None:
        return Standing(day, target, stop, None)
    missed = next((one for one in day.missed if one.target is target), None)
    hurdle = missed.reason if missed else await _hurdle(deps, day.rep, customer_id, local)
    return Standing(day, target, None, hurdle)


async def replan_rest(
    deps: Deps, rep: User, minutes: int | None, at: InstitutionId | None, local: datetime
) -> None:
    """Make the rest of the day anew: so many minutes are left (None: until evening), from where one is.

    DomainError "not_found" for a hospital without customers of the rep.
    """
    found, stored = await _read(deps, rep, local.date())
    if at is not None and at not in {
        one.customer.institution.id for one in found.targets if one.customer.institution
    }:
        raise DomainError("not_found")
    before = _start_of(stored)
    begins = max(_clock(local), found.own_time.start)
    start = Start(now=begins, at=at, until=_later(begins, minutes), kept=before.kept)
    await _make(deps, found, start, stored, local)


async def add(
    deps: Deps, rep: User, customer_id: CustomerId, local: datetime
) -> tuple[Customer, Reason | None]:
    """Put a customer of the rep onto today's list; the reason when that cannot be.

    DomainError "not_found" for customers of others.
    """
    found, stored = await _read(deps, rep, local.date())
    target = next((one for one in found.targets if one.customer.id == customer_id), None)
    if target is None:
        raise DomainError("not_found")
    if _is_put_off(target, found.today):
        return target.customer, await _hurdle(deps, rep, customer_id, local)
    stored = await _kept_up(deps, found, stored, local)
    if customer_id in {one.customer_id for one in _open(stored)}:
        return target.customer, None
    start = _start(found, stored, local)
    start = replace(start, kept=tuple(dict.fromkeys((*start.kept, customer_id))))
    plan = await _planned(deps, found, start, stored)
    if customer_id in {stop.customer.id for stop in plan.stops}:
        await _store(deps, found, start, plan, local)
        return target.customer, None
    return target.customer, _against(plan, customer_id)


async def move_up(
    deps: Deps, rep: User, customer_id: CustomerId, local: datetime
) -> tuple[Customer, Reason | None] | None:
    """Visit a customer before the one who comes before; whom that would bring too late, and why.

    None when it is done, or there is nothing to do.
    """
    found, stored = await _read(deps, rep, local.date())
    stored = await _kept_up(deps, found, stored, local)
    order = [one.customer_id for one in _open(stored)]
    if customer_id not in order:
        raise DomainError("not_found")
    at = order.index(customer_id)
    if at == 0:
        return None
    order[at - 1], order[at] = order[at], order[at - 1]
    start = _start(found, stored, local)
    plan = await _planned(deps, found, start, stored, order)
    planned = {stop.customer.id for stop in plan.stops}
    late = next((one for one in order if one not in planned), None)
    if late is not None:
        customer = next(one.customer for one in found.targets if one.customer.id == late)
        return customer, _against(plan, late)
    told = {**stored.circumstances, "spare": _told(plan)["spare"]}
    async with deps.db.write() as uow:
        await uow.suggestions.put(rep.id, found.today, plan.stops, told, local)
    return None


async def drop(deps: Deps, rep: User, customer_id: CustomerId, local: datetime) -> None:
    """Take a customer off today's list, no more. DomainError "appointment_first" where one was promised."""
    async with deps.db.write() as uow:
        booked = await uow.appointments.of_rep(rep.id, local.date(), local.date())
        if any(one.customer_id == customer_id and one.promised for one in booked):
            raise DomainError("appointment_first")
        await uow.suggestions.answer(rep.id, customer_id, local.date(), SuggestionState.DROPPED, local)
        await uow.pins.drop(rep.id, customer_id, local)


@dataclass(frozen=True, slots=True)
class Moved:
    """The messages that showed a list before: the one of the same day, and that of an earlier one."""

    same_day: int | None
    earlier: int | None


async def remember_message(deps: Deps, rep: User, today: date, message_id: int) -> Moved | None:
    """Let a message be the one that shows the list; None when it is already, or there is no list."""
    shown = await message_of(deps, rep, today)
    if shown == message_id:
        return None
    async with deps.db.write() as uow:
        if not await uow.suggestions.remember_message(rep.id, today, message_id):
            return None
        earlier = await uow.suggestions.last_message(rep.id, today)
        if earlier is not None:
            await uow.suggestions.remember_message(rep.id, earlier[0], None)
    before = earlier[1] if earlier else None
    return Moved(shown, before if before != message_id else None)


async def message_of(deps: Deps, rep: User, today: date) -> int | None:
    """The message that shows today's list."""
    async with deps.db.read() as uow:
        return await uow.suggestions.message_of(rep.id, today)


async def expire(deps: Deps) -> int:
    """Let what nobody answered expire once its day is over everywhere; how many suggestions those were."""
    now = deps.clock.now()
    async with deps.db.write() as uow:
        return await uow.suggestions.expire((now - _LATEST_ZONE).date(), now)


# Stored plans


async def _read(deps: Deps, rep: User, today: date) -> tuple[Situation, StoredPlan | None]:
    async with deps.db.read() as uow:
        return await situation_in(deps, uow, rep, today), await uow.suggestions.of_day(rep.id, today)


async def _kept_up(deps: Deps, found: Situation, stored: StoredPlan | None, local: datetime) -> StoredPlan:
    """The stored plan, made now if there is none, it is empty, or what it was made from has changed."""
    if stored is None or not stored.suggestions or stored.circumstances["basis"] != _basis(deps, found):
        return await _make(deps, found, _start(found, stored, local), stored, local)
    overtaken = list(_overtaken(found, stored))
    if not overtaken:
        return stored
    async with deps.db.write() as uow:
        for customer_id, state in overtaken:
            await uow.suggestions.answer(found.rep.id, customer_id, found.today, state, local)
        return await uow.suggestions.of_day(found.rep.id, found.today) or stored


def _overtaken(found: Situation, stored: StoredPlan) -> Iterator[tuple[CustomerId, SuggestionState]]:
    """Open visits that were made elsewhere, or that are not to be made any more."""
    targets = {one.customer.id: one for one in found.targets}
    for one in _open(stored):
        target = targets.get(one.customer_id)
        if target is not None and target.last_visit == found.today:
            yield one.customer_id, SuggestionState.VISITED
        elif target is None or _is_off(found, target):
            yield one.customer_id, SuggestionState.WITHDRAWN


def _is_off(found: Situation, target: VisitTarget) -> bool:
    """Whether a customer is not to be visited today any more, whatever the plan said."""
    customer = target.customer
    full = target.contacts_this_month >= found.params.planning.ceiling
    unagreed = (customer.by_appointment or full) and all(
        one.customer_id != customer.id or one.on != found.today for one in found.appointments
    )
    unwanted = target.channels is not None and Channel.FACE_TO_FACE not in target.channels
    return unagreed or unwanted or customer.is_no_see or customer.status is not CustomerStatus.ACTIVE


async def _make(
    deps: Deps, found: Situation, start: Start, stored: StoredPlan | None, local: datetime
) -> StoredPlan:
    return await _store(deps, found, start, await _planned(deps, found, start, stored), local)


async def _store(deps: Deps, found: Situation, start: Start, plan: DayPlan, local: datetime) -> StoredPlan:
    rep_id, told = found.rep.id, _image(deps, found, start, plan)
    async with deps.db.write() as uow:
        await uow.suggestions.put(rep_id, found.today, plan.stops, told, local)
        stored = await uow.suggestions.of_day(rep_id, found.today)
    if stored is None:
        raise RuntimeError("a plan that was just stored is not there")
    return stored


def _unsaved(deps: Deps, found: Situation, start: Start, plan: DayPlan, local: datetime) -> StoredPlan:
    """A plan in the form of a stored one."""
    visits = tuple(_suggested(place, visit) for place, visit in enumerate(plan.stops, start=1))
    told = _image(deps, found, start, plan)
    return StoredPlan(made_at=local, circumstances=told, message_id=None, suggestions=visits)


def _suggested(place: int, visit: PlannedVisit) -> Suggestion:
    return Suggestion(
        customer_id=visit.customer.id,
        place=place,
        arrive=visit.arrive,
        start=visit.start,
        leave=visit.leave,
        travel_minutes=visit.travel_minutes,
        cell=visit.cell,
        price=visit.price,
        reasons=visit.reasons,
        state=SuggestionState.OPEN,
    )


def _open(stored: StoredPlan | None) -> list[Suggestion]:
    return [one for one in stored.suggestions if one.state is SuggestionState.OPEN] if stored else []


def _basis(deps: Deps, found: Situation) -> dict[str, Any]:
    """What a plan is made anew for when it changes: the rep's own day and its appointments."""
    own = found.own_time
    return {
        "closed": closed(found.today, own, deps.calendar) is not None,
        "hours": [own.start.isoformat("minutes"), own.end.isoformat("minutes")],
        "half": own.halves_off.get(found.today),
        "base": list(own.base) if own.base else None,
        "appointments": [
            [one.customer_id, one.start.isoformat("minutes"), one.minutes, one.promised]
            for one in found.appointments
            if one.on == found.today
        ],
    }


def _image(deps: Deps, found: Situation, start: Start, plan: DayPlan) -> dict[str, Any]:
    """What is stored of a plan beside its visits, as JSON."""
    return {
        "basis": _basis(deps, found),
        "now": start.now.isoformat("minutes") if start.now else None,
        "at": list(start.at) if isinstance(start.at, tuple) else start.at,
        "until": start.until.isoformat("minutes") if start.until else None,
        "kept": list(start.kept),
        "chosen_from": _all_of(found),
        **_told(plan),
    }


def _all_of(found: Situation) -> str:
    """A short sign of who the rep's customers are."""
    numbers = ",".join(str(number) for number in sorted(one.customer.id for one in found.targets))
    return blake2s(numbers.encode(), digest_size=8).hexdigest()


def _told(plan: DayPlan) -> dict[str, Any]:
    """The parts of a plan that are no visits, as JSON."""
    return {
        "missed": [[one.customer_id, *reasons_image([one.reason])] for one in plan.left_out[:MOST_LEFT_OUT]],
        "spare": [
            [
                one.start.isoformat("minutes"),
                one.end.isoformat("minutes"),
                one.institution.id if one.institution else None,
                list(one.drop_by),
                list(one.profile),
            ]
            for one in plan.spare
        ],
        "to_profile": list(plan.to_profile),
        "lacking": reasons_image(plan.lacking),
    }


def _start_of(stored: StoredPlan | None) -> Start:
    """From what a stored plan was made."""
    if stored is None:
        return Start()
    told = stored.circumstances
    at = told["at"]
    return Start(
        now=time.fromisoformat(told["now"]) if told["now"] else None,
        at=(at[0], at[1]) if isinstance(at, list) else at,
        until=time.fromisoformat(told["until"]) if told["until"] else None,
        kept=tuple(CustomerId(one) for one in told["kept"]),
    )


# Planning


def _start(found: Situation, stored: StoredPlan | None, local: datetime) -> Start:
    """From where the day goes on: as usual before it has begun, else from now and the last visit."""
    before, clock = _start_of(stored), _clock(local)
    if stored is None:
        before = replace(before, kept=tuple(sorted(found.kept)))
    targets = {one.customer.id: one for one in found.targets}
    made = [one for one in stored.suggestions if one.state is SuggestionState.VISITED] if stored else []
    seen_today = any(one.last_visit == found.today for one in found.targets)
    if not made and not seen_today and clock <= found.own_time.start:
        return replace(before, now=None)
    last = targets.get(made[-1].customer_id) if made else None
    here = last.customer.institution if last else None
    at = here.id if here else before.at if before.now else found.own_time.base
    until = before.until if before.until and before.until > clock else None
    return replace(before, now=clock, at=at, until=until)


async def _planned(
    deps: Deps,
    found: Situation,
    start: Start,
    stored: StoredPlan | None,
    order: Sequence[CustomerId] | None = None,
) -> DayPlan:
    """The plan of what is left of the day, made in a thread of its own."""
    planning = found.params.planning
    given: dict[str, Any] = {
        "on": found.today,
        "rep": found.own_time,
        "params": found.params,
        "calendar": deps.calendar,
        "seed": found.seed,
        "appointments": found.appointments,
        "travel": travel_times(deps.osrm, planning.travel),
        "kept": start.kept,
        "order": order,
    }
    targets = _still_open(found, start, stored)
    if start.now is None and start.until is None:
        return await asyncio.to_thread(plan_day, targets, **given)
    now = start.now or found.own_time.start
    return await asyncio.to_thread(replan, targets, now=now, at=start.at, until=start.until, **given)


def _still_open(found: Situation, start: Start, stored: StoredPlan | None) -> list[VisitTarget]:
    """The customers; those answered for today or moved are kept off unless they are wanted."""
    gone = {
        one.customer_id
        for one in (stored.suggestions if stored else ())
        if one.state in {SuggestionState.VISITED, SuggestionState.DROPPED}
    }
    until = dict.fromkeys(gone, found.today + _TOMORROW) | dict(found.aside)
    return [
        replace(one, snoozed_until=max(one.snoozed_until or date.min, until[one.customer.id]))
        if one.customer.id in until and one.customer.id not in start.kept
        else one
        for one in found.targets
    ]


async def _hurdle(deps: Deps, rep: User, customer_id: CustomerId, local: datetime) -> Reason | None:
    """What stands against a customer today by the rules; None: due, and others were worth more."""
    found, stored = await _read(deps, rep, local.date())
    plan = await _planned(deps, found, _start(found, stored, local), stored, ())
    return plan.barred.get(customer_id)


def _against(plan: DayPlan, customer_id: CustomerId) -> Reason | None:
    missed = next((one.reason for one in plan.left_out if one.customer_id == customer_id), None)
    return plan.barred.get(customer_id) or missed


def _coming(deps: Deps, found: Situation) -> DayPlan | None:
    """The plan of the next day with visits, roughly."""
    days = coming_days(found.today + _TOMORROW, OUTLOOK_DAYS, found.own_time, deps.calendar)
    plans = plan_week(
        found.targets,
        days=days,
        rep=found.own_time,
        params=found.params,
        calendar=deps.calendar,
        seed=found.seed,
        appointments=found.appointments,
        iterations=OUTLOOK_ITERATIONS,
    )
    return next((plan for plan in plans if plan.stops), None)


# What is shown


async def _day(deps: Deps, found: Situation, stored: StoredPlan, local: datetime) -> Day:
    targets = {one.customer.id: one for one in found.targets}
    by_state: dict[SuggestionState, list[Stop]] = {state: [] for state in SuggestionState}
    for one in stored.suggestions:
        if one.customer_id in targets:
            by_state[one.state].append(Stop(targets[one.customer_id], one))
    told = stored.circumstances
    stops, done = by_state[SuggestionState.OPEN], by_state[SuggestionState.VISITED]
    missed = _missed(told["missed"], targets, found.today, {one.customer.id for one in (*stops, *done)})
    unrated = [targets[one] for one in told["to_profile"] if one in targets]
    why_not: tuple[Reason, ...] = ()
    if not stops:
        own = found.own_time
        why_not = instead(
            closed(found.today, own, deps.calendar),
            customers=len(targets),
            visited=sum(one.last_visit == found.today for one in found.targets),
            left_out=len(missed),
            unrated=len(unrated),
            is_over=minutes_of(_clock(local)) >= workday(own, found.today).end,
            coming=await asyncio.to_thread(_coming, deps, found),
        )
    return Day(
        rep=found.rep,
        today=found.today,
        stops=tuple(stops),
        done=tuple(done),
        dropped=tuple(by_state[SuggestionState.DROPPED]),
        missed=missed,
        waits=tuple(_waits(told["spare"], stops, targets, found.today)),
        to_profile=tuple(unrated),
        lacking=to_reasons(told["lacking"]),
        instead=why_not,
        targets=found.targets,
        pace=pace_of_month(found.targets, found.today, found.params.cadence, deps.calendar, found.away),
        is_provisional=deps.calendar.is_provisional(found.today.year),
        as_of=found.as_of,
        is_outdated=told.get("chosen_from", _all_of(found)) != _all_of(found),
    )


def _missed(
    image: Iterable[Any],
    targets: Mapping[CustomerId, VisitTarget],
    today: date,
    listed: Iterable[CustomerId],
) -> tuple[Missed, ...]:
    """Who was left out and still may be visited today."""
    gone = set(listed)
    return tuple(
        Missed(targets[customer_id], *to_reasons([reason]))
        for customer_id, reason in image
        if customer_id in targets and customer_id not in gone and _may_be_met(targets[customer_id], today)
    )


def _may_be_met(target: VisitTarget, today: date) -> bool:
    customer = target.customer
    seen = target.last_visit is not None and target.last_visit >= today
    sees = customer.status is CustomerStatus.ACTIVE and not customer.is_no_see
    return sees and not seen and not _is_put_off(target, today)


def _waits(
    image: Iterable[Any], stops: Sequence[Stop], targets: Mapping[CustomerId, VisitTarget], today: date
) -> Iterator[Wait]:
    """Time to spare beside visits that are still to come."""
    places = {
        one.customer.institution.id: one.customer.institution for one in stops if one.customer.institution
    }
    edges = {moment for one in stops for moment in (one.planned.start, one.planned.leave)}
    listed = {one.customer.id for one in stops}
    for start, end, institution, drop_by, profile in image:
        begins, ends = time.fromisoformat(start), time.fromisoformat(end)
        if not {begins, ends} & edges:
            continue
        near = [targets[one] for one in drop_by if one in targets and one not in listed]
        yield Wait(
            start=begins,
            end=ends,
            institution=places.get(institution),
            drop_by=tuple(one.customer for one in near if _may_be_met(one, today)),
            profile=tuple(targets[one].customer for one in profile if one in targets),
        )


def _is_put_off(target: VisitTarget, today: date) -> bool:
    return target.snoozed_until is not None and target.snoozed_until > today


def _clock(local: datetime) -> time:
    return local.time().replace(second=0, microsecond=0)


def _later(clock: time, minutes: int | None) -> time | None:
    """The time of day so many minutes later, at most the day's last minute."""
    return None if minutes is None else clock_of(minutes_of(clock) + minutes)
