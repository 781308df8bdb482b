"""Every figure of the look back against SQL that was written from the definitions alone."""

from datetime import date, timedelta

from bot.clock import midnight
from bot.db.values import ProposalState
from bot.services.monitoring import look_back
from domain.coverage.proposals import CoverageProposal, ProposalAnswer, ProposalKind
from domain.explain import Reason
from domain.ids import CustomerId
from domain.people.model import Scope
from domain.territory.effects import DecisionKind
from domain.tiering.model import Cell, TierDecision
from tests.support.region import LAST, NORMS, STANDING, ZONE, evening, person, region, rows

OPENED, CLOSED = date(2026, 9, 2), date(2026, 9, 3)
REMEDIES = date(2026, 9, 5)  # a Saturday, as the region has them
SHARED, ACCOMPANIED, SHIFTED = date(2026, 8, 12), date(2026, 9, 9), date(2026, 9, 11)
TOO_LATE = date(2026, 9, 28)
EFFORT = {Cell.A1: 6.0, Cell.A3: 2.0, Cell.B2: 2.0, Cell.C1: 0.0}

_MOVED = """
    SELECT p.customer_id AS id, COALESCE(a.target, 0) - COALESCE(b.target, 0) AS change
    FROM tier_proposal p JOIN tier_round r ON r.id = p.round_id JOIN standing s ON s.id = p.customer_id
    LEFT JOIN norms a ON a.cell = p.tier || p.support
    LEFT JOIN norms b ON b.cell = p.tier_before || p.support_before
    WHERE p.state = 'approved' AND r.author_id = :boss AND s.active
"""
_SHARED = """
    SELECT s.id, e.target - n.target AS change
    FROM standing s JOIN norms n ON n.cell = s.was JOIN effort e ON e.cell = s.was
    WHERE s.listed
"""
_REMEDY = """
    SELECT s.id, 6 - n.target AS change
    FROM standing s JOIN norms n ON n.cell = s.was
    JOIN cadence_choice k ON k.rep_id = s.rep AND CAST(k.targets AS TEXT) LIKE '%A2%'
    WHERE s.listed AND s.rep = :rep AND s.was = 'A2'
"""
_ACCOMPANIED = """
    SELECT p.customer_id AS id, 1 AS change FROM coverage_proposal p
    WHERE p.kind = 'accompany' AND p.state = 'accepted' AND p.manager_id = :boss
"""
_SHIFTED = """
    SELECT s.id, CASE s.old_tier WHEN 'A' THEN 1 WHEN 'C' THEN -1 ELSE 0 END AS change
    FROM standing s JOIN norms n ON n.cell = s.was
    WHERE s.listed AND s.rep = :rep AND n.target > 0
"""
MEANT = {
    DecisionKind.MOVES: _MOVED,
    DecisionKind.EFFORT: _SHARED,
    DecisionKind.REMEDY: _REMEDY,
    DecisionKind.ACCOMPANY: _ACCOMPANIED,
    DecisionKind.SHIFT: _SHIFTED,
}
_HEAD = f"""
WITH norms(cell, least, target, most) AS (VALUES {NORMS}),
effort(cell, target) AS (VALUES {", ".join(f"('{cell.value}', {to})" for cell, to in EFFORT.items())}),
{STANDING},
meant AS (:meant),
sides AS (
    SELECT s.*,
        CASE WHEN m.change > 0 THEN 'more' WHEN m.change < 0 THEN 'less'
            WHEN s.listed AND s.rep IN (
                SELECT o.rep FROM standing o JOIN meant n ON n.id = o.id WHERE n.change <> 0
            ) THEN 'others' END AS side
    FROM standing s LEFT JOIN meant m ON m.id = s.id
),
counted AS (
    SELECT x.*,
        (SELECT COUNT(*) FROM face f WHERE f.id = x.id AND f.day BETWEEN :first AND :on) AS before,
        (SELECT COUNT(*) FROM face f WHERE f.id = x.id AND f.day > :on AND f.day <= :last) AS since
    FROM sides x
)
"""
_SIDE = """
SELECT COUNT(*), COALESCE(SUM(before), 0), COALESCE(SUM(since), 0),
    COALESCE(SUM(CASE WHEN before > 0 THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN since > 0 THEN 1 ELSE 0 END), 0)
FROM counted WHERE side = :side
"""
_CHANGED = """
SELECT COALESCE(SUM(CASE WHEN support < old_support THEN 1 ELSE 0 END), 0),
    COALESCE(SUM(CASE WHEN support > old_support THEN 1 ELSE 0 END), 0)
FROM counted WHERE side IN ('more', 'less') AND cell IS NOT NULL AND was IS NOT NULL
"""


async def decide(deps, boss):
    """One decision of each kind, beside the remedies that the reps of the region have; one is too new."""
    async with deps.db.read() as uow:
        reps = [one for one in await uow.users.all() if one.manager_id == boss.id]
    people = await rows(deps, "SELECT id, owner_id FROM customer ORDER BY id", {})
    first = [CustomerId(number) for number, owner in people if owner == reps[0].id]
    cells = [Cell.A1, Cell.C1, Cell.A3, Cell.C3, Cell.B1, Cell.A2]
    proposed = {
        customer: TierDecision(
            tier=cell.tier, support=cell.support, method="terciles", params_version="", reasons=()
        )
        for customer, cell in zip(first, cells * 2, strict=False)
    }
    async with deps.db.write() as uow:
        opened = await uow.rounds.add(boss.id, OPENED, evening(OPENED), proposed)
        found = await uow.rounds.proposals(opened.id, Scope.of(boss))
        await uow.rounds.decide([one.id for one in found[:-2]], ProposalState.APPROVED)
        await uow.rounds.close(opened.id, evening(CLOSED))
        await uow.efforts.add(boss.id, {}, EFFORT, [], evening(SHARED))
        proposals = [
            (ACCOMPANIED, ProposalKind.ACCOMPANY, reps[1].id, people[16][0], ProposalAnswer.ACCEPTED),
            (SHIFTED, ProposalKind.SHIFT, reps[2].id, None, ProposalAnswer.ACCEPTED),
            (TOO_LATE, ProposalKind.SHIFT, reps[3].id, None, ProposalAnswer.ACCEPTED),
            (SHIFTED, ProposalKind.ACCOMPANY, reps[0].id, people[1][0], ProposalAnswer.DECLINED),
        ]
        for on, kind, rep, customer, answer in proposals:
            one = CoverageProposal(kind=kind, reason=Reason("move_visits"), rep_id=rep, customer_id=customer)
            [noted] = await uow.coverage_proposals.show(boss.id, [one], [], evening(on))
            await uow.coverage_proposals.answer(noted.id, boss.id, answer, evening(on))


def compared(deps, on):
    """The first and the last day: as many working days up to the decision as since, at most forty."""
    days = [LAST + timedelta(days=n) for n in range(-150, 0)]
    worked = [day for day in days if deps.calendar.is_working_day(day)]
    since = [day for day in worked if day > on][:40]
    return [day for day in worked if day <= on][-len(since)], since[-1], len(since)


async def test_every_figure_of_the_look_back_equals_sql(database_url, tmp_path):
    async with region(database_url, tmp_path) as deps:
        boss = await person(deps, "Boss")
        await decide(deps, boss)
        found = await look_back(deps, boss, most=20, today=LAST, now=evening(LAST), zone=ZONE)
        assert [(one.decided.kind, one.decided.on) for one in found.effects] == [
            (DecisionKind.SHIFT, TOO_LATE),
            (DecisionKind.SHIFT, SHIFTED),
            (DecisionKind.ACCOMPANY, ACCOMPANIED),
            *[(DecisionKind.REMEDY, REMEDIES)] * 4,
            (DecisionKind.MOVES, CLOSED),
            (DecisionKind.EFFORT, SHARED),
        ]
        assert found.effects[0].window is None
        seen = set()
        for effect in found.effects[1:]:
            seen |= await _agrees(deps, boss, effect)
        assert seen == {"more", "less", "others", "up", "down"}  # nothing was compared with nothing alone


async def _agrees(deps, boss, effect):
    """Compare one effect with SQL; which of its figures are not nought."""
    on = effect.decided.on
    first, last, days = compared(deps, on)
    assert (effect.window.days, effect.window.last_after) == (days, last)
    assert effect.window.first_before <= first
    values = {
        "boss": boss.id,
        "rep": effect.decided.rep_id,
        "eve": on,
        "begun": midnight(on + timedelta(days=1), ZONE),
        "until": LAST,
        "ended": evening(LAST),
        "on": on,
        "first": first,
        "last": last,
    }
    head = _HEAD.replace(":meant", MEANT[effect.decided.kind])
    seen = set()
    for name, side in (("more", effect.more), ("less", effect.less), ("others", effect.others)):
        counted = await rows(deps, f"{head} {_SIDE}", values | {"side": name})
        assert counted == [(side.customers, *side.visits, *side.met)], (effect.decided.kind, name)
        seen |= {name} if all(side.visits) else set()
    assert await rows(deps, f"{head} {_CHANGED}", values) == [(effect.up, effect.down)]
    return seen | {name for name, count in (("up", effect.up), ("down", effect.down)) if count}
