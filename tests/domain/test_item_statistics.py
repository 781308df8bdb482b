"""What answers say about questions: by hand, and with wrong keys that were planted."""

from random import Random

import pytest

from domain.coaching.memory import ItemKey, ItemKind
from domain.coaching.statistics import Question, Response, correlation, item_figures
from domain.explain import Reason
from domain.ids import UserId
from tests.support.answers import answers, questions

ENOUGH = 30
HARD, EASY = (Question(ItemKey(ItemKind.FACT, name)) for name in ("hard", "easy"))
STEP = Question(ItemKey(ItemKind.SCENARIO, "play"), "whom")


def said(person, question, choice, is_right):
    return Response(UserId(person), question, choice, is_right)


def test_difficulty_is_the_share_of_right_answers_and_discrimination_the_correlation_with_the_rest():
    # Rest scores of persons 1 to 4 beside HARD: 1, 1, 0, 0; HARD right: 1, 0, 0, 0.
    # Means 1/4 and 1/2; covariance 4 * 0.125 = 0.5; spreads sqrt(0.75 * 1) = 0.8660; r = 0.5774.
    given = [said(person, HARD, "a" if person == 1 else "b", person == 1) for person in (1, 2, 3, 4)]
    given += [said(person, EASY, "x", person < 3) for person in (1, 2, 3, 4)]
    hard, easy = item_figures(given, ENOUGH)
    assert (hard.question, hard.answers, hard.difficulty) == (HARD, 4, 0.25)
    assert hard.discrimination == pytest.approx(0.57735, abs=1e-5)
    assert (easy.difficulty, easy.suspicion) == (0.5, None)
    assert correlation([1, 0, 0, 0], [1, 1, 0, 0]) == pytest.approx(0.57735, abs=1e-5)


def test_where_nothing_differs_there_is_no_discrimination():
    assert [one.discrimination for one in item_figures([said(1, STEP, "a", True)], ENOUGH)] == [None]
    assert correlation([1, 1, 1], [0, 1, 2]) is None
    assert correlation([], []) is None


def planted(people):
    """Those who know the easy question take another option of the hard one than its key."""
    given = []
    for person in range(people):
        knows = person % 2 == 0
        given.append(said(person, EASY, "x", knows))
        given.append(said(person, HARD, "b" if knows or person % 4 == 1 else "key", person % 4 == 3))
    return given


def test_a_key_is_doubted_from_thirty_answers_on():
    early = {one.question: one for one in item_figures(planted(29), ENOUGH)}
    later = {one.question: one for one in item_figures(planted(30), ENOUGH)}
    assert early[HARD].suspicion is None
    assert later[HARD].suspicion == Reason("wrong_key", {"choice": "b", "taken": 23, "answers": 30})
    assert later[HARD].discrimination < 0
    assert later[EASY].suspicion is None


def test_a_hard_question_whose_lure_catches_the_ignorant_is_not_doubted():
    given = []
    for person in range(40):
        knows = person % 4 == 0
        given.append(said(person, EASY, "x", knows or person % 4 == 1))
        given.append(said(person, HARD, "key" if knows else "lure", knows))
    assert [one.suspicion for one in item_figures(given, ENOUGH)] == [None, None]


@pytest.mark.parametrize("people", [30, 60])
def test_nine_in_ten_planted_wrong_keys_are_found_and_hardly_a_right_one_is_doubted(people):
    # Forty questions of a usual test, three of them with a wrong key, 40 times.
    found = wrong = doubted = right = 0
    for seed in range(40):
        rng = Random(seed)
        asked = questions(rng, 40)
        keys = set(rng.sample(range(40), 3))
        for one in item_figures(answers(rng, asked, people, keys), ENOUGH):
            is_wrong = int(one.question.item.id[1:]) in keys
            wrong, right = wrong + is_wrong, right + (not is_wrong)
            found += is_wrong and one.suspicion is not None
            doubted += not is_wrong and one.suspicion is not None
    print(f"{people} people: {found} of {wrong} wrong keys found, {doubted} of {right} right keys doubted")
    assert found / wrong >= 0.9
    assert doubted / right <= 0.01
