"""A figure that keeps what it was divided from."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of something. Ratios of parts add up to the ratio of the whole; they are never averaged."""

    numerator: float = 0
    denominator: float = 0

    @property
    def value(self) -> float | None:
        """The quotient, None when there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)


NOTHING = Ratio()


def total(ratios: Iterable[Ratio]) -> Ratio:
    """Numerators and denominators summed."""
    return sum(ratios, NOTHING)
