"""Calendars as iCalendar text, read back by an independent reader."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.render.ics import CalendarEntry, calendar_text

NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def entry(title: str = "Ann", place: str = "Lake Hospital", **values: object) -> CalendarEntry:
    given_values: dict[str, object] = {
        "uid": "appointment-1@ninebox",
        "start": NOON,
        "end": NOON + timedelta(minutes=30),
        "sequence": 0,
        "changed_at": datetime(2026, 11, 20, 8, tzinfo=UTC),
    }
    return CalendarEntry(title=title, place=place, **{**given_values, **values})


def read(*entries: CalendarEntry) -> list:
    calendar = Calendar.from_ical(calendar_text("Ninebox", entries))
    assert calendar.errors == []
    events = calendar.walk("VEVENT")
    assert [each.errors for each in events] == [[]] * len(events)
    return events


def test_an_entry_comes_back_whole_in_utc():
    (event,) = read(entry(sequence=3))
    assert event["UID"] == "appointment-1@ninebox"
    assert event.start == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert event.end == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    assert event["DTSTAMP"].dt == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (event["SEQUENCE"], event["STATUS"]) == (3, "CONFIRMED")
    assert (event["SUMMARY"], event["LOCATION"]) == ("Ann", "Lake Hospital")


def test_the_hour_follows_summer_time():
    zone = ZoneInfo("Europe/Berlin")
    before, after = (datetime(2026, 3, day, 10, tzinfo=zone) for day in (28, 30))
    starts = [each.start.hour for each in read(entry(start=before), entry(start=after))]
    assert starts == [9, 8]


def test_what_is_cancelled_or_not_agreed_says_so():
    assert [each["STATUS"] for each in read(entry(cancelled=True), entry(tentative=True))] == [
        "CANCELLED",
        "TENTATIVE",
    ]


def test_a_calendar_without_entries_is_one_too():
    assert read() == []
    assert rb"X-WR-CALNAME:Nine\; box\, \\" in calendar_text("Nine; box, \\", []).splitlines()


def test_a_place_that_is_not_known_is_left_out():
    (event,) = read(entry(place=""))
    assert "LOCATION" not in event


def test_text_cannot_begin_a_line_of_its_own():
    (event,) = read(entry(title="Ann\r\nEND:VEVENT\nATTACH:https://evil.example", place="A\x00B\u2028C"))
    assert event["SUMMARY"] == "Ann  END:VEVENT ATTACH:https://evil.example"
    assert event["LOCATION"] == "A B C"
    assert "ATTACH" not in event


@given(st.text(max_size=200), st.text(alphabet='王a;,\\:"é😀 ', max_size=200))
def test_any_name_comes_back_and_no_line_is_too_long_or_torn(title, place):
    data = calendar_text("Ninebox", [entry(title=title, place=place)])
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no letter is torn apart
        assert not re.search(rb"[\r\n\x00]", line)
    (event,) = read(entry(title=title, place=place))
    plain = "".join(char if char.isprintable() else " " for char in title)
    assert str(event["SUMMARY"]) == plain
    assert str(event.get("LOCATION", "")) == place


def test_equal_entries_give_equal_bytes():
    assert calendar_text("N", [entry()]) == calendar_text("N", [entry()])
    assert calendar_text("N", [entry()]) != calendar_text("N", [entry(sequence=1)])
