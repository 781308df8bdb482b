"""Why a customer stands where they stand, in two reasons."""

from datetime import date

import pytest

from bot.render.renderer import words
from bot.render.sentences import reason as in_words
from domain.content.library import load_library
from domain.tiering.hysteresis import settle
from domain.tiering.model import Measures, Support, TierDecision
from domain.tiering.nine_box import decide_all
from domain.tiering.notes import Note
from domain.tiering.params import Methods
from domain.tiering.why import why

TODAY = date(2026, 11, 23)
LIBRARY = load_library()
TIERING, HYSTERESIS = LIBRARY.tiering.at(TODAY), LIBRARY.analysis.at(TODAY).hysteresis
LONGEST = 200  # characters


def methods(*potential: str) -> Methods:
    return Methods.model_validate(
        {"potential": ["stated", *potential], "support": ["stated", "terciles", "cuts"]}
    )


def decided(known: Measures, tried: Methods, number: int = 1) -> TierDecision:
    """The decision about one of `number` customers whose quantities rise into the millions."""
    others = {n: Measures(quantity=1e6 + n * 12_345.67, ours=n * 9_876.54) for n in range(1, number)}
    return decide_all({0: known, **others}, TIERING, tried)[0]


def codes(decision: TierDecision) -> list[str]:
    return [each.code for each in why(decision)]


def test_the_letter_comes_first_and_methods_tried_in_vain_are_left_out():
    decision = decided(Measures(quantity=70.0, ours=20.0), methods("terciles", "cuts"))
    assert len(decision.reasons) == 4  # the list is too short for thirds, twice
    assert codes(decision) == ["quantity_cuts", "share_cuts"]


def test_what_is_missing_is_a_reason_too():
    assert codes(decided(Measures(), methods("score_table"))) == ["potential_missing", "support_missing"]


def test_a_move_that_is_held_back_is_the_reason_and_one_that_was_made_is_not():
    limit = TIERING.quantity_cuts.middle
    support = Support.FIRST_CHOICE
    before = decided(Measures(quantity=limit, support=support), methods("cuts"))
    past = decided(Measures(quantity=limit * 1.08, support=support), methods("cuts"))
    held = settle(before, past, HYSTERESIS)
    moved = settle(held, past, HYSTERESIS)
    assert codes(held) == [Note.HELD, "support_stated"]
    assert codes(moved) == ["quantity_cuts", "support_stated"]


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize(
    "decision",
    [
        decided(Measures(quantity=1_234_567.89, ours=345_678.9), methods("terciles"), 60),
        decided(Measures(quantity=1_234_567.89, ours=345_678.9), methods("cumulative"), 60),
        decided(Measures(quantity=1_234_567.89, ours=345_678.9), methods("cuts")),
        decided(Measures(site_class=1, title_rank="senior"), methods("score_table")),
        decided(Measures(potential_score=9.5, support=Support.SECOND_CHOICE), methods("cuts")),
        decided(Measures(), methods("score_table")),
        settle(
            decided(Measures(quantity=150.0, ours=30.0), methods("cuts")),
            decided(Measures(quantity=160.0, ours=33.6), methods("cuts")),
            HYSTERESIS,
        ),
    ],
)
def test_it_is_said_in_200_characters(locale, decision):
    said = "\n".join(f"• {in_words(words(locale), each)}" for each in why(decision))
    assert said
    assert len(said) <= LONGEST, said
