"""Sessions, assignments, own scenarios and what a week was like, on both databases."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from bot.db.repositories.coaching import OwnState
from bot.db.tables import CustomerRow, TierDecisionRow
from domain.coaching.scenario import Scenario, Trigger
from domain.coaching.session import Answer, draw
from domain.content.reading import read_text
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Role, Scope
from domain.tiering.model import Cell
from domain.visits.dismissal import Dismissal, DismissReason
from tests.support.scenarios import SMALL

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
CELLS = (Cell.A1, Cell.A2, Cell.B1, Cell.C1, Cell.C2, Cell.B3)
SMALL_ONE = read_text(SMALL.encode(), Scenario, name="small.yaml")


async def people(uow):
    """A rep below a manager below another; another rep; the first rep's customers."""
    top = await uow.users.add(Role.MANAGER, "Top", None, NOW)
    boss = await uow.users.add(Role.MANAGER, "Boss", top.id, NOW)
    rep = await uow.users.add(Role.REP, "Li Na", boss.id, NOW)
    other = await uow.users.add(Role.REP, "Wang Wei", None, NOW)
    rows = [CustomerRow(name=f"Font {number}", owner_id=rep.id) for number in range(len(CELLS))]
    for row in rows:
        uow.session.add(row)
    await uow.session.flush()
    return top, boss, rep, other, {CustomerId(row.id): cell for row, cell in zip(rows, CELLS, strict=True)}


async def test_a_session_is_stored_with_what_it_began_with_and_belongs_to_one_person(database):
    async with database.write() as uow:
        _top, _boss, rep, other, customers = await people(uow)
        draws = draw(SMALL_ONE, customers, Random(1))
        number = await uow.coaching.begin(rep.id, SMALL_ONE, draws, NOW)
        again = await uow.coaching.begin(other.id, SMALL_ONE, draws, NOW, is_preview=True)
        found = await uow.coaching.get(number, rep.id)
        assert list(found.scenario.nodes["grounds"].options) == ["volume", "expertise", "kind"]
        assert found.session.draws == draws
        assert found.scenario == SMALL_ONE
        assert set(found.names.values()) <= {f"Font {number}" for number in range(len(CELLS))}
        answered = found.session.answered(Answer(None, (0, 1)))
        assert await uow.coaching.answer(number, answered, NOW)
        assert not await uow.coaching.answer(number, answered, NOW)  # a double tap
        assert (await uow.coaching.get(number, rep.id)).session == answered
        with pytest.raises(DomainError, match="not_found"):
            await uow.coaching.get(number, other.id)
        assert [one.id for one in await uow.coaching.open(rep.id, NOW - WEEK)] == [number]
        assert await uow.coaching.open(rep.id, NOW + WEEK) == []
        assert (
            await uow.coaching.open(other.id, NOW - WEEK) == []
        )  # a look at one's own is nothing to go on with
        assert await uow.coaching.end(number, 0.5, NOW)
        assert not await uow.coaching.end(number, 1.0, NOW)
        assert await uow.coaching.open(rep.id, NOW - WEEK) == []
        assert await uow.coaching.seen(rep.id, "small", again) == {"whom"}
        assert await uow.coaching.seen(rep.id, "small", number) == set()


async def test_what_a_manager_publishes_reaches_everybody_below_and_nobody_else(database):
    async with database.write() as uow:
        top, boss, rep, other, _customers = await people(uow)
        number = await uow.coaching.add_own(top.id, SMALL_ONE, NOW)
        assert await uow.coaching.published(rep.id) == []
        await uow.coaching.publish(number, top.id, NOW)
        with pytest.raises(DomainError, match="scenario_settled"):
            await uow.coaching.publish(number, top.id, NOW)
        for user, expected in ((top, [number]), (boss, [number]), (rep, [number]), (other, [])):
            assert [one.id for one in await uow.coaching.published(user.id)] == expected
        second = SMALL_ONE.model_copy(update={"version": 2})
        follows = await uow.coaching.add_own(top.id, second, NOW)
        assert await uow.coaching.latest_version("small") == (top.id, 2)
        await uow.coaching.publish(follows, top.id, NOW)
        assert [one.scenario.version for one in await uow.coaching.published(rep.id)] == [2]
        with pytest.raises(DomainError, match="not_found"):
            await uow.coaching.retire(follows, boss.id, NOW)
        await uow.coaching.retire(follows, top.id, NOW)
        assert await uow.coaching.published(rep.id) == await uow.coaching.owned(top.id) == []
        assert (await uow.coaching.own(number, top.id)).state is OwnState.RETIRED


async def test_the_week_of_a_rep_is_the_own_one_and_a_slip_is_a_worse_cell_than_before(database):
    async with database.write() as uow:
        _top, boss, rep, other, customers = await people(uow)
        first, second, third, *_rest = customers
        moves = {first: ((1, 1), (1, 2)), second: ((2, 3), (2, 1)), third: ((1, 1),)}
        for customer, digits in moves.items():
            for (_, digit), at in zip(digits, (NOW - 3 * WEEK, NOW - timedelta(days=2)), strict=False):
                uow.session.add(
                    TierDecisionRow(
                        customer_id=customer,
                        decided_at=at,
                        tier="A",
                        support=digit,
                        method="x",
                        params_version="x",
                    )
                )
        for day, reason in ((21, DismissReason.NOT_TODAY), (10, DismissReason.UNAVAILABLE)):
            said = Dismissal(reason, date(2026, 11, day), None)
            await uow.dismissals.add(second, Scope.of(rep), said, NOW)
        since = (NOW - WEEK).date()
        found = await uow.coaching.week(Scope.of(rep), since, NOW - WEEK)
        assert {(one.trigger, one.name, one.cell) for one in found} == {
            (Trigger.NOT_TODAY, "Font 1", None),
            (Trigger.SLIPPED_A1, "Font 0", Cell.A1),
        }
        assert await uow.coaching.week(Scope.of(boss), since, NOW - WEEK) == found
        assert await uow.coaching.week(Scope.of(other), since, NOW - WEEK) == []


async def test_a_visit_is_asked_for_once_by_each_source_and_only_of_ones_own_customers(database):
    async with database.write() as uow:
        _top, _boss, rep, other, customers = await people(uow)
        font = next(iter(customers))
        on = NOW.date()
        assert await uow.pins.add(rep.id, font, "scenario", 1, on, NOW)
        assert not await uow.pins.add(rep.id, font, "scenario", 1, on, NOW)
        assert await uow.pins.add(rep.id, font, "plan", 1, on, NOW)
        assert await uow.pins.add(other.id, font, "plan", 1, on, NOW)
        assert [one.source for one in await uow.pins.waiting(rep.id)] == ["scenario", "plan"]
        assert await uow.pins.waiting(other.id) == []
        assert await uow.pins.drop(rep.id, font, NOW) == 2
        assert await uow.pins.waiting(rep.id) == []
        assert await uow.pins.add(rep.id, font, "scenario", 1, on, NOW)
