"""Every button that a rep, a manager and an admin can reach, in both languages, after a restart each."""

from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from bot.commands import commands_for
from bot.db.tables import AssessmentRow
from bot.handlers.buttons import AskTimes
from bot.handlers.entry import ROUTES
from bot.render.catalogues import translations
from bot.services import effort, reviews, segments, tiering, visits
from domain.ids import CustomerId
from domain.people.model import Role
from domain.planning.effort_params import Level
from domain.segments.scheme import VALUES
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell
from domain.tiering.review import PROCUREMENT
from domain.visits.log import Told
from domain.visits.states import Result
from tests.support import town
from tests.support.crawl import Crawl
from tests.support.world import World, world

UNKNOWN_TIMES = 4  # the first customer of the town of whom neither own times nor the hospital's are known
NAMES = {Role.REP: "Li Na", Role.MANAGER: "Boss", Role.ADMIN: "Root"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", list(Role))
async def test_every_button_works_after_a_restart(sqlite_database_url, tmp_path, role, language):
    served = "https://calendar.example.com"
    async with world(sqlite_database_url, tmp_path, market="cn", calendar_url=served) as place:
        for boss in ("Boss", "Second Boss"):
            await place.joins(boss, Role.MANAGER, language=language)
        await place.joins("Root", Role.ADMIN, language=language)
        await place.joins("Li Na", Role.REP, manager="Boss", language=language)
        await place.loads(town.hospitals(language), town.customers(language), town.visits())
        await place.loads(town.sales(language))
        await place.loads(town.customers(language, first=500, owner=""))  # belong to nobody yet
        await place.loads(town.namesakes(language))
        person = place.people[NAMES[role]]
        await argue(place)
        await log_and_edit(place)
        await share_out(place)
        own_language = "/settings 中文" if language == "zh" else "/settings English"
        crawl = Crawl(place, person, own_language)
        await person.presses(AskTimes(UNKNOWN_TIMES).pack())
        with capture_logs() as logs:
            if role is not Role.REP:
                more = town.customers(language, first=900, owner="", broken=True)
                await person.sends("/import")
                await person.uploads("more.csv", more.data())
            if role is Role.REP:
                await person.sends_voice(b"a voice")
            commands = [f"/{one.name}" for one in commands_for(role)]
            told = town.TOLD[language] if role is Role.REP else ()
            await crawl.run(*commands, "nonsense that nobody understands", town.SURNAMES[language][0], *told)
        assert crawl.problems == []
        assert [line for line in logs if line["log_level"] in {"error", "critical"}] == []
        assert {kind.__name__ for kind, route in ROUTES.items() if role in route.roles} - crawl.kinds == set()
        if language == "zh":
            assert left_in_english(crawl.texts) == set()


async def argue(place: World) -> None:
    """What people say of customers: cells by hand, support anew, questions, types, news of procurement."""
    rep = await place.user("Li Na")
    boss, now = await place.user("Boss"), place.clock.now()
    async with place.deps.db.write() as uow:
        for number in range(1, 6):
            uow.session.add(AssessmentRow(customer_id=number, kind="support", value=3, on=now.date()))
    for number in (1, 10, 19):  # the first surname of the town
        await tiering.override(
            place.deps, boss, CustomerId(number), Cell.B2, "<fewer> & other", today=now.date(), now=now
        )
    for number, doubt in enumerate(Doubt, 3):
        await tiering.ask(place.deps, rep, CustomerId(number), doubt, "<seen> & heard", now=now)
    for scheme, values in VALUES.items():
        name = next(iter(values)).value
        await segments.state(place.deps, rep, CustomerId(1), scheme, name, today=now.date(), now=now)
    for kind in PROCUREMENT:
        await reviews.note_procurement(
            place.deps, boss, CustomerId(1), kind, now.date(), "<in> & out", now=now
        )


async def log_and_edit(place: World) -> None:
    """Visits in vain of last Friday, each with an earlier version."""
    rep, now = await place.user("Li Na"), place.clock.now()
    for number in range(1, 28):
        promise = ("<文献>", date(2026, 11, 20)) if number <= 2 else ("", None)
        for result in (Result.ABSENT, Result.REFUSED):
            told = Told(result=result, promise=promise[0], next_on=promise[1], note="<late> & tired")
            friday = now.date() - timedelta(days=3)
            entry = visits.Entry(CustomerId(number), friday, told)
            await visits.log(place.deps, rep, entry, today=now.date(), now=now)


async def share_out(place: World) -> None:
    """A month of the rep that holds too little, and effort shared out by those who may."""
    rep, now = await place.user("Li Na"), place.clock.now()
    today = now.date()
    for name in ("Boss", "Root"):
        manager = await place.user(name)
        for _ in range(8):  # no visits to A1 bring nearly as much
            for level in (Level.HALF, Level.NONE):
                await effort.step(place.deps, manager, Cell.A1, level, up=True, today=today, now=now)
        await effort.apply(place.deps, manager, today, now)
        await effort.step(place.deps, manager, Cell.A2, Level.SATURATION, up=True, today=today, now=now)
    async with place.deps.db.write() as uow:
        for number in (CustomerId(4), CustomerId(14)):
            await uow.weeks.move(rep.id, number, today, today + timedelta(days=1), now)
        for first, last in ((1, 20), (26, 30)):
            await uow.leave.add(rep.id, today.replace(day=first), today.replace(day=last), now)


def left_in_english(texts: set[str]) -> set[str]:
    """English sentences of the catalogue that a Chinese screen shows."""
    catalogue = translations("zh")._catalog
    english = {
        message
        for message, chinese in catalogue.items()
        if isinstance(message, str) and "%(" not in message and chinese != message
        if len(message) > 6 and (" " in message or message[0].isupper())  # "customer" is also a command
    }
    return {message for message in english for text in texts if message in text}
