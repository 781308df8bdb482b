"""How fast "who should I visit today?" is answered: one rep's list, and a whole company asking at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time

from telegram import Bot

from bot.app import build_deps
from bot.bench.figures import BenchError, Waits, milliseconds
from bot.bench.rosters import MORNING, Territory, roster
from bot.bench.traffic import TOKEN, Audience, Replies, answering, served
from bot.buttons.today import ReplanDay, ShowToday
from bot.clock import MovableClock
from bot.db.migrate import upgrade
from bot.deps import Deps
from bot.exporting import write_csv
from bot.handlers.today import replan_day, show_today
from bot.importing.reading import UploadedFile, read_files
from bot.screens import Screen
from bot.services.access import invite_new
from bot.services.importing import load
from bot.services.today import day_of
from bot.settings import Settings
from bot.turn import Turn
from bot.window import TelegramWindow
from domain.people.model import Role

_START_SECONDS = 120  # in which a bot must have come up and greeted everybody
_ASK_SECONDS = 300
_ADMIN = "Admin"
_BROKEN = timedelta(hours=3)  # after the morning's look a day breaks, with so many minutes left:
_LEFT = 120
_TICK = 0.002  # seconds between two looks at whether the bot could have answered somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured: one great territory, and the ordinary ones of `people` others.

    Everybody asks `rounds` times, the rep of the great territory `great_rounds` times.
    """

    customers: int = 500
    visits: int = 20_000
    calls: int = 200
    people: int = 50
    customers_each: int = 100
    visits_each: int = 600
    rounds: int = 10
    great_rounds: int = 50


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers made in this process, from the database to the finished text and buttons.

    `processor_ms` is what one needs of a processor, `pause_ms` the longest that others had to wait meanwhile.
    """

    waits: Waits
    processor_ms: float
    pause_ms: float


@dataclass(frozen=True, slots=True)
class TodayFigures:
    """Waits for /today.

    `handler`: the day planned anew each time; the running bot plans it once and then shows what is stored.
    `broken`: the short list for two hours that are left, from a hospital of the list, planned and stored.

    `today_great`: the same rep asking the running bot, alone. The other replies are those to all the others
    at once. Ratios are replies a second over those of the echo bot.
    """

    customers: int
    visits: int
    customers_each: int
    visits_each: int
    handler: Answers
    broken: Answers
    echo: Replies
    help: Replies
    today: Replies
    today_great: Replies
    help_to_echo: float
    today_to_echo: float


async def measure_today(folder: Path, scale: Scale) -> TodayFigures:
    """Build the company in a SQLite file, then measure one list, the echo bot, and the running bot."""
    territories = _territories(scale)
    url = f"sqlite:///{(folder / 'ninebox.db').as_posix()}"
    async with _deps(folder, url) as deps:
        await _build(deps, territories)
        handler = await _handler(deps, territories[0].rep, scale.calls)
        broken = await _broken(deps, territories[0].rep, scale.calls)
        tokens = await _invite(deps, territories)
    first, *people = tokens
    async with served(list(tokens)) as server:
        async with answering(server, "bot.bench.echo", folder) as audience:
            echo = await _asked(audience, people, "/help", scale.rounds)
        settings = {"data_dir": str(folder), "database_url": url}
        async with answering(server, "bot.bench.ninebox", folder, **settings) as audience:
            await audience.ask(
                list(tokens), lambda person: f"/start {tokens[person]}", rounds=1, within=_START_SECONDS
            )
            short = await _asked(audience, people, "/help", scale.rounds)
            today = await _asked(audience, people, "/today", scale.rounds)
            alone = await _asked(audience, [first], "/today", scale.great_rounds)
    return TodayFigures(
        customers=scale.customers,
        visits=scale.visits,
        customers_each=scale.customers_each,
        visits_each=scale.visits_each,
        handler=handler,
        broken=broken,
        echo=echo,
        help=short,
        today=today,
        today_great=alone,
        help_to_echo=round(short.a_second / echo.a_second, 3),
        today_to_echo=round(today.a_second / echo.a_second, 3),
    )


def _territories(scale: Scale) -> list[Territory]:
    great = Territory("Rep 0", scale.customers, scale.visits)
    return [
        great,
        *(
            Territory(f"Rep {number}", scale.customers_each, scale.visits_each)
            for number in range(1, scale.people + 1)
        ),
    ]


@asynccontextmanager
async def _deps(folder: Path, url: str) -> AsyncIterator[Deps]:
    await upgrade(Settings(database_url=url).database_url)
    deps = build_deps(Settings(data_dir=folder, database_url=url), clock=MovableClock(MORNING, frozen=True))
    try:
        yield deps
    finally:
        await deps.db.dispose()


async def _build(deps: Deps, territories: Sequence[Territory]) -> None:
    """Import the company as an operator would."""
    files = []
    for sheet in roster(territories, deps.library.columns):
        content = BytesIO()
        write_csv(content, sheet)
        files.append(UploadedFile(f"{sheet.name}.csv", content.getvalue()))
    sheets = read_files(files, deps.library.columns)
    loaded = await load(deps, None, sheets, {}, as_of=MORNING.date(), now=MORNING)
    if loaded.plan.rejected:
        raise BenchError(f"{loaded.plan.rejected} rows of a sound roster were rejected")


async def _invite(deps: Deps, territories: Sequence[Territory]) -> dict[int, str]:
    """The invite tokens of all reps by their Telegram ids, the first territory's first."""
    tokens = {}
    for number, territory in enumerate(territories, start=1):
        invitation = await invite_new(deps, None, Role.REP, territory.rep, None, MORNING)
        tokens[number] = invitation.token
    return tokens


async def _handler(deps: Deps, rep: str, calls: int) -> Answers:
    """What an admin waits for who looks at the rep's day first: that plans it and stores nothing."""
    await invite_new(deps, None, Role.ADMIN, _ADMIN, None, MORNING)
    turn, owner = await _turn(deps, _ADMIN), await _turn(deps, rep)
    return await _timed(lambda: show_today(turn, ShowToday(owner.viewer.id)), calls)


async def _broken(deps: Deps, rep: str, calls: int) -> Answers:
    """What the rep waits for whose day has broken: a new plan, stored, and the screen."""
    morning = await _turn(deps, rep)
    day = await day_of(deps, morning.viewer, None, morning.local)
    turn = replace(morning, now=morning.now + _BROKEN)
    return await _timed(lambda: replan_day(turn, ReplanDay(_LEFT, day.places[0].id)), calls)


async def _turn(deps: Deps, name: str) -> Turn:
    async with deps.db.read() as uow:
        viewer = await uow.users.by_name(name)
    if viewer is None:
        raise BenchError(f"{name} is not on the list")
    window = TelegramWindow(Bot(TOKEN), 1)  # into which nothing is shown
    return Turn(deps, viewer, "en", deps.clock.now(), window, "ninebox_bot")


async def _timed(answer: Callable[[], Awaitable[Screen]], calls: int) -> Answers:
    """Answer `calls` times, and look meanwhile how long the loop keeps others waiting."""
    seconds: list[float] = []
    pauses: list[float] = []
    used = process_time()
    async with asyncio.TaskGroup() as tasks:
        others = tasks.create_task(_look(pauses))
        for _ in range(calls):
            began = perf_counter()
            screen = await answer()
            seconds.append(perf_counter() - began)
            if len(screen.rows) < 3:
                raise BenchError(f"the list of the day is empty: {screen.text}")
        others.cancel()
    used = process_time() - used
    return Answers(Waits.of(seconds), milliseconds(used / calls), milliseconds(max(pauses)))


async def _look(pauses: list[float]) -> None:
    while True:
        began = perf_counter()
        await asyncio.sleep(_TICK)
        pauses.append(perf_counter() - began - _TICK)


async def _asked(audience: Audience, people: Sequence[int], words: str, rounds: int) -> Replies:
    """Everybody asks, after one round that warms up and is not counted."""
    await audience.ask(people, lambda _: words, rounds=1, within=_START_SECONDS)
    return await audience.ask(people, lambda _: words, rounds=rounds, within=_ASK_SECONDS)
