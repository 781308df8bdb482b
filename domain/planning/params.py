"""The numbers of planning: how often each cell is visited, and how a day list is made."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.tiering.model import Cell

Fraction = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=10)]
Monthly = Annotated[float, Field(ge=0, le=31)]


class Goal(StrEnum):
    """What is wanted of a customer next; a cell's name means moving there."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    HOLD = "hold"
    HOLD_CHEAPER = "hold_cheaper"
    NONE = "none"
    EXIT = "exit"


class CellCadence(Content):
    """Visits a calendar month to one customer of a cell, its weight in a day list, its next goal.

    A target of 0 means that no visit is planned; any other is at least 0.1.
    """

    min: Monthly
    target: Monthly
    max: Monthly
    weight: Fraction
    next: Goal

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.min <= self.target <= self.max:
            raise MistakeError(
                f"min {self.min:g}, target {self.target:g}, max {self.max:g} do not rise",
                "Choose them so that min is at most target and target at most max",
            )
        if 0 < self.target < 0.1:
            raise MistakeError(
                f"a target of {self.target:g} is less than a visit in ten months",
                "Write at least 0.1, or 0 for no visits",
            )
        return self


class CadenceParams(Dated):
    """The cadence of all nine cells."""

    cells: dict[Cell, CellCadence]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [cell.value for cell in Cell if cell not in self.cells]
        if missing:
            raise MistakeError(
                f"cells are missing: {', '.join(missing)}", "Give every cell from A1 to C3 a line"
            )
        if self.cells[Cell.C3].target > 0:
            raise MistakeError("C3 has a target", "Set its target to 0: visits to C3 are never planned")
        return self


class TodayParams(Dated):
    """How a day list is made.

    `capacity` is the most visits a list may hold; `gate` the part of the interval
    before which nobody is offered again; `urgency_cap` the most that being overdue
    may count; `never_visited_urgency` the urgency of a rated customer without any
    visit; `to_profile` the size of the bucket of unrated customers; `later` the
    choices of "not now", in working days.
    """

    capacity: Annotated[int, Field(ge=1, le=40)]
    gate: Fraction
    urgency_cap: Annotated[float, Field(ge=1, le=10)]
    never_visited_urgency: Annotated[float, Field(gt=0, le=10)]
    promise_points: Points
    best_time_points: Points
    to_profile: Annotated[int, Field(ge=0, le=20)]
    later: Annotated[tuple[Annotated[int, Field(ge=1, le=60)], ...], Field(min_length=1, max_length=6)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.gate <= self.never_visited_urgency <= self.urgency_cap:
            raise MistakeError(
                "never_visited_urgency lies outside gate and urgency_cap", "Choose a number between the two"
            )
        if list(self.later) != sorted(set(self.later)):
            raise MistakeError("the choices of `later` do not rise", "Write them in order, each once")
        return self
