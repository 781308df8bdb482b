"""What has become of decisions: the working days since, beside as many before.

It tells what came after, not what it came from: nobody knows what would have been without the decision.
The other customers of the same reps stand beside it, so that a holiday is not taken for an effect.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt

from domain.calendar import WorkingCalendar
from domain.coverage.report import Listed
from domain.ids import CustomerId, UserId
from domain.territory.params import LookBack
from domain.tiering.model import Cell

_ONE_DAY = timedelta(days=1)


class DecisionKind(StrEnum):
    """What was decided."""

    MOVES = "moves"  # moves of a round were approved
    EFFORT = "effort"  # the team's effort was shared out anew
    REMEDY = "remedy"  # a rep's month was made to fit
    ACCOMPANY = "accompany"  # a rep was to be accompanied to a customer
    SHIFT = "shift"  # visits of a rep were to go from C to A


class Trend(StrEnum):
    """How visits have changed."""

    MORE = "more"
    FEWER = "fewer"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision of the day `on`: whom it wanted seen more often, and whom less.

    `rep_id` None: about many reps.
    """

    kind: DecisionKind
    on: date
    more: frozenset[CustomerId]
    less: frozenset[CustomerId]
    rep_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """As many working days before a decision (its day included) as since, both ends included."""

    days: int
    first_before: date
    decided_on: date
    last_after: date


@dataclass(frozen=True, slots=True)
class Side:
    """Some customers before and since: visits, and who of them was met at least once."""

    customers: int
    visits: tuple[int, int]
    met: tuple[int, int]

    def trend(self, sigma: float) -> Trend:
        """The direction, unless chance alone would often do the same.

        Two counts of independent visits differ by chance with a standard deviation of sqrt(before + since)
        (Poisson); a difference below `sigma` of them is none to speak of.
        """
        before, since = self.visits
        if abs(since - before) < sigma * sqrt(before + since) or since == before:
            return Trend.SAME
        return Trend.MORE if since > before else Trend.FEWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A decision with what came after it. Without `window` it is too early to tell.

    `others` are the other customers of the same reps; `up` and `down` count whose support has changed since,
    of the customers decided about.
    """

    decided: Decided
    window: Window | None
    more: Side
    less: Side
    others: Side
    up: int
    down: int


def window(on: date, today: date, calendar: WorkingCalendar, limits: LookBack) -> Window | None:
    """The days to compare, those of today not yet; None when fewer than `least_days` have passed."""
    days = min(calendar.working_days(on, today - _ONE_DAY), limits.most_days)
    if days < limits.least_days:
        return None
    first = on
    while calendar.working_days(first - _ONE_DAY, on) < days:
        first -= _ONE_DAY
    return Window(days, first, on, calendar.add_working_days(on, days))


def effect(
    decided: Decided,
    compared: Window | None,
    listed: Iterable[Listed],
    before: Mapping[CustomerId, int],
    since: Mapping[CustomerId, int],
) -> Effect:
    """What came after a decision: `before` and `since` are visits by customer.

    `listed` are the customers with their cells when it was decided (`was`) and now.
    """
    people = list(listed)
    about = decided.more | decided.less
    reps = {one.rep_id for one in people if one.id in about}
    rest = [one.id for one in people if one.id not in about and one.rep_id in reps and one.is_listed]
    moved = [_digit(one.cell) - _digit(one.was) for one in people if one.id in about and one.cell and one.was]
    known = {one.id for one in people}
    return Effect(
        decided=decided,
        window=compared,
        more=_side(decided.more & known, before, since),
        less=_side(decided.less & known, before, since),
        others=_side(rest, before, since),
        up=sum(change < 0 for change in moved),
        down=sum(change > 0 for change in moved),
    )


def _side(
    customers: Collection[CustomerId], before: Mapping[CustomerId, int], since: Mapping[CustomerId, int]
) -> Side:
    return Side(
        len(customers),
        (sum(before.get(one, 0) for one in customers), sum(since.get(one, 0) for one in customers)),
        (sum(one in before for one in customers), sum(one in since for one in customers)),
    )


def _digit(cell: Cell | None) -> int:
    return cell.support.value if cell else 0
