"""Seats shared out: equal to trying everything, never over a limit, and replayed from the record."""

import json
import random
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.compliance.facts import Ground
from domain.content.library import load_library
from domain.resources.allocation import (
    Allocation,
    Contender,
    Inputs,
    Limit,
    Limits,
    Need,
    Points,
    allocate,
    digest,
    image,
    lot,
    reasons_for,
    to_inputs,
)

POINTS = Points(asked=3, treats=2, new=2, expert=1.25, specialty=2, first_time=1)
FAIR = [need for need in Need if need.ground in {Ground.NEED, Ground.EXPERTISE}]


@st.composite
def inputs(draw, most=12):
    """A few people of some hospitals, departments and reps, and narrow limits."""
    people = draw(st.integers(0, most))
    contenders = []
    for number in range(1, people + 1):
        hospital = draw(st.sampled_from([None, 1, 2, 3]))
        department = (
            None if hospital is None else draw(st.sampled_from([None, 10 * hospital, 10 * hospital + 1]))
        )
        contenders.append(
            Contender(
                id=number,
                need=draw(st.sampled_from([*FAIR, *FAIR, None, Need.TIER])),
                hospital=hospital,
                department=department,
                rep=draw(st.sampled_from([None, 1, 2, 3])),
                fits=draw(st.booleans()),
                first_time=draw(st.booleans()),
                registered=draw(st.sampled_from([True, True, True, False])),
                events=draw(st.integers(0, 3)),
                repeats=draw(st.sampled_from([False, False, False, True])),
            )
        )
    limits = Limits(*(draw(st.integers(1, 4)) for _ in range(3)))
    return Inputs(
        seats=draw(st.integers(1, 8)),
        seed=draw(st.sampled_from(["a", "b", "c"])),
        points=POINTS,
        limits=limits,
        person_events=3,
        contenders=tuple(contenders),
    )


def keeps_limits(chosen, given: Inputs) -> bool:
    counts = Counter()
    for one in chosen:
        counts[Limit.REP, one.rep] += one.rep is not None
        counts[Limit.HOSPITAL, one.hospital] += one.hospital is not None
        counts[Limit.DEPARTMENT, one.department] += one.department is not None
    most = {limit: getattr(given.limits, limit.value) for limit in Limit if limit is not Limit.SEATS}
    within = all(count <= most[limit] for (limit, _), count in counts.items())
    return len(chosen) <= given.seats and within


def may_sit(one: Contender) -> bool:
    fair = one.need is not None and one.need.ground in {Ground.NEED, Ground.EXPERTISE}
    return fair and one.registered and not one.repeats and one.events < 3


def points_of(chosen) -> float:
    return sum(reason.points for one in chosen for reason in reasons_for(one, POINTS))


def by_trying_all(given: Inputs) -> set[int]:
    """The people with the most points, of as many the one with the best lots."""
    able = sorted(filter(may_sit, given.contenders), key=lambda one: -lot(given.seed, one.id))
    best, best_key = (), (-1.0, ())
    for size in range(min(len(able), given.seats) + 1):
        for chosen in combinations(able, size):
            if keeps_limits(chosen, given):
                key = (round(points_of(chosen), 2), tuple(one in chosen for one in able))
                if key > best_key:
                    best, best_key = chosen, key
    return {one.id for one in best}


def ids(standings) -> set[int]:
    return {one.id for one in standings}


@settings(max_examples=120)
@given(inputs(most=10))
def test_nobody_could_share_the_seats_out_better(given_inputs):
    assert ids(allocate(given_inputs).admitted) == by_trying_all(given_inputs)


def test_nor_of_twelve_people():
    rng = random.Random(12)
    for _ in range(6):
        given_inputs = some(rng, people=12, hospitals=3, seats=5)
        assert ids(allocate(given_inputs).admitted) == by_trying_all(given_inputs)


def some(rng: random.Random, *, people: int, hospitals: int, seats: int) -> Inputs:
    contenders = []
    for number in range(1, people + 1):
        hospital = rng.randrange(hospitals)
        contenders.append(
            Contender(
                id=number,
                need=rng.choice([*FAIR, *FAIR, None, Need.VOLUME]),
                hospital=hospital,
                department=10 * hospital + rng.randrange(3),
                rep=rng.randrange(4),
                fits=rng.random() < 0.5,
                first_time=rng.random() < 0.7,
                registered=rng.random() < 0.9,
                events=rng.randrange(5),
                repeats=rng.random() < 0.1,
            )
        )
    return Inputs(
        seats=seats,
        seed=str(rng.random()),
        points=POINTS,
        limits=Limits(rng.randint(1, 5), rng.randint(1, 3), rng.randint(1, 6)),
        person_events=3,
        contenders=tuple(contenders),
    )


def test_a_thousand_random_cases_break_no_limit_and_leave_nobody_out_without_a_reason():
    rng = random.Random(10)
    for _ in range(1000):
        given_inputs = some(rng, people=rng.randint(0, 30), hospitals=4, seats=rng.randint(1, 12))
        found = allocate(given_inputs)
        by_id = {one.id: one for one in given_inputs.contenders}
        seated = [by_id[one.id] for one in found.admitted]
        assert keeps_limits(seated, given_inputs)
        assert all(map(may_sit, seated))
        assert ids(found.refused) == {one.id for one in given_inputs.contenders if not may_sit(one)}
        groups = (found.admitted, found.reserve, found.refused)
        assert sorted(one.id for group in groups for one in group) == sorted(by_id)
        for waiting in found.reserve:
            assert waiting.stops is not None
            assert not keeps_limits([*seated, by_id[waiting.id]], given_inputs)
        for one in (*found.admitted, *found.reserve):
            assert one.points > 0


@given(inputs(), st.randoms(use_true_random=False))
def test_the_order_of_the_list_means_nothing(given_inputs, rng):
    shuffled = list(given_inputs.contenders)
    rng.shuffle(shuffled)
    assert allocate(replace(given_inputs, contenders=tuple(shuffled))) == allocate(given_inputs)


@given(inputs())
def test_the_record_replays_to_the_same_list(given_inputs):
    kept = json.loads(json.dumps(image(given_inputs)))
    assert to_inputs(kept) == given_inputs
    assert allocate(to_inputs(kept)) == allocate(given_inputs)
    assert digest(kept) == digest(dict(reversed(kept.items())))
    assert digest({**kept, "seats": given_inputs.seats + 1}) != digest(kept)


@given(inputs(), st.data())
def test_when_somebody_declines_the_others_stay_and_the_first_who_may_moves_up(given_inputs, data):
    before = allocate(given_inputs)
    if not before.admitted:
        return
    gone = data.draw(st.sampled_from(sorted(ids(before.admitted))))
    rest = tuple(one for one in given_inputs.contenders if one.id != gone)
    stay = ids(before.admitted) - {gone}
    after = allocate(replace(given_inputs, contenders=rest, kept=tuple(sorted(stay))))
    by_id = {one.id: one for one in rest}
    seated = [by_id[number] for number in stay]
    expected = []
    for one in before.reserve:  # in order, as far as the limits allow
        if keeps_limits([*seated, *expected, by_id[one.id]], given_inputs):
            expected.append(by_id[one.id])
            break
    assert stay <= ids(after.admitted)
    if expected:
        assert ids(after.admitted) - stay >= {expected[0].id} or points_of(
            by_id[number] for number in ids(after.admitted) - stay
        ) > points_of(expected)
    else:
        assert ids(after.admitted) == stay


@settings(max_examples=60)
@given(inputs(most=8))
def test_a_shadow_tells_what_one_more_seat_would_bring(given_inputs):
    found = allocate(given_inputs)
    total = sum(one.points for one in found.admitted)
    told = {shadow.limit: shadow for shadow in found.shadows if shadow.limit is Limit.SEATS}
    more = sum(one.points for one in allocate(replace(given_inputs, seats=given_inputs.seats + 1)).admitted)
    assert more - total == pytest.approx(told[Limit.SEATS].points if told else 0)
    for shadow in found.shadows:
        if shadow.limit is Limit.SEATS:
            continue
        # One more seat for one group: somebody of it gets a second body's worth of room.
        wider = [
            chosen
            for size in range(given_inputs.seats + 1)
            for chosen in combinations([*filter(may_sit, given_inputs.contenders)], size)
            if keeps_limits_but(chosen, given_inputs, shadow.limit, shadow.group)
        ]
        assert max(map(points_of, wider)) - total == pytest.approx(shadow.points)
        after = (ids(found.admitted) | set(shadow.admits)) - set(shadow.instead_of)
        chosen = [one for one in given_inputs.contenders if one.id in after]
        assert points_of(chosen) - total == pytest.approx(shadow.points)
        assert keeps_limits_but(chosen, given_inputs, shadow.limit, shadow.group)


def keeps_limits_but(chosen, given: Inputs, limit: Limit, group: int | None) -> bool:
    """Within the limits, with one more for one group."""
    if len(chosen) > given.seats:
        return False
    for each in (Limit.REP, Limit.HOSPITAL, Limit.DEPARTMENT):
        counts = Counter(getattr(one, each.value) for one in chosen)
        for key, count in counts.items():
            more = each is limit and key == group
            if key is not None and count > getattr(given.limits, each.value) + more:
                return False
    return True


def alike(*numbers: int, seats: int, seed: str) -> Allocation:
    people = tuple(Contender(id=number, need=Need.ASKED) for number in numbers)
    limits = Limits(9, 9, 9)
    return allocate(
        Inputs(seats=seats, seed=seed, points=POINTS, limits=limits, person_events=3, contenders=people)
    )


def test_equals_draw_a_lot_that_every_one_of_them_wins_as_often():
    wins = Counter(
        number for seed in range(600) for number in ids(alike(1, 2, 3, seats=1, seed=str(seed)).admitted)
    )
    assert all(160 < wins[number] < 240 for number in (1, 2, 3))
    drawn = alike(1, 2, 3, seats=1, seed="x")
    assert [reason.code for reason in drawn.admitted[0].reasons][-1] == "seat_lot"
    assert all(
        reason.code != "seat_lot" for one in alike(1, 2, seats=2, seed="x").admitted for reason in one.reasons
    )


def test_what_must_not_be_a_ground_is_none():
    for need in (Need.VOLUME, Need.TIER, Need.RELATION, None):
        one = Contender(id=1, need=need, fits=True)
        found = allocate(
            Inputs(
                seats=5, seed="x", points=POINTS, limits=Limits(9, 9, 9), person_events=3, contenders=(one,)
            )
        )
        assert not found.admitted
        assert [reason.code for reason in found.refused[0].reasons] == ["seat_no_need"]


def test_limits_are_shares_of_the_seats_and_one_at_least():
    params = load_library().events.versions[-1]
    assert params.limits(1) == Limits(1, 1, 1)
    assert params.limits(10) == Limits(hospital=4, department=2, rep=5)
    assert params.limits(30) == Limits(hospital=11, department=6, rep=15)
