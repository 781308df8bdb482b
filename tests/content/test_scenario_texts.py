"""What the shipped scenarios and facts say, beyond what their schemas ask for."""

from collections import Counter

import pytest

from domain.coaching.scenario import BEST, Audience, NodeKind, Scenario
from domain.coaching.session import Answer, Candidate, Session, Step
from domain.compliance.rules import Level, Place
from domain.content.library import load_library
from domain.tiering.model import Cell

LIBRARY = load_library()
SCENARIOS = LIBRARY.scenarios
GATES = [LIBRARY.compliance(market) for market in ("cn", "us")]  # each has all that is generic
LOCALES = ("zh", "en")
CELLS = "A1 A2 A3 B1 B2 B3 C1 C2 C3"

# Which cell is worth how much where a scenario asks for cells: y good, m with a reason, n wrong; in brackets
# the answer of earlier years, which the compliance gate has made wrong.
ANSWERS = {
    ("speaker_training", "pick"): "y  m  n  m  n  n  n  n  n",
    ("stuck_hospital", "who"): "m  y  y  n  m  n  n  n  n",
    ("sea_view_rooms", "who"): "(y) (m) n (m) n n n n n",
    ("four_day_trip", "who_then"): "n  n  n  n  n  n  n  n  n",
    ("special_policy", "whom"): "n (m) n n (m) n (m) n n",
}
WORTH = {"y": 3, "m": 2, "n": 0}


def rules_met(text: str) -> set[str]:
    """The rules of any market that the text would break as advice."""
    return {
        finding.rule
        for gate in GATES
        for finding in gate.check_text(text, Place.ADVICE).findings
        if finding.level.weight > Level.INFORM.weight
    }


def advice(scenario: Scenario) -> list[str]:
    """All that speaks to the reader with the bot's own voice, and every answer that no rule forbids."""
    said = [text for end in scenario.ends.values() for text in (end.text, end.todo)]
    for node in scenario.nodes.values():
        said += [*node.why.values(), *(option.why for option in node.options.values())]
        said += [option.text for option in node.options.values() if option.rule is None]
        said += [node.nobody.why] if node.nobody else []
    return said


def questions(scenario: Scenario) -> list[str]:
    return [scenario.title, scenario.situation, *(node.ask for node in scenario.nodes.values())]


def picked(locale: str, name: str, node: str, cell: Cell) -> Step:
    """The step of somebody who chooses customers of one cell only, with better ones beside them."""
    scenario = SCENARIOS[locale][name]
    question = scenario.nodes[node]
    wanted = question.pick or 1
    best = max(Cell, key=lambda one: question.cells[one])
    candidates = [Candidate(cell)] * wanted + [Candidate(best)] * wanted
    session = Session(scenario, {node: candidates}, at=node)
    return session.answered(Answer(picked=tuple(range(wanted)))).steps[0]


def test_forty_scenarios_and_more_are_shipped_for_reps_and_for_managers():
    for locale in LOCALES:
        for_whom = Counter(scenario.audience for scenario in SCENARIOS[locale].values())
        assert for_whom.total() >= 40
        assert for_whom[Audience.REP] + for_whom[Audience.BOTH] >= 30
        assert for_whom[Audience.MANAGER] + for_whom[Audience.BOTH] >= 10


def test_every_cell_is_the_subject_of_some_scenario():
    for locale in LOCALES:
        assert {cell for scenario in SCENARIOS[locale].values() for cell in scenario.cells} == set(Cell)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("place", "row"), ANSWERS.items(), ids=lambda value: value[0])
def test_each_cell_is_worth_what_the_answer_matrix_says(locale, place, row):
    name, node = place
    question = SCENARIOS[locale][name].nodes[node]
    for cell, mark in zip(CELLS.split(), row.split(), strict=True):
        step = picked(locale, name, node, Cell(cell))
        assert step.points == (0 if question.rule else WORTH[mark]), cell
        assert (Cell(cell) in question.old) == mark.startswith("("), cell


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("place", ANSWERS, ids=lambda place: place[0])
def test_where_no_cell_is_right_turning_all_down_is_best_and_choosing_breaks_a_rule(locale, place):
    name, node = place
    question = SCENARIOS[locale][name].nodes[node]
    if any(question.cells.values()):
        assert question.nobody is None
        assert picked(locale, name, node, Cell.A1).rule is None
    else:
        assert picked(locale, name, node, Cell.A1).rule == question.rule is not None
        nobody = Session(SCENARIOS[locale][name], {node: [Candidate(Cell.A1)]}, at=node).answered(Answer())
        assert nobody.steps[0].points == BEST
        assert nobody.steps[0].rule is None


def test_the_talk_with_the_discouraged_rep_asks_for_no_cell():
    for locale in LOCALES:
        scenario = SCENARIOS[locale]["discouraged_rep"]
        assert Cell.A3 in scenario.cells
        assert {node.kind for node in scenario.nodes.values()} == {NodeKind.CHOICE}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_feedback_and_no_allowed_answer_sets_a_rule_off(locale):
    found = {text: rules_met(text) for one in SCENARIOS[locale].values() for text in advice(one)}
    assert len(found) > 600
    assert {text: rules for text, rules in found.items() if rules} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_question_names_only_what_its_scenario_teaches(locale):
    for scenario in SCENARIOS[locale].values():
        for text in questions(scenario):
            assert rules_met(text) <= set(scenario.rules), text


@pytest.mark.parametrize("locale", LOCALES)
def test_no_fact_sets_a_rule_off(locale):
    facts = LIBRARY.facts[locale].facts.values()
    said = [text for fact in facts for text in (fact.explanation, fact.options[fact.right])]
    assert len(said) > 80
    assert {text: rules for text in said if (rules := rules_met(text))} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_neither_length_nor_place_gives_the_best_answer_away(locale):
    longest = 0
    places: dict[int, Counter[int]] = {}
    choices = [node for one in SCENARIOS[locale].values() for node in one.nodes.values() if node.options]
    for node in choices:
        grades = [option.grade for option in node.options.values()]
        lengths = [len(option.text) for option in node.options.values()]
        best = grades.index(BEST)
        longest += lengths[best] == max(lengths)
        places.setdefault(len(grades), Counter())[best] += 1
    assert longest < 0.4 * len(choices)
    for count, where in places.items():
        assert max(where.values()) - min(where[place] for place in range(count)) <= 6
