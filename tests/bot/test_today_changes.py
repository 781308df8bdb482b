"""The day as it changes: broken, added to, put in another order, pinned, and what became of suggestions."""

import re
from datetime import UTC, date, datetime, timedelta

from bot.buttons.appointments import SetAppointment
from bot.buttons.today import AddToday, MoveUp
from bot.importing.reading import UploadedFile
from bot.jobs.housekeeping import tidy
from domain.ids import UserId
from domain.visits.suggestion import SuggestionState
from tests.support import town
from tests.support.person import Person
from tests.support.world import World, world

LINE = re.compile(r"^\d+\. (\d\d:\d\d) (.+?)(?: · .+)?$", re.MULTILINE)
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NINE.date()
HEADERS = "客户编号,姓名,医院,职称,支持度,负责代表,最佳拜访时间,状态"


async def full_town(place: World, language: str = "en") -> Person:
    await place.loads(town.hospitals(language), town.customers(language), town.visits())
    return await place.joins("Li Na", language=language)


def roster(*rows: str) -> UploadedFile:
    return UploadedFile("roster.csv", "\n".join((HEADERS, *rows)).encode())


async def listed(person: Person) -> list[tuple[str, str]]:
    """Start and name of every visit of the list in sight, all pages."""
    found = LINE.findall(person.text)
    while "›" in person.buttons:
        await person.taps("›")
        found += LINE.findall(person.text)
    return found


async def ledger(place: World, on: date, today: date) -> dict[SuggestionState, int]:
    rep = await place.user("Li Na")
    async with place.deps.db.read() as uow:
        return await uow.suggestions.counts(rep.id, on, on, today)


async def test_a_broken_day_gives_a_short_list_and_keeps_what_was_promised(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, now=NINE) as place:
        rep = await full_town(place)
        await rep.presses(SetAppointment(22, TODAY, 16 * 60).pack(), 1)
        await rep.sends("/today")
        before = await listed(rep)
        assert ("16:00", "Font 22") in before
        place.clock.move(timedelta(hours=2))
        await place.chatter.restart()
        await rep.taps("My day broke")
        await place.chatter.restart()
        await rep.taps("1 hour")
        assert rep.text == "My day broke\nWhere are you now?"
        await place.chatter.restart()
        await rep.taps("Lake Hospital")
        assert rep.last_answer == "A new list for the rest of the day"
        after = await listed(rep)
        assert len(after) < len(before)
        assert after[-1] == ("16:00", "Font 22")
        assert all("11:00" <= start < "12:00" for start, _ in after[:-1])
        await rep.sends("/today")
        assert await listed(rep) == after
        counts = await ledger(place, TODAY, TODAY)
        assert counts == {
            SuggestionState.OPEN: len(after),
            SuggestionState.WITHDRAWN: len({name for _, name in before} - {name for _, name in after}),
        }


async def test_an_appointment_set_or_cancelled_makes_the_list_anew(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        before = await listed(rep)
        pinned = rep.pinned
        assert pinned is not None
        await rep.sends("/customer Gray 23")
        await rep.taps("Make an appointment")
        await rep.sends("today 15:00")
        await rep.presses("t1:~:1", pinned.message_id)
        assert ("15:00", "Gray 23") in LINE.findall(rep.pinned.text if rep.pinned else "")
        await rep.sends("/customer Gray 23")
        await rep.taps("Appointment")
        await rep.taps("Cancel the appointment")
        await rep.taps("Yes, cancel it")
        await rep.sends("/today")
        assert await listed(rep) == before


async def test_somebody_is_added_by_name_or_the_reason_told(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        assert "Gray 23" not in {name for _, name in await listed(rep)}
        await rep.taps("Add someone")
        await place.chatter.restart()
        await rep.sends("Gray 23")
        assert "Gray 23" in {name for _, name in await listed(rep)}
        await rep.taps("Add someone")
        await rep.sends("Diaz 12")
        assert rep.text == "Diaz 12 cannot be added today: not rated yet."
        assert "Make an appointment" in rep.buttons
        await rep.presses(AddToday(18).pack())
        assert rep.text == "Kerr 18 cannot be added today: no visits are planned for C3."


async def test_a_visit_moves_up_only_while_everybody_can_still_be_met(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.loads(
            town.hospitals("en"),
            roster(
                "D1,First,Lake Hospital,主任医师,首选,Li Na,,",
                "D2,Second,Lake Hospital,主任医师,首选,Li Na,,",
                "D3,Fixed,Lake Hospital,主任医师,首选,Li Na,,",
            ),
        )
        rep = await place.joins("Li Na")
        numbers = {"First": 1, "Second": 2, "Fixed": 3}
        await rep.presses(SetAppointment(3, TODAY, 8 * 60 + 30).pack(), 1)
        await rep.sends("/today")
        before = await listed(rep)
        assert before[0] == ("08:30", "Fixed")
        (_, (second, name), (third, last)) = before
        await rep.presses(MoveUp(numbers[last]).pack())
        assert await listed(rep) == [("08:30", "Fixed"), (second, last), (third, name)]
        await place.chatter.restart()
        await rep.sends("/today")
        assert await listed(rep) == [("08:30", "Fixed"), (second, last), (third, name)]
        await rep.presses(MoveUp(numbers[last]).pack())
        assert rep.text.startswith("The order stays: Fixed would not be met any more")
        await rep.taps("Back to the list")
        assert await listed(rep) == [("08:30", "Fixed"), (second, last), (third, name)]


async def test_who_is_dropped_stays_off_this_day_alone(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        first = LINE.findall(rep.text)[0][1]
        await rep.taps("⋯")
        await rep.taps("Not today")
        assert rep.last_answer == "Off today's list"
        assert first not in {name for _, name in await listed(rep)}
        assert (await ledger(place, TODAY, TODAY))[SuggestionState.DROPPED] == 1
        await rep.taps("Left out")
        await rep.taps(f"+ {first}")
        assert first in {name for _, name in await listed(rep)}


async def test_who_has_left_since_is_withdrawn_and_the_open_expire(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        await place.loads(roster("D014,Gray 14,Lake Hospital,主治医师,次选,Li Na,,离职"))
        await place.loads(UploadedFile("visits.csv", "客户编号,拜访日期\nD004,2026-11-23\n".encode()))
        await rep.sends("/today")
        names = {name for _, name in await listed(rep)}
        assert not {"Gray 14", "Font 4"} & names
        assert "✓ Font 4" in rep.text
        expected = {SuggestionState.WITHDRAWN: 1, SuggestionState.VISITED: 1, SuggestionState.OPEN: 10}
        assert await ledger(place, TODAY, TODAY) == expected
        place.clock.move(timedelta(days=2))
        expired = {SuggestionState.WITHDRAWN: 1, SuggestionState.VISITED: 1, SuggestionState.EXPIRED: 10}
        assert await ledger(place, TODAY, place.clock.now().date()) == expired
        await tidy(place.deps)
        assert await ledger(place, TODAY, TODAY) == expired


async def test_who_is_loaded_after_the_list_was_made_is_told_of_and_comes_in_when_it_is_made_anew(
    sqlite_database_url, tmp_path
):
    changed = "The customers have changed since today's list was made."
    async with world(sqlite_database_url, tmp_path, now=NINE) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        assert changed not in rep.text
        best = "D900,Zoe Late,Lake Hospital,主任医师,首选,Li Na,,"
        await place.loads(roster(best))
        await rep.sends("/today")
        assert changed in rep.text
        await rep.sends("why Zoe Late")
        assert changed in rep.text
        assert "others come first" not in rep.text
        await rep.sends("/today")
        await rep.taps("My day broke")
        await rep.taps("Until evening")
        await rep.taps("Lake Hospital")
        assert "Zoe Late" in " ".join(name for _, name in await listed(rep))
        assert changed not in rep.text


async def test_the_list_is_pinned_once_kept_up_to_date_and_moves_below(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        first = rep.message
        assert rep.pinned is first
        assert len(rep.chat.pinned) == 1
        await rep.taps("›")
        await rep.taps("‹")
        assert rep.pinned is rep.message
        name = LINE.findall(first.text)[0][1]
        await rep.sends(f"/customer {name}")
        await rep.taps("Later")
        await rep.taps("Mon, Dec 7")
        assert rep.pinned is not None
        assert name not in {each for _, each in LINE.findall(rep.pinned.text)}
        await rep.sends("/today")
        assert rep.pinned is rep.message
        assert len(rep.chat.pinned) == 1
        assert rep.messages[-2].text == "The list of Mon, Nov 23 has moved below."
        place.clock.move(timedelta(days=1))
        await place.chatter.restart()
        await rep.sends("/today")
        assert rep.pinned is rep.message
        assert len(rep.chat.pinned) == 1
        assert "Tue, Nov 24" in rep.text
        assert "Mon, Nov 23" in rep.messages[-2].text


async def test_after_the_end_of_the_day_and_on_leave_the_next_day_is_told(sqlite_database_url, tmp_path):
    evening = datetime(2026, 11, 23, 18, tzinfo=UTC)
    async with world(sqlite_database_url, tmp_path, now=evening) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        assert re.search(r"Your working day is over: 0 visits made, \d+ more were due\.", rep.text)
        assert "Next: Nov 24, visits: " in rep.text
        user = await place.user("Li Na")
        place.clock.move(timedelta(days=1))
        async with place.deps.db.write() as uow:
            await uow.leave.add(UserId(user.id), date(2026, 11, 24), date(2026, 11, 25), place.clock.now())
        await rep.sends("/today")
        assert "Your day off; back on Nov 26" in rep.text
        assert "Next: Nov 26, visits: " in rep.text


async def test_in_the_middle_of_a_day_nobody_is_planned_in_the_past(sqlite_database_url, tmp_path):
    noon = datetime(2026, 11, 24, 12, 17, tzinfo=UTC)
    async with world(sqlite_database_url, tmp_path, now=noon) as place:
        rep = await full_town(place)
        await rep.sends("/today")
        starts = [start for start, _ in await listed(rep)]
        assert starts
        assert min(starts) >= "12:17"
