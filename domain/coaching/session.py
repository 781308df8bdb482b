"""A scenario being played: a plain value that its answers alone make what it is.

Two gates grade an answer. What a rule forbids is worth nothing, and so is the whole session then, whatever
else was right. Everything else is worth its grade; a choice of customers is measured by the best that the
candidates allowed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from random import Random

from domain.coaching.scenario import BEST, End, Node, NodeKind, Scenario, Skill, ways_from
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.tiering.model import Cell

MORE = 3
"""Candidates that are offered beside as many as are to be chosen."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who may be chosen; without an id it is nobody real."""

    cell: Cell
    customer_id: CustomerId | None = None


Draws = Mapping[str, Sequence[Candidate]]
"""The candidates of each question that asks for customers, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to a question: an option, or the places of the chosen candidates, none for nobody."""

    option: str | None = None
    picked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """An answered question and what the answer is worth, of `BEST`.

    `rule` is the rule that forbids the answer, `why` the reason of the option, or one for each candidate that
    was picked; `missed` the places of candidates who would have been better, the best first.
    """

    node: str
    answer: Answer
    points: float
    rule: str | None
    why: tuple[str, ...]
    skills: tuple[Skill, ...]
    missed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One way through a scenario, as far as it has been gone."""

    scenario: Scenario
    draws: Draws = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    at: str = ""
    """The question that is open, or the end that was reached."""

    def __post_init__(self) -> None:
        if not self.at:
            object.__setattr__(self, "at", self.scenario.start)

    @property
    def is_over(self) -> bool:
        return self.at in self.scenario.ends

    @property
    def end(self) -> End | None:
        return self.scenario.ends.get(self.at)

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(step.answer for step in self.steps)

    @property
    def length(self) -> int:
        """How many questions this way has, as far as they are known: the most that may still come."""
        return len(self.steps) + ways_from(self.scenario, self.at)[1]

    def answered(self, answer: Answer) -> "Session":
        """The session one question further.

        DomainError "no_such_answer" for an answer that the open question does not have, "session_over".
        """
        if self.is_over:
            raise DomainError("session_over")
        node = self.scenario.nodes[self.at]
        graded = _of_customers if node.kind is NodeKind.CUSTOMERS else _of_choice
        step, following = graded(self, node, answer)
        return replace(self, steps=(*self.steps, step), at=following)


def replay(scenario: Scenario, draws: Draws, answers: Iterable[Answer]) -> Session:
    """The session that these answers make. DomainError as in `Session.answered`."""
    return reduce(Session.answered, answers, Session(scenario, draws))


def _of_choice(session: Session, node: Node, answer: Answer) -> tuple[Step, str]:
    option = node.options.get(answer.option or "")
    if option is None or answer.picked:
        raise DomainError("no_such_answer")
    points = 0.0 if option.rule else float(option.grade)
    skills = session.scenario.skills_of(session.at)
    return Step(session.at, answer, points, option.rule, (option.why,), skills), option.next


def _of_customers(session: Session, node: Node, answer: Answer) -> tuple[Step, str]:
    candidates = session.draws.get(session.at, ())
    picked, most = answer.picked, min(node.pick or 1, len(candidates))
    known = len(set(picked)) == len(picked) and all(0 <= place < len(candidates) for place in picked)
    if answer.option is not None or not known or len(picked) not in ({0, most} if node.nobody else {most}):
        raise DomainError("no_such_answer")
    grades = [node.cells[candidate.cell] for candidate in candidates]
    best = sorted(range(len(grades)), key=lambda place: (-grades[place], place))[:most]
    if not picked and node.nobody is not None:
        points, reasons = float(node.nobody.grade), [node.nobody.why]
    else:
        possible = sum(grades[place] for place in best)
        points = BEST * sum(grades[place] for place in picked) / possible if possible else 0.0
        reasons = [node.why[candidates[place].cell] for place in picked]
    worst = min((grades[place] for place in picked), default=BEST)
    missed = tuple(place for place in best if place not in picked and grades[place] > worst)
    rule = node.rule if picked else None
    skills = session.scenario.skills_of(session.at)
    step = Step(session.at, answer, round(points, 2), rule, tuple(reasons), skills, missed)
    return step, node.next or ""


@dataclass(frozen=True, slots=True)
class Score:
    """What a session is worth, 0 to 1, as a whole and by skill; `rules` are those that were met."""

    whole: float
    by_skill: Mapping[Skill, float]
    rules: tuple[str, ...]


def score(session: Session) -> Score:
    """The two gates: with a forbidden answer nothing, else the points by the most that this way allowed.

    By skill only the questions that train it count; a forbidden answer also leaves nothing of compliance.
    """
    rules = tuple(dict.fromkeys(step.rule for step in session.steps if step.rule is not None))
    by_skill: dict[Skill, list[float]] = {}
    for step in session.steps:
        for skill in step.skills:
            by_skill.setdefault(skill, []).append(step.points)
    shares = {skill: _share(points) for skill, points in by_skill.items()}
    if rules:
        shares[Skill.COMPLIANCE] = 0.0
    whole = 0.0 if rules else _share([step.points for step in session.steps])
    return Score(whole, {skill: shares[skill] for skill in Skill if skill in shares}, rules)


def _share(points: Collection[float]) -> float:
    return round(sum(points) / (BEST * len(points)), 2) if points else 0.0


@dataclass(frozen=True, slots=True)
class OldThinking:
    """How a question was answered in earlier years, and why that is wrong now: an option, or some cells."""

    option: str | None
    cells: tuple[Cell, ...]
    why: str


def old_thinking(scenario: Scenario, name: str) -> OldThinking | None:
    """The old answer to a question, if it has one."""
    node = scenario.nodes[name]
    for key, option in node.options.items():
        if option.old:
            return OldThinking(key, (), option.why)
    return OldThinking(None, node.old, node.why[node.old[0]]) if node.old else None


def draw(scenario: Scenario, customers: Mapping[CustomerId, Cell], rng: Random) -> Draws:
    """Candidates for every question that asks for customers.

    They are the person's own, as long as these have a good answer among enough others; else nobody real.
    """
    return {
        name: _drawn(node, customers, rng)
        for name, node in scenario.nodes.items()
        if node.kind is NodeKind.CUSTOMERS
    }


def _drawn(node: Node, customers: Mapping[CustomerId, Cell], rng: Random) -> tuple[Candidate, ...]:
    picks = node.pick or 1
    known = [Candidate(cell, number) for number, cell in sorted(customers.items())]
    if not _is_enough(node, known, picks + MORE):
        known = [Candidate(cell) for cell in Cell]
    rng.shuffle(known)
    seen: Counter[Cell] = Counter()
    turns = []
    for one in known:
        turns.append(seen[one.cell])
        seen[one.cell] += 1
    mixed = [known[at] for at in sorted(range(len(known)), key=lambda at: turns[at])]
    good = [one for one in mixed if node.cells[one.cell] == BEST]
    others = [one for one in mixed if node.cells[one.cell] < BEST]
    chosen = [*good[:picks], *others, *good[picks:]][: picks + MORE]
    rng.shuffle(chosen)
    return tuple(chosen)


def _is_enough(node: Node, known: Sequence[Candidate], wanted: int) -> bool:
    """Whether these make a question: so many, with a good answer, and not all the same to say."""
    grades = {node.cells[one.cell] for one in known}
    has_best = BEST in grades or BEST not in node.cells.values()
    return len(known) >= wanted and has_best and (len(grades) > 1 or node.nobody is not None)
