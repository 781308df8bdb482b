"""Whole months on real calendars: make-up days, changes of clocks, hardly any days, hardly anybody."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.bench.month.world import build
from domain.calendar import WorkingCalendar, last_of_month
from domain.content.library import load_library
from domain.planning.model import RepCalendar, VisitTarget
from domain.planning.plan import coming_days, plan_day, plan_week
from domain.tiering.model import Tier
from tests.support.plan_checker import check_plan

LIBRARY = load_library()
PARAMS = LIBRARY.planning_at(date(2026, 10, 1))
CHINA = LIBRARY.calendar("cn")
FEW = 10
WORLD = build(1, PARAMS.cadence.cells)
REP = RepCalendar(start=time(8, 30), end=time(17, 30), base=WORLD.base)


def customers(count=120):
    return [
        VisitTarget(
            customer=replace(doctor.customer, best_times=()),
            tier=doctor.cell.tier,
            support=doctor.cell.support,
            factor=doctor.factor,
        )
        for doctor in WORLD.doctors[:count]
    ]


def month_of(first, calendar, targets, rep=REP):
    """The plans of all days of a month on which a rep works, each judged on what was done before."""
    count = calendar.working_days_of_month(first)
    days = [day for day in coming_days(first, count, rep, calendar) if day <= last_of_month(first)]
    plans = plan_week(targets, days=days, rep=rep, params=PARAMS, calendar=calendar, seed=1, iterations=FEW)
    now = {target.customer.id: target for target in targets}
    for plan in plans:
        known = {"rep": rep, "params": PARAMS, "calendar": calendar}
        assert check_plan(plan, list(now.values()), **known) == []
        for stop in plan.stops:
            one = now[stop.customer.id]
            now[stop.customer.id] = replace(
                one, last_visit=plan.on, visits_this_month=one.visits_this_month + 1
            )
    return plans, list(now.values())


@pytest.mark.parametrize(
    ("first", "made_up", "free"),
    [
        (date(2025, 10, 1), [date(2025, 10, 11)], [date(2025, 10, n) for n in range(1, 9)]),
        (date(2026, 10, 1), [date(2026, 10, 10)], [date(2026, 10, n) for n in range(1, 8)]),
        (date(2026, 2, 1), [date(2026, 2, 14), date(2026, 2, 28)], [date(2026, 2, n) for n in range(15, 24)]),
    ],
)
def test_a_month_in_china_uses_its_make_up_days_and_rests_on_its_holidays(first, made_up, free):
    plans, after = month_of(first, CHINA, customers())
    planned = {plan.on: plan for plan in plans}
    assert all(planned[day].stops for day in made_up)
    assert not planned.keys() & set(free)
    assert len(plans) == CHINA.working_days_of_month(first)
    assert all(len(plan.stops) == 12 for plan in plans)
    a = [target for target in after if target.tier is Tier.A]
    enough = sum(target.visits_this_month >= PARAMS.cadence.cells[target.cell].min for target in a)
    assert enough >= 0.9 * len(a)


@pytest.mark.parametrize(
    "change", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1)]
)
def test_a_sunday_on_which_clocks_change_is_a_day_like_the_sunday_after(change):
    week = timedelta(days=7)
    works = WorkingCalendar(own={change: True, change + week: True})
    known = {"rep": REP, "params": PARAMS, "calendar": works}
    plans = [
        plan_day(customers(20), on=day, seed=1, iterations=FEW, **known) for day in (change, change + week)
    ]
    for plan in plans:
        assert check_plan(plan, customers(20), **known) == []
    one, other = ([(stop.arrive, stop.leave) for stop in plan.stops] for plan in plans)
    assert one[0] == other[0]
    assert len(one) == len(other) == 12


def test_a_month_with_one_working_day_is_planned_on_that_day():
    first, only = date(2026, 6, 1), date(2026, 6, 17)
    month = (first + timedelta(n) for n in range(30))
    calendar = WorkingCalendar(own={day: day == only for day in month})
    plans, _ = month_of(first, calendar, customers())
    assert [plan.on for plan in plans] == [only]
    assert len(plans[0].stops) == 12
    # The last chance counts in full: the price is twice the worth.
    for stop in plans[0].stops:
        worth, chances = stop.reasons[:2]
        assert (worth.code, chances.code, chances.params["left"]) == ("worth", "chances", 1)
        assert chances.points == worth.points


def test_a_rep_with_three_customers_sees_each_as_often_as_it_is_worth():
    plans, after = month_of(date(2026, 6, 1), WorkingCalendar(), customers(3))
    for target in after:
        assert target.visits_this_month == PARAMS.cadence.cells[target.cell].max
    assert sum(bool(plan.stops) for plan in plans) <= 18


def test_a_rep_with_nobody_has_an_empty_month():
    plans, _ = month_of(date(2026, 6, 1), WorkingCalendar(), [])
    assert len(plans) == 22
    assert not any(plan.stops or plan.left_out or plan.barred for plan in plans)
    assert {plan.value for plan in plans} == {0}
