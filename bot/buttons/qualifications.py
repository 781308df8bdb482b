"""Buttons answered by `bot.handlers.qualifications`."""

from dataclasses import dataclass
from datetime import date

from bot.callbacks import Callback, button
from domain.people.qualifications import QualificationKind


@button("qu1")
@dataclass(frozen=True, slots=True)
class ShowQualifications(Callback):
    """Until when a representative is filed and trained; `user` None is oneself."""

    user: int | None = None


@button("qu2")
@dataclass(frozen=True, slots=True)
class AskValid(Callback):
    """Until when something of a representative is valid."""

    user: int
    kind: QualificationKind


@button("qu3")
@dataclass(frozen=True, slots=True)
class SetValid(Callback):
    """Say until when it is valid; `until` None takes back what was said."""

    user: int
    kind: QualificationKind
    until: date | None
