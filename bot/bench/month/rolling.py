"""The textbook's way: a mixed-integer program of the rest of the month each morning, then the best route.

Who is visited today is whole, the days after are not; ways are priced by the length of a tree. It needs a
solver, so it is a contrast only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from bot.bench.month.linear import Program
from bot.bench.month.world import ABSENT, CANCELLED, DAY_END, MOST_STOPS, Moment, World
from domain.planning.params import Planning
from domain.planning.route import DayProblem, Stop, solve_day

_GAP, _NODES = 0.01, 100  # how exactly the program is solved, in so many nodes at most
_CHOSEN, _OTHERS = 2.0, 0.25
"""What those whom the program chose for today, and those whom it did not, count in the route."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Hospitals that short ways connect; `minutes` is how much longer the shortest way to any other is."""

    places: frozenset[int]
    minutes: float


def rolling(moment: Moment, params: Planning) -> Sequence[int]:
    """Today's route by the program of the month."""
    world = moment.world
    today = [c for c in moment.may_be_visited() if world.windows(c, moment.d)]
    chosen = _chosen(moment, today, params.planning.travel_price)
    places = [moment.here, *(world.place[c] for c in today)]
    stops = [_stop(moment, c, _CHOSEN if c in chosen else _OTHERS, params) for c in today]
    problem = DayProblem(
        start=moment.clock,
        end=DAY_END,
        capacity=moment.stops,
        travel_price=params.planning.travel_price,
        matrix=np.array([[world.between(a, b) for b in places] for a in places]),
        stops=tuple(stops),
    )
    return [
        stop.id for stop in solve_day(problem, seed=world.seed, iterations=params.planning.iterations).stops
    ]


def _stop(moment: Moment, c: int, times: float, params: Planning) -> Stop:
    world, doctor = moment.world, moment.world.doctors[c]
    agreed = c in world.appointments[moment.d]
    buffer = 0.0 if agreed else params.planning.closing_buffer
    return Stop(
        id=c,
        prize=times * doctor.worth(moment.done[c] + 1),
        service=doctor.service,
        windows=tuple((opens, closes - buffer) for opens, closes in world.windows(c, moment.d)),
        required=agreed,
    )


def _chosen(moment: Moment, today: Sequence[int], price: float) -> set[int]:
    """Whom the program of the rest of the month visits today."""
    world, program = moment.world, Program()
    visits: dict[tuple[int, int], int] = {}
    for c in range(len(world.doctors)):
        for d in range(moment.d, len(world.days)):
            possible = c in today if d == moment.d else world.rested(c, moment.last[c], d)
            if possible and world.windows(c, d):
                visits[c, d] = program.variable(1.0, whole=d == moment.d)
        _worth(moment, program, c, {d: x for (one, d), x in visits.items() if one == c})
    for d in range(moment.d, len(world.days)):
        reached = {c: x for (c, day), x in visits.items() if day == d}
        program.at_most([(x, 1.0) for x in reached.values()], moment.stops if d == moment.d else MOST_STOPS)
        _ways(moment, program, reached, price)
    _, found = program.solve(_GAP, _NODES)
    return {c for c in today if found[visits[c, moment.d]] > 0.5}


def _worth(moment: Moment, program: Program, c: int, visits: Mapping[int, int]) -> None:
    world, doctor = moment.world, moment.world.doctors[c]
    for first in visits:
        near = [x for d, x in visits.items() if d >= first and not world.rested(c, world.days[first], d)]
        program.at_most([(x, 1.0) for x in near], 1.0)
    met = 1 - ABSENT
    likely = {d: met if d == moment.d else met * (1 - CANCELLED) for d in visits}
    numbers: list[int] = []
    while (worth := doctor.worth(moment.done[c] + len(numbers) + 1)) > 0:
        numbers.append(program.variable(1.0, worth))
    program.at_most([*((n, 1.0) for n in numbers), *((x, -likely[d]) for d, x in visits.items())], 0.0)


def _ways(moment: Moment, program: Program, reached: Mapping[int, int], price: float) -> None:
    """The price of the day's ways: at least those of a tree through the hospitals that are entered.

    Between two groups of places that ways of t minutes do not connect every way is longer, so a route is at
    least as long as the groups it enters, each counted from the minute it forms to that at which it joins.
    """
    groups = _linkage(moment.world)
    entered = [program.variable(1.0, -price * group.minutes) for group in groups]
    house = {place: n for n, group in enumerate(groups) if len(group.places) == 1 for place in group.places}
    for c, x in reached.items():
        program.at_most([(x, 1.0), (entered[house[moment.world.place[c]]], -1.0)], 0.0)
    for inner, outer in permutations(range(len(groups)), 2):
        if groups[inner].places < groups[outer].places:
            program.at_most([(entered[inner], 1.0), (entered[outer], -1.0)], 0.0)


def _linkage(world: World) -> list[_Group]:
    """The groups of hospitals by single linkage, without those that the day's start belongs to."""
    places = range(len(world.matrix))
    formed = {frozenset({place}): 0.0 for place in places}
    found = []
    for minutes, a, b in sorted((float(world.matrix[a, b]), a, b) for a, b in combinations(places, 2)):
        one, other = (next(group for group in formed if place in group) for place in (a, b))
        if one == other:
            continue
        found += [_Group(group, minutes - formed.pop(group)) for group in (one, other)]
        formed[one | other] = minutes
    return [group for group in found if 0 not in group.places]
