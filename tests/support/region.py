"""A small region with a quarter of work, and the questions that are put to its database in SQL of our own.

The statements are written from the definitions alone, so that what the bot reckons can be held against them.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Date, bindparam, text

from bot.app import build_deps
from bot.bench.regions import Region, build_region
from bot.clock import MovableClock, midnight
from bot.db.types import UTCDateTime
from bot.deps import Deps
from bot.settings import Settings
from domain.people.model import Role, User
from tests.support.world import LIBRARY

ZONE = "Asia/Shanghai"
LAST = date(2026, 9, 30)
REGION = Region(reps=4, customers_each=15, visits_a_day=4)
NORMS = ", ".join(
    f"('{cell.value}', {one.min}, {one.target}, {one.max})"
    for cell, one in LIBRARY.cadence.versions[0].cells.items()
)
_TYPES: Mapping[type, Any] = {date: Date(), datetime: UTCDateTime()}


@asynccontextmanager
async def region(url: str, folder: Path) -> AsyncIterator[Deps]:
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


async def person(deps: Deps, name: str) -> User:
    async with deps.db.read() as uow:
        found = await uow.users.by_name(name)
    assert found is not None
    return found


def evening(day: date) -> datetime:
    return midnight(day, ZONE) + timedelta(hours=19)


async def rows(deps: Deps, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement in the dialect of PostgreSQL, as far as SQLite can be made to understand it."""
    if "sqlite" in str(deps.settings.database_url):
        statement = statement.replace("DATE '", "'").replace("::numeric", "")
    named = {name: value for name, value in values.items() if f":{name}" in statement}
    parameters = [bindparam(name, value, type_=_TYPES.get(type(value))) for name, value in named.items()]
    async with deps.db.read() as uow:
        found = await uow.session.execute(text(statement).bindparams(*parameters))
        return [tuple(float(one) if isinstance(one, Decimal) else one for one in row) for row in found]


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


def _cell(column: str, *, then: bool) -> str:
    if then:
        return _CELL.format(column=column, day=":eve", moment=":begun", first="NULL")
    return _CELL.format(column=column, day=":until", moment=":ended", first=_FIRST)


STANDING = f"""
people AS (
    SELECT c.id, c.name, c.owner_id AS rep, c.institution_id AS place, c.status = 'active' AS active,
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
face AS (SELECT DISTINCT id, day FROM met WHERE face)
"""
"""Who stands and stood in which cell (`:until`, `:ended`; `:eve`, `:begun`), and who was met on which day."""
