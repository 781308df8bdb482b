"""Arguing about tiers in the chat."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import domain.content
from bot.buttons.corrections import AskDoubt
from bot.buttons.customers import ShowCard, ShowTrace
from bot.buttons.tiers import (
    ApproveAll,
    AskAnswerReason,
    AskEvidence,
    AskOverride,
    AskOverrideReason,
    CloseRound,
    DecideProposal,
    EndOverride,
    OpenRound,
    RenewOverride,
    ShowProposal,
    ShowQuestion,
    ShowRound,
)
from bot.db.tables import AssessmentRow
from bot.importing.reading import UploadedFile
from bot.services import importing, tiering
from bot.services.awaiting import PATIENCE
from domain.content.library import load_library
from domain.errors import DomainError
from domain.people.model import Scope
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell, Support
from tests.support import town
from tests.support.person import Person
from tests.support.said import NOT_ALLOWED, NOT_FOUND
from tests.support.team import teams
from tests.support.world import World, world

SHAW = 1  # the first customer of the town: a C1 of Riverside General


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
        assert "R-PI-1" in boss.text
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
        assert "You have opened no round yet." in boss.text
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


# What has moved, what is due


async def test_what_has_moved_since_the_month_began(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn", time_zone="UTC") as place:
        boss, rep, other = await teams(place)
        place.clock.move(timedelta(days=8))  # December 1
        await restates(place, (1, Support.COMPETITOR_OR_NONE), (3, Support.FIRST_CHOICE))
        await place.loads(
            roster("D001,Shaw 1,", "D700,New One,首选"), answers={"owner": "Li Na"}
        )  # decides all anew
        await sets(place, boss, Cell.C1, "has no patients left", customer=2)
        await place.loads(UploadedFile("gone.csv", "客户编号,姓名,状态\nD004,Font 4,停用".encode()), by=None)
        for person in (boss, rep):
            await person.sends("/tiers")
            await person.taps("What has moved")
            assert "What has moved since Dec 1, 2026" in person.text
            assert "Shaw 1: A1 → A3" in person.text
            assert "Cole 2: A2 → C1" in person.text
            assert "Diaz 3: A3 → A1" in person.text
            assert "Font 4: B1 → left" in person.text
            assert "Moved: 3 of 24" in person.text
            assert "Support up 2, down 1\nLetter up 0, down 1" in person.text
            assert "Came: 1 · left: 1 · newly rated: 0" in person.text
            assert "No longer A: 1\nCole 2" in person.text
        await other.sends("/tiers")
        await other.taps("What has moved")
        assert "Moved: 0 of 25" in other.text
        place.clock.move(timedelta(days=31))
        await boss.taps("Tiers")
        await boss.taps("What has moved")
        assert "Moved: 0 of 24" in boss.text


async def test_a_rep_sees_the_own_list_by_cell(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep, _ = await teams(place)
        await rep.sends("/tiers")
        assert rep.text.startswith("Your customers by cell\n27 customers")
        assert "Not rated · 2" in rep.buttons
        assert "Open a round" not in rep.buttons
        label = next(each for each in rep.buttons if each.startswith("A1"))
        await rep.taps(label)
        assert "Shaw 1" in rep.buttons


async def test_due_reviews_are_listed_until_a_round_is_closed(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        await boss.sends("/tiers")
        assert "Due for review: potential 0, support 0" in boss.text
        place.clock.move(timedelta(days=31))
        await boss.sends("/tiers")
        assert "Due for review: potential 0, support 27" in boss.text
        place.clock.move(timedelta(days=62))
        await boss.sends("/tiers")
        await boss.taps("Due reviews")
        assert "Potential, every 3 months: 27" in boss.text
        assert "Support, every 1 month: 27\nCole 11, Cole 2, " in boss.text
        await boss.presses(OpenRound().pack())
        await boss.presses(CloseRound(1, sure=True).pack())
        await boss.sends("/tiers")
        assert "Due for review: potential 0, support 0" in boss.text


async def test_old_support_is_a_gap(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        place.clock.move(timedelta(days=91))
        await restates(place, (1, Support.FIRST_CHOICE))
        await boss.presses(OpenRound().pack())
        assert "support missing: 2 · support old: 24" in boss.text


# Questions of reps


async def asks(place: World, rep: Person, doubt: str, said: str, customer: int = SHAW) -> None:
    """A rep questions the place of a customer."""
    await rep.presses(ShowCard(customer).pack())
    await rep.taps("Not right?")
    await rep.taps(doubt)
    await rep.sends(said)


async def test_a_rep_questions_a_cell_and_the_manager_decides(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, _ = await teams(place)
        await asks(place, rep, "Wrong support", "asks for <our> product & no other")
        assert "Wrong support – asks for <our> product & no other" in rep.text
        assert "Waits for the manager's answer." in rep.text
        await rep.taps("Not right?")
        assert "Wrong support" not in rep.buttons
        await boss.sends("/tiers")
        assert "Questions of reps: 1" in boss.text
        await boss.taps("Questions (1)")
        await boss.taps("? Shaw 1")
        assert boss.text.startswith("Shaw 1 · A1 · Wrong support\nLi Na on Nov 23 09:30: asks for <our>")
        assert "A2: 5 visits a month (+0)\nA3: 4 visits a month (-1)" in boss.text
        assert "The rep's customers ask for 50 visits a month; a month holds 252." in boss.text
        await boss.taps("A3")
        assert boss.text.startswith("Shaw 1: to A3 until Mar 31, 2027")
        await place.chatter.restart()
        await boss.sends("seen on the joint visit")
        assert "Accepted by Boss: seen on the joint visit" in boss.text
        await rep.presses(ShowCard(SHAW).pack())
        assert "\nA3 · 4 visits" in rep.text
        assert "Accepted: seen on the joint visit" in rep.text
        await rep.taps("Not right?")
        assert "Wrong support" in rep.buttons
        await rep.sends("/tiers")
        await rep.taps("Questions (0)")
        assert "✓ Shaw 1" in rep.buttons


async def test_a_question_that_is_not_accepted_changes_nothing(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, _ = await teams(place)
        before = await cells(place, "Boss")
        await asks(place, rep, "Wrong potential", "fewer patients than last year")
        await boss.presses(ShowQuestion(1).pack())
        assert "B1: 4 visits a month (-1)\nC1: 1 visits a month (-4)" in boss.text
        await boss.taps("Keep as it is")
        await boss.sends("the numbers of the year are not in yet")
        assert await cells(place, "Boss") == before
        await rep.presses(ShowQuestion(1).pack())
        assert "Not accepted by Boss: the numbers of the year are not in yet" in rep.text
        assert rep.buttons == ["Card", "Questions"]
        place.clock.move(tiering.ANSWER_SHOWN)
        await rep.presses(ShowCard(SHAW).pack())
        assert "Not accepted" not in rep.text


async def test_a_question_is_late_after_five_working_days(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn", time_zone="UTC") as place:
        boss, rep, _ = await teams(place)
        await asks(place, rep, "Sees no reps", "the ward says so")
        place.clock.move(timedelta(days=7))  # Monday to Monday: five working days
        await boss.sends("/tiers")
        assert "Questions of reps: 1" in boss.text
        assert "late" not in boss.text
        place.clock.move(timedelta(days=1))
        await boss.sends("/tiers")
        assert "Questions of reps: 1 · late: 1" in boss.text
        await boss.taps("Questions (1)")
        await boss.taps("‼ Shaw 1")
        assert "‼ Waits for 6 working days." in boss.text


async def test_one_question_about_a_customer_waits_at_a_time(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, _ = await teams(place)
        await asks(place, rep, "Sees no reps", "the ward says so")
        await rep.presses(AskEvidence(SHAW, Doubt.SUPPORT).pack())
        await rep.sends("or works elsewhere")
        assert rep.text == "This has been asked already and waits for an answer."
        await rep.sends("Cole 2")  # is waited for no longer
        assert rep.text.startswith("Cole 2\n")
        await boss.presses(AskAnswerReason(1, None, off=True).pack())
        await boss.sends("checked")
        await boss.presses(AskAnswerReason(1, None, off=True).pack())
        assert boss.last_answer == "This question has been settled already."


async def test_questions_stay_within_the_team(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep, other = await teams(place)
        await asks(place, rep, "Sees no reps", "the ward says so")
        stranger = place.people["Wang Wei"]
        for person, button in (
            (other, ShowQuestion(1)),
            (other, AskAnswerReason(1, None, off=True)),
            (stranger, ShowQuestion(1)),
            (stranger, AskDoubt(SHAW)),
            (stranger, AskEvidence(SHAW, Doubt.SUPPORT)),
        ):
            await person.presses(button.pack())
            assert person.last_answer == NOT_FOUND
        await rep.presses(AskAnswerReason(1, None, off=True).pack())
        assert rep.last_answer == NOT_ALLOWED
        await other.sends("/tiers")
        assert "Questions (0)" in other.buttons
        await boss.presses(AskAnswerReason(1, None, off=True).pack())
        async with place.deps.db.write() as uow:
            await uow.customers.assign([SHAW], (await place.user("Wang Wei")).id)
        await boss.sends("checked")
        assert boss.text == NOT_FOUND
        assert SHAW in await cells(place, "Other Boss")


# Why


async def test_why_is_short_on_the_card_and_whole_behind_a_button(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn", time_zone="UTC") as place:
        boss, rep, other = await teams(place)
        place.clock.move(timedelta(hours=1))
        await restates(place, (1, Support.COMPETITOR_OR_NONE))
        await boss.presses(OpenRound().pack())
        await boss.presses(ApproveAll(1, sure=True).pack())
        await sets(place, boss, Cell.B2, "half of his <patients> left")
        await boss.taps("Back to computed")
        await rep.presses(ShowCard(SHAW).pack())
        why = [line for line in rep.text.splitlines() if line.startswith("•")]
        assert why == [
            "• site class 1 and title give potential score 9 (A from 8, B from 4)",
            "• support 3 as stated",
        ]
        await rep.taps("Why A3?")
        assert "A3 · Nov 23 02:30\n• site class 1" in rep.text
        assert "• until this decision it was 1" in rep.text
        assert "Methods: score_table+stated. Norms: 2021-01-01-" in rep.text
        assert "Nov 23 02:30 · Boss: back to computed" in rep.text
        assert "Boss: B2 until Mar 31, 2027 – half of his <patients> left" in rep.text
        assert "Before\nNov 23 00:30: A1" in rep.text
        await rep.presses(ShowCard(6).pack())
        await rep.taps("Why not rated?")
        assert "support is missing" in rep.text
        await other.presses(ShowTrace(SHAW).pack())
        assert other.last_answer == NOT_FOUND


async def test_a_load_that_people_have_built_on_is_not_undone(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep, _ = await teams(place)
        loaded = await place.loads(town.customers("en", first=700))
        async with place.deps.db.read() as uow:
            scope = Scope.of(await place.user("Boss"))
            newest = max(one.id for one in await uow.customers.all(scope))
        await sets(place, boss, Cell.B2, "fewer patients", customer=newest)
        with pytest.raises(DomainError, match="rollback_newer"):
            await importing.roll_back(place.deps, None, loaded.batch, place.clock.now())
        assert (await cells(place, "Boss"))[newest] is Cell.B2
