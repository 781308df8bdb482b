"""How far the business rests on a few customers: Lorenz curve, Gini coefficient, top share, deciles.

With values x1 <= ... <= xn >= 0 and their sum T, the Lorenz curve passes through
(k/n, (x1 + ... + xk)/T). The Gini coefficient is twice the area between it and the
diagonal, G = 2 (1 x1 + 2 x2 + ... + n xn) / (n T) - (n + 1) / n. In small lists it cannot
reach 1; G n/(n - 1) corrects that (Deltas, "The small-sample bias of the Gini
coefficient", Review of Economics and Statistics 85, 2003, 226-234). One month overstates
concentration, because chance alone re-orders the customers: use six to twelve.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from domain.explain import Reason
from domain.tiering.analysis_params import ConcentrationParams
from domain.tiering.notes import Note
from domain.tiering.ranking import SLACK, Descending, Floats, numbers, parts

_DECILES = 10
_COMPARABLE = 2  # of fewer customers nothing can be said


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concentration:
    """The concentration of a list of `count` customers, `zeros` of them without business.

    `customers` and `held` are the points of the Lorenz curve from (0, 0) to (1, 1). Without two
    customers and a positive `total` they are empty and the coefficients None. `reasons`
    begin with how flat or concentrated the list is.
    """

    count: int
    zeros: int
    total: float
    customers: Floats
    held: Floats
    gini: float | None
    gini_corrected: float | None
    reasons: tuple[Reason, ...]

    def top_share(self, top: float) -> float | None:
        """The part that the best `top` (0-1) of the customers hold, interpolated between two of them."""
        if self.gini is None:
            return None
        return 1 - float(np.interp(1 - top, self.customers, self.held))


def concentration(values: "pd.Series[float]", params: ConcentrationParams) -> Concentration:
    """The concentration of `values`, one a customer; zeros count as customers, negatives as zeros."""
    amounts = numbers(values)
    known = amounts[~np.isnan(amounts)]
    clipped = int((known < 0).sum())
    ascending = np.sort(np.maximum(known, 0))
    running = np.cumsum(ascending)
    count, total = len(ascending), float(running[-1]) if len(ascending) else 0.0
    defined = count >= _COMPARABLE and total > 0
    held = np.r_[0.0, running / total] if defined else np.empty(0)
    gini = _gini(ascending / total) if defined else None
    found = Concentration(
        count=count,
        zeros=int((ascending == 0).sum()),
        total=total,
        customers=np.arange(count + 1) / count if defined else np.empty(0),
        held=held,
        gini=gini,
        gini_corrected=None if gini is None else min(gini * count / (count - 1), 1.0),
        reasons=(),
    )
    reasons = [_verdict(found, params)]
    for note, number in ((Note.CLIPPED, clipped), (Note.MISSING, len(amounts) - count)):
        if number:
            reasons.append(Reason(note, {"n": number}))
    return replace(found, reasons=tuple(reasons))


def deciles_by_count(values: "pd.Series[float]") -> "pd.Series[int]":
    """Tenths of the number of customers, 10 the highest; equals share one, missing values have none."""
    amounts = numbers(values)
    known = ~np.isnan(amounts)
    found = pd.array(np.zeros(len(amounts), dtype=np.int64), dtype="Int64")
    found[~known] = pd.NA
    if known.any():
        found[known] = parts(amounts[known], _DECILES)
    return pd.Series(found, index=values.index)


def deciles_by_volume(values: "pd.Series[float]") -> "pd.Series[int]":
    """Tenths of the volume, 10 the largest customers; 0 for those without any.

    The part of the volume that larger customers hold decides, so equals share a decile
    and a very large customer can fill several.
    """
    amounts = numbers(values)
    found = pd.array(np.zeros(len(amounts), dtype=np.int64), dtype="Int64")
    found[np.isnan(amounts)] = pd.NA
    places = np.flatnonzero(amounts > 0)
    ranked = Descending.of(amounts[places])
    filled = np.floor(_DECILES * ranked.before[ranked.first] + SLACK).astype(np.int64)
    found[places[ranked.order]] = _DECILES - np.minimum(filled, _DECILES - 1)
    return pd.Series(found, index=values.index)


def _gini(parts_of_whole: Floats) -> float:
    count = len(parts_of_whole)
    weighted = float(np.arange(1, count + 1) @ parts_of_whole)
    return max(2 * weighted / count - (count + 1) / count, 0.0)


def _verdict(found: Concentration, params: ConcentrationParams) -> Reason:
    share = found.top_share(params.top)
    if share is None or found.gini is None:
        if found.count < _COMPARABLE:
            return Reason(Note.TOO_FEW, {"n": found.count, "minimum": _COMPARABLE})
        return Reason(Note.NOTHING_POSITIVE, {"n": found.count})
    flat = share <= params.flat_share + SLACK
    told = {"top": params.top, "share": round(share, 4), "gini": round(found.gini, 4)}
    return Reason(Note.FLAT if flat else Note.CONCENTRATED, told)
