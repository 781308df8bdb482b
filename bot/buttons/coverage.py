"""Buttons answered by `bot.handlers.coverage`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button
from domain.coverage.period import Span


@dataclass(frozen=True, slots=True)
class OfPeriod(Callback):
    """The week, month or quarter of the day `on` (None: of yesterday); `whom`: a manager or rep below."""

    span: Span = Span.WEEK
    on: date | None = None
    whom: int | None = None
    page: int = 0


@button("dg1")
@dataclass(frozen=True, slots=True)
class ShowDigest(OfPeriod):
    """The figures of a team in one text, what has changed, and what is to be decided."""


@button("dp1")
@dataclass(frozen=True, slots=True)
class ShowCoverage(OfPeriod):
    """Coverage by letter with the pace, as a picture of each rep."""


@button("dx1")
@dataclass(frozen=True, slots=True)
class SendDigest(OfPeriod):
    """The digest as a workbook."""


@button("dt1")
@dataclass(frozen=True, slots=True)
class ShowTeam(OfPeriod):
    """The figures of everybody directly below."""


@button("dr1")
@dataclass(frozen=True, slots=True)
class ShowTerritory(OfPeriod):
    """The figures of a rep (`whom`) by cell and hospital."""


@button("dc1")
@dataclass(frozen=True, slots=True)
class ShowServed(OfPeriod):
    """The customers of a rep (`whom`) with what each was due and got."""


@button("dy1")
@dataclass(frozen=True, slots=True)
class TakeUp(Callback):
    """Take up what a digest proposed: leads to where it is decided."""

    proposal: int


@button("dz1")
@dataclass(frozen=True, slots=True)
class Decline(OfPeriod):
    """Not now: what a digest of this period proposed rests."""

    proposal: int = 0


@button("de1")
@dataclass(frozen=True, slots=True)
class ShowSince(Callback):
    """What has come after the latest decisions."""
