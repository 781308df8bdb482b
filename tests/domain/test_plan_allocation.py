"""What a visit is worth and how pressing it is, in numbers worked out by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import domain.content
from domain.content.library import check_content, load_library
from domain.customers.model import Customer, CustomerStatus
from domain.planning.allocation import chances_left, next_visits, response_curve, visit_worth
from domain.planning.model import VisitTarget
from domain.planning.params import CellCadence, Goal
from domain.tiering.model import Cell, Support, Tier

LIBRARY = load_library()
PARAMS = LIBRARY.planning_at(date(2026, 11, 2))
SHIPPED = (Path(domain.content.__path__[0]) / "params" / "planning.yaml").read_text(encoding="utf-8")


def doctor(number, cell, visits=0, **known):
    customer = Customer(id=number, code=str(number), name=str(number), owner_id=1, **known)
    tier, support = (Tier(cell[0]), Support(int(cell[1]))) if cell else (None, None)
    return VisitTarget(customer=customer, tier=tier, support=support, visits_this_month=visits)


def curve(low, high):
    norm = CellCadence(min=low, target=max(low, 0.5), max=high, weight=1, next=Goal.HOLD)
    return response_curve(norm, PARAMS.planning.response)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (4, 6, (1, 0.95, 0.9, 0.85, 0.5, 0.45)),
        (2, 4, (1, 0.95, 0.5, 0.45)),
        (0.5, 2, (1, 0.5)),
        (0, 2, (1, 0.6)),
        (0, 4, (1, 0.6, 0.4, 0.35)),
    ],
)
def test_the_response_falls_from_visit_to_visit_and_ends_at_the_maximum(low, high, expected):
    assert curve(low, high) == expected


def test_the_response_never_rises_however_long_the_minimum():
    values = curve(20, 25)
    assert list(values) == sorted(values, reverse=True)
    assert values[-1] < values[0]


def test_worth_is_weight_times_factor_times_response():
    assert visit_worth(Cell.A2, 1, PARAMS) == 1.0
    assert visit_worth(Cell.A3, 3, PARAMS, 1.3) == round(0.8 * 1.3 * 0.5, 2)
    assert visit_worth(Cell.A2, 7, PARAMS) == 0
    assert visit_worth(Cell.C3, 1, PARAMS) == 0


def test_chances_take_each_first_day_and_keep_the_gap():
    days = np.arange(10)
    every, mondays = np.ones(10, dtype=bool), days % 5 == 0
    left = chances_left(
        np.array([every, mondays, every, ~every]),
        earliest=np.array([0, 0, 4, 0]),
        gaps=np.array([3, 3, 5, 3]),
        days=days,
    )
    assert left.tolist() == [4, 2, 2, 0]  # days 0 3 6 9; 0 5; 4 9; none


def test_days_that_are_missing_still_count_in_the_gap():
    # Working days 0, 1, 5, 6 with leave in between: 0 and 5 keep a gap of 3.
    left = chances_left(np.ones((1, 4), dtype=bool), np.array([0]), np.array([3]), np.array([0, 1, 5, 6]))
    assert left.tolist() == [2]


def test_one_more_visit_is_worth_most_where_the_response_is_still_high():
    targets = [
        doctor(1, "A2", 4),
        doctor(2, "B2", 0),
        doctor(3, "A2", 1),
        doctor(4, "C3"),
        doctor(5, None),
        doctor(6, "A1", is_no_see=True),
        doctor(7, "A1", status=CustomerStatus.INACTIVE),
        doctor(8, "C2", 2),
    ]
    found = next_visits(targets, PARAMS)
    assert [(one.customer_id, one.number, one.worth) for one in found] == [
        (3, 2, 0.95),
        (2, 1, 0.75),
        (1, 5, 0.5),
    ]
    planned = next_visits(targets, PARAMS, planned={2: 2, 3: 5})
    assert [(one.customer_id, one.number) for one in planned] == [(1, 5), (2, 3)]


def test_the_shipped_numbers_name_their_source_and_date():
    (version,) = LIBRARY.planning.versions
    assert version.source
    assert version.note
    assert version.start <= date(2026, 1, 1)


def problems(folder, *changes):
    text = SHIPPED
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "params" / "planning.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return [(problem.path, problem.what) for problem in check_content(folder)]


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        ("gap: {A: 3, B: 5, C: 10}", "gap: {A: 6, B: 5, C: 10}", "", "the gaps do not rise from A to C"),
        ("minutes: {A: 20, B: 15, C: 10}", "minutes: {A: 20, B: 15}", "", "`minutes` has no value for C"),
        ("start: 08:30, end: 17:30", "start: 17:30, end: 08:30", "hours", "the day ends at 08:30"),
        ("optional: [1, 0.60]", "optional: [0.60, 1]", "response", "the values of `optional` rise"),
        ("km_h: 22", "km_h: 0", "travel.usual.km_h", "`0` is too small, it must be at least 1"),
        ("success: 0.85", "success: 85", "pressure.success", "`85` is too large, it must be at most 1"),
    ],
)
def test_a_mistake_in_the_numbers_is_told_with_its_place(tmp_path, old, new, path, what):
    (found,) = problems(tmp_path, (old, new))
    assert found == (f"versions.0.{path}".removesuffix("."), what)


def test_all_mistakes_are_told_at_once(tmp_path):
    found = problems(tmp_path, ("km_h: 22", "km_h: fast"), ("iterations: 100", "iterations: 0"))
    assert {path for path, _ in found} == {"versions.0.travel.usual.km_h", "versions.0.iterations"}


def test_the_price_of_a_minute_is_what_the_comment_says():
    hour = 60 * PARAMS.planning.travel_price
    assert round(hour / visit_worth(Cell.A2, 1, PARAMS), 2) == 0.18


def test_an_earlier_day_is_planned_with_the_numbers_of_its_time():
    later = PARAMS.planning.model_copy(update={"start": date(2027, 1, 1), "capacity": 9})
    history = LIBRARY.planning.model_copy(update={"versions": (PARAMS.planning, later)})
    library = replace(LIBRARY, planning=history)
    assert library.planning_at(date(2026, 12, 31)).planning.capacity == 12
    assert library.planning_at(date(2027, 1, 1)).planning.capacity == 9
