import asyncio
import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from bot.db.digest import digest
from bot.db.tables import AssessmentRow, CustomerRow, ImportChangeRow, VisitRow
from bot.db.values import BatchStatus
from domain.customers.model import CustomerStatus, HalfDay
from domain.errors import DomainError
from domain.explain import Reason
from domain.importing.model import (
    Action,
    CustomerDraft,
    InstitutionDraft,
    Kind,
    SaleDraft,
    Source,
    VisitDraft,
)
from domain.importing.planning import plan_import
from domain.people.model import Role, Scope
from domain.tiering.model import Support, Tier, TierDecision
from domain.visits.dismissal import Dismissal, DismissReason
from domain.visits.model import Channel, Outcome
from tests.support.plans import customer, institution, plan_of, sale, usage, visit

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
TUESDAY_MORNING = HalfDay(1, time(8), time(12))

HOSPITAL, HOSPITAL_DRAFT = institution(
    "First Hospital", code="H1", site_class=1, city="Wuhan", lat=30.5, lon=114.3, reception=(TUESDAY_MORNING,)
)
CLINIC, CLINIC_DRAFT = institution("Clinic")
ZHANG, ZHANG_DRAFT = customer(
    "Dr Zhang",
    code="C1",
    institution=HOSPITAL,
    department="Cardiology",
    title="Chief",
    title_rank="senior",
    owner="Li",
    support=Support.SECOND_CHOICE,
    potential_score=9,
    best_times=(TUESDAY_MORNING,),
    is_kol=True,
)
WANG, WANG_DRAFT = customer("Dr Wang", institution=CLINIC, quantity=40.0)

VISITED = visit(ZHANG, DAY, "Li")[0]
ROSTER = (
    (HOSPITAL, HOSPITAL_DRAFT),
    (CLINIC, CLINIC_DRAFT),
    (ZHANG, ZHANG_DRAFT),
    (WANG, WANG_DRAFT),
    visit(ZHANG, DAY, "Li", outcome=Outcome.MET, next_step="send the study", next_on=date(2026, 11, 27)),
    visit(WANG, DAY, channel=Channel.PHONE),
    usage(ZHANG, "2026-Q3", "Ours", 12.0),
    sale(HOSPITAL, DAY, "Ours", 0, quantity=5.0, amount=250.0),
    sale(HOSPITAL, DAY, "Ours", 1, quantity=-1.0, department="Cardiology"),
)
ADMIN = Scope(viewer=0, role=Role.ADMIN)


async def apply(database, *drafts, now=NOW):
    async with database.write() as uow:
        plan = plan_of(*drafts, existing=await uow.imports.existing())
        return await uow.imports.apply(plan, None, now, ["roster.xlsx"])


async def rollback(database, batch):
    async with database.write() as uow:
        await uow.imports.rollback(batch, NOW)


async def digest_of(database):
    async with database.read() as uow:
        return await digest(uow)


async def customer_id(database, name):
    async with database.read() as uow:
        return next(one.id for one in await uow.customers.all(ADMIN) if one.name == name)


async def test_what_was_imported_is_there_under_the_names_of_the_drafts(database):
    await apply(database, *ROSTER)
    async with database.read() as uow:
        rows = (await uow.imports.existing()).rows
        again = plan_of(*ROSTER, existing=await uow.imports.existing())
    assert {change.action for change in again.changes} == {Action.UNCHANGED}
    assert rows[Kind.INSTITUTION][HOSPITAL]["reception"] == (TUESDAY_MORNING,)
    stored = rows[Kind.CUSTOMER][ZHANG]
    assert (stored["owner"], stored["support"], stored["potential_score"], stored["status"]) == (
        "Li",
        Support.SECOND_CHOICE,
        9,
        CustomerStatus.ACTIVE,
    )
    assert rows[Kind.CUSTOMER][WANG]["quantity"] == 40.0
    assert {len(rows[kind]) for kind in (Kind.VISIT, Kind.SALE)} == {2}
    assert [row["rep"] for row in rows[Kind.VISIT].values()] == ["Li", None]


async def test_what_was_imported_comes_out_as_domain_values(database):
    await apply(database, *ROSTER)
    async with database.read() as uow:
        zhang, wang = await uow.customers.all(ADMIN)
        [visit_of_li] = await uow.visits.recent(zhang.id, ADMIN, 5)
        [li] = await uow.users.all()
    assert (li.name, li.role, li.telegram_id) == ("Li", Role.REP, None)
    assert (zhang.code, zhang.owner_id, zhang.best_times, zhang.is_kol) == (
        "C1",
        li.id,
        (TUESDAY_MORNING,),
        True,
    )
    assert (zhang.institution.name, zhang.institution.site_class, zhang.institution.lat) == (
        "First Hospital",
        1,
        30.5,
    )
    assert (wang.code, wang.owner_id, wang.institution.name) == ("", None, "Clinic")
    assert (visit_of_li.rep_id, visit_of_li.on, visit_of_li.outcome, visit_of_li.next_step) == (
        li.id,
        DAY,
        Outcome.MET,
        "send the study",
    )


async def test_the_same_import_twice_changes_nothing(database):
    await apply(database, *ROSTER)
    before = await digest_of(database)
    await apply(database, *ROSTER, now=NOW + timedelta(days=1))
    assert await digest_of(database) == before


async def test_a_plan_made_before_another_import_doubles_nothing(database):
    stale = plan_of(*ROSTER)
    await apply(database, *ROSTER)
    before = await digest_of(database)
    async with database.write() as uow:
        await uow.imports.apply(stale, None, NOW, [])
    assert await digest_of(database) == before


async def test_two_imports_of_one_file_at_once_double_nothing(database):
    plan = plan_of(*ROSTER)

    async def applied():
        async with database.write() as uow:
            return await uow.imports.apply(plan, None, NOW, [])

    first, second = await asyncio.gather(applied(), applied())
    assert first != second
    async with database.read() as uow:
        rows = (await uow.imports.existing()).rows
        assert len(await uow.customers.all(ADMIN)) == len(rows[Kind.CUSTOMER]) == 2
        assert len(await uow.users.all()) == 1


async def test_what_a_file_does_not_say_stays(database):
    await apply(database, *ROSTER)
    key, draft = customer("Dr Zhang", code="C1", title="Associate")
    await apply(database, (key, draft))
    async with database.read() as uow:
        zhang = (await uow.customers.all(ADMIN))[0]
        measures = await uow.tiers.measures(())
    assert (zhang.title, zhang.department, zhang.is_kol, zhang.best_times) == (
        "Associate",
        "Cardiology",
        True,
        (TUESDAY_MORNING,),
    )
    assert measures[zhang.id].support is Support.SECOND_CHOICE


async def test_a_batch_tells_who_what_and_how_much(database):
    async with database.write() as uow:
        admin = await uow.users.add(Role.ADMIN, "Admin", None, NOW)
        batch_id = await uow.imports.apply(plan_of(*ROSTER), admin.id, NOW, ["roster.xlsx"])
    second = await apply(database, *ROSTER)
    async with database.read() as uow:
        newest, first = await uow.imports.batches(5)
        assert [newest] == await uow.imports.batches(1)
        assert first == await uow.imports.get(batch_id)
        assert await uow.imports.get(999) is None
    assert newest.id == second
    assert (first.author_id, first.files, first.created_at, first.status) == (
        admin.id,
        ("roster.xlsx",),
        NOW,
        BatchStatus.APPLIED,
    )
    assert first.counts == {
        "institution.new": 2,
        "customer.new": 2,
        "visit.new": 2,
        "usage.new": 1,
        "sale.new": 2,
        "rejected": 0,
    }
    assert newest.counts["customer.unchanged"] == 2


async def test_a_named_person_who_could_be_two_is_refused_and_nothing_is_written(database):
    async with database.write() as uow:
        for _ in range(2):
            await uow.users.add(Role.REP, "Li", None, NOW)
    before = await digest_of(database)
    with pytest.raises(DomainError, match="ambiguous_name"):
        await apply(database, *ROSTER)
    assert await digest_of(database) == before


async def test_a_plan_that_refers_to_a_row_which_is_gone_is_out_of_date(database):
    with pytest.raises(DomainError, match="plan_out_of_date"):
        await apply(database, visit(ZHANG, DAY))


async def test_a_rollback_leaves_no_trace(database):
    async with database.write() as uow:
        await uow.users.add(Role.ADMIN, "Admin", None, NOW)
    empty = await digest_of(database)
    batch = await apply(database, *ROSTER)
    assert await digest_of(database) != empty
    await rollback(database, batch)
    assert await digest_of(database) == empty
    async with database.read() as uow:
        [stored] = await uow.imports.batches(5)
    assert (stored.status, stored.rolled_back_at) == (BatchStatus.ROLLED_BACK, NOW)


async def test_a_rollback_puts_changed_rows_back_and_takes_decisions_with_it(database):
    await apply(database, *ROSTER)
    before = await digest_of(database)
    async with database.write() as uow:
        plan = plan_of(
            institution("First Hospital", code="H1", site_class=3, reception=()),
            customer(
                "Dr Zhang",
                code="C1",
                owner="Chen",
                institution=CLINIC,
                support=Support.FIRST_CHOICE,
                note="moved",
                best_times=(),
            ),
            visit(ZHANG, DAY, "Li", outcome=Outcome.REFUSED, next_on=date(2026, 12, 1)),
            usage(ZHANG, "2026-Q3", "Ours", 13.5),
            existing=await uow.imports.existing(),
        )
        assert {change.action for change in plan.changes} == {Action.CHANGED}
        batch = await uow.imports.apply(plan, None, NOW, [])
        decision = TierDecision(
            tier=Tier.A, support=None, method="score", params_version="1", reasons=(Reason("x", {"n": 1}),)
        )
        zhang = (await uow.customers.all(ADMIN))[0]
        assert zhang.institution.name == "Clinic"
        assert await uow.tiers.store({zhang.id: decision}, NOW, batch) == 1
    assert await digest_of(database) != before
    await rollback(database, batch)
    assert await digest_of(database) == before


async def test_a_batch_is_taken_back_once(database):
    batch = await apply(database, *ROSTER)
    await rollback(database, batch)
    with pytest.raises(DomainError, match="batch_rolled_back"):
        await rollback(database, batch)
    with pytest.raises(DomainError, match="not_found"):
        await rollback(database, 999)


async def test_after_a_rollback_the_file_can_be_imported_again(database):
    await rollback(database, await apply(database, *ROSTER))
    await apply(database, *ROSTER)
    async with database.read() as uow:
        assert len(await uow.customers.all(ADMIN)) == 2


async def changed_by_a_later_import(database):
    await apply(database, customer("Dr Zhang", code="C1", title="Associate"))


async def assessed_by_a_later_import(database):
    await apply(database, customer("Dr Zhang", code="C1", support=Support.FIRST_CHOICE))


async def referred_to_by_a_later_import(database):
    await apply(database, visit(ZHANG, date(2026, 11, 21), "Li"))


async def assigned_by_hand(database):
    async with database.write() as uow:
        chen = await uow.users.add(Role.REP, "Chen", None, NOW)
        assert await uow.customers.assign(None, chen.id) == 1


async def visited_since(database):
    zhang = await customer_id(database, "Dr Zhang")
    async with database.write() as uow:
        uow.session.add(VisitRow(customer_id=zhang, rep_id=None, on=date(2026, 11, 23), created_at=NOW))


async def visit_deleted_since(database):
    async with database.write() as uow:
        await uow.session.delete((await uow.session.scalars(select(VisitRow))).first())


async def put_off_by_a_rep(database):
    zhang = await customer_id(database, "Dr Zhang")
    async with database.write() as uow:
        li = await uow.users.by_name("Li")
        said = Dismissal(DismissReason.UNAVAILABLE, date(2026, 11, 20), date(2026, 12, 1))
        await uow.dismissals.add(zhang, Scope.of(li), said, NOW)


async def tiered_since(database):
    zhang = await customer_id(database, "Dr Zhang")
    decision = TierDecision(tier=Tier.B, support=None, method="score", params_version="1", reasons=())
    async with database.write() as uow:
        await uow.tiers.store({zhang: decision}, NOW)


@pytest.mark.parametrize(
    "since",
    [
        changed_by_a_later_import,
        assessed_by_a_later_import,
        referred_to_by_a_later_import,
        assigned_by_hand,
        visited_since,
        visit_deleted_since,
        put_off_by_a_rep,
        tiered_since,
    ],
    ids=lambda since: since.__name__,
)
async def test_a_batch_stays_when_something_newer_stands_on_it(database, since):
    batch = await apply(database, *ROSTER)
    await since(database)
    before = await digest_of(database)
    with pytest.raises(DomainError) as refused:
        await rollback(database, batch)
    assert (refused.value.code, refused.value.params) == ("rollback_newer", {"batch": batch})
    assert await digest_of(database) == before
    async with database.read() as uow:
        assert (await uow.imports.get(batch)).status is BatchStatus.APPLIED


async def test_a_change_that_a_later_import_wrote_over_is_not_put_back(database):
    await apply(database, *ROSTER)
    middle = await apply(database, customer("Dr Zhang", code="C1", title="Associate", support=Support(3)))
    last = await apply(database, customer("Dr Zhang", code="C1", title="Chief", support=Support(1)))
    with pytest.raises(DomainError, match="rollback_newer"):
        await rollback(database, middle)
    await rollback(database, last)
    await rollback(database, middle)
    async with database.read() as uow:
        assert (await uow.imports.existing()).rows[Kind.CUSTOMER][ZHANG]["support"] is Support.SECOND_CHOICE


async def test_a_person_who_has_joined_since_is_not_taken_away(database):
    batch = await apply(database, *ROSTER)
    async with database.write() as uow:
        await uow.users.bind((await uow.users.by_name("Li")).id, 42, NOW)
    with pytest.raises(DomainError) as refused:
        await rollback(database, batch)
    assert (refused.value.code, refused.value.params) == (
        "rollback_user_joined",
        {"batch": batch, "name": "Li"},
    )


async def test_an_invite_that_nobody_followed_goes_with_the_person(database):
    empty = await digest_of(database)
    batch = await apply(database, *ROSTER)
    async with database.write() as uow:
        li = await uow.users.by_name("Li")
        await uow.invites.add(li.id, "a" * 64, None, NOW, NOW + timedelta(days=7))
    await rollback(database, batch)
    assert await digest_of(database) == empty
    async with database.read() as uow:
        assert await uow.invites.open(NOW) == []


async def test_measures_are_dated_rows_and_only_news_is_written(database):
    await apply(database, *ROSTER)
    await apply(database, customer("Dr Zhang", code="C1", support=Support.FIRST_CHOICE, potential_score=9))
    async with database.read() as uow:
        rows = (await uow.session.scalars(select(AssessmentRow).order_by(AssessmentRow.id))).all()
    assert [(row.kind, row.value) for row in rows] == [
        ("potential_score", 9),
        ("support", 2),
        ("quantity", 40),
        ("support", 1),
    ]
    assert rows[-1].on == NOW.date()


async def test_the_digest_sees_any_change_of_content_and_nothing_else(database):
    await apply(database, *ROSTER)
    before = await digest_of(database)
    async with database.write() as uow:
        await uow.audit.add("import", "batch:1", NOW, detail={"rows": 9})
    assert await digest_of(database) == before
    async with database.write() as uow:
        await uow.session.execute(update(CustomerRow).where(CustomerRow.code == "C1").values(note="."))
    assert await digest_of(database) != before


def random_draft(rng, names):
    """One draft of any kind about a few institutions, customers and days, so that plans overlap."""
    place, _ = institution(rng.choice(names["institutions"]))
    doctor = rng.choice(names["customers"])
    day = date(2026, 11, 1) + timedelta(days=rng.randrange(4))
    match rng.choice(list(Kind)):
        case Kind.INSTITUTION:
            return institution(
                rng.choice(names["institutions"]),
                city=rng.choice([None, "Wuhan", "武汉"]),
                lat=rng.choice([None, rng.random()]),
            )
        case Kind.CUSTOMER:
            return customer(
                doctor,
                code=doctor,
                institution=rng.choice([None, place]),
                owner=rng.choice([None, *names["people"]]),
                support=rng.choice([None, *Support]),
                quantity=rng.choice([None, rng.random() * 100]),
                is_no_see=rng.choice([None, True, False]),
                by_appointment=rng.choice([None, True, False]),
                status=rng.choice([None, CustomerStatus.ACTIVE, CustomerStatus.INACTIVE]),
                note=rng.choice([None, "a", "b"]),
            )
        case Kind.VISIT:
            person = rng.choice([None, *names["people"]])
            return visit(
                customer(doctor, code=doctor)[0],
                day,
                person,
                channel=rng.choice([None, *Channel]),
                outcome=rng.choice([None, *Outcome]),
            )
        case Kind.USAGE:
            return usage(customer(doctor, code=doctor)[0], "2026-0" + rng.choice("123"), "Ours", rng.random())
        case Kind.SALE:
            return sale(place, day, "Ours", rng.randrange(2), amount=rng.choice([None, rng.random()]))


async def random_imports(database, seed):
    """Seven imports after another; digests before each, and the batches."""
    rng = random.Random(seed)
    names = {
        "institutions": ["Hospital", "Clinic", "门诊"],
        "customers": ["D1", "D2", "D3", "D4"],
        "people": ["Li", "Wang", "陈"],
    }
    base = [institution(name) for name in names["institutions"]]
    base += [customer(name, code=name) for name in names["customers"]]
    digests, batches = [], []
    for number in range(7):
        drafts = dict(base) if number == 0 else {}
        drafts |= dict(random_draft(rng, names) for _ in range(rng.randrange(1, 12)))
        digests.append(await digest_of(database))
        batches.append(await apply(database, *drafts.items(), now=NOW + timedelta(hours=number)))
    return [*digests, await digest_of(database)], batches


@pytest.mark.parametrize("seed", range(6))
async def test_random_imports_taken_back_one_by_one_pass_every_state_again(database, seed):
    digests, batches = await random_imports(database, seed)
    assert len(set(digests)) > 4
    for batch, before in zip(batches[::-1], digests[-2::-1], strict=True):
        await rollback(database, batch)
        assert await digest_of(database) == before


async def test_sqlite_and_postgresql_reach_the_same_digests(sqlite_database, postgres_database):
    assert await random_imports(sqlite_database, 11) == await random_imports(postgres_database, 11)


def written_by_people(rng):
    """A file as people write it: codes here, names there, people in two spellings."""
    rows = count(2)
    places = [
        InstitutionDraft(
            source=Source("roster.xlsx", "sheet", next(rows)), name=name, code=rng.choice([None, code])
        )
        for name, code in (("First Hospital", "H1"), ("门诊", "H2"), ("Clinic", "H3"))
    ]
    people = [
        CustomerDraft(
            source=Source("roster.xlsx", "sheet", next(rows)),
            name=name,
            code=rng.choice([None, code]),
            institution=rng.choice([None, "H1", "First  hospital", "门诊", "A new place"]),
            owner=rng.choice([None, "Li Wei", "li wei", "王芳"]),
            support=rng.choice([None, *Support]),
            potential_score=rng.choice([None, 7, 7.5]),
            best_times=rng.choice([None, (TUESDAY_MORNING,)]),
        )
        for name, code in (("Dr Zhang", "C1"), ("Dr Wang", "C2"), ("李医生", "C3"), ("Dr Li", "C4"))
    ]
    about = [*(person.name for person in people), "C1", "C2"]
    visits = [
        VisitDraft(
            source=Source("roster.xlsx", "sheet", next(rows)),
            customer=rng.choice(about),
            on=date(2026, 11, rng.randrange(1, 20)),
            rep=rng.choice([None, "Li Wei", "王 芳", "Newcomer"]),
            outcome=rng.choice([None, *Outcome]),
        )
        for _ in range(12)
    ]
    sales = [
        SaleDraft(
            source=Source("roster.xlsx", "sheet", next(rows)),
            institution=rng.choice(["First Hospital", "Clinic"]),
            on=DAY,
            product=rng.choice(["Ours", "OURS"]),
            quantity=float(rng.randrange(3)),
        )
        for _ in range(6)
    ]
    return [*places, *people, *visits, *sales]


@pytest.mark.parametrize("seed", range(12))
async def test_what_the_planner_plans_is_stored_as_it_meant(sqlite_database, seed):
    drafts = written_by_people(random.Random(seed))
    async with sqlite_database.write() as uow:
        plan = plan_import(drafts, await uow.imports.existing())
        assert {change.action for change in plan.changes} == {Action.NEW}
        await uow.imports.apply(plan, None, NOW, [])
    before = await digest_of(sqlite_database)
    async with sqlite_database.write() as uow:
        again = plan_import(drafts, await uow.imports.existing())
        assert [change for change in again.changes if change.action is not Action.UNCHANGED] == []
        assert again.rejected == plan.rejected
        assert again.count(Kind.VISIT, Action.UNCHANGED) == plan.count(Kind.VISIT, Action.NEW) > 0
        await uow.imports.apply(again, None, NOW, [])
    assert await digest_of(sqlite_database) == before


async def test_every_created_and_changed_row_is_on_record(database):
    await apply(database, *ROSTER)
    batch = await apply(database, customer("Dr Zhang", code="C1", note="moved"))
    async with database.read() as uow:
        changes = (await uow.session.scalars(select(ImportChangeRow).order_by(ImportChangeRow.id))).all()
    created = [change.table_name for change in changes if change.before is None]
    assert Counter(created) == {"user": 1, "institution": 2, "customer": 2, "visit": 2, "usage": 1, "sale": 2}
    [change] = [change for change in changes if change.batch_id == batch]
    assert (change.table_name, change.before, change.after) == ("customer", {"note": ""}, {"note": "moved"})


async def test_rows_are_found_by_kind_and_key_with_what_is_stored(database):
    async with database.write() as uow:
        await uow.imports.apply(plan_of(*ROSTER), None, NOW, ["roster.xlsx"])
    async with database.read() as uow:
        found = await uow.imports.find({(Kind.CUSTOMER, ZHANG), (Kind.VISIT, VISITED), (Kind.SALE, "none")})
        assert set(found) == {(Kind.CUSTOMER, ZHANG), (Kind.VISIT, VISITED)}
        number, columns = found[Kind.CUSTOMER, ZHANG]
        assert (columns["name"], columns["note"]) == ("Dr Zhang", "")
        assert found[Kind.VISIT, VISITED][1]["customer_id"] == number
