"""The bench of routes: what its figures mean, on a few problems."""

from pathlib import Path

import pytest

from bot.bench import routes
from bot.bench.figures import BenchError
from bot.bench.month.measure import MonthFigures
from bot.bench.plan import PlanFigures, plan_lines, plan_table
from bot.bench.plan_reps import RepsFigures
from bot.bench.routes import Known, RouteFigures, day_plans, measure, measure_within, published


def test_the_problems_are_those_that_were_published():
    days, instances = day_plans(), published()
    assert [len(days), len(instances)] == [20, 20]
    assert days[0].name == "day00"
    assert days[0].best == 9.8201
    assert days[0].problem.matrix.shape == (64, 64)
    c101 = instances[0]
    assert (c101.name, c101.best, c101.problem.end, c101.problem.returns) == ("c101", 320, 1236, True)
    assert c101.problem.matrix[0, 1] == 18.6  # from (40, 50) to (45, 68): 18.68, cut off


def test_gaps_are_percent_of_the_best_known():
    problem = day_plans()[3].problem
    value = measure([Known("whole", problem, 1.0)], iterations=30).gap_mean
    twice = measure([Known("half", problem, 2 * (1 - value / 100))], iterations=30, seeds=(1, 2, 3))
    assert twice.gap_mean == twice.gap_max == pytest.approx(50, abs=0.01)
    assert (twice.problems, twice.seeds, twice.required_missed) == (1, 3, 0)
    assert 0 < twice.processor_ms_mean <= twice.processor_ms_max


def test_a_search_within_a_time_ends_near_it():
    found = measure_within([day_plans()[0]], 0.03, seeds=(1,))
    assert 30 <= found.processor_ms_mean < 300


def test_without_the_source_tree_the_bench_says_so(monkeypatch):
    monkeypatch.setattr(routes, "_ROOT", Path("/nowhere"))
    with pytest.raises(BenchError, match="are in the source tree only"):
        day_plans()


def test_the_figures_in_words():
    days = RouteFigures(20, 3, 0.5, 1.5, 2.0, 40.4, 60.0, 24, 1)
    reps = RepsFigures(10_000, 120, 2, 300, True, 11.9, 40.0, 3.4, 3.3, 140.0)
    months = MonthFigures(20, 160.0, {})
    found = PlanFigures(iterations=100, days=days, days_slow=days, published=days, months=months, reps=reps)
    heads, first, second, third = plan_table(found)
    assert heads[1:4] == ("mean", "p90", "max")
    assert first == ("20 days, 100 rounds", "0.50 %", "1.50 %", "2.00 %", "40 ms", "60 ms", "1 of 24")
    assert [second[0], third[0]] == ["20 days, 200 ms", "20 published, 500 ms"]
    assert any("10000 reps" in line for line in plan_lines(found))
