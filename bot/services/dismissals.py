"""Saying no to a suggested customer, and taking it back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.db.repositories.dismissals import Told
from bot.db.uow import UnitOfWork
from bot.deps import Deps
from bot.services.day import AHEAD
from domain.customers.model import Customer
from domain.errors import DomainError
from domain.ids import CustomerId, QuestionId
from domain.people.model import Role, Scope, User
from domain.tiering.argument import Doubt, sentence
from domain.tiering.model import Tier
from domain.visits.dismissal import Dismissal, DismissReason, dismissal
from domain.visits.suggestion import SuggestionState

TOLD_FOR = timedelta(days=30)  # how long a manager reads of product issues
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A no that was kept, and the question to the manager that it has opened, if any."""

    customer: Customer
    dismissal: Dismissal
    question: QuestionId | None


async def say_no(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    reason: DismissReason,
    local: datetime,
    *,
    until: date | None = None,
    doubt: Doubt | None = None,
) -> Said:
    """Keep a customer off the viewer's list for a reason; a later no takes the place of an earlier one.

    `until` belongs to UNAVAILABLE, `doubt` to WRONG_TARGET; it, and NEVER_SEES, open a question to the
    manager unless one is open. DomainError: "not_found" for customers of others, "date_passed",
    "appointment_first" when an appointment would fall into the time.
    """
    today = local.date()
    async with deps.db.write() as uow:
        customer = await _own(uow, viewer, customer_id)
        said = dismissal(
            reason,
            on=today,
            calendar=deps.calendar,
            gap=await _gap(deps, uow, viewer, customer_id, today),
            product_days=deps.library.today.at(today).product_days,
            until=until,
        )
        await _refuse_appointments(uow, viewer, customer_id, said)
        await uow.dismissals.add(customer_id, Scope.of(viewer), said, local)
        await uow.suggestions.answer(viewer.id, customer_id, today, SuggestionState.DISMISSED, local)
        await uow.pins.drop(viewer.id, customer_id, local)
        question = await _ask(uow, viewer, customer_id, said, doubt, local)
        await uow.awaited.forget(viewer.id)
        detail = {"reason": reason.value, "until": said.until.isoformat() if said.until else None}
        await uow.audit.add("dismissed", f"customer:{customer_id}", local, user_id=viewer.id, detail=detail)
    return Said(customer, said, question)


async def take_back(deps: Deps, viewer: User, customer_id: CustomerId, local: datetime) -> None:
    """Put a customer back onto the viewer's list; today's suggestion is open again."""
    async with deps.db.write() as uow:
        if await uow.dismissals.end(customer_id, viewer.id, local):
            dismissed = SuggestionState.DISMISSED
            await uow.suggestions.reopen(viewer.id, customer_id, local.date(), dismissed)


async def customer_of(deps: Deps, viewer: User, customer_id: CustomerId) -> Customer:
    """A customer of the viewer's own. DomainError "not_found" for others."""
    async with deps.db.read() as uow:
        return await _own(uow, viewer, customer_id)


async def add_evidence(deps: Deps, viewer: User, question_id: QuestionId, said: str) -> CustomerId:
    """Give a question its sentence. DomainError: those of `sentence`, "not_found", "question_closed"."""
    evidence = sentence(said)
    async with deps.db.write() as uow:
        question = await uow.questions.add_evidence(question_id, Scope.of(viewer), evidence)
        await uow.awaited.forget(viewer.id)
    return question.customer_id


async def product_issues(deps: Deps, viewer: User, today: date) -> list[Told]:
    """What reps of the viewer's team have said about products lately. DomainError "not_allowed" for reps."""
    if viewer.role is Role.REP:
        raise DomainError("not_allowed")
    async with deps.db.read() as uow:
        return await uow.dismissals.told(Scope.of(viewer), DismissReason.PRODUCT_ISSUE, today - TOLD_FOR)


def later_days(deps: Deps, today: date) -> list[date]:
    """The days on offer for "not available until": the params' working days from today."""
    return [deps.calendar.add_working_days(today, days) for days in deps.library.today.at(today).later]


async def _own(uow: UnitOfWork, viewer: User, customer_id: CustomerId) -> Customer:
    customer = await uow.customers.get(customer_id, Scope.of(viewer))
    if customer is None or customer.owner_id != viewer.id:
        raise DomainError("not_found")
    return customer


async def _gap(deps: Deps, uow: UnitOfWork, viewer: User, customer_id: CustomerId, today: date) -> int:
    """The fewest working days between two visits to the customer; the unrated as the lowest letter."""
    targets = await uow.visits.targets(viewer.id, today)
    tier = next((one.tier for one in targets if one.customer.id == customer_id), None)
    return deps.library.planning.at(today).gap[tier or Tier.C]


async def _refuse_appointments(
    uow: UnitOfWork, viewer: User, customer_id: CustomerId, said: Dismissal
) -> None:
    last = said.until - _ONE_DAY if said.until else said.on + AHEAD
    booked = await uow.appointments.of_rep(viewer.id, said.on, last)
    if any(one.customer_id == customer_id and one.promised for one in booked):
        raise DomainError("appointment_first")


async def _ask(
    uow: UnitOfWork,
    viewer: User,
    customer_id: CustomerId,
    said: Dismissal,
    doubt: Doubt | None,
    now: datetime,
) -> QuestionId | None:
    """Open the question to the manager that belongs to a no; its number, also of one that was open."""
    if said.reason is DismissReason.NEVER_SEES:
        doubt = Doubt.NO_SEE
    elif said.reason is not DismissReason.WRONG_TARGET:
        return None
    scope = Scope.of(viewer)
    latest = await uow.questions.latest(customer_id, scope)
    if latest is None or not latest.is_open:
        await uow.questions.ask(customer_id, scope, doubt or Doubt.POTENTIAL, "", now)
        latest = await uow.questions.latest(customer_id, scope)
    return latest.id if latest and latest.rep_id == viewer.id else None
