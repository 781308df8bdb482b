"""No state of a territory makes a plan break a rule; the judge is independent of the planner."""

import random
from dataclasses import replace
from datetime import date, time, timedelta

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


NOISE = 0.03
"""Points by which a search of sixty rounds may miss the best of these small days."""


def clock(minutes):
    return time(minutes // 60, minutes % 60)


def hours(rng, low, high):
    start = 60 * low + 5 * rng.randrange(12 * (high - low))
    end = min(start + rng.choice((5, 30, 60, 120, 180)), 1439)
    return clock(start), clock(end)


def half_days(rng):
    return tuple(HalfDay(rng.randrange(6), *hours(rng, 8, 18)) for _ in range(rng.choice((0, 2, 4, 6))))


def hospitals(rng):
    def pin():
        return 30.5 + rng.random() / 8, 114.2 + rng.random() / 8

    pins = [rng.choice((pin(), (None, None))) if rng.random() < 0.3 else pin() for _ in range(6)]
    return [
        Institution(
            id=n,
            name=f"H{n}",
            city=rng.choice(("", "Wuhan")),
            lat=lat,
            lon=lon,
            reception=half_days(rng) if rng.random() < 0.5 else (),
        )
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
        by_appointment=rng.random() < 0.05,
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
        contacts_this_month=rng.choice((0,) * 30 + (6,)),
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
    return plan_day(targets, on=on, seed=7, **{"iterations": FEW} | known | more)


def test_ten_thousand_random_states_break_no_rule():
    visits = appointments = 0
    for seed in range(10_000):
        targets, on, known = a_state(seed)
        plan = plan_of(targets, on, known)
        visits += len(plan.stops)
        appointments += sum(stop.appointment is not None for stop in plan.stops)
        assert check_plan(plan, targets, **known) == [], seed
    assert visits > 4000
    assert appointments > 500


@given(st.integers(10_000, 10**9), st.integers(420, 1439), st.integers(0, 600))
@settings(max_examples=300)
def test_a_day_that_broke_breaks_no_rule_either(seed, now, left):
    targets, on, known = a_state(seed)
    rng = random.Random(seed)
    at = rng.choice([None, (30.6, 114.25), *(target.customer.institution for target in targets)])
    now, until = clock(now), clock(min(now + left, 24 * 60 - 1))
    plan = replan(
        targets,
        on=on,
        seed=7,
        iterations=FEW,
        now=now,
        until=until,
        at=at.id if hasattr(at, "id") else at,
        **known,
    )
    assert check_plan(plan, targets, start_at=(now, at), until=until, **known) == []


@given(st.integers(10_000, 10**9), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_permuting_the_input_changes_nothing_and_a_plan_replays(seed, rng):
    targets, on, known = a_state(seed)
    before = plan_of(targets, on, known, iterations=20)
    assert plan_of(targets, on, known, iterations=20) == before
    targets, known = list(targets), known | {"appointments": list(known["appointments"])}
    rng.shuffle(targets)
    rng.shuffle(known["appointments"])
    assert plan_of(targets, on, known, iterations=20) == before


@given(st.integers(10_000, 10**9), st.integers(0, 100))
@settings(max_examples=150)
def test_a_day_without_one_of_its_customers_is_not_worth_more(seed, which):
    targets, on, known = a_state(seed)
    known = known | {"appointments": (), "kept": ()}
    whole = plan_of(targets, on, known, iterations=60)
    if not whole.stops:
        return
    dropped = whole.stops[which % len(whole.stops)].customer.id
    left = [target for target in targets if target.customer.id != dropped]
    assert plan_of(left, on, known, iterations=60).value <= whole.value + NOISE


@given(st.integers(10_000, 10**9))
@settings(max_examples=100)
def test_a_week_is_its_days_in_turn(seed):
    targets, on, known = a_state(seed)
    days = coming_days(on, 5, known["rep"], CHINA)
    plans = plan_week(targets, days=days, seed=7, iterations=FEW, **known | {"kept": {}})
    now = {target.customer.id: target for target in targets}
    month = days[0].month
    for day, plan in zip(days, plans, strict=True):
        if day.month != month:
            month = day.month
            fresh = {"visits_this_month": 0, "contacts_this_month": 0}
            now = {number: replace(one, **fresh) for number, one in now.items()}
        assert check_plan(plan, list(now.values()), **known | {"kept": ()}) == []
        for stop in plan.stops:
            one = now[stop.customer.id]
            now[stop.customer.id] = replace(
                one,
                last_visit=day,
                visits_this_month=one.visits_this_month + 1,
                contacts_this_month=one.contacts_this_month + 1,
                next_step="",
                next_on=None,
            )


def later(moment, by):
    return clock(moment.hour * 60 + moment.minute + by)


def tampered(plan):
    """The plan with one thing in it made wrong, again and again."""
    first, *rest = plan.stops
    for change in (
        {"start": later(first.start, 9), "leave": later(first.leave, 9)},
        {"leave": later(first.leave, 3)},
        {"arrive": later(first.arrive, 2)},
        {"travel_minutes": first.travel_minutes + 2},
        {"price": round(first.price + 0.02, 2)},
        {"reasons": first.reasons[1:]},
    ):
        yield replace(plan, stops=(replace(first, **change), *rest))
    yield replace(plan, stops=plan.stops[1:])
    yield replace(plan, stops=(*plan.stops, plan.stops[0]))
    yield replace(plan, stops=tuple(reversed(plan.stops)))
    yield replace(plan, value=plan.value + 0.05)
    yield replace(plan, travel_minutes=plan.travel_minutes + 5)


def test_the_judge_sees_what_is_wrong():
    hospital = Institution(id=1, name="H1", lat=30.6, lon=114.2, reception=(HalfDay(1, time(9), time(12)),))
    targets = [
        VisitTarget(
            customer=Customer(id=n, code=str(n), name=f"Dr {n}", owner_id=1, institution=hospital),
            tier=Tier.B,
            support=Support.SECOND_CHOICE,
        )
        for n in (1, 2, 3)
    ]
    rep = RepCalendar(start=time(8), end=time(17), base=(30.55, 114.3))
    known = {"rep": rep, "params": PARAMS, "calendar": CHINA}
    tuesday = date(2026, 11, 3)
    plan = plan_of(targets, tuesday, known)
    assert len(plan.stops) == 3
    assert check_plan(plan, targets, **known) == []
    assert all(check_plan(wrong, targets, **known) for wrong in tampered(plan))
    seen = [replace(target, last_visit=date(2026, 10, 30)) for target in targets]
    assert any("inside the gap" in said for said in check_plan(plan, seen, **known))
    wednesday = replace(plan, on=date(2026, 11, 4))
    assert any("outside the hours" in said for said in check_plan(wednesday, targets, **known))
    sunday = replace(plan, on=date(2026, 11, 8))
    assert any("nobody works" in said for said in check_plan(sunday, targets, **known))
