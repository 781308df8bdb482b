"""`python -m bot.bench.morning_bot`: the bot's own process on a morning of thousands of lists.

At ten past seven they are planned ahead, at eight they are owed, composed and sent. It prints what it took as
JSON, once everything is settled.
"""

import asyncio
import gc
import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.app import build_deps
from bot.bench.figures import peak_megabytes
from bot.clock import MovableClock, SystemClock
from bot.deps import Deps
from bot.jobs.ticking import tick
from bot.limits import PatientLimiter
from bot.notices.clockwork import lists_ahead
from bot.outbox.crew import AHEAD, Crew
from bot.outbox.dispatcher import AT_ONCE, Dispatcher
from bot.outbox.pace import SECOND, Pace
from bot.settings import Settings

EARLY = datetime(2026, 11, 23, 7, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
EIGHT = EARLY.replace(hour=8, minute=0, second=1)


async def main(settings: Settings) -> None:
    """Plan, owe and send."""
    clock = MovableClock(EARLY)
    deps = build_deps(settings, clock=clock)
    pace = Pace()
    crew = Crew(deps, pace, folder=Path.cwd(), ahead=_ahead(clock))
    began = perf_counter()
    await crew.plan(await lists_ahead(deps, clock.now(), clock.now() + AHEAD))
    planning, planners = perf_counter() - began, _of_helpers()
    clock.move(EIGHT - clock.now())
    began = perf_counter()
    await tick(deps)
    owing = perf_counter() - began
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    bot = ExtBot(
        token,
        base_url=f"{settings.telegram_api_url}/bot",
        request=HTTPXRequest(connection_pool_size=AT_ONCE),
        rate_limiter=PatientLimiter(pace),
    )
    gc.collect()
    gc.freeze()
    began, used = perf_counter(), process_time()
    async with bot, asyncio.TaskGroup() as group:
        group.create_task(_send_all(deps, Dispatcher(deps, bot, pace)))
        group.create_task(replace(crew, ahead=_ahead(clock)).send_much())
    sending, processor = perf_counter() - began, process_time() - used
    day = clock.now()
    async with deps.db.read() as uow:
        counts = await uow.outbox.counts(day - timedelta(days=1), day + timedelta(days=1))
    await deps.db.dispose()
    print(
        json.dumps(
            {
                "planning": planning,
                "owing": owing,
                "sending": sending,
                "processor": processor,
                "helpers": _of_helpers() - planners,
                "planners": planners,
                "peak": peak_megabytes(),
                "counts": counts,
            }
        )
    )


async def _send_all(deps: Deps, dispatcher: Dispatcher) -> None:
    """Send until nothing waits, also for another try."""
    while True:
        await dispatcher.drain()
        async with deps.db.read() as uow:
            if not await uow.outbox.waiting(deps.clock.now()):
                return
        await asyncio.sleep(SECOND)


def _of_helpers() -> float:
    """Seconds of processor that helpers took which have ended."""
    all_told = os.times()
    return all_told.children_user + all_told.children_system


def _ahead(clock: MovableClock) -> float:
    return (clock.now() - SystemClock().now()).total_seconds()


if __name__ == "__main__":
    asyncio.run(main(Settings.load(env_file=None)))
