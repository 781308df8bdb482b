"""Types and stages of a customer, which people state and which words the talk. They change no tier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.deps import Deps
from bot.lifecycles import Accounts
from bot.services import customers
from bot.services.customers import Card
from domain.ids import CustomerId, UserId
from domain.people.model import Scope, User
from domain.segments.adoption import AdoptionStage
from domain.segments.opinion import Opinion
from domain.segments.scheme import Scheme, value_of
from domain.tiering.model import Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A customer in every scheme: all that was stated, the newest first, and by whom.

    `accounts` are there when purchases are stored.
    """

    card: Card
    opinions: Mapping[Scheme, tuple[Opinion[StrEnum], ...]]
    names: Mapping[UserId, str]
    accounts: Accounts | None

    def value(self, scheme: Scheme) -> StrEnum | None:
        """What counts in a scheme; None is unsure, or nothing stated."""
        return self.card.segments[scheme].value if scheme in self.card.segments else None

    @property
    def adoption(self) -> AdoptionStage | None:
        value = self.value(Scheme.ADOPTION)
        return AdoptionStage(value) if value else None

    @property
    def support(self) -> Support | None:
        """The digit in the grid, when it is not the one that usually goes with the adoption stage."""
        digit = self.card.cell.support if self.card.cell else None
        return digit if self.adoption and digit is not self.adoption.support else None


async def profile(deps: Deps, viewer: User, customer_id: CustomerId, today: date) -> Profile:
    """A customer's types and stages; DomainError "not_found" outside the viewer's scope."""
    card = await customers.card(deps, viewer, customer_id, today)
    async with deps.db.read() as uow:
        history = await uow.segments.history(customer_id, Scope.of(viewer))
        names = {one.id: one.name for one in await uow.users.all()} if history else {}
    return Profile(
        card=card,
        opinions={scheme: each[::-1] for scheme, each in history.items()},
        names=names,
        accounts=await deps.lifecycles.of(today) if card.account else None,
    )


async def state(
    deps: Deps,
    viewer: User,
    customer_id: CustomerId,
    scheme: Scheme,
    name: str | None,
    *,
    today: date,
    now: datetime,
) -> Opinion[StrEnum]:
    """State a value of a scheme by its name, or None for unsure. What was stated before is kept.

    DomainError "not_found" outside the viewer's scope, or for a name that the scheme does not have.
    """
    scope = Scope.of(viewer)
    value = None if name is None else value_of(scheme, name)
    opinion = Opinion(value=value, on=today, author=viewer.id)
    async with deps.db.write() as uow:
        stated = await uow.segments.latest(customer_id, scope)
        if stated.get(scheme) != opinion:
            await uow.segments.add(customer_id, scope, scheme, opinion)
            await uow.audit.add("segment", f"customer:{customer_id}", now, user_id=viewer.id)
    return opinion
