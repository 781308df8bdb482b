from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.ids import UserId
from domain.segments.adoption import AdoptionStage
from domain.segments.lifecycle import lifecycle
from domain.segments.opinion import Opinion, latest
from domain.segments.scheme import VALUES, Scheme, value_of
from domain.segments.stage import LifecycleStage
from domain.segments.types import Motive, SocialStyle
from domain.tiering.model import Support
from domain.tiering.notes import Note
from domain.tiering.purchases import purchases
from tests.support.analysis import PARAMS

TODAY = date(2026, 6, 30)
LI, WANG = UserId(1), UserId(2)


def stages(*lines, **more):
    orders = pd.DataFrame(lines, columns=["customer", "date", "amount"])
    return lifecycle(purchases(orders, TODAY), PARAMS.lifecycle, **more)


def monthly(customer, first, last):
    return [(customer, day, 10) for day in pd.date_range(first, last, freq="30D")]


def test_the_five_stages_of_an_account():
    found = stages(
        *monthly("regular", "2025-07-01", TODAY),
        ("once", "2026-04-01", 10),
        *monthly("stopped", "2025-01-01", "2025-12-31"),
        *monthly("back", "2025-01-01", "2025-10-01"),
        ("back", "2026-06-01", 10),
        customers=pd.Index(["nobody"]),
    )
    assert found.lapse_days == 60
    assert found.stages.to_dict() == {
        "regular": "active",
        "once": "first",
        "stopped": "lapsed",
        "back": "reactivated",
        "nobody": "prospect",
    }
    assert found.counts[LifecycleStage.PROSPECT] == 1
    assert found.notes == ()


def test_a_single_purchase_is_the_first_for_ninety_days():
    assert stages(("a", "2026-04-01", 1)).stages["a"] == "first"  # 90 days ago
    assert stages(("a", "2026-03-31", 1)).stages["a"] == "active"
    assert stages(("a", "2026-01-01", 1)).stages["a"] == "active"  # 180 days
    assert stages(("a", "2025-12-31", 1)).stages["a"] == "lapsed"


def test_without_two_purchases_of_anybody_the_usual_time_is_taken_and_it_is_said():
    found = stages(("a", TODAY, 1))
    assert found.lapse_days == 180
    assert (found.notes[0].code, found.notes[0].params) == (Note.LAPSE_FALLBACK, {"days": 180})


def test_a_slow_rhythm_of_the_list_gives_its_accounts_longer():
    lines = [("a", day, 1) for day in pd.date_range("2024-02-01", TODAY, freq="100D")]
    assert stages(*lines).lapse_days == 100
    assert stages(*lines).stages["a"] == "active"


def test_goods_that_come_back_are_no_purchase():
    assert stages(("a", "2026-01-01", 10), ("a", "2026-06-29", -10)).stages["a"] == "active"
    assert stages(("a", "2026-06-29", -10)).stages["a"] == "prospect"


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.dates(date(2025, 1, 1), TODAY), st.just(1)), max_size=30),
    st.randoms(use_true_random=False),
)
def test_everybody_has_one_stage_whatever_the_order_of_the_rows(lines, rng):
    found = stages(*lines, customers=pd.Index(list("abcde")))
    assert found.stages.notna().all()
    assert sum(found.counts.values()) == 5
    rng.shuffle(lines)
    assert stages(*lines, customers=pd.Index(list("abcde"))).stages.equals(found.stages)


def test_the_ladder_goes_with_the_digits_from_weak_to_strong():
    digits = [stage.support for stage in AdoptionStage]
    assert digits == sorted(digits, reverse=True)
    assert AdoptionStage.FIRST_TRIAL.support is Support.COMPETITOR_OR_NONE
    assert (AdoptionStage.TRIAL.support, AdoptionStage.REGULAR.support) == (Support(2), Support(1))
    assert AdoptionStage.UNAWARE.next is AdoptionStage.AWARE
    assert AdoptionStage.ADVOCATE.next is None


def test_a_type_is_an_opinion_with_date_and_author_and_may_be_unsure():
    first = Opinion(value=Motive.NEED, on=date(2026, 1, 1), author=LI)
    unsure = Opinion[Motive](value=None, on=date(2026, 2, 1), author=WANG)
    assert latest([unsure, first]) is unsure
    assert latest([]) is None
    same_day = Opinion(value=Motive.DECISION, on=date(2026, 2, 1), author=LI)
    assert latest([first, unsure, same_day]) is same_day


def test_values_are_found_by_scheme_and_name():
    assert value_of(Scheme.STYLE, "analytical") is SocialStyle.ANALYTICAL
    assert value_of(Scheme.LIFECYCLE, "lapsed") is LifecycleStage.LAPSED
    assert {scheme.value: len(list(kind)) for scheme, kind in VALUES.items()} == {
        "motive": 3,
        "adoption": 8,
        "lifecycle": 5,
        "need": 3,
        "setting": 3,
        "role": 7,
        "style": 4,
        "learning": 3,
    }


@pytest.mark.parametrize(("scheme", "value"), [(Scheme.STYLE, "choleric"), (Scheme.MOTIVE, "analytical")])
def test_an_unknown_value_is_refused(scheme, value):
    with pytest.raises(DomainError, match="not_found"):
        value_of(scheme, value)
