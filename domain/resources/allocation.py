"""Who gets a seat: the largest sum of stated points under all limits, by lot among equals.

Each seat goes from a rep's list through one person, a department and a hospital, each with a limit, so the
best sharing is a flow (`domain.resources.flow`) and found exactly. Points count first; among sharings of
equal points the lot decides, by a hash of the recorded seed and the person's number, so that neither the
order of a list nor anything that is not stated can matter. What somebody buys and in which cell they stand is
no input.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from domain.compliance.facts import Ground
from domain.explain import Reason
from domain.resources.flow import Network


class Need(StrEnum):
    """What is stated about somebody: grounds that count, and those that must never be one."""

    ASKED = "asked"  # has asked a question that the agenda answers
    TREATS = "treats"  # treats patients whom the agenda is about
    NEW = "new"  # is new in the field
    EXPERT = "expert"  # contributes own knowledge of the field
    VOLUME = "volume"
    TIER = "tier"
    RELATION = "relation"

    @property
    def ground(self) -> Ground:
        """What the compliance gate is asked about."""
        return _GROUNDS.get(self, Ground.NEED)


_GROUNDS = {
    Need.EXPERT: Ground.EXPERTISE,
    Need.VOLUME: Ground.VOLUME,
    Need.TIER: Ground.TIER,
    Need.RELATION: Ground.RELATION,
}


class Limit(StrEnum):
    """What keeps seats from going to one place: the room, and the largest part of one house, ward or list."""

    SEATS = "seats"
    HOSPITAL = "hospital"
    DEPARTMENT = "department"
    REP = "rep"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many seats one hospital, one department of a hospital and one rep's customers may get."""

    hospital: int
    department: int
    rep: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What each criterion counts, in points of at most two decimals, all above 0."""

    asked: float
    treats: float
    new: float
    expert: float
    specialty: float
    first_time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """Somebody who may get a seat.

    `hospital`, `department` (each hospital has its own) and `rep` are numbers of groups, None for none.
    `fits`: of a specialty that the agenda is for. `first_time`: never at this topic. `events` are the seats
    had within the period; `repeats`: was at the same topic not long enough ago.
    """

    id: int
    need: Need | None
    hospital: int | None = None
    department: int | None = None
    rep: int | None = None
    fits: bool = False
    first_time: bool = True
    registered: bool = True
    events: int = 0
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that a sharing rests on. `kept` have a seat that is not to be taken from them any more."""

    seats: int
    seed: str
    points: Points
    limits: Limits
    person_events: int
    contenders: tuple[Contender, ...]
    kept: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody with their reasons, whose points add up to `points`; of those who wait, what `stops` them."""

    id: int
    reasons: tuple[Reason, ...]
    stops: Limit | None = None

    @property
    def points(self) -> float:
        return round(sum(reason.points for reason in self.reasons), 2)


@dataclass(frozen=True, slots=True)
class Shadow:
    """What one more seat of a kind would bring: points, to whom, and in whose place where people change.

    `group` is None for the room itself.
    """

    limit: Limit
    group: int | None
    points: float
    admits: tuple[int, ...]
    instead_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who gets a seat, who waits in which order, and who cannot have one, each with reasons."""

    admitted: tuple[Standing, ...]
    reserve: tuple[Standing, ...]
    refused: tuple[Standing, ...]
    shadows: tuple[Shadow, ...]


def allocate(inputs: Inputs) -> Allocation:
    """Share the seats out.

    Exact: no other choice of people within the limits has more points, and none of as many points the better
    lots. Those who are kept are seated first. Who waits stands in the order of points and lots.
    """
    able, refused = [], []
    for one in sorted(inputs.contenders, key=lambda each: each.id):
        why = _refusal(one, inputs)
        if why is None:
            able.append(one)
        else:
            refused.append(Standing(one.id, (why,)))
    sharing = _Sharing(inputs, able)
    seated = sharing.seated()
    ordered = sorted(able, key=sharing.order)
    inside = [one for one in ordered if one.id in seated]
    outside = [one for one in ordered if one.id not in seated]
    taken = _Taken(inside)
    equals = _drawn(inside, outside, sharing.cents)
    return Allocation(
        admitted=tuple(_standing(one, inputs, equals) for one in inside),
        reserve=tuple(
            replace(_standing(one, inputs, equals), stops=taken.stopping(one, inputs.limits))
            for one in outside
        ),
        refused=tuple(refused),
        shadows=tuple(sharing.shadows()),
    )


def reasons_for(one: Contender, points: Points) -> tuple[Reason, ...]:
    """What counts for somebody: one reason each, with its points; nothing without a need that may count."""
    stated = {
        Need.ASKED: Reason("need_asked", points=points.asked),
        Need.TREATS: Reason("need_treats", points=points.treats),
        Need.NEW: Reason("need_new", points=points.new),
        Need.EXPERT: Reason("need_expert", points=points.expert),
    }
    if one.need not in stated:
        return ()
    found = [stated[one.need]]
    if one.fits:
        found.append(Reason("need_specialty", points=points.specialty))
    if one.first_time:
        found.append(Reason("need_first_time", points=points.first_time))
    return tuple(found)


def lot(seed: str, number: int) -> int:
    """The lot that a person draws: 64 bits by SHA-256; the larger wins among equals."""
    return int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8])


def image(inputs: Inputs) -> dict[str, Any]:
    """Inputs as plain JSON values, for the record."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(inputs)))
    return plain


def to_inputs(kept: Mapping[str, Any]) -> Inputs:
    """The inputs of a record, as `image` wrote them."""
    known = {one.name: kept[one.name] for one in fields(Inputs)}
    contenders = tuple(
        Contender(**{**one, "need": Need(one["need"]) if one["need"] else None}) for one in kept["contenders"]
    )
    return Inputs(
        **{
            **known,
            "points": Points(**kept["points"]),
            "limits": Limits(**kept["limits"]),
            "contenders": contenders,
            "kept": tuple(kept["kept"]),
        }
    )


def digest(plain: Mapping[str, Any]) -> str:
    """A short SHA-256 of a record's JSON, the same whatever the order of its keys."""
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def _refusal(one: Contender, inputs: Inputs) -> Reason | None:
    if one.id in inputs.kept:
        return None
    if one.need is None or one.need.ground not in {Ground.NEED, Ground.EXPERTISE}:
        return Reason("seat_no_need")
    if not one.registered:
        return Reason("seat_not_registered")
    if one.repeats:
        return Reason("seat_repeats")
    if one.events >= inputs.person_events:
        return Reason("seat_person_cap", {"events": one.events, "most": inputs.person_events})
    return None


def _cents(one: Contender, points: Points) -> int:
    return sum(round(reason.points * 100) for reason in reasons_for(one, points))


def _drawn(
    inside: Iterable[Contender], outside: Iterable[Contender], cents: Callable[[Contender], int]
) -> frozenset[int]:
    """Those who have as many points as somebody with the other result, so that the lot had a part in it."""
    outsiders = list(outside)
    insiders = list(inside)
    both = {cents(one) for one in insiders} & {cents(one) for one in outsiders}
    return frozenset(one.id for one in (*insiders, *outsiders) if cents(one) in both)


def _standing(one: Contender, inputs: Inputs, drawn: frozenset[int]) -> Standing:
    reasons = reasons_for(one, inputs.points)
    if one.id in drawn:
        reasons += (Reason("seat_lot", {"lot": f"{lot(inputs.seed, one.id) >> 48:04x}"}),)
    return Standing(one.id, reasons)


class _Taken:
    """How many of those who are seated come from each group."""

    def __init__(self, seated: Iterable[Contender]) -> None:
        self._counts: dict[tuple[Limit, int | None], int] = {}
        for one in seated:
            for key in _groups(one):
                self._counts[key] = self._counts.get(key, 0) + 1

    def stopping(self, one: Contender, limits: Limits) -> Limit:
        """The limit that somebody meets; the room itself where none of the others is reached."""
        for limit, group in _groups(one):
            if self._counts.get((limit, group), 0) >= _most(limit, limits):
                return limit
        return Limit.SEATS


def _groups(one: Contender) -> Sequence[tuple[Limit, int]]:
    found = ((Limit.DEPARTMENT, one.department), (Limit.HOSPITAL, one.hospital), (Limit.REP, one.rep))
    return [(limit, group) for limit, group in found if group is not None]


def _most(limit: Limit, limits: Limits) -> int:
    return int(getattr(limits, limit.value))


class _Sharing:
    """The network of one sharing: from the room to reps, people, departments, hospitals, and out."""

    def __init__(self, inputs: Inputs, able: Sequence[Contender]) -> None:
        self._inputs, self._able = inputs, able
        groups = sorted({key for one in able for key in _groups(one)})
        self._nodes: dict[tuple[Limit, int | None], int] = {key: at for at, key in enumerate(groups, 2)}
        self._source, self._sink = 0, 1
        first = 2 + len(groups)
        self._network = Network(first + 2 * len(able))
        self._limits = self._limit_arcs(able)
        worths = self._worths(able)
        self._seats = {}
        for number, one in enumerate(able):
            enters, leaves = first + 2 * number, first + 2 * number + 1
            start = self._nodes.get((Limit.REP, one.rep), self._source)
            self._network.add(start, enters, 1)
            self._seats[one.id] = self._network.add(enters, leaves, 1, worths[one.id])
            self._network.add(leaves, self._house(one), 1)
        self._network.fill(self._source, self._sink, inputs.seats)

    def cents(self, one: Contender) -> int:
        return _cents(one, self._inputs.points)

    def order(self, one: Contender) -> tuple[bool, int, int]:
        """Kept ones first, then by points, then by lot."""
        return (one.id not in self._inputs.kept, -self.cents(one), -lot(self._inputs.seed, one.id))

    def seated(self) -> frozenset[int]:
        return frozenset(number for number, arc in self._seats.items() if self._network.used(arc))

    def shadows(self) -> Iterable[Shadow]:
        """What one more seat of each limit that is reached would bring, the most first."""
        sink, source = self._sink, self._source
        taken = len(self.seated())
        back = self._network.add(sink, source, self._inputs.seats - taken)  # seats that are still free
        ways: list[tuple[Limit, int | None, int, int]] = []
        if self._network.is_full(back) and self._able:
            ways.append((Limit.SEATS, None, source, sink))
        ways += [
            (limit, group, end, start)
            for (limit, group), (arc, start, end) in self._limits.items()
            if self._network.is_full(arc)
        ]
        found = [one for way in ways if (one := self._shadow(*way)) is not None]
        return sorted(found, key=lambda one: (-one.points, one.limit, one.group or 0))

    def _shadow(self, limit: Limit, group: int | None, start: int, end: int) -> Shadow | None:
        path = self._network.best_path(start, end)
        if path is None or self._network.worth(path) <= 0:
            return None
        by_arc = {arc: number for number, arc in self._seats.items()}
        cents = {one.id: self.cents(one) for one in self._able}
        enter = [by_arc[arc] for arc in path if arc in by_arc]
        leave = [by_arc[arc ^ 1] for arc in path if arc ^ 1 in by_arc and arc not in by_arc]
        gain = sum(cents[one] for one in enter) - sum(cents[one] for one in leave)
        if gain <= 0:
            return None
        return Shadow(limit, group, gain / 100, tuple(sorted(enter)), tuple(sorted(leave)))

    def _limit_arcs(self, able: Sequence[Contender]) -> dict[tuple[Limit, int | None], tuple[int, int, int]]:
        """The arc of each group, with its ends: from the source for reps, else towards the sink."""
        houses = {one.department: one.hospital for one in able if one.department is not None}
        found = {}
        for (limit, group), node in self._nodes.items():
            start, end = (self._source, node) if limit is Limit.REP else (node, self._sink)
            if limit is Limit.DEPARTMENT and group is not None:
                end = self._nodes.get((Limit.HOSPITAL, houses[group]), self._sink)
            arc = self._network.add(start, end, _most(limit, self._inputs.limits))
            found[limit, group] = (arc, start, end)
        return found

    def _house(self, one: Contender) -> int:
        """The node behind a person: the department, else the hospital, else out."""
        groups = _groups(one)
        return next((self._nodes[key] for key in groups if key[0] is not Limit.REP), self._sink)

    def _worths(self, able: Sequence[Contender]) -> dict[int, int]:
        """Points above all lots, and a kept seat above all points: whole numbers, so that no tie is left."""
        seed = self._inputs.seed
        lots = sorted(able, key=lambda one: (lot(seed, one.id), one.id))
        ranks = {one.id: rank for rank, one in enumerate(lots)}
        shift = len(able)
        above = (sum(self.cents(one) for one in able) + 1) << shift
        return {
            one.id: (self.cents(one) << shift)
            + (1 << ranks[one.id])
            + (above if one.id in self._inputs.kept else 0)
            for one in able
        }
