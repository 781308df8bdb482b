"""Changes in procurement, which make reviews of potential due at once."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.deps import Deps
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.people.model import Role, Scope, User
from domain.tiering.argument import sentence
from domain.tiering.review import PROCUREMENT, EventKind, ReviewEvent


@dataclass(frozen=True, slots=True)
class Noted:
    """A change in procurement, and how many of the viewer's customers are due for review by it."""

    event: ReviewEvent
    due: int


async def note_procurement(
    deps: Deps, viewer: User, customer_id: CustomerId, kind: EventKind, on: date, said: str, *, now: datetime
) -> Noted:
    """Note a change in procurement at the institution of a customer, with one sentence about it.

    All active customers of the institution are due for review, whoever looks after them.
    DomainError: those of `sentence`, "not_found" outside the viewer's scope or without an
    institution, "not_allowed" for reps.
    """
    if viewer.role is Role.REP or kind not in PROCUREMENT:
        raise DomainError("not_allowed")
    scope, note = Scope.of(viewer), sentence(said)
    async with deps.db.write() as uow:
        customer = await uow.customers.get(customer_id, scope)
        if customer is None or customer.institution is None:
            raise DomainError("not_found")
        place = customer.institution
        event = ReviewEvent(kind=kind, on=on, noted_at=now, institution=place.name, note=note)
        await uow.reviews.add_procurement(place.id, scope, event)
        await uow.awaited.forget(viewer.id)
        await uow.audit.add("procurement", f"institution:{place.id}", now, user_id=viewer.id)
        due = sum(event in events for events in (await uow.reviews.waiting(scope)).values())
    return Noted(event, due)
