"""What is known and reckoned of a territory, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.coverage.definitions import Served
from domain.coverage.figures import Figures, RepFigures
from domain.coverage.params import CoverageParams
from domain.coverage.period import Period
from domain.coverage.proposals import CoverageProposal
from domain.coverage.ratio import Ratio
from domain.coverage.serving import Swap
from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId, UserId
from domain.people.model import User
from domain.planning.params import CadenceParams
from domain.tiering.model import Cell, Tier
from domain.timelog.split import Split
from domain.visits.dismissal import DismissReason
from domain.visits.model import Channel, Outcome

if TYPE_CHECKING:
    from domain.tiering.movement import Movement


FRESH = timedelta(days=7)
"""So long after a period it is looked at for decisions."""


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep whom the viewer leads, and whose team it is."""

    id: UserId
    name: str
    manager_id: UserId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A customer at the end of a period; `was` is the cell at its beginning, `stood` that long before.

    `was_known` and `is_known` say whether anything had been decided by then. Who `is_listed` is active and
    sees representatives. The name is "" where the viewer leads the rep through others.
    """

    id: CustomerId
    name: str
    rep_id: UserId
    institution_id: InstitutionId | None
    institution: str
    is_active: bool
    is_listed: bool
    cell: Cell | None
    is_known: bool
    was: Cell | None
    was_known: bool
    stood: Cell | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidVisit:
    """A visit as a line of a list; `counts` says that somebody was met face to face."""

    on: date
    rep: str
    customer: str
    channel: Channel
    outcome: Outcome | None
    counts: bool
    is_planned: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A rep, or a manager with all reps below, as one line of a team."""

    user: User
    reps: int
    figures: Figures
    tiers: Mapping[Tier, Figures]
    work: RepFigures


@dataclass(frozen=True, slots=True)
class Before:
    """Reach by letter, and the mix, of the same customers in the period before."""

    reach: Mapping[Tier, Ratio]
    mix: Mapping[Tier, Ratio]


@dataclass(frozen=True, slots=True)
class Moved:
    """A customer who changed the cell in the period, or lost or got one."""

    customer: Listed
    before: Cell | None
    after: Cell | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A team, or a rep, in a period, as the viewer may see it.

    `whom` is whose team or which rep was asked for, None the viewer's own team; `units` are the people
    directly below. `before` are the same customers in the days of the period before that are `compared`
    (first and last). `cadence` is the norm. `time` is None unless enough reps have told theirs.
    """

    period: Period
    today: date
    whom: User | None
    units: tuple[Unit, ...]
    reps: Mapping[UserId, Rep]
    served: tuple[Served, ...]
    whole: Figures
    work: RepFigures
    tiers: Mapping[Tier, Figures]
    cells: Mapping[Cell, Figures]
    hospitals: Sequence[tuple[str, Figures]]
    compared: tuple[date, date]
    before: Before
    under: tuple[Swap, ...]
    over: tuple[Served, ...]
    movement: "Movement"
    moved: tuple[Moved, ...]
    dismissals: Mapping[Tier | None, Mapping[DismissReason, int]]
    questions: tuple[tuple[Rep, Reason], ...]
    time: Split | None
    proposals: tuple[CoverageProposal, ...]
    cadence: CadenceParams
    params: CoverageParams

    @property
    def until(self) -> date:
        """The last day that is counted."""
        return self.period.until(self.today)

    @property
    def is_running(self) -> bool:
        return self.period.last >= self.today

    @property
    def is_fresh(self) -> bool:
        """Whether it is the running period or ended so lately that there is something to decide about it."""
        return self.today - self.until <= FRESH

    def of_rep(self, rep_id: UserId) -> tuple[Served, ...]:
        return tuple(one for one in self.served if one.rep_id == rep_id)
