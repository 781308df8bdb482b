from datetime import UTC, date, datetime, timedelta

import pytest

from bot.db.repositories.customers import search_entries
from bot.db.tables import (
    AssessmentRow,
    CustomerRow,
    InstitutionRow,
    TierDecisionRow,
    UserRow,
    VisitRow,
)
from bot.db.values import DataAsOf, DraftStatus, StoredFile
from domain.customers.search import SearchEntry
from domain.errors import DomainError
from domain.explain import Reason
from domain.importing.keys import normal_name
from domain.people.model import Role, Scope
from domain.tiering.model import Cell, Measures, Support, Tier, TierDecision
from domain.visits.dismissal import Dismissal, DismissReason
from tests.support.plans import customer, plan_of, usage

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ADMIN = Scope(viewer=0, role=Role.ADMIN)

A2 = TierDecision(
    tier=Tier.A,
    support=Support.SECOND_CHOICE,
    method="score",
    params_version="2026-11",
    reasons=(Reason("score_table", {"site_class": 1, "score": 9.5}), Reason("support_stated", {"digit": 2})),
)
UNRATED = TierDecision(
    tier=None, support=None, method="score", params_version="2026-11", reasons=(Reason("potential_missing"),)
)


def no_until(day):
    return Dismissal(DismissReason.UNAVAILABLE, TODAY, day)


class Territory:
    """Two teams and nobody's customer: who may see what is plain from the names."""

    def __init__(self, uow):
        self.uow = uow
        self.users = {}
        self.customers = {}

    async def build(self):
        for name, role, manager in (
            ("admin", Role.ADMIN, None),
            ("manager", Role.MANAGER, None),
            ("rep", Role.REP, "manager"),
            ("colleague", Role.REP, "manager"),
            ("stranger", Role.REP, None),
        ):
            boss = self.users[manager].id if manager else None
            self.users[name] = await self.uow.users.add(role, name, boss, NOW)
        hospital = InstitutionRow(name="First Hospital", name_key=normal_name("First Hospital"), site_class=1)
        self.uow.session.add(hospital)
        await self.uow.session.flush()
        for owner in (*self.users, None):
            row = CustomerRow(
                name=f"Dr of {owner}",
                owner_id=self.users[owner].id if owner else None,
                institution_id=hospital.id if owner == "rep" else None,
                title_rank="senior",
            )
            self.uow.session.add(row)
            await self.uow.session.flush()
            self.customers[owner] = row.id
        return self

    def scope(self, name):
        return Scope.of(self.users[name])


@pytest.fixture
async def territory(database):
    async with database.write() as uow:
        return await Territory(uow).build()


EVERYBODY = {"admin", "manager", "rep", "colleague", "stranger", None}
VISIBLE = {
    "admin": EVERYBODY,
    "manager": {"manager", "rep", "colleague"},
    "rep": {"rep"},
    "colleague": {"colleague"},
    "stranger": {"stranger"},
}


@pytest.mark.parametrize("viewer", VISIBLE)
async def test_every_query_keeps_to_the_customers_of_the_viewer(database, territory, viewer):
    async with database.write() as uow:
        decisions = dict.fromkeys(territory.customers.values(), A2)
        await uow.tiers.store(decisions, NOW)
        for number in territory.customers.values():
            uow.session.add(VisitRow(customer_id=number, on=TODAY, created_at=NOW))
    scope = territory.scope(viewer)
    ids = territory.customers
    seen = {ids[owner] for owner in VISIBLE[viewer]}
    async with database.write() as uow:
        assert {found.id for found in await uow.customers.all(scope)} == seen
        assert {entry.id for entry in await uow.customers.grid(scope, TODAY)} == seen
        assert {entry.id for entry in search_entries(await uow.customers.search_text(scope))} == seen
        for customer_id in ids.values():
            is_seen = customer_id in seen
            assert bool(await uow.customers.get(customer_id, scope)) is is_seen
            assert bool(await uow.visits.recent(customer_id, scope, 5)) is is_seen
            assert bool(await uow.tiers.current(customer_id, scope)) is is_seen
            assert bool(await uow.tiers.history(customer_id, scope)) is is_seen
            if is_seen:
                await uow.dismissals.add(customer_id, scope, no_until(TODAY), NOW)
            else:
                with pytest.raises(DomainError, match="not_found"):
                    await uow.dismissals.add(customer_id, scope, no_until(TODAY), NOW)


async def test_a_team_that_changes_managers_changes_what_they_see(database, territory):
    async with database.write() as uow:
        await uow.users.set_manager(territory.users["rep"].id, None)
        seen = await uow.customers.all(territory.scope("manager"))
    assert [found.name for found in seen] == ["Dr of manager", "Dr of colleague"]


async def test_customers_without_an_owner_are_counted_and_given_away(database, territory):
    rep = territory.users["rep"]
    async with database.write() as uow:
        assert await uow.customers.unassigned_count() == 1
        assert await uow.customers.assign(None, rep.id) == 1
        assert await uow.customers.unassigned_count() == 0
        assert await uow.customers.assign([territory.customers["stranger"]], rep.id) == 1
        names = [found.name for found in await uow.customers.all(Scope.of(rep))]
    assert names == ["Dr of rep", "Dr of stranger", "Dr of None"]


async def test_search_knows_where_a_customer_works(database, territory):
    async with database.read() as uow:
        [entry] = search_entries(await uow.customers.search_text(territory.scope("rep")))
    assert entry == SearchEntry(
        id=territory.customers["rep"], name="Dr of rep", institution="First Hospital", department=""
    )


async def test_the_grid_shows_active_customers_and_leaves_the_unrated_visible(database, territory):
    ids = territory.customers
    async with database.write() as uow:
        await uow.tiers.store({ids["rep"]: A2, ids["colleague"]: UNRATED}, NOW)
        (await uow.session.get(CustomerRow, ids["manager"])).status = "inactive"
    async with database.read() as uow:
        rep, colleague = await uow.customers.grid(territory.scope("manager"), TODAY)
    assert (rep.name, rep.cell, rep.owner_id) == ("Dr of rep", Cell.A2, territory.users["rep"].id)
    assert (colleague.name, colleague.tier, colleague.support, colleague.cell) == (
        "Dr of colleague",
        None,
        None,
        None,
    )


async def test_data_as_of_is_the_last_import_and_the_last_visit_in_sight(database, territory):
    async with database.read() as uow:
        assert await uow.customers.data_as_of(ADMIN) == DataAsOf(None, None)
    later = NOW + timedelta(days=2)
    async with database.write() as uow:
        await uow.imports.apply(plan_of(), None, NOW, [])
        taken_back = await uow.imports.apply(plan_of(), None, later, [])
        await uow.imports.rollback(taken_back, later)
        for owner, day in (("rep", 3), ("rep", 5), ("stranger", 9)):
            uow.session.add(
                VisitRow(customer_id=territory.customers[owner], on=date(2026, 11, day), created_at=NOW)
            )
    async with database.read() as uow:
        assert await uow.customers.data_as_of(territory.scope("rep")) == DataAsOf(NOW, date(2026, 11, 5))
        assert await uow.customers.data_as_of(ADMIN) == DataAsOf(NOW, date(2026, 11, 9))


async def test_recent_visits_come_newest_first_and_bounded(database, territory):
    async with database.write() as uow:
        for day in (3, 9, 5):
            uow.session.add(
                VisitRow(customer_id=territory.customers["rep"], on=date(2026, 11, day), created_at=NOW)
            )
    async with database.read() as uow:
        visits = await uow.visits.recent(territory.customers["rep"], territory.scope("rep"), 2)
    assert [visit.on.day for visit in visits] == [9, 5]


async def targets_after(database, territory, *visits):
    """The rep's only target, after visits given as (day, outcome, next step, by whom)."""
    async with database.write() as uow:
        for day, outcome, next_step, rep in visits:
            uow.session.add(
                VisitRow(
                    customer_id=territory.customers["rep"],
                    rep_id=territory.users[rep].id,
                    on=day,
                    outcome=outcome,
                    next_step=next_step,
                    next_on=day + timedelta(days=7) if next_step else None,
                    created_at=NOW,
                )
            )
    async with database.read() as uow:
        [target] = await uow.visits.targets(territory.users["rep"].id, TODAY)
    return target


async def test_a_target_nobody_has_been_to_is_blank(database, territory):
    target = await targets_after(database, territory)
    assert (target.customer.name, target.customer.institution.name) == ("Dr of rep", "First Hospital")
    assert (target.tier, target.support, target.last_visit, target.visits_this_month) == (None, None, None, 0)
    assert (target.next_step, target.next_on, target.snoozed_until) == ("", None, None)


async def test_a_target_counts_days_on_which_somebody_was_met(database, territory):
    target = await targets_after(
        database,
        territory,
        (date(2026, 10, 30), "met", "", "rep"),
        (date(2026, 11, 2), "met", "", "rep"),
        (date(2026, 11, 2), "met", "", "manager"),  # together: one day
        (date(2026, 11, 9), None, "", "rep"),  # the file did not say: met
        (date(2026, 11, 12), "short", "", "rep"),
        (date(2026, 11, 16), "absent", "", "rep"),
        (date(2026, 11, 17), "refused", "", "rep"),
        (date(2026, 11, 25), "met", "", "rep"),  # after today
    )
    assert target.visits_this_month == 3
    assert target.last_visit == date(2026, 11, 12)


async def test_the_next_step_is_the_one_of_the_last_visit_whatever_its_outcome(database, territory):
    target = await targets_after(
        database,
        territory,
        (date(2026, 11, 9), "met", "bring the study", "rep"),
        (date(2026, 11, 16), "absent", "try again", "rep"),
    )
    assert (target.next_step, target.next_on) == ("try again", date(2026, 11, 23))
    assert target.last_visit == date(2026, 11, 9)


async def test_a_target_shows_the_current_decision_and_the_own_snooze(database, territory):
    customer_id = territory.customers["rep"]
    async with database.write() as uow:
        await uow.tiers.store({customer_id: UNRATED}, NOW)
        await uow.tiers.store({customer_id: A2}, NOW)
        await uow.dismissals.add(customer_id, territory.scope("manager"), no_until(date(2026, 12, 24)), NOW)
    target = await targets_after(database, territory)
    assert (target.tier, target.support, target.snoozed_until) == (Tier.A, Support.SECOND_CHOICE, None)
    scope = territory.scope("rep")
    async with database.write() as uow:
        await uow.dismissals.add(customer_id, scope, no_until(date(2026, 11, 25)), NOW)
        await uow.dismissals.add(customer_id, scope, no_until(date(2026, 11, 26)), NOW)
    assert (await targets_after(database, territory)).snoozed_until == date(2026, 11, 26)
    async with database.write() as uow:
        await uow.dismissals.end(customer_id, scope.viewer, NOW)
    assert (await targets_after(database, territory)).snoozed_until is None


async def test_a_decision_comes_back_as_it_was_made(database, territory):
    customer_id = territory.customers["rep"]
    async with database.write() as uow:
        assert await uow.tiers.store({customer_id: A2}, NOW) == 1
    async with database.read() as uow:
        assert await uow.tiers.current(customer_id, ADMIN) == A2
        assert await uow.tiers.current(territory.customers["stranger"], ADMIN) is None


async def test_only_news_is_stored(database, territory):
    customer_id = territory.customers["rep"]
    same_again = TierDecision(
        tier=A2.tier, support=A2.support, method="other", params_version="2027-01", reasons=A2.reasons
    )
    async with database.write() as uow:
        assert await uow.tiers.store({customer_id: UNRATED}, NOW) == 1
        assert await uow.tiers.store({customer_id: A2}, NOW + timedelta(days=1)) == 1
        assert await uow.tiers.store({customer_id: same_again}, NOW + timedelta(days=2)) == 0
        assert await uow.tiers.store({customer_id: UNRATED}, NOW + timedelta(days=3)) == 1
        history = await uow.tiers.history(customer_id, ADMIN)
    assert [(dated.decided_at.day, dated.decision) for dated in history] == [
        (24, UNRATED),
        (22, A2),
        (21, UNRATED),
    ]


async def test_measures_are_the_latest_of_each_kind(database, territory):
    rep, stranger = territory.customers["rep"], territory.customers["stranger"]
    async with database.write() as uow:
        for kind, value, day in (
            ("potential_score", 9, 3),
            ("potential_score", 5, 1),
            ("support", 3, 1),
            ("support", 1, 1),
            ("quantity", 80.5, 1),
        ):
            uow.session.add(AssessmentRow(customer_id=rep, kind=kind, value=value, on=date(2026, 11, day)))
            await uow.session.flush()
        (await uow.session.get(CustomerRow, territory.customers[None])).status = "inactive"
    async with database.read() as uow:
        measures = await uow.tiers.measures(())
    assert measures[rep] == Measures(
        potential_score=9,
        site_class=1,
        title_rank="senior",
        quantity=80.5,
        support=Support.FIRST_CHOICE,
    )
    assert measures[stranger] == Measures(title_rank="senior")
    assert measures.keys() == set(territory.customers.values()) - {territory.customers[None]}


async def measured(database, *figures, ours=("Trulicity",)):
    """Quantity and ours of each customer after usage figures (customer, period, product, quantity)."""
    doctors = {name: customer(name, code=name) for name in sorted({figure[0] for figure in figures})}
    rows = [usage(doctors[name][0], *figure) for name, *figure in figures]
    async with database.write() as uow:
        await uow.imports.apply(plan_of(*doctors.values(), *rows), None, NOW, [])
    async with database.read() as uow:
        names = {found.id: found.name for found in await uow.customers.all(ADMIN)}
        measures = await uow.tiers.measures(ours)
    return {names[number]: (one.quantity, one.ours) for number, one in measures.items()}


async def test_usage_is_summed_over_products_and_ours_apart(database):
    assert await measured(
        database,
        ("D1", "2023", "Trulicity", 40.0),
        ("D1", "2023", "Ozempic", 60.0),
        ("D2", "2023", "Ozempic", 7.0),
        ours=("TRULICITY",),
    ) == {"D1": (100.0, 40.0), "D2": (7.0, 0.0)}


async def test_usage_counts_the_latest_twelve_months_of_all(database):
    assert await measured(
        database,
        ("D1", "2022-12", "Trulicity", 1000.0),
        ("D1", "2023-01", "Trulicity", 1.0),
        ("D1", "2023-Q2", "Trulicity", 2.0),
        ("D1", "2023-12", "Trulicity", 4.0),
        ("D2", "2022-Q4", "Trulicity", 1000.0),
    ) == {"D1": (7.0, 7.0), "D2": (None, None)}


async def test_a_year_and_its_months_are_not_counted_twice(database):
    assert await measured(
        database,
        ("D1", "2023-04", "Trulicity", 5.0),
        ("D1", "2023", "Trulicity", 60.0),
        ("D1", "2023-Q4", "Ozempic", 8.0),
        ("D1", "2023-11", "Ozempic", 3.0),
    ) == {"D1": (68.0, 60.0)}


async def test_a_draft_is_its_owners_alone_and_ends_once(database, territory):
    admin, rep = territory.users["admin"].id, territory.users["rep"].id
    files = (StoredFile("名单.xlsx", "uploads/7"),)
    async with database.write() as uow:
        draft = await uow.drafts.add(admin, files, NOW)
        await uow.drafts.set_message(draft.id, admin, 4_000_000_000)
        answered = await uow.drafts.answer(draft.id, admin, "datum", "gcj02")
        assert await uow.drafts.get(draft.id, admin) == answered
        assert (answered.files, answered.answers, answered.message_id) == (
            files,
            {"datum": "gcj02"},
            4_000_000_000,
        )
        assert await uow.drafts.get(draft.id, rep) is None
        with pytest.raises(DomainError, match="not_found"):
            await uow.drafts.answer(draft.id, rep, "datum", "wgs84")
        with pytest.raises(DomainError, match="not_found"):
            await uow.drafts.set_message(draft.id, rep, 1)
        assert not await uow.drafts.close(draft.id, rep, DraftStatus.APPLIED)
        assert await uow.drafts.close(draft.id, admin, DraftStatus.APPLIED)
        assert not await uow.drafts.close(draft.id, admin, DraftStatus.CANCELLED)
    async with database.read() as uow:
        assert (await uow.drafts.get(draft.id, admin)).status is DraftStatus.APPLIED


async def test_old_drafts_are_forgotten_and_told(database, territory):
    admin = territory.users["admin"].id
    async with database.write() as uow:
        old = await uow.drafts.add(admin, [StoredFile("old.csv", "uploads/1")], NOW - timedelta(days=2))
        new = await uow.drafts.add(admin, [StoredFile("new.csv", "uploads/2")], NOW)
        assert await uow.drafts.forget(NOW - timedelta(days=1)) == [old]
    async with database.read() as uow:
        assert await uow.drafts.get(old.id, admin) is None
        assert await uow.drafts.get(new.id, admin) == new


async def test_a_mapping_is_remembered_and_replaced(database):
    async with database.write() as uow:
        assert await uow.mappings.get("f" * 64) is None
        await uow.mappings.save("f" * 64, {"kind": "customer", "columns": {"姓名": "name"}}, NOW)
        await uow.mappings.save("f" * 64, {"kind": "visit"}, NOW)
    async with database.read() as uow:
        assert await uow.mappings.get("f" * 64) == {"kind": "visit"}
        assert await uow.mappings.all() == {"f" * 64: {"kind": "visit"}}


async def test_the_rows_of_a_deleted_customer_would_be_orphans_so_it_stays(database, territory):
    async with database.write() as uow:
        await uow.tiers.store({territory.customers["rep"]: A2}, NOW)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with database.write() as uow:
            await uow.session.delete(await uow.session.get(CustomerRow, territory.customers["rep"]))
    async with database.read() as uow:
        assert await uow.session.get(UserRow, territory.users["rep"].id)
        assert await uow.session.get(TierDecisionRow, 1)
