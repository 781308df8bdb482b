import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.tiering.model import Cell
from domain.tiering.movement import movement
from domain.tiering.notes import Note
from tests.support.analysis import PARAMS


def moved(before, after):
    return movement(pd.Series(before, dtype=object), pd.Series(after, dtype=object), PARAMS.movement)


def test_a_digit_is_progress_a_letter_is_a_correction():
    found = moved(
        {"up": "A3", "down": "A1", "better": "B2", "worse": "B2", "both": "A3", "same": "C3"},
        {"up": "A2", "down": "A2", "better": "A2", "worse": "C2", "both": "B1", "same": "C3"},
    )
    assert (found.upgrades, found.downgrades, found.raised, found.lowered) == (2, 1, 1, 2)
    assert (found.compared, found.moved) == (6, 5)
    assert found.net == pytest.approx(1 / 6)


def test_the_matrix_has_rows_before_and_columns_after():
    found = moved({"a": "A3", "b": "A3", "c": "C1"}, {"a": "A2", "b": "A3", "c": "C1"})
    cells = [cell.value for cell in Cell]
    assert found.matrix.index.tolist() == found.matrix.columns.tolist() == cells
    assert (found.matrix.loc["A3", "A2"], found.matrix.loc["A3", "A3"], found.matrix.loc["C1", "C1"]) == (
        1,
        1,
        1,
    )
    assert found.matrix.to_numpy().sum() == 3


def test_entries_exits_and_the_unrated_are_apart_from_movement():
    found = moved(
        {"stays": "B2", "gone": "C1", "lost": "A1", "found": None, "never": None},
        {"stays": "B2", "came": "A2", "lost": None, "found": "B3", "never": None},
    )
    assert found.entries.to_dict() == {"came": "A2"}
    assert found.exits.to_dict() == {"gone": "C1"}
    assert (found.rated.to_dict(), found.unrated.to_dict()) == ({"found": "B3"}, {"lost": "A1"})
    assert (found.compared, found.moved, found.net) == (1, 0, 0)


def test_whoever_left_a_is_listed_with_where_to():
    found = moved(
        {"in": "B1", "kept": "A1", "slid": "A2", "fell": "A1", "gone": "A3", "lost": "A1"},
        {"in": "A1", "kept": "A3", "slid": "B2", "fell": "C1", "lost": None},
    )
    left = {who: tuple(row) for who, row in found.left_a.astype(object).iterrows()}
    assert set(left) == {"slid", "fell", "gone", "lost"}
    assert (left["slid"], left["fell"]) == (("A2", "B2"), ("A1", "C1"))
    assert found.left_a.loc[["gone", "lost"], "after"].isna().all()


def test_more_than_a_quarter_moving_asks_to_check_the_data():
    before = dict.fromkeys("abcd", "A2")
    assert moved(before, {**before, "a": "A1"}).warnings == ()
    (warning,) = moved(before, {**before, "a": "A1", "b": "A3"}).warnings
    assert warning.code == Note.CHECK_DATA
    assert warning.params == {"moved": 2, "n": 4, "share": 0.5, "limit": 0.25}


def test_two_empty_lists_have_no_net_movement():
    found = moved({}, {})
    assert (found.net, found.compared, found.warnings) == (None, 0, ())


snapshots = st.dictionaries(
    st.sampled_from("abcdefghij"), st.sampled_from([*(cell.value for cell in Cell), None]), max_size=10
)


@settings(max_examples=60)
@given(snapshots, snapshots)
def test_going_back_undoes_the_movement(before, after):
    there, back = moved(before, after), moved(after, before)
    assert (there.matrix.T.to_numpy() == back.matrix.to_numpy()).all()
    assert (there.upgrades, there.raised) == (back.downgrades, back.lowered)
    assert there.entries.to_dict().keys() == back.exits.to_dict().keys()
    assert there.matrix.to_numpy().sum() == there.compared
    assert len(there.left_a) >= there.matrix.iloc[:3, 3:].to_numpy().sum()


@settings(max_examples=60)
@given(snapshots, snapshots, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(before, after, rng):
    shuffled = list(after.items())
    rng.shuffle(shuffled)
    assert moved(before, dict(shuffled)).matrix.equals(moved(before, after).matrix)
