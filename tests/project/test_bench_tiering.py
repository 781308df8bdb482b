"""The tiering benchmark at a tiny size: four programs that find the same, and a verdict that can fail."""

import json
from dataclasses import replace

import pytest

from bot.__main__ import main
from bot.bench.run import _tiering_lines
from bot.bench.tiering import TieringFigures, _difference, write_files
from bot.bench.tiering_programs import PROGRAMS, Run

pytest.importorskip("polars")
pytest.importorskip("duckdb")


def test_four_programs_tier_the_same_list_alike(capsys):
    assert main(["bench", "tiering", "--json", "--customers", "2000", "--sales", "30000"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"what", "python", "processors", "figures"}
    figures = found["figures"]
    assert (figures["customers"], figures["sales"]) == (2000, 30_000)
    assert list(figures["runs"]) == list(PROGRAMS)
    by_hand = [figures["runs"][name]["seconds"] for name in ("polars_by_hand", "duckdb_by_hand")]
    ours = figures["runs"]["ours_with_duckdb"]["seconds"]
    assert figures["to_fastest"] == pytest.approx(ours / min(by_hand), abs=0.01)
    for run in figures["runs"].values():
        sums = run["sums"]
        assert set(sums) == {"grid", "by_count", "by_value", "computed", "lorenz", "segments", "scores"}
        assert len(sums["grid"]) == 9
        assert sum(sums["by_count"].values()) == sum(sums["computed"].values()) > 1500
        assert 0.3 < sums["lorenz"]["gini"] < 0.9
        assert run["peak"] is None or run["peak"] > 50
        assert run["processor"] > 0


def test_the_files_are_as_large_as_wanted_and_always_the_same(tmp_path):
    texts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_files(tmp_path / name, customers=50, sales=400)
        texts.append([file.read_text() for file in sorted((tmp_path / name).glob("*.csv"))])
    customers, sales = texts[0]
    assert (len(customers.splitlines()), len(sales.splitlines())) == (51, 401)
    assert texts[0] == texts[1]


def test_a_program_that_finds_something_else_is_noticed():
    one = {"grid": {"A1": 5, "A2": 6}, "lorenz": {"gini": 0.5}}
    assert _difference(one, {"grid": {"A2": 6, "A1": 5}, "lorenz": {"gini": 0.5 + 1e-12}}) == ""
    assert _difference(one, {**one, "grid": {"A1": 5, "A2": 7}}) == "grid A2: 7 instead of 6"
    assert _difference(one, {**one, "lorenz": {"gini": 0.5001}}) == "lorenz gini: 0.5001 instead of 0.5"
    assert _difference(one, {"grid": one["grid"]}).startswith("lorenz gini")


def test_the_table_for_people_says_whether_the_aims_are_reached():
    runs = {name: Run(10.0, 15.0, 500.0, {}) for name in PROGRAMS}
    good = TieringFigures(customers=9, sales=90, megabytes=1, runs=runs, to_fastest=1.5)
    *_, ratio, memory = _tiering_lines(good)
    assert ratio == "With duckdb 1.50 x the faster program by hand: within 1.5."
    assert memory == "In chunks 500 MB: under 600 MB."
    large = replace(good, to_fastest=1.51, runs={**runs, "ours_in_chunks": Run(10.0, 15.0, 601.0, {})})
    *_, ratio, memory = _tiering_lines(large)
    assert "NOT within" in ratio
    assert "NOT under" in memory


@pytest.mark.parametrize("size", ["29", "many", "-5", "1e6"])
def test_a_size_that_is_no_size_is_refused(size, capsys):
    with pytest.raises(SystemExit):
        main(["bench", "tiering", "--sales", size])
    assert "is not a number from 30" in capsys.readouterr().err
