"""Every figure of coverage against SQL that was written from the definitions alone."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from bot.clock import midnight
from bot.db.tables import CustomerRow, VisitRow, VisitVersionRow
from bot.services import capacity
from bot.services.coverage import coverage
from domain.coverage.figures import Figures
from domain.coverage.period import Period, Span
from domain.coverage.ratio import Ratio
from domain.errors import DomainError
from domain.ids import UserId
from domain.people.model import Role
from domain.tiering.model import Tier
from tests.support.region import LAST, NORMS, STANDING, ZONE, evening, person, region, rows

MOMENTS = [
    (Span.QUARTER, date(2026, 9, 30)),
    (Span.MONTH, date(2026, 8, 31)),
    (Span.MONTH, date(2026, 9, 16)),
    (Span.WEEK, date(2026, 9, 16)),
]


async def figures(deps, name, span, today, whom=None, day=None):
    """What somebody sees of the period of `day`, or of `today`, in the evening of `today`."""
    viewer, period = await person(deps, name), Period.of(span, day or today)
    return await coverage(deps, viewer, period, whom=whom, today=today, now=evening(today), zone=ZONE)


class Asked:
    """Questions to the database about one period, in SQL of our own."""

    def __init__(self, deps, found):
        self.deps, self.found = deps, found
        period, today = found.period, found.today
        until = min(period.last, today)
        months = [month for month in _firsts(period, until) if month <= until]
        if period.span is Span.WEEK:
            months = months[-1:]
        self.values = {
            "first": period.first,
            "until": until,
            "today": today,
            "over": until if until < today else until - timedelta(days=1),
            "begun": midnight(period.first, ZONE),
            "ended": min(evening(today), midnight(period.last + timedelta(days=1), ZONE)),
            "eve": period.first - timedelta(days=1),
            "before": found.compared[0],
            "cut": found.compared[1],
        }
        self.last_month = months[-1]
        days = [months[0] + timedelta(days=n) for n in range(95)]
        worked = [day for day in days if deps.calendar.is_working_day(day) and day.replace(day=1) in months]
        listed = ", ".join(f"(DATE '{day}', DATE '{day.replace(day=1)}')" for day in worked)
        self.head = _HEAD.replace(":days", listed)

    async def __call__(self, select, **more):
        """The rows of a statement over the tables of `_HEAD`."""
        return await rows(self.deps, f"{self.head} {select}", self.values | more)

    async def ratio(self, select, **more):
        [(numerator, denominator)] = await self(select, **more)
        return Ratio(pytest.approx(float(numerator or 0)), pytest.approx(float(denominator or 0)))


def _firsts(period, until):
    month = period.first.replace(day=1)
    while month <= until:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


_HEAD = f"""
WITH days(day, month) AS (VALUES :days),
norms(cell, least, target, most) AS (VALUES {NORMS}),
{STANDING},
plans AS (
    SELECT customer_id AS id, "on" AS day FROM suggestion WHERE state <> 'withdrawn'
    UNION SELECT customer_id, "on" FROM kept_visit
    UNION SELECT customer_id, "on" FROM appointment WHERE state = 'set'
),
off AS (
    SELECT l.rep_id AS rep, d.day, d.month,
        CASE WHEN COUNT(l.half) < COUNT(*) THEN 2 ELSE COUNT(DISTINCT l.half) END AS halves
    FROM leave l JOIN days d ON d.day BETWEEN l.first AND l.last
    GROUP BY l.rep_id, d.day, d.month
),
parts AS (
    SELECT u.id AS rep, m.month, m.halves AS working,
        m.halves - COALESCE((SELECT SUM(o.halves) FROM off o WHERE o.rep = u.id AND o.month = m.month), 0)
            AS field,
        m.gone - COALESCE(
            (SELECT SUM(o.halves) FROM off o WHERE o.rep = u.id AND o.month = m.month AND o.day <= :over), 0
        ) AS gone
    FROM "user" u,
        (SELECT month, 2 * COUNT(*) AS halves, 2 * SUM(CASE WHEN day <= :over THEN 1 ELSE 0 END) AS gone
         FROM days GROUP BY month) m
    WHERE u.role = 'rep'
),
asked AS (
    SELECT s.id, s.rep, s.tier, s.cell, p.month, n.least, n.most, p.working, p.field, p.gone,
        CASE WHEN s.cell = 'A2' AND EXISTS (
            SELECT 1 FROM cadence_choice k WHERE k.rep_id = s.rep AND CAST(k.targets AS TEXT) LIKE '%A2%'
                AND k.decided_at <= :ended AND k.until >= :until AND :until >= DATE '2026-09-05'
                AND p.month = DATE '2026-09-01'
        ) THEN 6.0 ELSE n.target END AS target
    FROM standing s JOIN norms n ON n.cell = s.cell JOIN parts p ON p.rep = s.rep
    WHERE s.listed AND n.target > 0
),
months AS (
    SELECT a.*,
        a.target * a.field / a.working AS due,
        FLOOR(a.least * a.gone / a.working + 0.0000001) AS low,
        CEIL(a.most * a.field / a.working - 0.0000001) AS high,
        (SELECT COUNT(*) FROM face f WHERE f.id = a.id AND f.day <= :until
            AND SUBSTR(CAST(f.day AS TEXT), 1, 7) = SUBSTR(CAST(a.month AS TEXT), 1, 7)) AS freq
    FROM asked a
),
period AS (
    SELECT s.*,
        EXISTS (SELECT 1 FROM asked a WHERE a.id = s.id) AS wanted,
        (SELECT COUNT(*) FROM face f WHERE f.id = s.id AND f.day BETWEEN :first AND :until) AS visits,
        (SELECT COUNT(*) FROM face f WHERE f.id = s.id AND f.day BETWEEN :before AND :cut) AS visits_before,
        (SELECT COUNT(*) FROM plans p WHERE p.id = s.id AND p.day BETWEEN :first AND :until
            AND (p.day < :today OR EXISTS (SELECT 1 FROM face f WHERE f.id = p.id AND f.day = p.day))
        ) AS planned,
        (SELECT COUNT(*) FROM plans p JOIN face f ON f.id = p.id AND f.day = p.day
         WHERE p.id = s.id AND p.day BETWEEN :first AND :until) AS kept
    FROM standing s
)
"""


async def test_every_figure_equals_sql(database_url, tmp_path):
    async with region(database_url, tmp_path) as deps:
        for span, today in MOMENTS:
            found = await figures(deps, "Boss", span, today)
            ask = Asked(deps, found)
            assert found.whole.visits > 20
            await _customers(ask, found)
            await _frequency(ask, found)
            await _plans(ask, found)
            await _reps(ask, found)
            await _rest(ask, found)
            await _movement(ask, found)
            await _pace(ask, found)
            await _served(ask, found)
            await _proposals(ask, found)


async def _customers(ask, found):
    [(customers, unrated, visits)] = await ask(
        "SELECT SUM(CASE WHEN wanted THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN listed AND cell IS NULL THEN 1 ELSE 0 END), SUM(visits) FROM period"
    )
    assert (found.whole.customers, found.whole.unrated, found.whole.visits) == (customers, unrated, visits)
    reached = "SELECT SUM(CASE WHEN visits > 0 THEN 1 ELSE 0 END), COUNT(*) FROM period WHERE wanted"
    assert found.whole.reach == await ask.ratio(reached)
    for tier, those in found.tiers.items():
        assert those.reach == await ask.ratio(f"{reached} AND tier = '{tier.value}'")
    for cell, those in found.cells.items():
        assert those.reach == await ask.ratio(f"{reached} AND cell = '{cell.value}'")
    hospitals = await ask(
        "SELECT COALESCE(i.name, c.city), SUM(CASE WHEN wanted AND visits > 0 THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN wanted THEN 1 ELSE 0 END), SUM(visits) FROM period p JOIN customer c ON c.id = p.id"
        " LEFT JOIN institution i ON i.id = c.institution_id"
        " WHERE listed OR visits > 0 OR visits_before > 0 OR planned > 0 GROUP BY 1 ORDER BY 1"
    )
    assert hospitals == [
        (name, those.reach.numerator, those.reach.denominator, those.visits)
        for name, those in found.hospitals
    ]
    earlier = reached.replace("visits", "visits_before")
    for tier, ratio in found.before.reach.items():
        assert ratio == await ask.ratio(f"{earlier} AND tier = '{tier.value}'")
    for mix, column in ((found.whole.mix, "visits"), (found.before.mix, "visits_before")):
        counted = await ask(f"SELECT tier, SUM({column}) FROM period WHERE cell IS NOT NULL GROUP BY tier")
        whole = sum(count for _, count in counted)
        assert mix == {Tier(tier): Ratio(count, whole) for tier, count in counted}


async def _frequency(ask, found):
    capped = "SELECT SUM(CASE WHEN freq < due THEN freq ELSE due END), SUM(due) FROM months"
    ranged = "SELECT SUM(CASE WHEN freq BETWEEN low AND high THEN 1 ELSE 0 END), COUNT(*) FROM months"
    assert found.whole.attainment == await ask.ratio(capped)
    assert found.whole.in_range == await ask.ratio(ranged)
    for tier, those in found.tiers.items():
        assert those.attainment == await ask.ratio(f"{capped} WHERE tier = '{tier.value}'")
        if those.customers:
            assert those.in_range == await ask.ratio(f"{ranged} WHERE tier = '{tier.value}'")
    for cell, those in found.cells.items():
        assert those.attainment == await ask.ratio(f"{capped} WHERE cell = '{cell.value}'")
    [(under,)] = await ask("SELECT COUNT(DISTINCT id) FROM months WHERE freq < low")
    [(over,)] = await ask(
        "SELECT COUNT(*) FROM period p WHERE p.cell IS NOT NULL AND"
        " CASE WHEN wanted THEN EXISTS (SELECT 1 FROM months m WHERE m.id = p.id AND m.freq > m.high)"
        " ELSE listed AND visits > 0 END"
    )
    assert (found.whole.under, found.whole.over) == (under, over)


async def _plans(ask, found):
    assert found.whole.adherence == await ask.ratio("SELECT SUM(kept), SUM(planned) FROM period")
    assert found.whole.unplanned == await ask.ratio("SELECT SUM(visits - kept), SUM(visits) FROM period")
    length = "json_array_length(v.topics)"
    told = (
        'FROM visit v WHERE v.topics IS NOT NULL AND v."on" BETWEEN :first AND :until'
        " AND v.channel IN ('f2f', 'drop_by', 'group')"
        " AND (v.outcome IS NULL OR v.outcome IN ('met', 'short'))"
    )
    assert found.whole.products == await ask.ratio(f"SELECT SUM({length}), COUNT(*) {told}")
    usual = f"SELECT SUM(CASE WHEN {length} BETWEEN 1 AND 2 THEN 1 ELSE 0 END), COUNT(*) {told}"
    assert found.whole.usual_products == await ask.ratio(usual)


async def _reps(ask, found):
    calls = await ask(
        "SELECT d.rep, SUM(d.n), COUNT(*) FROM ("
        "  SELECT c.owner_id AS rep, x.day,"
        "    (SELECT COUNT(*) FROM face f JOIN customer y ON y.id = f.id"
        "     WHERE y.owner_id = c.owner_id AND f.day = x.day) AS n"
        "  FROM (SELECT id, day FROM face UNION SELECT id, day FROM plans WHERE day < :today) x"
        "  JOIN customer c ON c.id = x.id WHERE x.day BETWEEN :first AND :until"
        "    AND NOT EXISTS (SELECT 1 FROM leave l WHERE l.rep_id = c.owner_id"
        "                    AND x.day BETWEEN l.first AND l.last AND l.half IS NULL)"
        "  GROUP BY c.owner_id, x.day) d GROUP BY d.rep"
    )
    assert {rep: Ratio(visits, days) for rep, visits, days in calls} == {
        unit.user.id: unit.work.calls for unit in found.units
    }
    assert found.work.calls == Ratio(sum(n for _, n, _ in calls), sum(n for *_, n in calls))
    loads = await ask(
        "SELECT a.rep, SUM(a.target), MAX(a.field) / 2.0 + COALESCE(MAX((SELECT SUM(k.extra_days)"
        " FROM cadence_choice k WHERE k.rep_id = a.rep AND k.decided_at <= :ended AND k.until >= :until"
        " AND :until >= DATE '2026-09-05')), 0) FROM asked a WHERE a.month = :month GROUP BY a.rep",
        month=ask.last_month,
    )
    for rep, required, days in loads:
        of_rep = next(unit for unit in found.units if unit.user.id == rep)
        assert of_rep.work.load == Ratio(pytest.approx(required), pytest.approx(10 * days))
    assert len(loads) == len(found.units) == 4


async def _rest(ask, found):
    refused = await ask(
        "SELECT CASE WHEN s.cell IS NOT NULL THEN s.tier END, d.reason, COUNT(*) FROM dismissal d"
        ' JOIN standing s ON s.id = d.customer_id WHERE d."on" BETWEEN :first AND :until'
        " GROUP BY 1, 2"
    )
    counted = {
        (tier.value if tier else None, reason.value): count
        for tier, reasons in found.dismissals.items()
        for reason, count in reasons.items()
    }
    assert counted == {(tier, reason): count for tier, reason, count in refused}
    time = await ask(
        "SELECT SUM(selling), SUM(travelling), SUM(organising), SUM(personal)"
        ' FROM time_entry WHERE "on" BETWEEN :first AND :until'
    )
    assert found.time.minutes == time[0]


async def _movement(ask, found):
    both = "active AND was_known AND is_known AND cell IS NOT NULL AND was IS NOT NULL"
    conditions = {
        "compared": both,
        "moved": f"{both} AND cell <> was",
        "upgrades": f"{both} AND support < old_support",
        "downgrades": f"{both} AND support > old_support",
        "raised": f"{both} AND tier < old_tier",
        "lowered": f"{both} AND tier > old_tier",
        "entries": "active AND NOT was_known",
        "exits": "NOT active AND was_known AND left_since",
        "rated": "active AND was_known AND is_known AND was IS NULL AND cell IS NOT NULL",
    }
    left = (
        "EXISTS (SELECT 1 FROM import_change h JOIN import_batch b ON b.id = h.batch_id"
        " WHERE h.table_name = 'customer' AND h.row_id = s.id AND b.created_at >= :begun) AS left_since"
    )
    for name, condition in conditions.items():
        counted = await ask(f"SELECT COUNT(*) FROM (SELECT s.*, {left} FROM standing s) s WHERE {condition}")
        value = getattr(found.movement, name)
        assert [(value if isinstance(value, int) else len(value),)] == counted, name


async def _pace(ask, found):
    """Contacts of any kind up to the maximum, beside whole visits of a goal without the days of leave."""
    done = (
        "CASE WHEN (SELECT COUNT(DISTINCT day) FROM met m WHERE m.id = a.id AND m.day BETWEEN a.month AND"
        " :until) < CEIL(a.most) THEN (SELECT COUNT(DISTINCT day) FROM met m WHERE m.id = a.id AND m.day"
        " BETWEEN a.month AND :until) ELSE CEIL(a.most) END"
    )
    begun = (
        "2 * (SELECT COUNT(*) FROM days d WHERE d.month = :month AND d.day <= :until) - COALESCE("
        "(SELECT SUM(o.halves) FROM off o WHERE o.rep = a.rep AND o.month = :month AND o.day <= :until), 0)"
    )
    sums = await ask(
        f"SELECT a.rep, SUM({done}), SUM(a.target), MAX(a.working), MAX(a.field), MAX(a.gone), MAX({begun})"
        " FROM asked a WHERE a.month = :month GROUP BY a.rep",
        month=ask.last_month,
    )
    paces = {unit.user.id: unit.work.pace for unit in found.units}
    assert len(sums) == len(paces)
    for rep, made, asked, working, field, over, today in sums:
        goal = int(asked * field / working + 0.5)
        pace = paces[rep]
        assert (pace.done, pace.goal) == (made, goal)
        assert (pace.low, pace.high) == (goal * over // field, -(-goal * today // field))
    whole = found.work.pace
    assert (whole.done, whole.goal) == (
        sum(one.done for one in paces.values()),
        sum(one.goal for one in paces.values()),
    )


_BY_CUSTOMER = """
    SELECT p.id, p.rep, p.cell, p.name, SUM(m.freq), SUM(m.low), SUM(m.high),
        SUM(CASE WHEN m.freq < m.low THEN m.low - m.freq ELSE 0 END),
        SUM(CASE WHEN m.freq > m.high THEN m.freq - m.high ELSE 0 END),
        SUM(CASE WHEN m.freq > m.due THEN m.freq - m.due ELSE 0 END)
    FROM period p JOIN months m ON m.id = p.id GROUP BY p.id, p.rep, p.cell, p.name
    UNION ALL SELECT id, rep, cell, name, visits, 0, 0, 0, visits, visits FROM period
    WHERE listed AND cell IS NOT NULL AND NOT wanted AND visits > 0
"""


class Sums(NamedTuple):
    """A customer's contacts in the months, what was due and is in range, and how far they are from it."""

    id: int
    rep: int
    cell: str
    name: str
    met: float
    least: float
    most: float
    missing: float
    beyond: float
    spare: float


async def _served(ask, found):
    """Who got too few and too many visits, the weightiest and the lightest first, and what would mend it."""
    those = {one.id: one for one in (Sums(*row) for row in await ask(_BY_CUSTOMER))}
    weight = {cell.value: one.weight for cell, one in found.cadence.cells.items()}
    few = [one for one in those.values() if one.missing > 0]
    few.sort(key=lambda one: (-weight[one.cell] * one.missing, one.name))
    many = [one for one in those.values() if one.beyond > 0]
    many.sort(key=lambda one: (weight[one.cell], -one.beyond, one.name))
    assert [(one.receiver.customer_id, one.receiver.met, one.receiver.least) for one in found.under] == [
        (one.id, one.met, one.least) for one in few[: found.params.shown]
    ]
    assert [(one.customer_id, one.met, one.most) for one in found.over] == [
        (one.id, one.met, one.most) for one in many[: found.params.shown]
    ]
    spare = {one.id: one.spare for one in those.values()}
    for swap in found.under:
        receiver = those[swap.receiver.customer_id]
        lighter = {
            one.id
            for one in those.values()
            if one.rep == receiver.rep and weight[one.cell] < weight[receiver.cell] and spare[one.id] >= 1
        }
        assert (swap.giver is None) == (not lighter)
        if swap.giver is not None:
            assert swap.giver.customer_id in lighter
            assert swap.visits == max(1, int(min(receiver.missing, spare[swap.giver.customer_id])))
            spare[swap.giver.customer_id] -= swap.visits


async def _proposals(ask, found):
    """What is proposed beside the figures of its customer, or of all customers of its rep."""
    those = {one.id: one for one in (Sums(*row) for row in await ask(_BY_CUSTOMER))}
    assert (found.proposals == ()) == (not found.is_fresh)
    for one in found.proposals:
        told = one.reason.params
        if one.reason.code == "move_visits":
            of_rep = [each for each in those.values() if each.rep == one.rep_id]
            spare = sum(each.spare for each in of_rep if each.cell.startswith("C"))
            missing = sum(each.missing for each in of_rep if each.cell.startswith("A"))
            assert told["visits"] == int(min(spare, missing)) > 0
            assert any(each.missing for each in of_rep if each.cell == told["cell"])
        else:
            customer = those[one.customer_id]
            figure = {"met_not_moved": "met", "rarely_met": "missing"}[one.reason.code]
            assert (told["cell"], told[figure]) == (customer.cell, getattr(customer, figure))


async def test_a_team_is_the_sum_of_its_reps_and_of_its_hospitals(sqlite_database_url, tmp_path):
    today = date(2026, 9, 16)
    async with region(sqlite_database_url, tmp_path) as deps:
        whole = await figures(deps, "Boss", Span.MONTH, today)
        for unit in whole.units:
            alone = await figures(deps, "Boss", Span.MONTH, today, whom=unit.user.id)
            assert (alone.whole, alone.work) == (unit.figures, unit.work)
            assert alone.served == whole.of_rep(unit.user.id)
            assert [one.user.id for one in alone.units] == [unit.user.id]
        for parts in (whole.hospitals, [(one.user.name, one.figures) for one in whole.units]):
            together = Figures.together(one for _, one in parts)
            assert together.attainment.value == pytest.approx(whole.whole.attainment.value)
            assert replace(together, attainment=whole.whole.attainment) == whole.whole


async def test_who_leads_managers_sees_sums_and_no_names(database_url, tmp_path):
    async with region(database_url, tmp_path) as deps:
        own = await figures(deps, "Boss", Span.QUARTER, LAST)
        above = await figures(deps, "Chief", Span.QUARTER, LAST)
        boss = await person(deps, "Boss")
        assert above.whole == own.whole
        assert above.work == own.work
        assert [(one.user.name, one.reps, one.figures) for one in above.units] == [("Boss", 4, own.whole)]
        assert {one.name for one in above.served} == {""}
        assert all(one.name for one in own.served)
        assert above.under == above.over == above.proposals == ()
        below = await figures(deps, "Chief", Span.QUARTER, LAST, whom=boss.id)
        assert [one.figures for one in below.units] == [one.figures for one in own.units]


async def test_nobody_looks_at_people_who_are_not_below(sqlite_database_url, tmp_path):
    async with region(sqlite_database_url, tmp_path) as deps:
        rep, boss, chief = [await person(deps, name) for name in ("Rep 000", "Boss", "Chief")]
        stranger = await figures(deps, "Other", Span.MONTH, LAST)
        assert (stranger.units, stranger.whole.customers, stranger.whole.reach.value) == ((), 0, None)
        for name, whom in (("Other", rep.id), ("Other", boss.id), ("Boss", chief.id), ("Boss", UserId(999))):
            with pytest.raises(DomainError, match="not_found"):
                await figures(deps, name, Span.MONTH, LAST, whom=whom)
        with pytest.raises(DomainError, match="not_allowed"):
            await figures(deps, "Rep 000", Span.MONTH, LAST)
        with pytest.raises(DomainError, match="not_found"):
            await figures(deps, "Boss", Span.MONTH, LAST, day=LAST + timedelta(days=1))


async def test_the_pace_is_that_of_the_pace_screen(sqlite_database_url, tmp_path):
    async with region(sqlite_database_url, tmp_path) as deps:
        boss = await person(deps, "Boss")
        found = await figures(deps, "Boss", Span.WEEK, LAST)
        for unit in found.units:
            _, pace = await capacity.pace_of(deps, boss, unit.user.id, LAST)
            assert (unit.work.pace, unit.work.letters) == (pace.whole, pace.letters)
        assert len(found.units) == 4


async def test_what_is_worth_asking_equals_sql(database_url, tmp_path):
    """One rep enters a week in an hour, one has two visits on every day, one fills the end of the month."""
    async with region(database_url, tmp_path) as deps:
        async with deps.db.write() as uow:
            at_once, steady, late = [one.id for one in await uow.users.all() if one.role is Role.REP][:3]
            week = select(col(VisitRow.id)).where(
                col(VisitRow.on).between(date(2026, 9, 21), date(2026, 9, 25))
            )
            await uow.session.execute(
                update(VisitVersionRow)
                .where(col(VisitVersionRow.author_id) == at_once, col(VisitVersionRow.visit_id).in_(week))
                .values(at=evening(date(2026, 9, 28)))
            )
            for rep, days, each in ((steady, range(1, 12), 2), (late, (3, 28, 29, 30), 6)):
                of_rep = select(col(CustomerRow.id)).where(col(CustomerRow.owner_id) == rep)
                await uow.session.execute(
                    delete(VisitRow).where(
                        col(VisitRow.on) >= date(2026, 9, 1), col(VisitRow.customer_id).in_(of_rep)
                    )
                )
                those = (await uow.session.scalars(of_rep.order_by(col(CustomerRow.id)))).all()[:each]
                uow.session.add_all(
                    VisitRow(
                        customer_id=one,
                        rep_id=rep,
                        on=date(2026, 9, day),
                        outcome="met",
                        created_at=evening(LAST),
                    )
                    for day in days
                    for one in those
                )
        found = await figures(deps, "Boss", Span.MONTH, date(2026, 10, 4), day=LAST)
        ask = Asked(deps, found)
        asked = {(rep.id, reason.code): reason.params for rep, reason in found.questions}
        assert {at_once, steady, late} <= {rep for rep, _ in asked}
        await _entered_at_once(ask, asked)
        await _even_and_late(ask, asked)


async def _entered_at_once(ask, asked):
    """Hours with at least eight entries of three days."""
    hours = await ask(
        'SELECT w.author_id, COUNT(*), COUNT(DISTINCT v."on"), SUBSTR(CAST(MIN(w.at) AS TEXT), 1, 10)'
        " FROM visit_version w JOIN visit v ON v.id = w.visit_id WHERE w.undone_at IS NULL"
        ' AND w."before" IS NULL AND v."on" BETWEEN :first AND :until'
        " GROUP BY w.author_id, SUBSTR(CAST(w.at AS TEXT), 1, 13)"
        ' HAVING COUNT(*) >= 8 AND COUNT(DISTINCT v."on") >= 3'
    )
    largest = {}
    for rep, visits, days, on in sorted(hours, key=lambda row: row[1:]):
        times = largest.get(rep, {"times": 0})["times"] + 1
        largest[rep] = {"visits": visits, "days": days, "on": on, "times": times}
    assert largest == {rep: told for (rep, code), told in asked.items() if code == "batch_entry"}


async def _even_and_late(ask, asked):
    """Field days with equally many visits, and what came on the last three working days of the month."""
    days = await ask(
        "SELECT s.rep, f.day, COUNT(*) FROM face f JOIN standing s ON s.id = f.id"
        " WHERE f.day BETWEEN :first AND :until AND NOT EXISTS (SELECT 1 FROM leave l WHERE l.rep_id = s.rep"
        " AND f.day BETWEEN l.first AND l.last AND l.half IS NULL) GROUP BY s.rep, f.day"
    )
    whole = await ask(
        "SELECT s.rep, COUNT(*), SUM(CASE WHEN f.day IN (SELECT day FROM days ORDER BY day DESC LIMIT 3)"
        " THEN 1 ELSE 0 END), (SELECT COUNT(*) FROM days) FROM face f JOIN standing s ON s.id = f.id"
        " WHERE f.day BETWEEN :first AND :until GROUP BY s.rep"
    )
    for rep in {rep for rep, *_ in days}:
        counts = [count for one, _, count in days if one == rep]
        usual = max(counts, key=lambda count: (counts.count(count), count))
        same = {"visits": usual, "same": counts.count(usual), "days": len(counts)}
        is_even = len(counts) >= 8 and usual > 1 and counts.count(usual) >= 0.8 * len(counts)
        assert asked.get((rep, "even_days")) == (same if is_even else None)
    for rep, visits, late, of_days in whole:
        told = {"late": late, "visits": visits, "days": 3, "of_days": of_days, "on": "2026-09-30"}
        is_late = visits >= 20 and late / visits >= 2 * 3 / of_days
        assert asked.get((rep, "month_end")) == (told if is_late else None)
