"""Buttons answered by `bot.handlers.jointvisits`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, RowId, button
from domain.jointvisits.model import Answer, JointKind


@button("jvl1")
@dataclass(frozen=True, slots=True)
class ShowJointVisits(Callback):
    """One's joint visits; for managers first what is proposed."""

    page: int = 0


@button("jvd1")
@dataclass(frozen=True, slots=True)
class DraftJointVisit(Callback):
    """Begin a joint visit to a customer."""

    customer: int


@button("jvv1")
@dataclass(frozen=True, slots=True)
class ShowJointVisit(Callback):
    """One joint visit."""

    joint: int


@button("jvk1")
@dataclass(frozen=True, slots=True)
class SetJointKind(Callback):
    """Say who leads."""

    joint: int
    kind: JointKind


@button("jvn1")
@dataclass(frozen=True, slots=True)
class AskJointDay(Callback):
    """Ask on which day."""

    joint: int


@button("jvp1")
@dataclass(frozen=True, slots=True)
class PlanJointVisit(Callback):
    """Settle the day."""

    joint: int
    on: date


@button("jvh1")
@dataclass(frozen=True, slots=True)
class HoldJointVisit(Callback):
    """It took place."""

    joint: int


@button("jvq1")
@dataclass(frozen=True, slots=True)
class AskJointAnswer(Callback):
    """Ask for the answer to one of the three questions."""

    joint: int
    answer: Answer


@button("jvw1")
@dataclass(frozen=True, slots=True)
class AskJointAction(Callback):
    """Ask how the one thing comes back to the rep; the scenarios by pages."""

    joint: int
    page: int = 0


@button("jva1")
@dataclass(frozen=True, slots=True)
class AgreeOnVisit(Callback):
    """The customer shall stand on the rep's next list."""

    joint: int


@button("jve1")
@dataclass(frozen=True, slots=True)
class AgreeOnScenario(Callback):
    """The rep shall play a scenario."""

    joint: RowId
    scenario: str


@button("jvs1")
@dataclass(frozen=True, slots=True)
class ShareJointVisit(Callback):
    """Let the rep read the form."""

    joint: int


@button("jvc1")
@dataclass(frozen=True, slots=True)
class AskJointComment(Callback):
    """Ask for a comment."""

    joint: int


@button("jvo1")
@dataclass(frozen=True, slots=True)
class AcknowledgeJointVisit(Callback):
    """The rep has read the form and does what is agreed."""

    joint: int


@button("jvx1")
@dataclass(frozen=True, slots=True)
class CancelJointVisit(Callback):
    """It does not take place; asked first."""

    joint: int
    sure: bool = False
