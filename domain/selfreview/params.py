"""When an answer of the self-review asks for a change."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import Content, MistakeError
from domain.tiering.model import Cell, Tier

Share = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[int, Field(ge=1, le=1000)]


class Range(Content):
    """From `low` to `high`, both included, nothing is to be changed."""

    low: Annotated[float, Field(ge=0, le=10_000)]
    high: Annotated[float, Field(ge=0, le=10_000)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.low > self.high:
            raise MistakeError(f"`low` is {self.low:g}, above `high`", "Let `low` be at most `high`")
        return self

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


class SelfReviewParams(Dated):
    """The bounds of the six questions.

    `list_size` counts customers; `load` is visits asked for / possible; `most_untiered` a share of the
    list. `share_a` and `most_c` are shares of the rated. After `quiet_months` without an upgrade something
    should change. `mix` are the shares of visits that the norm gives the letters, `most_c_visits` the share
    of C from which on there are too many. `critical` are the cells whose frequency is looked at, `watched`
    those that should not be among the `top_time` cells by time.
    """

    list_size: Range
    load: Range
    most_untiered: Share
    share_a: Range
    most_c: Share
    quiet_months: Annotated[int, Field(ge=1, le=6)]
    mix: dict[Tier, Share]
    most_c_visits: Share
    top_visited: Annotated[int, Field(ge=1, le=8)]
    critical: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=6)]
    watched: tuple[Cell, ...]
    top_time: Annotated[int, Field(ge=1, le=9)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if set(self.mix) != set(Tier) or abs(sum(self.mix.values()) - 1) > 1e-6:
            raise MistakeError(
                "the shares of `mix` are no whole", "Give A, B and C shares that make 1 together"
            )
        return self
