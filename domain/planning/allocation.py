"""What a visit is worth this month, and how pressing it is.

A month is worth the sum over all customers of w r(1) + w r(2) + ... for the visits made, with w the
weight of the cell x the customer's own factor and r falling: the concave envelope of CALLPLAN's
response curve (Lodish 1971), so that taking the best next visit again and again is optimal for
the allocation. A visit's price on a day is

    worth     w x r(k), k the number of this visit in the month
    chances   worth x (pressure of the minimum + pressure of the maximum): how many of the chances
              that are left this month are needed to get there
    promise   a next step that is due

Factors are rounded to two decimals before they are multiplied and points after, so a person with
a pencil finds the printed numbers again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from domain.customers.model import CustomerStatus
from domain.explain import Reason
from domain.ids import CustomerId
from domain.planning.model import VisitTarget
from domain.planning.params import CellCadence, Planning, Pressure, Response
from domain.tiering.model import Cell


@dataclass(frozen=True, slots=True)
class NextVisit:
    """What one more visit to a customer would be worth: the `number`-th of the month."""

    customer_id: CustomerId
    cell: Cell
    number: int
    worth: float


@lru_cache(maxsize=256)
def response_curve(norm: CellCadence, response: Response) -> tuple[float, ...]:
    """What the first, second ... visit of a month is worth as a part of `weight`; beyond the last: nothing.

    A minimum of half a visit counts as one. Never rises, whatever the parameters.
    """
    least, most = ceil(norm.min), ceil(norm.max)
    curve: list[float] = []
    for number in range(1, most + 1):
        if least == 0 and number <= len(response.optional):
            part = response.optional[number - 1]
        elif number <= least:
            part = 1 - response.fall * (number - 1)
        else:
            part = response.beyond * (1 - response.beyond_fall * (number - least - 1))
        curve.append(round(max(0.0, min([part, *curve[-1:]])), 4))
    return tuple(curve)


def visit_worth(cell: Cell, number: int, params: Planning, factor: float = 1.0) -> float:
    """The worth D of the `number`-th visit (from 1) of a month to a customer of `cell`, in points."""
    norm = params.cadence.cells[cell]
    curve = response_curve(norm, params.planning.response)
    part = curve[number - 1] if number <= len(curve) else 0.0
    return round(norm.weight * own_factor(factor, params) * part, 2)


def own_factor(factor: float, params: Planning) -> float:
    """A customer's own factor within the bounds of the params, to two decimals."""
    low, high = params.planning.factor
    return round(min(max(factor, low), high), 2)


def worth_reason(target: VisitTarget, cell: Cell, params: Planning) -> Reason:
    """The ground of a price: what the next visit is worth."""
    norm = params.cadence.cells[cell]
    number = target.visits_this_month + 1
    curve = response_curve(norm, params.planning.response)
    numbers = {
        "cell": cell.value,
        "number": number,
        "done": target.visits_this_month,
        "min": ceil(norm.min),
        "max": ceil(norm.max),
        "weight": norm.weight,
        "factor": own_factor(target.factor, params),
        "part": curve[number - 1] if number <= len(curve) else 0.0,
    }
    return Reason("worth", numbers, visit_worth(cell, number, params, target.factor))


def chances_reason(worth: Reason, left: int, pressure: Pressure) -> Reason:
    """What a price adds because `left` chances remain this month (this one included)."""
    useful = pressure.success * max(left, 1)
    missing = max(worth.params["min"] - worth.params["done"], 0)
    room = max(worth.params["max"] - worth.params["done"], 0)
    raised = round(
        pressure.minimum * min(1.0, missing / useful) + pressure.maximum * min(1.0, room / useful), 2
    )
    numbers = {"left": left, "missing": missing, "room": room, "raised": raised}
    return Reason("chances", numbers, round(worth.points * raised, 2))


def promise_due(target: VisitTarget, on: date) -> bool:
    """Whether a next step was promised for `on` or an earlier day."""
    return bool(target.next_step) and target.next_on is not None and target.next_on <= on


def promise_reason(target: VisitTarget, on: date, params: Planning) -> Reason | None:
    """What a price adds for a promise that is due."""
    if not promise_due(target, on) or target.next_on is None:
        return None
    late = (on - target.next_on).days
    numbers = {"step": target.next_step, "on": target.next_on.isoformat(), "days_late": late}
    return Reason("promise", numbers, params.planning.promise)


def chances_left(
    opens: NDArray[np.bool_], earliest: NDArray[np.int64], gaps: NDArray[np.int64], days: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many more visits to each customer the days allow, taking each first chance and keeping the gaps.

    `opens` has shape (customers, days). `days` are working-day numbers in rising order, `earliest` the first
    number at which a customer may be visited, `gaps` the working days between two visits.
    """
    count = np.zeros(len(opens), dtype=np.int64)
    again = earliest.copy()
    for column, day in enumerate(days):
        taken = opens[:, column] & (again <= day)
        count += taken
        again[taken] = day + gaps[taken]
    return count


def next_visits(
    targets: Iterable[VisitTarget], params: Planning, *, planned: Mapping[CustomerId, int] | None = None
) -> tuple[NextVisit, ...]:
    """What one more visit this month would be worth and to whom, best first; worthless ones are left out.

    It comes on top of the visits made and those `planned` for the rest of the month.
    """
    found = []
    for target in targets:
        customer, cell = target.customer, target.cell
        if cell is None or customer.is_no_see or customer.status is not CustomerStatus.ACTIVE:
            continue
        if params.cadence.cells[cell].target == 0:
            continue
        number = target.visits_this_month + (planned or {}).get(customer.id, 0) + 1
        worth = visit_worth(cell, number, params, target.factor)
        if worth > 0:
            found.append(NextVisit(customer.id, cell, number, worth))
    return tuple(sorted(found, key=lambda one: (-one.worth, one.customer_id)))
