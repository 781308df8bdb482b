"""Arguing about tiers in the chat."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import domain.content
from bot.db.tables import AssessmentRow
from bot.handlers.buttons import (
    ApproveAll,
    AskOverride,
    AskOverrideReason,
    CloseRound,
    DecideProposal,
    EndOverride,
    OpenRound,
    RenewOverride,
    ShowCard,
    ShowProposal,
    ShowRound,
)
from bot.importing.reading import UploadedFile
from bot.services import tiering
from bot.services.awaiting import PATIENCE
from domain.content.library import load_library
from domain.people.model import Role, Scope
from domain.tiering.model import Cell, Support
from tests.support import town
from tests.support.person import Person
from tests.support.world import World, world

SHAW = 1  # the first customer of the town: a C1 of Riverside General
NOT_FOUND = "I cannot find that. Perhaps it is no longer there."
NOT_ALLOWED = "Your role does not include this."


async def teams(place: World, language: str = "en") -> tuple[Person, Person, Person]:
    """Two managers, each with a rep of twenty-seven customers: the first two and the second manager."""
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    other = await place.joins("Other Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", Role.REP, manager="Boss", language=language)
    await place.joins("Wang Wei", Role.REP, manager="Other Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language))
    await place.loads(town.customers(language, first=300, owner="Wang Wei"))
    return boss, rep, other


async def sets(place: World, person: Person, cell: Cell, said: str, customer: int = SHAW) -> None:
    """A cell set by hand, as a person does it."""
    await person.presses(ShowCard(customer).pack())
    await person.taps("Set another cell")
    await person.taps(cell.value)
    await person.sends(said)


async def restates(place: World, *supports: tuple[int, Support]) -> None:
    """What reps say anew about customers, without an import that would decide at once."""
    async with place.deps.db.write() as uow:
        for customer, support in supports:
            uow.session.add(
                AssessmentRow(
                    customer_id=customer, kind="support", value=support, on=place.clock.now().date()
                )
            )


async def cells(place: World, name: str) -> dict[int, Cell | None]:
    async with place.deps.db.read() as uow:
        scope = Scope.of(await place.user(name))
        return {one.id: one.cell for one in await uow.customers.grid(scope, place.clock.now().date())}


# Cells set by hand


async def test_a_manager_sets_a_cell_and_both_values_stay_visible(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, _ = await teams(place)
        await boss.sends("/customer Shaw 1")
        computed = re.search(r"^([ABC][123]) · ", boss.text, re.MULTILINE)
        assert computed
        assert computed[1] == "A1"
        await sets(place, boss, Cell.B2, "half of his patients <left> & went")
        for person in (boss, rep):
            await person.sends("/customer Shaw 1")
            assert "\nB2 · 3 visits a month" in person.text
            assert "Computed: A1" in person.text
            assert "Set to B2 until Mar 31, 2027 by Boss: half of his patients <left> & went" in person.text
        await rep.sends("/grid")
        assert "B2 4" in rep.text
        await rep.sends("/today")
        while "Shaw 1 · B2" not in rep.text:
            await rep.taps("›")


async def test_after_its_last_day_the_computed_cell_holds_by_itself(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn", time_zone="UTC") as place:
        boss, rep, _ = await teams(place)
        await sets(place, boss, Cell.B2, "fewer patients")
        place.clock.move(timedelta(days=128))  # from November 23 to March 31
        await rep.sends("/customer Shaw 1")
        assert "\nB2 · " in rep.text
        place.clock.move(timedelta(days=1))
        await rep.sends("/customer Shaw 1")
        assert "\nA1 · " in rep.text
        assert "Set to" not in rep.text
        await boss.presses(ShowCard(SHAW).pack())
        assert "Renew B2" not in boss.buttons


async def test_an_override_is_renewed_for_one_more_cycle_and_ended_at_once(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn", time_zone="UTC") as place:
        boss, _rep, _ = await teams(place)
        await sets(place, boss, Cell.B2, "fewer patients")
        place.clock.move(timedelta(days=60))  # January 22
        await boss.taps("Renew B2")
        assert boss.last_answer == "Holds until Jun 30"
        assert "Set to B2 until Jun 30, 2027 by Boss: fewer patients" in boss.text
        await boss.taps("Back to computed")
        assert boss.last_answer == "The computed cell holds again"
        assert "\nA1 · " in boss.text
        await boss.presses(RenewOverride(SHAW).pack())
        assert boss.last_answer == NOT_FOUND


async def test_the_reason_is_waited_for_across_a_restart(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await boss.presses(AskOverrideReason(SHAW, Cell.B2).pack())
        await place.chatter.restart()
        await boss.sends("x" * 301)
        assert boss.text == "That is 301 characters; please say it in one sentence of at most 300."
        await boss.sends("?!")
        assert boss.text == "Please write it in words."
        await boss.sends("his ID is 11010519491231002X")
        assert "must not be stored" in boss.text
        await boss.sends("who should I visit today?")  # the answer, whatever it looks like
        assert "by Boss: who should I visit today?" in boss.text
        await boss.sends("nonsense")
        assert "nonsense" not in boss.text


@pytest.mark.parametrize("turns_away", ["/cancel", "/today", ShowCard(SHAW).pack(), None])
async def test_who_turns_to_something_else_is_no_longer_waited_for(sqlite_database_url, tmp_path, turns_away):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await boss.presses(AskOverrideReason(SHAW, Cell.B2).pack())
        if turns_away is None:
            place.clock.move(PATIENCE)
        elif turns_away.startswith("/"):
            await boss.sends(turns_away)
        else:
            await boss.presses(turns_away)
        await boss.sends("fewer patients")
        await boss.presses(ShowCard(SHAW).pack())
        assert "\nA1 · " in boss.text


async def test_only_the_own_manager_sets_cells(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, other = await teams(place)
        await sets(place, boss, Cell.B2, "fewer patients")
        buttons = [
            AskOverride(SHAW),
            AskOverrideReason(SHAW, Cell.C3),
            RenewOverride(SHAW),
            EndOverride(SHAW),
        ]
        for button in buttons:
            await other.presses(button.pack())
            assert other.last_answer == NOT_FOUND
            await rep.presses(button.pack())
            assert rep.last_answer == NOT_ALLOWED
        await rep.presses(ShowCard(SHAW).pack())
        assert "Set another cell" not in rep.buttons
        assert "Set to B2" in rep.text


async def test_who_has_become_a_rep_meanwhile_sets_nothing(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await boss.presses(AskOverrideReason(SHAW, Cell.B2).pack())
        async with place.deps.db.write() as uow:
            await uow.customers.assign([SHAW], (await place.user("Wang Wei")).id)
        await boss.sends("fewer patients")
        assert boss.text == NOT_FOUND


# Rounds


async def test_a_round_leads_through_its_five_steps(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, _ = await teams(place)
        await boss.sends("/tiers")
        assert "There was no round yet." in boss.text
        await restates(place, (1, Support.COMPETITOR_OR_NONE), (2, Support.FIRST_CHOICE))
        await boss.sends("/tiers")
        assert "2 customers wait for a round to be moved." in boss.text
        await boss.taps("Open a round")
        assert "27 customers\nPotential missing: 0 · support missing: 2 · support old: 0" in boss.text
        assert "Support up 1, down 1\nLetter up 0, down 0" in boss.text
        assert "Waiting: 2 · approved: 0 · kept: 0" in boss.text
        await boss.taps("1 Data gaps")
        assert "Support missing: 2\nDiaz 12, Hale 6" in boss.text
        await boss.taps("Back to the round")
        await boss.taps("3 Moves (2)")
        assert "Shaw 1: A1 → A3" in boss.buttons
        await boss.taps("Shaw 1: A1 → A3")
        assert "support 3 as stated" in boss.text
        assert "Visits a month: 5 → 4" in boss.text
        await boss.taps("Approve")
        assert boss.last_answer == "Approved"
        assert "✓ Shaw 1: A1 → A3" in boss.buttons
        await boss.taps("Cole 2: A2 → A1")
        await boss.taps("Keep as it is")
        await boss.taps("Back to the round")
        assert "Waiting: 0 · approved: 1 · kept: 1" in boss.text
        await boss.taps("5 Close the round")
        assert "All is settled." in boss.text
        await boss.taps("Yes, close it")
        assert "Settled. The next round is due by Mar 31, 2027." in boss.text
        await rep.sends("/customer Shaw 1")
        assert "\nA3 · 4 visits" in rep.text
        await rep.sends("/customer Cole 2")
        assert "\nA2 · 5 visits" in rep.text
        await boss.sends("/tiers")
        assert "The last round was that of Nov 23, 2026." in boss.text


async def test_what_if_equals_what_approving_gives(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await sets(place, boss, Cell.B2, "fewer patients", customer=3)
        await restates(place, *((number, Support(1 + number % 3)) for number in range(1, 28)))
        viewer, now = await place.user("Boss"), place.clock.now()
        before = await cells(place, "Boss")
        opened = await tiering.open_round(place.deps, viewer, today=now.date(), now=now)
        view = await tiering.round_view(place.deps, viewer, opened.id, now.date())
        expected = before | {
            one.customer_id: one.decision.cell for one in view.waiting if one.customer_id != 3
        }
        assert expected != before
        assert await cells(place, "Boss") == before
        assert await tiering.approve_all(place.deps, viewer, opened.id, now) == len(view.waiting)
        assert await cells(place, "Boss") == expected
        after = await tiering.round_view(place.deps, viewer, opened.id, now.date())
        assert [load.before for load in after.loads] == [load.after for load in view.loads]
        assert after.waiting == []


async def test_approving_all_asks_first_and_shows_the_visits(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await restates(place, (1, Support.COMPETITOR_OR_NONE), (2, Support.FIRST_CHOICE))
        await boss.sends("/tiers")
        await boss.taps("Open a round")
        await boss.taps("4 Visit load")
        [line] = re.findall(r"Li Na: ([\d.]+) → ([\d.]+) / (\d+)", boss.text)
        assert float(line[0]) - float(line[1]) == 1  # A1 to A3 asks for a visit less, A2 to A1 for as many
        await boss.taps("Back to the round")
        await boss.taps("Approve all (2)")
        assert boss.text.startswith("Approve 2 moves?\nVisits a month:")
        assert (await cells(place, "Boss"))[1] is Cell.A1
        await boss.taps("Yes, approve all")
        assert "approved: 2" in boss.text
        assert (await cells(place, "Boss"))[1] is Cell.A3


async def test_an_open_round_survives_a_restart_and_is_opened_once(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await restates(place, (1, Support.COMPETITOR_OR_NONE))
        await boss.presses(OpenRound().pack())
        await place.chatter.restart()
        await restates(place, (2, Support.FIRST_CHOICE))
        await boss.sends("/tiers")
        assert "The round of Nov 23, 2026 is open." in boss.text
        await boss.taps("Go on with the round")
        assert "Waiting: 1" in boss.text  # as it was opened


async def test_two_managers_rounds_do_not_touch_each_others_teams(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, other = await teams(place)
        await restates(
            place, (1, Support.COMPETITOR_OR_NONE), (2, Support.FIRST_CHOICE), (28, Support.SECOND_CHOICE)
        )
        await boss.presses(OpenRound().pack())
        assert "Waiting: 2" in boss.text
        await other.presses(OpenRound().pack())
        assert "Waiting: 1" in other.text
        for button in (ShowRound(1), ShowProposal(1), DecideProposal(1, approve=True)):
            await other.presses(button.pack())
            await rep.presses(button.pack())
            assert rep.last_answer == NOT_ALLOWED
        for button in (ApproveAll(1, sure=True), CloseRound(1, sure=True)):
            await other.presses(button.pack())
            assert other.text == NOT_FOUND
        assert (await cells(place, "Boss"))[1] is Cell.A1
        await other.presses(ApproveAll(2, sure=True).pack())
        assert (await cells(place, "Boss"))[1] is Cell.A1
        assert (await cells(place, "Other Boss"))[28] is Cell.A2


async def test_a_proposal_that_an_import_has_overtaken_is_not_approved(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await restates(place, (1, Support.COMPETITOR_OR_NONE))
        await boss.presses(OpenRound().pack())
        await restates(place, (1, Support.SECOND_CHOICE))
        await place.loads(town.customers("en", first=600))
        await boss.presses(DecideProposal(1, approve=True).pack())
        assert boss.last_answer == (
            "This proposal is settled already, or the customer has been decided anew."
        )
        await boss.presses(ShowRound(1).pack())
        assert "Decided in another way since: 1" in boss.text
        await boss.presses(ApproveAll(1, sure=True).pack())
        assert (await cells(place, "Boss"))[1] is Cell.A2


async def test_an_import_waits_for_a_round_where_the_company_says_so(sqlite_database_url, tmp_path):
    own = tmp_path / "own" / "params"
    own.mkdir(parents=True)
    shipped = (Path(domain.content.__path__[0]) / "params" / "review.yaml").read_text("utf-8")
    assert "imports_move: true" in shipped
    (own / "review.yaml").write_text(shipped.replace("imports_move: true", "imports_move: false"), "utf-8")
    library = load_library(tmp_path / "own")
    async with world(sqlite_database_url, tmp_path, market="cn", library=library) as place:
        boss, _rep, _ = await teams(place)
        before = await cells(place, "Boss")
        assert before[1] is Cell.A1
        assert before[6] is None
        changed = roster("D001,Shaw 1,竞品", "D006,Hale 6,首选")
        await place.loads(changed)
        after = await cells(place, "Boss")
        assert after[1] is Cell.A1  # has a cell: waits
        assert after[6] is not None  # had none: decided at once
        await boss.sends("/tiers")
        assert "1 customer waits for a round to be moved." in boss.text
        await boss.taps("Open a round")
        await boss.presses(ApproveAll(1, sure=True).pack())
        assert (await cells(place, "Boss"))[1] is Cell.A3


def roster(*rows: str) -> UploadedFile:
    return UploadedFile("more.csv", "\n".join(("客户编号,姓名,支持度", *rows)).encode())
