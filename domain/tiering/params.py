"""The numbers of the nine-box grid."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.tiering.analysis_params import Limits

TITLE_RANKS = ("senior", "attending", "resident")
SITE_CLASSES = (1, 2, 3)


class PotentialMethod(StrEnum):
    """How a letter can be found."""

    STATED = "stated"  # a score that the company gives
    TERCILES = "terciles"  # rank of the quantity within the list
    SCORE_TABLE = "score_table"  # site class x title rank
    CUTS = "cuts"  # fixed cut points of the quantity
    CUMULATIVE = "cumulative"  # parts of the whole quantity of the list


class SupportMethod(StrEnum):
    """How a digit can be found."""

    STATED = "stated"  # what the rep or the file says
    TERCILES = "terciles"  # rank of our share within the list
    CUTS = "cuts"  # fixed cut points of our share


class Methods(Content):
    """In which order the methods are tried; a customer is decided by the first that applies."""

    potential: Annotated[tuple[PotentialMethod, ...], Field(min_length=1)]
    support: Annotated[tuple[SupportMethod, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for names in (self.potential, self.support):
            if len(set(names)) < len(names):
                raise MistakeError("a method is listed twice", "Name each method once")
        return self


class Bands(Content):
    """The lowest scores that make an A and a B; below is C."""

    A: float
    B: float

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if self.A <= self.B:
            raise MistakeError(f"A begins at {self.A:g} and B at {self.B:g}", "Give A the larger number")
        return self


class Cuts(Content):
    """Two cut points: at most `low` is low, at most `middle` is middle, more is high."""

    low: float
    middle: float

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.low >= self.middle:
            raise MistakeError(
                f"low ends at {self.low:g} and middle at {self.middle:g}",
                "Give middle the larger number",
            )
        return self


class TieringParams(Dated):
    """What letters and digits are made with.

    `score_table` maps site class (1 the largest) and title rank to a score, `bands`
    scores to letters. `quantity_cuts` are in the units of the imported quantities,
    `share_cuts` fractions of 1. `cumulative` says which parts of the whole quantity, counted
    from the largest customer, make the As and the Bs. Ranks need at least `minimum_list` customers.
    """

    score_table: dict[Annotated[int, Field(ge=1, le=3)], dict[str, Annotated[float, Field(ge=1, le=12)]]]
    bands: Bands
    quantity_cuts: Cuts
    share_cuts: Cuts
    cumulative: Limits
    minimum_list: Annotated[int, Field(ge=3)]

    @model_validator(mode="after")
    def _table_is_whole(self) -> Self:
        for site_class in SITE_CLASSES:
            row = self.score_table.get(site_class)
            if row is None or set(row) != set(TITLE_RANKS):
                raise MistakeError(
                    f"row {site_class} of the score table is not complete",
                    f"Give each of the rows 1, 2, 3 the scores {', '.join(TITLE_RANKS)} and no others",
                )
        if not 0 <= self.share_cuts.low < self.share_cuts.middle < 1:
            raise MistakeError("the share cuts are not fractions of 1", "Write e.g. 0.20 and 0.50")
        return self
