"""Buttons answered by `bot.handlers.capacity`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button
from domain.planning.cadence import Measure
from domain.planning.effort_params import RemedyKind


@button("y1")
@dataclass(frozen=True, slots=True)
class ShowCapacity(Callback):
    """What the month holds: one's own, that of a rep of the team (`rep`), or the team at a glance."""

    rep: int | None = None
    page: int = 0


@button("yr1")
@dataclass(frozen=True, slots=True)
class ShowRemedy(Callback):
    """What a way out of a month that does not fit would mean."""

    kind: RemedyKind
    rep: int | None = None


@button("yc1")
@dataclass(frozen=True, slots=True)
class ChooseRemedy(Callback):
    """Take a way out for the rest of the month."""

    kind: RemedyKind


@button("yx1")
@dataclass(frozen=True, slots=True)
class EndRemedy(Callback):
    """Take a way out back."""

    choice: int


@button("yh1")
@dataclass(frozen=True, slots=True)
class ShowRhythm(Callback):
    """One cadence in three measures, `value` in hundredths of `measure`."""

    measure: Measure = Measure.MONTHLY
    value: int = 400


@button("yo1")
@dataclass(frozen=True, slots=True)
class ShowOverdue(Callback):
    """Who has waited too long; for a manager of a rep, or the team at a glance."""

    rep: int | None = None
    page: int = 0


@button("yp1")
@dataclass(frozen=True, slots=True)
class ShowPace(Callback):
    """How the month is going; for a manager of a rep, or the team at a glance."""

    rep: int | None = None
    page: int = 0
