"""The numbers of planning: how often each cell is visited, and how a day is planned."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.planning.model import RepCalendar
from domain.tiering.model import Cell, Tier

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
    """What goes with the list of a day.

    `to_profile` is how many unrated customers are named; `later` are the choices of "not available
    until" and `product_days` the time off the list after a product issue, in working days;
    `broken` the choices of the time that is left when the day breaks, in minutes.
    """

    to_profile: Annotated[int, Field(ge=0, le=20)]
    later: Annotated[tuple[Annotated[int, Field(ge=1, le=60)], ...], Field(min_length=1, max_length=6)]
    product_days: Annotated[int, Field(ge=1, le=60)]
    broken: Annotated[tuple[Annotated[int, Field(ge=15, le=600)], ...], Field(min_length=1, max_length=4)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for name, choices in (("later", self.later), ("broken", self.broken)):
            if list(choices) != sorted(set(choices)):
                raise MistakeError(f"the choices of `{name}` do not rise", "Write them in order, each once")
        return self


Minutes = Annotated[float, Field(ge=0, le=600)]
Percent = Annotated[float, Field(gt=0, le=1)]


class Hours(Content):
    """Working hours of a rep who has not set any."""

    start: time
    end: time

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start >= self.end:
            raise MistakeError(f"the day ends at {self.end:%H:%M}", "Let it end after it starts")
        return self


class Response(Content):
    """What the k-th visit of a month is worth, as a part of the first.

    Up to the minimum of the cadence 1, 1 - `fall`, 1 - 2 `fall` ...; beyond it `beyond`, `beyond` (1 -
    `beyond_fall`) ... up to the maximum, then nothing. A cell without a minimum begins with `optional`.
    """

    fall: Fraction
    beyond: Fraction
    beyond_fall: Fraction
    optional: Annotated[tuple[Percent, ...], Field(max_length=31)]

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if list(self.optional) != sorted(self.optional, reverse=True):
            raise MistakeError("the values of `optional` rise", "Let each be at most the one before")
        return self


class Pressure(Content):
    """How much the chances that are left raise a price.

    A price is the visit's worth x (1 + `minimum` u + `maximum` v), where u is the part of the
    chances left this month that the minimum still needs and v that of the maximum, each at most 1;
    `success` is the part of all chances of which something comes.
    """

    minimum: Fraction
    maximum: Fraction
    success: Percent


class Speed(Content):
    """Travel in one city: km/h as the crow flies x `detour`, and minutes for each change of hospital."""

    km_h: Annotated[float, Field(ge=1, le=150)]
    detour: Annotated[float, Field(ge=1, le=5)]
    change: Minutes


class Travel(Content):
    """Travel times where no service tells them.

    `inside` is from one customer to the next in a hospital, and between hospitals at most
    `same_building` metres apart; `same_district`, `same_city` and `other_city` count between hospitals
    whose place is not known. `cities` have speeds of their own, by name.
    """

    usual: Speed
    cities: dict[Annotated[str, Field(min_length=1, max_length=60)], Speed]
    inside: Minutes
    same_building: Annotated[float, Field(ge=0, le=1000)]
    same_district: Minutes
    same_city: Minutes
    other_city: Minutes


class PlanningParams(Dated):
    """How days are planned.

    `capacity` is the most visits a day, `ceiling` the most contacts of a customer a month, of all reps
    together, `minutes` the usual length of a visit, `gap` the
    fewest working days from one visit to the next. A visit begins `closing_buffer` minutes
    before its window closes at the latest; an appointment that cannot be kept to the minute
    may begin `grace` later. `travel_price` is the worth of a minute on the way, `promise`
    what a promised step that is due adds to a price. A wait of `spare` minutes is worth
    telling. `factor` bounds a customer's own factor. `iterations` of the route search.
    """

    capacity: Annotated[int, Field(ge=1, le=40)]
    ceiling: Annotated[int, Field(ge=1, le=60)]
    hours: Hours
    minutes: dict[Tier, Annotated[float, Field(ge=1, le=240)]]
    gap: dict[Tier, Annotated[int, Field(ge=1, le=60)]]
    closing_buffer: Minutes
    grace: Minutes
    travel_price: Annotated[float, Field(ge=0, le=1)]
    response: Response
    pressure: Pressure
    promise: Points
    factor: tuple[Annotated[float, Field(gt=0, le=1)], Annotated[float, Field(ge=1, le=10)]]
    spare: Annotated[float, Field(ge=1, le=600)]
    travel: Travel
    iterations: Annotated[int, Field(ge=1, le=100_000)]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name, values in (("minutes", self.minutes), ("gap", self.gap)):
            missing = [tier.value for tier in Tier if tier not in values]
            if missing:
                raise MistakeError(
                    f"`{name}` has no value for {', '.join(missing)}", "Give A, B and C a value each"
                )
        if not self.gap[Tier.A] <= self.gap[Tier.B] <= self.gap[Tier.C]:
            raise MistakeError(
                "the gaps do not rise from A to C", "Let B wait at least as long as A, and C as B"
            )
        return self

    def usual(self) -> RepCalendar:
        """The calendar of a rep who has set nothing."""
        return RepCalendar(start=self.hours.start, end=self.hours.end)


@dataclass(frozen=True, slots=True)
class Planning:
    """All dated numbers that a plan rests on, as they hold on its day."""

    cadence: CadenceParams
    planning: PlanningParams
