"""Every reason that plans really give, with its values."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from typing import Any

import numpy as np

from domain.content.library import load_library
from domain.customers.model import Customer, HalfDay, Institution
from domain.explain import Reason
from domain.ids import CustomerId, InstitutionId, UserId
from domain.planning.model import Appointment, RepCalendar, VisitTarget
from domain.planning.plan import DayPlan, plan_day, replan
from domain.planning.travel import TravelTable
from domain.tiering.model import Support, Tier
from domain.visits.model import Channel

_MONDAY = date(2026, 11, 23)
_SHUT = Institution(id=InstitutionId(2), name="Shut", reception=(HalfDay(3, time(8), time(12)),))
_REP = RepCalendar(start=time(8, 30), end=time(17, 30))


class _Far:
    """Any way takes two hours, and no service says so."""

    def table(self, places: object) -> TravelTable:
        size = len(tuple(places))  # type: ignore[arg-type]
        return TravelTable(np.full((size, size), 120.0), (Reason("travel_estimated"),))


def plan_reasons() -> Iterator[Reason]:
    """Reasons of stops, of those left out, of the barred, and of what is lacking."""
    wednesday = HalfDay(2, time(8), time(12))
    yield from _told(
        _plan(
            _target(1),
            _target(2, next_step="call", next_on=_MONDAY),
            _target(3),
            _target(4, snoozed_until=date(2026, 12, 1)),
            _target(5, channels=frozenset({Channel.PHONE})),
            _target(6, last_visit=date(2026, 11, 20)),
            _target(7),
            _target(8, visits_this_month=9),
            _target(9, best_times=(wednesday,)),
            _target(10, best_times=(HalfDay(6, time(8), time(12)),)),
            _target(
                11,
                institution=replace(_SHUT, reception=(wednesday,)),
                best_times=(HalfDay(3, time(8), time(9)),),
            ),
            _target(12, by_appointment=True),
            _target(13, contacts_this_month=6),
            appointments=(_appointment(3, time(10)), _appointment(7, time(10), date(2026, 11, 24))),
            kept=(4,),
        )
    )
    yield from _told(_plan(_target(1), rep=replace(_REP, days_off=frozenset({_MONDAY}))))
    yield from _told(_plan(_target(1), _target(2), rep=replace(_REP, capacity=1)))
    yield from _told(_plan(_target(1), _target(2), rep=replace(_REP, end=time(9, 0))))
    same_time = (_appointment(1, time(10), minutes=60), _appointment(2, time(10), minutes=60))
    yield from _told(_plan(_target(1), _target(2), appointments=same_time))
    late = {"now": time(12), "appointments": (_appointment(1, time(12)), _appointment(2, time(9)))}
    targets = [_target(n, institution=Institution(id=InstitutionId(n), name=str(n))) for n in (1, 2, 3)]
    yield from _told(replan(targets, **_known(), at=InstitutionId(3), travel=_Far(), **late))  # type: ignore[arg-type]


def _known() -> dict[str, Any]:
    library = load_library()
    return {
        "on": _MONDAY,
        "params": library.planning_at(_MONDAY),
        "calendar": library.calendar("generic"),
        "seed": 1,
        "iterations": 5,
        "rep": _REP,
    }


def _plan(*targets: VisitTarget, **known: Any) -> DayPlan:
    return plan_day(targets, **_known() | known)


def _told(plan: DayPlan) -> Iterator[Reason]:
    for stop in plan.stops:
        yield from stop.reasons
    yield from (one.reason for one in plan.left_out)
    yield from plan.barred.values()
    yield from plan.lacking


def _appointment(number: int, start: time, on: date = _MONDAY, minutes: int | None = None) -> Appointment:
    return Appointment(customer_id=CustomerId(number), on=on, start=start, minutes=minutes)


def _target(number: int, **known: Any) -> VisitTarget:
    customer = Customer(
        id=CustomerId(number),
        code=str(number),
        name=f"Doctor {number}",
        owner_id=UserId(1),
        institution=known.pop("institution", Institution(id=InstitutionId(1), name="General")),
        best_times=known.pop("best_times", ()),
        by_appointment=known.pop("by_appointment", False),
    )
    tier, support = (Tier.C, Support.SECOND_CHOICE) if number == 3 else (Tier.A, Support.FIRST_CHOICE)
    return VisitTarget(customer=customer, tier=tier, support=support, **known)
