"""The plan of coming days in the chat: weeks, moves, what is confirmed, the month, and who may see it."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.buttons.weeks import AskMove, ConfirmWeek, MoveVisit, ShowMap, ShowMonth, ShowWeek, ShowWeekDay
from bot.importing.reading import UploadedFile
from bot.services import appointments, calendars, weeks
from bot.services.weeks import Week
from domain.ids import CustomerId
from domain.people.model import Role
from domain.visits.suggestion import SuggestionState
from tests.support.person import Person
from tests.support.said import NOT_FOUND
from tests.support.world import World, world

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
PLACES = {"North": (31.30, 121.44), "East": (31.235, 121.47), "South": (31.19, 121.40), "Nowhere": ("", "")}
WORDS = {
    "en": ("Confirm this week", "✓ Confirmed on", "Not confirmed yet", "Open this week again"),
    "zh": ("确认这一周", "✓ 已于", "尚未确认", "重新打开这一周"),
}
MINUTES = {"en": " min on the way", "zh": "分钟"}


def _sheet(name: str, headers: str, rows: list[tuple[object, ...]]) -> UploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([headers.split(), *rows])
    return UploadedFile(name, text.getvalue().encode())


def hospitals() -> UploadedFile:
    """North receives on Tuesdays and Fridays only; nobody knows where Nowhere is."""
    rows: list[tuple[object, ...]] = [
        (name, "City", *at, "WGS84", "周二上午、周五上午" if name == "North" else "")
        for name, at in PLACES.items()
    ]
    return _sheet("hospitals.csv", "医院名称 城市 纬度 经度 坐标系 接待时间", rows)


def doctors(number: int, owner: str = "Li Na", first: int = 1) -> UploadedFile:
    """So many doctors, in turn of A1, B2 and C2 and in turn in the four hospitals."""
    names = list(PLACES)
    rows: list[tuple[object, ...]] = [
        (f"K{n:03}", f"Doctor {n}", names[n % 4], (9, 5, 2)[n % 3], ("首选", "次选", "次选")[n % 3], owner)
        for n in range(first, first + number)
    ]
    return _sheet(f"doctors{first}.csv", "客户编号 姓名 医院 潜力分 支持度 负责代表", rows)


async def team(place: World, language: str = "en", number: int = 24) -> Person:
    """Boss has Li Na; Zhao is another manager's rep."""
    for boss in ("Boss", "Other Boss"):
        await place.joins(boss, Role.MANAGER, language=language)
    await place.joins("Li Na", manager="Boss", language=language)
    await place.joins("Zhao", manager="Other Boss", language=language)
    await place.loads(hospitals(), doctors(number), doctors(3, "Zhao", 500))
    return place.people["Li Na"]


async def week_of(place: World, page: int = 0) -> Week:
    return await weeks.week(place.deps, await place.user("Li Na"), None, place.clock.now().date(), page)


async def number_of(place: World, name: str) -> CustomerId:
    rep = await place.user("Li Na")
    async with place.deps.db.read() as uow:
        return next(
            one.customer.id for one in await uow.visits.targets(rep.id, MONDAY) if one.customer.name == name
        )


def planned(week: Week, on: date) -> list[str]:
    return [stop.customer.name for day in week.days if day.on == on for stop in day.stops]


# The week


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_week_tells_each_days_load_and_opens_a_day_with_its_times(
    sqlite_database_url, tmp_path, language
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place, language)
        await rep.sends("/week")
        week = await week_of(place)
        assert [day.on.day for day in week.days] == [23, 24, 25, 26, 27]
        for day in week.days:
            assert not day.stops or f"{day.travel_minutes}{MINUTES[language]}" in rep.text
        shown = rep.message.message_id
        await rep.presses(ShowWeekDay(TUESDAY).pack())
        assert rep.message.message_id == shown
        for stop in week.days[1].stops:
            assert f"{stop.start:%H:%M}–{stop.leave:%H:%M} {stop.customer.name}" in rep.text
        await rep.sends("/week")
        assert rep.message.message_id != shown
        assert WORDS[language][2] in rep.text


async def test_the_plan_stays_as_it_is_while_nothing_changes_and_after_a_restart(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        await rep.sends("/week")
        before = rep.text
        await place.chatter.restart()
        await rep.sends("/week")
        assert rep.text == before
        await rep.sends("/today")  # stores today's list, which is the same
        await rep.sends("/week")
        assert rep.text == before


async def test_todays_line_is_the_list_of_the_day_as_it_stands(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        await rep.sends("/today")
        before = planned(await week_of(place), MONDAY)
        user, dropped = await place.user("Li Na"), await number_of(place, before[0])
        async with place.deps.db.write() as uow:
            await uow.suggestions.answer(user.id, dropped, MONDAY, SuggestionState.DROPPED, place.clock.now())
        assert planned(await week_of(place), MONDAY) == before[1:]


async def test_leave_is_said_and_nobody_is_planned_then(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        user = await place.user("Li Na")
        async with place.deps.db.write() as uow:
            await uow.leave.add(user.id, TUESDAY, WEDNESDAY, place.clock.now())
        await rep.sends("/week")
        assert "Tue, Nov 24: off" in rep.text
        assert not [label for label in rep.buttons if label.startswith(("Tue", "Wed"))]
        assert planned(await week_of(place), WEDNESDAY) == []
        await rep.presses(ShowWeekDay(TUESDAY).pack())
        assert "Not a working day." in rep.text


async def test_a_chinese_week_has_its_make_up_saturday(sqlite_database_url, tmp_path):
    """10 October 2026 makes up for the National Day holiday, which ends on the 7th."""
    now = datetime(2026, 10, 8, 0, 30, tzinfo=UTC)
    async with world(sqlite_database_url, tmp_path, market="cn", now=now) as place:
        rep = await team(place, number=90)
        await rep.sends("/week")
        week = await week_of(place)
        assert [day.on.day for day in week.days] == [8, 9, 10]
        assert "Sat, Oct 10: " in rep.text
        assert week.days[2].stops


async def test_the_week_the_clocks_change_has_its_days_and_local_times(sqlite_database_url, tmp_path):
    """In Chicago summer time ends on Sunday, 1 November 2026."""
    now = datetime(2026, 10, 30, 13, 0, tzinfo=UTC)
    zone = {"time_zone": "America/Chicago"}
    async with world(sqlite_database_url, tmp_path, market="us", now=now, **zone) as place:
        rep = await team(place)
        await rep.sends("/week")
        await rep.taps("›")
        week = await week_of(place, 1)
        assert [day.on.day for day in week.days] == [2, 3, 4, 5, 6]
        await rep.taps("Confirm this week")
        assert "✓ Confirmed on Oct 30 08:00" in rep.text
        user = await place.user("Li Na")
        text = (await calendars.calendar_of(place.deps, user, place.clock.now())).decode()
        first = week.days[0].stops[0].start
        assert f"DTSTART:20261102T{first.hour + 6:02}{first.minute:02}00Z" in text


async def test_on_a_weekend_the_week_is_the_coming_one_and_a_rep_without_customers_has_an_empty_one(
    sqlite_database_url, tmp_path
):
    now = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    async with world(sqlite_database_url, tmp_path, market="cn", now=now) as place:
        await place.joins("Li Na")
        rep = place.people["Li Na"]
        await rep.sends("/week")
        assert rep.text.startswith("Week of Nov 30 – Dec 4")
        assert "Mon, Nov 30: nothing planned" in rep.text
        assert "Confirm this week" not in rep.buttons
        await rep.presses(ShowMap().pack())
        assert "Nothing is planned for this day." in rep.text
        await rep.sends("/month")
        assert "November 2026" in rep.text


# Moving


async def test_a_visit_moves_to_another_day_and_back_to_the_plans_own_choice(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        week = await week_of(place)
        stop = next(
            one
            for one in week.days[1].stops
            if one.customer.institution and one.customer.institution.name != "North"
        )
        name = stop.customer.name
        await rep.sends("/week")
        await rep.taps("Tue 24")
        await rep.taps(f" {name}")
        assert f"{name} · " in rep.text
        await rep.taps("Fri, Nov 27")
        assert f"{name} · {stop.cell.value if stop.cell else ''} 📌" in rep.text
        after = await week_of(place)
        assert [day.on for day in after.days if name in planned(after, day.on)] == [date(2026, 11, 27)]
        await rep.taps("Let the plan decide again")
        assert "📌 stays" in rep.text
        assert [planned(await week_of(place), day.on) for day in week.days] == [
            planned(week, day.on) for day in week.days
        ]


async def test_a_move_to_a_day_on_which_the_hospital_does_not_receive_is_refused_with_the_reason(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        before = await week_of(place)
        stop = next(
            one
            for one in before.days[1].stops
            if one.customer.institution and one.customer.institution.name == "North"
        )
        await rep.sends("/week")
        await rep.presses(MoveVisit(stop.customer.id, TUESDAY, date(2026, 11, 26)).pack())
        assert "Thu, Nov 26 is not possible: no reception for representatives today; next: Nov 27" in rep.text
        assert await week_of(place) == before


async def test_a_move_into_the_gap_after_the_last_visit_is_refused(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        user, number = await place.user("Li Na"), await number_of(place, "Doctor 1")
        row = ("K001", "2026-11-20", "面对面", "见到")
        await place.loads(_sheet("seen.csv", "客户编号 拜访日期 拜访方式 拜访结果", [row]))
        every = [day for page in range(3) for day in (await week_of(place, page)).days]
        on = next(day.on for day in every if "Doctor 1" in [stop.customer.name for stop in day.stops])
        assert on > TUESDAY
        now = place.clock.now()
        refused = await weeks.move(place.deps, user, number, on, TUESDAY, MONDAY, now)
        assert refused is not None
        assert refused.code == "too_soon"


async def test_a_visit_moved_away_from_today_leaves_todays_list(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        await rep.sends("/today")
        name = planned(await week_of(place), MONDAY)[0]
        assert name in rep.text
        await rep.presses(MoveVisit(await number_of(place, name), MONDAY, date(2026, 11, 27)).pack())
        assert f"{name} · " in rep.text
        await rep.sends("/today")
        assert f"{name} " not in rep.text
        place.clock.move(timedelta(days=4))
        await rep.sends("/today")  # makes the list of the day
        assert name in planned(await week_of(place), date(2026, 11, 27))


async def test_an_appointment_is_moved_as_an_appointment_only(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        user, number = await place.user("Li Na"), await number_of(place, "Doctor 2")
        await appointments.set_appointment(
            place.deps,
            user,
            number,
            WEDNESDAY,
            time(10),
            zone=place.deps.settings.time_zone,
            now=place.clock.now(),
        )
        await rep.sends("/week")
        assert "⏰ 10:00 Doctor 2" in rep.text
        await rep.taps("Wed 25")
        assert "10:00–" in rep.text
        assert "Appointments" in rep.buttons
        assert not [label for label in rep.buttons if label.endswith(" Doctor 2")]
        await rep.presses(AskMove(number, WEDNESDAY).pack())
        assert rep.text == NOT_FOUND


# Confirming


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_confirmed_week_stays_and_the_manager_sees_it(sqlite_database_url, tmp_path, language):
    confirm, confirmed, not_yet, reopen = WORDS[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place, language)
        boss = place.people["Boss"]
        await boss.sends("/week")
        assert "○ Li Na" in boss.text
        assert "Zhao" not in boss.text
        await rep.sends("/week")
        assert not_yet in rep.text
        before = await week_of(place)
        await rep.taps(confirm)
        assert confirmed in rep.text
        await place.loads(doctors(6, first=100))  # whoever is new does not come in between
        after = await week_of(place)
        assert [planned(after, day.on) for day in after.days] == [
            planned(before, day.on) for day in before.days
        ]
        await boss.sends("/week")
        assert "✓ Li Na" in boss.text
        await boss.taps("Li Na")
        assert confirmed in boss.text
        assert confirm not in boss.buttons
        assert reopen not in boss.buttons
        await rep.taps(reopen)
        assert not_yet in rep.text
        later = await week_of(place)
        everyone = {name for day in later.days for name in planned(later, day.on)}
        assert "Doctor 100" in everyone or "Doctor 102" in everyone


async def test_a_confirmed_week_is_in_the_calendar_with_times_that_follow_a_move(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        user = await place.user("Li Na")

        async def calendar() -> str:
            return (await calendars.calendar_of(place.deps, user, place.clock.now())).decode()

        assert "BEGIN:VEVENT" not in await calendar()
        await rep.sends("/week")
        await rep.taps("Confirm this week")
        week = await week_of(place)
        text = await calendar()
        assert text.count("BEGIN:VEVENT") == week.visits
        assert text.count("STATUS:TENTATIVE") == week.visits
        stop = next(
            one
            for one in week.days[1].stops
            if one.customer.institution and one.customer.institution.name != "North"
        )
        await rep.presses(MoveVisit(stop.customer.id, TUESDAY, date(2026, 11, 27)).pack())
        moved = await week_of(place)
        friday = next(one for one in moved.days[4].stops if one.customer.name == stop.customer.name)
        text = await calendar()
        assert text.count("BEGIN:VEVENT") == moved.visits
        begins = datetime.combine(date(2026, 11, 27), friday.start) - timedelta(hours=8)
        assert f"DTSTART:{begins:%Y%m%dT%H%M%S}Z" in text
        assert moved.confirmed_at == week.confirmed_at
        await rep.sends("/week")
        await rep.taps("Open this week again")
        assert "BEGIN:VEVENT" not in await calendar()


async def test_confirming_twice_keeps_the_first_date_and_other_weeks_cannot_be_confirmed(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place)
        await rep.sends("/week")
        await rep.presses(ConfirmWeek(MONDAY).pack())
        place.clock.move(timedelta(hours=2))
        await rep.presses(ConfirmWeek(MONDAY).pack())
        assert "✓ Confirmed on Nov 23 08:30" in rep.text
        for monday in (TUESDAY, MONDAY - timedelta(days=7), MONDAY + timedelta(days=70)):
            await rep.presses(ConfirmWeek(monday).pack())
            assert rep.text == NOT_FOUND


# The month


async def test_the_month_counts_by_cell_what_is_made_and_planned_and_names_who_does_not_fit(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await team(place, number=90)
        await rep.sends("/month")
        user = await place.user("Li Na")
        found = await weeks.month(place.deps, user, None, MONDAY, 0)
        stops = [stop for week in found.weeks for day in week.days for stop in day.stops]
        assert {week.monday for week in found.weeks} == {MONDAY, date(2026, 11, 30)}
        for one in found.cells:
            assert one.planned == sum(stop.cell is one.cell for stop in stops)
            assert f"{one.cell.value} × {one.customers}: 0 + {one.planned}" in rep.text
        assert f"{len(found.short)} customers stay below the minimum" in rep.text
        await rep.taps("Next month")
        assert "December 2026" in rep.text
        assert "Dec 1 – Dec 4" in rep.text


# Other people's plans


@pytest.mark.parametrize("kind", [ShowWeek, ShowMonth, ShowMap])
async def test_the_plan_of_a_rep_of_another_team_is_not_found(sqlite_database_url, tmp_path, kind):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        boss, zhao = place.people["Boss"], await place.user("Zhao")
        await boss.sends("/week")
        await boss.presses(kind(zhao.id).pack())
        assert boss.text == NOT_FOUND
        rep, other = place.people["Li Na"], place.people["Zhao"]
        await rep.sends("/week")
        await rep.presses(kind(zhao.id).pack())
        assert rep.text == NOT_FOUND
        await other.sends("/week")
        assert "Doctor 1" not in other.text
        await other.presses(MoveVisit(await number_of(place, "Doctor 1"), MONDAY, TUESDAY).pack())
        assert other.text == NOT_FOUND


async def test_a_manager_sees_a_day_and_cannot_change_it(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        boss, rep = place.people["Boss"], await place.user("Li Na")
        await boss.sends("/week")
        await boss.taps("Li Na")
        await boss.taps("Tue 24")
        assert "· Li Na" in boss.text
        assert not [label for label in boss.buttons if "Doctor" in label]
        stop = (await week_of(place)).days[1].stops[0]
        await boss.presses(MoveVisit(stop.customer.id, TUESDAY, WEDNESDAY).pack())
        assert boss.last_answer == "Your role does not include this."
        async with place.deps.db.read() as uow:
            assert await uow.weeks.kept(rep.id, MONDAY, date(2026, 12, 31)) == []
