"""A polling application on the local Telegram, without a socket and over HTTP."""

import asyncio
import socket
from contextlib import asynccontextmanager

import pytest
import uvicorn
from telegram import Bot, Update
from telegram.error import Conflict, NetworkError
from telegram.ext import ApplicationBuilder, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.clock import MovableClock
from bot.local.model import Dropped, LostAnswer, server_error
from bot.local.telegram import LocalTelegram
from tests.support.telegram import TOKEN, request_to

LI = 5001


@pytest.fixture
def telegram():
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock())
    telegram.user(LI, first_name="Li", language_code="en")
    return telegram


async def _echo(update: Update, context):
    if update.message.document:
        file = await update.message.document.get_file()
        await update.message.reply_document(bytes(await file.download_as_bytearray()), filename="back.bin")
    else:
        await update.message.reply_text(update.message.text)


@asynccontextmanager
async def polling(builder):
    """Runs the application as `run_polling` does, on this loop; gives the errors that polling meets."""
    met = asyncio.Queue()
    application = builder.token(TOKEN).build()
    application.add_handler(MessageHandler(filters.ALL, _echo))
    async with application:
        await application.start()
        await application.updater.start_polling(poll_interval=0, timeout=10, error_callback=met.put_nowait)
        yield met
        await application.updater.stop()
        await application.stop()


@asynccontextmanager
async def served(app):
    """The address of the app, served on loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=5)
    )
    running = asyncio.ensure_future(server.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await running
    listening.close()


def on(address):
    return ApplicationBuilder().base_url(f"{address}/bot").base_file_url(f"{address}/file/bot")


async def replies(telegram, count, *, within=5.0):
    """Waits for so many messages of the bot."""
    seen = telegram.changes(after=0)
    async with asyncio.timeout(within):
        while len(said := [m for m in telegram.chat(LI).messages if m.from_bot]) < count:
            await anext(seen)
    return said


async def test_an_application_polls_without_a_socket(telegram):
    builder = ApplicationBuilder().request(request_to(telegram)).get_updates_request(request_to(telegram))
    async with polling(builder) as met:
        for word in ("张伟", "two"):
            telegram.send_text(LI, word)
        assert [m.text for m in await replies(telegram, 2)] == ["张伟", "two"]
    assert met.empty()
    assert not telegram.has_updates


async def test_an_application_polls_over_http_and_wakes_at_once(telegram):
    async with served(telegram.asgi()) as address, polling(on(address)) as met:
        telegram.send_text(LI, "one")
        await replies(telegram, 1)
        await asyncio.sleep(0.1)  # the poll is open again
        began = asyncio.get_running_loop().time()
        telegram.send_text(LI, "two")
        await replies(telegram, 2)
        assert asyncio.get_running_loop().time() - began < 1
        assert met.empty()


async def test_files_go_up_and_down_over_http(telegram):
    data = bytes(range(256)) * 8192
    async with served(telegram.asgi()) as address, polling(on(address)):
        telegram.send_document(LI, "名单.csv", data)
        said = await replies(telegram, 1)
        assert telegram.content(said[0].document) == data


async def test_polling_survives_what_networks_do(telegram):
    for fault in (Dropped(), server_error()):
        telegram.fail("getUpdates", fault)
    builder = ApplicationBuilder().request(request_to(telegram)).get_updates_request(request_to(telegram))
    async with polling(builder) as met:
        telegram.send_text(LI, "still there?")
        assert (await replies(telegram, 1, within=30))[0].text == "still there?"
        assert met.qsize() == 2


async def test_two_processes_that_poll_get_in_each_others_way(telegram):
    async with served(telegram.asgi()) as address, polling(on(address)) as met:
        async with Bot(TOKEN, f"{address}/bot", get_updates_request=HTTPXRequest()) as other:
            await other.get_updates(timeout=1)
        assert isinstance(await asyncio.wait_for(met.get(), 5), Conflict)


@pytest.mark.parametrize(("fault", "said"), [(Dropped(), []), (LostAnswer(), ["x"])])
async def test_broken_connections_over_http(telegram, fault, said):
    telegram.send_text(LI, "/start")
    telegram.fail("sendMessage", fault)
    async with served(telegram.asgi()) as address, Bot(TOKEN, f"{address}/bot") as bot:
        with pytest.raises(NetworkError):
            await bot.send_message(LI, "x")
    assert [m.text for m in telegram.chat(LI).messages if m.from_bot] == said


async def test_an_oversized_upload_is_refused_over_http(telegram):
    telegram.send_text(LI, "/start")
    async with served(telegram.asgi()) as address, Bot(TOKEN, f"{address}/bot") as bot:
        with pytest.raises(NetworkError):
            await bot.send_document(LI, bytes(52 * 1024 * 1024))
    assert not any(m.document for m in telegram.chat(LI).messages)
