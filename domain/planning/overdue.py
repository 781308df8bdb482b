"""Who has waited longer than their cadence allows, and who is behind the month's pace."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """How many working days late a customer is, how many have passed since the last visit, of how many."""

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
    awaited = list(_awaited(targets, today, cadence, calendar))
    late = [one for one in _waits(awaited, today, calendar, away) if one.late > 0]
    never = [(target, cell) for target, cell, _between in awaited if target.last_visit is None]
    _by_weight(late, cadence)
    never.sort(key=lambda one: (-cadence.cells[one[1]].weight, *_name(one[0])))
    return OverdueList(tuple(late), tuple(never))


def slipping(
    targets: Iterable[VisitTarget],
    today: date,
    cadence: CadenceParams,
    calendar: WorkingCalendar,
    away: Away = NEVER_AWAY,
    *,
    ahead: int,
) -> tuple[Overdue, ...]:
    """Who of A and B is overdue within `ahead` working days after `today`, in the order of `overdue`.

    Their `late` is 0 when today is the last day on which they are not late, else below.
    """
    awaited = _awaited(targets, today, cadence, calendar)
    soon = [
        one
        for one in _waits(awaited, today, calendar, away)
        if -ahead <= one.late <= 0 and one.cell.tier is not Tier.C
    ]
    _by_weight(soon, cadence)
    return tuple(soon)


def _awaited(
    targets: Iterable[VisitTarget], today: date, cadence: CadenceParams, calendar: WorkingCalendar
) -> Iterator[tuple[VisitTarget, Cell, float]]:
    """Who is to be visited and is not put off, and every how many working days."""
    intervals = {cell: interval(norm, today, calendar) for cell, norm in cadence.cells.items()}
    for target, cell in _to_be_visited(targets, cadence):
        between = intervals[cell]
        is_put_off = target.snoozed_until is not None and target.snoozed_until > today
        if between is not None and not is_put_off:
            yield target, cell, between


def _waits(
    awaited: Iterable[tuple[VisitTarget, Cell, float]], today: date, calendar: WorkingCalendar, away: Away
) -> Iterator[Overdue]:
    """How long those have waited who were visited before; 0 or less late are those who still have time."""
    for target, cell, between in awaited:
        if target.last_visit is not None:
            days = away.halves_in_field(target.last_visit, today, calendar) // 2
            yield Overdue(target, cell, days - ceil(round(between, 6)), days, between)


def _by_weight(late: list[Overdue], cadence: CadenceParams) -> None:
    late.sort(key=lambda one: (-cadence.cells[one.cell].weight * one.days / one.between, *_name(one.target)))


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
