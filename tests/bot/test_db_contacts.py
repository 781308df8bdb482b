"""Contacts of a customer, of all reps together, on both databases."""

from datetime import UTC, date, datetime, time

from bot.db.tables import CustomerRow, VisitRow
from domain.people.model import Role
from domain.planning.model import Appointment

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
FIRST, TODAY, LAST = date(2026, 11, 1), date(2026, 11, 23), date(2026, 11, 30)


async def test_those_of_every_rep_and_channel_count_and_attempts_do_not(database):
    async with database.write() as uow:
        li = (await uow.users.add(Role.REP, "Li Na", None, NOW)).id
        wei = (await uow.users.add(Role.REP, "Wang Wei", None, NOW)).id
        customer = CustomerRow(name="Shaw", owner_id=li)
        other = CustomerRow(name="Cole", owner_id=li)
        uow.session.add_all([customer, other])
        await uow.session.flush()
        for rep, day, channel, outcome in (
            (li, 2, "f2f", "met"),
            (wei, 2, "phone", None),
            (wei, 9, "email", "short"),
            (li, 10, "f2f", "absent"),
            (li, 11, "f2f", "refused"),
        ):
            on = date(2026, 11, day)
            visit = VisitRow(
                customer_id=customer.id, rep_id=rep, on=on, channel=channel, outcome=outcome, created_at=NOW
            )
            uow.session.add(visit)
        earlier = VisitRow(customer_id=customer.id, rep_id=li, on=date(2026, 10, 31), created_at=NOW)
        uow.session.add(earlier)
        for on in (TODAY, LAST):
            booked = Appointment(customer_id=customer.id, on=on, start=time(10))
            number = await uow.appointments.add(booked, 20, li, NOW)
        await uow.appointments.change(number, li, NOW, state="cancelled")
        first, second = customer.id, other.id
    async with database.read() as uow:
        assert await uow.visits.contacts(first, FIRST, LAST) == 3
        assert await uow.visits.contacts(second, FIRST, LAST) == 0
        assert await uow.appointments.ahead(first, FIRST, LAST) == 1
        counted = {
            one.customer.id: (one.visits_this_month, one.contacts_this_month)
            for one in await uow.visits.targets(li, TODAY)
        }
        assert counted == {first: (2, 3), second: (0, 0)}
