"""A small real bot on the local Telegram, and the chat page over it, served on loopback."""

import asyncio
import os
import shutil
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.clock import MovableClock
from bot.local.page import CastMember, PageServer, SamplePlace, chat_page
from bot.local.telegram import LocalTelegram

TOKEN = "123456:local-token-for-tests"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CAST = [
    CastMember(11, "李伟", "rep", "en", {"en": "Looks after 60 doctors.", "zh": "负责六十位医生。"}),
    CastMember(12, "Anna Vogel", "manager", "en", {"en": "Leads four reps.", "zh": "带四名代表。"}),
    CastMember(13, "Sam", "stranger", "en", {"en": "Knows nobody here.", "zh": "谁也不认识。"}),
]
PLACES = [SamplePlace("City centre", 30.615, 112.735), SamplePlace("North Hospital", 30.65, 112.74)]
MENU = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Why?", callback_data="why"),
            InlineKeyboardButton("Toast", callback_data="toast"),
        ],
        [InlineKeyboardButton("Alert", callback_data="alert")],
    ]
)


def grid_picture(side: int = 540) -> bytes:
    """A PNG of nine coloured cells."""
    shades = [(15, 110, 104), (70, 150, 144), (150, 195, 190)]
    third = side // 3
    rows = [
        b"\0" + b"".join(bytes(shades[max(row // third, column // third)]) for column in range(side))
        for row in range(side)
    ]

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message, person = update.effective_message, update.effective_user
    token = f" with {context.args[0]}" if context.args else ""
    words = (
        f"<b>Hello</b> {person.mention_html(person.first_name)}{token} ({person.language_code}), see /menu"
    )
    sent = await message.reply_html(words.replace("tg://user?id=", "https://example.org/"), reply_markup=MENU)
    await sent.pin()


async def _menu(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.effective_message.reply_text("Choose", reply_markup=MENU)


async def _picture(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.effective_message.reply_photo(grid_picture(), caption="The grid")


async def _slow(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.effective_message.reply_chat_action(ChatAction.UPLOAD_DOCUMENT)


async def _invite(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.effective_message.reply_text("https://t.me/ninebox_bot?start=secret-1")


async def _formats(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.effective_message.reply_html(
        "李 <b>bold <i>both</i></b> 😀 <code>code</code>, see https://example.org/a.\n"
        "<blockquote>quoted</blockquote>\n<tg-spoiler>hidden</tg-spoiler> and the end"
    )


async def _quiz(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.effective_message.reply_poll(
        "Who is visited first?",
        ["The nearest", "Whoever is worth most"],
        is_anonymous=False,
        type="quiz",
        correct_option_ids=[1],
        explanation="Worth comes before the way.",
        reply_markup=_only("Back", "back"),
    )


async def _took(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    answer = update.poll_answer
    await context.bot.send_message(answer.user.id, f"Option {answer.option_ids[0]} was taken")


async def _document(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    data = bytes(await (await message.document.get_file()).download_as_bytearray())
    await message.reply_document(
        data[::-1], filename=f"back-{message.document.file_name}", caption=f"{len(data)} bytes"
    )


async def _media(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.effective_message
    if message.location:
        await message.reply_text(f"At {message.location.latitude}, {message.location.longitude}")
    elif message.voice:
        await message.reply_text(f"Heard {message.voice.file_size} bytes: {message.caption}")
    else:
        photo = message.photo[-1]
        await message.reply_text(f"Seen {photo.width} × {photo.height}: {message.caption}")


async def _echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    await update.effective_message.reply_text(f"You said: {update.effective_message.text}")


async def _pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    if query.data == "why":
        await query.edit_message_text(
            "Because of <i>11 days</i>", parse_mode=ParseMode.HTML, reply_markup=_only("Back", "back")
        )
        await query.answer()
    elif query.data == "back" and isinstance(query.message, Message):
        await query.edit_message_text("Choose", reply_markup=MENU)
        await query.answer()
    else:
        await query.answer(f"This is the {query.data}", show_alert=query.data == "alert")


def _only(label: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)]])


def _parrot(telegram: LocalTelegram) -> Application:
    def request() -> HTTPXRequest:
        return HTTPXRequest(connection_pool_size=8, httpx_kwargs={"transport": telegram.transport()})

    application = ApplicationBuilder().token(TOKEN).request(request()).get_updates_request(request()).build()
    for command, handler in (
        ("start", _start),
        ("menu", _menu),
        ("picture", _picture),
        ("slow", _slow),
        ("invite", _invite),
        ("formats", _formats),
        ("quiz", _quiz),
    ):
        application.add_handler(CommandHandler(command, handler))
    application.add_handler(MessageHandler(filters.Document.ALL, _document))
    application.add_handler(MessageHandler(filters.PHOTO | filters.VOICE | filters.LOCATION, _media))
    application.add_handler(MessageHandler(filters.TEXT, _echo))
    application.add_handler(CallbackQueryHandler(_pressed))
    application.add_handler(PollAnswerHandler(_took))
    return application


class Stage:
    """What a test of the page has at hand."""

    def __init__(self, telegram: LocalTelegram, clock: MovableClock) -> None:
        self.telegram = telegram
        self.clock = clock

    async def serve(self, port: int = 0) -> None:
        self.server = PageServer(chat_page(self.telegram, CAST, self.clock, places=PLACES), port=port)
        self.running = asyncio.create_task(self.server.serve())
        while not self.server.started:  # noqa: ASYNC110  -- uvicorn tells it no other way
            await asyncio.sleep(0.01)
        self.address = self.server.address

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.running


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    clock = MovableClock(datetime(2026, 11, 20, 1, 30, tzinfo=UTC))
    telegram = LocalTelegram(token=TOKEN, clock=clock)
    async with _parrot(telegram) as application:
        for language, words in (("", ("Show the buttons", "A picture")), ("zh", ("显示按钮", "一张图片"))):
            commands = [BotCommand("menu", words[0]), BotCommand("picture", words[1])]
            await application.bot.set_my_commands(commands, language_code=language or None)
        await application.start()
        await application.updater.start_polling()
        stage = Stage(telegram, clock)
        await stage.serve()
        try:
            yield stage
        finally:
            await stage.stop()
            await application.updater.stop()
            await application.stop()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. Without it or Playwright a test is skipped, and where CI=true it fails."""
    path = shutil.which("chromium")
    reason = "" if path else "there is no chromium: apt install chromium"
    try:
        import playwright.async_api  # noqa: F401
    except ImportError:
        reason = "playwright is not installed: pip install '.[e2e]'"
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    return path
