"""Placing customers in the nine-box grid.

Letters and digits are found by the first method of the market that applies to a
customer. Ranks are terciles by the R-7 quantile (Hyndman & Fan 1996, the default of
R and Excel): at most q1 is low, at most q2 middle, more is high. Equal values
therefore always share a letter. When ties leave a tercile empty, or the list is too
short to be ranked, the next method decides and the reasons say so.

Parts of the whole (65/20/15 as shipped): with the quantities in falling order, a customer
is an A while all larger ones together hold less than 0.65 of the whole, a B while they hold
less than 0.85, else a C. So whoever crosses a limit is still in the better letter, the
largest is always an A, and equal values share a letter.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import isfinite
from typing import TypeVar

from domain.explain import Reason
from domain.tiering.analysis_params import Limits
from domain.tiering.model import Measures, Support, Tier, TierDecision
from domain.tiering.params import (
    SITE_CLASSES,
    TITLE_RANKS,
    Cuts,
    Methods,
    PotentialMethod,
    SupportMethod,
    TieringParams,
)

K = TypeVar("K", bound=Hashable)
_Finding = tuple[int | None, Reason]
_Method = Callable[[Measures], _Finding | None]
_Value = Callable[[Measures], float | None]

_LOW, _MIDDLE, _HIGH = range(3)
_SLACK = 1e-9  # sums of many decimals: nearer to a limit than this is at it
_TIERS = (Tier.C, Tier.B, Tier.A)
_SUPPORTS = (Support.COMPETITOR_OR_NONE, Support.SECOND_CHOICE, Support.FIRST_CHOICE)


def decide_all(
    measures: Mapping[K, Measures], params: TieringParams, methods: Methods
) -> dict[K, TierDecision]:
    """The place of each customer, in the order of `measures`; ranks are within `measures`.

    What cannot be decided stays None and is said by a reason: a customer without a
    potential or without a support is unrated, never a C or a 3.
    """
    judge = _Judge(measures.values(), params, methods)
    return {key: judge.decide(known) for key, known in measures.items()}


def share(known: Measures) -> float | None:
    """Our part of a customer's quantity, 0-1; None when either is unknown or there is no quantity."""
    quantity, ours = _number(known.quantity), _number(known.ours)
    if quantity is None or ours is None or quantity <= 0:
        return None
    return ours / quantity


@dataclass(frozen=True, slots=True)
class Terciles:
    """Where a list of values parts into thirds, or why it does not.

    `q1` and `q2` are the R-7 quantiles at 1/3 and 2/3 of `count` values. `obstacle` is
    None, or the reason why ranks are not used. A value is compared with the order
    statistic at or below the quantile: no value of the list lies between the two, and
    so rounding can never move anybody.
    """

    count: int
    q1: float
    q2: float
    obstacle: Reason | None
    _low: float
    _middle: float

    @classmethod
    def of(cls, values: Iterable[float], minimum: int, name: str) -> "Terciles":
        """Thirds of `values` (called `name` in reasons), of which there must be `minimum`."""
        ranked = sorted(values)
        count = len(ranked)
        if count < minimum:
            short = Reason("list_too_short", {"of": name, "n": count, "minimum": minimum})
            return cls(count, 0, 0, short, 0, 0)
        low, middle = (ranked[(count - 1) * part // 3] for part in (1, 2))
        tied = low == middle or middle == ranked[-1]
        obstacle = Reason("ranks_tied", {"of": name, "n": count}) if tied else None
        return cls(count, _quantile(ranked, 1), _quantile(ranked, 2), obstacle, low, middle)

    def third(self, value: float) -> int:
        """0 for the low, 1 for the middle, 2 for the high third."""
        return _third(value, self._low, self._middle)


@dataclass(frozen=True, slots=True)
class PartsOfWhole:
    """Which quantities of a list make up its first, middle and last part.

    `low` is the largest quantity of the last part and `middle` that of the middle part, or of the
    last where the middle is empty; 0 where both are. `obstacle` is None, or the reason why
    there are no parts. Negative quantities count as zero.
    """

    count: int
    low: float
    middle: float
    obstacle: Reason | None

    @classmethod
    def of(cls, values: Iterable[float], limits: Limits, minimum: int, name: str) -> "PartsOfWhole":
        """Parts of `values` (called `name` in reasons), of which there must be `minimum`."""
        ranked = sorted((max(value, 0.0) for value in values), reverse=True)
        count, whole = len(ranked), sum(ranked)
        if count < minimum:
            return cls(count, 0, 0, Reason("list_too_short", {"of": name, "n": count, "minimum": minimum}))
        if ranked[0] == ranked[-1]:
            return cls(count, 0, 0, Reason("ranks_tied", {"of": name, "n": count}))
        best = {_LOW: 0.0, _MIDDLE: 0.0}
        before = 0.0
        for value, equals in groupby(ranked):
            held = before / whole + _SLACK
            part = _HIGH if held < limits.A else _MIDDLE if held < limits.B else _LOW
            if part != _HIGH:
                best[part] = max(best[part], value)
            before += sum(equals)
        return cls(count, best[_LOW], max(best.values()), None)

    def part(self, value: float) -> int:
        """0 for the last, 1 for the middle, 2 for the first part."""
        return _third(max(value, 0.0), self.low, self.middle)


class _Judge:
    """The methods, ready for one list of customers.

    A method returns None when it has nothing to go by, and else how high the customer
    stands (None: it cannot say, for the reason given) and why.
    """

    def __init__(self, known: Collection[Measures], params: TieringParams, methods: Methods) -> None:
        self._params = params
        self._version = params.version
        self._bands = {"a": params.bands.A, "b": params.bands.B}
        self._asks_title = PotentialMethod.SCORE_TABLE in methods.potential
        quantity = _Scale("quantity", _quantity, known, params.quantity_cuts, params)
        part = _Scale("share", share, known, params.share_cuts, params)
        potential: dict[PotentialMethod, _Method] = {
            PotentialMethod.STATED: self._stated_score,
            PotentialMethod.SCORE_TABLE: self._score_table,
            PotentialMethod.TERCILES: quantity.by_terciles,
            PotentialMethod.CUTS: quantity.by_cuts,
            PotentialMethod.CUMULATIVE: quantity.by_parts,
        }
        support: dict[SupportMethod, _Method] = {
            SupportMethod.STATED: _stated_support,
            SupportMethod.TERCILES: part.by_terciles,
            SupportMethod.CUTS: part.by_cuts,
        }
        self._potential = [(method.value, potential[method]) for method in methods.potential]
        self._support = [(method.value, support[method]) for method in methods.support]

    def decide(self, known: Measures) -> TierDecision:
        potential, potential_method, reasons = _first(self._potential, known)
        if potential is None:
            reasons.append(Reason("potential_missing", {"lacks": self._lacking(known)}))
        support, support_method, more = _first(self._support, known)
        if support is None:
            more.append(Reason("support_missing"))
        return TierDecision(
            tier=None if potential is None else _TIERS[potential],
            support=None if support is None else _SUPPORTS[support],
            method=f"{potential_method}+{support_method}",
            params_version=self._version,
            reasons=(*reasons, *more),
        )

    def _stated_score(self, known: Measures) -> _Finding | None:
        score = _number(known.potential_score)
        if score is None:
            return None
        return self._band(score), Reason("score_stated", {"score": score, **self._bands})

    def _score_table(self, known: Measures) -> _Finding | None:
        site_class, title = known.site_class, known.title_rank
        if site_class not in SITE_CLASSES or title not in TITLE_RANKS:
            return None
        score = self._params.score_table[site_class][title]
        numbers = {"site_class": site_class, "title": title, "score": score, **self._bands}
        return self._band(score), Reason("score_table", numbers)

    def _band(self, score: float) -> int:
        if score >= self._params.bands.A:
            return _HIGH
        return _MIDDLE if score >= self._params.bands.B else _LOW

    def _lacking(self, known: Measures) -> str:
        """What would settle the letter soonest: "title", "site_class" or "potential"."""
        if self._asks_title and known.site_class in SITE_CLASSES:
            return "title"
        if self._asks_title and known.title_rank in TITLE_RANKS:
            return "site_class"
        return "potential"


class _Scale:
    """One quantity of the customers, parted by rank, by fixed cuts or by its sum."""

    def __init__(
        self, name: str, value: _Value, known: Collection[Measures], cuts: Cuts, params: TieringParams
    ) -> None:
        self._name = name
        self._value = value
        self._cuts = cuts
        values = [found for one in known if (found := value(one)) is not None]
        self._terciles = Terciles.of(values, params.minimum_list, name)
        self._values = values
        self._params = params

    def by_terciles(self, known: Measures) -> _Finding | None:
        value = self._value(known)
        if value is None:
            return None
        ranks = self._terciles
        if ranks.obstacle:
            return None, ranks.obstacle
        numbers = {"q1": round(ranks.q1, 4), "q2": round(ranks.q2, 4), "n": ranks.count}
        return ranks.third(value), Reason(f"{self._name}_tercile", {self._name: round(value, 4), **numbers})

    def by_cuts(self, known: Measures) -> _Finding | None:
        value = self._value(known)
        if value is None:
            return None
        numbers = {self._name: round(value, 4), "low": self._cuts.low, "middle": self._cuts.middle}
        return _third(value, self._cuts.low, self._cuts.middle), Reason(f"{self._name}_cuts", numbers)

    def by_parts(self, known: Measures) -> _Finding | None:
        value = self._value(known)
        if value is None:
            return None
        parts = self._parts
        if parts.obstacle:
            return None, parts.obstacle
        limits = {"low": round(parts.low, 4), "middle": round(parts.middle, 4), "n": parts.count}
        return parts.part(value), Reason("quantity_cumulative", {"quantity": round(value, 4), **limits})

    @cached_property
    def _parts(self) -> PartsOfWhole:
        return PartsOfWhole.of(self._values, self._params.cumulative, self._params.minimum_list, self._name)


def _first(methods: Sequence[tuple[str, _Method]], known: Measures) -> tuple[int | None, str, list[Reason]]:
    """What the first method that can say says, its name, and the reasons up to there."""
    reasons: list[Reason] = []
    for name, method in methods:
        finding = method(known)
        if finding is None:
            continue
        rank, reason = finding
        reasons.append(reason)
        if rank is not None:
            return rank, name, reasons
    return None, "none", reasons


def _stated_support(known: Measures) -> _Finding | None:
    if known.support is None:
        return None
    return _SUPPORTS.index(known.support), Reason("support_stated", {"digit": known.support.value})


def _third(value: float, low: float, middle: float) -> int:
    if value <= low:
        return _LOW
    return _MIDDLE if value <= middle else _HIGH


def _quantile(ranked: Sequence[float], thirds: int) -> float:
    whole, rest = divmod((len(ranked) - 1) * thirds, 3)
    if not rest:
        return ranked[whole]
    return ranked[whole] + (ranked[whole + 1] - ranked[whole]) * rest / 3


def _quantity(known: Measures) -> float | None:
    return _number(known.quantity)


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
