"""Telling where the time goes, in both languages; the team's time; tips from one's own data."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from bot.buttons.timelog import ShowTimeDay, ShowTimeWeek, TellDay, TellWeek
from bot.services import timelog
from domain.coverage.ratio import Ratio
from domain.people.model import Role
from domain.timelog.habits import Habit
from domain.timelog.split import Split
from tests.support import town
from tests.support.world import world

MONDAY, FRIDAY, LAST_MONDAY = date(2026, 11, 23), date(2026, 11, 20), date(2026, 11, 16)
WORDS = {
    "en": ("Today", "5 + 1.5 + 1 + 1 h", "−0.5", "0.5 h of waiting", "Selling: 56 % of all, reference 60 %"),
    "zh": ("今天", "5 + 1.5 + 1 + 1小时", "−0.5", "等候中有0.5小时", "销售占56 %，参考值60 %"),
}


async def told(place, name="Li Na"):
    rep = await place.user(name)
    async with place.deps.db.read() as uow:
        return await uow.timelog.of_rep(rep.id, date(2026, 1, 1), MONDAY)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_day_is_told_in_a_few_taps_and_seen_as_a_picture(place, rep, language):
    today, usual, less, waiting, share = WORDS[language]
    await rep.sends("/settings 中文" if language == "zh" else "/settings English")
    await rep.sends("/time")
    assert rep.message.photo
    await rep.taps(today)
    assert not rep.message.photo
    await rep.taps(usual)
    await place.chatter.restart()
    await rep.taps(less)
    await rep.taps(waiting)
    assert (await told(place))[MONDAY].split == Split(270, 60, 90, 60)
    await rep.sends("/time")
    assert share in rep.text
    assert await told(place, "Wang Wei") == {}


async def test_a_day_is_edited_later_and_forgotten(place, rep):
    await rep.presses(TellDay(FRIDAY, 300, 60, 60, 60).pack())
    await rep.presses(TellDay(FRIDAY, 300, 60, 60, 60).pack())  # a second tap on the same button
    await rep.taps("+1")
    assert (await told(place))[FRIDAY].split == Split(360, 60, 60, 60)
    await rep.presses(ShowTimeDay(MONDAY).pack())
    await rep.taps("As last time")
    assert (await told(place))[MONDAY].split == Split(360, 60, 60, 60)
    await rep.taps("Forget this day")
    assert list(await told(place)) == [FRIDAY]


async def test_a_week_is_spread_to_the_minute_and_spares_days_told_one_by_one(place, rep):
    await rep.presses(TellDay(LAST_MONDAY, 100, 0, 0, 0).pack())
    await rep.presses(ShowTimeWeek(LAST_MONDAY).pack())
    assert "spread over 4 days" in rep.text
    await rep.presses(TellWeek(LAST_MONDAY, 1501, 300, 200, 100).pack())
    days = await told(place)
    assert [days[LAST_MONDAY + timedelta(n)].split.selling for n in range(5)] == [100, 351, 350, 350, 350]
    assert "Together: 35.02 h" in rep.text
    await rep.presses(TellWeek(LAST_MONDAY, 0, 0, 0, 0).pack())
    assert list(await told(place)) == [LAST_MONDAY]


async def test_a_week_is_not_spread_over_leave(place, rep):
    user = await place.user("Li Na")
    async with place.deps.db.write() as uow:
        await uow.leave.add(user.id, LAST_MONDAY, LAST_MONDAY + timedelta(3), place.clock.now())
    await rep.presses(TellWeek(LAST_MONDAY, 240, 60, 60, 60).pack())
    assert list(await told(place)) == [FRIDAY]


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        (TellDay(MONDAY + timedelta(1), 60, 0, 0, 0), "Time can be told of today and up to 45 days before."),
        (TellDay(date(2026, 10, 8), 60, 0, 0, 0), "Time can be told of today and up to 45 days before."),
        (TellDay(MONDAY, 961, 0, 0, 0), "That is more than 16 hours."),
        (TellWeek(LAST_MONDAY, 2**62, 0, 0, 0), "That is more than 80 hours."),
        (TellWeek(FRIDAY, 60, 0, 0, 0), "I cannot find that. Perhaps it is no longer there."),
    ],
)
async def test_what_cannot_be_meant_is_refused(place, rep, forged, said):
    await rep.presses(forged.pack())
    assert rep.last_answer == said
    assert await told(place) == {}


async def test_a_team_is_seen_as_a_whole_and_only_from_three_reps_on(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await place.joins("Boss", Role.MANAGER)
        await place.joins("Other Boss", Role.MANAGER)
        for name in ("Li Na", "Wang Wei", "Zhao Min", "Xu"):
            await place.joins(name, manager="Other Boss" if name == "Xu" else "Boss")
        for name in ("Li Na", "Wang Wei", "Xu"):
            await place.people[name].presses(TellDay(MONDAY, 300, 60, 60, 60).pack())
        await boss.sends("/time")
        assert "Nothing to show yet." in boss.text
        assert not boss.message.photo
        await place.people["Zhao Min"].presses(TellDay(MONDAY, 60, 240, 60, 60).pack())
        await boss.sends("/time")
        assert "Selling 11 h · Travelling 6 h · Organising 3 h · Personal 3 h" in boss.text
        assert "Selling: 48 % of all, reference 60 %" in boss.text
        assert boss.message.photo
        assert not {"Li Na", "Wang Wei", "Zhao Min"} & set(boss.text.split())
        await boss.presses(ShowTimeDay(MONDAY).pack())
        assert boss.last_answer == "Your role does not include this."


async def test_tips_are_chosen_by_the_reps_own_counts(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na")
        await place.loads(town.hospitals("en"), town.customers("en"), town.visits())
        await rep.presses(TellDay(FRIDAY, 120, 300, 60, 60).pack())
        user = await place.user("Li Na")
        async with place.deps.db.write() as uow:
            await uow.weeks.confirm(user.id, LAST_MONDAY, place.clock.now() - timedelta(days=7))
            await uow.session.execute(text("UPDATE visit SET outcome = 'absent' WHERE customer_id = 12"))
        found = await timelog.habits(place.deps, user, MONDAY)
        assert found == {
            Habit.TRAVEL: Ratio(300, 480),
            Habit.APPOINTMENTS: Ratio(0, 12),
            Habit.NEXT_VISIT: Ratio(2, 11),
            Habit.BEST_TIME: Ratio(0, 8),
            Habit.WEEK_PLAN: Ratio(1, 4),
        }
        await rep.sends("/time")
        assert "💡 With an appointment: 0 of 12 visits" in rep.text
        assert "💡 At a time when the customer receives: 0 of 8 visits" in rep.text
        await rep.taps("Eight habits")
        assert "Planned by the first day: 1 of 4 weeks · 25 %" in rep.text
        assert rep.text.count("\n\n") == 9
