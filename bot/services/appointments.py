"""Appointments set, moved and cancelled; when customers and hospitals receive."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_date
from bot.db.mappers import half_days_image
from bot.db.uow import UnitOfWork
from bot.db.values import Booking
from bot.deps import Deps
from bot.services.contacts import about_appointment
from bot.services.qualifications import require_promotion
from domain.customers.half_days import Part, windows_of
from domain.customers.model import Customer, CustomerStatus
from domain.customers.profile import FileField
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import AppointmentId, CustomerId, UserId
from domain.people.model import Role, Scope, User
from domain.planning.appointments import (
    AppointmentParams,
    Hours,
    TimesOffered,
    clashing,
    offered,
    receiving,
)
from domain.planning.model import Appointment
from domain.understanding.dates import When, find_dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An appointment with what speaks against its time."""

    booking: Booking
    clashes: tuple[Booking, ...]  # other appointments at the same time
    is_day_off: bool
    is_unusual: bool  # the customer is known to receive at other times
    remarks: tuple[Reason, ...] = ()  # of the rules; it holds all the same


@dataclass(frozen=True, slots=True)
class DayOffered:
    """A day for an appointment; `is_good` when the customer is known to receive on it."""

    on: date
    is_good: bool


@dataclass(frozen=True, slots=True)
class DaysOffered:
    """The days for an appointment with a customer."""

    customer: Customer
    days: tuple[DayOffered, ...]


async def coming(deps: Deps, viewer: User, today: date) -> list[Booking]:
    """The viewer's appointments from today on, the next one first."""
    last = today + timedelta(days=_params(deps, today).furthest)
    async with deps.db.read() as uow:
        return [one for one in await uow.appointments.booked(viewer.id, today, last) if one.holds]


async def appointment(deps: Deps, viewer: User, appointment_id: AppointmentId, today: date) -> Coming:
    """One appointment of the viewer's, as of `today`. DomainError "not_found" for those of others."""
    async with deps.db.read() as uow:
        return await _coming(deps, uow, await _own(uow, viewer, appointment_id), today)


async def days(deps: Deps, viewer: User, customer_id: CustomerId, today: date) -> DaysOffered:
    """The working days on which an appointment can be made, the rep's days off left out.

    DomainError "not_found" unless the customer is the viewer's and active, "promotion_locked".
    """
    last = today + timedelta(days=_params(deps, today).furthest)
    async with deps.db.read() as uow:
        await require_promotion(deps, uow, viewer, today)
        customer = await _customer(uow, viewer, customer_id)
        off = await uow.leave.days_off(viewer.id, today, last)
    good = {window.weekday for window in receiving(customer)}
    coming_days = [today + timedelta(days=n) for n in range((last - today).days + 1)]
    return DaysOffered(
        customer,
        tuple(
            DayOffered(day, day.weekday() in good)
            for day in coming_days
            if deps.calendar.is_working_day(day) and day not in off
        ),
    )


async def times(
    deps: Deps, viewer: User, customer_id: CustomerId, on: date, local: datetime
) -> tuple[Customer, TimesOffered]:
    """A customer and the times of a day, leave left out; of today, those after `local` on the rep's clock.

    DomainError "not_found" as in `days`.
    """
    async with deps.db.read() as uow:
        customer = await _customer(uow, viewer, customer_id)
        hours = await working_hours(deps, uow, viewer.id, on)
        away = await uow.leave.away(viewer.id, on, on)
    after = local.time() if on == local.date() else None
    found, parts = offered(customer, on, hours, _params(deps, on), after), usual_parts(deps)

    def there(one: time) -> bool:
        return not away.is_away(datetime.combine(on, one), parts)

    return customer, TimesOffered(tuple(filter(there, found.good)), tuple(filter(there, found.other)))


async def set_appointment(
    deps: Deps, viewer: User, customer_id: CustomerId, on: date, start: time, *, zone: str, now: datetime
) -> tuple[AppointmentId, bool]:
    """Set an appointment, once however often it is asked for; and whether to ask for the customer's times.

    That question is put to a rep once for each customer of whom neither own times nor those of the
    hospital are known. DomainError: "not_found", "appointment_past", "appointment_far", "promotion_locked".
    """
    _check(deps, on, start, zone, now)
    params = _params(deps, on)
    async with deps.db.write() as uow:
        await require_promotion(deps, uow, viewer, local_date(now, zone))
        customer = await _customer(uow, viewer, customer_id)
        known = await uow.appointments.coming(customer_id, Scope.of(viewer), on)
        for one in known:
            if (one.appointment.on, one.appointment.start) == (on, start):
                return one.id, False
        made = Appointment(customer_id=customer_id, on=on, start=start)
        number = await uow.appointments.add(made, params.minutes, viewer.id, now)
        await _note(uow, "appointment_set", number, viewer, now, {"to": _image(on, start)})
        asks = not receiving(customer) and await uow.times.ask_once(customer_id, viewer.id, now)
    return number, asks


async def move(
    deps: Deps,
    viewer: User,
    appointment_id: AppointmentId,
    on: date,
    start: time,
    *,
    zone: str,
    now: datetime,
) -> None:
    """Move an appointment. DomainError as in `set_appointment`; "appointment_over" for a cancelled one."""
    _check(deps, on, start, zone, now)
    async with deps.db.write() as uow:
        await require_promotion(deps, uow, viewer, local_date(now, zone))
        one = (await _own(uow, viewer, appointment_id)).appointment
        if (one.on, one.start) != (on, start):
            await uow.appointments.change(appointment_id, viewer.id, now, on=on, start=start)
            detail = {"from": _image(one.on, one.start), "to": _image(on, start)}
            await _note(uow, "appointment_moved", appointment_id, viewer, now, detail)


async def set_length(
    deps: Deps, viewer: User, appointment_id: AppointmentId, minutes: int, now: datetime
) -> None:
    """How long an appointment lasts: one of the usual lengths, else "not_found"."""
    async with deps.db.write() as uow:
        one = (await _own(uow, viewer, appointment_id)).appointment
        if minutes not in _params(deps, one.on).lengths:
            raise DomainError("not_found")
        if one.minutes != minutes:
            await uow.appointments.change(appointment_id, viewer.id, now, minutes=minutes)


async def set_promised(
    deps: Deps, viewer: User, appointment_id: AppointmentId, now: datetime, *, promised: bool
) -> None:
    """Whether the customer has agreed to the time."""
    async with deps.db.write() as uow:
        one = (await _own(uow, viewer, appointment_id)).appointment
        if one.promised != promised:
            await uow.appointments.change(appointment_id, viewer.id, now, promised=promised)


async def cancel(deps: Deps, viewer: User, appointment_id: AppointmentId, now: datetime) -> CustomerId:
    """Cancel an appointment, once however often it is asked for; whose it was."""
    async with deps.db.write() as uow:
        booking = await _own(uow, viewer, appointment_id)
        if booking.holds:
            await uow.appointments.change(appointment_id, viewer.id, now, state="cancelled")
            await _note(uow, "appointment_cancelled", appointment_id, viewer, now, {})
    return booking.appointment.customer_id


def spoken(deps: Deps, words: str, today: date) -> When | None:
    """The day and time that are said in words such as "next Thursday 10:00" or 下周三上午10点.

    Either both are said, or nothing else is; other sentences mean something else: None.
    """
    text = words.strip()
    for said in find_dates(text, today=today, calendar=deps.calendar):
        if said.names_day and (said.at is not None or (said.start, said.end) == (0, len(text))):
            return said
    return None


async def working_hours(deps: Deps, uow: UnitOfWork, rep_id: UserId, on: date) -> Hours:
    """A rep's working hours: their own, else the company's."""
    own, usual = await uow.hours.of_rep(rep_id), deps.library.planning.at(on).hours
    return own.start or usual.start, own.end or usual.end


def usual_parts(deps: Deps) -> tuple[Part, Part]:
    """When mornings and afternoons begin and end."""
    halves = deps.library.columns.half_days
    return (halves.morning.start, halves.morning.end), (halves.afternoon.start, halves.afternoon.end)


async def customer_with_times(deps: Deps, viewer: User, customer_id: CustomerId) -> Customer:
    """A customer of the viewer's scope. DomainError "not_found" for others."""
    async with deps.db.read() as uow:
        return _found(await uow.customers.get(customer_id, Scope.of(viewer)))


def may_set_reception(viewer: User, customer: Customer) -> bool:
    """Whether the viewer may say when the customer's hospital receives.

    A rep may fill in what nobody knows yet; it holds for colleagues too, so only the office changes it.
    """
    if customer.institution is None:
        return False
    return viewer.role is not Role.REP or not customer.institution.reception


async def set_times(
    deps: Deps, viewer: User, customer_id: CustomerId, week: int, *, whole: bool, now: datetime
) -> None:
    """Keep when a customer receives, or (`whole`) everybody in the hospital; `week` as in `windows_of`.

    DomainError "not_found" outside the viewer's scope, "reception_known" for a rep who would change a rule.
    """
    scope, parts = Scope.of(viewer), usual_parts(deps)
    async with deps.db.write() as uow:
        customer = _found(await uow.customers.get(customer_id, scope))
        if not whole:
            columns = {"best_times": half_days_image(windows_of(week, parts, customer.best_times))}
            await uow.profile.change(customer_id, scope, FileField.BEST_TIMES, customer_id, columns, now)
            await uow.audit.add("best_times", f"customer:{customer_id}", now, user_id=viewer.id)
            return
        hospital = customer.institution
        if hospital is None or not may_set_reception(viewer, customer):
            raise DomainError("reception_known")
        columns = {"reception": half_days_image(windows_of(week, parts, hospital.reception))}
        await uow.profile.change(customer_id, scope, FileField.RECEPTION, hospital.id, columns, now)
        await uow.audit.add("reception", f"institution:{hospital.id}", now, user_id=viewer.id)


async def do_not_ask(deps: Deps, viewer: User, customer_id: CustomerId, now: datetime) -> None:
    """The viewer does not know a customer's times and is not asked again."""
    async with deps.db.write() as uow:
        _found(await uow.customers.get(customer_id, Scope.of(viewer)))
        await uow.times.ask_once(customer_id, viewer.id, now)


async def _coming(deps: Deps, uow: UnitOfWork, booking: Booking, today: date) -> Coming:
    one = booking.appointment
    same_day = [
        other
        for other in await uow.appointments.booked(booking.rep_id, one.on, one.on)
        if other.holds and other.id != booking.id
    ]
    usual = _params(deps, one.on).minutes
    clashes = [other for other in same_day if clashing(one, [other.appointment], usual)]
    scope = Scope(booking.rep_id, Role.REP)
    customer = await uow.customers.get(one.customer_id, scope)
    remarks: tuple[Reason, ...] = ()
    if customer is not None and booking.holds:
        remarks = await about_appointment(deps, uow, customer, scope, one.on, one.start, today)
    away = await uow.leave.away(booking.rep_id, one.on, one.on)
    off = away.is_away(datetime.combine(one.on, one.start), usual_parts(deps))
    return Coming(
        booking=booking,
        clashes=tuple(clashes) if booking.holds else (),
        is_day_off=off or not deps.calendar.is_working_day(one.on),
        is_unusual=customer is not None and not _is_usual(customer, one),
        remarks=remarks,
    )


def _is_usual(customer: Customer, one: Appointment) -> bool:
    windows = receiving(customer)
    fitting = (each.weekday == one.on.weekday() and each.start <= one.start < each.end for each in windows)
    return not windows or any(fitting)


async def _own(uow: UnitOfWork, viewer: User, appointment_id: AppointmentId) -> Booking:
    found = await uow.appointments.get(appointment_id, Scope.of(viewer))
    if found.rep_id != viewer.id:
        raise DomainError("not_found")
    return found


async def _customer(uow: UnitOfWork, viewer: User, customer_id: CustomerId) -> Customer:
    customer = _found(await uow.customers.get(customer_id, Scope.of(viewer)))
    if customer.owner_id != viewer.id or customer.status is not CustomerStatus.ACTIVE:
        raise DomainError("not_found")
    return customer


def _found(customer: Customer | None) -> Customer:
    if customer is None:
        raise DomainError("not_found")
    return customer


def _check(deps: Deps, on: date, start: time, zone: str, now: datetime) -> None:
    ahead, furthest = (on - local_date(now, zone)).days, _params(deps, on).furthest
    if ahead < 0 or (ahead == 0 and datetime.combine(on, start, ZoneInfo(zone)) <= now):
        raise DomainError("appointment_past")
    if ahead > furthest:
        raise DomainError("appointment_far", days=furthest)


def _params(deps: Deps, on: date) -> AppointmentParams:
    return deps.library.appointments.at(on)


def _image(on: date, start: time) -> str:
    return f"{on.isoformat()} {start:%H:%M}"


async def _note(
    uow: UnitOfWork, action: str, number: AppointmentId, viewer: User, now: datetime, detail: dict[str, str]
) -> None:
    await uow.audit.add(action, f"appointment:{number}", now, user_id=viewer.id, detail=detail)
