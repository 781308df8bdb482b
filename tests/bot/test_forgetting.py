"""A customer who refuses data collection: nothing that leads to them is left, and what was counted stays."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import String, cast, select, text
from structlog.testing import capture_logs

from bot.buttons.corrections import AskForget, Forget
from bot.buttons.customers import ShowCard
from bot.db.forgetting import ERASED, SUBJECTS
from bot.db.merging import references
from bot.db.statements import table_of
from bot.db.tables import AuditRow, CustomerRow, ReviewEventRow, Row
from bot.db.values import Attachment, AwaitedWords, Purpose, Said
from bot.importing.reading import UploadedFile
from bot.services import (
    awaiting,
    corrections,
    dismissals,
    feedback,
    importing,
    merging,
    profile,
    segments,
    tiering,
    visits,
)
from domain.compliance.rules import Place
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import Basis, Consent, FactKind, FileField, RelationKind
from domain.ids import CustomerId, QuestionId
from domain.people.model import Role
from domain.segments.scheme import Scheme
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell
from domain.visits.dismissal import DismissReason
from domain.visits.log import Told
from domain.visits.model import Channel
from tests.support import town
from tests.support.person import Person
from tests.support.world import World, world

NAME, OLD_NAME, TWIN = "欧阳雪鸿 Vandermeer", "Ottoline Quux", "Otty Vandermoor"
CODE, TWIN_CODE = "QX-7741", "QX-9902"
HEADER = "客户编号,姓名,医院,科室,职称,专业,负责代表,支持度,备注,状态"
TRACES = {
    "name": NAME,
    "name before": OLD_NAME,
    "name of the twin": TWIN,
    "code": CODE,
    "code of the twin": TWIN_CODE,
    "department": "Wing Zephyr",
    "title": "Oberarzt Specimen",
    "title before": "Juniorarzt Specimen",
    "specialty": "Gastroxenology",
    "note of the roster": "roster remark kappa",
    "note of the file": "file remark lambda",
    "note of a visit": "visit remark alpha",
    "note of an edited visit": "visit remark beta",
    "note of a visit that was undone": "visit remark gamma",
    "promise": "bring the omicron paper",
    "caption": "caption rho",
    "file in Telegram": "telegram-file-sigma",
    "evidence": "evidence tau",
    "answer": "answer upsilon",
    "reason of a cell by hand": "override phi",
    "correction": "correction chi",
    "answer to a correction": "answer psi",
    "strength": "strength omega",
    "promise of the file": "promise stigma",
    "draft": "draft digamma",
    "feedback": "feedback koppa",
    "held words": "held san",
    "held words that name the twin": "held sampi",
}
DAY = timedelta(days=1)


@asynccontextmanager
async def team(url: str, directory: Path) -> AsyncIterator[World]:
    """A manager and two reps where figures of usage may be kept; all customers are Li Na's."""
    async with world(url, directory) as made:
        await made.joins("Boss", Role.MANAGER)
        for name in ("Li Na", "Wang Wei"):
            await made.joins(name, manager="Boss")
        await made.loads(town.hospitals("en"), town.customers("en"))
        yield made


def roster(*rows: str) -> UploadedFile:
    return UploadedFile("roster.csv", "\n".join([HEADER, *rows]).encode())


WHAT = "Lake Hospital,Wing Zephyr,Oberarzt Specimen,Gastroxenology,Li Na,首选,roster remark kappa,"
OWN = f"{CODE},{NAME},{WHAT}"
TWIN_ROW = f"{TWIN_CODE},{TWIN},Lake Hospital,,,,Li Na,次选,,"


async def a_life(place: World, rep: Person) -> CustomerId:
    """A customer about whom everything is known that can be known; the customer's id."""
    deps, now = place.deps, place.clock.now()
    today = now.date()
    boss, li = await place.user("Boss"), await place.user("Li Na")
    await place.loads(roster(OWN.replace(NAME, OLD_NAME).replace("Oberarzt", "Juniorarzt"), TWIN_ROW))
    await place.loads(roster(OWN))
    async with deps.db.read() as uow:
        ids = dict((await uow.session.execute(select(CustomerRow.code, CustomerRow.id))).all())
    number, twin = CustomerId(ids[CODE]), CustomerId(ids[TWIN_CODE])
    await place.loads(
        UploadedFile("visits.csv", f"客户编号,拜访日期,备注\n{CODE},2026-10-05,visit remark alpha\n".encode())
    )
    await place.loads(
        UploadedFile("usage.csv", f"客户编号,期间,产品,用量\n{CODE},2026-Q3,Examplin,40\n".encode())
    )
    for days, note in ((1, "visit remark alpha"), (3, "visit remark gamma")):
        told = Told(promise="bring the omicron paper", next_on=today + DAY, note=note)
        entry = visits.Entry(number, today - days * DAY, told)
        visit = await visits.log(deps, li, entry, today=today, now=now)
    async with deps.db.read() as uow:
        [version] = await uow.visit_log.versions(visit)
    await visits.undo(deps, li, version.id, now)
    later = now + timedelta(hours=1)
    [first] = [one for one in await visits.of_day(deps, li, today - DAY) if one.customer_id == number]
    edited = Told(note="visit remark beta", promise="bring the omicron paper")
    await visits.say(deps, li, first.id, edited, today=today, now=later)
    await visits.log(
        deps, li, visits.Entry(twin, today - DAY, Told(note="visit remark gamma")), today=today, now=now
    )
    async with deps.db.write() as uow:
        attachment = Attachment("photo", "telegram-file-sigma", "caption rho")
        await uow.visit_log.attach(first.id, attachment, li.id, now)
    await tiering.ask(deps, li, number, Doubt.POTENTIAL, "evidence tau", now=now)
    await tiering.answer(
        deps, boss, QuestionId(1), tiering.Verdict.NO, "answer upsilon", today=today, now=now
    )
    await tiering.override(deps, boss, number, Cell.B2, "override phi", today=today, now=now)
    await segments.state(deps, li, number, Scheme.MOTIVE, None, today=today, now=now)
    await the_file(place, number)
    report = await corrections.report(deps, li, number, CorrectionKind.DATA, now)
    await corrections.say(deps, li, report, "correction chi", now)
    await corrections.reject(deps, boss, report, now)
    await corrections.explain(deps, boss, report, "answer psi", now)
    double = await corrections.report(deps, li, number, CorrectionKind.DUPLICATE, now)
    await corrections.same_as(deps, li, double, twin)
    await merging.approve_duplicate(deps, boss, double, number, now=now)
    await dismissals.say_no(deps, li, number, DismissReason.NOT_TODAY, now)
    await rep.sends("/today")
    await rep.sends(f"saw {TWIN}, Dr Vandermeer was there, draft digamma")
    about = AwaitedWords(Purpose.EVIDENCE, 1, "", now)
    async with deps.db.write() as uow:
        for said, words in (("held san", about), (f"{TWIN}: held sampi", None)):
            held = Said(text=said, place=Place.NOTE, words=words)
            await uow.held.add(li.id, held, said, (), now=now, due_at=now + DAY)
    await awaiting.ask(deps, li, Purpose.QUESTION, number, Doubt.SUPPORT.value, now)
    return number


async def the_file(place: World, number: CustomerId) -> None:
    deps, now = place.deps, place.clock.now()
    li, when = await place.user("Li Na"), {"today": now.date(), "now": now}
    await profile.write(deps, li, number, FileField.NOTE, "file remark lambda", **when)
    agreed = Consent(channel=Channel.PHONE, basis=Basis.SAID, given_on=now.date())
    await profile.consent(deps, li, number, agreed, **when)
    await profile.add_fact(deps, li, number, FactKind.STRENGTH, "strength omega", **when)
    await profile.add_fact(deps, li, number, FactKind.PROMISE, "promise stigma", **when)
    given = await feedback.give(deps, li, number, 7, **when)
    await feedback.write(deps, li, given, "feedback koppa", now)
    await profile.relate(deps, li, number, CustomerId(1), RelationKind.SAME_TEAM, now=now)


async def dump(place: World) -> dict[str, str]:
    """Every column of every row of every table, as text."""
    found = {}
    async with place.deps.db.read() as uow:
        for table in Row.metadata.sorted_tables:
            columns = [cast(column, String) for column in table.c]
            rows = (await uow.session.execute(select(*columns))).all()
            plain = (await uow.session.execute(select(table))).all()
            found[table.name] = "\n".join(map(str, [*rows, *plain]))
    return found


def traces_in(content: str | bytes) -> list[str]:
    """Which traces of the customer something holds, also as JSON writes them."""
    if isinstance(content, bytes):
        content = content.decode("utf-8", "replace") + content.decode("utf-16-le", "replace")
    return [what for what, trace in TRACES.items() if trace in content or json.dumps(trace)[1:-1] in content]


AGGREGATES = {
    "visits by month, cell and outcome": """
        SELECT v.rep_id, v."on", d.tier, d.support, v.channel, v.outcome, count(*) FROM visit v
        LEFT JOIN tier_decision d ON d.id =
            (SELECT max(id) FROM tier_decision WHERE customer_id = v.customer_id)
        GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6""",
    "coverage": """
        SELECT rep_id, count(DISTINCT customer_id) FROM visit GROUP BY 1 ORDER BY 1""",
    "usage": "SELECT period, product, sum(quantity) FROM usage GROUP BY 1, 2 ORDER BY 1, 2",
    "suggestions": 'SELECT rep_id, "on", cell, count(*) FROM suggestion GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
    "cells": "SELECT tier, support, count(*) FROM tier_decision GROUP BY 1, 2 ORDER BY 1, 2",
}


async def aggregates(place: World) -> dict[str, list[str]]:
    async with place.deps.db.read() as uow:
        return {
            what: [str(row) for row in (await uow.session.execute(text(query))).all()]
            for what, query in AGGREGATES.items()
        }


@pytest.fixture
def url(backend, request) -> str:
    name = {"sqlite": "sqlite_database_url", "postgresql": "postgres_database_url"}[backend]
    return request.getfixturevalue(name)


async def test_nothing_is_left_of_who_is_forgotten_and_what_was_counted_stays(url, tmp_path, caplog):
    caplog.set_level("INFO")
    async with team(url, tmp_path) as place:
        rep, boss = place.people["Li Na"], place.people["Boss"]
        number = await a_life(place, rep)
        await boss.sends("/import")
        await boss.uploads("next.csv", roster(OWN).data())
        before = await dump(place)
        held = {one for content in before.values() for one in traces_in(content)}
        assert held == set(TRACES)  # or the rest of this test would show nothing
        assert any(traces_in(path.read_bytes()) for path in tmp_path.rglob("upload"))
        counted = await aggregates(place)
        with capture_logs() as logs:
            await rep.presses(AskForget(number).pack())
            assert f"Forget {NAME}?" in rep.text
            assert "This cannot be undone." in rep.text
            await rep.taps("Yes, erase for good")
        assert "Nothing leads back to this person" in rep.text
        assert await aggregates(place) == counted
        after = await dump(place)
        assert {name: found for name, content in after.items() if (found := traces_in(content))} == {}
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {path.name: found for path in files if (found := traces_in(path.read_bytes()))} == {}
        assert traces_in(str(logs)) == []
        assert traces_in(caplog.text) == []
        for person in (rep, boss):
            await person.presses(ShowCard(number).pack())
            assert person.last_answer == "I cannot find that. Perhaps it is no longer there."
        async with place.deps.db.read() as uow:
            forgotten = await uow.session.scalars(select(AuditRow).where(AuditRow.action == "forgotten"))
            assert [(one.subject, one.detail) for one in forgotten] == [(f"customer:{number}", {})]


async def test_an_import_never_brings_back_who_was_forgotten(url, tmp_path):
    async with team(url, tmp_path) as place:
        await place.loads(roster(OWN, TWIN_ROW))
        async with place.deps.db.read() as uow:
            [number] = await uow.session.scalars(select(CustomerRow.id).where(CustomerRow.code == CODE))
        await place.people["Li Na"].presses(Forget(number).pack())
        visit_rows = f"客户编号,拜访日期\n{CODE},2026-11-02\n"
        again = await place.loads(
            roster(
                OWN,  # the same row
                OWN.replace(CODE, "NEW-1"),  # under another code
                OWN.replace(CODE, "").replace("Lake Hospital", "LAKE  hospital"),  # by the name alone
                OWN.replace(NAME, "Somebody Else").replace(CODE, "NEW-2"),
                TWIN_ROW,
            ),
            UploadedFile("visits.csv", visit_rows.encode()),
        )
        refused = [(one.source.row, one.params) for one in again.plan.issues if one.code == "refused"]
        assert sorted(refused, key=str) == [(2, {}), (2, {}), (3, {}), (4, {})]
        async with place.deps.db.read() as uow:
            names = set(await uow.session.scalars(select(CustomerRow.name)))
        assert NAME not in names
        assert {"Somebody Else", TWIN} <= names


async def test_a_load_of_before_can_still_be_taken_back(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        brought = await place.loads(roster(OWN, TWIN_ROW))
        async with place.deps.db.read() as uow:
            [number] = await uow.session.scalars(select(CustomerRow.id).where(CustomerRow.code == CODE))
        await place.people["Li Na"].presses(Forget(number).pack())
        await importing.roll_back(place.deps, None, brought.batch, place.clock.now())
        async with place.deps.db.read() as uow:
            assert await uow.session.get(CustomerRow, number) is None
            assert traces_in(str(list(await uow.session.scalars(select(ReviewEventRow))))) == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_forgetting_by_name_asks_once_more(sqlite_database_url, tmp_path, language):
    said = {"en": ("Forget Cole 2?", "No, back to the card"), "zh": ("删除李 2的资料？", "不，返回卡片")}[
        language
    ]
    name = {"en": "Cole 2", "zh": "李 2"}[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", language=language)
        await place.loads(town.hospitals(language), town.customers(language))
        await rep.sends("/forget")
        assert "/forget" in rep.text
        await rep.sends(f"/forget {name}")
        await rep.taps(name)
        assert said[0] in rep.text
        await place.chatter.restart()
        await rep.taps(said[1])
        assert rep.text.startswith(name)


async def test_customers_of_others_are_not_forgotten(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        stranger = place.people["Wang Wei"]
        for button in (AskForget(1), Forget(1)):
            await stranger.presses(button.pack())
            assert "I cannot find that" in stranger.text or "I cannot find that" in (
                stranger.last_answer or ""
            )
        async with place.deps.db.read() as uow:
            assert (await uow.session.get_one(CustomerRow, 1)).name == "Shaw 1"


def test_of_all_words_that_are_asked_for_it_is_said_whom_they_are_about():
    assert set(SUBJECTS) == set(Purpose)


def test_what_stays_of_a_table_is_said_for_each_of_its_columns():
    """Free text and images in the tables that stay are written over; other tables are deleted from."""
    kept = {
        "customer": {"id"},
        "visit": {"channel", "outcome", "reason", "joined"},  # codes, and colleagues
        "usage": {"period", "product"},
        "dismissal": {"reason"},
        "appointment": {"state"},
        "suggestion": {"cell", "state"},
        "tier_decision": {"tier", "method", "params_version"},
        "tier_proposal": {"tier_before", "tier", "method", "params_version", "state"},
        "tier_override": {"tier"},
        "tier_question": {"doubt", "state"},
        "correction": {"kind", "field", "state"},
        "feedback": set(),
        "joint_visit": {"kind", "state", "action", "scenario"},
        "scenario_candidate": {"node", "cell"},
    }
    for row, erased in ERASED.items():
        table = table_of(row)
        wordy = {
            column.name
            for column in table.c
            if column.type.python_type in {str, list, dict} and column.name not in erased
        }
        assert wordy <= kept[table.name], table.name
        assert erased.keys() <= set(table.c.keys())
    assert {table.name for table, _ in references()} - kept.keys() == {
        *("assessment", "consent", "customer_fact", "kept_visit", "profile_change", "relation"),
        *("coverage_proposal", "event_seat", "pin", "review_event", "segment", "times_asked"),
    }
