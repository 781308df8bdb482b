"""Decisions of people beside the computed ones, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db.tables import AssessmentRow, CustomerRow
from bot.db.values import AwaitedWords, ProposalState, Purpose
from domain.customers.model import CustomerStatus
from domain.customers.profile import FileField
from domain.errors import DomainError
from domain.people.model import Role, Scope
from domain.tiering.argument import Doubt, QuestionState
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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


# Rounds


async def two_teams(uow):
    """A manager with a rep and one customer, twice."""
    teams = []
    for name in ("Boss", "Other"):
        boss = await uow.users.add(Role.MANAGER, name, None, NOW)
        member = await uow.users.add(Role.REP, f"Rep of {name}", boss.id, NOW)
        teams.append((Scope.of(boss), Scope.of(member), await customer_of(uow, member)))
    return teams


async def test_a_round_is_its_authors_and_keeps_to_the_team(database):
    async with database.write() as uow:
        (boss, member, mine), (other, _, theirs) = await two_teams(uow)
        await uow.tiers.store({mine: decision(Cell.A3)}, NOW)
        await uow.tiers.store({theirs: decision(Cell.B3)}, NOW)
        opened = await uow.rounds.add(
            boss.viewer, TODAY, NOW, {mine: decision(Cell.A2), theirs: decision(Cell.B2)}
        )
    async with database.read() as uow:
        assert await uow.rounds.get(opened.id, boss.viewer) == opened
        assert await uow.rounds.get(opened.id, other.viewer) is None
        assert await uow.rounds.latest(boss.viewer) == opened
        assert await uow.rounds.latest(other.viewer) is None
        assert await uow.rounds.proposals(opened.id, other) == []
        [one] = await uow.rounds.proposals(opened.id, boss)
        assert (one.customer_id, one.before, one.decision.cell, one.waits) == (mine, Cell.A3, Cell.A2, True)
        assert await uow.rounds.proposal(one.id, boss) == one
        assert await uow.rounds.proposal(one.id, other) is None
        assert await uow.rounds.proposal(one.id, member) is None


async def test_a_proposal_is_overtaken_by_a_newer_decision_and_closed_with_its_round(database):
    async with database.write() as uow:
        (boss, _, mine), _ = await two_teams(uow)
        opened = await uow.rounds.add(boss.viewer, TODAY, NOW, {mine: decision(Cell.A2)})
        [one] = await uow.rounds.proposals(opened.id, boss)
        assert one.before is None
        assert one.waits
        await uow.tiers.store({mine: decision(Cell.C1)}, NOW)
        [one] = await uow.rounds.proposals(opened.id, boss)
        assert one.is_overtaken
        assert not one.waits
        await uow.rounds.close(opened.id, NOW)
    async with database.read() as uow:
        [one] = await uow.rounds.proposals(opened.id, boss)
        closed = await uow.rounds.latest(boss.viewer)
        assert one.state is ProposalState.KEPT
        assert closed.closed_at == NOW
        assert await uow.rounds.last_closed(boss.viewer) == TODAY


async def test_a_standing_tells_when_each_measure_was_last_stated(database):
    days = {"support": (date(2026, 1, 5), date(2026, 3, 5)), "potential_score": (date(2026, 2, 5),)}
    async with database.write() as uow:
        (boss, _, mine), _ = await two_teams(uow)
        for kind, stated in days.items():
            for on in stated:
                uow.session.add(AssessmentRow(customer_id=mine, kind=kind, value=3, on=on))
        await uow.tiers.store({mine: decision(Cell.A3)}, NOW)
        made = Override(cell=Cell.A2, until=TODAY, reason="why", author_id=boss.viewer, decided_at=NOW)
        await uow.overrides.add(mine, boss, made)
    async with database.read() as uow:
        [one] = await uow.rounds.standings(boss, TODAY)
        assert (one.potential_on, one.support_on, one.decided_on) == (
            date(2026, 2, 5),
            date(2026, 3, 5),
            NOW.date(),
        )
        assert (one.computed.cell, one.by_hand) == (Cell.A3, Cell.A2)
        [later] = await uow.rounds.standings(boss, TODAY + timedelta(days=1))
        assert later.by_hand is None


# Questions


async def test_a_question_is_seen_by_the_rep_and_the_own_manager(database):
    async with database.write() as uow:
        (boss, member, mine), (other, stranger, theirs) = await two_teams(uow)
        with pytest.raises(DomainError, match="not_found"):
            await uow.questions.ask(theirs, member, Doubt.NO_SEE, "gone", NOW)
        await uow.questions.ask(mine, member, Doubt.NO_SEE, "gone", NOW)
        with pytest.raises(DomainError, match="question_open"):
            await uow.questions.ask(mine, member, Doubt.SUPPORT, "gone", NOW)
        question = await uow.questions.latest(mine, boss)
    async with database.read() as uow:
        for scope, seen in ((boss, [question]), (member, [question]), (other, []), (stranger, [])):
            assert await uow.questions.all(scope, NOW) == seen
            assert await uow.questions.get(question.id, scope) == (question if seen else None)
    async with database.write() as uow:
        with pytest.raises(DomainError, match="not_found"):
            await uow.questions.answer(question.id, other, QuestionState.REJECTED, "no", NOW)
        settled = await uow.questions.answer(question.id, boss, QuestionState.ACCEPTED, "yes", NOW)
        assert (settled.state, settled.answer, settled.answered_by) == (
            QuestionState.ACCEPTED,
            "yes",
            boss.viewer,
        )
        with pytest.raises(DomainError, match="question_closed"):
            await uow.questions.answer(question.id, boss, QuestionState.REJECTED, "no", NOW)
        retired = FileField.STATUS, mine, {"status": CustomerStatus.INACTIVE.value}, NOW
        await uow.profile.change(mine, boss, *retired)
        with pytest.raises(DomainError, match="not_found"):
            await uow.profile.change(mine, other, *retired)
    async with database.read() as uow:
        assert await uow.questions.all(boss, NOW + timedelta(days=1)) == []
        assert await uow.tiers.left_since(NOW) == {mine}
        assert await uow.tiers.left_since(NOW + timedelta(days=1)) == set()
        [history] = await uow.tiers.histories(boss)
        assert (history.id, history.is_active) == (mine, False)
