"""`ninebox plan-day`: a plan for people, a plan for programs, and what is wrong with a file."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.planning.problem import problem_of, read_problem
from domain.planning.route import Route, RouteStop
from tests.support.route_checker import check_route

DAYS = Path(__file__).parents[1] / "data" / "day_plans"
SMALL = {
    "day_start": 540,
    "day_end": 720,
    "cap": 12,
    "lam": 0.01,
    "return_home": True,
    "matrix": [[0, 10, 30], [10, 0, 20], [30, 20, 0]],
    "customers": [
        {"id": 7, "prize": 1, "required": True, "service": 20, "windows": [[560, 569]], "tier": "A"},
        {"id": 3, "prize": 0.8, "required": False, "service": 10.4, "windows": [[480, 500], [540, 720]]},
    ],
}


@pytest.fixture
def plan(tmp_path, capsys):
    """Runs the command on a problem: exit code, output, errors."""

    def run(problem, *words):
        file = tmp_path / "day.json"
        file.write_text(problem if isinstance(problem, str) else json.dumps(problem), encoding="utf-8")
        code = main(["plan-day", str(file), *words])
        return code, *capsys.readouterr()

    return run


def test_a_program_gets_order_times_and_value(plan):
    code, out, _ = plan(SMALL, "--json")
    assert code == 0
    assert json.loads(out) == {
        "order": [7, 3],
        "stops": [
            {"id": 7, "arrive": 550.0, "start": 560.0, "leave": 580.0},
            {"id": 3, "arrive": 600.0, "start": 600.0, "leave": 610.4},
        ],
        "value": 1.2,
        "infeasible": [],
    }


def test_people_get_a_table(plan):
    code, out, _ = plan(SMALL)
    assert code == 0
    assert out.splitlines() == [
        "customer  travel  arrive    wait  start  leave",
        "      7*  10 min   09:10  10 min  09:20  09:40",
        "       3  20 min   10:00          10:00  10:10",
        "",
        "2 visits, 60 minutes of travel, value 1.2000",
        "* required",
    ]


def test_a_required_visit_that_cannot_be_kept_is_named(plan):
    problem = SMALL | {"day_end": 560}
    code, out, _ = plan(problem, "--json")
    assert code == 0
    assert json.loads(out)["infeasible"] == [{"id": 7, "code": "required_unreachable"}]
    assert plan(problem)[1].splitlines()[0] == "Nobody."
    assert "7 is required and cannot be reached in time." in plan(problem)[1]


def test_every_example_is_planned_as_the_judge_would_have_it(capsys):
    files = sorted(DAYS.glob("day*.json"))
    assert len(files) == 20
    for file in files:
        assert main(["plan-day", str(file), "--json", "--iterations", "5", "--seed", "2"]) == 0
        said, problem = json.loads(capsys.readouterr().out), read_problem(file)
        row = {stop.id: number for number, stop in enumerate(problem.stops, 1)}
        places = [0, *(row[number] for number in said["order"])]
        stops = tuple(
            RouteStop(travel=float(problem.matrix[here, there]), **stop)
            for here, there, stop in zip(places, places[1:], said["stops"], strict=False)
        )
        assert check_route(problem, Route(stops, said["value"], ())) == [], file.name


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cap": -1}, "- cap: "),
        ({"lam": None}, "- lam: "),
        ({"matrix": [[0, 10], [10, 0]]}, "- the matrix needs 3 rows of 3 minutes"),
        ({"day_end": 10}, "- the day ends before it starts"),
        ({"customers": [SMALL["customers"][0]] * 2}, "- two customers have the same id"),
        ({"customers": [{"id": "x"}]}, "- customers[0].windows: "),
        (
            {"customers": [SMALL["customers"][0] | {"windows": [[9, 8]]}, SMALL["customers"][1]]},
            "- customers[0]: the window [9.0, 8.0] is not an earlier and a later minute",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(plan, change, told):
    code, out, wrong = plan(SMALL | change)
    assert (code, out) == (1, "")
    assert "is not a day to be planned" in wrong
    assert told in wrong


def test_all_mistakes_are_told_at_once_but_not_a_page_of_them(plan):
    _, _, wrong = plan({"customers": [{}] * 9})
    assert wrong.count("\n- ") == 11
    assert "- ... and 31 more" in wrong


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"lam": NaN}', "[]", "7", '"day"'])
def test_what_is_no_problem_at_all_is_refused_in_a_sentence(plan, text):
    code, out, wrong = plan(text)
    assert (code, out) == (1, "")
    assert wrong.startswith("ninebox: ")
    assert "Traceback" not in wrong


def test_a_file_that_is_not_there_is_named(capsys, tmp_path):
    assert main(["plan-day", str(tmp_path / "none.json")]) == 1
    assert "none.json cannot be read" in capsys.readouterr().err


def test_times_that_are_not_numbers_are_refused(plan):
    text = json.dumps(SMALL).replace("720", "Infinity", 1)
    assert "day_end" in plan(text)[2]
    assert problem_of(SMALL, "small").end == 720


@pytest.mark.parametrize("word", ["-1", "x", "99999999"])
def test_a_number_of_rounds_that_is_none_is_a_wrong_command_line(word, tmp_path):
    with pytest.raises(SystemExit) as end:
        main(["plan-day", str(tmp_path), "--iterations", word])
    assert end.value.code == 2
