"""An appointment, a while before it begins."""

from datetime import datetime, timedelta

from bot.buttons.appointments import ShowAppointment
from bot.buttons.customers import ShowCard
from bot.db.repositories.notices import Coming
from bot.db.values import Owed
from bot.deps import Deps
from bot.handlers.home import home_row
from bot.notices.model import Notice
from bot.screens import Button, Screen
from bot.services import reminding
from bot.turn import Turn
from domain.ids import AppointmentId
from domain.reminders.hours import moment
from domain.reminders.kinds import Reminder

LONGEST_LEAD = timedelta(hours=24)
"""As `before_appointment` may be at the most."""

_ONE_DAY = timedelta(days=1)


async def due(deps: Deps, now: datetime) -> None:
    """Owe the reminders of all appointments that begin soon."""
    first, last = now.date() - _ONE_DAY, now.date() + 2 * _ONE_DAY
    async with deps.db.read() as uow:
        coming = await uow.notices.appointments(first, last)
        owed = await uow.notices.owed_subjects(NOTICE.code, first, last)
    soon = []
    for one in coming:
        start = moment(one.on, one.start, one.time_zone or deps.settings.time_zone)
        due_at = start - timedelta(minutes=deps.library.notices.at(one.on).before_appointment)
        if due_at <= now < start and (one.rep_id, _subject(one), one.on) not in owed:
            soon.append((one, due_at, start))
    if not soon:
        return
    async with deps.db.write() as uow:
        for one, due_at, start in soon:
            await uow.outbox.owe(
                NOTICE.code,
                one.rep_id,
                subject=_subject(one),
                on=one.on,
                due_at=due_at,
                params={"id": one.id, "start": start.isoformat()},
            )


async def _compose(turn: Turn, owed: Owed) -> Screen | None:
    """When, whom and where, as long as it is still to come and at the same time."""
    start = datetime.fromisoformat(owed.params["start"])
    found = await reminding.booking(turn.deps, turn.viewer, AppointmentId(owed.params["id"]))
    one = found.appointment
    if not found.holds or start <= turn.now or moment(one.on, one.start, turn.zone) != start:
        return None
    _ = turn.words._
    minutes = -(-(start - turn.now) // timedelta(minutes=1))
    rows = [
        [Button(_("Appointment"), ShowAppointment(found.id)), Button(_("Card"), ShowCard(one.customer_id))]
    ]
    rows.append(home_row(turn))
    return Screen(turn.text("notice_appointment", found=found, minutes=minutes), rows)


def _subject(one: Coming) -> str:
    """An appointment at another time is another one to be reminded of."""
    return f"{one.id}@{one.start:%H:%M}"


NOTICE = Notice(code=Reminder.APPOINTMENT.value, compose=_compose, late_after=LONGEST_LEAD, sound=True)
