"""Sessions: graded behind the gate, drawn from the own list, and made of their answers alone."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coaching.scenario import BEST, NodeKind, Scenario, Skill
from domain.coaching.session import (
    MORE,
    Answer,
    Candidate,
    Session,
    draw,
    old_thinking,
    replay,
    score,
)
from domain.content.library import load_library
from domain.content.reading import read_text
from domain.errors import DomainError
from domain.ids import CustomerId
from domain.tiering.model import Cell
from tests.support.scenarios import LISTED, SMALL, best, ways

LIBRARY = load_library()
SHIPPED = [
    pytest.param(scenario, id=f"{locale}-{scenario.id}")
    for locale, scenarios in LIBRARY.scenarios.items()
    for scenario in scenarios.values()
]
SMALL_ONE = read_text(SMALL.encode(), Scenario, name="small.yaml")
PEOPLE = tuple(Candidate(cell) for cell in (Cell.A1, Cell.A2, Cell.B3, Cell.C1, Cell.A1))
DRAWN = {"whom": PEOPLE}


def small(*answers: Answer) -> Session:
    return replay(SMALL_ONE, DRAWN, answers)


@pytest.mark.parametrize("scenario", SHIPPED)
def test_every_scenario_is_played_to_every_end(scenario):
    begun = Session(scenario, draw(scenario, LISTED, Random(1)))
    seen = {name: set() for name in ("ends", "options")}
    for session in ways(begun):
        assert 2 <= len(session.steps) <= session.length
        assert all(step.why and all(step.why) for step in session.steps)
        worth = score(session)
        assert 0 <= worth.whole <= 1
        assert worth.whole == 0 or not any(step.rule for step in session.steps)
        assert replay(scenario, session.draws, session.answers) == session
        seen["ends"].add(session.at)
        seen["options"] |= {(step.node, step.answer.option) for step in session.steps if step.answer.option}
    assert seen["ends"] == set(scenario.ends)
    options = {(name, key) for name, node in scenario.nodes.items() for key in node.options}
    assert seen["options"] == options
    assert scenario.sources


@pytest.mark.parametrize("scenario", SHIPPED)
def test_the_best_way_through_a_scenario_breaks_no_rule_and_is_worth_everything(scenario):
    session = best(Session(scenario, draw(scenario, LISTED, Random(2))))
    assert [step.rule for step in session.steps if step.rule] == []
    assert score(session).whole == 1


# Letters and characters that people read in a second, silently: 238 and 260 words a minute (Brysbaert 2019,
# "How many words do we read per minute?", of 5.6 letters and blanks, and 1.5 characters).
PACE = {"en": 22, "zh": 6.5}


@pytest.mark.parametrize("scenario", [one for one in SHIPPED if one.values[0].daily])
def test_a_daily_one_is_read_and_played_in_ninety_seconds(scenario):
    begun = Session(scenario, draw(scenario, LISTED, Random(3)))
    longest = max(read(session) for session in ways(begun))
    language = "zh" if any("一" <= sign <= "鿿" for sign in scenario.title) else "en"
    assert longest / PACE[language] <= 90


def read(session: Session) -> int:
    """How much there is to read on a way, the reasons of the answers given included."""
    texts = [session.scenario.situation, session.scenario.ends[session.at].todo]
    for step in session.steps:
        node = session.scenario.nodes[step.node]
        texts += [node.ask, *(option.text for option in node.options.values()), *step.why]
    return sum(map(len, texts))


def test_scenarios_of_both_languages_differ_in_words_alone():
    zh, en = LIBRARY.scenarios["zh"], LIBRARY.scenarios["en"]
    assert zh.keys() == en.keys()
    assert len(zh) >= 6
    for name, scenario in zh.items():
        assert scenario.structure() == en[name].structure()
        assert scenario.situation != en[name].situation


def test_what_a_rule_forbids_leaves_nothing_of_the_whole_and_nothing_of_compliance():
    forbidden = small(Answer(None, (0, 4)), Answer("volume"))
    allowed = small(Answer(None, (0, 4)), Answer("expertise"))
    assert [step.points for step in forbidden.steps] == [BEST, 0]
    assert score(forbidden).rules == ("R-SPEAK",)
    assert score(forbidden).whole == 0
    assert score(forbidden).by_skill == {Skill.SELLING: 1, Skill.COMPLIANCE: 0}
    assert score(allowed).whole == 1
    assert score(allowed).by_skill == {Skill.SELLING: 1, Skill.COMPLIANCE: 1}


def test_customers_are_measured_by_the_best_that_the_candidates_allowed():
    step = small(Answer(None, (0, 1))).steps[0]
    assert step.points == 2.5  # of A1 and A1, 6 points, A1 and A2 are 5
    assert step.missed == (4,)
    assert step.why == ("one", "two")
    poor = {"whom": tuple(Candidate(cell) for cell in (Cell.A2, Cell.B3, Cell.C1))}
    assert replay(SMALL_ONE, poor, [Answer(None, (0, 1))]).steps[0].points == BEST


def test_a_way_knows_how_long_it_may_still_be():
    session = Session(SMALL_ONE, DRAWN)
    assert session.length == 3
    session = session.answered(Answer(None, (0, 4)))
    assert session.answered(Answer("expertise")).length == 2
    assert session.answered(Answer("kind")).length == 3


@pytest.mark.parametrize(
    "answers",
    [
        [Answer("expertise")],
        [Answer()],
        [Answer(None, (0,))],
        [Answer(None, (0, 0))],
        [Answer(None, (0, 9))],
        [Answer(None, (0, 1)), Answer(None, (0, 1))],
        [Answer(None, (0, 1)), Answer("nonsense")],
        [Answer(None, (0, 1)), Answer("expertise"), Answer("expertise")],
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(answers):
    with pytest.raises(DomainError, match=r"no_such_answer|session_over"):
        small(*answers)


NOBODY = SMALL.replace(
    "next: grounds", "next: grounds\n    rule: R-BRIBE-1\n    old: [A1]\n    nobody: {grade: 3, why: n}"
)
NOBODY = NOBODY.replace("A1: 3, A2: 2, A3: 0, B1: 2", "A1: 0, A2: 0, A3: 0, B1: 0")


def test_where_nobody_is_right_whoever_is_chosen_is_forbidden():
    scenario = read_text(NOBODY.encode(), Scenario, name="small.yaml")
    nobody = replay(scenario, DRAWN, [Answer()]).steps[0]
    somebody = replay(scenario, DRAWN, [Answer(None, (0, 1))]).steps[0]
    assert (nobody.points, nobody.rule, nobody.why) == (BEST, None, ("n",))
    assert (somebody.points, somebody.rule) == (0, "R-BRIBE-1")
    old = old_thinking(scenario, "whom")
    assert old is not None
    assert (old.cells, old.why) == ((Cell.A1,), "one")


def test_the_old_answer_to_a_question_is_known_with_its_reason():
    old = old_thinking(SMALL_ONE, "grounds")
    assert old is not None
    assert (old.option, old.why) == ("volume", "It pays for use")
    assert old_thinking(SMALL_ONE, "more") is None


# Candidates


def test_candidates_are_the_own_customers_with_a_good_one_among_them():
    node = SMALL_ONE.nodes["whom"]
    for seed in range(50):
        drawn = draw(SMALL_ONE, LISTED, Random(seed))["whom"]
        assert len(drawn) == 2 + MORE
        assert len({one.customer_id for one in drawn}) == len(drawn)
        assert all(one.customer_id is not None and LISTED[one.customer_id] is one.cell for one in drawn)
        assert sum(node.cells[one.cell] == BEST for one in drawn) == 2
        assert len({one.cell for one in drawn}) >= 4


@pytest.mark.parametrize(
    "customers",
    [
        {},
        {CustomerId(1): Cell.A1, CustomerId(2): Cell.C1},
        {CustomerId(number): Cell.A2 for number in range(20)},
        {CustomerId(number): Cell.A1 for number in range(20)},
    ],
    ids=["nobody", "too few", "none of the best", "all the same"],
)
def test_with_too_few_to_choose_from_the_candidates_are_made_up(customers):
    drawn = draw(SMALL_ONE, customers, Random(1))["whom"]
    assert len(drawn) == 2 + MORE
    assert [one.customer_id for one in drawn] == [None] * len(drawn)
    assert any(one.cell is Cell.A1 for one in drawn)


def test_the_same_seed_draws_the_same_and_another_draws_others():
    draws = [draw(SMALL_ONE, LISTED, Random(seed)) for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


@given(data=st.data())
def test_a_session_is_what_its_answers_make_it(data):
    scenario = data.draw(st.sampled_from([SMALL_ONE, *LIBRARY.scenarios["en"].values()]))
    cells = data.draw(st.lists(st.sampled_from(Cell), max_size=30))
    customers = {CustomerId(number): cell for number, cell in enumerate(cells)}
    session = Session(scenario, draw(scenario, customers, Random(data.draw(st.integers(0, 99)))))
    while not session.is_over:
        node = scenario.nodes[session.at]
        if node.kind is NodeKind.CHOICE:
            answer = Answer(data.draw(st.sampled_from(list(node.options))))
        else:
            places = range(len(session.draws[session.at]))
            picked = data.draw(st.permutations(places))[: node.pick]
            answer = Answer(None, tuple(picked))
        session = session.answered(answer)
    assert replay(scenario, session.draws, session.answers) == session
    assert score(replay(scenario, session.draws, session.answers)) == score(session)
