"""Natural keys: by what an imported row and a stored row are known to be about the same thing.

A key is an opaque, comparable string that depends only on what a person would call the
identity of the thing, so it is stable over imports and databases. Three rules join the planner
(`domain.importing.planning`) and the store (`bot.db`):

- `Existing.rows[kind]` is keyed by the key of the *stored* row: `institution_key(row.code, row.name)`,
  `customer_key(row.code, row.name, <key of its institution or None>, row.department)`,
  `visit_key(<key of its customer>, <name of its rep or None>, row.on)`,
  `usage_key(<key of its customer>, row.period, row.product)`,
  `sale_key(<key of its institution>, row.department, row.on, row.product, row.ordinal)`.
  Its values are the stored fields under the names of the draft's fields, in the draft's own types
  (enums, dates, tuples of `HalfDay`), where `institution` and `customer` are keys again, and
  `owner` and `rep` are names of users. A field that is not stored may be left out.
- `Change.key` is the key of the stored row where one was found (even when the draft knows more,
  say a code that the stored row still lacks), else the key of the draft.
- In the draft of a `Change` the references are settled: `institution` and `customer` hold keys, each
  either in `Existing.rows` or the key of a NEW change of the same plan, and `rep` of a visit is the
  name of the rep (the owner's where the file names none), None only where the customer has no owner.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

_BETWEEN = "\x1f"  # cannot occur in a cleaned text
_CODE, _NAME = "#", "@"
_NOT_A_LETTER = re.compile(r"[\W_]+")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=65_536)
def normal_name(text: str) -> str:
    """A name as it is compared: one width, one case, without spaces and punctuation.

    "St. Mary's  Hospital" and "ST MARYS HOSPITAL" are one; so are full-width and half-width
    brackets. A text of nothing but punctuation stands for itself.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_A_LETTER.sub("", folded) or _SPACE.sub("", folded)


@lru_cache(maxsize=65_536)
def normal_code(text: str) -> str:
    """A code as it is compared: one width, one case, no spaces. Hyphens and zeros count."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text).casefold())


def institution_key(code: str | None, name: str) -> str:
    """The key of an institution: its code where there is one, else its name."""
    return _CODE + normal_code(code) if code else _NAME + normal_name(name)


def customer_key(code: str | None, name: str, institution: str | None, department: str | None) -> str:
    """The key of a customer: the code, else name, institution (a key, None = none) and department."""
    if code:
        return _CODE + normal_code(code)
    return _BETWEEN.join((_NAME + normal_name(name), institution or "", normal_name(department or "")))


def visit_key(customer: str, rep: str | None, on: date) -> str:
    """The key of a visit: the customer's key, the rep's name (None = nobody known) and the day."""
    return _BETWEEN.join((customer, normal_name(rep or ""), on.isoformat()))


def usage_key(customer: str, period: str, product: str) -> str:
    """The key of a usage figure: the customer's key, the period and the product."""
    return _BETWEEN.join((customer, period, normal_name(product)))


def sale_key(institution: str, department: str | None, on: date, product: str, ordinal: int) -> str:
    """The key of a sale: the institution's key, department, day, product, and 0, 1, 2 ... among equals.

    The same goods are sold twice a day; such rows are numbered by quantity, then amount, so that the
    order of the rows in a file never matters.
    """
    parts = (institution, normal_name(department or ""), on.isoformat(), normal_name(product), str(ordinal))
    return _BETWEEN.join(parts)
