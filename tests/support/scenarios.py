"""Scenarios for tests: a small one that has everything, and every way through any of them."""

from collections.abc import Iterator
from datetime import date

from domain.coaching.scenario import NodeKind, Scenario, Trigger
from domain.coaching.session import Answer, Session
from domain.coaching.timely import Happening, slip, timely
from domain.content.library import load_library
from domain.content.reading import read_text
from domain.customers.model import Customer
from domain.explain import Reason
from domain.ids import CustomerId, UserId
from domain.planning.model import VisitTarget
from domain.planning.plan import plan_day
from domain.tiering.model import Cell, Support, Tier

MONDAY = date(2026, 11, 23)
LISTED = {CustomerId(number): cell for number, cell in enumerate([*Cell, *Cell], start=1)}
"""A list with two customers of each cell."""

SMALL = """\
id: small
version: 1
audience: rep
daily: true
skills: [selling]
triggers: [refused, slipped]
sources:
  - {title: The method, on: 2026-01-01}
title: Who speaks?
situation: A speaker is wanted.
start: whom
nodes:
  whom:
    kind: customers
    ask: Which two?
    pick: 2
    cells: {A1: 3, A2: 2, A3: 0, B1: 2, B2: 0, B3: 0, C1: 0, C2: 0, C3: 0}
    why: {A1: one, A2: two, A3: three, B1: four, B2: five, B3: six, C1: seven, C2: eight, C3: nine}
    next: grounds
  grounds:
    skill: compliance
    ask: On what grounds?
    options:
      volume: {text: Volume, grade: 0, why: It pays for use, next: done, rule: R-SPEAK, old: true}
      expertise: {text: Expertise, grade: 3, why: It can be checked, next: done}
      kind: {text: Kindness, grade: 1, why: It is no expertise, next: more}
  more:
    ask: And then?
    options:
      again: {text: Ask again, grade: 3, why: Better, next: done}
      never: {text: Give up, grade: 0, why: Too soon, next: done}
ends:
  done: {text: That is all., todo: Ask one question., pin: [A2]}
"""


def ways(session: Session) -> Iterator[Session]:
    """Every way to an end; of customers the best, the worst and nobody are chosen."""
    if session.is_over:
        yield session
        return
    for answer in choices(session):
        yield from ways(session.answered(answer))


def choices(session: Session) -> list[Answer]:
    """The answers to the open question that a test tries."""
    node = session.scenario.nodes[session.at]
    if node.kind is NodeKind.CHOICE:
        return [Answer(key) for key in node.options]
    grades = [node.cells[one.cell] for one in session.draws[session.at]]
    ranked = sorted(range(len(grades)), key=lambda place: -grades[place])
    picks = node.pick or 1
    chosen = [Answer(None, tuple(ranked[:picks])), Answer(None, tuple(ranked[-picks:]))]
    return [*chosen, *([Answer()] if node.nobody else [])]


def best(session: Session) -> Session:
    """The session with the best answers to its end."""
    while not session.is_over:
        session = max(
            (session.answered(one) for one in choices(session)), key=lambda one: one.steps[-1].points
        )
    return session


def coaching_reasons() -> Iterator[Reason]:
    """What a week can make timely, each once, and what a plan says of a visit that is asked for."""
    on = date(2026, 11, 20)
    small = read_text(SMALL.encode(), Scenario, name="small.yaml")
    for trigger in Trigger:
        about = small.model_copy(update={"triggers": (trigger,)})
        happened = Happening(trigger=trigger, on=on, name="Dr Font")
        if trigger.value.startswith("slipped"):
            cell = trigger.value.removeprefix("slipped").removeprefix("_")
            happened = slip(Cell(cell or "C1"), "Dr Font", on)
        yield from (one.reason for one in timely([about], [happened]))
    yield from pinned_visit("scenario")
    yield Reason("assigned")


def pinned_visit(source: str) -> Iterator[Reason]:
    """The reasons of a visit that something asks for."""
    library = load_library()
    params, calendar = library.planning_at(MONDAY), library.calendar("generic")
    customer = Customer(id=CustomerId(1), code="D1", name="Font", owner_id=UserId(1))
    target = VisitTarget(customer=customer, tier=Tier.C, support=Support(1), pinned_by=source)
    plan = plan_day(
        [target],
        on=MONDAY,
        rep=params.planning.usual(),
        params=params,
        calendar=calendar,
        seed=1,
        kept=[customer.id],
    )
    for stop in plan.stops:
        yield from stop.reasons
