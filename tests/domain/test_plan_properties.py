"""No state of a territory makes a plan break a rule; the judge is independent of the planner."""

import random
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.content.library import load_library
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.planning.model import Appointment, Blocked, RepCalendar, VisitTarget
from domain.planning.plan import coming_days, plan_day, plan_week, replan
from domain.tiering.model import Support, Tier
from domain.visits.model import Channel
from tests.support.plan_checker import check_plan

LIBRARY = load_library()
CHINA = LIBRARY.calendar("cn")
PARAMS = LIBRARY.planning_at(date(2026, 11, 2))
FEW = 3  # iterations of the search: the rules hold however short it is


def hours(rng, low, high):
    start = 60 * low + 5 * rng.randrange(12 * (high - low))
    end = min(start + rng.choice((5, 30, 60, 120, 180)), 1439)
    return time(start // 60, start % 60), time(end // 60, end % 60)


def half_days(rng):
    return tuple(HalfDay(rng.randrange(7), *hours(rng, 8, 18)) for _ in range(rng.choice((0, 2, 4, 6))))


def hospitals(rng):
    def pin():
        return 30.5 + rng.random() / 8, 114.2 + rng.random() / 8

    pins = [rng.choice((pin(), (None, None))) if rng.random() < 0.3 else pin() for _ in range(6)]
    return [
        Institution(id=n, name=f"H{n}", city=rng.choice(("", "Wuhan")), lat=lat, lon=lon, reception=half_days(rng) if rng.random() < 0.5 else ())
        for n, (lat, lon) in enumerate(pins, 1)
    ]


def a_target(rng, number, today, places):
    maybe = lambda low, high: today + timedelta(rng.randint(low, high)) if rng.random() < 0.5 else None  # noqa: E731
    customer = Customer(
        id=number,
        code=str(number),
        name=rng.choice("abcdefg"),
        owner_id=1,
        institution=rng.choice((None, *places, *places)),
        city=rng.choice(("", "Wuhan", "Xiangyang")),
        best_times=half_days(rng),
        is_no_see=rng.random() < 0.05,
        status=rng.choice((CustomerStatus.ACTIVE,) * 19 + (CustomerStatus.INACTIVE,)),
    )
    return VisitTarget(
        customer=customer,
        tier=rng.choice((*Tier, *Tier, *Tier, None)),
        support=rng.choice((*Support, *Support, *Support, None)),
        last_visit=maybe(-30, 0),
        visits_this_month=rng.randrange(7),
        snoozed_until=maybe(-9, 1),
        next_step=rng.choice(("", "", "call back")),
        next_on=maybe(-5, 5),
        factor=rng.choice((1.0, 0.7, 1.5, 3.0)),
        channels=rng.choice((None,) * 8 + (frozenset({Channel.PHONE}), frozenset(Channel))),
    )


def a_state(seed):
    """What a plan is asked for, and what a judge needs to know."""
    rng = random.Random(seed)
    on = date(2024, 1, 1) + timedelta(rng.randrange(1000))
    places = hospitals(rng)
    targets = [a_target(rng, number, on, places) for number in range(1, 1 + rng.choice((0, 1, 3, 8, 16)))]
    some = rng.sample(targets, min(len(targets), rng.choice((0, 0, 1, 2))))
    appointments = tuple(
        Appointment(
            customer_id=target.customer.id,
            on=on + timedelta(rng.choice((0, 0, 1, 4))),
            start=hours(rng, 8, 18)[0],
            minutes=rng.choice((None, 10, 45)),
        )
        for target in some
    )
    rep = RepCalendar(
        start=time(rng.choice((8, 9)), rng.choice((0, 30))),
        end=time(rng.choice((12, 17, 18))),
        days_off=frozenset(on + timedelta(n) for n in range(9) if rng.random() < 0.05),
        blocked=(Blocked(start=time(0), end=time(10), weekday=0), Blocked(start=time(12), end=time(13))),
        base=rng.choice((None, (30.55, 114.3))),
        capacity=rng.choice((None, None, 0, 1, 3, 12)),
    )
    kept = {target.customer.id for target in targets if rng.random() < 0.05}
    known = {"rep": rep, "params": PARAMS, "calendar": CHINA, "appointments": appointments, "kept": kept}
    return targets, on, known


def plan_of(targets, on, known, **more):
    return plan_day(targets, on=on, seed=7, iterations=FEW, **known | more)


@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_random_states_break_no_rule(part):
    visits = 0
    for seed in range(1000 * part, 1000 * part + 1000):
        targets, on, known = a_state(seed)
        plan = plan_of(targets, on, known)
        visits += len(plan.stops)
        assert check_plan(plan, targets, **known) == [], seed
    assert visits > 1500
