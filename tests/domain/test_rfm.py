from collections import Counter
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.tiering.analysis_params import Box, times_covered
from domain.tiering.notes import Note
from domain.tiering.purchases import purchases
from domain.tiering.rfm import RfmLevel, RfmRule, RfmStanding, Window, rfm
from domain.tiering.subject import Subject
from tests.support.analysis import LIBRARY, PARAMS, cdnow_orders, cdnow_summary, rfm_orders

RFM = PARAMS.rfm
CN, US, GENERIC = (LIBRARY.markets[name] for name in ("cn", "us", "generic"))
TODAY = date(2026, 6, 30)
YEAR = Window(TODAY, 365)
PUBLISHED = Window(date(2006, 12, 31), None)


def scored(orders, window=YEAR, rule=RfmRule.FIFTHS, params=RFM, **more):
    return rfm(orders, window, params, subject=Subject.ACCOUNT, market=CN, rule=rule, **more)


def orders_of(*lines):
    return pd.DataFrame(lines, columns=["customer", "date", "amount"])


def notes(result):
    return {reason.code: reason.params for reason in result.notes}


def boxes(lower, upper):
    """The blocks of the package's segment tables: lines of lowest and highest scores, R, F, M."""
    ranges = [list(zip(low, high, strict=True)) for low, high in zip(lower, upper, strict=True)]
    return [Box(recency=r, frequency=f, monetary=m) for r, f, m in zip(*ranges, strict=True)]


# Published figures: R package rfm, data set rfm_data_orders, analysis date 2006-12-31

NAMES = (
    "Champions",
    "Potential Loyalist",
    "Loyal",
    "Promising",
    "New",
    "Can't Lose Them",
    "At Risk",
    "Need Attention",
    "About To Sleep",
    "Lost",
)
TEN_SEGMENTS = boxes(
    ([5, 3, 2, 3, 4, 1, 1, 1, 2, 1], [5, 3, 2, 1, 1, 3, 2, 3, 1, 1], [5, 2, 2, 3, 1, 4, 4, 3, 1, 1]),
    ([5, 5, 4, 4, 5, 2, 2, 3, 3, 1], [5, 5, 4, 3, 3, 4, 5, 5, 3, 5], [5, 5, 4, 5, 5, 5, 5, 5, 4, 5]),
)
EARLIER_SEGMENTS = boxes(
    ([4, 2, 3, 4, 3, 2, 2, 1, 1, 1], [4, 3, 1, 1, 1, 2, 1, 2, 4, 1], [4, 3, 1, 1, 1, 2, 1, 2, 4, 1]),
    ([5, 5, 5, 5, 4, 3, 3, 2, 1, 2], [5, 5, 3, 1, 1, 3, 2, 5, 5, 2], [5, 5, 3, 1, 1, 3, 2, 5, 5, 2]),
)


def package_result():
    return scored(rfm_orders(), PUBLISHED, RfmRule.R_PACKAGE)


def test_the_published_cut_points_of_the_package():
    orders = rfm_orders()
    assert (len(orders), orders["customer"].nunique()) == (4_906, 995)
    cuts = scored(orders, PUBLISHED, RfmRule.R_PACKAGE).cuts
    assert cuts["recency"] == pytest.approx((115, 181, 297.4, 482))
    assert cuts["frequency"] == pytest.approx((4, 5, 6, 8))
    assert cuts["monetary"] == pytest.approx((255.8, 382, 506.4, 666))


@pytest.mark.parametrize(
    ("customer", "row"),
    [
        ("Abbey O'Reilly", [205, 6, 472, 343]),
        ("Add Senger", [140, 3, 340, 412]),
        ("Aiyanna Bruen", [246, 4, 157, 321]),
        ("Aileen Barton", [84, 9, 763, 555]),
    ],
)
def test_the_published_rows_of_the_package(customer, row):
    columns = ["recency_days", "frequency", "monetary", "score"]
    assert package_result().table.loc[customer, columns].tolist() == row


def test_the_published_ten_segments_of_the_package():
    table = package_result().table
    first = {
        cell: name
        for name, box in reversed(list(zip(NAMES, TEN_SEGMENTS, strict=True)))
        for cell in box.cells()
    }
    columns = ["recency_score", "frequency_score", "monetary_score"]
    segment = [first.get(tuple(cell)) for cell in table[columns].to_numpy(dtype=int)]
    groups = table.groupby(np.array(segment))
    found = {name: (len(group), group["frequency"].sum(), group["monetary"].sum()) for name, group in groups}
    assert found == {
        "About To Sleep": (102, 283, 23449),
        "At Risk": (28, 216, 22227),
        "Can't Lose Them": (47, 274, 32446),
        "Champions": (35, 316, 31646),
        "Lost": (148, 393, 35324),
        "Loyal": (170, 799, 76562),
        "Need Attention": (10, 57, 4562),
        "New": (104, 329, 28837),
        "Potential Loyalist": (342, 2211, 204856),
        "Promising": (9, 28, 4249),
    }


def test_the_packages_documented_map_leaves_36_of_125_cells_out_and_doubles_39_ours_none():
    theirs = times_covered({name: (box,) for name, box in zip(NAMES, EARLIER_SEGMENTS, strict=True)})
    assert sum(times == 0 for times in theirs.values()) == 36
    assert sum(times > 1 for times in theirs.values()) == 39
    ours = times_covered(RFM.segments)
    assert set(ours) == set(product(range(1, 6), repeat=3))
    assert set(ours.values()) == {1}


def test_every_published_customer_is_in_one_of_our_segments():
    result = package_result()
    assert result.table["segment"].notna().all()
    sums = result.by_segment().sum()
    assert (sums["customers"], sums["purchases"], sums["amount"]) == (995, 4_906, 464_158)


# Published figures: CDNOW


def test_the_published_log_of_cdnow_is_cleaned_as_its_authors_do():
    log = cdnow_orders()
    assert (len(log), log["customer"].nunique(), int((log["amount"] == 0).sum())) == (6_919, 2_357, 8)
    assert (log["date"].min(), log["date"].max()) == (pd.Timestamp(1997, 1, 1), pd.Timestamp(1998, 6, 30))
    cleaned = purchases(log, date(1998, 6, 30))
    assert sum(reason.params["n"] for reason in cleaned.notes) == 223  # same-day doubles, identical ones too
    assert {reason.code for reason in cleaned.notes} == {Note.DUPLICATES, Note.MERGED}
    assert len(cleaned.days) == 6_919 - 223


def test_the_published_summary_of_cdnow_is_reproduced_for_all_customers():
    """Table `cbs` of BTYD to 1997-09-30: repeat purchases x, recency t.x and age T in weeks."""
    table = scored(cdnow_orders(), Window(date(1997, 9, 30), None)).table
    published = cdnow_summary().loc[table.index]
    assert len(table) == 2_357
    repeat = table["frequency"] - 1
    assert repeat.tolist() == published["x"].tolist()
    active = (table["last_purchase"] - table["first_purchase"]).dt.days / 7
    assert active.tolist() == pytest.approx(published["t.x"].tolist(), abs=1e-9)
    age = (pd.Timestamp(1997, 9, 30) - table["first_purchase"]).dt.days / 7
    assert age.tolist() == pytest.approx(published["T.cal"].tolist(), abs=1e-9)
    counts = Counter(repeat.clip(upper=7))
    assert [counts[times] for times in range(8)] == [1411, 439, 214, 100, 62, 38, 29, 64]


# Rules


def test_fifths_by_mid_rank_as_worked_out_by_hand():
    amounts = [0, 0, 0, 0, 5, 9, 30]
    result = scored(orders_of(*((f"c{n}", TODAY, amount) for n, amount in enumerate(amounts))))
    assert result.table["monetary_score"].tolist() == [2, 2, 2, 2, 4, 4, 5]
    assert result.table["recency_score"].tolist() == result.table["frequency_score"].tolist() == [3] * 7
    assert result.cuts == {
        "recency": (0, 0, None, None),
        "frequency": (1, 1, None, None),
        "monetary": (0, 5, 5, 30),
    }
    assert notes(result)[Note.SMALL_LIST] == {"n": 7, "minimum": 25}
    assert [reason.params for reason in result.notes if reason.code == Note.ALL_EQUAL] == [
        {"of": "recency"},
        {"of": "frequency"},
    ]


def test_a_shown_cut_point_is_the_first_value_above_it():
    result = scored(rfm_orders(), PUBLISHED)
    table = result.table
    for score, cut in zip((2, 3, 4, 5), result.cuts["monetary"], strict=True):
        assert ((table["monetary"] >= cut) == (table["monetary_score"] >= score)).all()
    for score, cut in zip((4, 3, 2, 1), result.cuts["recency"], strict=True):
        assert ((table["recency_days"] >= cut) == (table["recency_score"] <= score)).all()


def test_fixed_breakpoints_score_a_value_at_a_cut_point_above_it():
    amounts = (9_999, 10_000, 199_999, 200_000, 1_000_000)
    result = scored(
        orders_of(*((f"c{n}", TODAY, amount) for n, amount in enumerate(amounts))), rule=RfmRule.FIXED
    )
    assert result.table["monetary_score"].tolist() == [1, 2, 3, 4, 5]
    assert result.table["recency_score"].tolist() == [5] * 5
    assert result.cuts["recency"] == RFM.breakpoints.recency
    assert Note.SMALL_LIST not in notes(result)


# Rulings


def test_returns_are_netted_and_a_day_of_returns_alone_is_no_purchase():
    result = scored(
        orders_of(
            ("a", "2026-01-10", 100),
            ("a", "2026-06-01", -30),
            ("b", "2026-01-10", 50),
            ("b", "2026-02-01", -80),
        )
    )
    assert result.table["monetary"].tolist() == [70, -30]
    assert result.table["frequency"].tolist() == [1, 1]
    assert result.table["recency_days"].tolist() == [171, 171]
    assert result.table["monetary_score"].tolist() == [4, 1]
    assert notes(result)[Note.NEGATIVES] == {"n": 1}


def test_duplicates_count_once_and_orders_of_a_day_are_one_purchase():
    lines = [("a", "2026-05-01", 10, "X1")] * 2 + [
        ("a", "2026-05-01", 10, "X2"),
        ("a", "2026-05-02", 5, "X3"),
    ]
    orders = pd.DataFrame(lines, columns=["customer", "date", "amount", "order"])
    result = scored(orders)
    assert result.table.loc["a", ["frequency", "monetary"]].tolist() == [2, 25]
    assert notes(result)[Note.DUPLICATES] == notes(result)[Note.MERGED] == {"n": 1}


def test_lines_that_cannot_be_used_are_counted():
    result = scored(
        orders_of(
            ("a", TODAY, 1), (None, TODAY, 1), ("a", "never", 1), ("a", TODAY, "?"), ("a", "2026-07-01", 9)
        )
    )
    assert notes(result)[Note.INCOMPLETE] == {"n": 3}
    assert notes(result)[Note.AFTER_AS_OF] == {"n": 1}
    assert result.table.loc["a", ["frequency", "monetary"]].tolist() == [1, 1]


def test_a_date_whose_day_and_month_would_have_to_be_guessed_is_not_used():
    result = scored(orders_of(("a", "03/04/2026", 1), ("a", "2026-04-03", 1)))
    assert notes(result)[Note.INCOMPLETE] == {"n": 1}
    assert result.table.loc["a", "last_purchase"] == pd.Timestamp(2026, 4, 3)


def test_codes_of_accounts_may_be_numbers_and_texts():
    table = scored(orders_of((17, TODAY, 1), ("A-4", TODAY, 1), (17, "2026-06-01", 1))).table
    assert table["frequency"].to_dict() == {"17": 2, "A-4": 1}


def test_a_new_account_is_not_punished_for_its_few_purchases():
    known = [(f"c{n}", f"2025-{month:02}-01", 10) for n in range(30) for month in range(8, 13)]
    table = scored(orders_of(*known, ("new", "2026-06-01", 10))).table
    assert (table.loc["new", "standing"], table.loc["new", "frequency_score"]) == (RfmStanding.NEW, 3)
    assert table.loc["new", "segment"] == "potential_loyalist"
    older = scored(orders_of(*known, ("new", "2026-04-01", 10))).table
    assert (older.loc["new", "standing"], older.loc["new", "frequency_score"]) == (RfmStanding.SCORED, 1)


def test_prospects_and_the_dormant_have_no_scores_and_move_no_others():
    lines = [(f"c{n}", "2026-05-01", n) for n in range(1, 31)]
    plain = scored(orders_of(*lines)).table
    more = scored(orders_of(*lines, ("old", "2025-06-30", 9)), customers=pd.Index(["nobody", "c1"])).table
    assert more.loc["nobody", "standing"] == RfmStanding.PROSPECT
    assert more.loc["old", "standing"] == RfmStanding.DORMANT
    assert more.loc[["nobody", "old"], ["score", "segment", "level"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(more.drop(["nobody", "old"]), plain)


def test_the_window_begins_after_its_first_day():
    lines = orders_of(("a", "2025-06-30", 1), ("a", "2025-07-01", 1))
    assert scored(lines).table.loc["a", "frequency"] == 1
    assert scored(lines, Window(TODAY, None)).table.loc["a", "frequency"] == 2


def test_the_weighted_score_gives_the_level():
    table = scored(rfm_orders(), PUBLISHED).table
    mean = table[["recency_score", "frequency_score", "monetary_score"]].mean(axis="columns")
    assert table["weighted"].tolist() == pytest.approx(mean.tolist())
    assert set(table.loc[mean >= 4, "level"]) == {RfmLevel.HIGH}
    assert set(table.loc[(mean < 4) & (mean >= 2.5), "level"]) == {RfmLevel.ORDINARY}
    assert set(table.loc[mean < 2.5, "level"]) == {RfmLevel.LOW}


@pytest.mark.parametrize("market", [CN, GENERIC])
def test_single_doctors_are_refused_where_their_usage_may_not_be_kept(market):
    with pytest.raises(DomainError) as refused:
        rfm(orders_of(("Dr X", TODAY, 1)), YEAR, RFM, subject=Subject.PERSON, market=market)
    assert refused.value.code == "rfm_refused"


def test_single_doctors_are_scored_where_their_usage_is_public():
    result = rfm(orders_of(("Dr X", TODAY, 1)), YEAR, RFM, subject=Subject.PERSON, market=US)
    assert result.table.loc["Dr X", "score"] == 333


def test_a_missing_column_is_named():
    with pytest.raises(DomainError) as refused:
        scored(pd.DataFrame({"customer": ["a"], "date": [TODAY]}))
    assert (refused.value.code, refused.value.params) == ("order_column_missing", {"column": "amount"})


@pytest.mark.parametrize("rule", RfmRule)
def test_no_orders_give_an_empty_result(rule):
    result = scored(orders_of(), rule=rule, customers=pd.Index(["a"]))
    assert result.table["standing"].tolist() == [RfmStanding.PROSPECT]
    assert result.cuts == {}
    assert notes(result)[Note.NOTHING_POSITIVE] == {"n": 1}


# Properties

order_lists = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.dates(date(2025, 1, 1), TODAY),
        st.integers(-3000, 9000).map(lambda cents: cents / 100),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=40)
@given(order_lists, st.sampled_from(RfmRule), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(lines, rule, rng):
    result = scored(orders_of(*lines), rule=rule)
    rng.shuffle(lines)
    shuffled = scored(orders_of(*lines), rule=rule)
    pd.testing.assert_frame_equal(shuffled.table, result.table)
    assert shuffled.cuts == result.cuts
    assert shuffled.notes == result.notes


@settings(max_examples=40)
@given(order_lists, st.sampled_from(RfmRule))
def test_equals_share_a_score_and_more_never_scores_less(lines, rule):
    table = scored(orders_of(*lines), rule=rule).table
    table = table[table["frequency"] > 0]
    kept = table[table["standing"] == RfmStanding.SCORED]
    for value, score, rising in (
        (table["recency_days"], table["recency_score"], False),
        (kept["frequency"], kept["frequency_score"], True),
        (table["monetary"], table["monetary_score"], True),
    ):
        assert (score.groupby(value).nunique() == 1).all()
        ranked = score.loc[value.sort_values(ascending=rising).index]
        assert ranked.is_monotonic_increasing
    assert table["segment"].notna().all()
    assert table["score"].between(111, 555).all()


@settings(max_examples=40)
@given(order_lists, st.sampled_from([0.5, 8, 1000]))
def test_the_currency_changes_no_score_of_fifths(lines, factor):
    before = scored(orders_of(*lines)).table
    after = scored(orders_of(*((who, on, amount * factor) for who, on, amount in lines))).table
    assert after["score"].tolist() == before["score"].tolist()
