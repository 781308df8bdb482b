"""A rep's own time: leave and training, working hours, where the day begins."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import local_date
from bot.db.values import WorkingHours
from bot.deps import Deps
from bot.services.appointments import usual_parts, working_hours
from domain.customers.model import Institution
from domain.errors import DomainError
from domain.ids import InstitutionId, LeaveId
from domain.people.model import User
from domain.planning.absence import Away, Leave, LeaveKind
from domain.planning.appointments import Hours
from domain.planning.model import Half

LONGEST_LEAVE = 366  # days
AHEAD = 732  # days of leave that are shown
SHORTEST_DAY = timedelta(hours=1)
PLACES = 3  # decimals of a degree that are kept of a pin, about 100 m: it may be somebody's home


@dataclass(frozen=True, slots=True)
class LeaveShown:
    """A leave, how many working days it touches, and the appointments that fall into it."""

    leave: Leave
    working_days: int
    appointments: int


@dataclass(frozen=True, slots=True)
class OwnTime:
    """When and where a rep works: what they have said, and the hours that hold."""

    said: WorkingHours
    hours: Hours
    leaves: tuple[LeaveShown, ...]


async def own_time(deps: Deps, viewer: User, today: date) -> OwnTime:
    """The viewer's working hours and the leave that is not over."""
    async with deps.db.read() as uow:
        said = await uow.hours.of_rep(viewer.id)
        hours = await working_hours(deps, uow, viewer.id, today)
        shown = []
        for leave in await uow.leave.between(viewer.id, today, today + timedelta(days=AHEAD)):
            away = Away.of([leave], leave.first, leave.last)
            met = [
                one
                for one in await uow.appointments.of_rep(viewer.id, max(leave.first, today), leave.last)
                if away.is_away(datetime.combine(one.on, one.start), usual_parts(deps))
            ]
            working = deps.calendar.working_days(leave.first - timedelta(days=1), leave.last)
            shown.append(LeaveShown(leave, working, len(met)))
    return OwnTime(said, hours, tuple(shown))


async def is_away(deps: Deps, rep: User, now: datetime) -> bool:
    """Whether a rep is on leave or in training at this moment: then nothing reminds them of anything."""
    zone = rep.time_zone or deps.settings.time_zone
    today = local_date(now, zone)
    async with deps.db.read() as uow:
        away = await uow.leave.away(rep.id, today, today)
    return away.is_away(now.astimezone(ZoneInfo(zone)), usual_parts(deps))


async def take_leave(
    deps: Deps,
    viewer: User,
    first: date,
    last: date,
    *,
    today: date,
    now: datetime,
    kind: LeaveKind = LeaveKind.OFF,
    half: Half | None = None,
) -> None:
    """Be away, from this month on. DomainError "leave_wrong" for days that cannot be meant."""
    length, begins_in = (last - first).days + 1, (first - today.replace(day=1)).days
    if not 1 <= length <= LONGEST_LEAVE or not 0 <= begins_in <= LONGEST_LEAVE:
        raise DomainError("leave_wrong")
    async with deps.db.write() as uow:
        await uow.leave.add(viewer.id, first, last, now, kind, half)
        detail = {"first": first.isoformat(), "last": last.isoformat(), "kind": kind.value}
        await uow.audit.add("leave_taken", f"user:{viewer.id}", now, user_id=viewer.id, detail=detail)


async def drop_leave(deps: Deps, viewer: User, leave_id: LeaveId, now: datetime) -> None:
    """Work after all; nothing happens when the leave is not there any more."""
    async with deps.db.write() as uow:
        if await uow.leave.remove(leave_id, viewer.id):
            await uow.audit.add("leave_dropped", f"user:{viewer.id}", now, user_id=viewer.id)


async def set_hours(deps: Deps, viewer: User, start: time, end: time) -> None:
    """The viewer's own working hours. DomainError "hours_wrong" unless the day has at least an hour."""
    day = date.min
    if datetime.combine(day, end) - datetime.combine(day, start) < SHORTEST_DAY:
        raise DomainError("hours_wrong")
    async with deps.db.write() as uow:
        await uow.hours.set(viewer.id, start=start, end=end)


async def hospitals(deps: Deps, viewer: User) -> list[Institution]:
    """Where the viewer has customers."""
    async with deps.db.read() as uow:
        return await uow.hours.hospitals(viewer.id)


async def begin_at_hospital(deps: Deps, viewer: User, institution_id: InstitutionId | None) -> None:
    """Begin the day at a hospital of one's customers; None: at the first visit, wherever that is.

    DomainError "not_found" for other hospitals.
    """
    async with deps.db.write() as uow:
        known = {one.id for one in await uow.hours.hospitals(viewer.id)}
        if institution_id is not None and institution_id not in known:
            raise DomainError("not_found")
        await uow.hours.set(viewer.id, institution_id=institution_id, lat=None, lon=None)


async def begin_at(deps: Deps, viewer: User, lat: float, lon: float) -> None:
    """Begin the day at a place of one's own, given in WGS-84 degrees and kept to about 100 m."""
    async with deps.db.write() as uow:
        await uow.hours.set(viewer.id, institution_id=None, lat=round(lat, PLACES), lon=round(lon, PLACES))
        await uow.awaited.forget(viewer.id)
