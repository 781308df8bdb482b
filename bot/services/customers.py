"""One customer, all of them in the grid, and finding one by name."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache

from bot.db.values import EVERYTHING, Booking, DataAsOf, DatedDecision, GridEntry, Selection
from bot.deps import Deps
from domain.customers.corrections import Correction
from domain.customers.model import Customer
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId
from domain.people.model import Scope, User
from domain.planning.choice import cadence_of
from domain.planning.params import CellCadence
from domain.segments.opinion import Opinion
from domain.segments.scheme import Scheme
from domain.segments.stage import LifecycleStage
from domain.strategy.playbook import CellCard
from domain.tiering.argument import Question
from domain.tiering.model import Cell
from domain.tiering.override import Override
from domain.tiering.why import why
from domain.visits.log import LoggedVisit

LAST_VISITS = 3
MATCHES = 6  # on a page
MOST_MATCHES = 60
FIRST_SCHEMES = (Scheme.MOTIVE, Scheme.ADOPTION, Scheme.LIFECYCLE)  # those on the card


@dataclass(frozen=True, slots=True)
class Card:
    """What is known about one customer."""

    customer: Customer
    owner: User | None
    standing: DatedDecision | None
    visits: tuple[LoggedVisit, ...]
    cadence: CellCadence | None
    as_of: DataAsOf
    override: Override | None = None  # in force, with the person who set it
    override_author: User | None = None
    question: Question | None = None  # the last one
    segments: Mapping[Scheme, Opinion[StrEnum]] = field(default_factory=dict)
    account: LifecycleStage | None = None  # of the institution, by its purchases
    appointments: tuple[Booking, ...] = ()  # to come
    corrections: tuple[Correction, ...] = ()  # what waits about the customer

    @property
    def described(self) -> dict[Scheme, StrEnum]:
        """Type, adoption stage and lifecycle, where known; a stage that was stated goes before purchases."""
        told = {scheme: one.value for scheme, one in self.segments.items() if one.value is not None}
        if self.account is not None:
            told.setdefault(Scheme.LIFECYCLE, self.account)
        return {scheme: told[scheme] for scheme in FIRST_SCHEMES if scheme in told}

    @property
    def why(self) -> tuple[Reason, ...]:
        """What settled the computed letter and digit."""
        return why(self.standing.decision) if self.standing else ()

    @property
    def computed(self) -> Cell | None:
        return self.standing.decision.cell if self.standing else None

    @property
    def cell(self) -> Cell | None:
        """The cell that counts: the one set by hand while it is in force, else the computed one."""
        return self.override.cell if self.override else self.computed


@dataclass(frozen=True, slots=True)
class Grid:
    """A scope's customers by cell; `unrated` have a letter or a digit missing."""

    cells: dict[Cell, list[GridEntry]]
    unrated: list[GridEntry]
    as_of: DataAsOf

    @property
    def total(self) -> int:
        return sum(map(len, self.cells.values())) + len(self.unrated)


async def card(deps: Deps, viewer: User, customer_id: CustomerId, today: date) -> Card:
    """A customer's card; DomainError "not_found" for those outside the viewer's scope."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        customer = await uow.customers.get(customer_id, scope)
        if customer is None:
            raise DomainError("not_found")
        owner = await uow.users.get(customer.owner_id) if customer.owner_id is not None else None
        history = await uow.tiers.history(customer_id, scope)
        override = await uow.overrides.in_force(customer_id, scope, today)
        author = await uow.users.get(override.author_id) if override else None
        question = await uow.questions.latest(customer_id, scope)
        visits = await uow.visit_log.recent(customer_id, scope, LAST_VISITS)
        segments = await uow.segments.latest(customer_id, scope)
        appointments = await uow.appointments.coming(customer_id, scope, today)
        choices = await uow.cadences.of_rep(customer.owner_id, today) if customer.owner_id is not None else ()
        as_of = await uow.customers.data_as_of(scope)
        corrections = await uow.corrections.waiting(customer_id, scope)
    standing = history[0] if history else None
    found = Card(customer, owner, standing, tuple(visits), None, as_of, override, author, question)
    norm = deps.library.cadence.at(today)
    cadence = cadence_of(norm, choices).cells[found.cell] if found.cell else None
    accounts = await deps.lifecycles.of(today) if customer.institution else None
    account = accounts.stage(customer.institution.id) if accounts and customer.institution else None
    return replace(
        found,
        cadence=cadence,
        segments=segments,
        account=account,
        appointments=tuple(appointments),
        corrections=tuple(corrections),
    )


def strategy(deps: Deps, cell: Cell, locale: str) -> CellCard:
    """The approved card of a cell."""
    return deps.library.playbooks[locale].cells[cell]


@dataclass(frozen=True, slots=True)
class Trace:
    """Every decision about a customer: computed ones and those by hand, the newest first."""

    customer: Customer
    computed: tuple[DatedDecision, ...]
    by_hand: tuple[tuple[Override, User | None], ...]


async def trace(deps: Deps, viewer: User, customer_id: CustomerId) -> Trace:
    """How a customer came to stand where they stand; DomainError "not_found" outside the viewer's scope."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        customer = await uow.customers.get(customer_id, scope)
        if customer is None:
            raise DomainError("not_found")
        computed = await uow.tiers.history(customer_id, scope)
        overrides = await uow.overrides.history(customer_id, scope)
        people = {one.id: one for one in await uow.users.all()} if overrides else {}
    by_hand = [(one, people.get(one.author_id)) for one in reversed(overrides)]
    return Trace(customer, tuple(computed), tuple(by_hand))


async def grid(deps: Deps, viewer: User, today: date, selection: Selection = EVERYTHING) -> Grid:
    """Every active customer of the viewer, or those selected, by cell, names in order."""
    scope = Scope.of(viewer)
    async with deps.db.read() as uow:
        entries = await uow.customers.grid(scope, today, selection)
        as_of = await uow.customers.data_as_of(scope)
    cells: dict[Cell, list[GridEntry]] = {cell: [] for cell in Cell}
    unrated = []
    for entry in sorted(entries, key=lambda each: (each.name, each.id)):
        if entry.cell is None:
            unrated.append(entry)
        else:
            cells[entry.cell].append(entry)
    return Grid(cells, unrated, as_of)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the customers who fit what was typed, best first, with 0-100 scores."""

    customers: tuple[tuple[Customer, float], ...]
    page: int
    pages: int


async def search(deps: Deps, viewer: User, query: str, page: int = 0) -> Found:
    """The viewer's customers whose name, hospital, department or title fits, `MOST_MATCHES` at most."""
    index = await deps.directory.of(viewer)
    matches = await asyncio.to_thread(index.find, query, MOST_MATCHES)
    pages = max(1, -(-len(matches) // MATCHES))
    page = min(page, pages - 1)
    shown = matches[page * MATCHES : (page + 1) * MATCHES]
    async with deps.db.read() as uow:
        found = [(await uow.customers.get(match.id, Scope.of(viewer)), match.score) for match in shown]
    customers = tuple((customer, score) for customer, score in found if customer is not None)
    return Found(customers, page, pages)


async def find(deps: Deps, viewer: User, query: str) -> list[tuple[Customer, float]]:
    """The first page of `search`."""
    return list((await search(deps, viewer, query)).customers)


async def name_test(deps: Deps, viewer: User) -> Callable[[str], bool]:
    """A test of whether words alone are surely the name of one of the viewer's customers."""
    return cache((await deps.directory.of(viewer)).is_name)
