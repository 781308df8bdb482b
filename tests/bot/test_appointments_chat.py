"""Appointments in the chat: set, moved, cancelled, and when customers can be visited."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from bot.buttons.appointments import (
    AskDay,
    AskTime,
    AskTimes,
    CancelAppointment,
    SetAppointment,
    SetLength,
    SetPromised,
    SetTimes,
    ShowAppointment,
)
from bot.buttons.customers import ShowCard
from bot.db.tables import AppointmentRow, AuditRow
from domain.customers.model import HalfDay
from domain.ids import CustomerId
from domain.people.model import Scope
from tests.support.person import Person
from tests.support.said import NOT_FOUND
from tests.support.world import World

SHAW, FONT = 1, 4  # Riverside General receives on Mondays; of Font and the Lake Hospital nothing is known
THURSDAY = date(2026, 11, 26)


async def stored(place: World) -> list[AppointmentRow]:
    async with place.deps.db.read() as uow:
        return list(await uow.session.scalars(select(AppointmentRow).order_by(AppointmentRow.id)))


async def audited(place: World, subject: str) -> list[tuple[str, dict]]:
    async with place.deps.db.read() as uow:
        rows = await uow.session.scalars(
            select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.id)
        )
        return [(row.action, row.detail) for row in rows]


async def sets(
    rep: Person, customer: int = FONT, on: date = THURSDAY, hour: int = 10, minute: int = 0
) -> None:
    await rep.presses(SetAppointment(customer, on, 60 * hour + minute).pack())


async def test_an_appointment_is_set_from_the_card_in_three_taps(place, rep):
    await rep.presses(ShowCard(FONT).pack())
    await rep.taps("Make an appointment")
    await rep.taps("Thu, Nov 26")
    await place.chatter.restart()
    await rep.taps("10:00")
    assert rep.last_answer == "Saved"
    assert "Thu, Nov 26 10:00 · 30 min\nFont 4 · Lake Hospital, Springfield" in rep.text
    await rep.taps("Card")
    assert "Appointment: Thu, Nov 26 10:00" in rep.text
    (row,) = await stored(place)
    li = await place.user("Li Na")
    assert (row.customer_id, row.rep_id, row.author_id) == (FONT, li.id, li.id)
    assert (row.on, row.start, row.minutes, row.promised, row.state) == (THURSDAY, time(10), 30, True, "set")
    async with place.deps.db.read() as uow:
        (planned,) = await uow.appointments.of_rep(li.id, THURSDAY, THURSDAY)
        assert await uow.appointments.of_rep(li.id, THURSDAY + timedelta(1), THURSDAY + timedelta(9)) == []
    assert (planned.customer_id, planned.on, planned.start, planned.minutes) == (FONT, THURSDAY, time(10), 30)


async def test_a_second_tap_on_the_same_time_sets_nothing_more(place, rep):
    await sets(rep)
    await sets(rep)
    assert len(await stored(place)) == 1


async def test_days_and_times_at_which_the_customer_receives_come_first(place, rep):
    await rep.presses(AskDay(SHAW).pack())
    assert "★ Receives: Mon 08:00–12:00" in rep.text
    assert [one for one in rep.buttons if "★" in one] == ["★ Mon, Nov 23", "★ Mon, Nov 30"]
    await rep.taps("★ Mon, Nov 30")
    times = [one for one in rep.buttons if ":" in one]
    assert times == [
        f"★ {one}" for one in ("08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30")
    ]
    await rep.taps("Other times")
    assert {"★ 08:00", "★ 11:30", "12:00", "17:00"} <= set(rep.buttons)
    await rep.presses(AskTime(SHAW, date(2026, 11, 24)).pack())
    assert "08:30" in rep.buttons
    assert not [one for one in rep.buttons if "★" in one]


async def test_of_today_only_times_to_come_are_offered(place, rep):
    place.clock.move(timedelta(hours=7))  # 15:30 in Shanghai
    await rep.presses(AskTime(FONT, date(2026, 11, 23)).pack())
    assert [one for one in rep.buttons if ":" in one] == ["16:00", "16:30", "17:00"]
    place.clock.move(timedelta(hours=3))
    await rep.presses(AskTime(FONT, date(2026, 11, 23)).pack())
    assert "No time is left on that day." in rep.text


async def test_a_day_off_is_not_offered_and_said_where_one_is_set(place, rep):
    li = await place.user("Li Na")
    async with place.deps.db.write() as uow:
        await uow.leave.add(li.id, THURSDAY, THURSDAY, place.clock.now())
    await rep.presses(AskDay(FONT).pack())
    assert "Wed, Nov 25" in rep.buttons
    assert "Thu, Nov 26" not in rep.buttons
    assert "Sat, Nov 28" not in rep.buttons
    await sets(rep)
    assert "‼ That is a day off." in rep.text
    await sets(rep, on=date(2026, 11, 28))
    assert "‼ That is a day off." in rep.text


async def test_another_appointment_at_the_same_time_is_said_on_both(place, rep):
    await sets(rep, FONT)
    await sets(rep, 5, hour=10, minute=15)
    assert "‼ At the same time: Font 4, 10:00." in rep.text
    await rep.presses(ShowAppointment(1).pack())
    assert "‼ At the same time: Gray 5, 10:15." in rep.text
    await rep.taps("15 min")
    assert "At the same time" not in rep.text
    other = place.people["Wang Wei"]
    await other.presses(SetAppointment(28 + 3, THURSDAY, 600).pack())
    assert "Thu, Nov 26 10:00" in other.text
    assert "At the same time" not in other.text


async def test_a_time_outside_the_customers_own_is_said(place, rep):
    await sets(rep, SHAW)
    assert "‼ Not one of the times at which the customer receives." in rep.text
    await sets(rep, SHAW, on=date(2026, 11, 30))
    assert "Not one of the times" not in rep.text


async def test_an_appointment_is_moved_and_its_history_kept(place, rep):
    await sets(rep)
    await rep.taps("Move")
    await rep.taps("Fri, Nov 27")
    await rep.taps("14:30")
    assert "Fri, Nov 27 14:30" in rep.text
    (row,) = await stored(place)
    assert (row.on, row.start, row.sequence) == (date(2026, 11, 27), time(14, 30), 1)
    assert await audited(place, "appointment:1") == [
        ("appointment_set", {"to": "2026-11-26 10:00"}),
        ("appointment_moved", {"from": "2026-11-26 10:00", "to": "2026-11-27 14:30"}),
    ]


async def test_cancelling_asks_once_and_keeps_the_row(place, rep):
    await sets(rep)
    await rep.taps("Cancel the appointment")
    assert "Cancel the appointment with Font 4 on Thu, Nov 26 at 10:00?" in rep.text
    assert (await stored(place))[0].state == "set"
    await rep.taps("Yes, cancel it")
    assert rep.last_answer == "Cancelled"
    assert "No appointments yet. Make one from a customer's card." in rep.text
    await rep.presses(CancelAppointment(1, sure=True).pack())
    (row,) = await stored(place)
    assert (row.state, row.sequence) == ("cancelled", 1)
    for late in (SetAppointment(FONT, THURSDAY, 660, 1), SetLength(1, 60), SetPromised(1, promised=False)):
        await rep.presses(late.pack())
        assert rep.last_answer == "This appointment was cancelled."
    await rep.presses(ShowAppointment(1).pack())
    assert "Cancelled." in rep.text
    assert "Move" not in rep.buttons
    assert (await audited(place, "appointment:1"))[-1] == ("appointment_cancelled", {})


async def test_length_and_agreement_are_kept(place, rep):
    await sets(rep)
    await rep.taps("60 min")
    assert "✓ 60 min" in rep.buttons
    await rep.taps("✓ Agreed with the customer")
    assert "Not agreed with the customer yet." in rep.text
    (row,) = await stored(place)
    assert (row.minutes, row.promised, row.sequence) == (60, False, 2)
    await rep.presses(SetLength(1, 47).pack())
    assert rep.last_answer == NOT_FOUND
    await rep.sends("/appointments")
    assert "Thu, Nov 26 10:00 · Font 4 · Lake Hospital, Springfield · not agreed yet" in rep.text


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("next Thursday 10:00", "Thu, Dec 3 10:00"),
        ("tomorrow at 3 pm", "Tue, Nov 24 15:00"),
        ("12月3日上午10点半", "Thu, Dec 3 10:30"),
        ("2026-12-01 09:15", "Tue, Dec 1 09:15"),
    ],
)
async def test_day_and_time_can_be_written(place, rep, words, when):
    await rep.presses(AskDay(FONT).pack())
    await place.chatter.restart()
    await rep.sends(words)
    assert f"{when} · 30 min\nFont 4" in rep.text


async def test_a_written_day_without_a_time_asks_for_the_time(place, rep):
    await rep.presses(AskDay(FONT).pack())
    await rep.sends("tomorrow")
    assert "Font 4 · Tue, Nov 24\nAt what time?" in rep.text
    assert await stored(place) == []


async def test_a_day_that_can_be_read_in_two_ways_is_asked_back(place, rep):
    await rep.presses(AskDay(FONT).pack())
    await rep.sends("12/3 10:00")
    assert "Which day do you mean?" in rep.text
    await rep.taps("Thu, Dec 3 10:00")
    assert "Thu, Dec 3 10:00 · 30 min\nFont 4" in rep.text


async def test_words_about_something_else_are_understood_as_such(place, rep):
    await rep.presses(AskDay(FONT).pack())
    await rep.sends("who should I visit today?")
    assert "Today, Mon, Nov 23" in rep.text
    assert await stored(place) == []
    await rep.sends("tomorrow at 3 pm")  # nothing is awaited any more
    assert await stored(place) == []


async def test_a_moved_appointment_can_be_written_too(place, rep):
    await sets(rep)
    await rep.taps("Move")
    await rep.sends("next Thursday 11:00")
    assert "Thu, Dec 3 11:00" in rep.text
    assert len(await stored(place)) == 1


@pytest.mark.parametrize(
    ("on", "minute", "refusal"),
    [
        (date(2026, 11, 23), 0, "That time is over."),
        (date(2026, 11, 20), 600, "That time is over."),
        (date(9999, 12, 31), 600, "Appointments can be made up to 180 days ahead."),
        (date(2027, 11, 23), 600, "Appointments can be made up to 180 days ahead."),
        (THURSDAY, 24 * 60, NOT_FOUND),
    ],
)
async def test_impossible_times_are_refused(place, rep, on, minute, refusal):
    await rep.presses(SetAppointment(FONT, on, minute).pack())
    assert rep.last_answer == refusal
    assert await stored(place) == []


async def test_somebody_elses_customers_and_appointments_are_not_found(place, rep):
    other = place.people["Wang Wei"]
    await sets(rep)
    for forged in (
        AskDay(FONT),
        AskTime(FONT, THURSDAY),
        SetAppointment(FONT, THURSDAY, 660),
        SetAppointment(31, THURSDAY, 660, 1),
        ShowAppointment(1),
        CancelAppointment(1, sure=True),
        SetLength(1, 60),
        SetPromised(1, promised=False),
        AskTimes(FONT),
        SetTimes(FONT, 1),
    ):
        await other.presses(forged.pack())
        assert other.last_answer == NOT_FOUND, forged
    (row,) = await stored(place)
    assert (row.state, row.sequence) == ("set", 0)
    await place.people["Boss"].presses(ShowAppointment(1).pack())
    assert place.people["Boss"].last_answer == "Your role does not include this."


async def test_an_appointment_ends_with_the_customers_change_of_hands(place, rep):
    await sets(rep)
    li, wang = await place.user("Li Na"), await place.user("Wang Wei")
    async with place.deps.db.write() as uow:
        await uow.customers.assign([CustomerId(FONT)], wang.id)
    await rep.sends("/appointments")
    assert "No appointments yet." in rep.text
    async with place.deps.db.read() as uow:
        assert await uow.appointments.of_rep(li.id, THURSDAY, THURSDAY) == []
        assert await uow.appointments.coming(CustomerId(FONT), Scope.of(wang), THURSDAY) == []


# When customers can be visited


async def best_times(place: World, customer: int) -> tuple[tuple[HalfDay, ...], tuple[HalfDay, ...]]:
    async with place.deps.db.read() as uow:
        found = await uow.customers.get(CustomerId(customer), Scope.of(await place.user("Li Na")))
    return found.best_times, found.institution.reception


MONDAY_MORNING = HalfDay(0, time(8), time(12))
TUESDAY_AFTERNOON = HalfDay(1, time(13, 30), time(17, 30))


async def test_the_question_for_a_customers_times_comes_once(place, rep):
    await sets(rep)
    assert "When can Font 4 be visited? Nobody has said yet." in rep.text
    await sets(rep, on=date(2026, 11, 27))
    assert "Nobody has said yet" not in rep.text
    await sets(rep, SHAW)
    assert "Nobody has said yet" not in rep.text  # the hospital's rule is known


async def test_not_knowing_is_remembered(place, rep):
    await rep.presses(AskTimes(FONT).pack())
    await rep.taps("I don't know")
    assert rep.last_answer == "I will not ask again. You can say it later on the card."
    await sets(rep)
    assert "Nobody has said yet" not in rep.text


async def test_best_times_are_tapped_half_day_by_half_day(place, rep):
    await sets(rep)
    await rep.taps("Say when")
    await rep.taps("Mon morning")
    await place.chatter.restart()
    await rep.taps("Tue afternoon")
    assert {"✓ Mon morning", "✓ Tue afternoon", "Mon afternoon"} <= set(rep.buttons)
    await rep.taps("Save for Font 4")
    assert rep.last_answer == "Saved"
    assert "Best times: Mon 08:00–12:00, Tue 13:30–17:30" in rep.text
    assert await best_times(place, FONT) == ((MONDAY_MORNING, TUESDAY_AFTERNOON), ())
    assert await audited(place, f"customer:{FONT}") == [("best_times", {})]
    await rep.taps("Best times")
    await rep.taps("✓ Mon morning")
    await rep.taps("Save for Font 4")
    assert (await best_times(place, FONT))[0] == (TUESDAY_AFTERNOON,)


async def test_a_rep_may_fill_in_a_hospitals_rule_but_not_change_it(place, rep):
    await rep.presses(AskTimes(FONT, week=1).pack())
    await rep.taps("Save for the whole hospital")
    assert "Reception for reps: Mon 08:00–12:00" in rep.text
    assert (await best_times(place, 13))[1] == (MONDAY_MORNING,)  # a colleague in the same hospital
    await rep.taps("Best times")
    assert "Save for the whole hospital" not in rep.buttons
    await rep.presses(SetTimes(FONT, 8, whole=True).pack())
    assert rep.last_answer == "When this hospital receives is known already. Your manager can change it."
    boss = place.people["Boss"]
    await boss.presses(AskTimes(FONT, week=8).pack())
    await boss.taps("Save for the whole hospital")
    assert (await best_times(place, FONT))[1] == (TUESDAY_AFTERNOON,)
    async with place.deps.db.read() as uow:
        hospital = (
            await uow.customers.get(CustomerId(FONT), Scope.of(await place.user("Boss")))
        ).institution.id
    assert await audited(place, f"institution:{hospital}") == [("reception", {}), ("reception", {})]


async def test_a_forged_week_reaches_no_further_than_a_week(place, rep):
    await rep.presses(SetTimes(FONT, 2**40 + 1).pack())
    assert (await best_times(place, FONT))[0] == (MONDAY_MORNING,)
