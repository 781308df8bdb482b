"""The vocabulary of the nine-box grid.

Letter = potential, about the customer alone. Digit = support for us, 1 the
strongest. The letter is never the sales class of an ABC analysis.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum

from domain.explain import Reason


class Tier(StrEnum):
    """Potential of a customer, whoever serves them."""

    A = "A"
    B = "B"
    C = "C"


class Support(IntEnum):
    """How far the customer supports us."""

    FIRST_CHOICE = 1
    SECOND_CHOICE = 2
    COMPETITOR_OR_NONE = 3


class Zone(StrEnum):
    """The three strategy zones of the grid: defend and grow, develop, maintain or stop."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"


class Cell(Enum):
    """One of the nine cells; `Cell.A2.tier`, `Cell.of(Tier.A, Support(2))`."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    B1 = "B1"
    B2 = "B2"
    B3 = "B3"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"

    tier: Tier
    support: Support

    def __init__(self, value: str) -> None:
        self.tier, self.support = Tier(value[0]), Support(int(value[1]))

    @classmethod
    def of(cls, tier: Tier, support: Support) -> "Cell":
        return cls(f"{tier.value}{support.value}")

    @property
    def zone(self) -> Zone:
        if self.tier is Tier.C:
            return Zone.BLUE
        return Zone.YELLOW if self.support is Support.COMPETITOR_OR_NONE else Zone.RED


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What is known about one customer's potential and support, all of it optional.

    `potential_score` is the 1-12 score of a table or a company's own; `site_class`
    1-3 (1 the largest) and `title_rank` ("senior", "attending", "resident") feed the
    score table; `quantity` is the class volume of the window (units as imported) and
    `ours` our part of it. `support` is the digit the rep or the file stated.
    """

    potential_score: float | None = None
    site_class: int | None = None
    title_rank: str | None = None
    quantity: float | None = None
    ours: float | None = None
    support: Support | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierDecision:
    """Where a customer stands in the grid, and why.

    `tier` or `support` is None when its input is missing; `cell` is then None
    too, and the customer is "unrated" - never a silent C.
    """

    tier: Tier | None
    support: Support | None
    method: str
    params_version: str
    reasons: tuple[Reason, ...]

    @property
    def cell(self) -> Cell | None:
        if self.tier is None or self.support is None:
            return None
        return Cell.of(self.tier, self.support)
