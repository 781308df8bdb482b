"""An upper bound on the expected value of a month, for any policy that does not know its luck beforehand.

A linear program over what a policy does on average: how likely doctor c is reached on day d. Each row holds
for every policy, however it decides:

*Luck.* A doctor cancels a day with probability 0.05 and is absent with 0.10, independently, and the second
shows at the door only. So c is reached with probability at most 0.95, and is met nine times in ten then,
whatever was known before.

*Gaps.* In every course of events at most one visit within a gap counts; with m days of the doctor's in it,
the chance that there is one is at most 1 - 0.145^m.

*The k-th visit.* A doctor's value is the sum over k of D(k) P(at least k visits). D falls, so the program
fills the k in order. P(at least k) is at most that of a rep who has nobody else and goes at every chance: an
earlier visit never makes fewer visits.

*Stops.* At most twelve a day.

Hours within a day and the ways are left out, so the bound is that of a rep with everybody in one house who
receive at any time of their days. On average over luck neither ever binds: rows for both (ways at least as
long as a minimum spanning tree of the hospitals entered, talks within the half-day) change nothing, and a
program that mixes whole routes of every day, with all ways and hours, still reaches 99.9 % of this bound.
"""

from collections.abc import Mapping, Sequence

from bot.bench.month.linear import Program
from bot.bench.month.world import ABSENT, CANCELLED, MOST_STOPS, World

_COMES, _MET = 1 - CANCELLED, 1 - ABSENT


def bound(world: World) -> float:
    """The most that any policy without foresight is worth in this world, on average over luck.

    Raises BenchError when the solver is not installed.
    """
    program = Program()
    days: list[list[int]] = [[] for _ in world.days]
    for c, doctor in enumerate(world.doctors):
        reached = {
            d: program.variable(_COMES)
            for d in range(len(world.days))
            if world.windows(c, d) and world.rested(c, doctor.seen, d)
        }
        _value(world, program, c, reached)
        for d, x in reached.items():
            days[d].append(x)
    for reachable in days:
        program.at_most([(x, 1.0) for x in reachable], MOST_STOPS)
    return program.solve()[0]


def _value(world: World, program: Program, c: int, reached: Mapping[int, int]) -> None:
    """What doctor `c` is worth: visits that count, by their number."""
    for first in reached:
        near = [d for d in reached if d >= first and not world.rested(c, world.days[first], d)]
        chance = 1 - (1 - _COMES * _MET) ** len(near)
        program.at_most([(reached[d], _MET) for d in near], chance)
    numbers = [
        program.variable(likely, world.doctors[c].worth(k))
        for k, likely in enumerate(at_best(world, c, list(reached)), 1)
        if world.doctors[c].worth(k) > 0
    ]
    program.at_most([*((n, 1.0) for n in numbers), *((x, -_MET) for x in reached.values())], 0.0)


def at_best(world: World, c: int, days: Sequence[int]) -> list[float]:
    """P(at least k visits), k = 1, 2, ..., of a rep who goes to `c` on each of `days` that the gap allows."""
    met = _COMES * _MET
    states: dict[tuple[int, int], float] = {(0, -1): 1.0}  # visits, and the day of the last
    for d in days:
        after: dict[tuple[int, int], float] = {}
        for (n, last), likely in states.items():
            goes = last < 0 or world.rested(c, world.days[last], d)
            for state, part in (((n + 1, d), met), ((n, last), 1 - met)) if goes else (((n, last), 1.0),):
                after[state] = after.get(state, 0.0) + likely * part
        states = after
    most = max(n for n, _ in states)
    return [sum(likely for (n, _), likely in states.items() if n >= k) for k in range(1, most + 1)]
