"""What a cell says: numbers, dates and periods as people and spreadsheets write them."""

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Literal

DateOrder = Literal["mdy", "dmy"]

_EMPTY = {"", "-", "--", "—", "——", "/", "\\", "n/a", "#n/a", "null", "nan", "none"}
_CELL_ERROR = re.compile(r"#(REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_NUMBER = re.compile(
    r"([-+]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE]([-+]?\d{1,2}))?(万|%)?"
)
_CURRENCY = re.compile(
    r"^(?:rmb|cny|usd|us\$|[¥$€£])|(?:元|rmb|cny|usd|[¥$€£]|盒|支|瓶|片|例|人|分|次)$", re.IGNORECASE
)
_LARGEST = 1e12
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
_YEARS = (1990, 2100)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?(z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY_MONTH = re.compile(r"(\d{1,2})[- ]([a-z]{3})[a-z]*\.?[-, ]+(\d{4})", re.IGNORECASE)
_MONTH_DAY = re.compile(r"([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})(?:\.0)?年?(?:度)?")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?(?:份)?")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_YEAR_QUARTER = re.compile(r"(\d{4})[-/ 年]*(?:q([1-4])|第?([1-4一二三四])季度?)", re.IGNORECASE)
_QUARTER_YEAR = re.compile(r"q([1-4])[-/ ]*(\d{4})", re.IGNORECASE)


class BadCellError(ValueError):
    """A cell that cannot be taken, as the code and params of its RowIssue."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def plain(text: str) -> str:
    """The text in one width, trimmed; "" for the signs that people write into empty cells."""
    folded = unicodedata.normalize("NFKC", text).strip()
    return "" if folded.casefold() in _EMPTY else folded


def clean(text: str) -> str:
    """A text without control characters and doubled spaces; its line breaks become spaces."""
    if text.isprintable():
        return " ".join(text.split())
    kept = "".join(char for char in text if char.isspace() or not _is_hidden(char))
    return " ".join(kept.split())


def holds_id_number(text: str) -> bool:
    """Whether a Chinese ID number stands in the text (rule R-PI-1: it is never stored)."""
    return _ID_NUMBER.search(text) is not None


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def number(text: str) -> float | None:
    """A number such as "1,234.50", "￥99", "１２", "12%" (0.12), "1.2万" (12,000), "24盒".

    An empty cell is None. Raises BadCellError: `not_a_number`, `cell_error`, `number_too_large`.
    """
    if not (said := plain(text)):
        return None
    if _CELL_ERROR.fullmatch(said):
        raise BadCellError("cell_error", value=said)
    bare = said.replace(" ", "")
    for _ in range(2):
        bare = _CURRENCY.sub("", bare)
    found = _NUMBER.fullmatch(bare)
    if not found:
        raise BadCellError("not_a_number", value=said[:40])
    sign, digits, exponent, scale = found.groups()
    value = float(digits.replace(",", "")) * 10.0 ** int(exponent or 0)
    value *= {"万": 10_000, "%": 0.01}.get(scale, 1)
    if not math.isfinite(value) or value > _LARGEST:
        raise BadCellError("number_too_large", value=said[:40])
    return -value if sign == "-" else value


def date_order(texts: Iterable[str]) -> DateOrder | Literal["either"] | None:
    """Whether 3/4/2026 in a column is March or April: None when no such date occurs.

    One day above 12 settles the column; "either" when none does or they contradict each other.
    """
    seen = [found for text in texts if (found := _YEAR_LAST.fullmatch(_day_part(text)))]
    if not seen:
        return None
    first = any(int(found[1]) > 12 for found in seen)
    second = any(int(found[3]) > 12 for found in seen)
    if first == second:
        return "either"
    return "dmy" if first else "mdy"


def day(text: str, order: DateOrder | None = None) -> date | None:
    """A calendar day in any usual spelling, an Excel serial number too; None for an empty cell.

    `order` is needed only for dates such as 3/4/2026. Raises BadCellError: `not_a_date`,
    `date_ambiguous`, `date_out_of_range`.
    """
    if not (said := plain(text)):
        return None
    bare = _day_part(said)
    try:
        value = _numeric_day(bare, order) or _spelled_day(bare) or _excel_day(bare)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadCellError):
            raise
        value = None
    if value is None:
        raise BadCellError("not_a_date", value=said[:40])
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise BadCellError("date_out_of_range", value=said[:40])
    return value


def day_or_month(text: str, order: DateOrder | None = None) -> date | None:
    """Like `day`, where a month alone ("2026-10", "2026年10月") is its first day."""
    found = _YEAR_MONTH.fullmatch(plain(text))
    if found and 1 <= int(found[2]) <= 12 and _YEARS[0] <= int(found[1]) <= _YEARS[1]:
        return date(int(found[1]), int(found[2]), 1)
    return day(text, order)


def period(text: str) -> str | None:
    """A year, quarter or month as "2026", "2026-Q1", "2026-04"; a day counts as its month.

    Raises BadCellError: `not_a_period`.
    """
    if not (said := plain(text)):
        return None
    if found := _YEAR.fullmatch(said):
        year, rest = int(found[1]), ""
    elif found := _YEAR_QUARTER.fullmatch(said):
        year, rest = int(found[1]), f"-Q{found[2] or _QUARTERS.get(found[3], found[3])}"
    elif found := _QUARTER_YEAR.fullmatch(said):
        year, rest = int(found[2]), f"-Q{found[1]}"
    elif (found := _YEAR_MONTH.fullmatch(said)) and 1 <= int(found[2]) <= 12:
        year, rest = int(found[1]), f"-{int(found[2]):02}"
    else:
        try:
            on = day(said)
        except BadCellError:
            on = None
        year, rest = (on.year, f"-{on.month:02}") if on else (0, "")
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise BadCellError("not_a_period", value=said[:40])
    return f"{year}{rest}"


def _day_part(text: str) -> str:
    return _TIME.sub("", plain(text))


def _numeric_day(bare: str, order: DateOrder | None) -> date | None:
    if found := _YEAR_FIRST.fullmatch(bare) or _COMPACT.fullmatch(bare):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _YEAR_LAST.fullmatch(bare)):
        return None
    one, two, year = int(found[1]), int(found[3]), int(found[4])
    if one > 12 or order == "dmy":
        return date(year, two, one)
    if two > 12 or order == "mdy" or one == two:
        return date(year, one, two)
    raise BadCellError("date_ambiguous", value=bare)


def _spelled_day(bare: str) -> date | None:
    if found := _DAY_MONTH.fullmatch(bare):
        month, number_of_day, year = found[2], found[1], found[3]
    elif found := _MONTH_DAY.fullmatch(bare):
        month, number_of_day, year = found[1], found[2], found[3]
    else:
        return None
    return date(int(year), _MONTHS.index(month.casefold()) + 1, int(number_of_day))


def _excel_day(bare: str) -> date | None:
    if not re.fullmatch(r"\d{5}(\.\d+)?", bare):
        return None
    days = int(float(bare))
    return _EXCEL_DAY_ZERO + timedelta(days=days) if _EXCEL_DAYS[0] <= days <= _EXCEL_DAYS[1] else None
