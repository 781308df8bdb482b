"""The numbers of learning: how well is well enough, how much a day, when a path is finished."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.content.dated import Dated
from domain.content.reading import MistakeError

Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=1, le=365)]
Few = Annotated[int, Field(ge=1, le=20)]


class CoachingParams(Dated):
    """When items come back, what is chosen, and what counts as known.

    `retention` is the predicted recall at which an item comes back, after `longest` days at the latest; at
    most `a_day` items are offered, one that the week makes timely not again for `rest` days. Scores from
    `hard`, `good` and `easy` on are so rated. An item is mastered from a stability of `mastered` days on; a
    path is finished with `path_share` of an area's items, if it has at least `path_items`. Mean scores below
    `weak` ask for a talk, from `least_seen` items on. A key is suspected from `suspect_after` answers on.
    """

    retention: Annotated[float, Field(ge=0.7, le=0.97)]
    longest: Days
    a_day: Few
    rest: Days
    hard: Share
    good: Share
    easy: Share
    mastered: Days
    path_share: Annotated[float, Field(gt=0, le=1)]
    path_items: Few
    weak: Share
    least_seen: Few
    suspect_after: Annotated[int, Field(ge=20, le=1000)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.hard <= self.good <= self.easy:
            raise MistakeError("`hard`, `good` and `easy` do not rise", "Let each be at least the one before")
        return self
