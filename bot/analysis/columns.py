"""Which column of a file is what: by the vocabulary of the import, or as the analyst says."""

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.analysis.model import Lack, Role
from bot.analysis.sheets import Sheet
from domain.errors import DomainError
from domain.importing.columns import Columns
from domain.importing.keys import normal_name
from domain.importing.model import Kind
from domain.tiering.subject import Subject

Field = tuple[Kind, str]

_SAID_SHORT = 40  # headers that a refusal names

# Of several columns that fit, the first kind of code or name that all sheets have.
_CUSTOMERS: Mapping[Subject, Sequence[Field]] = {
    Subject.ACCOUNT: (
        (Kind.INSTITUTION, "code"),
        (Kind.CUSTOMER, "code"),
        (Kind.INSTITUTION, "name"),
        (Kind.CUSTOMER, "name"),
    ),
    Subject.PERSON: ((Kind.CUSTOMER, "code"), (Kind.CUSTOMER, "name")),
}
_FIELDS: Mapping[Role, Sequence[Field]] = {
    Role.VALUE: (
        (Kind.SALE, "amount"),
        (Kind.USAGE, "quantity"),
        (Kind.SALE, "quantity"),
        (Kind.CUSTOMER, "quantity"),
    ),
    Role.DATE: ((Kind.SALE, "on"),),
    Role.PRODUCT: ((Kind.USAGE, "product"), (Kind.SALE, "product")),
    Role.SUPPORT: ((Kind.CUSTOMER, "support"),),
    Role.POTENTIAL_SCORE: ((Kind.CUSTOMER, "potential_score"),),
    Role.TITLE: ((Kind.CUSTOMER, "title"),),
    Role.SITE_CLASS: ((Kind.INSTITUTION, "site_class"),),
}


class Finder:
    """Finds the columns of `sheets`. `named` are headers that the analyst gave, by role."""

    def __init__(
        self, sheets: Sequence[Sheet], columns: Columns, named: Mapping[Role, str], subject: Subject
    ) -> None:
        self._sheets = sheets
        self._named = named
        self._customers = _CUSTOMERS[subject]
        self._words: dict[tuple[Field, bool], set[str]] = {}
        for kind in Kind:
            for header, name, enough in columns.headers(kind):
                self._words.setdefault(((kind, name), enough), set()).add(normal_name(header))
        for header in named.values():
            if not any(self._called(sheet, header) for sheet in sheets):
                raise DomainError(Lack.NAMED, header=header, headers=self.headers())

    def headers(self) -> list[str]:
        """All headers there are, each once, for a sentence."""
        every = dict.fromkeys(header for sheet in self._sheets for header in sheet.headers if header)
        return list(every)[:_SAID_SHORT]

    def customers(self) -> list[int | None]:
        """For each sheet the position of the customer, None where a sheet has none.

        DomainError: Lack.COLUMN when no sheet has one, Lack.NOT_JOINED when sheets call customers
        by different things.
        """
        if header := self._named.get(Role.CUSTOMER):
            return [next(iter(self._called(sheet, header)), None) for sheet in self._sheets]
        choices = [
            [self._first(sheet, field, enough=enough) for sheet in self._sheets]
            for enough in (True, False)
            for field in self._customers
        ]
        able = [any(at is not None for at in column) for column in zip(*choices, strict=True)]
        if not any(able):
            raise self.lacking(Role.CUSTOMER)
        for positions in choices:
            if all(at is not None for at, can in zip(positions, able, strict=True) if can):
                return positions
        raise DomainError(Lack.NOT_JOINED, headers=self.headers())

    def name(self, sheet: Sheet, customer: int) -> int | None:
        """The position of a name beside the code that stands at `customer`."""
        fields = [field for field in self._customers if field[1] == "name"]
        found = (self._first(sheet, field, enough=True) for field in fields)
        return next((at for at in found if at is not None and at != customer), None)

    def all_of(self, role: Role, sheet: Sheet) -> list[int]:
        """The positions of the columns of a sheet that can be `role`, by the first wording that fits any."""
        if header := self._named.get(role):
            return self._called(sheet, header)
        for enough in (True, False):
            words = set[str]().union(*(self._words.get((field, enough), ()) for field in _FIELDS[role]))
            if found := [at for at, header in enumerate(sheet.headers) if normal_name(header) in words]:
                return found
        return []

    def lacking(self, role: Role) -> DomainError:
        """The refusal when no column can be `role`."""
        return DomainError(Lack.COLUMN, role=role, headers=self.headers(), option=role)

    def _first(self, sheet: Sheet, field: Field, *, enough: bool) -> int | None:
        words = self._words.get((field, enough), set())
        return next((at for at, header in enumerate(sheet.headers) if normal_name(header) in words), None)

    def _called(self, sheet: Sheet, header: str) -> list[int]:
        wanted = normal_name(header)
        return [at for at, each in enumerate(sheet.headers) if normal_name(each) == wanted][:1]


def named_alike(sheet: Sheet, words: Sequence[str]) -> int | None:
    """The position of the column whose header is one of `words`."""
    wanted = {normal_name(word) for word in words}
    return next((at for at, header in enumerate(sheet.headers) if normal_name(header) in wanted), None)


Axis = Literal["potential", "strategic", "loyalty", "ability_to_pay"]
DIMENSIONS: Mapping[Axis, Sequence[str]] = {
    "potential": ("potential", "潜力"),
    "strategic": ("strategic", "strategic importance", "战略", "战略重要性"),
    "loyalty": ("loyalty", "忠诚", "忠诚度"),
    "ability_to_pay": ("ability to pay", "支付能力"),
}
"""Headers of the dimensions of priority, scored 1-5."""
