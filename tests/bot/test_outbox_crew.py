"""Helpers of a large morning: processes of their own on the same outbox."""

import os
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.clock import MovableClock, SystemClock
from bot.jobs.ticking import tick
from bot.local.telegram import LocalTelegram
from bot.notices.clockwork import lists_ahead
from bot.outbox import crew, helper
from bot.outbox.crew import Crew
from bot.outbox.pace import LIMIT, Pace
from bot.services.today import plan_ahead
from domain.people.model import Role
from tests.support import town
from tests.support.process import served
from tests.support.telegram import TOKEN
from tests.support.world import MONDAY, world

EARLY = MONDAY - timedelta(minutes=80)  # ten past seven in Shanghai


@pytest.fixture
async def office(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn", now=EARLY) as place:
        await place.joins("Boss", Role.MANAGER)
        await place.joins("Li Na", manager="Boss")
        await place.loads(town.hospitals("en"), town.customers("en"))
        yield place


def helpers(place, address):
    """A crew whose processes find this database and this Telegram."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NINEBOX_")}
    settings = place.deps.settings
    given = {
        "NINEBOX_DATABASE_URL": settings.database_url,
        "NINEBOX_DATA_DIR": str(settings.data_dir),
        "NINEBOX_MARKET": "cn",
        "NINEBOX_TELEGRAM_TOKEN": TOKEN,
        "NINEBOX_TELEGRAM_API_URL": address,
        "NINEBOX_LOG_LEVEL": "ERROR",
    }
    ahead = (place.clock.now() - SystemClock().now()).total_seconds()
    return Crew(place.deps, Pace(), environment=kept | given, folder=settings.data_dir, ahead=ahead)


async def test_a_list_planned_ahead_is_the_one_that_is_shown(office):
    rep, now = await office.user("Li Na"), office.clock.now()
    local = now.astimezone(ZoneInfo("Asia/Shanghai"))
    assert await plan_ahead(office.deps, [(rep.id, local.date())], now) == 1
    assert await plan_ahead(office.deps, [(rep.id, local.date())], now) == 0
    async with office.deps.db.read() as uow:
        planned = await uow.suggestions.of_day(rep.id, local.date())
    office.clock.move(timedelta(minutes=51))
    await office.delivers()
    li = office.people["Li Na"]
    assert li.pinned is not None
    async with office.deps.db.read() as uow:
        shown = await uow.suggestions.of_day(rep.id, local.date())
    assert shown.made_at == planned.made_at
    assert [one.customer_id for one in shown.suggestions] == [one.customer_id for one in planned.suggestions]


async def test_a_small_office_starts_no_process(office):
    crew_of = helpers(office, "http://127.0.0.1:9")
    now = office.clock.now()
    assert len(await lists_ahead(office.deps, now, now + crew.AHEAD)) == 1
    await crew_of.plan_much()
    await crew_of.send_much()
    async with office.deps.db.read() as uow:
        assert not await uow.suggestions.planned_on(now.astimezone(ZoneInfo("Asia/Shanghai")).date())


async def test_a_helping_process_plans_the_lists_of_many(office, monkeypatch):
    monkeypatch.setattr(crew, "MANY", 1)
    monkeypatch.setattr(crew, "PLANNERS", 1)
    await helpers(office, "http://127.0.0.1:9").plan_much()
    rep, day = await office.user("Li Na"), office.clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    async with office.deps.db.read() as uow:
        assert await uow.suggestions.planned_on(day) == {rep.id}


async def test_a_helper_sends_from_the_same_outbox(office):
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock())
    li = office.people["Li Na"]
    telegram.user(li.user_id, first_name="Li Na", language_code="en")
    telegram.send_text(li.user_id, "/start")
    office.clock.move(timedelta(minutes=51))
    await tick(office.deps)
    async with served(telegram) as address:
        given = {"telegram_token": SecretStr(TOKEN), "telegram_api_url": address}
        settings = office.deps.settings.model_copy(update=given)
        await helper.send(replace(office.deps, settings=settings), 14)
    (message,) = [one for one in telegram.chat(li.user_id).messages if one.from_bot]
    assert "Today" in message.text
    async with office.deps.db.read() as uow:
        assert await uow.outbox.sendable(office.clock.now()) == 0


async def test_once_a_helper_has_started_the_bot_itself_says_less(office, monkeypatch):
    monkeypatch.setattr(crew, "MANY", 1)
    limits = []
    team = helpers(office, "http://127.0.0.1:9")

    async def helped(self, words, work, ready):
        limits.append(self.pace.limit)
        ready()
        limits.append(self.pace.limit)

    monkeypatch.setattr(Crew, "_helped", helped)
    office.clock.move(timedelta(minutes=51))
    await tick(office.deps)
    await team.send_much()
    assert limits == [LIMIT, LIMIT - crew.SHARE]
    assert team.pace.limit == LIMIT
