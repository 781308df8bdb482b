"""Buttons answered by `bot.handlers.importing`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button


@button("m1")
@dataclass(frozen=True, slots=True)
class ShowImport(Callback):
    """How to load a roster, and the latest loads."""


@button("mt1")
@dataclass(frozen=True, slots=True)
class SendTemplate(Callback):
    """An empty roster to fill in."""


@button("ma1")
@dataclass(frozen=True, slots=True)
class AnswerImport(Callback):
    """Option `option` of question number `step` of an import that waits."""

    draft: int
    step: int
    option: int


@button("mc1")
@dataclass(frozen=True, slots=True)
class ConfirmImport(Callback):
    """Carry out what the dry run showed."""

    draft: int


@button("mr1")
@dataclass(frozen=True, slots=True)
class SendRejected(Callback):
    """The rejected rows as a sheet."""

    draft: int


@button("mx1")
@dataclass(frozen=True, slots=True)
class DropImport(Callback):
    """Forget an import that waits."""

    draft: int


@button("mb1")
@dataclass(frozen=True, slots=True)
class ShowBatch(Callback):
    """One load."""

    batch: int


@button("mu1")
@dataclass(frozen=True, slots=True)
class RollBack(Callback):
    """Undo one load; asks first unless `sure`."""

    batch: int
    sure: bool = False
