"""Buttons answered by `bot.handlers.weeks`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button


@button("wk1")
@dataclass(frozen=True, slots=True)
class ShowWeek(Callback):
    """The plan of a week: one's own, or (`rep`) that of a rep of the team; page 0 is the present one."""

    rep: int | None = None
    page: int = 0


@button("wd1")
@dataclass(frozen=True, slots=True)
class ShowWeekDay(Callback):
    """The plan of one day."""

    on: date
    rep: int | None = None


@button("wm1")
@dataclass(frozen=True, slots=True)
class AskMove(Callback):
    """To which day to move a visit of the plan."""

    customer: int
    on: date


@button("wm2")
@dataclass(frozen=True, slots=True)
class MoveVisit(Callback):
    """Move a visit of the plan to another day."""

    customer: int
    on: date
    to: date


@button("wm3")
@dataclass(frozen=True, slots=True)
class LetGo(Callback):
    """Let the plan decide again about the visits that were moved to a day."""

    on: date


@button("wc1")
@dataclass(frozen=True, slots=True)
class ConfirmWeek(Callback):
    """Mean the plan of a week, or (not `holds`) open it again."""

    monday: date
    holds: bool = True


@button("mo1")
@dataclass(frozen=True, slots=True)
class ShowMonth(Callback):
    """The rest of a month: one's own, or (`rep`) that of a rep of the team; page 1 is the next month."""

    rep: int | None = None
    page: int = 0


@button("mp1")
@dataclass(frozen=True, slots=True)
class ShowMap(Callback):
    """The stops of a day (None: today) on a map, and the way to the phone's own map."""

    rep: int | None = None
    on: date | None = None
