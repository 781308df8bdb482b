"""The vocabulary of rosters: which headers and words stand for which field and value.

The data is `domain/content/importing/columns.yaml`; a company adds its own words there.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from functools import cached_property
from typing import Generic, Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from domain.content.reading import Content, MistakeError
from domain.customers.model import CustomerStatus
from domain.importing.keys import normal_name
from domain.importing.model import Kind
from domain.tiering.model import Support
from domain.visits.model import Channel, Outcome

T = TypeVar("T")
Locale = Literal["zh", "en"]
Datum = Literal["wgs84", "gcj02", "bd09"]

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.INSTITUTION: (
        "name",
        "code",
        "site_class",
        "grade",
        "city",
        "district",
        "lat",
        "lon",
        "datum",
        "reception",
    ),
    Kind.CUSTOMER: (
        "name",
        "code",
        "institution",
        "city",
        "district",
        "lat",
        "lon",
        "datum",
        "department",
        "title",
        "specialty",
        "owner",
        "support",
        "potential_score",
        "quantity",
        "best_times",
        "is_kol",
        "is_no_see",
        "by_appointment",
        "status",
        "note",
    ),
    Kind.VISIT: (
        "customer_code",
        "customer",
        "institution",
        "on",
        "rep",
        "channel",
        "outcome",
        "next_step",
        "next_on",
        "note",
    ),
    Kind.USAGE: ("customer_code", "customer", "institution", "period", "product", "quantity"),
    Kind.SALE: ("institution", "department", "on", "product", "quantity", "amount"),
}
"""The fields that a column may feed, in the order of the template."""

REQUIRED: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.INSTITUTION: (("name",),),
    Kind.CUSTOMER: (("name", "code"),),
    Kind.VISIT: (("customer", "customer_code"), ("on",)),
    Kind.USAGE: (("customer", "customer_code"), ("period",), ("product",), ("quantity",)),
    Kind.SALE: (("institution",), ("on",), ("product",), ("quantity", "amount")),
}
"""What a sheet of a kind cannot do without: of each group at least one."""


class Local(Content, Generic[T]):
    """The same thing in the languages we speak."""

    zh: T
    en: T

    def of(self, locale: Locale) -> T:
        return self.zh if locale == "zh" else self.en


class FieldHeaders(Content):
    """The headers of one field; `also` counts only where no other column fits."""

    zh: tuple[str, ...] = Field(min_length=1)
    en: tuple[str, ...] = Field(min_length=1)
    also: tuple[str, ...] = ()
    example: Local[str]

    def title(self, locale: Locale) -> str:
        """The header that our own files use."""
        return self.zh[0] if locale == "zh" else self.en[0]


class KindHeaders(Content):
    """One kind of sheet: the words of its name and its fields."""

    sheet: Local[tuple[str, ...]]
    fields: Mapping[str, FieldHeaders]


class Own(Content):
    """What our own files add and a reader passes over in silence."""

    sheets: tuple[str, ...]
    row: Local[str]
    reason: Local[str]

    @cached_property
    def headers(self) -> frozenset[str]:
        return frozenset(map(normal_name, (self.row.zh, self.row.en, self.reason.zh, self.reason.en)))

    def headers_of(self, headers: Iterable[object]) -> set[int]:
        """The positions of the columns that we added ourselves."""
        return {
            position for position, header in enumerate(headers) if normal_name(str(header)) in self.headers
        }

    @cached_property
    def sheet_names(self) -> frozenset[str]:
        return frozenset(map(normal_name, self.sheets))


class Window(Content):
    """A part of the day in local time."""

    start: time
    end: time


class HalfDays(Content):
    """What morning and afternoon mean."""

    morning: Window
    afternoon: Window


class Words(Content):
    """The words of cells, per value."""

    support: Mapping[Support, tuple[str, ...]]
    strongest: tuple[str, ...]
    weakest: tuple[str, ...]
    title_rank: Mapping[Literal["senior", "attending", "resident"], tuple[str, ...]]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    channel: Mapping[Channel, tuple[str, ...]]
    outcome: Mapping[Outcome, tuple[str, ...]]
    status: Mapping[CustomerStatus, tuple[str, ...]]
    site_class: Mapping[Literal[1, 2, 3], tuple[str, ...]]
    datum: Mapping[Datum, tuple[str, ...]]
    weekday: Mapping[int, tuple[str, ...]]
    workdays: tuple[str, ...]
    morning: tuple[str, ...]
    afternoon: tuple[str, ...]

    @field_validator("support", "site_class", "weekday", mode="before")
    @classmethod
    def _whole_number_keys(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {int(key) if str(key).isdecimal() else key: words for key, words in value.items()}


class Forbidden(Content):
    """Columns that a rule keeps out; `sheets` are kinds it refuses as a whole.

    `where_usage_is_refused`: the rule holds only in markets that forbid usage per customer.
    """

    rule: str
    where_usage_is_refused: bool
    kinds: tuple[Kind, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    except_: tuple[str, ...] = Field(alias="except")
    sheets: tuple[Kind, ...]
    source: str
    from_: date = Field(alias="from")


class Columns(Content):
    """The whole vocabulary."""

    version: str
    source: str
    kinds: Mapping[Kind, KindHeaders]
    own: Own
    words: Words
    half_days: HalfDays
    forbidden: tuple[Forbidden, ...]

    @model_validator(mode="after")
    def _complete_and_unambiguous(self) -> "Columns":
        for kind, fields in FIELDS.items():
            given = tuple(self.kinds[kind].fields) if kind in self.kinds else ()
            if set(given) != set(fields):
                odd = ", ".join(sorted(set(given) ^ set(fields)))
                raise MistakeError(
                    f"kinds.{kind}.fields does not have exactly the known fields: {odd}", "Mend them"
                )
            seen: dict[str, str] = {}
            for field, headers in self.kinds[kind].fields.items():
                for header in {normal_name(word) for word in (*headers.zh, *headers.en)}:
                    if seen.setdefault(header, field) != field:
                        what = (
                            f"the header '{header}' stands for both '{seen[header]}' and '{field}' of {kind}"
                        )
                        raise MistakeError(what, "Leave it in one of the two")
        return self

    def headers(self, kind: Kind) -> Iterator[tuple[str, str, bool]]:
        """Every (header, field, whether it says enough by itself) of a kind."""
        for field, headers in self.kinds[kind].fields.items():
            for word in (*headers.zh, *headers.en):
                yield word, field, True
            for word in headers.also:
                yield word, field, False
