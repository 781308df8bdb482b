"""The answers to the six questions, from plain values; each with one change that suggests itself.

1 the right customers, and enough of them? 2 a sound spread? 3 what has moved? 4 how many visits, to whom?
5 how often the most critical? 6 who got time, materials and events, and what came of it?

Money is not part of any answer: set against prescriptions it would be a record of inducement.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, floor

from domain.explain import Reason
from domain.ids import CustomerId
from domain.planning.params import CadenceParams, CellCadence
from domain.selfreview.params import SelfReviewParams
from domain.tiering.model import Cell, Support, Tier

_SMALL = 1e-9


class Advice(StrEnum):
    """The change that an answer suggests."""

    NO_LIST = "no_list"
    PROFILE = "profile"
    SHORT_LIST = "short_list"
    LONG_LIST = "long_list"
    OVERLOADED = "overloaded"
    UNDERLOADED = "underloaded"
    KEEP_LIST = "keep_list"
    RATE = "rate"
    FEW_A = "few_a"
    MANY_A = "many_a"
    MANY_C = "many_c"
    DEVELOP = "develop"
    KEEP_SPREAD = "keep_spread"
    FIRST_MONTH = "first_month"
    NO_UPGRADE = "no_upgrade"
    LOSSES = "losses"
    REPEAT = "repeat"
    NOTHING_MOVED = "nothing_moved"
    LOG_VISITS = "log_visits"
    MANY_C_VISITS = "many_c_visits"
    FEW_A_VISITS = "few_a_visits"
    KEEP_MIX = "keep_mix"
    NOBODY_CRITICAL = "nobody_critical"
    BELOW_MINIMUM = "below_minimum"
    BELOW_GOAL = "below_goal"
    KEEP_FREQUENCY = "keep_frequency"
    WATCHED_TIME = "watched_time"
    TIME_AND_EFFECT = "time_and_effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An active customer of the rep as the month ended; `before` is the cell as it began, if it was known."""

    id: CustomerId
    name: str
    cell: Cell | None
    before: Cell | None = None
    was_known: bool = False
    is_kol: bool = False
    is_no_see: bool = False
    quantity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One visit of the month at which the customer was met; `minutes` is its agreed or usual length."""

    customer_id: CustomerId
    on: date
    minutes: float
    promised: bool = False
    is_event: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Question 1. `needed` visits are asked for in a month that holds `holds`."""

    customers: int
    rated: int
    c3: int
    needed: float
    holds: int
    stands_out: bool
    advice: Reason

    @property
    def unrated_share(self) -> float | None:
        return (self.customers - self.rated) / self.customers if self.customers else None

    @property
    def load(self) -> float | None:
        """Visits asked for / possible; None when none is possible."""
        return self.needed / self.holds if self.holds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Question 2. `cells` has all nine; `potential` is the part of the known volume that A and B have."""

    cells: Mapping[Cell, int]
    unrated: int
    potential: float | None
    stands_out: bool
    advice: Reason

    @property
    def rated(self) -> int:
        return sum(self.cells.values())

    def share(self, tier: Tier) -> float | None:
        """The part of the rated that has a letter."""
        count = sum(number for cell, number in self.cells.items() if cell.tier is tier)
        return count / self.rated if self.rated else None


@dataclass(frozen=True, slots=True)
class Move:
    """Who went from which cell to which."""

    name: str
    before: Cell
    after: Cell

    @property
    def is_upgrade(self) -> bool:
        """Whether support has risen, whatever the letter did."""
        return self.after.support < self.before.support

    @property
    def is_downgrade(self) -> bool:
        return self.after.support > self.before.support


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Question 3. `compared` were rated at both ends; `quiet` months without an upgrade end with this one."""

    moves: tuple[Move, ...]
    compared: int
    came: tuple[Cell, ...]
    quiet: int
    stands_out: bool
    advice: Reason

    @property
    def upgrades(self) -> int:
        return sum(one.is_upgrade for one in self.moves)

    @property
    def downgrades(self) -> int:
        return sum(one.is_downgrade for one in self.moves)

    @property
    def letters(self) -> int:
        return sum(one.before.tier is not one.after.tier for one in self.moves)

    @property
    def net(self) -> float | None:
        """(upgrades - downgrades) / customers compared."""
        return (self.upgrades - self.downgrades) / self.compared if self.compared else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """Question 4. `letters` counts visits to rated customers, `days` the days with a visit."""

    visits: int
    days: int
    letters: Mapping[Tier, int]
    top: tuple[tuple[str, int], ...]
    stands_out: bool
    advice: Reason

    def share(self, tier: Tier) -> float | None:
        """The part of the visits to rated customers that a letter got."""
        known = sum(self.letters.values())
        return self.letters[tier] / known if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """How often a group was visited: visits that count towards the goals, and the goals.

    `below` are those who have less than their minimum, who is furthest from it first.
    """

    customers: int
    made: float
    goal: float
    below: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """Sum of min(visits, goal) / sum of goals, so that excess on one does not hide a gap on another."""
        return self.made / self.goal if self.goal > _SMALL else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """Question 5: each critical cell with customers, and those who lead opinion (`leaders`)."""

    cells: Mapping[Cell, Attainment]
    leaders: Attainment
    stands_out: bool
    advice: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a cell got, and what became of those who were in it as the month began."""

    minutes: float
    visits: int
    promises: int
    events: int
    upgrades: int
    downgrades: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Question 6, by the cell as the month began (who is new or was unrated then: the cell now)."""

    cells: Mapping[Cell, Spent]
    stands_out: bool
    advice: Reason

    @property
    def by_time(self) -> Sequence[Cell]:
        """The cells that got time, most first."""
        return sorted(
            (cell for cell, one in self.cells.items() if one.minutes),
            key=lambda cell: (-self.cells[cell].minutes, cell.value),
        )


def chosen(members: Sequence[Member], cadence: CadenceParams, holds: int, params: SelfReviewParams) -> Chosen:
    """Question 1: the right customers, and enough of them."""
    size = len(members)
    cells = [one.cell for one in members]
    rated = sum(cell is not None for cell in cells)
    needed = round(
        sum(cadence.cells[one.cell].target for one in members if one.cell and not one.is_no_see), 2
    )
    said = {"n": size, "low": params.list_size.low, "high": params.list_size.high}
    visits = {"needed": needed, "holds": holds}
    load = needed / holds if holds else None
    advice = None
    if not size:
        advice = Reason(Advice.NO_LIST)
    elif (size - rated) / size > params.most_untiered:
        advice = Reason(Advice.PROFILE, {"n": size - rated, "share": (size - rated) / size})
    elif load is not None and load > params.load.high:
        advice = Reason(Advice.OVERLOADED, visits)
    elif size < params.list_size.low:
        advice = Reason(Advice.SHORT_LIST, said)
    elif size > params.list_size.high:
        advice = Reason(Advice.LONG_LIST, {**said, "c": sum(_is(cell, Tier.C) for cell in cells)})
    elif load is not None and load < params.load.low:
        advice = Reason(Advice.UNDERLOADED, visits)
    return Chosen(
        customers=size,
        rated=rated,
        c3=cells.count(Cell.C3),
        needed=needed,
        holds=holds,
        stands_out=advice is not None,
        advice=advice or Reason(Advice.KEEP_LIST),
    )


def spread(members: Sequence[Member], params: SelfReviewParams) -> Spread:
    """Question 2: their spread over the grid."""
    counted = Counter(one.cell for one in members if one.cell)
    cells = {cell: counted[cell] for cell in Cell}
    rated = sum(cells.values())
    of_a, of_c = (sum(_is(one.cell, tier) for one in members) for tier in (Tier.A, Tier.C))
    known = [(one.cell, one.quantity) for one in members if one.cell and one.quantity]
    volume = sum(quantity for _, quantity in known)
    in_front = sum(quantity for cell, quantity in known if cell.tier is not Tier.C)
    advice = None
    if not rated:
        advice = Reason(Advice.RATE)
    elif of_a / rated < params.share_a.low:
        advice = Reason(Advice.FEW_A, {"share": of_a / rated, "low": params.share_a.low})
    elif of_a / rated > params.share_a.high:
        advice = Reason(Advice.MANY_A, {"share": of_a / rated, "high": params.share_a.high})
    elif of_c / rated > params.most_c:
        advice = Reason(Advice.MANY_C, {"share": of_c / rated, "high": params.most_c})
    return Spread(
        cells=cells,
        unrated=len(members) - rated,
        potential=in_front / volume if volume else None,
        stands_out=advice is not None,
        advice=advice or _next_to_develop(cells),
    )


def moves(members: Iterable[Member]) -> tuple[Move, ...]:
    """Who changed their cell, by name."""
    found = [
        Move(one.name, one.before, one.cell)
        for one in members
        if one.before and one.cell and one.before is not one.cell
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_upgrade, one.name)))


def moved(members: Sequence[Member], quiet: int | None, params: SelfReviewParams) -> Moved:
    """Question 3: what has moved since the month began.

    `quiet` months without an upgrade end with this one, at most `params.quiet_months` of them; None when
    there are no earlier months to compare with.
    """
    found = moves(members)
    up = [one for one in found if one.is_upgrade]
    down = [one for one in found if one.is_downgrade]
    counted = Counter(one.cell for one in members if one.cell)
    weak = _most(counted, _UNDEVELOPED)
    compared = sum(one.before is not None and one.cell is not None for one in members)
    is_quiet = quiet is not None and quiet >= params.quiet_months
    if not compared:
        advice = Reason(Advice.FIRST_MONTH)
    elif is_quiet and weak:
        advice = Reason(Advice.NO_UPGRADE, {"months": params.quiet_months, "cell": weak.value})
    elif len(down) > len(up):
        first = {"name": down[0].name, "before": down[0].before.value, "after": down[0].after.value}
        advice = Reason(Advice.LOSSES, {"n": len(down), **first})
    elif up:
        first = {"name": up[0].name, "before": up[0].before.value, "after": up[0].after.value}
        advice = Reason(Advice.REPEAT, first)
    else:
        advice = Reason(Advice.NOTHING_MOVED)
    return Moved(
        moves=found,
        compared=compared,
        came=tuple(one.cell for one in members if one.cell and not one.was_known),
        quiet=quiet or 0,
        stands_out=is_quiet or advice.code == Advice.LOSSES,
        advice=advice,
    )


def visited(members: Sequence[Member], contacts: Sequence[Contact], params: SelfReviewParams) -> Visited:
    """Question 4: how many visits, and to whom; who is not on the list any more is in none of the figures."""
    known = {one.id: one for one in members}
    made = Counter(one.customer_id for one in contacts if one.customer_id in known)
    letters = dict.fromkeys(Tier, 0)
    for number, visits in made.items():
        cell = known[number].cell
        if cell is not None:
            letters[cell.tier] += visits
    total = sum(letters.values())
    top = sorted(
        ((known[number].name, visits) for number, visits in made.items()), key=lambda x: (-x[1], x[0])
    )
    missing = ceil(round(params.mix[Tier.A] * total, 6)) - letters[Tier.A]
    if not total:
        advice = Reason(Advice.LOG_VISITS)
    elif letters[Tier.C] / total > params.most_c_visits:
        spare = letters[Tier.C] - floor(round(params.mix[Tier.C] * total, 6))
        advice = Reason(Advice.MANY_C_VISITS, {"share": letters[Tier.C] / total, "n": spare})
    elif missing > 0:
        share = letters[Tier.A] / total
        advice = Reason(Advice.FEW_A_VISITS, {"share": share, "norm": params.mix[Tier.A], "n": missing})
    else:
        advice = Reason(Advice.KEEP_MIX)
    return Visited(
        visits=made.total(),
        days=len({one.on for one in contacts if one.customer_id in known}),
        letters=letters,
        top=tuple(top[: params.top_visited]),
        stands_out=advice.code != Advice.KEEP_MIX,
        advice=advice,
    )


def frequency(
    members: Sequence[Member],
    contacts: Iterable[Contact],
    cadence: CadenceParams,
    part: float,
    params: SelfReviewParams,
) -> Frequency:
    """Question 5: how often the most critical customers were seen.

    `part` of the month's working days was worked until now, leave taken off; goals and minima are those of
    that part, minima in whole visits.
    """
    made = Counter(one.customer_id for one in contacts)
    asked = [one for one in members if one.cell and not one.is_no_see and cadence.cells[one.cell].target]
    cells = {
        cell: _attainment([one for one in asked if one.cell is cell], made, cadence, part)
        for cell in params.critical
    }
    critical = [one for one in asked if one.cell in params.critical]
    whole = _attainment(critical, made, cadence, part)
    if not critical:
        advice = Reason(Advice.NOBODY_CRITICAL)
    elif whole.below:
        advice = Reason(
            Advice.BELOW_MINIMUM, {"n": len(whole.below), "all": whole.customers, "name": whole.below[0]}
        )
    elif whole.goal - whole.made > _SMALL:
        behind = max(critical, key=lambda one: (_missing(one, made, cadence, part), -one.id))
        advice = Reason(Advice.BELOW_GOAL, {"name": behind.name, "made": made[behind.id]})
    else:
        advice = Reason(Advice.KEEP_FREQUENCY)
    return Frequency(
        cells={cell: one for cell, one in cells.items() if one.customers},
        leaders=_attainment([one for one in asked if one.is_kol], made, cadence, part),
        stands_out=bool(whole.below),
        advice=advice,
    )


def resources(
    members: Sequence[Member], contacts: Iterable[Contact], cadence: CadenceParams, params: SelfReviewParams
) -> Resources:
    """Question 6: who got time, materials and events, and what came of it."""
    place = {one.id: one.before or one.cell for one in members}
    given: dict[Cell, list[Contact]] = {cell: [] for cell in Cell}
    for one in contacts:
        cell = place.get(one.customer_id)
        if cell is not None:
            given[cell].append(one)
    found = moves(members)
    cells = {
        cell: Spent(
            minutes=sum(one.minutes for one in those),
            visits=len(those),
            promises=sum(one.promised for one in those),
            events=sum(one.is_event for one in those),
            upgrades=sum(one.is_upgrade for one in found if one.before is cell),
            downgrades=sum(one.is_downgrade for one in found if one.before is cell),
        )
        for cell, those in given.items()
    }
    answer = Resources(cells=cells, stands_out=True, advice=Reason(Advice.LOG_VISITS))
    first = answer.by_time
    if not first:
        return answer
    watched = [cell for cell in first[: params.top_time] if cell in params.watched]
    most = watched[0] if watched else first[0]
    said = {"cell": most.value, "minutes": cells[most].minutes}
    if watched:
        better = max(
            (cell for cell in set(place.values()) if cell is not None),
            key=lambda cell: (cadence.cells[cell].weight, cell.value),
        )
        advice = Reason(Advice.WATCHED_TIME, {**said, "n": params.top_time, "better": better.value})
    else:
        effect = {"up": cells[most].upgrades, "down": cells[most].downgrades}
        advice = Reason(Advice.TIME_AND_EFFECT, {**said, **effect})
    return Resources(cells=cells, stands_out=bool(watched), advice=advice)


_UNDEVELOPED = tuple(
    cell for cell in Cell if cell.tier is not Tier.C and cell.support is not Support.FIRST_CHOICE
)


def _next_to_develop(cells: Mapping[Cell, int]) -> Reason:
    cell = _most(cells, _UNDEVELOPED)
    if cell is None:
        return Reason(Advice.KEEP_SPREAD)
    return Reason(Advice.DEVELOP, {"cell": cell.value, "n": cells[cell]})


def _most(cells: Mapping[Cell, int], among: Collection[Cell]) -> Cell | None:
    """The cell with most customers of some, the first of equals; None when all are empty."""
    counts = {cell: cells.get(cell, 0) for cell in among}
    most = max(counts, key=lambda cell: counts[cell])
    return most if counts[most] else None


def _attainment(
    members: Sequence[Member], made: Counter[CustomerId], cadence: CadenceParams, part: float
) -> Attainment:
    goals = {one.id: _cadence(one, cadence).target * part for one in members}
    below = [one for one in members if made[one.id] < floor(round(_cadence(one, cadence).min * part, 6))]
    below.sort(key=lambda one: (made[one.id] - _cadence(one, cadence).min * part, one.name))
    return Attainment(
        customers=len(members),
        made=sum(min(made[number], goal) for number, goal in goals.items()),
        goal=sum(goals.values()),
        below=tuple(one.name for one in below),
    )


def _missing(one: Member, made: Counter[CustomerId], cadence: CadenceParams, part: float) -> float:
    return _cadence(one, cadence).target * part - made[one.id]


def _cadence(one: Member, cadence: CadenceParams) -> CellCadence:
    """The cadence of somebody who is rated."""
    if one.cell is None:
        raise ValueError(f"customer {one.id} is not rated")
    return cadence.cells[one.cell]


def _is(cell: Cell | None, tier: Tier) -> bool:
    return cell is not None and cell.tier is tier
