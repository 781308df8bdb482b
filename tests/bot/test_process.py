"""`ninebox run` as a process: it answers, survives networks and operators, and stops when it is told."""

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.local.model import Dropped, Refusal, Slow, conflict, server_error, too_many_requests
from bot.local.telegram import LocalTelegram
from tests.support.process import Installation, Phone, served, until
from tests.support.telegram import TOKEN

GLP1 = Path(__file__).parents[1] / "data" / "nc_glp1"
ROSTER = (str(GLP1 / "nc_glp1_customers.csv"), str(GLP1 / "nc_glp1_rx.csv"))
LI, WANG = 5001, 5002
STOPS_WITHIN = 5.0
STRANGER = "by invitation only"

UNAUTHORIZED = Refusal(401, "Unauthorized")
TROUBLES = {
    "does not accept the token": UNAUTHORIZED,
    "another copy of this bot is running": conflict(),
    "peer closed connection": Dropped(),
    "asks for fewer requests": too_many_requests(1),
    "Bad Gateway": server_error(),
}


@pytest.fixture
def clock():
    """The clock of Telegram; the process reads the machine's."""
    return MovableClock(frozen=True)


@pytest.fixture
def telegram(clock):
    return LocalTelegram(token=TOKEN, clock=clock)


@pytest.fixture
async def installation(telegram, sqlite_database_url, tmp_path):
    """An installation with an empty database, whose bot talks to this Telegram."""
    async with served(telegram) as address:
        yield Installation(
            tmp_path,
            {
                "NINEBOX_TELEGRAM_TOKEN": TOKEN,
                "NINEBOX_TELEGRAM_API_URL": address,
                "NINEBOX_DATABASE_URL": sqlite_database_url,
                "NINEBOX_DATA_DIR": str(tmp_path),
                "NINEBOX_MARKET": "us",
            },
        )


@pytest.fixture
def li(telegram):
    """A person whom the bot does not know."""
    return Phone(telegram, LI)


@pytest.fixture
def every_day_is_worked(tmp_path):
    """A company's content folder in which no day near today is a day off."""
    today = datetime.now(UTC).date()
    days = [f"  - {{on: {today + timedelta(days=n)}, why: test}}" for n in range(-1, 3)]
    params = tmp_path / "content" / "params"
    params.mkdir(parents=True)
    (params / "calendar.yaml").write_text("\n".join(["days_off: []", "workdays:", *days]), encoding="utf-8")
    return str(tmp_path / "content")


def no_crash(bot):
    return not bot.said("Traceback") and not bot.said("[error") and not bot.said("[critical")


async def test_old_buttons_work_after_the_process_was_killed(installation, telegram, li, every_day_is_worked):
    await installation.command("import", *ROSTER, "--ours", "Dulaglutide", "--owner", "Li Na")
    invitation = await installation.command("invite", "--role", "rep", "--name", "Li Na")
    token = re.search(r"start=(\S+)", invitation)[1]

    async with installation.running("first.log", NINEBOX_CONTENT_DIR=every_day_is_worked) as bot:
        await li.asks(f"/start {token}")
        earlier, later = await li.asks("/today"), await li.asks("/today")
        listed = earlier.text
        first = earlier.keyboard[0][0].text
        customer = first.split(" ", 1)[1]
        assert customer in listed
        await li.taps(earlier, first)
        card = earlier.text
        assert card != listed
        assert customer in card
        await bot.kill()
        assert no_crash(bot)

    tapped = li.presses(later, first)
    li.sends("/help")
    count = len(li.messages)
    async with installation.running("second.log", NINEBOX_CONTENT_DIR=every_day_is_worked) as bot:
        await until(lambda: tapped.answer is not None and len(li.messages) > count)
        assert later.text == card  # tapped while the bot was down
        assert "/today" in li.messages[-1].text
        await li.taps(earlier, "Back to the list")
        assert earlier.text == listed
        await li.taps(earlier, "⋯")
        await li.taps(earlier, "Why")
        assert earlier.text not in {listed, card}
        assert no_crash(bot)


async def test_what_a_killed_process_had_confirmed_and_not_answered_is_answered_by_the_next(
    installation, telegram, li, sqlite_database_url
):
    def written_down(statement="SELECT update_id FROM inbox"):
        with closing(sqlite3.connect(sqlite_database_url.partition("///")[2])) as file, file:
            return file.execute(statement).fetchall()

    async with installation.running("first.log") as bot:
        await li.asks("/start")
        telegram.fail("sendMessage", Slow(60))
        li.sends("/help")
        await until(lambda: written_down() and not telegram.has_updates)
        count = len(li.messages)
        await bot.kill()
    written_down("UPDATE inbox SET lease_until = '2020-01-01 00:00:00.000000'")  # minutes later
    async with installation.running("second.log") as bot:
        await until(lambda: len(li.messages) > count)
        await until(lambda: not written_down())
        assert no_crash(bot)
    assert STRANGER in li.messages[-1].text


async def test_a_tap_that_waited_too_long_for_its_answer_is_still_acted_on(installation, clock, li):
    invitation = await installation.command("invite", "--role", "rep", "--name", "Li Na")
    async with installation.running() as bot:
        welcome = await li.asks("/start " + re.search(r"start=(\S+)", invitation)[1])
        await bot.kill()
    said = welcome.text
    press = li.presses(welcome, "Help")
    clock.move(timedelta(minutes=5))
    async with installation.running() as bot:
        await until(lambda: welcome.text != said)
        await li.asks("/help")
        assert press.answer is None  # Telegram no longer takes it
        assert no_crash(bot)


async def test_sigterm_stops_a_bot_that_waits_for_updates(installation, telegram, li):
    async with installation.running() as bot:
        await li.asks("/start")
        code, seconds = await bot.stop()
        assert (code, no_crash(bot)) == (0, True)
        assert seconds < STOPS_WITHIN
        assert bot.said("stopped")


async def test_what_was_answered_does_not_come_again_though_the_last_poll_failed(installation, telegram, li):
    for fault in (Slow(0), server_error()):
        telegram.fail("getUpdates", fault)
    async with installation.running() as bot:
        await li.asks("/start")
        await bot.says("Bad Gateway")
        assert await bot.stop() == (0, pytest.approx(0, abs=STOPS_WITHIN))
        assert not telegram.has_updates


async def test_sigterm_lets_an_answer_that_is_under_way_arrive(installation, telegram, li):
    telegram.fail("sendMessage", Slow(1.0))
    async with installation.running() as bot:
        li.sends("/start")
        await until(lambda: any(call.method == "sendMessage" for call in telegram.calls))
        assert not li.messages
        code, seconds = await bot.stop()
        assert (code, no_crash(bot)) == (0, True)
        assert seconds < STOPS_WITHIN
        assert STRANGER in li.messages[0].text


async def test_sigterm_does_not_wait_for_an_answer_that_takes_too_long(installation, telegram, li):
    telegram.fail("sendMessage", Slow(30.0))
    async with installation.running() as bot:
        li.sends("/start")
        await until(lambda: any(call.method == "sendMessage" for call in telegram.calls))
        code, seconds = await bot.stop()
        assert (code, no_crash(bot)) == (0, True)
        assert seconds < STOPS_WITHIN


async def test_sigterm_stops_a_bot_whose_telegram_hangs(installation, telegram, li):
    async with installation.running() as bot:
        await li.asks("/start")
        telegram.fail("getUpdates", Slow(30.0), times=5)
        code, seconds = await bot.stop()
        assert (code, no_crash(bot)) == (0, True)
        assert seconds < STOPS_WITHIN


async def test_sigterm_stops_a_bot_that_has_not_reached_telegram_yet(installation, telegram):
    telegram.fail("getMe", server_error(), times=100)
    async with installation.running() as bot:
        await bot.says("Bad Gateway")
        code, seconds = await bot.stop()
        assert (code, no_crash(bot)) == (0, True)
        assert seconds < STOPS_WITHIN


async def test_troubles_while_polling_are_one_plain_line_each_and_then_it_answers(installation, telegram, li):
    wang = Phone(telegram, WANG)
    async with installation.running() as bot:
        await li.asks("/start")
        for words, fault in TROUBLES.items():
            before = len(bot.said("[warning"))
            telegram.fail("getUpdates", fault)
            wang.sends("/start")  # ends the poll that is open
            await bot.says(words)
            assert STRANGER in (await li.asks("/start")).text
            warnings = bot.said("[warning")[before:]
            assert len(warnings) == 1
            assert "again_in_seconds=1." in warnings[0]
        assert no_crash(bot)


async def test_troubles_at_the_start_are_waited_out_longer_each_time(installation, telegram, li):
    for fault in (UNAUTHORIZED, Dropped(), too_many_requests(1)):
        telegram.fail("getMe", fault)
    async with installation.running() as bot:
        assert STRANGER in (await li.asks("/start")).text
        waits = [re.search(r"seconds=([\d.]+)", line)[1] for line in bot.said("seconds=")]
        assert waits == ["1.0", "2.0", "1.0"]
        assert no_crash(bot)


async def test_the_token_is_in_no_log_line(installation, telegram, li):
    for method in ("getMe", "getUpdates", "sendMessage"):
        telegram.fail(method, UNAUTHORIZED)
    telegram.fail("sendMessage", Dropped())
    async with installation.running(NINEBOX_LOG_LEVEL="DEBUG") as bot:
        for _ in range(3):
            li.sends("/start")
        await until(lambda: len(li.messages) > 0)
        await bot.stop()
        assert bot.said("[debug")
        assert bot.said("<secret>")
        assert not bot.said(TOKEN)
        assert not bot.said(TOKEN.partition(":")[2])


async def test_a_failing_handler_is_logged_and_apologises_and_the_bot_goes_on(
    installation, sqlite_database_url, li
):
    def rename(old, new):
        with closing(sqlite3.connect(sqlite_database_url.partition("///")[2])) as database:
            database.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')

    async with installation.running() as bot:
        assert STRANGER in (await li.asks("/start")).text
        rename("user", "user_elsewhere")
        assert "Sorry" in (await li.asks("/start")).text
        assert len(bot.said("update failed")) == 1
        assert "update_id=2" in bot.said("update failed")[0]
        rename("user_elsewhere", "user")
        assert STRANGER in (await li.asks("/start")).text
        assert len(bot.said("update failed")) == 1


async def test_two_processes_on_a_fresh_database_both_come_up(installation, empty_url, li):
    settings = {"NINEBOX_DATABASE_URL": empty_url}
    async with (
        installation.running("one.log", **settings) as one,
        installation.running("two.log", **settings) as two,
    ):
        for bot in (one, two):
            await bot.says("running ")
        await until(lambda: bool(one.said("another copy") or two.said("another copy")))
        assert STRANGER in (await li.asks("/start")).text
        stopped = await asyncio.gather(one.stop(), two.stop())
        assert [code for code, _ in stopped] == [0, 0]
        assert no_crash(one)
        assert no_crash(two)
