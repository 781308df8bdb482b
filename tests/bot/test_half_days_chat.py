"""Training and half days in the chat: what they take from the plan, the goals and the reminders."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.buttons.appointments import AskTime, SetAppointment
from bot.buttons.weeks import ShowWeekDay
from bot.buttons.worktime import AskLeave, TakeLeave
from bot.services import capacity, today, weeks, worktime
from domain.planning.absence import LeaveKind
from domain.planning.model import Half

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
OFF, TRAINING = LeaveKind.OFF, LeaveKind.TRAINING
WORDS = {
    "en": ("Days off, training", "Training", "Afternoons", "1 working day · afternoons · training"),
    "zh": ("休假、培训", "培训", "下午", "1个工作日 · 下午 · 培训"),
}


async def week_of(place):
    return await weeks.week(place.deps, await place.user("Li Na"), None, MONDAY, 0)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_an_afternoon_of_training_is_taken_in_a_calendar(place, rep, language):
    ask, training, afternoons, said = WORDS[language]
    await rep.sends("/settings 中文" if language == "zh" else "/settings English")
    await rep.sends("/leave")
    await rep.taps(ask)
    await rep.taps(training)
    await place.chatter.restart()
    await rep.taps(afternoons)
    assert f"✓ {training}" in rep.buttons
    await rep.taps("24")
    assert f"✓ {afternoons}" in rep.buttons
    await rep.taps("24")
    assert said in rep.text
    user = await place.user("Li Na")
    async with place.deps.db.read() as uow:
        (leave,) = await uow.leave.between(user.id, MONDAY, WEDNESDAY)
    assert (leave.first, leave.last, leave.kind, leave.half) == (TUESDAY, TUESDAY, TRAINING, Half.AFTERNOON)


async def test_leaves_of_other_kinds_and_halves_stay_apart(place, rep):
    for first, kind, half in (
        (24, OFF, None),
        (25, TRAINING, None),
        (26, OFF, None),
        (26, OFF, Half.MORNING),
        (27, OFF, None),
    ):
        day = date(2026, 11, first)
        await rep.presses(TakeLeave(day, day, kind, half).pack())
    shown = [line for line in rep.text.splitlines() if "working day" in line]
    assert shown == [
        "Tue, Nov 24 · 1 working day",
        "Wed, Nov 25 · 1 working day · training",
        "Thu, Nov 26 · 1 working day · mornings",
        "Thu, Nov 26 – Fri, Nov 27 · 2 working days",
    ]


async def test_a_half_day_is_left_out_of_the_plan_and_said(place, rep):
    local, user = datetime(2026, 11, 23, 8, 30, tzinfo=UTC), await place.user("Li Na")
    before = await today.day_of(place.deps, user, None, local)
    assert any(stop.planned.start < time(12) for stop in before.stops)
    await rep.presses(TakeLeave(MONDAY, MONDAY, OFF, Half.MORNING).pack())
    found = await today.day_of(place.deps, user, None, local)  # made anew
    assert found.stops
    assert all(stop.planned.start >= time(12) for stop in found.stops)
    day = (await week_of(place)).days[0]
    assert day.stops
    assert all(stop.start >= time(12) for stop in day.stops)
    assert 0 not in day.free
    await rep.presses(ShowWeekDay(MONDAY).pack())
    assert "The morning is off." in rep.text
    await rep.sends("/week")
    assert "morning off" in rep.text


async def test_a_day_of_training_has_no_plan(place, rep):
    await rep.presses(TakeLeave(TUESDAY, TUESDAY, TRAINING).pack())
    assert [day.is_off for day in (await week_of(place)).days][:2] == [False, True]


async def test_leave_training_and_half_days_leave_pace_and_capacity(place, rep):
    user = await place.user("Li Na")
    _, pace = await capacity.pace_of(place.deps, user, None, MONDAY)
    await rep.presses(TakeLeave(date(2026, 11, 2), date(2026, 11, 6), TRAINING).pack())
    await rep.presses(TakeLeave(TUESDAY, TUESDAY, OFF, Half.MORNING).pack())
    _, less = await capacity.pace_of(place.deps, user, None, MONDAY)
    assert less.whole.goal == int(pace.whole.goal * 15.5 / 21 + 0.5)
    assert less.whole.low < pace.whole.low
    async with place.deps.db.read() as uow:
        month = await capacity.month_of(place.deps, uow, user, MONDAY)
    assert (month.room.days, month.leave, month.left) == (15.5, 5.5, 5.5)
    await rep.sends("/capacity")
    assert "Working days: 21, less 5.5 of leave or training" in rep.text
    _, colleague = await capacity.pace_of(place.deps, await place.user("Wang Wei"), None, MONDAY)
    assert colleague.whole.goal == pace.whole.goal


async def test_appointments_are_not_offered_in_a_half_that_is_off(place, rep):
    await rep.presses(SetAppointment(4, TUESDAY, 600).pack())
    await rep.presses(TakeLeave(TUESDAY, TUESDAY, OFF, Half.MORNING).pack())
    assert "‼ 1 appointment falls into it" in rep.text
    await rep.presses(AskTime(4, TUESDAY).pack())
    times = [one for one in rep.buttons if ":" in one]
    assert times
    assert min(times) >= "12:00"


async def test_nothing_reminds_who_is_away_at_that_moment(place, rep):
    await rep.presses(TakeLeave(TUESDAY, TUESDAY, OFF, Half.MORNING).pack())
    user = await place.user("Li Na")
    morning = datetime(2026, 11, 24, 1, tzinfo=UTC)  # 09:00 in Shanghai
    assert await worktime.is_away(place.deps, user, morning)
    assert not await worktime.is_away(place.deps, user, morning + timedelta(hours=5))
    assert not await worktime.is_away(place.deps, await place.user("Wang Wei"), morning)


async def test_a_kind_that_does_not_exist_is_out_of_date(place, rep):
    await rep.presses(AskLeave(MONDAY, MONDAY).pack().replace("off", "party"))
    assert "✓ Day off" not in rep.buttons
