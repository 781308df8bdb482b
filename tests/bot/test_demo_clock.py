"""Moving the demo's clock lets time pass: what falls due on the way arrives at its hour."""

import asyncio
from datetime import timedelta

from bot.app import build_dispatcher
from bot.local.demo import Days
from bot.local.model import Slow
from domain.people.model import Role
from tests.support import town
from tests.support.world import world

DAY = timedelta(hours=9)  # until half past five in Shanghai
NIGHT = timedelta(hours=15)


async def test_an_evening_and_a_morning_bring_all_that_belongs_to_them(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await place.joins("Boss", Role.MANAGER)
        li = await place.joins("Li Na", manager="Boss")
        await place.loads(town.hospitals("en"), town.customers("en"), town.visits())
        await li.sends("/today")
        place.clock.move(DAY)
        before, known = place.clock.now(), len(li.messages)
        dispatcher = build_dispatcher(place.deps, place.chatter.application)
        await Days(place.deps, place.clock, dispatcher).let_pass(NIGHT)
        assert place.clock.now() == before + NIGHT
        brought = li.messages[known:]
        days = {message.date.date() for message in brought}
        assert len(days) == 2, "in the evening and in the morning"
        assert li.pinned is not None
        assert li.pinned.date.date() == place.clock.now().date()
        async with place.deps.db.read() as uow:
            assert await uow.outbox.waiting(place.clock.now()) == 0


async def test_the_clock_waits_for_what_the_bot_itself_is_sending(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await place.joins("Boss", Role.MANAGER)
        await place.joins("Li Na", manager="Boss")
        await place.loads(town.hospitals("en"), town.customers("en"), town.visits())
        running = build_dispatcher(place.deps, place.chatter.application)
        of_demo = build_dispatcher(place.deps, place.chatter.application)
        place.chatter.telegram.fail("sendMessage", Slow(0.2), times=20)
        task = asyncio.create_task(running.run())
        await Days(place.deps, place.clock, of_demo).let_pass(timedelta(hours=24))
        task.cancel()
        await running.finish()
        now = place.clock.now()
        async with place.deps.db.read() as uow:
            counts = await uow.outbox.counts(now - timedelta(days=2), now + timedelta(days=1))
        assert counts["sent"] > 2
        assert counts["unknown"] == 0
