"""A bot that says what it hears, with our ways of polling, of ordering updates, of obeying flood control."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, BaseHandler, ContextTypes, TypeHandler

from bot.clock import Clock, MovableClock
from bot.db.database import Database
from bot.limits import PatientLimiter
from bot.local.telegram import LocalTelegram
from bot.polling import Patience, Poller
from bot.updates import ChatByChat
from tests.support.telegram import TOKEN, request_to

Handler = BaseHandler[Any, Any, Any]
SOON = Patience(first=0.01, longest=0.02)


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    heard = query.data if query else update.effective_message and update.effective_message.text
    assert update.effective_chat is not None
    await context.bot.send_message(update.effective_chat.id, heard or "?")


@dataclass(frozen=True, slots=True)
class Echo:
    """A running echo bot."""

    application: Application[Any, Any, Any, Any, Any, Any]
    updates: ChatByChat
    poller: Poller
    polling: asyncio.Future[None]

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        telegram: LocalTelegram,
        db: Database,
        clock: Clock | None = None,
        patience: Patience = SOON,
        places: int = 256,
        handlers: Sequence[Handler] = (TypeHandler(Update, _echo),),
    ) -> AsyncIterator["Echo"]:
        """It polls and answers while the block runs, and then ends as if killed."""
        updates = ChatByChat(places)
        application = (
            ApplicationBuilder()
            .token(TOKEN)
            .updater(None)
            .request(request_to(telegram))
            .get_updates_request(request_to(telegram))
            .rate_limiter(PatientLimiter())
            .concurrent_updates(updates)
            .build()
        )
        application.add_handlers(handlers)
        async with application:
            await application.start()
            poller = Poller(application, db, clock or MovableClock(), patience)
            echo = cls(application, updates, poller, asyncio.ensure_future(poller.run()))
            try:
                yield echo
            finally:
                await echo.stop()
                await updates.shutdown()
                await application.stop()

    async def stop(self) -> None:
        """It polls no more."""
        self.polling.cancel()
        await asyncio.gather(self.polling, return_exceptions=True)
