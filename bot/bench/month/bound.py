"""An upper bound on the expected value of a month, for any policy that does not know its luck beforehand.

The variables are what a policy does on average: how likely doctor c is reached on day d in the morning or in
the afternoon, how likely a hospital or a group of hospitals is entered. Every row holds for every policy:

*Luck.* A doctor has cancelled a day with probability 0.05 and is absent with 0.10, independently, and the
second shows at the door only. So c is reached with probability at most 0.95, and a visit that is made is met
nine times in ten whatever was known before.

*Gaps.* Successful visits within a gap are at most one, in every course of events; with m days of hours in it
the chance that there is one is at most 1 - 0.145^m.

*The k-th visit.* The value of a doctor is the sum over k of D(k) P(at least k successes). D falls, so a linear
program fills the k in order. P(at least k) is at most that of a rep who has nobody else and goes at every
chance: an earlier success is never worse for the number of successes.

*Stops.* At most twelve a day.

*Minutes.* What lies between the day's beginning and the last talk's beginning holds all ways and all other
talks; ways and talks last 1 on average whatever happened before, the last talk is never longer than
1.2 x 20 minutes. The same for the morning alone (it ends at noon) and the afternoon alone.

*Ways.* A route that touches places of a set of hospitals is at least as long as the integral over t of
(number of groups touched - 1), where groups at t are those that ways of at most t minutes connect (single
linkage): between two groups every way is longer than t. With the place where the day starts among them, that
is a sum over groups of (how long a group lives) x P(group is entered). A further visit in a house takes 4 minutes.

A linear program over these is solved exactly; its optimum bounds the mean over all luck of one territory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.bench.month.linear import Program
from bot.bench.month.world import ABSENT, CANCELLED, INSIDE, MORNING, MOST_STOPS, PATIENCE, SERVICE, SPREAD, World

_COMES = 1 - CANCELLED
_MET = 1 - ABSENT
_LAST_TALK = (1 + SPREAD) * max(SERVICE.values())
_HALVES = (0, 1)
_NOON = MORNING[1] + PATIENCE



@dataclass(frozen=True, slots=True)
class Group:
    """Places that ways of `born` minutes and less connect, until a way of `joined` minutes joins others."""

    places: frozenset[int]
    born: float
    joined: float


def bound(world: World) -> float:
    """The most that any policy without foresight is worth in this world, averaged over luck."""
    program = Program()
    reached = _visits(world, program)
    for c in range(len(world.doctors)):
        _value_of(world, program, c, {key[1:]: x for key, x in reached.items() if key[0] == c})
    groups = linkage(world)
    for d in range(len(world.days)):
        _day(world, program, d, {(c, half): x for (c, day, half), x in reached.items() if day == d}, groups)
    return program.solve()[0]


def _visits(world: World, program: Program) -> dict[tuple[int, int, int], int]:
    """The variables: how likely a doctor is reached on a day, before noon (0) or after (1)."""
    found = {}
    for c in range(len(world.doctors)):
        for d in range(len(world.days)):
            halves = {int(until > _NOON) for _, until in world.windows(c, d)}
            for half in halves:
                found[c, d, half] = program.variable(_COMES)
            if len(halves) > 1:
                program.at_most([(found[c, d, half], 1.0) for half in halves], _COMES)
    return found


def _value_of(world: World, program: Program, c: int, reached: dict[tuple[int, int], int]) -> None:
    """What doctor `c` is worth: successes, in gaps, by their number."""
    doctor = world.doctors[c]
    days = sorted({d for d, _ in reached if world.rested(c, doctor.seen, d)})
    for (d, _), x in reached.items():
        if d not in days:
            program.at_most([(x, 1.0)], 0.0)
    for first in days:
        near = [d for d in days if d >= first and not world.rested(c, world.days[first], d)]
        chance = 1 - (1 - _COMES * _MET) ** len(near)
        program.at_most([(x, _MET) for (d, _), x in reached.items() if d in near], chance)
    successes = []
    for k, likely in enumerate(at_best(world, c, days), 1):
        if (worth := doctor.worth(k)) > 0:
            successes.append(program.variable(likely, worth))
    program.at_most([*((n, 1.0) for n in successes), *((x, -_MET) for x in reached.values())], 0.0)


def at_best(world: World, c: int, days: Sequence[int]) -> list[float]:
    """P(at least k successes), k = 1, 2, ..., of a rep who goes to `c` on each of `days` that the gap allows."""
    success = _COMES * _MET
    states: dict[tuple[int, int], float] = {(0, -1): 1.0}  # successes, day of the last
    for d in days:
        after: dict[tuple[int, int], float] = {}
        for (n, last), likely in states.items():
            may = last < 0 or world.rested(c, world.days[last], d)
            for state, part in (((n + 1, d), success), ((n, last), 1 - success)) if may else (((n, last), 1.0),):
                after[state] = after.get(state, 0.0) + likely * part
        states = after
    most = max(n for n, _ in states)
    return [sum(likely for (n, _), likely in states.items() if n >= k) for k in range(1, most + 1)]


def _day(
    world: World,
    program: Program,
    d: int,
    reached: dict[tuple[int, int], int],
    groups: Sequence[Group],
) -> None:
    """One day: stops, and minutes in the whole and in each half."""
    if not reached:
        return
    program.at_most([(x, 1.0) for x in reached.values()], MOST_STOPS)
    ends = {half: max(until for c, h in reached if h == half for _, until in world.windows(c, d) if int(until > _NOON) == half)
            for half in {half for _, half in reached}}
    begins = world.begins(d)
    longest = max(group.joined for group in groups)
    for halves, room in (
        (_HALVES, max(ends.values()) - begins),
        ((0,), ends.get(0, begins) - begins),
        ((1,), ends.get(1, begins) - max(begins, _first_afternoon(world, d)) + longest),
    ):
        _minutes(world, program, {key: x for key, x in reached.items() if key[1] in halves}, groups, room + _LAST_TALK)


def _first_afternoon(world: World, d: int) -> float:
    """The first minute of any hours that end after noon."""
    hours = [one for c in range(len(world.doctors)) for one in world.windows(c, d) if one[1] > _NOON]
    return min((start for start, _ in hours), default=_NOON)


def _minutes(
    world: World,
    program: Program,
    reached: dict[tuple[int, int], int],
    groups: Sequence[Group],
    room: float,
) -> None:
    """All ways and talks fit into `room` minutes, the groups entered as likely as any of their doctors."""
    entered = [program.variable(1.0) for _ in groups]
    house = {next(iter(group.places)): n for n, group in enumerate(groups) if len(group.places) == 1}
    for (c, half), x in reached.items():
        del half
        program.at_most([(x, 1.0), (entered[house[world.place[c]]], -1.0)], 0.0)
    for inner, outer in combinations(range(len(groups)), 2):
        if groups[inner].places < groups[outer].places:
            program.at_most([(entered[inner], 1.0), (entered[outer], -1.0)], 0.0)
    ways = [(entered[n], group.joined - group.born) for n, group in enumerate(groups)]
    talks = [(x, INSIDE + _MET * world.doctors[c].service) for (c, _), x in reached.items()]
    inside = [(entered[n], -INSIDE) for n in house.values()]
    program.at_most([*_summed([*ways, *inside]), *talks], room)


def _summed(terms: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    found: dict[int, float] = {}
    for one, by in terms:
        found[one] = found.get(one, 0.0) + by
    return list(found.items())


def linkage(world: World) -> list[Group]:
    """The groups of hospitals by single linkage, inner before outer, without those the day's start belongs to."""
    places = range(len(world.matrix))
    groups = {frozenset({place}): 0.0 for place in places}
    found = []
    for minutes, a, b in sorted((float(world.matrix[a, b]), a, b) for a, b in combinations(places, 2)):
        one, other = (next(group for group in groups if place in group) for place in (a, b))
        if one == other:
            continue
        found += [Group(group, groups.pop(group), minutes) for group in (one, other)]
        groups[one | other] = minutes
    return [group for group in found if 0 not in group.places]
