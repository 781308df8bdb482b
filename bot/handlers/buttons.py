"""Every button there is. A changed form gets a new code, so that old messages are known to be old."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.callbacks import Callback, button
from domain.people.model import Role
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell


class Back(StrEnum):
    """The screen that a customer card was opened from."""

    TODAY = "t"
    GRID = "g"
    HOME = "h"


@button("h1")
@dataclass(frozen=True, slots=True)
class ShowHome(Callback):
    """Go home."""


@button("hp1")
@dataclass(frozen=True, slots=True)
class ShowHelp(Callback):
    """What the bot can do."""


@button("t1")
@dataclass(frozen=True, slots=True)
class ShowToday(Callback):
    """The day list, one's own or (`rep`) that of a rep of the team."""

    rep: int | None = None
    page: int = 0


@button("ts1")
@dataclass(frozen=True, slots=True)
class ShowPutOff(Callback):
    """The customers whom the rep has put off."""

    page: int = 0


@button("c1")
@dataclass(frozen=True, slots=True)
class ShowCard(Callback):
    """A customer's card."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("cs1")
@dataclass(frozen=True, slots=True)
class ShowStrategy(Callback):
    """The strategy card of a customer's cell."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("ct1")
@dataclass(frozen=True, slots=True)
class ShowTrace(Callback):
    """Every reason of a customer's cell, and the decisions before."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("w1")
@dataclass(frozen=True, slots=True)
class ShowWhy(Callback):
    """Why a customer is on today's list, or is not."""

    customer: int
    back: Back = Back.TODAY
    page: int = 0


@button("l1")
@dataclass(frozen=True, slots=True)
class AskLater(Callback):
    """Until when to put a customer off."""

    customer: int
    page: int = 0


@button("lu1")
@dataclass(frozen=True, slots=True)
class PutOff(Callback):
    """Put a customer off until a day."""

    customer: int
    until: date
    page: int = 0


@button("lx1")
@dataclass(frozen=True, slots=True)
class TakeBack(Callback):
    """Put a customer back on the list."""

    customer: int


@button("g1")
@dataclass(frozen=True, slots=True)
class ShowGrid(Callback):
    """The nine-box grid."""


@button("gc1")
@dataclass(frozen=True, slots=True)
class ShowCell(Callback):
    """Who stands in a cell ("A2"), or is unrated ("-")."""

    cell: str
    page: int = 0


@button("f1")
@dataclass(frozen=True, slots=True)
class AskCustomer(Callback):
    """How to find a customer."""


@button("s1")
@dataclass(frozen=True, slots=True)
class ShowSettings(Callback):
    """Language and time zone."""


@button("sl1")
@dataclass(frozen=True, slots=True)
class SetLanguage(Callback):
    """Fix the language, or None: follow Telegram."""

    locale: str | None


@button("sz1")
@dataclass(frozen=True, slots=True)
class ShowZones(Callback):
    """Time zones to choose from."""


@button("su1")
@dataclass(frozen=True, slots=True)
class SetZone(Callback):
    """Fix the time zone, or None: the company's."""

    zone: str | None


@button("i1")
@dataclass(frozen=True, slots=True)
class ShowInvite(Callback):
    """Whom to invite."""

    page: int = 0


@button("ir1")
@dataclass(frozen=True, slots=True)
class InviteRole(Callback):
    """Invite somebody who is not on the list yet; a rep needs a manager where there are several."""

    role: Role
    manager: int | None = None


@button("iu1")
@dataclass(frozen=True, slots=True)
class InviteUser(Callback):
    """Make a new link for a person on the list."""

    user: int


@button("ix1")
@dataclass(frozen=True, slots=True)
class RevokeInvite(Callback):
    """Make a person's open links useless."""

    user: int


@button("u1")
@dataclass(frozen=True, slots=True)
class ShowUsers(Callback):
    """Who has access."""

    page: int = 0


@button("uo1")
@dataclass(frozen=True, slots=True)
class ShowUser(Callback):
    """One person."""

    user: int


@button("ua1")
@dataclass(frozen=True, slots=True)
class SetActive(Callback):
    """Close or reopen a person's access."""

    user: int
    active: bool


@button("um1")
@dataclass(frozen=True, slots=True)
class SetManager(Callback):
    """Whom a rep reports to; `manager` None asks."""

    user: int
    manager: int | None = None


@button("uc1")
@dataclass(frozen=True, slots=True)
class AssignCustomers(Callback):
    """Give a rep all customers that belong to nobody."""

    user: int


@button("m1")
@dataclass(frozen=True, slots=True)
class ShowImport(Callback):
    """How to load a roster, and the latest loads."""


@button("mt1")
@dataclass(frozen=True, slots=True)
class SendTemplate(Callback):
    """An empty roster to fill in."""


@button("ma1")
@dataclass(frozen=True, slots=True)
class AnswerImport(Callback):
    """Option `option` of question number `step` of an import that waits."""

    draft: int
    step: int
    option: int


@button("mc1")
@dataclass(frozen=True, slots=True)
class ConfirmImport(Callback):
    """Carry out what the dry run showed."""

    draft: int


@button("mr1")
@dataclass(frozen=True, slots=True)
class SendRejected(Callback):
    """The rejected rows as a sheet."""

    draft: int


@button("mx1")
@dataclass(frozen=True, slots=True)
class DropImport(Callback):
    """Forget an import that waits."""

    draft: int


@button("mb1")
@dataclass(frozen=True, slots=True)
class ShowBatch(Callback):
    """One load."""

    batch: int


@button("mu1")
@dataclass(frozen=True, slots=True)
class RollBack(Callback):
    """Undo one load; asks first unless `sure`."""

    batch: int
    sure: bool = False


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


@button("rr1")
@dataclass(frozen=True, slots=True)
class ShowDue(Callback):
    """Whose potential or support is to be looked at again."""


@button("qa1")
@dataclass(frozen=True, slots=True)
class AskDoubt(Callback):
    """What is not right about a customer's place."""

    customer: int
    back: Back = Back.HOME
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
