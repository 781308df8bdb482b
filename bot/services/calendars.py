"""A rep's calendar: as a file, and at a secret address from which phones read it."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_date
from bot.db.repositories.weeks import KeptVisit
from bot.db.uow import UnitOfWork
from bot.db.values import Booking
from bot.deps import Deps
from bot.render.ics import CalendarEntry, calendar_text
from bot.services.access import fingerprint
from domain.people.model import User

NAME = "Ninebox"
SECRET_BYTES = 32
PAST, AHEAD = timedelta(days=31), timedelta(days=186)


async def address_since(deps: Deps, viewer: User) -> datetime | None:
    """When the viewer's address was made; None without one."""
    async with deps.db.read() as uow:
        return await uow.feeds.since(viewer.id)


async def new_address(deps: Deps, viewer: User, now: datetime) -> str:
    """A new secret address, told once; the old one ends. Only where the operator serves calendars."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    async with deps.db.write() as uow:
        await uow.feeds.renew(viewer.id, fingerprint(secret), now)
        await uow.audit.add("calendar_address", f"user:{viewer.id}", now, user_id=viewer.id)
    return f"{deps.settings.calendar_url}/calendar/{secret}.ics"


async def end_address(deps: Deps, viewer: User, now: datetime) -> None:
    """Make the viewer's address useless."""
    async with deps.db.write() as uow:
        await uow.feeds.end(viewer.id)
        await uow.audit.add("calendar_ended", f"user:{viewer.id}", now, user_id=viewer.id)


async def calendar_of(deps: Deps, viewer: User, now: datetime) -> bytes:
    """The viewer's appointments and confirmed weeks as an iCalendar file: a month back, half a year ahead."""
    async with deps.db.read() as uow:
        return calendar_text(NAME, await _entries(deps, uow, viewer, now))


async def calendar_behind(deps: Deps, secret: str, now: datetime) -> bytes | None:
    """The calendar at a secret address; None when there is none."""
    async with deps.db.read() as uow:
        rep_id = await uow.feeds.rep_behind(fingerprint(secret))
        rep = await uow.users.get(rep_id) if rep_id is not None else None
        return None if rep is None else calendar_text(NAME, await _entries(deps, uow, rep, now))


async def _entries(deps: Deps, uow: UnitOfWork, rep: User, now: datetime) -> list[CalendarEntry]:
    zone = rep.time_zone or deps.settings.time_zone
    today = local_date(now, zone)
    usual = deps.library.appointments.at(today).minutes
    booked = await uow.appointments.booked(rep.id, today - PAST, today + AHEAD)
    agreed = {(one.appointment.customer_id, one.appointment.on) for one in booked if one.holds}
    kept = await uow.weeks.kept(rep.id, today - PAST, today + AHEAD)
    planned = [one for one in kept if (one.customer_id, one.on) not in agreed]
    appointments = [_entry(one, ZoneInfo(zone), usual) for one in booked]
    return [*appointments, *(entry for one in planned for entry in _planned(one, ZoneInfo(zone)))]


def _planned(one: KeptVisit, zone: ZoneInfo) -> Iterator[CalendarEntry]:
    """A visit of a confirmed week, of which the customer need not know."""
    if one.start is None or one.leave is None:
        return
    yield CalendarEntry(
        uid=f"visit-{one.id}@ninebox",
        start=datetime.combine(one.on, one.start, zone).astimezone(UTC),
        end=datetime.combine(one.on, one.leave, zone).astimezone(UTC),
        title=one.customer_name,
        place=one.place,
        sequence=one.sequence,
        changed_at=one.changed_at,
        tentative=True,
    )


def _entry(booking: Booking, zone: ZoneInfo, usual: int) -> CalendarEntry:
    one = booking.appointment
    start = datetime.combine(one.on, one.start, zone).astimezone(UTC)
    return CalendarEntry(
        uid=f"appointment-{booking.id}@ninebox",
        start=start,
        end=start + timedelta(minutes=one.minutes or usual),
        title=booking.customer_name,
        place=", ".join(booking.place),
        sequence=booking.sequence,
        changed_at=booking.changed_at,
        cancelled=booking.is_off,
        tentative=not one.promised,
    )
