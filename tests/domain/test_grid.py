import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from domain.content.library import load_library
from domain.tiering.grid import place
from domain.tiering.model import Measures, Support
from domain.tiering.nine_box import decide_all
from domain.tiering.params import Methods, PotentialMethod, SupportMethod

PARAMS = load_library().tiering.versions[0]
METHODS = Methods(
    potential=(PotentialMethod.TERCILES, PotentialMethod.CUTS),
    support=(SupportMethod.STATED, SupportMethod.TERCILES, SupportMethod.CUTS),
)
AMOUNT = st.one_of(st.none(), st.integers(-50, 250), st.floats(-1e6, 1e6).map(lambda value: round(value, 2)))
CUSTOMER = st.tuples(AMOUNT, AMOUNT, st.sampled_from([None, None, 1, 2, 3]))


def one_by_one(customers):
    known = {
        number: Measures(quantity=quantity, ours=ours, support=None if digit is None else Support(digit))
        for number, (quantity, ours, digit) in enumerate(customers)
    }
    return [decision.cell and decision.cell.value for decision in decide_all(known, PARAMS, METHODS).values()]


def at_once(customers):
    known = pd.DataFrame(customers, columns=["quantity", "ours", "support"], dtype=float)
    return [cell if isinstance(cell, str) else None for cell in place(known, PARAMS)]


@given(st.lists(CUSTOMER, max_size=60))
def test_a_whole_list_at_once_has_the_cells_of_one_by_one(customers):
    assert at_once(customers) == one_by_one(customers)


def test_long_lists_have_the_cells_of_one_by_one_by_ranks():
    chance = np.random.default_rng(5)
    quantity = chance.lognormal(4, 1, 999).round(2)
    ours = (quantity * chance.random(999)).round(2)
    customers = [(*pair, None) for pair in zip(quantity.tolist(), ours.tolist(), strict=True)]
    found = at_once(customers)
    assert found == one_by_one(customers)
    assert sum(cell.startswith("A") for cell in found) == 333
    assert len(set(found)) == 9


def test_equals_give_up_ranks_for_the_fixed_cuts():
    assert at_once([(50, 10, None)] * 25) == ["C3"] * 25 == one_by_one([(50, 10, None)] * 25)
