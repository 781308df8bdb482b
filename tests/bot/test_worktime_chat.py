"""A rep's own time in the chat: leave, working hours, where the day begins, and the phone's calendar."""

import re
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

import pytest
from icalendar import Calendar
from sqlalchemy import select

from bot.buttons.appointments import AskTime, CancelAppointment, SetAppointment
from bot.buttons.worktime import (
    AskHours,
    AskLeave,
    DropLeave,
    NewCalendarAddress,
    SetBase,
    SetHours,
    TakeLeave,
)
from bot.db.tables import AuditRow, CalendarFeedRow, InstitutionRow, WorkingHoursRow
from bot.db.values import WorkingHours
from domain.people.model import Role
from tests.support import town
from tests.support.world import world

FONT = 4
SERVED = "https://calendar.example.com/nine"
THURSDAY = date(2026, 11, 26)
LEAVE_WRONG = "These days off cannot be meant: at most a year, from this month on."
HOURS_WRONG = "A working day begins before it ends and lasts an hour at least."


@pytest.fixture
async def place(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn", calendar_url=SERVED) as made:
        await made.joins("Li Na", Role.REP)
        await made.joins("Wang Wei", Role.REP)
        await made.loads(town.hospitals("en"), town.customers("en"))
        yield made


async def days_off(place, name="Li Na"):
    rep = await place.user(name)
    async with place.deps.db.read() as uow:
        return sorted(await uow.leave.days_off(rep.id, date(2026, 1, 1), date(2027, 12, 31)))


async def hours(place) -> WorkingHours:
    rep = await place.user("Li Na")
    async with place.deps.db.read() as uow:
        return await uow.hours.of_rep(rep.id)


# Leave


async def test_leave_is_taken_with_two_taps_in_a_calendar(place, rep):
    await rep.sends("/leave")
    await rep.taps("Days off, training")
    assert "November 2026\nFrom which day on are you away?" in rep.text
    assert {"·21·", "23"} <= set(rep.buttons)
    await rep.taps("26")
    assert "Away from Thu, Nov 26. What is the last day?" in rep.text
    assert "25" not in rep.buttons
    await rep.taps("›")
    assert "December 2026" in rep.text
    await place.chatter.restart()
    await rep.taps("2")
    assert rep.last_answer == "Saved"
    assert "Thu, Nov 26 – Wed, Dec 2 · 5 working days" in rep.text
    assert await days_off(place) == [THURSDAY + timedelta(n) for n in range(7)]
    assert await days_off(place, "Wang Wei") == []
    await rep.taps("Work after all: Nov 26 – Dec 2")
    assert "Days off and training\nnone" in rep.text
    assert await days_off(place) == []
    actions = [row.action for row in await place.rows(AuditRow) if row.action.startswith("leave")]
    assert actions == ["leave_taken", "leave_dropped"]


async def test_one_day_is_tapped_twice(place, rep):
    await rep.presses(AskLeave(THURSDAY).pack())
    await rep.taps("26")
    await rep.taps("26")
    assert "Thu, Nov 26 · 1 working day\n" in f"{rep.text}\n"


async def test_leaves_that_touch_become_one(place, rep):
    for first, last in ((1, 4), (10, 11), (5, 9), (5, 9)):
        await rep.presses(TakeLeave(date(2026, 12, first), date(2026, 12, last)).pack())
    assert "Tue, Dec 1 – Fri, Dec 11 · 9 working days" in rep.text
    assert len([one for one in rep.buttons if one.startswith("Work after all")]) == 1


async def test_an_appointment_within_the_leave_is_said(place, rep):
    await rep.presses(SetAppointment(FONT, THURSDAY, 600).pack())
    await rep.presses(TakeLeave(THURSDAY, THURSDAY).pack())
    assert "‼ 1 appointment falls into it" in rep.text


async def test_a_leave_that_is_over_is_not_shown_and_still_counts(place, rep):
    await rep.presses(TakeLeave(date(2026, 11, 2), date(2026, 11, 3)).pack())
    assert "Days off and training\nnone" in rep.text
    assert await days_off(place) == [date(2026, 11, 2), date(2026, 11, 3)]


@pytest.mark.parametrize(
    "forged",
    [
        TakeLeave(date(2026, 12, 2), date(2026, 12, 1)),
        TakeLeave(date(2026, 10, 31), date(2026, 12, 1)),
        TakeLeave(date(2026, 12, 1), date(2029, 12, 1)),
        TakeLeave(date(2029, 12, 1), date(2029, 12, 1)),
        AskLeave(date(2026, 12, 1), date(9999, 12, 31)),
    ],
)
async def test_days_off_that_cannot_be_meant_are_refused(place, rep, forged):
    await rep.presses(forged.pack())
    assert rep.last_answer == LEAVE_WRONG
    assert await days_off(place) == []


async def test_the_calendar_ends_after_a_year(place, rep):
    await rep.presses(AskLeave(date(9999, 12, 31)).pack())
    assert "November 2027" in rep.text
    assert "›" not in rep.buttons


async def test_a_colleagues_leave_cannot_be_dropped(place, rep):
    await rep.presses(TakeLeave(THURSDAY, THURSDAY).pack())
    await place.people["Wang Wei"].presses(DropLeave(1).pack())
    assert await days_off(place) == [THURSDAY]


# Working hours, and where the day begins


async def test_working_hours_decide_which_times_are_offered(place, rep):
    await rep.sends("/settings")
    await rep.taps("My time")
    assert "Working hours: 08:30–17:30, as usual" in rep.text
    await rep.taps("Working hours")
    await rep.taps("10:00")
    assert "From 10:00 until when?" in rep.text
    await place.chatter.restart()
    await rep.taps("15:00")
    assert "Working hours: 10:00–15:00\n" in rep.text
    await rep.presses(AskTime(FONT, THURSDAY).pack())
    times = [one for one in rep.buttons if ":" in one]
    assert (times[0], times[-1]) == ("10:00", "14:30")
    assert await hours(place) == WorkingHours(start=time(10), end=time(15))


@pytest.mark.parametrize(
    "forged", [SetHours(600, 540), SetHours(600, 630), SetHours(600, 1440), AskHours(1440)]
)
async def test_impossible_hours_are_refused(place, rep, forged):
    await rep.presses(forged.pack())
    assert rep.last_answer == HOURS_WRONG
    assert await hours(place) == WorkingHours()


async def test_the_day_begins_at_a_hospital(place, rep):
    async with place.deps.db.write() as uow:
        hospital = (
            await uow.session.scalars(select(InstitutionRow).where(InstitutionRow.name == "Lake Hospital"))
        ).one()
        hospital.lat, hospital.lon = 30.5, 114.3
    await rep.presses(SetHours(540, 1020).pack())
    await rep.taps("Where my day begins")
    await rep.taps("Lake Hospital")
    assert "My day begins at Lake Hospital." in rep.text
    said = await hours(place)
    assert (said.base, said.institution_id, said.start) == ((30.5, 114.3), hospital.id, time(9))
    await rep.taps("Where my day begins")
    await rep.taps("Southside Clinic")
    assert "My day begins at Southside Clinic. Its place on the map is not known." in rep.text
    assert (await hours(place)).base is None
    await rep.taps("Where my day begins")
    await rep.taps("At my first visit")
    assert "My day begins at the first visit." in rep.text
    assert (await hours(place)).institution_id is None


async def test_a_place_from_the_map_is_kept_to_about_a_hundred_metres(place, rep):
    await rep.presses(SetBase(1).pack())
    await rep.taps("Where my day begins")
    await place.chatter.restart()
    await rep.sends_location(30.543_219, 114.298_765)
    assert "My day begins at a place of my own." in rep.text
    assert (await hours(place)).base == (30.543, 114.299)
    (row,) = await place.rows(WorkingHoursRow)
    assert (row.lat, row.lon, row.institution_id) == (30.543, 114.299, None)


async def test_a_place_that_was_not_asked_for_is_not_kept(place, rep):
    await rep.sends_location(30.5, 114.3)
    assert "Today's visits" in rep.buttons
    await rep.sends("/leave")
    await rep.taps("Where my day begins")
    await rep.taps("Home")
    await rep.sends_location(30.5, 114.3)
    assert await hours(place) == WorkingHours()


async def test_words_instead_of_a_place_are_understood_as_ever(place, rep):
    await rep.sends("/leave")
    await rep.taps("Where my day begins")
    await rep.sends("who should I visit today?")
    assert "Today, Mon, Nov 23" in rep.text


async def test_a_hospital_of_others_is_not_found(place, rep):
    await place.people["Wang Wei"].presses(SetBase(1).pack())
    assert place.people["Wang Wei"].last_answer == "I cannot find that. Perhaps it is no longer there."


# The phone's calendar


async def address(rep) -> str:
    await rep.sends("/appointments")
    await rep.taps("In my phone's calendar")
    await rep.taps("address")
    return re.search(r"https://\S+", rep.text)[0]


async def test_the_address_is_secret_told_once_and_stored_as_a_hash(place, rep):
    first = await address(rep)
    secret = re.fullmatch(re.escape(SERVED) + r"/calendar/([\w-]{43})\.ics", first)[1]
    assert not rep.message.protected  # it must be copied
    (row,) = await place.rows(CalendarFeedRow)
    assert row.token_hash == sha256(secret.encode()).hexdigest()
    await rep.sends("/appointments")
    await rep.taps("In my phone's calendar")
    assert "You have had an address since Nov 23 08:30." in rep.text
    assert secret not in rep.text
    await rep.taps("New address")
    second = re.search(r"https://\S+", rep.text)[0]
    assert second != first
    assert len(await place.rows(CalendarFeedRow)) == 1
    await rep.taps("Make the address useless")
    assert rep.last_answer == "The address no longer works"
    assert await place.rows(CalendarFeedRow) == []


async def test_the_file_holds_the_appointments_with_names_and_hospitals_only(place, rep):
    await rep.presses(SetAppointment(1, THURSDAY, 600).pack())  # Shaw has a note
    await rep.presses(SetAppointment(FONT, THURSDAY, 660).pack())
    place.clock.move(timedelta(hours=1))
    await rep.presses(SetAppointment(FONT, THURSDAY, 720, 2).pack())
    await rep.presses(SetAppointment(5, THURSDAY, 900).pack())
    await rep.presses(CancelAppointment(3, sure=True).pack())
    await rep.taps("In my phone's calendar")
    await rep.taps("Send it as a file")
    name, data = rep.file
    assert name == "ninebox.ics"
    assert b"careful" not in data
    shaw, font, gray = Calendar.from_ical(data).walk("VEVENT")
    assert (shaw["SUMMARY"], shaw["LOCATION"]) == ("Shaw 1", "Riverside General, Springfield")
    assert font.start == datetime(2026, 11, 26, 4, tzinfo=UTC)
    assert (font["UID"], font["SEQUENCE"]) == ("appointment-2@ninebox", 1)
    assert font["DTSTAMP"].dt == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert (gray["STATUS"], shaw["STATUS"]) == ("CANCELLED", "CONFIRMED")


async def test_without_a_served_calendar_there_is_the_file_only(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na", Role.REP)
        await rep.sends("/appointments")
        await rep.taps("In my phone's calendar")
        assert "This bot serves no calendar addresses" in rep.text
        assert "Make an address" not in rep.buttons
        await rep.presses(NewCalendarAddress().pack())
        assert rep.last_answer == "This bot serves no calendar addresses."
        assert await place.rows(CalendarFeedRow) == []
