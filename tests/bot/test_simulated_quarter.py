"""A quarter of four reps who visit, say no, are on leave and argue; kept account of beside the program."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil

import numpy as np
import pytest

from bot.db.repositories.dismissals import Dismissals
from bot.deps import Deps
from bot.services import dismissals, tiering, today, visits
from domain.content.dated import History
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Role, User
from domain.planning.params import PlanningParams
from domain.tiering.argument import Doubt
from domain.tiering.model import Tier
from domain.visits.dismissal import DismissReason
from domain.visits.log import Told
from domain.visits.states import Result
from domain.visits.suggestion import SuggestionState
from tests.support import town
from tests.support.world import LIBRARY, World, world

FIRST, LAST = date(2026, 10, 8), date(2026, 12, 31)  # from the end of the Chinese holiday
REPS = ("Li Na", "Wang Wu", "Zhao Min", "Chen Jie")
ITERATIONS = 3  # the account is what is tested, not how good the plans are
GAP = {Tier.A: 3, Tier.B: 5, Tier.C: 10}
MOST = {"A1": 6, "A2": 6, "A3": 4, "B1": 4, "B2": 4, "B3": 4, "C1": 2, "C2": 2}


def quick_library():
    versions = tuple(one.model_copy(update={"iterations": ITERATIONS}) for one in LIBRARY.planning.versions)
    planning = LIBRARY.planning.model_copy(update={"versions": versions})
    assert isinstance(planning, History)
    assert isinstance(planning.versions[0], PlanningParams)
    return type(LIBRARY)(
        **{**{name: getattr(LIBRARY, name) for name in LIBRARY.__slots__}, "planning": planning}
    )


@dataclass
class Account:
    """One rep's quarter by hand: what was suggested and answered, who was met when, who is off until when."""

    rep: User
    leave: range
    answers: Counter[tuple[date, SuggestionState]] = field(default_factory=Counter)
    suggested: Counter[date] = field(default_factory=Counter)
    met: dict[CustomerId, list[date]] = field(default_factory=dict)
    off: dict[CustomerId, date | None] = field(
        default_factory=dict
    )  # None: until the manager answers, or for good
    challenged: set[CustomerId] = field(default_factory=set)


def check(account: Account, stop: today.Stop, on: date, deps: Deps) -> None:
    """No line of the list breaks a gate."""
    cell, customer = stop.target.cell, stop.customer
    assert cell is not None
    assert cell.value != "C3"
    assert not customer.is_no_see
    assert deps.calendar.is_working_day(on)
    assert on.toordinal() not in account.leave
    met = account.met.get(customer.id, [])
    if met:
        assert deps.calendar.working_days(met[-1], on) >= GAP[cell.tier], (customer.name, met[-1], on)
    assert sum(day.month == on.month for day in met) < ceil(MOST[cell.value])
    if customer.id in account.off:
        until = account.off[customer.id]
        assert until is not None, f"{customer.name} is on the list of {on} in spite of a no"
        assert until <= on, f"{customer.name} is on the list of {on}, not before {until}"


async def answer(
    account: Account, stop: today.Stop, local: datetime, deps: Deps, rng: np.random.Generator
) -> None:
    """Visit, say no, take off the day, or leave it open."""
    on, customer_id, luck = local.date(), stop.customer.id, rng.random()
    if luck < 0.60:
        result = Result.MET if luck < 0.55 else Result.ABSENT
        entry = visits.Entry(customer_id, on, Told(result=result))
        await visits.log(deps, account.rep, entry, today=on, now=local)
        if result is Result.MET:
            account.met.setdefault(customer_id, []).append(on)
        account.answers[on, SuggestionState.VISITED] += 1
    elif luck < 0.70:
        await today.drop(deps, account.rep, customer_id, local)
        account.answers[on, SuggestionState.DROPPED] += 1
    elif luck < 0.85:
        reason = list(DismissReason)[int(rng.integers(6))]
        await say_no(account, stop, reason, local, deps)
        account.answers[on, SuggestionState.DISMISSED] += 1


async def say_no(
    account: Account, stop: today.Stop, reason: DismissReason, local: datetime, deps: Deps
) -> None:
    on, customer_id, calendar = local.date(), stop.customer.id, deps.calendar
    cell = stop.target.cell
    assert cell is not None
    days = {
        DismissReason.NOT_TODAY: 1,
        DismissReason.PRODUCT_ISSUE: 5,
        DismissReason.SEEN_ELSEWHERE: GAP[cell.tier],
        DismissReason.UNAVAILABLE: 8,
    }.get(reason)
    until = calendar.add_working_days(on, days) if days else None
    account.off[customer_id] = until
    wrong = reason is DismissReason.WRONG_TARGET
    if wrong:
        account.challenged.add(customer_id)
    await dismissals.say_no(
        deps,
        account.rep,
        customer_id,
        reason,
        local,
        until=until if reason is DismissReason.UNAVAILABLE else None,
        doubt=Doubt.SUPPORT if wrong else None,
    )


async def decide(boss: User, accounts: dict[int, Account], local: datetime, deps: Deps) -> int:
    """The manager keeps everything as it is: who was challenged comes back."""
    settled = 0
    for one, _late in await tiering.questions(deps, boss, today=local.date(), now=local):
        if not one.is_open:
            continue
        verdict = tiering.Verdict.NO
        await tiering.answer(deps, boss, one.id, verdict, "as it is", today=local.date(), now=local)
        account = accounts[one.rep_id]
        if one.customer_id in account.challenged:
            account.challenged.discard(one.customer_id)
            del account.off[one.customer_id]
        settled += 1
    return settled


async def staff(place: World) -> tuple[User, list[Account]]:
    await place.joins("Boss", Role.MANAGER)
    await place.loads(town.hospitals("en"))
    accounts = []
    for number, name in enumerate(REPS):
        await place.joins(name, manager="Boss")
        await place.loads(town.customers("en", first=100 * number + 1, owner=name))
        leave = date(2026, 11, 2 + 7 * number).toordinal()
        user = await place.user(name)
        first, last = date.fromordinal(leave), date.fromordinal(leave + 4)
        async with place.deps.db.write() as uow:
            await uow.leave.add(user.id, first, last, place.clock.now())
        accounts.append(Account(user, range(leave, leave + 5)))
    return await place.user("Boss"), accounts


async def test_the_counts_equal_the_ledger_and_no_line_breaks_a_gate(sqlite_database_url, tmp_path):
    rng = np.random.Generator(np.random.PCG64(7))
    begin = datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(hours=8)
    library = quick_library()
    async with world(sqlite_database_url, tmp_path, market="cn", now=begin, library=library) as place:
        deps = place.deps
        boss, accounts = await staff(place)
        by_rep = {one.rep.id: one for one in accounts}
        settled = 0
        for day in range((LAST - FIRST).days + 1):
            local = begin + timedelta(days=day)
            place.clock.move(local - place.clock.now())
            for account in accounts:
                found = await today.day_of(deps, account.rep, None, local)
                account.suggested[local.date()] = len(found.stops)
                for stop in found.stops:
                    check(account, stop, local.date(), deps)
                    await answer(account, stop, local + timedelta(hours=1), deps, rng)
            if local.weekday() == 3:
                settled += await decide(boss, by_rep, local + timedelta(hours=9), deps)
        after = LAST + timedelta(days=1)
        for account in accounts:
            answered = Counter(dict.fromkeys(SuggestionState, 0))
            for (_, state), number in account.answers.items():
                answered[state] += number
            answered[SuggestionState.EXPIRED] = account.suggested.total() - answered.total()
            async with deps.db.read() as uow:
                counts = await uow.suggestions.counts(account.rep.id, FIRST, LAST, after)
            assert counts == {state: number for state, number in answered.items() if number}
            assert counts[SuggestionState.VISITED] > 60
        assert settled > 4


async def test_the_account_notices_a_no_that_is_not_kept(sqlite_database_url, tmp_path, monkeypatch):
    """The check above can fail: without dismissals in force somebody comes back too early."""

    async def forgets(self: Dismissals, *_: object) -> None: ...

    monkeypatch.setattr(Dismissals, "add", forgets)
    begin = datetime(2026, 11, 24, 8, tzinfo=UTC)
    async with world(sqlite_database_url, tmp_path, market="cn", now=begin) as place:
        _, accounts = await staff(place)
        account, local = accounts[0], begin
        found = await today.day_of(place.deps, account.rep, None, local)
        for stop in found.stops:
            await say_no(account, stop, DismissReason.PRODUCT_ISSUE, local, place.deps)
        later = await today.day_of(place.deps, account.rep, None, local + timedelta(days=1))
        back = {stop.customer.id for stop in found.stops} & {stop.customer.id for stop in later.stops}
        stop = next(one for one in later.stops if one.customer.id in back)
        with pytest.raises(AssertionError, match="not before"):
            check(account, stop, local.date() + timedelta(days=1), place.deps)


async def test_somebody_elses_customer_cannot_be_refused(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _, (first, second, *_rest) = await staff(place)
        found = await today.day_of(place.deps, first.rep, None, place.clock.now())
        with pytest.raises(DomainError, match="not_found"):
            await say_no(second, found.stops[0], DismissReason.NOT_TODAY, place.clock.now(), place.deps)
