"""Whom to visit today: a short list whose reasons add up.

A line's score is the sum of its reasons' points:

    cadence    weight of the cell x min(working days since the last visit / interval, cap)
    no_visit   the same with the params' urgency, for a rated customer without any visit
    promise    a next step that is due
    best_time  today is one of the customer's best times

Urgency is rounded to two decimals before it is multiplied and points after, so a person
with a pencil finds the printed numbers again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, groupby

from domain.calendar import WorkingCalendar
from domain.customers.model import Customer, CustomerStatus, Institution
from domain.explain import Reason
from domain.ids import InstitutionId
from domain.planning.cadence import interval, opens_after, opens_on
from domain.planning.model import VisitTarget
from domain.planning.pace import Pace, pace_of_month
from domain.planning.params import CadenceParams, TodayParams
from domain.tiering.model import Cell, Tier


@dataclass(frozen=True, slots=True)
class DayLine:
    """One proposed visit. The points of `reasons` (one to three) add up to `score`."""

    rank: int
    customer: Customer
    cell: Cell
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DayBlock:
    """The lines of one institution, or of one city when no institution is known, best first."""

    institution: Institution | None
    city: str
    lines: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """An unrated customer and what is missing."""

    customer: Customer
    tier: Tier | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayList:
    """The answer to "whom should I visit today?".

    `left_out` counts those who are due but beyond the capacity, `hurdles` the others who
    are not listed, by the code of what stands against them (see `not_listed`). `instead`
    is empty unless `blocks` is: then it says why, and what would be most useful.
    `provisional` warns that this year's make-up workdays are not announced yet.
    """

    today: date
    blocks: tuple[DayBlock, ...]
    to_profile: tuple[ProfileLine, ...]
    left_out: int
    hurdles: Mapping[str, int]
    pace: Pace
    instead: tuple[Reason, ...]
    provisional: bool

    @property
    def lines(self) -> tuple[DayLine, ...]:
        """All lines in the order of their ranks."""
        return tuple(line for block in self.blocks for line in block.lines)


def plan_today(
    targets: Sequence[VisitTarget],
    *,
    today: date,
    params: TodayParams,
    cadence: CadenceParams,
    calendar: WorkingCalendar,
    capacity: int | None = None,
) -> DayList:
    """The list of `today` for one rep's customers; their order does not matter.

    At most `capacity` visits (default: the params') are offered, less those already made
    today. Equal scores go to institutions already on the list, then by potential, name, id.
    """
    day = _Day(today, params, cadence, calendar)
    candidates: list[_Candidate] = []
    unrated: list[VisitTarget] = []
    hurdles: Counter[str] = Counter()
    for target in targets:
        hurdle = day.hurdle(target)
        if hurdle is None:
            candidates.append(day.candidate(target))
            continue
        hurdles[hurdle.code] += 1
        if hurdle.code == "unrated":
            unrated.append(target)
    size = params.capacity if capacity is None else capacity
    chosen = _choose(candidates, size - hurdles["visited_today"])
    left_out = len(candidates) - len(chosen)
    return DayList(
        today=today,
        blocks=_blocks(chosen),
        to_profile=day.profile_lines(unrated),
        left_out=left_out,
        hurdles=dict(hurdles),
        pace=pace_of_month(targets, today, cadence, calendar),
        instead=() if chosen else _instead(targets, day, hurdles, left_out),
        provisional=calendar.is_provisional(today.year),
    )


def not_listed(
    target: VisitTarget,
    *,
    today: date,
    params: TodayParams,
    cadence: CadenceParams,
    calendar: WorkingCalendar,
) -> Reason | None:
    """What keeps a customer off today's list; None when nothing but the capacity can.

    Codes: inactive, no_see, visited_today, not_working_day, snoozed, unrated, not_planned,
    no_reception, not_due. Dates in the params are ISO strings.
    """
    return _Day(today, params, cadence, calendar).hurdle(target)


_ONE_DAY = timedelta(days=1)
_DAYS_AHEAD = 25  # that are searched for the next chance

_Place = InstitutionId | str | None


@dataclass(frozen=True, slots=True)
class _Candidate:
    customer: Customer
    cell: Cell
    score: float
    reasons: tuple[Reason, ...]

    @property
    def order(self) -> tuple[float, str, str, int]:
        return (-self.score, self.cell.tier.value, self.customer.name, self.customer.id)

    @property
    def place(self) -> _Place:
        institution = self.customer.institution
        return institution.id if institution else self.customer.city or None


class _Day:
    """The rules, ready for one day."""

    def __init__(
        self, today: date, params: TodayParams, cadence: CadenceParams, calendar: WorkingCalendar
    ) -> None:
        self.today = today
        self.params = params
        self.cadence = cadence
        self.calendar = calendar
        self.is_working = calendar.is_working_day(today)
        self._intervals = {
            cell: interval(of_cell, today, calendar) for cell, of_cell in cadence.cells.items()
        }
        self._openings: dict[tuple[Cell, date], date | None] = {}

    def at(self, day: date) -> "_Day":
        """The same rules on another day."""
        return _Day(day, self.params, self.cadence, self.calendar)

    def next_working_day(self) -> date:
        return self.calendar.add_working_days(self.today, 1)

    def hurdle(self, target: VisitTarget) -> Reason | None:
        """What stands against offering this customer today, the weightiest first."""
        customer = target.customer
        if customer.status is not CustomerStatus.ACTIVE:
            return Reason("inactive")
        if customer.is_no_see:
            return Reason("no_see")
        if target.last_visit is not None and target.last_visit >= self.today:
            return Reason("visited_today")
        if not self.is_working:
            return Reason("not_working_day", {"next": self.next_working_day().isoformat()})
        if target.snoozed_until is not None and target.snoozed_until > self.today:
            return Reason("snoozed", {"until": target.snoozed_until.isoformat()})
        cell = cell_of(target)
        if cell is None:
            return Reason("unrated", {"tier": target.tier, "support": target.support})
        between = self._intervals[cell]
        if between is None:
            return Reason("not_planned", {"cell": cell.value})
        if not self._receives(customer.institution, self.today):
            return Reason("no_reception", {"next": self._next_reception(customer.institution).isoformat()})
        return None if self._promise(target) else self._too_early(target, cell, between)

    def candidate(self, target: VisitTarget) -> _Candidate:
        """The scored proposal of a customer whom nothing stands against."""
        cell = cell_of(target)
        if cell is None:
            raise ValueError("an unrated customer cannot be scored")
        found = (self._cadence(target, cell), self._promise(target), self._best_time(target.customer))
        reasons = tuple(reason for reason in found if reason)
        score = round(sum(reason.points for reason in reasons), 2)
        return _Candidate(target.customer, cell, score, reasons)

    def profile_lines(self, unrated: Iterable[VisitTarget]) -> tuple[ProfileLine, ...]:
        """The first few unrated customers: due promises, then higher letters, then by name."""

        def order(target: VisitTarget) -> tuple[bool, str, str, int]:
            letter = target.tier.value if target.tier else "~"
            return (self._promise(target) is None, letter, target.customer.name, target.customer.id)

        lines = []
        for target in sorted(unrated, key=order)[: self.params.to_profile]:
            found = (
                None if target.tier else Reason("profile_potential"),
                None if target.support else Reason("profile_support"),
                self._promise(target),
            )
            reasons = tuple(reason for reason in found if reason)
            lines.append(ProfileLine(target.customer, target.tier, reasons))
        return tuple(lines)

    def _too_early(self, target: VisitTarget, cell: Cell, between: float) -> Reason | None:
        if target.last_visit is None:
            return None
        days = self.calendar.working_days(target.last_visit, self.today)
        if days >= opens_after(between, self.params.gate):
            return None
        opens = self._opens_on(cell, target.last_visit)
        numbers = {"cell": cell.value, "days": days, "interval": round(between, 2)}
        return Reason("not_due", {**numbers, "on": opens.isoformat() if opens else None})

    def _opens_on(self, cell: Cell, last_visit: date) -> date | None:
        key = cell, last_visit
        if key not in self._openings:
            norm = self.cadence.cells[cell]
            self._openings[key] = opens_on(last_visit, self.today, norm, self.params.gate, self.calendar)
        return self._openings[key]

    def _cadence(self, target: VisitTarget, cell: Cell) -> Reason:
        weight = self.cadence.cells[cell].weight
        between = self._intervals[cell]
        if target.last_visit is None or between is None:
            urgency = self.params.never_visited_urgency
            numbers = {"cell": cell.value, "weight": weight, "urgency": urgency}
            return Reason("no_visit", numbers, round(weight * urgency, 2))
        days = self.calendar.working_days(target.last_visit, self.today)
        urgency = round(min(days / between, self.params.urgency_cap), 2)
        numbers = {
            "cell": cell.value,
            "days": days,
            "interval": round(between, 2),
            "weight": weight,
            "urgency": urgency,
            "capped": days / between > self.params.urgency_cap,
            "last": target.last_visit.isoformat(),
        }
        return Reason("cadence", numbers, round(weight * urgency, 2))

    def _promise(self, target: VisitTarget) -> Reason | None:
        if not target.next_step or target.next_on is None or target.next_on > self.today:
            return None
        late = (self.today - target.next_on).days
        numbers = {"step": target.next_step, "on": target.next_on.isoformat(), "days_late": late}
        return Reason("promise", numbers, self.params.promise_points)

    def _best_time(self, customer: Customer) -> Reason | None:
        windows = [window for window in customer.best_times if window.weekday == self.today.weekday()]
        if not windows:
            return None
        first = min(windows, key=lambda window: (window.start, window.end))
        numbers = {"start": first.start.isoformat("minutes"), "end": first.end.isoformat("minutes")}
        return Reason("best_time", numbers, self.params.best_time_points)

    def _receives(self, institution: Institution | None, day: date) -> bool:
        if institution is None or not institution.reception:
            return True
        return any(window.weekday == day.weekday() for window in institution.reception)

    def _next_reception(self, institution: Institution | None) -> date:
        """The next working day with reception, or the next day at all when it is never on one."""
        coming = [self.today + n * _ONE_DAY for n in range(1, _DAYS_AHEAD)]
        open_days = [day for day in coming if self._receives(institution, day)]
        return next((day for day in open_days if self.calendar.is_working_day(day)), open_days[0])


def cell_of(target: VisitTarget) -> Cell | None:
    """The cell of a customer, None when unrated."""
    if target.tier is None or target.support is None:
        return None
    return Cell.of(target.tier, target.support)


def _choose(candidates: Iterable[_Candidate], size: int) -> list[_Candidate]:
    """The best `size` candidates; among equal scores, places already chosen come first."""
    chosen: list[_Candidate] = []
    places: set[_Place] = set()
    for _, group in groupby(sorted(candidates, key=_order), key=_score):
        equals = list(group)
        while equals and len(chosen) < size:
            best = next((one for one in equals if one.place in places), equals[0])
            equals.remove(best)
            chosen.append(best)
            if best.place is not None:
                places.add(best.place)
    return sorted(chosen, key=_order)


def _order(candidate: _Candidate) -> tuple[float, str, str, int]:
    return candidate.order


def _score(candidate: _Candidate) -> float:
    return candidate.score


def _blocks(chosen: Iterable[_Candidate]) -> tuple[DayBlock, ...]:
    """The chosen grouped by place, blocks in the order of their best line, ranks in display order."""
    groups: dict[_Place, list[_Candidate]] = {}
    for candidate in chosen:
        groups.setdefault(candidate.place, []).append(candidate)
    rank = count(1)
    return tuple(
        DayBlock(
            institution=group[0].customer.institution,
            city=group[0].customer.city,
            lines=tuple(DayLine(next(rank), one.customer, one.cell, one.score, one.reasons) for one in group),
        )
        for group in groups.values()
    )


def _instead(
    targets: Sequence[VisitTarget], day: _Day, hurdles: Mapping[str, int], left_out: int
) -> tuple[Reason, ...]:
    """Why the list is empty, and what would be most useful."""
    if not targets:
        return (Reason("no_customers"),)
    if not day.is_working:
        return (Reason("not_working_day", {"next": day.next_working_day().isoformat()}),)
    if left_out:
        why = Reason("day_full", {"visited": hurdles["visited_today"], "left_out": left_out})
    else:
        why = Reason("nothing_due")
    unrated = Reason("to_profile", {"n": hurdles["unrated"]}) if hurdles.get("unrated") else None
    found = (why, unrated, _next_chance(targets, day))
    return tuple(reason for reason in found if reason)


def _next_chance(targets: Iterable[VisitTarget], day: _Day) -> Reason | None:
    """The best customer of the next working day on which anybody may be offered."""
    chance = day
    for _ in range(_DAYS_AHEAD):
        chance = chance.at(chance.next_working_day())
        due = [chance.candidate(target) for target in targets if chance.hurdle(target) is None]
        if due:
            best = min(due, key=_order)
            numbers = {"customer_id": best.customer.id, "name": best.customer.name, "cell": best.cell.value}
            return Reason("next_due", {**numbers, "on": chance.today.isoformat(), "n": len(due)})
    return None
