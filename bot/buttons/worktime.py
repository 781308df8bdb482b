"""Buttons answered by `bot.handlers.worktime`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button
from domain.planning.absence import LeaveKind
from domain.planning.model import Half


@button("wt1")
@dataclass(frozen=True, slots=True)
class ShowOwnTime(Callback):
    """A rep's working hours, where the day begins, and leave."""


@button("wh1")
@dataclass(frozen=True, slots=True)
class AskHours(Callback):
    """When the working day begins, or, once that is known (a minute of the day), when it ends."""

    start: int | None = None


@button("ws1")
@dataclass(frozen=True, slots=True)
class SetHours(Callback):
    """The working day in minutes of the day."""

    start: int
    end: int


@button("wb1")
@dataclass(frozen=True, slots=True)
class AskBase(Callback):
    """Where the day begins; a place on the map is an answer, too."""

    page: int = 0


@button("wp1")
@dataclass(frozen=True, slots=True)
class SetBase(Callback):
    """The hospital where the day begins, or None: the first visit."""

    institution: int | None


@button("wl2")
@dataclass(frozen=True, slots=True)
class AskLeave(Callback):
    """The first day away, or, once that is known, the last; `month` is the page of the calendar."""

    month: date
    first: date | None = None
    kind: LeaveKind = LeaveKind.OFF
    half: Half | None = None


@button("wa2")
@dataclass(frozen=True, slots=True)
class TakeLeave(Callback):
    """Be away."""

    first: date
    last: date
    kind: LeaveKind = LeaveKind.OFF
    half: Half | None = None


@button("wx1")
@dataclass(frozen=True, slots=True)
class DropLeave(Callback):
    """Work on those days after all."""

    leave: int


@button("k1")
@dataclass(frozen=True, slots=True)
class ShowCalendar(Callback):
    """How to have the appointments in the phone's calendar."""


@button("kn1")
@dataclass(frozen=True, slots=True)
class NewCalendarAddress(Callback):
    """A new secret address of the calendar; the old one ends."""


@button("kx1")
@dataclass(frozen=True, slots=True)
class EndCalendarAddress(Callback):
    """Make the address of the calendar useless."""


@button("kf1")
@dataclass(frozen=True, slots=True)
class SendCalendar(Callback):
    """The calendar as a file."""
