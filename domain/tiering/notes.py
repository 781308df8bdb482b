"""What the analytic methods have to say about a list, a customer or a figure.

Every code has one meaning; the numbers that belong to it stand beside it. They travel as
`Reason(Note.X, {...})`.
"""

from enum import StrEnum


class Note(StrEnum):
    """The codes of all analytic reasons and warnings, with the names of their numbers."""

    # any list of values
    NOTHING_POSITIVE = "nothing_positive"  # n: nobody has a positive value, so there is no result
    RANKING_ONLY = "ranking_only"  # n, minimum: too few customers for letters
    ZEROS = "zeros"  # n: customers with a value of zero
    NEGATIVES = "negatives"  # n: customers whose returns exceed their sales
    MISSING = "missing"  # n: customers without a value
    NEW = "new"  # n, days: customers too new to be ranked
    PROFIT_MISSING = "profit_missing"  # n: customers without profit, so sales are used for all
    # ABC
    TIES_KEPT = "ties_kept"  # at (letter), lifted, value: equals took the better class
    POINTS_EXCHANGED = "points_exchanged"  # ideal, break_even: the slope is 1 before the ideal point
    # concentration
    FLAT = "flat"  # top, share, gini: hardly more than the same from everybody
    CONCENTRATED = "concentrated"  # top, share, gini
    CLIPPED = "clipped"  # n: negative values counted as zero
    TOO_FEW = "too_few"  # n, minimum: nothing to compare
    # RFM
    SMALL_LIST = "small_list"  # n, minimum: fixed breakpoints say more than fifths
    ALL_EQUAL = "all_equal"  # of: everybody has the same value, so it tells nothing
    DUPLICATES = "duplicates"  # n: order lines that were there twice
    MERGED = "merged"  # n: orders of a day that were counted as one purchase
    INCOMPLETE = "incomplete"  # n: order lines without customer, date or amount
    AFTER_AS_OF = "after_as_of"  # n: order lines dated after the day of the analysis
    # priority
    PRIORITY = "priority"  # dimension, score (1-5), weight; points
    NOT_ENOUGH = "not_enough"  # confidence, needed
    OUT_OF_RANGE = "out_of_range"  # n: scores that are not 1-5
    NOT_FOR_PERSONS = "not_for_persons"  # dimension, n
    # lifecycle
    LAPSE_FALLBACK = "lapse_fallback"  # days: nobody bought twice, so the usual time is taken
    # movement and hysteresis
    CHECK_DATA = "check_data"  # moved, n, share, limit: too many moved at once
    HELD = "held"  # axis, stays, proposed, past, rounds, needed
    MOVED = "moved"  # axis, before, past, rounds


class Refusal(StrEnum):
    """What the analytic methods refuse to do."""

    RFM = "rfm_refused"
    ORDER_COLUMN = "order_column_missing"  # column
