"""Buttons answered by `bot.handlers.effort`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button
from domain.planning.effort_params import Level
from domain.tiering.model import Cell


@button("ye1")
@dataclass(frozen=True, slots=True)
class ShowEffort(Callback):
    """How the team's visits are shared out, and how they would bring most."""


@button("yj1")
@dataclass(frozen=True, slots=True)
class ShowJudgement(Callback):
    """What is expected of a cell at other levels of effort."""

    cell: Cell


@button("yj2")
@dataclass(frozen=True, slots=True)
class StepJudgement(Callback):
    """Expect more or less of a cell at one level of effort."""

    cell: Cell
    level: Level
    up: bool


@button("ya1")
@dataclass(frozen=True, slots=True)
class ApplyEffort(Callback):
    """Make the best sharing the cadence of the team; asks first unless `sure`."""

    sure: bool = False


@button("ya2")
@dataclass(frozen=True, slots=True)
class EndEffort(Callback):
    """Let the norm hold again."""

    effort: int
