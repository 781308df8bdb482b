"""Types, stages and events of review as they are stored, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db.digest import digest
from bot.db.tables import AssessmentRow, CustomerRow, InstitutionRow
from domain.errors import DomainError
from domain.people.model import Role, Scope
from domain.segments.adoption import AdoptionStage
from domain.segments.opinion import Opinion
from domain.segments.scheme import Scheme
from domain.segments.types import Motive
from domain.tiering.model import Cell, TierDecision
from domain.tiering.review import EventKind, ReviewEvent
from tests.support.plans import customer, institution, plan_of

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
MINUTE = timedelta(minutes=1)

OLD, OLD_DRAFT = institution("Old Hospital")
NEW, NEW_DRAFT = institution("New Hospital")


def zhang(place, title, department="Cardiology", **more):
    """Dr Zhang, known by a code, as a roster tells of her."""
    return customer(
        "Dr Zhang", code="C1", institution=place, title=title, department=department, owner="Li", **more
    )


async def load(database, *drafts, now=NOW):
    async with database.write() as uow:
        plan = plan_of(*drafts, existing=await uow.imports.existing())
        return await uow.imports.apply(plan, None, now, ["roster.xlsx"])


async def waiting(database, scope):
    async with database.read() as uow:
        return dict(await uow.reviews.waiting(scope))


@pytest.fixture
async def admin(database):
    async with database.write() as uow:
        return Scope.of(await uow.users.add(Role.ADMIN, "Root", None, NOW))


def told(events):
    return [(one.kind, one.before, one.after) for one in events]


async def test_an_import_notes_what_it_changes_and_takes_it_back(database, admin):
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "Attending"))
    async with database.read() as uow:
        before = await digest(uow)
    assert await waiting(database, admin) == {}
    batch = await load(database, (NEW, NEW_DRAFT), zhang(NEW, "Chief", "Oncology"), now=NOW + MINUTE)
    [events] = (await waiting(database, admin)).values()
    assert told(events) == [
        (EventKind.TITLE, "Attending", "Chief"),
        (EventKind.TRANSFER, "Old Hospital", "New Hospital"),
        (EventKind.DEPARTMENT, "Cardiology", "Oncology"),
    ]
    assert {one.noted_at for one in events} == {NOW + MINUTE}
    async with database.write() as uow:
        await uow.imports.rollback(batch, NOW + 2 * MINUTE)
    assert await waiting(database, admin) == {}
    async with database.read() as uow:
        assert await digest(uow) == before


async def test_what_is_filled_in_or_only_spelt_differently_is_no_event(database, admin):
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "Chief Physician", None))
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "CHIEF  physician", "Oncology"), now=NOW + MINUTE)
    assert await waiting(database, admin) == {}


async def test_an_event_waits_until_a_person_has_looked(database, admin):
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "Attending"))
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "Chief"), now=NOW + MINUTE)
    [number] = await waiting(database, admin)

    def decision(cell):
        return TierDecision(tier=cell.tier, support=cell.support, method="m", params_version="1", reasons=())

    async with database.write() as uow:
        [batch] = await uow.imports.batches(1)
        await uow.tiers.store({number: decision(Cell.A1)}, NOW + 2 * MINUTE, batch.id)  # by an import
        uow.session.add(AssessmentRow(customer_id=number, kind="support", value=1, on=TODAY))
    assert number in await waiting(database, admin)
    async with database.write() as uow:
        await uow.tiers.store({number: decision(Cell.A2)}, NOW + 2 * MINUTE)  # by a person in a round
    assert await waiting(database, admin) == {}


@pytest.mark.parametrize(("on", "done"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
async def test_a_potential_said_in_a_chat_counts_to_the_end_of_its_day(database, admin, on, done):
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "Attending"))
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "Chief"), now=NOW + MINUTE)
    [number] = await waiting(database, admin)
    async with database.write() as uow:
        uow.session.add(AssessmentRow(customer_id=number, kind="potential_score", value=9, on=on))
    assert (await waiting(database, admin) == {}) is done


async def test_procurement_reaches_the_active_customers_of_the_institution_in_each_scope(database):
    async with database.write() as uow:
        bosses = [await uow.users.add(Role.MANAGER, name, None, NOW) for name in ("Boss", "Other")]
        reps = [await uow.users.add(Role.REP, f"Rep of {one.name}", one.id, NOW) for one in bosses]
        rows = [InstitutionRow(name=name, name_key=name) for name in ("here", "there")]
        uow.session.add_all(rows)
        await uow.session.flush()
        here, there = (row.id for row in rows)
        people = [
            CustomerRow(name="mine", owner_id=reps[0].id, institution_id=here),
            CustomerRow(name="elsewhere", owner_id=reps[0].id, institution_id=there),
            CustomerRow(name="retired", owner_id=reps[0].id, institution_id=here, status="inactive"),
            CustomerRow(name="theirs", owner_id=reps[1].id, institution_id=here),
        ]
        uow.session.add_all(people)
        await uow.session.flush()
        mine, theirs = people[0].id, people[3].id
        event = ReviewEvent(
            kind=EventKind.VOLUME, on=date(2026, 11, 1), noted_at=NOW, institution="here", note="out"
        )
        boss, other = map(Scope.of, bosses)
        await uow.reviews.add_procurement(here, boss, event)
    assert await waiting(database, boss) == {mine: (event,)}
    assert await waiting(database, other) == {theirs: (event,)}
    async with database.write() as uow:
        opened = await uow.rounds.add(boss.viewer, TODAY, NOW + MINUTE, {})
    assert await waiting(database, boss) == {mine: (event,)}  # the round is open
    async with database.write() as uow:
        await uow.rounds.close(opened.id, NOW + 2 * MINUTE)
    assert await waiting(database, boss) == {}
    assert await waiting(database, other) == {theirs: (event,)}


async def test_opinions_are_kept_and_the_last_counts(database, admin):
    await load(database, (OLD, OLD_DRAFT), zhang(OLD, "Chief"))
    first = Opinion(value=Motive.NEED, on=TODAY, author=admin.viewer)
    unsure = Opinion[Motive](value=None, on=TODAY, author=admin.viewer)
    stage = Opinion(value=AdoptionStage.TRIAL, on=TODAY, author=admin.viewer)
    async with database.write() as uow:
        [one] = await uow.customers.all(admin)
        await uow.segments.add(one.id, admin, Scheme.MOTIVE, first)
        await uow.segments.add(one.id, admin, Scheme.ADOPTION, stage)
        await uow.segments.add(one.id, admin, Scheme.MOTIVE, unsure)
        stranger = Scope.of(await uow.users.add(Role.REP, "Stranger", None, NOW))
        with pytest.raises(DomainError, match="not_found"):
            await uow.segments.add(one.id, stranger, Scheme.MOTIVE, first)
    async with database.read() as uow:
        assert await uow.segments.latest(one.id, admin) == {Scheme.MOTIVE: unsure, Scheme.ADOPTION: stage}
        assert (await uow.segments.history(one.id, admin))[Scheme.MOTIVE] == (first, unsure)
        assert await uow.segments.history(one.id, stranger) == {}
