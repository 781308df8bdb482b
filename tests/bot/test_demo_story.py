"""The demo opens on a team that has worked for weeks: no room is empty, and nothing of it is news."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.local.story import tell
from bot.local.story_words import STORY
from bot.local.territory import MARKETS, OURS, loads, sheets
from bot.local.territory_words import WORDS
from bot.services.importing import load
from domain.compliance.rules import Level, Place
from domain.people.model import Role
from tests.support.world import LIBRARY, world

DAY = date(2026, 11, 23)
EMPTY = (
    "Nothing yet",
    "Nobody is asked at present",
    "No appointments yet",
    "Nobody has been asked yet",
    "No events yet",
    "nothing to show",
    "no round yet",
    "Waiting: 0",
    "Strengths: –",
    "sent 0",
)
ROOMS = {
    Role.REP: ["/joint", "/event", "/plan", "/corrections", "/feedback", "/appointments", "/coach", "/time"],
    Role.MANAGER: ["/tiers", "/joint", "/event", "/plan", "/corrections", "/feedback", "/time", "/week"],
    Role.ADMIN: ["/event", "/deliveries"],
}


def written(words):
    """Every text of the story, by the name of its field."""
    if isinstance(words, str):
        yield words
    elif isinstance(words, tuple):
        for one in words:
            yield from written(one)
    elif not isinstance(words, int):
        for one in fields(words):
            yield from written(getattr(words, one.name))


async def test_no_room_is_empty_and_nobody_is_told_of_old_things(sqlite_database_url, tmp_path):
    language, zone, words = "en", "America/Chicago", WORDS["en"]
    morning = datetime(2026, 11, 23, 8, 30, tzinfo=ZoneInfo(zone))
    first = DAY - timedelta(weeks=8)
    async with world(
        sqlite_database_url,
        tmp_path,
        market=MARKETS[language],
        now=morning,
        time_zone=zone,
        ours=(OURS,),
    ) as place:
        people = {Role.MANAGER: await place.joins(words.manager, Role.MANAGER, language=language)}
        for name in words.reps:
            rep = await place.joins(name, Role.REP, manager=words.manager, language=language)
            people.setdefault(Role.REP, rep)
        people[Role.ADMIN] = await place.joins(words.admin, Role.ADMIN, language=language)
        for day, roster in zip((first, DAY), loads(LIBRARY, language, DAY, [first, DAY]), strict=True):
            await load(place.deps, None, roster, {}, as_of=day, now=morning - (DAY - day))
        await tell(place.deps, language, morning)
        async with place.deps.db.read() as uow:
            assert await uow.outbox.waiting(morning) == 0
        for role, rooms in ROOMS.items():
            for room in rooms:
                await people[role].sends(room)
                bare = [one for one in EMPTY if one in people[role].text]
                assert not bare, (role, room, people[role].text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_people_write_passes_the_gate_but_the_side_effect_waits(language):
    gate, story = LIBRARY.compliance(MARKETS[language]), STORY[language]
    levels = {text: gate.check_text(text, Place.NOTE).level for text in written(story)}
    assert len(levels) > 25
    assert levels.pop(story.side_effect) is Level.HOLD
    assert not [text for text, level in levels.items() if level.weight >= Level.WARN.weight]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_loads_one_after_the_other_leave_the_territory(language):
    first, second = DAY - timedelta(weeks=8), DAY - timedelta(weeks=1)
    whole = {sheet.name: sheet.frame for sheet in sheets(LIBRARY, language, DAY)}
    parts = [
        {sheet.name: sheet.frame for sheet in load}
        for load in loads(LIBRARY, language, DAY, [first, second, DAY])
    ]
    names = list(whole)
    customers, visits = names[1], names[-2]
    code = whole[customers].columns[list(whole[customers].iloc[0]).index("D001")]
    known = {
        row[code]: tuple(row) for part in parts if customers in part for _, row in part[customers].iterrows()
    }
    assert known == {row[code]: tuple(row) for _, row in whole[customers].iterrows()}
    assert [len(part.get(customers, ())) for part in parts][2] == 0
    assert sum(len(part.get(visits, ())) for part in parts) == len(whole[visits])
    assert 0 < len(parts[1].get(customers, ())) < len(whole[customers]) / 4
