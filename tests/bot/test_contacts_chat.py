"""What the rules remark about a contact: too many of all reps, outside reception, at a home."""

from datetime import date

from sqlalchemy import select

from bot.buttons.appointments import AskDay, SetAppointment
from bot.buttons.today import ShowWhy
from bot.buttons.visits import SetResult
from bot.db.tables import VisitRow
from domain.ids import UserId
from domain.visits.states import Result
from tests.support.world import World

COLE, DIAZ = 11, 12  # of Lake Hospital and Riverside General; none is seen yet in November
RIVERSIDE = 19  # a doctor of the hospital that receives on Monday mornings


async def seen(place: World, customer: int, by: str, days: range, outcome: str = "met") -> None:
    """Contacts of a rep with a customer in November."""
    user, now = await place.user(by), place.clock.now()
    async with place.deps.db.write() as uow:
        for day in days:
            uow.session.add(
                VisitRow(
                    customer_id=customer,
                    rep_id=user.id,
                    on=date(2026, 11, day),
                    channel="phone",
                    outcome=outcome,
                    created_at=now,
                )
            )


async def why(place: World, customer: int) -> str:
    rep = place.people["Li Na"]
    await rep.sends("/help")
    await rep.presses(ShowWhy(customer).pack())
    return rep.text


async def test_the_contacts_of_all_reps_count_for_the_plan(place):
    await seen(place, COLE, "Li Na", range(2, 5))
    await seen(place, COLE, "Wang Wei", range(3, 5))
    await seen(place, COLE, "Wang Wei", range(5, 12), "absent")
    assert "contacts this month" not in await why(place, COLE)
    await seen(place, COLE, "Wang Wei", range(12, 13))
    assert "contacts this month, all reps together: 6, at most 6 (R-PI-2)" in await why(place, COLE)


async def test_one_contact_more_is_kept_and_said_with_its_rule(place):
    rep = place.people["Li Na"]
    await seen(place, DIAZ, "Wang Wei", range(2, 8))
    await rep.sends("/help")
    await rep.presses(SetResult(DIAZ, date(2026, 11, 23), Result.ABSENT).pack())
    assert "Contact no." not in rep.text
    await rep.presses(SetResult(DIAZ, date(2026, 11, 23), Result.MET).pack())
    said = "⚠ Contact no. 7 of the month, all reps together; at most 6 are meant (R-PI-2)."
    assert said in rep.text
    await place.chatter.restart()
    await rep.taps("R-PI-2")
    assert "Digital contact needs the customer's consent first" in rep.text
    async with place.deps.db.read() as uow:
        kept = await uow.session.scalars(select(VisitRow).where(VisitRow.rep_id == UserId(2)))
        assert [row.outcome for row in kept] == ["met"]


async def test_visits_that_are_saved_together_show_each_remark_once_with_whom_it_is_about(place):
    rep = place.people["Li Na"]
    for customer in (COLE, DIAZ):
        await seen(place, customer, "Wang Wei", range(2, 8))
    await rep.sends("met Cole 11, Diaz 12 and Font 13")
    await rep.taps("Save all 3")
    said = "Contact no. %s of the month, all reps together; at most 6 are meant (R-PI-2)."
    assert f"⚠ Cole 11, Diaz 12: {said % 7}" in rep.text
    assert rep.text.count("⚠") == 1
    assert rep.buttons.count("R-PI-2") == 1
    await rep.sends("met Cole 11 and Diaz 12 last Friday")
    await rep.taps("Save all 2")
    assert f"⚠ Cole 11, Diaz 12: {said % 8}" in rep.text
    await place.chatter.restart()
    await rep.taps("Diaz 12")  # not on today's screen, so with a button of its own
    assert f"⚠ {said % 8}" in rep.text


async def test_an_appointment_outside_reception_or_over_the_ceiling_is_kept_and_said(place):
    rep = place.people["Li Na"]
    await seen(place, RIVERSIDE, "Wang Wei", range(2, 6))
    await rep.sends("/help")
    await rep.presses(SetAppointment(RIVERSIDE, date(2026, 11, 30), 10 * 60, None).pack())
    assert "Mon, Nov 30 10:00" in rep.text
    assert "⚠" not in rep.text
    await rep.presses(SetAppointment(RIVERSIDE, date(2026, 11, 26), 10 * 60, None).pack())
    assert "⚠ Outside the hospital's reception hours (R-VISIT-1)." in rep.text
    assert "Contact no." not in rep.text
    await rep.presses(SetAppointment(RIVERSIDE, date(2026, 11, 27), 10 * 60, None).pack())
    assert "⚠ Contact no. 7 of the month, all reps together; at most 6 are meant (R-PI-2)." in rep.text
    assert {"R-VISIT-1", "R-PI-2"} <= set(rep.buttons)


async def test_a_meeting_at_a_customers_home_is_not_booked(place):
    rep = place.people["Li Na"]
    await rep.sends("/help")
    await rep.presses(AskDay(RIVERSIDE).pack())
    await rep.sends("next Thursday 10:00 at his home")
    assert rep.sees("R-VISIT-HOME")
    await rep.presses(AskDay(RIVERSIDE).pack())
    await rep.sends("next Thursday 10:00")
    assert "Thu, Dec 3 10:00" in rep.text
