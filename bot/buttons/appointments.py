"""Buttons answered by `bot.handlers.appointments`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, RowId, button


@button("ap1")
@dataclass(frozen=True, slots=True)
class ShowAppointments(Callback):
    """The appointments to come."""

    page: int = 0


@button("ao1")
@dataclass(frozen=True, slots=True)
class ShowAppointment(Callback):
    """One appointment."""

    appointment: int


@button("ad1")
@dataclass(frozen=True, slots=True)
class AskDay(Callback):
    """On which day to see a customer; `moves` is the appointment that is to be moved."""

    customer: int
    moves: int | None = None
    page: int = 0


@button("at1")
@dataclass(frozen=True, slots=True)
class AskTime(Callback):
    """At what time of a day; `every` shows also the times at which the customer does not receive."""

    customer: int
    on: date
    moves: int | None = None
    every: bool = False


@button("as1")
@dataclass(frozen=True, slots=True)
class SetAppointment(Callback):
    """Set an appointment, or move one, to a day and a minute of that day."""

    customer: RowId
    on: date
    minute: int
    moves: int | None = None


@button("al1")
@dataclass(frozen=True, slots=True)
class SetLength(Callback):
    """How many minutes an appointment lasts."""

    appointment: int
    minutes: int


@button("am1")
@dataclass(frozen=True, slots=True)
class SetPromised(Callback):
    """Whether the customer has agreed to the time."""

    appointment: int
    promised: bool


@button("ax1")
@dataclass(frozen=True, slots=True)
class CancelAppointment(Callback):
    """Cancel an appointment; asks first unless `sure`."""

    appointment: int
    sure: bool = False


@button("tm1")
@dataclass(frozen=True, slots=True)
class AskTimes(Callback):
    """When a customer receives; `week` are the halves chosen so far, None those that are known."""

    customer: int
    week: int | None = None


@button("tv1")
@dataclass(frozen=True, slots=True)
class SetTimes(Callback):
    """Keep when a customer receives, or everybody in the hospital."""

    customer: int
    week: int
    whole: bool = False


@button("tu1")
@dataclass(frozen=True, slots=True)
class DoNotAskTimes(Callback):
    """Nobody knows when a customer receives, and the question shall not come again."""

    customer: int
