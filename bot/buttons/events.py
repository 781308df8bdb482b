"""Buttons answered by `bot.handlers.events`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, RowId, button
from domain.resources.allocation import Need
from domain.resources.event import EventField, Extra
from domain.tiering.model import Cell


@button("eva1")
@dataclass(frozen=True, slots=True)
class ShowEvents(Callback):
    """The events in sight."""

    page: int = 0


@button("evb1")
@dataclass(frozen=True, slots=True)
class NewEvent(Callback):
    """Begin to describe an event."""


@button("evc1")
@dataclass(frozen=True, slots=True)
class ShowEvent(Callback):
    """One event: what is told, what the rules say, how to go on."""

    event: int


@button("evd1")
@dataclass(frozen=True, slots=True)
class AskEvent(Callback):
    """Ask for one thing about an event; None: what to change."""

    event: int
    field: EventField | None


@button("eve1")
@dataclass(frozen=True, slots=True)
class TellEvent(Callback):
    """A number, a yes (1) or no (0), or of ticks (0) that these are all."""

    event: RowId
    field: EventField
    number: RowId


@button("evf1")
@dataclass(frozen=True, slots=True)
class SetEventDay(Callback):
    """On which day an event takes place."""

    event: int
    on: date


@button("evg1")
@dataclass(frozen=True, slots=True)
class TickExtra(Callback):
    """Something is planned beside the programme, or is not."""

    event: int
    extra: Extra
    on: bool


@button("evh1")
@dataclass(frozen=True, slots=True)
class TickSpecialty(Callback):
    """The agenda is for specialists like this customer, or is not."""

    event: RowId
    like: RowId
    on: bool


@button("evi1")
@dataclass(frozen=True, slots=True)
class CallOffEvent(Callback):
    """Call an event off; asks first unless `sure`."""

    event: int
    sure: bool = False


@button("evj1")
@dataclass(frozen=True, slots=True)
class AskReps(Callback):
    """Ask the reps of the team whom they recommend."""

    event: int


@button("evk1")
@dataclass(frozen=True, slots=True)
class ThinkOf(Callback):
    """Whom one might propose: of a cell, or those whom the agenda is for."""

    event: RowId
    cell: Cell | None = None
    page: int = 0


@button("evl1")
@dataclass(frozen=True, slots=True)
class AskNeed(Callback):
    """On what ground somebody is proposed."""

    event: RowId
    customer: RowId


@button("evm1")
@dataclass(frozen=True, slots=True)
class Propose(Callback):
    """Propose somebody on a ground."""

    event: RowId
    customer: RowId
    need: Need


@button("evn1")
@dataclass(frozen=True, slots=True)
class ShowCandidates(Callback):
    """Who is proposed for the seats of an event."""

    event: RowId
    page: int = 0


@button("evo1")
@dataclass(frozen=True, slots=True)
class ShowCandidate(Callback):
    """Somebody who is proposed, or has a seat."""

    event: RowId
    customer: RowId


@button("evp1")
@dataclass(frozen=True, slots=True)
class RegisterCandidate(Callback):
    """Somebody is registered, or is not."""

    event: RowId
    customer: RowId
    on: bool


@button("evx1")
@dataclass(frozen=True, slots=True)
class RegisterLate(Callback):
    """Somebody has registered after the seats were given."""

    event: RowId
    customer: RowId


@button("evq1")
@dataclass(frozen=True, slots=True)
class DropCandidate(Callback):
    """Take a proposal out."""

    event: RowId
    customer: RowId


@button("evr1")
@dataclass(frozen=True, slots=True)
class ShowSeats(Callback):
    """Who gets a seat, who waits, who cannot have one."""

    event: RowId
    page: int = 0


@button("evs1")
@dataclass(frozen=True, slots=True)
class GiveSeats(Callback):
    """Give the seats as they were shown: from the inputs of this digest."""

    event: int
    digest: str


@button("evt1")
@dataclass(frozen=True, slots=True)
class DeclineSeat(Callback):
    """Somebody gives the seat back; asks first unless `sure`."""

    event: RowId
    customer: RowId
    sure: bool = False


@button("evu1")
@dataclass(frozen=True, slots=True)
class NoteAttendance(Callback):
    """Somebody was there, or was not."""

    event: RowId
    customer: RowId
    came: bool


@button("evv1")
@dataclass(frozen=True, slots=True)
class ShowSeatRecords(Callback):
    """The record of an event: every sharing, replayed."""

    event: int


@button("evw1")
@dataclass(frozen=True, slots=True)
class SendSeatRecords(Callback):
    """The record as a workbook."""

    event: int
