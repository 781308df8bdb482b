"""Buttons answered by `bot.handlers.deliveries`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button


@button("ob1")
@dataclass(frozen=True, slots=True)
class ShowDeliveries(Callback):
    """What was sent, and what was not."""

    page: int = 0


@button("ob2")
@dataclass(frozen=True, slots=True)
class SendAgain(Callback):
    """Send something again that did not arrive, or of which nobody knows."""

    owed: int
    page: int


@button("ob3")
@dataclass(frozen=True, slots=True)
class SendAllAgain(Callback):
    """Send all of that again."""
