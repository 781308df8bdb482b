"""What somebody thinks of a customer: dated, signed, and allowed to be unsure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from domain.ids import UserId

V = TypeVar("V", bound=StrEnum)


@dataclass(
    frozen=True, kw_only=True
)  # without slots: Python 3.11 cannot make an Opinion[Motive](...) with them
class Opinion(Generic[V]):
    """One opinion of `author` on the day `on`; `value` None means unsure."""

    value: V | None
    on: date
    author: UserId


def latest(opinions: Iterable[Opinion[V]]) -> Opinion[V] | None:
    """The newest opinion, of several of one day the last given; None without any."""
    found = None
    for opinion in opinions:
        if found is None or opinion.on >= found.on:
            found = opinion
    return found
