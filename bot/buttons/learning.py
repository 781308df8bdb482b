"""Buttons answered by `bot.handlers.learning`."""

from dataclasses import dataclass

from bot.callbacks import Callback, RowId, button
from domain.coaching.scenario import Skill


@button("le1")
@dataclass(frozen=True, slots=True)
class AskFact(Callback):
    """A fact as a quiz poll."""

    fact: str


@button("le2")
@dataclass(frozen=True, slots=True)
class ShowSkills(Callback):
    """How far one has come in the four areas."""


@button("le3")
@dataclass(frozen=True, slots=True)
class ShowCertificate(Callback):
    """The certificate of a finished path, to keep."""

    skill: Skill


@button("le4")
@dataclass(frozen=True, slots=True)
class ShowTeamSkills(Callback):
    """The skills of the team, and who needs which talk."""

    page: int = 0


@button("le5")
@dataclass(frozen=True, slots=True)
class AssignTalk(Callback):
    """Let a member of the team play a scenario next."""

    user: RowId
    scenario: str
    page: int = 0


@button("le6")
@dataclass(frozen=True, slots=True)
class ShowItems(Callback):
    """What the answers say about each question."""

    page: int = 0
