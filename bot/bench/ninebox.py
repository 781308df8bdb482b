"""`python -m bot.bench.ninebox`: what `ninebox run` runs, with the clock set to the measured morning."""

import asyncio

from bot.app import build_deps
from bot.bench.rosters import MORNING
from bot.bench.traffic import TOKEN
from bot.clock import MovableClock
from bot.logging import set_up
from bot.process import run
from bot.settings import Settings

if __name__ == "__main__":
    settings = Settings.load(env_file=None)
    set_up(settings)
    asyncio.run(run(build_deps(settings, clock=MovableClock(MORNING)), TOKEN))
