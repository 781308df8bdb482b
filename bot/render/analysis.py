"""The analytic methods in words: notes, refusals, and the names of what a table or a picture shows."""

from collections.abc import Mapping
from typing import Any

from bot.analysis.model import Lack, Method, Remark, Role
from bot.render import sentences
from bot.render.catalogues import marked
from bot.render.pictures import LorenzPicture
from bot.render.words import Words, percent
from domain.explain import Reason
from domain.tiering.concentration import Concentration
from domain.tiering.notes import Note, Refusal

NOTES: Mapping[str, str] = {
    Note.NOTHING_POSITIVE: marked("There is no result: not one of the %(n)s customers has a positive value."),
    Note.RANKING_ONLY: marked(
        "Only %(n)s customers can be ranked: letters need %(minimum)s, so here is their order only."
    ),
    Note.ZEROS: marked("Customers with a value of zero: %(n)s."),
    Note.NEGATIVES: marked("Customers who returned more than they bought: %(n)s."),
    Note.MISSING: marked("Customers without a value: %(n)s."),
    Note.NEW: marked("New customers, known for less than %(days)s days: %(n)s."),
    Note.PROFIT_MISSING: marked(
        "%(n)s customers have no profit on record, so sales are used for everybody instead."
    ),
    Note.TIES_KEPT: marked(
        "Equal values stay together: customers with %(value)s who are in %(at)s too: %(lifted)s."
    ),
    Note.POINTS_EXCHANGED: marked(
        "Values fall below the mean (at %(break_even)s of the customers) before the curve is nearest to the "
        "ideal (at %(ideal)s): A ends at the former."
    ),
    Note.FLAT: marked(
        "The list is flat: the best %(top)s of the customers hold %(share)s (Gini %(gini)s). "
        "Concentrating on a few would not pay."
    ),
    Note.CONCENTRATED: marked(
        "The best %(top)s of the customers hold %(share)s of the whole (Gini %(gini)s)."
    ),
    Note.CLIPPED: marked("Values below zero that count as zero: %(n)s."),
    Note.TOO_FEW: marked("%(n)s customers are too few to compare; at least %(minimum)s are needed."),
    Note.SMALL_LIST: marked(
        "With only %(n)s customers (fewer than %(minimum)s) fixed break points say more than fifths."
    ),
    Note.ALL_EQUAL: marked("Everybody has the same value of %(of)s, so it tells nothing."),
    Note.DUPLICATES: marked("Rows that were there twice and count once: %(n)s."),
    Note.MERGED: marked("Orders of the same day, counted as one purchase: %(n)s."),
    Note.INCOMPLETE: marked("Rows without customer, date or amount, left out: %(n)s."),
    Note.AFTER_AS_OF: marked("Rows dated after the day of the analysis, left out: %(n)s."),
    Note.PRIORITY: marked("%(dimension)s %(score)s of 5, weight %(weight)s"),
    Note.NOT_ENOUGH: marked(
        "Not enough data: %(confidence)s of the weights are known, %(needed)s are needed."
    ),
    Note.OUT_OF_RANGE: marked("Scores that are not between 1 and 5 and count as missing: %(n)s."),
    Note.NOT_FOR_PERSONS: marked(
        "“%(dimension)s” is for accounts only; %(n)s scores of persons are left out."
    ),
    Note.LAPSE_FALLBACK: marked("Nobody bought twice, so the usual %(days)s days are taken."),
    Remark.UNREADABLE: marked("Cells of “%(header)s” that cannot be read and count as empty: %(n)s."),
    Remark.SHEET_LEFT: marked("“%(sheet)s” has no column of customers and is left out."),
    Remark.NO_CUSTOMER: marked("Rows without a customer, left out: %(n)s."),
    Remark.NO_LETTER: marked("Customers without a letter, because the potential is missing: %(n)s."),
    Remark.NO_DIGIT: marked("Customers without a digit, because the support is missing: %(n)s."),
    Remark.ONE_IS_STRONGEST: marked("In “%(header)s” 1 is read as the strongest support."),
}

REFUSALS: Mapping[str, str] = {
    Refusal.RFM: marked(
        "In this market an individual doctor's purchases must not be analysed. RFM is for accounts: "
        "hospitals, pharmacies, distributors."
    ),
    Refusal.ORDER_COLUMN: marked("The orders have no column “%(column)s”."),
    Lack.NO_TABLE: marked("The files hold no rows with customers."),
    Lack.COLUMN: marked(
        "No column can be the %(role)s. Name it with --%(option)s. The columns are: %(headers)s."
    ),
    Lack.DIMENSIONS: marked(
        "Priority needs columns with scores from 1 to 5: %(wanted)s. There are: %(headers)s."
    ),
    Lack.NAMED: marked("There is no column “%(header)s”. The columns are: %(headers)s."),
    Lack.SEVERAL: marked("Several columns can be the %(role)s: %(found)s. Choose one with --%(option)s."),
    Lack.NOT_JOINED: marked(
        "The files do not name customers by the same thing. Name a column that they share with --customer. "
        "The columns are: %(headers)s."
    ),
    Lack.OURS: marked("There is no product “%(ours)s” in the files. There are: %(products)s."),
    Lack.SUPPORT: marked(
        "The nine-box grid needs support: a column of support, or --ours NAME for our share of the product."
    ),
    Lack.DATES: marked("In “%(header)s” day and month cannot be told apart. Write dates like 2026-11-21."),
    Lack.USAGE: marked(
        "In the market “%(market)s” an individual doctor's use of products must not be analysed. "
        "Use --subject account for accounts, or a column of support."
    ),
    Lack.WORKBOOK: marked(
        "%(file)s is too large for a workbook. Save it as CSV: CSV files may have any size."
    ),
    Lack.UNEVEN: marked("In %(file)s some line has more cells than the header has."),
}

ROLES: Mapping[Role, str] = {
    Role.CUSTOMER: marked("customer"),
    Role.VALUE: marked("value"),
    Role.DATE: marked("date"),
    Role.PRODUCT: marked("product"),
    Role.NAME: marked("name"),
    Role.SUPPORT: marked("support"),
    Role.POTENTIAL_SCORE: marked("potential score"),
    Role.TITLE: marked("title"),
    Role.SITE_CLASS: marked("site class"),
}

METHODS: Mapping[Method, str] = {
    Method.NINE_BOX: marked("Nine-box grid"),
    Method.ABC_COUNT: marked("ABC by number of customers"),
    Method.ABC_VALUE: marked("ABC by cumulative value"),
    Method.ABC_COMPUTED: marked("ABC with computed limits"),
    Method.RFM: marked("RFM"),
    Method.LORENZ: marked("Lorenz curve"),
    Method.PRIORITY: marked("Priority"),
}

COLUMNS: Mapping[str, str] = {
    "customer": marked("Customer"),
    "name": marked("Name"),
    "quantity": marked("Quantity"),
    "ours": marked("Ours"),
    "share": marked("Our share"),
    "tier": marked("Potential"),
    "support": marked("Support"),
    "cell": marked("Cell"),
    "zone": marked("Zone"),
    "potential_method": marked("Potential by"),
    "support_method": marked("Support by"),
    "value": marked("Value"),
    "standing": marked("Standing"),
    "rank": marked("Rank"),
    "share_before": marked("Share of larger ones"),
    "abc_class": marked("ABC class"),
    "decile_by_count": marked("Tenth by count"),
    "decile_by_volume": marked("Tenth by volume"),
    "recency_days": marked("Days since last purchase"),
    "frequency": marked("Purchases"),
    "monetary": marked("Amount"),
    "first_purchase": marked("First purchase"),
    "last_purchase": marked("Last purchase"),
    "recency_score": marked("R"),
    "frequency_score": marked("F"),
    "monetary_score": marked("M"),
    "score": marked("Score"),
    "weighted": marked("Weighted score"),
    "level": marked("Level"),
    "segment": marked("Segment"),
    "confidence": marked("Confidence"),
    "enough": marked("Enough data"),
    "potential": marked("Potential"),
    "strategic": marked("Strategic importance"),
    "loyalty": marked("Loyalty"),
    "ability_to_pay": marked("Ability to pay"),
    "recency": marked("Recency"),
    "lowest": marked("smallest value"),
    "ideal": marked("nearest to the ideal point"),
    "break_even": marked("where values fall below the mean"),
    "submarginal": marked("where B ends"),
}
"""Headers of the rows, and names of the dimensions and of the cut points."""

FIGURES: Mapping[str, str] = {
    "customers": marked("Customers"),
    "total": marked("Total"),
    "gini": marked("Gini"),
    "gini_corrected": marked("Gini, corrected for short lists"),
    "top_share": marked("Share of the best %(top)s"),
}

_PARTS = frozenset({"share", "top", "confidence", "needed", "ideal", "break_even"})
_NAMES = frozenset({"of", "dimension"})


def note(words: Words, value: Reason) -> str:
    """A warning of an analysis in words."""
    sentence = NOTES.get(value.code)
    return words._(sentence, **_spoken(words, value.params)) if sentence else sentences.reason(words, value)


def refusal(words: Words, code: str, params: Mapping[str, Any]) -> str:
    """Why an analysis, or reading its files, is refused."""
    sentence = REFUSALS.get(code)
    return words._(sentence, **_spoken(words, params)) if sentence else sentences.problem(words, code, params)


def lorenz_picture(words: Words, curve: Concentration, *, top: float, as_of: str) -> LorenzPicture:
    """The Lorenz picture of a list that has a curve."""
    _ = words._
    share, gini = curve.top_share(top), curve.gini
    if share is None or gini is None:
        raise ValueError("there is no curve")
    return LorenzPicture(
        title=_("Lorenz curve of %(n)s customers", n=curve.count),
        customers=tuple(map(float, curve.customers)),
        held=tuple(map(float, curve.held)),
        top=top,
        share=share,
        x_axis=_("Customers, the smallest first"),
        y_axis=_("Part of the whole that they hold"),
        equal=_("everybody the same"),
        verdict=_("The best %(top)s hold %(share)s", top=percent(top), share=percent(share)),
        gini=_("Gini %(gini)s", gini=f"{gini:.3f}"),
        as_of=as_of,
    )


def _spoken(words: Words, params: Mapping[str, Any]) -> dict[str, Any]:
    spoken = dict(params)
    for key, value in params.items():
        if key in _PARTS:
            spoken[key] = percent(value)
        elif key in _NAMES:
            spoken[key] = words._(COLUMNS[value])
        elif key == "gini":
            spoken[key] = f"{value:.3f}"
        elif key == "role":
            spoken[key] = words._(ROLES[Role(value)])
        elif isinstance(value, list | tuple):
            spoken[key] = ", ".join(map(str, value))
    return spoken
