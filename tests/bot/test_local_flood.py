"""The local Telegram refuses floods as the real one does, when it is asked to."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from bot.clock import MovableClock
from bot.local.flood import A_SECOND
from bot.local.telegram import LocalTelegram
from tests.support.telegram import TOKEN, request_to


@pytest.fixture
async def bot():
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock())
    for person in range(1, A_SECOND + 2):
        telegram.user(person, first_name="Li Na", language_code="en")
        telegram.send_text(person, "/start")
    flood = telegram.limit()
    bot = Bot(TOKEN, request=request_to(telegram))
    await bot._request[1].initialize()
    yield bot, flood
    await bot._request[1].shutdown()


async def test_a_chat_takes_one_message_a_second(bot):
    telegram, flood = bot
    await telegram.send_message(1, "one")
    with pytest.raises(RetryAfter):
        await telegram.send_message(1, "two")
    await telegram.send_chat_action(1, "typing")
    await asyncio.sleep(1.01)
    await telegram.edit_message_text("three", 1, (await telegram.send_message(2, "x")).message_id - 1)
    assert flood.refused == 1


async def test_a_bot_sends_so_many_a_second_and_no_more(bot):
    telegram, flood = bot
    sent = [telegram.send_message(person, "hello") for person in range(1, A_SECOND + 2)]
    results = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(one, RetryAfter) for one in results) == flood.refused == 1
