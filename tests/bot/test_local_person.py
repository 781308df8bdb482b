"""The person at the client, and the way an application is driven on the local Telegram."""

import asyncio

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from tests.support.telegram import TOKEN, chatting


def _keyboard(*labels):
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"do:{label}")] for label in labels]
    )


async def _today(update: Update, context):
    await update.effective_message.reply_html("<b>张伟</b> 今天", reply_markup=_keyboard("Why", "为什么 👀"))


async def _pressed(update: Update, context):
    await update.callback_query.answer("toast: " + update.callback_query.data)
    await update.callback_query.edit_message_text("edited", reply_markup=_keyboard("Back"))


async def _slowly(update: Update, context):
    async def later():
        await asyncio.sleep(0.02)
        await context.bot.send_message(update.effective_chat.id, "finished later")

    context.application.create_task(later())


async def _echo_file(update: Update, context):
    file = await update.message.document.get_file()
    data = bytes(await file.download_as_bytearray())
    await update.message.reply_document(data[::-1], filename="back " + update.message.document.file_name)


async def _fails(update: Update, context):
    raise ZeroDivisionError


async def _apologises(update, context):
    await context.bot.send_message(update.effective_chat.id, f"sorry: {type(context.error).__name__}")


async def _member(update: Update, context):
    context.bot_data.setdefault("heard", []).append(update.my_chat_member.new_chat_member.status)


def build(request) -> Application:
    application = ApplicationBuilder().token(TOKEN).request(request).concurrent_updates(True).build()
    application.add_handler(CommandHandler("today", _today))
    application.add_handler(CommandHandler("slow", _slowly))
    application.add_handler(CommandHandler("fail", _fails))
    application.add_handler(MessageHandler(filters.Document.ALL, _echo_file))
    application.add_handler(CallbackQueryHandler(_pressed))
    application.add_handler(ChatMemberHandler(_member))
    application.add_error_handler(_apologises)
    return application


@pytest.fixture
async def chatter():
    async with chatting(build) as chatter:
        yield chatter


@pytest.fixture
def li(chatter):
    return chatter.person("Li", language="zh")


async def test_a_person_reads_text_and_buttons(li):
    await li.sends("/today")
    assert li.text == "张伟 今天"
    assert li.buttons == ["Why", "为什么 👀"]
    assert li.sees("张伟")
    assert li.sees("为什么")
    assert not li.sees("<b>")


async def test_a_tap_finds_its_button_by_part_of_the_label_and_sees_the_message_edited(li):
    await li.sends("/today")
    await li.taps("为什么")
    assert [m.text for m in li.messages] == ["edited"]
    assert li.last_answer == "toast: do:为什么 👀"
    assert li.buttons == ["Back"]


async def test_a_tap_on_a_button_that_is_not_there_fails_with_what_is_there(li):
    await li.sends("/today")
    with pytest.raises(AssertionError, match=r"'Nope'.*'Why'"):
        await li.taps("Nope")


async def test_a_forged_button_reaches_the_application(li):
    await li.sends("/today")
    await li.presses("forged")
    assert li.last_answer == "toast: forged"


async def test_a_button_of_a_message_long_gone_reaches_the_application_as_inaccessible(li):
    await li.sends("/today")
    await li.presses("old", 999)
    assert li.last_answer == "toast: old"


async def test_background_tasks_of_a_handler_have_ended_when_the_act_returns(li):
    await li.sends("/slow")
    assert li.text == "finished later"


async def test_a_file_goes_up_and_comes_back(li):
    await li.uploads("名单.xlsx", b"\x00abc" * 1000)
    assert li.file == ("back 名单.xlsx", (b"\x00abc" * 1000)[::-1])


async def test_the_error_handler_runs(li):
    await li.sends("/fail")
    assert li.text == "sorry: ZeroDivisionError"


async def test_two_people_see_only_their_own_chat(chatter, li):
    wang = chatter.person("Wang")
    await asyncio.gather(li.sends("/today"), wang.sends("/slow"))
    assert [m.text for m in li.messages] == ["张伟 今天"]
    assert [m.text for m in wang.messages] == ["finished later"]


async def test_blocking_and_unblocking_reach_the_application(chatter, li):
    await li.sends("/today")
    await li.blocks()
    await li.unblocks()
    assert chatter.application.bot_data["heard"] == ["kicked", "member"]


async def test_a_restart_keeps_the_chat_and_its_buttons(chatter, li):
    await li.sends("/today")
    before = chatter.application
    await chatter.restart()
    assert chatter.application is not before
    await li.taps("Why")
    assert li.text == "edited"


async def test_the_same_name_is_the_same_person(chatter, li):
    await li.sends("/today")
    assert chatter.person("Li", language="zh").text == "张伟 今天"
