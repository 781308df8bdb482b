import asyncio
import random
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from sqlalchemy import event

from domain.explain import Reason
from domain.people.model import Role, Scope
from domain.tiering.model import Support, Tier, TierDecision
from domain.visits.model import Outcome
from tests.support.plans import customer, institution, plan_of, visit

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def roster(doctors, visits, reps):
    rng = random.Random(7)
    places = [institution(f"Hospital {number}", code=f"H{number}", site_class=2) for number in range(200)]
    people = [
        customer(
            f"Doctor {number}",
            code=f"D{number}",
            institution=rng.choice(places)[0],
            owner=f"Rep {number % reps}",
            support=rng.choice([*Support]),
            potential_score=rng.randrange(1, 13),
        )
        for number in range(doctors)
    ]
    days = [
        visit(
            people[number % doctors][0],
            TODAY - timedelta(days=number // doctors),
            f"Rep {number % doctors % reps}",
            outcome=rng.choice([*Outcome]),
            next_step="call",
        )
        for number in range(visits)
    ]
    return plan_of(*places, *people, *days)


def decision(number):
    return TierDecision(
        tier=Tier.B,
        support=Support(2),
        method="score",
        params_version="1",
        reasons=(Reason("n", {"n": number}),),
    )


@asynccontextmanager
async def counted(uow):
    """The statements that are sent while the block runs; many rows in one call are one statement."""
    statements = []
    connection = (await uow.session.connection()).sync_connection

    def note(*arguments):
        statements.append(arguments[2])

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)


async def longest_pause(pauses):
    while True:
        before = perf_counter()
        await asyncio.sleep(0.01)
        pauses.append(perf_counter() - before - 0.01)


async def test_many_rows_go_in_and_out_in_few_statements(database):
    plan = roster(2_000, 4_000, reps=40)
    pauses = []
    others = asyncio.ensure_future(longest_pause(pauses))
    started = perf_counter()
    async with database.write() as uow:
        async with counted(uow) as applying:
            batch = await uow.imports.apply(plan, None, NOW, ["roster.xlsx"])
        applied = perf_counter()
        people = await uow.customers.all(Scope(viewer=0, role=Role.ADMIN))
        await uow.tiers.store({one.id: decision(one.id) for one in people}, NOW, batch)
    async with database.read() as uow:
        rows = (await uow.imports.existing()).rows
    undoing = perf_counter()
    async with database.write() as uow, counted(uow) as taking_back:
        await uow.imports.rollback(batch, NOW)
    ended = perf_counter()
    others.cancel()
    print(
        f"6,200 rows: applied in {applied - started:.2f} s by {len(applying)} statements, taken back in"
        f" {ended - undoing:.2f} s by {len(taking_back)}; others waited {max(pauses) * 1000:.0f} ms at most"
    )
    assert sum(map(len, rows.values())) == 6_200
    assert len(applying) < 60
    assert len(taking_back) < 60


async def test_targets_of_500_customers_and_20_000_visits_take_three_statements(sqlite_database):
    async with sqlite_database.write() as uow:
        batch = await uow.imports.apply(roster(500, 20_000, reps=1), None, NOW, [])
        rep = await uow.users.by_name("Rep 0")
        people = await uow.customers.all(Scope.of(rep))
        await uow.tiers.store({one.id: decision(one.id) for one in people}, NOW, batch)
    times = []
    for _ in range(5):
        async with sqlite_database.read() as uow, counted(uow) as statements:
            started = perf_counter()
            targets = await uow.visits.targets(rep.id, TODAY)
            times.append(perf_counter() - started)
    print(f"targets: first {times[0] * 1000:.0f} ms, best {min(times) * 1000:.0f} ms")
    assert len(targets) == 500
    assert len(statements) == 3
    assert {target.next_step for target in targets} == {"call"}
