"""Waiting after failures, and the order of answers: chats in parallel, one chat in order."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.clock import MovableClock
from bot.limits import LONGEST_WAIT, TRIES, PatientLimiter
from bot.local.model import Dropped, Slow, too_many_requests
from bot.local.telegram import LocalTelegram
from bot.polling import Patience, insist, plainly
from tests.support.echo import SOON, Echo
from tests.support.process import Phone, until
from tests.support.telegram import TOKEN


@pytest.fixture
def telegram():
    return LocalTelegram(token=TOKEN, clock=MovableClock())


@pytest.fixture
def li(telegram):
    return Phone(telegram, 5001)


@pytest.fixture
def wang(telegram):
    return Phone(telegram, 5002)


@pytest.fixture
def echoing(telegram, sqlite_database):
    """The echo bot that polls and answers while the block runs."""
    return partial(Echo.running, telegram, sqlite_database)


async def answering(telegram):
    """Waits until the bot is about to send something."""
    await until(lambda: any(call.method == "sendMessage" for call in telegram.calls))


def texts(phone):
    return [message.text for message in phone.messages]


# Chats in parallel, one chat in order


async def test_a_slow_answer_to_one_chat_does_not_delay_another(telegram, echoing, li, wang):
    telegram.fail("sendMessage", Slow(1.5))
    async with echoing():
        li.sends("slow")
        await answering(telegram)
        await wang.asks("quick")
        assert texts(li) == []
        await until(lambda: texts(li) == ["slow"])


async def test_quick_messages_of_one_chat_are_answered_in_order(telegram, echoing, li):
    telegram.fail("sendMessage", Slow(0.2))
    async with echoing() as echo:
        for word in ("one", "two", "three"):
            li.sends(word)
        await until(lambda: len(li.messages) == 3)
        assert texts(li) == ["one", "two", "three"]
        await until(lambda: not echo.updates.current_concurrent_updates)
        assert not echo.updates._locks
        assert not echo.updates._waiting


async def test_a_failing_answer_gives_the_turn_to_the_next(telegram, echoing, li):
    telegram.fail("sendMessage", Dropped())
    async with echoing() as echo:
        li.sends("lost")
        await li.asks("heard")
        assert texts(li) == ["heard"]
        await until(lambda: not echo.updates.current_concurrent_updates)
        assert not echo.updates._locks


async def test_what_is_being_handled_and_what_waits_behind_it_can_be_ended(telegram, echoing, li):
    telegram.fail("sendMessage", Slow(30.0))
    async with echoing() as echo:
        for word in ("one", "two"):
            li.sends(word)
        await answering(telegram)
        await until(lambda: echo.updates.current_concurrent_updates == 2)
        await echo.updates.shutdown()
        assert echo.updates.current_concurrent_updates == 0
        assert not echo.updates._locks
        await li.asks("three")
        assert texts(li) == ["three"]


# Flood control


async def test_the_flood_limit_of_one_chat_delays_that_chat_only(telegram, echoing, li, wang):
    telegram.fail("sendMessage", too_many_requests(1))
    async with echoing():
        loop = asyncio.get_running_loop()
        li.sends("much")
        await answering(telegram)
        began = loop.time()
        await wang.asks("little")
        assert texts(li) == []
        await until(lambda: texts(li) == ["much"])
        assert loop.time() - began >= 0.9


async def _request(refusals, seconds):
    """A request that is refused so often; how it ended, and how often it was tried."""
    tries = 0

    async def request():
        nonlocal tries
        tries += 1
        if tries <= refusals:
            raise RetryAfter(timedelta(seconds=seconds))
        return True

    try:
        return await PatientLimiter().process_request(request, (), {}, "sendMessage", {}, None), tries
    except RetryAfter:
        return False, tries


async def test_a_request_that_may_go_through_in_the_end_does():
    assert await _request(TRIES - 1, seconds=0.01) == (True, TRIES)


async def test_a_request_that_is_refused_for_ever_is_given_up():
    assert await _request(TRIES, seconds=0.01) == (False, TRIES)


async def test_nobody_waits_for_longer_than_a_person_would():
    assert await _request(1, seconds=LONGEST_WAIT + 1) == (False, 1)


# Patience


@pytest.mark.parametrize(
    "error",
    [NetworkError("lost"), TimedOut(), Conflict("two"), InvalidToken("no")],
    ids=lambda e: type(e).__name__,
)
def test_pauses_double_up_to_the_longest(error):
    pauses = [Patience().pause(error, failures) for failures in range(1, 8)]
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_the_pause_after_a_long_night_is_still_the_longest():
    assert Patience().pause(NetworkError("lost"), 5_000) == 30


@pytest.mark.parametrize("failures", [1, 9])
def test_a_wait_that_telegram_names_is_kept_however_often(failures):
    assert 7 < Patience().pause(RetryAfter(7), failures) < 8


async def test_insisting_says_one_plain_line_for_each_wait_and_gives_the_result():
    errors = [InvalidToken(f"The token `{TOKEN}` was rejected by the server."), Conflict("two"), TimedOut()]

    async def action():
        if errors:
            raise errors.pop(0)
        return "done"

    with capture_logs() as lines:
        assert await insist(action, SOON) == "done"
    assert [line["log_level"] for line in lines] == ["warning"] * 3
    assert ["NINEBOX_TELEGRAM_TOKEN" in line["event"] for line in lines] == [True, False, False]
    assert TOKEN not in str(lines)


async def test_a_mistake_of_ours_is_not_insisted_on():
    async def action():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await insist(action, SOON)


def test_every_trouble_has_words_of_its_own():
    troubles = [InvalidToken("x"), Conflict("x"), RetryAfter(1), TimedOut(), NetworkError("x")]
    assert len({plainly(trouble) for trouble in troubles}) == len(troubles)
