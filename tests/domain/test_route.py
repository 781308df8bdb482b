"""One day's route: small days whose best plan anybody can see, and what cannot be kept."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from domain.explain import Reason
from domain.planning.route import DayProblem, Route, RouteStop, Stop, route_in_order, solve_day
from tests.support.route_checker import check_route

NINE, TEN, ELEVEN, NOON = 540.0, 600.0, 660.0, 720.0
ALL_DAY = ((0.0, 1440.0),)


def a_day(*stops, places, **more):
    """A day from nine to twelve on a road: `places` are the minutes from the start along it."""
    road = np.array([0.0, *places])
    known = {"start": NINE, "end": NOON, "capacity": 12, "travel_price": 0.01}
    return DayProblem(matrix=np.abs(road[:, None] - road), stops=stops, **known | more)


def solved(problem, *, seed=1, iterations=40):
    route = solve_day(problem, seed=seed, iterations=iterations)
    assert check_route(problem, route) == []
    return route


def order(route):
    return [stop.id for stop in route.stops]


def test_times_and_value_of_two_visits_on_one_road():
    first = Stop(id=7, prize=1.0, service=20, windows=((TEN, ELEVEN),))
    second = Stop(id=3, prize=0.5, service=10, windows=ALL_DAY)
    route = solved(a_day(first, second, places=(10, 30)))
    waits = RouteStop(id=7, arrive=550.0, start=600.0, leave=620.0, travel=10.0)
    assert route == Route((waits, RouteStop(3, 640.0, 640.0, 650.0, 20.0)), pytest.approx(1.2), ())


def test_service_may_start_at_both_ends_of_a_window():
    sharp = Stop(id=1, prize=1.0, service=60, windows=((TEN, TEN),))
    last = Stop(id=2, prize=1.0, service=30, windows=((NINE, 690.0),))
    route = solved(a_day(sharp, last, places=(60, 90)))
    assert [stop.start for stop in route.stops] == [TEN, 690.0]


def test_the_last_service_is_over_when_the_day_ends():
    stop = Stop(id=1, prize=2.0, service=60, windows=ALL_DAY)
    assert order(solved(a_day(stop, places=(120,)))) == [1]
    assert order(solved(a_day(stop, places=(120.1,)))) == []


def test_the_way_home_counts_in_time_and_in_price_where_it_is_asked_for():
    stop = Stop(id=1, prize=2.0, service=60, windows=ALL_DAY)
    assert solved(a_day(stop, places=(60,), returns=True)).value == pytest.approx(2 - 0.01 * 120)
    required = replace(stop, required=True)
    assert solved(a_day(required, places=(60.1,), returns=True)).infeasible == (
        Reason("required_unreachable", {"id": 1}),
    )


def test_of_two_windows_the_one_that_lets_everybody_in_is_used():
    twice = Stop(id=1, prize=1.0, service=30, windows=((690.0, 700.0), (NINE, 550.0)))
    late = Stop(id=2, prize=1.0, service=30, windows=((660.0, 690.0),))
    assert order(solved(a_day(twice, late, places=(10, 10)))) == [1, 2]


def test_nobody_is_visited_who_is_not_worth_the_way():
    lone = Stop(id=1, prize=0.29, service=10, windows=ALL_DAY)
    beside = Stop(id=2, prize=0.02, service=10, windows=ALL_DAY)
    assert sorted(order(solved(a_day(lone, beside, places=(30, 30))))) == [1, 2]
    assert order(solved(a_day(lone, beside, places=(32, 32)))) == []


def test_the_capacity_goes_to_the_best():
    stops = [Stop(id=number, prize=number, service=1, windows=ALL_DAY) for number in range(1, 9)]
    route = solved(a_day(*stops, places=[5] * 8, capacity=3))
    assert sorted(order(route)) == [6, 7, 8]
    assert solved(a_day(*stops, places=[5] * 8, capacity=0)) == Route((), 0.0, ())


def crowd(*, far):
    """Three hundred of great worth `far` minutes away, and two of little worth close by."""
    many = [Stop(id=n, prize=5.0 + n / 1000, service=10, windows=ALL_DAY) for n in range(300)]
    close = Stop(id=900, prize=0.5, service=10, windows=ALL_DAY)
    promised = replace(close, id=901, prize=0.1, required=True)
    return a_day(*many, close, promised, places=(*[far] * 300, 5, 6), capacity=2)


def test_among_many_the_best_are_visited_and_whoever_is_promised():
    assert set(order(solved(crowd(far=10)))) == {901, 299}


def test_who_is_out_of_reach_takes_nobodys_place_among_many():
    assert set(order(solved(crowd(far=200)))) == {900, 901}


def test_among_many_the_order_in_which_they_are_given_does_not_matter():
    day = crowd(far=10)
    back = list(range(len(day.stops)))[::-1]
    turned = replace(
        day,
        stops=tuple(day.stops[n] for n in back),
        matrix=day.matrix[np.ix_([0, *(n + 1 for n in back)], [0, *(n + 1 for n in back)])],
    )
    assert solved(turned) == solved(day)


def test_an_appointment_is_kept_however_little_it_is_worth():
    promised = Stop(id=1, prize=-2.0, service=10, windows=((TEN, TEN),), required=True)
    rich = [Stop(id=number, prize=5.0, service=50, windows=((NINE, 610.0),)) for number in (2, 3)]
    route = solved(a_day(promised, *rich, places=(60, 1, 2)))
    assert 1 in order(route)
    assert route.infeasible == ()


def test_appointments_that_clash_are_kept_as_far_as_possible_and_the_others_named():
    far, near = ((TEN, TEN),), ((TEN, 610.0),)
    stops = [
        Stop(id=1, prize=9.0, service=20, windows=far, required=True),
        Stop(id=2, prize=0.1, service=5, windows=near, required=True),
        Stop(id=3, prize=0.1, service=5, windows=near, required=True),
        Stop(id=4, prize=9.0, service=5, windows=((500.0, 520.0),), required=True),
        Stop(id=5, prize=9.0, service=5, windows=(), required=True),
    ]
    route = solved(a_day(*stops, places=(55, 5, 5, 5, 5)))
    assert sorted(order(route)) == [2, 3]
    assert route.infeasible == (
        Reason("required_clash", {"id": 1}),
        Reason("required_unreachable", {"id": 4}),
        Reason("required_unreachable", {"id": 5}),
    )


def test_more_appointments_than_the_day_holds():
    stops = [Stop(id=number, prize=1, service=5, windows=ALL_DAY, required=True) for number in range(1, 6)]
    route = solved(a_day(*stops, places=[1] * 5, capacity=4))
    assert len(route.stops) == 4
    assert [reason.code for reason in route.infeasible] == ["required_clash"]


def test_places_that_no_road_leads_to_are_left_out():
    stops = [Stop(id=number, prize=1.0, service=10, windows=ALL_DAY) for number in (1, 2)]
    for price in (0.0, 0.01):
        problem = a_day(*stops, places=(10, 20), travel_price=price)
        problem.matrix[2, :2] = problem.matrix[:2, 2] = inf
        assert order(solved(problem)) == [1]


def test_a_one_way_road_is_taken_the_right_way():
    stops = [Stop(id=number, prize=1.0, service=10, windows=ALL_DAY) for number in (1, 2)]
    problem = a_day(*stops, places=(10, 10))
    problem.matrix[1, 2], problem.matrix[2, 1] = 80.0, 1.0
    assert order(solved(problem)) == [2, 1]


def test_a_day_without_customers_and_one_without_time_are_empty():
    assert solved(a_day(places=())) == Route((), 0.0, ())
    stop = Stop(id=1, prize=1.0, service=0, windows=ALL_DAY)
    assert order(solved(a_day(stop, places=(0,), end=NINE))) == [1]
    assert order(solved(a_day(stop, places=(0,), end=NINE - 1))) == []


def test_no_rounds_and_an_early_stop_still_give_a_plan():
    stops = [Stop(id=number, prize=1.0, service=10, windows=ALL_DAY) for number in range(1, 6)]
    problem, asked = a_day(*stops, places=range(5)), []

    def stop(number):
        asked.append(number)
        return number == 2

    assert len(solved(problem, iterations=0).stops) == 5
    route = solve_day(problem, seed=1, iterations=10, stop=stop)
    assert asked == [0, 1, 2]
    assert route == solve_day(problem, seed=1, iterations=2)


def test_an_order_that_is_given_is_kept_as_far_as_the_windows_allow():
    first = Stop(id=7, prize=1.0, service=20, windows=((TEN, ELEVEN), (NINE, 570.0)))
    second = Stop(id=3, prize=0.5, service=10, windows=ALL_DAY)
    late = Stop(id=5, prize=9.0, service=10, windows=((NINE, 550.0),), required=True)
    problem = a_day(first, second, late, places=(10, 30, 5))
    route = route_in_order(problem, [3, 99, 7, 5])
    assert [(stop.id, stop.start) for stop in route.stops] == [(3, 570.0), (7, TEN)]
    assert route.infeasible == (Reason("required_clash", {"id": 5}),)
    assert check_route(problem, route) == []


def test_a_problem_that_does_not_fit_together_is_refused():
    stop = Stop(id=1, prize=1.0, service=10, windows=ALL_DAY)
    with pytest.raises(ValueError, match="the matrix has the shape"):
        a_day(stop, places=(1, 2))
    with pytest.raises(ValueError, match="two stops have the same id"):
        a_day(stop, stop, places=(1, 2))
