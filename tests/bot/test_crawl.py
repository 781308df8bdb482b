"""Every button that a rep, a manager and an admin can reach, in both languages, after a restart each."""

from datetime import date, timedelta

import pytest
from structlog.testing import capture_logs

from bot.buttons.appointments import AskTimes
from bot.buttons.corrections import ReportWrong, ShowCorrection
from bot.commands import commands_for
from bot.db.tables import AssessmentRow
from bot.handlers.entry import ROUTES
from bot.render.catalogues import translations
from bot.services import corrections, effort, merging, profile, reviews, segments, tiering, visits
from bot.services.screening import take
from domain.compliance.rules import Place
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import NEEDS, FactKind
from domain.errors import DomainError
from domain.ids import CorrectionId, CustomerId
from domain.people.model import Role, Scope
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

MOVED, TWICE = 21, 19  # customers of whom that is reported; the cell of the second is set by hand
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
        await keep_files(place)
        await share_out(place)
        merged = await report(place)
        await hold(place, NAMES[role])
        own_language = "/settings 中文" if language == "zh" else "/settings English"
        crawl = Crawl(place, person, own_language)
        await person.presses(AskTimes(UNKNOWN_TIMES).pack())
        await person.sends("/help")  # a message of its own, so that the buttons of the others stay
        await person.presses(ShowCorrection(merged).pack())
        reports = (
            (MOVED, CorrectionKind.MOVED, town.HOSPITALS[language][1]),
            (TWICE, CorrectionKind.DUPLICATE, town.SURNAMES[language][0]),
        )
        for number, kind, said in reports:
            await person.sends("/help")
            await person.presses(ReportWrong(number, kind).pack())
            await person.sends(said)
        with capture_logs() as logs:
            if role is not Role.REP:
                more = town.customers(language, first=900, owner="", broken=True)
                await person.sends("/import")
                await person.uploads("more.csv", more.data())
            if role is Role.REP:
                await person.sends_voice(b"a voice")
            commands = [f"/{one.name}" for one in commands_for(role)]
            searches = (town.SURNAMES[language][0], town.HOSPITALS[language][0])  # the second fills two pages
            told = town.TOLD[language] if role is Role.REP else ()
            asked = ("nonsense that nobody understands", *town.ASKED[language])
            await crawl.run(*commands, *asked, *searches, *told)
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
    async with place.deps.db.write() as uow:
        said = await uow.feedback.add(CustomerId(1), Scope.of(rep), 3, now.date(), now)
        await uow.feedback.write(said, Scope.of(rep), "<late> & short")
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
        promise = "<文献>", date(2026, 11, 20) if number <= 2 else None
        for result in (Result.ABSENT, Result.REFUSED):
            told = Told(result=result, promise=promise[0], next_on=promise[1], note="<late> & tired")
            friday = now.date() - timedelta(days=3)
            entry = visits.Entry(CustomerId(number), friday, told)
            await visits.log(place.deps, rep, entry, today=now.date(), now=now)


async def keep_files(place: World) -> None:
    """A fact, a promise and evidence asked for in every customer's file."""
    rep, now = await place.user("Li Na"), place.clock.now()
    for number in range(1, 28):
        for kind in (FactKind.STRENGTH, *NEEDS):
            await profile.add_fact(
                place.deps, rep, CustomerId(number), kind, "<known> & asked", today=now.date(), now=now
            )


async def hold(place: World, name: str) -> None:
    """Words that may tell of a side effect, and wait."""
    user = await place.user(name)
    with pytest.raises(DomainError, match="held_text"):
        await take(place.deps, user, "one patient had a <rash> & itch", Place.NOTE, None, place.clock.now())


async def report(place: World) -> CorrectionId:
    """A report of each kind that waits, and two entries that were made one; the report of these."""
    rep, boss, now = await place.user("Li Na"), await place.user("Boss"), place.clock.now()
    for number, kind in enumerate(CorrectionKind, 11):
        await corrections.report(place.deps, rep, CustomerId(number), kind, now)
    for number, other in ((14, 23), (16, 25)):
        twice = await corrections.report(place.deps, rep, CustomerId(number), CorrectionKind.DUPLICATE, now)
        await corrections.same_as(place.deps, rep, twice, CustomerId(other))
    await merging.approve_duplicate(place.deps, boss, twice, CustomerId(16), now=now)
    return twice


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
