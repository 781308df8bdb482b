"""What the clock owes: once for each person and day, in every zone, over clock changes and holidays."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.app import build_deps
from bot.db.tables import OutboxRow
from bot.deps import Deps
from bot.notices.clockwork import due, lists_ahead
from bot.settings import Settings
from domain.ids import UserId
from domain.people.model import Role
from domain.reminders.kinds import Reminder
from domain.reminders.ruling import Choice
from tests.support.world import LIBRARY, READERS

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@asynccontextmanager
async def bot(url: str, folder: Path) -> AsyncIterator[Deps]:
    """What use cases work with, in China."""
    given = {"database_url": url, "data_dir": folder, "market": "cn", "time_zone": "Asia/Shanghai"}
    made = build_deps(Settings.model_validate(given), library=LIBRARY, readers=READERS)
    try:
        yield made
    finally:
        await made.db.dispose()


@pytest.fixture
async def deps(sqlite_database_url, tmp_path):
    async with bot(sqlite_database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def any_deps(database_url, tmp_path):
    """On SQLite and on PostgreSQL."""
    async with bot(database_url, tmp_path) as made:
        yield made


async def joined(
    deps: Deps, role: Role, zone: str | None = None, *, since: datetime = LONG_AGO, **hours: time
) -> UserId:
    """Somebody who has joined long ago, perhaps with hours of their own."""
    async with deps.db.write() as uow:
        number = len(await uow.users.all())
        user = await uow.users.add(role, f"{role} {number}", None, LONG_AGO)
        await uow.users.bind(user.id, 1000 + number, since)
        await uow.users.set_time_zone(user.id, zone)
        for reminder, at in hours.items():
            await uow.notices.choose(user.id, Reminder(reminder), Choice(at=at), LONG_AGO)
    return user.id


async def pass_time(deps: Deps, first: datetime, last: datetime, step: timedelta) -> datetime:
    """Tick from one moment to another, the first twice as two processes would; when the last was."""
    await due(deps, first)
    ticks = [first + n * step for n in range((last - first) // step + 1)]
    for now in ticks:
        await due(deps, now)
    return ticks[-1]


async def owed(deps: Deps, reminder: Reminder) -> list[OutboxRow]:
    async with deps.db.read() as uow:
        query = select(OutboxRow).where(OutboxRow.kind == reminder.value).order_by(OutboxRow.due_at)
        return list(await uow.session.scalars(query))


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (date(2026, 3, 26), date(2026, 3, 31), {28, 29}),  # Berlin changes its clocks on the 29th
        (date(2026, 10, 30), date(2026, 11, 3), {31, 1}),  # New York does on November 1
        (date(2026, 12, 30), date(2027, 1, 4), {1, 2, 3}),
        (date(2026, 10, 6), date(2026, 10, 12), {6, 7, 11}),  # a Saturday is worked for the holidays
    ],
)
async def test_once_a_working_day_at_everybodys_own_hour(deps, first, last, free):
    zones = ("Asia/Shanghai", "Asia/Kolkata", "America/New_York", "Europe/Berlin")
    begin, end = datetime.combine(first, time(0), UTC), datetime.combine(last, time(23, 59), UTC)
    people = {
        await joined(deps, Role.REP, zone, since=begin, morning=clock): (zone, clock)
        for zone in zones
        for clock in (time(0, 1), time(23, 59))
    }
    last_tick = await pass_time(deps, begin, end, 11 * HOUR)
    for person, (zone, clock) in people.items():
        hours = [
            row.due_at.astimezone(ZoneInfo(zone))
            for row in await owed(deps, Reminder.MORNING)
            if row.user_id == person
        ]
        days = [first + timedelta(days=n) for n in range(-1, (last - first).days + 2)]
        worked = [day for day in days if deps.calendar.is_working_day(day)]
        due_at = [datetime.combine(day, clock, ZoneInfo(zone)) for day in worked]
        assert hours == [at for at in due_at if begin <= at <= last_tick], (zone, clock)
        assert not free & {at.day for at in hours}


async def test_a_manager_gets_one_digest_for_each_week_that_was_worked(deps):
    boss = await joined(deps, Role.MANAGER)
    await pass_time(deps, datetime(2026, 9, 20, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC), 19 * HOUR)
    rows = await owed(deps, Reminder.DIGEST)
    told = [f"2026-W{week}" for week in (38, 39, 40, 41, 42)]
    assert [(row.user_id, row.subject) for row in rows] == [(boss, week) for week in told]
    local = [row.due_at.astimezone(ZoneInfo("Asia/Shanghai")) for row in rows]
    assert {at.time() for at in local} == {time(9)}
    assert [f"{at:%m-%d}" for at in local] == ["09-21", "09-28", "10-08", "10-12", "10-19"]


async def test_two_processes_and_a_changed_clock_owe_one_digest_for_each_manager_and_week(
    database_url, tmp_path
):
    """Berlin changes its clocks on March 29; every tick comes twice at once, then the clock is put back."""
    async with bot(database_url, tmp_path) as one, bot(database_url, tmp_path) as other:
        zones = ("Europe/Berlin", "America/New_York", "Asia/Shanghai")
        managers = [await joined(one, Role.MANAGER, zone) for zone in zones]
        now = datetime(2026, 3, 28, tzinfo=UTC)
        while now < datetime(2026, 4, 8, tzinfo=UTC):
            await asyncio.gather(due(one, now), due(other, now + timedelta(seconds=1)))
            await due(other, now - 2 * HOUR)
            now += 7 * HOUR
        rows = [(row.user_id, row.subject) for row in await owed(one, Reminder.DIGEST)]
        told = ("2026-W13", "2026-W14")  # the second on a Tuesday: Monday is a holiday
        assert sorted(rows) == [(manager, week) for manager in managers for week in told]


async def test_nothing_is_owed_for_the_time_before_somebody_joined_or_wanted_it(deps):
    rep = await joined(deps, Role.REP)
    noon = datetime(2026, 11, 23, 4, tzinfo=UTC)
    async with deps.db.write() as uow:
        await uow.notices.choose(rep, Reminder.MORNING, Choice(), noon)
        await uow.notices.choose(rep, Reminder.PROMISES, Choice(is_on=False), LONG_AGO)
    await due(deps, noon)
    assert await owed(deps, Reminder.MORNING) == []
    assert await owed(deps, Reminder.PROMISES) == []
    assert len(await owed(deps, Reminder.NUDGE)) == 0
    await due(deps, noon + 24 * HOUR)
    assert [row.on for row in await owed(deps, Reminder.MORNING)] == [date(2026, 11, 24)]


async def test_whoever_has_blocked_the_bot_or_has_no_access_is_owed_nothing(deps):
    gone, blocked = await joined(deps, Role.REP), await joined(deps, Role.REP)
    await joined(deps, Role.ADMIN)
    monday = datetime(2026, 11, 23, 1, tzinfo=UTC)
    async with deps.db.write() as uow:
        await uow.users.set_active(gone, is_active=False)
        await uow.users.set_blocked(blocked, LONG_AGO)
    await due(deps, monday)
    assert await owed(deps, Reminder.MORNING) == []
    assert len(await owed(deps, Reminder.LEDGER)) == 1


async def test_the_lists_of_the_next_hour_are_known_before_they_are_owed(any_deps):
    deps = any_deps
    usual, early = await joined(deps, Role.REP), await joined(deps, Role.REP, morning=time(7, 15))
    await joined(deps, Role.REP, morning=time(9, 30))
    now = datetime(2026, 11, 22, 23, 10, tzinfo=UTC)  # Monday, 7:10 in Shanghai
    monday = date(2026, 11, 23)
    assert sorted(await lists_ahead(deps, now, now + HOUR)) == [(usual, monday), (early, monday)]
    await due(deps, now + HOUR / 4)
    assert await lists_ahead(deps, now, now + HOUR) == [(usual, monday)]
    assert Counter(row.user_id for row in await owed(deps, Reminder.MORNING)) == {early: 1}


async def test_leave_of_some_reps_moves_the_last_day_of_their_week_and_owes_nothing_meanwhile(any_deps):
    deps = any_deps
    here, away = await joined(deps, Role.REP), await joined(deps, Role.REP)
    thursday, friday = date(2026, 11, 26), date(2026, 11, 27)
    async with deps.db.write() as uow:
        await uow.leave.add(away, friday, friday, LONG_AGO)
    for day in (thursday, friday):
        await due(deps, datetime.combine(day, time(10), UTC))  # 18:00 in Shanghai
    week = {(row.user_id, row.on) for row in await owed(deps, Reminder.WEEK)}
    assert week == {(here, friday), (away, thursday)}
    nudges = {(row.user_id, row.on) for row in await owed(deps, Reminder.NUDGE)}
    assert (here, friday) in nudges
    assert (away, friday) not in nudges
