"""`ninebox demo`: the real bot on the local Telegram, with a sample territory and the chat page.

What the bot stores lies in a temporary folder and is gone when the demo stops.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import webbrowser
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from zoneinfo import ZoneInfo

from telegram.request import HTTPXRequest

from bot.app import App, build_application, build_deps, build_dispatcher
from bot.clock import MovableClock, SystemClock, local_date
from bot.db.migrate import upgrade
from bot.deps import Deps
from bot.jobs.ticking import tick
from bot.local.page import CastMember, PageServer, SamplePlace, chat_page
from bot.local.story import tell
from bot.local.telegram import LocalTelegram
from bot.local.territory import MARKETS, OURS, loads
from bot.local.territory_words import WORDS, Language
from bot.logging import set_up
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.pace import NoPace
from bot.polling import Patience
from bot.process import live
from bot.services.access import invite_new
from bot.services.importing import load
from bot.settings import Settings
from domain.calendar import WorkingCalendar
from domain.content.library import load_library
from domain.importing.model import Action, Kind
from domain.people.model import Role
from domain.people.qualifications import QualificationKind

_TOKEN = "1000000000:known-to-this-process-only"  # noqa: S105  -- of the local Telegram
_ZONES: Mapping[Language, str] = {"zh": "Asia/Shanghai", "en": "America/Chicago"}
_MORNING = time(8, 30)
_HISTORY = timedelta(weeks=8)  # since the first load
_FIRST_ID = 1001  # of the cast at the local Telegram, one after the other
_STEP = timedelta(minutes=30)  # in which the demo's clock goes when it is moved
_LOOK, _PATIENCE = 0.02, 10.0  # seconds between two looks at what is being sent, and of all of them
_WELCOME_SECONDS = 10.0  # a page with an empty chat is better than none


async def demo(port: int, *, language: Language | None, browser: bool) -> int:
    """Play until SIGINT or SIGTERM; the exit code. `port` 0 takes any free one.

    `language` (None: that of the environment) is the language of the territory and of its people, and
    with it goes the market: Chinese `cn`, English `us`.
    """
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        print(f"ninebox: port {port} cannot be used ({error}): name another with --port", file=sys.stderr)
        return 1
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    with listener, TemporaryDirectory(prefix="ninebox-demo-") as folder:
        stage = await _build(language or _spoken(os.environ), Path(folder))
        try:
            await _play(stage, listener, stopping, browser=browser)
        finally:
            await stage.deps.db.dispose()
    _say("The demo has stopped.")
    return 0


@dataclass(frozen=True, slots=True)
class _Stage:
    """Everything that is there before the curtain rises."""

    deps: Deps
    telegram: LocalTelegram
    clock: MovableClock
    cast: tuple[CastMember, ...]
    invitations: Mapping[int, str]  # the tokens of those who are invited, by Telegram id
    places: tuple[SamplePlace, ...]


async def _build(language: Language, folder: Path) -> _Stage:
    settings = Settings(
        data_dir=folder,
        market=MARKETS[language],
        time_zone=_ZONES[language],
        default_language=language,
        ours=(OURS,),
        log_level="WARNING",
    )
    set_up(settings)
    library = load_library()
    clock = MovableClock(_working_morning(library.calendar(settings.market), settings.time_zone))
    deps = build_deps(settings, clock=clock, library=library)
    telegram = LocalTelegram(token=_TOKEN, clock=clock)
    cast = _cast(language)
    _say(f"Building a sample territory in {WORDS[language].city} ...")
    await upgrade(settings.database_url)
    invitations = await _invite(deps, cast)
    await _load(deps, language)
    await _qualify(deps)
    await tell(deps, language, clock.now())
    return _Stage(deps, telegram, clock, cast, invitations, await _places(deps))


async def _invite(deps: Deps, cast: tuple[CastMember, ...]) -> dict[int, str]:
    """Take everybody but the stranger on; the reps report to the manager. The tokens by Telegram id."""
    now = deps.clock.now()
    manager_id = None
    tokens = {}
    for member in sorted(cast, key=lambda member: member.role != "manager"):
        if member.role == "stranger":
            continue
        role = Role(member.role)
        invitation = await invite_new(
            deps, None, role, member.name, manager_id if role is Role.REP else None, now
        )
        if role is Role.MANAGER:
            manager_id = invitation.user.id
        tokens[member.user_id] = invitation.token
    return tokens


async def _load(deps: Deps, language: Language) -> None:
    """Import the territory as an operator has: all of it eight weeks ago, what was new a week ago and now."""
    now = deps.clock.now()
    today = local_date(now, deps.settings.time_zone)
    days = [today - _HISTORY, today - timedelta(weeks=1), today]
    rosters = await asyncio.to_thread(loads, deps.library, language, today, days)
    new = Counter[Kind]()
    for day, roster in zip(days, rosters, strict=True):
        loaded = await load(deps, None, roster, {}, as_of=day, now=now - (today - day))
        new.update({kind: loaded.plan.count(kind, Action.NEW) for kind in Kind})
    _say(
        f"Loaded {new[Kind.CUSTOMER]} doctors in {new[Kind.INSTITUTION]} hospitals "
        f"and {new[Kind.VISIT]} visits up to yesterday."
    )


async def _qualify(deps: Deps) -> None:
    """Let everybody be filed and trained; the first rep's training ends in a month, so that it is told of."""
    now = deps.clock.now()
    today = local_date(now, deps.settings.time_zone)
    async with deps.db.write() as uow:
        reps = [one for one in await uow.users.all() if one.role is Role.REP]
        for rep in reps:
            days = {QualificationKind.FILING: 300, QualificationKind.TRAINING: 32 if rep == reps[0] else 200}
            for kind, left in days.items():
                await uow.qualifications.say(rep.id, kind, today + timedelta(days=left), None, now)


async def _places(deps: Deps) -> tuple[SamplePlace, ...]:
    """The largest hospitals, one in each quarter of the city."""
    async with deps.db.read() as uow:
        hospitals = await uow.profile.institutions()
    return tuple(
        SamplePlace(one.name, one.lat, one.lon)
        for one in hospitals
        if one.site_class == 1 and one.lat is not None and one.lon is not None
    )


async def _play(stage: _Stage, listener: socket.socket, stopping: asyncio.Event, *, browser: bool) -> None:
    zone, application = stage.deps.settings.time_zone, _application(stage)
    days = Days(stage.deps, stage.clock, build_dispatcher(stage.deps, application))
    page = chat_page(
        stage.telegram, stage.cast, stage.clock, zone=zone, let_pass=days.let_pass, places=stage.places
    )
    server = _Server(page, port=0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    async with live(stage.deps, application, Patience()), asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]))
        await _welcome(stage)
        _say(f"The bot is at {address} now. Stop it with Ctrl-C.")
        group.create_task(asyncio.to_thread(stage.deps.readers.make))  # nobody has typed anything yet
        if browser:
            await asyncio.to_thread(_open, address)
        await stopping.wait()
        server.should_exit = True


async def _welcome(stage: _Stage) -> None:
    """Everybody follows their link, so that the first screens are there when the page is opened."""
    waiting = {member.user_id for member in stage.cast}
    for number in sorted(waiting):
        stage.telegram.send_text(number, f"/start {stage.invitations.get(number, '')}")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_WELCOME_SECONDS):
            async for _change in stage.telegram.changes(0):
                waiting -= {
                    number
                    for number in waiting
                    if any(message.from_bot for message in stage.telegram.chat(number).messages)
                }
                if not waiting:
                    return


class Days:
    """Lets time pass in steps: when the clock is moved over a day, all of that day arrives at its hours."""

    def __init__(self, deps: Deps, clock: MovableClock, dispatcher: Dispatcher) -> None:
        self._deps = deps
        self._clock = clock
        self._dispatcher = dispatcher
        self._turn = asyncio.Lock()

    async def let_pass(self, duration: timedelta) -> None:
        """Move the clock by `duration`, and see to it that what falls due on the way is said."""
        async with self._turn:
            end = self._clock.now() + duration
            while (remaining := end - self._clock.now()) > timedelta():
                self._clock.move(min(remaining, _STEP))
                await tick(self._deps)
                await self._dispatcher.drain()
                await self._all_said()

    async def _all_said(self) -> None:
        """Wait for what the bot itself is sending: once the clock has moved on, its leases would be over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while await self._under_way():  # noqa: ASYNC110  -- the bot tells it no other way
                    await asyncio.sleep(_LOOK)

    async def _under_way(self) -> int:
        async with self._deps.db.read() as uow:
            return await uow.outbox.under_way(self._clock.now())


class _Server(PageServer):
    """Leaves the signals to the demo, which has more than the page to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _application(stage: _Stage) -> App:
    def request(pool: int, patience: int) -> HTTPXRequest:
        carried = {"transport": stage.telegram.transport()}
        return HTTPXRequest(connection_pool_size=pool, read_timeout=patience, httpx_kwargs=carried)

    polling = request(2, 10)
    application = build_application(stage.deps, _TOKEN, request=request(32, 20), polling=polling)
    application.bot.rate_limiter.pace = NoPace()  # days pass in seconds here
    return application


def _working_morning(calendar: WorkingCalendar, zone: str) -> datetime:
    """Today at half past eight, or the next working day's."""
    day = local_date(SystemClock().now(), zone)
    if not calendar.is_working_day(day):
        day = calendar.add_working_days(day, 1)
    return datetime.combine(day, _MORNING, ZoneInfo(zone))


def _cast(language: Language) -> tuple[CastMember, ...]:
    """The reps of the territory, their manager, an admin, and somebody who was not invited."""
    words = WORDS[language]
    roles: list[tuple[str, Literal["rep", "manager", "admin", "stranger"]]] = [
        *((name, "rep") for name in words.reps),
        (words.manager, "manager"),
        (words.admin, "admin"),
        (words.stranger, "stranger"),
    ]
    return tuple(
        CastMember(_FIRST_ID + number, name, role, language, _ABOUT[role])
        for number, (name, role) in enumerate(roles)
    )


_ABOUT: Mapping[str, Mapping[Language, str]] = {
    "rep": {
        "zh": "医药代表，负责约六十位医生。可以问：今天该拜访谁？",
        "en": "A rep who looks after about sixty doctors. Ask: who should I visit today?",
    },
    "manager": {
        "zh": "地区经理，带四名代表。可以看每位代表的今天，邀请新代表，导入名单。",
        "en": "A manager of four reps. See each rep's day, invite a rep, load a roster.",
    },
    "admin": {
        "zh": "管理员。可以导入名单、撤销导入、邀请同事、停用账号。",
        "en": "An admin. Load a roster and take it back, invite people, close an account.",
    },
    "stranger": {
        "zh": "没有收到邀请的人，什么数据也看不到。",
        "en": "Somebody who was not invited, and gets to see no data.",
    },
}


def _open(address: str) -> None:
    """Open a browser window, where there is one."""
    with contextlib.suppress(webbrowser.Error):
        found = webbrowser.get()
        if type(found) is not webbrowser.GenericBrowser:  # which would be a text browser in this terminal
            found.open(address)


def _spoken(environment: Mapping[str, str]) -> Language:
    """The language of a terminal: the first of the usual variables that is set decides."""
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").startswith("zh") else "en"


def _say(line: str) -> None:
    print(line, flush=True)
