"""Visits that something asks for: on the first day that allows them, until they are made."""

from datetime import date

import pytest

from domain.content.library import load_library
from domain.customers.model import Customer
from domain.ids import CustomerId, UserId
from domain.planning.model import VisitTarget
from domain.planning.wishes import Pin, Wish, pinned
from domain.tiering.model import Support, Tier
from tests.support.scenarios import pinned_visit

LIBRARY = load_library()
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (23, 24, 25))
PARAMS = LIBRARY.planning_at(MONDAY)
CALENDAR = LIBRARY.calendar("generic")
REP = PARAMS.planning.usual()
FONT = CustomerId(1)
PIN = Pin(FONT, "scenario", TUESDAY)


def font(last: date | None = None) -> VisitTarget:
    customer = Customer(id=FONT, code="D1", name="Font", owner_id=UserId(1))
    return VisitTarget(customer=customer, tier=Tier.C, support=Support(1), last_visit=last)


def day_of(target: VisitTarget, today: date, wanted: tuple[Wish, ...] = ()) -> date | None:
    found = pinned([PIN], wanted, today, targets=[target], rep=REP, params=PARAMS.planning, calendar=CALENDAR)
    return found[FONT][1].on if found else None


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        (None, MONDAY, TUESDAY),
        (None, TUESDAY, TUESDAY),
        (None, date(2026, 11, 28), date(2026, 11, 30)),  # on a Saturday the next day is Monday
        (TUESDAY, TUESDAY, None),
        (TUESDAY, WEDNESDAY, None),
    ],
)
def test_a_pin_is_wanted_from_its_day_on_until_the_visit(last, today, expected):
    assert day_of(font(last), today) == expected


def test_a_pin_waits_for_the_gap_and_yields_to_a_day_that_the_rep_has_chosen():
    gap = PARAMS.planning.gap[Tier.C]
    friday = date(2026, 11, 20)
    assert day_of(font(friday), MONDAY) == max(TUESDAY, CALENDAR.add_working_days(friday, gap))
    assert day_of(font(MONDAY), MONDAY) == CALENDAR.add_working_days(MONDAY, gap)  # a visit before its day
    assert day_of(font(), MONDAY, (Wish(FONT, WEDNESDAY),)) is None


def test_the_plan_says_what_asked_for_the_visit():
    found = [one for one in pinned_visit("scenario") if one.code in {"kept", "pinned"}]
    assert [(one.code, dict(one.params)) for one in found] == [("pinned", {"source": "scenario"})]
