"""Logged visits and their versions, drafts and attachments, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.db.digest import digest
from bot.db.tables import CustomerRow, InstitutionRow, SuggestionRow, TierDecisionRow, VisitRow
from bot.db.values import AppointmentState, Attachment, Named, VisitDraft
from domain.errors import DomainError
from domain.ids import CustomerId, InstitutionId, UserId
from domain.importing.keys import normal_name
from domain.people.model import Role, Scope
from domain.planning.model import Appointment
from domain.tiering.model import Support
from domain.visits.log import Told
from domain.visits.model import Barrier, Channel
from domain.visits.states import Result, VisitState

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
DOCTOR = CustomerId(1)
FULL = Told(
    result=Result.SHORT,
    channel=Channel.PHONE,
    topics=("Examplin", "safety"),
    barrier=Barrier.HABIT,
    support=Support.SECOND_CHOICE,
    promise="send the study",
    next_on=date(2026, 12, 3),
    joined=(UserId(1),),
    note="in a hurry",
)


@pytest.fixture
async def two(database):
    """The reps Li and Wang, and a doctor of Li's with an appointment and a suggestion for Monday."""
    async with database.write() as uow:
        li = await uow.users.add(Role.REP, "Li", None, NOW)
        wang = await uow.users.add(Role.REP, "Wang", None, NOW)
        uow.session.add(InstitutionRow(name="Hospital", name_key=normal_name("Hospital"), city="Wuhan"))
        await uow.session.flush()
        uow.session.add(CustomerRow(name="Doctor", owner_id=li.id, institution_id=1))
        await uow.session.flush()
        appointment = Appointment(customer_id=DOCTOR, on=MONDAY, start=time(10, 30))
        await uow.appointments.add(appointment, 30, li.id, NOW)
        times = {"arrive": time(9, 5), "start": time(9, 10), "leave": time(9, 30), "travel_minutes": 4.5}
        key = {"rep_id": li.id, "on": MONDAY, "customer_id": DOCTOR, "place": 1, "state": "open"}
        uow.session.add(SuggestionRow(**key, **times, price=1.5, reasons=[["worth", {"n": 1}, 1.5]]))
        await uow.session.flush()
    return li, wang


async def test_a_visit_comes_back_as_it_was_told_and_only_to_its_scope(database, two):
    li, wang = two
    async with database.write() as uow:
        number = await uow.visit_log.add(DOCTOR, li.id, MONDAY, FULL, NOW, is_late=True)
        found = await uow.visit_log.get(number, Scope.of(li))
        assert (found.told, found.is_late, found.on) == (FULL, True, MONDAY)
        assert (found.customer_name, found.place) == ("Doctor", "Hospital")
        assert await uow.visit_log.of_day(li.id, DOCTOR, MONDAY) == found
        assert await uow.visit_log.of_rep(li.id, MONDAY) == [found] == await uow.visit_log.latest(li.id, 5)
        assert await uow.visit_log.recent(DOCTOR, Scope.of(wang), 5) == []
        with pytest.raises(DomainError, match="not_found"):
            await uow.visit_log.get(number, Scope.of(wang))


@pytest.mark.parametrize("result", list(Result))
async def test_every_result_comes_back(database, two, result):
    li, _ = two
    async with database.write() as uow:
        number = await uow.visit_log.add(DOCTOR, li.id, MONDAY, Told(result=result), NOW, is_late=False)
        assert (await uow.visit_log.get(number, Scope.of(li))).told.result is result
        target = (await uow.visits.targets(li.id, MONDAY))[0]
    assert (target.last_visit == MONDAY) is (result.state is VisitState.DONE)


async def test_taking_back_makes_every_row_what_it_was(database, two):
    li, wang = two
    key = (DOCTOR, li.id, MONDAY)
    async with database.write() as uow:
        before = await digest(uow)
        suggested = (await uow.session.scalars(select(SuggestionRow))).one().model_dump()
        images = await uow.visit_log.before(key)
        number = await uow.visit_log.add(DOCTOR, li.id, MONDAY, FULL, NOW, is_late=False)
        version = await uow.visit_log.keep(number, li.id, images, NOW)
        await uow.session.execute(SuggestionRow.__table__.update().values(state="visited", answered_at=NOW))
        await uow.visit_log.follow(key, VisitState.RESCHEDULED, NOW + timedelta(minutes=1))
        added = await uow.visit_log.assess(DOCTOR, Support.FIRST_CHOICE, MONDAY, li.id)
        uow.session.add(
            TierDecisionRow(customer_id=DOCTOR, decided_at=NOW, support=1, method="m", params_version="p")
        )
        await uow.session.flush()
        decision = await uow.visit_log.last_decision(DOCTOR)
        await uow.visit_log.add_to(version, {"assessment": added, "decision": decision})
    async with database.write() as uow:
        (booked,) = await uow.appointments.booked(li.id, MONDAY, MONDAY)
        assert (booked.state, booked.sequence, booked.is_off) == (AppointmentState.RESCHEDULED, 1, True)
        with pytest.raises(DomainError, match="not_found"):
            await uow.visit_log.together(version, wang.id)
        (one,) = await uow.visit_log.together(version, li.id)
        await uow.visit_log.take_back(one, NOW)
    async with database.read() as uow:
        assert await digest(uow) == before
        assert (await uow.session.scalars(select(SuggestionRow))).one().model_dump() == suggested
        assert await uow.visit_log.together(version, li.id) == []


async def test_an_edit_is_taken_back_before_what_it_changed(database, two):
    li, _ = two
    key = (DOCTOR, li.id, MONDAY)
    async with database.write() as uow:
        number = await uow.visit_log.add(DOCTOR, li.id, MONDAY, FULL, NOW, is_late=False)
        first = await uow.visit_log.keep(
            number, li.id, {"visit": {}, "suggestion": {}, "appointment": {}}, NOW
        )
        row = (await uow.session.scalars(select(VisitRow))).one().model_dump()
        second = await uow.visit_log.keep(number, li.id, await uow.visit_log.before(key), NOW)
        await uow.visit_log.write(number, replace(FULL, note="", result=Result.ABSENT))
        assert [one.told for one in await uow.visit_log.versions(number)] == [None, FULL]
        (early,) = await uow.visit_log.together(first, li.id)
        with pytest.raises(DomainError, match="undo_overtaken"):
            await uow.visit_log.take_back(early, NOW)
        (late,) = await uow.visit_log.together(second, li.id)
        await uow.visit_log.take_back(late, NOW)
        assert (await uow.session.scalars(select(VisitRow))).one().model_dump() == row


async def test_a_draft_comes_back_and_ends_once(database, two):
    li, wang = two
    draft = VisitDraft(
        user_id=li.id,
        told=FULL,
        names=(Named("Dr D", (DOCTOR, CustomerId(9))),),
        customers=(DOCTOR,),
        institution_id=InstitutionId(1),
        on=MONDAY,
        days=(MONDAY,),
        next_days=(date(2026, 12, 1),),
        attachment=Attachment("photo", "file-1", "caption"),
    )
    async with database.write() as uow:
        number = await uow.visit_drafts.add(draft, NOW)
        assert await uow.visit_drafts.get(number, li.id) == replace(draft, id=number)
        await uow.visit_drafts.write(replace(draft, id=number, on=None))
        assert (await uow.visit_drafts.get(number, li.id)).on is None
        with pytest.raises(DomainError, match="visit_draft_closed"):
            await uow.visit_drafts.close(number, wang.id, stored=True)
        await uow.visit_drafts.close(number, li.id, stored=True)
        for _ in range(2):
            with pytest.raises(DomainError, match="visit_draft_closed"):
                await uow.visit_drafts.close(number, li.id, stored=False)


async def test_an_attachment_is_kept_once(database, two):
    li, _ = two
    picture = Attachment("photo", "file-1", "caption")
    async with database.write() as uow:
        number = await uow.visit_log.add(DOCTOR, li.id, MONDAY, FULL, NOW, is_late=False)
        for _ in range(2):
            await uow.visit_log.attach(number, picture, li.id, NOW)
        assert await uow.visit_log.attachments(number) == [picture]
