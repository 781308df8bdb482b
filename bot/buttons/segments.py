"""Buttons answered by `bot.handlers.segments`."""

from dataclasses import dataclass

from bot.buttons.common import ALL, Back
from bot.callbacks import Callback, RowId, button
from domain.segments.scheme import Scheme


@button("sg1")
@dataclass(frozen=True, slots=True)
class ShowSegments(Callback):
    """A customer's types and stages in every scheme."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("sa1")
@dataclass(frozen=True, slots=True)
class AskSegment(Callback):
    """A customer in one scheme, and the values to choose from."""

    customer: int
    scheme: Scheme
    back: Back = Back.HOME
    page: int = 0


@button("sv1")
@dataclass(frozen=True, slots=True)
class StateSegment(Callback):
    """State a value of a scheme by its name, or None: unsure."""

    customer: RowId
    scheme: Scheme
    value: str | None
    back: Back = Back.HOME
    page: RowId = ALL
