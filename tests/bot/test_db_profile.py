"""Customers' files in the database, on SQLite and PostgreSQL: edits, history, taking back, who sees what."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db.digest import digest
from bot.db.tables import CustomerRow, InstitutionRow, VisitRow
from domain.customers.profile import Basis, Consent, FactKind, FileField, RelationKind
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.importing.keys import normal_name
from domain.people.model import Role, Scope
from domain.visits.model import Channel

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
SHAW, COLE, FONT = CustomerId(1), CustomerId(2), CustomerId(3)


@pytest.fixture
async def team(database):
    """The scopes of a manager, of Li with Shaw and Cole, and of Wang of another team with Font."""
    async with database.write() as uow:
        boss = await uow.users.add(Role.MANAGER, "Boss", None, NOW)
        li = await uow.users.add(Role.REP, "Li", boss.id, NOW)
        wang = await uow.users.add(Role.REP, "Wang", None, NOW)
        for name in ("Lake", "Hill"):
            uow.session.add(InstitutionRow(name=name, name_key=normal_name(name)))
            await uow.session.flush()
        for name, owner in (("Shaw", li), ("Cole", li), ("Font", wang)):
            uow.session.add(CustomerRow(name=name, owner_id=owner.id, institution_id=1, title="Attending"))
            await uow.session.flush()
        uow.session.add(VisitRow(customer_id=SHAW, rep_id=li.id, on=DAY, next_step="study", created_at=NOW))
    return Scope.of(boss), Scope.of(li), Scope.of(wang)


async def edits(uow, scope):
    """One edit of each kind of row; their numbers."""
    fact = {"kind": "strength", "text": "knows us", "on": DAY, "due": None, "author_id": scope.viewer}
    title = {"title": "Chief", "title_rank": "senior"}
    consent = Consent(channel=Channel.PHONE, basis=Basis.WRITTEN, given_on=DAY)
    made = [
        await uow.profile.change(SHAW, scope, FileField.TITLE, SHAW, title, NOW),
        await uow.profile.change(SHAW, scope, FileField.INSTITUTION, SHAW, {"institution_id": 2}, NOW),
        await uow.profile.change(
            SHAW, scope, FileField.RECEPTION, 2, {"reception": [[0, "8:00", "9:00"]]}, NOW
        ),
        await uow.profile.change(SHAW, scope, FileField.STEP, 1, {"step_done_on": DAY}, NOW),
        await uow.profile.add(SHAW, scope, FileField.FACT, fact, NOW),
        await uow.profile.add(SHAW, scope, FileField.RELATION, {"other_id": COLE, "kind": "same_team"}, NOW),
    ]
    await uow.profile.say(SHAW, scope, consent, NOW)
    made.append((await uow.profile.history(SHAW, scope))[0].id)
    made.append(await uow.profile.change(SHAW, scope, FileField.FACT, 1, {"ended_on": DAY}, NOW))
    made.append(await uow.profile.remove(SHAW, scope, FileField.RELATION, 1, NOW))
    return made


async def test_every_kind_of_edit_is_taken_back_without_a_trace_in_the_content(database, team):
    _boss, li, _wang = team
    async with database.write() as uow:
        before = await digest(uow)
        made = await edits(uow, li)
        assert await digest(uow) != before
        for number in reversed(made):
            await uow.profile.take_back(number, li, NOW + timedelta(minutes=1))
        assert await digest(uow) == before
        history = await uow.profile.history(SHAW, li)
    assert [one.id for one in history] == made[::-1]
    assert {one.taken_back_by for one in history} == {"Li"}
    assert {one.field for one in history} == {
        FileField.TITLE,
        FileField.INSTITUTION,
        FileField.RECEPTION,
        FileField.STEP,
        FileField.FACT,
        FileField.RELATION,
        FileField.CONSENT,
    }


async def test_an_edit_tells_before_and_after_who_and_when(database, team):
    _boss, li, _wang = team
    async with database.write() as uow:
        await uow.profile.change(SHAW, li, FileField.TITLE, SHAW, {"title": "Chief"}, NOW)
        again = await uow.profile.change(SHAW, li, FileField.TITLE, SHAW, {"title": "Chief"}, NOW)
    async with database.read() as uow:
        (one,) = await uow.profile.history(SHAW, li)
    assert again is None
    assert (one.before, one.after) == ({"title": "Attending"}, {"title": "Chief"})
    assert (one.author, one.author_id, one.at, one.customer_id) == ("Li", li.viewer, NOW, SHAW)


async def test_what_was_changed_since_is_taken_back_last_first(database, team):
    boss, li, _wang = team
    async with database.write() as uow:
        first = await uow.profile.change(SHAW, li, FileField.TITLE, SHAW, {"title": "Chief"}, NOW)
        second = await uow.profile.change(SHAW, boss, FileField.TITLE, SHAW, {"title": "Head"}, NOW)
        with pytest.raises(DomainError, match="edit_overtaken"):
            await uow.profile.take_back(first, li, NOW)
        await uow.profile.take_back(second, boss, NOW)
        with pytest.raises(DomainError, match="not_found"):
            await uow.profile.take_back(second, boss, NOW)
        await uow.profile.take_back(first, li, NOW)
        assert (await uow.customers.get(SHAW, li)).title == "Attending"


async def test_a_relation_that_was_told_anew_stands_against_the_old_one(database, team):
    _boss, li, _wang = team
    row = {"other_id": COLE, "kind": RelationKind.SAME_TEAM.value}
    async with database.write() as uow:
        await uow.profile.add(SHAW, li, FileField.RELATION, row, NOW)
        gone = await uow.profile.remove(SHAW, li, FileField.RELATION, 1, NOW)
        await uow.profile.add(SHAW, li, FileField.RELATION, row, NOW)
        with pytest.raises(DomainError, match="edit_overtaken"):
            await uow.profile.take_back(gone, li, NOW)


async def test_nothing_of_another_teams_customer_is_read_or_written(database, team):
    _boss, li, wang = team
    fact = {"kind": FactKind.THREAT.value, "text": "x", "on": DAY, "author_id": wang.viewer}
    async with database.write() as uow:
        made = await edits(uow, li)
        for refused in (
            uow.profile.change(SHAW, wang, FileField.TITLE, SHAW, {"title": "Head"}, NOW),
            uow.profile.change(FONT, wang, FileField.TITLE, SHAW, {"title": "Head"}, NOW),
            uow.profile.change(FONT, wang, FileField.FACT, 1, {"text": "Head"}, NOW),
            uow.profile.change(FONT, wang, FileField.STEP, 1, {"step_done_on": None}, NOW),
            uow.profile.change(FONT, wang, FileField.RECEPTION, 2, {"reception": []}, NOW),
            uow.profile.remove(FONT, wang, FileField.CONSENT, 1, NOW),
            uow.profile.add(SHAW, wang, FileField.FACT, fact, NOW),
            uow.profile.say(SHAW, wang, Consent(channel=Channel.EMAIL, basis=Basis.SAID), NOW),
            uow.profile.take_back(made[0], wang, NOW),
            uow.profile.get(made[0], wang),
        ):
            with pytest.raises(DomainError, match="not_found"):
                await refused
        assert await uow.profile.history(SHAW, wang) == []
        assert await uow.profile.consents(SHAW, wang) == {}
        assert await uow.profile.facts(SHAW, wang) == []
        assert await uow.profile.names([SHAW, FONT], wang) == {FONT: "Font"}
        assert set(await uow.profile.consents_of(li.viewer)) == {SHAW}
        assert await uow.profile.consents_of(wang.viewer) == {}


async def test_a_relation_to_a_customer_out_of_sight_shows_as_nothing(database, team):
    boss, li, wang = team
    async with database.write() as uow:
        row = {"other_id": COLE, "kind": RelationKind.LISTENS_TO.value}
        await uow.profile.add(SHAW, li, FileField.RELATION, row, NOW)
        assert [(one.other, one.is_told_there) for one in await uow.profile.relations(SHAW, li)] == [
            (COLE, False)
        ]
        assert [(one.other, one.is_told_there) for one in await uow.profile.relations(COLE, boss)] == [
            (SHAW, True)
        ]
        await uow.customers.assign([COLE], wang.viewer)
        for customer, scope in ((SHAW, li), (SHAW, boss), (COLE, wang), (SHAW, wang)):
            assert await uow.profile.relations(customer, scope) == []


async def test_values_used_at_the_hospital_come_first_and_only_ones_own(database, team):
    _boss, li, wang = team
    async with database.write() as uow:
        for row in (
            CustomerRow(name="A", owner_id=li.viewer, institution_id=2, department="Surgery"),
            CustomerRow(name="B", owner_id=li.viewer, institution_id=2, department="Surgery"),
            CustomerRow(name="C", owner_id=li.viewer, institution_id=1, department="Cardiology"),
            CustomerRow(name="D", owner_id=wang.viewer, institution_id=1, department="Urology"),
        ):
            uow.session.add(row)
        await uow.session.flush()
        at_lake = await uow.profile.used(FileField.DEPARTMENT, 1, li, 8)
        at_hill = await uow.profile.used(FileField.DEPARTMENT, 2, li, 1)
    assert (at_lake, at_hill) == (["Cardiology", "Surgery"], ["Surgery"])


async def test_another_next_step_is_still_to_be_done(database, team):
    _boss, li, _wang = team
    async with database.write() as uow:
        await uow.profile.change(SHAW, li, FileField.STEP, 1, {"step_done_on": DAY}, NOW)
        (visit,) = await uow.visit_log.recent(SHAW, li, 1)
        await uow.visit_log.write(visit.id, visit.told)
        assert (await uow.visit_log.get(visit.id, li)).step_done_on == DAY
        [target] = [one for one in await uow.visits.targets(li.viewer, DAY) if one.customer.id == SHAW]
        assert target.next_step == ""
        await uow.visit_log.write(visit.id, visit.told.with_topic("dosing", talked=True, most=2))
        assert (await uow.visit_log.get(visit.id, li)).step_done_on == DAY
