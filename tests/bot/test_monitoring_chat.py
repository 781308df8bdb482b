"""What has come of decisions, in the digest and on its own screen."""

from datetime import date, timedelta

from bot.db.tables import AssessmentRow, VisitRow
from bot.services import effort, monitoring, tiering
from domain.people.model import Role
from domain.planning.effort_params import Level
from domain.territory.effects import DecisionKind
from domain.tiering.model import Cell
from tests.support.team import team
from tests.support.world import World

ZONE = "Asia/Shanghai"


async def met(place: World, cells: set[Cell], days: list[date]) -> None:
    """Li Na met everybody of these cells on each of the days."""
    rep = await place.user("Li Na")
    async with place.deps.db.write() as uow:
        targets = await uow.visits.targets(rep.id, place.clock.now().date())
        for one in targets:
            if one.cell in cells:
                for on in days:
                    uow.session.add(
                        VisitRow(
                            customer_id=one.customer.id,
                            rep_id=rep.id,
                            on=on,
                            channel="f2f",
                            outcome="met",
                            created_at=place.clock.now(),
                        )
                    )


async def looked(place: World):
    now = place.clock.now()
    return await monitoring.look_back(
        place.deps, await place.user("Boss"), most=5, today=now.date(), now=now, zone=ZONE
    )


async def test_what_came_after_a_proposal_that_was_taken_up(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        boss = place.people["Boss"]
        await met(place, {Cell.C1}, [date(2026, 11, day) for day in (9, 10, 11, 12, 13)])
        await boss.sends("/digest")
        assert not boss.sees("Since then")
        await boss.taps("✓ Capacity: Li Na")
        await boss.sends("/digest")
        assert boss.sees("Visits from C to A, taken up · Nov 23 · Li Na\nToo early to tell.")
        place.clock.move(timedelta(days=14))
        await met(place, {Cell.A1, Cell.A2, Cell.A3}, [date(2026, 12, day) for day in (1, 2, 3)])
        await boss.sends("/digest")
        assert boss.sees("9 working days before and since:")
        assert boss.sees("to be seen more: 4 customers, visits 0 → 12 (more)")
        assert boss.sees("to be seen less: 8 customers, visits 12 → 0 (fewer)")
        assert boss.sees("Nobody's support has changed.")
        await place.chatter.restart()
        await boss.taps("What has come of it")
        assert boss.sees("to be seen more: 4 customers, visits 0 → 12 (more) · met 0 → 4")
        assert boss.sees("the others of these reps: 14 customers, visits 0 → 0 (no difference to speak of)")
        assert boss.sees("not why")


async def test_a_decision_that_did_nothing_is_said_to_have_done_nothing(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.people["Boss"].sends("/digest")
        await place.people["Boss"].taps("✓ ")
        place.clock.move(timedelta(days=14))
        (effect,) = (await looked(place)).effects
        assert effect.decided.kind is DecisionKind.ACCOMPANY
        assert effect.more.visits == (0, 0)
        await place.people["Boss"].sends("/digest")
        assert place.people["Boss"].sees("visits 0 → 0 (no difference to speak of)")


async def test_nobody_looks_back_at_the_decisions_of_others(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.joins("Other", Role.MANAGER)
        await place.people["Boss"].sends("/digest")
        await place.people["Boss"].taps("✓ ")
        now = place.clock.now()
        other = await monitoring.look_back(
            place.deps, await place.user("Other"), most=5, today=now.date(), now=now, zone=ZONE
        )
        assert (other.effects, other.reps, other.customers) == ((), {}, {})


async def test_moves_and_shared_effort_say_whom_they_meant(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        boss, now = await place.user("Boss"), place.clock.now()
        today = now.date()
        async with place.deps.db.read() as uow:
            targets = await uow.visits.targets((await place.user("Li Na")).id, today)
        fallen = next(one.customer.id for one in targets if one.cell is Cell.A1)
        async with place.deps.db.write() as uow:
            uow.session.add(AssessmentRow(customer_id=fallen, kind="support", value=3, on=today))
        opened = await tiering.open_round(place.deps, boss, today=today, now=now)
        assert (await looked(place)).effects == ()  # nothing of it is approved yet
        assert await tiering.approve_all(place.deps, boss, opened.id, now) > 0
        for level in (Level.HALF, Level.NONE) * 8:
            await effort.step(place.deps, boss, Cell.A1, level, up=True, today=today, now=now)
        await effort.apply(place.deps, boss, today, now)
        place.clock.move(timedelta(days=14))
        found = {one.decided.kind: one.decided for one in (await looked(place)).effects}
        assert found.keys() == {DecisionKind.MOVES, DecisionKind.EFFORT}
        assert fallen in found[DecisionKind.MOVES].less  # A3 asks for fewer visits than A1
        assert found[DecisionKind.EFFORT].less
        assert not found[DecisionKind.EFFORT].less & found[DecisionKind.EFFORT].more
