"""The life of the bot as a process: start in spite of the network, answer, stop within seconds."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator

import structlog

from bot.app import App, build_application, build_dispatcher, pace_of
from bot.db.migrate import upgrade
from bot.deps import Deps
from bot.jobs.schedule import heartbeat
from bot.jobs.ticking import tick
from bot.menus import introduce
from bot.outbox.crew import Crew
from bot.polling import Patience, Poller, insist

log = structlog.get_logger()

STOP_SECONDS = 3.0  # for what is being answered when the signal comes; the rest of 5 s is for tidying up


async def run(deps: Deps, token: str, patience: Patience | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT."""
    deps.readers.make()  # before anybody waits for an answer
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    await upgrade(deps.settings.database_url)
    async with contextlib.AsyncExitStack() as stack:
        if deps.settings.calendar_url is not None:
            from bot.calendar_feed import serving_calendars

            await stack.enter_async_context(serving_calendars(deps))
        application = build_application(deps, token)
        crew = Crew(deps, pace_of(application))
        await stack.enter_async_context(live(deps, application, patience or Patience(), crew))
        await stopping.wait()
        log.info("stopping")
    await deps.db.dispose()
    log.info("stopped")


@contextlib.asynccontextmanager
async def live(
    deps: Deps, application: App, patience: Patience, crew: Crew | None = None
) -> AsyncIterator[None]:
    """The bot polls, answers and sends while the block runs; then it stops, finished or not, in seconds.

    With a `crew` other processes help it through large mornings.

    If the bot itself breaks, the block is cancelled and the error comes out of it.
    """
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_live(deps, application, patience, crew))
        try:
            yield
        finally:
            task.cancel()


async def _live(deps: Deps, application: App, patience: Patience, crew: Crew | None) -> None:
    poller = Poller(application, deps.db, deps.clock, patience)
    dispatcher = build_dispatcher(deps, application)
    try:
        await insist(application.initialize, patience)
        await insist(application.bot.delete_webhook, patience)
        await application.start()
        gc.collect()
        gc.freeze()  # what is there now stays: full collections of it cost a tenth of a second each
        log.info("running", bot=f"@{application.bot.username}")
        async with heartbeat(deps), asyncio.TaskGroup() as group:
            group.create_task(insist(lambda: introduce(application.bot), patience))
            group.create_task(poller.run())
            group.create_task(tick(deps))  # what became due while nobody was there
            group.create_task(dispatcher.run())
            if crew is not None:
                group.create_task(crew.run())
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await asyncio.gather(poller.finish(), _finish(application), dispatcher.finish())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await application.update_processor.shutdown()  # before its connection is closed
                await application.shutdown()


async def _finish(application: App) -> None:
    """Let what is being handled come to its end."""
    if application.running:
        await application.stop()
