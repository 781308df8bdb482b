"""Buttons answered by `bot.handlers.customers`."""

from dataclasses import dataclass

from bot.buttons.common import ALL, Back
from bot.callbacks import Callback, RowId, button


@button("c1")
@dataclass(frozen=True, slots=True)
class ShowCard(Callback):
    """A customer's card."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("cf1")
@dataclass(frozen=True, slots=True)
class FindMore(Callback):
    """Another page of the customers who fit what was typed."""

    wanted: str
    page: int


@button("cs1")
@dataclass(frozen=True, slots=True)
class ShowStrategy(Callback):
    """The strategy card of a customer's cell."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("ct1")
@dataclass(frozen=True, slots=True)
class ShowTrace(Callback):
    """Every reason of a customer's cell, and the decisions before."""

    customer: int
    back: Back = Back.HOME
    page: int = 0


@button("gc2")
@dataclass(frozen=True, slots=True)
class ShowCell(Callback):
    """Who stands in a cell ("A2"), or is unrated ("-"), of those whom the filters leave; 0 is all."""

    cell: str
    page: int = 0
    team: RowId = ALL
    hospital: RowId = ALL
    product: RowId = ALL


@button("f1")
@dataclass(frozen=True, slots=True)
class AskCustomer(Callback):
    """How to find a customer."""
