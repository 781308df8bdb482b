"""Every figure of coverage against SQL that was written from the definitions alone."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Date, bindparam, text

from bot.app import build_deps
from bot.bench.regions import Region, build_region
from bot.clock import MovableClock, midnight
from bot.db.types import UTCDateTime
from bot.services import capacity
from bot.services.coverage import coverage
from bot.settings import Settings
from domain.coverage.figures import Figures
from domain.coverage.period import Period, Span
from domain.coverage.ratio import Ratio
from domain.errors import DomainError
from domain.ids import UserId
from domain.people.model import Role
from domain.tiering.model import Tier
from tests.support.world import LIBRARY

ZONE = "Asia/Shanghai"
LAST = date(2026, 9, 30)
REGION = Region(reps=4, customers_each=15, visits_a_day=4)
CADENCE = LIBRARY.cadence.versions[0].cells
MOMENTS = [
    (Span.QUARTER, date(2026, 9, 30)),
    (Span.MONTH, date(2026, 8, 31)),
    (Span.MONTH, date(2026, 9, 16)),
    (Span.WEEK, date(2026, 9, 16)),
]


@pytest.fixture
def database_url(backend, request):
    names = {"sqlite": "sqlite_database_url", "postgresql": "postgres_database_url"}
    return request.getfixturevalue(names[backend])


@asynccontextmanager
async def region(url, folder):
    """Four reps below Boss, who is below Chief, with a quarter of work."""
    now = evening(LAST)
    settings = Settings.model_validate({"database_url": url, "data_dir": folder, "market": "cn"})
    deps = build_deps(settings, clock=MovableClock(now, frozen=True), library=LIBRARY)
    try:
        async with deps.db.write() as uow:
            chief = await uow.users.add(Role.MANAGER, "Chief", None, now)
            boss = await uow.users.add(Role.MANAGER, "Boss", chief.id, now)
            await uow.users.add(Role.MANAGER, "Other", None, now)
            await build_region(uow, REGION, deps.calendar, boss.id)
        yield deps
    finally:
        await deps.db.dispose()


async def person(deps, name):
    async with deps.db.read() as uow:
        return await uow.users.by_name(name)


def evening(day):
    return midnight(day, ZONE) + timedelta(hours=19)


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
        rows = ", ".join(f"(DATE '{day}', DATE '{day.replace(day=1)}')" for day in worked)
        norms = ", ".join(
            f"('{cell.value}', {one.min}, {one.target}, {one.max})" for cell, one in CADENCE.items()
        )
        self.head = _HEAD.replace(":days", rows).replace(":norms", norms)

    async def __call__(self, select, **more):
        """The rows of a statement over the tables of `_HEAD`."""
        statement = f"{self.head} {select}"
        if "sqlite" in str(self.deps.settings.database_url):
            statement = statement.replace("DATE '", "'").replace("::numeric", "")
        values = {name: value for name, value in (self.values | more).items() if f":{name}" in statement}
        types = {date: Date(), datetime: UTCDateTime()}
        parameters = [bindparam(name, value, type_=types.get(type(value))) for name, value in values.items()]
        async with self.deps.db.read() as uow:
            rows = await uow.session.execute(text(statement).bindparams(*parameters))
            return [tuple(row) for row in rows]

    async def ratio(self, select, **more):
        [(numerator, denominator)] = await self(select, **more)
        return Ratio(pytest.approx(float(numerator or 0)), pytest.approx(float(denominator or 0)))


def _firsts(period, until):
    month = period.first.replace(day=1)
    while month <= until:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


_CELL = """
    COALESCE(
        (SELECT CASE WHEN o.until >= {day} THEN o.{column} END FROM tier_override o
         WHERE o.id = (SELECT MAX(p.id) FROM tier_override p
                       WHERE p.customer_id = c.id AND p.decided_at <= {moment})),
        (SELECT d.{column} FROM tier_decision d
         WHERE d.id = COALESCE(
             (SELECT MAX(e.id) FROM tier_decision e WHERE e.customer_id = c.id AND e.decided_at <= {moment}),
             {first}))
    )
"""
_FIRST = "(SELECT MIN(f.id) FROM tier_decision f WHERE f.customer_id = c.id)"


def _cell(column, *, then):
    if then:
        return _CELL.format(column=column, day=":eve", moment=":begun", first="NULL")
    return _CELL.format(column=column, day=":until", moment=":ended", first=_FIRST)


_HEAD = f"""
WITH days(day, month) AS (VALUES :days),
norms(cell, least, target, most) AS (VALUES :norms),
people AS (
    SELECT c.id, c.owner_id AS rep, c.status = 'active' AS active,
        c.status = 'active' AND NOT c.is_no_see AS listed,
        {_cell("tier", then=False)} AS tier, {_cell("support", then=False)} AS support,
        {_cell("tier", then=True)} AS old_tier, {_cell("support", then=True)} AS old_support,
        (SELECT COUNT(*) FROM tier_decision g WHERE g.customer_id = c.id AND g.decided_at <= :begun) > 0
            AS was_known,
        (SELECT COUNT(*) FROM tier_decision g WHERE g.customer_id = c.id AND g.decided_at <= :ended) > 0
            AS is_known
    FROM customer c
),
standing AS (
    SELECT p.*, CASE WHEN support IS NOT NULL THEN tier || support END AS cell,
        CASE WHEN old_support IS NOT NULL THEN old_tier || old_support END AS was
    FROM people p
),
met AS (
    SELECT DISTINCT v.customer_id AS id, v."on" AS day, v.channel IN ('f2f', 'drop_by', 'group') AS face
    FROM visit v WHERE v.outcome IS NULL OR v.outcome IN ('met', 'short')
),
face AS (SELECT DISTINCT id, day FROM met WHERE face),
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
        assert of_rep.work.load == Ratio(pytest.approx(required), pytest.approx(10 * float(days)))
    assert len(loads) == len(found.units) == 4


async def _rest(ask, found):
    [(compared, ups, downs)] = await ask(
        "SELECT COUNT(*), SUM(CASE WHEN support < old_support THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN support > old_support THEN 1 ELSE 0 END) FROM standing"
        " WHERE active AND was_known AND is_known AND cell IS NOT NULL AND was IS NOT NULL"
    )
    assert (found.movement.compared, found.movement.upgrades, found.movement.downgrades) == (
        compared,
        ups or 0,
        downs or 0,
    )
    refused = await ask(
        "SELECT CASE WHEN s.cell IS NOT NULL THEN s.tier END, d.reason, COUNT(*) FROM dismissal d"
        ' JOIN standing s ON s.id = d.customer_id WHERE d."on" BETWEEN :first AND :until'
        " GROUP BY 1, 2"
    )
    counted = {
        (tier.value if tier else None, reason.value): count
        for tier, reasons in found.dismissals.items()
        for reason, count in reasons.items()
        if tier
    }
    assert counted == {(tier, reason): count for tier, reason, count in refused if tier}
    time = await ask(
        "SELECT SUM(selling), SUM(travelling), SUM(organising), SUM(personal)"
        ' FROM time_entry WHERE "on" BETWEEN :first AND :until'
    )
    assert found.time.minutes == time[0]


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
