import math
import random
from dataclasses import replace

import pytest

from domain.explain import Reason
from domain.tiering.hysteresis import settle
from domain.tiering.model import Measures, Support, Tier, TierDecision
from domain.tiering.nine_box import decide_all
from domain.tiering.notes import Note
from domain.tiering.params import Methods
from tests.support.analysis import LIBRARY, PARAMS, glp1_claims

RULE = PARAMS.hysteresis
TIERING = LIBRARY.tiering.versions[0]
US = LIBRARY.markets["us"].methods
CN = LIBRARY.markets["cn"].methods
CUTS = Methods(potential=("cuts",), support=("cuts",))  # 60 and 150; 0.20 and 0.50


def proposal(methods=CUTS, **known):
    return decide_all({"x": Measures(**known)}, TIERING, methods)["x"]


def rounds(*quantities):
    """The letter after each round of quantities."""
    held, letters = None, ""
    for quantity in quantities:
        held = settle(held, proposal(quantity=quantity), RULE)
        letters += held.tier
    return letters


def noted(decision, code):
    return [reason.params for reason in decision.reasons if reason.code == code]


def test_the_first_decision_holds_as_it_is():
    first = proposal(quantity=100, ours=30)
    assert settle(None, first, RULE) is first


@pytest.mark.parametrize(
    ("quantities", "letters"),
    [
        ((160, 149, 149, 149, 149), "AAAAA"),  # just below the limit of 150, however often
        ((160, 120), "AB"),  # far below
        ((160, 140, 140), "AAB"),  # clearly below, twice in a row
        ((160, 140, 155, 140, 140), "AAAAB"),  # in between it was an A again
        ((160, 140, 149, 140, 140), "AAAAB"),  # in between it was close to the limit
        ((100, 158, 151, 158, 158), "BBBBA"),  # upwards: clearly above in the last two
        ((100, 175), "BA"),
        ((160, 50), "AC"),  # two limits at once
        ((50, 62, 64, 64), "CCCB"),
        ((100, 140, 56, 158), "BBBB"),  # once below and once above is not twice
    ],
)
def test_a_letter_moves_past_a_wide_margin_or_twice_past_a_narrow_one(quantities, letters):
    assert rounds(*quantities) == letters


def test_what_is_held_back_says_so_with_both_values():
    held = settle(proposal(quantity=160), proposal(quantity=140), RULE)
    assert held.tier is Tier.A
    assert noted(held, Note.HELD) == [
        {"axis": "tier", "stays": "A", "proposed": "B", "past": 0.0667, "rounds": 1, "needed": 2}
    ]
    moved = settle(held, proposal(quantity=140), RULE)
    assert moved.tier is Tier.B
    assert noted(moved, Note.MOVED) == [{"axis": "tier", "before": "A", "past": 0.0667, "rounds": 2}]


def test_the_digit_is_held_by_our_share_apart_from_the_letter():
    before = proposal(quantity=160, ours=96)
    after = settle(before, proposal(quantity=100, ours=40), RULE)
    assert (before.support, after.support) == (Support(1), Support(2))
    near = settle(before, proposal(quantity=120, ours=58.8), RULE)
    assert (near.tier, near.support) == (Tier.B, Support(1))
    assert noted(near, Note.HELD)[0]["axis"] == "support"


def test_what_is_stated_or_read_from_the_table_counts_at_once():
    known = {"site_class": 1, "title_rank": "senior", "support": Support(3)}
    before = proposal(CN, **known)
    after = settle(before, proposal(CN, **{**known, "site_class": 2, "support": Support(2)}), RULE)
    assert (after.tier, after.support) == (Tier.B, Support(2))
    assert [told["past"] for told in noted(after, Note.MOVED)] == [None, None]


def test_a_missing_measure_is_unrated_and_comes_back_at_once():
    lost = settle(proposal(quantity=160), proposal(), RULE)
    assert (lost.tier, lost.cell) == (None, None)
    assert settle(lost, proposal(quantity=140), RULE).tier is Tier.B


def test_a_limit_of_zero_has_no_margin():
    reasons = (Reason("share_tercile", {"share": 0.3, "q1": 0.0, "q2": 0.6, "n": 30}),)
    held = TierDecision(tier=None, support=Support(3), method="x", params_version="1", reasons=())
    assert settle(held, replace(held, support=Support(2), reasons=reasons), RULE).support == Support(2)


def test_the_same_from_what_is_stored():
    """Codes come back from a database as plain texts."""
    held = settle(proposal(quantity=160), proposal(quantity=140), RULE)
    stored = replace(held, reasons=tuple(Reason(str(each.code), dict(each.params)) for each in held.reasons))
    assert settle(stored, proposal(quantity=140), RULE) == settle(held, proposal(quantity=140), RULE)


def lists():
    rng = random.Random(3)
    claims = glp1_claims()
    yield "prescribers", [(claim, claim * rng.betavariate(2, 3)) for claim in claims]
    for spread in (0.4, 0.7, 1.0):
        quantities = [math.exp(rng.gauss(4, spread)) for _ in range(600)]
        yield f"spread {spread}", [(quantity, quantity * rng.betavariate(2, 3)) for quantity in quantities]


def year(known, settled, rng, months=12):
    """Customers whose cell changed at least once in a year in which only the measurements wavered by 5 %."""
    first = held = None
    flipped = set()
    for _ in range(months + 1):
        measured = {
            number: Measures(quantity=quantity * rng.uniform(0.95, 1.05), ours=ours * rng.uniform(0.95, 1.05))
            for number, (quantity, ours) in enumerate(known)
        }
        proposed = decide_all(measured, TIERING, US)
        if settled and held:
            held = {number: settle(held[number], proposed[number], RULE) for number in proposed}
        else:
            held = proposed
        first = first or held
        flipped |= {number for number in held if held[number].cell is not first[number].cell}
    return len(flipped) / len(known)


LISTS = dict(lists())


@pytest.mark.parametrize("name", list(LISTS))
def test_in_a_year_of_noise_of_five_percent_fewer_than_five_percent_of_the_cells_flip(name):
    assert year(LISTS[name], True, random.Random(7)) < 0.05
    assert year(LISTS[name], False, random.Random(7)) > 0.15  # without it
