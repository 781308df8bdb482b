"""/deliveries: what was sent, late, unknown or dead, and sending it again."""

from dataclasses import replace

from bot.buttons.deliveries import SendAgain, SendAllAgain, ShowDeliveries
from bot.commands import ADMINS
from bot.handlers.home import home_row
from bot.render.deliveries import WHY_NOT
from bot.render.notices import REMINDERS
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import deliveries
from bot.services.deliveries import Failure
from bot.turn import Turn
from domain.ids import OwedId
from domain.reminders.kinds import reminder_of

routes = Routes()

PAGE = 6


@routes.on(ShowDeliveries, ADMINS)
async def show_deliveries(turn: Turn, at: ShowDeliveries) -> Screen:
    """Counts of today and of the week, and what did not arrive with a button for each."""
    _ = turn.words._
    found = await deliveries.deliveries(turn.deps, turn.viewer, turn.today, turn.now)
    shown, page, pages = page_of(found.failures, at.page, PAGE)
    kinds = {one.owed.kind: _kind(turn, one) for one in shown}
    text = turn.text("deliveries", found=found, shown=shown, kinds=kinds, why=WHY_NOT)
    rows = [
        [Button(f"↻ {one.person.name} · {_kind(turn, one)}", SendAgain(one.owed.id, page))] for one in shown
    ]
    if len(found.failures) > 1:
        label = _("Send all %(n)s again", n=len(found.failures))
        rows.append([Button(label, SendAllAgain())])
    return Screen(text, [*rows, *page_row(page, pages, ShowDeliveries), home_row(turn)])


@routes.on(SendAgain, ADMINS)
async def send_again(turn: Turn, at: SendAgain) -> Screen:
    """Once more; it leaves the list until its fate is known."""
    await deliveries.send_again(turn.deps, turn.viewer, OwedId(at.owed), turn.now)
    screen = await show_deliveries(turn, ShowDeliveries(at.page))
    return replace(screen, toast=turn.words._("It is sent again"))


@routes.on(SendAllAgain, ADMINS)
async def send_all_again(turn: Turn, _at: SendAllAgain) -> Screen:
    """All of them once more."""
    count = await deliveries.send_all_again(turn.deps, turn.viewer, turn.today, turn.now)
    screen = await show_deliveries(turn, ShowDeliveries())
    toast = turn.words.ngettext("%(n)s notice is sent again", "%(n)s notices are sent again", count)
    return replace(screen, toast=toast)


def _kind(turn: Turn, failure: Failure) -> str:
    return turn.words._(REMINDERS[reminder_of(failure.owed.kind)].name)
