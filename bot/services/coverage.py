"""The figures of a team: whom it reaches, how often, what has changed, and what is to be decided."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, TypeVar

from bot.clock import local_date, midnight
from bot.db.repositories.coverage import Counted, Point, Territory
from bot.db.uow import UnitOfWork
from bot.db.values import DataAsOf
from bot.deps import Deps
from domain.calendar import WorkingCalendar, last_of_month
from domain.coverage import definitions, proposals, serving
from domain.coverage.definitions import Served
from domain.coverage.figures import Figures, RepFigures, figures, mix_of, pace_of
from domain.coverage.frequency import Frequency, Part, frequency, part_of_month
from domain.coverage.params import CoverageParams
from domain.coverage.period import Period, Span
from domain.coverage.proposals import CoverageProposal, NotedProposal, first_awake
from domain.coverage.questions import Sitting, batch_entry, even_days, month_end
from domain.coverage.ratio import total
from domain.coverage.report import FRESH, Before, Coverage, Listed, Moved, PaidVisit, Rep, Unit
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.absence import NEVER_AWAY, Away
from domain.planning.choice import CadenceChoice, cadence_of
from domain.planning.pace import MonthSoFar
from domain.planning.params import CadenceParams, CellCadence
from domain.tiering.model import Cell, Tier
from domain.timelog.split import Split
from domain.visits.dismissal import DismissReason

if TYPE_CHECKING:
    from domain.tiering.movement import Movement

_ONE_DAY = timedelta(days=1)
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What was read, before anything is reckoned."""

    period: Period
    today: date
    ended: datetime
    months: tuple[date, ...]
    zone: str
    reps: tuple[Rep, ...]
    listed: Sequence[Listed]
    added: Mapping[CustomerId, datetime]
    visits: Mapping[CustomerId, Counted]
    planned: Mapping[CustomerId, tuple[int, int]]
    before: Mapping[CustomerId, tuple[int, int]]
    compared: tuple[date, date]
    days: Mapping[UserId, Mapping[date, int]]
    planned_days: Mapping[UserId, set[date]]
    away: Mapping[UserId, Away]
    choices: Mapping[UserId, list[tuple[CadenceChoice, datetime | None]]]
    sittings: Mapping[UserId, list[Sitting]]
    dismissals: Sequence[tuple[CustomerId, DismissReason, int]]
    time: Mapping[UserId, Split]
    left: set[CustomerId]
    waiting: tuple[CoverageProposal, ...]
    noted: Sequence[NotedProposal]
    now: datetime

    @property
    def until(self) -> date:
        return self.period.until(self.today)

    @property
    def of_period(self) -> slice:
        """Which spans of `visits` make up the period: its months, and a week is counted beside its month."""
        return slice(len(self.months) if self.period.span is Span.WEEK else 0, None)

    @property
    def not_met(self) -> Counted:
        return Counted((0,) * len(self.months), (0,) * len(self.months))


async def coverage(
    deps: Deps,
    viewer: User,
    period: Period,
    *,
    whom: UserId | None = None,
    today: date,
    now: datetime,
    zone: str,
) -> Coverage:
    """The figures of the viewer's team, of the team of a manager below, or of a rep below.

    DomainError "not_found" for people who are not below the viewer and for periods to come, "not_allowed"
    for reps.
    """
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    return await _coverage(deps, viewer, period, whom, today=today, now=now, zone=zone)


async def of_rep(deps: Deps, rep: User, period: Period, *, today: date, now: datetime, zone: str) -> Coverage:
    """The figures of one rep, as a manager sees them, for what the rep may see of them too."""
    return await _coverage(deps, rep, period, None, today=today, now=now, zone=zone)


async def _coverage(
    deps: Deps,
    viewer: User,
    period: Period,
    whom: UserId | None,
    *,
    today: date,
    now: datetime,
    zone: str,
) -> Coverage:
    if period.first > today:
        raise DomainError("not_found")
    async with deps.db.read() as uow:
        everyone = await uow.users.all()
        top, reps = _looked_at(everyone, viewer, whom)
        territory = Territory(Scope.of(viewer), None if top is None else reps)
        facts = await _facts(deps, uow, viewer, territory, period, today=today, now=now, zone=zone)
    return await asyncio.to_thread(_reckoned, deps, viewer, facts, top, everyone)


async def has_reps(deps: Deps, viewer: User) -> bool:
    """Whether there is anybody below the viewer whose figures could be told."""
    async with deps.db.read() as uow:
        everyone = await uow.users.all()
    return bool(_looked_at(everyone, viewer, None)[1])


async def as_of(deps: Deps, viewer: User) -> DataAsOf:
    """How fresh the figures are."""
    async with deps.db.read() as uow:
        return await uow.customers.data_as_of(Scope.of(viewer))


async def paid_visits(
    deps: Deps, viewer: User, period: Period, *, whom: UserId | None = None, today: date, most: int
) -> list[PaidVisit]:
    """The visits behind the figures, as far as the viewer may name the customers, the latest first.

    DomainError as in `coverage`.
    """
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    until = period.until(today)
    async with deps.db.read() as uow:
        top, reps = _looked_at(await uow.users.all(), viewer, whom)
        territory = Territory(Scope.of(viewer), None if top is None else reps)
        params = deps.library.coverage.at(until)
        return await uow.coverage.paid(territory, period.first, until, params, most)


def below(everyone: Iterable[User], viewer: User) -> list[User]:
    """Who reports to a person, directly or through others; for an admin everybody else."""
    if viewer.role is Role.ADMIN:
        return [one for one in everyone if one.id != viewer.id]
    reports = defaultdict(list)
    for one in everyone:
        reports[one.manager_id].append(one)
    found: dict[UserId, User] = {}
    waiting = [viewer.id]
    while waiting:
        for one in reports[waiting.pop()]:
            if one.id not in found and one.id != viewer.id:
                found[one.id] = one
                waiting.append(one.id)
    return list(found.values())


def _looked_at(
    everyone: Sequence[User], viewer: User, whom: UserId | None
) -> tuple[User | None, list[UserId]]:
    """Who was asked for, and the reps that this means."""
    those = below(everyone, viewer)
    top = None
    if whom is not None and whom != viewer.id:
        top = next((one for one in those if one.id == whom), None)
        if top is None:
            raise DomainError("not_found")
        those = [top] if top.role is Role.REP else below(everyone, top)
    return top, [one.id for one in those if one.role is Role.REP and one.is_active]


async def _facts(
    deps: Deps,
    uow: UnitOfWork,
    viewer: User,
    territory: Territory,
    period: Period,
    *,
    today: date,
    now: datetime,
    zone: str,
) -> _Facts:
    params = deps.library.coverage.at(period.until(today))
    until, months = period.until(today), period.months(today)
    before = period.before
    cut = before.cut_like(period, today, deps.calendar)
    ended = min(now, midnight(period.last + _ONE_DAY, zone))
    begun = midnight(period.first, zone)
    long_ago = until - timedelta(days=params.stuck_days)
    source = uow.coverage
    reps = tuple(await source.reps(territory))
    leaves = await source.leaves(territory, min(months[0], period.first), last_of_month(months[-1]))
    choices = defaultdict(list)
    for choice, end in await uow.cadences.since([rep.id for rep in reps], midnight(months[0], zone)):
        choices[choice.rep_id].append((choice, end))
    far = min(months[0], period.first)
    return _Facts(
        period=period,
        today=today,
        ended=ended,
        months=months,
        zone=zone,
        reps=reps,
        listed=await source.listed(
            territory,
            begun=Point(begun, period.first - _ONE_DAY),
            ended=Point(ended, until),
            long_ago=Point(midnight(long_ago + _ONE_DAY, zone), long_ago),
        ),
        added=await source.added(territory),
        visits=await source.visits(territory, [*_spans(period, months, until)], period.first, params),
        planned=await source.planned(territory, period.first, until, today, params),
        before=await source.met(territory, before.first, cut, params),
        compared=(before.first, cut),
        days=await source.days(territory, period.first.replace(day=1), until, params),
        planned_days=await source.planned_days(territory, period.first, until),
        away={rep: Away.of(those, far, last_of_month(months[-1])) for rep, those in leaves.items()},
        choices=choices,
        sittings=await source.sittings(territory, period.first, until, params.batch),
        dismissals=await source.dismissals(territory, period.first, until),
        time=await source.time(territory, period.first, until),
        left=await uow.tiers.left_since(begun),
        waiting=await _waiting(uow, viewer, now),
        noted=await uow.coverage_proposals.of_manager(viewer.id, now - timedelta(weeks=params.rest.weeks)),
        now=now,
    )


def _spans(period: Period, months: Iterable[date], until: date) -> Iterable[tuple[date, date]]:
    """The months up to a day, and the week if it is one that is looked at."""
    yield from ((month, min(last_of_month(month), until)) for month in months)
    if period.span is Span.WEEK:
        yield period.first, until


async def _waiting(uow: UnitOfWork, viewer: User, now: datetime) -> tuple[CoverageProposal, ...]:
    """What waits for the viewer's word: moves of an open round, then the oldest question of a rep."""
    scope = Scope.of(viewer)
    latest = await uow.rounds.latest(viewer.id)
    of_round = None
    if latest is not None and latest.is_open:
        moves = sum(one.moves and one.waits for one in await uow.rounds.proposals(latest.id, scope))
        of_round = proposals.decide_round(latest.id, latest.on, moves)
    found = (of_round, proposals.decide_question(await uow.questions.all(scope, now)))
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A customer in the period before, as far as reach and mix need it; who is to be visited is of now."""

    cell: Cell | None
    months: tuple[Frequency, ...]
    visits: int
    contacts: float


class _Norms:
    """The cadence and the part of a month that hold for each rep and month."""

    def __init__(self, deps: Deps, facts: _Facts) -> None:
        self._deps, self._facts = deps, facts
        self._cadences: dict[tuple[UserId, date], CadenceParams] = {}
        self._parts: dict[tuple[UserId, date, date | None], Part | None] = {}
        self._asked: dict[tuple[UserId, Cell], tuple[_Asked, ...]] = {}
        self._first_loads: dict[UserId, date] = {}
        for one in facts.listed:
            if one.id in facts.added:
                on = self._day(one.id)
                self._first_loads[one.rep_id] = min(on, self._first_loads.get(one.rep_id, on))

    def asked(self, rep: UserId, cell: Cell) -> "tuple[_Asked, ...]":
        """What a cell asks of a rep in each of the months."""
        key = rep, cell
        if key not in self._asked:
            self._asked[key] = tuple(
                _Asked(self, rep, month, self.cadence(rep, month).cells[cell]) for month in self._facts.months
            )
        return self._asked[key]

    def cadence(self, rep: UserId, month: date) -> CadenceParams:
        """The norm of the month with the decisions that were in force for the rep at its end."""
        key = rep, month
        if key not in self._cadences:
            norm = self._deps.library.cadence.at(self._last(month))
            self._cadences[key] = cadence_of(norm, self._held(rep, month))
        return self._cadences[key]

    def extra_days(self, rep: UserId, month: date) -> int:
        """The days in the field that remedies add to a month."""
        return sum(choice.extra_days for choice in self._held(rep, month))

    def _held(self, rep: UserId, month: date) -> list[CadenceChoice]:
        day = self._last(month)
        moment = min(self._facts.ended, midnight(day + _ONE_DAY, self._facts.zone))
        return [
            choice
            for choice, end in self._facts.choices.get(rep, ())
            if choice.decided_at <= moment
            and (end is None or end > moment)
            and (choice.until is None or choice.until >= day)
        ]

    def _last(self, month: date) -> date:
        """The last day of a month that is counted."""
        return min(last_of_month(month), self._facts.until)

    def listed_on(self, one: Listed) -> date | None:
        """When a customer came onto a list that was there before."""
        if one.id not in self._facts.added:
            return None
        on = self._day(one.id)
        return on if on > self._first_loads[one.rep_id] else None

    def part(self, rep: UserId, month: date, listed_on: date | None) -> Part | None:
        """What of a month is asked for of who was on the list all the time, or came in it."""
        key = rep, month, listed_on
        if key not in self._parts:
            facts = self._facts
            self._parts[key] = part_of_month(
                month,
                self._last(month),
                facts.today,
                away=facts.away.get(rep, NEVER_AWAY),
                calendar=self._deps.calendar,
                listed_on=listed_on,
                fewest_days=self._deps.library.coverage.at(facts.until).fewest_days,
            )
        return self._parts[key]

    def _day(self, customer: CustomerId) -> date:
        return local_date(self._facts.added[customer], self._facts.zone)


class _Asked:
    """What a cell asks of a rep in a month. Many customers are alike: they share one frequency."""

    def __init__(self, norms: _Norms, rep: UserId, month: date, cadence: CellCadence) -> None:
        self.cadence = cadence
        self.done_at_most = ceil(cadence.max)
        self._norms, self._rep, self._month = norms, rep, month
        self._found: dict[tuple[float, date | None], Frequency | None] = {}

    def frequency(self, contacts: float, listed_on: date | None) -> Frequency | None:
        """Contacts beside what was due; None for who came onto the list too late in the month."""
        key = contacts, listed_on
        if key not in self._found:
            since = listed_on if listed_on is not None and listed_on > self._month else None
            part = self._norms.part(self._rep, self._month, since)
            self._found[key] = None if part is None else frequency(contacts, self.cadence, part)
        return self._found[key]


def _reckoned(
    deps: Deps, viewer: User, facts: _Facts, top: User | None, everyone: Sequence[User]
) -> Coverage:
    """Everything that follows from what was read."""
    params, norms = deps.library.coverage.at(facts.until), _Norms(deps, facts)
    norm = deps.library.cadence.at(facts.until)
    served = tuple(one for listed in facts.listed if (one := _served(facts, norms, listed, params)))
    of_rep = _grouped(served, lambda one: one.rep_id)
    parts = {
        key: figures(those, params)
        for key, those in _grouped(served, lambda one: (one.rep_id, one.cell)).items()
    }
    work = {rep.id: _work(deps, facts, norms, rep.id, of_rep.get(rep.id, [])) for rep in facts.reps}
    stood = {one.id: one.stood for one in facts.listed}
    movement, moved = _movement(deps, facts)
    return Coverage(
        period=facts.period,
        today=facts.today,
        whom=top,
        units=_units(viewer if top is None else top, everyone, parts, work),
        reps={rep.id: rep for rep in facts.reps},
        served=served,
        whole=Figures.together(parts.values()),
        work=RepFigures.together(work.values()),
        tiers=_summed(parts, list(Tier), lambda cell: cell.tier),
        cells=_summed(parts, list(Cell), lambda cell: cell),
        hospitals=_hospitals(served, params),
        compared=facts.compared,
        before=_before(facts, served, params),
        under=serving.swaps(
            serving.under_served((one for one in served if one.name), norm, params.shown), served, norm
        ),
        over=tuple(serving.over_served((one for one in served if one.name), norm, params.shown)),
        movement=movement,
        moved=moved,
        dismissals=_dismissals(facts),
        questions=tuple(_questions(deps.calendar, facts, params)),
        time=_time(facts, deps.library.timelog.at(facts.until).least_reps),
        proposals=_proposals(facts, served, stood, norm, params, own=top is None),
        cadence=norm,
        params=params,
    )


def _served(facts: _Facts, norms: _Norms, one: Listed, params: CoverageParams) -> Served | None:
    """What was done for a customer; None for somebody off the list for whom nothing was done, before too."""
    found = facts.visits.get(one.id) or facts.not_met
    visits, days = sum(found.visits[facts.of_period]), sum(found.contacts[facts.of_period])
    planned, kept = facts.planned.get(one.id, (0, 0))
    if not (one.is_listed or days or planned or one.id in facts.before):
        return None
    frequencies = []
    done, goal = 0, 0.0
    if one.cell is not None and one.is_listed:
        asked, listed_on = norms.asked(one.rep_id, one.cell), norms.listed_on(one)
        for month, with_visit, with_any in zip(asked, found.visits, found.contacts, strict=False):
            if not month.cadence.target:
                continue
            done, goal = min(with_any, month.done_at_most), month.cadence.target
            contacts = with_visit + params.remote * (with_any - with_visit)
            of_month = month.frequency(contacts, listed_on)
            if of_month is not None:
                frequencies.append(of_month)
    return Served(
        customer_id=one.id,
        name=one.name,
        rep_id=one.rep_id,
        institution_id=one.institution_id,
        institution=one.institution,
        cell=one.cell,
        is_listed=one.is_listed,
        visits=visits,
        contacts=visits + params.remote * (days - visits),
        planned=planned,
        kept=kept,
        told=found.told,
        products=found.products,
        usual=found.usual,
        months=tuple(frequencies),
        done=done,
        goal=goal,
    )


def _work(deps: Deps, facts: _Facts, norms: _Norms, rep: UserId, served: Collection[Served]) -> RepFigures:
    away, calendar, month = facts.away.get(rep, NEVER_AWAY), deps.calendar, facts.months[-1]
    so_far = MonthSoFar.of(facts.until, calendar, away)
    if facts.until < facts.today:
        so_far = replace(so_far, over=so_far.begun)
    pace, letters = pace_of(served, so_far)
    in_field = so_far.total / 2 + norms.extra_days(rep, month)
    usual = min(
        deps.library.effort.at(facts.until).usual_a_day, deps.library.planning.at(facts.until).capacity
    )
    return RepFigures(
        calls=definitions.calls_per_field_day(_field_days(facts, rep).values()),
        load=definitions.load(sum(one.goal for one in served), in_field, usual),
        pace=pace,
        letters=letters,
    )


def _field_days(facts: _Facts, rep: UserId) -> dict[date, int]:
    """Visits by field day; today is one as soon as somebody was visited."""
    visited = {on: n for on, n in facts.days.get(rep, {}).items() if on >= facts.period.first}
    planned = {on for on in facts.planned_days.get(rep, ()) if on < facts.today}
    off = facts.away.get(rep, NEVER_AWAY).days
    return {on: visited.get(on, 0) for on in sorted(visited.keys() | planned) if on not in off}


def _units(
    top: User,
    everyone: Sequence[User],
    parts: Mapping[tuple[UserId, Cell | None], Figures],
    work: Mapping[UserId, RepFigures],
) -> tuple[Unit, ...]:
    """One for each person directly below who is, or leads, a rep; by name, never by figures."""
    if top.role is Role.REP:
        direct = [top]
    elif top.role is Role.ADMIN:
        managers = {one.id for one in everyone if one.role is Role.MANAGER}
        direct = [one for one in everyone if one.manager_id not in managers]
    else:
        direct = [one for one in everyone if one.manager_id == top.id]
    found = []
    for one in sorted(direct, key=lambda one: (one.role is Role.MANAGER, one.name, one.id)):
        led = [one] if one.role is Role.REP else below(everyone, one)
        reps = {each.id for each in led if each.id in work}
        if reps and one.role is not Role.ADMIN:
            own = {key: part for key, part in parts.items() if key[0] in reps}
            found.append(
                Unit(
                    user=one,
                    reps=len(reps),
                    figures=Figures.together(own.values()),
                    tiers=_summed(own, list(Tier), lambda cell: cell.tier),
                    work=RepFigures.together(work[rep] for rep in reps),
                )
            )
    return tuple(found)


def _summed(
    parts: Mapping[tuple[UserId, Cell | None], Figures], order: Sequence[_K], key: Callable[[Cell], _K]
) -> dict[_K, Figures]:
    """The figures by something that follows from the cell, in an order."""
    groups: dict[_K, list[Figures]] = {}
    for (_, cell), part in parts.items():
        if cell is not None:
            groups.setdefault(key(cell), []).append(part)
    return {one: Figures.together(groups[one]) for one in order if one in groups}


def _before(facts: _Facts, served: Iterable[Served], params: CoverageParams) -> Before:
    earlier: dict[Cell, list[_Earlier]] = {}
    for one in served:
        if one.cell is not None:
            visits, days = facts.before.get(one.customer_id, (0, 0))
            contacts = visits + params.remote * (days - visits)
            earlier.setdefault(one.cell, []).append(_Earlier(one.cell, one.months, visits, contacts))
    reach = {cell: definitions.reach(those) for cell, those in earlier.items()}
    return Before(
        reach={
            tier: total(ratio for cell, ratio in reach.items() if cell.tier is tier)
            for tier in Tier
            if any(cell.tier is tier for cell in reach)
        },
        mix=mix_of(definitions.mix(those, params.mix_basis) for those in earlier.values()),
    )


def _hospitals(served: Iterable[Served], params: CoverageParams) -> list[tuple[str, Figures]]:
    """By hospital, or by city where customers have no hospital, in the order of the names."""

    def place(one: Served) -> tuple[str, InstitutionId | None]:
        return one.institution, one.institution_id

    groups = _grouped(served, place)
    ordered = sorted(groups, key=lambda key: (key[0], key[1] or 0))
    return [(key[0], figures(groups[key], params)) for key in ordered]


def _grouped(served: Iterable[Served], key: Callable[[Served], _K | None]) -> dict[_K, list[Served]]:
    groups: dict[_K, list[Served]] = {}
    for one in served:
        of = key(one)
        if of is not None:
            groups.setdefault(of, []).append(one)
    return groups


def _movement(deps: Deps, facts: _Facts) -> "tuple[Movement, tuple[Moved, ...]]":
    """What moved in the grid from the first moment of the period to the last."""
    from pandas import Series

    from domain.tiering.movement import movement

    known = [one for one in facts.listed if one.is_active or one.id in facts.left]
    before = {one.id: one.was for one in known if one.was_known}
    after = {one.id: one.cell if one.is_known else None for one in known if one.is_active}

    def cells(places: Mapping[CustomerId, Cell | None]) -> "Series[str]":
        names = {key: cell.value if cell else None for key, cell in places.items()}
        return Series(names, index=list(names), dtype="str")

    moved = tuple(
        Moved(one, before[one.id], after.get(one.id))
        for one in known
        if one.id in before and before[one.id] is not after.get(one.id)
    )
    return movement(cells(before), cells(after), deps.library.analysis.at(facts.until).movement), moved


def _dismissals(facts: _Facts) -> dict[Tier | None, dict[DismissReason, int]]:
    """How often reps said no, by letter (None, last: unrated) and reason, the most frequent first."""
    cells = {one.id: one.cell for one in facts.listed}
    found: dict[Tier | None, Counter[DismissReason]] = {}
    for customer, reason, count in facts.dismissals:
        cell = cells.get(customer)
        found.setdefault(cell.tier if cell else None, Counter())[reason] += count
    return {tier: dict(found[tier].most_common()) for tier in (*Tier, None) if tier in found}


def _questions(
    calendar: WorkingCalendar, facts: _Facts, params: CoverageParams
) -> Iterable[tuple[Rep, Reason]]:
    """What to ask each rep, by name."""
    period = facts.period
    over = [
        month
        for month in sorted({day.replace(day=1) for day in (period.first, facts.until, *facts.months)})
        if period.first <= last_of_month(month) <= facts.until and last_of_month(month) < facts.today
    ]
    for rep in facts.reps:
        found = [
            batch_entry(facts.sittings.get(rep.id, ()), params.batch),
            even_days(_field_days(facts, rep.id), params.even),
            *(month_end(facts.days.get(rep.id, {}), month, calendar, params.spike) for month in over),
        ]
        yield from ((rep, reason) for reason in found if reason is not None)


def _time(facts: _Facts, least: int) -> Split | None:
    """The team's time, unless so few have told theirs that it could be read off single people."""
    told = [split for split in facts.time.values() if split.all]
    return Split.total(told) if len(told) >= least else None


def _proposals(
    facts: _Facts,
    served: Sequence[Served],
    stood: Mapping[CustomerId, Cell | None],
    cadence: CadenceParams,
    params: CoverageParams,
    *,
    own: bool,
) -> tuple[CoverageProposal, ...]:
    """At most one of each kind, less what was answered and rests.

    What waits for the viewer is told with the viewer's own team only; a period that ended long ago asks for
    no decisions.
    """
    if facts.today - facts.until > FRESH:
        return ()
    span = facts.period.span
    kinds: tuple[Iterable[CoverageProposal], ...] = (
        (replace(one, span=span) for one in proposals.accompany(served, stood, cadence)),
        facts.waiting if own else (),
        (replace(one, span=span) for one in proposals.move_visits(filter(_is_named, served), cadence)),
    )
    found = (first_awake(kind, facts.noted, facts.now, params.rest) for kind in kinds)
    return tuple(one for one in found if one is not None)


def _is_named(one: Served) -> bool:
    return bool(one.name)
