"""Decisions of people beside the computed ones, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db.tables import CustomerRow
from bot.db.values import AwaitedWords, Purpose
from domain.errors import DomainError
from domain.people.model import Role, Scope
from domain.tiering.model import Cell, TierDecision
from domain.tiering.override import Override, cell_at

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def decision(cell: Cell | None) -> TierDecision:
    return TierDecision(
        tier=cell.tier if cell else None,
        support=cell.support if cell else None,
        method="stated+stated",
        params_version="1",
        reasons=(),
    )


@pytest.fixture
async def rep(database):
    async with database.write() as uow:
        return await uow.users.add(Role.REP, "Li Na", None, NOW)


async def customer_of(uow, rep) -> int:
    row = CustomerRow(name="Dr Shaw", owner_id=rep.id)
    uow.session.add(row)
    await uow.session.flush()
    return row.id


cells = st.sampled_from([None, *Cell])
events = st.lists(
    st.one_of(
        st.tuples(st.just("computed"), cells, st.none()),
        st.tuples(st.just("override"), st.sampled_from([*Cell]), st.integers(-2, 40)),
        st.tuples(st.just("ended"), st.none(), st.none()),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=events, ahead=st.integers(0, 50))
async def test_replaying_the_decisions_gives_the_stored_state_of_any_day(database, rep, happened, ahead):
    scope, day = Scope.of(rep), TODAY + timedelta(days=ahead)
    async with database.write() as uow:
        customer_id = await customer_of(uow, rep)
        for hours, (what, cell, days) in enumerate(happened):
            now = NOW + timedelta(hours=hours)
            if what == "computed":
                await uow.tiers.store({customer_id: decision(cell)}, now)
            else:
                until = None if days is None else TODAY + timedelta(days=days)
                made = Override(cell=cell, until=until, reason="why", author_id=rep.id, decided_at=now)
                await uow.overrides.add(customer_id, scope, made)
    async with database.read() as uow:
        entries = {entry.id: entry.cell for entry in await uow.customers.grid(scope, day)}
        targets = {one.customer.id: (one.tier, one.support) for one in await uow.visits.targets(rep.id, day)}
        computed = [
            (one.decided_at, one.decision.cell) for one in await uow.tiers.history(customer_id, scope)
        ]
        overrides = await uow.overrides.history(customer_id, scope)
    replayed = cell_at(computed[::-1], overrides, NOW + timedelta(days=1), day)
    assert entries[customer_id] is replayed
    if replayed is not None:
        assert targets[customer_id] == (replayed.tier, replayed.support)


async def test_an_override_outside_the_scope_is_neither_made_nor_seen(database, rep):
    async with database.write() as uow:
        other = await uow.users.add(Role.MANAGER, "Other", None, NOW)
        customer_id = await customer_of(uow, rep)
        made = Override(cell=Cell.A1, until=TODAY, reason="mine", author_id=other.id, decided_at=NOW)
        with pytest.raises(DomainError, match="not_found"):
            await uow.overrides.add(customer_id, Scope.of(other), made)
        await uow.overrides.add(customer_id, Scope.of(rep), made)
        assert await uow.overrides.in_force(customer_id, Scope.of(rep), TODAY) == made
        assert await uow.overrides.in_force(customer_id, Scope.of(other), TODAY) is None
        assert await uow.overrides.history(customer_id, Scope.of(other)) == []
        assert await uow.overrides.all_in_force(Scope.of(other), TODAY) == []
        [seen] = await uow.overrides.all_in_force(Scope.of(rep), TODAY)
    assert (seen.name, seen.computed, seen.override) == ("Dr Shaw", None, made)


async def test_one_sentence_is_waited_for_at_a_time(database, rep):
    first = AwaitedWords(Purpose.OVERRIDE, 7, "A2", NOW)
    second = AwaitedWords(Purpose.OVERRIDE, 8, "B1", NOW)
    async with database.write() as uow:
        assert await uow.awaited.get(rep.id) is None
        await uow.awaited.set(rep.id, first)
        await uow.awaited.set(rep.id, second)
    async with database.read() as uow:
        assert await uow.awaited.get(rep.id) == second
    async with database.write() as uow:
        await uow.awaited.forget(rep.id)
        assert await uow.awaited.get(rep.id) is None
