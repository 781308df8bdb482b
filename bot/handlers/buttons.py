"""Every button there is. A changed form gets a new code, so that old messages are known to be old."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from bot.callbacks import Callback, RowId, button
from bot.db.values import HeldState
from bot.services.analyses import Filter
from domain.compliance.rules import Topic
from domain.coverage.period import Span
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import Basis, FactKind, FileField, RelationKind
from domain.people.model import Role
from domain.planning.absence import LeaveKind
from domain.planning.cadence import Measure
from domain.planning.effort_params import Level, RemedyKind
from domain.planning.model import Half
from domain.segments.scheme import Scheme
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell
from domain.tiering.review import EventKind
from domain.visits.dismissal import DismissReason
from domain.visits.log import Field
from domain.visits.model import Channel
from domain.visits.states import Result

ALL = RowId(0)


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


@button("cf1")
@dataclass(frozen=True, slots=True)
class FindMore(Callback):
    """Another page of the customers who fit what was typed."""

    wanted: str
    page: int


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


@button("dl1")
@dataclass(frozen=True, slots=True)
class ShowLine(Callback):
    """What can be done about a customer of today's list."""

    customer: int
    page: int = 0


@button("du1")
@dataclass(frozen=True, slots=True)
class MoveUp(Callback):
    """Visit a customer before the one who comes before."""

    customer: int
    page: int = 0


@button("dd1")
@dataclass(frozen=True, slots=True)
class DropToday(Callback):
    """Take a customer off today's list, no more."""

    customer: int
    page: int = 0


@button("do1")
@dataclass(frozen=True, slots=True)
class ShowLeftOut(Callback):
    """Who is due and not on the list, why, and who is to be profiled."""

    rep: int | None = None
    page: int = 0


@button("dn1")
@dataclass(frozen=True, slots=True)
class AskAdd(Callback):
    """Whom to put onto today's list; a name is an answer, too."""

    page: int = 0


@button("da1")
@dataclass(frozen=True, slots=True)
class AddToday(Callback):
    """Put a customer onto today's list."""

    customer: int


@button("db1")
@dataclass(frozen=True, slots=True)
class AskBroken(Callback):
    """The day broke: how much time is left."""


@button("db2")
@dataclass(frozen=True, slots=True)
class AskWhere(Callback):
    """The day broke: where one is; `minutes` are left, None until evening."""

    minutes: int | None


@button("db3")
@dataclass(frozen=True, slots=True)
class ReplanDay(Callback):
    """Make the rest of the day anew, from a hospital or (None) from elsewhere."""

    minutes: int | None
    institution: int | None


@button("no1")
@dataclass(frozen=True, slots=True)
class SayNo(Callback):
    """Why a customer is not to be visited."""

    customer: int
    page: int = 0


@button("no2")
@dataclass(frozen=True, slots=True)
class Dismiss(Callback):
    """Say no for a reason."""

    customer: int
    reason: DismissReason
    page: int = 0


@button("no3")
@dataclass(frozen=True, slots=True)
class Challenge(Callback):
    """Say no because the customer is no target, and say what is wrong."""

    customer: int
    doubt: Doubt
    page: int = 0


@button("no4")
@dataclass(frozen=True, slots=True)
class ShowProductIssues(Callback):
    """What reps said about products."""

    page: int = 0


@button("g1")
@dataclass(frozen=True, slots=True)
class ShowGrid(Callback):
    """The nine-box grid."""


class View(StrEnum):
    """What a picture shows."""

    GRID = "g"
    ABC = "a"
    RFM = "r"
    LORENZ = "l"


class Whom(IntEnum):
    """Whose business a view shows."""

    EITHER = 0  # whichever has data
    DOCTORS = 1
    HOSPITALS = 2


@button("gc2")
@dataclass(frozen=True, slots=True)
class ShowCell(Callback):
    """Who stands in a cell ("A2"), or is unrated ("-"), of those whom the filters leave; 0 is all."""

    cell: str
    page: int = 0
    team: RowId = ALL
    hospital: RowId = ALL
    product: RowId = ALL


@dataclass(frozen=True, slots=True)
class Narrowed(Callback):
    """A view and its filters; 0 is all."""

    view: View
    whom: Whom = Whom.EITHER
    team: RowId = ALL
    hospital: RowId = ALL
    product: RowId = ALL


@button("n1")
@dataclass(frozen=True, slots=True)
class ShowAnalysis(Narrowed):
    """A view as a picture."""


@button("nx1")
@dataclass(frozen=True, slots=True)
class SendWorkbook(Narrowed):
    """A view as a workbook."""


@button("nf1")
@dataclass(frozen=True, slots=True)
class ChooseFilter(Narrowed):
    """What one filter can be set to."""

    by: Filter = Filter.TEAM
    page: int = 0


class Section(StrEnum):
    """A part of a customer's file."""

    ALL = "a"
    BASICS = "b"
    TIMES = "t"
    CHANNELS = "c"
    NEEDS = "n"
    SWOT = "s"
    RELATIONS = "r"
    VISITS = "v"
    HISTORY = "h"


@button("pf1")
@dataclass(frozen=True, slots=True)
class ShowFile(Callback):
    """A customer's file, or a section of it."""

    customer: int
    section: Section = Section.ALL
    page: int = 0


@button("pfa1")
@dataclass(frozen=True, slots=True)
class AskFile(Callback):
    """What a field of the file shall be."""

    customer: int
    field: FileField
    page: int = 0


@button("fs1")
@dataclass(frozen=True, slots=True)
class ShowFeedback(Callback):
    """What a customer has said of us."""

    customer: int
    page: int = 0


@button("fa1")
@dataclass(frozen=True, slots=True)
class AskFeedback(Callback):
    """The numbers from 0 to 10."""

    customer: int


@button("fg1")
@dataclass(frozen=True, slots=True)
class GiveFeedback(Callback):
    """Keep a number on the customer's behalf."""

    customer: int
    score: int


@button("fu1")
@dataclass(frozen=True, slots=True)
class UndoFeedback(Callback):
    """Take an entry out again."""

    feedback: int


@button("fl1")
@dataclass(frozen=True, slots=True)
class ShowFeedbackFigures(Callback):
    """What the customers of one's list say together."""

    page: int = 0


@button("pfb1")
@dataclass(frozen=True, slots=True)
class SetFile(Callback):
    """Write a field of the file; what `key` stands for depends on the field."""

    customer: int
    field: FileField
    key: str


@button("pfc1")
@dataclass(frozen=True, slots=True)
class AskConsent(Callback):
    """What a customer has said to a channel, today or (`on`) on another day."""

    customer: int
    channel: Channel
    on: date | None = None


@button("pfd1")
@dataclass(frozen=True, slots=True)
class SetConsent(Callback):
    """The customer agrees to a channel, or does not any more."""

    customer: int
    channel: Channel
    basis: Basis
    given: bool
    on: date | None = None


@button("pfe1")
@dataclass(frozen=True, slots=True)
class ShowFacts(Callback):
    """The facts of one kind; another may be written."""

    customer: int
    kind: FactKind


@button("pfg1")
@dataclass(frozen=True, slots=True)
class EndFact(Callback):
    """A fact is no longer so; a promise is kept."""

    customer: int
    fact: int


@button("pfh1")
@dataclass(frozen=True, slots=True)
class EndStep(Callback):
    """What was promised at a visit is done."""

    customer: int
    visit: int


@button("pfi1")
@dataclass(frozen=True, slots=True)
class AskRelation(Callback):
    """Between whom a relation is; a name is an answer, too."""

    customer: int


@button("pfj1")
@dataclass(frozen=True, slots=True)
class ChooseRelation(Callback):
    """What the other is to the customer."""

    customer: int
    other: int


@button("pfk1")
@dataclass(frozen=True, slots=True)
class SetRelation(Callback):
    """Keep a relation."""

    customer: int
    other: int
    kind: RelationKind


@button("pfl1")
@dataclass(frozen=True, slots=True)
class EndRelation(Callback):
    """Take a relation out."""

    customer: int
    relation: int


@button("pfu1")
@dataclass(frozen=True, slots=True)
class UndoEdit(Callback):
    """Take an edit of a file back."""

    change: int


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


@button("rm2")
@dataclass(frozen=True, slots=True)
class ShowMatrix(Callback):
    """From which cell to which customers have moved since the month began, as a picture."""


@button("rmx1")
@dataclass(frozen=True, slots=True)
class SendMovement(Callback):
    """What has moved since the month began, as a workbook."""


@button("rr2")
@dataclass(frozen=True, slots=True)
class ShowDue(Callback):
    """Whose potential or support is to be looked at again."""

    page: int = 0


@button("pc1")
@dataclass(frozen=True, slots=True)
class AskProcurement(Callback):
    """What has changed in procurement where a customer works, and then (`kind`) since when."""

    customer: int
    kind: EventKind | None = None


@button("pn1")
@dataclass(frozen=True, slots=True)
class AskProcurementNote(Callback):
    """What is to be said about a change in procurement; the next message is the answer."""

    customer: int
    kind: EventKind
    on: date


@button("sg1")
@dataclass(frozen=True, slots=True)
class ShowSegments(Callback):
    """A customer's types and stages in every scheme."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("sa1")
@dataclass(frozen=True, slots=True)
class AskSegment(Callback):
    """A customer in one scheme, and the values to choose from."""

    customer: int
    scheme: Scheme
    back: Back = Back.HOME
    page: int = 0


@button("sv1")
@dataclass(frozen=True, slots=True)
class StateSegment(Callback):
    """State a value of a scheme by its name, or None: unsure."""

    customer: RowId
    scheme: Scheme
    value: str | None
    back: Back = Back.HOME
    page: RowId = ALL


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


@button("ap1")
@dataclass(frozen=True, slots=True)
class ShowAppointments(Callback):
    """The appointments to come."""

    page: int = 0


@button("ao1")
@dataclass(frozen=True, slots=True)
class ShowAppointment(Callback):
    """One appointment."""

    appointment: int


@button("ad1")
@dataclass(frozen=True, slots=True)
class AskDay(Callback):
    """On which day to see a customer; `moves` is the appointment that is to be moved."""

    customer: int
    moves: int | None = None
    page: int = 0


@button("at1")
@dataclass(frozen=True, slots=True)
class AskTime(Callback):
    """At what time of a day; `every` shows also the times at which the customer does not receive."""

    customer: int
    on: date
    moves: int | None = None
    every: bool = False


@button("as1")
@dataclass(frozen=True, slots=True)
class SetAppointment(Callback):
    """Set an appointment, or move one, to a day and a minute of that day."""

    customer: RowId
    on: date
    minute: int
    moves: int | None = None


@button("al1")
@dataclass(frozen=True, slots=True)
class SetLength(Callback):
    """How many minutes an appointment lasts."""

    appointment: int
    minutes: int


@button("am1")
@dataclass(frozen=True, slots=True)
class SetPromised(Callback):
    """Whether the customer has agreed to the time."""

    appointment: int
    promised: bool


@button("ax1")
@dataclass(frozen=True, slots=True)
class CancelAppointment(Callback):
    """Cancel an appointment; asks first unless `sure`."""

    appointment: int
    sure: bool = False


@button("tm1")
@dataclass(frozen=True, slots=True)
class AskTimes(Callback):
    """When a customer receives; `week` are the halves chosen so far, None those that are known."""

    customer: int
    week: int | None = None


@button("tv1")
@dataclass(frozen=True, slots=True)
class SetTimes(Callback):
    """Keep when a customer receives, or everybody in the hospital."""

    customer: int
    week: int
    whole: bool = False


@button("tu1")
@dataclass(frozen=True, slots=True)
class DoNotAskTimes(Callback):
    """Nobody knows when a customer receives, and the question shall not come again."""

    customer: int


@button("wt1")
@dataclass(frozen=True, slots=True)
class ShowOwnTime(Callback):
    """A rep's working hours, where the day begins, and leave."""


@button("wh1")
@dataclass(frozen=True, slots=True)
class AskHours(Callback):
    """When the working day begins, or, once that is known (a minute of the day), when it ends."""

    start: int | None = None


@button("ws1")
@dataclass(frozen=True, slots=True)
class SetHours(Callback):
    """The working day in minutes of the day."""

    start: int
    end: int


@button("wb1")
@dataclass(frozen=True, slots=True)
class AskBase(Callback):
    """Where the day begins; a place on the map is an answer, too."""

    page: int = 0


@button("wp1")
@dataclass(frozen=True, slots=True)
class SetBase(Callback):
    """The hospital where the day begins, or None: the first visit."""

    institution: int | None


@button("wl2")
@dataclass(frozen=True, slots=True)
class AskLeave(Callback):
    """The first day away, or, once that is known, the last; `month` is the page of the calendar."""

    month: date
    first: date | None = None
    kind: LeaveKind = LeaveKind.OFF
    half: Half | None = None


@button("wa2")
@dataclass(frozen=True, slots=True)
class TakeLeave(Callback):
    """Be away."""

    first: date
    last: date
    kind: LeaveKind = LeaveKind.OFF
    half: Half | None = None


@button("wx1")
@dataclass(frozen=True, slots=True)
class DropLeave(Callback):
    """Work on those days after all."""

    leave: int


@button("k1")
@dataclass(frozen=True, slots=True)
class ShowCalendar(Callback):
    """How to have the appointments in the phone's calendar."""


@button("kn1")
@dataclass(frozen=True, slots=True)
class NewCalendarAddress(Callback):
    """A new secret address of the calendar; the old one ends."""


@button("kx1")
@dataclass(frozen=True, slots=True)
class EndCalendarAddress(Callback):
    """Make the address of the calendar useless."""


@button("kf1")
@dataclass(frozen=True, slots=True)
class SendCalendar(Callback):
    """The calendar as a file."""


@button("y1")
@dataclass(frozen=True, slots=True)
class ShowCapacity(Callback):
    """What the month holds: one's own, that of a rep of the team (`rep`), or the team at a glance."""

    rep: int | None = None
    page: int = 0


@button("yr1")
@dataclass(frozen=True, slots=True)
class ShowRemedy(Callback):
    """What a way out of a month that does not fit would mean."""

    kind: RemedyKind
    rep: int | None = None


@button("yc1")
@dataclass(frozen=True, slots=True)
class ChooseRemedy(Callback):
    """Take a way out for the rest of the month."""

    kind: RemedyKind


@button("yx1")
@dataclass(frozen=True, slots=True)
class EndRemedy(Callback):
    """Take a way out back."""

    choice: int


@button("yh1")
@dataclass(frozen=True, slots=True)
class ShowRhythm(Callback):
    """One cadence in three measures, `value` in hundredths of `measure`."""

    measure: Measure = Measure.MONTHLY
    value: int = 400


@button("yo1")
@dataclass(frozen=True, slots=True)
class ShowOverdue(Callback):
    """Who has waited too long; for a manager of a rep, or the team at a glance."""

    rep: int | None = None
    page: int = 0


@button("yp1")
@dataclass(frozen=True, slots=True)
class ShowPace(Callback):
    """How the month is going; for a manager of a rep, or the team at a glance."""

    rep: int | None = None
    page: int = 0


@button("ye1")
@dataclass(frozen=True, slots=True)
class ShowEffort(Callback):
    """How the team's visits are shared out, and how they would bring most."""


@button("yj1")
@dataclass(frozen=True, slots=True)
class ShowJudgement(Callback):
    """What is expected of a cell at other levels of effort."""

    cell: Cell


@button("yj2")
@dataclass(frozen=True, slots=True)
class StepJudgement(Callback):
    """Expect more or less of a cell at one level of effort."""

    cell: Cell
    level: Level
    up: bool


@button("ya1")
@dataclass(frozen=True, slots=True)
class ApplyEffort(Callback):
    """Make the best sharing the cadence of the team; asks first unless `sure`."""

    sure: bool = False


@button("ya2")
@dataclass(frozen=True, slots=True)
class EndEffort(Callback):
    """Let the norm hold again."""

    effort: int


@button("v1")
@dataclass(frozen=True, slots=True)
class LogVisit(Callback):
    """How a visit of today went."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("vd1")
@dataclass(frozen=True, slots=True)
class LogOn(Callback):
    """How a visit of another day went; `on` None asks for the day."""

    customer: int
    on: date | None = None
    back: Back = Back.HOME
    page: int = 0


@button("vo1")
@dataclass(frozen=True, slots=True)
class SetResult(Callback):
    """Log a visit."""

    customer: RowId
    on: date
    result: Result
    back: Back = Back.HOME
    page: RowId = ALL


@button("vc1")
@dataclass(frozen=True, slots=True)
class AskCancelled(Callback):
    """Why a visit was called off."""

    customer: int
    on: date
    back: Back = Back.HOME
    page: int = 0


@button("vv1")
@dataclass(frozen=True, slots=True)
class ShowVisit(Callback):
    """A visit as it is kept; `every` offers all that can be said of it."""

    visit: int
    every: bool = False


@button("vh1")
@dataclass(frozen=True, slots=True)
class ShowVersions(Callback):
    """What a visit looked like before, and who changed it."""

    visit: int


@button("vu1")
@dataclass(frozen=True, slots=True)
class UndoVisit(Callback):
    """Take an entry back, with all that was entered at the same moment."""

    version: int


@button("vf1")
@dataclass(frozen=True, slots=True)
class AskField(Callback):
    """What can be said in one field of a visit, or of a draft."""

    subject: int
    is_draft: bool
    field: Field


@button("vs1")
@dataclass(frozen=True, slots=True)
class SetField(Callback):
    """Say something in one field; `value` None takes it out. `sure` after it was asked back."""

    subject: RowId
    is_draft: bool
    field: Field
    value: str | None
    chosen: bool = True
    sure: bool = False


@button("vl1")
@dataclass(frozen=True, slots=True)
class ShowVisits(Callback):
    """The visits that were logged for today, and ways to log another."""

    page: int = 0


@button("vm1")
@dataclass(frozen=True, slots=True)
class AskHospital(Callback):
    """At which hospital several customers were met in one go."""

    page: int = 0


@button("vm2")
@dataclass(frozen=True, slots=True)
class StartMany(Callback):
    """Begin a visit to several customers of a hospital."""

    institution: int


@button("vt1")
@dataclass(frozen=True, slots=True)
class TickCustomer(Callback):
    """Whether a customer was there."""

    draft: RowId
    customer: RowId
    there: bool
    page: RowId = ALL


@button("vr1")
@dataclass(frozen=True, slots=True)
class ShowDraft(Callback):
    """A visit that waits for its confirmation; `change` offers all that can be said of it."""

    draft: int
    change: bool = False
    page: int = 0


@button("vn1")
@dataclass(frozen=True, slots=True)
class ChooseCustomer(Callback):
    """Which customer the name number `name` of a draft means; None: nobody."""

    draft: int
    name: int
    customer: int | None


@button("ve1")
@dataclass(frozen=True, slots=True)
class SetDraftDay(Callback):
    """On which day the visit of a draft was; None asks."""

    draft: int
    on: date | None = None


@button("vr2")
@dataclass(frozen=True, slots=True)
class SetDraftResult(Callback):
    """How the visit of a draft went; None asks."""

    draft: int
    result: Result | None = None


@button("vw1")
@dataclass(frozen=True, slots=True)
class SaveDraft(Callback):
    """Log what a draft says."""

    draft: int


@button("vx1")
@dataclass(frozen=True, slots=True)
class DropDraft(Callback):
    """Forget a draft."""

    draft: int


@button("va1")
@dataclass(frozen=True, slots=True)
class AttachTo(Callback):
    """Keep the picture or voice note of a draft with a visit."""

    draft: int
    visit: int


@button("wk1")
@dataclass(frozen=True, slots=True)
class ShowWeek(Callback):
    """The plan of a week: one's own, or (`rep`) that of a rep of the team; page 0 is the present one."""

    rep: int | None = None
    page: int = 0


@button("wd1")
@dataclass(frozen=True, slots=True)
class ShowWeekDay(Callback):
    """The plan of one day."""

    on: date
    rep: int | None = None


@button("wm1")
@dataclass(frozen=True, slots=True)
class AskMove(Callback):
    """To which day to move a visit of the plan."""

    customer: int
    on: date


@button("wm2")
@dataclass(frozen=True, slots=True)
class MoveVisit(Callback):
    """Move a visit of the plan to another day."""

    customer: int
    on: date
    to: date


@button("wm3")
@dataclass(frozen=True, slots=True)
class LetGo(Callback):
    """Let the plan decide again about the visits that were moved to a day."""

    on: date


@button("wc1")
@dataclass(frozen=True, slots=True)
class ConfirmWeek(Callback):
    """Mean the plan of a week, or (not `holds`) open it again."""

    monday: date
    holds: bool = True


@button("mo1")
@dataclass(frozen=True, slots=True)
class ShowMonth(Callback):
    """The rest of a month: one's own, or (`rep`) that of a rep of the team; page 1 is the next month."""

    rep: int | None = None
    page: int = 0


@button("mp1")
@dataclass(frozen=True, slots=True)
class ShowMap(Callback):
    """The stops of a day (None: today) on a map, and the way to the phone's own map."""

    rep: int | None = None
    on: date | None = None


@button("jr1")
@dataclass(frozen=True, slots=True)
class ReportWrong(Callback):
    """Something is wrong about a customer on the list."""

    customer: int
    kind: CorrectionKind


@button("js1")
@dataclass(frozen=True, slots=True)
class ShowCorrection(Callback):
    """One report: what can still be said of it, or how it can be answered."""

    correction: int


@button("jl1")
@dataclass(frozen=True, slots=True)
class ShowCorrections(Callback):
    """The reports that wait, and the answers."""

    page: int = 0


@button("jf1")
@dataclass(frozen=True, slots=True)
class PointAt(Callback):
    """Which field is wrong; None is something else."""

    correction: int
    field: FileField | None


@button("jp1")
@dataclass(frozen=True, slots=True)
class SayPlace(Callback):
    """Which hospital is meant."""

    correction: RowId
    institution: RowId


@button("jt1")
@dataclass(frozen=True, slots=True)
class SaySame(Callback):
    """Who is the same person."""

    correction: RowId
    other: RowId


@button("jw1")
@dataclass(frozen=True, slots=True)
class WithdrawReport(Callback):
    """Take a report back."""

    correction: int


@button("ja1")
@dataclass(frozen=True, slots=True)
class ApproveReport(Callback):
    """It is so: take off the list, or write what is right."""

    correction: int


@button("jm1")
@dataclass(frozen=True, slots=True)
class ApproveMove(Callback):
    """The customer has moved, into the care of a rep, or of nobody (0)."""

    correction: RowId
    owner: RowId


@button("jn1")
@dataclass(frozen=True, slots=True)
class RejectReport(Callback):
    """Everything stays as it is."""

    correction: int


@button("jk1")
@dataclass(frozen=True, slots=True)
class MergeInto(Callback):
    """The two are one person, and this entry is kept."""

    correction: RowId
    kept: RowId


@button("ju1")
@dataclass(frozen=True, slots=True)
class Separate(Callback):
    """Two entries that were merged are two again."""

    merge: int


@button("jq1")
@dataclass(frozen=True, slots=True)
class AskForget(Callback):
    """What it means to forget a customer, and whether that is wanted."""

    customer: int


@button("jz1")
@dataclass(frozen=True, slots=True)
class Forget(Callback):
    """Forget a customer for good."""

    customer: int


@button("tl1")
@dataclass(frozen=True, slots=True)
class ShowTime(Callback):
    """Where one's own time goes; for managers that of the team as a whole."""


@button("tld1")
@dataclass(frozen=True, slots=True)
class ShowTimeDay(Callback):
    """What was told of a day."""

    on: date


@button("tlw1")
@dataclass(frozen=True, slots=True)
class ShowTimeWeek(Callback):
    """What was told of the week from `monday` on."""

    monday: date


@button("tlt1")
@dataclass(frozen=True, slots=True)
class TellDay(Callback):
    """How a day was used, in minutes; nothing at all forgets it."""

    on: date
    selling: int
    travelling: int
    organising: int
    personal: int


@button("tlv1")
@dataclass(frozen=True, slots=True)
class TellWeek(Callback):
    """How a week was used as a whole, in minutes."""

    monday: date
    selling: int
    travelling: int
    organising: int
    personal: int


@button("tlh1")
@dataclass(frozen=True, slots=True)
class ShowHabits(Callback):
    """Eight habits of using time well, with one's own figures."""


@button("sr1")
@dataclass(frozen=True, slots=True)
class ShowReview(Callback):
    """The monthly self-review: one's own or (`rep`) that of a rep of the team, `back` months ago.

    `question` 0 is all six at a glance; for managers without `rep` the reps of the team.
    """

    question: int = 0
    back: int = 0
    rep: int | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class OfPeriod(Callback):
    """The week, month or quarter of the day `on` (None: of yesterday); `whom`: a manager or rep below."""

    span: Span = Span.WEEK
    on: date | None = None
    whom: int | None = None
    page: int = 0


@button("dg1")
@dataclass(frozen=True, slots=True)
class ShowDigest(OfPeriod):
    """The figures of a team in one text, what has changed, and what is to be decided."""


@button("dp1")
@dataclass(frozen=True, slots=True)
class ShowCoverage(OfPeriod):
    """Coverage by letter with the pace, as a picture of each rep."""


@button("dx1")
@dataclass(frozen=True, slots=True)
class SendDigest(OfPeriod):
    """The digest as a workbook."""


@button("dt1")
@dataclass(frozen=True, slots=True)
class ShowTeam(OfPeriod):
    """The figures of everybody directly below."""


@button("dr1")
@dataclass(frozen=True, slots=True)
class ShowTerritory(OfPeriod):
    """The figures of a rep (`whom`) by cell and hospital."""


@button("dc1")
@dataclass(frozen=True, slots=True)
class ShowServed(OfPeriod):
    """The customers of a rep (`whom`) with what each was due and got."""


@button("z1")
@dataclass(frozen=True, slots=True)
class ShowSeen(Callback):
    """The visits that were logged from one day to another."""

    first: date
    last: date
    page: int = 0


@button("z2")
@dataclass(frozen=True, slots=True)
class ShowUnseen(Callback):
    """Who has not been met from one day to another: all, a letter ("A") or a cell ("A1")."""

    first: date
    last: date
    whom: str | None = None
    page: int = 0


@button("z3")
@dataclass(frozen=True, slots=True)
class ShowPromises(Callback):
    """What is promised and not done yet: all, or what is due from one day to another."""

    first: date | None = None
    last: date | None = None
    page: int = 0


@button("z4")
@dataclass(frozen=True, slots=True)
class ShowMoved(Callback):
    """Who has moved from one cell to another since the month began; None is any cell."""

    before: Cell | None = None
    after: Cell | None = None
    page: int = 0


@button("cr1")
@dataclass(frozen=True, slots=True)
class ShowRules(Callback):
    """The compliance rules: what they are about."""


@button("cr2")
@dataclass(frozen=True, slots=True)
class ShowTopic(Callback):
    """The compliance rules on one topic."""

    topic: Topic
    page: int = 0


@button("cr3")
@dataclass(frozen=True, slots=True)
class ShowRule(Callback):
    """One compliance rule."""

    rule: str


@button("cr4")
@dataclass(frozen=True, slots=True)
class ShowSayings(Callback):
    """Old wording, and what to say instead."""

    page: int = 0


@button("hl1")
@dataclass(frozen=True, slots=True)
class ShowHeld(Callback):
    """Notes that wait for a safety report."""


@button("hl2")
@dataclass(frozen=True, slots=True)
class EndHold(Callback):
    """What became of a note that may tell of a side effect."""

    held: int
    state: HeldState
