"""What the rules remark about a contact that is planned or logged; it is kept all the same."""

from datetime import date, time

from bot.db.uow import UnitOfWork
from bot.deps import Deps
from domain.calendar import last_of_month
from domain.customers.model import Customer
from domain.explain import Reason
from domain.people.model import Scope
from domain.visits.contact import contact_facts, remarks
from domain.visits.log import LoggedVisit
from domain.visits.model import Channel
from domain.visits.states import VisitState


async def about_visit(
    deps: Deps, uow: UnitOfWork, customer: Customer, scope: Scope, visit: LoggedVisit
) -> tuple[Reason, ...]:
    """About a visit that is logged; one at which nobody was met is no contact that counts."""
    on, met = visit.on, visit.told.result.state is VisitState.DONE
    contacts = await uow.visits.contacts(customer.id, on.replace(day=1), last_of_month(on)) if met else 0
    return await _about(deps, uow, customer, scope, visit.told.channel, on, None, contacts)


async def about_appointment(
    deps: Deps, uow: UnitOfWork, customer: Customer, scope: Scope, on: date, start: time, today: date
) -> tuple[Reason, ...]:
    """About an appointment that holds; others of the month that hold count as if they came about."""
    first, last = on.replace(day=1), last_of_month(on)
    made = await uow.visits.contacts(customer.id, first, last)
    ahead = await uow.appointments.ahead(customer.id, max(first, today), last)
    return await _about(deps, uow, customer, scope, Channel.FACE_TO_FACE, on, start, made + ahead)


async def _about(
    deps: Deps,
    uow: UnitOfWork,
    customer: Customer,
    scope: Scope,
    channel: Channel,
    on: date,
    start: time | None,
    contacts: int,
) -> tuple[Reason, ...]:
    ceiling = deps.library.planning.at(on).ceiling
    facts = contact_facts(
        customer,
        channel=channel,
        on=on,
        start=start,
        consents=await uow.profile.consents(customer.id, scope),
        contacts=contacts,
        ceiling=ceiling,
    )
    gate = deps.library.compliance(deps.settings.market)
    return tuple(remarks(gate, facts, contacts=contacts, ceiling=ceiling))
