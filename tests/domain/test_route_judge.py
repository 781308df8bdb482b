"""The judge of routes finds what is wrong: a right route passes, and no tampered one does."""

from dataclasses import replace

import numpy as np

from domain.explain import Reason
from domain.planning.route import DayProblem, Route, RouteStop, Stop
from tests.support.route_checker import check_route

MATRIX = np.array([[0.0, 10, 20], [10, 0, 15], [20, 15, 0]])
STOPS = (
    Stop(id=7, prize=1.0, service=20, windows=((600, 660),), required=True),
    Stop(id=8, prize=0.5, service=10, windows=((500, 560), (700, 760))),
)
PROBLEM = DayProblem(start=510, end=720, capacity=2, travel_price=0.01, matrix=MATRIX, stops=STOPS)
FIRST = RouteStop(7, arrive=520, start=600, leave=620, travel=10)
SECOND = RouteStop(8, arrive=635, start=700, leave=710, travel=15)
ROUTE = Route((FIRST, SECOND), value=1.5 - 0.25, infeasible=())


def test_a_right_route_passes():
    assert check_route(PROBLEM, ROUTE) == []
    home = replace(ROUTE, value=1.5 - 0.45)
    assert check_route(replace(PROBLEM, returns=True, end=730), home) == []
    nobody = Route((), 0.0, (Reason("required_clash", {"id": 7}),))
    assert check_route(PROBLEM, nobody) == []


def test_a_wrong_route_is_told():
    for wrong, said in (
        (replace(ROUTE, stops=(FIRST, replace(SECOND, start=635, leave=645))), "8 starts 635, in truth 700"),
        (replace(ROUTE, stops=(replace(FIRST, arrive=519), SECOND)), "7 arrives 519, in truth 520"),
        (replace(ROUTE, stops=(FIRST, replace(SECOND, travel=14))), "8 travels 14, in truth 15"),
        (replace(ROUTE, stops=(FIRST, FIRST)), "7 is visited more than once"),
        (replace(ROUTE, stops=(replace(FIRST, id=9),)), "9 is not on the list"),
        (replace(ROUTE, stops=(SECOND,)), "required but neither visited nor explained: [7]"),
        (replace(ROUTE, stops=(SECOND, FIRST)), "8 arrives 635, in truth 530"),
        (replace(ROUTE, value=1.3), "the value is 1.250000, not 1.300000"),
        (replace(ROUTE, infeasible=(Reason("required_clash", {"id": 7}),)), "and visits it"),
    ):
        assert any(said in each for each in check_route(PROBLEM, wrong)), said
    assert "2 stops, 1 are possible" in check_route(replace(PROBLEM, capacity=1), ROUTE)
    assert "the day ends at 709, the route at 710" in check_route(replace(PROBLEM, end=709), ROUTE)
    assert "the day ends at 729, the route at 730" in check_route(
        replace(PROBLEM, end=729, returns=True), replace(ROUTE, value=1.05)
    )
