"""The local Bot API behind the real request class: what it does, and what it refuses in Telegram's words."""

import asyncio
import re
import struct
import zlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    MenuButtonCommands,
    ReplyParameters,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.clock import MovableClock
from bot.local.gate import DOWNLOAD
from bot.local.images import picture_size
from bot.local.model import Dropped, LostAnswer, Slow, blocked, conflict, server_error, too_many_requests
from bot.local.telegram import LocalTelegram
from tests.support.telegram import TOKEN, request_to

LI = 5001
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\x00" * (width + 1) * height) if width * height < 1_000_000 else b""
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def keyboard(*data):
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(f"b{i}", callback_data=d)] for i, d in enumerate(data)]
    )


@pytest.fixture
def clock():
    return MovableClock(NOON, frozen=True)


@pytest.fixture
def telegram(clock):
    telegram = LocalTelegram(token=TOKEN, clock=clock)
    telegram.user(LI, first_name="李", language_code="zh")
    telegram.send_text(LI, "/start")
    return telegram


@pytest.fixture
async def bot(telegram):
    async with Bot(TOKEN, request=request_to(telegram), get_updates_request=request_to(telegram)) as bot:
        yield bot


def refused(words, error=BadRequest):
    """PTB drops "Bad Request: " and puts a capital in front."""
    return pytest.raises(error, match="(?i)^" + re.escape(words) + "$")


# Messages


async def test_a_message_comes_back_as_it_was_sent(bot, telegram):
    sent = await bot.send_message(LI, "<b>张伟</b> 👀 &lt;3", parse_mode="HTML", reply_markup=keyboard("a"))
    assert sent.text == "张伟 👀 <3"
    assert sent.text_html == "<b>张伟</b> 👀 &lt;3"
    assert sent.parse_entities() == {sent.entities[0]: "张伟"}
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "a"
    assert (sent.chat.id, sent.from_user.username, sent.date) == (LI, "ninebox_bot", NOON)
    kept = telegram.chat(LI).message(sent.message_id)
    assert (kept.text, kept.from_bot) == ("张伟 👀 <3", True)


async def test_text_limits(bot):
    with refused("message text is empty"):
        await bot.send_message(LI, "")
    with refused("text must be non-empty"):
        await bot.send_message(LI, "<b> \n</b>", parse_mode="HTML")
    with refused("message is too long"):
        await bot.send_message(LI, "张" * 4097)
    marked = await bot.send_message(LI, f"<b>{'张&amp;' * 2048}</b>", parse_mode="HTML")
    assert len(marked.text) == 4096


async def test_bad_html_and_other_parse_modes_are_refused(bot):
    with refused("can't parse entities: Can't find end tag corresponding to start tag \"b\""):
        await bot.send_message(LI, "<b>x", parse_mode="HTML")
    with refused("unsupported parse_mode"):
        await bot.send_message(LI, "*x*", parse_mode="MarkdownV2")
    assert await bot.send_message(LI, "<b>x</b>", parse_mode="HTML")


async def test_keyboard_limits(bot):
    assert await bot.send_message(LI, "x", reply_markup=keyboard("张" * 21 + "a"))
    with refused("BUTTON_DATA_INVALID"):
        await bot.send_message(LI, "x", reply_markup=keyboard("张" * 22))
    with refused("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"):
        await bot.send_message(LI, "x", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("b")]]))
    with refused("REPLY_MARKUP_TOO_LONG"):
        await bot.send_message(LI, "x", reply_markup=keyboard(*map(str, range(101))))
    assert await bot.send_message(LI, "x", reply_markup=keyboard(*map(str, range(100))))


async def test_entities_past_the_hundredth_are_ignored(bot):
    sent = await bot.send_message(LI, "<b>x</b> " * 101, parse_mode="HTML")
    assert (len(sent.entities), sent.text.count("x")) == (100, 101)


async def test_nobody_is_written_to_who_did_not_write_first(bot, telegram):
    telegram.user(7, first_name="Shy", language_code=None)
    for stranger in (7, 8, -1):
        with refused("chat not found"):
            await bot.send_message(stranger, "hello")
    telegram.send_text(7, "hi")
    assert await bot.send_message(7, "hello")


async def test_who_blocked_the_bot_gets_nothing_until_unblocking(bot, telegram):
    telegram.block(LI)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(LI, "x")
    with pytest.raises(ValueError, match="unblock it first"):
        telegram.send_text(LI, "x")
    telegram.unblock(LI)
    assert await bot.send_message(LI, "x")
    told = [u.my_chat_member for u in await bot.get_updates() if u.my_chat_member]
    assert [(m.old_chat_member.status, m.new_chat_member.status) for m in told] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_a_reply_names_its_message(bot, telegram):
    first = telegram.chat(LI).messages[0]
    reply = await bot.send_message(LI, "x", reply_parameters=ReplyParameters(first.message_id))
    assert reply.reply_to_message.text == "/start"
    with refused("message to be replied not found"):
        await bot.send_message(LI, "x", reply_parameters=ReplyParameters(999))
    forgiving = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await bot.send_message(LI, "x", reply_parameters=forgiving)).reply_to_message is None


async def test_a_chat_keeps_a_bounded_number_of_messages(telegram):
    for number in range(600):
        telegram.send_text(LI, str(number))
    kept = telegram.chat(LI).messages
    assert (len(kept), kept[-1].text) == (500, "599")


async def test_people_are_held_to_what_a_client_can_send(bot, telegram):
    telegram.send_text(LI, "张" * 5000)
    assert [len(u.message.text) for u in await bot.get_updates()] == [6, 4096, 904]
    with pytest.raises(ValueError, match="needs words"):
        telegram.send_text(LI, " \n")
    with pytest.raises(ValueError, match="needs content"):
        telegram.send_document(LI, "empty.csv", b"")
    with pytest.raises(ValueError, match="caption is too long"):
        telegram.send_document(LI, "a.csv", b"a", caption="x" * 1025)


# Edits


async def test_an_edit_changes_text_in_place_and_drops_the_keyboard(bot, telegram, clock):
    sent = await bot.send_message(LI, "one", reply_markup=keyboard("a"))
    clock.move(timedelta(minutes=1))
    edited = await bot.edit_message_text("two", LI, sent.message_id)
    assert (edited.text, edited.reply_markup, edited.edit_date) == ("two", None, clock.now())
    assert [m.text for m in telegram.chat(LI).messages] == ["/start", "two"]
    with_keys = await bot.edit_message_reply_markup(LI, sent.message_id, reply_markup=keyboard("b"))
    assert (with_keys.text, with_keys.reply_markup.inline_keyboard[0][0].callback_data) == ("two", "b")


async def test_an_edit_that_changes_nothing_is_refused(bot):
    sent = await bot.send_message(LI, "<b>x</b>", parse_mode="HTML", reply_markup=keyboard("a"))
    words = (
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    with refused(words):
        await bot.edit_message_text(
            "<b>x</b>", LI, sent.message_id, parse_mode="HTML", reply_markup=keyboard("a")
        )
    with refused(words):
        await bot.edit_message_reply_markup(LI, sent.message_id, reply_markup=keyboard("a"))
    assert await bot.edit_message_text("x", LI, sent.message_id, reply_markup=keyboard("a"))


async def test_only_the_bots_own_present_messages_are_edited(bot, telegram):
    with refused("message to edit not found"):
        await bot.edit_message_text("x", LI, 999)
    with refused("message can't be edited"):
        await bot.edit_message_text("x", LI, telegram.chat(LI).messages[0].message_id)
    picture = await bot.send_photo(LI, png(40, 30))
    with refused("there is no text in the message to edit"):
        await bot.edit_message_text("x", LI, picture.message_id)
    text = await bot.send_message(LI, "x")
    with refused("there is no caption in the message to edit"):
        await bot.edit_message_caption(LI, text.message_id, caption="x")
    assert [message.text for message in telegram.chat(LI).messages][-1] == "x"


async def test_messages_are_deleted_within_two_days(bot, telegram, clock):
    sent, old = await bot.send_message(LI, "x"), await bot.send_message(LI, "y")
    assert await bot.delete_message(LI, sent.message_id)
    with refused("message to delete not found"):
        await bot.delete_message(LI, sent.message_id)
    clock.move(timedelta(hours=49))
    with refused("message can't be deleted for everyone"):
        await bot.delete_message(LI, old.message_id)
    assert [m.text for m in telegram.chat(LI).messages] == ["/start", "y"]


# Pictures and files


async def test_a_picture_keeps_its_size_and_its_bytes(bot, telegram):
    sent = await bot.send_photo(LI, png(40, 30), caption="<i>九宫格</i>", parse_mode="HTML")
    assert (sent.photo[-1].width, sent.photo[-1].height, sent.caption_html) == (40, 30, "<i>九宫格</i>")
    file = await bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == png(40, 30)
    again = await bot.send_photo(LI, sent.photo[-1].file_id)
    assert again.photo[-1].file_id == sent.photo[-1].file_id


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (b"", "file must be non-empty"),
        (
            png(40, 30) + bytes(10 * 1024 * 1024),
            (
                f"file of size {len(png(40, 30)) + 10 * 1024 * 1024} bytes is too big for a photo; "
                "the maximum size is 10485760 bytes"
            ),
        ),
    ],
    ids=["not a picture", "too large", "too long", "empty", "too heavy"],
)
async def test_pictures_that_telegram_cannot_take_are_refused(bot, telegram, data, words):
    before = len(telegram.chat(LI).messages)
    with refused(words):
        await bot.send_photo(LI, data)
    assert len(telegram.chat(LI).messages) == before


async def test_captions_have_their_own_limit(bot):
    with refused("message caption is too long"):
        await bot.send_photo(LI, png(40, 30), caption="张" * 1025)
    assert len((await bot.send_photo(LI, png(40, 30), caption="张" * 1024)).caption) == 1024


def test_the_size_of_a_jpeg_is_read_past_its_other_segments():
    quantisation = b"\xff\xdb\x00\x04\x00\x00"
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 300, 400) + b"\x03" + bytes(9)
    assert picture_size(b"\xff\xd8" + quantisation + frame) == (400, 300)
    assert picture_size(b"\xff\xd8" + quantisation) is None
    assert picture_size(b"GIF89a") is None


async def test_a_document_goes_out_whole_and_with_its_name(bot, telegram):
    data = bytes(range(256)) * 4096
    sent = await bot.send_document(LI, data, filename="名单 1.xlsx", caption="here")
    assert (sent.document.file_name, sent.document.file_size) == ("名单 1.xlsx", len(data))
    assert telegram.content(telegram.chat(LI).messages[-1].document) == data
    called = telegram.calls[-1]
    assert (called.method, called.params["document"]) == ("sendDocument", f"名单 1.xlsx ({len(data)} bytes)")


async def test_a_document_comes_in_whole(bot, telegram):
    data = bytes(range(256)) * 4096
    telegram.send_document(LI, "roster.xlsx", data, caption="客户")
    message = (await bot.get_updates())[-1].message
    assert (message.document.file_name, message.caption) == ("roster.xlsx", "客户")
    file = await message.document.get_file()
    assert file.file_path.endswith(".xlsx")
    assert bytes(await file.download_as_bytearray()) == data


async def test_files_over_the_limits_are_refused(bot, telegram):
    telegram.send_document(LI, "big.csv", bytes(20 * 1024 * 1024 + 1))
    document = (await bot.get_updates())[-1].message.document
    with refused("file is too big"):
        await bot.get_file(document.file_id)
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(LI, bytes(50 * 1024 * 1024 + 1))
    with refused("wrong file_id or the file is temporarily unavailable"):
        await bot.get_file("nothing")
    with refused("wrong file identifier/HTTP URL specified"):
        await bot.send_document(LI, "nothing")


async def test_the_oldest_files_go_when_all_weigh_too_much(bot, telegram):
    data = bytes(20 * 1024 * 1024)
    files = [telegram.send_document(LI, f"{n}.csv", data).document for n in range(14)]
    assert [telegram.content(f) is None for f in files] == [True, True] + [False] * 12
    with refused("wrong file_id or the file is temporarily unavailable"):
        await bot.get_file(files[0].file_id)


async def test_media_are_exchanged_in_place(bot, telegram):
    sent = await bot.send_photo(LI, png(40, 30), caption="one")
    edited = await bot.edit_message_media(InputMediaPhoto(png(50, 30), caption="two"), LI, sent.message_id)
    assert (edited.photo[-1].width, edited.caption) == (50, "two")
    list_file = InputMediaDocument(InputFile(b"a,b", filename="list.csv", attach=True))
    edited = await bot.edit_message_media(list_file, LI, sent.message_id)
    assert (edited.document.file_name, edited.photo) == ("list.csv", ())
    with refused("wrong file identifier/HTTP URL specified"):
        await bot.edit_message_media(InputMediaDocument(InputFile(b"a")), LI, sent.message_id)
    with refused("can't use file of type Document as Photo"):
        await bot.send_photo(LI, edited.document.file_id)
    recaptioned = await bot.edit_message_caption(LI, sent.message_id, caption="three")
    assert (recaptioned.caption, recaptioned.document.file_name) == ("three", "list.csv")


# Presses


async def test_a_press_is_answered_once_and_in_time(bot, telegram, clock):
    sent = await bot.send_message(LI, "x", reply_markup=keyboard("a"))
    press = telegram.press(LI, sent.message_id, "a")
    query = (await bot.get_updates())[-1].callback_query
    assert (query.data, query.message.text, query.from_user.id) == ("a", "x", LI)
    with refused("MESSAGE_TOO_LONG"):
        await query.answer("张" * 201)
    assert press.answer is None
    await query.answer("好" * 200, show_alert=True)
    answer = await press.answered()
    assert (answer.text, answer.alert) == ("好" * 200, True)
    too_old = "query is too old and response timeout expired or query id is invalid"
    with refused(too_old):
        await query.answer()
    late = telegram.press(LI, sent.message_id, "a")
    clock.move(timedelta(seconds=16))
    with refused(too_old):
        await bot.answer_callback_query(late.id)
    with refused(too_old):
        await bot.answer_callback_query("999")


async def test_a_press_on_a_message_no_longer_kept_says_so(bot, telegram):
    telegram.press(LI, 999, "a")
    message = (await bot.get_updates())[-1].callback_query.message
    assert (message.message_id, message.is_accessible) == (999, False)


# Updates


async def test_an_offset_confirms_and_a_negative_one_keeps_the_last(bot, telegram):
    for word in ("one", "two", "three"):
        telegram.send_text(LI, word)
    updates = await bot.get_updates(limit=2)
    assert [u.message.text for u in updates] == ["/start", "one"]
    updates = await bot.get_updates(offset=updates[-1].update_id + 1)
    assert [u.message.text for u in updates] == ["two", "three"]
    assert [u.message.text for u in await bot.get_updates(offset=-1)] == ["three"]
    assert [u.message.text for u in await bot.get_updates()] == ["three"]


async def test_a_command_carries_its_entity(bot):
    message = (await bot.get_updates())[0].message
    assert message.parse_entities(["bot_command"]) == {message.entities[0]: "/start"}
    assert (message.from_user.language_code, message.chat.type) == ("zh", "private")


async def test_a_long_poll_wakes_at_once(bot, telegram):
    await bot.get_updates(offset=9)
    waiting = asyncio.ensure_future(bot.get_updates(offset=9, timeout=30))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    telegram.send_text(LI, "wake up")
    began = asyncio.get_running_loop().time()
    updates = await waiting
    assert asyncio.get_running_loop().time() - began < 1
    assert updates[0].message.text == "wake up"


async def test_a_long_poll_without_news_ends_at_its_time(bot):
    began = asyncio.get_running_loop().time()
    assert await bot.get_updates(offset=9, timeout=1) == ()
    assert 0.9 < asyncio.get_running_loop().time() - began < 3


async def test_a_second_poller_ends_the_first(bot):
    first = asyncio.ensure_future(bot.get_updates(offset=9, timeout=30))
    await asyncio.sleep(0.05)
    second = asyncio.ensure_future(bot.get_updates(offset=9, timeout=1))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    assert await second == ()


async def test_a_webhook_forbids_polling_until_it_is_deleted(bot, telegram):
    await bot.set_webhook("https://example.org/hook")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_allowed_updates_are_remembered(bot, telegram):
    await bot.get_updates(offset=9, allowed_updates=["callback_query"])
    telegram.send_text(LI, "unheard")
    telegram.press(LI, 1, "heard")
    assert [u.callback_query.data for u in await bot.get_updates()] == ["heard"]
    await bot.get_updates(offset=9, allowed_updates=[])
    telegram.send_text(LI, "heard again")
    assert [u.message.text for u in await bot.get_updates()] == ["heard again"]


# Chat furniture


async def test_the_command_menu_is_the_narrowest_in_the_persons_language(bot, telegram):
    def menu(*names):
        return [BotCommand(name, "说明") for name in names]

    await bot.set_my_commands(menu("help"))
    assert [c["command"] for c in telegram.commands(LI)] == ["help"]
    await bot.set_my_commands(menu("today"), scope=BotCommandScopeAllPrivateChats(), language_code="zh")
    assert [c["command"] for c in telegram.commands(LI)] == ["today"]
    chat = BotCommandScopeChat(LI)
    await bot.set_my_commands(menu("import", "users"), scope=chat)
    assert [c["command"] for c in telegram.commands(LI)] == ["import", "users"]
    assert [c.command for c in await bot.get_my_commands(scope=chat)] == ["import", "users"]
    await bot.delete_my_commands(scope=chat)
    assert [c["command"] for c in telegram.commands(LI)] == ["today"]
    with refused("BOT_COMMAND_INVALID"):
        await bot.set_my_commands(menu("Today"))
    with refused("BOT_COMMAND_DESCRIPTION_INVALID"):
        await bot.set_my_commands([BotCommand("today", "x" * 257)])
    with refused("BOT_COMMANDS_TOO_MUCH"):
        await bot.set_my_commands(menu(*(f"c{i}" for i in range(101))))
    with refused("chat not found"):
        await bot.set_my_commands(menu("x"), scope=BotCommandScopeChat(999))


async def test_names_and_descriptions_are_kept_by_language(bot):
    await bot.set_my_description("Whom to visit today")
    await bot.set_my_description("今天拜访谁", language_code="zh")
    assert (await bot.get_my_description()).description == "Whom to visit today"
    assert (await bot.get_my_description(language_code="zh")).description == "今天拜访谁"
    assert (await bot.get_my_description(language_code="de")).description == "Whom to visit today"
    await bot.set_my_name("Ninebox")
    await bot.set_my_short_description("x")
    assert (await bot.get_my_name()).name == "Ninebox"
    assert (await bot.get_my_short_description()).short_description == "x"
    with refused("bot description is too long"):
        await bot.set_my_description("x" * 513)


async def test_pins_are_a_stack(bot, telegram):
    one, two = await bot.send_message(LI, "one"), await bot.send_message(LI, "two")
    await bot.pin_chat_message(LI, one.message_id)
    await bot.pin_chat_message(LI, two.message_id)
    assert (await bot.get_chat(LI)).pinned_message.text == "two"
    await bot.unpin_chat_message(LI)
    assert telegram.chat(LI).pinned_message.text == "one"
    await bot.unpin_all_chat_messages(LI)
    assert telegram.chat(LI).pinned_message is None
    with refused("message to unpin not found"):
        await bot.unpin_chat_message(LI, one.message_id)
    with refused("message to pin not found"):
        await bot.pin_chat_message(LI, 999)


async def test_typing_shows_until_the_message_or_for_five_seconds(bot, telegram, clock):
    chat = telegram.chat(LI)
    await bot.send_chat_action(LI, "typing")
    assert chat.action_at(clock.now()) == "typing"
    clock.move(timedelta(seconds=5))
    assert chat.action_at(clock.now()) is None
    await bot.send_chat_action(LI, "upload_document")
    await bot.send_message(LI, "done")
    assert chat.action_at(clock.now()) is None
    with refused("wrong parameter action in request"):
        await bot.send_chat_action(LI, "dancing")


async def test_the_menu_button_is_kept_for_its_chat(bot):
    await bot.set_chat_menu_button(LI, MenuButtonCommands())
    assert (await bot.get_chat_menu_button(LI)).type == "commands"
    assert (await bot.get_chat_menu_button()).type == "default"
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button()).type == "commands"


# Changes


async def test_readers_see_every_change_in_order(bot, telegram):
    readers = [telegram.changes(), telegram.changes()]
    sent = await bot.send_message(LI, "one", reply_markup=keyboard("a"))
    await bot.send_chat_action(LI, "typing")
    press = telegram.press(LI, sent.message_id, "a")
    await bot.answer_callback_query(press.id, "ok")
    await bot.edit_message_text("two", LI, sent.message_id)
    await bot.pin_chat_message(LI, sent.message_id)
    await bot.delete_message(LI, sent.message_id)
    kinds = ["message", "action", "answered", "edited", "pinned", "deleted", "pinned"]
    for reader in readers:
        seen = [await anext(reader) for _ in kinds]
        assert [c.kind for c in seen] == kinds
        assert [c.number for c in seen] == list(range(seen[0].number, seen[0].number + len(kinds)))
        assert {c.chat_id for c in seen} == {LI}
        assert seen[2].press.answer.text == "ok"
    later = telegram.changes(after=telegram.last_change - 1)
    assert (await anext(later)).kind == "pinned"


async def test_a_reader_waits_for_news_and_ends_when_the_telegram_closes(telegram):
    async def listen():
        return [change.kind async for change in telegram.changes()]

    listening = asyncio.ensure_future(listen())
    await asyncio.sleep(0)
    telegram.send_text(LI, "x")
    await asyncio.sleep(0)
    telegram.close()
    assert await listening == ["message"]


async def test_a_reader_that_fell_behind_is_told_so(telegram):
    reader = telegram.changes(after=0)
    for number in range(2_100):
        telegram.send_text(LI, str(number))
    missed = await anext(reader)
    assert (missed.kind, missed.number) == ("missed", telegram.last_change)
    telegram.send_text(LI, "next")
    assert (await anext(reader)).kind == "message"


async def test_closing_ends_a_long_poll(bot, telegram):
    waiting = asyncio.ensure_future(bot.get_updates(offset=9, timeout=30))
    await asyncio.sleep(0.05)
    telegram.close()
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await waiting


# Faults


async def test_scripted_refusals_come_as_often_as_asked(bot, telegram, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    telegram.fail("sendMessage", too_many_requests(7))
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(LI, "x")
    assert flood.value.retry_after == timedelta(seconds=7)
    telegram.fail("sendMessage", server_error(), times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(LI, "x")
    telegram.fail("sendMessage", blocked())
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(LI, "x")
    telegram.fail("getUpdates", conflict())
    with pytest.raises(Conflict):
        await bot.get_updates()
    assert (await bot.send_message(LI, "at last")).text == "at last"
    assert [m.text for m in telegram.chat(LI).messages] == ["/start", "at last"]


async def test_a_dropped_call_is_not_performed_and_a_lost_answer_is(bot, telegram):
    telegram.fail("sendMessage", Dropped())
    with pytest.raises(NetworkError):
        await bot.send_message(LI, "dropped")
    assert [m.text for m in telegram.chat(LI).messages] == ["/start"]
    telegram.fail("sendMessage", LostAnswer())
    with pytest.raises(NetworkError):
        await bot.send_message(LI, "performed")
    assert [m.text for m in telegram.chat(LI).messages] == ["/start", "performed"]


async def test_a_slow_call_outlasts_an_impatient_client(bot, telegram):
    telegram.fail("sendMessage", Slow(0.2), times=2)
    with pytest.raises(TimedOut):
        await bot.send_message(LI, "x", read_timeout=0.05)
    assert (await bot.send_message(LI, "y", read_timeout=5)).text == "y"


async def test_a_download_can_fail_too(bot, telegram):
    telegram.send_document(LI, "a.csv", b"abc")
    file = await (await bot.get_updates())[-1].message.document.get_file()
    telegram.fail(DOWNLOAD, Dropped())
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == b"abc"


# The wire


async def test_calls_are_recorded_with_their_structures(bot, telegram):
    await bot.send_message(LI, "x", reply_markup=keyboard("a"), disable_notification=True)
    call = telegram.calls[-1]
    assert call.method == "sendMessage"
    assert call.params["reply_markup"] == {"inline_keyboard": [[{"text": "b0", "callback_data": "a"}]]}


async def test_wrong_tokens_methods_and_paths_are_refused(telegram):
    with pytest.raises(InvalidToken):
        await Bot("654321:other", request=request_to(telegram)).initialize()
    async with httpx.AsyncClient(transport=telegram.transport(), base_url="http://local") as client:
        unknown = await client.post(f"/bot{TOKEN}/sendMoney")
        assert (unknown.status_code, unknown.json()["description"]) == (404, "Not Found: method not found")
        assert (await client.get("/elsewhere")).json() == {
            "ok": False,
            "error_code": 404,
            "description": "Not Found",
        }
        assert (await client.get("/file/bot1:x/photos/file_1.png")).status_code == 401
        assert (await client.get(f"/file/bot{TOKEN}/photos/file_9.png")).status_code == 404


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("setWebhook", {"url": "http://x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("sendPhoto", {"chat_id": LI}, "there is no photo in the request"),
        ("sendDocument", {"chat_id": LI}, "there is no document in the request"),
        (
            "sendDocument",
            {"chat_id": LI, "document": "attach://x"},
            "wrong file identifier/HTTP URL specified",
        ),
        ("editMessageText", {"chat_id": LI, "text": "x"}, "message identifier is not specified"),
        (
            "editMessageText",
            {"chat_id": LI, "text": "x", "message_id": "one"},
            'parameter "message_id" must be of type Integer',
        ),
        ("editMessageMedia", {"chat_id": LI, "message_id": 2}, "media not found"),
        (
            "editMessageMedia",
            {"chat_id": LI, "message_id": 2, "media": {"type": "hologram"}},
            "can't parse InputMedia: type of the media is not known",
        ),
        (
            "setChatMenuButton",
            {"menu_button": {"type": "round"}},
            "can't parse menu button: unsupported type specified",
        ),
        ("setMyCommands", {"commands": "today"}, "can't parse commands JSON object"),
        ("setMyCommands", {"commands": {}}, "can't parse commands JSON object"),
        ("setMyCommands", {"commands": ["today"]}, "expected an Object as BotCommand"),
        ("setMyCommands", {"commands": [], "language_code": "zh-CN"}, "LANG_CODE_INVALID"),
        (
            "getMyCommands",
            {"scope": {"type": "planet"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        (
            "sendMessage",
            {"chat_id": LI, "text": "x", "reply_markup": {"inline_keyboard": ["b"]}},
            "can't parse inline keyboard: row of buttons must be an Array",
        ),
        (
            "sendMessage",
            {"chat_id": LI, "text": "x", "reply_markup": {"inline_keyboard": [[{}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            "sendMessage",
            {"chat_id": LI, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": " "}]]}},
            "inline keyboard button text is empty",
        ),
    ],
)
async def test_calls_that_no_library_would_make_are_refused_too(bot, telegram, method, params, words):
    await bot.send_message(LI, "the second message")
    async with httpx.AsyncClient(transport=telegram.transport(), base_url="http://local") as client:
        reply = (await client.post(f"/bot{TOKEN}/{method}", json=params)).json()
    assert reply == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}


async def test_a_button_may_open_an_address(bot, telegram):
    url = InlineKeyboardMarkup([[InlineKeyboardButton("site", url="https://example.org")]])
    sent = await bot.send_message(LI, "x", reply_markup=url)
    assert sent.reply_markup.inline_keyboard[0][0].url == "https://example.org"


@pytest.mark.parametrize(
    "encoded",
    [
        {"params": {"chat_id": LI, "text": "x"}},
        {"json": {"chat_id": LI, "text": "x", "reply_markup": None}},
        {"data": {"chat_id": str(LI), "text": "x"}},
        {"data": {"chat_id": str(LI), "text": "x"}, "files": {"unused": b""}},
    ],
    ids=["query", "json", "form", "multipart"],
)
async def test_parameters_come_in_any_encoding(telegram, encoded):
    async with httpx.AsyncClient(transport=telegram.transport(), base_url="http://local") as client:
        reply = (await client.post(f"/bot{TOKEN}/SENDMESSAGE", **encoded)).json()
    assert (reply["ok"], reply["result"]["text"]) == (True, "x")


async def test_a_broken_multipart_body_is_refused(telegram):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    async with httpx.AsyncClient(transport=telegram.transport(), base_url="http://local") as client:
        reply = await client.post(f"/bot{TOKEN}/sendMessage", content=b"no boundary here", headers=headers)
    assert (reply.status_code, reply.json()["ok"]) == (400, False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"content": b"{", "headers": {"content-type": "application/json"}}, "can't parse JSON object"),
        ({"json": [1]}, "object expected"),
        ({"json": {"text": "x"}}, "chat_id is empty"),
        ({"json": {"chat_id": "LI", "text": "x"}}, "chat not found"),
        ({"json": {"chat_id": LI, "text": "x", "reply_markup": "{"}}, "can't parse reply markup JSON object"),
        (
            {"json": {"chat_id": LI, "text": "x", "reply_markup": {"keyboard": [["a"]]}}},
            "object expected as reply markup: only inline keyboards are known here",
        ),
    ],
)
async def test_malformed_calls_are_refused(telegram, body, words):
    async with httpx.AsyncClient(transport=telegram.transport(), base_url="http://local") as client:
        reply = await client.post(f"/bot{TOKEN}/sendMessage", **body)
    assert reply.status_code == 400
    assert reply.json() == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
