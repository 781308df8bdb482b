"""A morning on which thousands of reps get their list: owed, composed and sent within Telegram's limits."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from bot.app import build_deps
from bot.bench.figures import BenchError
from bot.bench.morning_bot import EARLY
from bot.bench.regions import Region, build_region
from bot.bench.traffic import TOKEN, Served, served
from bot.db.migrate import upgrade
from bot.db.tables import InstitutionRow, UserRow
from bot.local.model import Change
from bot.settings import PREFIX, Settings
from domain.people.model import Role

REPS = 10_000
CUSTOMERS = 100
TELEGRAM_LIMIT = 30  # messages a second
AIM = 0.95
_FIRST_ID = 1_000_000
_ZONE = "Asia/Shanghai"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningFigures:
    """Seconds are of wall time.

    `planning_ms` and `sending_ms`: what one list takes of the processors, with the start of the helpers.
    `a_second`: messages from the first to the last; `refused`: those that Telegram's limits refused; `peak`:
    MB of the bot's own process, None where the system does not tell.
    """

    reps: int
    customers_each: int
    arrived: int
    planning_seconds: float
    owing_seconds: float
    sending_seconds: float
    a_second: float
    of_limit: float
    refused: int
    planning_ms: float
    sending_ms: float
    peak: float | None

    @property
    def holds(self) -> bool:
        """Whether the aims were reached."""
        is_fast = self.of_limit >= AIM and self.planning_seconds < self.sending_seconds
        return is_fast and not self.refused and self.arrived == self.reps


async def measure_morning(folder: Path, reps: int = REPS) -> MorningFigures:
    """Invent a company and send its morning lists, by a bot of its own process. BenchError when it fails."""
    url = f"sqlite:///{(folder / 'ninebox.db').as_posix()}"
    people = await _company(folder, url, reps)
    async with served(people) as server:
        for person in people:
            server.telegram.send_text(person, "/start")
        server.telegram.take_updates()
        flood = server.telegram.limit()
        changes = server.telegram.changes()
        async with asyncio.TaskGroup() as group:
            counting = group.create_task(_arrivals(changes, reps))
            told = await _bot(folder, url, server)
            if told["counts"]["sent"] < reps:
                counting.cancel()
                raise BenchError(f"of {reps} lists: {told['counts']}")
        times = counting.result()
    seconds = times[-1] - times[0]
    a_second = (len(times) - 1) / seconds
    return MorningFigures(
        reps=reps,
        customers_each=CUSTOMERS,
        arrived=len(times),
        planning_seconds=round(told["planning"], 1),
        owing_seconds=round(told["owing"], 1),
        sending_seconds=round(seconds, 1),
        a_second=round(a_second, 2),
        of_limit=round(a_second / TELEGRAM_LIMIT, 3),
        refused=flood.refused,
        planning_ms=round(told["planners"] / reps * 1000, 1),
        sending_ms=round((told["processor"] + told["helpers"]) / reps * 1000, 1),
        peak=told["peak"],
    )


def morning_lines(found: MorningFigures) -> list[str]:
    """The figures for people."""
    verdict = "as wanted" if found.holds else "NOT as wanted"
    peak = "not told" if found.peak is None else f"{found.peak:.0f} MB"
    return [
        f"{found.reps} reps with {found.customers_each} customers; {found.arrived} lists arrived:",
        f"Planned in {found.planning_seconds:.0f} s by two processes, owed in {found.owing_seconds:.1f} s.",
        f"Sent in {found.sending_seconds:.0f} s: {found.a_second:.1f} a second, {found.of_limit:.1%} of the",
        f"limit, {found.refused} refused; peak {peak}.",
        f"A list takes {found.planning_ms:.0f} ms of a processor to plan, {found.sending_ms:.0f} ms to send.",
        f"So it went {verdict}.",
    ]


async def _company(folder: Path, url: str, reps: int) -> list[int]:
    """The Telegram ids of the reps of a new company."""
    await upgrade(url)
    deps = build_deps(Settings(data_dir=folder, database_url=url, time_zone=_ZONE))
    region = Region(
        reps=reps,
        customers_each=CUSTOMERS,
        visits_a_day=2,
        first=date(2026, 11, 2),
        last=date(2026, 11, 20),
        days_before=14,
        zone=_ZONE,
    )
    async with deps.db.write() as uow:
        manager = (await uow.users.add(Role.MANAGER, "Manager", None, EARLY)).id
        await build_region(uow, region, deps.calendar, manager)
        await uow.session.execute(
            update(UserRow)
            .where(col(UserRow.role) == Role.REP.value)
            .values(telegram_id=col(UserRow.id) + _FIRST_ID, joined_at=col(UserRow.created_at), language="en")
        )
        # Hospitals in a city of some kilometres.
        await uow.session.execute(
            update(InstitutionRow).values(
                lat=31.1 + (col(InstitutionRow.id) % 31) / 300,
                lon=121.3 + (col(InstitutionRow.id) % 37) / 300,
                city="Springfield",
            )
        )
        users = [user for user in await uow.users.all() if user.role is Role.REP]
    await deps.db.dispose()
    return [user.telegram_id for user in users if user.telegram_id is not None]


async def _bot(folder: Path, url: str, server: Served) -> dict[str, Any]:
    given = {
        "telegram_token": TOKEN,
        "telegram_api_url": server.address,
        "data_dir": str(folder),
        "database_url": url,
        "time_zone": _ZONE,
        "log_level": "WARNING",
    }
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.bench.morning_bot"),
        cwd=folder,  # so that no .env of the person who measures is read
        env=kept
        | {"PYTHONPATH": str(_ROOT)}
        | {PREFIX + name.upper(): value for name, value in given.items()},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        raise BenchError("the bot failed")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


async def _arrivals(changes: AsyncIterator[Change], count: int) -> list[float]:
    """When each message arrived."""
    times: list[float] = []
    async with aclosing(changes) as told:  # type: ignore[type-var]
        async for change in told:
            if change.kind == "missed":
                raise BenchError("the local Telegram forgot messages before they were counted")
            if change.kind == "message":
                times.append(perf_counter())
                if len(times) == count:
                    break
    return times
