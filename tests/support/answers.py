"""Simulated answers to questions, some of which carry a wrong key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp
from random import Random

from domain.coaching.memory import ItemKey, ItemKind
from domain.coaching.statistics import Question, Response
from domain.ids import UserId

OPTIONS = 4


@dataclass(frozen=True)
class Asked:
    """A question by the two-parameter logistic model: how hard it is, and how well it tells who knows.

    `lures` are the chances of the wrong options, of those who do not know.
    """

    hardness: float
    sharpness: float
    lures: tuple[float, ...]


def questions(rng: Random, count: int) -> list[Asked]:
    """Questions as of a usual test: few trivial, few hopeless, some with one tempting wrong answer."""
    made = []
    for _ in range(count):
        lures = [rng.random() + 0.2 for _ in range(OPTIONS - 1)]
        made.append(
            Asked(rng.gauss(-0.5, 0.8), rng.uniform(0.7, 1.8), tuple(one / sum(lures) for one in lures))
        )
    return made


def answers(
    rng: Random, asked: Sequence[Asked], people: int, wrong_keys: Collection[int] = ()
) -> list[Response]:
    """What so many people, of usual spread, answer to each question once.

    Option 0 is really right; where the key is wrong, the most tempting other one is marked as right.
    """
    responses = []
    for person in range(people):
        ability = rng.gauss(0, 1)
        for number, one in enumerate(asked):
            knows = rng.random() < 1 / (1 + exp(-one.sharpness * (ability - one.hardness)))
            choice = (
                0
                if knows
                else rng.choices(range(OPTIONS), (1 / OPTIONS, *(3 / OPTIONS * part for part in one.lures)))[
                    0
                ]
            )
            key = (
                1 + max(range(OPTIONS - 1), key=lambda place: one.lures[place]) if number in wrong_keys else 0
            )
            responses.append(
                Response(
                    UserId(person), Question(ItemKey(ItemKind.FACT, f"q{number}")), str(choice), choice == key
                )
            )
    return responses
