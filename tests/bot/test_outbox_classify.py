"""What each error means, as the library's own request class raises it."""

import httpx
import pytest
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.clock import MovableClock
from bot.local.model import (
    Dropped,
    LostAnswer,
    Refusal,
    Slow,
    blocked,
    conflict,
    server_error,
    too_many_requests,
)
from bot.local.telegram import LocalTelegram
from bot.outbox.classify import PAUSE, Fate, Outcome, classify
from tests.support.telegram import TOKEN, request_to

LI = 5001


async def raised(request, *, token=TOKEN, chat_id=LI, text="Hello", read_timeout=None):
    bot = Bot(token, request=request, get_updates_request=request)
    await request.initialize()
    try:
        with pytest.raises(TelegramError) as caught:
            await bot.send_message(chat_id, text, read_timeout=read_timeout)
    finally:
        await request.shutdown()
    return classify(caught.value)


@pytest.fixture
def telegram():
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock())
    telegram.user(LI, first_name="Li Na", language_code="en")
    telegram.send_text(LI, "/start")
    return telegram


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (too_many_requests(7), Outcome(Fate.NOT_SENT, "flood", wait=7.0, holds_all=True)),
        (blocked(), Outcome(Fate.UNREACHABLE, "Forbidden: bot was blocked by the user")),
        (
            Refusal(403, "Forbidden: user is deactivated"),
            Outcome(Fate.UNREACHABLE, "Forbidden: user is deactivated"),
        ),
        (conflict(), Outcome(Fate.NOT_SENT, "conflict", wait=PAUSE)),
        (server_error(502), Outcome(Fate.UNCLEAR, "Bad Gateway")),
        (server_error(500), Outcome(Fate.UNCLEAR, "Internal Server Error")),
        (Dropped(), Outcome(Fate.UNCLEAR, "connection_lost")),
        (LostAnswer(), Outcome(Fate.UNCLEAR, "connection_lost")),
    ],
)
async def test_a_fault_on_the_way_means_this(telegram, fault, expected):
    telegram.fail("sendMessage", fault)
    assert await raised(request_to(telegram)) == expected


async def test_nobody_at_the_other_end(telegram):
    outcome = await raised(request_to(telegram), chat_id=999)
    assert outcome.fate is Fate.UNREACHABLE
    assert "chat not found" in outcome.why.lower()


async def test_a_message_that_telegram_never_takes(telegram):
    outcome = await raised(request_to(telegram), text=" ")
    assert outcome.fate is Fate.REFUSED
    assert "empty" in outcome.why


async def test_a_token_that_is_not_known_holds_everything(telegram):
    outcome = await raised(request_to(telegram), token="999:wrong")
    assert outcome == Outcome(Fate.NOT_SENT, "invalid_token", wait=PAUSE, holds_all=True)


async def test_an_answer_that_does_not_come_leaves_open_whether_it_arrived(telegram):
    telegram.fail("sendMessage", Slow(5))
    assert await raised(request_to(telegram), read_timeout=0.05) == Outcome(Fate.UNCLEAR, "timed_out")


@pytest.mark.parametrize("error", [httpx.ConnectTimeout("slow"), httpx.PoolTimeout("none free")])
async def test_what_never_left_may_be_sent_again(error):
    def fails(request):
        raise error

    request = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(fails)})
    assert await raised(request) == Outcome(Fate.NOT_SENT, "no_connection")


async def test_a_machine_that_is_not_there_was_not_told():
    request = HTTPXRequest(httpx_kwargs={"verify": False})
    bot = Bot(TOKEN, base_url="http://127.0.0.1:9/bot", request=request)  # nobody listens to "discard"
    await request.initialize()
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(LI, "Hello")
    await request.shutdown()
    assert classify(caught.value) == Outcome(Fate.NOT_SENT, "no_connection")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            400,
            {"ok": False, "description": "group moved", "parameters": {"migrate_to_chat_id": -100}},
            Outcome(Fate.REFUSED, "migrated to -100"),
        ),
        (200, None, Outcome(Fate.UNCLEAR, "Invalid server response")),
    ],
)
async def test_answers_that_the_local_telegram_never_gives(status, body, expected):
    def answers(request):
        return httpx.Response(status, json=body) if body else httpx.Response(status, text="<html>")

    assert await raised(HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answers)})) == expected
