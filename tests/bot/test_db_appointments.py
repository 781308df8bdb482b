"""Appointments, times, leave, hours and calendar addresses, on SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.db.digest import digest
from bot.db.mappers import half_days_image
from bot.db.tables import CustomerRow, InstitutionRow
from bot.db.values import AppointmentState, WorkingHours
from domain.customers.model import HalfDay
from domain.customers.profile import FileField
from domain.errors import DomainError
from domain.ids import AppointmentId, CustomerId
from domain.importing.keys import normal_name
from domain.people.model import Role, Scope
from domain.planning.model import Appointment

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
WINDOWS = (HalfDay(0, time(8), time(12)), HalfDay(3, time(13, 30), time(17, 30)))


@pytest.fixture
async def two(database):
    """A manager's rep Li, and Wang of another team, with a customer each, 1 and 2, in hospitals 1 and 2."""
    async with database.write() as uow:
        boss = await uow.users.add(Role.MANAGER, "Boss", None, NOW)
        li = await uow.users.add(Role.REP, "Li", boss.id, NOW)
        wang = await uow.users.add(Role.REP, "Wang", None, NOW)
        for number, owner in enumerate((li, wang), 1):
            name = f"Hospital {number}"
            uow.session.add(
                InstitutionRow(name=name, name_key=normal_name(name), city="Wuhan", lat=30.5, lon=114)
            )
            await uow.session.flush()
            uow.session.add(CustomerRow(name=f"Doctor {number}", owner_id=owner.id, institution_id=number))
        await uow.session.flush()
    return boss, li, wang


def at(day: date, start: time = time(10, 30), customer: int = 1) -> Appointment:
    return Appointment(customer_id=CustomerId(customer), on=day, start=start)


async def test_an_appointment_comes_back_as_it_was_set(database, two):
    boss, li, wang = two
    async with database.write() as uow:
        number = await uow.appointments.add(at(MONDAY), 30, li.id, NOW)
        found = await uow.appointments.get(number, Scope.of(li))
        assert found == await uow.appointments.get(number, Scope.of(boss))
        assert (found.customer_name, found.place) == ("Doctor 1", ("Hospital 1", "Wuhan"))
        assert found.appointment == Appointment(
            customer_id=CustomerId(1), on=MONDAY, start=time(10, 30), minutes=30, promised=True
        )
        assert (found.sequence, found.author_id, found.changed_at, found.holds) == (0, li.id, NOW, True)
        with pytest.raises(DomainError, match="not_found"):
            await uow.appointments.get(number, Scope.of(wang))


async def test_the_days_of_a_rep_include_first_and_last_and_nobody_elses(database, two):
    _, li, wang = two
    async with database.write() as uow:
        for days in (1, 0, 2):
            await uow.appointments.add(at(MONDAY + timedelta(days)), 30, li.id, NOW)
        await uow.appointments.add(at(MONDAY, time(8)), 30, li.id, NOW)
        await uow.appointments.add(at(MONDAY, customer=2), 30, wang.id, NOW)
        found = await uow.appointments.of_rep(li.id, MONDAY, MONDAY + timedelta(1))
    assert [(one.on.day, one.start.hour) for one in found] == [(23, 8), (23, 10), (24, 10)]


async def test_a_cancelled_one_is_booked_but_does_not_count_and_cannot_change(database, two):
    _, li, _ = two
    async with database.write() as uow:
        number = await uow.appointments.add(at(MONDAY), 30, li.id, NOW)
        later = NOW + timedelta(hours=1)
        await uow.appointments.change(number, li.id, later, state="cancelled")
        (booked,) = await uow.appointments.booked(li.id, MONDAY, MONDAY)
        assert (booked.state, booked.sequence, booked.changed_at) == (AppointmentState.CANCELLED, 1, later)
        assert await uow.appointments.of_rep(li.id, MONDAY, MONDAY) == []
        assert await uow.appointments.coming(CustomerId(1), Scope.of(li), MONDAY) == []
        for gone in (number, AppointmentId(99)):
            with pytest.raises(DomainError, match="appointment_over"):
                await uow.appointments.change(gone, li.id, later, minutes=60)


async def test_times_are_set_within_the_scope_only(database, two):
    boss, li, wang = two
    async with database.write() as uow:
        best = CustomerId(1), Scope.of(li), FileField.BEST_TIMES, 1
        await uow.profile.change(*best, {"best_times": half_days_image(WINDOWS)}, NOW)
        hours = {"reception": half_days_image(WINDOWS[:1])}
        await uow.profile.change(CustomerId(1), Scope.of(boss), FileField.RECEPTION, 1, hours, NOW)
        for viewer, field, row in (
            (wang, FileField.BEST_TIMES, 1),
            (li, FileField.BEST_TIMES, 2),
            (wang, FileField.RECEPTION, 1),
            (li, FileField.RECEPTION, 9),
        ):
            with pytest.raises(DomainError, match="not_found"):
                await uow.profile.change(CustomerId(1), Scope.of(viewer), field, row, hours, NOW)
    async with database.read() as uow:
        customer = await uow.customers.get(CustomerId(1), Scope.of(li))
    assert (customer.best_times, customer.institution.reception) == (WINDOWS, WINDOWS[:1])


async def test_each_rep_is_asked_once_about_a_customer(database, two):
    _, li, wang = two
    async with database.write() as uow:
        asked = [
            await uow.times.ask_once(CustomerId(customer), rep.id, NOW)
            for rep, customer in ((li, 1), (li, 1), (wang, 1), (li, 2))
        ]
    assert asked == [True, False, True, True]


async def test_days_off_are_cut_to_what_is_asked_for(database, two):
    _, li, wang = two
    async with database.write() as uow:
        await uow.leave.add(li.id, MONDAY, MONDAY + timedelta(4), NOW)
        await uow.leave.add(li.id, MONDAY + timedelta(10), MONDAY + timedelta(10), NOW)
        found = await uow.leave.days_off(li.id, MONDAY + timedelta(3), MONDAY + timedelta(30))
        assert {(day - MONDAY).days for day in found} == {3, 4, 10}
        assert await uow.leave.days_off(wang.id, MONDAY, MONDAY + timedelta(30)) == frozenset()
        first, _second = await uow.leave.between(li.id, MONDAY, MONDAY + timedelta(30))
        assert not await uow.leave.remove(first.id, wang.id)
        assert await uow.leave.remove(first.id, li.id)
        assert not await uow.leave.remove(first.id, li.id)


async def test_hours_and_the_place_are_kept_apart(database, two):
    _, li, wang = two
    async with database.write() as uow:
        assert await uow.hours.of_rep(li.id) == WorkingHours()
        await uow.hours.set(li.id, start=time(9), end=time(17, 30))
        await uow.hours.set(li.id, institution_id=1, lat=None, lon=None)
        found = await uow.hours.of_rep(li.id)
        assert (found.start, found.end, found.base) == (time(9), time(17, 30), (30.5, 114))
        assert (found.institution_id, found.institution_name) == (1, "Hospital 1")
        await uow.hours.set(li.id, institution_id=None, lat=31.0, lon=115.0)
        found = await uow.hours.of_rep(li.id)
        assert (found.base, found.institution_id, found.start) == ((31.0, 115.0), None, time(9))
        assert [one.name for one in await uow.hours.hospitals(wang.id)] == ["Hospital 2"]


async def test_a_new_address_ends_the_old_one(database, two):
    _, li, wang = two
    async with database.write() as uow:
        await uow.feeds.renew(li.id, "a" * 64, NOW)
        await uow.feeds.renew(wang.id, "b" * 64, NOW)
        await uow.feeds.renew(li.id, "c" * 64, NOW)
        behind = [await uow.feeds.rep_behind(letter * 64) for letter in "abc"]
        assert behind == [None, wang.id, li.id]
        assert await uow.feeds.since(li.id) == NOW
        await uow.users.set_active(wang.id, is_active=False)
        assert await uow.feeds.rep_behind("b" * 64) is None
        await uow.feeds.end(li.id)
        assert await uow.feeds.since(li.id) is None


async def test_what_a_rep_has_said_is_content(database, two):
    _, li, _ = two
    seen = set()
    async with database.write() as uow:
        seen.add(await digest(uow))
        await uow.appointments.add(at(MONDAY), 30, li.id, NOW)
        seen.add(await digest(uow))
        await uow.leave.add(li.id, MONDAY, MONDAY, NOW)
        seen.add(await digest(uow))
        await uow.hours.set(li.id, start=time(9), end=time(17))
        seen.add(await digest(uow))
    assert len(seen) == 4
