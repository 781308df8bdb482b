"""Buttons answered by `bot.handlers.tiers`."""

from dataclasses import dataclass

from bot.buttons.common import Back
from bot.callbacks import Callback, button
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell


@button("xa1")
@dataclass(frozen=True, slots=True)
class AskOverride(Callback):
    """Which cell to set a customer to by hand."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("xs1")
@dataclass(frozen=True, slots=True)
class AskOverrideReason(Callback):
    """Why a customer is to be set to a cell; the next message is the answer."""

    customer: int
    cell: Cell


@button("xr1")
@dataclass(frozen=True, slots=True)
class RenewOverride(Callback):
    """Let a cell set by hand hold for another cycle."""

    customer: int


@button("xe1")
@dataclass(frozen=True, slots=True)
class EndOverride(Callback):
    """Let the computed cell hold again."""

    customer: int


@button("r1")
@dataclass(frozen=True, slots=True)
class ShowTiers(Callback):
    """What there is to do about tiers."""


@button("rx1")
@dataclass(frozen=True, slots=True)
class ShowOverrides(Callback):
    """The cells that are set by hand."""

    page: int = 0


@button("ro1")
@dataclass(frozen=True, slots=True)
class OpenRound(Callback):
    """Begin a round, or go on with the open one."""


@button("rd1")
@dataclass(frozen=True, slots=True)
class ShowRound(Callback):
    """The five steps of a round."""

    round: int


@button("rg1")
@dataclass(frozen=True, slots=True)
class ShowGaps(Callback):
    """Who is not known well enough."""

    round: int


@button("rp1")
@dataclass(frozen=True, slots=True)
class ShowProposals(Callback):
    """Who would move."""

    round: int
    page: int = 0


@button("rq1")
@dataclass(frozen=True, slots=True)
class ShowProposal(Callback):
    """One proposal with its reasons."""

    proposal: int


@button("rv1")
@dataclass(frozen=True, slots=True)
class DecideProposal(Callback):
    """Approve a proposal, or keep the customer where they are."""

    proposal: int
    approve: bool


@button("ra1")
@dataclass(frozen=True, slots=True)
class ApproveAll(Callback):
    """Approve all moves that wait; asks first unless `sure`."""

    round: int
    sure: bool = False


@button("rl1")
@dataclass(frozen=True, slots=True)
class ShowLoads(Callback):
    """The visits a month of each rep, before and after a round."""

    round: int


@button("rc1")
@dataclass(frozen=True, slots=True)
class CloseRound(Callback):
    """Close a round; asks first unless `sure`."""

    round: int
    sure: bool = False


@button("rm1")
@dataclass(frozen=True, slots=True)
class ShowChanges(Callback):
    """What has moved since the month began."""


@button("rr2")
@dataclass(frozen=True, slots=True)
class ShowDue(Callback):
    """Whose potential or support is to be looked at again."""

    page: int = 0


@button("qe1")
@dataclass(frozen=True, slots=True)
class AskEvidence(Callback):
    """What speaks for a doubt; the next message is the answer."""

    customer: int
    doubt: Doubt


@button("ql1")
@dataclass(frozen=True, slots=True)
class ShowQuestions(Callback):
    """The questions of reps: a rep's own, or those of the team."""

    page: int = 0


@button("qo1")
@dataclass(frozen=True, slots=True)
class ShowQuestion(Callback):
    """One question."""

    question: int


@button("qv1")
@dataclass(frozen=True, slots=True)
class AskAnswerReason(Callback):
    """Why a question is settled: with a cell, or None to take the customer `off` or keep all as it is.

    The next message is the answer.
    """

    question: int
    cell: Cell | None
    off: bool = False
