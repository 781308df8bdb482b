"""The six answers of the self-review against SQL written apart from the program, on both databases."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, text

from bot.db.tables import (
    AppointmentRow,
    AssessmentRow,
    CustomerRow,
    TierDecisionRow,
    TierOverrideRow,
    VisitRow,
)
from bot.db.types import UTCDateTime
from bot.services import selfreview
from bot.services.selfreview import SelfReview
from domain.planning.model import Half
from domain.tiering.model import Cell, Tier
from tests.support.world import World, world

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)  # 11:00 in Shanghai
CUSTOMERS = 70
SHANGHAI = timedelta(hours=8)
TARGET = {"A1": 5, "A2": 5, "A3": 4, "B1": 4, "B2": 3, "B3": 2, "C1": 1, "C2": 0.5, "C3": 0}
MINIMUM = {"A1": 4, "A2": 4, "A3": 2}
USUAL = {"A": 20, "B": 15, "C": 10}
MOST_A_DAY = 12
# Working days of the month, of them in the field, and of these the ones that are over: leave is the morning
# of November 3, November 4 to 5 and, in training, October 12 (a Monday).
DAYS = {0: (21, 18.5, 12.5), 1: (18, 17, 17)}

CELLS = """
    WITH placed AS (
        SELECT c.id, c.name, c.is_kol, c.is_no_see,
            CASE WHEN o.until >= :until THEN o.tier ELSE d.tier END AS letter,
            CASE WHEN o.until >= :until THEN o.support ELSE d.support END AS digit,
            CASE WHEN p.until >= :eve THEN p.tier ELSE b.tier END AS old_letter,
            CASE WHEN p.until >= :eve THEN p.support ELSE b.support END AS old_digit,
            b.id AS old_decision
        FROM customer c
        LEFT JOIN tier_override o ON o.id = (
            SELECT max(id) FROM tier_override WHERE customer_id = c.id AND decided_at <= :ended)
        LEFT JOIN tier_decision d ON d.id = (
            SELECT max(id) FROM tier_decision WHERE customer_id = c.id AND decided_at <= :ended)
        LEFT JOIN tier_override p ON p.id = (
            SELECT max(id) FROM tier_override WHERE customer_id = c.id AND decided_at <= :begun)
        LEFT JOIN tier_decision b ON b.id = (
            SELECT max(id) FROM tier_decision WHERE customer_id = c.id AND decided_at <= :begun)
        WHERE c.owner_id = :rep AND c.status = 'active' AND d.id IS NOT NULL
    ),
    met AS (
        SELECT v.*, p.letter, p.digit, p.name, coalesce(p.old_letter, p.letter) AS from_letter,
            coalesce(p.old_digit, p.digit) AS from_digit,
            (SELECT max(a.minutes) FROM appointment a
             WHERE a.customer_id = v.customer_id AND a."on" = v."on" AND a.rep_id = v.rep_id
               AND a.state NOT IN ('cancelled', 'rescheduled')) AS agreed
        FROM visit v JOIN placed p ON p.id = v.customer_id
        WHERE v.rep_id = :rep AND v."on" BETWEEN :first AND :until
          AND (v.outcome IS NULL OR v.outcome IN ('met', 'short'))
    )
"""


@dataclass
class Questions:
    """Asks one month of one rep in SQL."""

    place: World
    month: Mapping[str, Any]

    async def rows(self, query: str) -> Sequence[Any]:
        moments = [bindparam(name, type_=UTCDateTime()) for name in ("begun", "ended") if f":{name}" in CELLS]
        statement = text(CELLS + query).bindparams(*moments)
        async with self.place.deps.db.read() as uow:
            return list(await uow.session.execute(statement, dict(self.month)))


@pytest.fixture
def url(backend, request):
    return request.getfixturevalue("sqlite_database_url" if backend == "sqlite" else "postgres_database_url")


@pytest.fixture
async def place(url, tmp_path):
    async with world(url, tmp_path, market="cn", now=NOW) as made:
        await made.joins("Li Na")
        await made.joins("Wang Wei")
        await seed(made)
        yield made


async def seed(place: World) -> None:
    """Two reps with decisions since July, cells by hand, visits of all sorts, appointments and leave."""
    rng = random.Random(6)
    reps = [await place.user("Li Na"), await place.user("Wang Wei")]
    async with place.deps.db.write() as uow:
        first, last = date(2026, 11, 4), date(2026, 11, 5)
        await uow.leave.add(reps[0].id, date(2026, 11, 3), date(2026, 11, 3), NOW, half=Half.MORNING)
        await uow.leave.add(reps[0].id, first, last, NOW)
        await uow.leave.add(reps[0].id, date(2026, 10, 12), date(2026, 10, 12), NOW)
        for number in range(CUSTOMERS):
            owner = reps[number % 5 == 0]
            row = CustomerRow(
                name=f"K{number:02}",
                owner_id=owner.id,
                status="inactive" if number % 17 == 3 else "active",
                is_kol=number % 7 == 1,
                is_no_see=number % 19 == 2,
            )
            uow.session.add(row)
            await uow.session.flush()
            history(uow, rng, row.id)
            if number % 3:
                uow.session.add(
                    AssessmentRow(
                        customer_id=row.id,
                        kind="quantity",
                        value=rng.randrange(10, 90),
                        on=date(2026, rng.choice([9, 11, 12]), 2),
                    )
                )
            for rep in reps:
                visits(uow, rng, row.id, rep.id)


def history(uow, rng: random.Random, number: int) -> None:
    """Some are known since July, some since the middle of October or November; cells by hand hold a while."""
    begin = rng.choice([date(2026, 7, 1), date(2026, 7, 1), date(2026, 10, 15), date(2026, 11, 9)])
    moment = _midnight(begin)
    while moment < NOW:
        cell = rng.choice([*Cell, None])
        uow.session.add(
            TierDecisionRow(
                customer_id=number,
                decided_at=moment,
                tier=cell.value[0] if cell else None,
                support=int(cell.value[1]) if cell else None,
                method="stated",
                params_version="1",
            )
        )
        if rng.random() < 0.2:
            by_hand = rng.choice([*Cell])
            uow.session.add(
                TierOverrideRow(
                    customer_id=number,
                    tier=by_hand.value[0],
                    support=int(by_hand.value[1]),
                    until=moment.date() + timedelta(days=rng.randrange(5, 60)),
                    reason="seen",
                    author_id=1,
                    decided_at=moment + timedelta(days=3),
                )
            )
        moment += timedelta(days=rng.randrange(15, 70), hours=rng.randrange(24))


def visits(uow, rng: random.Random, number: int, rep: int) -> None:
    for day in sorted(rng.sample(range(54), rng.randrange(9))):
        on = date(2026, 10, 1) + timedelta(days=day)
        uow.session.add(
            VisitRow(
                customer_id=number,
                rep_id=rep,
                on=on,
                channel=rng.choice(["f2f", "f2f", "phone", "group"]),
                outcome=rng.choice([None, "met", "short", "absent", "refused"]),
                next_step=rng.choice(["", "", "the study"]),
                created_at=NOW,
            )
        )
        if rng.random() < 0.3:
            uow.session.add(
                AppointmentRow(
                    customer_id=number,
                    rep_id=rep,
                    on=on,
                    start=time(9),
                    minutes=rng.choice([10, 25, 40]),
                    state=rng.choice(["done", "set", "cancelled"]),
                    author_id=rep,
                    changed_at=NOW,
                )
            )


async def asked(place: World, back: int, months: int = 0) -> Questions:
    """The questions about a month, begun `months` months before the one that is reviewed."""
    first = date(2026, 11 - back - months, 1)
    until = (
        date(2026, 11, 23) if not back and not months else date(2026, 12 - back - months, 1) - timedelta(1)
    )
    ended = NOW if not back and not months else _midnight(until + timedelta(days=1))
    rep = await place.user("Li Na")
    return Questions(
        place,
        {
            "rep": rep.id,
            "first": first,
            "eve": first - timedelta(days=1),
            "until": until,
            "begun": _midnight(first),
            "ended": ended,
        },
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - SHANGHAI


async def answered(place: World, back: int) -> SelfReview:
    return await selfreview.review(place.deps, await place.user("Li Na"), None, back, NOW)


@pytest.mark.parametrize("back", [0, 1])
async def test_the_six_answers_equal_independent_sql(place, back):
    found, sql = await answered(place, back), await asked(place, back)
    await assert_the_list(found, sql, back)
    await assert_the_spread(found, sql)
    await assert_the_moves(found, sql, place, back)
    await assert_the_visits(found, sql)
    await assert_the_frequency(found, sql, back)
    await assert_the_resources(found, sql)


async def assert_the_list(found: SelfReview, sql: Questions, back: int) -> None:
    (row,) = await sql.rows(
        """SELECT count(*), count(digit), sum(CASE WHEN letter = 'C' AND digit = 3 THEN 1 ELSE 0 END)
        FROM placed"""
    )
    answer = found.chosen
    assert (answer.customers, answer.rated, answer.c3) == tuple(row)
    assert answer.rated < answer.customers
    cells = await sql.rows(
        "SELECT letter, digit, count(*) FROM placed WHERE digit IS NOT NULL AND NOT is_no_see GROUP BY 1, 2"
    )
    assert answer.needed == sum(TARGET[f"{letter}{digit}"] * count for letter, digit, count in cells)
    assert answer.holds == int(DAYS[back][1] * MOST_A_DAY)


async def assert_the_spread(found: SelfReview, sql: Questions) -> None:
    rows = await sql.rows("SELECT letter, digit, count(*) FROM placed WHERE digit IS NOT NULL GROUP BY 1, 2")
    assert {cell.value: n for cell, n in found.spread.cells.items() if n} == {
        f"{a}{b}": n for a, b, n in rows
    }
    ((front, whole),) = await sql.rows(
        """SELECT sum(CASE WHEN letter <> 'C' THEN q.value ELSE 0 END), sum(q.value)
        FROM placed JOIN assessment q ON q.customer_id = placed.id
        WHERE digit IS NOT NULL AND q.kind = 'quantity' AND q."on" <= :until"""
    )
    assert found.spread.potential == pytest.approx(front / whole)


async def assert_the_moves(found: SelfReview, sql: Questions, place: World, back: int) -> None:
    query = """SELECT coalesce(sum(CASE WHEN digit < old_digit THEN 1 ELSE 0 END), 0),
            coalesce(sum(CASE WHEN digit > old_digit THEN 1 ELSE 0 END), 0),
            coalesce(sum(CASE WHEN letter <> old_letter THEN 1 ELSE 0 END), 0), count(*)
        FROM placed WHERE digit IS NOT NULL AND old_digit IS NOT NULL"""
    answer = found.moved
    (row,) = await sql.rows(query)
    assert (answer.upgrades, answer.downgrades, answer.letters, answer.compared) == tuple(row)
    assert answer.upgrades
    assert answer.net == (row[0] - row[1]) / row[3]
    ((came,),) = await sql.rows(
        "SELECT count(*) FROM placed WHERE digit IS NOT NULL AND old_decision IS NULL"
    )
    assert len(answer.came) == came
    assert answer.quiet == 0


async def assert_the_visits(found: SelfReview, sql: Questions) -> None:
    answer = found.visited
    (row,) = await sql.rows('SELECT count(*), count(DISTINCT "on") FROM met')
    assert (answer.visits, answer.days) == tuple(row)
    letters = await sql.rows("SELECT letter, count(*) FROM met WHERE digit IS NOT NULL GROUP BY letter")
    assert {tier.value: n for tier, n in answer.letters.items()} == dict(map(tuple, letters))
    assert answer.share(Tier.A) == answer.letters[Tier.A] / sum(n for _, n in letters)
    top = await sql.rows("SELECT name, count(*) AS n FROM met GROUP BY name ORDER BY n DESC, name LIMIT 5")
    assert list(answer.top) == [tuple(row) for row in top]


async def assert_the_frequency(found: SelfReview, sql: Questions, back: int) -> None:
    working, _, over = DAYS[back]
    part = over / working
    rows = await sql.rows(
        """SELECT p.name, p.letter, p.digit, p.is_kol,
            (SELECT count(*) FROM met WHERE met.customer_id = p.id) AS made
        FROM placed p WHERE p.digit IS NOT NULL AND NOT p.is_no_see"""
    )
    people = [(name, f"{a}{b}", kol, made) for name, a, b, kol, made in rows if TARGET[f"{a}{b}"]]
    for cell, one in found.frequency.cells.items():
        those = [person for person in people if person[1] == cell.value]
        assert one.customers == len(those)
        assert one.goal == pytest.approx(len(those) * TARGET[cell.value] * part)
        assert one.made == pytest.approx(sum(min(made, TARGET[cell.value] * part) for *_, made in those))
        assert set(one.below) == {
            name for name, _, _, made in those if made < int(MINIMUM[cell.value] * part)
        }
    assert {cell.value for cell in found.frequency.cells} == {cell for _, cell, *_ in people if "A" in cell}
    leaders = [(TARGET[cell] * part, made) for _, cell, kol, made in people if kol]
    assert found.frequency.leaders.customers == len(leaders)
    assert found.frequency.leaders.made == pytest.approx(sum(min(made, goal) for goal, made in leaders))


async def assert_the_resources(found: SelfReview, sql: Questions) -> None:
    rows = await sql.rows(
        f"""SELECT from_letter, from_digit,
            sum(coalesce(agreed, CASE letter {" ".join(f"WHEN '{k}' THEN {v}" for k, v in USUAL.items())}
                ELSE 10 END)), count(*), sum(CASE WHEN next_step <> '' THEN 1 ELSE 0 END),
            sum(CASE WHEN channel = 'group' THEN 1 ELSE 0 END)
        FROM met WHERE from_digit IS NOT NULL GROUP BY 1, 2"""
    )
    given = {
        cell.value: (one.minutes, one.visits, one.promises, one.events)
        for cell, one in found.resources.cells.items()
        if one.visits
    }
    assert given == {f"{a}{b}": tuple(values) for a, b, *values in rows}
    effects = await sql.rows(
        """SELECT old_letter, old_digit, sum(CASE WHEN digit < old_digit THEN 1 ELSE 0 END),
            sum(CASE WHEN digit > old_digit THEN 1 ELSE 0 END)
        FROM placed WHERE digit IS NOT NULL AND old_digit IS NOT NULL GROUP BY 1, 2"""
    )
    expected = {f"{a}{b}": (up, down) for a, b, up, down in effects if up or down}
    moved = {
        cell.value: (one.upgrades, one.downgrades)
        for cell, one in found.resources.cells.items()
        if one.upgrades or one.downgrades
    }
    assert moved == expected


async def test_months_without_an_upgrade_are_counted_back(place):
    """Everybody falls from first choice in July to none, one step a month: no month has an upgrade."""
    async with place.deps.db.write() as uow:
        await uow.session.execute(text("DELETE FROM tier_override"))
        await uow.session.execute(text("DELETE FROM tier_decision"))
        rep = await place.user("Li Na")
        for number in await uow.session.scalars(
            text("SELECT id FROM customer WHERE owner_id = :rep").bindparams(rep=rep.id)
        ):
            for month, support in ((7, 2), (9, 3)):
                uow.session.add(
                    TierDecisionRow(
                        customer_id=number,
                        decided_at=datetime(2026, month, 10, tzinfo=UTC),
                        tier="A",
                        support=support,
                        method="stated",
                        params_version="1",
                    )
                )
    found = await answered(place, 0)
    assert (found.moved.quiet, found.moved.stands_out) == (3, True)
    found = await answered(place, 1)
    assert (found.moved.quiet, found.moved.downgrades) == (3, 0)
