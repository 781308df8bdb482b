"""A bot as a process of its own whose days pass quickly: it owes by the clock and for words, and sends."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

from sqlalchemy import func, select
from sqlmodel import col
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.clock import SystemClock
from bot.db.database import Database
from bot.db.tables import OutboxRow
from bot.db.uow import UnitOfWork
from bot.db.values import Owed
from bot.deps import Deps
from bot.limits import PatientLimiter
from bot.logging import set_up
from bot.notices.model import Notice, Policy, Ruling, Send
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.pace import NoPace
from bot.polling import LOOK, Patience, Poller
from bot.screens import Screen
from bot.settings import Settings
from bot.turn import Turn
from bot.updates import ChatByChat
from domain.ids import UserId

TOKEN = "1000000000:for-the-local-telegram-only"  # noqa: S105
ONCE, SURE = "once", "sure"  # at most once, at least once
ANSWER = "answer "  # how the subject of an answer to words begins
FIRST_ID = 1001  # of the people at the local Telegram, one after the other
_LATE = timedelta(hours=12)
_AT_ONCE = timedelta(minutes=5)  # that are made up for in one transaction, after a kill
_HEARTBEAT = 0.05  # seconds
_SOON = Patience(first=0.05, longest=0.2)


@dataclass(frozen=True, slots=True)
class FastClock:
    """A clock that is `speed` times as fast as that of the machine since `began`, when it showed `start`.

    Every process with the same three shows the same time.
    """

    start: datetime
    began: datetime
    speed: float

    def now(self) -> datetime:
        return self.start + (SystemClock().now() - self.began) * self.speed


def play(database_url: str, address: str, clock: FastClock, people: int) -> None:
    """Run until killed. `people` have ids from 1 on here, and from `FIRST_ID` on at the local Telegram."""
    asyncio.run(_play(database_url, address, clock, people))


async def _play(database_url: str, address: str, clock: FastClock, people: int) -> None:
    settings = Settings(log_level="ERROR")
    set_up(settings)
    db = Database(database_url)
    # Of all that use cases need, the outbox needs these.
    deps = cast("Deps", SimpleNamespace(settings=settings, clock=clock, db=db))

    async def heard(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Words are answered by a notice of the same transaction; the same words twice by the same notice."""
        message = update.effective_message
        if message is None or message.from_user is None:
            return
        async with db.write() as uow:
            user = await uow.users.by_telegram(message.from_user.id)
            if user is not None:
                await _owe(uow, SURE, user.id, f"{ANSWER}{message.text}", clock.now())

    request = HTTPXRequest(connection_pool_size=64, connect_timeout=2, read_timeout=2)
    application = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{address}/bot")
        .request(request)
        .get_updates_request(HTTPXRequest(connection_pool_size=2, connect_timeout=2, read_timeout=2))
        .updater(None)
        .rate_limiter(PatientLimiter(NoPace()))
        .concurrent_updates(ChatByChat())
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, heard))
    dispatcher = Dispatcher(deps, application.bot, NoPace(), NOTICES, _always)
    async with application, asyncio.TaskGroup() as group:
        await application.start()
        group.create_task(Poller(application, db, clock, _SOON, LOOK / clock.speed).run())
        group.create_task(dispatcher.run())
        group.create_task(_tick(db, clock, people))


async def _tick(db: Database, clock: FastClock, people: int) -> None:
    """Owe two notices for every minute that has come since the last that is owed."""
    async with db.read() as uow:
        last = await uow.session.scalars(
            select(func.max(col(OutboxRow.due_at))).where(col(OutboxRow.kind) == ONCE)
        )
        done = last.one() or clock.start
    while True:
        coming = min(clock.now(), done + _AT_ONCE)
        async with db.write() as uow:
            while (due := done + timedelta(minutes=1)) <= coming:
                done = due
                minute = round((due - clock.start) / timedelta(minutes=1))
                for kind in (ONCE, SURE):
                    await _owe(uow, kind, UserId(minute % people + 1), f"minute {minute}", due)
        db.owed.set()
        await asyncio.sleep(_HEARTBEAT)


async def _owe(uow: UnitOfWork, kind: str, user_id: UserId, subject: str, due_at: datetime) -> None:
    on = (
        due_at.astimezone(UTC).date()
        if subject.startswith("minute")
        else datetime(2026, 1, 1, tzinfo=UTC).date()
    )
    await uow.outbox.owe(kind, user_id, subject=subject, on=on, due_at=due_at)


async def _compose(_turn: Turn, owed: Owed) -> Screen | None:
    return Screen(f"{owed.kind} {owed.subject}")


async def _always(_turn: Turn, notice: Notice, _owed: Owed) -> Ruling:
    return Send(sound=notice.sound)


NOTICES = {
    ONCE: Notice(code=ONCE, compose=_compose, policy=Policy.AT_MOST_ONCE, late_after=_LATE),
    SURE: Notice(code=SURE, compose=_compose, policy=Policy.AT_LEAST_ONCE, late_after=_LATE),
}
