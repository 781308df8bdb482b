"""Minutes by what they were used for: selling, travelling, organising, personal (STOP)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Use(StrEnum):
    """What time is used for.

    Selling is any talk with a customer, by phone too; waiting is travelling unless it is used for work of
    the office, which is organising; lunch and private errands are personal.
    """

    SELLING = "s"
    TRAVELLING = "t"
    ORGANISING = "o"
    PERSONAL = "p"


@dataclass(frozen=True, slots=True)
class Split:
    """Minutes by use, of one day or added up over several."""

    selling: int = 0
    travelling: int = 0
    organising: int = 0
    personal: int = 0

    @classmethod
    def total(cls, splits: Iterable["Split"]) -> Self:
        """The sum; shares are formed of it, never averaged day by day."""
        sums = [0, 0, 0, 0]
        for one in splits:
            sums = [so_far + minutes for so_far, minutes in zip(sums, one.minutes, strict=True)]
        return cls(*sums)

    @property
    def minutes(self) -> tuple[int, int, int, int]:
        """In the order of `Use`."""
        return self.selling, self.travelling, self.organising, self.personal

    @property
    def all(self) -> int:
        return sum(self.minutes)

    @property
    def in_field(self) -> int:
        """What is not personal."""
        return self.all - self.personal

    @property
    def selling_share(self) -> float | None:
        """S / (S + T + O + P); None of nothing."""
        return self.selling / self.all if self.all else None

    @property
    def field_selling_share(self) -> float | None:
        """S / (S + T + O); None of nothing."""
        return self.selling / self.in_field if self.in_field else None

    def of(self, use: Use) -> int:
        return self.minutes[list(Use).index(use)]

    def with_more(self, use: Use, minutes: int) -> Self:
        """With so many minutes more (or fewer, down to none) of one use."""
        changed = (max(0, n + minutes) if one is use else n for one, n in zip(Use, self.minutes, strict=True))
        return type(self)(*changed)

    def spread(self, days: int) -> Sequence["Split"]:
        """The same minutes over so many days, as evenly as whole minutes can be. ValueError for no days."""
        if days < 1:
            raise ValueError("there is no day to spread time over")
        shares = [divmod(minutes, days) for minutes in self.minutes]
        return [Split(*(each + (day < rest) for each, rest in shares)) for day in range(days)]

    def less(self, other: "Split") -> Self:
        """What is beyond another split, each use for itself, at least none."""
        return type(self)(*(max(0, a - b) for a, b in zip(self.minutes, other.minutes, strict=True)))


NO_TIME = Split()
