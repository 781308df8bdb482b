"""Buttons answered by `bot.handlers.reviews`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button
from domain.tiering.review import EventKind


@button("pc1")
@dataclass(frozen=True, slots=True)
class AskProcurement(Callback):
    """What has changed in procurement where a customer works, and then (`kind`) since when."""

    customer: int
    kind: EventKind | None = None


@button("pn1")
@dataclass(frozen=True, slots=True)
class AskProcurementNote(Callback):
    """What is to be said about a change in procurement; the next message is the answer."""

    customer: int
    kind: EventKind
    on: date
