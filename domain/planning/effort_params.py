"""The numbers behind capacity and effort."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.tiering.model import Cell, Tier

Percent = Annotated[int, Field(ge=0, le=1000)]


class RemedyKind(StrEnum):
    """What is done so that a month fits."""

    STRETCH = "stretch"  # longer between visits, the more the lighter the cell weighs
    CUT = "cut"  # from the bottom, never A
    DAYS = "days"  # more days in the field


class Level(StrEnum):
    """A level of effort that is judged; the names of the fields of `Judgement`."""

    NONE = "none"
    HALF = "half"
    MORE = "more"
    SATURATION = "saturation"


class Judgement(Content):
    """What a customer is expected to bring at four levels of effort, in percent of today's result.

    `none` without any visit, `half` and `more` with half and one and a half times today's
    visits, `saturation` with as many as could matter. Today's own level is 100.
    """

    none: Percent
    half: Percent
    more: Percent
    saturation: Percent

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.none < self.half < 100 < self.more < self.saturation:
            raise MistakeError(
                f"{self.none}, {self.half}, 100, {self.more}, {self.saturation} do not rise",
                "Let none, half, today's 100, more and saturation rise",
            )
        return self


class Cut(Content):
    """Which cells give way, first to last: those that may fall to no visits, then those to their minimum."""

    off: tuple[Cell, ...]
    to_minimum: tuple[Cell, ...]

    @model_validator(mode="after")
    def _never_a(self) -> Self:
        cells = (*self.off, *self.to_minimum)
        if any(cell.tier is Tier.A for cell in cells):
            raise MistakeError("a cell of A is cut", "Leave A1, A2 and A3 out: A is never cut")
        if len(set(cells)) < len(cells):
            raise MistakeError("a cell is cut twice", "Name each cell once")
        return self


class EffortParams(Dated):
    """What a month holds beside the capacity of a day, and how effort is shared out.

    `usual_a_day` visits are comfortable. `step` is in visits a month to one customer;
    `judgement_step` in percent; `guess` stands for judgements that nobody has made yet.
    """

    usual_a_day: Annotated[int, Field(ge=1, le=40)]
    most_extra_days: Annotated[int, Field(ge=0, le=15)]
    cut: Cut
    step: Annotated[float, Field(ge=0.1, le=2)]
    judgement_step: Annotated[int, Field(ge=1, le=25)]
    guess: dict[Tier, Judgement]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [tier.value for tier in Tier if tier not in self.guess]
        if missing:
            raise MistakeError(
                f"`guess` has no judgement for {', '.join(missing)}", "Give A, B and C a line each"
            )
        return self
