"""What a plan is built from: the market of a territory, its key customers, and what the work asks for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.coverage.ratio import Ratio
from domain.coverage.report import Coverage
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId
from domain.planning.model import VisitTarget
from domain.planning.params import CadenceParams
from domain.territory.goals import GoalKind, measured
from domain.tiering.model import Cell, Tier

_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """The customers of a hospital or department, by letter; who is not rated is in none."""

    name: str
    customers: int
    letters: Mapping[Tier, int]

    @property
    def promising(self) -> int:
        """Customers with a high or fairly high potential."""
        return self.letters[Tier.A] + self.letters[Tier.B]


@dataclass(frozen=True, slots=True)
class Purchases:
    """How far purchases rest on a few hospitals: the best `top` (0 to 1) of `members` hold `share`."""

    members: int
    gini: float
    top: float
    share: float


@dataclass(frozen=True, slots=True)
class MovedBefore:
    """What moved in the grid in the quarter before: digits up and down, letters, of who was rated in both."""

    compared: int
    up: int
    down: int
    letters: int


@dataclass(frozen=True, slots=True)
class CellWork:
    """The customers of a cell, and the visits of the quarter that they ask for."""

    cell: Cell
    customers: int
    visits: float


@dataclass(frozen=True, slots=True)
class KeyCustomer:
    """Who counts most: visits that the quarter asks for, and contacts in the quarter before."""

    customer_id: CustomerId
    cell: Cell
    visits: float
    met: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """A territory as of a day, for a quarter that holds `holds` visits on `days` in the field.

    Of `hospitals_in_all` hospitals `half_in` hold half of the customers of A and B. `basis` are the figures
    of goals in the quarter before. `joint_visits` and `events` are those of the quarter that are arranged.
    """

    as_of: date
    customers: int
    unrated: int
    letters: Mapping[Tier, int]
    hospitals: tuple[Place, ...]
    hospitals_in_all: int
    half_in: int
    departments: tuple[Place, ...]
    purchases: Purchases | None
    moved: MovedBefore
    work: tuple[CellWork, ...]
    days: float
    holds: float
    key: tuple[KeyCustomer, ...]
    joint_visits: int
    events: int
    basis: Mapping[GoalKind, Ratio]

    @property
    def asked(self) -> float:
        """Visits that the quarter asks for."""
        return sum(one.visits for one in self.work)

    @property
    def load(self) -> Ratio:
        return Ratio(self.asked, self.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """A quarter's days in the field and usual visits a day, and what is arranged in it."""

    days: float
    a_day: int
    joint_visits: int = 0
    events: int = 0


def analyse(
    targets: Iterable[VisitTarget],
    before: Coverage,
    cadence: CadenceParams,
    arranged: Arranged,
    purchases: Purchases | None,
    *,
    today: date,
    key_customers: int,
    places: int,
) -> Analysis:
    """The territory of one rep: the customers of today, and the figures of the quarter before."""
    active = [one for one in targets if one.customer.status is CustomerStatus.ACTIVE]
    hospitals = _places(active, _hospital)
    movement = before.movement
    return Analysis(
        as_of=today,
        customers=len(active),
        unrated=sum(one.cell is None for one in active),
        letters=_letters(active),
        hospitals=tuple(hospitals[:places]),
        hospitals_in_all=len(hospitals),
        half_in=_half_in(hospitals),
        departments=tuple(_places(active, lambda one: one.customer.department)[:places]),
        purchases=purchases,
        moved=MovedBefore(
            movement.compared,
            movement.upgrades,
            movement.downgrades,
            movement.raised + movement.lowered,
        ),
        work=tuple(_work(active, cadence)),
        days=arranged.days,
        holds=arranged.days * arranged.a_day,
        key=tuple(_key(active, before, cadence)[:key_customers]),
        joint_visits=arranged.joint_visits,
        events=arranged.events,
        basis={kind: measured(kind, before.whole, before.tiers) for kind in GoalKind},
    )


def _hospital(one: VisitTarget) -> str:
    return one.customer.institution.name if one.customer.institution else ""


def _places(active: Iterable[VisitTarget], name: Callable[[VisitTarget], str]) -> list[Place]:
    """The named places with customers, those with most of A first, then of B."""
    found: dict[str, list[VisitTarget]] = {}
    for one in active:
        if place := name(one):
            found.setdefault(place, []).append(one)
    counted = [Place(place, len(those), _letters(those)) for place, those in found.items()]
    return sorted(
        counted,
        key=lambda one: (-one.letters[Tier.A], -one.letters[Tier.B], -one.customers, one.name),
    )


def _letters(those: Sequence[VisitTarget]) -> dict[Tier, int]:
    """The rated customers by letter."""
    return {tier: sum(one.cell is not None and one.tier is tier for one in those) for tier in Tier}


def _half_in(hospitals: Sequence[Place]) -> int:
    """How many hospitals, the richest first, hold half of the customers of A and B."""
    whole = sum(one.promising for one in hospitals)
    held = count = 0
    for one in sorted(hospitals, key=lambda one: -one.promising):
        if 2 * held >= whole:
            break
        held, count = held + one.promising, count + 1
    return count


def _is_to_be_visited(one: VisitTarget, cadence: CadenceParams) -> bool:
    return one.cell is not None and not one.customer.is_no_see and cadence.cells[one.cell].target > 0


def _work(active: Iterable[VisitTarget], cadence: CadenceParams) -> Iterable[CellWork]:
    counts = dict.fromkeys(Cell, 0)
    for one in active:
        if one.cell is not None and _is_to_be_visited(one, cadence):
            counts[one.cell] += 1
    for cell, customers in counts.items():
        if customers:
            yield CellWork(cell, customers, round(customers * cadence.cells[cell].target * _MONTHS, 2))


def _key(active: Iterable[VisitTarget], before: Coverage, cadence: CadenceParams) -> list[KeyCustomer]:
    """Who is to be visited, the weightiest cells first, in each who was met least for what was asked."""
    met = {one.customer_id: one.met for one in before.served}
    found = [
        (cadence.cells[one.cell].weight, one)
        for one in active
        if one.cell is not None and _is_to_be_visited(one, cadence)
    ]
    found.sort(key=lambda pair: (-pair[0], met.get(pair[1].customer.id, 0), pair[1].customer.name))
    return [
        KeyCustomer(
            one.customer.id,
            one.cell,
            round(cadence.cells[one.cell].target * _MONTHS, 2),
            met.get(one.customer.id, 0),
        )
        for _weight, one in found
        if one.cell is not None
    ]
