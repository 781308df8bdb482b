"""What Telegram told is handled to its end, through kills, repetitions, new numbers, floods and nonsense."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.db.tables import InboxRow
from bot.local.model import Dropped, Repeated, Slow
from bot.local.telegram import LocalTelegram
from bot.polling import LAST, LEASE, MOST_OF_A_CHAT, TOO_OLD, Patience
from tests.support.echo import SOON, Echo
from tests.support.process import PATIENCE, Phone, until
from tests.support.telegram import TOKEN

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FOR_EVER = Slow(3600)
ATTEMPTS = 3


@pytest.fixture
def clock():
    return MovableClock(NOW, frozen=True)


@pytest.fixture
def telegram(clock):
    return LocalTelegram(token=TOKEN, clock=clock)


@pytest.fixture
def echoing(telegram, database, clock):
    """The echo bot, on both databases; after the block it is as if killed."""
    return partial(Echo.running, telegram, database, clock)


@pytest.fixture
def li(telegram):
    return Phone(telegram, 5001)


@pytest.fixture
def wang(telegram):
    return Phone(telegram, 5002)


def texts(phone):
    return [message.text for message in phone.messages]


def has(phone, *words):
    return until(lambda: texts(phone) == [*words])


async def written_down(database):
    async with database.read() as uow:
        return list(await uow.session.scalars(select(InboxRow).order_by(InboxRow.id)))


async def all_confirmed(telegram):
    """Waits until the bot has told Telegram that all has arrived."""
    await until(lambda: not telegram.has_updates)


async def nothing_written_down(database):
    """Waits until it is so."""
    async with asyncio.timeout(PATIENCE):
        while await written_down(database):  # noqa: ASYNC110  -- the database gives no signal
            await asyncio.sleep(0.02)


async def handled(echo):
    await until(lambda: not echo.updates.current_concurrent_updates)


# Kills


async def test_what_a_killed_process_was_at_is_handled_by_the_next(
    telegram, echoing, li, wang, database, clock
):
    telegram.fail("sendMessage", FOR_EVER)
    async with echoing():
        li.sends("interrupted")
        await all_confirmed(telegram)
        await wang.asks("meanwhile")
        await all_confirmed(telegram)
    (row,) = await written_down(database)
    assert row.told["message"]["text"] == "interrupted"
    clock.move(LEASE)
    async with echoing():
        await has(li, "interrupted")
        await nothing_written_down(database)
    assert texts(wang) == ["meanwhile"]


async def test_nobody_takes_over_from_a_process_that_may_still_be_at_it(telegram, echoing, li, database):
    telegram.fail("sendMessage", FOR_EVER)
    async with echoing() as first:
        li.sends("at it")
        await all_confirmed(telegram)
        await first.stop()  # it polls no more, and is still at it
        async with echoing() as other:
            await li.asks("next")
            await handled(other)
        assert texts(li) == ["next"]
        assert len(await written_down(database)) == 1


async def test_telegram_itself_tells_again_what_was_just_taken(telegram, echoing, li, database, monkeypatch):
    monkeypatch.setattr("bot.polling.MOMENT", 60.0)  # the next poll, which would confirm it, does not come
    telegram.fail("sendMessage", FOR_EVER)
    async with echoing():
        li.sends("just taken")
        await until(lambda: any(call.method == "sendMessage" for call in telegram.calls))
    assert await written_down(database) == []
    async with echoing():
        await has(li, "just taken")


async def test_what_is_handled_in_a_moment_is_never_written_down(telegram, echoing, li, database):
    async with echoing() as echo:
        await li.asks("quick")
        await all_confirmed(telegram)
        await handled(echo)
    async with database.write() as uow:
        await uow.inbox.keep([{"update_id": 1}], NOW, NOW)
    assert [row.id for row in await written_down(database)] == [1]  # ids are given once


async def test_words_are_gone_from_the_database_when_they_are_handled(telegram, echoing, li, database):
    telegram.fail("sendMessage", Slow(1.0))
    async with echoing():
        li.sends("in passing")
        await all_confirmed(telegram)
        assert len(await written_down(database)) == 1
        await has(li, "in passing")
        await nothing_written_down(database)


async def test_of_a_tap_the_words_of_the_screen_are_not_written_down(telegram, echoing, li, database, clock):
    telegram.fail("sendMessage", Slow(0))
    telegram.fail("sendMessage", FOR_EVER)
    async with echoing():
        screen = await li.asks("Dr Zhang")
        telegram.press(li.user_id, screen.message_id, "tapped")
        await all_confirmed(telegram)
    (row,) = await written_down(database)
    assert "Zhang" not in str(row.told)
    clock.move(LEASE)
    async with echoing():
        await has(li, "Dr Zhang", "tapped")


async def test_a_process_that_is_told_to_stop_leaves_what_it_does_not_finish_to_the_next(
    telegram, echoing, li, wang, database, clock
):
    telegram.fail("sendMessage", FOR_EVER)
    async with echoing() as echo:
        li.sends("slow")
        await wang.asks("quick")
        await echo.stop()
        await echo.poller.finish()
        assert not telegram.has_updates
    clock.move(LAST)
    async with echoing():
        await has(li, "slow")
    assert texts(wang) == ["quick"]


async def test_what_has_arrived_is_confirmed_at_the_end_if_telegram_lets_it(telegram, echoing, li):
    telegram.fail("getUpdates", Slow(0))
    telegram.fail("getUpdates", Dropped(), times=2)
    async with echoing(Patience(first=60, longest=60)) as echo:
        with capture_logs() as lines:
            await li.asks("once")
            await until(lambda: len(lines) == 1)  # the poll that would have confirmed it was lost
        await echo.stop()
        await echo.poller.finish()  # lost, too
        assert telegram.has_updates
        await echo.poller.finish()
        assert not telegram.has_updates


async def test_what_ends_the_process_each_time_is_given_up(
    telegram, echoing, li, database, clock, monkeypatch
):
    monkeypatch.setattr("bot.polling.MOST_ATTEMPTS", ATTEMPTS)
    telegram.fail("sendMessage", FOR_EVER, times=ATTEMPTS)
    li.sends("deadly")
    for attempt in range(1, ATTEMPTS + 1):
        async with echoing():
            await until(lambda: len(telegram.calls) >= 2 * attempt)  # noqa: B023  -- getMe, sendMessage
            await all_confirmed(telegram)
        clock.move(LEASE)
    with capture_logs() as lines:
        async with echoing():
            await li.asks("alive")
            await nothing_written_down(database)
    assert [(line["event"], line["update_id"]) for line in lines if line["log_level"] == "error"] == [
        ("given up", 1)
    ]


async def test_after_a_day_nobody_waits_for_an_answer_any_more(telegram, echoing, li, database, clock):
    telegram.fail("sendMessage", FOR_EVER)
    async with echoing():
        li.sends("yesterday")
        await all_confirmed(telegram)
    clock.move(TOO_OLD + timedelta(seconds=1))
    async with echoing():
        await li.asks("today")
        await nothing_written_down(database)
        assert texts(li) == ["today"]


async def test_a_clock_that_was_put_back_does_not_keep_words_from_being_handled(
    telegram, echoing, li, clock, database
):
    telegram.fail("sendMessage", FOR_EVER)
    async with echoing():
        li.sends("in summer time")
        await all_confirmed(telegram)
    clock.move(timedelta(hours=-1))
    async with echoing():
        await has(li, "in summer time")
    assert texts(li) == ["in summer time"]


async def test_while_the_database_is_away_telegram_keeps_what_is_not_handled(
    telegram, sqlite_database, clock, li, wang
):
    async def rename(old, new):
        async with sqlite_database.write() as uow:
            await uow.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    await rename("inbox", "elsewhere")
    telegram.fail("sendMessage", FOR_EVER)
    with capture_logs() as lines:
        async with Echo.running(telegram, sqlite_database, clock):
            li.sends("slow")
            await until(lambda: any("could not be written down" in line["event"] for line in lines))
            await wang.asks("quick")
            assert telegram.has_updates
            await rename("elsewhere", "inbox")
            await all_confirmed(telegram)
    assert texts(wang) == ["quick"]


# Numbers


async def test_what_is_told_twice_is_answered_once(telegram, echoing, li):
    async with echoing() as echo:
        await li.asks("one")
        telegram.fail("getUpdates", Repeated(), times=3)
        await li.asks("two")
        await li.asks("three")
        await all_confirmed(telegram)
        await handled(echo)
    assert texts(li) == ["one", "two", "three"]


async def test_a_telegram_that_tells_the_same_for_ever_is_asked_at_a_gentle_pace(telegram, echoing, li):
    async with echoing():
        telegram.fail("getUpdates", Repeated(), times=1_000)
        await li.asks("again and again")
        started = 1_000 - len(telegram._gate._faults["getupdates"])
        await until(lambda: 1_000 - len(telegram._gate._faults["getupdates"]) >= started + 2)
        assert 1_000 - len(telegram._gate._faults["getupdates"]) < 20
    assert texts(li) == ["again and again"]


@pytest.mark.parametrize("anew", [7, 2_000_000_000], ids=["smaller", "larger"])
async def test_numbers_that_begin_anew_after_a_silent_week_are_followed(telegram, echoing, li, anew):
    telegram.begin_anew(900_000_000)
    async with echoing():
        await li.asks("before")
        await all_confirmed(telegram)
        telegram.begin_anew(anew)
        await li.asks("after")
        await li.asks("and after")
        await all_confirmed(telegram)
    assert texts(li) == ["before", "after", "and after"]


# What cannot be read, and what is too much


async def test_an_update_that_cannot_be_read_is_left_out_and_nothing_else(telegram, echoing, li, wang):
    with capture_logs() as lines:
        async with echoing():
            li.sends("before")
            telegram.tell("message", {"nonsense": True})
            wang.sends("after")
            await has(wang, "after")
            await all_confirmed(telegram)
            assert await li.asks("later")
    assert texts(li) == ["before", "later"]
    assert [line["update_id"] for line in lines if line["log_level"] == "error"] == [2]


async def test_a_chat_that_floods_has_its_share_and_the_others_theirs(telegram, echoing, li, wang):
    telegram.fail("sendMessage", FOR_EVER)
    with capture_logs() as lines:
        async with echoing() as echo:
            for number in range(MOST_OF_A_CHAT + 20):
                li.sends(f"flood {number}")
            await wang.asks("one of many")
            assert texts(li) == []
            assert echo.updates.current_concurrent_updates == MOST_OF_A_CHAT
    assert [line["update_id"] for line in lines if "too much" in line["event"]] == [*range(101, 121)]


async def test_a_chat_that_floods_takes_one_place_of_those_that_are_worked_at(
    telegram, sqlite_database, clock, li, wang
):
    telegram.fail("sendMessage", FOR_EVER)
    async with Echo.running(telegram, sqlite_database, clock, SOON, places=2):
        for number in range(10):
            li.sends(f"flood {number}")
        await wang.asks("one of many")
        assert texts(li) == []
