"""All figures of a territory in a period; those of parts add up to those of the whole."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.coverage import definitions
from domain.coverage.definitions import Served
from domain.coverage.params import CoverageParams
from domain.coverage.ratio import NOTHING, Ratio, total
from domain.planning.pace import MonthSoFar, Pace
from domain.tiering.model import Tier

NO_PACE = Pace(0, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What can be said of any group of customers; the definitions are those of `definitions`.

    `customers` are those to be visited, `unrated` those who have no cell yet.
    """

    customers: int
    unrated: int
    visits: int
    reach: Ratio
    attainment: Ratio
    in_range: Ratio
    under: int
    over: int
    mix: Mapping[Tier, Ratio]
    adherence: Ratio
    unplanned: Ratio
    products: Ratio
    usual_products: Ratio

    @classmethod
    def together(cls, parts: Iterable["Figures"]) -> "Figures":
        """The figures of all customers of several groups that have nobody in common."""
        those = list(parts)
        return cls(
            customers=sum(one.customers for one in those),
            unrated=sum(one.unrated for one in those),
            visits=sum(one.visits for one in those),
            reach=total(one.reach for one in those),
            attainment=total(one.attainment for one in those),
            in_range=total(one.in_range for one in those),
            under=sum(one.under for one in those),
            over=sum(one.over for one in those),
            mix=mix_of(one.mix for one in those),
            adherence=total(one.adherence for one in those),
            unplanned=total(one.unplanned for one in those),
            products=total(one.products for one in those),
            usual_products=total(one.usual_products for one in those),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RepFigures:
    """What can be said of a rep, or of several together, beside the figures of their customers.

    `pace` is of the last month, as a whole and by letter; `load` of that month.
    """

    calls: Ratio = NOTHING
    load: Ratio = NOTHING
    pace: Pace = NO_PACE
    letters: Mapping[Tier, Pace]

    @classmethod
    def together(cls, reps: Iterable["RepFigures"]) -> "RepFigures":
        """The sums over reps."""
        those = list(reps)
        return cls(
            calls=total(one.calls for one in those),
            load=total(one.load for one in those),
            pace=paces(one.pace for one in those),
            letters={
                tier: paces(one.letters[tier] for one in those if tier in one.letters)
                for tier in Tier
                if any(tier in one.letters for one in those)
            },
        )


def figures(served: Collection[Served], params: CoverageParams) -> Figures:
    """The figures of some customers."""
    return Figures(
        customers=sum(bool(one.months) for one in served),
        unrated=sum(one.is_listed and one.cell is None for one in served),
        visits=sum(one.visits for one in served),
        reach=definitions.reach(served),
        attainment=definitions.attainment(served),
        in_range=definitions.in_range(served),
        under=sum(one.missing > 0 for one in served),
        over=sum(one.beyond > 0 for one in served),
        mix=definitions.mix(served, params.mix_basis),
        adherence=definitions.adherence(served),
        unplanned=definitions.unplanned(served),
        products=definitions.products_per_visit(served),
        usual_products=definitions.usual_products(served),
    )


def mix_of(mixes: Iterable[Mapping[Tier, Ratio]]) -> Mapping[Tier, Ratio]:
    """The mix of several groups that have nobody in common: each letter of all visits."""
    counts = dict.fromkeys(Tier, 0.0)
    for mix in mixes:
        for tier, ratio in mix.items():
            counts[tier] += ratio.numerator
    whole = sum(counts.values())
    return {tier: Ratio(count, whole) for tier, count in counts.items()}


def pace_of(served: Collection[Served], month: MonthSoFar) -> tuple[Pace, Mapping[Tier, Pace]]:
    """The pace of one rep's month, as a whole and by letter, as `domain.planning.overdue.month_pace`."""
    done, goal = dict.fromkeys(Tier, 0), dict.fromkeys(Tier, 0.0)
    for one in served:
        if one.goal and one.cell is not None:
            done[one.cell.tier] += one.done
            goal[one.cell.tier] += one.goal
    whole = month.pace(sum(done.values()), sum(goal.values()))
    return whole, {tier: month.pace(done[tier], goal[tier]) for tier in Tier if goal[tier]}


def paces(those: Iterable[Pace]) -> Pace:
    """Several paces as one: done, goals and limits summed."""
    several = list(those)
    return Pace(
        done=sum(one.done for one in several),
        goal=sum(one.goal for one in several),
        low=sum(one.low for one in several),
        high=sum(one.high for one in several),
    )
