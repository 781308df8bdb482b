"""Every button that a rep, a manager and an admin can reach, in both languages, after a restart each."""

from datetime import date, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.buttons.appointments import AskTimes
from bot.buttons.coaching import ShowStep
from bot.buttons.corrections import ReportWrong, ShowCorrection
from bot.buttons.events import ShowCandidate
from bot.callbacks import RowId
from bot.commands import commands_for
from bot.db.tables import AssessmentRow, CustomerRow, EventRow
from bot.db.values import OwedState
from bot.handlers.entry import ROUTES
from bot.render.catalogues import translations
from bot.services import (
    coaching,
    corrections,
    effort,
    events,
    jointvisits,
    learning,
    merging,
    profile,
    reviews,
    segments,
    territory,
    tiering,
    visits,
)
from bot.services.screening import take
from domain.coaching.memory import Card
from domain.coaching.scenario import Skill
from domain.coaching.session import Answer
from domain.compliance.rules import Place
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import NEEDS, FactKind
from domain.errors import DomainError
from domain.ids import CorrectionId, CustomerId, SessionId
from domain.people.model import Role, Scope
from domain.planning.effort_params import Level
from domain.resources.allocation import Need
from domain.segments.scheme import VALUES
from domain.territory.plan import Quadrant
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell
from domain.tiering.review import PROCUREMENT
from domain.visits.log import Told
from domain.visits.states import Result
from tests.support import town
from tests.support.crawl import Crawl
from tests.support.events import DEPARTMENTS, described, given, proposed
from tests.support.jointvisits import filled, shared
from tests.support.person import Person
from tests.support.scenarios import best
from tests.support.world import LIBRARY, World, world

MOVED, TWICE = 21, 19  # customers of whom that is reported; the cell of the second is set by hand
UNKNOWN_TIMES = 4  # the first customer of the town of whom neither own times nor the hospital's are known
FINISHED, LEFT = "speaker_training", "sea_view_rooms"  # scenarios
PLAYED = {Role.REP: "special_policy", Role.MANAGER: "sea_view_rooms"}  # in which nobody need be chosen
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
        await practise(place)
        await play(place, language)
        await write_plan(place, hands_in=role is Role.MANAGER)
        merged = await report(place)
        await hold(place, NAMES[role])
        seated = await lead(place, language)
        await undelivered(place)
        own_language = "/settings 中文" if language == "zh" else "/settings English"
        crawl = Crawl(place, person, own_language)
        await person.presses(AskTimes(UNKNOWN_TIMES).pack())
        if role is Role.REP:
            await person.sends("/help")
            await person.presses(ShowStep(RowId(1), len(LIBRARY.scenarios["en"][FINISHED].nodes)).pack())
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
                await begin_office(person, language, seated[NAMES[role]])
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


async def begin_office(person: Person, language: str, seated: list[ShowCandidate]) -> None:
    """People of events whose seats are given, and a file that waits to be loaded."""
    for candidate in seated:
        await person.sends("/help")
        await person.presses(candidate.pack())
    more = town.customers(language, first=900, owner="", broken=True)
    await person.sends("/import")
    await person.uploads("more.csv", more.data())


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


async def practise(place: World) -> None:
    """What the rep and the manager have answered, badly, weeks ago, and a certificate each."""
    now = place.clock.now()
    first = now.date() - timedelta(days=30)
    for name in ("Li Na", "Boss"):
        user = await place.user(name)
        async with place.deps.db.write() as uow:
            for item in (await learning.catalogue(place.deps, uow, user))[:5]:
                card = Card(item=item.key, stability=90, difficulty=5, interval=90, last=first, score=0.2)
                await uow.learning.keep(user.id, card, None, now)
            await uow.learning.certify(user.id, Skill.SELLING, first)


async def lead(place: World, language: str) -> dict[str, list[ShowCandidate]]:
    """What managers do with their team; people of events whose seats are given, by who has the event."""
    seated = await hold_events(place, language)
    await go_along(place)
    return seated


async def hold_events(place: World, language: str) -> dict[str, list[ShowCandidate]]:
    """Events of the manager and of the admin: fully described, with somebody proposed, with seats given.

    Gives, for each of both, somebody who has not registered in time, and somebody who had a seat yesterday.
    """
    seated = {}
    async with place.deps.db.write() as uow:
        for number in range(1, 4):
            row = await uow.session.get(CustomerRow, number)
            row.department = DEPARTMENTS[language][number % 2]
    house = town.HOSPITALS[language][1]
    for had, author in enumerate(("Boss", "Root"), 1):  # nobody has a seat twice for one topic
        user, now = await place.user(author), place.clock.now()
        late = await described(place, author, house=house, registration=True)
        await proposed(place, author, late, {5: Need.NEW})
        await given(place, author, late)
        over = await described(place, author, topic="<heart> & lung", house=house, days_ahead=0)
        await proposed(place, author, over, {had: Need.ASKED})
        await given(place, author, over)
        seated[author] = [
            ShowCandidate(RowId(late), RowId(5)),
            ShowCandidate(RowId(over), RowId(had)),
        ]
        async with place.deps.db.write() as uow:
            row = await uow.session.get(EventRow, over)
            row.on -= timedelta(days=1)  # over in every time zone that the walk chooses
        await described(place, author, house=house)
        asked = await described(place, author, house=house, registration=True)
        await proposed(place, author, asked, {3: Need.EXPERT, 4: Need.TREATS})
        await events.register(place.deps, user, asked, CustomerId(4), is_registered=True)
        await events.ask_reps(place.deps, user, asked, now)
    return seated


async def play(place: World, language: str) -> None:
    """Scenarios to be played, of the rep one finished and one left the day before, one of the manager."""
    now = place.clock.now()
    before = now - timedelta(days=1)
    rep, boss = await place.user("Li Na"), await place.user("Boss")
    finished = best((await coaching.start(place.deps, rep, FINISHED, language, before)).session)
    for step, answer in enumerate(finished.answers):
        await coaching.answer(place.deps, rep, SessionId(1), step, answer, before)
    left = await coaching.start(place.deps, rep, LEFT, language, before)
    await coaching.answer(place.deps, rep, left.id, 0, Answer(), before)
    async with place.deps.db.write() as uow:
        for user in (rep, boss):
            await uow.coaching.assign(user.id, PLAYED[user.role], "manager", None, boss.id, now)
        own = LIBRARY.scenarios[language][FINISHED].model_copy(update={"id": "own", "title": "<自己> & 团队"})
        await uow.coaching.add_own(boss.id, own, now)


async def go_along(place: World) -> None:
    """Joint visits in every state, with comments."""
    boss, rep, now = await place.user("Boss"), await place.user("Li Na"), place.clock.now()
    zone, on = "Asia/Shanghai", now.date()
    planned = await jointvisits.draft(place.deps, boss, CustomerId(20), today=on, zone=zone, now=now)
    await jointvisits.plan(place.deps, boss, planned, on, today=on, now=now)
    await jointvisits.draft(place.deps, boss, CustomerId(22), today=on, zone=zone, now=now)
    await filled(place, CustomerId(24))
    for number in (26, 27):
        joint = await shared(place, CustomerId(number))
        await jointvisits.comment(place.deps, rep, joint, "<seen> & heard", now)
    await jointvisits.acknowledge(place.deps, rep, joint, locale="en", today=on, now=now)


async def undelivered(place: World) -> None:
    """Notices that did not arrive, more than a page of them."""
    user, now = await place.user("Li Na"), place.clock.now()
    for number in range(12):
        async with place.deps.db.write() as uow:
            await uow.outbox.owe("morning", user.id, subject=f"{number}", on=now.date(), due_at=now)
            (owed,) = await uow.outbox.claim(now, now + timedelta(minutes=2), 1)
            state, why = ((OwedState.UNKNOWN, "timed_out"), (OwedState.DEAD, "<b> & no"))[number % 2]
            await uow.outbox.settle(owed, state, now, why)


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


async def write_plan(place: World, *, hands_in: bool) -> None:
    """A plan of the quarter with words in each field, perhaps handed in."""
    rep, now = await place.user("Li Na"), place.clock.now()
    when: dict[str, Any] = {"today": now.date(), "now": now}
    view = await territory.view(place.deps, rep, None, None, zone="Asia/Shanghai", **when)
    assert view.plan is not None
    for field in (None, *Quadrant):
        await territory.add_words(place.deps, rep, view.plan.id, field, "<open> & near", **when)
    if hands_in:
        await territory.hand_in(place.deps, rep, view.plan.id, zone="Asia/Shanghai", **when)


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
