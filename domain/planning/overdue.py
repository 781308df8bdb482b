"""Who has waited longer than their cadence allows, and who is behind the month's pace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from domain.calendar import WorkingCalendar
from domain.customers.model import CustomerStatus
from domain.planning.absence import NEVER_AWAY, Away
from domain.planning.cadence import interval
from domain.planning.model import VisitTarget
from domain.planning.pace import MonthSoFar, Pace
from domain.planning.params import CadenceParams
from domain.tiering.model import Cell, Tier


@dataclass(frozen=True, slots=True)
class Overdue:
    """A customer who was due before today: since when, in working days, and how long the interval is."""

    target: VisitTarget
    cell: Cell
    late: int
    days: int
    between: float


@dataclass(frozen=True, slots=True)
class OverdueList:
    """Who is late, the weightiest first, and who was never visited, the weightiest first."""

    late: tuple[Overdue, ...]
    never: tuple[tuple[VisitTarget, Cell], ...]


def overdue(
    targets: Iterable[VisitTarget],
    today: date,
    cadence: CadenceParams,
    calendar: WorkingCalendar,
    away: Away = NEVER_AWAY,
) -> OverdueList:
    """Who of the customers that are to be visited is late on `today`.

    In the order of weight of the cell x working days since the last visit / interval. Days on which the
    rep was away do not count, and who is put off until a later day is not late.
    """
    late: list[Overdue] = []
    never: list[tuple[VisitTarget, Cell]] = []
    intervals = {cell: interval(norm, today, calendar) for cell, norm in cadence.cells.items()}
    for target, cell in _to_be_visited(targets, cadence):
        between = intervals[cell]
        if between is None or (target.snoozed_until is not None and target.snoozed_until > today):
            continue
        if target.last_visit is None:
            never.append((target, cell))
            continue
        days = away.halves_in_field(target.last_visit, today, calendar) // 2
        due = ceil(round(between, 6))
        if days > due:
            late.append(Overdue(target, cell, days - due, days, between))

    def weight(cell: Cell) -> float:
        return cadence.cells[cell].weight

    late.sort(key=lambda one: (-weight(one.cell) * one.days / one.between, *_name(one.target)))
    never.sort(key=lambda one: (-weight(one[1]), *_name(one[0])))
    return OverdueList(tuple(late), tuple(never))


@dataclass(frozen=True, slots=True)
class Behind:
    """A customer whose visits this month are fewer than is on pace."""

    target: VisitTarget
    cell: Cell
    pace: Pace


@dataclass(frozen=True, slots=True)
class MonthPace:
    """A month so far: all visits, those of each letter, and who is behind, the weightiest first."""

    whole: Pace
    letters: Mapping[Tier, Pace]
    behind: tuple[Behind, ...]


def month_pace(
    targets: Iterable[VisitTarget],
    today: date,
    cadence: CadenceParams,
    calendar: WorkingCalendar,
    away: Away = NEVER_AWAY,
) -> MonthPace:
    """The pace of a rep's month, leave taken off. A customer's visits count up to the maximum of the cell.

    Who is to be visited less than once a month is in the sums, but never behind alone.
    """
    month = MonthSoFar.of(today, calendar, away)
    done = dict.fromkeys(Tier, 0)
    goal = dict.fromkeys(Tier, 0.0)
    behind: list[Behind] = []
    for target, cell in _to_be_visited(targets, cadence):
        norm = cadence.cells[cell]
        made = min(target.visits_this_month, ceil(norm.max))
        done[cell.tier] += made
        goal[cell.tier] += norm.target
        if norm.target >= 1:
            own = month.pace(made, norm.target)
            if own.behind:
                behind.append(Behind(target, cell, own))
    behind.sort(key=lambda one: (-cadence.cells[one.cell].weight * one.pace.behind, *_name(one.target)))
    return MonthPace(
        whole=month.pace(sum(done.values()), sum(goal.values())),
        letters={tier: month.pace(done[tier], goal[tier]) for tier in Tier if goal[tier]},
        behind=tuple(behind),
    )


def _to_be_visited(
    targets: Iterable[VisitTarget], cadence: CadenceParams
) -> Sequence[tuple[VisitTarget, Cell]]:
    return [
        (target, cell)
        for target in targets
        if (cell := target.cell) is not None
        and not target.customer.is_no_see
        and target.customer.status is CustomerStatus.ACTIVE
        and cadence.cells[cell].target > 0
    ]


def _name(target: VisitTarget) -> tuple[str, int]:
    return target.customer.name, target.customer.id
