"""The composition root: settings in, a Telegram application out."""

import asyncio
from typing import Any

from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest, HTTPXRequest

from bot.clock import Clock, SystemClock
from bot.db.database import Database
from bot.deps import Deps
from bot.directory import Directory
from bot.handlers.entry import handlers, on_error
from bot.lifecycles import Lifecycles
from bot.limits import PatientLimiter
from bot.outbox.dispatcher import Dispatcher
from bot.outbox.pace import Pace
from bot.readers import Readers
from bot.render.charts import Charts
from bot.settings import Settings
from bot.travel import Osrm
from bot.updates import ChatByChat
from domain.content.library import Library, load_library

App = Application[Any, Any, Any, Any, Any, Any]


def build_deps(
    settings: Settings,
    *,
    clock: Clock | None = None,
    library: Library | None = None,
    readers: Readers | None = None,
) -> Deps:
    """Everything that use cases need; what is not given is made. `ContentErrors`: content has mistakes."""
    library = library or load_library(settings.content_dir)
    db = Database(settings.database_url)
    return Deps(
        settings=settings,
        clock=clock or SystemClock(),
        db=db,
        directory=Directory(db),
        lifecycles=Lifecycles(db, library),
        osrm=Osrm(settings.osrm_url) if settings.osrm_url else None,
        library=library,
        calendar=library.calendar(settings.market),
        charts=Charts(),
        reading=asyncio.Semaphore(1),
        readers=readers or Readers(library.lexicons),
    )


def build_application(
    deps: Deps, token: str, *, request: BaseRequest | None = None, polling: BaseRequest | None = None
) -> App:
    """The bot, ready to be initialised and started. It does not read the network yet.

    `request` and `polling` are the two connections to Telegram; tests and the demo
    put the local Telegram there.
    """
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{deps.settings.telegram_api_url}/bot")
        .base_file_url(f"{deps.settings.telegram_api_url}/file/bot")
        # Many chats are answered at once; long polling has a connection of its own, and the library adds
        # the seconds of a poll to its timeout.
        .request(request or HTTPXRequest(connection_pool_size=32, read_timeout=20, media_write_timeout=60))
        .get_updates_request(polling or HTTPXRequest(connection_pool_size=2, read_timeout=10))
        .updater(None)  # bot.polling fetches the updates
        .rate_limiter(PatientLimiter())
        .concurrent_updates(ChatByChat())
        .build()
    )
    application.add_handlers(handlers(deps))
    application.add_error_handler(on_error(deps))
    return application


def build_dispatcher(deps: Deps, application: App) -> Dispatcher:
    """What sends what is owed, at one pace with the answers of this application."""
    return Dispatcher(deps, application.bot, pace_of(application))


def pace_of(application: App) -> Pace:
    """How fast this application speaks."""
    limiter = application.bot.rate_limiter
    if not isinstance(limiter, PatientLimiter):
        raise TypeError("this application has another limiter")
    return limiter.pace
