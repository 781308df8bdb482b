"""Usage of the latest twelve months, from figures for years, quarters and months."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.importing.keys import normal_name

Figure = tuple[int, str, str, float]  # customer, product, period, quantity


@dataclass(frozen=True, slots=True)
class Usage:
    """What a customer used in the window: of everything, and of our products."""

    total: float
    ours: float


def yearly_usage(
    figures: Sequence[Figure], ours: Collection[str], *, end: int | None = None
) -> dict[int, Usage]:
    """Per customer, what was used in the twelve months before the month `end`.

    `end` None is the month after the latest period of all. The window is the same for everybody, so
    that customers compare. A period counts when it lies in the window; where a customer has both a
    year and its months for a product, the longer period counts, never both.
    """
    months = {period: months_of(period) for period in {figure[2] for figure in figures}}
    if end is None:
        end = max((span.stop for span in months.values()), default=0)
    inside = {period: span for period, span in months.items() if end - 12 <= span.start and span.stop <= end}
    own = {normal_name(product) for product in ours}
    names = {product: normal_name(product) for product in {figure[1] for figure in figures}}
    covered: dict[tuple[int, str], set[int]] = {}
    total: dict[int, float] = {}
    mine: dict[int, float] = {}
    for customer, product, period, quantity in sorted(
        (figure for figure in figures if figure[2] in inside), key=lambda figure: -len(inside[figure[2]])
    ):
        name = names[product]
        seen = covered.setdefault((customer, name), set())
        if not seen.isdisjoint(inside[period]):
            continue
        seen.update(inside[period])
        total[customer] = total.get(customer, 0.0) + quantity
        if name in own:
            mine[customer] = mine.get(customer, 0.0) + quantity
    return {customer: Usage(quantity, mine.get(customer, 0.0)) for customer, quantity in total.items()}


def months_of(period: str) -> range:
    """The months of "2023", "2023-Q2" or "2023-04", counted from year 0."""
    year, _, part = period.partition("-")
    january = int(year) * 12
    if not part:
        return range(january, january + 12)
    if part.startswith("Q"):
        first = january + 3 * (int(part[1:]) - 1)
        return range(first, first + 3)
    month = january + int(part) - 1
    return range(month, month + 1)
