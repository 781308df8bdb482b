"""Buttons answered by `bot.handlers.authoring`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button


@button("scl1")
@dataclass(frozen=True, slots=True)
class ShowOwnScenarios(Callback):
    """The scenarios that one has written, and how to write one."""

    page: int = 0


@button("sco1")
@dataclass(frozen=True, slots=True)
class ShowOwnScenario(Callback):
    """One of them."""

    own: int


@button("sct1")
@dataclass(frozen=True, slots=True)
class TryScenario(Callback):
    """Play it as the team would."""

    own: int


@button("scp1")
@dataclass(frozen=True, slots=True)
class PublishScenario(Callback):
    """Let the team play it."""

    own: int


@button("scr1")
@dataclass(frozen=True, slots=True)
class RetireScenario(Callback):
    """Offer it no more."""

    own: int


@button("scf1")
@dataclass(frozen=True, slots=True)
class SendScenario(Callback):
    """It as a file that can be changed and sent back."""

    own: int


@button("sce1")
@dataclass(frozen=True, slots=True)
class SendScenarioTemplate(Callback):
    """An example to be changed, as a spreadsheet or as YAML."""

    is_sheet: bool
