"""A process that helps the bot for some minutes: with the lists of a large morning, or with sending them.

`python -m bot.outbox.helper plan` reads one JSON array of [person, day] from its input and plans their days.
`python -m bot.outbox.helper send SHARE` sends what is due, at most SHARE messages a second, until nothing is.
Both say a line once they have started, take their settings from the environment, as the bot does, and may be
killed at any moment: everything is in the database. A second number is by how many seconds the clock is ahead
of the machine's (to measure with).
"""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Sequence
from datetime import date, timedelta

from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.app import build_deps
from bot.clock import MovableClock, SystemClock
from bot.deps import Deps
from bot.limits import PatientLimiter
from bot.logging import set_up
from bot.outbox.dispatcher import AT_ONCE, Dispatcher
from bot.outbox.pace import SECOND, Pace
from bot.services.today import plan_ahead
from bot.settings import Settings
from domain.ids import UserId

PORTION = 16  # lists that are stored together
NICE = 5  # whoever taps is answered first


def main(words: Sequence[str]) -> int:
    """Do what the words say; the exit code."""
    duty, number, ahead = words[0], int(words[1]), float(words[2])
    if hasattr(os, "nice"):
        os.nice(NICE)
    settings = Settings.load()
    set_up(settings)
    clock = MovableClock(SystemClock().now() + timedelta(seconds=ahead))
    deps = build_deps(settings, clock=clock)
    gc.collect()
    gc.freeze()  # what is there now stays
    if duty == "plan":
        started()
        asyncio.run(plan(deps, json.load(sys.stdin)))
    else:
        asyncio.run(send(deps, number))
    return 0


def started() -> None:
    """Say so to whoever has called this helper."""
    print("started", flush=True)


async def plan(deps: Deps, work: Sequence[tuple[int, str]]) -> None:
    """Plan the days of these people that are not planned yet."""
    days = [(UserId(person), date.fromisoformat(day)) for person, day in work]
    for start in range(0, len(days), PORTION):
        await plan_ahead(deps, days[start : start + PORTION], deps.clock.now())
    await deps.db.dispose()


async def send(deps: Deps, share: int) -> None:
    """Send what is due, at most so many messages a second, until nothing is."""
    token = deps.settings.telegram_token
    if token is None:
        raise RuntimeError("the bot that is helped has a token")
    pace = Pace(share)
    bot = ExtBot(
        token.get_secret_value(),
        base_url=f"{deps.settings.telegram_api_url}/bot",
        request=HTTPXRequest(connection_pool_size=AT_ONCE, read_timeout=20, media_write_timeout=60),
        rate_limiter=PatientLimiter(pace),
    )
    async with bot:
        started()
        pace.hold(SECOND)  # what the bot itself has just sent counts, too
        await Dispatcher(deps, bot, pace).drain()
    await deps.db.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
