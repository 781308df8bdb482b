"""Playing scenarios: what comes next, a session answer by answer, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from bot.clock import local_date, midnight
from bot.db.repositories.coaching import Played
from bot.db.uow import UnitOfWork
from bot.db.values import Owed
from bot.deps import Deps
from bot.services import learning
from bot.services.learning import Learned
from domain.coaching.agenda import NextItem
from domain.coaching.memory import ItemKind
from domain.coaching.scenario import Audience, End, Scenario
from domain.coaching.session import Answer, Score, draw, score
from domain.coaching.timely import timely
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, SessionId
from domain.people.model import Role, Scope, User
from domain.planning.model import VisitTarget
from domain.planning.windows import times_of
from domain.tiering.model import Cell

PINNED_BY = "scenario"
_STILL_OPEN = timedelta(days=14)
"""For so long a session that was left can be gone on with."""
_WEEK = timedelta(days=7)
_PINS = 3
"""Customers who are offered for tomorrow's list."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is to be learned next, and why; `scenario` for a scenario, None for a fact."""

    item: NextItem
    scenario: Scenario | None


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is left for today, and the session that was left open last."""

    offers: tuple[Offer, ...]
    left: Played | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a session that is over was worth, what it asks for, and whom a visit tomorrow would be right for.

    `pinned` are those of them who are on the list already.
    """

    score: Score
    end: End
    pins: tuple[tuple[CustomerId, str, Cell], ...]
    pinned: frozenset[CustomerId]


async def todays(deps: Deps, person: User, locale: str, now: datetime) -> Agenda:
    """What a person is to learn today: assigned, made timely by the own week, due, new.

    Who plays for the first time begins with a scenario about the own customers, whatever the week was like.
    """
    today = _today(deps, person, now)
    since = today - _WEEK
    async with deps.db.read() as uow:
        scenarios = await playable(deps, uow, person, locale)
        assigned = await uow.coaching.assigned(person.id)
        moment = midnight(since, _zone(deps, person))
        is_new = not await uow.coaching.count(person.id)
        week = [] if is_new else await uow.coaching.week(Scope.of(person), since, moment)
        left = await uow.coaching.open(person.id, now - _STILL_OPEN)
    chosen = await learning.next_items(
        deps,
        person,
        now,
        assigned=[(one.scenario_id, Reason("assigned")) for one in assigned],
        triggered=[(one.scenario_id, one.reason) for one in timely(scenarios.values(), week)],
    )
    offers = [
        Offer(item, scenarios.get(item.id))
        for item in chosen
        if item.kind is not ItemKind.SCENARIO or item.id in scenarios
    ]
    return Agenda(tuple(offers), left[0] if left else None)


async def passed_over(deps: Deps, person: User, notice: Owed) -> int | None:
    """The message of the notice before this one, if nothing was learned since; None where it is to stay.

    A message that has become the list of the day stays, too.
    """
    async with deps.db.read() as uow:
        earlier = await uow.outbox.last_sent(notice.kind, person.id, notice.on)
        if earlier is None or not earlier.message_ids:
            return None
        (message_id,) = earlier.message_ids
        shows_list = await uow.suggestions.message_of(person.id, notice.on) == message_id
        has_learned = bool(await uow.learning.days(person.id, earlier.on))
    return None if shows_list or has_learned else message_id


async def playable(deps: Deps, uow: UnitOfWork, person: User, locale: str) -> Mapping[str, Scenario]:
    """The scenarios that a person may play by their ids: the shipped ones of the role, and the team's own."""
    texts = deps.library.scenarios
    shipped = texts.get(locale) or next(iter(texts.values()), {})
    own = {one.scenario.id: one.scenario for one in await uow.coaching.published(person.id)}
    both = {**own, **shipped}
    return {name: one for name, one in both.items() if _is_for(one.audience, person.role)}


async def start(deps: Deps, person: User, scenario_id: str, locale: str, now: datetime) -> Played:
    """Begin a scenario, or go on with it where it was left. DomainError "not_found"."""
    async with deps.db.write() as uow:
        scenario = (await playable(deps, uow, person, locale)).get(scenario_id)
        if scenario is None:
            raise DomainError("not_found")
        left = await uow.coaching.open(person.id, now - _STILL_OPEN)
        known = next((one for one in left if one.scenario.id == scenario_id), None)
        return known or await begin(deps, uow, person, scenario, now)


async def begin(
    deps: Deps, uow: UnitOfWork, person: User, scenario: Scenario, now: datetime, *, is_preview: bool = False
) -> Played:
    """Begin a session: its candidates are drawn from the person's own customers, once."""
    today = _today(deps, person, now)
    entries = await uow.customers.grid(Scope.of(person), today)
    customers = {one.id: one.cell for one in entries if one.cell is not None}
    seed = f"{person.id} {scenario.id} {await uow.coaching.count(person.id)}"
    draws = draw(scenario, customers, Random(seed))  # noqa: S311 - no secret
    number = await uow.coaching.begin(person.id, scenario, draws, now, is_preview=is_preview)
    return await uow.coaching.get(number, person.id)


async def played(deps: Deps, person: User, session_id: SessionId) -> Played:
    """A session of the person's own as it stands. DomainError "not_found"."""
    async with deps.db.read() as uow:
        return await uow.coaching.get(session_id, person.id)


async def answer(
    deps: Deps, person: User, session_id: SessionId, step: int, said: Answer, now: datetime
) -> tuple[Played, Learned | None]:
    """Answer the question no. `step` of a session; an answer stands, so a second one changes nothing.

    When that ends the session, its score is kept and learned in the same transaction.
    """
    async with deps.db.write() as uow:
        found = await uow.coaching.get(session_id, person.id)
        if step != len(found.session.steps) or found.session.is_over:
            return found, None
        after = found.session.answered(said)
        learned = None
        if await uow.coaching.answer(session_id, after, now) and after.is_over:
            worth = score(after).whole
            await uow.coaching.end(session_id, worth, now)
            if not found.is_preview:
                await uow.coaching.played_assigned(person.id, found.scenario.id, now)
                learned = await learning.learned(deps, uow, person, found.scenario.id, worth, now)
        return await uow.coaching.get(session_id, person.id), learned


async def seen_before(deps: Deps, found: Played) -> set[str]:
    """The questions of a session that the person has answered in an earlier one."""
    async with deps.db.read() as uow:
        return await uow.coaching.seen(found.user_id, found.scenario.id, found.id)


async def result(deps: Deps, person: User, found: Played, now: datetime) -> Result:
    """What has come of a session. DomainError "session_open" before its end."""
    end = found.session.end
    if end is None:
        raise DomainError("session_open")
    pins: Sequence[tuple[CustomerId, str, Cell]] = ()
    pinned: frozenset[CustomerId] = frozenset()
    if end.pin and person.role is Role.REP and not found.is_preview:
        async with deps.db.read() as uow:
            pins = await _pins(deps, uow, person, found, now)
            pinned = frozenset(one.customer_id for one in await uow.pins.waiting(person.id))
    return Result(score(found.session), end, tuple(pins), pinned)


async def pin(
    deps: Deps, person: User, session_id: SessionId, customer_id: CustomerId, now: datetime
) -> tuple[Played, str]:
    """Put a customer whom a session asks to visit on the list of the next working day; their name.

    DomainError "not_found" for others.
    """
    async with deps.db.write() as uow:
        found = await uow.coaching.get(session_id, person.id)
        offered = {number: name for number, name, _ in await _pins(deps, uow, person, found, now)}
        if customer_id not in offered:
            raise DomainError("not_found")
        first = _next_working_day(deps, person, now)
        await uow.pins.add(person.id, customer_id, PINNED_BY, session_id, first, now)
    return found, offered[customer_id]


async def _pins(
    deps: Deps, uow: UnitOfWork, person: User, found: Played, now: datetime
) -> list[tuple[CustomerId, str, Cell]]:
    """Whom a visit would be right for: those who can be seen tomorrow, who were picked, who wait longest."""
    end = found.session.end
    if end is None:
        return []
    targets = [
        one for one in await uow.visits.targets(person.id, _today(deps, person, now)) if one.cell in end.pin
    ]
    picked = {
        found.session.draws[step.node][place].customer_id
        for step in found.session.steps
        for place in step.answer.picked
    }
    tomorrow = _next_working_day(deps, person, now)

    def order(one: VisitTarget) -> tuple[bool, bool, date, int]:
        is_shut = not times_of(one.customer).week[tomorrow.weekday()]
        return is_shut, one.customer.id not in picked, one.last_visit or date.min, one.customer.id

    targets.sort(key=order)
    return [(one.customer.id, one.customer.name, one.cell) for one in targets[:_PINS] if one.cell]


def _next_working_day(deps: Deps, person: User, now: datetime) -> date:
    return deps.calendar.add_working_days(_today(deps, person, now), 1)


def _is_for(audience: Audience, role: Role) -> bool:
    return audience is Audience.BOTH or (audience is Audience.REP) == (role is Role.REP)


def _zone(deps: Deps, person: User) -> str:
    return person.time_zone or deps.settings.time_zone


def _today(deps: Deps, person: User, now: datetime) -> date:
    return local_date(now, _zone(deps, person))
