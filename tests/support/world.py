"""A whole Ninebox on a real database, with the people who talk to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select
from telegram.request import BaseRequest, HTTPXRequest

from bot.app import build_application, build_deps, build_dispatcher
from bot.clock import MovableClock
from bot.deps import Deps
from bot.importing.reading import UploadedFile, read_files
from bot.jobs.ticking import tick
from bot.outbox.pace import NoPace
from bot.readers import Readers
from bot.services import access, importing
from bot.services.importing import Loaded
from bot.settings import Settings
from domain.content.library import Library, load_library
from domain.people.model import Role, User
from tests.support.person import Person
from tests.support.telegram import TOKEN, App, Chatter, chatting

MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai, a working day in China and the US
LIBRARY = load_library()
READERS = Readers(LIBRARY.lexicons)  # once for all bots of the tests


@dataclass(repr=False)  # what a fixture gives is written out by asyncio: this would be the whole library
class World:
    """The running bot. `deps` is what the bot works with; people are made by `joins`."""

    deps: Deps
    chatter: Chatter
    clock: MovableClock
    people: dict[str, Person] = field(default_factory=dict)

    async def invited(self, name: str, role: Role, manager: str | None = None) -> str:
        """An invite token for a person, as the operator makes one."""
        manager_id = None
        if manager:
            async with self.deps.db.read() as uow:
                boss = await uow.users.by_name(manager)
            assert boss is not None
            manager_id = boss.id
        invitation = await access.invite_new(self.deps, None, role, name, manager_id, self.clock.now())
        return invitation.token

    async def joins(
        self, name: str, role: Role = Role.REP, *, language: str = "en", manager: str | None = None
    ) -> Person:
        """A person who has followed their invite."""
        token = await self.invited(name, role, manager)
        person = self.chatter.person(name, language)
        await person.sends(f"/start {token}")
        self.people[name] = person
        return person

    async def user(self, name: str) -> User:
        async with self.deps.db.read() as uow:
            found = await uow.users.by_name(name)
        assert found is not None, name
        return found

    async def rows(self, kind: type[Any]) -> list[Any]:
        """All rows of a table, in the order in which they came."""
        async with self.deps.db.read() as uow:
            return list(await uow.session.scalars(select(kind).order_by(kind.id)))

    async def delivers(self) -> None:
        """What has become due is owed, and what is owed is sent, as by the jobs of a running bot."""
        await tick(self.deps)
        dispatcher = build_dispatcher(self.deps, self.chatter.application)
        await dispatcher.drain()

    async def loads(
        self, *files: Path | UploadedFile, answers: dict[str, str] | None = None, by: User | None = None
    ) -> Loaded:
        """Load files without questions, as the operator does."""
        uploads: Sequence[UploadedFile] = [
            file if isinstance(file, UploadedFile) else UploadedFile(file.name, file) for file in files
        ]
        sheets = read_files(uploads, self.deps.library.columns)
        now = self.clock.now()
        return await importing.load(self.deps, by, sheets, answers or {}, as_of=now.date(), now=now)


@asynccontextmanager
async def world(
    database_url: str,
    folder: Path,
    *,
    market: str = "generic",
    now: datetime = MONDAY,
    library: Library = LIBRARY,
    **settings: object,
) -> AsyncIterator[World]:
    """A Ninebox on the migrated database at `database_url`; files go to `folder`."""
    clock = MovableClock(now, frozen=True)
    given = {"database_url": database_url, "data_dir": folder, "market": market, **settings}
    deps = build_deps(
        Settings.model_validate(given),
        clock=clock,
        library=library,
        readers=READERS if library is LIBRARY else None,
    )

    def build(request: BaseRequest) -> App:
        unused = HTTPXRequest(
            httpx_kwargs={"verify": False}
        )  # nobody polls here; certificates take long to load
        application = build_application(deps, TOKEN, request=request, polling=unused)
        application.bot.rate_limiter.pace = NoPace()
        return application

    try:
        async with chatting(build, clock=clock) as chatter:
            yield World(deps, chatter, clock)
    finally:
        await deps.db.dispose()
