"""What holds for every day, however odd."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.planning.route import DayProblem, Stop, solve_day
from tests.support.route_checker import check_route

ROUNDS = 15
tenths = st.integers(0, 600).map(lambda number: number / 10)
windows = st.tuples(st.integers(480, 1080), st.integers(0, 180)).map(
    lambda pair: (float(pair[0]), float(pair[0] + pair[1]))
)


@st.composite
def days(draw):
    """Up to fourteen customers in a town; minutes as the crow flies, or without any rule at all."""
    stops = tuple(
        Stop(
            id=draw(st.integers(0, 10)) + 11 * index,
            prize=draw(st.floats(-0.5, 3)),
            service=draw(tenths),
            windows=tuple(draw(st.lists(windows, max_size=3))),
            required=draw(st.integers(0, 5)) == 0,
        )
        for index in range(draw(st.integers(0, 14)))
    )
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    places = rng.uniform(0, 60, (len(stops) + 1, 2))
    crow = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    chaos = rng.uniform(0, 90, crow.shape)
    np.fill_diagonal(chaos, 0)
    return DayProblem(
        start=510.0,
        end=draw(st.sampled_from([500.0, 600.0, 1050.0])),
        capacity=draw(st.integers(0, 12)),
        travel_price=draw(st.sampled_from([0.0, 0.003, 0.05])),
        matrix=crow if draw(st.booleans()) else chaos,
        stops=stops,
        returns=draw(st.booleans()),
    )


@settings(max_examples=150)
@given(days(), st.integers(0, 9))
def test_no_plan_breaks_a_rule(problem, seed):
    route = solve_day(problem, seed=seed, iterations=ROUNDS)
    assert check_route(problem, route) == []
    missed = {reason.params["id"] for reason in route.infeasible}
    assert missed | {stop.id for stop in route.stops} >= {stop.id for stop in problem.stops if stop.required}


@settings(max_examples=60)
@given(days(), st.randoms(use_true_random=False))
def test_the_order_of_the_customers_and_a_replay_change_nothing(problem, chance):
    order = list(range(len(problem.stops)))
    chance.shuffle(order)
    places = [0, *(number + 1 for number in order)]
    shuffled = replace(
        problem,
        stops=tuple(problem.stops[number] for number in order),
        matrix=problem.matrix[np.ix_(places, places)],
    )
    first = solve_day(problem, seed=3, iterations=ROUNDS)
    assert solve_day(shuffled, seed=3, iterations=ROUNDS) == first
    assert solve_day(problem, seed=3, iterations=ROUNDS) == first


@settings(max_examples=60)
@given(days())
def test_more_rounds_never_give_a_worse_plan(problem):
    def worth(rounds):
        route = solve_day(problem, seed=5, iterations=rounds)
        return -len(route.infeasible), route.value

    assert worth(0) <= worth(4) <= worth(20)


@settings(max_examples=60)
@given(days(), st.data())
def test_without_a_customer_the_day_is_never_worth_more(problem, data):
    """Beyond the noise of the search: here it is long enough for days of this size."""
    stops = tuple(replace(stop, required=False) for stop in problem.stops[:6])
    if not stops:
        return
    whole = replace(problem, stops=stops, matrix=problem.matrix[: len(stops) + 1, : len(stops) + 1])
    gone = data.draw(st.integers(0, len(stops) - 1))
    matrix = np.delete(np.delete(whole.matrix, gone + 1, 0), gone + 1, 1)
    fewer = replace(whole, stops=stops[:gone] + stops[gone + 1 :], matrix=matrix)
    best = solve_day(whole, seed=1, iterations=80).value
    assert solve_day(fewer, seed=1, iterations=80).value <= best + 0.02 * abs(best) + 1e-9
