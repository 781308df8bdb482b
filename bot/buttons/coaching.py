"""Buttons answered by `bot.handlers.coaching`."""

from dataclasses import dataclass

from bot.callbacks import Callback, RowId, button


@button("kc1")
@dataclass(frozen=True, slots=True)
class ShowCoach(Callback):
    """What to learn today."""


@button("kb1")
@dataclass(frozen=True, slots=True)
class StartScenario(Callback):
    """Begin a scenario, or go on with it."""

    scenario: str


@button("kq1")
@dataclass(frozen=True, slots=True)
class ShowStep(Callback):
    """A question of a session, counted from 0; after the last one the end."""

    session: RowId
    step: int


@button("ka1")
@dataclass(frozen=True, slots=True)
class ChooseOption(Callback):
    """Answer a question with one of its options, counted from 0."""

    session: RowId
    step: int
    option: int


@button("km1")
@dataclass(frozen=True, slots=True)
class MarkCandidates(Callback):
    """Mark the candidates whose bits are set in `mask`, and decide later."""

    session: RowId
    step: int
    mask: int


@button("kd1")
@dataclass(frozen=True, slots=True)
class ChooseCandidates(Callback):
    """Answer a question with the candidates whose bits are set in `mask`; 0 is nobody."""

    session: RowId
    step: int
    mask: int


@button("kw1")
@dataclass(frozen=True, slots=True)
class ShowSources(Callback):
    """What a scenario rests on."""

    session: RowId
    step: int


@button("kp1")
@dataclass(frozen=True, slots=True)
class PinCustomer(Callback):
    """Put a customer on tomorrow's list, as the end of a session proposes."""

    session: RowId
    customer: int
