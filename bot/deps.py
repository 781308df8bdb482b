"""What every use case works with, built once in `bot.app`."""

import asyncio
from dataclasses import dataclass

from bot.clock import Clock
from bot.db.database import Database
from bot.directory import Directory
from bot.lifecycles import Lifecycles
from bot.readers import Readers
from bot.render.charts import Charts
from bot.settings import Settings
from bot.travel import Osrm
from domain.calendar import WorkingCalendar
from domain.content.library import Library


@dataclass(frozen=True, slots=True)
class Deps:
    """The parts of the running product."""

    settings: Settings
    clock: Clock
    db: Database
    library: Library
    calendar: WorkingCalendar
    charts: Charts
    reading: asyncio.Semaphore  # a file at a time: each child process may take a gigabyte
    readers: Readers
    directory: Directory
    lifecycles: Lifecycles
    osrm: Osrm | None  # the travel service of those who run one
