"""Buttons answered by `bot.handlers.rules`."""

from dataclasses import dataclass

from bot.callbacks import Callback, button
from domain.compliance.rules import Topic


@button("cr1")
@dataclass(frozen=True, slots=True)
class ShowRules(Callback):
    """The compliance rules: what they are about."""


@button("cr2")
@dataclass(frozen=True, slots=True)
class ShowTopic(Callback):
    """The compliance rules on one topic."""

    topic: Topic
    page: int = 0


@button("cr3")
@dataclass(frozen=True, slots=True)
class ShowRule(Callback):
    """One compliance rule."""

    rule: str


@button("cr4")
@dataclass(frozen=True, slots=True)
class ShowSayings(Callback):
    """Old wording, and what to say instead."""

    page: int = 0
