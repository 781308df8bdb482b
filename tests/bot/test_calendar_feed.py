"""Calendars over HTTP, as phones fetch them."""

import asyncio
import re
import socket
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from icalendar import Calendar

from bot.buttons.appointments import CancelAppointment, SetAppointment
from bot.buttons.worktime import EndCalendarAddress, NewCalendarAddress
from bot.calendar_feed import calendar_pages, serving_calendars
from bot.clock import MovableClock
from bot.errors import OperatorError
from bot.local.telegram import LocalTelegram
from bot.settings import Settings, SettingsError
from domain.people.model import Role
from tests.support import town
from tests.support.process import Installation, Phone, served
from tests.support.telegram import TOKEN
from tests.support.world import world

FONT = 4
THURSDAY = datetime(2026, 11, 26, tzinfo=UTC).date()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture
async def place(sqlite_database_url, tmp_path):
    where = f"127.0.0.1:{free_port()}"
    settings = {"calendar_url": f"http://{where}", "calendar_listen": where}
    async with world(sqlite_database_url, tmp_path, market="cn", **settings) as made:
        await made.joins("Li Na", Role.REP)
        await made.joins("Wang Wei", Role.REP)
        await made.loads(town.hospitals("en"), town.customers("en"))
        yield made


@pytest.fixture
async def phone(place):
    async with serving_calendars(place.deps), httpx.AsyncClient() as client:
        yield client


async def address(place, name: str = "Li Na") -> str:
    rep = place.people[name]
    await rep.presses(NewCalendarAddress().pack())
    return re.search(r"http://\S+", rep.text)[0]


async def test_a_phone_reads_the_calendar_and_follows_its_changes(place, phone):
    rep = place.people["Li Na"]
    await rep.presses(SetAppointment(FONT, THURSDAY, 600).pack())
    url = await address(place)
    reply = await phone.get(url)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    assert reply.headers["cache-control"] == "private, no-cache"
    (event,) = Calendar.from_ical(reply.content).walk("VEVENT")
    assert event.start == datetime(2026, 11, 26, 2, tzinfo=UTC)
    again = await phone.get(url, headers={"if-none-match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await rep.presses(CancelAppointment(1, sure=True).pack())
    changed = await phone.get(url, headers={"if-none-match": reply.headers["etag"]})
    assert changed.status_code == 200
    (event,) = Calendar.from_ical(changed.content).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


async def test_the_same_calendar_has_the_same_tag_another_day(place, phone):
    await place.people["Li Na"].presses(SetAppointment(FONT, THURSDAY, 600).pack())
    url = await address(place)
    before = (await phone.get(url)).headers["etag"]
    place.clock.move(timedelta(days=2))
    assert (await phone.get(url)).headers["etag"] == before


async def test_only_appointments_near_in_time_are_in_it(place, phone):
    await place.people["Li Na"].presses(SetAppointment(FONT, THURSDAY, 600).pack())
    url = await address(place)
    place.clock.move(timedelta(days=40))
    assert Calendar.from_ical((await phone.get(url)).content).walk("VEVENT") == []


async def test_an_ended_or_renewed_address_is_not_found(place, phone):
    first = await address(place)
    second = await address(place)
    assert [(await phone.get(url)).status_code for url in (first, second)] == [404, 200]
    await place.people["Li Na"].presses(EndCalendarAddress().pack())
    assert (await phone.get(second)).status_code == 404


async def test_each_address_shows_its_own_reps_appointments(place, phone):
    await place.people["Li Na"].presses(SetAppointment(FONT, THURSDAY, 600).pack())
    reply = await phone.get(await address(place, "Wang Wei"))
    assert Calendar.from_ical(reply.content).walk("VEVENT") == []


async def test_the_address_of_somebody_without_access_is_not_found(place, phone):
    url = await address(place)
    async with place.deps.db.write() as uow:
        await uow.users.set_active((await place.user("Li Na")).id, is_active=False)
    assert (await phone.get(url)).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/", "/calendar", "/calendar/", "/calendar/.ics", "/calendar/x.ics", "/calendar/x", "/calendar/../x.ics"]
    + [f"/calendar/{secret}.ics" for secret in ("%00", "%27%20OR%201=1", "\u738b", "a" * 5000, "..%2f..")],
)
async def test_whatever_is_no_secret_is_not_found_and_all_answers_are_alike(place, phone, path):
    reply = await phone.get(place.deps.settings.calendar_url + path)
    assert (reply.status_code, reply.text) == (404, "Not Found")
    assert "server" not in reply.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_nothing_can_be_written(place, phone, method):
    assert (await phone.request(method, await address(place))).status_code == 405


async def test_the_pages_end_with_the_block_and_a_taken_port_is_told(place):
    where = place.deps.settings.calendar_listen
    async with serving_calendars(place.deps):
        with pytest.raises(OperatorError, match=f"calendars cannot be served at {where}"):
            async with serving_calendars(place.deps):
                raise AssertionError("served twice")
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://{where}/")


async def test_two_hundred_phones_at_once_are_answered(place):
    url = await address(place)
    transport = httpx.ASGITransport(app=calendar_pages(place.deps))
    async with httpx.AsyncClient(transport=transport) as client:
        replies = await asyncio.gather(*(client.get(url) for _ in range(200)))
    assert {reply.status_code for reply in replies} == {200}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        (
            "URL",
            "http://calendar.example.com",
            "must begin with https://: the addresses below it are secrets.",
        ),
        ("URL", "calendar.example.com", "must be an address such as"),
        ("LISTEN", "8766", "must be HOST:PORT such as 127.0.0.1:8766."),
        ("LISTEN", "127.0.0.1:0", "must be HOST:PORT such as 127.0.0.1:8766."),
        ("LISTEN", ":99999", "must be HOST:PORT such as 127.0.0.1:8766."),
    ],
)
def test_settings_that_would_give_secrets_away_or_cannot_work_are_refused(name, value, rule):
    with pytest.raises(SettingsError) as refused:
        Settings.load({f"NINEBOX_CALENDAR_{name}": value}, None)
    assert rule in refused.value.problems[0]


async def test_the_running_bot_serves_a_calendar(sqlite_database_url, tmp_path):
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock())
    where = f"127.0.0.1:{free_port()}"
    async with served(telegram) as api, httpx.AsyncClient() as client:
        installation = Installation(
            tmp_path,
            {
                "NINEBOX_TELEGRAM_TOKEN": TOKEN,
                "NINEBOX_TELEGRAM_API_URL": api,
                "NINEBOX_DATABASE_URL": sqlite_database_url,
                "NINEBOX_DATA_DIR": str(tmp_path),
                "NINEBOX_CALENDAR_URL": f"http://{where}",
                "NINEBOX_CALENDAR_LISTEN": where,
            },
        )
        invitation = await installation.command("invite", "--role", "rep", "--name", "Li Na")
        li = Phone(telegram, 5001)
        async with installation.running() as bot:
            await li.asks("/start " + re.search(r"start=(\S+)", invitation)[1])
            screen = await li.asks("/appointments")
            await li.taps(screen, "In my phone's calendar")
            await li.taps(screen, "Make an address")
            url = re.search(r"http://\S+", li.messages[-1].text)[0]
            assert Calendar.from_ical((await client.get(url)).content)["NAME"].to_ical() == b"Ninebox"
            assert (await client.get(url + "x")).status_code == 404
            assert not bot.said(url.rpartition("/")[2].removesuffix(".ics"))  # no secret in the log
            code, _seconds = await bot.stop()
            assert code == 0
            assert not bot.said("Traceback")
