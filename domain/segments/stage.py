"""Where an account stands in its life as a buyer. `domain.segments.lifecycle` finds it from purchases."""

from enum import StrEnum


class LifecycleStage(StrEnum):
    """Where an account stands."""

    PROSPECT = "prospect"  # no purchase ever
    FIRST = "first"  # exactly one, a short time ago
    ACTIVE = "active"
    REACTIVATED = "reactivated"  # active again: the last purchase ended a lapse
    LAPSED = "lapsed"
