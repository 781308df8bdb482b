"""A joint visit from the first thought to what was agreed, and who may take which step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, JointCommentId, JointId, UserId


class JointKind(StrEnum):
    """Who leads. The three kinds of joint visit of sales training."""

    DEMONSTRATION = "demonstration"  # the manager leads, the rep watches
    JOINT = "joint"  # both work on one problem
    COACHING = "coaching"  # the rep leads, the manager watches


class JointState(StrEnum):
    """How far a joint visit has come."""

    DRAFT = "draft"  # the manager's own note
    PLANNED = "planned"  # the rep knows of it
    HELD = "held"  # it took place; the manager writes the three answers
    SHARED = "shared"  # the rep reads them and says their word
    CLOSED = "closed"  # the rep has acknowledged; what was agreed is in their queue
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What brings a joint visit on."""

    PLAN = "plan"
    HOLD = "hold"
    SHARE = "share"
    ACKNOWLEDGE = "acknowledge"
    CANCEL = "cancel"


class Side(StrEnum):
    """On which side of a joint visit somebody stands."""

    MANAGER = "manager"
    REP = "rep"


@dataclass(frozen=True, slots=True)
class Move:
    """Where a step leads, and whose it is."""

    to: JointState
    by: Side


MOVES: Mapping[tuple[JointState, Step], Move] = {
    (JointState.DRAFT, Step.PLAN): Move(JointState.PLANNED, Side.MANAGER),
    (JointState.DRAFT, Step.CANCEL): Move(JointState.CANCELLED, Side.MANAGER),
    (JointState.PLANNED, Step.PLAN): Move(JointState.PLANNED, Side.MANAGER),  # on another day
    (JointState.PLANNED, Step.HOLD): Move(JointState.HELD, Side.MANAGER),
    (JointState.PLANNED, Step.CANCEL): Move(JointState.CANCELLED, Side.MANAGER),
    (JointState.HELD, Step.SHARE): Move(JointState.SHARED, Side.MANAGER),
    (JointState.SHARED, Step.ACKNOWLEDGE): Move(JointState.CLOSED, Side.REP),
}
"""Every step there is. Nothing but the rep's own acknowledgement leads to `CLOSED`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accompanied:
    """A joint visit as a line of a list, without what was said of it.

    `customer` is "" where the viewer may not name the customer; `acknowledged_at` is when the rep did.
    """

    on: date
    rep: str
    manager: str
    customer: str
    place: str
    kind: JointKind
    state: JointState
    acknowledged_at: datetime | None


LAST = frozenset({JointState.CLOSED, JointState.CANCELLED})
SPOKEN_OF = frozenset({JointState.SHARED, JointState.CLOSED})
"""In these both sides may comment, and nobody may change the form."""
TOOK_PLACE = frozenset({JointState.HELD, JointState.SHARED, JointState.CLOSED})
LONGEST = 300
"""Characters of an answer or a comment."""


class Answer(StrEnum):
    """The three questions after a joint visit."""

    GOAL = "goal"
    HAPPENED = "happened"
    NEXT_TIME = "next_time"


class Action(StrEnum):
    """In which form the one thing for the next time comes back to the rep."""

    PIN = "pin"  # the customer stands on the rep's next list
    SCENARIO = "scenario"  # a scenario to play


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The three answers after a joint visit, a sentence each, and what comes of them.

    `scenario` is the id of the scenario of an action `SCENARIO`, "" otherwise.
    """

    goal: str = ""
    happened: str = ""
    next_time: str = ""
    action: Action | None = None
    scenario: str = ""

    @property
    def lacks(self) -> str:
        """The first answer that is missing, "" when the form can be shared."""
        unanswered = [answer.value for answer, said in self.answers.items() if not said]
        if unanswered:
            return unanswered[0]
        if self.action is None:
            return "action"
        return "scenario" if self.action is Action.SCENARIO and not self.scenario else ""

    @property
    def answers(self) -> Mapping[Answer, str]:
        """What was said to each question, "" where nothing was said yet."""
        return {
            Answer.GOAL: self.goal,
            Answer.HAPPENED: self.happened,
            Answer.NEXT_TIME: self.next_time,
        }

    def saying(self, answer: Answer, text: str) -> "Form":
        """The form with another answer to one of the questions."""
        match answer:
            case Answer.GOAL:
                return replace(self, goal=text)
            case Answer.HAPPENED:
                return replace(self, happened=text)
            case Answer.NEXT_TIME:
                return replace(self, next_time=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class JointVisit:
    """A visit of a manager and a rep to a customer; `on` is the day, None as long as it is a draft."""

    id: JointId
    manager_id: UserId
    rep_id: UserId
    customer_id: CustomerId
    kind: JointKind
    reasons: tuple[Reason, ...]
    on: date | None
    state: JointState
    form: Form
    shared_at: datetime | None = None
    closed_at: datetime | None = None

    def side_of(self, person: UserId) -> Side:
        """On which side one of the two stands."""
        return Side.MANAGER if person == self.manager_id else Side.REP


@dataclass(frozen=True, slots=True)
class Comment:
    """What one of the two has said about a joint visit. It is never changed; a correction is another one."""

    id: JointCommentId
    author_id: UserId
    text: str
    at: datetime


def moved(state: JointState, step: Step, by: Side, form: Form) -> JointState:
    """The state after a step.

    DomainError "joint_step" for one that is not possible, or is the other's; "joint_lacks" with the `answer`
    that is missing when an unfinished form is to be shared.
    """
    move = MOVES.get((state, step))
    if move is None or move.by is not by:
        raise DomainError("joint_step")
    if step is Step.SHARE and form.lacks:
        raise DomainError("joint_lacks", answer=form.lacks)
    return move.to
