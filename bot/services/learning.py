"""What people learn: what comes next, what an answer changes, how far they are."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.clock import local_date
from bot.db.repositories.learning import AskedFact
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from domain.coaching import agenda, statistics
from domain.coaching.agenda import Item, NextItem, Situation
from domain.coaching.facts import Fact
from domain.coaching.memory import Card, ItemKey, ItemKind, recall, reviewed
from domain.coaching.scenario import Audience, NodeKind, Scenario, Skill
from domain.coaching.skills import (
    LONGEST_STREAK,
    MemberSkills,
    Progress,
    TeamSkills,
    skill_states,
    streak,
    talk_needed,
)
from domain.coaching.statistics import ItemFigures
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import UserId
from domain.people.model import Role, User

_AHEAD = timedelta(days=366)  # of leave that puts off what is due
_LOOKED_BACK = timedelta(days=366)  # of answers that tell how good a question is


@dataclass(frozen=True, slots=True)
class Learned:
    """What an answer has changed: when the item comes back, and the path that it has finished, if any."""

    back_on: date
    certificate: Skill | None


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """An answer to a fact that was taken, and what it has changed."""

    is_right: bool
    learned: Learned


async def learned(
    deps: Deps, uow: UnitOfWork, person: User, scenario_id: str, score: float, now: datetime
) -> Learned:
    """A scenario was played to its end, with this score (0 to 1): part of the transaction that ends it."""
    return await _keep(deps, uow, person, ItemKey(ItemKind.SCENARIO, scenario_id), score, now)


async def next_items(
    deps: Deps,
    person: User,
    now: datetime,
    *,
    assigned: Sequence[tuple[str, Reason]] = (),
    triggered: Sequence[tuple[str, Reason]] = (),
) -> list[NextItem]:
    """What the person is to learn today and has not yet, the first first; none on a day of leave.

    `assigned` and `triggered` are scenarios that somebody, or the person's week, asks for, and why.
    """
    today = _today(deps, person, now)
    async with deps.db.read() as uow:
        cards = (await uow.learning.cards([person.id]))[person.id]
        done = await uow.learning.days(person.id, today)
        away = await _away(uow, person, cards, today)
        items = await catalogue(deps, uow, person)
    at = Situation(
        today=today,
        away=away,
        done=done.get(today, set()),
        assigned=_scenarios(assigned),
        triggered=_scenarios(triggered),
    )
    return agenda.next_items(cards, items, at, deps.library.coaching.at(today))


async def ask_fact(
    deps: Deps, person: User, fact_id: str, locale: str, now: datetime
) -> tuple[Fact, AskedFact]:
    """A fact, and how it is asked of this person today. DomainError "not_found" when it is asked no more."""
    fact = facts_in(deps, locale).get(fact_id)
    if fact is None:
        raise DomainError("not_found")
    order = fact.order_for(f"{person.id} {fact_id} {_today(deps, person, now)}")
    return fact, AskedFact(fact_id, fact.version, order, fact.right)


async def asked(
    deps: Deps, person: User, fact: AskedFact, now: datetime, poll_id: str, message_id: int
) -> None:
    """The poll is out: what is answered to it from now on, also after a restart, is scored as this fact."""
    async with deps.db.write() as uow:
        await uow.learning.asked(person.id, fact, poll_id, message_id, now)


async def answered(deps: Deps, person: User, poll_id: str, place: int, now: datetime) -> FactAnswer | None:
    """Score the option at this place, as shown. None for polls that are not the person's or answered."""
    async with deps.db.write() as uow:
        found = await uow.learning.answer(person.id, poll_id, place, now)
        if found is None:
            return None
        fact, choice = found
        is_right = choice == fact.key
        item = ItemKey(ItemKind.FACT, fact.fact_id)
        return FactAnswer(is_right, await _keep(deps, uow, person, item, float(is_right), now))


async def progress(deps: Deps, person: User, now: datetime) -> Progress:
    """How far a person is in the four areas, and on how many days in a row they have practised."""
    today = _today(deps, person, now)
    since = today - timedelta(days=LONGEST_STREAK)
    async with deps.db.read() as uow:
        cards = (await uow.learning.cards([person.id]))[person.id]
        days = await uow.learning.days(person.id, since)
        away = await uow.leave.days_off(person.id, since, today)
        certificates = await uow.learning.certificates(person.id)
        items = await catalogue(deps, uow, person)
    return Progress(
        streak(days, today, deps.calendar, away),
        skill_states(cards, items, deps.library.coaching.at(today)),
        certificates,
    )


async def team_skills(deps: Deps, viewer: User, now: datetime) -> TeamSkills:
    """Where the viewer's people stand, by name: a manager's own, everybody for an admin.

    DomainError "not_allowed" for reps.
    """
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    params = deps.library.coaching.at(_today(deps, viewer, now))
    async with deps.db.read() as uow:
        people = await (uow.users.all() if viewer.role is Role.ADMIN else uow.users.team(viewer.id))
        people = [one for one in people if one.is_active and one.role is not Role.ADMIN]
        cards = await uow.learning.cards([one.id for one in people])
        items = {one.id: await catalogue(deps, uow, one) for one in people}
    members = [
        MemberSkills(
            one,
            skill_states(cards[one.id], items[one.id], params),
            talk_needed(cards[one.id], items[one.id], params),
        )
        for one in sorted(people, key=lambda one: (one.name, one.id))
    ]
    return TeamSkills(tuple(members))


async def assign_talk(deps: Deps, viewer: User, user_id: UserId, scenario_id: str, now: datetime) -> User:
    """Let a member of the viewer's team play a scenario next. DomainError "not_found" for others."""
    async with deps.db.write() as uow:
        person = next((one for one in await uow.users.team(viewer.id) if one.id == user_id), None)
        if person is None:
            raise DomainError("not_found")
        known = {item.key.id for item in await catalogue(deps, uow, person) if _is_scenario(item)}
        if scenario_id not in known:
            raise DomainError("not_found")
        await uow.coaching.assign(person.id, scenario_id, "talk", None, viewer.id, now)
    return person


async def item_figures(deps: Deps, viewer: User, now: datetime) -> list[ItemFigures]:
    """What a year's answers of the whole company say about each question that the viewer may know.

    Of each item the latest version that was answered. Doubted keys come first, then what is hardest.
    """
    async with deps.db.read() as uow:
        answers = await uow.learning.answers(now - _LOOKED_BACK)
    locale = deps.settings.default_language
    known = {ItemKey(ItemKind.FACT, key) for key in facts_in(deps, locale)}
    known |= {ItemKey(ItemKind.SCENARIO, key) for key in await scenarios(deps, viewer, locale)}
    latest: dict[ItemKey, int] = {}
    for response, version in answers:
        item = response.question.item
        latest[item] = max(version, latest.get(item, 0))
    responses = [
        response
        for response, version in answers
        if response.question.item in known and latest[response.question.item] == version
    ]
    params = deps.library.coaching.at(_today(deps, viewer, now))
    found = await asyncio.to_thread(statistics.item_figures, responses, params.suspect_after)
    return sorted(found, key=lambda one: (one.suspicion is None, one.difficulty))


async def scenarios(deps: Deps, viewer: User, locale: str) -> Mapping[str, Scenario]:
    """Every scenario that the viewer may know, of any audience: shipped ones, the team's and the own."""
    async with deps.db.read() as uow:
        own = [*await uow.coaching.owned(viewer.id), *await uow.coaching.published(viewer.id)]
    return {**{one.scenario.id: one.scenario for one in own}, **_shipped(deps, locale)}


async def catalogue(deps: Deps, uow: UnitOfWork, person: User) -> tuple[Item, ...]:
    """Everything that a person of this role can learn, scenarios first."""
    audience = {Audience.BOTH, Audience.MANAGER if person.role is Role.MANAGER else Audience.REP}
    locale = deps.settings.default_language
    own = {one.scenario.id: one.scenario for one in await uow.coaching.published(person.id)}
    both = {**own, **_shipped(deps, locale)}
    playable = [_scenario_item(one) for one in both.values() if one.audience in audience]
    known = [
        Item(ItemKey(ItemKind.FACT, key), (fact.skill,))
        for key, fact in facts_in(deps, locale).items()
        if fact.audience in audience
    ]
    return (*playable, *known)


def _scenario_item(scenario: Scenario) -> Item:
    return Item(
        ItemKey(ItemKind.SCENARIO, scenario.id),
        scenario.skills,
        is_personal=scenario.nodes[scenario.start].kind is NodeKind.CUSTOMERS,
    )


def _is_scenario(item: Item) -> bool:
    return item.key.kind is ItemKind.SCENARIO


def facts_in(deps: Deps, locale: str) -> Mapping[str, Fact]:
    """The facts by their ids, in this language if there is one file of it."""
    files = deps.library.facts
    return files.get(locale, next(iter(files.values()))).facts


def _shipped(deps: Deps, locale: str) -> Mapping[str, Scenario]:
    """The scenarios that come with Ninebox, in this language if there are any."""
    texts = deps.library.scenarios
    return texts.get(locale, next(iter(texts.values()), {}))


async def _keep(
    deps: Deps, uow: UnitOfWork, person: User, item: ItemKey, score: float, now: datetime
) -> Learned:
    today = _today(deps, person, now)
    params = deps.library.coaching.at(today)
    cards = {card.item: card for card in (await uow.learning.cards([person.id]))[person.id]}
    before = cards.get(item)
    card = reviewed(before, item, score, today, params)
    await uow.learning.keep(person.id, card, None if before is None else recall(before, today), now)
    cards[item] = card
    away = await _away(uow, person, [card], today)
    certificate = None
    earned = await uow.learning.certificates(person.id)
    for state in skill_states(cards.values(), await catalogue(deps, uow, person), params):
        if state.is_finished and state.skill not in earned:
            await uow.learning.certify(person.id, state.skill, today)
            certificate = state.skill
    return Learned(card.due(away), certificate)


async def _away(uow: UnitOfWork, person: User, cards: Sequence[Card], today: date) -> frozenset[date]:
    """The days of leave that matter to these cards."""
    first = min([today, *(card.last for card in cards)])
    return await uow.leave.days_off(person.id, first, today + _AHEAD)


def _scenarios(asked: Sequence[tuple[str, Reason]]) -> tuple[tuple[ItemKey, Reason], ...]:
    return tuple((ItemKey(ItemKind.SCENARIO, one), reason) for one, reason in asked)


def _today(deps: Deps, person: User, now: datetime) -> date:
    return local_date(now, person.time_zone or deps.settings.time_zone)
