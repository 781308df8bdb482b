"""What the answers of many say about a question: how hard it is, whether it finds out who knows, and its key.

Classical item analysis (Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986, ch. 14):
the difficulty is the share of right answers; the discrimination is the point-biserial correlation between the
answer, right or wrong, and the person's share of right answers to all other questions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from domain.coaching.memory import ItemKey
from domain.explain import Reason
from domain.ids import UserId

_LEAST = 3  # of the people behind a correlation


@dataclass(frozen=True, slots=True)
class Question:
    """What is answered at once: a fact, or a step (`node`) of a scenario."""

    item: ItemKey
    node: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """One person's answer to one question."""

    person: UserId
    question: Question
    choice: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What is known of a question.

    `difficulty` is the share of right answers, 0 to 1: the higher, the easier. `discrimination` is -1 to 1,
    None where nothing differs. `suspicion` is the reason to doubt the key, None without one.
    """

    question: Question
    answers: int
    difficulty: float
    discrimination: float | None
    suspicion: Reason | None


def item_figures(responses: Iterable[Response], suspect_after: int) -> list[ItemFigures]:
    """The figures of every question that was answered, in the order of their first answers.

    A key is doubted from `suspect_after` answers on, when another option is taken more often than the right
    one, and rather by those who know the other questions.
    """
    by_question: dict[Question, list[Response]] = defaultdict(list)
    right: Counter[UserId] = Counter()
    total: Counter[UserId] = Counter()
    for one in responses:
        by_question[one.question].append(one)
        right[one.person] += one.is_right
        total[one.person] += 1
    return [
        _figures(question, answers, right, total, suspect_after) for question, answers in by_question.items()
    ]


def _figures(
    question: Question,
    answers: Sequence[Response],
    right: Counter[UserId],
    total: Counter[UserId],
    suspect_after: int,
) -> ItemFigures:
    own, own_right = Counter(one.person for one in answers), Counter[UserId]()
    for one in answers:
        own_right[one.person] += one.is_right
    rest = {
        person: (right[person] - own_right[person]) / (total[person] - own[person])
        for person in own
        if total[person] > own[person]
    }
    rated = [(one, rest[one.person]) for one in answers if one.person in rest]
    scores = [score for _, score in rated]
    key = correlation([float(one.is_right) for one, _ in rated], scores)
    suspicion = None
    if len(answers) >= suspect_after:
        suspicion = _suspicion(answers, rated, key or 0.0)
    difficulty = sum(one.is_right for one in answers) / len(answers)
    return ItemFigures(question, len(answers), difficulty, key, suspicion)


def _suspicion(
    answers: Sequence[Response], rated: Sequence[tuple[Response, float]], key: float
) -> Reason | None:
    taken = Counter(one.choice for one in answers if not one.is_right)
    rights = sum(one.is_right for one in answers)
    scores = [score for _, score in rated]
    for choice, count in taken.most_common():
        if count <= rights:
            return None
        other = correlation([float(one.choice == choice) for one, _ in rated], scores)
        if other is not None and other > max(key, 0.0):
            return Reason("wrong_key", {"choice": choice, "taken": count, "answers": len(answers)})
    return None


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's correlation, None where one of the two does not vary or there are too few."""
    count = len(one)
    if count < _LEAST:
        return None
    mean_one, mean_other = sum(one) / count, sum(other) / count
    spread = sqrt(sum((x - mean_one) ** 2 for x in one) * sum((y - mean_other) ** 2 for y in other))
    if spread <= 0:
        return None
    together = sum((x - mean_one) * (y - mean_other) for x, y in zip(one, other, strict=True))
    return together / spread
