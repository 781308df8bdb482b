"""Buttons answered by `bot.handlers.visits`."""

from dataclasses import dataclass
from datetime import date

from bot.buttons.common import ALL, Back
from bot.callbacks import Callback, RowId, button
from domain.visits.log import Field
from domain.visits.states import Result


@button("v1")
@dataclass(frozen=True, slots=True)
class LogVisit(Callback):
    """How a visit of today went."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("vd1")
@dataclass(frozen=True, slots=True)
class LogOn(Callback):
    """How a visit of another day went; `on` None asks for the day."""

    customer: int
    on: date | None = None
    back: Back = Back.HOME
    page: int = 0


@button("vo1")
@dataclass(frozen=True, slots=True)
class SetResult(Callback):
    """Log a visit."""

    customer: RowId
    on: date
    result: Result
    back: Back = Back.HOME
    page: RowId = ALL


@button("vc1")
@dataclass(frozen=True, slots=True)
class AskCancelled(Callback):
    """Why a visit was called off."""

    customer: int
    on: date
    back: Back = Back.HOME
    page: int = 0


@button("vv1")
@dataclass(frozen=True, slots=True)
class ShowVisit(Callback):
    """A visit as it is kept; `every` offers all that can be said of it."""

    visit: int
    every: bool = False


@button("vh1")
@dataclass(frozen=True, slots=True)
class ShowVersions(Callback):
    """What a visit looked like before, and who changed it."""

    visit: int


@button("vu1")
@dataclass(frozen=True, slots=True)
class UndoVisit(Callback):
    """Take an entry back, with all that was entered at the same moment."""

    version: int


@button("vf1")
@dataclass(frozen=True, slots=True)
class AskField(Callback):
    """What can be said in one field of a visit, or of a draft."""

    subject: int
    is_draft: bool
    field: Field


@button("vs1")
@dataclass(frozen=True, slots=True)
class SetField(Callback):
    """Say something in one field; `value` None takes it out. `sure` after it was asked back."""

    subject: RowId
    is_draft: bool
    field: Field
    value: str | None
    chosen: bool = True
    sure: bool = False


@button("vl1")
@dataclass(frozen=True, slots=True)
class ShowVisits(Callback):
    """The visits that were logged for today, and ways to log another."""

    page: int = 0


@button("vm1")
@dataclass(frozen=True, slots=True)
class AskHospital(Callback):
    """At which hospital several customers were met in one go."""

    page: int = 0


@button("vm2")
@dataclass(frozen=True, slots=True)
class StartMany(Callback):
    """Begin a visit to several customers of a hospital."""

    institution: int


@button("vt1")
@dataclass(frozen=True, slots=True)
class TickCustomer(Callback):
    """Whether a customer was there."""

    draft: RowId
    customer: RowId
    there: bool
    page: RowId = ALL


@button("vr1")
@dataclass(frozen=True, slots=True)
class ShowDraft(Callback):
    """A visit that waits for its confirmation; `change` offers all that can be said of it."""

    draft: int
    change: bool = False
    page: int = 0


@button("vn1")
@dataclass(frozen=True, slots=True)
class ChooseCustomer(Callback):
    """Which customer the name number `name` of a draft means; None: nobody."""

    draft: int
    name: int
    customer: int | None


@button("ve1")
@dataclass(frozen=True, slots=True)
class SetDraftDay(Callback):
    """On which day the visit of a draft was; None asks."""

    draft: int
    on: date | None = None


@button("vr2")
@dataclass(frozen=True, slots=True)
class SetDraftResult(Callback):
    """How the visit of a draft went; None asks."""

    draft: int
    result: Result | None = None


@button("vw1")
@dataclass(frozen=True, slots=True)
class SaveDraft(Callback):
    """Log what a draft says."""

    draft: int


@button("vx1")
@dataclass(frozen=True, slots=True)
class DropDraft(Callback):
    """Forget a draft."""

    draft: int


@button("va1")
@dataclass(frozen=True, slots=True)
class AttachTo(Callback):
    """Keep the picture or voice note of a draft with a visit."""

    draft: int
    visit: int
