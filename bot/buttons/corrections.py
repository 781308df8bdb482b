"""Buttons answered by `bot.handlers.corrections`."""

from dataclasses import dataclass

from bot.buttons.common import Back
from bot.callbacks import Callback, RowId, button
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import FileField


@button("qa1")
@dataclass(frozen=True, slots=True)
class AskDoubt(Callback):
    """What is not right about a customer's place."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("jr1")
@dataclass(frozen=True, slots=True)
class ReportWrong(Callback):
    """Something is wrong about a customer on the list."""

    customer: int
    kind: CorrectionKind


@button("js1")
@dataclass(frozen=True, slots=True)
class ShowCorrection(Callback):
    """One report: what can still be said of it, or how it can be answered."""

    correction: int


@button("jl1")
@dataclass(frozen=True, slots=True)
class ShowCorrections(Callback):
    """The reports that wait, and the answers."""

    page: int = 0


@button("jf1")
@dataclass(frozen=True, slots=True)
class PointAt(Callback):
    """Which field is wrong; None is something else."""

    correction: int
    field: FileField | None


@button("jp1")
@dataclass(frozen=True, slots=True)
class SayPlace(Callback):
    """Which hospital is meant."""

    correction: RowId
    institution: RowId


@button("jt1")
@dataclass(frozen=True, slots=True)
class SaySame(Callback):
    """Who is the same person."""

    correction: RowId
    other: RowId


@button("jw1")
@dataclass(frozen=True, slots=True)
class WithdrawReport(Callback):
    """Take a report back."""

    correction: int


@button("ja1")
@dataclass(frozen=True, slots=True)
class ApproveReport(Callback):
    """It is so: take off the list, or write what is right."""

    correction: int


@button("jm1")
@dataclass(frozen=True, slots=True)
class ApproveMove(Callback):
    """The customer has moved, into the care of a rep, or of nobody (0)."""

    correction: RowId
    owner: RowId


@button("jn1")
@dataclass(frozen=True, slots=True)
class RejectReport(Callback):
    """Everything stays as it is."""

    correction: int


@button("jk1")
@dataclass(frozen=True, slots=True)
class MergeInto(Callback):
    """The two are one person, and this entry is kept."""

    correction: RowId
    kept: RowId


@button("ju1")
@dataclass(frozen=True, slots=True)
class Separate(Callback):
    """Two entries that were merged are two again."""

    merge: int


@button("jq1")
@dataclass(frozen=True, slots=True)
class AskForget(Callback):
    """What it means to forget a customer, and whether that is wanted."""

    customer: int


@button("jz1")
@dataclass(frozen=True, slots=True)
class Forget(Callback):
    """Forget a customer for good."""

    customer: int
