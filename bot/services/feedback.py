"""What customers say of us: written down by the rep, counted for a list."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.db.repositories.feedback import LatestFeedback
from bot.deps import Deps
from bot.services.screening import screen
from domain.compliance.rules import Place
from domain.customers.feedback import LONGEST_FEEDBACK, SCORES, Balance, Feedback, balance
from domain.customers.model import Customer
from domain.errors import DomainError
from domain.ids import CustomerId, FeedbackId, UserId
from domain.people.model import Role, Scope, User
from domain.tiering.argument import sentence


@dataclass(frozen=True, slots=True)
class Opinions:
    """All that a customer has said, the newest first; `fresh` is what the viewer may still take back."""

    customer: Customer
    feedbacks: tuple[Feedback, ...]
    names: Mapping[UserId, str]
    fresh: FeedbackId | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The last answer of each customer of a list, the lowest first; `by_rep` for those who lead a team."""

    latest: tuple[LatestFeedback, ...]
    customers: int
    balance: Balance
    by_rep: Mapping[str, Balance]
    smallest: int


async def opinions(deps: Deps, viewer: User, customer_id: CustomerId, now: datetime) -> Opinions:
    """What a customer has said. DomainError "not_found" outside the viewer's scope."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        customer = await uow.customers.get(customer_id, scope)
        if customer is None:
            raise DomainError("not_found")
        found = await uow.feedback.history(customer_id, scope)
        names = {one.id: one.name for one in await uow.users.all()} if found else {}
    fresh = next((one.id for one in found if _may_take_back(deps, viewer, one, now)), None)
    return Opinions(customer, tuple(found), names, fresh)


async def give(
    deps: Deps, viewer: User, customer_id: CustomerId, score: int, *, today: date, now: datetime
) -> FeedbackId:
    """Keep a score of 0 to 10 on a customer's behalf. DomainError "not_found" outside scope and scale.

    The same on the same day, and nothing said to it, is the same tap once more.
    """
    if score not in SCORES:
        raise DomainError("not_found")
    scope = Scope.of(viewer)
    async with deps.db.write() as uow:
        last = next(iter(await uow.feedback.history(customer_id, scope)), None)
        if last and (last.author, last.score, last.on, last.text) == (viewer.id, score, today, ""):
            return last.id
        given = await uow.feedback.add(customer_id, scope, score, today, now)
        await uow.audit.add("feedback", f"customer:{customer_id}", now, user_id=viewer.id)
    return given


async def write(deps: Deps, viewer: User, feedback_id: FeedbackId, said: str, now: datetime) -> Feedback:
    """Put a customer's sentence beside their score.

    DomainError "not_found" outside the viewer's scope, and those of `sentence` and `screen`.
    """
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        await uow.feedback.get(feedback_id, scope)
    text = sentence(said, longest=LONGEST_FEEDBACK)
    await screen(deps, viewer, text, Place.NOTE, now)
    async with deps.db.write() as uow:
        await uow.feedback.write(feedback_id, scope, text)
        return await uow.feedback.get(feedback_id, scope)


async def take_back(deps: Deps, viewer: User, feedback_id: FeedbackId, now: datetime) -> CustomerId:
    """Take one's own entry out. DomainError "not_found", or "undo_too_late" after the usual minutes."""
    scope = Scope.of(viewer)
    async with deps.db.write() as uow:
        known = await uow.feedback.get(feedback_id, scope)
        if not _may_take_back(deps, viewer, known, now):
            raise DomainError("undo_too_late", minutes=_minutes(deps, known))
        await uow.feedback.remove(feedback_id, scope)
        await uow.audit.add("feedback_undone", f"customer:{known.customer}", now, user_id=viewer.id)
    return known.customer


async def figures(deps: Deps, viewer: User, today: date) -> Figures:
    """The answers of the viewer's list: each customer counts once, with what they said last."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        latest = await uow.feedback.latest(scope)
        customers = await uow.customers.count(scope)
        names = {one.id: one.name for one in await uow.users.all()}
    smallest = deps.library.feedback.at(today).smallest
    by_rep = _by_rep(latest, names, smallest) if viewer.role is not Role.REP else {}
    ordered = sorted(latest, key=lambda one: (one.feedback.score, one.name, one.feedback.id))
    whole = balance((one.feedback.score for one in latest), smallest)
    return Figures(tuple(ordered), customers, whole, by_rep, smallest)


def _by_rep(
    latest: Sequence[LatestFeedback], names: Mapping[UserId, str], smallest: int
) -> dict[str, Balance]:
    """The answers by owner, in the order of names: this ranks nobody."""
    owners = Counter(one.owner_id for one in latest if one.owner_id is not None)
    return {
        names[owner]: balance((one.feedback.score for one in latest if one.owner_id == owner), smallest)
        for owner in sorted(owners, key=names.__getitem__)
    }


def _may_take_back(deps: Deps, viewer: User, known: Feedback, now: datetime) -> bool:
    return known.author == viewer.id and now - known.at <= timedelta(minutes=_minutes(deps, known))


def _minutes(deps: Deps, known: Feedback) -> int:
    return deps.library.visits.at(known.on).undo_minutes
