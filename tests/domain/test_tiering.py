import csv
import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.content.library import load_library
from domain.tiering.model import Cell, Measures, Support, Tier
from domain.tiering.nine_box import decide_all, share
from domain.tiering.params import Methods

DATA = Path(__file__).parents[1] / "data" / "nc_glp1"
LIBRARY = load_library()
PARAMS = LIBRARY.tiering.versions[0]
RANKS = Methods(potential=("terciles",), support=("terciles",))
CUTS = Methods(potential=("cuts",), support=("cuts",))
CN = LIBRARY.markets["cn"].methods
US = LIBRARY.markets["us"].methods


def prescribers():
    quantities, ours = defaultdict(float), defaultdict(float)
    with (DATA / "nc_glp1_rx.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            claims = float(row["claims"])
            quantities[row["customer_id"]] += claims
            ours[row["customer_id"]] += claims if row["generic"] == "Dulaglutide" else 0
    return {key: Measures(quantity=quantities[key], ours=ours[key]) for key in quantities}


def box(decisions):
    """Counts with rows C, B, A and columns 3, 2, 1: low to high on both axes."""
    counts = Counter(decision.cell for decision in decisions.values())
    return [[counts[Cell.of(Tier(tier), Support(digit))] for digit in (3, 2, 1)] for tier in "CBA"]


def decide(measures, methods=CN):
    return decide_all({"x": measures}, PARAMS, methods)["x"]


def codes(decision):
    return [reason.code for reason in decision.reasons]


def test_the_published_totals_and_the_published_nine_box_by_terciles():
    known = prescribers()
    assert len(known) == 242
    assert sum(one.quantity for one in known.values()) == 38_764
    assert sum(one.ours for one in known.values()) == 14_286
    assert box(decide_all(known, PARAMS, RANKS)) == [[29, 20, 32], [27, 25, 28], [25, 35, 21]]


def test_the_published_nine_box_by_fixed_cuts():
    assert (PARAMS.quantity_cuts.low, PARAMS.quantity_cuts.middle) == (60, 150)
    assert (PARAMS.share_cuts.low, PARAMS.share_cuts.middle) == (0.20, 0.50)
    assert box(decide_all(prescribers(), PARAMS, CUTS)) == [[21, 8, 17], [26, 38, 35], [29, 48, 20]]


def test_the_us_market_ranks_prescribers_by_terciles_without_being_told():
    assert decide_all(prescribers(), PARAMS, US) == decide_all(prescribers(), PARAMS, RANKS)


def test_parts_of_the_whole_follow_the_sums_of_the_published_claims():
    """65/20/15 worked out beside: a customer's letter hangs on the claims of all larger ones."""
    known = prescribers()
    decided = decide_all(known, PARAMS, Methods(potential=("cumulative",), support=("terciles",)))
    for decision, one in zip(decided.values(), known.values(), strict=True):
        larger = sum(other.quantity for other in known.values() if other.quantity > one.quantity) / 38_764
        assert decision.tier is (Tier.A if larger < 0.65 else Tier.B if larger < 0.85 else Tier.C)
        assert decision.reasons[0].code == "quantity_cumulative"
    assert Counter(decision.tier for decision in decided.values()) == {Tier.A: 87, Tier.B: 59, Tier.C: 96}


PILE = [650.0, 200.0, *[7.5] * 20]


def test_who_crosses_a_limit_is_in_the_better_letter_and_one_customer_can_be_all_of_it():
    parts = Methods(potential=("cumulative",), support=("stated",))
    decided = decide_all({n: Measures(quantity=value) for n, value in enumerate(PILE)}, PARAMS, parts)
    assert "".join(decision.tier for decision in decided.values()) == "AB" + "C" * 20
    assert decided[0].reasons[0].params == {"quantity": 650, "low": 7.5, "middle": 200, "n": 22}
    one_has_all = [1000.0, *[1.0] * 19]
    decided = decide_all({n: Measures(quantity=value) for n, value in enumerate(one_has_all)}, PARAMS, parts)
    assert "".join(decision.tier for decision in decided.values()) == "A" + "C" * 19


@pytest.mark.parametrize(
    ("quantities", "code"),
    [([5.0] * 30, "ranks_tied"), ([0.0] * 30, "ranks_tied"), ([1.0, 2.0], "list_too_short")],
)
def test_where_there_are_no_parts_the_next_method_decides_and_says_so(quantities, code):
    parts = Methods(potential=("cumulative", "cuts"), support=("stated",))
    decided = decide_all({n: Measures(quantity=value) for n, value in enumerate(quantities)}, PARAMS, parts)
    assert all(codes(decision)[:2] == [code, "quantity_cuts"] for decision in decided.values())


@pytest.mark.parametrize(
    ("site_class", "title", "score", "tier"),
    [
        (1, "senior", 9, "A"),
        (1, "attending", 8, "A"),
        (1, "resident", 5, "B"),
        (2, "senior", 7, "B"),
        (2, "attending", 5, "B"),
        (2, "resident", 3, "C"),
        (3, "senior", 3, "C"),
        (3, "attending", 2, "C"),
        (3, "resident", 1, "C"),
    ],
)
def test_the_score_table_gives_the_letter_and_says_which_row_and_score(site_class, title, score, tier):
    decision = decide(Measures(site_class=site_class, title_rank=title, support=Support(2)))
    assert decision.cell is Cell(f"{tier}2")
    assert decision.method == "score_table+stated"
    assert decision.reasons[0].code == "score_table"
    assert decision.reasons[0].params == {
        "site_class": site_class,
        "title": title,
        "score": score,
        "a": 8,
        "b": 4,
    }
    assert decision.reasons[1].params == {"digit": 2}


@pytest.mark.parametrize(("score", "tier"), [(12, "A"), (8, "A"), (7.9, "B"), (4, "B"), (3.9, "C"), (1, "C")])
def test_a_stated_score_wins_over_the_score_table(score, tier):
    decision = decide(Measures(potential_score=score, site_class=3, title_rank="resident"))
    assert (decision.tier, codes(decision)[0]) == (Tier(tier), "score_stated")


@pytest.mark.parametrize(
    ("known", "lacks"),
    [
        (Measures(support=Support(1)), "potential"),
        (Measures(support=Support(1), site_class=1), "title"),
        (Measures(support=Support(1), title_rank="senior"), "site_class"),
        (Measures(support=Support(1), site_class=9, title_rank="senior"), "site_class"),
        (Measures(support=Support(1), potential_score=float("nan")), "potential"),
    ],
)
def test_without_potential_a_customer_is_unrated_and_told_what_lacks(known, lacks):
    decision = decide(known)
    assert (decision.tier, decision.cell, decision.support) == (None, None, Support(1))
    assert decision.reasons[0].code == "potential_missing"
    assert decision.reasons[0].params == {"lacks": lacks}


def test_without_support_the_letter_is_kept_and_the_customer_is_unrated():
    decision = decide(Measures(potential_score=9))
    assert (decision.tier, decision.support, decision.cell) == (Tier.A, None, None)
    assert codes(decision) == ["score_stated", "support_missing"]


def test_nothing_known_is_never_a_silent_c3():
    decision = decide(Measures(), US)
    assert (decision.tier, decision.support, decision.method) == (None, None, "none+none")
    assert codes(decision) == ["potential_missing", "support_missing"]


def test_no_quantity_means_no_share():
    assert share(Measures(quantity=0, ours=0)) is None
    assert share(Measures(quantity=10)) is None
    assert share(Measures(quantity=10, ours=0)) == 0


def test_a_list_too_short_for_ranks_falls_back_and_says_so():
    known = {key: Measures(quantity=10.0 * key, ours=key) for key in range(1, 20)}
    decision = decide_all(known, PARAMS, US)[19]
    assert decision.method == "cuts+cuts"
    assert codes(decision) == ["list_too_short", "quantity_cuts", "list_too_short", "share_cuts"]
    assert decision.reasons[0].params == {"of": "quantity", "n": 19, "minimum": 20}
    known[20] = Measures(quantity=200.0, ours=200)
    assert decide_all(known, PARAMS, US)[20].method.startswith("terciles+")


def test_ties_that_empty_a_third_fall_back_and_say_so():
    known = {key: Measures(quantity=100.0, ours=0) for key in range(30)}
    known[0] = Measures(quantity=500.0, ours=400)
    decisions = decide_all(known, PARAMS, US)
    assert codes(decisions[1]) == ["ranks_tied", "quantity_cuts", "ranks_tied", "share_cuts"]
    assert (decisions[1].cell, decisions[0].cell) == (Cell.B3, Cell.A1)


def test_a_tie_at_the_top_leaves_no_high_third():
    known = {key: Measures(quantity=50.0 if key < 10 else 200.0) for key in range(30)}
    decisions = decide_all(known, PARAMS, US)
    assert codes(decisions[29])[:2] == ["ranks_tied", "quantity_cuts"]
    assert (decisions[0].tier, decisions[29].tier) == (Tier.C, Tier.A)


def test_the_quantiles_shown_are_those_of_r():
    known = {key: Measures(quantity=float(key**2), ours=key) for key in range(1, 23)}
    reason = decide_all(known, PARAMS, RANKS)[22].reasons[0]
    assert reason.params == {"quantity": 484.0, "q1": 64.0, "q2": 225.0, "n": 22}  # quantile((1:22)^2, 1:2/3)
    known[23] = Measures(quantity=529.0, ours=1)
    reason = decide_all(known, PARAMS, RANKS)[22].reasons[0]
    assert (reason.params["q1"], reason.params["q2"]) == (69.6667, 245.6667)


def test_a_decision_names_the_numbers_it_was_made_with():
    other = PARAMS.model_copy(update={"minimum_list": 21})
    assert decide(Measures()).params_version == PARAMS.version
    assert PARAMS.version.startswith("2021-01-01-")
    assert other.version != PARAMS.version


known_lists = st.lists(
    st.builds(
        lambda quantity, ours: Measures(quantity=quantity, ours=min(ours, quantity)),
        st.integers(1, 60),
        st.integers(0, 60),
    ),
    min_size=3,
    max_size=60,
)
SMALL = PARAMS.model_copy(update={"minimum_list": 3})


@given(known_lists, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(known, rng):
    keyed = dict(enumerate(known))
    shuffled = list(keyed.items())
    rng.shuffle(shuffled)
    assert decide_all(dict(shuffled), SMALL, US) == decide_all(keyed, SMALL, US)


@given(known_lists)
def test_equals_share_a_cell_and_more_never_stands_lower(known):
    decisions = decide_all(dict(enumerate(known)), SMALL, US)
    places = sorted((one.quantity, decisions[key].tier.value) for key, one in enumerate(known))
    assert [tier for _, tier in places] == sorted((tier for _, tier in places), reverse=True)
    digits = sorted((share(one), -decisions[key].support) for key, one in enumerate(known))
    assert [digit for _, digit in digits] == sorted(digit for _, digit in digits)
    for value in (lambda one: one.quantity, share):
        groups = defaultdict(set)
        for key, one in enumerate(known):
            decision = decisions[key]
            groups[value(one)].add(decision.tier if value is not share else decision.support)
        assert all(len(group) == 1 for group in groups.values())


@given(known_lists, st.integers(0, 59), st.integers(1, 40))
def test_growing_never_lowers_a_letter_or_weakens_a_digit(known, which, growth):
    which %= len(known)
    before = decide_all(dict(enumerate(known)), SMALL, RANKS)[which]
    grown = list(known)
    grown[which] = Measures(quantity=known[which].quantity + growth, ours=known[which].ours + growth)
    after = decide_all(dict(enumerate(grown)), SMALL, RANKS)[which]
    if before.tier and after.tier:  # both lists could be ranked
        assert after.tier <= before.tier
    if before.support and after.support:
        assert after.support <= before.support


@given(known_lists, st.integers(2, 1000))
def test_the_unit_of_the_quantities_changes_no_tercile(known, factor):
    scaled = [Measures(quantity=one.quantity * factor, ours=one.ours * factor) for one in known]
    before = decide_all(dict(enumerate(known)), SMALL, RANKS)
    after = decide_all(dict(enumerate(scaled)), SMALL, RANKS)
    assert {key: one.cell for key, one in before.items()} == {key: one.cell for key, one in after.items()}


@given(known_lists, st.integers(2, 1000))
def test_parts_of_the_whole_keep_equals_together_and_do_not_depend_on_the_unit(known, factor):
    parts = Methods(potential=("cumulative",), support=("terciles",))
    decided = decide_all(dict(enumerate(known)), SMALL, parts)
    scaled = {key: Measures(quantity=one.quantity * factor) for key, one in enumerate(known)}
    tiers = {key: decision.tier for key, decision in decided.items()}
    assert tiers == {key: one.tier for key, one in decide_all(scaled, SMALL, parts).items()}
    letters = {one.quantity: set() for one in known}
    for key, one in enumerate(known):
        letters[one.quantity].add(tiers[key])
    assert all(len(found) == 1 for found in letters.values())
    rising = [next(iter(letters[quantity])) for quantity in sorted(letters)]
    if None not in rising:
        assert rising == sorted(rising, reverse=True)
        assert rising[-1] is Tier.A


@given(known_lists, st.data())
def test_the_missing_stay_unrated_and_disturb_nobody(known, data):
    keyed = dict(enumerate(known))
    holes = {f"hole{n}": Measures() for n in range(data.draw(st.integers(1, 20)))}
    decisions = decide_all({**holes, **keyed}, SMALL, US)
    assert all(decisions[key].tier is None and decisions[key].support is None for key in holes)
    assert {key: decisions[key] for key in keyed} == decide_all(keyed, SMALL, US)


def test_a_hundred_thousand_customers_all_get_a_place():
    rng = random.Random(1)
    known = {key: Measures(quantity=rng.random(), ours=rng.random() / 2) for key in range(100_000)}
    assert sum(sum(row) for row in box(decide_all(known, PARAMS, US))) == 100_000
