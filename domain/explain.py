"""Every decision carries its reasons: codes and numbers that a renderer puts into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a decision.

    `code` names the rule, `params` hold the numbers that fired it (plain JSON
    values: str, int, float, bool, None), and `points` what it adds to the
    score of a ranked list (0 where nothing is ranked). `points` are rounded to
    two decimals where they are made, so that printed reasons add up to the
    printed score.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    points: float = 0.0
