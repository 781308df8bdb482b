"""No state of a territory makes a day list break its rules. The rules are written out again here."""

import random
import time as clock
from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.content.library import load_library
from domain.customers.model import Customer, CustomerStatus, HalfDay, Institution
from domain.planning.model import VisitTarget
from domain.planning.today import not_listed, plan_today
from domain.tiering.model import Support, Tier

LIBRARY = load_library()
CALENDAR = LIBRARY.calendar("cn")
PARAMS = LIBRARY.today.versions[0]
CADENCE = LIBRARY.cadence.versions[0]


def half_days(rng):
    return tuple(HalfDay(rng.randrange(7), time(8), time(12)) for _ in range(rng.choice((0, 0, 1, 3))))


def a_target(rng, number, today):
    maybe = lambda low, high: (  # noqa: E731
        today + timedelta(rng.randint(low, high)) if rng.random() < 0.5 else None
    )
    place = rng.choice((None, *range(1, 6)))
    customer = Customer(
        id=number,
        code=str(number),
        name=rng.choice("abcdefg"),
        owner_id=1,
        institution=place and Institution(id=place, name=f"H{place}", reception=RECEPTIONS[place]),
        city=rng.choice(("", "Wuhan", "Xiangyang")),
        best_times=half_days(rng),
        is_no_see=rng.random() < 0.1,
        status=rng.choice((CustomerStatus.ACTIVE,) * 9 + (CustomerStatus.INACTIVE,)),
    )
    return VisitTarget(
        customer=customer,
        tier=rng.choice((*Tier, None)),
        support=rng.choice((*Support, None)),
        last_visit=maybe(-120, 2),
        visits_this_month=rng.randrange(8),
        snoozed_until=maybe(-3, 5),
        next_step=rng.choice(("", "call back")),
        next_on=maybe(-5, 5),
    )


RECEPTIONS = {n: half_days(random.Random(n)) for n in range(1, 6)}


def a_state(seed):
    rng = random.Random(seed)
    today = date(2024, 1, 1) + timedelta(rng.randrange(1000))
    targets = [a_target(rng, number, today) for number in range(rng.choice((0, 1, 4, 12, 24)))]
    return targets, today, rng.choice((None, 0, 1, 3, 12, 40))


def plan(targets, today, capacity):
    return plan_today(
        targets, today=today, params=PARAMS, cadence=CADENCE, calendar=CALENDAR, capacity=capacity
    )


def may_be_listed(target, today):
    """The rules of the issue, one by one."""
    customer, last = target.customer, target.last_visit
    if not CALENDAR.is_working_day(today) or customer.status is CustomerStatus.INACTIVE or customer.is_no_see:
        return False
    if target.tier is None or target.support is None or (target.tier, target.support) == (Tier.C, 3):
        return False
    if target.snoozed_until and target.snoozed_until > today:
        return False
    if last and last >= today:
        return False
    reception = customer.institution.reception if customer.institution else ()
    if reception and today.weekday() not in {window.weekday for window in reception}:
        return False
    if last is None or (target.next_step and target.next_on and target.next_on <= today):
        return True
    month = sum(
        CALENDAR.is_working_day(date(today.year, today.month, 1) + timedelta(n))
        for n in range(31)
        if (date(today.year, today.month, 1) + timedelta(n)).month == today.month
    )
    days = sum(CALENDAR.is_working_day(last + timedelta(n)) for n in range(1, (today - last).days + 1))
    wanted = {"A1": 5, "A2": 5, "A3": 4, "B1": 4, "B2": 3, "B3": 2, "C1": 1, "C2": 0.5}
    return days >= 0.7 * month / wanted[f"{target.tier}{target.support:d}"] - 1e-9


def check(targets, today, capacity):
    day = plan(targets, today, capacity)
    by_id = {target.customer.id: target for target in targets}
    lines = day.lines
    allowed = {target.customer.id for target in targets if may_be_listed(target, today)}
    listed = [line.customer.id for line in lines]
    size = PARAMS.capacity if capacity is None else capacity
    assert set(listed) <= allowed
    assert len(listed) == len(set(listed)) <= size
    assert len(listed) + day.left_out == len(allowed)
    assert day.left_out == 0 or len(listed) == max(0, size - day.hurdles.get("visited_today", 0))
    assert [line.rank for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        assert 1 <= len(line.reasons) <= 3
        # In hundredths, as a person adds printed numbers.
        assert round(line.score * 100) == sum(round(reason.points * 100) for reason in line.reasons)
        assert line.score == round(line.score, 2)
        first = line.reasons[0].params
        assert line.reasons[0].points == round(first["weight"] * first["urgency"], 2)
    for block in day.blocks:
        homes = {(one.customer.institution and one.customer.institution.id) for one in block.lines}
        assert homes == {block.institution and block.institution.id}
        assert [line.score for line in block.lines] == sorted(
            (line.score for line in block.lines), reverse=True
        )
    best = [max(line.score for line in block.lines) for block in day.blocks]
    assert best == sorted(best, reverse=True)
    left = [by_id[number] for number in allowed - set(listed)]
    if left and lines:
        others = plan(left, today, 40)
        assert max(line.score for line in others.lines) <= min(line.score for line in lines)
    for target in targets:
        reason = not_listed(target, today=today, params=PARAMS, cadence=CADENCE, calendar=CALENDAR)
        assert (reason is None) == (target.customer.id in allowed)
    assert all(target.tier is None or by_id[target.customer.id].support is None for target in day.to_profile)
    assert len(day.to_profile) <= PARAMS.to_profile
    assert bool(day.instead) == (not lines)


def test_ten_thousand_random_territories_break_no_rule():
    for seed in range(10_000):
        check(*a_state(seed))


@given(st.integers(10_000, 10**9), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_permuting_the_customers_changes_nothing(seed, rng):
    targets, today, capacity = a_state(seed)
    before = plan(targets, today, capacity)
    rng.shuffle(targets)
    assert plan(targets, today, capacity) == before


@given(st.integers(0, 10**9), st.integers(1, 30))
@settings(max_examples=200, deadline=None)
def test_waiting_longer_never_lowers_a_customers_points(seed, days):
    rng = random.Random(seed)
    today = date(2026, 11, 17)
    one = a_target(rng, 1, today)
    seen = today - timedelta(rng.randint(1, 90))

    def points(last):
        waiting = VisitTarget(customer=one.customer, tier=one.tier, support=one.support, last_visit=last)
        return [line.score for line in plan([waiting], today, 1).lines] or [0.0]

    assert points(seen - timedelta(days)) >= points(seen)


def test_five_hundred_customers_take_a_blink():
    rng = random.Random(5)
    today = date(2026, 11, 17)
    targets = [a_target(rng, number, today) for number in range(500)]
    plan(targets, today, None)  # fills the calendar
    best = min(_seconds(lambda: plan(targets, today, None)) for _ in range(7))
    assert best < 0.020


def _seconds(work):
    start = clock.perf_counter()
    work()
    return clock.perf_counter() - start
