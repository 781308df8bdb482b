"""Decisions about how often reps visit, on both databases."""

from datetime import UTC, date, datetime

import pytest

from bot.db.digest import digest
from domain.explain import Reason
from domain.ids import ChoiceId, EffortId
from domain.people.model import Role
from domain.planning.choice import EFFORT
from domain.planning.effort_params import Judgement, RemedyKind
from domain.tiering.model import Cell

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
END = date(2026, 11, 30)
REASON = Reason("over_capacity", {"needed": 260.0, "holds": 252})


@pytest.fixture
async def people(database):
    async with database.write() as uow:
        boss = await uow.users.add(Role.MANAGER, "Boss", None, NOW)
        reps = [await uow.users.add(Role.REP, name, boss.id, NOW) for name in ("Li Na", "Wang Wei")]
    return boss, *reps


async def adds(uow, rep, kind, cells, *, author, until=None, effort_id=None):
    await uow.cadences.add(
        rep.id,
        kind,
        cells,
        extra_days=2,
        until=until,
        reasons=[REASON],
        author_id=author.id,
        now=NOW,
        effort_id=effort_id,
    )


async def test_a_choice_comes_back_as_it_was_made_until_its_day_and_until_it_is_ended(database, people):
    _, rep, other = people
    async with database.write() as uow:
        await adds(uow, rep, RemedyKind.CUT.value, {Cell.C1: 0.8}, author=rep, until=END)
    async with database.read() as uow:
        (found,) = await uow.cadences.of_rep(rep.id, END)
        assert (found.kind, found.targets, found.extra_days) == ("cut", {Cell.C1: 0.8}, 2)
        assert (found.until, found.reasons, found.decided_at) == (END, (REASON,), NOW)
        assert (found.author_id, found.rep_id, found.is_remedy) == (rep.id, rep.id, True)
        assert await uow.cadences.of_rep(rep.id, date(2026, 12, 1)) == ()
        assert await uow.cadences.of_rep(other.id, TODAY) == ()
        assert set(await uow.cadences.of_reps([rep.id, other.id], TODAY)) == {rep.id}
    async with database.write() as uow:
        assert await uow.cadences.end([found.id], rep.id, NOW) == 1
        assert await uow.cadences.end([found.id, ChoiceId(10**9)], rep.id, NOW) == 0
        assert await uow.cadences.of_rep(rep.id, TODAY) == ()


async def test_taking_effort_back_ends_what_it_meant_for_reps_and_nothing_else(database, people):
    boss, rep, other = people
    judgements = {Cell.A2: Judgement(none=40, half=75, more=115, saturation=130)}
    async with database.write() as uow:
        effort_id = await uow.efforts.add(boss.id, judgements, {Cell.A2: 5.5}, [REASON], NOW)
        await adds(uow, rep, EFFORT, {Cell.A2: 5.5}, author=boss, effort_id=effort_id)
        await adds(uow, rep, RemedyKind.STRETCH.value, {Cell.A2: 5.4}, author=boss, effort_id=effort_id)
        await adds(uow, other, RemedyKind.CUT.value, {Cell.C1: 0.8}, author=other)
    async with database.read() as uow:
        assert [one.kind for one in await uow.cadences.of_rep(rep.id, TODAY)] == ["effort", "stretch"]
        decision = await uow.efforts.in_force(boss.id)
        assert (decision.id, decision.targets, decision.reasons) == (effort_id, {Cell.A2: 5.5}, (REASON,))
        assert await uow.efforts.in_force(rep.id) is None
    async with database.write() as uow:
        assert not await uow.efforts.end(effort_id, rep.id, NOW)  # not the author
        assert not await uow.efforts.end(EffortId(10**9), boss.id, NOW)
        assert await uow.efforts.end(effort_id, boss.id, NOW)
        assert not await uow.efforts.end(effort_id, boss.id, NOW)
    async with database.read() as uow:
        assert await uow.cadences.of_rep(rep.id, TODAY) == ()
        assert len(await uow.cadences.of_rep(other.id, TODAY)) == 1
        assert await uow.efforts.in_force(boss.id) is None


async def test_a_judgement_takes_the_place_of_the_one_before_and_is_its_authors(database, people):
    boss, rep, _ = people
    first = Judgement(none=40, half=75, more=115, saturation=130)
    async with database.read() as uow:
        empty = await digest(uow)
    async with database.write() as uow:
        await uow.efforts.judge(boss.id, Cell.A2, first, NOW)
        await uow.efforts.judge(boss.id, Cell.A2, first.model_copy(update={"half": 80}), NOW)
        await uow.efforts.judge(boss.id, Cell.B2, first, NOW)
    async with database.read() as uow:
        assert await uow.efforts.judgements(boss.id) == {
            Cell.A2: Judgement(none=40, half=80, more=115, saturation=130),
            Cell.B2: first,
        }
        assert await uow.efforts.judgements(rep.id) == {}
        assert await digest(uow) != empty
