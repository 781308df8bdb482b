"""Mistakes of a scenario's author: all of them at once, each with its line and the mend."""

import pytest

from domain.coaching.authoring import problems, to_yaml
from domain.coaching.scenario import Scenario
from domain.coaching.sheet import COLUMNS, is_table, read_sheet, to_lines
from domain.content.library import check_content, load_library
from domain.content.reading import ContentErrors, read_text
from tests.support.scenarios import SMALL

LIBRARY = load_library()


def mistakes(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(ContentErrors) as refused:
        read_text(text.encode(), Scenario, name="small.yaml")
    return [(one.line, one.path, one.what) for one in refused.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("why: Too soon, next: done", "why: Too soon, next: lost", "there is no `lost` to lead to"),
        ("start: whom", "start: nowhere", "there is no `nowhere` to lead to"),
        ("next: more", "next: done", "nothing leads to `more`"),
        ("why: Better, next: done", "why: Better, next: more", "this question comes back to itself"),
        ("start: whom", "start: more", "a way ends after one question"),
        ("grade: 0, why: It pays", "grade: 2, why: It pays", "what a rule forbids is worth nothing"),
        ("grade: 3, why: It can", "grade: 2, why: It can", "no answer has the grade 3"),
        ("A1: 3, A2", "A1: 2, A2", "no answer has the grade 3"),
        ("A3: 0, B1: 2", "B1: 2", "there is nothing for A3"),
        ("    pick: 2\n", "", "`pick` is missing"),
        ("kind: customers", "kind: choice", "`pick` belongs to questions of the kind customers"),
        ("next: grounds", "next: grounds\n    old: [A1]", "`old` needs `nobody`"),
        ("title: Who speaks?", "title: " + "很" * 41, "the title is longer than 60 letters"),
        ("sources:\n  - {title: The method, on: 2026-01-01}\n", "", "`sources` is missing"),
        ("skills: [selling]", "skills: [seling]", "is not one of the values known here"),
        ("ends:\n", "ends:\n  more: {text: x, todo: y}\n", "`more` is the name of a question, too"),
    ],
)
def test_a_mistake_is_told_with_its_place(old, new, expected):
    assert SMALL.count(old) == 1
    found = mistakes(SMALL.replace(old, new))
    assert any(expected in what for _, _, what in found), found
    assert all(line is not None for line, path, _ in found if "." in path)


def test_all_mistakes_of_the_ways_are_told_at_once_with_their_lines():
    text = SMALL.replace("why: Better, next: done", "why: Better, next: x").replace(
        "grade: 3, why: It", "grade: 2, why: It"
    )
    lines = text.splitlines()
    assert [(lines[line - 1].strip().split(":")[0], what) for line, _, what in mistakes(text) if line] == [
        ("options", "no answer has the grade 3"),
        ("again", "there is no `x` to lead to"),
    ]


def test_a_daily_one_is_short():
    long = SMALL.replace("why: Better, next: done", "why: Better, next: last").replace(
        "ends:\n",
        "  last:\n    ask: Last?\n    options:\n"
        "      a: {text: a, grade: 3, why: a, next: done}\n"
        "      b: {text: b, grade: 0, why: b, next: done}\nends:\n",
    )
    assert [what for _, _, what in mistakes(long)] == ["a daily one asks at most 3 questions, this asks 4"]
    assert read_text(
        long.replace("daily: true", "daily: false").encode(), Scenario, name="x"
    ).nodes.keys() >= {"last"}


def test_a_company_cannot_ship_a_scenario_in_one_language_or_under_another_name(tmp_path):
    folder = tmp_path / "scenarios" / "en"
    folder.mkdir(parents=True)
    (folder / "other.yaml").write_text(SMALL.replace("R-SPEAK", "R-NONE-1"), "utf-8")
    found = {(one.file, one.what) for one in check_content(tmp_path)}
    assert found == {
        ("scenarios/en/other.yaml", "the file is called otherwise than its id `small`"),
        ("scenarios/en/other.yaml", "no market has a rule R-NONE-1"),
        ("scenarios/zh/other.yaml", "the file is missing"),
    }


def test_a_scenario_is_the_same_after_it_was_written_down_and_read_again():
    for scenario in LIBRARY.scenarios["zh"].values():
        assert read_text(to_yaml(scenario).encode(), Scenario, name="x.yaml") == scenario


# As a table


def table(locale: str = "en") -> list[list[str]]:
    example = next(one for one in LIBRARY.scenarios[locale].values() if is_table(one))
    language = 0 if locale == "zh" else 1
    return [["", ""], [words[language] for words in COLUMNS.values()], *to_lines(example, locale)]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_scenario_can_be_written_as_a_table_in_both_languages(locale):
    example = next(one for one in LIBRARY.scenarios[locale].values() if is_table(one))
    read = read_sheet(table(locale), name="x.xlsx")
    assert (read.id, read.title, read.situation) == (example.id, example.title, example.situation)
    assert {key: node.options for key, node in read.nodes.items()} == {
        key: node.options for key, node in example.nodes.items()
    }
    assert {key: (end.text, end.todo) for key, end in read.ends.items()} == {
        key: (end.text, end.todo) for key, end in example.ends.items()
    }


def told(lines: list[list[str]]) -> list[tuple[int | None, str]]:
    with pytest.raises(ContentErrors) as refused:
        read_sheet(lines, name="x.xlsx")
    return [(one.line, one.what) for one in refused.value.problems]


def test_mistakes_in_a_table_are_told_with_the_row():
    lines = table()
    answers = [number for number, line in enumerate(lines) if line[0] == "answer"]
    lines[answers[0]][3] = "7"
    lines[answers[1]][5] = "nowhere"
    found = told(lines)
    assert (answers[0] + 1, "`7` is too large, it must be at most 3") in found
    lines[answers[0]][3] = "0"
    assert (answers[1] + 1, "there is no `nowhere` to lead to") in told(lines)


def test_a_table_without_its_headers_and_one_with_strange_lines_are_explained():
    assert told([["a", "b"]]) == [(None, "there is no line with the columns what, name, text")]
    lines = table()
    assert told([*lines, ["poem", "x", "y"]]) == [
        (len(lines) + 1, "`poem` is not one of the values known here")
    ]
    header, first = lines[1], lines[2]
    assert (4, "`id` is given twice") in told([[], header, first, first, *lines[3:]])
    assert told([header, ["answer", "a", "b"]]) == [(2, "an answer stands before the first question")]


# Beyond the form


def beyond(text: str, taken: tuple[str, ...] = ()) -> list[str]:
    scenario = read_text(text.encode(), Scenario, name="small.yaml")
    rules = {rule for gate in LIBRARY.gates.values() for rule in gate.rules}
    gate = LIBRARY.compliance("cn")
    return [
        one.what for one in problems(scenario, gate, name="small.yaml", locale="en", taken=taken, rules=rules)
    ]


def test_advice_of_a_benefit_is_refused_unless_a_rule_forbids_the_option():
    assert beyond(SMALL) == []
    gift = SMALL.replace("text: Kindness", "text: Bring the doctor a gift card")
    assert "this goes against the rule R-GIFT" in beyond(gift)
    assert beyond(SMALL.replace("text: Volume", "text: Bring the doctor a gift card")) == []


def test_a_name_that_is_taken_and_a_rule_that_nobody_has_are_refused():
    assert beyond(SMALL, taken=("small",)) == ["there is a scenario `small` of somebody else's"]
    assert beyond(SMALL.replace("R-SPEAK", "R-NONE-1")) == ["no market has a rule R-NONE-1"]
