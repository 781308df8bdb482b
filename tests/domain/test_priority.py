import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.tiering.notes import Note
from domain.tiering.priority import prioritise
from domain.tiering.subject import Subject
from tests.support.analysis import PARAMS

PRIORITY = PARAMS.priority
DIMENSIONS = ("potential", "strategic", "loyalty", "ability_to_pay")


def ranked(rows, subject=Subject.ACCOUNT, **more):
    scores = pd.DataFrame.from_dict(rows, orient="index", columns=list(DIMENSIONS), dtype=float)
    return prioritise(scores, PRIORITY, subject=subject, **more)


def test_a_score_worked_out_by_hand():
    found = ranked({"a": (5, 3, 2, 4)})  # 100 x (.40 x 1 + .25 x .5 + .20 x .25 + .15 x .75)
    assert found.table.loc["a", "score"] == pytest.approx(40 + 12.5 + 5 + 11.25)
    assert found.table.loc["a", "confidence"] == 1


def test_the_reasons_add_up_to_the_score():
    found = ranked({"a": (5, None, 2, 4)})
    reasons = found.reasons("a")
    assert [reason.params["dimension"] for reason in reasons] == ["potential", "loyalty", "ability_to_pay"]
    assert reasons[1].params == {"dimension": "loyalty", "score": 2.0, "weight": 0.20}
    assert sum(reason.points for reason in reasons) == pytest.approx(found.table.loc["a", "score"], abs=1e-9)


def test_below_sixty_percent_of_the_weights_there_is_not_enough_data_and_no_rank():
    found = ranked({"a": (5, None, 5, None), "b": (5, None, None, 5)})
    assert found.table["confidence"].tolist() == pytest.approx([0.60, 0.55])
    assert found.table["enough"].tolist() == [True, False]
    assert found.table["rank"].tolist() == [1, pd.NA]
    assert found.reasons("b")[-1].code == Note.NOT_ENOUGH
    assert found.reasons("b")[-1].params == {"confidence": 0.55, "needed": 0.6}


def test_nothing_known_has_no_score():
    found = ranked({"a": (None, None, None, None)})
    assert found.table.loc["a", ["score", "rank"]].isna().all()
    assert [reason.code for reason in found.reasons("a")] == [Note.NOT_ENOUGH]


def test_ability_to_pay_counts_for_accounts_only():
    rows = {"a": (4, 4, 4, 1)}
    assert ranked(rows).table.loc["a", "score"] == pytest.approx(75 * 0.85)
    person = ranked(rows, Subject.PERSON)
    assert person.table.loc["a", ["score", "confidence"]].tolist() == [75, 1]
    assert "ability_to_pay" not in person.table
    assert person.warnings[0].params == {"dimension": "ability_to_pay", "n": 1}


def test_equal_scores_are_ordered_by_potential_and_then_by_name():
    rows = {"x1": (3, 3, 3, 3), "x2": (3, 3, 3, 3), "x3": (5, 1, 1, 3)}
    names = pd.Series({"x1": "Zhang", "x2": "Li", "x3": "Wu"})
    found = ranked({**rows, "x4": (1, 5, 4, 3)}, names=names)
    assert found.table["rank"].to_dict() == {"x2": 1, "x1": 2, "x3": 3, "x4": 4}
    equal = ranked({"x1": (2, 3, 4, 3), "x2": (3, 3, 2, 3)}, names=names)
    assert equal.table["score"].nunique() == 1
    assert equal.table["rank"].to_dict() == {"x2": 1, "x1": 2}


def test_scores_outside_the_scale_count_as_missing_and_are_told():
    found = ranked({"a": (9, 3, 3, 0)})
    assert found.table.loc["a", "confidence"] == pytest.approx(0.45)
    assert (found.warnings[0].code, found.warnings[0].params) == (Note.OUT_OF_RANGE, {"n": 2})


def test_a_column_that_is_not_there_is_not_known():
    found = prioritise(pd.DataFrame({"potential": [5]}, index=["a"]), PRIORITY, subject=Subject.ACCOUNT)
    assert found.table.loc["a", ["score", "confidence"]].tolist() == [100, 0.4]


answers = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, 5))] * 4), min_size=1, max_size=20)


@settings(max_examples=50)
@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows, rng):
    keyed = {f"c{number}": row for number, row in enumerate(rows)}
    shuffled = list(keyed.items())
    rng.shuffle(shuffled)
    pd.testing.assert_frame_equal(ranked(dict(shuffled)).table.sort_index(), ranked(keyed).table.sort_index())


@settings(max_examples=50)
@given(answers)
def test_scores_lie_between_0_and_100_and_reasons_always_add_up(rows):
    found = ranked({f"c{number}": row for number, row in enumerate(rows)})
    for customer, row in found.table.iterrows():
        points = sum(reason.points for reason in found.reasons(customer))
        if pd.notna(row["score"]):
            assert 0 <= row["score"] <= 100.02
            assert points == pytest.approx(row["score"], abs=1e-6)
        else:
            assert points == 0
