"""Buttons answered by `bot.handlers.analyses`."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.buttons.common import ALL
from bot.callbacks import Callback, RowId, button
from bot.services.analyses import Filter


@button("g1")
@dataclass(frozen=True, slots=True)
class ShowGrid(Callback):
    """The nine-box grid."""


class View(StrEnum):
    """What a picture shows."""

    GRID = "g"
    ABC = "a"
    RFM = "r"
    LORENZ = "l"


class Whom(IntEnum):
    """Whose business a view shows."""

    EITHER = 0  # whichever has data
    DOCTORS = 1
    HOSPITALS = 2


@dataclass(frozen=True, slots=True)
class Narrowed(Callback):
    """A view and its filters; 0 is all."""

    view: View
    whom: Whom = Whom.EITHER
    team: RowId = ALL
    hospital: RowId = ALL
    product: RowId = ALL


@button("n1")
@dataclass(frozen=True, slots=True)
class ShowAnalysis(Narrowed):
    """A view as a picture."""


@button("nx1")
@dataclass(frozen=True, slots=True)
class SendWorkbook(Narrowed):
    """A view as a workbook."""


@button("nf1")
@dataclass(frozen=True, slots=True)
class ChooseFilter(Narrowed):
    """What one filter can be set to."""

    by: Filter = Filter.TEAM
    page: int = 0


@button("rm2")
@dataclass(frozen=True, slots=True)
class ShowMatrix(Callback):
    """From which cell to which customers have moved since the month began, as a picture."""


@button("rmx1")
@dataclass(frozen=True, slots=True)
class SendMovement(Callback):
    """What has moved since the month began, as a workbook."""
