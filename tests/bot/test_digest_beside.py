"""What a digest tells beside its figures, and lists in its workbook, against SQL of our own."""

import io
from datetime import date

from openpyxl import load_workbook

from bot.buttons.coverage import SendDigest, ShowDigest, ShowTerritory
from bot.db.tables import AssessmentRow, ReviewCardRow, TerritoryPlanRow
from bot.render.learning import SHORT_SKILLS
from bot.services import jointvisits, tiering
from domain.coaching.scenario import Audience
from domain.coverage.period import Span
from domain.ids import CustomerId
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell
from tests.support import jointvisits as joint
from tests.support import town
from tests.support.region import rows
from tests.support.team import team
from tests.support.world import LIBRARY

FACTS = {
    key: fact for key, fact in LIBRARY.facts["en"].facts.items() if fact.audience is not Audience.MANAGER
}
AREAS = ", ".join(f"('{key}', '{fact.skill.value}')" for key, fact in FACTS.items())
Q4, WEEK = date(2026, 10, 1), date(2026, 11, 16)

_GRID = """
WITH newest AS (
    SELECT c.id, c.owner_id AS rep, d.tier, d.tier || d.support AS cell,
        (SELECT COUNT(*) FROM visit v WHERE v.customer_id = c.id AND v."on" >= '2026-10-01') AS visits
    FROM customer c LEFT JOIN tier_decision d
        ON d.id = (SELECT MAX(e.id) FROM tier_decision e WHERE e.customer_id = c.id)
    WHERE c.status = 'active' AND NOT c.is_no_see
)
"""


async def seed(place):
    """Answers, joint visits in every state, two plans, two questions, and a support that has fallen."""
    now, deps = place.clock.now(), place.deps
    boss, li_na, wang_wei = [await place.user(name) for name in ("Boss", "Li Na", "Wang Wei")]
    of_li_na = await _customers(place, li_na)
    card = {"stability": 1.0, "difficulty": 5.0, "days": 3, "last": WEEK, "reviews": 1, "lapses": 0}
    scores = {li_na.id: (1.0, 0.6, 0.0), wang_wei.id: (0.8,)}
    plan = {"quarter": Q4, "version": 1, "changed_at": now}
    async with deps.db.write() as uow:
        for user_id, those in scores.items():
            for key, score in zip(FACTS, those * 8, strict=False):
                answered = card | {"user_id": user_id, "kind": "fact", "item_id": key, "score": score}
                uow.session.add(ReviewCardRow(**answered))
        goals = {"reach": 35, "reach_a": 90, "rated": 95}
        uow.session.add(TerritoryPlanRow(rep_id=li_na.id, state="approved", goals=goals, **plan))
        uow.session.add(TerritoryPlanRow(rep_id=wang_wei.id, state="submitted", goals=goals, **plan))
        uow.session.add(
            AssessmentRow(customer_id=of_li_na[Cell.A1][0], kind="support", value=3, on=now.date())
        )
    for number, doubt in ((3, Doubt.POTENTIAL), (4, Doubt.SUPPORT)):
        await tiering.ask(deps, li_na, CustomerId(number), doubt, "seen there", now=now)
    await joint.held(place, of_li_na[Cell.A3][0])
    await joint.shared(place, of_li_na[Cell.B1][0])
    done = await joint.shared(place, of_li_na[Cell.A2][0])
    await jointvisits.acknowledge(deps, li_na, done, locale="en", today=now.date(), now=now)
    zone = "Asia/Shanghai"
    await jointvisits.draft(deps, boss, of_li_na[Cell.A2][1], today=now.date(), zone=zone, now=now)


async def _customers(place, rep):
    found = {}
    async with place.deps.db.read() as uow:
        for one in await uow.visits.targets(rep.id, place.clock.now().date()):
            found.setdefault(one.cell, []).append(one.customer.id)
    return found


async def test_what_is_told_beside_the_figures_equals_sql(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.loads(town.visits())
        await seed(place)
        boss = place.people["Boss"]
        await boss.sends("/digest")
        await _training(place, boss)
        await _plans(place, boss)
        await _waiting(place, boss)
        await _joint_visits(place, boss)


async def _training(place, boss):
    """The mean over people of the mean of each one's answers, by area."""
    areas = await rows(
        place.deps,
        f"WITH areas(item, area) AS (VALUES {AREAS}), people AS ("
        " SELECT a.area, AVG(r.score) AS mean FROM review_card r JOIN areas a ON a.item = r.item_id"
        " GROUP BY a.area, r.user_id) SELECT area, AVG(mean), COUNT(*) FROM people GROUP BY area",
        {},
    )
    assert len(areas) == 4
    for skill, word in SHORT_SKILLS.items():
        [(mean, people)] = [tuple(rest) for area, *rest in areas if area == skill.value]
        assert boss.sees(f"{word} {100 * mean:.0f} % ({people})")
    [(sheet, *told)] = await _sheets(boss, "Training")
    assert {row[1:] for row in told} == {(round(mean, 4), people, 2) for _, mean, people in areas}
    assert sheet == ("Area", "Mean of the latest answers", "Have answered", "People")


async def _plans(place, boss):
    counted = await rows(
        place.deps,
        "SELECT SUM(state = 'approved'), SUM(state = 'submitted') FROM territory_plan"
        " WHERE quarter = '2026-10-01'",
        {},
    )
    assert boss.sees("Approved {} of 2 · waiting for your word {}".format(*counted[0]))
    [(reach, reach_a, rated)] = await rows(
        place.deps,
        f"{_GRID} SELECT 1.0 * SUM(cell <> 'C3' AND visits > 0) / SUM(cell <> 'C3'),"
        " 1.0 * SUM(tier = 'A' AND visits > 0) / SUM(tier = 'A'),"
        " 1.0 * SUM(cell <> 'C3') / SUM(COALESCE(cell, '') <> 'C3')"
        " FROM newest WHERE rep = (SELECT id FROM \"user\" WHERE name = 'Li Na')",
        {},
    )
    reached = sum((reach >= 0.35, reach_a >= 0.9, rated >= 0.95))
    assert boss.sees(f"Goals reached: {reached} of 3")
    assert 0 < reached < 3


async def _waiting(place, boss):
    """Questions first; once a round is open, its moves, to which the button leads after a restart."""
    [(questions,)] = await rows(place.deps, "SELECT COUNT(*) FROM tier_question WHERE state = 'open'", {})
    assert boss.sees(f"questions of your reps that wait for your word: {questions}")
    now = place.clock.now()
    await tiering.open_round(place.deps, await place.user("Boss"), today=now.date(), now=now)
    await boss.sends("/digest")
    [(moves,)] = await rows(
        place.deps,
        "SELECT COUNT(*) FROM tier_proposal WHERE state = 'open'"
        " AND tier || support IS NOT tier_before || support_before",
        {},
    )
    assert boss.sees(f"moves that wait for your word: {moves}")
    digest = boss.message
    await place.chatter.restart()
    await boss.presses(digest.button("2 ✓ Round").callback_data, digest)
    assert boss.sees("Support up 0, down 1")
    await boss.presses(ShowDigest().pack(), digest)


async def _joint_visits(place, boss):
    """Those that the rep has acknowledged are counted; all that the rep knows of are listed."""
    counted = await rows(
        place.deps,
        "SELECT u.name, (SELECT COUNT(*) FROM joint_visit j WHERE j.rep_id = u.id AND j.state = 'closed'"
        ' AND j."on" >= :first) FROM "user" u WHERE u.role = \'rep\' ORDER BY 1',
        {"first": Q4},
    )
    assert boss.sees(f"Not yet accompanied: {', '.join(name for name, count in counted if not count)}")
    listed = await rows(
        place.deps,
        "SELECT r.name, m.name, c.name, i.name, j.closed_at IS NOT NULL FROM joint_visit j"
        ' JOIN "user" r ON r.id = j.rep_id JOIN "user" m ON m.id = j.manager_id'
        " JOIN customer c ON c.id = j.customer_id LEFT JOIN institution i ON i.id = c.institution_id"
        " WHERE j.state <> 'draft' ORDER BY j.id",
        {},
    )
    [(header, *told)] = await _sheets(boss, "Joint visits")
    assert header == ("Day", "Rep", "With", "Customer", "Hospital", "Kind", "State", "Acknowledged on")
    assert [(*row[1:5], int(row[7] is not None)) for row in told] == listed
    assert [row[6] for row in told] == ["to be written up", "waits for the rep's word", "acknowledged"]
    assert not any(joint.ANSWERS[1] in str(row) for row in told)  # what was said stays between the two
    for name, count in counted:
        await boss.sends("/help")
        await boss.presses(ShowTerritory(Span.WEEK, WEEK, (await place.user(name)).id).pack())
        assert boss.sees(f"Joint visits, Quarter 4 of 2026: {count}")


async def _sheets(boss, *names):
    await boss.presses(SendDigest(Span.WEEK, WEEK).pack(), boss.message)
    _, content = boss.file
    book = load_workbook(io.BytesIO(content))
    found = [[tuple(row) for row in book[name].iter_rows(values_only=True)] for name in names]
    await boss.presses(ShowDigest(Span.WEEK, WEEK).pack(), boss.message)
    return found
