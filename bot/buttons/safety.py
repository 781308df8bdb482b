"""Buttons answered by `bot.handlers.safety`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button
from bot.db.values import HeldState


@button("hl1")
@dataclass(frozen=True, slots=True)
class ShowHeld(Callback):
    """Notes that wait for a safety report."""


@button("hl2")
@dataclass(frozen=True, slots=True)
class EndHold(Callback):
    """What became of a note that may tell of a side effect."""

    held: int
    state: HeldState
