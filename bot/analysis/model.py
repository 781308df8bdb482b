"""What is asked of an analysis, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.explain import Reason
from domain.tiering.params import Cuts, PotentialMethod
from domain.tiering.rfm import RfmRule
from domain.tiering.subject import Subject

if TYPE_CHECKING:
    import pandas as pd

    from domain.tiering.concentration import Concentration

ALL_DAYS = 0
"""The window that is all there is."""

CutPoints = Mapping[str, float | None] | Sequence[float | None]


class Method(StrEnum):
    """The methods, as they are called at the command line."""

    NINE_BOX = "nine-box"
    ABC_COUNT = "abc-count"
    ABC_VALUE = "abc-value"
    ABC_COMPUTED = "abc-computed"
    RFM = "rfm"
    LORENZ = "lorenz"
    PRIORITY = "priority"


class Role(StrEnum):
    """What a column is for. The first four can be named at the command line."""

    CUSTOMER = "customer"
    VALUE = "value"
    DATE = "date"
    PRODUCT = "product"
    NAME = "name"
    SUPPORT = "support"
    POTENTIAL_SCORE = "potential_score"
    TITLE = "title"
    SITE_CLASS = "site_class"


class Lack(StrEnum):
    """Why there is no analysis; with the names of the values that its sentence says."""

    NO_TABLE = "no_table"  # nothing
    COLUMN = "column_lacking"  # role, headers, option
    DIMENSIONS = "dimensions_lacking"  # wanted, headers
    NAMED = "named_column_lacking"  # header, headers
    SEVERAL = "column_not_clear"  # role, found, option
    NOT_JOINED = "files_not_joined"  # headers
    OURS = "ours_not_found"  # ours, products
    SUPPORT = "support_not_given"  # headers
    DATES = "dates_not_clear"  # header
    USAGE = "usage_refused"  # market
    WORKBOOK = "workbook_too_large_to_analyse"  # file
    UNEVEN = "lines_uneven"  # file


class Remark(StrEnum):
    """What was noticed while the files were read."""

    UNREADABLE = "unreadable_cells"  # header, n
    SHEET_LEFT = "sheet_left_out"  # sheet
    NO_CUSTOMER = "rows_without_customer"  # n
    NO_LETTER = "no_letter"  # n
    NO_DIGIT = "no_digit"  # n
    ONE_IS_STRONGEST = "one_is_strongest"  # header


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. `named` are headers by role; `window` in days, None: as in the params, or ALL_DAYS."""

    method: Method
    named: Mapping[Role, str] = field(default_factory=dict)
    ours: str | None = None
    as_of: date | None = None
    cuts: Cuts | None = None
    share_cuts: Cuts | None = None
    potential: PotentialMethod | None = None
    rule: RfmRule = RfmRule.FIFTHS
    window: int | None = None
    subject: Subject = Subject.ACCOUNT
    market: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Analysis:
    """The answer.

    `rows` has a row a customer, the first in importance first, without an index: `customer`, `name`
    where the files have it, then the columns of the method. `counts` are customers by class,
    `cuts` the values at which classes part, `figures` those of the whole list. `used` are
    the headers of the columns by role, `params` the version of the numbers.
    """

    method: Method
    as_of: date
    params: str
    used: Mapping[Role, str]
    rows: "pd.DataFrame"
    counts: Mapping[str, int]
    cuts: Mapping[str, CutPoints]
    figures: Mapping[str, float | int | None]
    warnings: tuple[Reason, ...]
    curve: "Concentration | None"
