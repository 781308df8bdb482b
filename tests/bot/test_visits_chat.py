"""Visits logged in the chat: two taps, what comes back, the fields, taking back, and several at once."""

from datetime import date, time, timedelta

import pytest

from bot.buttons.appointments import SetAppointment
from bot.buttons.customers import ShowCard
from bot.buttons.visits import (
    AskField,
    AskHospital,
    LogOn,
    LogVisit,
    SaveDraft,
    SetField,
    SetResult,
    ShowVersions,
    ShowVisit,
    StartMany,
    TickCustomer,
    UndoVisit,
)
from bot.db.digest import digest
from bot.db.tables import (
    AppointmentRow,
    AssessmentRow,
    SuggestionRow,
    TierDecisionRow,
    VisitDraftRow,
    VisitRow,
    VisitVersionRow,
)
from bot.importing.reading import UploadedFile
from domain.visits.log import Field
from domain.visits.states import Result
from tests.support import town
from tests.support.said import NOT_FOUND
from tests.support.world import World

FONT, GRAY = 4, 5  # Lake Hospital
TODAY = date(2026, 11, 23)


async def content(place: World) -> str:
    async with place.deps.db.read() as uow:
        return await digest(uow)


async def test_two_taps_on_the_card_store_a_complete_visit(place, rep):
    await rep.presses(ShowCard(FONT).pack())
    await rep.taps("Visited")
    assert "How did it go?" in rep.text
    await place.chatter.restart()
    await rep.taps("Met")
    assert rep.last_answer == "Saved"
    assert "✓ Met · Mon, Nov 23" in rep.text
    assert "Due again: " in rep.text
    assert "this month: 1 of " in rep.text
    (row,) = await place.rows(VisitRow)
    li = await place.user("Li Na")
    assert (row.customer_id, row.rep_id, row.on, row.outcome, row.reason) == (FONT, li.id, TODAY, "met", "")
    assert (row.channel, row.is_late, row.created_at) == ("f2f", False, place.clock.now())


async def test_the_same_update_again_changes_nothing(place, rep):
    met = SetResult(FONT, TODAY, Result.MET).pack()
    for _ in range(3):
        await rep.presses(met)
    assert len(await place.rows(VisitRow)) == len(await place.rows(VisitVersionRow)) == 1
    topic = SetField(1, False, Field.BARRIER, "price").pack()
    for _ in range(2):
        await rep.presses(topic)
    assert len(await place.rows(VisitVersionRow)) == 1
    await rep.presses(UndoVisit(1).pack())
    before = await content(place)
    await rep.presses(UndoVisit(1).pack())
    assert await content(place) == before
    assert await place.rows(VisitRow) == []


@pytest.mark.parametrize(
    ("result", "outcome", "reason", "suggestion", "appointment"),
    [
        (Result.MET, "met", "", "visited", "done"),
        (Result.SHORT, "short", "", "visited", "done"),
        (Result.ABSENT, "absent", "absent", "visited", "missed"),
        (Result.REFUSED, "refused", "refused", "visited", "missed"),
        (Result.ANOTHER_DAY, "absent", "another_day", "dropped", "rescheduled"),
        (Result.BY_CUSTOMER, "absent", "by_customer", "dropped", "cancelled"),
        (Result.BY_REP, "absent", "by_rep", "dropped", "cancelled"),
        (Result.CLOSED, "absent", "closed", "dropped", "cancelled"),
    ],
)
async def test_suggestion_and_appointment_follow_and_taking_back_restores_every_column(
    place, rep, result, outcome, reason, suggestion, appointment
):
    await rep.presses(SetAppointment(FONT, TODAY, 600).pack())
    await suggest(place, FONT)
    await rep.presses(SetResult(GRAY, TODAY, Result.MET).pack())
    tables = (VisitRow, SuggestionRow, AppointmentRow, AssessmentRow, TierDecisionRow)
    before = [[row.model_dump() for row in await place.rows(kind)] for kind in tables]
    unchanged = await content(place)

    await rep.presses(SetResult(FONT, TODAY, result).pack())
    row = (await place.rows(VisitRow))[-1]
    assert (row.customer_id, row.outcome, row.reason) == (FONT, outcome, reason)
    assert [one.state for one in await place.rows(SuggestionRow)] == [suggestion]
    assert [one.state for one in await place.rows(AppointmentRow)] == [appointment]
    if result is Result.ANOTHER_DAY:
        assert row.next_on == date(2026, 11, 24)
    await rep.presses(SetField(2, False, Field.SUPPORT, "1").pack())
    assert (await place.rows(AssessmentRow))[-1].value == 1

    place.clock.move(timedelta(minutes=9))
    await place.chatter.restart()
    await rep.taps("Take back")
    assert rep.last_answer == "Taken back"
    assert [[row.model_dump() for row in await place.rows(kind)] for kind in tables] == before
    assert await content(place) == unchanged


async def suggest(place: World, customer: int) -> None:
    li = await place.user("Li Na")
    async with place.deps.db.write() as uow:
        uow.session.add(
            SuggestionRow(
                rep_id=li.id,
                on=TODAY,
                customer_id=customer,
                place=1,
                arrive=time(9),
                start=time(9),
                leave=time(9, 20),
                travel_minutes=5.5,
                cell="B2",
                price=1.25,
                reasons=[["worth", {"number": 1}, 1.25]],
                state="open",
            )
        )


async def test_taking_back_ends_after_ten_minutes(place, rep):
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    place.clock.move(timedelta(minutes=11))
    await rep.presses(UndoVisit(1).pack())
    assert "An entry can be taken back for 10 minutes" in (rep.last_answer or "")
    assert len(await place.rows(VisitRow)) == 1
    await rep.presses(ShowVisit(1).pack())
    assert "Take back" not in rep.buttons


async def test_a_later_edit_keeps_what_stood_there_before(place, rep):
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    await rep.presses(SetField(1, False, Field.BARRIER, "price").pack())
    place.clock.move(timedelta(minutes=30))
    await rep.presses(SetField(1, False, Field.BARRIER, "safety").pack())
    await rep.presses(SetField(1, False, Field.CHANNEL, "phone").pack())
    await rep.taps("Earlier versions")
    assert "Barrier: Worried about safety" in rep.text
    assert "when Li Na changed it: Met" in rep.text
    assert "Barrier: Price" in rep.text
    boss = place.people["Boss"]
    await boss.presses(ShowVersions(1).pack())
    assert "Barrier: Price" in boss.text
    place.clock.move(timedelta(minutes=9))
    await rep.presses(ShowVisit(1).pack())
    await rep.taps("Take back")
    (row,) = await place.rows(VisitRow)
    assert (row.barrier, row.channel) == ("price", "f2f")


async def test_a_second_log_of_the_day_edits_with_a_version(place, rep):
    await rep.presses(SetResult(FONT, TODAY, Result.ABSENT).pack())
    await rep.presses(LogVisit(FONT).pack())
    assert "Logged already: Not there." in rep.text
    await rep.taps("Short talk")
    (row,) = await place.rows(VisitRow)
    assert (row.outcome, row.reason) == ("short", "")
    first, second = await place.rows(VisitVersionRow)
    assert first.before["visit"] == {}
    assert second.before["visit"]["1"]["outcome"] == "absent"
    await rep.presses(UndoVisit(1).pack())
    assert rep.last_answer == "The visit was changed since. Take that back first."
    await rep.presses(UndoVisit(2).pack())
    assert "Not there" in rep.text


@pytest.mark.parametrize("result", [Result.ANOTHER_DAY, Result.BY_CUSTOMER, Result.BY_REP, Result.CLOSED])
async def test_a_visit_that_took_place_cannot_be_called_off(place, rep, result):
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    await rep.presses(SetResult(FONT, TODAY, result).pack())
    assert "A visit that took place cannot be called off" in (rep.last_answer or "")
    assert (await place.rows(VisitRow))[0].outcome == "met"
    await rep.presses(LogVisit(FONT).pack())
    assert "Called off…" not in rep.buttons


async def test_another_day_by_button_and_in_words_and_late_ones_are_flagged(place, rep):
    await rep.presses(LogVisit(FONT).pack())
    await rep.taps("It was yesterday")
    await rep.taps("Met")
    assert "Sun, Nov 22" in rep.text
    assert "entered late" not in rep.text
    await rep.presses(LogOn(GRAY).pack())
    await place.chatter.restart()
    await rep.sends("last Wednesday")
    await rep.taps("Met")
    assert "Wed, Nov 18 · entered late" in rep.text
    assert [(row.on, row.is_late) for row in await place.rows(VisitRow)] == [
        (date(2026, 11, 22), False),
        (date(2026, 11, 18), True),
    ]
    await rep.presses(SetResult(FONT, TODAY + timedelta(1), Result.MET).pack())
    assert rep.last_answer == "That day is still to come."
    await rep.presses(SetResult(FONT, date(2026, 7, 1), Result.MET).pack())
    assert rep.last_answer == "Visits can be logged up to 92 days back."


async def test_at_most_five_fields_are_asked_and_all_can_be_said(place, rep):
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    asked = [
        one for one in rep.buttons if not one.startswith(("More", "Take", "Card", "Visits", "Today", "Home"))
    ]
    assert 1 <= len({one for one in asked if one != "Another day"}) <= 5
    await rep.taps("More to say")
    for name in ("Topics", "Barrier", "Said of us", "Next step", "How", "With me", "Note"):
        assert name in rep.buttons


async def test_the_fields_are_said_by_buttons_and_words(place, rep):
    await place.loads(town.sales("en"))
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    await rep.presses(AskField(1, False, Field.TOPICS).pack())
    await rep.taps("Examplin")
    assert "✓ Examplin" in rep.buttons
    await rep.presses(AskField(1, False, Field.PROMISE).pack())
    await place.chatter.restart()
    await rep.sends("send the <study>")
    assert "Next step: send the <study>" in rep.text
    await rep.presses(AskField(1, False, Field.NEXT).pack())
    await rep.sends("next Thursday")
    assert "Next visit: Thu, Dec 3" in rep.text
    await rep.presses(AskField(1, False, Field.NEXT).pack())
    await rep.sends("next week")
    assert "Tue, Dec 1" in rep.buttons
    await rep.taps("Tue, Dec 1")
    await rep.presses(SetField(1, False, Field.BARRIER, "listing").pack())
    await rep.presses(SetField(1, False, Field.CHANNEL, "messenger").pack())
    await rep.presses(AskField(1, False, Field.JOINED).pack())
    await rep.taps("Boss")
    await rep.presses(AskField(1, False, Field.NOTE).pack())
    await rep.sends("asked about dosing in the elderly")
    (row,) = await place.rows(VisitRow)
    boss = await place.user("Boss")
    assert (row.topics, row.next_step, row.next_on) == (["Examplin"], "send the <study>", date(2026, 12, 1))
    assert (row.barrier, row.channel, row.joined) == ("listing", "messenger", [boss.id])
    assert row.note == "asked about dosing in the elderly"
    assert len(await place.rows(VisitVersionRow)) == 1  # all within the entry
    await rep.presses(ShowCard(FONT).pack())
    assert "Examplin, Not listed" in rep.text
    assert "Next step: send the <study> (Tue, Dec 1)" in rep.text


async def test_a_third_topic_asks_whether_it_was_one_visit(place, rep):
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    await rep.presses(AskField(1, False, Field.TOPICS).pack())
    for name in ("Efficacy", "Safety", "Dosing"):
        await rep.taps(name)
    assert "was it really one visit?" in rep.text
    await rep.taps("No, leave it out")
    assert (await place.rows(VisitRow))[0].topics == ["efficacy", "safety"]
    await rep.taps("Dosing")
    await rep.taps("Yes, one visit")
    assert (await place.rows(VisitRow))[0].topics == ["efficacy", "safety", "dosing"]
    await rep.taps("✓ Safety")
    assert (await place.rows(VisitRow))[0].topics == ["efficacy", "dosing"]


async def test_support_heard_is_the_doctors_own_words_and_a_decision_follows(place, rep):
    decided = len(await place.rows(TierDecisionRow))
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    for digit in ("3", "2"):
        await rep.presses(SetField(1, False, Field.SUPPORT, digit).pack())
    li = await place.user("Li Na")
    assessed = (await place.rows(AssessmentRow))[-1]
    assert (assessed.customer_id, assessed.kind, assessed.value) == (FONT, "support", 2)
    assert (assessed.on, assessed.author_id) == (TODAY, li.id)
    heard = [row for row in await place.rows(AssessmentRow) if row.on == TODAY and row.author_id == li.id]
    assert len(heard) == 1
    new = (await place.rows(TierDecisionRow))[decided:]
    assert [(row.customer_id, row.support) for row in new] == [(FONT, 2)]
    assert "Moved from" in rep.text
    await rep.presses(SetField(1, False, Field.SUPPORT, None).pack())
    assert len(await place.rows(TierDecisionRow)) == decided


async def test_two_reps_do_not_disturb_each_other(place, rep):
    other = place.people["Wang Wei"]
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    for data in (
        SetResult(FONT, TODAY, Result.ABSENT),
        SetField(1, False, Field.BARRIER, "price"),
        UndoVisit(1),
        ShowVisit(1),
        LogVisit(FONT),
        ShowVersions(1),
    ):
        await other.presses(data.pack())
        assert other.last_answer == NOT_FOUND, data
    li, wang = await place.user("Li Na"), await place.user("Wang Wei")
    async with place.deps.db.write() as uow:
        await uow.customers.assign([FONT], wang.id)
    await other.presses(SetResult(FONT, TODAY, Result.SHORT).pack())
    assert [(row.rep_id, row.outcome) for row in await place.rows(VisitRow)] == [
        (li.id, "met"),
        (wang.id, "short"),
    ]
    await rep.presses(UndoVisit(1).pack())
    assert [row.rep_id for row in await place.rows(VisitRow)] == [wang.id]
    async with place.deps.db.read() as uow:
        target = next(one for one in await uow.visits.targets(wang.id, TODAY) if one.customer.id == FONT)
    assert target.visits_this_month == 1


async def test_several_of_a_hospital_in_one_go(place, rep):
    await rep.sends("/visits")
    await rep.taps("Several at once")
    await rep.taps("Lake Hospital")
    for name in ("Font 4", "Gray 5", "Gray 14"):
        await place.chatter.restart()
        await rep.taps(name)
    await rep.taps("✓ Gray 5")
    await rep.taps("Save all 2")
    assert rep.last_answer == "2 visits saved"
    stored = await place.rows(VisitRow)
    assert [(row.customer_id, row.channel, row.outcome) for row in stored] == [
        (FONT, "group", "met"),
        (14, "group", "met"),
    ]
    await rep.presses(SaveDraft(1).pack())
    assert rep.last_answer == "This was saved or dropped already."
    assert len(await place.rows(VisitRow)) == 2
    await rep.taps("Take all back")
    assert await place.rows(VisitRow) == []


async def test_customers_of_others_cannot_be_ticked(place, rep):
    await rep.presses(StartMany(2).pack())
    await rep.presses(TickCustomer(1, 31, there=True).pack())
    assert rep.last_answer == NOT_FOUND
    await rep.presses(SaveDraft(1).pack())
    assert rep.last_answer == "Nobody is chosen yet."
    other = place.people["Wang Wei"]
    await other.presses(TickCustomer(1, 31, there=True).pack())
    assert other.last_answer == "This was saved or dropped already."
    assert (await place.rows(VisitDraftRow))[0].state == "open"
    await rep.presses(AskHospital().pack())
    assert "Lake Hospital · 9" in rep.buttons


async def test_an_import_of_the_same_day_does_not_double_the_visit(place, rep):
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    csv = "客户编号,拜访日期,代表,拜访方式,拜访结果\nD004,2026-11-23,Li Na,面对面,见到\n"
    await place.loads(UploadedFile("visits.csv", csv.encode()))
    assert len(await place.rows(VisitRow)) == 1


async def test_visits_lists_what_is_logged_and_leads_to_it(place, rep):
    await rep.presses(SetResult(FONT, TODAY, Result.MET).pack())
    await rep.sends("/visits")
    assert "✓ Font 4 · Lake Hospital · Met" in rep.text
    await rep.taps("Font 4 · Met")
    assert "✓ Met · Mon, Nov 23" in rep.text
